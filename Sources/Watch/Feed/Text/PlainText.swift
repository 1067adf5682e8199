/// Text that holds no markup, or is to be taken as if it held none.
enum PlainText {
  /// Its lines, with blanks collapsed and lines of Chinese joined that were broken at a width.
  static func lines(_ text: [UInt8]) -> [UInt8] {
    var lines = TextLines()
    lines.append(text.span, 0..<text.count, keepsLines: true)
    return HardWrap.joined(lines)
  }

  /// All on one line.
  static func line(_ text: [UInt8]) -> [UInt8] {
    var lines = TextLines()
    lines.append(text.span, 0..<text.count, keepsLines: false)
    return lines.finished()
  }

  /// Text as markup that means the same.
  static func escaped(_ text: [UInt8]) -> [UInt8] {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.count)
    for byte in text {
      switch byte {
      case UInt8(ascii: "<"): escaped += "&lt;".utf8
      case UInt8(ascii: "&"): escaped += "&amp;".utf8
      default: escaped.append(byte)
      }
    }
    return Array(escaped.trimmingBlanks)
  }

  /// Whether a text that should be plain was meant as markup: it has a closing or empty tag, or a
  /// reference that stands for a character.
  static func looksLikeMarkup(_ text: [UInt8]) -> Bool {
    let bytes = text.span
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "&"):
        if let reference = Reference(bytes, at: index, to: bytes.count, as: .xml),
          bytes[reference.end - 1] == UInt8(ascii: ";")
        {
          return true
        }
      case UInt8(ascii: "<"):
        guard index + 2 < bytes.count else { continue }
        let isEnd = bytes[index + 1] == UInt8(ascii: "/")
        if isEnd ? isLetter(bytes[index + 2]) : bytes.hasASCII("<br", at: index) { return true }
      default: break
      }
    }
    return false
  }
}
