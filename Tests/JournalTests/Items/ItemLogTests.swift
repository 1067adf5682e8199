import Bytes
import Foundation
import Journal
import Support
import Synchronization
import Testing

@Suite("The item log", .timeLimit(.minutes(2)))
struct ItemLogTests {
  private let folder: TemporaryFolder
  private let day: ItemDay
  private let noon: Instant

  init() throws {
    folder = try TemporaryFolder()
    noon = try #require(Instant(iso8601: "2026-11-22T12:00:00Z"))
    day = ItemDay(noon)
  }

  private var items: String { folder.path("items") }

  private func open(_ disk: any Disk = TestDisk()) throws(JournalFailure) -> ItemLog {
    try ItemLog.open(items, disk: disk)
  }

  private func line(_ number: Int) -> [UInt8] {
    Array(#"{"id":"\#(number)","text":"第\#(number)条"}"#.utf8)
  }

  private func lines(
    _ log: ItemLog, from position: ItemPosition? = nil
  ) async throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    _ = try await log.read(from: position) { line, _ in lines.append(line) }
    return lines
  }

  @Test("keeps lines in the order of the calls, and gives them once they are on disk")
  func order() async throws {
    let log = try open()
    #expect(log.end == nil && log.cut == nil)
    let first = try log.append(lines: [line(1), line(2)], at: noon)
    #expect(try await lines(log).isEmpty)
    #expect(log.end == first && log.durableEnd == nil)
    try await log.sync()
    #expect(log.durableEnd == first)
    let second = try log.append(lines: [line(3)], at: noon)
    #expect(second.day == day && second > first)
    #expect(try await lines(log) == [line(1), line(2)])
    try await log.sync()
    #expect(try await lines(log) == (1...3).map(line))
    #expect(try await lines(log, from: first) == [line(3)])
    #expect(try await lines(log, from: second).isEmpty)
    #expect(try log.append(lines: [], at: noon) == second)
    try log.close()
    let bytes = try folder.read("items/2026-11-22.jsonl")
    #expect(bytes == (1...3).flatMap { line($0) + [0x0a] })
    #expect(second.offset == Int64(bytes.count))
  }

  @Test("goes on after a restart, from the position of any line")
  func resuming() async throws {
    let log = try open()
    var positions: [ItemPosition] = []
    for number in 0..<20 {
      let time = noon + .hours(6 * number)
      positions.append(try log.append(lines: [line(number)], at: time))
    }
    try log.close()
    #expect(positions == positions.sorted() && Set(positions.map(\.day)).count == 6)

    let again = try open()
    #expect(again.end == positions.last && again.durableEnd == positions.last)
    for (index, position) in positions.enumerated() {
      let text = try #require(ItemPosition(position.description))
      #expect(try await lines(again, from: text) == (index + 1..<20).map(line))
    }
    #expect(try await lines(again) == (0..<20).map(line))
    try again.close()
  }

  @Test("gives pages that follow each other without a gap")
  func pages() async throws {
    let log = try open()
    let long = (0..<50).map { number in
      [UInt8](repeating: 0x30 + UInt8(number % 10), count: 100_000)
    }
    for (number, line) in long.enumerated() {
      _ = try log.append(lines: [line], at: noon + .hours(number))
    }
    try await log.sync()
    #expect(try await lines(log) == long)
    try log.close()
  }

  @Test("cuts a last line that was not finished, at whatever byte, and says so")
  func tornLine() async throws {
    let log = try open()
    _ = try log.append(lines: [line(1)], at: noon - .hours(24))
    let first = try log.append(lines: [line(1)], at: noon)
    _ = try log.append(lines: [line(2)], at: noon)
    try log.close()
    let whole = try folder.read("items/2026-11-22.jsonl")
    for length in 0...whole.count {
      try folder.write("items/2026-11-22.jsonl", Array(whole[..<length]))
      let kept = length == whole.count ? 2 : Int64(length) >= first.offset ? 1 : 0
      let end = kept == 2 ? Int64(whole.count) : kept == 1 ? first.offset : 0
      let again = try open()
      if end == Int64(length) {
        try #require(again.cut == nil)
      } else {
        try #require(again.cut?.offset == end && again.cut?.length == Int64(length) - end)
        try #require(again.cut?.file == items + "/2026-11-22.jsonl")
      }
      try #require(again.end == ItemPosition(day: day, offset: end))
      _ = try again.append(lines: [line(3)], at: noon)
      try await again.sync()
      let expected = [line(1)] + [line(1), line(2)].prefix(kept) + [line(3)]
      try #require(try await lines(again) == Array(expected))
      try again.close()
    }
  }

