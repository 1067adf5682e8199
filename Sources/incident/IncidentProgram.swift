import Bytes
import Desk
import Foundation

/// `incident`: the desk's command.
@main
struct IncidentProgram {
  static func main() async {
    // A pipe whose reader has gone is no reason to die without a word.
    signal(SIGPIPE, SIG_IGN)
    let command = DeskCommand(
      environment: ProcessInfo.processInfo.environment, isTerminal: isatty(1) == 1,
      write: { text in
        // Whoever reads may have gone; an answer that could not be given is no success.
        if !writeAll(Array(text.utf8), to: STDOUT_FILENO) { exit(ExitCode.couldNot.rawValue) }
      },
      complain: { _ = writeAll(Array($0.utf8), to: STDERR_FILENO) },
      ask: isatty(0) == 1 && isatty(1) == 1 ? { @Sendable in ask($0) } : nil)
    exit(await command.run(Array(CommandLine.arguments.dropFirst())).rawValue)
  }

  private nonisolated static func ask(_ question: String) -> String? {
    _ = writeAll(Array(question.utf8), to: STDOUT_FILENO)
    return readLine()
  }
}
