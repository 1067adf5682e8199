import Bytes
import Foundation
import Service
import Watch
import Wire

/// What it costs to poll many feeds once with all that belongs to it: asked, unpacked, read, items
/// told apart, kept in the item log and synced; and then once more, when none of them has changed.
///
/// The feeds are served by a process of its own, each on an address of its own, so that the figures
/// are the desk's alone.
struct PollBench: BenchSubject {
  static let name = "poll"
  static let usage = "[--feeds N] [--bytes N] [--at-once N] [--peer COMMAND] [--json]"

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["feeds", "bytes", "at-once", "peer"])
    let feeds = try options.count("feeds") ?? 2000
    let bytes = try options.count("bytes") ?? 10_750
    let atOnce = try options.count("at-once") ?? 50
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
    let alone = try await ReadingAlone.measure(server.feeds(feeds).map(\.url), atOnce: atOnce)
    let rival = try options["peer"].map {
      try PollRival.run($0, atOnce: atOnce, urls: server.feeds(feeds).map(\.url))
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
        .init(name: "200: asked and read alone", value: alone.cold, unit: "s"),
        .init(name: "304: asked alone", value: alone.warm, unit: "s"),
      ] + (rival?.figures(coldTimes.processor, warmTimes.processor, alone) ?? []))
  }
}

/// The processor time of asking and reading the feeds, in seconds, without a desk: nothing is told
/// apart, kept or recorded.
private struct ReadingAlone {
  let cold: Double
  let warm: Double

  static func measure(_ urls: [String], atOnce: Int) async throws -> ReadingAlone {
    var bounds = Fetcher.Bounds()
    bounds.inFlight = atOnce
    let fetcher = Fetcher(bounds: bounds)
    let first = Stopwatch()
    let tags = try await ask(urls.map { ($0, nil) }, fetcher)
    let cold = first.read().processor
    let second = Stopwatch()
    let again = try await ask(Array(zip(urls, tags)), fetcher)
    let warm = second.read().processor
    await fetcher.shutdown()
    guard tags.allSatisfy({ $0 != nil }), again.allSatisfy({ $0 == nil }) else {
      throw ToolFailure("the feeds did not answer with 200 and then with 304", .couldNot)
    }
    return ReadingAlone(cold: cold, warm: warm)
  }

  /// The tag of each new document, in the order of the feeds; nil for one that has not changed.
  private static func ask(
    _ feeds: [(url: String, tag: [UInt8]?)], _ fetcher: Fetcher
  ) async throws -> [[UInt8]?] {
    try await withThrowingTaskGroup(of: (Int, [UInt8]?).self) { group in
      for (number, feed) in feeds.enumerated() {
        group.addTask { (number, try await ask(feed.url, feed.tag, fetcher)) }
      }
      var tags = [[UInt8]?](repeating: nil, count: feeds.count)
      for try await (number, tag) in group { tags[number] = tag }
      return tags
    }
  }

  private static func ask(
    _ url: String, _ tag: [UInt8]?, _ fetcher: Fetcher
  ) async throws -> [UInt8]? {
    var request = FetchRequest(url: url, userAgent: "incident-lab")
    request.addresses = .withLoopback
    request.ifNoneMatch = tag
    request.keepsConnection = false
    let response = try await fetcher.fetch(request)
    guard response.status == 200 else { return nil }
    let document = try readFeed(
      response.body, contentType: response.headers["Content-Type"], url: response.url,
      zone: .universal)
    guard !document.entries.isEmpty else { throw ToolFailure("a feed without items", .couldNot) }
    return response.entityTag
  }
}

/// Another program that asks the same feeds of the same server, once and once more. It reads their
/// addresses and writes one line of JSON.
private struct PollRival {
  let entries: Double
  let cold: Double
  let warm: Double
  let peak: Double

  static func run(_ command: String, atOnce: Int, urls: [String]) throws -> PollRival {
    let list = NSTemporaryDirectory() + "incident-bench-urls-\(UUID().uuidString)"
    try Data(urls.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: list))
    defer { try? FileManager.default.removeItem(atPath: list) }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "\(command) \(atOnce) < '\(list)'"]
    process.standardOutput = output
    try process.run()
    let answer = Array(output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ToolFailure("'\(command)' ended with \(process.terminationStatus)", .couldNot)
    }
    var fields = try Fields(try JSONReader.read(answer))
    func number(_ name: String) throws -> Double {
      guard let number = try fields.number(ifPresent: name), number > 0 else {
        throw ToolFailure("'\(command)' gives no '\(name)'", .couldNot)
      }
      return number
    }
    return PollRival(
      entries: try number("entries"), cold: try number("cold"), warm: try number("warm"),
      peak: try number("peakMiB"))
  }

  /// The rival asks and reads, and keeps nothing: what is like it is what was asked and read alone.
  func figures(
    _ ourCold: Double, _ ourWarm: Double, _ alone: ReadingAlone
  ) -> [BenchReport.Figure] {
    [
      .init(name: "the rival's entries", value: entries, unit: "items"),
      .init(name: "200: the rival's processor time", value: cold, unit: "s"),
      .init(name: "200: ours of that", value: ourCold / cold, unit: "times"),
      .init(name: "200: asked and read alone, of that", value: alone.cold / cold, unit: "times"),
      .init(name: "304: the rival's processor time", value: warm, unit: "s"),
      .init(name: "304: ours of that", value: ourWarm / warm, unit: "times"),
      .init(name: "304: asked alone, of that", value: alone.warm / warm, unit: "times"),
      .init(name: "the rival's peak memory", value: peak, unit: "MiB"),
    ]
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
