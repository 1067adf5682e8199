package import Bytes
import Foundation

/// What the desk knows of a source before it reads it.
package struct SourceProfile: Hashable, Sendable {
  /// The name that the configuration gives to it; it goes into the identity of its items.
  package var id: String
  package var owner: String?
  package var tier: Item.Tier?
  /// `zh`, `en`: for items whose script does not tell.
  package var language: String?
  /// Whether its entries are posts of persons: a microblog, a forum, an account of one.
  package var isPersonal: Bool

  package init(
    id: String, owner: String? = nil, tier: Item.Tier? = nil, language: String? = nil,
    isPersonal: Bool = false
  ) {
    self.id = id
    self.owner = owner
    self.tier = tier
    self.language = language
    self.isPersonal = isPersonal
  }
}

/// The items that a document's entries become, in its order; `firstSeen` is left to the poller.
///
/// - An entry is known by its guid, if no other words of the document have the same; else by its
///   link in canonical form, on the same condition; else by its words and its day. The same entry
///   gives the same `id` whenever and from whatever address it is read. Entries that cannot be told
///   apart are one item.
/// - Its author is turned into a pseudonym here, and is named nowhere else in the item but in a
///   `link` that `bearsHandle(link:)`. In posts of persons the name is taken out of the words as well; the
///   byline of an official or listed medium is part of what it published, and stays.
/// - A time of publication before 1995, or over an hour later than `seen`, is nobody's knowledge and
///   becomes nil. Where there is only a time of updating, that stands for it.
/// - An entry without any words is no item.
///
/// Whether an item is new, or a changed one, is for `ItemMark` and those who keep them.
package func items(
  from document: FeedDocument, of source: SourceProfile, seen: Instant,
  pseudonym: (String) -> String
) -> [Item] {
  let identities = EntryIdentities(document.entries)
  var taken: Set<String> = []
  taken.reserveCapacity(document.entries.count)
  var items: [Item] = []
  items.reserveCapacity(document.entries.count)
  for (place, entry) in document.entries.enumerated() {
    let id = identities.id(of: entry, at: place, source: source.id)
    guard taken.insert(id).inserted,
      let item = item(entry, id, document, source, seen, pseudonym)
    else { continue }
    items.append(item)
  }
  return items
}

private func item(
  _ entry: FeedEntry, _ id: String, _ document: FeedDocument, _ source: SourceProfile,
  _ seen: Instant, _ pseudonym: (String) -> String
) -> Item? {
  var title = entry.title
  var text = entry.text.map { withoutTitle($0, title) } ?? ""
  var author: String?
  let names = AuthorNames(entry, source)
  if let key = names.key {
    let name = pseudonym(key)
    title = title.map { names.removed(from: $0, for: name) }
    text = names.removed(from: text, for: name)
    author = name
  }
  if text.isEmpty { text = title ?? "" }
  guard !text.isEmpty else { return nil }
  let link = entry.link.flatMap { isWebLink($0) ? $0 : nil }
  var item = Item(
    id: id, published: believable(entry.published ?? entry.updated, seen), firstSeen: nil,
    source: source.id,
    language: language(
      of: title ?? "", text, named: entry.language ?? document.language, source: source.language),
    text: text, title: title, link: link, author: author, owner: source.owner, tier: source.tier)
  if let alert = entry.cap { item.note(alert, of: source.id) }
  return item
}

extension Item {
  /// A warning is not alone: CAP 1.2 §3.2.1 names those that an Update or a Cancel stands for, and
  /// each is an item of its own here.
  fileprivate mutating func note(_ alert: CAPAlert, of source: String) {
    follows = alert.references.prefix(64).map { reference in
      EntryIdentities.id(
        source, "guid",
        EntryIdentities.name(reference.sender, reference.identifier, reference.sent))
    }
    isCancel = alert.messageType?.lowercased() == "cancel"
    expires = alert.infos.compactMap(\.expires).max()
  }
}

/// The body, less the title where it begins with it.
private func withoutTitle(_ text: String, _ title: String?) -> String {
  guard let title, !title.isEmpty, text.hasPrefix(title) else { return text }
  let rest = text.dropFirst(title.count)
  if rest.isEmpty { return "" }
  return rest.first == "\n" ? String(rest.dropFirst()) : text
}

/// No clock of a publisher runs further ahead than this.
private let clockAllowance = Duration.hours(1)
/// 1995-01-01: older than any feed, and what wrong clocks and empty fields lead to.
private let firstDay = Instant(seconds: 788_918_400)

private func believable(_ instant: Instant?, _ seen: Instant) -> Instant? {
  guard let instant, instant >= firstDay, instant <= seen + clockAllowance else { return nil }
  return instant
}

/// What makes each entry of a document itself.
private struct EntryIdentities {
  /// A hash of the words that go by a guid or a link; nil where they differ. An entry that stands
  /// twice is still one.
  private var guids: [String: UInt64?] = [:]
  private var links: [String: UInt64?] = [:]
  /// By the place of each entry.
  private var canonicalLinks: [String?] = []

  init(_ entries: [FeedEntry]) {
    guids.reserveCapacity(entries.count)
    links.reserveCapacity(entries.count)
    canonicalLinks.reserveCapacity(entries.count)
    for entry in entries {
      let words = Self.wordsHash(of: entry)
      if let guid = Self.guid(of: entry) { Self.note(words, of: guid, in: &guids) }
      let link = entry.link.map(canonicalLink)
      if let link { Self.note(words, of: link, in: &links) }
      canonicalLinks.append(link)
    }
  }

