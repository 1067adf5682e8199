import Bytes
import Desk
import Foundation
import Wire

// Pages for people are read only where their site does not mind.
extension Poller {
  /// What is known of one site, and until when.
  struct KnownRobots: Sendable {
    let rules: RobotsRules
    let until: Instant
  }

  /// RFC 9309 §2.4: no longer than a day.
  private static let robotsMemory = Duration.hours(24)

  /// Whether the page of a source may be asked for now. Where the site's rules are not known, they
  /// are asked for in its stead, and the page has the host's next turn.
  func mayRead(_ source: Configuration.SourceSettings) async throws -> Bool {
    guard case .page = source.kind, let state = states[source.id],
      let site = Self.site(of: state.address)
    else { return true }
    let now = frontDesk.clock.now()
    if let known = robots[site.origin], now < known.until {
      // The host may have been forgotten meanwhile.
      if let delay = known.rules.delay {
        table.slowDown(host: SourceFetch.host(of: state.address), to: delay)
      }
      if known.rules.allows(site.path) { return true }
      try await fail(
        source, .robots,
        Bilingual(
          zh: "网站的 robots.txt 不许程序读取此页",
          en: "its site's robots.txt asks programs not to read this page"),
        wait: nil)
      return false
    }
    let answer = await fetch.robots(of: site.origin, for: source, at: now)
    switch answer {
    case .success(let rules):
      robots[site.origin] = KnownRobots(rules: rules, until: now + Self.robotsMemory)
      if let delay = rules.delay {
        table.slowDown(host: SourceFetch.host(of: state.address), to: delay)
      }
      askedInstead.insert(source.id)
    case .failure(let failure):
      // RFC 9309 §2.3.1.4: a site that cannot say what it wants is left alone.
      try await fail(
        source, failure.isLimit ? .limited : .unreachable, failure.explanation, wait: failure.wait)
    }
    return false
  }

  static func site(of address: String) -> (origin: String, path: String)? {
    guard let url = URLComponents(string: address), let scheme = url.scheme, let host = url.host
    else { return nil }
    let port = url.port.map { ":\($0)" } ?? ""
    let query = url.percentEncodedQuery.map { "?" + $0 } ?? ""
    return ("\(scheme)://\(host)\(port)", url.percentEncodedPath + query)
  }
}

/// Why a site's rules could not be read.
struct RobotsFailure: Error, Sendable {
  let explanation: Bilingual
  /// Whether the server asks for patience, and for how long where it says so.
  var isLimit = false
  var wait: Duration?
}

extension SourceFetch {
  /// The rules of a site; everything is allowed where it has none (RFC 9309 §2.3.1.3).
  func robots(
    of origin: String, for source: Configuration.SourceSettings, at now: Instant
  ) async -> Result<RobotsRules, RobotsFailure> {
    let agent = source.userAgent ?? userAgent
    var request = FetchRequest(url: origin + "/robots.txt", userAgent: agent)
    request.limits.bodyBytes = 2 * RobotsRules.limit
    let allowed = source.allow.compactMap { AddressRange($0) }
    request.addresses = AddressRule(allowing: allowed, ports: allowed.isEmpty ? .web : .any)
    do {
      let response = try await fetcher.fetch(request)
      let wait = RetryAfter.wait(response.headers, at: now)
      switch response.status {
      case 200..<300:
        // The name is what stands before the version and the address of whom to ask.
        let product = agent.prefix { !"/ (".contains($0) }
        return .success(RobotsRules(response.body, agent: String(product)))
      case 400..<500 where response.status != 429 && (response.status != 403 || wait == nil):
        return .success(RobotsRules())
      default:
        return .failure(
          RobotsFailure(
            explanation: Bilingual(
              zh: "读取 robots.txt 时服务器回答 \(response.status)",
              en: "the server answers \(response.status) for robots.txt"),
            isLimit: wait != nil || response.status == 429 || response.status == 503, wait: wait))
      }
    } catch {
      return .failure(
        RobotsFailure(
          explanation: Bilingual(
            zh: "读不到 robots.txt：\(error.explanation.zh)",
            en: "robots.txt cannot be read: \(error.explanation.en)")))
    }
  }
}
