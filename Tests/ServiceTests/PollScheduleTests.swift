import Bytes
import Testing

@testable import Service

@Suite("The time of the next poll")
struct PollScheduleTests {
  private func wait(failures: Int = 0, polls: Int = 1, retryAfter: Duration? = nil) throws
    -> Duration
  {
    PollSchedule.wait(
      every: .minutes(5), failures: failures, polls: polls, id: try #require(Name("gov")),
      retryAfter: retryAfter)
  }

  @Test("is the source's own, a tenth more or less, and not always the same")
  func spread() throws {
    let waits = try (0..<64).map { try wait(polls: $0) }
    #expect(waits.allSatisfy { $0 >= .seconds(270) && $0 <= .seconds(330) })
    #expect(Set(waits.map(\.microseconds)).count > 32)
    #expect(try wait(polls: 7) == wait(polls: 7))
  }

  @Test("doubles with each failure, and is never further away than a day")
  func failures() throws {
    for failures in 1...4 {
      let factor = 1 << failures
      let wait = try wait(failures: failures)
      #expect(wait >= .seconds(270 * factor) && wait <= .seconds(330 * factor))
    }
    #expect(try wait(failures: 1_000_000) <= PollSchedule.longest)
    #expect(try wait(failures: 1_000_000) > .hours(4))
  }

  @Test("is put off by the server, but not for ever")
  func retryAfter() throws {
    #expect(try wait(retryAfter: .seconds(1)) >= .seconds(270))
    #expect(try wait(retryAfter: .hours(3)) == .hours(3))
    #expect(try wait(retryAfter: .days(400)) == PollSchedule.longestRetryAfter)
  }

  @Test(
    "reads Retry-After as seconds and as a date",
    arguments: [
      ("120", Duration.seconds(120)), ("0", .zero), ("99999999999", .seconds(1_000_000)),
      ("Sun, 27 Sep 2026 06:10:00 GMT", .minutes(10)), ("Sun, 27 Sep 2026 05:00:00 GMT", .zero),
    ])
  func header(text: String, wait: Duration) throws {
    let now = try #require(Instant(iso8601: "2026-09-27T06:00:00Z"))
    let dates = [
      "Sun, 27 Sep 2026 06:10:00 GMT": now + .minutes(10),
      "Sun, 27 Sep 2026 05:00:00 GMT": now - .hours(1),
    ]
    #expect(PollSchedule.retryAfter(text, at: now) { dates[$0] } == wait)
    #expect(PollSchedule.retryAfter("soon", at: now) { dates[$0] } == nil)
    #expect(PollSchedule.retryAfter(nil, at: now) { dates[$0] } == nil)
    #expect(PollSchedule.retryAfter("-5", at: now) { dates[$0] } == nil)
  }
}
