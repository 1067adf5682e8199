package import Bytes

/// Which cluster a post went to.
package struct Assignment: Hashable, Sendable {
  package var item: String
  /// A number of the model's own; `ClusterMerge` says when two become one.
  package var cluster: UInt32
  /// The key of the topic that the cluster is at the end of the tick; nil if it is none yet.
  package var topic: String?
  package var isCopy: Bool
}

package struct ClusterMerge: Hashable, Sendable {
  package var absorbed: UInt32
  package var into: UInt32
}

/// The streaming keyword model: takes posts tick by tick, and finds what is suddenly talked about.
///
/// One pass, no dictionary, no clock, no chance. Copies are set aside first; the terms of what is
/// left are counted against what is usual for them; a post joins the story whose terms it shares,
/// weighed by rarity and by how much they burst; stories that share the same burst become one; and
/// a story with enough independent posts and bursting terms is a topic.
///
/// Decisions go by the time an item was first seen, counts by the time it was published where that
/// is plausible. The items of one tick are put in the order of (time, id), so the order in which
/// they arrive inside a tick changes nothing. The same ticks give the same topics, on any machine,
/// with or without a checkpoint in between.
///
/// What its parts earn, measured by leaving one out (`incident-lab topics --config`, development
/// sets of Chinese posts, English crisis tweets and news headlines; "24 h" and "6 h" are the events
/// found in that time):
///
/// | without | zh strict F1 | 24 h | 6 h | a day | crisis strict F1 | precision | news F1 | recall |
/// |---|---|---|---|---|---|---|---|---|
/// | nothing | .662 | .910 | .836 | 5.05 | .740 | .827 | .849 | .833 |
/// | weight of a burst (`burstBoost`) | .531 | .925 | .836 | 5.33 | .376 | .870 | .746 | .952 |
/// | merging by bridges (`bridgePosts` 1000) | .593 | .910 | .836 | 5.20 | .651 | .792 | .836 | .833 |
/// | merging by a shared burst (`anchoredSimilarity` 1) | .660 | .910 | .836 | 5.05 | .738 | .825 | .820 | .857 |
/// | merging by likeness (`mergeSimilarity` 1) | .660 | .910 | .836 | 5.07 | .738 | .829 | .849 | .833 |
/// | correction for many terms (`testCorrection`) | .662 | .910 | .821 | 6.85 | .740 | .818 | .849 | .833 |
/// | caution of the first days (`learningTime` 1 h) | .662 | .910 | .836 | 5.04 | .740 | .827 | .827 | .714 |
/// | a significance of 4 (3 instead) | .662 | .895 | .821 | 6.48 | .740 | .807 | .849 | .833 |
/// | discount of everyday words | .662 | .910 | .836 | 5.05 | .740 | .797 | .849 | .833 |
/// | a subject (`minimumSubject`) | .662 | .910 | .836 | 5.05 | .740 | .818 | .849 | .833 |
/// | a second word in common (`minimumBreadth`) | .662 | .910 | .836 | 5.33 | .740 | .820 | .849 | .833 |
/// | coherence (`minimumCoherence`) | .662 | .910 | .836 | 5.08 | .740 | .827 | .849 | .833 |
/// | novelty (`minimumNovelty`) | .662 | .910 | .836 | 5.08 | .740 | .829 | .849 | .833 |
/// | alarms of one post (`minimumAlarmPosts` 2) | .662 | .881 | .731 | 3.52 | .740 | .833 | .849 | .833 |
/// | trouble from two posts on (`minimumSeverePosts` 3) | .662 | .925 | .821 | 4.34 | .740 | .811 | .849 | .809 |
///
/// Alarms of one post bring the median delay of crises from 273 to 34 minutes. Coherence and
/// novelty earn little here; they keep out floods and noise (`TopicEmissionTests`).
///
/// Measured and left out, since it cost more than it gave:
/// - a baseline frozen during a burst: strict F1 +.015 (zh) and +.056, but an event in 67 is lost,
///   another in 24 h, and precision falls by .036;
/// - a spread per term that grows with what is expected: an event in 24 h lost, crisis F1 −.05;
/// - splitting a topic by content: two news events of 42 more, crisis F1 −.016; after a rest: 24 h
///   +.03, F1 −.02 to −.03 on both;
/// - more caution in the first days, or a lighter burst: up to three news events more, news F1
///   −.02 to −.05;
/// - a shorter or longer life of topics (`timeToLive` 72 h or 168 h): strict F1 −.015, or three
///   events in 24 h of 67 lost;
/// - likeness told from each topic's own tightness, and two bridges instead of three: three events
///   of 67 lost.
///
/// The rhythm of the week is no part of the model, which compares shares of posts, not their
/// number; it is part of the rule of unusual silence (`VolumeHabit`).
package struct TopicModel: Sendable {
  package let settings: ModelSettings
  var scanner: TermScanner
  var rates: TermRates
  var duplicates: NearDuplicates
  var voiceTerms: VoiceTerms
  private(set) var usualWords = UsualWords.standard
  /// For each term whether it consists of everyday words.
  var isUsual: [Bool] = []
  var noveltyFilter: NoveltyFilter
  var frames: SourceFrames

  var clusters: [Cluster] = []
  /// For each place what its cluster has as a topic, and whether it is one. Apart from `clusters`,
  /// since this is asked for thousands of places an hour, and to look into a cluster copies it.
  var notes: [TopicNotes?] = []
  var isTopic: [Bool] = []
  var centroids = Centroids()
  /// Places of clusters that are gone, used again last in, first out.
  var vacant: [UInt32] = []
  /// Where the posts of an absorbed cluster are now, by its number.
  var forward: [UInt32: ClusterID] = [:]
  var nextSerial: UInt32 = 1
  /// How many posts were like both of two clusters; the lower number in the high half.
  var bridges: [UInt64: UInt32] = [:]
  /// Counts posts, so that a term is counted once a post.
  var postNumber: UInt32 = 0
  /// Counts ticks since the model was made or restored.
  var tickNumber: UInt64 = 0
  /// The end of the last tick.
  package internal(set) var now: Instant?
  /// The beginning of the stream: how long the model has been learning.
  package internal(set) var firstTick: Instant?
  var lastSweep: Int64 = .min

  /// Where the posts of the last tick went, in the order of (time, id).
  package internal(set) var assignments: [Assignment] = []
  /// What the last tick made one.
  package internal(set) var merges: [ClusterMerge] = []

  var tick = TickNotes()
  var post = PostBuffers()

  package init(settings: ModelSettings) {
    self.settings = settings
    scanner = TermScanner(
      links: CharacterLinks(pairLimit: settings.pairLimit, halfLife: settings.halfLife))
    rates = TermRates(settings: settings)
    duplicates = NearDuplicates(limit: settings.duplicateLimit)
    voiceTerms = VoiceTerms(limit: settings.voiceLimit)
    noveltyFilter = NoveltyFilter(bits: settings.noveltyBits)
    frames = SourceFrames(limit: settings.frameLimit)
  }

  /// Takes the items of one tick, and says which topics they made or changed.
  ///
  /// `tickEnd` never goes back: an earlier one counts as the last. An item that claims to be of
  /// after the tick counts as of its end.
  package mutating func take(_ items: [Item], through tickEnd: Instant) -> [TopicChange] {
    let end = max(tickEnd, now ?? tickEnd)
    now = end
    tickNumber += 1
    if firstTick == nil { firstTick = items.compactMap(\.decisionTime).min() ?? end }
    tick.begin()
    assignments.removeAll(keepingCapacity: true)
    merges.removeAll(keepingCapacity: true)
    scanner.advance(to: end)
    noveltyFilter.advance(to: end)
    frames.advance(to: end)
    rates.advance(to: TermRates.step(of: end))
    if rates.table.isNearlyFull { evictTerms() }

    for index in Self.order(items, end: end) {
      place(items[index], at: min(end, items[index].decisionTime ?? end))
    }
    let hour = end.seconds.floorDivided(by: 3600)
    if hour > lastSweep {
      lastSweep = hour
      sweep(at: end)
    }
    return finishTick(at: end)
  }

  private static func order(_ items: [Item], end: Instant) -> [Int] {
    guard items.count > 1 else { return Array(items.indices) }
    let times = items.map { min(end, $0.decisionTime ?? end) }
    return items.indices.sorted {
      times[$0] != times[$1] ? times[$0] < times[$1] : items[$0].id < items[$1].id
    }
  }

  /// Whether so little was heard that every word seems to burst, and bursts prove little.
  var isLearning: Bool {
    guard let now, let firstTick else { return true }
    return now - firstTick < settings.learningTime
  }

  /// What two posts must have in common, and what a burst must show, while the model learns: so
  /// many times as much as later.
  var caution: Double { isLearning ? Self.learningCaution : 1 }

  private static let learningCaution = 4.0 / 3

  /// How long the model has been listening.
  package func age(at instant: Instant) -> Duration {
    firstTick.map { $0.duration(to: instant) } ?? .zero
  }
}

/// What happened to topics within one tick.
struct TickNotes: Sendable {
  /// Clusters that posts were added to, in the order of the first of them.
  var touched: [ClusterID] = []
  var emerged: Set<UInt32> = []
  var mergedTopics: [(key: String, into: ClusterID)] = []
  var closed: [TopicSnapshot] = []
  /// Where each assigned post went; nil for a post without terms.
  var places: [ClusterID?] = []

  mutating func begin() {
    touched.removeAll(keepingCapacity: true)
    if !emerged.isEmpty { emerged = [] }
    mergedTopics.removeAll(keepingCapacity: true)
    closed.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
  }
}

/// Room for one post at a time, made once.
struct PostBuffers: Sendable {
  var found: [Int32] = []
  var terms: [Int32] = []
  var counted: [Int32] = []
  var weighed: [(term: Int32, weight: Float)] = []
  /// Places in `weighed`, heaviest first.
  var order: [Int] = []
  var packed: [UInt64] = []
  /// How much of the post's beginning and end is its source's frame, and the terms in it.
  var frame = SourceFrames.Frame()
  var framed: [Int32] = []
  /// Worth a look by itself.
  var isAlarming = false
}
