package import Bytes

/// What was told about which topic, and what people answered.
package struct AlertHistory: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var topic: String
    package var level: AlertLevel
    package var at: Instant
    package var voices: Int
    /// Whether its posts told of deaths.
    package var hasHarm: Bool
    package var keywords: [String]
    package var troubles: [Trouble]
    package var places: [String]
    package var acknowledged: Instant?
    package var isOfficial: Bool
    /// The kinds of trouble that its posts had grave words of.
    package var graveTroubles: [Trouble]
    /// How many other topics it had taken in.
    package var parts: Int

    package init(
      topic: String, level: AlertLevel, at: Instant, voices: Int, hasHarm: Bool,
      keywords: [String], troubles: [Trouble], places: [String], acknowledged: Instant? = nil,
      isOfficial: Bool = false, graveTroubles: [Trouble] = [], parts: Int = 0
    ) {
      self.isOfficial = isOfficial
      self.graveTroubles = graveTroubles
      self.parts = parts
      self.topic = topic
      self.level = level
      self.at = at
      self.voices = voices
      self.hasHarm = hasHarm
      self.keywords = keywords
      self.troubles = troubles
      self.places = places
      self.acknowledged = acknowledged
    }
  }

  /// Older entries decide nothing any more.
  package static let memory: Duration = .days(7)

  /// What a person said of one topic: not to be told of it again. It speaks of what the topic was
  /// then: what is graver is told all the same.
  package struct Mute: Hashable, Sendable {
    package var topic: String
    /// Nil mutes for good.
    package var until: Instant?
    /// What it was when it was muted.
    package var level: AlertLevel
    package var hasHarm: Bool
    package var graveTroubles: [Trouble]

    package init(
      topic: String, until: Instant? = nil, level: AlertLevel = .attention, hasHarm: Bool = false,
      graveTroubles: [Trouble] = []
    ) {
      self.topic = topic
      self.until = until
      self.level = level
      self.hasHarm = hasHarm
      self.graveTroubles = graveTroubles
    }
  }

  package var mutes: [Mute] = []
  package var marks = TopicMarks()

  /// In the order in which they were told.
  package private(set) var entries: [Entry] = []

  package init() {}

  package mutating func note(_ entry: Entry) {
    entries.removeAll { entry.at - $0.at > Self.memory }
    entries.append(entry)
  }

  /// Notes what was raised about a topic.
  package mutating func note(_ reason: AlertReason, of topic: TopicSnapshot, at instant: Instant) {
    let reading = reason.figures.reading
    note(
      Entry(
        topic: topic.key, level: reason.level, at: instant,
        voices: topic.voices ?? topic.posts, hasHarm: reading.hasHarm,
        keywords: topic.keywords, troubles: reading.troubles, places: reading.places,
        isOfficial: topic.official > 0, graveTroubles: reading.graveTroubles,
        parts: topic.aliases.count))
  }

  /// A person has seen the topic's alerts.
  package mutating func acknowledge(_ topic: String, at instant: Instant) {
    for index in entries.indices where entries[index].topic == topic {
      if entries[index].acknowledged == nil { entries[index].acknowledged = instant }
    }
  }

  /// The last notice of a topic, under its key or one of its aliases, with all that its notices have
  /// told together: the posts that stand for a topic change, and what was told stays told.
  func told(of topic: TopicSnapshot) -> Entry? {
    let notices = entries.filter { $0.topic == topic.key || topic.aliases.contains($0.topic) }
    guard var told = notices.last else { return nil }
    for notice in notices.dropLast() {
      told.level = max(told.level, notice.level)
      told.hasHarm = told.hasHarm || notice.hasHarm
      told.isOfficial = told.isOfficial || notice.isOfficial
      told.parts = max(told.parts, notice.parts)
      told.troubles += notice.troubles.filter { !told.troubles.contains($0) }
      told.graveTroubles += notice.graveTroubles.filter { !told.graveTroubles.contains($0) }
      told.places += notice.places.filter { !told.places.contains($0) }
    }
    return told
  }
}
