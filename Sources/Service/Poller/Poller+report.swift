import Bytes
import Desk
import Response
import Watch

// What the poller tells of itself.
extension Poller {
  /// A source that is not heard for longer than this counts as silent, or for four of its intervals.
  private static let longestDeafness = Duration.hours(1)
  private static let deafIntervals = 4
  private static let day = 24

  /// How many sources there are, and how many of them would not be heard if they said something.
  var coverage: AlertEvidence.Coverage {
    let now = frontDesk.clock.now()
    return AlertEvidence.Coverage(
      sources: states.count,
      silent: settings.values.count { source in
        states[source.id].map { isSilent($0, source, at: now) } ?? false
      })
  }

  /// Each source that the desk wants to hear: what a person has paused is not missed, nor what is
  /// asked no more because its server said that it is gone.
  var hearing: [SourceHearing] {
    let now = frontDesk.clock.now()
    return settings.values.sorted { $0.id < $1.id }.compactMap { source in
      guard let state = states[source.id], state.retired == nil,
        source.pause?.holds(at: now) != true
      else { return nil }
      return SourceHearing(
        source: source.id.text, isOfficial: source.tier == .official,
        isHeard: !isSilent(state, source, at: now), lastHeard: state.lastSuccess)
    }
  }

  private func isSilent(
    _ state: SourceState, _ source: Configuration.SourceSettings, at now: Instant
  ) -> Bool {
    if source.pause?.holds(at: now) == true { return true }
    if state.retired != nil || state.failures >= Self.failuresBeforeNotice { return true }
    let isHindered = state.failures > 0 || limit(of: state, at: now) != nil
    guard isHindered, let last = state.lastSuccess else { return false }
    return now - last > max(Self.longestDeafness, source.every.duration * Self.deafIntervals)
  }

  /// Until when a source's host is left alone.
  private func limit(of state: SourceState, at now: Instant) -> Instant? {
    table.limit(ofHost: SourceFetch.host(of: state.address), at: now)
  }

  var sources: [LiveSource] {
    let now = frontDesk.clock.now()
    return configuration.sources.compactMap { source in
      states[source.id].map { live(source, $0, at: now) }
    }
  }

  private func live(
    _ source: Configuration.SourceSettings, _ state: SourceState, at now: Instant
  ) -> LiveSource {
    let limit = limit(of: state, at: now)
    let health = SourceHealth(state, limit: limit, at: now)
    var live = LiveSource(id: source.id, name: source.name)
    live.lastSuccess = state.lastSuccess
    live.lastItem = state.lastItem
    live.items = state.items
    live.polls = state.polls
    live.problem = state.problem
    live.failures = state.failures
    live.nextPoll = table.due(source.id).map { max($0, limit ?? $0) }
    live.state = health.state.rawValue
    live.health = health.sentence(in: configuration.desk.zone)
    if let pause = source.pause, pause.holds(at: now) {
      live.state = SourceHealth.State.paused.rawValue
      live.health = Self.sentence(pause, in: configuration.desk.zone)
    }
    live.isHeard = !isSilent(state, source, at: now)
    live.limitedUntil = health.until
    live.usualGap = health.usual
    live.movedTo = state.movedTo
    let counts = listening.counts(of: source.id, from: now - .hours(Self.day))
    for count in counts.values {
      live.heardToday += count.heard
      live.failedToday += count.failed
      live.itemsToday += count.items
    }
    let first = (now - .hours(Self.day)).floored(to: .hours(1)) + .hours(1)
    live.deafHours = (0..<Self.day).map { first + .hours($0) }.filter { hour in
      // The hour that runs may still bring an answer.
      hour + .hours(1) <= now && (counts[hour]?.heard ?? 0) == 0
    }
    return live
  }

