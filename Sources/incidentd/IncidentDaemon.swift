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
          write: { text in
            // An answer that could not be given is no success.
            if !writeAll(Array(text.utf8), to: STDOUT_FILENO) { exit(ExitCode.couldNot.rawValue) }
          },
          complain: { _ = writeAll(Array($0.utf8), to: STDERR_FILENO) })
        exit(await command.run(["config", "check", "--config", place.configurationFile]).rawValue)
      }
      try await Daemon(place: place, arguments: arguments).run()
    } catch {
      let problem = VerbProblem(error)
      let text = terminalSafe(problem.explanation[language], keepsLines: true)
      _ = writeAll(Array("incidentd: \(text)\n".utf8), to: STDERR_FILENO)
      exit(problem.exitCode.rawValue)
    }
  }
}
