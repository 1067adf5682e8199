/// The vocabulary that a name belongs to. A prefix means what its document declares; where that is
/// missing, what everyone means by it.
enum XMLVocabulary: UInt8, Sendable {
  /// Without a prefix and without a namespace that is known.
  case plain
  case atom
  case rss
  case rdf
  case dublinCore
  case dublinCoreTerms
  case content
  case media
  case geoRSS
  case geo
  case gml
  case cap
  case xhtml
  case itunes
  /// Known to be something else, as `itunes:title` is.
  case other

  init(uri: String) {
    let key = uri.lowercased()
    self =
      Self.byURI[key] ?? Self.byURI[key.hasSuffix("/") ? String(key.dropLast()) : key] ?? .other
  }

  init(prefix: String) {
    self = Self.byPrefix[prefix] ?? .other
  }

  private static let byURI: [String: XMLVocabulary] = [
    "": .plain,
    "http://www.w3.org/2005/atom": .atom,
    "https://www.w3.org/2005/atom": .atom,
    "http://purl.org/atom/ns#": .atom,
    "http://example.com/newformat#": .atom,
    "http://example.com/necho": .atom,
    "http://purl.org/echo": .atom,
    "uri/of/echo/namespace#": .atom,
    "http://purl.org/pie": .atom,
    "http://purl.org/rss/1.0": .rss,
    "http://purl.org/net/rss1.1#": .rss,
    "http://my.netscape.com/rdf/simple/0.9": .rss,
    "http://my.netscape.com/publish/formats/rss-0.91.dtd": .rss,
    "http://channel.netscape.com/rdf/simple/0.9": .rss,
    "http://backend.userland.com/rss": .rss,
    "http://backend.userland.com/rss091": .rss,
    "http://backend.userland.com/rss2": .rss,
    "http://blogs.law.harvard.edu/tech/rss": .rss,
    "http://www.rssboard.org/rss-specification": .rss,
    "http://purl.org/rss/2.0": .rss,
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": .rdf,
    "http://purl.org/dc/elements/1.1": .dublinCore,
    "http://purl.org/dc/elements/1.0": .dublinCore,
    "http://purl.org/dc/terms": .dublinCoreTerms,
    "http://purl.org/rss/1.0/modules/dcterms": .dublinCoreTerms,
    "http://purl.org/rss/1.0/modules/content": .content,
    "http://search.yahoo.com/mrss": .media,
    "http://www.georss.org/georss": .geoRSS,
    "http://www.georss.org/georss/10": .geoRSS,
    "http://www.w3.org/2003/01/geo/wgs84_pos#": .geo,
    "http://www.opengis.net/gml": .gml,
    "urn:oasis:names:tc:emergency:cap:1.1": .cap,
    "urn:oasis:names:tc:emergency:cap:1.2": .cap,
    "http://www.incident.com/cap/1.0": .cap,
    "http://www.w3.org/1999/xhtml": .xhtml,
    "http://www.itunes.com/dtds/podcast-1.0.dtd": .itunes,
  ]

  private static let byPrefix: [String: XMLVocabulary] = [
    "atom": .atom, "atom10": .atom, "atom03": .atom, "a10": .atom, "rss": .rss, "rdf": .rdf,
    "dc": .dublinCore, "dcterms": .dublinCoreTerms, "content": .content, "media": .media,
    "georss": .geoRSS, "geo": .geo, "gml": .gml, "cap": .cap, "xhtml": .xhtml, "itunes": .itunes,
  ]
}

/// A name in its vocabulary, in small letters: publishers spell pubDate in many ways.
struct XMLName: Hashable, Sendable {
  let vocabulary: XMLVocabulary
  let local: String
}

/// The names of a document as they are written, each once, known by a number.
///
/// Capitals make no difference, so that `</TITLE>` closes `<title>`.
struct XMLNameTable {
  struct Entry {
    /// In small letters, with its prefix.
    let qualified: String
    /// Empty where there is none.
    let prefix: String
    let local: String
    let role: Role
    /// `xml:base`, `xml:lang`: an attribute that counts for all that is inside.
    let isInherited: Bool
    /// 64 bits and the length stand for the name. Whoever makes two of them fall together confuses
    /// nothing but a feed of his own.
    fileprivate let hash: UInt64
    fileprivate let length: Int
  }

  /// What a name means for the repair of a damaged document.
  enum Role {
    case ordinary
    /// `item`, `entry`: where reading falls into step again.
    case entry
    /// The same with a prefix whose meaning is to be asked for.
    case prefixedEntry
    /// `rss`, `channel`, `feed`: what holds the entries.
    case frame
    /// `title`, `description`: what stands directly in an entry and may hold markup.
    case part
    /// `guid`, `pubDate`: what stands directly in an entry and is never found in markup.
    case partOnly
    /// `br`, `img`: what markup never closes.
    case void
  }

  private(set) var entries: [Entry] = []
  /// The names of the entries alone.
  private(set) var qualifiedNames: [String] = []
  /// Whether `xml:base` is among them.
  private(set) var hasBases = false
  /// Open addressing over the entries, at most half full; -1 is free.
  private var slots: [Int32] = Array(repeating: -1, count: 256)

  /// Another one in each run of the program, so that nobody can send names that fall together. The
  /// numbers are given in the order of the names, and do not depend on it.
  private static let seed = UInt64.random(in: .min ... .max)
  /// A feed has some dozens. What comes behind so many goes by the last one's name.
  private static let mostNames = 4096

  mutating func id(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var hash = Self.seed
    for index in range {
      hash = (hash ^ UInt64(lowered(bytes[index]))) &* 0x100_0000_01b3
    }
    // The low bits alone depend on the low bits of the letters alone.
    hash ^= hash >> 32
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let id = Int(slots[slot])
      if entries[id].hash == hash, entries[id].length == range.count { return id }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard entries.count < Self.mostNames else { return Self.mostNames - 1 }
    let id = entries.count
    entries.append(Self.entry(bytes, range, hash))
    qualifiedNames.append(entries[id].qualified)
    hasBases = hasBases || entries[id].qualified == "xml:base"
    slots[slot] = Int32(id)
    if entries.count * 2 > slots.count { grow() }
    return id
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for (id, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(id)
    }
  }

  private static func entry(_ bytes: Span<UInt8>, _ range: Range<Int>, _ hash: UInt64) -> Entry {
    let qualified = String(decoding: range.map { lowered(bytes[$0]) }, as: UTF8.self)
    let parts = qualified.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let prefix = parts.count == 2 ? String(parts[0]) : ""
    let local = parts.count == 2 ? String(parts[1]) : qualified
    return Entry(
      qualified: qualified, prefix: prefix, local: local, role: role(prefix, local),
      isInherited: prefix == "xml" && (local == "base" || local == "lang"), hash: hash,
      length: range.count)
  }

  private static func role(_ prefix: String, _ local: String) -> Role {
    switch local {
    case "item", "entry":
      prefix.isEmpty || XMLVocabulary(prefix: prefix) != .other ? .entry : .prefixedEntry
    case "rss", "rdf", "channel", "feed", "alert", "items": .frame
    case "guid", "pubdate": prefix.isEmpty ? .partOnly : .part
    case "title", "link", "description", "summary", "content", "encoded", "category", "author",
      "published", "updated", "info", "area":
      .part
    case "br", "img", "hr", "input", "wbr", "col", "embed", "param", "track":
      prefix.isEmpty ? .void : .ordinary
    default: .ordinary
    }
  }
}
