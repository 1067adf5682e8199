import Bytes

/// What comes back for a request over the socket: the answer, or why there is none.
package enum VerbReply: Sendable {
  case answer(VerbAnswer)
  case problem(VerbProblem)

  package var encoded: [UInt8] {
    JSONWriter.object { writer in
      switch self {
      case .answer(let answer):
        writer.member("text", answer.text)
        writer.member(ifPresent: "question", answer.question)
        writer.name("answer")
        writer.raw(answer.json)
      case .problem(let problem):
        writer.memberObject("problem") { problem.write(to: &$0) }
      }
    }
  }

  package init(_ bytes: [UInt8]) throws {
    var fields = try Fields(try JSONReader.read(bytes))
    if let problem = try fields.fields(ifPresent: "problem") {
      self = .problem(try VerbProblem(problem))
    } else {
      let json = try fields.json("answer")
      self = .answer(
        VerbAnswer(
          text: try fields.text("text"), json: JSONWriter.bytes { $0.value(json) },
          question: try fields.text(ifPresent: "question")))
    }
  }
}
