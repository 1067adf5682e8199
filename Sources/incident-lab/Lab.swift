import Bytes
import Foundation

/// `incident-lab`: for the analyst who measures and tunes on recorded material.
@main
struct Lab {
  static var commands: [any LabCommand.Type] {
    [
      TopicsCommand.self,
      ParseCommand.self,
      DatesCommand.self,
      BenchCommand.self,
      FuzzCommand.self,
      WriteCommand.self,
    ]
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
      print("usage: incident-lab \(command.name) \(command.usage)\n\n\(command.summary)")
      return .done
    }
    do {
      return try await command.run(Array(arguments.dropFirst()))
    } catch let failure as ToolFailure {
      complain(failure.message)
      return failure.exitCode
    } catch let failure as any Explained {
      complain(failure.explanation.en)
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
