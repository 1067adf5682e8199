import Bytes
import Foundation
import Wire

/// The daemon's Unix socket, for what the drill itself has to ask. What the people of the desk do
/// goes through the real command.
struct DeskLine: Sendable {
  let socket: String
  let fetcher: Fetcher

  /// Moves the clock and waits until all that is due by then is done.
  func hold(_ time: Instant) async throws {
    let answer = try await ask(
      "drill", ["clock", "hold"], ["at": [time.iso8601], "settle": []])
    guard answer?["settled"]?.boolean == true else {
      throw ToolFailure("the desk did not come to rest at \(time.iso8601)", .couldNot)
    }
  }

  /// Lets the clock run as fast as the wall's.
  func run() async throws {
    _ = try await ask("drill", ["clock", "run"], ["speed": ["1"]])
  }

  /// Whether the daemon answers yet.
  func isUp() async -> Bool {
    (try? await ask("drill", ["clock"], [:])) != nil
  }

  private func ask(_ verb: String, _ words: [String], _ options: [String: [String]]) async throws
    -> JSON?
  {
    var request = FetchRequest(url: "http://desk/api/v1/command", userAgent: "incident-sim")
    request.method = .post
    request.unixSocketPath = socket
    request.limits.total = .seconds(120)
    request.limits.firstByte = .seconds(120)
    request.limits.slowWindow = .seconds(120)
    request.headers.set("Content-Type", "application/json")
    request.body = JSONWriter.object { writer in
      writer.member("verb", verb)
      writer.member("words", words)
      writer.memberObject("options") { writer in
        for (name, values) in options.sorted(by: { $0.key < $1.key }) {
          writer.member(name, values)
        }
      }
      writer.member("lang", "en")
    }
    let json = try JSONReader.read(try await fetcher.fetch(request).body)
    if let problem = json["problem"]?["message"]?["en"]?.string {
      throw ToolFailure("the desk refuses: \(problem)", .refused)
    }
    return json["answer"]
  }
}

/// A program of ours, started as a person would start it.
enum ChildProgram {
  struct Ending: Sendable {
    let status: Int32
    let output: String
    let problems: String
  }

  /// The folder of this program, where its sisters are.
  static var folder: String {
    // The link that /proc keeps is right even where argv[0] is not.
    let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return ((path ?? CommandLine.arguments[0]) as NSString).deletingLastPathComponent
  }

  /// Runs it to its end. Nothing here writes more than a pipe holds to one while the other is read:
  /// each is read on a thread of its own.
  static func run(_ name: String, _ arguments: [String], environment: [String: String]) async throws
    -> Ending
  {
    try await runFile(folder + "/" + name, arguments, environment: environment)
  }

  /// The same for any program.
  static func runFile(
    _ path: String, _ arguments: [String], environment: [String: String]
  ) async throws -> Ending {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "sim.child").async { @Sendable in
        continuation.resume(
          with: Result { try runBlocking(path, arguments, environment: environment) })
      }
    }
  }

  private static func runBlocking(
    _ path: String, _ arguments: [String], environment: [String: String]
  ) throws -> Ending {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = environment
    let output = Pipe()
    let problems = Pipe()
    process.standardOutput = output
    process.standardError = problems
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let reading = DispatchGroup()
    let complaint = Collected()
    DispatchQueue(label: "sim.child.errors").async(group: reading) { @Sendable in
      complaint.take(problems.fileHandleForReading.readDataToEndOfFile())
    }
    let answer = output.fileHandleForReading.readDataToEndOfFile()
    reading.wait()
    process.waitUntilExit()
    return Ending(
      status: process.terminationStatus, output: String(decoding: answer, as: UTF8.self),
      problems: complaint.text)
  }

  /// Written by one thread and read by another after a `DispatchGroup` has joined them.
  private final class Collected: @unchecked Sendable {
    private var data = Data()

    func take(_ data: Data) { self.data = data }

    var text: String { String(decoding: data, as: UTF8.self) }
  }
}

/// The daemon of a drill.
final class DaemonProgram {
  private let process = Process()

  init(_ arguments: [String], log: String, environment: [String: String]) throws {
    guard FileManager.default.createFile(atPath: log, contents: nil),
      let file = FileHandle(forWritingAtPath: log)
    else { throw ToolFailure("cannot write '\(log)'", .couldNot) }
    process.executableURL = URL(fileURLWithPath: ChildProgram.folder + "/incidentd")
    process.arguments = arguments
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = file
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  var isRunning: Bool { process.isRunning }

  var identifier: Int32 { process.processIdentifier }

  /// Asks it to end, and waits; one that does not end is killed. Nil if it had to be.
  func stop() -> Int32? {
    guard process.isRunning else { return process.terminationStatus }
    process.terminate()
    let deadline = ContinuousClock.now + .seconds(20)
    while process.isRunning, ContinuousClock.now < deadline { usleep(10_000) }
    guard process.isRunning else { return process.terminationStatus }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return nil
  }
}
