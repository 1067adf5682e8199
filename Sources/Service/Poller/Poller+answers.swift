import Bytes
import Desk
import Journal
import Response
import Watch
import Wire

// What is done with an answer.
extension Poller {
  /// After so many failures in a row the desk is told that a source cannot be heard.
  static let failuresBeforeNotice = 3
  /// Whoever puts us off for longer than this is told of at once.
  private static let longWait = Duration.hours(1)
  /// A source that takes longer than this may not take the place of others next time.
  private static let slowAnswer = Duration.seconds(10)
  /// So long nobody is not heard by chance.
  private static let deafness = Duration.minutes(15)
  /// As many items a feed has to have listed for an empty list to be strange.
  private static let fewestForEmpty = 3

  func poll(_ source: Configuration.SourceSettings) async throws {
    guard let state = states[source.id] else { return }
    let asked = frontDesk.clock.now()
    let isProbe = state.isProbeDue(at: asked)
    let answer = await fetch.ask(
      SourceFetch.Question(
        source: source, address: state.address,
        validators: isProbe ? SourceState.Validators() : state.validators,
        body: state.body,
        keepsConnection: !table.isAlone(onHost: SourceFetch.host(of: state.address)), now: asked))
    // The configuration may have changed meanwhile: this is no answer of the address that it has.
    guard isCurrent(state) else { return }
    states[source.id]?.isSlow = answer.took > Self.slowAnswer
    if let host = answer.host {
      let isHere = HostTable.isSame(host, SourceFetch.host(of: state.address))
      states[source.id]?.answeringHost = isHere ? nil : host
    }
    if isProbe { states[source.id]?.lastProbe = frontDesk.clock.now() }
    switch answer.finding {
    case .unchanged: try await takeUnchanged(answer, source)
    case .document(let document, let body): try await take(document, body, answer, source)
    case .failed(let trouble, let problem, let wait):
      if !answer.hops.isEmpty, trouble == .html { states[source.id]?.move = nil }
      try await fail(source, trouble, problem, wait: wait, host: answer.host)
    }
  }

  private func isCurrent(_ state: SourceState) -> Bool {
    settings[state.id] != nil && states[state.id]?.address == state.address
  }

  private func takeUnchanged(
    _ answer: SourceFetch.Answer, _ source: Configuration.SourceSettings
  ) async throws {
    let now = frontDesk.clock.now()
    let known = states[source.id]
    states[source.id]?.keep(answer.validators, at: now)
    // A 304 repeats only what has changed.
    if let freshness = answer.freshness { states[source.id]?.hints.freshness = freshness }
    try await heard(source, items: 0, hops: answer.hops, at: now)
    // Of an answer without news only this must outlive a crash; the time of it may be an older one.
    if let known, let state = states[source.id],
      known.validators != state.validators || known.move != state.move || known.failures > 0
    {
      noteUnsaved(source.id)
    }
  }

  private func take(
    _ document: FeedDocument, _ body: BodyMark, _ answer: SourceFetch.Answer,
    _ source: Configuration.SourceSettings
  ) async throws {
    guard let state = states[source.id], let taken = try await commit(document, of: source) else {
      return
    }
    let (fresh, committed) = (taken.fresh, taken.time)
    guard isCurrent(state) else { return }
    states[source.id]?.habit.note(fresh.map { $0.published ?? committed })
    states[source.id]?.replace(answer.validators, at: committed)
    states[source.id]?.hints = PublisherHints(
      freshness: answer.freshness, document: document.hints)
    states[source.id]?.body = body
    let hasSameTitle = document.title != nil && document.title == state.title
    states[source.id]?.title = document.title
    noteProblems(document, of: source.id)
    let isSameFeed = taken.hasKnown || hasSameTitle
    try await heard(
      source, items: fresh.count, hops: isSameFeed ? answer.hops : [], at: committed)
  }

  struct Taken {
    /// Items that nobody had seen, without those that are others' revisions.
    let fresh: [Item]
    let hasKnown: Bool
    let time: Instant
  }

