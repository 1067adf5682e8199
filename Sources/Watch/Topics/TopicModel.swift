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
/// What parts of it earn, measured by leaving one out (`incident-lab topics --config`, crisis
/// tweets and news headlines of the development sets): strict B-cubed F1 and the share of topics
/// that are events on the first, recall on the second.
///
/// | without | crisis F1 | crisis precision | news recall |
/// |---|---|---|---|
/// | nothing | .757 | .756 | .833 |
/// | the weight of a burst (`burstBoost`) | .447 | .840 | .976 |
/// | coherence of what is published | .757 | .749 | .833 |
/// | a second word in common (`minimumBreadth`) | .757 | .753 | .833 |
/// | the discount of everyday words | .757 | .730 | .833 |
/// | a significance of 4 (3 instead) | .757 | .727 | .833 |
/// | alarms of one post, by which the median delay falls from 286 to 3 minutes | .757 | .767 | .833 |
///
/// Still to come: learned boilerplate of feeds, lexicon units with neighbour entropy, daily cycles
/// per source class, overdispersion per term, splitting.
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
}
