import Bytes
import Foundation

/// `incident-lab`: for the analyst who measures and tunes on recorded material.
@main
struct Lab {
  static var commands: [any LabCommand.Type] {
    [
      ParseCommand.self,
      DatesCommand.self,
    ]
  }

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    exit(run(arguments).rawValue)
  }

  private static func run(_ arguments: [String]) -> ExitCode {
    guard let name = arguments.first, name != "--help", name != "help" else {
      print(usage)
      return arguments.isEmpty ? .usage : .done
    }
    guard let command = commands.first(where: { $0.name == name }) else {
      let near = nearest(to: name, among: commands.map { $0.name })
      let hint = near.map { "; did you mean '\($0)'?" } ?? ""
      complain("unknown command '\(name)'\(hint)\n\(usage)")
      return .usage
    }
    if arguments.dropFirst().contains("--help") {
      print("usage: incident-lab \(command.name) \(command.usage)\n\n\(command.summary)")
      return .done
    }
    do {
      return try command.run(Array(arguments.dropFirst()))
    } catch let failure as LabFailure {
      complain(failure.message)
      return failure.exitCode
    } catch {
      complain("\(command.name): \(error)")
      return .couldNot
    }
  }

  private static var usage: String {
    let lines = commands.map { "  incident-lab \($0.name) \($0.usage)" }
    return (["usage:"] + lines).joined(separator: "\n")
  }
}

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
