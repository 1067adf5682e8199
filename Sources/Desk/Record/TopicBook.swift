package import Bytes
package import Response

/// What people have said of topics by command: which were worth being told of, and which they need
/// not be told of again.
package struct TopicBook: Hashable, Sendable {
  /// One person's word on one topic; the last one counts.
  package struct Mark: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
      case useful
      case noise
      /// Takes an earlier mark back.
      case none
    }

    package var kind: Kind
    /// The topic's leading kind of trouble, as the rules knew it then; nil for none.
    package var trouble: String?
    /// Whether it had serious words.
    package var isSevere: Bool
    /// Whether people had been told of the topic by then.
    package var wasTold: Bool
    package var reason: String?
    package var person: String
    package var time: Instant
  }

  package struct Mute: Hashable, Sendable {
    package var until: Instant?
    /// What the topic was then: what is graver is told all the same.
    package var standing: TopicStanding
    package var reason: String?
    package var person: String
    package var time: Instant
  }

  /// Without those that were taken back.
  package private(set) var marks: [TopicID: Mark] = [:]
  package private(set) var mutes: [TopicID: Mute] = [:]

  mutating func mark(_ topic: TopicID, _ mark: Mark) {
    marks[topic] = mark.kind == .none ? nil : mark
  }

  mutating func mute(_ topic: TopicID, _ mute: Mute) { mutes[topic] = mute }

  mutating func unmute(_ topic: TopicID) { mutes[topic] = nil }
}

/// How grave a topic was when somebody spoke of it.
package struct TopicStanding: Hashable, Sendable {
  package var isUrgent: Bool
  /// Its posts told of deaths.
  package var hasHarm: Bool
  /// The kinds of trouble that its posts had grave words of.
  package var graveTroubles: [String]

  package init(isUrgent: Bool = false, hasHarm: Bool = false, graveTroubles: [String] = []) {
    self.isUrgent = isUrgent
    self.hasHarm = hasHarm
    self.graveTroubles = graveTroubles
  }

  init(_ evidence: AlertEvidence) {
    self.init(
      isUrgent: evidence.level == .urgent, hasHarm: evidence.signs.hasHarm,
      graveTroubles: evidence.signs.graveTroubles)
  }

  /// What either of both was.
  func joined(_ other: TopicStanding) -> TopicStanding {
    TopicStanding(
      isUrgent: isUrgent || other.isUrgent, hasHarm: hasHarm || other.hasHarm,
      graveTroubles: graveTroubles
        + other.graveTroubles.filter { !graveTroubles.contains($0) })
  }
}

/// What the rules say of a topic now, in so far as the record keeps it when somebody speaks of it.
package struct TopicNow: Hashable, Sendable {
  /// The kind of trouble by which marks of it count; nil for none.
  package var trouble: String?
  package var isSevere: Bool
  package var standing: TopicStanding

  package init(trouble: String? = nil, isSevere: Bool = false, standing: TopicStanding = .init()) {
    self.trouble = trouble
    self.isSevere = isSevere
    self.standing = standing
  }
}

extension RecordState {
  /// The alerts of a topic, in their order.
  package func alerts(of topic: TopicID) -> [Alert] {
    response.alerts.values.filter { $0.evidence.topic == topic }.sorted { $0.id < $1.id }
  }

  /// The event by which a mark goes on record: what people were told counts before what is now.
  func mark(
    _ topic: TopicID, _ kind: TopicBook.Mark.Kind, _ now: TopicNow?, reason: String?
  ) -> RecordEvent {
    let told = alerts(of: topic).last
    return .topicMarked(
      topic, kind, trouble: told.map(\.evidence.markedKind) ?? now?.trouble,
      isSevere: told?.evidence.isSevere ?? now?.isSevere ?? false, wasTold: told != nil,
      reason: reason)
  }

  /// The event by which a mute goes on record, with all that people knew of the topic by then.
  func mute(
    _ topic: TopicID, until: Instant?, _ now: TopicNow?, reason: String?
  ) -> RecordEvent {
    let standing = alerts(of: topic).reduce(now?.standing ?? TopicStanding()) {
      $0.joined(TopicStanding($1.evidence))
    }
    return .topicMuted(topic, until: until, standing, reason: reason)
  }
}

extension TopicBook.Mark.Kind {
  package var title: Bilingual {
    switch self {
    case .useful: Bilingual(zh: "有用", en: "useful")
    case .noise: Bilingual(zh: "噪声", en: "noise")
    case .none: Bilingual(zh: "无", en: "none")
    }
  }
}
