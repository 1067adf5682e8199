import Bytes
import Foundation
import Testing

@testable import Response

@Suite("A calendar of working days")
struct WorkCalendarTests {
  static func shipped() throws -> WorkCalendar {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Playbooks/calendar.json5")
    return try WorkCalendar(JSONReader.read(Array(Data(contentsOf: path)), as: .json5))
  }

  private func days() throws -> DeskDays {
    DeskDays(zone: try #require(DeskZone("Asia/Shanghai")), calendar: try Self.shipped())
  }

  @Test(
    "knows holidays, the weekends that are worked for them, and plain weeks",
    arguments: [
      // The day of the start never counts; the last day ends when the office closes.
      ("2026-11-23T09:00:00+08:00", 1, "2026-11-24T18:00:00+08:00"),
      ("2026-11-27T17:59:00+08:00", 1, "2026-11-30T18:00:00+08:00"),
      ("2026-11-28T10:00:00+08:00", 2, "2026-12-01T18:00:00+08:00"),
      // Saturday 14 February 2026 is worked, then nine days are not.
      ("2026-02-13T10:00:00+08:00", 1, "2026-02-14T18:00:00+08:00"),
      ("2026-02-13T10:00:00+08:00", 2, "2026-02-24T18:00:00+08:00"),
      // Sunday 20 September is worked as well.
      ("2026-09-19T10:00:00+08:00", 1, "2026-09-20T18:00:00+08:00"),
      ("2026-09-30T10:00:00+08:00", 3, "2026-10-10T18:00:00+08:00"),
      ("2025-12-31T23:59:00+08:00", 1, "2026-01-04T18:00:00+08:00"),
      ("2025-09-30T08:00:00+08:00", 5, "2025-10-14T18:00:00+08:00"),
    ])
  func counting(start: String, count: Int, due: String) throws {
    let start = try #require(Instant(iso8601: start))
    let found = try TimeLimit.workingDays(count).due(from: start, in: days())
    #expect(found == Instant(iso8601: due), "\(found.iso8601)")
  }

  @Test("is asked for the day in the desk's zone, not in that of Greenwich")
  func zone() throws {
    // 23 November 23:30 in Greenwich is the 24th in Shanghai.
    let start = try #require(Instant(iso8601: "2026-11-23T23:30:00Z"))
    let due = try TimeLimit.workingDays(1).due(from: start, in: days())
    #expect(due == Instant(iso8601: "2026-11-25T18:00:00+08:00"))
  }

  @Test("does not guess a year that it does not know")
  func gap() throws {
    let start = try #require(Instant(iso8601: "2026-12-30T10:00:00+08:00"))
    let days = try days()
    #expect(
      try TimeLimit.workingDays(1).due(from: start, in: days)
        == Instant(iso8601: "2026-12-31T18:00:00+08:00"))
    #expect(throws: CalendarGap(year: 2027)) {
      try TimeLimit.workingDays(2).due(from: start, in: days)
    }
    let without = DeskDays(zone: days.zone, calendar: nil)
    #expect(throws: CalendarGap(year: 2026)) {
      try TimeLimit.workingDays(1).due(from: start, in: without)
    }
    // Hours need no calendar.
    #expect(try #require(TimeLimit("PT5H")).due(from: start, in: without) == start + .hours(5))
  }

  @Test("counts a leap day")
  func leapDay() throws {
    let json = try JSONReader.read(
      #"{calendar: "X", closes: "17:30", years: {"2028": {rule: "r"}}}"#, as: .json5)
    let days = DeskDays(
      zone: try #require(DeskZone("Asia/Shanghai")), calendar: try WorkCalendar(json))
    let start = try #require(Instant(iso8601: "2028-02-28T10:00:00+08:00"))
    #expect(
      try TimeLimit.workingDays(1).due(from: start, in: days)
        == Instant(iso8601: "2028-02-29T17:30:00+08:00"))
    #expect(
      try #require(TimeLimit("P1D")).due(from: start, in: days)
        == Instant(iso8601: "2028-02-29T10:00:00+08:00"))
  }

  static let right = """
    {calendar: "CN", closes: "18:00", years: {"2026": {rule: "通知",
     holidays: ["01-01..01-03", "04-06"], workdays: ["01-04"]}}}
    """

  @Test(
    "names what is wrong with it",
    arguments: [
      ("\"18:00\"", "\"6pm\"", "should be a time of day, as 18:00"),
      ("\"2026\"", "\"next\"", "'next' is not a year"),
      ("rule: \"通知\",", "", "'years.2026.rule' is missing"),
      ("04-06", "04-31", "'04-31' is no day of 2026"),
      ("04-06", "4-6", "'4-6' is no day of 2026"),
      ("01-01..01-03", "01-03..01-01", "'01-03..01-01' is no day of 2026"),
      ("01-01..01-03", "01-01-01-03", "'01-01-01-03' is no day of 2026"),
      ("\"04-06\"", "\"01-02\"", "'01-02' repeats a day"),
      ("[\"01-04\"]", "[\"01-05\"]", "2026-01-05 is a weekday"),
      ("workdays", "workday", "unknown key 'years.2026.workday'; did you mean 'workdays'?"),
    ])
  func mistakes(right: String, wrong: String, message: String) throws {
    try #require(Self.right.contains(right))
    _ = try WorkCalendar(JSONReader.read(Self.right, as: .json5))
    let json = try JSONReader.read(Self.right.replacing(right, with: wrong), as: .json5)
    let failure = try #require(throws: FieldFailure.self) { try WorkCalendar(json) }
    #expect(failure.message.en.contains(message), "\(failure.message.en)")
    #expect(failure.message.zh != failure.message.en)
  }

  @Test("spans are hours or working days, and nothing else")
  func spans() {
    #expect(TimeLimit("P5WD") == .workingDays(5))
    #expect(TimeLimit("P5WD")?.text == "P5WD")
    #expect(TimeLimit("PT5H")?.text == "PT5H")
    for wrong in ["P0WD", "P05WD", "PWD", "P-1WD", "P5W", "5WD", "P5WDT1H", "P999WD", "P5wd"] {
      #expect(TimeLimit(wrong) == nil, "\(wrong)")
    }
  }
}
