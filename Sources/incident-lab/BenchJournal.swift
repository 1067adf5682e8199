import Bytes
import Desk
import Foundation
import Journal
import Response

/// The record-keeper against the disk alone and against SQLite, hashing against OpenSSL, and how
/// fast a journal is verified and made into state.
struct JournalBench: BenchSubject {
  static let name = "journal"
  static let usage = "[--folder DIR] [--seconds N] [--rounds N] [--records N] [--json]"

  /// The commands that wait at the same time.
  private static let waiting = 8

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["folder", "seconds", "rounds", "records"])
    let seconds = try options.count("seconds") ?? 2
    let rounds = try options.count("rounds") ?? 3
    let records = try options.count("records") ?? 200_000
    let root =
      (options["folder"] ?? NSTemporaryDirectory())
      + "/incident-bench-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(
      atPath: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: root) }

    var figures = hashing(rounds)
    figures += try await appending(root, rounds: rounds, seconds: seconds)
    figures += try await reading(root + "/read", records: records)
    return BenchReport(
      subject: name,
      input: "notes of some 500 bytes by \(waiting) waiting commands; \(records) records of some "
        + "350 bytes in incidents of 500",
      method: "appending: \(rounds) rounds of \(seconds) s, the record-keeper, the same writes and "
        + "fdatasyncs alone, and SQLite in turn; the rest: one run by the wall",
      coresUsed: 2, figures: figures)
  }

  // Hashing.

  private static func hashing(_ rounds: Int) -> [BenchReport.Figure] {
    let data = (0..<16_384).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var (ours, theirs) = (0.0, 0.0)
    for _ in 0..<rounds {
      let start = processorTime()
      var sum: UInt8 = 0
      for _ in 0..<6_000 { sum ^= SHA256.hash(data).bytes[0] }
      let spent = (processorTime() - start).inSeconds
      // The sum keeps the work from being left out.
      ours = max(ours, Double(6_000 * data.count + Int(sum & 1)) / spent / 1e6)
      theirs = max(theirs, OpenSSLSpeed.scalarSHA256() ?? 0)
    }
    var figures = [BenchReport.Figure(name: "SHA-256", value: ours, unit: "MB/s")]
    if theirs > 0 {
      figures += [
        .init(name: "OpenSSL's scalar SHA-256", value: theirs, unit: "MB/s"),
        .init(name: "ours of that", value: ours / theirs, unit: "(goal 0.8)"),
      ]
    }
    return figures
  }

  // Appending.

  private static func appending(
    _ root: String, rounds: Int, seconds: Int
  ) async throws -> [BenchReport.Figure] {
    var (ours, oursTime, rawTime, syncs) = (0, 0.0, 0.0, 0)
    var (sqlite, sqliteTime) = (0, 0.0)
    for round in 0..<rounds {
      let tally = TallyDisk()
      var options = FrontDeskOptions()
      options.journal.disk = tally
      let desk = try await MadeDesk.make(in: "\(root)/desk\(round)", options: options)
      tally.begin()
      let start = ContinuousClock.now
      let count = try await notes(on: desk, until: start + .seconds(seconds))
      oursTime += (ContinuousClock.now - start).inSeconds
      let sizes = tally.end()
      ours += count
      syncs += sizes.count
      try await desk.close()
      rawTime += try RawLoop.write(sizes, to: "\(root)/raw\(round)")
      if let done = SQLiteLoop.commits(
        "\(root)/sqlite\(round).db", connections: waiting, seconds: seconds)
      {
        sqlite += done.commits
        sqliteTime += done.seconds
      }
    }
    let rate = Double(ours) / oursTime
    var figures: [BenchReport.Figure] = [
      .init(name: "commands, \(waiting) waiting", value: rate, unit: "commands/s"),
      .init(name: "commands for one sync", value: Double(ours) / Double(syncs), unit: ""),
      .init(
        name: "the same writes and syncs alone", value: Double(ours) / rawTime, unit: "records/s"),
      .init(name: "record-keeper of that", value: rawTime / oursTime, unit: "(goal 0.9)"),
    ]
    if sqlite > 0 {
      let theirs = Double(sqlite) / sqliteTime
      figures += [
        .init(name: "SQLite, WAL FULL, \(waiting) connections", value: theirs, unit: "commits/s"),
        .init(name: "record-keeper of that", value: rate / theirs, unit: "times (goal 3)"),
      ]
    }
    return figures
  }

  private static func notes(
    on desk: FrontDesk, until end: ContinuousClock.Instant
  ) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<waiting {
        group.addTask {
          var count = 0
          while ContinuousClock.now < end {
            try await desk.perform(MadeDesk.note(count), by: MadeDesk.writer)
            count += 1
          }
          return count
        }
      }
      return try await group.reduce(0, +)
    }
  }

  // Reading.

  private static func reading(_ folder: String, records: Int) async throws -> [BenchReport.Figure] {
    try MadeDesk.fill(folder, records: records)
    let (found, verified, verifying) = try timed { try JournalReader(folder: folder).verify() }
    let place = StateFolder(folder)
    let (desk, replay, replaying) = try timed { try FrontDesk.open(place) }
    try await desk.saveSnapshot()
    try await desk.close()
    let (again, fast, _) = try timed { try FrontDesk.open(place) }
    try await again.close()
    return [
      .init(name: "verify", value: Double(found.bytes) / verified / 1e6, unit: "MB/s (goal 200)"),
      .init(
        name: "verify, for a second of processor", value: Double(found.bytes) / verifying / 1e6,
        unit: "MB"),
      .init(name: "journal", value: Double(found.bytes) / 1e6, unit: "MB"),
      .init(
        name: "a million records to state", value: replay * 1e6 / Double(found.records),
        unit: "s (goal 8)"),
      .init(
        name: "processor time of that", value: replaying * 1e6 / Double(found.records), unit: "s"),
      .init(
        name: "a million from a snapshot", value: fast * 1e6 / Double(found.records),
        unit: "s (goal 1.5)"),
      .init(name: "peak memory of the process", value: peakMemory(), unit: "MiB"),
    ]
  }

  /// How long it took by the wall, and how much of all processors. The second is what is left to
  /// compare where others use the machine.
  private static func timed<Value>(
    _ body: () throws -> Value
  ) rethrows -> (Value, wall: Double, processor: Double) {
    let (start, spent) = (ContinuousClock.now, processorTime())
    let value = try body()
    return (
      value, (ContinuousClock.now - start).inSeconds, (processorTime() - spent).inSeconds
    )
  }
}
