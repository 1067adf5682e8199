import Bytes

extension CourseEvent {
  var kind: String {
    switch self {
    case .warningSet: "incident.warning-set"
    case .responseLevelSet: "incident.response-level-set"
    case .tallied: "casualties.counted"
    case .triaged: "incident.triaged"
    case .leadNamed: "unit.lead-named"
    case .consulted: "unit.consulted"
    case .replied: "unit.replied"
    case .linked: "incident.linked"
    case .decided: "decision.taken"
    case .playbookChanged: "incident.playbook-changed"
    case .evidenceAdded: "action.evidence-added"
    case .promiseHanded: "promise.handed"
    case .promiseBroken: "promise.broken"
    case .lessonAdded: "lesson.added"
    case .lessonDone: "lesson.done"
    case .reviewed: "incident.reviewed"
    }
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .warningSet(let colour, let why):
      writer.member("warning", colour.map { .string($0.rawValue) } ?? .null)
      writer.member("why", why)
    case .responseLevelSet(let level, let why):
      writer.member("level", level.map { .string($0.rawValue) } ?? .null)
      writer.member("why", why)
    case .tallied(let toll, let source):
      toll.write(to: &writer)
      writer.member("source", source)
    case .triaged(let answers, let why):
      writer.memberObject("answers") { writer in
        for answer in answers { writer.member(answer.question.rawValue, answer.isYes) }
      }
      writer.member(ifPresent: "why", why)
    case .leadNamed(let unit, let why):
      writer.member("unit", unit)
      writer.member(ifPresent: "why", why)
    case .consulted(let number, let unit, let about, let due):
      writer.part("consultation", .consultation, number)
      writer.member("unit", unit)
      writer.member("about", about)
      writer.member(ifPresent: "due", due)
    case .replied(let number, let text):
      writer.part("consultation", .consultation, number)
      writer.member("text", text)
    case .linked(let other, let why):
      writer.member("other", other.description)
      writer.member(ifPresent: "why", why)
    case .decided(let number, let resolution):
      writer.part("decision", .decision, number)
      resolution.write(to: &writer)
    case .playbookChanged(let reference, let why):
      writer.memberObject("playbook") { reference.write(to: &$0) }
      writer.member("why", why)
    case .evidenceAdded(let number, let evidence):
      writer.part("action", .action, number)
      evidence.write(to: &writer)
    case .promiseHanded(let number, let owner, let how):
      writer.part("promise", .promise, number)
      writer.member("to", owner)
      writer.member(ifPresent: "how", how)
    case .promiseBroken(let number, let why):
      writer.part("promise", .promise, number)
      writer.member("why", why)
    case .lessonAdded(let number, let kind, let text, let owner, let due):
      writer.part("lesson", .lesson, number)
      writer.member("finding", kind.rawValue)
      writer.member("text", text)
      writer.member("owner", owner)
      writer.member("due", due.iso8601)
    case .lessonDone(let number, let how, let playbook):
      writer.part("lesson", .lesson, number)
      writer.member("how", how)
      writer.member(ifPresent: "playbook", playbook?.description)
    case .reviewed(let summary): writer.member("summary", summary)
    }
  }

  /// Nil for a kind that is none of these.
  static func decoded(_ kind: String, _ fields: inout Fields) throws(FieldFailure) -> CourseEvent? {
    switch kind {
    case "incident.warning-set":
      let isNull = try fields.json("warning").isNull
      return .warningSet(isNull ? nil : try fields.choice("warning"), why: try fields.text("why"))
    case "incident.response-level-set":
      let isNull = try fields.json("level").isNull
      return .responseLevelSet(
        isNull ? nil : try fields.choice("level"), why: try fields.text("why"))
    case "casualties.counted":
      return .tallied(try Toll(&fields), source: try fields.text("source"))
    case "incident.triaged":
      return .triaged(try triageAnswers(&fields), why: try fields.text(ifPresent: "why"))
    case "unit.lead-named":
      return .leadNamed(unit: try fields.text("unit"), why: try fields.text(ifPresent: "why"))
    case "unit.consulted":
      return .consulted(
        try fields.part(.consultation, "consultation"), unit: try fields.text("unit"),
        about: try fields.text("about"), due: try fields.instant(ifPresent: "due"))
    case "unit.replied":
      return .replied(
        try fields.part(.consultation, "consultation"), text: try fields.text("text"))
    case "incident.linked":
      let form = Bilingual(zh: "事件编号", en: "an incident's number")
      return .linked(
        try fields.value("other", form) { IncidentID($0) }, why: try fields.text(ifPresent: "why"))
    case "decision.taken":
      return .decided(
        try fields.part(.decision, "decision"), try Incident.Resolution(&fields))
    case "incident.playbook-changed":
      var reference = try fields.fields("playbook")
      return .playbookChanged(
        try Incident.PlaybookReference(&reference), why: try fields.text("why"))
    case "action.evidence-added":
      return .evidenceAdded(try fields.part(.action, "action"), try Incident.Evidence(&fields))
    case "promise.handed":
      return .promiseHanded(
        try fields.part(.promise, "promise"), to: try fields.text("to"),
        how: try fields.text(ifPresent: "how"))
    case "promise.broken":
      return .promiseBroken(try fields.part(.promise, "promise"), why: try fields.text("why"))
    case "lesson.added":
      return .lessonAdded(
        try fields.part(.lesson, "lesson"), try fields.choice("finding"),
        text: try fields.text("text"), owner: try fields.text("owner"),
        due: try fields.instant("due"))
    case "lesson.done":
      return .lessonDone(
        try fields.part(.lesson, "lesson"), how: try fields.text("how"),
        playbook: try fields.value(
          ifPresent: "playbook", Bilingual(same: "accident:4"), { Incident.PlaybookVersion($0) }))
    case "incident.reviewed": return .reviewed(summary: try fields.text("summary"))
    default: return nil
    }
  }

  private static func triageAnswers(_ fields: inout Fields) throws(FieldFailure)
    -> [Incident.TriageAnswer]
  {
    var named = try fields.fields("answers")
    var answers: [Incident.TriageAnswer] = []
    for name in named.names {
      let isYes = try named.flag(ifPresent: name) ?? false
      guard let question = TriageQuestion(rawValue: name) else {
        throw named.failure(
          name, Bilingual(zh: "没有“\(name)”这一问", en: "there is no question '\(name)'"))
      }
      answers.append(Incident.TriageAnswer(question: question, isYes: isYes))
    }
    return answers
  }
}