  private static func note(_ words: UInt64, of name: String, in known: inout [String: UInt64?]) {
    if let before = known[name] {
      if before != words { known[name] = .some(nil) }
    } else {
      known[name] = words
    }
  }

  /// 32 hexadecimal digits.
  func id(of entry: FeedEntry, at place: Int, source: String) -> String {
    let (kind, key) = key(of: entry, at: place)
    return Self.id(source, kind, key)
  }

  static func id(_ source: String, _ kind: String, _ key: String) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(source.utf8.count + kind.utf8.count + key.utf8.count + 2)
    text.append(contentsOf: source.utf8)
    text.append(0)
    text.append(contentsOf: kind.utf8)
    text.append(0)
    text.append(contentsOf: key.utf8)
    return hexEncoded(Array(SHA256.hash(text).bytes.prefix(16)))
  }

  private func key(of entry: FeedEntry, at place: Int) -> (kind: String, key: String) {
    if let guid = Self.guid(of: entry), let words = guids[guid], words != nil {
      return ("guid", guid)
    }
    if let link = canonicalLinks[place], let words = links[link], words != nil {
      return ("link", link)
    }
    let day = (entry.published ?? entry.updated).map { CivilTime($0).dateText } ?? ""
    return ("text", SHA256.hash(Self.words(of: entry) + day).hex)
  }

  private static let wordsLength = 256

  private static func words(of entry: FeedEntry) -> String {
    (entry.title ?? "") + String((entry.text ?? "").prefix(wordsLength))
  }

  /// FNV-1a of the title and the start of the text. Comparing the texts themselves took a third of
  /// the time of this file: Swift brings each into its normal form first.
  private static func wordsHash(of entry: FeedEntry) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for (text, limit) in [(entry.title ?? "", Int.max), (entry.text ?? "", wordsLength)] {
      var text = text
      text.withUTF8 { bytes in
        var characters = 0
        for byte in bytes {
          // The first byte of a character; the others of it begin with 10.
          if byte & 0xc0 != 0x80 { characters += 1 }
          if characters > limit { break }
          hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
      }
      hash = (hash ^ 0xff) &* 0x100_0000_01b3
    }
    return hash
  }

  /// CAP 1.2 §3.2.1: sender, identifier and sent together name an alert.
  private static func guid(of entry: FeedEntry) -> String? {
    if let alert = entry.cap, let identifier = alert.identifier, let sender = alert.sender {
      return name(sender, identifier, alert.sent)
    }
    return entry.guid
  }

  static func name(_ sender: String, _ identifier: String, _ sent: Instant?) -> String {
    [sender, identifier, sent?.iso8601 ?? ""].joined(separator: ",")
  }
}

/// Who wrote an entry, in every form in which the entry may name them.
private struct AuthorNames {
  /// What the pseudonym is made of: the surest of what the feed says.
  let key: String?
  private let names: [String]

  /// Shorter names are parts of too many words.
  private static let shortestName = 2
  private static let shortestLatinName = 4

  /// More people than this write no entry together, and longer names are none: each is looked for in
  /// the whole text.
  private static let mostAuthors = 8
  private static let longestName = 256

  init(_ entry: FeedEntry, _ source: SourceProfile) {
    let author = entry.authors.first
    let authors = entry.authors.prefix(Self.mostAuthors)
    let link = entry.link ?? ""
    let handles = handles(inLink: link) + authors.flatMap { Bytes.handles(inLink: $0.uri ?? "") }
    key = author.flatMap { $0.uri ?? $0.email ?? $0.name } ?? handles.first
    guard !entry.authors.isEmpty || !handles.isEmpty else {
      names = []
      return
    }
    let isPost =
      source.isPersonal || !handles.isEmpty || source.tier == .other || source.tier == nil
    let named =
      isPost ? authors.flatMap { [$0.name, $0.email, $0.uri].compactMap { $0 } } : []
    let bare = (named + handles.prefix(Self.mostAuthors)).map(Self.bare)
    let marked = bare.filter { !$0.contains(" ") }.flatMap { ["@" + $0, "/u/" + $0, "u/" + $0] }
    let all = (marked + (named + bare).filter(Self.isTelling))
      .filter { $0.utf8.count <= Self.longestName }
    // A longer name goes before one that is a part of it.
    names = Set(all).sorted { ($0.count, $0) > ($1.count, $1) }
  }

  /// `/u/name` and `@name` without what marks them as accounts.
  private static func bare(_ name: String) -> String {
    for mark in ["/u/", "u/", "@"] where name.hasPrefix(mark) {
      return String(name.dropFirst(mark.count))
    }
    return name
  }

  private static func isTelling(_ name: String) -> Bool {
    name.count >= (name.utf8.allSatisfy { $0 < 0x80 } ? shortestLatinName : shortestName)
  }

  /// The words with the pseudonym in place of each name.
  func removed(from text: String, for pseudonym: String) -> String {
    names.reduce(text) { text, name in Self.replaced(name, in: text, by: pseudonym) }
  }

  private static func replaced(_ name: String, in text: String, by pseudonym: String) -> String {
    var result = ""
    var rest = text[...]
    while let found = rest.range(of: name, options: .caseInsensitive) {
      let before = rest[..<found.lowerBound].last ?? result.last
      let after = rest[found.upperBound...].first
      result += rest[..<found.lowerBound]
      // `bobcat` does not name bob; in Chinese there are no blanks to go by.
      let isPart = (joins(before) && joins(name.first)) || (joins(after) && joins(name.last))
      result += isPart ? rest[found] : pseudonym[...]
      rest = rest[found.upperBound...]
    }
    return result + rest
  }

  private static func joins(_ character: Character?) -> Bool {
    character.map { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? false
  }
}
