import Bytes
import Desk
import Foundation
import Watch
import Wire

/// One question to one source, and what its answer means. It keeps nothing: who asks decides what
/// follows.
struct SourceFetch: Sendable {
  let fetcher: Fetcher
  /// The desk's own, where a source names none.
  let userAgent: String

  struct Question: Sendable {
    let source: Configuration.SourceSettings
    /// Where it is asked: the configured address, or where it has moved.
    let address: String
    /// Empty for one that asks for the document whatever happened.
    var validators = SourceState.Validators()
    /// Of the document that is known.
    var body: BodyMark?
    /// Whether its host is asked again soon.
    var keepsConnection = true
    /// The desk's time.
    let now: Instant
  }

  struct Answer: Sendable {
    let finding: Finding
    var validators = SourceState.Validators()
    /// How long the answer says that it holds.
    var freshness: Duration?
    var hops: [FetchResponse.Hop] = []
    /// Who answered in the end.
    var host: String?
    var took = Duration.zero
    /// What a page names that came in place of a feed.
    var candidates: [FeedCandidate] = []
  }

  enum Finding: Sendable {
    /// By its own word, or byte for byte.
    case unchanged
    case document(FeedDocument, BodyMark)
    /// `wait` is how long the server puts us off, where it says so.
    case failed(SourceTrouble, Bilingual, wait: Duration? = nil)
  }

  /// An item's line holds its texts, and has to fit into the item log.
  private static let longestText = 128 << 10
  /// What an operator has marked as large may come unpacked.
  private static let largeBody = FeedLimits.large.bytes

  func ask(_ question: Question) async -> Answer {
    let source = question.source
    var request = FetchRequest(
      url: question.address, userAgent: source.userAgent ?? userAgent)
    request.ifNoneMatch = question.validators.entityTag
    request.ifModifiedSince = question.validators.lastModified
    request.keepsConnection = question.keepsConnection
    if source.isLarge {
      request.limits.bodyBytes = Self.largeBody
      request.limits.wireBytes = Self.largeBody
    }
    let allowed = source.allow.compactMap { AddressRange($0) }
    // Whoever allows an intranet's range has looked at the port as well.
    request.addresses = AddressRule(allowing: allowed, ports: allowed.isEmpty ? .web : .any)
    let response: FetchResponse
    do {
      response = try await fetcher.fetch(request)
    } catch {
      // The time that a host took to say nothing is what makes it a suspect anyway.
      return Answer(finding: .failed(.unreachable, error.explanation))
    }
    var finding = await finding(response, question)
    var candidates: [FeedCandidate] = []
    if case .failed(.html, let problem, let wait) = finding {
      candidates = discoverFeeds(
        in: response.body, contentType: response.headers["Content-Type"], url: response.url)
      finding = .failed(.html, Self.naming(candidates, problem), wait: wait)
    }
    return Answer(
      finding: finding,
      validators: SourceState.Validators(
        entityTag: response.entityTag, lastModified: response.lastModified),
      freshness: PublisherHints.freshness(response.headers, at: question.now),
      hops: response.hops, host: Self.host(of: response.url), took: response.timings.total,
      candidates: candidates)
  }

  private func finding(_ response: FetchResponse, _ question: Question) async -> Finding {
    switch response.status {
    case 304 where !question.validators.isEmpty: return .unchanged
    case 304:
      // Nothing was said to be known: it proves no more than that somebody answers.
      return .failed(
        .unreachable,
        Bilingual(
          zh: "服务器回答 304（无变化），但并未收到过内容",
          en: "the server answers 304, not modified, to a request that named no version"))
    case 200..<300:
      let body = BodyMark(response.body)
      if body == question.body { return .unchanged }
      return await Self.read(response, question.source, body)
    default: return Self.refusal(response, at: question.now)
    }
  }

  /// Off the caller's actor: reading a large feed must not hold up the others.
  private nonisolated static func read(
    _ response: FetchResponse, _ source: Configuration.SourceSettings, _ body: BodyMark
  ) async -> Finding {
    var limits = source.isLarge ? FeedLimits.large : .standard
    limits.textBytes = longestText
    do throws(FeedFailure) {
      let document = try readFeed(
        response.body, contentType: response.headers["Content-Type"], url: response.url,
        zone: source.zone, limits: limits, rule: source.rule)
      return .document(document, body)
    } catch {
      return .failed(SourceTrouble(error), error.explanation)
    }
  }

