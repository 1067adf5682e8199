// Dates as RFC 3339 and ISO 8601 write them, read and written by hand: Foundation's formatters
// cost a thousand times as much, and drop or refuse fractions of a second without a word.

extension Instant {
  /// The instant that an RFC 3339 date-time names; nil if the text is anything else.
  ///
  /// The zone is required: a time without one is not an instant. Digits beyond microseconds are
  /// cut. `T` and `Z` may be lower case, and a blank may stand for `T` (RFC 3339 §5.6).
  package init?(iso8601 text: some StringProtocol) {
    var scanner = DigitScanner(text.utf8)
    guard
      let year = scanner.digits(4), scanner.skip("-"),
      let month = scanner.digits(2), scanner.skip("-"),
      let day = scanner.digits(2), scanner.skip(anyOf: "Tt "),
      let hour = scanner.digits(2), scanner.skip(":"),
      let minute = scanner.digits(2), scanner.skip(":"),
      let second = scanner.digits(2)
    else { return nil }
    var microsecond = 0
    if scanner.skip(".") {
      guard let fraction = scanner.fraction() else { return nil }
      microsecond = fraction
    }
    guard let offset = scanner.zone(), scanner.isAtEnd else { return nil }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second,
      microsecond: microsecond)
    guard civil.exists else { return nil }
    self = civil.instant(offsetSeconds: offset)
  }

  /// `2026-11-22T05:13:25.123456Z`: always six digits, as the journal writes it.
  package var iso8601Microseconds: String { iso8601(fractionDigits: 6) }

  /// `2026-11-22T05:13:25Z`, with the fraction only where there is one.
  package var iso8601: String {
    var fraction = CivilTime(self).microsecond
    guard fraction != 0 else { return iso8601(fractionDigits: 0) }
    var digits = 6
    while fraction % 10 == 0 {
      fraction /= 10
      digits -= 1
    }
    return iso8601(fractionDigits: digits)
  }

  /// Every item bears two of these: put together from texts, they took a third of the time that
  /// writing the item took.
  private func iso8601(fractionDigits: Int) -> String {
    let civil = CivilTime(self)
    guard (0...9999).contains(civil.year) else {
      let fraction = padded(civil.microsecond, 6).prefix(fractionDigits)
      return civil.dateText + "T" + civil.timeText + (fraction.isEmpty ? "" : "." + fraction) + "Z"
    }
    return String(unsafeUninitializedCapacity: 27) { buffer in
      var count = 0
      func append(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
      }
      func append(_ number: Int, _ width: Int) {
        var rest = number
        for place in stride(from: count + width - 1, through: count, by: -1) {
          buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
          rest /= 10
        }
        count += width
      }
      append(civil.year, 4)
      append(UInt8(ascii: "-"))
      append(civil.month, 2)
      append(UInt8(ascii: "-"))
      append(civil.day, 2)
      append(UInt8(ascii: "T"))
      append(civil.hour, 2)
      append(UInt8(ascii: ":"))
      append(civil.minute, 2)
      append(UInt8(ascii: ":"))
      append(civil.second, 2)
      if fractionDigits > 0 {
        append(UInt8(ascii: "."))
        var fraction = civil.microsecond
        for _ in fractionDigits..<6 { fraction /= 10 }
        append(fraction, fractionDigits)
      }
      append(UInt8(ascii: "Z"))
      return count
    }
  }
}

extension CivilTime {
  /// `2026-11-22`
  package var dateText: String {
    padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
  }

  /// `05:13:25`
  package var timeText: String {
    minuteText + ":" + padded(second, 2)
  }

  /// `05:13`
  package var minuteText: String {
    padded(hour, 2) + ":" + padded(minute, 2)
  }
}

/// A number in decimal with leading zeros up to this width.
package func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number.magnitude)
  let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
  return (number < 0 ? "-" : "") + zeros + digits
}

/// Reads fixed runs of ASCII digits.
package struct DigitScanner {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  package var isAtEnd: Bool { position == bytes.count }

  /// Exactly so many digits, or nil.
  package mutating func digits(_ count: Int) -> Int? {
    guard position + count <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + count] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    position += count
    return value
  }

  /// The digits of a fraction as microseconds; at least one digit.
  package mutating func fraction() -> Int? {
    var value = 0
    var count = 0
    while let digit = digits(1) {
      if count < 6 { value = value * 10 + digit }
      count += 1
    }
    guard count > 0 else { return nil }
    for _ in count..<max(count, 6) { value *= 10 }
    return value
  }

  /// `Z`, `+08:00` or `+0800` as seconds ahead of UTC.
  package mutating func zone() -> Int? {
    if skip(anyOf: "Zz") { return 0 }
    let isNegative: Bool
    if skip("+") {
      isNegative = false
    } else if skip("-") {
      isNegative = true
    } else {
      return nil
    }
    guard let hours = digits(2) else { return nil }
    _ = skip(":")
    guard let minutes = digits(2), hours <= 23, minutes <= 59 else { return nil }
    let offset = hours * 3600 + minutes * 60
    return isNegative ? -offset : offset
  }

  package mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  package mutating func skip(anyOf characters: String) -> Bool {
    guard position < bytes.count, characters.utf8.contains(bytes[position]) else { return false }
    position += 1
    return true
  }
}
