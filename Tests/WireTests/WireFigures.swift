import Foundation
import Testing
import Wire

/// Measures, asserts little. `INCIDENT_FIGURES=1 swift test -c release --filter WireFigures`
@Suite(
  "Figures of the wire",
  .enabled(if: ProcessInfo.processInfo.environment["INCIDENT_FIGURES"] != nil), .serialized)
struct WireFigures {
  private static let answers = HTTPResponse(
    status: 304, headers: ["ETag": "\"v1\"", "Cache-Control": "max-age=60"])

  @Test("warm 304 answers a second, and CPU for each", arguments: [1, 50, 200])
  func notModified(inFlight: Int) async throws {
    let count = 40_000
    let answer = Self.answers
    var limits = HTTPLimits()
    limits.connections = 512
    limits.connectionsPerPeer = 512
    let server = try HTTPServer.start(
      listeners: [.tcp(host: "127.0.0.1", port: 0)], limits: limits
    ) { _ in answer }
    let port = try #require(server.port)
    var bounds = Fetcher.Bounds()
    bounds.inFlight = inFlight
    bounds.waiting = count
    let fetcher = Fetcher(bounds: bounds)
    var request = FetchRequest(url: "http://127.0.0.1:\(port)/feed", userAgent: "figures")
    request.addresses = .withLoopback
    request.ifNoneMatch = Array("\"v1\"".utf8)
    try await run(fetcher, request, 2 * inFlight, width: inFlight)
    let before = Snapshot()
    try await run(fetcher, request, inFlight == 1 ? count / 4 : count, width: 2 * inFlight)
    let after = Snapshot()
    after.report(
      "304, \(inFlight) in flight", since: before, count: inFlight == 1 ? count / 4 : count)
    await fetcher.shutdown()
    await server.stop()
  }

  private func run(_ fetcher: Fetcher, _ request: FetchRequest, _ count: Int, width: Int)
    async throws
  {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for worker in 0..<width {
        let share = count / width + (worker < count % width ? 1 : 0)
        group.addTask {
          var wrong = 0
          for _ in 0..<share where try await fetcher.fetch(request).status != 304 { wrong += 1 }
          return wrong
        }
      }
      for try await wrong in group { #expect(wrong == 0) }
    }
  }

  @Test("HTTP requests a second, for a load generator in another process")
  func requests() async throws {
    guard
      let text = ProcessInfo.processInfo.environment["INCIDENT_FIGURES_SERVE"],
      let seconds = Double(text)
    else { return }
    let server = try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)]) { _ in
      .text("hello world\n")
    }
    print("serving on \(server.port ?? 0) for \(seconds) s")
    let before = Snapshot()
    try await Task.sleep(for: .seconds(seconds))
    Snapshot().report("serving", since: before, count: 1)
    await server.stop()
  }
}

/// CPU time of each thread by its name, wall time, and memory.
private struct Snapshot {
  private var threads: [String: Double] = [:]
  private let wall = ContinuousClock.now

  init() {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    for task in tasks {
      let folder = "/proc/self/task/\(task)/"
      // A thread that ended meanwhile has no figures any more.
      guard let name = try? String(contentsOfFile: folder + "comm", encoding: .utf8),
        let stat = try? String(contentsOfFile: folder + "schedstat", encoding: .utf8),
        let spent = stat.split(separator: " ").first.flatMap({ Double($0) })
      else { continue }
      let key = name.trimmingCharacters(in: .whitespacesAndNewlines)
      threads[key.hasPrefix("wire-") ? key : "pool", default: 0] += spent / 1000
    }
  }

  func report(_ what: String, since before: Snapshot, count: Int) {
    let seconds = before.wall.duration(to: wall) / .seconds(1)
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let memory =
      status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }.map(String.init) ?? ""
    var line = "\(what): \(Int(Double(count) / seconds))/s"
    for (name, spent) in threads.sorted(by: { $0.key < $1.key }) {
      let micro = (spent - (before.threads[name] ?? 0)) / Double(count)
      line += ", \(name) \((micro * 10).rounded() / 10) µs"
    }
    print(line + ", " + memory.replacingOccurrences(of: "\t", with: " "))
  }
}
