import Bytes
import Service
import Watch

/// What a desk would have been told of recorded items: when, of what and why, and why it was not
/// told of the rest; and at the end how often a day, a month and a night people would have had mail.
///
/// Nobody takes an alert in a recorded run, so every notice that a person could have prevented by
/// taking the one before is counted.
struct TopicsTable {
  private let rules: AlertRules
  private let mask: NameMask
  private let zone: DeskZone
  private let hasDesk: Bool
  /// What comes before is learned from, and told to nobody.
  private let from: Instant?
  private var history = AlertHistory()
  private var phrases: PhraseWatch
  private var toldPhrases: [String: PhraseNotice] = [:]
  private var raised: [Row] = []
  /// The number of each topic in this table, by its key and its other names.
  private var numbers: [String: Int] = [:]
  private var numbered = 0
  /// The last decision on each topic, by its key, so that a topic is counted once.
  private var last: [String: AlertDecision] = [:]
  private var masked: Set<String> = []
  private var begin: Instant?
  private var end: Instant?

  private struct Row {
    var at: Instant
    /// Nil for a watch phrase, which is no topic.
    var topic: Int?
    var label: String
    var reason: String
    var level: AlertLevel
  }

  /// Without a desk, the rules that ship, with no place of their own.
  init(desk: String?, from: Instant? = nil) throws {
    self.from = from
    hasDesk = desk != nil
    if let desk {
      do {
        let read = try DeskRules(configuration: desk)
        rules = read.rules
        zone = read.zone
      } catch let failure as any Explained {
        throw ToolFailure("\(desk): \(failure.explanation.en)", .configuration)
      }
    } else {
      rules = AlertRules(profile: RelevanceProfile())
      zone = .universal
    }
    mask = NameMask(rules.profile)
    phrases = PhraseWatch(rules.profile.phrases)
  }

  mutating func note(
    _ items: [Item], _ changes: [TopicChange], of model: TopicModel, at now: Instant
  ) {
    begin = begin ?? now
    end = now
    let isCounted = from.map { now >= $0 } ?? true
    for change in changes {
      if case .closed = change { continue }
      let topic = change.snapshot
      // A desk compares without names, and what it says of itself is to be what a desk would say.
      let compared = mask.comparable(topic)
      let decision = rules.judge(compared, history: history, at: now, deskAge: model.age(at: now))
      let shown = mask.masked(topic)
      if isCounted {
        last[topic.key] = decision
        if shown.isMasked { masked.insert(topic.key) }
      }
      guard case .raise(let reason) = decision else { continue }
      history.note(reason, of: compared, at: now)
      guard isCounted else { continue }
      raised.append(
        Row(
          at: now, topic: number(of: topic), label: shown.topic.label,
          reason: reason.line(in: zone).en, level: reason.level))
    }
    phrases.take(items, through: now)
    for reason in phrases.due(told: toldPhrases, at: now) {
      toldPhrases[reason.phrase.name] = PhraseNotice(at: now)
      guard isCounted else { continue }
      raised.append(
        Row(
          at: now, topic: nil, label: reason.phrase.name, reason: reason.line.en,
          level: reason.phrase.level))
    }
  }

  /// A topic that has become part of another has that one's number from then on.
  private mutating func number(of topic: TopicSnapshot) -> Int {
    let keys = [topic.key] + topic.aliases
    let number = keys.compactMap { numbers[$0] }.first ?? numbered + 1
    numbered = max(numbered, number)
    for key in keys { numbers[key] = number }
    return number
  }

  /// Refuses a time behind all that was recorded, from which on there is nothing to count.
  func requireItems() throws {
    guard let from, let begin, let end, from > end else { return }
    throw ToolFailure(
      "'--from' is after all items: the recording is from \(zone.text(begin)) "
        + "to \(zone.text(end))")
  }

