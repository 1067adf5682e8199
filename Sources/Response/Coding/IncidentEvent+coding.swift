import Bytes

extension IncidentEvent {
  var kind: String {
    switch self {
    case .opened: "incident.opened"
    case .eventTimeCorrected: "incident.event-time-corrected"
    case .regraded: "incident.regraded"
    case .noted: "note.added"
    case .factSet: "fact.set"
    case .factRetracted: "fact.retracted"
    case .actionAdded: "action.added"
    case .actionDone: "action.done"
    case .promiseAdded: "promise.added"
    case .promiseKept: "promise.kept"
    case .claimAdded: "claim.added"
    case .claimRuled: "claim.ruled"
    case .reportedUp: "report-up.sent"
    case .reportReceived: "report-up.received"
    case .warned: "clock.warned"
    case .course(let event): event.kind
    case .release(_, let event): event.kind
    case .counted: "incident.counted"
    case .closed: "incident.closed"
    }
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .opened(let opening): opening.write(to: &writer)
    case .eventTimeCorrected(let time, let why):
      writer.member("eventTime", time.iso8601)
      writer.member("why", why)
    case .regraded(let grade, let why):
      writer.member("grade", grade.map { .string($0.rawValue) } ?? .null)
      writer.member("why", why)
    case .noted(let number, let text):
      writer.part("note", .note, number)
      writer.member("text", text)
    case .factSet(let number, let state, let text, let source):
      writer.part("fact", .fact, number)
      writer.member("state", state.rawValue)
      writer.member("text", text)
      writer.member(ifPresent: "source", source)
    case .factRetracted(let number, let why):
      writer.part("fact", .fact, number)
      writer.member("why", why)
    case .actionAdded(let number, let text, let unit, let happened):
      writer.part("action", .action, number)
      writer.member("text", text)
      writer.member(ifPresent: "unit", unit)
      writer.member(ifPresent: "happened", happened)
    case .actionDone(let number, let evidence):
      writer.part("action", .action, number)
      writer.member(ifPresent: "evidence", evidence)
    case .promiseAdded(let number, let text, let owner, let due):
      writer.part("promise", .promise, number)
      writer.member("text", text)
      writer.member("owner", owner)
      writer.member("due", due.iso8601)
    case .promiseKept(let number, let how):
      writer.part("promise", .promise, number)
      writer.member(ifPresent: "how", how)
    case .claimAdded(let number, let text, let type):
      writer.part("claim", .claim, number)
      writer.member("text", text)
      writer.member(ifPresent: "type", type?.rawValue)
    case .claimRuled(let number, let verdict, let evidence):
      writer.part("claim", .claim, number)
      writer.member("verdict", verdict.rawValue)
      writer.member(ifPresent: "evidence", evidence)
    case .reportedUp(let number, let level, let items, let sent):
      writer.part("report", .upwardReport, number)
      writer.member("level", level)
      writer.member("sent", sent.iso8601)
      writer.memberObject("items") { writer in
        for name in items.keys.sorted() { writer.member(ifPresent: name, items[name]) }
      }
    case .reportReceived(let number, let office, let time):
      writer.part("report", .upwardReport, number)
      writer.member(ifPresent: "office", office)
      writer.member("received", time.iso8601)
    case .warned(let warnings):
      writer.memberArray("clocks") { writer in
        for warning in warnings { writer.object { warning.write(to: &$0) } }
      }
    case .course(let event): event.write(to: &writer)
    case .release(let number, let event):
      writer.part("release", .release, number)
      event.write(to: &writer)
    case .counted(let hours):
      writer.memberArray("hours") { writer in
        for hour in hours { writer.object { hour.write(to: &$0) } }
      }
    case .closed(let summary): writer.member(ifPresent: "summary", summary)
    }
  }

  /// Nil for a kind that is not one of an incident's.
  static func decoded(_ kind: String, _ fields: inout Fields) throws(FieldFailure)
    -> IncidentEvent?
  {
    switch kind {
    case "incident.opened": return .opened(try Incident.Opening(&fields))
    case "incident.event-time-corrected":
      return .eventTimeCorrected(try fields.instant("eventTime"), why: try fields.text("why"))
    case "incident.regraded":
      let isNull = try fields.json("grade").isNull
      return .regraded(isNull ? nil : try fields.choice("grade"), why: try fields.text("why"))
    case "incident.counted":
      return .counted(
        try fields.list("hours") { (hour) throws(FieldFailure) in try Incident.HourCount(&hour) })
    case "incident.closed": return .closed(summary: try fields.text(ifPresent: "summary"))
    case "note.added":
      return .noted(try fields.part(.note, "note"), text: try fields.text("text"))
    case "fact.set":
      return .factSet(
        try fields.part(.fact, "fact"), try fields.choice("state"), text: try fields.text("text"),
        source: try fields.text(ifPresent: "source"))
    case "fact.retracted":
      return .factRetracted(try fields.part(.fact, "fact"), why: try fields.text("why"))
    case "action.added":
      return .actionAdded(
        try fields.part(.action, "action"), text: try fields.text("text"),
        unit: try fields.text(ifPresent: "unit"),
        happened: try fields.instant(ifPresent: "happened"))
    case "action.done":
      return .actionDone(
        try fields.part(.action, "action"), evidence: try fields.text(ifPresent: "evidence"))
    case "promise.added":
      return .promiseAdded(
        try fields.part(.promise, "promise"), text: try fields.text("text"),
        owner: try fields.text("owner"), due: try fields.instant("due"))
    case "promise.kept":
      return .promiseKept(
        try fields.part(.promise, "promise"), how: try fields.text(ifPresent: "how"))
    case "claim.added":
      return .claimAdded(
        try fields.part(.claim, "claim"), text: try fields.text("text"),
        type: try fields.choice(ifPresent: "type"))
    case "claim.ruled":
      return .claimRuled(
        try fields.part(.claim, "claim"), try fields.choice("verdict"),
        evidence: try fields.text(ifPresent: "evidence"))
    case "report-up.sent":
      var named = try fields.fields("items")
      var items: [String: String] = [:]
      for name in named.names { items[name] = try named.text(name) }
      return .reportedUp(
        try fields.part(.upwardReport, "report"), level: try fields.text("level"), items: items,
        sent: try fields.instant("sent"))
    case "report-up.received":
      return .reportReceived(
        try fields.part(.upwardReport, "report"), office: try fields.text(ifPresent: "office"),
        at: try fields.instant("received"))
    case "clock.warned":
      return .warned(
        try fields.list("clocks") { (warning) throws(FieldFailure) in try ClockWarning(&warning) })
    default:
      if let event = try CourseEvent.decoded(kind, &fields) { return .course(event) }
      guard let event = try ReleaseEvent.decoded(kind, &fields) else { return nil }
      return .release(try fields.part(.release, "release"), event)
    }
  }
}

