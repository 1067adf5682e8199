import Bytes
import Service
import Watch

/// What a desk would have been told of recorded items: when, of what and why, and why it was not
/// told of the rest.
struct TopicsTable {
  private let rules: AlertRules
  private let zone: DeskZone
  private var history = AlertHistory()
  private var raised: [Row] = []
  /// The last decision on each topic, by its key, so that a topic is counted once.
  private var last: [String: AlertDecision] = [:]
  private var begin: Instant?
  private var end: Instant?

  private struct Row {
    var at: Instant
    var label: String
    var reason: String
  }

  /// Without a desk, the rules that ship, with no place of their own.
  init(desk: String?) throws {
    guard let desk else {
      rules = AlertRules(profile: RelevanceProfile())
      zone = .universal
      return
    }
    do {
      let read = try DeskRules(configuration: desk)
      rules = read.rules
      zone = read.zone
    } catch let failure as any Explained {
      throw ToolFailure("\(desk): \(failure.explanation.en)", .configuration)
    }
  }

  mutating func note(_ changes: [TopicChange], of model: TopicModel, at now: Instant) {
    begin = begin ?? now
    end = now
    for change in changes {
      if case .closed = change { continue }
      let topic = change.snapshot
      let decision = rules.judge(topic, history: history, at: now, deskAge: model.age(at: now))
      last[topic.key] = decision
      guard case .raise(let reason) = decision else { continue }
      history.note(reason, of: topic, at: now)
      raised.append(
        Row(
          at: now, label: topic.label, reason: reason.line(in: zone).en))
    }
  }

  /// A line for each notice, then how many topics were held at the end, by cause.
  var text: String {
    var lines = raised.map { "\(zone.text($0.at))  \($0.label)\n    \($0.reason)" }
    var held: [String: Int] = [:]
    for decision in last.values {
      guard case .hold(let reason) = decision else { continue }
      held[reason.cause.kind, default: 0] += 1
    }
    let days = begin.flatMap { begin in end.map { ($0 - begin).inSeconds / 86_400 } } ?? 0
    lines.append(
      "\(raised.count) notices in \((days * 10).rounded() / 10) days; \(last.count) topics")
    for (kind, count) in held.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append("  \(count) held: \(kind)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension HoldReason.Cause {
  /// The cause without the times and names that differ from topic to topic.
  fileprivate var kind: String {
    switch self {
    case .muted: "muted"
    case .acknowledged: "acknowledged"
    case .knownEvent: "a known event explains it"
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