  /// Brings what is new of a document to disk; nil where the document cannot be right, which is told.
  func commit(
    _ document: FeedDocument, of source: Configuration.SourceSettings
  ) async throws -> Taken? {
    let now = frontDesk.clock.now()
    let key = try await authorKey(at: now)
    let found = await Self.items(from: document, of: SourceProfile(source), seen: now, key)
    guard let state = states[source.id] else { return nil }
    let listed = state.seen.listing.count
    // A list of warnings is empty when there are none; any other has lost its items by a mistake. A
    // file says what it says.
    if found.isEmpty, listed >= Self.fewestForEmpty, !source.isUrgent, !source.isFolder {
      try await fail(
        source, .zeroItems,
        Bilingual(
          zh: "信源列出 0 条，此前有 \(listed) 条；已有条目保留",
          en: "the feed lists no items where it listed \(listed); the old ones are kept"),
        wait: nil)
      return nil
    }
    let news = state.seen.news(in: found, at: now)
    let committed = try await intake.commit(news.items)
    // They are on disk, whatever the configuration says by now.
    states[source.id]?.seen = news.after
    let fresh = news.items.filter { $0.revision == nil }
    states[source.id]?.items += fresh.count
    if !fresh.isEmpty { states[source.id]?.lastItem = committed }
    noteUnsaved(source.id)
    return Taken(fresh: fresh, hasKnown: news.hasKnown, time: committed)
  }

  /// Off the poller: many names in a long text must not hold up the others.
  private nonisolated static func items(
    from document: FeedDocument, of source: SourceProfile, seen: Instant, _ key: [UInt8]
  ) async -> [Item] {
    Watch.items(from: document, of: source, seen: seen) { name in
      String(hmacSHA256(key: key, Array(name.utf8)).hex.prefix(32))
    }
  }

  func heard(
    _ source: Configuration.SourceSettings, items: Int, hops: [FetchResponse.Hop], at now: Instant
  ) async throws {
    states[source.id]?.noteSuccess(at: now)
    noteEndOfDeafness(at: now)
    note(source.id, heard: true, items: items, at: now)
    if toldOf.contains(source.id) { try await tellHeard([source.id]) }
    guard let state = states[source.id] else { return }
    states[source.id]?.move = PermanentMove.after(state.move, hops: hops, at: now)
    guard let move = states[source.id]?.move, move.isProven(at: now) else { return }
    states[source.id]?.move = nil
    states[source.id]?.formerAddresses.append(
      SourceState.FormerAddress(url: state.address, until: now))
    states[source.id]?.movedTo = move.target == source.url ? nil : move.target
    saveSoon(source.id)
    log("source.moved", ["source": source.id.text])
    try await frontDesk.record([
      .sourceMoved(
        source.id, from: Self.recordable(state.address, of: source),
        to: Self.recordable(move.target, of: source))
    ])
  }

  /// Where nobody was heard for a while and most sources failed, it was this desk's own network: all
  /// are asked again within their interval, not within what their failures have made of it.
  private func noteEndOfDeafness(at now: Instant) {
    defer { lastHeard = now }
    guard let last = lastHeard, now - last > Self.deafness,
      states.values.count(where: { $0.setbacks > 0 }) * 2 >= states.count
    else { return }
    table.bringForward { id, _ in
      guard let source = settings[id], states[id].map({ $0.setbacks > 0 }) ?? false else {
        return nil
      }
      return now + spread(over: source.every.duration, id)
    }
  }

  /// A share of an interval that the id decides, so that not all come at once.
  func spread(over interval: Duration, _ id: Name) -> Duration {
    let share = Int64(SHA256.hash(id.text).bytes.first ?? 0)
    return .microseconds(interval.microseconds / 256 * share)
  }

  /// An address that can stand in the journal: one that may name a person is cut to its host.
  private static func recordable(
    _ address: String, of source: Configuration.SourceSettings
  ) -> String {
    source.isPersonal || bearsHandle(link: address) ? SourceFetch.host(of: address) : address
  }

