import Bytes
import Foundation
import Support
import Testing

@Suite("An instant")
struct InstantTests {
  @Test(
    "is read from every form of RFC 3339",
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("2026-11-22T05:13:25Z", 1_795_324_405_000_000),
      ("2026-11-22t05:13:25z", 1_795_324_405_000_000),
      ("2026-11-22 13:13:25+08:00", 1_795_324_405_000_000),
      ("2026-11-22T13:13:25.5+0800", 1_795_324_405_500_000),
      ("2026-11-22T05:13:25.1234567Z", 1_795_324_405_123_456),
      ("1969-12-31T23:59:59.999999Z", -1),
      ("2024-02-29T00:00:00-00:30", 1_709_166_600_000_000),
    ])
  func reading(text: String, microseconds: Int64) {
    #expect(Instant(iso8601: text)?.microseconds == microseconds)
  }

  @Test(
    "is not read from what names none",
    arguments: [
      "", "2026-11-22", "2026-11-22T05:13:25", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
      "2026-11-22T24:00:00Z", "2026-11-22T05:13:60Z", "2026-11-22T05:13:25.Z",
      "2026-11-22T05:13:25Z ", "2026-11-22T05:13:25+8", "+026-11-22T05:13:25Z", "yesterday",
    ])
  func refusing(text: String) {
    #expect(Instant(iso8601: text) == nil)
  }

  @Test("is written as it is read, for any microsecond")
  func roundTrip() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let instant = Instant(
        microseconds: Int64.random(
          in: -4_000_000_000_000_000...6_000_000_000_000_000, using: &generator))
      #expect(Instant(iso8601: instant.iso8601) == instant)
      #expect(Instant(iso8601: instant.iso8601Microseconds) == instant)
    }
  }

  @Test("agrees with Foundation on every day from 1900 to 2200")
  func agreesWithFoundation() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    for day in stride(from: -25_567, to: 84_006, by: 1) {
      let instant = Instant(seconds: Int64(day) * 86_400 + 43_200)
      let parts = calendar.dateComponents(
        [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(instant.seconds)))
      let civil = CivilTime(instant)
      try #require(
        civil.year == parts.year && civil.month == parts.month && civil.day == parts.day)
      try #require(civil.weekday % 7 + 1 == parts.weekday)
      try #require(civil.instant() == instant)
    }
  }

  @Test("falls into the step that began before it, also before 1970")
  func flooring() {
    let step = Duration.minutes(1)
    #expect(Instant(seconds: 119).floored(to: step) == Instant(seconds: 60))
    #expect(Instant(seconds: 120).floored(to: step) == Instant(seconds: 120))
    #expect(Instant(seconds: -1).floored(to: step) == Instant(seconds: -60))
  }

  @Test("is shown with the offset of the desk's zone")
  func zones() throws {
    let shanghai = try #require(DeskZone("Asia/Shanghai"))
    let instant = try #require(Instant(iso8601: "2026-11-22T05:13:25Z"))
    #expect(shanghai.text(instant) == "2026-11-22 13:13 +08:00")
    #expect(DeskZone("Asia/Nowhere") == nil)
  }

  @Test("survives the hour that comes twice and the hour that does not come")
  func daylightSaving() throws {
    let berlin = try #require(DeskZone("Europe/Berlin"))
    let twice = berlin.instant(CivilTime(year: 2026, month: 10, day: 25, hour: 2, minute: 30))
    #expect(twice.iso8601 == "2026-10-25T00:30:00Z")
    let never = berlin.instant(CivilTime(year: 2026, month: 3, day: 29, hour: 2, minute: 30))
    #expect(never.iso8601 == "2026-03-29T01:30:00Z")
    let summer = berlin.instant(CivilTime(year: 2026, month: 7, day: 1, hour: 12))
    #expect(summer.iso8601 == "2026-07-01T10:00:00Z")
  }
}
