package import Bytes

/// Where a topic stands between its first burst and its end.
package enum TopicState: String, CaseIterable, Sendable {
  case emerging
  case growing
  case steady
  case fading
  case closed
}

/// What follows from the rest of a value, kept once it was asked for: it tells no two apart.
private struct Derived<Value: Sendable>: Hashable, Sendable {
  var value: Value?

  static func == (_: Self, _: Self) -> Bool { true }
  func hash(into _: inout Hasher) {}
}

/// One post that stands for a topic, in a form that may be shown to those who verify.
package struct TopicReference: Hashable, Sendable {
  package var id: String
  /// The title, or the beginning of the text.
  package var text: String
  package var link: String?
  package var source: String
  package var owner: String?
  package var tier: Item.Tier?
  package var published: Instant?
  package var firstSeen: Instant?
  /// What the text says of trouble, once it was asked for; it follows from the text, so no
  /// checkpoint holds it.
  private var read = Derived<TextTrouble>()

  /// A text is kept to so many characters.
  static let textLimit = 120

  init(_ item: Item) {
    id = item.id
    let title = item.title.flatMap { $0.isEmpty ? nil : $0 }
    // The model is kept on disk: only the item log may hold who wrote something.
    text = withoutHandles(Self.beginning(of: title ?? item.text))
    link = item.link.flatMap { bearsHandle(link: $0) ? nil : $0 }
    source = item.source
    owner = item.owner
    tier = item.tier
    published = item.published
    firstSeen = item.firstSeen
  }

  init(
    id: String, text: String, link: String?, source: String, owner: String?, tier: Item.Tier?,
    published: Instant?, firstSeen: Instant?
  ) {
    self.id = id
    self.text = text
    self.link = link
    self.source = source
    self.owner = owner
    self.tier = tier
    self.published = published
    self.firstSeen = firstSeen
  }

  /// Most posts stand for a cluster of one, of which nobody asks.
  mutating func trouble() -> TextTrouble {
    if let known = read.value { return known }
    let trouble = SeverityReader.standard.read(text)
    read.value = trouble
    return trouble
  }

  /// Cut by code points, not by characters as a reader counts them: that costs fifty times as
  /// much, and every post comes through here.
  private static func beginning(of text: String) -> String {
    if text.utf8.count <= textLimit { return text }
    let scalars = text.unicodeScalars
    guard
      let end = scalars.index(scalars.startIndex, offsetBy: textLimit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return text }
    return String(text[..<end]) + "…"
  }
}

/// How many posts of a topic fell into one hour.
package struct HourCount: Hashable, Sendable {
  /// The hour's beginning.
  package var hour: Instant
  package var posts: Int
  /// Near-duplicates, not among `posts`.
  package var copies: Int
  /// Nil where no post of the topic ever carried one.
  package var authors: Int?
  package var owners: Int?
}

/// A topic as it stands at the end of a tick.
package struct TopicSnapshot: Hashable, Sendable {
  /// The id of the item that founded it: the same after a replay, a restart or a reset.
  package var key: String
  /// Keys of topics that were found to be the same, in the order in which they were absorbed.
  package var aliases: [String]
  /// Readable words, the most telling first.
  package var keywords: [String]
  /// The leading keywords in one line, in whatever language they were written.
  package var label: String

  /// Posts with its leading words beside what is usual, for one hour, six hours and a day.
  package var hour: Significance
  package var sixHours: Significance
  package var day: Significance

  package var posts: Int
  package var copies: Int
  /// Nil where no post carried one.
  package var authors: Int?
  package var owners: Int?
  package var sources: Int
  /// Authors, and owners of posts without an author; nil where no post carried either.
  package var voices: Int?
  package var official: Int

  /// In 0...1: how much of what it says together was not said together before.
  package var novelty: Double
  /// How much more significant the last hour is than the last six.
  package var acceleration: Double
  /// In 0...1: what sorts a list of topics.
  package var score: Double
  package var state: TopicState

  package var firstItem: Instant
  package var lastItem: Instant
  /// The decision time of the post whose arrival made it a topic.
  package var detected: Instant
  package var references: [TopicReference]

  package subscript(window: BurstWindow) -> Significance {
    switch window {
    case .hour: hour
    case .sixHours: sixHours
    case .day: day
    }
  }

  /// Its highest significance in any window.
  package var significance: Double { max(hour.z, sixHours.z, day.z) }
}

/// What a tick did to a topic.
package enum TopicChange: Hashable, Sendable {
  /// It was found.
  case emerged(TopicSnapshot)
  /// Posts were added, or its state changed.
  case changed(TopicSnapshot)
  /// It was found to be the same as another, whose snapshot this is; its key is an alias now.
  case merged(key: String, into: TopicSnapshot)
  /// Nothing was added for so long that it is over; the model forgets it.
  case closed(TopicSnapshot)

  package var snapshot: TopicSnapshot {
    switch self {
    case .emerged(let snapshot), .changed(let snapshot), .closed(let snapshot): snapshot
    case .merged(_, let snapshot): snapshot
    }
  }
}
