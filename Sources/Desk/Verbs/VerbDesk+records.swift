import Bytes
import Response

// Opening an incident, and what people enter into it.
extension VerbDesk {
  func open(_ call: Call) async throws -> VerbAnswer {
    let title = try words(call, 1...1)[0]
    let playbook = try openingPlaybook(call)
    let topic = try call.request.value("topic").map { (word) throws(VerbFailure) in
      guard let topic = try lettered(word, "T").flatMap({ TopicID($0) }) else {
        throw VerbFailure(
          .usage, zh: "“\(word)”不是话题编号；编号形如 T20261122-003",
          en: "'\(word)' is not a topic's number, which looks like T20261122-003")
      }
      return topic
    }
    let known = try await frontDesk.view { state -> (Instant?, AlertID?) in
      guard let topic else { return (nil, nil) }
      guard let entry = state.topics[topic] else { throw Self.unknownTopic(topic) }
      let alert = state.response.alerts.values.filter { $0.evidence.topic == topic }
        .max { $0.id < $1.id }
      return (alert?.evidence.detected ?? entry.opened, alert?.id)
    }
    let opening = Incident.Opening(
      title: title,
      kind: try call.request.value("kind").map { (word) throws(VerbFailure) in
        try choice(word, "kind")
      } ?? playbook.kind,
      incidentClass: try call.request.value("class").map { (word) throws(VerbFailure) in
        try choice(word, "class")
      } ?? playbook.incidentClass,
      grade: try call.request.value("grade").map { (word) throws(VerbFailure) in
        try choice(word, "grade")
      },
      warning: try call.request.value("warning").map { (word) throws(VerbFailure) in
        try choice(word, "warning")
      },
      responseLevel: try call.request.value("level").map { (word) throws(VerbFailure) in
        try choice(word, "level")
      },
      eventTime: try call.request.value("event-time").map { (word) throws(VerbFailure) in
        try times(call).past(word, option: "event-time")
      },
      detected: known.0, place: call.request.value("place"),
      topics: topic.map { [$0] } ?? [], alert: known.1, playbook: .init(playbook))
    let answer = try await perform(.open(opening, playbook), call)
    let id = try JSONReader.read(answer.json)["events"]?.array?
      .compactMap { $0["incident"]?.string }.first.flatMap { IncidentID($0) }
    guard let id else { return answer }
    let shown = try await frontDesk.view { state in
      state.response.incidents[id].map { incident in
        IncidentText(
          incident: incident, state: state.response, now: call.now, language: call.language
        ).whole
      }
    }
    return VerbAnswer(
      text: Style.strong(call("已登记 \(id)", "opened \(id)")) + "\n\n" + (shown ?? ""),
      json: answer.json)
  }

  static func unknownTopic(_ topic: TopicID) -> VerbFailure {
    VerbFailure(
      .refused, zh: "没有话题 \(topic)；用 incident topic list 查看",
      en: "there is no topic \(topic); see incident topic list")
  }

  /// The one that is named, or the only one for the class that is named.
  private func openingPlaybook(_ call: Call) throws(VerbFailure) -> Playbook {
    if let word = call.request.value("playbook") { return try playbook(named: word) }
    guard let word = call.request.value("class") else {
      return try playbook(named: try required("playbook", call))
    }
    let incidentClass: IncidentClass = try choice(word, "class")
    let fitting = configuration.playbooks.filter { $0.incidentClass == incidentClass }
    guard fitting.count == 1 else {
      let names = (fitting.isEmpty ? configuration.playbooks : fitting).map(\.name.text)
        .joined(separator: ", ")
      throw VerbFailure(
        .usage, zh: "类别“\(word)”对应 \(fitting.count) 个预案；请用 --playbook 指明：\(names)",
        en:
          "\(counted(fitting.count, "playbook")) for the class '\(word)'; name one with --playbook: "
          + names)
    }
    return fitting[0]
  }

  func playbook(named word: String) throws(VerbFailure) -> Playbook {
    let known = configuration.playbooks.map(\.name.text)
    guard !known.isEmpty else {
      throw VerbFailure(
        .configuration, zh: "没有预案；请把 Playbooks 文件夹放在 \(configuration.folder) 中",
        en: "there are no playbooks; put a folder Playbooks into \(configuration.folder)")
    }
    guard let name = Name(word), let playbook = configuration.playbook(name) else {
      let near = nearest(to: word, among: known)
      throw VerbFailure(
        .usage,
        zh: "没有预案“\(word)”" + (near.map { "；是否应为“\($0)”？" } ?? "")
          + "；可用：\(known.joined(separator: ", "))",
        en: "there is no playbook '\(word)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
          + "; known: \(known.joined(separator: ", "))")
    }
    return playbook
  }

