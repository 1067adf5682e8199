/// Why a tool stopped: what was being done, to what, what was wrong, what to do.
package struct ToolFailure: Error {
  package let message: String
  package let exitCode: ExitCode

  package init(_ message: String, _ exitCode: ExitCode = .usage) {
    self.message = message
    self.exitCode = exitCode
  }
}

/// The options of a tool's command line: `--name VALUE` pairs, and flags that take none.
package struct ToolOptions {
  private var values: [String: String] = [:]
  private var flags: Set<String> = []

  package init(
    _ arguments: [String], values valueNames: [String], flags flagNames: [String] = []
  ) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let name = String(argument.drop { $0 == "-" })
      if argument.hasPrefix("--"), flagNames.contains(name) {
        flags.insert(name)
      } else if argument.hasPrefix("--"), valueNames.contains(name) {
        guard let value = rest.popFirst() else { throw ToolFailure("'\(argument)' needs a value") }
        values[name] = value
      } else {
        let known = (valueNames + flagNames).map { "--\($0)" }
        let near = nearest(to: argument, among: known).map { "; did you mean '\($0)'?" } ?? ""
        throw ToolFailure("unknown argument '\(argument)'\(near)")
      }
    }
  }

  package subscript(_ name: String) -> String? { values[name] }

  package func has(_ flag: String) -> Bool { flags.contains(flag) }

  package func required(_ name: String) throws -> String {
    guard let value = values[name] else { throw ToolFailure("'--\(name)' is missing") }
    // An empty name of a file would be the folder that somebody happens to stand in.
    guard !value.isEmpty else { throw ToolFailure("'--\(name)' is empty") }
    return value
  }

  /// A whole number above 0; nil where the option is not given.
  package func count(_ name: String) throws -> Int? {
    guard let text = values[name] else { return nil }
    guard let count = Int(text), count > 0 else {
      throw ToolFailure("'--\(name)' needs a whole number above 0, not '\(text)'")
    }
    return count
  }
}
