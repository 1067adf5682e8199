import Bytes

// What formats ask of a member of a JSON object: a text, a line, words, a link, a time.

extension JSON {
  /// A text, or a number that stands for one; nil where it is empty or something else.
  var looseText: String? {
    let text = string ?? integer.map(String.init) ?? number.map { String($0) }
    return text.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension FeedReading {
  /// A text on one line; nil if there is none.
  mutating func line(_ json: JSON?) -> String? {
    json?.looseText.flatMap { bounded(PlainText.line(Array($0.utf8))) }
  }

  /// The lines of a text without markup, or of one that has it where `isMarkup` says so.
  func lines(_ json: JSON?, isMarkup: Bool) -> [UInt8] {
    guard let text = json?.looseText.map({ Array($0.utf8) }) else { return [] }
    return isMarkup
      ? MarkupText.lines(text[...], limit: limits.textBytes) : PlainText.lines(text)
  }

  /// Texts one below the other, empty ones left out.
  mutating func words(_ parts: [[UInt8]]) -> String? {
    bounded(Array(parts.filter { !$0.isEmpty }.joined(separator: [0x0a])))
  }

  func link(_ json: JSON?) -> String? {
    json?.looseText.flatMap { webLink($0, base: address) }
  }

  mutating func date(_ json: JSON?) -> Instant? { date(json?.looseText) }

  /// A time that is counted from 1970 in this unit.
  func instant(_ json: JSON?, in unit: EpochUnit) -> Instant? {
    (json?.number ?? json?.string.flatMap { Double($0) }).flatMap { unit.instant($0) }
  }
}
