import Bytes

extension DeskState {
  func decide(
    _ command: CourseCommand, in incident: Incident, by actor: Actor, at now: Instant
  ) throws(Refusal) -> [Event] {
    if case .changePlaybook(let playbook, let why) = command {
      return try change(to: playbook, why, in: incident, by: actor)
    }
    if case .link(let other, let why) = command {
      return try link(incident, other, why, by: actor)
    }
    return try events(of: command, in: incident, by: actor, at: now)
      .map { .incident(incident.id, .course($0)) }
  }

  private func events(
    of command: CourseCommand, in incident: Incident, by actor: Actor, at now: Instant
  ) throws(Refusal) -> [CourseEvent] {
    let course = incident.course
    if case .review(let summary) = command {
      return [try review(incident, summary, by: actor)]
    }
    try requireRole(actor, anyOf: Self.recordingRoles)
    switch command {
    case .setWarning(let colour, let why):
      guard colour != course.warning?.value else { return [] }
      return [.warningSet(colour, why: try text(why, "why"))]
    case .setResponseLevel(let level, let why):
      guard level != course.responseLevel?.value else { return [] }
      return [.responseLevelSet(level, why: try text(why, "why"))]
    case .tally(let toll, let source):
      return try tally(toll, source, in: incident)
    case .triage(let answers, let why):
      guard !answers.isEmpty else { throw .course(.noTriageAnswer) }
      let why = try text(ifPresent: why, "why")
      let news = answers.filter {
        course.triage[$0.question]?.isYes != $0.isYes || course.triage[$0.question]?.why != why
      }
      return news.isEmpty ? [] : [.triaged(news, why: why)]
    case .nameLead(let unit, let why):
      let unit = try text(unit, "unit", limit: Self.titleLimit)
      guard unit != course.lead?.unit else { return [] }
      return [.leadNamed(unit: unit, why: try text(ifPresent: why, "why"))]
    case .consult(let units, let about, let due):
      return try consult(units, about, due, in: incident, at: now)
    case .reply(let unit, let words):
      return [try reply(unit, words, in: incident)]
    case .decide(let resolution):
      return [try decided(resolution, in: incident)]
    case .addEvidence(let number, let evidence):
      let part = incident.part(.action, number)
      guard let action = incident.action(number) else { throw .record(.unknownPart(part)) }
      guard !action.proofs.contains(where: { $0.evidence.hash == evidence.hash }) else { return [] }
      return [
        .evidenceAdded(
          number,
          Incident.Evidence(
            hash: evidence.hash, name: evidence.name, size: evidence.size,
            note: try text(ifPresent: evidence.note, "note")))
      ]
    case .handPromise(let number, let owner, let how):
      _ = try openPromise(number, in: incident)
      return [
        .promiseHanded(
          number, to: try text(owner, "to", limit: Self.titleLimit),
          how: try text(ifPresent: how, "how"))
      ]
    case .breakPromise(let number, let why):
      _ = try openPromise(number, in: incident)
      return [.promiseBroken(number, why: try text(why, "why"))]
    case .addLesson(let kind, let words, let owner, let due):
      guard due > now else { throw .record(.dueInPast(due)) }
      return [
        .lessonAdded(
          course.lessons.nextNumber(\.number), kind, text: try text(words, "text"),
          owner: try text(owner, "owner", limit: Self.titleLimit), due: due)
      ]
    case .finishLesson(let number, let how, let playbook):
      let part = incident.part(.lesson, number)
      guard let lesson = course.lesson(number) else { throw .record(.unknownPart(part)) }
      guard lesson.done == nil else { throw .record(.alreadyDone(part)) }
      return [.lessonDone(number, how: try text(how, "how"), playbook: playbook)]
    case .review, .changePlaybook, .link: return []
    }
  }

  /// A number that nobody gives stays as it was counted last.
  private func tally(_ toll: Toll, _ source: String, in incident: Incident)
    throws(Refusal) -> [CourseEvent]
  {
    guard !toll.isEmpty else { throw .course(.emptyToll) }
    for number in [toll.dead, toll.missing, toll.injured, toll.loss] {
      if let number, number < 0 { throw .course(.negativeToll(number)) }
    }
    let source = try text(source, "source")
    var whole = incident.course.toll ?? Toll()
    whole.dead = toll.dead ?? whole.dead
    whole.missing = toll.missing ?? whole.missing
    whole.injured = toll.injured ?? whole.injured
    whole.loss = toll.loss ?? whole.loss
    return [.tallied(whole, source: source)]
  }

  private func consult(
    _ units: [String], _ about: String, _ due: Instant?, in incident: Incident, at now: Instant
  ) throws(Refusal) -> [CourseEvent] {
    if let due, due <= now { throw .record(.dueInPast(due)) }
    let about = try text(about, "about")
    var number = incident.course.consultations.nextNumber(\.number)
    var events: [CourseEvent] = []
    for unit in units {
      events.append(
        .consulted(
          number, unit: try text(unit, "unit", limit: Self.titleLimit), about: about, due: due))
      number += 1
    }
    return events
  }

