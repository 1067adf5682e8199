import Bytes

/// One command of the simulator.
protocol SimCommand {
  static var name: String { get }
  /// What follows the name, as in `--county DIR --seed N`.
  static var usage: String { get }
  /// A sentence or two for `--help`, with an example.
  static var summary: String { get }
  static func run(_ arguments: [String]) async throws -> ExitCode
}

/// Why a command of the simulator stopped: what was being done, to what, what was wrong.
struct SimFailure: Error {
  let message: String
  let exitCode: ExitCode

  init(_ message: String, _ exitCode: ExitCode = .usage) {
    self.message = message
    self.exitCode = exitCode
  }
}