  /// The record decides whether a source was told of as silent: this program may be a new one.
  func tellHeard(_ ids: some Sequence<Name>) async throws {
    let known = ids.filter { toldOf.contains($0) }
    guard !known.isEmpty else { return }
    toldOf.subtract(known)
    deadOnRecord.subtract(known)
    try await frontDesk.record(known.map { .sourceRecovered($0) })
  }

  private func note(_ id: Name, heard: Bool, items: Int, at now: Instant) {
    hasUnsavedHour = true
    guard let ended = listening.note(id, heard: heard, items: items, at: now) else { return }
    store.append(ended) { [log] fault in log("listening.unsaved", ["reason": "\(fault)"]) }
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

  // Failures.

  func fail(
    _ source: Configuration.SourceSettings, _ trouble: SourceTrouble, _ problem: Bilingual,
    wait: Duration?, host: String? = nil
  ) async throws {
    let now = frontDesk.clock.now()
    states[source.id]?.noteFailure(trouble, problem, at: now)
    noteUnsaved(source.id)
    note(source.id, heard: false, items: 0, at: now)
    if trouble == .limited { putOff(source, wait: wait, host: host, at: now) }
    var retires = false
    if trouble == .gone { retires = noteGone(source.id, at: now) }
    guard let state = states[source.id] else { return }
    log(
      "source.failed",
      [
        "source": source.id.text, "failures": "\(state.failures)", "trouble": trouble.rawValue,
        "reason": problem.en,
      ])
    try await tell(
      state, Self.recordable(trouble, problem, of: source), retires: retires, at: now)
  }

  /// Leaves the host alone for as long as it wants, also after a restart.
  private func putOff(
    _ source: Configuration.SourceSettings, wait: Duration?, host: String?, at now: Instant
  ) {
    guard let state = states[source.id] else { return }
    let limits = state.limits + 1
    states[source.id]?.limits = limits
    let until = now + (wait ?? RetryAfter.unsaidWait(count: limits))
    states[source.id]?.limitedUntil = until
    let asked = SourceFetch.host(of: state.address)
    for host in Set([asked, host ?? asked]) { table.limit(host: host, until: until, at: now) }
    saveSoon(source.id)
    log("host.limited", ["host": asked, "until": until.iso8601])
  }

  /// Whether the server has now said twice, a day or more apart, that the feed is gone.
  private func noteGone(_ id: Name, at now: Instant) -> Bool {
    guard let since = states[id]?.goneSince else {
      states[id]?.goneSince = now
      return false
    }
    guard now - since >= .hours(24) else { return false }
    states[id]?.retired = now
    saveSoon(id)
    return true
  }

  /// What can stand in the journal: a page's title, which a problem may quote, can name a person.
  private static func recordable(
    _ trouble: SourceTrouble, _ problem: Bilingual, of source: Configuration.SourceSettings
  ) -> Bilingual {
    if source.isPersonal { return trouble.explanation }
    return Bilingual(zh: withoutHandles(problem.zh), en: withoutHandles(problem.en))
      .shortened(to: 300)
  }

  private func tell(
    _ state: SourceState, _ problem: Bilingual, retires: Bool, at now: Instant
  ) async throws {
    var events: [RecordEvent] = []
    let since = state.firstFailure ?? now
    let isLong =
      state.limitedUntil.map { $0 - (state.lastSuccess ?? now) >= Self.longWait } ?? false
    if !toldOf.contains(state.id),
      state.failures >= Self.failuresBeforeNotice || isLong || retires
    {
      events.append(.sourceFailing(state.id, reason: problem, since: since))
    }
    if !deadOnRecord.contains(state.id), state.isDead(at: now) {
      events.append(.sourceDead(state.id, reason: problem, since: since))
      deadOnRecord.insert(state.id)
    }
    if retires { events.append(.sourceRetired(state.id, reason: problem)) }
    guard !events.isEmpty else { return }
    toldOf.insert(state.id)
    try await frontDesk.record(events)
  }
}

extension SourceProfile {
  fileprivate init(_ source: Configuration.SourceSettings) {
    self.init(
      id: source.id.text, owner: source.owner, tier: Item.Tier(rawValue: source.tier.rawValue),
      language: source.language, isPersonal: source.isPersonal)
  }
}
