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

    package init(
      topic: String, level: AlertLevel, at: Instant, voices: Int, hasHarm: Bool,
      keywords: [String], troubles: [Trouble], places: [String], acknowledged: Instant? = nil
    ) {
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
        voices: topic.voices ?? topic.posts, hasHarm: reading.harmItems > 0,
        keywords: topic.keywords, troubles: reading.troubles, places: reading.places))
  }

  /// A person has seen the topic's alerts.
  package mutating func acknowledge(_ topic: String, at instant: Instant) {
    for index in entries.indices where entries[index].topic == topic {
      if entries[index].acknowledged == nil { entries[index].acknowledged = instant }
    }
  }

  /// The last notice of a topic, under its key or one of its aliases.
  func last(of topic: TopicSnapshot) -> Entry? {
    entries.last { $0.topic == topic.key || topic.aliases.contains($0.topic) }
  }
}
