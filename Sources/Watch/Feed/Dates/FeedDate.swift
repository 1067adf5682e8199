package import Bytes

/// The instant that a date in a feed means; nil if nobody can tell.
///
/// Taken are the forms of RFC 822, RFC 850 and asctime, ISO 8601 with what is commonly left out of
/// it, Chinese, Japanese and Korean dates, month names of a dozen languages, and seconds or
/// milliseconds since 1970. A date without a zone is one on the wall in `zone`; a day alone is its
/// first moment. What is ambiguous, such as 03/04/2026, is not guessed.
package func feedDate(_ text: String, in zone: DeskZone) -> Instant? {
  let bytes = Array(text.utf8)
  // Nothing longer is a date, and the rest of this is not made for novels.
  guard bytes.count <= 128 else { return nil }
  let trimmed = Array(bytes.trimmingBlanks)
  return MailDate.instant(trimmed.span, zone) ?? PlainDate.instant(trimmed.span, zone)
    ?? ShortDate.instant(trimmed.span, zone)
    ?? LooseDate(String(decoding: trimmed, as: UTF8.self))?.instant(in: wall(zone, trimmed))
}

/// The zone of the wall that a date hangs on: where nobody set any for the source, what is written
/// in Korean is meant in Korea, which has but one.
private func wall(_ zone: DeskZone, _ text: [UInt8]) -> DeskZone {
  guard ["UTC", "GMT", "GMT+00:00"].contains(zone.identifier),
    text.contains(where: { (0xea...0xed).contains($0) }),
    String(decoding: text, as: UTF8.self).contains("년")
  else { return zone }
  return korea
}

private let korea = DeskZone("Asia/Seoul") ?? .universal

extension [UInt8] {
  var trimmingBlanks: ArraySlice<UInt8> { self[...].trimmingBlanks }
}

extension ArraySlice<UInt8> {
  var trimmingBlanks: ArraySlice<UInt8> {
    guard let first = firstIndex(where: { $0 > 0x20 }), let last = lastIndex(where: { $0 > 0x20 })
    else { return [] }
    return self[first...last]
  }
}

/// Reads numbers off the front of a text.
struct DateCursor {
  private(set) var index = 0

  func byte(_ bytes: Span<UInt8>) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

  /// Between so many and so many digits, and none after them.
  mutating func number(_ bytes: Span<UInt8>, _ lengths: ClosedRange<Int>) -> Int? {
    var value = 0
    let start = index
    while index < bytes.count, index - start < lengths.upperBound, isDigit(bytes[index]) {
      value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
      index += 1
    }
    return index - start >= lengths.lowerBound && !isDigit(byte(bytes)) ? value : nil
  }

  mutating func skip(_ character: Unicode.Scalar, _ bytes: Span<UInt8>) -> Bool {
    guard byte(bytes) == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while index < bytes.count, isBlank(bytes[index]) { index += 1 }
  }

  /// Letters in a row, in small letters; empty if there are none.
  mutating func word(_ bytes: Span<UInt8>) -> [UInt8] {
    var word: [UInt8] = []
    while index < bytes.count, isLetter(bytes[index]) {
      word.append(lowered(bytes[index]))
      index += 1
    }
    return word
  }

  /// `+0800`, `+08:00`, `+8`, as seconds ahead of UTC.
  mutating func offset(_ bytes: Span<UInt8>) -> Int? {
    let isNegative = byte(bytes) == UInt8(ascii: "-")
    guard isNegative || byte(bytes) == UInt8(ascii: "+") else { return nil }
    index += 1
    let start = index
    guard let number = number(bytes, 1...4) else { return nil }
    var (hours, minutes) = index - start > 2 ? (number / 100, number % 100) : (number, 0)
    if index - start <= 2, skip(":", bytes) {
      guard let rest = self.number(bytes, 2...2) else { return nil }
      minutes = rest
    }
    guard hours <= 15, minutes <= 59 else { return nil }
    hours = hours * 3600 + minutes * 60
    return isNegative ? -hours : hours
  }
}

