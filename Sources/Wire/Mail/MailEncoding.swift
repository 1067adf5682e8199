import Foundation

/// How text that is not plain ASCII, or too long, travels through mail (RFC 2045, RFC 2047).
enum MailEncoding {
  /// RFC 2045 §6.7 and §6.8: no encoded line is longer.
  static let lineLength = 76
  /// RFC 5322 §2.1.1: better not longer than this, never longer than 998.
  static let headerLineLength = 78

  /// Line breaks as mail has them: CRLF, also where the text had LF or CR alone, and one at the
  /// end.
  static func canonical(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 64)
    var afterReturn = false
    for byte in text.utf8 {
      switch byte {
      case 0x0a where afterReturn: break
      case 0x0a, 0x0d: bytes.append(contentsOf: [0x0d, 0x0a])
      default: bytes.append(byte)
      }
      afterReturn = byte == 0x0d
    }
    if !bytes.isEmpty, bytes.last != 0x0a { bytes.append(contentsOf: [0x0d, 0x0a]) }
    return bytes
  }

  /// Base64 where most would have to be escaped, as with Chinese; quoted-printable where people
  /// may have to read the source.
  static func prefersBase64(_ bytes: [UInt8]) -> Bool {
    let escaped = bytes.count { $0 >= 0x7f || $0 < 0x20 && $0 != 0x0d && $0 != 0x0a && $0 != 0x09 }
    return escaped * 6 > bytes.count
  }

  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    var lines = Array(
      Data(bytes).base64EncodedData(options: [
        .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
      ]))
    if !lines.isEmpty { lines.append(contentsOf: [0x0d, 0x0a]) }
    return lines
  }

  /// RFC 2045 §6.7 for text with CRLF line breaks.
  static func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(bytes.count + bytes.count / 8)
    var column = 0
    func isBreak(_ index: Int) -> Bool {
      index + 1 < bytes.count && bytes[index] == 0x0d && bytes[index + 1] == 0x0a
    }
    var index = 0
    while index < bytes.count {
      if isBreak(index) {
        encoded.append(contentsOf: [0x0d, 0x0a])
        column = 0
        index += 2
        continue
      }
      let byte = bytes[index]
      let endsLine = index + 1 == bytes.count || isBreak(index + 1)
      let isPlain =
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "=")
        || (byte == 0x20 || byte == 0x09) && !endsLine
      let width = isPlain ? 1 : 3
      // Room is kept for the `=` that breaks the line.
      if column + width > lineLength - (endsLine ? 0 : 1) {
        encoded.append(contentsOf: [UInt8(ascii: "="), 0x0d, 0x0a])
        column = 0
      }
      if isPlain {
        encoded.append(byte)
      } else {
        encoded.append(contentsOf: [UInt8(ascii: "="), hexDigits[Int(byte >> 4)]])
        encoded.append(hexDigits[Int(byte & 15)])
      }
      column += width
      index += 1
    }
    if column > 0 { encoded.append(contentsOf: [0x0d, 0x0a]) }
    return encoded
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  /// The value of an unstructured header, in folded lines without the last CRLF.
  ///
  /// `indent` is how much the name takes of the first line.
  static func headerValue(_ text: String, indent: Int) -> String {
    if isPlain(text), let folded = folded(text, indent: indent) { return folded }
    return encodedWords(text, indent: indent).joined(separator: "\r\n ")
  }

  /// Whether it can stand as it is: printable ASCII that nobody would take for an encoded word.
  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7e).contains($0) } && !text.contains("=?")
      && !text.hasPrefix(" ") && !text.hasSuffix(" ") && !text.contains("  ")
  }

  /// Broken at blanks; nil if a word is too long for a line.
  private static func folded(_ text: String, indent: Int) -> String? {
    var lines = ""
    var column = indent
    for (index, word) in text.split(separator: " ").enumerated() {
      let width = word.utf8.count + 1
      guard width < headerLineLength else { return nil }
      if index > 0 {
        if column + width > headerLineLength {
          lines += "\r\n"
          column = 0
        }
        lines += " "
      }
      lines += word
      column += width
    }
    return lines
  }

  /// RFC 2047 §2: words of at most 75 characters, each whole characters of UTF-8 in base64.
  static func encodedWords(_ text: String, indent: Int) -> [String] {
    let frame = "=?UTF-8?B?".utf8.count + "?=".utf8.count
    var words: [String] = []
    var piece: [UInt8] = []
    func room() -> Int {
      let line = words.isEmpty ? max(0, headerLineLength - indent) : headerLineLength - 1
      return max(4, (min(75, line) - frame) / 4 * 3)
    }
    func flush() {
      words.append("=?UTF-8?B?" + Data(piece).base64EncodedString() + "?=")
      piece = []
    }
    for scalar in text.unicodeScalars {
      let bytes = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      if piece.count + bytes.count > room() { flush() }
      piece.append(contentsOf: bytes)
    }
    if !piece.isEmpty || words.isEmpty { flush() }
    return words
  }
}