  /// A unit answers what it was asked first and has not answered yet.
  private func reply(_ unit: String, _ words: String, in incident: Incident) throws(Refusal)
    -> CourseEvent
  {
    let asked = incident.course.consultations.filter { $0.unit == unit.trimmed }
    guard !asked.isEmpty else {
      throw .course(
        .notConsulted(unit, asked: incident.course.consultations.map(\.unit)))
    }
    guard let open = asked.first(where: { $0.reply == nil }) else {
      throw .record(.alreadyDone(incident.part(.consultation, asked[asked.count - 1].number)))
    }
    return .replied(open.number, text: try text(words, "reply"))
  }

  private func decided(_ resolution: Incident.Resolution, in incident: Incident) throws(Refusal)
    -> CourseEvent
  {
    var options: [String] = []
    for option in resolution.options { options.append(try text(option, "option")) }
    if options.count == 1 { throw .course(.oneOption) }
    if !options.isEmpty {
      guard let chosen = resolution.chosen, (1...options.count).contains(chosen) else {
        throw .course(.noChoice(options: options.count))
      }
    } else if let chosen = resolution.chosen {
      throw .course(.choiceWithoutOptions(chosen))
    }
    return .decided(
      incident.course.decisions.nextNumber(\.number),
      Incident.Resolution(
        matter: try text(resolution.matter, "text"), options: options, chosen: resolution.chosen,
        why: try text(ifPresent: resolution.why, "why"),
        body: try text(ifPresent: resolution.body, "by")))
  }

  private func openPromise(_ number: Int, in incident: Incident) throws(Refusal)
    -> Incident.Promise
  {
    let part = incident.part(.promise, number)
    guard let promise = incident.promise(number) else { throw .record(.unknownPart(part)) }
    guard promise.isOpen else { throw .record(.alreadyDone(part)) }
    return promise
  }

  /// Both incidents keep it, so that a report of either tells of the other.
  private func link(
    _ incident: Incident, _ other: IncidentID, _ why: String?, by actor: Actor
  ) throws(Refusal) -> [Event] {
    try requireRole(actor, anyOf: Self.recordingRoles)
    guard let second = incidents[other] else { throw .record(.unknownIncident(other)) }
    guard other != incident.id else { throw .course(.linkToItself(other)) }
    let why = try text(ifPresent: why, "why")
    let ends = [(incident, other), (second, incident.id)]
    return ends.filter { end in !end.0.course.links.contains { $0.other == end.1 } }
      .map { .incident($0.0.id, .course(.linked($0.1, why: why))) }
  }

  /// An incident stays with the version that it was opened with until the lead says otherwise.
  private func change(
    to playbook: Playbook, _ why: String, in incident: Incident, by actor: Actor
  ) throws(Refusal) -> [Event] {
    try requireRole(actor, anyOf: [.lead])
    guard playbook.hash != incident.playbook.hash else { return [] }
    guard playbook.kind == incident.opening.kind else {
      throw .record(
        .wrongKind(incident.opening.kind, playbook: playbook.name, itsKind: playbook.kind))
    }
    if playbook.name == incident.playbook.name, playbook.version <= incident.playbook.version {
      throw .course(
        .olderPlaybook(
          playbook.name, version: playbook.version, present: incident.playbook.version))
    }
    // A text in hand, or one that is out, must have a place in what comes after.
    let steps = Set(incident.releases.map(\.step))
    let homeless = steps.filter { playbook.step($0) == nil }.sorted()
    guard homeless.isEmpty else { throw .course(.stepsWithoutPlace(playbook.name, homeless)) }
    let levels = Set(incident.upwardReports.map(\.level))
    let lost = levels.filter { playbook.reportLevel($0) == nil }.sorted()
    guard lost.isEmpty else { throw .course(.levelsWithoutPlace(playbook.name, lost)) }
    let why = try text(why, "why")
    return (playbooks[playbook.hash] == nil ? [.playbookAdopted(playbook)] : [])
      + [.incident(incident.id, .course(.playbookChanged(.init(playbook), why: why)))]
  }

  private func review(_ incident: Incident, _ summary: String?, by actor: Actor) throws(Refusal)
    -> CourseEvent
  {
    try requireRole(actor, anyOf: [.lead])
    switch incident.status {
    case .open, .active, .closing: throw .course(.reviewBeforeClosing(incident.id))
    case .reviewed: throw .course(.reviewedAlready(incident.id))
    case .closed: break
    }
    guard !incident.course.lessons.isEmpty else { throw .course(.noLessons(incident.id)) }
    guard let summary else { throw .record(.emptyText("summary")) }
    return .reviewed(summary: try text(summary, "summary"))
  }
}

extension IncidentCommand {
  /// What outlives the closing: promises, casualties that still change, reports upwards, lessons.
  var mayFollowClosing: Bool {
    switch self {
    case .warn, .withdraw: true
    case .course(let command):
      switch command {
      case .tally, .link, .addEvidence, .handPromise, .breakPromise, .addLesson, .finishLesson,
        .review:
        true
      case .setWarning, .setResponseLevel, .triage, .nameLead, .consult, .reply, .decide,
        .changePlaybook:
        false
      }
    case .enter(let entry):
      switch entry {
      case .keepPromise, .reportUp, .receiveReport: true
      case .correctEventTime, .regrade, .note, .setFact, .retractFact, .addAction, .finishAction,
        .addPromise, .addClaim, .ruleClaim:
        false
      }
    case .review, .publish, .endEmbargo, .answer, .remind, .count, .close: false
    }
  }
}
