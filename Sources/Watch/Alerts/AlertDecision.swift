package import Bytes

/// How loudly a person is told.
package enum AlertLevel: Int, Comparable, CaseIterable, Sendable {
  /// Look at it soon.
  case attention = 1
  /// Look at it now.
  case urgent = 2

  package static func < (left: AlertLevel, right: AlertLevel) -> Bool {
    left.rawValue < right.rawValue
  }

  package var name: Bilingual {
    switch self {
    case .attention: Bilingual(zh: "关注", en: "attention")
    case .urgent: Bilingual(zh: "紧急", en: "urgent")
    }
  }
}

/// The figures that a decision rests on; every decision carries them.
package struct AlertFigures: Hashable, Sendable {
  package var window: BurstWindow
  package var count: Double
  package var expected: Double
  package var significance: Double
  /// What the significance would have had to be.
  package var needed: Double
  package var posts: Int
  package var copies: Int
  package var voices: Int?
  package var owners: Int?
  package var official: Int
  package var reading: TopicReading
  /// Hours of history, while the desk is young; nil later.
  package var learningHours: Int?
}

package struct AlertReason: Hashable, Sendable {
  package enum Cause: Hashable, Sendable {
    /// Serious words, from several independent voices.
    case severe
    /// Words worth a look, from many.
    case mild
    /// No such words, but far more talk than usual from many sides.
    case strong
    /// Known already, and worse now.
    case escalated(since: Instant)
  }

  package var level: AlertLevel
  package var cause: Cause
  package var figures: AlertFigures
}

package struct HoldReason: Hashable, Sendable {
  package enum Cause: Hashable, Sendable {
    case muted(until: Instant?)
    case acknowledged(at: Instant)
    case knownEvent(String)
    /// One voice, however loud, and copies of one text are no event.
    case tooFewVoices(needed: Int)
    case tooFewOwners(needed: Int)
    /// Much is said, and as much was said before.
    case constantVolume
    case notSignificant
    case elsewhere
    case leisure
    case drill
    case noSeriousWords
    /// Told already and not worse since.
    case alreadyRaised(at: Instant)
    /// Worse, but the last notice is too fresh.
    case tooSoon(next: Instant)
    /// A part of what was told under another topic.
    case related(topic: String)
    /// Not urgent, and the last such notice is too fresh.
    case spaced(next: Instant)
  }

  package var cause: Cause
  package var figures: AlertFigures
}

/// Whether a person is told of a topic, and why or why not.
package enum AlertDecision: Hashable, Sendable {
  case raise(AlertReason)
  case hold(HoldReason)

  package var figures: AlertFigures {
    switch self {
    case .raise(let reason): reason.figures
    case .hold(let reason): reason.figures
    }
  }

  package var isRaised: Bool {
    if case .raise = self { true } else { false }
  }

  /// Whether it belongs in a list that a person reads: it was raised, or nothing but what people
  /// ruled, or its being no trouble, kept it from that. One voice and small change do not.
  package var isWorthALook: Bool {
    guard case .hold(let reason) = self else { return true }
    return switch reason.cause {
    case .tooFewVoices, .tooFewOwners, .constantVolume, .notSignificant: false
    case .muted, .acknowledged, .knownEvent, .elsewhere, .leisure, .drill, .noSeriousWords,
      .alreadyRaised, .tooSoon, .related, .spaced:
      reason.figures.significance >= Self.listedSignificance
        && reason.figures.voices.map { $0 >= Self.listedVoices } ?? true
    }
  }

  private static let listedSignificance = 6.0
  private static let listedVoices = 6
}
