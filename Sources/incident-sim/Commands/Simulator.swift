import Bytes
import Foundation

/// `incident-sim`: the fictional county, which stands in for the world in samples and drills.
@main
struct Simulator {
  static var commands: [any SimCommand.Type] {
    [DrillCommand.self, GenerateCommand.self, FeedCommand.self, CountsCommand.self]
  }

  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    exit(await run(arguments).rawValue)
  }

  private static func run(_ arguments: [String]) async -> ExitCode {
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
      print("usage: incident-sim \(command.name) \(command.usage)\n\n\(command.summary)")
      return .done
    }
    do {
      return try await command.run(Array(arguments.dropFirst()))
    } catch let failure as ToolFailure {
      complain(failure.message)
      return failure.exitCode
    } catch let failure as CountyFailure {
      complain(failure.explanation[operatorLanguage])
      return failure.exitCode
    } catch {
      complain("\(command.name): \(error)")
      return .couldNot
    }
  }

  private static var operatorLanguage: Language {
    ProcessInfo.processInfo.environment["LANG"].flatMap { Language(tag: $0) } ?? .english
  }

  private static var usage: String {
    let lines = commands.map { "  incident-sim \($0.name) \($0.usage)" }
    return (["usage:"] + lines).joined(separator: "\n")
  }

  private static func complain(_ message: String) {
    _ = writeAll(Array("incident-sim: \(message)\n".utf8), to: STDERR_FILENO)
  }
}
