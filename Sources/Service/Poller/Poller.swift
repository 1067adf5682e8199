import Bytes
import Desk
import Foundation
import Journal
import Response
import Synchronization
import Watch
import Wire

/// Asks every source when it is time, reads what comes, and hands new items on.
///
/// It joins the pure parts: `HostTable` says whose turn it is, `SourceFetch` asks, `SeenItems` tells
/// what is new, `PollSchedule` when to ask again, `SourceHealth` how well a source is heard. What a
/// feed showed before is known from the item log and from the source's own file, so that nothing is
/// taken twice; validators are kept only behind the items that came with them, so that nothing is
/// lost either.
actor Poller {
  let frontDesk: FrontDesk
  let intake: ItemIntake
  let store: SourceStore
  let log: Log
  private let fetcher: Fetcher
  var configuration: Configuration
  var settings: [Name: Configuration.SourceSettings] = [:]
  var states: [Name: SourceState] = [:]
  var table: HostTable
  var listening = ListeningLog()
  /// What lay in each drop folder when it was looked at last.
  var folders: [Name: DropFolder] = [:]
  /// What sites ask of programs, by scheme, host and port; and the sources whose turn went to that
  /// question.
  var robots: [String: KnownRobots] = [:]
  var askedInstead: Set<Name> = []
  /// When to try again those whose answering host could not be asked; and the hosts that were taken
  /// for a source besides its own.
  private var notAsked: [Name: Instant] = [:]
  private var claimed: [Name: String] = [:]
  /// Of whom the record says that they cannot be heard, are dead or retired.
  var toldOf: Set<Name> = []
  var deadOnRecord: Set<Name> = []
  /// When any source was heard last.
  var lastHeard: Instant?
  /// What was wrong with each feed's last document.
  var problems: [Name: Set<String>] = [:]
  private var authorKeys: [String: [UInt8]] = [:]

  /// Whether an incident is open, as of the record's change of this number.
  private(set) var isCrisis = false
  private var lastChange: UInt64?
  private var isRunning = false
  /// When the loop looked at the clock last, until when it sleeps, and what keeps it from going on.
  private var lastLook: Instant?
  private var sleepsUntil: Instant?
  private var fault: (any Error)?
  /// The sources whose files are behind, those longest behind first, and when files were written
  /// last, on the wall.
  private var unsaved: Set<Name> = []
  private var saveLine = WaitingLine<Name>()
  /// Whether anything was asked since the hour that runs was written last.
  var hasUnsavedHour = false
  private var lastSave = ContinuousClock.now
  private let isSaving = SaveMark()
  nonisolated let wake = ChangeSignal()

  private static let clockTolerance = Duration.minutes(2)
  /// How long a change of the record is waited for at once.
  private static let recordLook = Duration.hours(1)
  /// How often what has changed is written, and how much of it at most: writing each of ten thousand
  /// sources as it changed took nine tenths of the time of all. A crash in between costs a few
  /// documents that are fetched again, and no item: with so many sources, the file of one is behind
  /// by an hour and a half at most, and the item log is read further back than that.
  private static let saveEvery = Duration.seconds(30)
  private static let filesAtOnce = 64

  init(
    frontDesk: FrontDesk, intake: ItemIntake, store: SourceStore, configuration: Configuration,
    log: Log
  ) {
    self.frontDesk = frontDesk
    self.intake = intake
    self.store = store
    self.log = log
    self.configuration = configuration
    table = HostTable(places: configuration.polling.atOnce)
    var bounds = Fetcher.Bounds()
    bounds.inFlight = configuration.polling.atOnce
    fetcher = Fetcher(bounds: bounds)
  }

  var fetch: SourceFetch {
    SourceFetch(fetcher: fetcher, userAgent: configuration.polling.userAgent)
  }

  // The loop.

  func run() async throws {
    isRunning = true
    await withDiscardingTaskGroup { group in
      group.addTask { await self.followRecord() }
      while !Task.isCancelled, fault == nil {
        let seen = wake.count
        do {
          try await noticeIncidents()
        } catch {
          fault = fault ?? error
          break
        }
        let now = frontDesk.clock.now()
        noticeClock(now)
        while let id = table.take(at: now) {
          group.addTask { await self.work(from: id) }
        }
        saveNowAndThen()
        sleepsUntil = table.soonest
        await wake.wait(past: seen, atMost: frontDesk.clock.pause(until: sleepsUntil))
      }
      group.cancelAll()
    }
    if let fault { throw fault }
  }

  /// An incident that is opened or closed changes whose turn it is.
  private nonisolated func followRecord() async {
    var seen = frontDesk.changes.count
    while !Task.isCancelled {
      await frontDesk.changes.wait(past: seen, atMost: Self.recordLook)
      guard frontDesk.changes.count != seen else { continue }
      seen = frontDesk.changes.count
      wake.raise()
    }
  }

  /// Asks one source, and then others whose turn it is, for as long as there are any.
  private func work(from first: Name) async {
    var next: Name? = first
    while let id = next {
      do {
        try await attempt(id)
      } catch is CancellationError {
        // The daemon ends; what was not polled is polled by the next one.
      } catch {
        fault = fault ?? error
      }
      finish(id)
      let isOver = Task.isCancelled || fault != nil
      next = isOver ? nil : table.take(at: frontDesk.clock.now())
      // The loop may sleep past what is due now, and whoever waits for all to end looks again.
      if next == nil || table.soonest.map({ $0 < sleepsUntil ?? $0 + .seconds(1) }) ?? false {
        wake.raise()
      }
    }
  }

  private func attempt(_ id: Name) async throws {
    guard let source = settings[id], mayAskWhoAnswers(id) else { return }
    defer { releaseWhoAnswers(id) }
    do {
      if case .folder(let path, _) = source.kind {
        try await readFolder(source, path)
      } else if try await mayRead(source) {
        try await poll(source)
      }
    } catch let failure as JournalFailure where failure.isOfOneSource {
      // What one source brought could not be kept; the others go on.
      try await fail(source, .unreachable, failure.explanation, wait: nil)
    }
  }

  /// A source that is led elsewhere each time is asked only when those may be asked as well who
  /// answered last: else many sources that lead to one host would ask it all at once.
  private func mayAskWhoAnswers(_ id: Name) -> Bool {
    guard let state = states[id], let host = state.answeringHost,
      !HostTable.isSame(host, SourceFetch.host(of: state.address))
    else { return true }
    let now = frontDesk.clock.now()
    if let until = table.limit(ofHost: host, at: now) {
      notAsked[id] = until
    } else if table.claim(host: host, at: now) {
      claimed[id] = host
    } else {
      notAsked[id] = now + .seconds(1)
    }
    return claimed[id] != nil
  }

  private func releaseWhoAnswers(_ id: Name) {
    guard let host = claimed.removeValue(forKey: id) else { return }
    table.release(host: host, at: frontDesk.clock.now())
  }

  /// Leaves the source and its host free, and says when it is asked again.
  private func finish(_ id: Name) {
    let now = frontDesk.clock.now()
    guard let source = settings[id], states[id] != nil else {
      return table.finish(id, at: now, due: nil, isSuspect: false)
    }
    let again = notAsked.removeValue(forKey: id)
    let wasAsked = askedInstead.remove(id) == nil && again == nil
    if wasAsked { states[id]?.polls += 1 }
    guard let state = states[id], state.retired == nil else {
      return table.finish(id, at: now, due: nil, isSuspect: false)
    }
    var due = wasAsked ? schedule(of: source, state, at: now).next(after: now) : again ?? now
    if let pause = source.pause, pause.holds(at: now) {
      // Somebody has paused it while it was asked.
      guard let until = pause.until else {
        return table.finish(id, at: now, due: nil, isSuspect: false)
      }
      due = max(due, until)
    }
    table.finish(id, at: now, due: due, isSuspect: state.isSuspect)
    table.schedule(
      id, host: SourceFetch.host(of: state.address), due: due, isSuspect: state.isSuspect)
  }

  private func schedule(
    of source: Configuration.SourceSettings, _ state: SourceState, at now: Instant
  ) -> PollSchedule {
    PollSchedule(
      id: source.id, polls: state.polls, every: source.every.duration, isUrgent: source.isUrgent,
      isCrisis: isCrisis, habit: state.habit, hints: state.hints, setbacks: state.setbacks,
      isDead: state.isDead(at: now))
  }

  /// While an incident is open, nobody's wish to be asked less often counts, and what is due in
  /// hours is due within its configured interval.
  private func noticeIncidents() async throws {
    let change = frontDesk.changes.count
    guard change != lastChange else { return }
    let isOpen = try await frontDesk.view { $0.response.incidents.values.contains(where: \.isOpen) }
    lastChange = change
    defer { isCrisis = isOpen }
    guard isOpen, !isCrisis else { return }
    let now = frontDesk.clock.now()
    table.bringForward { id, due in
      // What is due within its interval, and a tenth of jitter, is not put off.
      guard let source = settings[id], states[id]?.setbacks == 0 else { return nil }
      let interval = min(source.every.duration, PollSchedule.longestInCrisis)
      guard due - now > interval * 11 / 10 else { return nil }
      return now + spread(over: interval, id)
    }
  }

  /// A clock that was ahead and is put right must not leave the desk deaf until then.
  private func noticeClock(_ now: Instant) {
    defer { lastLook = now }
    guard let lastLook, now < lastLook - Self.clockTolerance else { return }
    log("clock.wentBack", ["from": lastLook.iso8601])
    let step = lastLook - now
    for id in states.keys {
      if let until = states[id]?.limitedUntil { states[id]?.limitedUntil = until - step }
    }
    table.goBack(by: step, at: now) { id, _ in settings[id].map { now + $0.every.duration } }
  }

  // What others ask for.

  /// Looks at the clock again, which somebody has moved.
  nonisolated func wakeUp() { wake.raise() }

  /// Not before it has seen what the record says: that may have made somebody due.
  func isIdle(at now: Instant) -> Bool {
    guard !isRunning || lastChange == frontDesk.changes.count else { return false }
    return table.isIdle(at: now)
  }

  /// Has a source asked as soon as its host may be; false for one that is unknown or retired.
  @discardableResult
  func pollNow(_ id: Name) -> Bool {
    guard settings[id] != nil, let state = states[id], state.retired == nil else { return false }
    table.schedule(
      id, host: SourceFetch.host(of: state.address), due: frontDesk.clock.now(),
      isSuspect: state.isSuspect)
    wake.raise()
    return true
  }

  /// The same for many at once.
  func pollNow(_ ids: [Name]) { for id in ids { pollNow(id) } }

  /// Asks a retired source again, because a person says so.
  func resume(_ id: Name) async throws {
    guard states[id] != nil else { return }
    states[id]?.retired = nil
    states[id]?.goneSince = nil
    noteUnsaved(id)
    pollNow(id)
    try await tellHeard([id])
  }

  // Files.

  func noteUnsaved(_ id: Name) {
    if unsaved.insert(id).inserted { saveLine.append(id) }
  }

  private func saveNowAndThen() {
    guard !unsaved.isEmpty || hasUnsavedHour,
      ContinuousClock.now - lastSave >= Self.saveEvery, isSaving.begin()
    else {
      return
    }
    var next: Set<Name> = []
    while next.count < Self.filesAtOnce, let id = saveLine.popFirst() {
      // Some were written in the meantime.
      if unsaved.contains(id) { next.insert(id) }
    }
    saveAll(next) { [isSaving] in isSaving.end() }
  }

  /// At once, for what must outlive even the next seconds.
  func saveSoon(_ id: Name) { saveAll([id]) {} }

  private func saveAll(_ ids: Set<Name>, then done: @escaping @Sendable () -> Void) {
    lastSave = .now
    hasUnsavedHour = false
    unsaved.subtract(ids)
    store.save(ids.sorted().compactMap { states[$0] }, hour: listening.open) { [log] faults in
      // The next poll asks without these validators; nothing is lost by that.
      for (id, fault) in faults {
        log("source.unsaved", ["source": id.text, "reason": "\(fault)"])
      }
      done()
    }
  }

  func shutdown() async {
    await fetcher.shutdown()
    let all = Set(states.keys)
    await withCheckedContinuation { continuation in
      saveAll(all) { continuation.resume() }
    }
  }

  /// The month's key, made and put on record when it is first used.
  func authorKey(at now: Instant) async throws -> [UInt8] {
    let month = AuthorMonth.name(of: now)
    if let key = authorKeys[month] { return key }
    let key = try DeskKeys(folder: frontDesk.folder.keys).authorKey(month: month)
    authorKeys[month] = key
    let isKnown = try await frontDesk.view { $0.keyBook.months[month] != nil }
    if !isKnown {
      try await frontDesk.record([.keyCreated(month: month, digest: SHA256.hash(key))])
    }
    return key
  }
}

/// Whether files are being written, so that a slow disk gathers no line of writes.
private final class SaveMark: Sendable {
  private let isBusy = Atomic(false)

  /// Whether it was free.
  func begin() -> Bool { !isBusy.exchange(true, ordering: .acquiring) }
  func end() { isBusy.store(false, ordering: .releasing) }
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