  /// A line for each notice, how often there would have been mail, then how many topics were held at
  /// the end, by cause.
  var text: String {
    var lines = raised.map { row in
      let topic = row.topic.map { "#\($0)" } ?? "phrase"
      return "\(zone.text(row.at))  \(padded(topic))  \(row.label)\n    \(row.reason)"
    }
    lines += summary
    var held: [String: Int] = [:]
    for decision in last.values {
      guard case .hold(let reason) = decision else { continue }
      held[reason.cause.kind, default: 0] += 1
    }
    for (kind, count) in held.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append("  \(count) held: \(kind)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var summary: [String] {
    guard let begin, let end else { return ["no items"] }
    let start = max(begin, from ?? begin)
    let days = max(0, (end - start).inSeconds / 86_400)
    let urgent = raised.count { $0.level == .urgent }
    let nights = nights(from: start, to: end)
    let disturbed = Dictionary(grouping: raised.compactMap { night(of: $0.at) }) { $0 }
      .mapValues(\.count)
    let masks = masked.isEmpty ? "" : "; \(masked.count) of them with a name withheld"
    let span = Self.short(days) == "1.0" ? "1.0 day" : "\(Self.short(days)) days"
    let month = Double(raised.count) * 30 / max(days, 1)
    let disturbances = counted(disturbed.values.reduce(0, +), "notice")
    let quiet = counted(nights - disturbed.count, "night")
    let day = Self.short(Double(raised.count) / max(days, 1 / 24.0))
    let zoneHint = hasDesk ? "" : "; --desk incident.json5 takes the desk's own zone"
    let inMonth = days < Self.daysForMonth ? "" : ", in 30 days: \(Self.short(month))"
    let notices = counted(raised.count, "notice")
    return [
      "\(notices) in \(span) (\(urgent) urgent); \(counted(last.count, "topic"))\(masks)",
      "  a day: \(day)\(inMonth)",
      "  nights (22:00 to 06:00): \(disturbances) in \(counted(nights, "night")), whole or in part, "
        + "at most \(disturbed.values.max() ?? 0) in one, \(quiet) with none",
      "  times and nights are those of \(zone.identifier)\(zoneHint)",
    ]
  }

  /// What two days were like says nothing of a month.
  private static let daysForMonth = 7.0

  /// So that the labels stand below one another.
  private func padded(_ topic: String) -> String {
    topic + String(repeating: " ", count: max(0, 6 - topic.count))
  }

  private static func short(_ number: Double) -> String { String((number * 10).rounded() / 10) }

  private static let evening = 22
  private static let morning = 6

  /// The day on whose evening the night of this time began; nil by day.
  private func night(of time: Instant) -> String? {
    let civil = zone.civil(time)
    guard civil.hour >= Self.evening || civil.hour < Self.morning else { return nil }
    return zone.text(time - .hours(civil.hour < Self.morning ? Self.morning : 0)).split(
      separator: " ")[0].description
  }

  private func nights(from start: Instant, to end: Instant) -> Int {
    var found: Set<String> = []
    var time = start
    while time <= end {
      if let night = night(of: time) { found.insert(night) }
      time = time + .hours(1)
    }
    return found.count
  }
}

extension HoldReason.Cause {
  /// The cause without the times and names that differ from topic to topic.
  fileprivate var kind: String {
    switch self {
    case .muted: "muted"
    case .acknowledged: "acknowledged"
    case .knownEvent: "a known event explains it"
    case .mutedMatter: "muted by the configuration"
    case .tooFewVoices: "too few voices"
    case .tooFewOwners: "too few owners"
    case .constantVolume: "no more than usual"
    case .notSignificant: "not significant"
    case .elsewhere: "elsewhere"
    case .leisure: "a feast, match or show"
    case .drill: "a drill"
    case .noSeriousWords: "no serious words"
    case .alreadyRaised: "told before"
    case .tooSoon: "told too lately"
    case .related: "part of a topic told before"
    case .spaced: "not urgent, and another notice is fresh"
    }
  }
}
