import Bytes
import Desk
import Foundation
import Journal
import Support
import Testing
import Watch

@testable import Service

/// An intake over an item log in a folder of its own, at a time that the test sets.
struct TestIntake {
  let folder: TemporaryFolder
  let log: ItemLog
  let intake: ItemIntake

  static let noon = Instant(seconds: 1_790_000_000 - 1_790_000_000 % 86_400 + 43_200)

  init(last: Instant? = nil) throws {
    folder = try TemporaryFolder()
    let clockFile = folder.path("clock.json5")
    try ExerciseClockFile.write(.held(Self.noon), to: clockFile)
    log = try ItemLog.open(folder.path("items"))
    intake = ItemIntake(log: log, clock: .exercise(file: clockFile), last: last)
  }

  func hold(_ time: Instant) throws {
    try ExerciseClockFile.write(.held(time), to: folder.path("clock.json5"))
  }

  static func item(_ number: Int, seen: Instant? = nil) -> Item {
    Item(
      id: "i\(number)", published: noon, firstSeen: seen, source: "s", language: "zh",
      text: "第\(number)条", author: nil, owner: "s", tier: .other)
  }

  /// What the log holds, in its order.
  func logged() async throws -> [Item] {
    var items: [Item] = []
    _ = try await log.read(from: nil) { line, _ in
      if let item = try? Item(line: line) { items.append(item) }
    }
    return items
  }
}

@Suite("The intake of items")
struct ItemIntakeTests {
  @Test("gives each item its time when it is written, and hands on the ticks that have ended")
  func ticks() async throws {
    let test = try TestIntake()
    let noon = TestIntake.noon
    try await test.intake.commit([TestIntake.item(1), TestIntake.item(2)])
    try test.hold(noon + .seconds(61))
    try await test.intake.commit([TestIntake.item(3)])

    let first = try #require(await test.intake.take(before: noon + .minutes(1)))
    #expect(first.map(\.item.id) == ["i1", "i2"])
    #expect(first.allSatisfy { $0.item.firstSeen == noon })
    #expect(try #require(await test.intake.take(before: noon + .minutes(1))).isEmpty)
    let second = try #require(await test.intake.take(before: noon + .minutes(2)))
    #expect(second.map(\.item.id) == ["i3"])
    #expect(try await test.logged().map(\.id) == ["i1", "i2", "i3"])
  }

  @Test("never puts an item into a tick that was taken, though the clock goes back")
  func clockBack() async throws {
    let test = try TestIntake()
    let noon = TestIntake.noon
    try await test.intake.commit([TestIntake.item(1)])
    _ = await test.intake.take(before: noon + .minutes(5))
    try test.hold(noon - .hours(1))
    try await test.intake.commit([TestIntake.item(2), TestIntake.item(3, seen: noon - .days(1))])
    let late = try #require(await test.intake.take(before: noon + .minutes(6)))
    #expect(late.map(\.item.id) == ["i2", "i3"])
    #expect(late.allSatisfy { $0.item.firstSeen.map { $0 >= noon + .minutes(5) } ?? false })
    let times = try await test.logged().compactMap(\.firstSeen)
    #expect(times == times.sorted())
  }

  @Test("hands on what waits and what comes after it when the clock has been put back")
  func putBack() async throws {
    let test = try TestIntake()
    let noon = TestIntake.noon
    try await test.intake.commit([TestIntake.item(1)])
    let earlier = noon - .hours(2)
    try test.hold(earlier)
    await test.intake.goBack(to: earlier)
    try await test.intake.commit([TestIntake.item(2)])
    let taken = try #require(await test.intake.take(before: earlier + .minutes(1)))
    #expect(taken.map(\.item.id) == ["i1", "i2"])
    #expect(taken.compactMap(\.item.firstSeen) == [earlier, earlier])
    #expect(try await test.logged().compactMap(\.firstSeen) == [noon, earlier])
  }

  @Test("keeps recorded times, and cuts a batch where its tick ends")
  func recorded() async throws {
    let test = try TestIntake()
    let noon = TestIntake.noon
    try await test.intake.commit([
      TestIntake.item(1, seen: noon + .seconds(10)), TestIntake.item(2, seen: noon + .seconds(70)),
      TestIntake.item(3, seen: noon + .seconds(130)),
    ])
    var ids: [[String]] = []
    for minute in 1...3 {
      ids.append(
        try #require(await test.intake.take(before: noon + .minutes(minute))).map(\.item.id))
    }
    #expect(ids == [["i1"], ["i2"], ["i3"]])
  }

  @Test("gives a position behind each item from which the log goes on with the next")
  func positions() async throws {
    let test = try TestIntake()
    try await test.intake.commit((1...5).map { TestIntake.item($0) })
    let taken = try #require(await test.intake.take(before: TestIntake.noon + .minutes(1)))
    for (place, entry) in taken.enumerated() {
      var rest: [String] = []
      _ = try await test.log.read(from: entry.after) { line, _ in
        if let item = try? Item(line: line) { rest.append(item.id) }
      }
      #expect(rest == (place + 2..<6).map { "i\($0)" })
    }
  }
}
@Suite("Guesses at a code")
struct GuessLimitTests {
  @Test("are counted for each message, and end for that message alone")
  func limit() throws {
    let guesses = GuessLimit()
    let (one, other) = (try #require(DeliveryID("D7.1")), try #require(DeliveryID("D7.2")))
    for _ in 0..<20 {
      #expect(guesses.mayTry(one))
      guesses.count(one)
    }
    #expect(!guesses.mayTry(one))
    #expect(guesses.mayTry(other))
  }
}