  func enter(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 2...4)
    let id = try incident(words[0])
    if let command = try outcome(ofPromise: call, words, id) {
      return try await perform(.inIncident(id, .course(command)), call)
    }
    return try await perform(.inIncident(id, .enter(try entry(call, words, id))), call)
  }

  /// What becomes of a promise besides that it is kept; nil for other words.
  private func outcome(ofPromise call: Call, _ words: [String], _ id: IncidentID)
    throws(VerbFailure) -> CourseCommand?
  {
    guard call.request.verb == "promise", words.count == 3 else { return nil }
    switch words[1] {
    case "hand":
      return .handPromise(
        try part(words[2], .promise, of: id), to: try required("to", call),
        how: call.request.value("how"))
    case "broken":
      return .breakPromise(
        try part(words[2], .promise, of: id), why: try required("why", call))
    default: return nil
    }
  }

  private func entry(_ call: Call, _ words: [String], _ id: IncidentID) throws(VerbFailure)
    -> IncidentCommand.Entry
  {
    let request = call.request
    switch (request.verb, words[1], words.count) {
    case ("note", let text, 2): return .note(text)
    case ("fact", "set", 3):
      return .setFact(
        number: try request.value("fact").map { (word) throws(VerbFailure) in
          try part(word, .fact, of: id)
        },
        try request.value("status").map { (word) throws(VerbFailure) in
          try choice(word, "as")
        } ?? .known, text: words[2], source: request.value("source"))
    case ("fact", "retract", 3):
      return .retractFact(try part(words[2], .fact, of: id), why: try required("why", call))
    case ("action", "add", 3):
      return .addAction(
        text: words[2], unit: request.value("unit"),
        happened: try request.value("at").map { (word) throws(VerbFailure) in
          try times(call).past(word, option: "at")
        })
    case ("action", "done", 3):
      return .finishAction(
        try part(words[2], .action, of: id), evidence: request.value("evidence"))
    case ("promise", "add", 3):
      return .addPromise(
        text: words[2], owner: try required("owner", call),
        due: try times(call).future(try required("due", call), option: "due"))
    case ("promise", "kept", 3):
      return .keepPromise(try part(words[2], .promise, of: id), how: request.value("how"))
    case ("claim", "add", 3):
      return .addClaim(
        text: words[2],
        type: try request.value("type").map { (word) throws(VerbFailure) in
          try choice(word, "type")
        })
    case ("claim", "verdict", 4):
      return .ruleClaim(
        try part(words[2], .claim, of: id), try choice(words[3], "verdict"),
        evidence: request.value("evidence"))
    default:
      throw usage(call)
    }
  }

  func correctEventTime(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 2...2)
    let id = try incident(words[0])
    let time = try times(call).past(words[1], option: "TIME")
    return try await perform(
      .inIncident(id, .enter(.correctEventTime(time, why: try required("why", call)))), call)
  }

  func close(_ call: Call) async throws -> VerbAnswer {
    let id = try incident(try words(call, 1...1)[0])
    return try await perform(
      .inIncident(id, .close(summary: call.request.value("summary"))), call)
  }

  func list(_ call: Call) async throws -> VerbAnswer {
    _ = try words(call, 0...0)
    let all = call.request.has("all")
    return try await frontDesk.view { state in
      let incidents = state.response.incidents.values
        .filter { all || !$0.isSettled }.sorted { $0.id > $1.id }
      let lines = incidents.map {
        IncidentText(
          incident: $0, state: state.response, now: call.now, language: call.language
        ).line
      }
      let none = call("没有进行中的事件", "no incident is open")
      return VerbAnswer((lines.isEmpty ? none : lines.joined(separator: "\n")) + "\n") { writer in
        writer.memberArray("incidents") { writer in
          for incident in incidents {
            writer.object {
              IncidentDocument(incident, in: state.response, at: call.now).write(to: &$0)
            }
          }
        }
      }
    }
  }

  func show(_ call: Call) async throws -> VerbAnswer {
    let word = try words(call, 1...1)[0]
    if let short = PartID(word)?.part ?? PartNumber(word), short.kind == .release {
      return try await showRelease(try await part(word, .release, call), call)
    }
    let id = try incident(word)
    return try await frontDesk.view { state in
      guard let incident = state.response.incidents[id] else {
        throw Refusal.record(.unknownIncident(id))
      }
      let text = IncidentText(
        incident: incident, state: state.response, now: call.now, language: call.language)
      return VerbAnswer(text.whole) {
        IncidentDocument(incident, in: state.response, at: call.now).write(to: &$0)
      }
    }
  }

  func report(_ call: Call) async throws -> VerbAnswer {
    let id = try incident(try words(call, 1...1)[0])
    let format: ReportFormat =
      try call.request.value("format").map { (word) throws(VerbFailure) in
        try choice(word, "format")
      } ?? .markdown
    let records = try await frontDesk.records(of: id)
    guard
      let report = Report(
        of: id, records: records, isExercise: frontDesk.isExercise, journal: frontDesk.journalID)
    else { throw Refusal.record(.unknownIncident(id)) }
    let text =
      switch format {
      case .markdown: report.markdown(in: call.language)
      case .html: report.html(in: call.language)
      case .json: String(decoding: report.json, as: UTF8.self) + "\n"
      }
    return VerbAnswer(text: text, json: report.json)
  }
}

private enum ReportFormat: String, CaseIterable {
  case html
  case markdown = "md"
  case json
}
