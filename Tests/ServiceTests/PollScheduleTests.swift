import Bytes
import Testing
import Watch
import Wire

@testable import Service

@Suite("The time of the next poll")
struct PollScheduleTests {
  /// A Tuesday, 12:00 GMT.
  static let noon = Instant(seconds: 1_795_521_600)

  private func schedule() throws -> PollSchedule {
    PollSchedule(id: try #require(Name("gov")), polls: 1, every: .minutes(5))
  }

  private func wait(_ change: (inout PollSchedule) -> Void = { _ in }) throws -> Duration {
    var schedule = try schedule()
    change(&schedule)
    return schedule.next(after: Self.noon) - Self.noon
  }

  /// A source with a habit: its last item so long ago, and that gap between all of them.
  private static func habit(gap: Duration, silence: Duration = .zero) -> PublishingHabit {
    PublishingHabit(times: (0...20).map { noon - silence - gap * $0 })
  }

  private static func isWithin(_ wait: Duration, of middle: Duration) -> Bool {
    wait >= middle * 9 / 10 && wait <= middle * 11 / 10
  }

  @Test("is the source's own, a tenth more or less, and not always the same")
  func spread() throws {
    let waits = try (0..<64).map { polls in try wait { $0.polls = polls } }
    #expect(waits.allSatisfy { Self.isWithin($0, of: .minutes(5)) })
    #expect(Set(waits.map(\.microseconds)).count > 32)
    #expect(try wait { $0.polls = 7 } == wait { $0.polls = 7 })
  }

  @Test("doubles with each failure, and is never further away than a day")
  func failures() throws {
    for failures in 1...6 {
      let wait = try wait { $0.setbacks = failures }
      #expect(Self.isWithin(wait, of: .minutes(5) * (1 << failures)))
    }
    #expect(
      Self.isWithin(try wait { $0.setbacks = 1_000_000 }, of: .minutes(5 * 64)))
    #expect(
      try wait {
        $0.setbacks = 6
        $0.every = .hours(2)
      } == PollSchedule.longest)
    let dead = try wait {
      $0.setbacks = 9
      $0.isDead = true
    }
    #expect(dead > .hours(21) && dead <= .hours(24))
  }

  @Test(
    "follows the source's habit once that is known, within its bounds",
    arguments: [
      (Duration.minutes(1), Duration.minutes(5)), (.minutes(10), .minutes(5)),
      (.minutes(40), .minutes(20)), (.hours(3), .minutes(90)), (.days(3), .hours(6)),
    ])
  func habit(gap: Duration, own: Duration) throws {
    #expect(Self.isWithin(try wait { $0.habit = Self.habit(gap: gap) }, of: own))
    // Nineteen gaps are no habit.
    let short = PublishingHabit(times: Array(Self.habit(gap: gap).times.dropFirst()))
    #expect(short.median == nil)
    #expect(Self.isWithin(try wait { $0.habit = short }, of: .minutes(5)))
    // What is urgent, and what comes while an incident is open, does not wait for habits.
    for isUrgent in [true, false] {
      let wait = try wait {
        $0.habit = Self.habit(gap: gap)
        $0.isUrgent = isUrgent
        $0.isCrisis = !isUrgent
      }
      #expect(Self.isWithin(wait, of: isUrgent ? .minutes(5) : .minutes(2)))
    }
    // Nor for a long interval of the desk's own.
    let urgent = try wait {
      $0.every = .minutes(30)
      $0.isUrgent = true
    }
    #expect(Self.isWithin(urgent, of: .minutes(5)))
    let crisis = try wait {
      $0.every = .minutes(1)
      $0.isCrisis = true
    }
    #expect(Self.isWithin(crisis, of: .minutes(1)))
  }

  @Test(
    "grows with a long silence",
    arguments: [(13, Duration.minutes(20)), (14, .hours(12)), (29, .hours(12)), (30, .hours(24))])
  func silence(days: Int, own: Duration) throws {
    let wait = try wait { $0.habit = Self.habit(gap: .minutes(40), silence: .days(days)) }
    #expect(Self.isWithin(wait, of: own) && wait <= .hours(24))
  }

  @Test("is never sooner than the publisher asks, but no further away than a day")
  func hints() throws {
    for hint in [Duration.minutes(1), .minutes(20), .hours(5), .days(9)] {
      for polls in 0..<16 {
        let wait = try wait {
          $0.hints.freshness = hint
          $0.polls = polls
        }
        #expect(wait >= min(hint, .hours(24)))
        #expect(wait <= max(.seconds(330), min(hint * 11 / 10, .hours(24))))
      }
    }
    let urgent = try wait {
      $0.hints.freshness = .hours(5)
      $0.every = .minutes(1)
      $0.isUrgent = true
    }
    #expect(Self.isWithin(urgent, of: .minutes(5)))
    let crisis = try wait {
      $0.hints.freshness = .hours(5)
      $0.isCrisis = true
    }
    #expect(Self.isWithin(crisis, of: .minutes(2)))
  }

  @Test("leaves out the hours and days that the publisher excludes, except in a crisis")
  func skipped() throws {
    let hours = FeedHints(skippedHours: [12, 13])
    let wait = try wait { $0.hints.document = hours }
    #expect(wait >= .hours(2) && wait <= .minutes(125))
    let crisis = try self.wait {
      $0.hints.document = hours
      $0.isCrisis = true
    }
    #expect(Self.isWithin(crisis, of: .minutes(2)))
    // A day away at most, though Tuesday and Wednesday are both excluded.
    let days = try self.wait { $0.hints.document = FeedHints(skippedDays: [1, 2]) }
    #expect(days == .hours(24))
    let tuesday = try self.wait { $0.hints.document = FeedHints(skippedDays: [1]) }
    #expect(tuesday >= .hours(12) && tuesday <= .minutes(725))
    let monday = try self.wait { $0.hints.document = FeedHints(skippedDays: [0]) }
    #expect(Self.isWithin(monday, of: .minutes(5)))
  }
}

