/// The words that a reader would see of a piece of HTML, as lines without any markup.
///
/// Blocks become lines; scripts, styles, comments and what is hidden are left out; references are
/// resolved once; blanks collapse as in a browser, and vanish where a line of Chinese was broken.
struct MarkupText {
  private var text = TextLines()
  /// The element that hides what is inside it, and how often it is open.
  private var hidden: (key: UInt64, depth: Int)?
  private var preformatted = 0
  // Searches that reached the end in vain, and need not be made again.
  private var hasNoCommentEnd = false
  private var hasNoLiteralEnd = false
  private var hasNoMarkEnd = false
  private var tagEnds = TagEnds()
  private let keepsUnknownTags: Bool

  private init(keepsUnknownTags: Bool) {
    self.keepsUnknownTags = keepsUnknownTags
  }

  /// The lines of HTML or of XHTML, in valid UTF-8; about so many bytes at most.
  ///
  /// `keepsUnknownTags` is for titles, where `List<String>` is meant as it stands.
  static func lines(
    _ markup: ArraySlice<UInt8>, limit: Int = .max, keepsUnknownTags: Bool = false
  ) -> [UInt8] {
    var converter = MarkupText(keepsUnknownTags: keepsUnknownTags)
    converter.run(markup.span, limit)
    return HardWrap.joined(converter.text)
  }

  private mutating func run(_ bytes: Span<UInt8>, _ limit: Int) {
    var index = 0
    while index < bytes.count, text.count < limit {
      switch bytes[index] {
      case UInt8(ascii: "<"): index = markup(bytes, index)
      case UInt8(ascii: "&"):
        if let reference = Reference(bytes, at: index, to: bytes.count, as: .html) {
          if hidden == nil, let scalar = reference.scalar { text.append(scalar) }
          index = reference.end
        } else {
          index = words(bytes, index)
        }
      default: index = words(bytes, index)
      }
    }
  }

  /// Text up to what may be markup or a reference; at least one byte.
  private mutating func words(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    let end = bytes.firstMark(from: start + 1)
    if hidden == nil { text.append(bytes, start..<end, keepsLines: preformatted > 0) }
    return end
  }

  private mutating func markup(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    guard start + 1 < bytes.count else { return words(bytes, start) }
    let next = bytes[start + 1]
    if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
      return declaration(bytes, start)
    }
    let nameStart = next == UInt8(ascii: "/") ? start + 2 : start + 1
    guard nameStart < bytes.count, isLetter(bytes[nameStart]) else { return words(bytes, start) }
    // The text may have been cut inside a tag.
    guard let tag = MarkupTag(bytes, at: start, &tagEnds) else { return bytes.count }
    if keepsUnknownTags, tag.kind == .unknown { return words(bytes, start) }
    apply(tag)
    guard tag.kind == .raw, !tag.isEnd, !tag.isClosed else { return tag.end }
    return rawEnd(bytes, tag)
  }

  private mutating func declaration(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    if bytes.hasASCII("<!--", at: start), !hasNoCommentEnd {
      if let end = bytes.firstIndex(of: "-->", from: start + 4) { return end + 3 }
      hasNoCommentEnd = true
    } else if bytes.hasASCII("<![cdata[", at: start), !hasNoLiteralEnd {
      if let end = bytes.firstIndex(of: "]]>", from: start + 9) {
        if hidden == nil { text.append(bytes, (start + 9)..<end, keepsLines: false) }
        return end + 3
      }
      hasNoLiteralEnd = true
    }
    if !hasNoMarkEnd {
      if let end = bytes.firstIndex(of: ">", from: start) { return end + 1 }
      hasNoMarkEnd = true
    }
    // A comment that was cut off is none of the words; a declaration that was never closed may be.
    return bytes.hasASCII("<!--", at: start) ? bytes.count : words(bytes, start)
  }

  /// Where the end tag of a script begins: nothing in it is markup.
  private func rawEnd(_ bytes: Span<UInt8>, _ tag: MarkupTag) -> Int {
    bytes.firstIndex(of: tag.isStyle ? "</style" : "</script", from: tag.end) ?? bytes.count
  }

  private mutating func apply(_ tag: MarkupTag) {
    if let open = hidden {
      // The next block ends a paragraph, closed or not.
      if open.key == MarkupTag.paragraph, tag.kind == .block, !tag.isEnd {
        hidden = nil
      } else {
        if tag.key == open.key, !tag.isClosed {
          let depth = open.depth + (tag.isEnd ? -1 : 1)
          hidden = depth > 0 ? (open.key, depth) : nil
        }
        return
      }
    }
    switch tag.kind {
    case .block, .preformatted: text.breakLine()
    case .cell: text.appendBlank()
    case .inline, .void, .raw, .unseen, .unknown: break
    }
    if tag.kind == .preformatted { preformatted = max(0, preformatted + (tag.isEnd ? -1 : 1)) }
    if !tag.isEnd, !tag.isClosed, tag.kind != .void, tag.kind != .raw,
      tag.kind == .unseen || tag.isHidden
    {
      hidden = (tag.key, 1)
    }
  }
}