  private static func sentence(_ pause: SourcePause, in zone: DeskZone) -> Bilingual {
    let word = SourceHealth.State.paused.word
    let until = pause.until.map { zone.text($0) }
    return Bilingual(
      zh: word.zh + (until.map { "，至 \($0)" } ?? "") + "（\(pause.reason)）",
      en: word.en + (until.map { " until \($0)" } ?? "") + " (\(pause.reason))")
  }

  /// What can be said of each source in an hour of the last 90 days: whether there was no news, or no
  /// data. Sources that were not asked in it are missing.
  func listened(inHourOf time: Instant) async -> [Name: ListeningLog.Answer] {
    let hour = time.floored(to: .hours(1))
    var counts: [Name: ListeningLog.Count] = [:]
    let kept = await store.hours(from: hour, to: hour)
    for part in kept + [listening.open].compactMap({ $0 }) where part.start == hour {
      counts.merge(part.counts) { $0 + $1 }
    }
    return counts.mapValues { ListeningLog.answer($0) }
  }

  /// Asks a source once and reads what comes, as if it were new; nothing of it is kept. It waits for
  /// its host's turn as any poll does.
  func test(_ source: Configuration.SourceSettings) async -> SourceTest {
    let host = SourceFetch.host(of: source.url)
    // Somebody waits for it, so the pause that a host wants passes also while an exercise's clock is
    // held.
    let (start, began) = (frontDesk.clock.now(), ContinuousClock.now)
    func time() -> Instant { max(frontDesk.clock.now(), start + (ContinuousClock.now - began)) }
    let deadline = began + SourceTest.patience
    while !table.claim(host: host, at: time()) {
      let now = time()
      if let until = table.limit(ofHost: host, at: now) { return .putOff(until: until) }
      guard ContinuousClock.now < deadline else { return .hostBusy }
      do {
        try await Task.sleep(for: SourceTest.look)
      } catch {
        return .hostBusy
      }
    }
    let now = frontDesk.clock.now()
    let answer = await fetch.ask(
      SourceFetch.Question(source: source, address: source.url, now: now))
    if case .failed(.limited, _, let wait) = answer.finding {
      table.limit(host: host, until: now + (wait ?? RetryAfter.unsaid), at: now)
    }
    table.release(host: host, at: frontDesk.clock.now())
    wakeUp()
    return SourceTest(answer)
  }
}

/// What one look at a source has shown.
enum SourceTest: Sendable {
  case feed(Findings)
  case failed(SourceTrouble, Bilingual, candidates: [FeedCandidate] = [])
  /// Its host has asked for patience, and is not asked before then.
  case putOff(until: Instant)
  /// Its host was busy with other sources all the time.
  case hostBusy

  struct Findings: Sendable {
    let format: String
    let title: String?
    let language: String?
    let encoding: String
    let entries: Int
    /// The first entries, as they came: foreign text.
    let first: [FeedEntry]
    let newest: Instant?
    let problems: [Bilingual]
    let hints: PublisherHints
    /// Where its redirects lead for good, if they do.
    let movedTo: String?
    let took: Duration
  }

  static let patience = Duration.seconds(20)
  static let look = Duration.milliseconds(100)
  private static let shownEntries = 5

  init(_ answer: SourceFetch.Answer) {
    switch answer.finding {
    case .failed(let trouble, let problem, _):
      self = .failed(trouble, problem, candidates: answer.candidates)
    case .unchanged:
      self = .failed(
        .unreachable,
        Bilingual(
          zh: "服务器对首次访问回答“未修改”", en: "the server answers 'not modified' to a first question"))
    case .document(let document, _):
      self = .feed(
        Findings(
          format: document.format, title: document.title, language: document.language,
          encoding: document.encoding, entries: document.entries.count,
          first: Array(document.entries.prefix(Self.shownEntries)),
          newest: document.entries.compactMap { $0.published ?? $0.updated }.max(),
          problems: document.problems.map(\.explanation),
          hints: PublisherHints(freshness: answer.freshness, document: document.hints),
          movedTo: PermanentMove.target(of: answer.hops), took: answer.took))
    }
  }
}
