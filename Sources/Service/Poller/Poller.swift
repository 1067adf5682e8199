import Bytes
import Desk
import Foundation
import Journal
import Response
import Watch
import Wire

/// Asks every source when it is time, reads what comes, and hands new items on.
///
/// One transfer for a host at a time; a source that does not answer holds up nobody else. What a
/// feed showed before is known from the item log and from the source's own file, so that nothing is
/// taken twice; validators are stored only behind the items that came with them, so that nothing is
/// lost either.
actor Poller {
  private let frontDesk: FrontDesk
  private let intake: ItemIntake
  private let store: SourceStore
  private let fetcher: Fetcher
  private let log: Log
  private var configuration: Configuration
  private var states: [Name: SourceState] = [:]
  private var next: [Name: Instant] = [:]
  /// When the loop looked at the clock last, and what keeps it from going on.
  private var lastLook: Instant?
  private var fault: (any Error)?
  private static let clockTolerance = Duration.minutes(2)
  /// What was wrong with each feed's last document.
  private var problems: [Name: Set<String>] = [:]
  private var busyHosts: Set<String> = []
  private var busySources: Set<Name> = []
  private var authorKeys: [String: [UInt8]] = [:]
  private nonisolated let wake = ChangeSignal()

  /// After so many failures in a row the desk is told that a source cannot be heard.
  private static let failuresBeforeNotice = 3
  /// How far behind the newest day the log is read for items that no source's file knows.
  private static let lookBack = Duration.hours(24)

  init(
    frontDesk: FrontDesk, intake: ItemIntake, store: SourceStore, configuration: Configuration,
    log: Log
  ) {
    self.frontDesk = frontDesk
    self.intake = intake
    self.store = store
    self.log = log
    self.configuration = configuration
    var bounds = Fetcher.Bounds()
    bounds.inFlight = configuration.polling.atOnce
    fetcher = Fetcher(bounds: bounds)
  }

  /// Loads what is known of each source, and adds what the item log knows better: a crash between
  /// the log and a source's file leaves the file behind.
  func prepare(items: ItemLog) async throws {
    takeOver(configuration)
    guard let end = items.durableEnd else { return }
    let start = end.day.start - Self.lookBack
    var found: [(source: String, id: String, seen: Instant)] = []
    _ = try await items.read(from: ItemPosition(day: ItemDay(start), offset: 0)) { line, _ in
      // A line that cannot be read is no item, and cannot have been shown by a source.
      if let item = try? Item(line: line), let seen = item.firstSeen {
        found.append((item.source, item.id, seen))
      }
    }
    for (source, id, seen) in found {
      guard let name = Name(source), states[name] != nil, states[name]?.seen[id] == nil else {
        continue
      }
      states[name]?.seen[id] = seen
      states[name]?.items += 1
    }
  }

  func adopt(_ configuration: Configuration) async throws {
    takeOver(configuration)
    wake.raise()
    // Nobody listens to them any more, so that they are not silent either.
    let gone = try await frontDesk.view { $0.failingSources.keys.sorted() }
      .filter { states[$0] == nil }
    if !gone.isEmpty { try await frontDesk.record(gone.map { .sourceRecovered($0) }) }
  }

  private func takeOver(_ configuration: Configuration) {
    self.configuration = configuration
    let now = frontDesk.clock.now()
    let ids = Set(configuration.sources.map(\.id))
    states = states.filter { ids.contains($0.key) }
    next = next.filter { ids.contains($0.key) }
    for source in configuration.sources {
      if states[source.id] == nil {
        states[source.id] = store.load(source.id) ?? SourceState(id: source.id, url: source.url)
      }
      if states[source.id]?.url != source.url {
        // Another address: its validators and its silence are not this one's.
        var fresh = SourceState(id: source.id, url: source.url)
        fresh.seen = states[source.id]?.seen ?? [:]
        states[source.id] = fresh
      }
      if next[source.id] == nil { next[source.id] = now }
    }
  }

  func run() async throws {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled, fault == nil {
        let seen = wake.count
        let now = frontDesk.clock.now()
        noticeClock(now)
        for source in due(at: now) {
          begin(source)
          group.addTask { await self.work(source) }
        }
        await wake.wait(past: seen, atMost: frontDesk.clock.pause(until: soonest))
      }
      group.cancelAll()
    }
    if let fault { throw fault }
  }

  /// When the next source can be asked; one that waits for its host is woken when that is free.
  private var soonest: Instant? {
    configuration.sources
      .filter { !busySources.contains($0.id) && !busyHosts.contains(Self.host(of: $0)) }
      .compactMap { next[$0.id] }.min()
  }

  /// A clock that was ahead and is put right must not leave the desk deaf until then.
  private func noticeClock(_ now: Instant) {
    defer { lastLook = now }
    guard let lastLook, now < lastLook - Self.clockTolerance else { return }
    log("clock.wentBack", ["from": lastLook.iso8601])
    for source in configuration.sources {
      if let time = next[source.id] { next[source.id] = min(time, now + source.every.duration) }
    }
  }

  /// Polls, and whatever came of it leaves the source and its host free.
  private func work(_ source: Configuration.SourceSettings) async {
    do {
      do {
        try await poll(source)
      } catch let failure as JournalFailure where failure.isOfOneSource {
        // What one source brought could not be kept; the others go on.
        try await fail(source, failure.explanation)
        schedule(source, retryAfter: nil)
      }
    } catch is CancellationError {
      // The daemon ends; what was not polled is polled by the next one.
    } catch {
      fault = fault ?? error
    }
    busySources.remove(source.id)
    busyHosts.remove(Self.host(of: source))
    wake.raise()
  }

  func shutdown() async {
    await fetcher.shutdown()
    for state in states.values {
      do {
        try store.save(state)
      } catch {
        log("source.unsaved", ["source": state.id.text, "reason": "\(error)"])
      }
    }
  }

  /// Looks at the clock again, which somebody has moved.
  nonisolated func wakeUp() { wake.raise() }

  func isIdle(at now: Instant) -> Bool {
    busySources.isEmpty && next.values.allSatisfy { $0 > now }
  }

  /// How many sources there are, and how many of them cannot be heard.
  var coverage: AlertEvidence.Coverage {
    AlertEvidence.Coverage(
      sources: states.count,
      silent: states.values.count { $0.failures >= Self.failuresBeforeNotice })
  }

  var sources: [LiveSource] {
    configuration.sources.compactMap { source in
      states[source.id].map { state in
        LiveSource(
          id: source.id, name: source.name, lastSuccess: state.lastSuccess,
          lastItem: state.lastItem, items: state.items, polls: state.polls,
          problem: state.problem, failures: state.failures, nextPoll: next[source.id])
      }
    }
  }

  /// The sources whose time has come, each host at most once, those longest due first.
  private func due(at now: Instant) -> [Configuration.SourceSettings] {
    var hosts = busyHosts
    let ready = configuration.sources
      .filter { !busySources.contains($0.id) && next[$0.id].map { $0 <= now } ?? false }
      .sorted { (next[$0.id] ?? now, $0.id) < (next[$1.id] ?? now, $1.id) }
    return ready.filter { hosts.insert(Self.host(of: $0)).inserted }
  }

  private static func host(of source: Configuration.SourceSettings) -> String {
    let url = URL(string: source.url)
    return "\(url?.host ?? source.url):\(url?.port ?? 0)"
  }

  private func begin(_ source: Configuration.SourceSettings) {
    busySources.insert(source.id)
    busyHosts.insert(Self.host(of: source))
  }

  private func poll(_ source: Configuration.SourceSettings) async throws {
    guard let state = states[source.id] else { return }
    let answer = await fetch(source, state)
    // The configuration may have changed meanwhile: this is no answer of the address that it has.
    guard states[source.id]?.url == source.url else { return }
    var retryAfter: Duration?
    switch answer {
    case .unchanged(let validators): succeed(source, validators, bodyHash: nil)
    case .document(let document, let validators, let hash):
      try await take(document, validators, hash, source)
    case .failed(let problem, let wait):
      retryAfter = wait
      try await fail(source, problem)
    }
    if states[source.id]?.failures == 0 { try await noteHeard(source.id) }
    schedule(source, retryAfter: retryAfter)
  }

  /// The record decides whether a source was told of as silent: this program may be a new one.
  private func noteHeard(_ source: Name) async throws {
    if try await frontDesk.view({ $0.failingSources[source] != nil }) {
      try await frontDesk.record([.sourceRecovered(source)])
    }
  }

  private func schedule(_ source: Configuration.SourceSettings, retryAfter: Duration?) {
    states[source.id]?.polls += 1
    guard let state = states[source.id] else { return }
    next[source.id] =
      frontDesk.clock.now()
      + PollSchedule.wait(
        every: source.every.duration, failures: state.failures, polls: state.polls,
        id: source.id, retryAfter: retryAfter)
  }

  private struct Validators: Sendable {
    let entityTag: [UInt8]?
    let lastModified: [UInt8]?
  }

  private enum Answer: Sendable {
    case unchanged(Validators)
    case document(FeedDocument, Validators, Digest)
    case failed(Bilingual, retryAfter: Duration?)
  }

  private func fetch(_ source: Configuration.SourceSettings, _ state: SourceState) async -> Answer {
    var request = FetchRequest(url: source.url, userAgent: configuration.polling.userAgent)
    request.ifNoneMatch = state.entityTag
    request.ifModifiedSince = state.lastModified
    let allowed = source.allow.compactMap { AddressRange($0) }
    // Whoever allows an intranet's range has looked at the port as well.
    request.addresses = AddressRule(allowing: allowed, ports: allowed.isEmpty ? .web : .any)
    let response: FetchResponse
    do {
      response = try await fetcher.fetch(request)
    } catch {
      return .failed(error.explanation, retryAfter: nil)
    }
    let validators = Validators(
      entityTag: response.entityTag, lastModified: response.lastModified)
    switch response.status {
    case 304: return .unchanged(validators)
    case 200..<300:
      let hash = SHA256.hash(response.body)
      if hash == state.bodyHash { return .unchanged(validators) }
      return await Self.read(response, source, validators, hash)
    default:
      let wait = PollSchedule.retryAfter(
        response.headers["Retry-After"], at: DeskClock.wallNow(),
        date: { feedDate($0, in: .universal) })
      return .failed(
        Bilingual(zh: "服务器回答 \(response.status)", en: "the server answers \(response.status)"),
        retryAfter: wait)
    }
  }

  /// An item's line holds its texts, and has to fit into the item log.
  private static let feedLimits = FeedLimits(textBytes: 128 << 10)

  /// Off the actor: reading a large feed must not hold up the others.
  private nonisolated static func read(
    _ response: FetchResponse, _ source: Configuration.SourceSettings, _ validators: Validators,
    _ hash: Digest
  ) async -> Answer {
    do {
      let document = try readFeed(
        response.body, contentType: response.headers["Content-Type"], url: response.url,
        zone: source.zone, limits: Self.feedLimits)
      return .document(document, validators, hash)
    } catch {
      return .failed(error.explanation, retryAfter: nil)
    }
  }

  private func take(
    _ document: FeedDocument, _ validators: Validators, _ hash: Digest,
    _ source: Configuration.SourceSettings
  ) async throws {
    let now = frontDesk.clock.now()
    let key = try await authorKey(at: now)
    let profile = SourceProfile(
      id: source.id.text, owner: source.owner, tier: Item.Tier(rawValue: source.tier.rawValue),
      language: source.language, isPersonal: source.isPersonal)
    let found = items(from: document, of: profile, seen: now) { name in
      String(hmacSHA256(key: key, Array(name.utf8)).hex.prefix(32))
    }
    let known = states[source.id]?.seen ?? [:]
    // A feed lists the newest first; within one answer the oldest goes first.
    let news = found.filter { known[$0.id] == nil }.reversed()
    let committed = try await intake.commit(Array(news))
    for item in found { states[source.id]?.seen[item.id] = committed }
    states[source.id]?.items += news.count
    if !news.isEmpty { states[source.id]?.lastItem = committed }
    states[source.id]?.forget(at: committed)
    noteProblems(document, of: source.id)
    succeed(source, validators, bodyHash: hash)
    if let state = states[source.id] {
      do {
        try store.save(state)
      } catch {
        // The next poll asks without these validators; nothing is lost by that.
        log("source.unsaved", ["source": source.id.text, "reason": "\(error)"])
      }
    }
  }

  private func succeed(
    _ source: Configuration.SourceSettings, _ validators: Validators, bodyHash: Digest?
  ) {
    guard var state = states[source.id] else { return }
    if let tag = validators.entityTag { state.entityTag = tag }
    if let date = validators.lastModified { state.lastModified = date }
    if let bodyHash {
      // An answer that brings no validators withdraws those that were.
      state.entityTag = validators.entityTag
      state.lastModified = validators.lastModified
      state.bodyHash = bodyHash
    }
    state.lastSuccess = frontDesk.clock.now()
    state.failures = 0
    state.firstFailure = nil
    state.problem = nil
    states[source.id] = state
  }

  /// A feed that is always broken in one way is told of once.
  private func noteProblems(_ document: FeedDocument, of source: Name) {
    let kinds = Set(document.problems.map(\.kind))
    let news = kinds.subtracting(problems[source] ?? [])
    for problem in document.problems where news.contains(problem.kind) {
      log("feed.problem", ["source": source.text, "problem": problem.explanation.en])
    }
    problems[source] = kinds
  }

  private func fail(_ source: Configuration.SourceSettings, _ problem: Bilingual) async throws {
    let now = frontDesk.clock.now()
    guard var state = states[source.id] else { return }
    state.failures += 1
    state.firstFailure = state.firstFailure ?? now
    state.problem = problem
    states[source.id] = state
    log(
      "source.failed",
      ["source": source.id.text, "failures": "\(state.failures)", "reason": problem.en])
    if state.failures == Self.failuresBeforeNotice {
      try await frontDesk.record([
        .sourceFailing(
          source.id, reason: problem.shortened(to: 300), since: state.firstFailure ?? now)
      ])
    }
  }

  /// The month's key, made and put on record when it is first used.
  private func authorKey(at now: Instant) async throws -> [UInt8] {
    let month = AuthorMonth.name(of: now)
    if let key = authorKeys[month] { return key }
    let key = try DeskKeys(folder: frontDesk.folder.keys).authorKey(month: month)
    authorKeys[month] = key
    let isKnown = try await frontDesk.view { $0.keyMonths[month] != nil }
    if !isKnown {
      try await frontDesk.record([.keyCreated(month: month, digest: SHA256.hash(key))])
    }
    return key
  }
}

extension JournalFailure {
  /// Whether only what was to be kept is at fault, and not the disk.
  fileprivate var isOfOneSource: Bool {
    switch self {
    case .tooLong, .overloaded: true
    default: false
    }
  }
}
