package import Bytes

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
    /// Whether people had been told of the topic by then.
    package var wasTold: Bool
    package var reason: String?
    package var person: String
    package var time: Instant
  }

  package struct Mute: Hashable, Sendable {
    package var until: Instant?
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

extension TopicBook.Mark.Kind {
  package var title: Bilingual {
    switch self {
    case .useful: Bilingual(zh: "有用", en: "useful")
    case .noise: Bilingual(zh: "噪声", en: "noise")
    case .none: Bilingual(zh: "无", en: "none")
    }
  }
}