/// `Mon, 02 Jan 2006 15:04:05 +0800`: what nearly every RSS feed writes.
private enum MailDate {
  static func instant(_ bytes: Span<UInt8>, _ zone: DeskZone) -> Instant? {
    var cursor = DateCursor()
    if isLetter(cursor.byte(bytes)) {
      _ = cursor.word(bytes)
      guard cursor.skip(",", bytes) else { return nil }
      cursor.skipBlanks(bytes)
    }
    guard let day = cursor.number(bytes, 1...2), cursor.skip(" ", bytes) else { return nil }
    cursor.skipBlanks(bytes)
    guard let month = month(cursor.word(bytes)), cursor.skip(" ", bytes),
      let year = cursor.number(bytes, 4...4), cursor.skip(" ", bytes),
      let hour = cursor.number(bytes, 1...2), cursor.skip(":", bytes),
      let minute = cursor.number(bytes, 2...2)
    else { return nil }
    var second = 0
    if cursor.skip(":", bytes) {
      guard let given = cursor.number(bytes, 2...2) else { return nil }
      second = given
    }
    cursor.skipBlanks(bytes)
    let civil = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    guard civil.exists, year >= 1 else { return nil }
    var offset = cursor.offset(bytes)
    if offset == nil {
      let name = String(decoding: cursor.word(bytes), as: UTF8.self)
      offset = name.isEmpty ? nil : ZoneNames.offset(name, civil, zone)
    }
    guard let offset, cursor.index == bytes.count else { return nil }
    return civil.instant(offsetSeconds: offset)
  }

  private static func month(_ word: [UInt8]) -> Int? {
    guard word.count == 3 else { return nil }
    let key = UInt32(word[0]) << 16 | UInt32(word[1]) << 8 | UInt32(word[2])
    return months[key]
  }

  private static let months: [UInt32: Int] = {
    let names = "jan feb mar apr may jun jul aug sep oct nov dec".split(separator: " ")
    var table: [UInt32: Int] = [:]
    for (index, name) in names.enumerated() {
      table[name.utf8.reduce(0) { $0 << 8 | UInt32($1) }] = index + 1
    }
    return table
  }()
}

/// `2006-01-02T15:04:05Z` and what is commonly left out or written otherwise in it.
private enum PlainDate {
  static func instant(_ bytes: Span<UInt8>, _ zone: DeskZone) -> Instant? {
    var cursor = DateCursor()
    guard let year = cursor.number(bytes, 4...4), cursor.skip("-", bytes),
      let month = cursor.number(bytes, 2...2), cursor.skip("-", bytes),
      let day = cursor.number(bytes, 2...2)
    else { return nil }
    guard cursor.skip("T", bytes) || cursor.skip(" ", bytes) else { return nil }
    guard let hour = cursor.number(bytes, 2...2), cursor.skip(":", bytes),
      let minute = cursor.number(bytes, 2...2)
    else { return nil }
    var second = 0
    var microsecond = 0
    if cursor.skip(":", bytes) {
      guard let given = cursor.number(bytes, 2...2) else { return nil }
      second = given
      if cursor.skip(".", bytes) {
        guard let fraction = fraction(&cursor, bytes) else { return nil }
        microsecond = fraction
      }
    }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second,
      microsecond: microsecond)
    guard civil.exists, year >= 1 else { return nil }
    if cursor.index == bytes.count { return zone.instant(civil) }
    cursor.skipBlanks(bytes)
    let offset = cursor.skip("Z", bytes) ? 0 : cursor.offset(bytes)
    guard let offset, cursor.index == bytes.count else { return nil }
    return civil.instant(offsetSeconds: offset)
  }

  private static func fraction(_ cursor: inout DateCursor, _ bytes: Span<UInt8>) -> Int? {
    var value = 0
    var scale = 100_000
    let start = cursor.index
    while isDigit(cursor.byte(bytes)), let digit = cursor.number1(bytes) {
      value += digit * scale
      scale /= 10
    }
    return cursor.index > start ? value : nil
  }
}

extension DateCursor {
  /// One digit, whatever follows.
  fileprivate mutating func number1(_ bytes: Span<UInt8>) -> Int? {
    guard isDigit(byte(bytes)) else { return nil }
    defer { index += 1 }
    return Int(byte(bytes) - UInt8(ascii: "0"))
  }
}
