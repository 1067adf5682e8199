import Bytes

/// What stands before the events in a line as this version writes it.
///
/// It is read here without a JSON reader, which takes several times as long; a line of any other
/// form is left to that.
struct LineHead {
  let version: Int64
  let sequence: Int64
  let time: Instant
  let bootMark: BootMark
  let watermark: Int64
  let actor: String
  /// Where the value of `e` begins.
  let eventsStart: Int

  /// nil if the line has another form.
  init?(_ line: ArraySlice<UInt8>) {
    var scanner = HeadScanner(line)
    guard scanner.skip(#"{"v":"#), let version = scanner.number(),
      scanner.skip(#","n":"#), let sequence = scanner.number(),
      scanner.skip(#","t":""#), let time = scanner.time(),
      scanner.skip(#"","b":""#), let bootMark = scanner.bootMark(),
      scanner.skip(#","c":"#), let watermark = scanner.number(),
      scanner.skip(#","a":""#), let actor = scanner.text(),
      scanner.skip(#","e":"#)
    else { return nil }
    self.version = version
    self.sequence = sequence
    self.time = time
    self.bootMark = bootMark
    self.watermark = watermark
    self.actor = actor
    eventsStart = scanner.position
  }
}

/// The two numbers of a line that a check of the chain needs.
///
/// Everything in front of the events is passed over as it is written by this version; a line of any
/// other form, or one with letters beyond ASCII there, is left to `Line.record`.
struct LineNumbers {
  let sequence: Int64
  let watermark: Int64

  /// nil if the line has another form.
  init?(_ line: ArraySlice<UInt8>) {
    let eventsEnd = line.endIndex - Line.trailerLength
    var scanner = HeadScanner(line)
    guard scanner.skip(#"{"v":"#), scanner.number() == Int64(Line.version),
      scanner.skip(#","n":"#), let sequence = scanner.number(),
      scanner.skip(#","t":""#), scanner.time() != nil,
      scanner.skip(#"","b":""#), scanner.skipBootMark(),
      scanner.skip(#","c":"#), let watermark = scanner.number(),
      scanner.skip(#","a":""#), scanner.skipASCII(),
      scanner.skip(#","e":"#), scanner.position < eventsEnd,
      // An array at least: what is in it was written by the one who wrote the hash.
      line[scanner.position] == UInt8(ascii: "["), line[eventsEnd - 1] == UInt8(ascii: "]")
    else { return nil }
    self.sequence = sequence
    self.watermark = watermark
  }
}

/// Reads the fixed beginning of a line out of bytes that may be anything.
struct HeadScanner {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard count <= bytes.endIndex - position else { return false }
    let expected = text.utf8Start
    for index in 0..<count where bytes[position + index] != expected[index] { return false }
    position += count
    return true
  }

  /// A whole number as JSON writes it, without a sign.
  mutating func number() -> Int64? {
    let start = position
    var value: Int64 = 0
    while position < bytes.endIndex, let digit = Self.digit(bytes[position]) {
      // So many digits always fit.
      guard position - start < 18 else { return nil }
      value = value * 10 + digit
      position += 1
    }
    let hasLeadingZero = position - start > 1 && bytes[start] == UInt8(ascii: "0")
    return position == start || hasLeadingZero ? nil : value
  }

  /// `2026-11-22T05:13:25.123456Z`
  mutating func time() -> Instant? {
    guard let year = digits(4), skip("-"), let month = digits(2), skip("-"),
      let day = digits(2), skip("T"), let hour = digits(2), skip(":"), let minute = digits(2),
      skip(":"), let second = digits(2), skip("."), let microsecond = digits(6), skip("Z")
    else { return nil }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second,
      microsecond: microsecond)
    return civil.exists ? civil.instant() : nil
  }

  /// `<boot-id>:<nanoseconds>` and the closing quotation mark.
  mutating func bootMark() -> BootMark? {
    guard let end = textEnd(),
      let colon = bytes[position..<end].lastIndex(of: UInt8(ascii: ":")), colon > position,
      let bootID = validText(bytes[position..<colon].span)
    else { return nil }
    position = colon + 1
    guard let nanoseconds = number(), position == end else { return nil }
    position = end + 1
    return BootMark(bootID: bootID, nanoseconds: nanoseconds)
  }

  /// The rest of a text without escapes, and its closing quotation mark.
  mutating func text() -> String? {
    guard let end = textEnd() else { return nil }
    defer { position = end + 1 }
    return validText(bytes[position..<end].span)
  }

  mutating func skipText() -> Bool {
    guard let end = textEnd() else { return false }
    position = end + 1
    return true
  }

  /// A text without escapes or letters beyond ASCII, and its closing quotation mark.
  mutating func skipASCII() -> Bool {
    var end = position
    while end < bytes.endIndex, bytes[end] != UInt8(ascii: "\"") {
      guard bytes[end] >= 0x20, bytes[end] < 0x80, bytes[end] != UInt8(ascii: "\\") else {
        return false
      }
      end += 1
    }
    guard end < bytes.endIndex else { return false }
    position = end + 1
    return true
  }

  /// `<boot-id>:<nanoseconds>` in ASCII, and the closing quotation mark.
  mutating func skipBootMark() -> Bool {
    let start = position
    while position < bytes.endIndex, bytes[position] != UInt8(ascii: ":") {
      guard bytes[position] > 0x20, bytes[position] < 0x80, bytes[position] != UInt8(ascii: "\""),
        bytes[position] != UInt8(ascii: "\\")
      else { return false }
      position += 1
    }
    return position > start && skip(":") && number() != nil && skip("\"")
  }

  private func textEnd() -> Int? {
    var end = position
    while end < bytes.endIndex, bytes[end] != UInt8(ascii: "\"") {
      guard bytes[end] >= 0x20, bytes[end] != UInt8(ascii: "\\") else { return nil }
      end += 1
    }
    return end < bytes.endIndex ? end : nil
  }

  private mutating func digits(_ count: Int) -> Int? {
    guard count <= bytes.endIndex - position else { return nil }
    var value: Int64 = 0
    for index in position..<position + count {
      guard let digit = Self.digit(bytes[index]) else { return nil }
      value = value * 10 + digit
    }
    position += count
    return Int(value)
  }

  @inline(__always)
  private static func digit(_ byte: UInt8) -> Int64? {
    let value = byte &- UInt8(ascii: "0")
    return value <= 9 ? Int64(value) : nil
  }
}
