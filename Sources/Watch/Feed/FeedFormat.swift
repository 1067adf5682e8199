import Bytes

/// One format of feeds. A new one is a type that conforms to this and a place in `feedFormats`.
protocol FeedFormat: SendableMetatype {
  /// What the document says; nil if it is of another format. Throws where it is of this one and
  /// cannot be listened to.
  static func document(
    _ source: FeedSource, _ reading: inout FeedReading
  ) throws(FeedFailure) -> FeedDocument?
}

/// The formats in the order in which they are asked.
let feedFormats: [any FeedFormat.Type] = [
  CAPFormat.self, SitemapFormat.self, JSONFeedFormat.self, MastodonFormat.self,
  BlueskyFormat.self, DiscourseFormat.self, RedditFormat.self,
]

/// A format of XML whose entries are read one at a time, each from a small tree of its own, so that
/// a large feed takes no more memory than a small one.
protocol EntryFormat: SendableMetatype {
  /// Nil if a document with such a root, in small letters without its prefix, is of another format.
  init?(root: String)
  /// Called before the first entry with what stands before it.
  mutating func begin(_ frame: XMLTree, _ reading: FeedReading)
  /// Nil if it is an entry of something else.
  mutating func entry(_ tree: XMLTree, _ reading: inout FeedReading) -> FeedEntry?
  /// The document without its entries.
  mutating func document(_ frame: XMLTree, _ reading: inout FeedReading) -> FeedDocument
}

let entryFormats: [any EntryFormat.Type] = [RSSEntries.self, AtomEntries.self]

/// A document in its general form, before anyone knows what it means.
enum FeedSource {
  case xml(XMLTree)
  case json(JSON)
}

/// What a format needs while it reads a document, and where it leaves what was wrong.
struct FeedReading {
  /// Where the document came from; its links are seen from there.
  let address: WebAddress?
  let zone: DeskZone
  let limits: FeedLimits
  private var unreadableDates = 0
  private var dateExample = ""
  private var cuts = 0
  private var untitled = 0
  private var isOverworked = false
  private var total = 0

  init(address: WebAddress?, zone: DeskZone, limits: FeedLimits) {
    self.address = address
    self.zone = zone
    self.limits = limits
  }

  /// Nil and remembered if there is a text but it is no date.
  mutating func date(_ text: String?) -> Instant? {
    guard let text, !text.isEmpty else { return nil }
    if let instant = feedDate(text, in: zone) { return instant }
    if unreadableDates == 0 { dateExample = text }
    unreadableDates += 1
    return nil
  }

  /// Whether one more entry is within the limit; it is counted in any case.
  mutating func takesAnother() -> Bool {
    total += 1
    return total <= limits.entries
  }

  /// The entries that are read of so many.
  mutating func taken(of count: Int) -> Int {
    total = count
    return min(count, limits.entries)
  }

  /// Counts an entry that was left out because it has no words.
  mutating func leaveOutUntitled() { untitled += 1 }

  /// Says that the rest was left out because there was too much of it.
  mutating func leaveOutRest() { isOverworked = true }

  /// A text within the limit, cut between characters; nil for an empty one.
  mutating func bounded(_ text: [UInt8]) -> String? {
    guard !text.isEmpty else { return nil }
    guard text.count > limits.textBytes else { return String(decoding: text, as: UTF8.self) }
    cuts += 1
    var end = limits.textBytes
    while end > 0, text[end] & 0xc0 == 0x80 { end -= 1 }
    return String(decoding: text[..<end], as: UTF8.self)
  }

  /// What was wrong while reading.
  var problems: [FeedProblem] {
    var problems: [FeedProblem] = []
    if total > limits.entries {
      problems.append(.tooManyEntries(kept: limits.entries, of: total))
    }
    if isOverworked { problems.append(.tooManyElements) }
    if cuts > 0 { problems.append(.textCut(cuts)) }
    if untitled > 0 { problems.append(.untitled(untitled)) }
    if unreadableDates > 0 {
      problems.append(.unreadableDates(unreadableDates, example: dateExample))
    }
    return problems
  }
}
