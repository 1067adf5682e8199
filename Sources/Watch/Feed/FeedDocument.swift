package import Bytes

/// What one feed said, in a form that is the same for all formats.
package struct FeedDocument: Hashable, Sendable {
  /// `RSS 2.0`, `Atom 1.0`, `JSON Feed 1.1`, `CAP 1.2`.
  package var format: String
  package var title: String?
  /// The page that the feed is about: http or https, or relative where the feed's own address is not
  /// known.
  package var link: String?
  /// As the feed writes it: `zh-cn`.
  package var language: String?
  /// The encoding that the bytes were read in, by its WHATWG name: `utf-8`, `gb18030`.
  package var encoding: String
  /// Whom the feed names for entries that name nobody, where its format has such.
  package var authors: [FeedAuthor] = []
  package var entries: [FeedEntry]
  /// How often the publisher would like to be asked.
  package var hints = FeedHints()
  /// What was wrong and was got over. Nothing here lost a whole entry unless it says so.
  package var problems: [FeedProblem]

  package init(
    format: String, title: String? = nil, link: String? = nil, language: String? = nil,
    encoding: String = "utf-8", entries: [FeedEntry] = [], problems: [FeedProblem] = []
  ) {
    self.format = format
    self.title = title
    self.link = link
    self.language = language
    self.encoding = encoding
    self.entries = entries
    self.problems = problems
  }
}

/// One entry of a feed as its publisher wrote it, with all markup taken off, unless the limits say
/// that it is kept.
///
/// It still names its author: only `items(from:of:seen:pseudonym:)` may turn it into something
/// that is kept.
package struct FeedEntry: Hashable, Sendable {
  /// The identifier that the publisher gave, byte for byte but for blanks around it.
  package var guid: String?
  /// Http or https, or relative where the feed's own address is not known.
  package var link: String?
  package var title: String?
  /// The longest content, else the summary.
  package var text: String?
  package var published: Instant?
  package var updated: Instant?
  package var authors: [FeedAuthor] = []
  /// As the entry writes it; nil where only the feed names one.
  package var language: String?
  package var categories: [String] = []
  package var images: [String] = []
  package var point: GeoPoint?
  package var cap: CAPAlert?

  package init() {}
}

/// Who a feed says wrote an entry. Never stored.
package struct FeedAuthor: Hashable, Sendable {
  package var name: String?
  package var uri: String?
  package var email: String?

  package init(name: String? = nil, uri: String? = nil, email: String? = nil) {
    self.name = name
    self.uri = uri
    self.email = email
  }

  var isEmpty: Bool { name == nil && uri == nil && email == nil }
}

/// A place on the map, in degrees north and east (WGS 84).
package struct GeoPoint: Hashable, Sendable {
  package let latitude: Double
  package let longitude: Double

  /// Nil where there is no such place.
  package init?(latitude: Double, longitude: Double) {
    guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
    self.latitude = latitude
    self.longitude = longitude
  }

  /// `30.6 104.1` or `30.6,104.1`, as GeoRSS and CAP write a point.
  init?(_ text: String) {
    let numbers = text.split { $0 == " " || $0 == "," || $0 == "\n" || $0 == "\t" }
    guard numbers.count == 2, let latitude = Double(numbers[0]), let longitude = Double(numbers[1])
    else { return nil }
    self.init(latitude: latitude, longitude: longitude)
  }
}

/// How much of a feed is taken. A publisher decides what it sends; this desk decides what it reads.
package struct FeedLimits: Hashable, Sendable {
  /// Of the bytes as they came, after decompression.
  package var bytes: Int
  package var entries: Int
  /// Elements inside one another.
  package var depth: Int
  /// Elements and texts in a document; each takes memory of its own.
  package var nodes: Int
  /// Of one element.
  package var attributes: Int
  package var attributeBytes: Int
  /// Of one title or one text.
  package var textBytes: Int
  /// Whether titles and texts keep what is harmless of their markup, instead of being words alone.
  /// For whoever compares this reading with another; nothing that is stored or shown keeps any.
  package var keepsMarkup = false

  package init(
    bytes: Int = 8 << 20, entries: Int = 4096, depth: Int = 200, nodes: Int = 1 << 20,
    attributes: Int = 256, attributeBytes: Int = 64 << 10, textBytes: Int = 1 << 20
  ) {
    self.bytes = bytes
    self.entries = entries
    self.depth = depth
    self.nodes = nodes
    self.attributes = attributes
    self.attributeBytes = attributeBytes
    self.textBytes = textBytes
  }

  package static let standard = FeedLimits()
  /// For a source that is marked as large.
  package static let large = FeedLimits(bytes: 32 << 20)
  /// For recorded material on an analyst's desk: half a gigabyte, and as many entries as come.
  package static let recorded = FeedLimits(
    bytes: 512 << 20, entries: .max, nodes: .max)
  /// The same, with the markup of titles and texts.
  package static let recordedMarkup = {
    var limits = recorded
    limits.keepsMarkup = true
    return limits
  }()
}
