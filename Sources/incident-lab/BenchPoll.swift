import Bytes
import Wire

/// Conditional requests a second through the fetcher, all answered with 304 by a server of our own
/// on loopback: what a warm poll costs both ends together.
struct PollBench: BenchSubject {
  static let name = "poll"
  static let usage = "[--requests N] [--in-flight N] [--json]"

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["requests", "in-flight"])
    let requests = try options.count("requests") ?? 40_000
    let inFlight = try options.count("in-flight") ?? 50
    let answer = HTTPResponse(
      status: 304, headers: ["ETag": "\"v1\"", "Cache-Control": "max-age=60"])
    var limits = HTTPLimits()
    limits.connections = 2 * inFlight
    limits.connectionsPerPeer = 2 * inFlight
    let server = try HTTPServer.start(
      listeners: [.tcp(host: "127.0.0.1", port: 0)], limits: limits
    ) { _ in answer }
    guard let port = server.port else { throw ToolFailure("no port on loopback", .couldNot) }
    var bounds = Fetcher.Bounds()
    bounds.inFlight = inFlight
    bounds.waiting = requests
    let fetcher = Fetcher(bounds: bounds)
    var request = FetchRequest(url: "http://127.0.0.1:\(port)/feed", userAgent: "incident-lab")
    request.addresses = .withLoopback
    request.ifNoneMatch = Array("\"v1\"".utf8)

    // The first ones open the connections.
    try await run(fetcher, request, 2 * inFlight, width: inFlight)
    let (wall, processor) = (ContinuousClock.now, processorTime())
    try await run(fetcher, request, requests, width: inFlight)
    let elapsed = (ContinuousClock.now - wall).inSeconds
    let spent = (processorTime() - processor).inSeconds
    await fetcher.shutdown()
    await server.stop()
    return BenchReport(
      subject: name, input: "\(requests) requests, \(inFlight) in flight, each answered with 304",
      method: "one run over open connections; fetcher and server in this process",
      coresUsed: 2,
      figures: [
        .init(name: "answers a second", value: Double(requests) / elapsed, unit: "answers/s"),
        .init(
          name: "processor time for one, both ends", value: spent / Double(requests) * 1e6,
          unit: "µs"),
        .init(name: "peak memory of the process", value: peakMemory(), unit: "MiB"),
      ])
  }

  private static func run(
    _ fetcher: Fetcher, _ request: FetchRequest, _ count: Int, width: Int
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<width {
        let share = count / width + (worker < count % width ? 1 : 0)
        group.addTask {
          for _ in 0..<share {
            let status = try await fetcher.fetch(request).status
            guard status == 304 else {
              throw ToolFailure("an answer has the status \(status)", .couldNot)
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
