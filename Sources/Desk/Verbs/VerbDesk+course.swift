import Bytes
import Response

// How grave an incident is, who is asked, what is decided.
extension VerbDesk {
  /// The verbs of this file; the words of each are in `VerbTable+course`.
  func course(_ call: Call) async throws -> VerbAnswer {
    switch call.request.verb {
    case "regrade": return try await regrade(call)
    case "casualties": return try await perform(call, 1...1, tally)
    case "triage": return try await perform(call, 2...7, triage)
    case "consult": return try await consult(call)
    case "link":
      return try await perform(call, 2...2) { (words, call) throws(VerbFailure) in
        .link(try incident(words[1]), why: call.request.value("why"))
      }
    case "decide": return try await perform(call, 2...2, decide)
    default: return try await review(call)
    }
  }

  private func perform(
    _ call: Call, _ count: ClosedRange<Int>,
    _ command: ([String], Call) throws(VerbFailure) -> CourseCommand
  ) async throws -> VerbAnswer {
    let words = try words(call, count)
    let id = try incident(words[0])
    return try await perform(.inIncident(id, .course(try command(words, call))), call)
  }

  /// `regrade ID GRADE`, `regrade ID --warning COLOUR`, `regrade ID --level LEVEL`.
  private func regrade(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...2)
    let id = try incident(words[0])
    let why = try required("why", call)
    var commands: [IncidentCommand] = []
    if words.count == 2 {
      let grade: Grade? = words[1] == "none" ? nil : try choice(words[1], "grade")
      commands.append(.enter(.regrade(grade, why: why)))
    }
    if let word = call.request.value("warning") {
      let colour: WarningColour? = word == "none" ? nil : try choice(word, "warning")
      commands.append(.course(.setWarning(colour, why: why)))
    }
    if let word = call.request.value("level") {
      let level: ResponseLevel? = word == "none" ? nil : try choice(word, "level")
      commands.append(.course(.setResponseLevel(level, why: why)))
    }
    // Three scales are three decisions; each is typed on its own.
    guard commands.count == 1 else { throw usage(call) }
    return try await perform(.inIncident(id, commands[0]), call)
  }

  private func tally(_ words: [String], _ call: Call) throws(VerbFailure) -> CourseCommand {
    .tally(
      Toll(
        dead: try number("dead", call), missing: try number("missing", call),
        injured: try number("injured", call), loss: try number("loss", call)),
      source: try required("source", call))
  }

  private func number(_ option: String, _ call: Call) throws(VerbFailure) -> Int? {
    guard let word = call.request.value(option) else { return nil }
    // 万 is how losses are spoken of.
    let (digits, factor) = word.hasSuffix("万") ? (String(word.dropLast()), 10_000) : (word, 1)
    guard let number = Int(digits), (0...1_000_000_000).contains(number) else {
      throw VerbFailure(
        .usage, zh: "“--\(option)”应为整数，而不是“\(word)”",
        en: "'--\(option)' should be a whole number, not '\(word)'")
    }
    return number * factor
  }

  /// `triage ID emergency=yes misread=no`
  private func triage(_ words: [String], _ call: Call) throws(VerbFailure) -> CourseCommand {
    var answers: [Incident.TriageAnswer] = []
    for word in words.dropFirst() {
      let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, ["yes", "no"].contains(parts[1]) else {
        throw VerbFailure(
          .usage, zh: "“\(word)”应写成 问题=yes 或 问题=no，如 emergency=yes",
          en: "'\(word)' is written QUESTION=yes or QUESTION=no, as emergency=yes")
      }
      answers.append(
        Incident.TriageAnswer(
          question: try choice(parts[0], "question"), isYes: parts[1] == "yes"))
    }
    return .triage(answers, why: call.request.value("why"))
  }

  /// `consult ID UNIT … --about TEXT`, `consult ID UNIT --reply TEXT`, `consult ID UNIT --lead`.
  private func consult(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 2...10)
    let id = try incident(words[0])
    let units = Array(words.dropFirst())
    let request = call.request
    let command: CourseCommand
    switch (request.value("about"), request.value("reply"), request.has("lead")) {
    case (let about?, nil, false):
      command = .consult(
        units: units, about: about,
        due: try request.value("due").map { (word) throws(VerbFailure) in
          try times(call).future(word, option: "due")
        })
    case (nil, let reply?, false) where units.count == 1:
      command = .reply(unit: units[0], text: reply)
    case (nil, nil, true) where units.count == 1:
      command = .nameLead(unit: units[0], why: request.value("why"))
    default: throw usage(call)
    }
    return try await perform(.inIncident(id, .course(command)), call)
  }

  private func decide(_ words: [String], _ call: Call) throws(VerbFailure) -> CourseCommand {
    .decide(
      Incident.Resolution(
        matter: words[1], options: call.request.values("option"),
        chosen: try number("chosen", call), why: call.request.value("why"),
        body: call.request.value("by")))
  }

  /// `review ID helped|hindered TEXT`, `review ID done LESSON`, `review ID finish`.
  private func review(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 2...3)
    let id = try incident(words[0])
    let command: CourseCommand
    switch (words[1], words.count) {
    case ("helped", 3), ("hindered", 3):
      command = .addLesson(
        try choice(words[1], "finding"), text: words[2], owner: try required("owner", call),
        due: try times(call).future(try required("due", call), option: "due"))
    case ("done", 3):
      command = .finishLesson(
        try part(words[2], .lesson, of: id), how: try required("how", call),
        playbook: try call.request.value("playbook").map { (word) throws(VerbFailure) in
          guard let version = Incident.PlaybookVersion(word) else {
            throw VerbFailure(
              .usage, zh: "“--playbook”应写成 名称:版本，如 accident:4，而不是“\(word)”",
              en: "'--playbook' is written NAME:VERSION, as accident:4, not '\(word)'")
          }
          return version
        })
    case ("finish", 2): command = .review(summary: try required("summary", call))
    default: throw usage(call)
    }
    return try await perform(.inIncident(id, .course(command)), call)
  }
}
