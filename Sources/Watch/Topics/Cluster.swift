import Bytes

/// Names a cluster for as long as it lives: its place, and a number that is never used again.
struct ClusterID: Hashable, Sendable {
  var slot: UInt32
  var serial: UInt32
}

/// What is known of one cluster besides its terms: a story, whether it is a topic yet or not.
struct Cluster: Sendable {
  var serial: UInt32
  /// The founding item's id.
  var key: String
  var aliases: [String] = []
  var posts = 0
  var copies = 0
  var official = 0
  var first: Instant
  var last: Instant
  var voices = DistinctSketch()
  var authors = DistinctSketch()
  var owners = DistinctSketch()
  var sources = DistinctSketch()
  var hours: [HourTally] = []
  var references: [TopicReference] = []
  /// Of the first posts: the sum of their novelties, and how many they are.
  var noveltySum = 0.0
  var noveltyPosts = 0
  /// The number of posts from which on it is compared with its like again.
  var nextMerge = 2
  /// The last tick that touched it, so that it is noted once a tick; not kept in a checkpoint.
  var lastTick: UInt64 = 0

  static let referenceLimit = 12
  /// With new posts older ones stop standing for it, but so many stay.
  private static let referenceTime: Duration = .hours(3)
  private static let leastReferences = 3
  /// Hours further back are dropped; the record asks for 72.
  static let hourLimit = 120
  private static let noveltyLimit = 5

  init(serial: UInt32, key: String, at instant: Instant) {
    self.serial = serial
    self.key = key
    first = instant
    last = instant
  }

  /// What the posts that stand for it say of trouble.
  mutating func troubles() -> [TextTrouble] {
    references.indices.map { references[$0].trouble() }
  }

  var novelty: Double { noveltyPosts == 0 ? 0 : noveltySum / Double(noveltyPosts) }

  mutating func noteNovelty(_ share: Double) {
    guard noveltyPosts < Self.noveltyLimit else { return }
    noveltySum += share
    noveltyPosts += 1
  }

  /// Counts one post; `traces` are what tells its author, owner and source from others.
  mutating func add(_ item: Item, _ traces: Traces, isCopy: Bool, hour: Int64, at instant: Instant)
  {
    if isCopy { copies += 1 } else { posts += 1 }
    last = max(last, instant)
    if item.tier == .official { official += 1 }
    // A copy is no second witness: only who said it in other words is counted among the voices.
    if !isCopy || posts == 0 {
      if let voice = traces.voice { voices.insert(voice) }
      if let author = traces.author { authors.insert(author) }
      if let owner = traces.owner { owners.insert(owner) }
      sources.insert(traces.source)
      offer(item, at: instant)
    }
    tally(hour) { $0.add(traces, isCopy: isCopy) }
  }

  /// Keeps a post as one of the few that stand for all, if it brings a source that has fewer.
  ///
  /// What stands for it is what is said now: an event may break out among words that were common
  /// for days, and posts of another day would hide it.
  private mutating func offer(_ item: Item, at instant: Instant) {
    while references.count > Self.leastReferences,
      let oldest = references.first?.firstSeen ?? references.first?.published,
      instant - oldest > Self.referenceTime
    { references.removeFirst() }
    guard references.count >= Self.referenceLimit else {
      references.append(TopicReference(item))
      return
    }
    guard sources.count > 1, !references.contains(where: { $0.source == item.source })
    else { return }
    // The newest post of the source that has most gives way; the oldest one never does.
    var worst: (count: Int, index: Int)?
    for index in references.indices.dropFirst() {
      let count = references.count { $0.source == references[index].source }
      if count > 1, count >= worst?.count ?? 0 { worst = (count, index) }
    }
    if let worst {
      references.remove(at: worst.index)
      references.append(TopicReference(item))
    }
  }

