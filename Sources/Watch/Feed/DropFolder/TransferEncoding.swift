// How mail carries bytes that are no ASCII. Neither reader ever gives up: what means nothing is left
// out or taken as it stands.

enum TransferEncoding {
  /// RFC 2045 §6.8. Whatever is not of the alphabet is passed over; padding ends it.
  static func base64(_ text: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text {
      guard let digit = base64Digit(byte) else {
        if byte == UInt8(ascii: "=") { (bits, count) = (0, 0) }
        continue
      }
      bits = bits << 6 | UInt32(digit)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        bits &= (1 << UInt32(count)) - 1
      }
    }
    return bytes
  }

  private static func base64Digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }

  /// RFC 2045 §6.7; with `isWord` that of RFC 2047 §4.2, where `_` stands for a blank.
  static func quotedPrintable(_ text: ArraySlice<UInt8>, isWord: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      if isWord, byte == UInt8(ascii: "_") {
        bytes.append(0x20)
      } else if byte != UInt8(ascii: "=") {
        bytes.append(byte)
      } else if index + 1 < text.endIndex, let high = hexDigit(text[index]),
        let low = hexDigit(text[index + 1])
      {
        bytes.append(high << 4 | low)
        index += 2
      } else {
        // A soft line end; blanks that a server added before it go with it.
        var end = index
        while end < text.endIndex, text[end] == 0x20 || text[end] == 0x09 || text[end] == 0x0d {
          end += 1
        }
        if end < text.endIndex, text[end] == 0x0a {
          index = end + 1
        } else if end < text.endIndex {
          bytes.append(byte)
        }
      }
    }
    return bytes
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    if isDigit(byte) { return byte - UInt8(ascii: "0") }
    let low = byte | 0x20
    return (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(low)
      ? low - UInt8(ascii: "a") + 10 : nil
  }
}

/// Words of a mail's fields that are not ASCII: `=?gb18030?B?zaPLrg==?=` (RFC 2047).
enum EncodedWords {
  private struct Word {
    let encoding: TextEncoding
    let bytes: [UInt8]
    let end: Int
  }

  /// A field in valid UTF-8. What stands between two such words, if it is only blanks, is not there
  /// (§6.2). A character that was cut in two by them is put together again. Bytes that should not be
  /// there are read as any feed's are.
  static func decoded(_ field: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var plain: [UInt8] = []
    var pending: (encoding: TextEncoding, bytes: [UInt8])?
    func flushPlain() {
      guard !plain.isEmpty else { return }
      result += FeedText(plain, contentType: nil).bytes
      plain = []
    }
    func flushPending() {
      guard let words = pending else { return }
      result += TextDecoder(words.bytes[...], as: words.encoding).utf8
      pending = nil
    }
    var index = 0
    while index < field.count {
      guard field[index] == UInt8(ascii: "="), let word = word(field, at: index) else {
        plain.append(field[index])
        index += 1
        continue
      }
      if pending != nil, plain.allSatisfy({ $0 <= 0x20 }) {
        plain = []
      } else {
        flushPending()
        flushPlain()
      }
      if pending?.encoding == word.encoding {
        pending?.bytes += word.bytes
      } else {
        flushPending()
        pending = (word.encoding, word.bytes)
      }
      index = word.end
      // Words are to be followed by a blank; whatever else comes belongs to the text.
      if index < field.count, field[index] > 0x20, field[index] != UInt8(ascii: "=") {
        flushPending()
      }
    }
    flushPending()
    flushPlain()
    return result
  }

  /// Longer labels than this are no labels.
  private static let labelLimit = 40

  private static func word(_ field: [UInt8], at start: Int) -> Word? {
    let span = field.span
    guard span.hasASCII("=?", at: start) else { return nil }
    let mark = UInt8(ascii: "?")
    let reach = min(field.count, start + 2 + labelLimit)
    guard let labelEnd = field[(start + 2)..<reach].firstIndex(of: mark),
      labelEnd + 2 < field.count, field[labelEnd + 2] == mark
    else { return nil }
    // RFC 2231 §5: a language may follow the label.
    let label = field[(start + 2)..<labelEnd].prefix { $0 != UInt8(ascii: "*") }
    guard let encoding = TextEncoding(label: String(decoding: label, as: UTF8.self)),
      let end = field[(labelEnd + 3)...].firstIndex(of: mark), end + 1 < field.count,
      field[end + 1] == UInt8(ascii: "=")
    else { return nil }
    let text = field[(labelEnd + 3)..<end]
    switch lowered(field[labelEnd + 1]) {
    case UInt8(ascii: "b"):
      return Word(encoding: encoding, bytes: TransferEncoding.base64(text), end: end + 2)
    case UInt8(ascii: "q"):
      return Word(
        encoding: encoding, bytes: TransferEncoding.quotedPrintable(text, isWord: true),
        end: end + 2)
    default: return nil
    }
  }
}