  @Test("cuts a tail that is longer than one look at it, and zeros")
  func longTail() throws {
    for tail in [[UInt8](repeating: 0x61, count: 3_000_000), [UInt8](repeating: 0, count: 5)] {
      try folder.write("items/2026-11-22.jsonl", line(1) + [0x0a] + tail)
      let log = try open()
      #expect(log.cut?.length == Int64(tail.count))
      #expect(log.end?.offset == Int64(line(1).count + 1))
      try log.close()
    }
  }

  @Test("refuses a position that is not behind a line, or that it does not have")
  func positions() async throws {
    let log = try open()
    let end = try log.append(lines: [line(1), line(2)], at: noon)
    let unsynced = try log.append(lines: [line(3)], at: noon)
    #expect(try await lines(log, from: unsynced).isEmpty)
    try await log.sync()
    let later = ItemDay(noon + .days(1))
    for position in [
      ItemPosition(day: day, offset: 5), ItemPosition(day: day, offset: unsynced.offset + 1),
      ItemPosition(day: later, offset: 0),
    ] {
      let failure = await #expect(throws: JournalFailure.self) {
        try await lines(log, from: position)
      }
      #expect(failure == .noSuchPosition(position) && failure?.exitCode == .damaged)
      #expect(failure?.explanation.en.contains(position.description) == true)
    }
    #expect(try await lines(log, from: end) == [line(3)])
    try log.close()
  }

  @Test("removes whole days, and goes on after them; nothing comes back to them")
  func removal() async throws {
    let log = try open()
    var positions: [ItemPosition] = []
    for number in 0..<5 {
      positions.append(try log.append(lines: [line(number)], at: noon + .days(number)))
    }
    try await log.sync()
    let third = positions[2].day
    let removed = try await log.remove(daysBefore: third)
    #expect(removed == [positions[0].day, positions[1].day])
    #expect(try FileManager.default.contentsOfDirectory(atPath: items).count == 3)
    #expect(try await lines(log) == (2..<5).map(line))
    // A checkpoint in a day that is gone goes on with the next.
    #expect(try await lines(log, from: positions[0]) == (2..<5).map(line))
    #expect(try await log.remove(daysBefore: third).isEmpty)

    // All of them, the one that is being written among them.
    let after = ItemDay(noon + .days(5))
    #expect(try await log.remove(daysBefore: after).count == 3)
    #expect(try await lines(log).isEmpty)
    let next = try log.append(lines: [line(9)], at: noon)
    #expect(next.day == after)
    try await log.sync()
    #expect(try await lines(log, from: positions[4]) == [line(9)])
    try log.close()
    let files = try FileManager.default.contentsOfDirectory(atPath: items)
    #expect(files == ["\(after).jsonl"])
  }

  @Test("keeps to the later day where the clock is put back")
  func clockBack() async throws {
    let log = try open()
    let first = try log.append(lines: [line(1)], at: noon)
    let second = try log.append(lines: [line(2)], at: noon - .days(3))
    #expect(second.day == first.day && second > first)
    try await log.sync()
    #expect(try await lines(log, from: first) == [line(2)])
    try log.close()
  }

  @Test("syncs once for all who wait, the old day before the new, and the folder with it")
  func syncs() async throws {
    let gate = Gate()
    let isArmed = Mutex(true)
    let disk = TestDisk { call, _ in
      if call.call == .synchroniseData,
        isArmed.withLock({ armed in
          defer { armed = false }
          return armed
        })
      {
        gate.pass()
      }
      return nil
    }
    let log = try open(disk)
    // The day that ends is synced by itself.
    _ = try log.append(lines: [line(0)], at: noon - .days(1))
    _ = try log.append(lines: [line(1)], at: noon)
    let first = Task { try await log.sync() }
    gate.awaitArrival()
    // It is written, and not on disk yet.
    #expect(log.durableEnd == nil)
    let before = disk.count(.synchroniseData)
    let ends = try (2..<64).map { try log.append(lines: [line($0)], at: noon) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for end in ends {
        group.addTask {
          try await log.sync()
          let durable = try #require(log.durableEnd)
          #expect(durable >= end)
        }
      }
      gate.open()
      try await group.waitForAll()
    }
    try await first.value
    // One for all that came while the first was held, and the first one's own if it came alone:
    // those who ask when their line is on disk already are not synced for.
    #expect((1...2).contains(disk.count(.synchroniseData) - before))

    let start = disk.calls.count
    _ = try log.append(lines: [line(64)], at: noon)
    _ = try log.append(lines: [line(65)], at: noon + .days(1))
    try await log.sync()
    let calls = disk.calls.dropFirst(start)
    #expect(
      calls.map(\.call) == [
        .write, .synchroniseData, .open, .open, .synchronise, .write, .synchroniseData,
      ])
    #expect(calls.map(\.path)[1].hasSuffix("2026-11-22.jsonl"))
    #expect(calls.map(\.path)[2].hasSuffix("2026-11-23.jsonl"))
    try log.close()
  }

  @Test("refuses what is no line of its own, and keeps nothing of the call")
  func refusals() async throws {
    let log = try open()
    #expect(throws: JournalFailure.self) {
      try log.append(lines: [line(1), [0x7b, 0x0a, 0x7d]], at: noon)
    }
    let long = [UInt8](repeating: 0x61, count: ItemReader.lineLimit)
    let failure = #expect(throws: JournalFailure.self) {
      try log.append(lines: [line(1), long], at: noon)
    }
    #expect(failure == .tooLong(bytes: long.count + 1, limit: ItemReader.lineLimit))
    _ = try log.append(lines: [Array(long.dropLast())], at: noon)
    try await log.sync()
    #expect(try await lines(log).count == 1)
    try log.close()
    #expect(throws: JournalFailure.closed) { try log.append(lines: [line(1)], at: noon) }
    await #expect(throws: JournalFailure.closed) { try await log.sync() }
    try log.close()
  }

  @Test("loses nothing that was synced, whatever call fails", arguments: [EIO, ENOSPC, EINTR])
  func faults(code: Int32) async throws {
    var number = 0
    while true {
      let at = number
      let disk = TestDisk { _, count in count == at ? .error(code) : nil }
      try? FileManager.default.removeItem(atPath: items)
      var synced: [Int] = []
      var failure: JournalFailure?
      do throws(JournalFailure) {
        let log = try open(disk)
        for number in 0..<6 {
          _ = try log.append(lines: [line(number)], at: noon + .hours(8 * number))
          try await log.sync()
          synced.append(number)
        }
        try log.close()
      } catch {
        failure = error
      }
      guard disk.calls.count > at else { break }
      let call = disk.calls[at].call
      let isTakenUp = code == EINTR && [.open, .read, .write].contains(call)
      try #require((failure == nil) == isTakenUp, "\(call) at \(at)")
      try #require(failure.map { $0.exitCode == .couldNot } ?? true)
      let again = try open()
      try #require(try await lines(again).starts(with: synced.map(line)))
      try again.close()
      number += 1
    }
    #expect(number > 15)
  }

  @Test("passes over a line that was never written as one")
  func overlong() throws {
    let zeros = [UInt8](repeating: 0, count: 3 * ItemReader.lineLimit)
    try folder.write(
      "items/2026-11-22.jsonl", line(1) + [0x0a] + zeros + [0x0a] + line(2) + [0x0a])
    var found: [[UInt8]] = []
    let end = try ItemReader(folder: items).read { line, _ in
      found.append(line)
      return true
    }
    #expect(found == [line(1), line(2)])
    let size = Int64(try folder.read("items/2026-11-22.jsonl").count)
    #expect(end == ItemPosition(day: day, offset: size))
  }

  @Test("reads a folder that is not there as an empty one, and leaves other files alone")
  func strangers() async throws {
    #expect(try ItemReader(folder: items).read { _, _ in true } == nil)
    try folder.write("items/notes.txt", "mine")
    try folder.write("items/2026-13-01.jsonl", "mine")
    let log = try open()
    _ = try log.append(lines: [line(1)], at: noon)
    try await log.sync()
    #expect(try await log.remove(daysBefore: ItemDay(noon + .days(9))).count == 1)
    try log.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: items).count == 2)
  }
}
