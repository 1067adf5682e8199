import Bytes
import Foundation

/// One command of the lab.
protocol LabCommand {
  static var name: String { get }
  /// What follows the name, as in `--in FILE --out FILE`.
  static var usage: String { get }
  /// A sentence or two for `--help`, with an example.
  static var summary: String { get }
  static func run(_ arguments: [String]) async throws -> ExitCode
}

func complain(_ message: String) {
  _ = writeAll(Array("incident-lab: \(message)\n".utf8), to: STDERR_FILENO)
}
