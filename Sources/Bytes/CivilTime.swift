/// A date and a time of day as a calendar and a clock on the wall show them, without a zone.
package struct CivilTime: Hashable, Sendable {
  package var year: Int
  package var month: Int
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int
  package var microsecond: Int

  package init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    microsecond: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.microsecond = microsecond
  }

  /// What clocks show at this instant where they are `offsetSeconds` ahead of UTC.
  package init(_ instant: Instant, offsetSeconds: Int = 0) {
    let local = instant.microseconds + Int64(offsetSeconds) * 1_000_000
    let days = local.floorDivided(by: 86_400_000_000)
    let rest = Int(local - days * 86_400_000_000)
    let (year, month, day) = Self.civil(fromDays: days)
    self.init(
      year: year, month: month, day: day, hour: rest / 3_600_000_000,
      minute: rest / 60_000_000 % 60, second: rest / 1_000_000 % 60,
      microsecond: rest % 1_000_000)
  }

  /// The instant at which clocks `offsetSeconds` ahead of UTC show this.
  package func instant(offsetSeconds: Int = 0) -> Instant {
    let days = Self.days(year: year, month: month, day: day)
    let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second - offsetSeconds)
    return Instant(microseconds: seconds * 1_000_000 + Int64(microsecond))
  }

  /// Whether such a day and such a time exist. A leap second does not: no clock here counts it.
  package var exists: Bool {
    (1...12).contains(month) && day >= 1
      && day <= Self.daysInMonth(year: year, month: month)
      && (0...23).contains(hour) && (0...59).contains(minute) && (0...59).contains(second)
      && (0...999_999).contains(microsecond)
  }

  /// 1 is Monday, 7 is Sunday, as ISO 8601 counts.
  package var weekday: Int {
    let days = Self.days(year: year, month: month, day: day)
    let fromThursday = days - days.floorDivided(by: 7) * 7
    return (Int(fromThursday) + 3) % 7 + 1
  }

  package static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // The proleptic Gregorian calendar by Howard Hinnant's "chrono-compatible low-level date
  // algorithms": eras of 400 years that begin on 1 March, so that the leap day is the last.

  private static func days(year: Int, month: Int, day: Int) -> Int64 {
    let shifted = Int64(month <= 2 ? year - 1 : year)
    let era = shifted.floorDivided(by: 400)
    let yearOfEra = shifted - era * 400
    let monthFromMarch = Int64((month + 9) % 12)
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(fromDays days: Int64) -> (Int, Int, Int) {
    let shifted = days + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (Int(year), Int(month), Int(day))
  }
}
