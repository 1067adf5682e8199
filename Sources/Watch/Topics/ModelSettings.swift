import Bytes

/// The numbers that the model is tuned by, and the limits of its memory.
///
/// They travel in the checkpoint: a model behaves by the settings that it was made with.
package struct ModelSettings: Hashable, Sendable {
  /// After this time a counted post weighs half in what is usual.
  package var halfLife: Duration = .days(14)
  /// A topic that nothing was added to for so long is closed.
  package var timeToLive: Duration = .hours(96)
  /// How alike a post and a topic must be to join, in 0...1, fading with the topic's age.
  package var joinSimilarity = 0.165
  /// How alike two topics must be to become one without sharing a burst.
  package var mergeSimilarity = 0.30
  /// How alike they must at least be if they share one.
  package var anchoredSimilarity = 0.18
  /// A term is an anchor of a burst from this significance on.
  package var anchorSignificance = 6.0
  /// Anchors must be so strong together: words, and half the number of distinct ideographs.
  package var anchorStrength = 2.0
  /// Posts that are like both of two topics make them one when they are so many, and this share
  /// of the smaller topic, and the topics are at least so alike.
  package var bridgePosts = 3
  package var bridgeShare = 0.15
  package var bridgeSimilarity = 0.1
  /// Two stories that share a burst become one only if they began within this time.
  package var anchoredTime: Duration = .hours(240)
  /// For so long after it began to listen the model joins and merges with caution.
  package var learningTime: Duration = .hours(48)
  /// How much of a term's weight follows from its burst.
  package var burstBoost = 1.0
  /// Of an unknown term, so many posts in `priorPosts` are taken for usual.
  package var priorCount = 0.5
  package var priorPosts = 1000.0
  /// What is published needs so many posts that are no copies of each other.
  package var minimumPosts = 3
  /// With a post of an official source among them, so many are enough.
  package var minimumOfficialPosts = 2
  /// Two of its leading terms must be this significant.
  package var minimumSignificance = 4.0
  /// An everyday word must be so much more significant than others.
  package var usualDiscount = 4.0
  /// The same where its posts tell of serious trouble: such a topic may be wrong rather than late.
  package var severeSignificance = 2.5
  /// What is published needs so many voices: authors, or owners of sources without authors.
  /// Where items carry neither, nothing can be asked.
  package var minimumVoices = 2
  /// How alike its posts must be on average, in 0...1: one everyday word is no topic.
  package var minimumCoherence = 0.2
  /// The same without the one word that they share most.
  package var minimumBreadth = 0.03
  /// How much of what its posts say, in 0...1, a term that is no everyday word must make up.
  package var minimumSubject = 0.25
  /// How far both grow with the number of terms that are looked at: among many, one is high by
  /// chance. 1 is Bonferroni's correction, 0 none.
  package var testCorrection = 1.0
  /// Of posts that tell of serious trouble, so many are enough.
  package var minimumSeverePosts = 2
  /// Of posts without voices that are alarming by themselves, so many.
  package var minimumAlarmPosts = 1
  /// The share of its term pairs that were not met in the last two weeks, at least.
  package var minimumNovelty = 0.4

  /// Limits of memory; what happens at each stands where it is used.
  package var termLimit = 1 << 18
  package var pairLimit = 1 << 20
  package var windowTermLimit = 1 << 22
  package var clusterLimit = 20_000
  package var duplicateLimit = 1 << 17
  package var voiceLimit = 1 << 17
  package var noveltyBits = 1 << 22
  package var bridgeLimit = 1 << 14
  package var frameLimit = 1 << 17

  package init() {}
}

// As lists, in an order that the checkpoint's version stands for.
extension ModelSettings {
  private static var numberPaths: [WritableKeyPath<ModelSettings, Double>] {
    [
      \.joinSimilarity, \.mergeSimilarity, \.anchoredSimilarity, \.anchorSignificance,
      \.anchorStrength, \.bridgeShare, \.bridgeSimilarity, \.burstBoost, \.priorCount,
      \.priorPosts, \.minimumSignificance, \.minimumNovelty, \.minimumCoherence,
      \.severeSignificance, \.minimumBreadth, \.usualDiscount, \.minimumSubject,
      \.testCorrection,
    ]
  }

  private static var countPaths: [WritableKeyPath<ModelSettings, Int>] {
    [
      \.bridgePosts, \.minimumPosts, \.minimumOfficialPosts, \.minimumSeverePosts,
      \.minimumAlarmPosts,
      \.minimumVoices, \.termLimit,
      \.pairLimit, \.windowTermLimit, \.clusterLimit, \.duplicateLimit, \.voiceLimit,
      \.noveltyBits, \.bridgeLimit, \.frameLimit,
    ]
  }

  var numbers: [Double] {
    get { Self.numberPaths.map { self[keyPath: $0] } }
    set { for (path, value) in zip(Self.numberPaths, newValue) { self[keyPath: path] = value } }
  }

  var counts: [Int] {
    get { Self.countPaths.map { self[keyPath: $0] } }
    set { for (path, value) in zip(Self.countPaths, newValue) { self[keyPath: path] = value } }
  }
}
