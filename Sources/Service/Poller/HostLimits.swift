import Bytes

/// The hosts that have put us off, and until when.
///
/// A limit is a host's; but where a second host of one registrable domain sets one within ten
/// minutes, it is the domain's: names under it are cheap, and the server behind them is one.
struct HostLimits: Sendable {
  private var hosts: [String: Instant] = [:]
  private var domains: [String: Domain] = [:]

  private struct Domain {
    var until: Instant?
    /// Which of its hosts has put us off last, and when.
    var lastHost: String
    var lastTime: Instant
  }

  static let window = Duration.minutes(10)

  /// A limit that is longer stands: none is ever shortened.
  mutating func limit(_ host: String, until: Instant, at now: Instant) {
    let longer = max(hosts[host] ?? until, until)
    hosts[host] = longer
    guard let domain = registrableDomain(of: host) else { return }
    var known = domains[domain] ?? Domain(lastHost: host, lastTime: now)
    if known.lastHost != host, now - known.lastTime <= Self.window {
      known.until = max(known.until ?? longer, longer)
    }
    known.lastHost = host
    known.lastTime = now
    domains[domain] = known
  }

  /// The end of the last limit of a host or of its domain, though it may be over.
  func until(of host: String) -> Instant? {
    guard !hosts.isEmpty else { return nil }
    let domain = domains.isEmpty ? nil : registrableDomain(of: host)
    return [hosts[host], domain.flatMap { domains[$0]?.until }].compactMap { $0 }.max()
  }

  /// The clock was ahead by so much: what is left of each limit stays as long.
  mutating func goBack(by time: Duration) {
    hosts = hosts.mapValues { $0 - time }
    for name in domains.keys {
      if let until = domains[name]?.until { domains[name]?.until = until - time }
      if let last = domains[name]?.lastTime { domains[name]?.lastTime = last - time }
    }
  }
}
