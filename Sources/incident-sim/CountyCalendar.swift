import Bytes

/// The days of a county: its files write `26 14:10`, or `26 06:22:10`, in the county's zone.
struct CountyCalendar: Sendable {
  let zone: DeskZone
  private let year: Int
  private let month: Int

  /// `month` as in `2026-09`.
  init?(zone: String, month: String) {
    var digits = DigitScanner(month.utf8)
    guard let zone = DeskZone(zone), let year = digits.digits(4), digits.skip("-"),
      let month = digits.digits(2), digits.isAtEnd, (1...12).contains(month)
    else { return nil }
    self.zone = zone
    self.year = year
    self.month = month
  }

  func instant(_ text: String) -> Instant? {
    var digits = DigitScanner(text.utf8)
    guard let day = digits.digits(2), digits.skip(" "), let hour = digits.digits(2),
      digits.skip(":"), let minute = digits.digits(2)
    else { return nil }
    var second = 0
    if digits.skip(":") {
      guard let digits = digits.digits(2) else { return nil }
      second = digits
    }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    guard digits.isAtEnd, civil.exists else { return nil }
    return zone.instant(civil)
  }

  static let form = Bilingual(zh: "某日某时，如 26 14:10", en: "a day and a time, as in 26 14:10")

  func instant(_ name: String, _ fields: inout Fields) throws(FieldFailure) -> Instant {
    try fields.value(name, Self.form) { instant($0) }
  }
}
