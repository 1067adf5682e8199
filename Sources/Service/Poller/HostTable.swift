import Bytes

/// Who may be asked next, so that no server is asked too often and none that is slow holds up others.
///
/// Times are the desk's. Of each host one source is asked at a time, and its next one no sooner than
/// a gap after that began; hosts take turns, and of one host's sources the one that is due longest
/// comes first. Sources that failed or were slow last time are suspects: at most a quarter of the
/// places is theirs. A host that has put us off is left alone until then, and so is a whole
/// registrable domain of which a second host does so. A value: whoever holds it gives it the time.
///
/// Each step costs as many comparisons as the number of sources has binary digits.
struct HostTable: Sendable {
  /// So many sources are asked at the same time.
  let places: Int
  private var entries: [Name: Entry] = [:]
  private var hosts: [String: Host] = [:]
  /// Not yet due, by when they are; and hosts that may not be asked yet, by when they may.
  private var waiting = Heap<Due<Name>>()
  private var parked = Heap<Due<String>>()
  /// Hosts of which a source may be asked now, in turn.
  private var turns = Pools(WaitingLine<String>())
  private var inFlight = Pools(0)
  private(set) var limits = HostLimits()
  private var lastVersion: UInt64 = 0

  /// The gap between two requests to a host, from start to start.
  static let gap = Duration.seconds(1)
  /// Hosts that allow one request a minute for an address, whatever the name under their domain.
  static let slowDomains: [String: Duration] = ["reddit.com": .seconds(61)]
  private static let suspectShare = 4

  private enum Place {
    case waiting
    case ready
    case inFlight
  }

  private struct Entry {
    let host: String
    var due: Instant
    var isSuspect: Bool
    var place = Place.waiting
    /// Which of the entries in a heap is meant: an older one is passed over.
    var version: UInt64
    var isRemoved = false
  }

  private struct Host {
    var gap: Duration
    var sources = 0
    var isBusy = false
    var nextStart: Instant?
    var ready = Pools(Heap<Due<Name>>())
    var hasTurn = Pools(false)
  }

  private struct Due<Subject: Comparable & Sendable>: Comparable, Sendable {
    let time: Instant
    let key: Subject
    var version: UInt64 = 0

    static func < (left: Due, right: Due) -> Bool {
      (left.time, left.key) < (right.time, right.key)
    }
  }

  /// One value for sound sources and one for suspects.
  private struct Pools<Value: Sendable>: Sendable {
    private var sound: Value
    private var suspect: Value

    init(_ value: Value) { (sound, suspect) = (value, value) }

    subscript(isSuspect: Bool) -> Value {
      get { isSuspect ? suspect : sound }
      _modify { if isSuspect { yield &suspect } else { yield &sound } }
    }
  }

  init(places: Int) {
    precondition(places > 0, "a poller needs a place")
    self.places = places
  }

  /// What counts as one host: its name in small letters, whatever the port; for a domain that counts
  /// all its hosts together, that domain.
  static func key(ofHost host: String) -> String {
    let host = host.lowercased()
    guard let domain = registrableDomain(of: host), slowDomains[domain] != nil else { return host }
    return domain
  }

  static func isSame(_ host: String, _ other: String) -> Bool {
    key(ofHost: host) == key(ofHost: other)
  }

  /// Whether a host allows so few requests that what it answers without reason is a limit.
  static func isSlow(host: String) -> Bool {
    registrableDomain(of: host).map { slowDomains[$0] != nil } ?? false
  }

  // Sources come, change and go.

  /// Adds a source, or has a known one due at another time. One that is in flight keeps its place
  /// and gets its time when it ends.
  mutating func schedule(_ id: Name, host name: String, due: Instant, isSuspect: Bool = false) {
    let host = Self.key(ofHost: name)
    if let entry = entries[id] {
      if entry.place == .inFlight {
        entries[id]?.isRemoved = false
        return
      }
      if entry.host != host { remove(id) }
    }
    if entries[id] == nil {
      hosts[host, default: Host(gap: Self.gap(of: host))].sources += 1
    }
    lastVersion += 1
    entries[id] = Entry(host: host, due: due, isSuspect: isSuspect, version: lastVersion)
    waiting.insert(Due(time: due, key: id, version: lastVersion))
  }

