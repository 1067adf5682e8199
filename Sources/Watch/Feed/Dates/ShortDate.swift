import Bytes

/// The forms of ISO 8601 that count the days of a year or leave the century out, where they can mean
/// but one thing: `2026-153`, `2026153`, `26-153`, `26153`, `-2606`, `-26-06`, `-26`.
///
/// `03-12-31` and `031231` are left aside: others write the day first in the same way.
enum ShortDate {
  static func instant(_ bytes: Span<UInt8>, _ zone: DeskZone) -> Instant? {
    // Nothing else that feeds write is as short and made of digits alone.
    guard (3...8).contains(bytes.count) else { return nil }
    var digits: [Int] = []
    var shape = ""
    for index in bytes.indices {
      if isDigit(bytes[index]) {
        digits.append(Int(bytes[index] - UInt8(ascii: "0")))
        shape += "9"
      } else if bytes[index] == UInt8(ascii: "-") {
        shape += "-"
      } else {
        return nil
      }
    }
    func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
    let civil: CivilTime?
    switch shape {
    case "9999-999", "9999999": civil = day(number(4..<7), of: number(0..<4))
    case "99-999", "99999": civil = day(number(2..<5), of: 2000 + number(0..<2))
    case "-9999", "-99-99":
      civil = CivilTime(year: 2000 + number(0..<2), month: number(2..<4), day: 1)
    case "-99": civil = CivilTime(year: 2000 + number(0..<2), month: 1, day: 1)
    default: civil = nil
    }
    guard let civil, civil.exists, civil.year >= 1900 else { return nil }
    return zone.instant(civil)
  }

  /// The day of a year, counted from 1.
  private static func day(_ number: Int, of year: Int) -> CivilTime? {
    let lengths = (1...12).map { month in
      (29...31).last { CivilTime(year: year, month: month, day: $0).exists } ?? 28
    }
    var rest = number
    for (index, length) in lengths.enumerated() {
      if (1...length).contains(rest) { return CivilTime(year: year, month: index + 1, day: rest) }
      rest -= length
    }
    return nil
  }
}