  private mutating func tally(_ hour: Int64, _ body: (inout HourTally) -> Void) {
    // Nearly always it is the last hour; a post of a slow feed belongs to an earlier one.
    var at = hours.count
    while at > 0, hours[at - 1].hour > hour { at -= 1 }
    if at == 0 || hours[at - 1].hour != hour {
      hours.insert(HourTally(hour: hour), at: at)
      at += 1
    }
    body(&hours[at - 1])
    if hours.count > 1, let newest = hours.last?.hour,
      newest - hours[0].hour > Int64(Self.hourLimit)
    {
      hours.removeFirst()
    }
  }

  /// Whether enough was said, by enough voices, that was not said before.
  func isReady(_ settings: ModelSettings, isSevere: Bool) -> Bool {
    var needed = official > 0 ? settings.minimumOfficialPosts : settings.minimumPosts
    if isSevere { needed = min(needed, settings.minimumSeverePosts) }
    guard posts >= needed, novelty >= settings.minimumNovelty else { return false }
    // Where no item carries a voice nothing can be asked; one official post is voice enough.
    return voices.isEmpty || official > 0
      || voices.count >= settings.minimumVoices
  }

  /// Takes in another cluster that tells the same story.
  mutating func absorb(_ other: Cluster) {
    posts += other.posts
    copies += other.copies
    official += other.official
    first = min(first, other.first)
    last = max(last, other.last)
    voices.formUnion(other.voices)
    authors.formUnion(other.authors)
    owners.formUnion(other.owners)
    sources.formUnion(other.sources)
    for tally in other.hours { self.tally(tally.hour) { $0.formUnion(tally) } }
    let room = Self.referenceLimit - references.count
    let newSources = other.references.filter { reference in
      !references.contains { $0.source == reference.source }
    }
    let rest = other.references.filter { reference in
      !newSources.contains { $0.id == reference.id }
    }
    references += (newSources + rest).prefix(max(0, room))
    if noveltyPosts < other.noveltyPosts || noveltyPosts == 0 {
      noveltySum = other.noveltySum
      noveltyPosts = other.noveltyPosts
    }
  }
}

/// What tells an item's author, owner and source from others: hashes, never names.
struct Traces: Sendable {
  var author: UInt64?
  var owner: UInt64?
  var source: UInt64
  /// Who speaks: the author where there is one, else the owner; nil where neither is carried.
  var voice: UInt64? { author ?? owner }

  init(_ item: Item) {
    author = item.author.map { stableHash($0) }
    owner = item.owner.map { stableHash($0) }
    source = stableHash(item.source)
  }
}

/// One hour of a cluster.
struct HourTally: Hashable, Sendable {
  var hour: Int64
  var posts = 0
  var copies = 0
  var authors = DistinctSketch()
  var owners = DistinctSketch()

  init(hour: Int64) { self.hour = hour }

  mutating func add(_ traces: Traces, isCopy: Bool) {
    if isCopy { copies += 1 } else { posts += 1 }
    if let author = traces.author { authors.insert(author) }
    if let owner = traces.owner { owners.insert(owner) }
  }

  mutating func formUnion(_ other: HourTally) {
    posts += other.posts
    copies += other.copies
    authors.formUnion(other.authors)
    owners.formUnion(other.owners)
  }
}

/// What a cluster has in addition once it is a topic.
struct TopicNotes: Hashable, Sendable {
  var detected: Instant
  var keywords: [String] = []
  /// How many posts it had when its keywords were chosen.
  var keywordPosts = 0
  var state = TopicState.emerging
  var score = 0.0
  /// What the words of its posts said of trouble at the last look that a post touched.
  var severity = TopicSeverity.none
  /// The terms that its figures are taken from, and the figures of the last look.
  var leading: [Int32] = []
  var figures = WindowFigures.none
  /// In how many looks in a row the score rose.
  var rises = 0
  /// Since when no window was significant.
  var quietSince: Instant?

  init(detected: Instant) { self.detected = detected }
}
