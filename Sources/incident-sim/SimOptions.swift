import Bytes
import Foundation

/// The options of a command line: `--name VALUE` pairs, and flags that take none.
struct SimOptions {
  private var values: [String: String] = [:]
  private var flags: Set<String> = []

  init(_ arguments: [String], values valueNames: [String], flags flagNames: [String] = []) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let name = String(argument.drop { $0 == "-" })
      if argument.hasPrefix("--"), flagNames.contains(name) {
        flags.insert(name)
      } else if argument.hasPrefix("--"), valueNames.contains(name) {
        guard let value = rest.popFirst() else { throw SimFailure("'\(argument)' needs a value") }
        values[name] = value
      } else {
        let known = (valueNames + flagNames).map { "--\($0)" }
        let near = nearest(to: argument, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw SimFailure("unknown argument '\(argument)'\(near)")
      }
    }
  }

  subscript(_ name: String) -> String? { values[name] }

  func has(_ flag: String) -> Bool { flags.contains(flag) }

  func required(_ name: String) throws -> String {
    guard let value = values[name] else { throw SimFailure("'--\(name)' is missing") }
    return value
  }

  /// The county that `--county` names.
  func county() throws -> County { try County(folder: try required("county")) }

  /// The seed that `--seed` names; 1 if it names none.
  func seed() throws -> UInt64 {
    guard let text = values["seed"] else { return 1 }
    guard let seed = UInt64(text) else {
      throw SimFailure("'--seed' should be a whole number from 0, not '\(text)'")
    }
    return seed
  }
}

/// Writes to a file, or to standard output for `-`.
func write(_ bytes: [UInt8], to path: String) throws {
  guard path != "-" else {
    try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    return
  }
  do {
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw SimFailure("cannot write '\(path)': \(error.localizedDescription)", .couldNot)
  }
}
