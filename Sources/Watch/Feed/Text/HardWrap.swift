/// Joins the lines of Chinese text that were broken at a fixed width.
///
/// Pages and mails that were laid out by hand end every line at the same column, in the middle of
/// words. Left so, a term that straddles two lines is never counted.
enum HardWrap {
  /// How far short of the full width a line may stop: a mark that must not begin a line takes the
  /// character before it along.
  private static let slack = 6
  /// Narrower lines are headings and lists, wider ones are whole paragraphs.
  private static let widths = 24...200

  private struct Line {
    let range: Range<Int>
    let columns: Int
    let isIndented: Bool
  }

  /// The text with such lines joined, and without the marks of indentation.
  static func joined(_ collected: TextLines) -> [UInt8] {
    let text = collected.finished()
    guard collected.breaks >= 2 || collected.indentations > 0, hasWide(text) else { return text }
    let lines = Self.lines(text)
    let width = lines.lazy.map(\.columns).max() ?? 0
    // Two lines of one width may be chance; a text that is broken by hand has more.
    let full = lines.count { $0.columns >= width - slack }
    let isWrapped = lines.count >= 3 && full >= 2 && widths.contains(width)
    guard isWrapped || lines.contains(where: \.isIndented) else { return text }
    let marksParagraphs = lines.count(where: \.isIndented) >= 2

    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for (index, line) in lines.enumerated() {
      if index > 0 {
        let before = lines[index - 1]
        let goesOn =
          isWrapped && before.columns >= width - slack && !line.isIndented
          && CJK.endsWide(result) && CJK.beginsWide(text, at: line.range.lowerBound)
          && (marksParagraphs || !endsSentence(result))
        if !goesOn { result.append(0x0a) }
      }
      result.append(contentsOf: text[line.range])
    }
    return result
  }

  /// Only characters of two columns are joined without a blank, and most texts have none.
  private static func hasWide(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { bytes in
      var found: UInt8 = 0
      // No way out in the middle, so that it is done many bytes at a time.
      for byte in bytes { found |= CJK.isWide(lead: byte) ? 1 : 0 }
      return found != 0
    }
  }

  private static func lines(_ text: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0a { end += 1 }
      let isIndented = text[start..<end].starts(with: CJK.ideographicSpace)
      let first = isIndented ? start + 3 : start
      if first < end {
        lines.append(
          Line(
            range: first..<end, columns: columns(text, start..<end) + (isIndented ? 2 : 0),
            isIndented: isIndented))
      }
      start = end + 1
    }
    return lines
  }

  private static func columns(_ text: [UInt8], _ range: Range<Int>) -> Int {
    var columns = 0
    for index in range where text[index] < 0x80 || text[index] >= 0xc0 {
      // Quotation marks and dashes are as wide as the characters around them.
      columns += text[index] >= 0xe2 ? 2 : 1
    }
    return columns
  }

  /// Whether the text ends in a mark that may end a paragraph.
  private static func endsSentence(_ text: [UInt8]) -> Bool {
    let end = String(decoding: text.suffix(3), as: UTF8.self)
    return ["。", "！", "？", "；", "：", "…", "”", "」", "』", "）", "】", "》"].contains(end)
  }
}
