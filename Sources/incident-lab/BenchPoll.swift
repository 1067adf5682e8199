import Bytes
import Foundation
import Service

/// What it costs to poll many feeds once with all that belongs to it: asked, unpacked, read, items
/// told apart, kept in the item log and synced; and then once more, when none of them has changed.
///
/// The feeds are served by a process of its own, each on an address of its own, so that the figures
/// are the desk's alone.
struct PollBench: BenchSubject {
  static let name = "poll"
  static let usage = "[--feeds N] [--bytes N] [--at-once N] [--json]"

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["feeds", "bytes", "at-once"])
    let feeds = try options.count("feeds") ?? 2000
    let bytes = try options.count("bytes") ?? 10_750
    let atOnce = try options.count("at-once") ?? 64
    let server = try PollServerProcess(["--feeds", "\(feeds)", "--bytes", "\(bytes)"])
    let folder = try ScratchFolder()
    let trial = try await PollingTrial(
      folder: folder.path, feeds: server.feeds(feeds), every: "PT1H", atOnce: atOnce)

    let idle = peakMemory()
    let cold = Stopwatch()
    let listening = Task { try await trial.listen() }
    try await trial.settle()
    let coldTimes = cold.read()
    let items = await trial.figures.items
    // A host is asked no sooner than a second after the last time.
    try await Task.sleep(for: .seconds(1.5))
    let warm = Stopwatch()
    try await trial.pollAll()
    let warmTimes = warm.read()
    let figures = await trial.figures
    let peak = peakMemory()
    listening.cancel()
    _ = await listening.result
    try await trial.close()
    guard figures.unheard == 0, figures.polls == 2 * feeds else {
      throw ToolFailure(
        "\(figures.unheard) of \(feeds) feeds were not heard, \(figures.polls) polls", .couldNot)
    }
    return BenchReport(
      subject: name,
      input:
        "\(feeds) feeds of about \(bytes) bytes, \(items) items in all, each on a host of its own",
      method:
        "the daemon's poller with journal and item log; each feed once with 200, once with 304",
      coresUsed: 2,
      figures: [
        .init(name: "200: processor time", value: coldTimes.processor, unit: "s"),
        .init(name: "200: wall time", value: coldTimes.wall, unit: "s"),
        .init(name: "200: feeds a second", value: Double(feeds) / coldTimes.wall, unit: "feeds/s"),
        .init(name: "304: processor time", value: warmTimes.processor, unit: "s"),
        .init(name: "304: wall time", value: warmTimes.wall, unit: "s"),
        .init(name: "304: feeds a second", value: Double(feeds) / warmTimes.wall, unit: "feeds/s"),
        .init(name: "memory before the first poll", value: idle, unit: "MiB"),
        .init(name: "peak memory of the process", value: peak, unit: "MiB"),
      ])
  }
}

/// Time on the wall and on processors since it was made.
struct Stopwatch {
  private let wall = ContinuousClock.now
  private let processor = processorTime()

  func read() -> (wall: Double, processor: Double) {
    ((ContinuousClock.now - wall).inSeconds, (processorTime() - processor).inSeconds)
  }
}

/// A folder for the time of a bench.
final class ScratchFolder {
  let path = NSTemporaryDirectory() + "incident-bench-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit {
    // The system clears its temporary folder by itself.
    try? FileManager.default.removeItem(atPath: path)
  }
}
