import Bytes
import Desk
import Foundation
import Journal
import Watch

/// Plays recorded items through the path behind the poller, and drives the exercise's clock by them.
struct Replay: Sendable {
  let items: RecordedItems
  let speed: Double?
  let rooms: Rooms

  /// The model's own step: items of one step are taken together.
  private static let tick = Duration.minutes(1)

  func run() async throws {
    let started = ContinuousClock.now
    var count = 0
    var batch: [Item] = []
    var end: Instant?
    while let (item, time) = try items.next() {
      if let tickEnd = end, time >= tickEnd {
        try await play(batch, through: tickEnd)
        batch = []
        end = nil
      }
      if end == nil { end = time.floored(to: Self.tick) + Self.tick }
      batch.append(item)
      count += 1
      try Task.checkCancellation()
    }
    if let end { try await play(batch, through: end) }
    let seconds = (ContinuousClock.now - started).inSeconds
    rooms.log(
      "replay.done",
      [
        "items": "\(count)", "seconds": "\((seconds * 1000).rounded() / 1000)",
        "itemsPerSecond": "\(Int(Double(count) / max(seconds, 0.001)))",
      ])
  }

  private func play(_ items: [Item], through end: Instant) async throws {
    if let speed {
      let left = (end - rooms.frontDesk.clock.now()).inSeconds / speed
      if left > 0, left < 86_400 { try await Task.sleep(for: .seconds(left)) }
    }
    _ = try await rooms.intake.commit(items)
    try ExerciseClockFile.write(.held(end), to: rooms.frontDesk.folder.clockFile)
    rooms.frontDesk.changes.raise()
    rooms.intake.arrivals.raise()
    // The poller is not at work: it would have asked its sources at every step.
    while true {
      let before = rooms.frontDesk.changes.count
      if await rooms.detector.isIdle(at: end), await rooms.clockwork.isIdle(at: end),
        await rooms.outbox.isIdle(at: end), rooms.frontDesk.changes.count == before
      {
        return
      }
      try await Task.sleep(for: .microseconds(200))
    }
  }
}

/// Recorded items, in the order of their file; each has a time.
///
/// Unchecked: one task reads it, after the one that has opened it.
final class RecordedItems: @unchecked Sendable {
  /// The minute of the first item.
  let start: Instant
  private let file: String
  private var lines: LineSource
  private var first: (item: Item, time: Instant)?

  init(_ file: String) throws {
    self.file = file
    lines = try LineSource(file)
    guard let first = try Self.next(in: &lines, of: file) else {
      throw ServiceFailure.nothingToReplay(file)
    }
    self.first = first
    start = first.time.floored(to: .minutes(1))
  }

  func next() throws -> (item: Item, time: Instant)? {
    if let first {
      self.first = nil
      return first
    }
    return try Self.next(in: &lines, of: file)
  }

  private static func next(in lines: inout LineSource, of file: String) throws -> (
    item: Item, time: Instant
  )? {
    while let (line, number) = try lines.next() {
      do {
        let item = try Item(line: line)
        if let time = item.decisionTime { return (item, time) }
      } catch let failure as JSONFailure {
        throw ServiceFailure.replay(file: file, line: number, failure.message)
      } catch let failure as FieldFailure {
        throw ServiceFailure.replay(file: file, line: number, failure.message)
      }
    }
    return nil
  }
}

/// The lines of a file or of standard input, read a piece at a time.
private struct LineSource {
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private var position = 0
  private var number = 0
  private var isAtEnd = false

  private static let piece = 1 << 20

  init(_ file: String) throws {
    if file == "-" {
      handle = .standardInput
    } else {
      guard let opened = FileHandle(forReadingAtPath: file) else {
        throw ServiceFailure.file(
          call: "open", path: file, reason: String(cString: strerror(errno)))
      }
      handle = opened
    }
  }

  mutating func next() throws -> (line: [UInt8], number: Int)? {
    while true {
      if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(buffer[position..<end])
        position = end + 1
        number += 1
        if line.isEmpty { continue }
        return (line, number)
      }
      if isAtEnd {
        guard position < buffer.count else { return nil }
        let line = Array(buffer[position...])
        position = buffer.count
        number += 1
        return (line, number)
      }
      buffer.removeFirst(position)
      position = 0
      let data = try handle.read(upToCount: Self.piece) ?? Data()
      if data.isEmpty { isAtEnd = true }
      buffer += data
    }
  }
}