/// Where tags end whose quotes are in disorder.
///
/// A tag whose last quote is never closed is read to the end of the text in vain, and then ends at
/// the first `>`. A page that is made of such tags would be read once for each of them: after a few,
/// quotes are no longer believed.
struct TagEnds {
  private var misses = 0

  private static let patience = 16

  /// How far the attributes of a tag that goes on at `start` may be looked for.
  func reach(_ bytes: Span<UInt8>, from start: Int) -> Int {
    guard misses >= Self.patience else { return bytes.count }
    return bytes.firstIndex(of: ">", from: start).map { $0 + 1 } ?? bytes.count
  }

  mutating func noteMiss() { misses += 1 }
}

/// A tag in HTML, in so far as it matters for the text.
struct MarkupTag {
  enum Kind {
    case inline
    case block
    case preformatted
    case cell
    case void
    /// Its content is no markup.
    case raw
    /// Its content is never seen.
    case unseen
    /// Of another vocabulary, or no tag at all.
    case unknown
  }

  let key: UInt64
  let kind: Kind
  let isEnd: Bool
  /// Whether a slash before `>` closes it at once.
  let isClosed: Bool
  let isHidden: Bool
  /// Where the text goes on.
  let end: Int

  var isStyle: Bool { key == Self.key("style") }

  static let paragraph = key("p")

  /// The tag that begins at `start`; nil if the text ends inside it.
  init?(_ bytes: Span<UInt8>, at start: Int, _ ends: inout TagEnds) {
    isEnd = bytes[start + 1] == UInt8(ascii: "/")
    var index = start + (isEnd ? 2 : 1)
    var nameStart = index
    while index < bytes.count, !isBlank(bytes[index]), bytes[index] != UInt8(ascii: ">"),
      bytes[index] != UInt8(ascii: "/")
    {
      if bytes[index] == UInt8(ascii: ":") { nameStart = index + 1 }
      index += 1
    }
    key = Self.key(bytes, nameStart..<index)
    kind = Self.kind(key)
    guard let rest = Attributes(bytes, from: index, &ends) else { return nil }
    isHidden = rest.hides
    isClosed = rest.endsWithSlash
    end = rest.end
  }

  /// The first seven letters of a name and its length; enough to tell HTML's names apart.
  private static func key(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var key = UInt64(min(range.count, 255)) << 56
    for offset in 0..<min(range.count, 7) {
      key |= UInt64(lowered(bytes[range.lowerBound + offset])) << UInt64(offset * 8)
    }
    return key
  }

  private static func key(_ name: String) -> UInt64 {
    let bytes = Array(name.utf8)
    return key(bytes.span, 0..<bytes.count)
  }