  /// Whether a host has one source at most, so that it is not asked again soon.
  func isAlone(onHost name: String) -> Bool {
    (hosts[Self.key(ofHost: name)]?.sources ?? 0) <= 1
  }

  /// Forgets a source; one that is in flight when it ends.
  mutating func remove(_ id: Name) {
    guard let entry = entries[id] else { return }
    if entry.place == .inFlight {
      entries[id]?.isRemoved = true
      return
    }
    drop(id, entry)
  }

  private mutating func drop(_ id: Name, _ entry: Entry) {
    entries[id] = nil
    hosts[entry.host]?.sources -= 1
    if let host = hosts[entry.host], host.sources == 0, !host.isBusy { hosts[entry.host] = nil }
  }

  func due(_ id: Name) -> Instant? { entries[id]?.due }
  func isInFlight(_ id: Name) -> Bool { entries[id]?.place == .inFlight }
  var isNothingInFlight: Bool { inFlight[false] + inFlight[true] == 0 }

  // Turns.

  /// The next source to ask; nil if none may be asked now. It is in flight until `finish`.
  mutating func take(at now: Instant) -> Name? {
    pump(at: now)
    let suspects = max(1, places / Self.suspectShare)
    let all = inFlight[false] + inFlight[true]
    guard all < places else { return nil }
    // While suspects wait for their share, the others leave it to them.
    let isShareKept = !turns[true].isEmpty && inFlight[true] < suspects && places > 1
    let soundPlaces = isShareKept ? places - suspects : places
    if inFlight[false] < soundPlaces, let id = takeTurn(isSuspect: false, at: now) { return id }
    if inFlight[true] < suspects, let id = takeTurn(isSuspect: true, at: now) { return id }
    return nil
  }

  private mutating func takeTurn(isSuspect: Bool, at now: Instant) -> Name? {
    while let name = turns[isSuspect].popFirst() {
      hosts[name]?.hasTurn[isSuspect] = false
      guard let host = hosts[name], !host.isBusy else { continue }
      let free = freeTime(of: name)
      if let free, free > now {
        parked.insert(Due(time: free, key: name))
        continue
      }
      guard let id = popReady(of: name, isSuspect: isSuspect) else { continue }
      entries[id]?.place = .inFlight
      hosts[name]?.isBusy = true
      hosts[name]?.nextStart = now + host.gap
      inFlight[isSuspect] += 1
      return id
    }
    return nil
  }

  private mutating func popReady(of host: String, isSuspect: Bool) -> Name? {
    while let due = hosts[host]?.ready[isSuspect].popFirst() {
      if isCurrent(due, .ready) { return due.key }
    }
    return nil
  }

  private func isCurrent(_ due: Due<Name>, _ place: Place) -> Bool {
    entries[due.key].map { $0.version == due.version && $0.place == place } ?? false
  }

  /// A source was asked and is due again then, or never where that is nil.
  mutating func finish(_ id: Name, at now: Instant, due: Instant?, isSuspect: Bool) {
    guard let entry = entries[id], entry.place == .inFlight else { return }
    inFlight[entry.isSuspect] -= 1
    hosts[entry.host]?.isBusy = false
    entries[id]?.place = .waiting
    if let due, !entry.isRemoved {
      lastVersion += 1
      entries[id] = Entry(host: entry.host, due: due, isSuspect: isSuspect, version: lastVersion)
      waiting.insert(Due(time: due, key: id, version: lastVersion))
    } else {
      drop(id, entry)
    }
    giveTurn(to: entry.host, at: now)
  }

  /// Brings in what has become due, and hosts whose time has come.
  private mutating func pump(at now: Instant) {
    while let due = waiting.first, due.time <= now {
      _ = waiting.popFirst()
      guard isCurrent(due, .waiting), let entry = entries[due.key] else { continue }
      entries[due.key]?.place = .ready
      hosts[entry.host]?.ready[entry.isSuspect].insert(due)
      giveTurn(to: entry.host, at: now)
    }
    while let host = parked.first, host.time <= now {
      _ = parked.popFirst()
      giveTurn(to: host.key, at: now)
    }
  }