extension Incident.Opening {
  func write(to writer: inout JSONWriter) {
    writer.member("title", title)
    writer.member("kind", kind.rawValue)
    writer.member("class", incidentClass.rawValue)
    writer.member(ifPresent: "grade", grade?.rawValue)
    writer.member(ifPresent: "warning", warning?.rawValue)
    writer.member(ifPresent: "responseLevel", responseLevel?.rawValue)
    writer.member(ifPresent: "eventTime", eventTime)
    writer.member(ifPresent: "detected", detected)
    writer.member(ifPresent: "place", place)
    writer.member("topics", topics.map(\.description))
    writer.member(ifPresent: "alert", alert?.description)
    writer.memberObject("playbook") { playbook.write(to: &$0) }
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    title = try fields.text("title")
    kind = try fields.choice("kind")
    incidentClass = try fields.choice("class")
    grade = try fields.choice(ifPresent: "grade")
    warning = try fields.choice(ifPresent: "warning")
    responseLevel = try fields.choice(ifPresent: "responseLevel")
    eventTime = try fields.instant(ifPresent: "eventTime")
    detected = try fields.instant(ifPresent: "detected")
    place = try fields.text(ifPresent: "place")
    var topics: [TopicID] = []
    for text in try fields.texts(ifPresent: "topics") ?? [] {
      guard let topic = TopicID(text) else {
        throw fields.failure("topics", Bilingual(zh: "话题编号", en: "a topic's number"))
      }
      topics.append(topic)
    }
    self.topics = topics
    alert = try fields.alert(ifPresent: "alert")
    var reference = try fields.fields("playbook")
    playbook = try Incident.PlaybookReference(&reference)
  }
}

extension Incident.HourCount {
  func write(to writer: inout JSONWriter) {
    writer.member("topic", topic.description)
    writer.member("hour", hour.iso8601)
    writer.member("posts", posts)
    writer.member(ifPresent: "authors", authors)
    writer.member(ifPresent: "owners", owners)
    writer.member("silentSources", silentSources)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    self.init(
      topic: try fields.topic("topic"), hour: try fields.instant("hour"),
      posts: try fields.integer("posts"), authors: try fields.integer(ifPresent: "authors"),
      owners: try fields.integer(ifPresent: "owners"),
      silentSources: try fields.integer("silentSources"))
  }
}

extension ClockWarning {
  func write(to writer: inout JSONWriter) {
    writer.member("clock", clock)
    writer.member("mark", mark.rawValue)
    writer.member("due", due.iso8601)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    self.init(
      clock: try fields.text("clock"), mark: try fields.choice("mark"),
      due: try fields.instant("due"))
  }
}
