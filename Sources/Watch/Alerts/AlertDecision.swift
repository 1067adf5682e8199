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

/// What the words of its posts make of a topic, before any figure is looked at.
package enum Seriousness: Int, Comparable, CaseIterable, Sendable {
  /// No words of trouble.
  case plain
  /// Words worth a look.
  case mild
  /// Serious words.
  case severe

  package static func < (left: Seriousness, right: Seriousness) -> Bool {
    left.rawValue < right.rawValue
  }

  package var level: AlertLevel { self == .severe ? .urgent : .attention }
}

/// What a person's mute does to a topic.
package struct MuteEffect: Hashable, Sendable {
  /// Nil mutes for good.
  package var until: Instant?
  /// In what the topic is graver than when it was muted; none if the mute holds it back.
  package var graver: [Worsening]
  /// It would be told without the mute.
  package var isDecisive: Bool
}

/// The figures that a decision rests on; every decision carries them.
package struct AlertFigures: Hashable, Sendable {
  package var window: BurstWindow
  package var count: Double
  package var expected: Double
  package var significance: Double
  /// What the significance would have had to be: the desk's own figure for such a topic, times what
  /// being young and what people's marks make of it.
  package var needed: Double { base * caution * marked }
  package var base: Double
  /// One, or more while the desk is young.
  package var caution: Double
  /// What marks of earlier topics of this kind do; one without any.
  package var marked: Double
  /// Each window's own figures, and how sure they are.
  package var windows: [TopicWindow]
  package var novelty: Double
  package var acceleration: Double
  package var score: Double
  package var sources: Int
  package var posts: Int
  package var copies: Int
  package var voices: Int?
  package var owners: Int?
  package var official: Int
  package var reading: TopicReading
  package var seriousness: Seriousness
  /// The mute that stands for it, if one does.
  package var mute: MuteEffect?
  /// Hours of history, while the desk is young; nil later.
  package var learningHours: Int?

  /// The kind of trouble by which marks of it count; nil for a topic that has no words of trouble, or
  /// has too few of them to be told for their sake.
  package var markedKind: Trouble? { seriousness == .plain ? nil : reading.troubles.first }
}

/// What one window of time held of a topic.
package struct TopicWindow: Hashable, Sendable {
  package var window: BurstWindow
  package var count: Double
  package var expected: Double
  package var z: Double
  /// How much wider counts are taken to spread than Poisson's: one where there is much history, more
  /// where what is expected is uncertain itself.
  package var spread: Double

  init(_ window: BurstWindow, of topic: TopicSnapshot) {
    let burst = topic[window]
    self.window = window
    (count, expected, z) = (burst.count, burst.expected, burst.z)
    // z² is the deviance divided by the spread.
    let plain = TermRates.deviance(burst.count, burst.expected, spread: 1)
    spread = burst.z > 0 ? max(1, (plain / burst.z) * (plain / burst.z)) : 1
  }
}

/// In what a topic got worse since it was told.
package enum Worsening: Hashable, Sendable {
  /// It is urgent now, and was not.
  case urgent
  /// Its posts tell of deaths now.
  case harm
  /// An official source speaks of it now.
  case official
  case places([String])
  /// Grave words of kinds of trouble that it did not tell of.
  case troubles([Trouble])
  /// It took other topics in, and so many voices speak where there were so few.
  case merged(from: Int, to: Int)
  /// So many voices speak where there were so few.
  case grown(from: Int, to: Int)

  /// Whether it is told even after a person has taken the alert.
  var isGraver: Bool {
    switch self {
    case .urgent, .harm, .troubles: true
    case .official, .places, .merged, .grown: false
    }
  }
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
    case escalated([Worsening], since: Instant)
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
    /// The configuration says not to be told of such talk.
    case mutedMatter(String)
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
  /// What got worse, though it was not told again.
  package var worsened: [Worsening] = []
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

  /// The same, with what a mute does to it.
  func with(_ mute: MuteEffect?) -> AlertDecision {
    switch self {
    case .raise(var reason):
      reason.figures.mute = mute
      return .raise(reason)
    case .hold(var reason):
      reason.figures.mute = mute
      return .hold(reason)
    }
  }

  /// Whether it belongs in a list that a person reads: it was raised, or nothing but what people
  /// ruled, or its being no trouble, kept it from that. One voice and small change do not.
  package var isWorthALook: Bool {
    guard case .hold(let reason) = self else { return true }
    return switch reason.cause {
    case .tooFewVoices, .tooFewOwners, .constantVolume, .notSignificant: false
    case .muted, .acknowledged, .knownEvent, .mutedMatter, .elsewhere, .leisure, .drill,
      .noSeriousWords,
      .alreadyRaised, .tooSoon, .related, .spaced:
      reason.figures.significance >= Self.listedSignificance
        && reason.figures.voices.map { $0 >= Self.listedVoices } ?? true
    }
  }

  private static let listedSignificance = 6.0
  private static let listedVoices = 6
}
