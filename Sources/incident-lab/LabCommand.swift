import Bytes
import Foundation

/// One command of the lab.
protocol LabCommand {
  static var name: String { get }
  /// What follows the name, as in `--in FILE --out FILE`.
  static var usage: String { get }
  /// A sentence or two for `--help`, with an example.
  static var summary: String { get }
  static func run(_ arguments: [String]) throws -> ExitCode
}

/// Why a command of the lab stopped: what was being done, to what, what was wrong, what to do.
struct LabFailure: Error {
  let message: String
  let exitCode: ExitCode

  init(_ message: String, _ exitCode: ExitCode = .usage) {
    self.message = message
    self.exitCode = exitCode
  }
}

func complain(_ message: String) {
  FileHandle.standardError.write(Data("incident-lab: \(message)\n".utf8))
}

/// The options of a command line: `--name VALUE` pairs, and flags that take none.
struct LabOptions {
  private var values: [String: String] = [:]
  private var flags: Set<String> = []

  init(_ arguments: [String], values valueNames: [String], flags flagNames: [String] = []) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let name = String(argument.drop { $0 == "-" })
      if argument.hasPrefix("--"), flagNames.contains(name) {
        flags.insert(name)
      } else if argument.hasPrefix("--"), valueNames.contains(name) {
        guard let value = rest.popFirst() else { throw LabFailure("'\(argument)' needs a value") }
        values[name] = value
      } else {
        let known = (valueNames + flagNames).map { "--\($0)" }
        let near = nearest(to: argument, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw LabFailure("unknown argument '\(argument)'\(near)")
      }
    }
  }

  subscript(_ name: String) -> String? { values[name] }

  func has(_ flag: String) -> Bool { flags.contains(flag) }

  func required(_ name: String) throws -> String {
    guard let value = values[name] else { throw LabFailure("'--\(name)' is missing") }
    return value
  }
}
