/// Collects a text as lines, with blanks collapsed.
///
/// A blank that began at a line's end vanishes between two characters of Chinese or Japanese, which
/// do without blanks. An indentation is kept for the moment: it tells where a paragraph begins.
struct TextLines {
  private enum Gap {
    case none
    case blank
    /// A blank in which the source went to a new line.
    case softBreak
    case lineBreak
  }

  private var bytes: [UInt8] = []
  private var gap = Gap.none
  private var wideBlanks = 0
  /// How many lines were ended, and how many begin with an ideographic space.
  private(set) var breaks = 0
  private(set) var indentations = 0

  var count: Int { bytes.count }

  /// What was collected. Lines may still begin with an ideographic space.
  func finished() -> [UInt8] { bytes }

  mutating func breakLine() {
    gap = .lineBreak
    wideBlanks = 0
  }

  mutating func appendBlank() {
    if gap == .none { gap = .blank }
  }

  /// Appends a character that was written as a reference.
  mutating func append(_ scalar: UInt32) {
    if scalar > 0x20, scalar < 0x7f {
      if gap != .none { close(before: UInt8(scalar)) }
      bytes.append(UInt8(scalar))
    } else {
      var encoded: [UInt8] = []
      appendUTF8(scalar, to: &encoded)
      append(encoded.span, 0..<encoded.count, keepsLines: false)
    }
  }

  /// Appends a piece of valid UTF-8; its line ends count as such only if `keepsLines` says so.
  mutating func append(_ source: Span<UInt8>, _ range: Range<Int>, keepsLines: Bool) {
    var index = range.lowerBound
    let end = range.upperBound
    while index < end {
      let start = index
      index = Self.inkEnd(source, index, end)
      if index > start {
        if gap != .none { close(before: source[start]) }
        bytes.append(source, start..<index)
      } else if source[index] <= 0x20 {
        blank(source[index], keepsLines)
        index += 1
      } else {
        index += mark(source, index, end)
      }
    }
  }

  /// Where ink ends that begins here, single blanks between words included, so that a line of text
  /// is taken in one go.
  @inline(__always)
  private static func inkEnd(_ source: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end {
      if index + 9 <= end, index > start || source[index] != 0x20, areWords(source, index) {
        index += 8
      } else if isHan(source[index]), index + 3 <= end {
        index += 3
      } else if source[index] > 0x20 {
        if markLength(source, index, end) > 0 { return index }
        index += 1
      } else {
        guard source[index] == 0x20, index > start, index + 1 < end, source[index + 1] > 0x20,
          markLength(source, index + 1, end) == 0
        else { return index }
        index += 2
      }
    }
    return index
  }

  /// Whether eight bytes are ASCII without controls, and a single blank follows a word and is followed
  /// by another.
  @inline(__always)
  private static func areWords(_ source: Span<UInt8>, _ index: Int) -> Bool {
    let here = EightBytes(source, at: index)
    let next = EightBytes(source, at: index + 1)
    return here.beyondASCII | here.below(0x20) == 0
      && here.equal(0x20) & (next.below(0x21) | next.beyondASCII) == 0
  }

  /// Whether a character begins here that is ink whatever it is; it takes three bytes.
  @inline(__always)
  private static func isHan(_ lead: UInt8) -> Bool { lead >= 0xe4 && lead <= 0xe9 }

  /// The length of a character beyond ASCII that is no ink: a blank, a line end, or nothing at all;
  /// 0 for any other byte.
  @inline(__always)
  private static func markLength(_ source: Span<UInt8>, _ index: Int, _ end: Int) -> Int {
    switch source[index] {
    case 0xc2: return index + 1 < end && source[index + 1] == 0xa0 ? 2 : 0
    case 0xe2, 0xe3, 0xef:
      guard index + 2 < end else { return 0 }
      switch (source[index], source[index + 1], source[index + 2]) {
      case (0xe2, 0x80, 0x8b), (0xe2, 0x80, 0xa8), (0xe2, 0x80, 0xa9), (0xe3, 0x80, 0x80),
        (0xef, 0xbb, 0xbf):
        return 3
      default: return 0
      }
    default: return 0
    }
  }

  /// Takes such a character, and says how long it is.
  private mutating func mark(_ source: Span<UInt8>, _ index: Int, _ end: Int) -> Int {
    switch source[index] {
    case 0xc2:
      wideBlanks += 1
      appendBlank()
    case 0xe3:
      wideBlanks += 2
      appendBlank()
    // U+2028 and U+2029 end a line; U+200B and U+FEFF only say where one may be broken.
    case 0xe2 where source[index + 2] != 0x8b: breakLine()
    default: break
    }
    return Self.markLength(source, index, end)
  }

  private mutating func blank(_ byte: UInt8, _ keepsLines: Bool) {
    if byte == 0x0a || byte == 0x0d {
      if keepsLines {
        breakLine()
      } else if gap != .lineBreak {
        gap = .softBreak
      }
    } else if gap == .none {
      gap = .blank
    }
  }

  /// Turns the gap into what it means before a character that begins with this byte.
  private mutating func close(before lead: UInt8) {
    defer {
      gap = .none
      wideBlanks = 0
    }
    guard !bytes.isEmpty else { return }
    switch gap {
    case .none: break
    case .blank: bytes.append(0x20)
    case .softBreak:
      if !(CJK.isWide(lead: lead) && CJK.endsWide(bytes)) { bytes.append(0x20) }
    case .lineBreak:
      bytes.append(0x0a)
      breaks += 1
      if wideBlanks >= 2 {
        bytes.append(contentsOf: CJK.ideographicSpace)
        indentations += 1
      }
    }
  }
}

/// What little has to be known of East Asian scripts to break and join their lines.
enum CJK {
  static let ideographicSpace: [UInt8] = [0xe3, 0x80, 0x80]

  /// Whether a character that begins with this byte takes two columns and needs no blanks: kana,
  /// Han, full-width forms. Hangul is written with blanks.
  @inline(__always)
  static func isWide(lead: UInt8) -> Bool {
    (lead >= 0xe3 && lead <= 0xe9) || lead == 0xef
  }

  /// Whether the character here is one that a line of such a text may go on with.
  static func beginsWide(_ bytes: [UInt8], at index: Int) -> Bool {
    if isWide(lead: bytes[index]) { return true }
    return index + 2 < bytes.count && bytes[index] == 0xe2 && bytes[index + 1] == 0x80
      && sharedMarks.contains(bytes[index + 2])
  }

  /// The last bytes of —, ‘, ’, “, ” and ….
  private static let sharedMarks: [UInt8] = [0x94, 0x98, 0x99, 0x9c, 0x9d, 0xa6]

  /// Whether the last character of a text is one that needs no blank after it.
  ///
  /// Quotation marks, dashes and the ellipsis belong to both worlds; they count as wide here, for
  /// the character after them decides.
  static func endsWide(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 3 else { return false }
    let lead = bytes[bytes.count - 3]
    if isWide(lead: lead) {
      return bytes[bytes.count - 1] >= 0x80 && bytes[bytes.count - 2] >= 0x80
    }
    guard lead == 0xe2, bytes[bytes.count - 2] == 0x80 else { return false }
    return sharedMarks.contains(bytes[bytes.count - 1])
  }
}
