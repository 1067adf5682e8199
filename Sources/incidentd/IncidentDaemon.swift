import Bytes
import Desk
import Foundation
import Service

/// `incidentd`: the daemon.
@main
struct IncidentDaemon {
  static func main() async {
    let environment = ProcessInfo.processInfo.environment
    let language = Language(tag: environment["LC_ALL"] ?? environment["LANG"] ?? "") ?? .english
    do {
      let arguments = try DaemonArguments(Array(CommandLine.arguments.dropFirst()))
      if arguments.wantsHelp {
        print(DaemonArguments.usage[language])
        return
      }
      let place = try arguments.place(environment: environment)
      if arguments.isCheck {
        let command = DeskCommand(
          environment: environment, isTerminal: false,
          write: { FileHandle.standardOutput.write(Data($0.utf8)) },
          complain: { FileHandle.standardError.write(Data($0.utf8)) })
        exit(await command.run(["config", "check", "--config", place.configurationFile]).rawValue)
      }
      try await Daemon(place: place, arguments: arguments).run()
    } catch {
      let problem = VerbProblem(error)
      FileHandle.standardError.write(
        Data("incidentd: \(terminalSafe(problem.explanation[language], keepsLines: true))\n".utf8))
      exit(problem.exitCode.rawValue)
    }
  }
}