  /// The same for a file that was dropped.
  nonisolated static func read(
    dropped bytes: [UInt8], as kind: DropKind, _ source: Configuration.SourceSettings
  ) async throws(FeedFailure) -> FeedDocument {
    var limits = source.isLarge ? FeedLimits.large : .standard
    limits.textBytes = longestText
    return try readDropped(bytes, as: kind, zone: source.zone, limits: limits, rule: source.rule)
  }

  /// A page in place of the feed; where it names one itself, a person is told of it. The address is
  /// never changed unasked: a page under maintenance or behind a login names whatever it likes.
  private static func naming(_ candidates: [FeedCandidate], _ page: Bilingual) -> Bilingual {
    let named = candidates.first { $0.type != nil && !bearsHandle(link: $0.url) }
    guard let named else { return page }
    let shown = terminalSafe(shortened(named.url, to: 200))
    return Bilingual(
      zh: page.zh + "；该网页标出的信源地址为 \(shown)",
      en: page.en + "; the page names a feed at \(shown)")
  }

  /// What a status that brings no feed stands for.
  ///
  /// 429 and 503 put us off (RFC 6585 §4, RFC 9110 §15.6.4), and so does a 403 that says for how long,
  /// or that comes from those who are known to answer 403 for 429. A 403 or 503 with a page comes
  /// from a wall before the server, which waiting alone does not open.
  private static func refusal(_ response: FetchResponse, at now: Instant) -> Finding {
    let status = response.status
    let plain = Bilingual(zh: "服务器回答 \(status)", en: "the server answers \(status)")
    let wait = RetryAfter.wait(response.headers, at: now)
    switch status {
    case 429: return .failed(.limited, plain, wait: wait)
    case 503 where response.headers["cf-mitigated"] == nil:
      return .failed(.limited, plain, wait: wait)
    case 403, 503:
      if wait != nil { return .failed(.limited, plain, wait: wait) }
      if isPage(response) {
        return .failed(
          .challenge,
          Bilingual(
            zh: "服务器回答 \(status)，并给出验证页或拦截页",
            en: "the server answers \(status) with a page that keeps programs out"))
      }
      let isLimit = HostTable.isSlow(host: host(of: response.url))
      return .failed(isLimit ? .limited : .unreachable, plain)
    case 410:
      return .failed(
        .gone,
        Bilingual(zh: "服务器回答 410：信源已永久撤除", en: "the server answers 410: gone for good"))
    default: return .failed(.unreachable, plain)
    }
  }

  /// A challenge says so, or is a page for people.
  private static func isPage(_ response: FetchResponse) -> Bool {
    if response.headers["cf-mitigated"] != nil { return true }
    if response.headers["Content-Type"]?.lowercased().contains("html") == true { return true }
    let start = response.body.prefix(512).drop { $0 <= 0x20 }
    let text = String(decoding: start.prefix(16), as: UTF8.self).lowercased()
    return text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
  }

  /// The host of an address, by which it is polite to count; the whole where there is none.
  ///
  /// Only for telling hosts apart: what is really asked is libcurl's to take apart.
  static func host(of address: String) -> String {
    let bytes = address.utf8
    guard let scheme = bytes.firstIndex(of: UInt8(ascii: ":")) else { return address }
    var rest = bytes[bytes.index(after: scheme)...].drop { $0 == UInt8(ascii: "/") }
    rest = rest.prefix { ![UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains($0) }
    if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest = rest[rest.index(after: at)...] }
    if rest.first == UInt8(ascii: "[") {
      rest = rest.dropFirst().prefix { $0 != UInt8(ascii: "]") }
    } else {
      rest = rest.prefix { $0 != UInt8(ascii: ":") }
    }
    return rest.isEmpty ? address : String(decoding: rest, as: UTF8.self)
  }
}

extension SourceTrouble {
  /// A rule that finds nothing on a page stands for a page that has changed, not for no news.
  fileprivate init(_ failure: FeedFailure) {
    switch failure {
    case .html: self = .html
    case .noItem, .noList: self = .zeroItems
    default: self = .unreachable
    }
  }
}
