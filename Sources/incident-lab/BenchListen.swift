import Bytes
import Foundation
import Service

/// Whether a desk of many feeds keeps its word: each asked once a period on the wall's clock, though
/// some of them are silent, slow, broken or pages.
///
/// On time is a poll that the server sees no later than five seconds after the latest moment that the
/// period with its tenth of jitter allows; and the first one within a period. The server counts.
struct ListenBench: BenchSubject {
  static let name = "listen"
  static let usage =
    "[--feeds N] [--minutes N] [--period SECONDS] [--bad SHARE] [--at-once N] [--bytes N] [--json]"

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(
      arguments, values: ["feeds", "minutes", "period", "bad", "at-once", "bytes"])
    let feeds = try options.count("feeds") ?? 10_000
    let minutes = try options.count("minutes") ?? 10
    let period = try options.count("period") ?? 60
    let atOnce = try options.count("at-once") ?? 256
    let bytes = try options.count("bytes") ?? 4000
    let bad = options["bad"] ?? "0.05"
    let server = try PollServerProcess([
      "--feeds", "\(feeds)", "--bytes", "\(bytes)", "--bad", bad, "--period", "\(period)",
    ])
    let folder = try ScratchFolder()
    let trial = try await PollingTrial(
      folder: folder.path, feeds: server.feeds(feeds), every: "PT\(period)S", atOnce: atOnce)
    let watch = Stopwatch()
    let listening = Task { try await trial.listen() }
    var descriptors = 0
    let end = ContinuousClock.now + .minutes(minutes)
    while ContinuousClock.now < end {
      descriptors = max(descriptors, openDescriptors())
      try await Task.sleep(for: .milliseconds(500))
    }
    let times = watch.read()
    let figures = await trial.figures
    let seen = try await server.report()
    listening.cancel()
    _ = await listening.result
    let peak = peakMemory()
    try await trial.close()
    return BenchReport(
      subject: name,
      input: "\(feeds) feeds, each asked every \(period) s for \(minutes) min, \(bad) of them bad: "
        + "silent, slow, broken, pages",
      method:
        "the daemon's poller on the wall's clock; the server, a process apart, times the polls",
      coresUsed: 2,
      figures: [
        .init(name: "good polls on time", value: seen.onTime * 100, unit: "%"),
        .init(name: "good feeds never late", value: seen.neverLate * 100, unit: "%"),
        .init(name: "latest good poll", value: seen.latest, unit: "s behind"),
        .init(name: "polls", value: Double(figures.polls), unit: "polls"),
        .init(name: "polls a second", value: Double(figures.polls) / times.wall, unit: "polls/s"),
        .init(name: "items", value: Double(figures.items), unit: "items"),
        .init(name: "processors busy", value: times.processor / times.wall, unit: "cores"),
        .init(name: "open descriptors, most", value: Double(descriptors), unit: "descriptors"),
        .init(name: "peak memory of the process", value: peak, unit: "MiB"),
      ])
  }

  private static func openDescriptors() -> Int {
    // Gone for a moment only if the system is; then nothing is counted.
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
  }
}
