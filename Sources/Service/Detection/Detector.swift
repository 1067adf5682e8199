import Bytes
import Desk
import Journal
import Response
import Watch

/// What was said about a topic in one hour.
struct TopicHour: Sendable {
  let hour: Instant
  let posts: Int
  let authors: Int?
  let owners: Int?
}

/// Runs the keyword model over what the intake has written, tick by tick, and raises alerts.
///
/// The model's state is a function of the item log: after a restart the checkpoint and the rest of
/// the log give the same topics under the same keys, and an alert that the journal has is not
/// raised again.
actor Detector {
  /// Items of one tick are taken together, whatever their order.
  static let tick = Duration.minutes(1)
  /// A tick that is taken no later than this was listened to.
  private static let liveMemory = Duration.minutes(5)
  /// A tick that is taken so late, after a restart, is learned from but raises nothing.
  private static let alertMemory = Duration.hours(1)
  /// How often the model is written to disk, in wall time.
  private static let checkpointEvery = Duration.seconds(300)

  nonisolated let intake: ItemIntake
  private let frontDesk: FrontDesk
  private let store: ModelStore
  private let log: Log
  private var configuration: Configuration
  private var rules: AlertRules
  private var mask: NameMask
  /// What is listened for besides bursts.
  private var memory: ListeningMemory
  private var silence = SilenceWatch()
  private var personalSources: Set<String>
  private var model: TopicModel
  /// The end of the last tick that the model has taken.
  private(set) var through: Instant?
  /// The place in the log behind the last item that it has taken.
  private var position: ItemPosition?
  /// While alerts are judged others may come in: what is through is not done yet.
  private var isTaking = false
  /// The model knows of something that the record does not.
  private var isBehind = false
  private static let clockTolerance = Duration.minutes(2)
  /// Empty ticks further back than this teach nothing.
  private static let longestSilence = Duration.days(7)
  private var lastCheckpoint = ContinuousClock.now
  /// How many sources are listened to now, and how many of them cannot be heard.
  private var coverage: @Sendable () async -> AlertEvidence.Coverage = {
    AlertEvidence.Coverage(sources: 0, silent: 0)
  }
  /// The same of each source; none where nobody listens, as in a replay without sources.
  private var hearing: @Sendable () async -> [SourceHearing] = { [] }

  private init(
    frontDesk: FrontDesk, intake: ItemIntake, store: ModelStore, configuration: Configuration,
    log: Log, model: TopicModel, memory: ListeningMemory, through: Instant?,
    position: ItemPosition?
  ) {
    self.frontDesk = frontDesk
    self.intake = intake
    self.store = store
    self.configuration = configuration
    self.log = log
    self.model = model
    self.through = through
    self.position = position
    rules = configuration.alertRules
    mask = NameMask(rules.profile)
    self.memory = memory
    personalSources = configuration.personalSources
  }

  /// Loads the checkpoint. What the log holds behind it is taken by `catchUp`, once it is known who is
  /// heard, and before anything new is committed.
  static func open(
    frontDesk: FrontDesk, items: ItemLog, configuration: Configuration, log: Log
  ) async throws -> Detector {
    let store = try ModelStore(folder: frontDesk.folder.model)
    let phrases = configuration.alertRules.profile.phrases
    let loaded = store.load(phrases: phrases, log: log)
    let saved = loaded.saved
    var memory = saved?.memory ?? ListeningMemory(phrases)
    if let volume = loaded.volume { memory.volume = volume }
    let intake = ItemIntake(log: items, clock: frontDesk.clock, last: saved?.through)
    return Detector(
      frontDesk: frontDesk, intake: intake, store: store, configuration: configuration, log: log,
      model: saved?.model ?? TopicModel(settings: ModelSettings()),
      memory: memory, through: saved?.through, position: saved?.position)
  }

  func learnCoverage(from ask: @escaping @Sendable () async -> AlertEvidence.Coverage) {
    coverage = ask
  }

  func learnHearing(from ask: @escaping @Sendable () async -> [SourceHearing]) { hearing = ask }

  func adopt(_ configuration: Configuration) {
    self.configuration = configuration
    rules = configuration.alertRules
    mask = NameMask(rules.profile)
    memory.adopt(rules.profile.phrases)
    personalSources = configuration.personalSources
  }

  /// Takes what the log holds behind the checkpoint. What belongs to a tick that has not ended goes
  /// back to the intake.
  func catchUp(_ items: ItemLog) async throws {
    var entries: [ItemIntake.Entry] = []
    // Without a checkpoint the model learns from the last week; more would only be forgotten again.
    let lookBack = ItemDay(frontDesk.clock.now() - Self.longestSilence)
    let from = position ?? ItemPosition(day: lookBack, offset: 0)
    do throws(JournalFailure) {
      _ = try await items.read(from: from) { line, after in
        // A line that cannot be read was cut off once, and is no item.
        if let item = try? Item(line: line), item.firstSeen != nil {
          entries.append(ItemIntake.Entry(item: item, after: after))
        }
      }
    } catch {
      guard case .noSuchPosition = error else { throw error }
      // The log was cut or cleared behind the checkpoint: the model knows more than the log.
      log("model.ahead", ["position": position?.description ?? ""])
    }
    let now = frontDesk.clock.now().floored(to: Self.tick)
    var runs = Self.runs(entries)
    let last = runs.popLast() ?? []
    for run in runs {
      goBack(toStartOf: run)
      let end = run.last?.item.firstSeen ?? now
      try await take(run, through: end.floored(to: Self.tick) + Self.tick, asOf: now)
    }
    goBack(toStartOf: last)
    let late = last.filter { ($0.item.firstSeen ?? now) >= now }
    try await take(last.filter { ($0.item.firstSeen ?? now) < now }, through: now)
    await intake.refill(late)
    if let ahead = late.last?.item.firstSeen, ahead > now + Self.clockTolerance {
      await intake.goBack(to: now)
    }
    if !entries.isEmpty { log("model.caughtUp", ["items": "\(entries.count)"]) }
  }

  /// The log in pieces within which time does not go back: it does between them where the clock was
  /// put back.
  private static func runs(_ entries: [ItemIntake.Entry]) -> [[ItemIntake.Entry]] {
    var runs: [[ItemIntake.Entry]] = []
    var start = 0
    for index in entries.indices.dropFirst() {
      guard let seen = entries[index].item.firstSeen,
        let former = entries[index - 1].item.firstSeen, seen < former
      else { continue }
      runs.append(Array(entries[start..<index]))
      start = index
    }
    runs.append(Array(entries[start...]))
    return runs
  }

  /// What was heard after the clock was put back lies before what was taken, and would never be.
  private func goBack(toStartOf run: [ItemIntake.Entry]) {
    guard let first = run.first?.item.firstSeen?.floored(to: Self.tick), let through,
      first < through
    else { return }
    self.through = first
  }

  func run() async throws {
    while !Task.isCancelled {
      let seen = intake.arrivals.count
      let target = frontDesk.clock.now().floored(to: Self.tick)
      if let through, target < through - Self.clockTolerance {
        // The clock was ahead and was put right: what is heard now must not wait until then.
        log("clock.wentBack", ["from": through.iso8601])
        self.through = target
        await intake.goBack(to: target)
      }
      if through.map({ $0 < target }) ?? true {
        guard let entries = await intake.take(before: target) else {
          // Some are on their way to the disk, which tells when they are there.
          await intake.arrivals.wait(past: seen, atMost: .seconds(1))
          continue
        }
        do {
          try await take(entries, through: target)
        } catch {
          // The model has taken what was not followed up; after a restart it is taken again.
          isBehind = true
          throw error
        }
        if ContinuousClock.now - lastCheckpoint >= Self.checkpointEvery {
          do {
            try checkpoint()
          } catch {
            log("model.unsaved", ["reason": "\(error)"])
            lastCheckpoint = .now
          }
        }
      }
      let next = (through ?? target) + Self.tick
      await intake.arrivals.wait(past: seen, atMost: frontDesk.clock.pause(until: next))
    }
  }

  func isIdle(at desk: Instant) -> Bool {
    !isTaking && through.map { $0 >= desk.floored(to: Self.tick) } ?? false
  }

  /// Gives the model one tick after the other, also the empty ones: it forgets by them. `present` is
  /// what time it is, where that is not the end of the last of them.
  private func take(
    _ entries: [ItemIntake.Entry], through end: Instant, asOf present: Instant? = nil
  ) async throws {
    let present = present ?? end
    isTaking = true
    defer { isTaking = false }
    var rest = entries[...]
    let first = entries.first?.item.firstSeen.map { $0.floored(to: Self.tick) }
    let sources = await hearing()
    var start = through ?? first ?? end
    // Behind a long silence there is nothing to learn from its single minutes.
    if let first, through == nil { start = first }
    while start < end {
      if rest.isEmpty { start = max(start, (end - Self.longestSilence).floored(to: Self.tick)) }
      let tickEnd = start + Self.tick
      let items = rest.prefix { ($0.item.firstSeen ?? tickEnd) < tickEnd }
      rest = rest.dropFirst(items.count)
      // A change of an item is in the log, and is no new post.
      let posts = items.lazy.map(\.item).filter { $0.revision == nil }
      let taken = Array(posts.map(withoutPersonalLink))
      let changes = model.take(taken, through: tickEnd)
      memory.phrases.take(taken, through: tickEnd)
      // A minute that is taken later was not listened to: the desk was down.
      let isLive = (.zero...Self.liveMemory).contains(present - tickEnd)
      if isLive, !sources.isEmpty {
        memory.volume.take(
          taken,
          sources: sources.map {
            VolumeHabit.Source($0.source, tier: tier($0), isHeard: $0.isHeard)
          }, through: tickEnd, zone: configuration.desk.zone)
      }
      if let last = items.last { position = last.after }
      through = tickEnd
      if (.zero...Self.alertMemory).contains(present - tickEnd) {
        for change in changes { try await follow(change, at: tickEnd) }
        try await tellPhrases(at: tickEnd)
        try await tellVolume(at: tickEnd)
      }
      start = tickEnd
    }
    if end == present { try await tellSilence(sources, at: end) }
    if through == nil { through = end }
  }

  /// All addresses of a personal source may name an author.
  private func withoutPersonalLink(_ item: Item) -> Item {
    guard personalSources.contains(item.source) else { return item }
    var item = item
    item.link = nil
    return item
  }

  private func follow(_ change: TopicChange, at now: Instant) async throws {
    switch change {
    case .emerged(let topic), .changed(let topic), .merged(_, let topic):
      try await judge(topic, at: now)
    case .closed: break
    }
  }

  private func tier(_ source: SourceHearing) -> Item.Tier {
    let settings = configuration.sources.first { $0.id.text == source.source }
    return settings.flatMap { Item.Tier(rawValue: $0.tier.rawValue) } ?? .other
  }

  /// The number by which people call a topic, given once it is worth a look.
  private func number(of topic: TopicSnapshot) async throws -> TopicID {
    let words = mask.firstWords(of: topic)
    return try await frontDesk.topic(
      keys: [topic.key] + topic.aliases, label: withoutHandles(words.label),
      keywords: words.keywords.map(withoutHandles))
  }

  private func judge(_ topic: TopicSnapshot, at now: Instant) async throws {
    let keys = [topic.key] + topic.aliases
    let history = try await frontDesk.view { $0.alertHistory(at: now) }
    let decision = rules.judge(
      mask.comparable(topic), history: history, at: now, deskAge: model.age(at: now))
    if decision.isWorthALook { _ = try await number(of: topic) }
    guard case .raise(let reason) = decision else { return }
    let coverage = await coverage()
    let configuration = configuration
    let shown = mask.masked(topic)
    let receipt = try await frontDesk.raiseAlert(
      topicKeys: keys, recipients: configuration.alerts.to.map { .person($0) }
    ) { id in
      AlertEvidence(
        topic: shown.topic, isMasked: shown.isMasked, id: id, reason: reason, at: now,
        coverage: coverage, configuration: configuration)
    }
    log(
      "alert.raised",
      [
        "n": "\(receipt.head.sequence)", "label": shown.topic.label,
        "reason": reason.line(in: configuration.desk.zone).en,
      ])
  }

  // What is no topic.

  private func tellPhrases(at now: Instant) async throws {
    guard !rules.profile.phrases.isEmpty else { return }
    let told = try await frontDesk.view { $0.phraseNotices }
    for reason in memory.phrases.due(told: told, at: now) {
      let coverage = await coverage()
      try await raise(
        AlertEvidence(
          phrase: reason, mask: mask, at: now, coverage: coverage, configuration: configuration))
    }
  }

  /// The record says what was told, so that a crash between two checkpoints tells nothing twice.
  private func tellVolume(at now: Instant) async throws {
    guard configuration.alerts.silence.volume, !memory.volume.due(told: [:], at: now).isEmpty
    else { return }
    let told = try await frontDesk.view { $0.volumeNotices }
    for signal in memory.volume.due(told: told, at: now) {
      let coverage = await coverage()
      try await raise(
        AlertEvidence(volume: signal, at: now, coverage: coverage, configuration))
    }
  }

  private func tellSilence(_ sources: [SourceHearing], at now: Instant) async throws {
    guard !sources.isEmpty else { return }
    let told = try await frontDesk.view { $0.silenceHistory }
    let signals = silence.look(sources, rules: configuration.silenceRules, told: told, at: now)
    for signal in signals {
      let coverage = await coverage()
      try await raise(
        AlertEvidence(silence: signal, at: now, coverage: coverage, configuration))
    }
  }

  private func raise(_ evidence: AlertEvidence) async throws {
    let receipt = try await frontDesk.perform(
      .raiseAlert(evidence, recipients: configuration.alerts.to.map { .person($0) }), by: .desk)
    log(
      "alert.raised",
      [
        "n": "\(receipt.head.sequence)", "label": evidence.label, "reason": evidence.reason.en,
      ])
  }

  /// Writes the model to disk, with the place in the log up to which it has read. While a tick is being
  /// taken it is not written: what has yet to be told of the tick would never be.
  func checkpoint() throws {
    guard let through, !isBehind, !isTaking else { return }
    try store.save(model, memory, through: through, position: position)
    lastCheckpoint = .now
  }

  /// The counts of each hour of a topic from one time to another, zeros included once it has begun.
  func hours(of key: String, from: Instant, before end: Instant) -> [TopicHour] {
    let known = model.history(of: key)
    guard let begin = known.map(\.hour).min() else { return [] }
    let byHour = Dictionary(known.map { ($0.hour, $0) }) { first, _ in first }
    var hours: [TopicHour] = []
    var hour = max(begin, from.floored(to: .hours(1)))
    while hour < end {
      let count = byHour[hour]
      hours.append(
        TopicHour(
          hour: hour, posts: count?.posts ?? 0, authors: count?.authors, owners: count?.owners))
      hour = hour + .hours(1)
    }
    return hours
  }

  /// The open topics that were worth a look once, as they stand now: a topic that people have seen in
  /// the list stays there until the model forgets it, however its figures go up and down.
  func liveTopics() async throws -> [LiveTopic] {
    let now = frontDesk.clock.now()
    let open = model.topics
    let (history, numbers, parts) = try await frontDesk.view { state in
      (
        state.alertHistory(at: now), open.map { state.topic(byKeys: [$0.key] + $0.aliases) },
        open.map { $0.aliases.compactMap { state.topic(byKeys: [$0]) } }
      )
    }
    var topics: [LiveTopic] = []
    for ((topic, id), parts) in zip(zip(open, numbers), parts) {
      guard let id else { continue }
      let decision = rules.judge(
        mask.comparable(topic), history: history, at: now, deskAge: model.age(at: now))
      let shown = mask.masked(topic)
      var live = LiveTopic(
        shown.topic, isMasked: shown.isMasked, id: id, decision: decision,
        configuration: configuration)
      live.parts = parts.filter { $0 != id }
      topics.append(live)
    }
    return topics
  }

  /// What the marks do now, for each kind of trouble that somebody has marked.
  func markEffects() async throws -> [MarkEffect] {
    let now = frontDesk.clock.now()
    let marks = try await frontDesk.view { $0.topicMarks }
    let kinds = [nil] + Trouble.allCases
    return kinds.compactMap { (kind: Trouble?) in
      let these = marks.marks.filter { $0.trouble == kind && $0.weight(at: now) > 0 }
      guard !these.isEmpty else { return nil }
      return MarkEffect(
        kind: kind?.name ?? Bilingual(zh: "没有严重用语", en: "no words of trouble"),
        useful: these.count(where: \.isUseful),
        noise: these.count { !$0.isUseful && $0.wasTold },
        factor: marks.factor(for: kind, isSevere: false, at: now),
        severeFactor: marks.factor(for: kind, isSevere: kind != nil, at: now))
    }
  }
}
