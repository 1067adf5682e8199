/// The entities that a document declares for itself, as far as they are short words for plain text.
///
/// Only a value without references and markup is taken, and all of them together may lengthen the
/// document by no more than a limit: so none can grow into anything, whatever is declared.
struct XMLEntities {
  private var values: [[UInt8]: [UInt8]] = [:]

  private static let countLimit = 256
  private static let valueLimit = 256
  private static let nameLimit = 64
  /// By how much all references together may lengthen a document.
  private static let growthLimit = 1 << 20

  /// What the document type before the root declares.
  init(_ text: [UInt8], before root: Int) {
    let bytes = text.span
    var index = 0
    while values.count < Self.countLimit,
      let found = bytes.firstIndex(of: "<!entity", from: index, to: root)
    {
      index = found + 8
      take(bytes, from: index, to: root)
    }
  }

  var isEmpty: Bool { values.isEmpty }

  private mutating func take(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
    var index = start
    func skipBlanks() { while index < end, isBlank(bytes[index]) { index += 1 } }
    skipBlanks()
    let name = index
    while index < end, isLetterOrDigit(bytes[index]) || "-_.".utf8.contains(bytes[index]) {
      index += 1
    }
    let nameEnd = index
    skipBlanks()
    guard nameEnd > name, nameEnd - name <= Self.nameLimit, index < end,
      bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'")
    else { return }
    let quote = bytes[index]
    let value = index + 1
    index = value
    while index < end, bytes[index] != quote, index - value <= Self.valueLimit { index += 1 }
    guard index < end, bytes[index] == quote, Self.isPlain(bytes, value..<index) else { return }
    let key = (name..<nameEnd).map { bytes[$0] }
    // XML 1.0 §4.2: of several declarations the first binds.
    if values[key] == nil { values[key] = (value..<index).map { bytes[$0] } }
  }

  /// Text alone, or one reference to a character alone.
  private static func isPlain(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    if range.count > 3, bytes.hasASCII("&#", at: range.lowerBound),
      Reference(bytes, at: range.lowerBound, to: range.upperBound, as: .xml)?.end
        == range.upperBound
    {
      return true
    }
    return range.allSatisfy {
      bytes[$0] != UInt8(ascii: "&") && bytes[$0] != UInt8(ascii: "<")
        && bytes[$0] != UInt8(ascii: "%")
    }
  }

  /// What begins at the root, with the document's own entities resolved, but not in CDATA sections.
  func resolved(_ text: [UInt8], from root: Int) -> [UInt8] {
    let bytes = text.span
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var growth = 0
    var kept = root
    var index = root
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "<"), bytes.hasASCII("<![cdata[", at: index) {
        index = bytes.firstIndex(of: "]]>", from: index) ?? bytes.count
      } else if bytes[index] == UInt8(ascii: "&"), growth < Self.growthLimit,
        let (value, end) = reference(bytes, index)
      {
        result.append(bytes, kept..<index)
        result += value
        growth += max(0, value.count - (end - index))
        kept = end
        index = end
      } else {
        index += 1
      }
    }
    result.append(bytes, kept..<bytes.count)
    return result
  }

  private func reference(_ bytes: Span<UInt8>, _ start: Int) -> ([UInt8], end: Int)? {
    var index = start + 1
    let end = min(bytes.count, index + Self.nameLimit)
    while index < end, bytes[index] != UInt8(ascii: ";"), bytes[index] != UInt8(ascii: "&") {
      index += 1
    }
    guard index < end, bytes[index] == UInt8(ascii: ";") else { return nil }
    return values[(start + 1..<index).map { bytes[$0] }].map { ($0, index + 1) }
  }
}