@Suite("What a publisher says of its feed's freshness")
struct PublisherHintTests {
  static let cases: [([(String, String)], Duration?)] = [
    ([], nil),
    ([("Cache-Control", "max-age=600")], .seconds(600)),
    (
      [("Cache-Control", "public, Max-Age=\"600\", must-revalidate"), ("Age", "100")], .seconds(500)
    ),
    ([("Cache-Control", "max-age=60"), ("Age", "100")], .zero),
    ([("Cache-Control", "no-cache")], .zero),
    ([("Cache-Control", "max-age=soon")], nil),
    ([("Expires", "0")], .zero), ([("Expires", "-1")], .zero), ([("Expires", "")], .zero),
    (
      [
        ("Expires", "Tue, 24 Nov 2026 13:00:00 GMT"), ("Date", "Tue, 24 Nov 2026 12:30:00 GMT"),
      ], .minutes(30)
    ),
    ([("Expires", "Tue, 24 Nov 2026 13:00:00 GMT")], .minutes(60)),
    ([("Expires", "Tue, 24 Nov 2026 11:00:00 GMT")], .zero),
    (
      [("Expires", "Tue, 24 Nov 2026 12:10:00 GMT"), ("Cache-Control", "max-age=60")],
      .minutes(10)
    ),
  ]

  @Test("is read from its headers", arguments: cases)
  func freshness(fields: [(String, String)], expected: Duration?) {
    var headers = HeaderList()
    for (name, value) in fields { headers.add(name, value) }
    #expect(PublisherHints.freshness(headers, at: PollScheduleTests.noon) == expected)
  }
}

@Suite("How long a server puts us off")
struct RetryAfterTests {
  static let cases: [([(String, String)], Duration?)] = [
    ([], nil),
    ([("Retry-After", "120")], .seconds(120)), ([("Retry-After", "0")], .zero),
    ([("Retry-After", "999999999999")], RetryAfter.longest),
    ([("Retry-After", "soon")], nil), ([("Retry-After", "-5")], nil), ([("Retry-After", "")], nil),
    // The three forms of RFC 9110.
    ([("Retry-After", "Tue, 24 Nov 2026 12:10:00 GMT")], .minutes(10)),
    ([("Retry-After", "Tuesday, 24-Nov-26 12:10:00 GMT")], .minutes(10)),
    ([("Retry-After", "Tue Nov 24 12:10:00 2026")], .minutes(10)),
    ([("Retry-After", "Tue, 24 Nov 2026 11:00:00 GMT")], .zero),
    // A server whose clock is an hour ahead means what it says by its own clock.
    (
      [
        ("Retry-After", "Tue, 24 Nov 2026 13:10:00 GMT"), ("Date", "Tue, 24 Nov 2026 13:00:00 GMT"),
      ], .minutes(10)
    ),
    ([("x-ratelimit-reset", "293.2")], .seconds(294)),
    ([("X-RateLimit-Reset", "1795521690")], .seconds(90)),
    ([("Retry-After", "7"), ("x-ratelimit-reset", "293")], .seconds(7)),
  ]

  @Test("is read from its headers, to the second", arguments: cases)
  func header(fields: [(String, String)], expected: Duration?) {
    var headers = HeaderList()
    for (name, value) in fields { headers.add(name, value) }
    #expect(RetryAfter.wait(headers, at: PollScheduleTests.noon) == expected)
  }

  @Test("without a word, is a quarter of an hour and doubles, up to a day")
  func unsaid() {
    #expect(
      (1...9).map { RetryAfter.unsaidWait(count: $0) }
        == [
          .minutes(15), .minutes(30), .hours(1), .hours(2), .hours(4), .hours(8), .hours(16),
          .hours(24), .hours(24),
        ])
    #expect(RetryAfter.unsaidWait(count: .max) == .hours(24))
  }
}

@Suite("The habit of a source")
struct PublishingHabitTests {
  @Test("is the median of the last twenty gaps, whatever came before and in whatever order")
  func median() {
    let noon = PollScheduleTests.noon
    var habit = PublishingHabit()
    habit.note((0..<30).map { noon - .days(30) + .seconds($0) })
    #expect(habit.median == .seconds(1))
    for number in (1...20).shuffled() { habit.note([noon + .minutes(10 * number)]) }
    #expect(habit.median == .minutes(10))
    #expect(habit.newest == noon + .minutes(200))
  }

  @Test("is not made of items that came at one time")
  func load() {
    var habit = PublishingHabit()
    habit.note([Instant](repeating: PollScheduleTests.noon, count: 100))
    #expect(habit.times.count == 1 && habit.median == nil)
  }
}