  private static func kind(_ key: UInt64) -> Kind {
    var slot = self.slot(key)
    let table = kinds
    while table[slot].key != key, table[slot].key != 0 { slot = (slot + 1) & (slotCount - 1) }
    return table[slot].kind
  }

  private static let slotCount = 512

  private static func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 40) & (slotCount - 1)
  }

  /// By key, with open addressing; a dictionary would take longer to hash than all else of a tag.
  private static let kinds: [(key: UInt64, kind: Kind)] = {
    let names: [(Kind, String)] = [
      (
        .block,
        """
        p div br hr li ul ol dl dt dd table tr thead tbody tfoot caption blockquote h1 h2 h3 h4 h5 h6 \
        section article header footer aside nav main figure figcaption address form fieldset center \
        details summary body html option menu dir
        """
      ),
      (
        .inline,
        """
        a abbr acronym b bdi bdo big blink button canvas cite code data del dfn em font i ins kbd label \
        mark marquee math meter nobr output progress q rp rt ruby s samp select small span strike strong \
        sub sup svg textarea time tt u var video audio picture map
        """
      ),
      (.preformatted, "pre listing xmp"),
      (.cell, "td th"),
      (.void, "img input wbr area col embed param track link meta base source"),
      (.raw, "script style"),
      (.unseen, "head noscript object iframe applet template title"),
    ]
    var table = Array(repeating: (key: UInt64(0), kind: Kind.unknown), count: slotCount)
    for (kind, list) in names {
      for name in list.split(separator: " ") {
        let key = key(String(name))
        var slot = slot(key)
        while table[slot].key != 0 { slot = (slot + 1) & (slotCount - 1) }
        table[slot] = (key, kind)
      }
    }
    return table
  }()

  /// What stands between the name of a tag and its end.
  private struct Attributes {
    private(set) var hides = false
    private(set) var endsWithSlash = false
    private(set) var end = 0

    init?(_ bytes: Span<UInt8>, from start: Int, _ ends: inout TagEnds) {
      var index = start
      let reach = ends.reach(bytes, from: start)
      while index < reach {
        switch bytes[index] {
        case UInt8(ascii: ">"):
          endsWithSlash = index > start && bytes[index - 1] == UInt8(ascii: "/")
          end = index + 1
          return
        case 0x20, 0x0a, 0x09, 0x0d, UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "'"),
          UInt8(ascii: "="):
          index += 1
        default: index = attribute(bytes, index, to: reach)
        }
      }
      // No end: perhaps a quote was never closed. Then the first `>` has to do.
      ends.noteMiss()
      guard let close = bytes.firstIndex(of: ">", from: start) else { return nil }
      end = close + 1
    }

    private mutating func attribute(
      _ bytes: Span<UInt8>, _ start: Int, to reach: Int
    ) -> Int {
      var index = start
      while index < reach, !isBlank(bytes[index]), bytes[index] != UInt8(ascii: "="),
        bytes[index] != UInt8(ascii: ">"), bytes[index] != UInt8(ascii: "/")
      {
        index += 1
      }
      let name = start..<index
      while index < reach, isBlank(bytes[index]) { index += 1 }
      guard index < reach, bytes[index] == UInt8(ascii: "=") else {
        if name.count == 6, bytes.hasASCII("hidden", at: start) { hides = true }
        return index
      }
      index += 1
      while index < reach, isBlank(bytes[index]) { index += 1 }
      guard index < reach else { return index }
      let quote = bytes[index]
      let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
      if isQuoted { index += 1 }
      let valueStart = index
      if isQuoted {
        index = bytes.firstIndex(of: quote, from: index, to: reach) ?? reach
      } else {
        while index < reach, !isBlank(bytes[index]), bytes[index] != UInt8(ascii: ">") {
          index += 1
        }
      }
      if name.count == 6, bytes.hasASCII("hidden", at: start) { hides = true }
      if name.count == 5, bytes.hasASCII("style", at: start) {
        hides = hides || HidingStyle.hides(bytes, valueStart..<index)
      }
      return index
    }
  }
}
