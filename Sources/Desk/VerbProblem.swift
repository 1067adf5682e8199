package import Bytes

/// Any problem, in the form in which it crosses the socket and `--json` prints it.
package struct VerbProblem: Explained, Hashable {
  package let code: String
  package let explanation: Bilingual
  package let exitCode: ExitCode

  package init(code: String, explanation: Bilingual, exitCode: ExitCode) {
    self.code = code
    self.explanation = explanation
    self.exitCode = exitCode
  }

  /// What an error says of itself; one that says nothing is a fault of this program.
  package init(_ error: any Error) {
    if let problem = error as? VerbProblem {
      self = problem
    } else if let refusal = error as? any CodedRefusal {
      self.init(
        code: refusal.code, explanation: refusal.explanation, exitCode: refusal.exitCode)
    } else if let explained = error as? any Explained {
      let code = String(describing: error).prefix { $0.isLetter || $0.isNumber }
      self.init(
        code: code.isEmpty ? "problem" : String(code), explanation: explained.explanation,
        exitCode: explained.exitCode)
    } else {
      self.init(
        code: "fault", explanation: Bilingual(same: terminalSafe("\(error)")), exitCode: .fault)
    }
  }

  func write(to writer: inout JSONWriter) {
    writer.member("code", code)
    writer.member("message", explanation)
    writer.member("exit", Int(exitCode.rawValue))
  }

  init(_ fields: Fields) throws(FieldFailure) {
    var fields = fields
    code = try fields.text("code")
    explanation = try fields.bilingual("message")
    let exit = try fields.integer("exit")
    exitCode = Int32(exactly: exit).flatMap { ExitCode(rawValue: $0) } ?? .fault
  }
}

/// A refusal with a word for programs.
package protocol CodedRefusal: Explained {
  var code: String { get }
}
