package import Bytes

extension DeskState {
  func decide(
    _ command: IncidentCommand, in incident: Incident, by actor: Actor, at now: Instant
  ) throws(Refusal) -> [Event] {
    let events: [IncidentEvent]
    switch command {
    case .enter(let entry):
      try requireRole(actor, anyOf: Self.recordingRoles)
      events = [try enter(entry, in: incident, at: now)]
    case .course(let command):
      return try decide(command, in: incident, by: actor, at: now)
    case .review(let step): events = try review(step, in: incident, by: actor, at: now)
    case .publish(let number, let routes, let terms):
      return try publish(number, routes, terms, in: incident, by: actor, at: now)
    case .endEmbargo(let number):
      try requireDesk(actor, "publish")
      events = try endEmbargo(number, in: incident, at: now)
    case .withdraw(let number, let why, let routes):
      return try withdraw(number, why, routes, in: incident, by: actor)
    case .answer(let number, let centre, let answer, let reply):
      events = try take(answer, reply, of: centre, to: number, in: incident, by: actor)
    case .remind(let number, let centre, let channels, let phone):
      try requireDesk(actor, "remind")
      return try remind(number, centre, channels, phone: phone, in: incident)
    case .warn(let warnings, let people):
      try requireDesk(actor, "warn")
      return warn(warnings, people, in: incident)
    case .count(let hours):
      try requireDesk(actor, "count")
      let news = hours.filter { !incident.counts.contains($0) }
      events = news.isEmpty ? [] : [.counted(news)]
    case .close(let summary):
      events = [try close(incident, summary, by: actor)]
    }
    return events.map { .incident(incident.id, $0) }
  }

  /// What a person enters into the record: one entry, one event.
  private func enter(_ entry: IncidentCommand.Entry, in incident: Incident, at now: Instant)
    throws(Refusal) -> IncidentEvent
  {
    switch entry {
    case .correctEventTime(let time, let why):
      try requirePast(time, now)
      return .eventTimeCorrected(time, why: try text(why, "why"))
    case .regrade(let grade, let why):
      return .regraded(grade, why: try text(why, "why"))
    case .note(let note):
      return .noted(incident.notes.nextNumber(\.number), text: try text(note, "text"))
    case .setFact(let number, let state, let statement, let source):
      if let number, incident.fact(number) == nil {
        throw .record(.unknownPart(incident.part(.fact, number)))
      }
      return .factSet(
        number ?? incident.facts.nextNumber(\.number), state, text: try text(statement, "text"),
        source: try text(ifPresent: source, "source"))
    case .retractFact(let number, let why):
      guard let fact = incident.fact(number) else {
        throw .record(.unknownPart(incident.part(.fact, number)))
      }
      guard fact.retracted == nil else {
        throw .record(.alreadyDone(incident.part(.fact, number)))
      }
      return .factRetracted(number, why: try text(why, "why"))
    case .addAction(let action, let unit, let happened):
      if let happened { try requirePast(happened, now) }
      return .actionAdded(
        incident.actions.nextNumber(\.number), text: try text(action, "text"),
        unit: try text(ifPresent: unit, "unit"), happened: happened)
    case .finishAction(let number, let evidence):
      guard let action = incident.action(number) else {
        throw .record(.unknownPart(incident.part(.action, number)))
      }
      guard action.done == nil else {
        throw .record(.alreadyDone(incident.part(.action, number)))
      }
      return .actionDone(number, evidence: try text(ifPresent: evidence, "evidence"))
    case .addPromise(let promise, let owner, let due):
      guard due > now else { throw .record(.dueInPast(due)) }
      return .promiseAdded(
        incident.promises.nextNumber(\.number), text: try text(promise, "text"),
        owner: try text(owner, "owner", limit: Self.titleLimit), due: due)
    case .keepPromise(let number, let how):
      guard let promise = incident.promise(number) else {
        throw .record(.unknownPart(incident.part(.promise, number)))
      }
      guard promise.isOpen else {
        throw .record(.alreadyDone(incident.part(.promise, number)))
      }
      return .promiseKept(number, how: try text(ifPresent: how, "how"))
    case .addClaim(let claim, let type):
      return .claimAdded(
        incident.claims.nextNumber(\.number), text: try text(claim, "text"), type: type)
    case .ruleClaim(let number, let verdict, let evidence):
      guard incident.claim(number) != nil else {
        throw .record(.unknownPart(incident.part(.claim, number)))
      }
      return .claimRuled(number, verdict, evidence: try text(ifPresent: evidence, "evidence"))
    case .reportUp(let level, let items, let sent):
      return try reportUp(level, items, sent, in: incident, at: now)
    case .receiveReport(let number, let office, let time):
      let part = incident.part(.upwardReport, number)
      guard let report = incident.upwardReport(number) else { throw .record(.unknownPart(part)) }
      guard report.receipt == nil else { throw .record(.alreadyDone(part)) }
      try requirePast(time, now)
      guard time >= report.sent else {
        throw .record(.receiptBeforeReport(part, sent: report.sent))
      }
      return .reportReceived(number, office: try text(ifPresent: office, "by"), at: time)
    }
  }

  private func reportUp(
    _ level: String, _ items: [String: String], _ sent: Instant, in incident: Incident,
    at now: Instant
  ) throws(Refusal) -> IncidentEvent {
    guard let rule = playbook(of: incident)?.reports else {
      throw .record(.noReportChain(incident.playbook.name))
    }
    let known = rule.levels.map(\.id)
    guard known.contains(level) else { throw .record(.unknownLevel(level, known: known)) }
    try requirePast(sent, now)
    var said: [String: String] = [:]
    for (name, item) in items {
      guard rule.needs.contains(name) else {
        throw .record(.unknownReportItem(name, known: rule.needs))
      }
      said[name] = try text(ifPresent: item, name)
    }
    let missing = rule.needs.filter { said[$0] == nil }
    guard missing.isEmpty else { throw .record(.reportLacks(missing)) }
    return .reportedUp(
      incident.upwardReports.nextNumber(\.number), level: level, items: said, sent: sent)
  }

  private func close(_ incident: Incident, _ summary: String?, by actor: Actor) throws(Refusal)
    -> IncidentEvent
  {
    try requireRole(actor, anyOf: [.lead])
    let required = playbook(of: incident)?.stages.filter(\.isRequired) ?? []
    let missing = required.flatMap(\.steps).map(\.name).filter { step in
      !incident.published(step).contains(where: \.isInForce)
    }
    guard missing.isEmpty else { throw .record(.closingMissing(missing)) }
    // A promise outlives the closing only in somebody's hands.
    let open = incident.openPromises.filter(\.handed.isEmpty)
    guard open.isEmpty else {
      throw .record(.promisesOpen(open.map { incident.part(.promise, $0.number) }))
    }
    return .closed(summary: try text(ifPresent: summary, "summary"))
  }
}

extension Incident {
  package func part(_ kind: PartNumber.Kind, _ number: Int) -> PartID {
    PartID(id, PartNumber(kind, number))
  }
}

extension Array {
  /// Parts are numbered in the order in which they stand.
  func nextNumber(_ number: (Element) -> Int) -> Int { (last.map(number) ?? 0) + 1 }
}
