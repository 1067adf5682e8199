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