extension Toll {
  func write(to writer: inout JSONWriter) {
    writer.member(ifPresent: "dead", dead)
    writer.member(ifPresent: "missing", missing)
    writer.member(ifPresent: "injured", injured)
    writer.member(ifPresent: "loss", loss)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    self.init(
      dead: try fields.integer(ifPresent: "dead"),
      missing: try fields.integer(ifPresent: "missing"),
      injured: try fields.integer(ifPresent: "injured"),
      loss: try fields.integer(ifPresent: "loss"))
  }
}

extension Incident.Evidence {
  func write(to writer: inout JSONWriter) {
    writer.member("hash", hash.hex)
    writer.member(ifPresent: "name", name)
    writer.member(ifPresent: "size", size)
    writer.member(ifPresent: "note", note)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    self.init(
      hash: try fields.digest("hash"), name: try fields.text(ifPresent: "name"),
      size: try fields.integer(ifPresent: "size"), note: try fields.text(ifPresent: "note"))
  }
}

extension Incident.Resolution {
  func write(to writer: inout JSONWriter) {
    writer.member("text", matter)
    if !options.isEmpty { writer.member("options", options) }
    writer.member(ifPresent: "chosen", chosen)
    writer.member(ifPresent: "why", why)
    writer.member(ifPresent: "body", body)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    self.init(
      matter: try fields.text("text"), options: try fields.texts(ifPresent: "options") ?? [],
      chosen: try fields.integer(ifPresent: "chosen"), why: try fields.text(ifPresent: "why"),
      body: try fields.text(ifPresent: "body"))
  }
}

extension Incident.PlaybookReference {
  func write(to writer: inout JSONWriter) {
    writer.member("name", name.text)
    writer.member("version", version)
    writer.member("hash", hash.hex)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    self.init(
      name: try fields.name("name"), version: try fields.integer("version"),
      hash: try fields.digest("hash"))
  }
}
