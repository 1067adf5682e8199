import Bytes

/// What is remembered of an item's content, to know it again and to notice that it was changed:
/// some 20 bytes, from which nobody can tell what it said.
package struct ItemMark: Hashable, Sendable {
  /// Of the title and of the text, less blanks and the author's pseudonym, which is another one each
  /// month; 0 for an empty one.
  package var title: UInt32
  package var text: UInt32
  /// Of the link, less its scheme and a leading `www.`; 0 where there is none.
  package var link: UInt32
  /// When it was published, in seconds since 1970; 0 where that is not known.
  package var published: UInt32

  package init(title: UInt32, text: UInt32, link: UInt32, published: UInt32) {
    self.title = title
    self.text = text
    self.link = link
    self.published = published
  }

  package init(_ item: Item) {
    let author = item.author.map { Array($0.utf8) } ?? []
    title = Self.hash(of: item.title ?? "", without: author)
    text = Self.hash(of: item.text, without: author)
    link = item.link.map { Self.hash(ofLink: canonicalLink($0)) } ?? 0
    published = UInt32(clamping: item.published?.seconds ?? 0)
  }

  /// What is different about its words; nil if nothing is.
  package func change(to other: ItemMark) -> Item.Change? {
    switch (title != other.title, text != other.text) {
    case (true, true): .both
    case (true, false): .title
    case (false, true): .text
    case (false, false): nil
    }
  }

  /// The longer ones first.
  private static let bareStarts: [StaticString] = [
    "https://www.", "http://www.", "https://", "http://",
  ]

  private static func hash(ofLink link: String) -> UInt32 {
    var link = link
    return link.withUTF8 { bytes in
      let start = Self.bareStarts.first { $0.withUTF8Buffer { bytes.starts(with: $0) } }
      return hash(of: bytes[(start?.utf8CodeUnitCount ?? 0)...], without: [])
    }
  }

  private static func hash(of text: String, without author: [UInt8]) -> UInt32 {
    var text = text
    return text.withUTF8 { hash(of: $0[...], without: author) }
  }

  /// FNV-1a, folded to 32 bits: it is not to stand up to anybody, only to tell apart.
  private static func hash(
    of bytes: Slice<UnsafeBufferPointer<UInt8>>, without author: [UInt8]
  ) -> UInt32 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    var index = bytes.startIndex
    var isEmpty = true
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte == author.first, bytes.endIndex - index >= author.count,
        bytes[index..<index + author.count].elementsEqual(author)
      {
        index += author.count
        continue
      }
      index += 1
      if byte <= 0x20 { continue }
      isEmpty = false
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    guard !isEmpty else { return 0 }
    let folded = UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    return folded == 0 ? 1 : folded
  }
}
