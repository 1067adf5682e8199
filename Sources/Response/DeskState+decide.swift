package import Bytes

extension DeskState {
  /// The events that `command` would cause now, or why it may not be done.
  ///
  /// No events is an answer too: what was asked for stands already, and nothing need be recorded.
  package func decide(_ command: Command, by actor: Actor, at now: Instant) throws(Refusal)
    -> [Event]
  {
    switch command {
    case .adopt(let registry, let calendar):
      var events: [Event] = registry == self.registry ? [] : [.registryAdopted(registry)]
      if let calendar, calendar != self.calendar { events.append(.calendarAdopted(calendar)) }
      return events
    case .duty(let command): return try decide(command, by: actor, at: now)
    case .raiseAlert(let evidence, let recipients):
      try requireDesk(actor, "alert")
      let id = AlertID(nextDayNumber(alerts.keys.map(\.number), at: now))
      return [.alertRaised(id, evidence)]
        + recipients.map { recipient in
          .deliveryQueued(
            DeliveryOrder(matter: .alert(id), recipient: recipient, channel: .mail))
        }
    case .acknowledgeAlert(let id, let channel):
      return try acknowledge(id, channel, by: actor)
    case .escalate(let id, let people):
      try requireDesk(actor, "escalate")
      guard let alert = alerts[id] else { throw .record(.unknownAlert(id)) }
      guard alert.acknowledged == nil, !isEscalated(id) else { return [] }
      return people.map { person in
        .deliveryQueued(
          DeliveryOrder(matter: .escalation(id), recipient: .person(person), channel: .mail))
      }
    case .open(let opening, let playbook):
      return try open(opening, playbook, by: actor, at: now)
    case .recordAttempt(let id, let outcome):
      try requireDesk(actor, "deliver")
      return try recordAttempt(id, outcome, at: now)
    case .inIncident(let id, let command):
      guard let incident = incidents[id] else { throw .record(.unknownIncident(id)) }
      if !incident.isOpen, !command.mayFollowClosing {
        throw .record(.incidentClosed(id, incident.status))
      }
      return try decide(command, in: incident, by: actor, at: now)
    }
  }

  /// Whether the alert went to the next people already.
  package func isEscalated(_ id: AlertID) -> Bool {
    deliveries.values.contains { $0.order.matter == .escalation(id) }
  }

  private func acknowledge(_ id: AlertID, _ channel: ReplyChannel, by actor: Actor)
    throws(Refusal) -> [Event]
  {
    try requireRole(actor, anyOf: Self.workingRoles)
    guard let alert = alerts[id] else { throw .record(.unknownAlert(id)) }
    if let earlier = alert.acknowledged {
      let by = registry?.title(of: earlier.stamp.actor) ?? Bilingual(same: "?")
      throw .record(.alertAlreadyTaken(id, by: by))
    }
    return [.alertAcknowledged(id, channel)]
  }

  private func open(
    _ opening: Incident.Opening, _ playbook: Playbook, by actor: Actor, at now: Instant
  ) throws(Refusal) -> [Event] {
    try requireRole(actor, anyOf: Self.recordingRoles)
    var opening = opening
    opening.title = try text(opening.title, "title", limit: Self.titleLimit)
    guard opening.kind == playbook.kind else {
      throw .record(
        .wrongKind(opening.kind, playbook: playbook.name, itsKind: playbook.kind))
    }
    if let time = opening.eventTime { try requirePast(time, now) }
    if let alert = opening.alert, alerts[alert] == nil { throw .record(.unknownAlert(alert)) }
    for topic in opening.topics {
      if let other = openIncident(of: topic) {
        throw .record(.topicTaken(topic, by: other.id))
      }
    }
    let year = zone.civil(now).year
    let last = incidents.keys.filter { $0.year == year }.map(\.number).max() ?? 0
    let id = IncidentID(year: year, number: last + 1)
    var events: [Event] = []
    if playbooks[playbook.hash] == nil { events.append(.playbookAdopted(playbook)) }
    events.append(.incident(id, .opened(opening)))
    // Whoever opens a record on an alert has taken the alert.
    if let alert = opening.alert, alerts[alert]?.acknowledged == nil {
      events.append(.alertAcknowledged(alert, .command))
    }
    return events
  }

  private func recordAttempt(
    _ id: DeliveryID, _ outcome: Command.AttemptOutcome, at now: Instant
  ) throws(Refusal) -> [Event] {
    guard let delivery = deliveries[id] else { throw .record(.unknownDelivery(id)) }
    guard delivery.result == nil else { throw .record(.deliveryEnded(id)) }
    let attempt = delivery.attempts + 1
    switch outcome {
    case .delivered(let reply):
      return [.deliveryEnded(id, .delivered(attempt: attempt, reply: reply))]
    case .permanent(let reason):
      return [.deliveryEnded(id, .failed(attempt: attempt, reason: reason))]
    case .temporary(let reason, let isAmbiguous):
      let next = now + RetryRule.delay(after: attempt, of: id)
      guard next - delivery.queued.time <= RetryRule.lifetime else {
        return [.deliveryEnded(id, .failed(attempt: attempt, reason: reason))]
      }
      let delay = DeliveryDelay(
        attempt: attempt, next: next, reason: reason,
        isAmbiguous: isAmbiguous || delivery.delay?.isAmbiguous ?? false)
      return [.deliveryDeferred(id, delay)]
    }
  }

  private func nextDayNumber(_ used: [DayNumber], at now: Instant) -> DayNumber {
    let today = zone.civil(now)
    let last = used.filter { $0.isSameDay(as: today) }.map(\.number).max() ?? 0
    return DayNumber(today, last + 1)
  }
}

// Who may do what, and what a text and a time have to be.
extension DeskState {
  static let recordingRoles: [Role] = [.lead, .approver, .reviewer, .drafter]
  static let draftingRoles: [Role] = recordingRoles + [.expert, .contractor]
  static let publishingRoles: [Role] = [.lead, .approver]
  static let workingRoles: [Role] = recordingRoles + [.expert, .admin]

  static let titleLimit = 200
  static let noteLimit = 20_000
  /// How far a clock elsewhere may be ahead of ours.
  private static let clockTolerance = Duration.minutes(5)

  @discardableResult
  func requireRole(_ actor: Actor, anyOf roles: [Role]) throws(Refusal) -> Person {
    guard let registry else { throw .person(.noRegistry) }
    guard case .person(let name) = actor else { throw .person(.onlyPeople(actor.description)) }
    guard let person = registry.person(name) else { throw .person(.unknownPerson(name)) }
    guard person.has(anyOf: roles) else {
      throw .person(.notPermitted(name, needed: roles))
    }
    return person
  }

  func requireDesk(_ actor: Actor, _ what: String) throws(Refusal) {
    guard actor == .desk else { throw .person(.onlyTheDesk(what)) }
  }

  func requirePast(_ time: Instant, _ now: Instant) throws(Refusal) {
    guard time <= now + Self.clockTolerance else { throw .record(.timeInFuture(time)) }
  }

  func text(_ text: String, _ what: String, limit: Int = noteLimit) throws(Refusal) -> String {
    let trimmed = text.trimmed
    guard !trimmed.isEmpty else { throw .record(.emptyText(what)) }
    guard trimmed.count <= limit else { throw .record(.textTooLong(what, limit: limit)) }
    return trimmed
  }

  func text(ifPresent text: String?, _ what: String) throws(Refusal) -> String? {
    guard let text, !text.trimmed.isEmpty else { return nil }
    return try self.text(text, what)
  }
}

extension String {
  /// Without blanks and line breaks at either end.
  var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
