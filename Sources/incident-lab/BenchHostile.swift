import Bytes
import Foundation
import Service

/// What a feed that means harm costs the desk, and whether the others have to wait for it.
///
/// Each case runs alone beside good feeds for its cost; what these cost by themselves is measured
/// first and taken off. Then all run together, for the others' waiting. The hostile side is a program
/// of its own: `Tests/hostile-feeds.py`.
struct HostileBench: BenchSubject {
  static let name = "hostile"
  static let usage = "--server COMMAND [--seconds N] [--feeds N] [--json]"

  /// No desk may ask more often.
  private static let period = 30
  /// How long all run together: three times of each.
  private static let together = 95

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["server", "seconds", "feeds"])
    guard let command = options["server"] else {
      throw ToolFailure("say who serves: --server 'python3 Tests/hostile-feeds.py'")
    }
    let seconds = try options.count("seconds") ?? 4
    let feeds = try options.count("feeds") ?? 100
    let server = try HostileServer(command)
    // The first run also loads what every later one finds in memory.
    _ = try await cost(of: [], feeds, seconds)
    let alone = try await cost(of: [], feeds, seconds)
    var figures: [BenchReport.Figure] = []
    var (worst, most) = (0.0, 0.0)
    let urls = server.paths.map { "http://127.0.0.1:\(server.port)/\($0)" }
    for (path, url) in zip(server.paths, urls) {
      let cost = try await cost(of: [url], feeds, seconds)
      let processor = max(0, cost.processor - alone.processor)
      let memory = max(0, cost.memory - alone.memory)
      figures += [
        .init(name: "\(path): processor time", value: processor, unit: "s"),
        .init(name: "\(path): memory", value: memory, unit: "MiB"),
      ]
      (worst, most) = (max(worst, processor), max(most, memory))
    }
    let all = try await cost(of: urls, feeds, together)
    figures += [
      .init(name: "processor time, worst", value: worst, unit: "s (goal 2)"),
      .init(name: "memory, worst", value: most, unit: "MiB (goal 64 MB)"),
      .init(name: "all together: others", value: max(0, all.latest), unit: "s late (goal 5)"),
      .init(name: "all together: processor time", value: all.processor, unit: "s"),
    ]
    return BenchReport(
      subject: name,
      input:
        "\(server.paths.count) hostile feeds, one at a time and all together, beside \(feeds) good ones",
      method:
        "\(seconds) s each, less what the good ones cost alone; all for \(together) s, asked every "
        + "\(period) s",
      coresUsed: 2, figures: figures)
  }

  private struct Cost {
    let processor: Double
    /// Above what was held when the case began, in MiB.
    let memory: Double
    let latest: Double
  }

  private static func cost(of urls: [String], _ feeds: Int, _ seconds: Int) async throws -> Cost {
    let good = try PollServerProcess([
      "--feeds", "\(feeds)", "--bytes", "4000", "--period", "\(period)",
    ])
    let folder = try ScratchFolder()
    let hostile = urls.enumerated().map { PollingTrial.Feed(id: "hostile\($0)", url: $1) }
    let trial = try await PollingTrial(
      folder: folder.path, feeds: good.feeds(feeds) + hostile, every: "PT\(period)S", atOnce: 64)
    try ownMemory.forgetPeak()
    let before = try ownMemory.now()
    let watch = Stopwatch()
    let listening = Task { try await trial.listen() }
    try await Task.sleep(for: .seconds(seconds))
    let times = watch.read()
    let seen = try await good.report()
    listening.cancel()
    _ = await listening.result
    try await trial.close()
    return Cost(
      processor: times.processor, memory: try ownMemory.peak() - before, latest: seen.latest)
  }

  private static let ownMemory = OwnMemory()
}

/// What this process holds, in MiB, by the kernel's account (proc(5)).
private struct OwnMemory {
  func now() throws -> Double { try value("VmRSS:") }
  func peak() throws -> Double { try value("VmHWM:") }

  /// The peak counts from here on.
  func forgetPeak() throws {
    try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
  }

  private func value(_ name: String) throws -> Double {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    let words = line?.split(whereSeparator: \.isWhitespace) ?? []
    guard words.count > 1, let kibibytes = Double(words[1]) else {
      throw ToolFailure("/proc/self/status has no \(name)", .couldNot)
    }
    return kibibytes / 1024
  }
}

/// The program that serves what is hostile, ended with the last reference to it.
private final class HostileServer {
  let port: Int
  let paths: [String]
  private let process = Process()
  private let input = Pipe()

  init(_ command: String) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec \(command)"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var bytes: [UInt8] = []
    while !bytes.ends(with: "end\n".utf8) {
      let piece = output.fileHandleForReading.availableData
      guard !piece.isEmpty else { throw ToolFailure("'\(command)' did not start", .couldNot) }
      bytes += piece
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count == 2, words[0] == "port", let port = Int(words[1]) else {
      throw ToolFailure("'\(command)' did not say its port", .couldNot)
    }
    self.port = port
    paths = Array(lines.dropFirst().dropLast())
  }

  deinit {
    // It has ended where this fails.
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

extension Array where Element == UInt8 {
  fileprivate func ends(with end: String.UTF8View) -> Bool {
    suffix(end.count).elementsEqual(end)
  }
}
