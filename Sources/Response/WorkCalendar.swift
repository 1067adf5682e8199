package import Bytes

// The keys of calendar.json5. Each is read here and nowhere else.
//
//   calendar   what it is the calendar of: a text
//   closes     when an office closes, as 18:00
//   years      {"2026": {rule: the notice that sets it,
//                        holidays: weekdays on which offices are closed: "01-01", "02-16..02-23",
//                        workdays: weekend days on which they are open (调休): "02-14"}}

/// Which days are working days: public holidays and the weekend days that make up for them (调休).
///
/// Both are announced year by year. A year that is not in the data is unknown: nothing is guessed
/// from the weekday, because a due time that is wrong by a week looks like any other.
package struct WorkCalendar: Hashable, Sendable {
  package let name: String
  /// Minutes after midnight at which a working day ends.
  package let closingMinute: Int
  private let years: [Int: Year]
  /// The whole definition as it was read, for the journal.
  package let definition: JSON

  private struct Year: Hashable {
    let holidays: Set<MonthDay>
    let workdays: Set<MonthDay>
  }

  fileprivate struct MonthDay: Hashable {
    let month: Int
    let day: Int
  }

  /// The years that it knows.
  package var knownYears: [Int] { years.keys.sorted() }

  package func isWorkingDay(_ day: CivilTime) throws(CalendarGap) -> Bool {
    guard let year = years[day.year] else { throw CalendarGap(year: day.year) }
    let date = MonthDay(month: day.month, day: day.day)
    if year.workdays.contains(date) { return true }
    return day.weekday <= 5 && !year.holidays.contains(date)
  }
}

/// A year of which nobody has said which days are working days.
package struct CalendarGap: Error, Hashable, Sendable {
  package let year: Int

  package init(year: Int) { self.year = year }

  package var explanation: Bilingual {
    Bilingual(
      zh: "calendar.json5 没有 \(year) 年：工作日期限算不出来；请按国务院办公厅的放假通知补上",
      en: "calendar.json5 has no \(year), so that no working days can be counted; "
        + "enter that year's holidays and make-up days")
  }
}

/// The days of a desk: its zone, and its calendar where it has one.
package struct DeskDays: Hashable, Sendable {
  package let zone: DeskZone
  package let calendar: WorkCalendar?

  package init(zone: DeskZone, calendar: WorkCalendar?) {
    self.zone = zone
    self.calendar = calendar
  }

  /// When offices close on the last of so many working days.
  ///
  /// The day of the start does not count (民法典 art. 201), and the last one ends when the office
  /// closes (art. 203).
  package func close(ofWorkingDay count: Int, after start: Instant) throws(CalendarGap) -> Instant {
    var day = zone.civil(start)
    guard let calendar else { throw CalendarGap(year: day.year) }
    var left = count
    while left > 0 {
      day = day.nextDay
      if try calendar.isWorkingDay(day) { left -= 1 }
    }
    day.hour = calendar.closingMinute / 60
    day.minute = calendar.closingMinute % 60
    return zone.instant(day)
  }
}

extension CivilTime {
  /// The start of the day after this one.
  fileprivate var nextDay: CivilTime {
    if day < Self.daysInMonth(year: year, month: month) {
      return CivilTime(year: year, month: month, day: day + 1)
    }
    return month < 12
      ? CivilTime(year: year, month: month + 1, day: 1)
      : CivilTime(year: year + 1, month: 1, day: 1)
  }
}

extension WorkCalendar {
  /// Reads a definition; every mistake names its place.
  package init(_ json: JSON) throws(FieldFailure) {
    var fields = try Fields(json)
    name = try fields.text("calendar")
    closingMinute = try fields.value(
      "closes", Bilingual(zh: "时刻，如 18:00", en: "a time of day, as 18:00"), Self.minute)
    var named = try fields.fields("years")
    var years: [Int: Year] = [:]
    for key in named.names {
      guard let number = Int(key), (1900...2999).contains(number) else {
        throw named.failure(
          key, Bilingual(zh: "“\(key)”不是年份", en: "'\(key)' is not a year"))
      }
      var year = try named.fields(key)
      _ = try year.text("rule")
      years[number] = Year(
        holidays: try Self.days(&year, "holidays", of: number),
        workdays: try Self.days(&year, "workdays", of: number))
      try year.finish()
    }
    try fields.finish()
    self.years = years
    definition = json
  }

  private static func minute(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
    else { return nil }
    return hour * 60 + minute
  }

  private static func days(_ fields: inout Fields, _ name: String, of year: Int)
    throws(FieldFailure) -> Set<MonthDay>
  {
    var days: Set<MonthDay> = []
    for text in try fields.texts(ifPresent: name) ?? [] {
      let ends = text.split(separator: ".", omittingEmptySubsequences: true)
        .map { date(String($0), of: year) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        text == (ends.count == 1 ? text.prefix(5) : text.prefix(5) + ".." + text.suffix(5)),
        (first.month, first.day) <= (last.month, last.day)
      else {
        throw fields.failure(
          name,
          Bilingual(
            zh: "“\(text)”不是 \(year) 年的日子；写作 \"02-16\" 或 \"02-16..02-23\"",
            en: "'\(text)' is no day of \(year); write \"02-16\" or \"02-16..02-23\""))
      }
      var day = first
      while (day.month, day.day) <= (last.month, last.day), day.year == year {
        let (isNew, _) = days.insert(MonthDay(month: day.month, day: day.day))
        guard isNew else {
          throw fields.failure(
            name, Bilingual(zh: "“\(text)”与前面重复", en: "'\(text)' repeats a day before it"))
        }
        day = day.nextDay
      }
    }
    // A holiday on a weekend needs no entry and does no harm; an open weekday is a slip of the pen.
    if name == "workdays",
      let idle = days.map({ CivilTime(year: year, month: $0.month, day: $0.day) })
        .filter({ $0.weekday <= 5 }).min(by: { ($0.month, $0.day) < ($1.month, $1.day) })
    {
      throw fields.failure(
        name,
        Bilingual(
          zh: "“\(idle.dateText)”本来就是工作日；“workdays”只写要上班的周末",
          en: "\(idle.dateText) is a weekday; 'workdays' names the weekend days that are worked"))
    }
    return days
  }

  private static func date(_ text: String, of year: Int) -> CivilTime? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let month = Int(parts[0]),
      let day = Int(parts[1])
    else { return nil }
    let date = CivilTime(year: year, month: month, day: day)
    return date.exists ? date : nil
  }
}