  private mutating func giveTurn(to name: String, at now: Instant) {
    guard let host = hosts[name], !host.isBusy else { return }
    let isReady = [false, true].contains { !host.ready[$0].isEmpty }
    guard isReady else { return }
    if let free = freeTime(of: name), free > now {
      parked.insert(Due(time: free, key: name))
      return
    }
    for isSuspect in [false, true] where !host.ready[isSuspect].isEmpty {
      if host.hasTurn[isSuspect] { continue }
      hosts[name]?.hasTurn[isSuspect] = true
      turns[isSuspect].append(name)
    }
  }

  private func freeTime(of host: String) -> Instant? {
    [hosts[host]?.nextStart, limits.until(of: host)].compactMap { $0 }.max()
  }

  private static func gap(of host: String) -> Duration {
    registrableDomain(of: host).flatMap { slowDomains[$0] } ?? gap
  }

  /// When something may change that nobody else tells of; nil while there is nothing to wait for.
  var soonest: Instant? {
    [waiting.first?.time, parked.first?.time].compactMap { $0 }.min()
  }

  /// Whether nothing is in flight and nothing could be asked now.
  mutating func isIdle(at now: Instant) -> Bool {
    guard isNothingInFlight else { return false }
    pump(at: now)
    for isSuspect in [false, true] {
      while let name = turns[isSuspect].popFirst() {
        hosts[name]?.hasTurn[isSuspect] = false
        guard let due = popReadyEntry(of: name, isSuspect) else { continue }
        hosts[name]?.ready[isSuspect].insert(due)
        if let free = freeTime(of: name), free > now {
          parked.insert(Due(time: free, key: name))
          continue
        }
        hosts[name]?.hasTurn[isSuspect] = true
        turns[isSuspect].pushFront(name)
        return false
      }
    }
    return true
  }

  private mutating func popReadyEntry(of host: String, _ isSuspect: Bool) -> Due<Name>? {
    while let due = hosts[host]?.ready[isSuspect].popFirst() {
      if isCurrent(due, .ready) { return due }
    }
    return nil
  }

  /// Takes a host for a request that belongs to no source here; false while it may not be asked.
  mutating func claim(host name: String, at now: Instant) -> Bool {
    let host = Self.key(ofHost: name)
    guard hosts[host]?.isBusy != true, freeTime(of: host).map({ $0 <= now }) ?? true else {
      return false
    }
    let gap = Self.gap(of: host)
    hosts[host, default: Host(gap: gap)].isBusy = true
    hosts[host]?.nextStart = now + gap
    return true
  }

  mutating func release(host name: String, at now: Instant) {
    let host = Self.key(ofHost: name)
    hosts[host]?.isBusy = false
    giveTurn(to: host, at: now)
  }

  /// A host wants so long a gap between two requests; never a shorter one than is usual for it.
  mutating func slowDown(host name: String, to gap: Duration) {
    let host = Self.key(ofHost: name)
    hosts[host]?.gap = max(Self.gap(of: host), gap)
  }

  /// A host has put us off until then. An earlier limit that is longer stands.
  mutating func limit(host name: String, until: Instant, at now: Instant) {
    limits.limit(Self.key(ofHost: name), until: until, at: now)
  }

  /// Until when a host is left alone because it, or its domain, asked for that.
  func limit(ofHost name: String, at now: Instant) -> Instant? {
    limits.until(of: Self.key(ofHost: name)).flatMap { $0 > now ? $0 : nil }
  }

  // The clock.

  /// The clock was ahead by so much: limits end as long after now as they would have, and nothing is
  /// due later than `latest` says.
  mutating func goBack(by time: Duration, at now: Instant, latest: (Name, Instant) -> Instant?) {
    for name in hosts.keys {
      if let next = hosts[name]?.nextStart { hosts[name]?.nextStart = min(next, now + Self.gap) }
    }
    limits.goBack(by: time)
    parked.removeAll()
    for name in hosts.keys { giveTurn(to: name, at: now) }
    bringForward(latest: latest)
  }

  /// Has each source that waits due no later than this says, which is given when it would be; nil
  /// leaves it.
  mutating func bringForward(latest: (Name, Instant) -> Instant?) {
    for (id, entry) in entries where entry.place == .waiting {
      guard let latest = latest(id, entry.due), latest < entry.due else { continue }
      lastVersion += 1
      entries[id]?.due = latest
      entries[id]?.version = lastVersion
      waiting.insert(Due(time: latest, key: id, version: lastVersion))
    }
  }
}
