import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import incident_sim

/// A desk in a folder of a test's own, run by the real programs over real sockets.
///
/// It is an exercise, so that the clock is held and moved by the test, and one account may act for
/// each person of the desk.
final class ProgramDesk {
  struct Source {
    var id: String
    var url: String
    var tier = "listed"
    var every = "PT5M"
    /// Asked at its interval whatever its habit is and whatever it would like.
    var isUrgent = false

    var line: String {
      "{ id: \"\(id)\", name: \"\(id)\", url: \"\(url)\", owner: \"\(id)\", tier: \"\(tier)\", "
        + "every: \"\(every)\", urgent: \(isUrgent), allow: [\"127.0.0.0/8\"] },"
    }
  }

  static let start = "2026-09-27T06:00:00+08:00"
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  let folder: TemporaryFolder
  private(set) var daemon: DaemonProgram?
  private let fetcher = Fetcher()
  private(set) var now: Instant

  var state: String { folder.path("desk") }
  var configuration: String { state + "/incident.json5" }
  var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment
    environment["INCIDENT_CONFIG"] = configuration
    environment["INCIDENT_STATE"] = nil
    environment["LC_ALL"] = "en_US.UTF-8"
    return environment
  }

  /// Writes the desk's files and makes its journal; the daemon is not started.
  init(
    sources: [Source] = [], mailPort: Int = 9, httpPort: Int = 0, centres: String = "",
    alerts: String = #"to: ["li"]"#, polling: String = "", phrases: String = ""
  ) async throws {
    folder = try TemporaryFolder()
    now = try #require(Instant(iso8601: Self.start))
    try folder.write(
      "desk/incident.json5",
      """
      {
        desk: { name: { "zh-CN": "测试台", en: "Test Desk" }, zone: "Asia/Shanghai", locale: "en" },
        mail: { host: "127.0.0.1", port: \(mailPort), security: "none", from: "desk@lanchuan.example" },
        http: { host: "127.0.0.1", port: \(httpPort), publicURL: "http://127.0.0.1:\(httpPort)" },
        alerts: { \(alerts) },
        relevance: { places: [["石桥", "Shiqiao"], "澜溪"], facilities: ["化工园区"], phrases: [\(phrases)] },
        polling: { userAgent: "desk-test (desk@lanchuan.example)", every: "PT5M", atOnce: 32\(polling) },
        sources: [
      \(sources.map(\.line).joined(separator: "\n"))
        ],
      }
      """)
    let files = FileManager.default
    try files.copyItem(
      atPath: Self.root + "/Samples/county/desk/people.json5", toPath: state + "/people.json5")
    try folder.write("desk/centres.json5", "{ centres: [ \(centres) ] }")
    try files.copyItem(atPath: Self.root + "/Playbooks", toPath: state + "/Playbooks")
    try folder.write("desk/clock.json5", DeskClock.text(of: .held(now)) ?? [])
    let made = try await incident("init", state, "--exercise")
    try #require(made.status == 0, "\(made.problems)")
  }

  deinit { _ = daemon?.stop() }

  // The programs.

  func startDaemon() async throws {
    daemon = try DaemonProgram([], log: folder.path("incidentd.log"), environment: environment)
    let line = DeskLine(socket: state + "/run/socket", fetcher: fetcher)
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline, daemon?.isRunning == true {
      if await line.isUp() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("the daemon does not answer: \(log.suffix(1500))")
  }

  /// Ends it in good order, and gives its exit status.
  func stopDaemon() -> Int32? {
    defer { daemon = nil }
    return daemon?.stop()
  }

  /// Ends it as a power cut would, as far as a program can be ended so.
  func killDaemon() {
    guard let daemon else { return }
    kill(daemon.identifier, SIGKILL)
    while daemon.isRunning { usleep(1000) }
    self.daemon = nil
  }

  func incidentd(_ arguments: String...) async throws -> ChildProgram.Ending {
    try await ChildProgram.run("incidentd", arguments, environment: environment)
  }

  func incident(_ arguments: String...) async throws -> ChildProgram.Ending {
    try await ChildProgram.run("incident", arguments, environment: environment)
  }

  /// A command that has to succeed; gives what it prints.
  @discardableResult
  func run(_ arguments: String..., as person: String = "li") async throws -> String {
    let ending = try await ChildProgram.run(
      "incident", arguments + ["--as", person], environment: environment)
    #expect(ending.status == 0, "\(arguments.joined(separator: " ")): \(ending.problems)")
    return ending.output
  }

  /// A command that has to be refused; gives what it says.
  func refusal(
    _ arguments: String..., as person: String = "li", status: ExitCode = .refused
  ) async throws -> String {
    let ending = try await ChildProgram.run(
      "incident", arguments + ["--as", person], environment: environment)
    #expect(ending.status == status.rawValue, "\(ending.output)\(ending.problems)")
    return ending.problems
  }

  /// Holds the clock so much later, and waits until all that is due by then is done.
  func pass(_ time: Duration) async throws {
    now = now + time
    let line = DeskLine(socket: state + "/run/socket", fetcher: fetcher)
    try await line.hold(now)
  }

  // What there is to see.

  var log: String {
    (try? String(contentsOfFile: folder.path("incidentd.log"), encoding: .utf8)) ?? ""
  }

  /// The lines of the files in a folder of the desk, in the order of their names.
  func lines(_ name: String) throws -> [JSON] {
    let path = state + "/" + name
    let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    return try files.filter { $0.hasSuffix(".jsonl") }.flatMap { file in
      try Array(Data(contentsOf: URL(fileURLWithPath: path + "/" + file)))
        .split(separator: UInt8(ascii: "\n")).map { try JSONReader.read(Array($0)) }
    }
  }

  var items: [JSON] { get throws { try lines("items") } }

  /// The events of the journal, each with its record's number.
  func events(_ kind: String) throws -> [JSON] {
    try lines("journal").flatMap { $0["e"]?.array ?? [] }.filter { $0["k"]?.string == kind }
  }

  func get(_ url: String) async throws -> FetchResponse {
    var request = FetchRequest(url: url, userAgent: "test")
    request.addresses = .withLoopback
    return try await fetcher.fetch(request)
  }

  func post(_ url: String, _ body: String, _ headers: [(String, String)] = []) async throws -> Int {
    var request = FetchRequest(url: url, userAgent: "test")
    request.method = .post
    request.addresses = .withLoopback
    request.body = Array(body.utf8)
    for (name, value) in headers { request.headers.set(name, value) }
    return try await fetcher.fetch(request).status
  }
}
