package import Bytes

/// Something that somebody has to do in an incident, and until when.
package struct Due: Hashable, Sendable {
  package enum Matter: Hashable, Sendable {
    case clock(ClockReading)
    case update(Playbook.NextUpdate)
    case promise(Int, text: String, owner: String)
    /// The casualties suggest another grade than the one that stands.
    case regrade(GradeTable.Suggestion)
    /// The casualties have changed since the last report upwards.
    case supplement(rule: String)
    /// So many of the classes that must be answered have no yes or no.
    case triage(open: Int)
    case consultation(Int, unit: String, about: String)
    case lesson(Int, text: String, owner: String)
    /// A gate at which a text waits.
    case gate(Int, gate: String)
    case approval(Int)
    case publication(Int)
    case centre(Int, Name)
    /// A message that was given up: the centre has to be reached in another way.
    case undelivered(DeliveryID, Int, Name)
    /// A text that has gone out still says what the fact sheet no longer does.
    case stale(StaleText)
    /// A clock's warning that was given up: the person does not know of it.
    case unwarned(DeliveryID, Name)
  }

  package let matter: Matter
  /// Nil where no rule sets a time.
  package let time: Instant?
  /// Who can do it; empty where it is the desk as a whole.
  package let persons: [Name]
}

extension DeskState {
  /// What is open in an incident: what is due first comes first, what has no time comes last.
  ///
  /// Of one that is closed it is what outlives the closing: promises, lessons, changed casualties.
  package func dues(of incident: Incident, at now: Instant) -> [Due] {
    guard let playbook = playbook(of: incident) else { return [] }
    var dues = outlivingDues(of: incident, at: now)
    if incident.isOpen { dues += openDues(of: incident, playbook, at: now) }
    dues += deadLetters(of: incident.id)
    return dues.enumerated().sorted { left, right in
      (left.element.time ?? .distantFuture, left.offset)
        < (right.element.time ?? .distantFuture, right.offset)
    }.map(\.element)
  }

  private func outlivingDues(of incident: Incident, at now: Instant) -> [Due] {
    var dues = incident.openPromises.map {
      Due(
        matter: .promise($0.number, text: $0.text, owner: $0.keeper), time: $0.due, persons: [])
    }
    if let (since, rule) = supplementDue(of: incident, at: now) {
      dues.append(Due(matter: .supplement(rule: rule), time: since, persons: []))
    }
    dues += incident.course.lessons.filter { $0.done == nil }.map {
      Due(matter: .lesson($0.number, text: $0.text, owner: $0.owner), time: $0.due, persons: [])
    }
    return dues
  }

  private func openDues(of incident: Incident, _ playbook: Playbook, at now: Instant) -> [Due] {
    var dues = presentClocks(of: incident, at: now).filter(\.isOpen)
      .map { Due(matter: .clock($0), time: $0.due, persons: []) }
    if let update = playbook.nextUpdate(of: incident) {
      dues.append(Due(matter: .update(update), time: update.due, persons: []))
    }
    if let suggestion = suggestedGrade(of: incident), let last = incident.course.tallies.last {
      let leads = registry?.people.filter { $0.has(anyOf: Self.recordingRoles) }.map(\.id) ?? []
      dues.append(Due(matter: .regrade(suggestion), time: last.stamp.time, persons: leads))
    }
    let questions = incident.course.openTriage.count
    if questions > 0 { dues.append(Due(matter: .triage(open: questions), time: nil, persons: [])) }
    dues += incident.course.consultations.filter { $0.reply == nil }.map {
      Due(
        matter: .consultation($0.number, unit: $0.unit, about: $0.about), time: $0.due, persons: [])
    }
    for release in incident.releases {
      dues += reviewDues(of: release, playbook, in: incident, at: now)
      dues += release.copies.filter { $0.acknowledged == nil }.map { copy in
        Due(
          matter: .centre(release.number, copy.centre),
          time: acknowledgementDue(copy, incident, playbook), persons: [])
      }
    }
    dues += incident.staleTexts.filter(\.isPublished).map {
      Due(matter: .stale($0), time: $0.since.time, persons: [])
    }
    return dues
  }

  /// Until when a centre should have answered; nil where the playbook sets no time.
  package func acknowledgementDue(
    _ copy: CentreCopy, _ incident: Incident, _ playbook: Playbook
  ) -> Instant? {
    playbook.centres.acknowledgeWithin.period(for: incident.grade)
      .map { copy.sent.time + $0.duration }
  }

  /// The messages that were given up and whose recipient has not been heard of since: whoever asks
  /// for what is to be done is told of each, until the centre answers or the alert is taken.
  package var deadLetters: [Delivery] {
    deliveries.values.filter(isDeadLetter).sorted { $0.id < $1.id }
  }

  private func isDeadLetter(_ delivery: Delivery) -> Bool {
    guard case .failed = delivery.result else { return false }
    switch delivery.order.matter {
    case .alert(let id), .escalation(let id): return alerts[id]?.isWaiting ?? true
    case .release(let part), .reminder(let part), .withdrawal(let part):
      guard case .centre(let centre) = delivery.order.recipient,
        let incident = incidents[part.incident], incident.isOpen
      else { return false }
      // Nobody answers to a withdrawal; only a telephone call ends it.
      if case .withdrawal = delivery.order.matter { return true }
      let copy = incident.release(part.part.number)?.copies.first { $0.centre == centre }
      return copy?.acknowledged == nil
    case .clocks(let id): return incidents[id].map { !$0.isSettled } ?? false
    }
  }

  private func deadLetters(of id: IncidentID) -> [Due] {
    deadLetters.compactMap { delivery in
      switch (delivery.order.matter, delivery.order.recipient) {
      case (.release(let part), .centre(let centre)), (.reminder(let part), .centre(let centre)),
        (.withdrawal(let part), .centre(let centre)):
        guard part.incident == id else { return nil }
        return Due(
          matter: .undelivered(delivery.id, part.part.number, centre), time: delivery.ended,
          persons: [])
      case (.clocks(id), .person(let person)):
        return Due(matter: .unwarned(delivery.id, person), time: delivery.ended, persons: [])
      default: return nil
      }
    }
  }

  private func reviewDues(
    of release: Release, _ playbook: Playbook, in incident: Incident, at now: Instant
  ) -> [Due] {
    guard let stage = playbook.stage(ofStep: release.step), let people = registry?.people else {
      return []
    }
    func others(_ fits: (Person) -> Bool) -> [Name] {
      people.filter { fits($0) && !$0.has(.contractor) && !release.authors.contains($0.id) }
        .map(\.id)
    }
    switch release.status {
    case .published where release.isOverridden:
      // What went out before its gates is still to be read at them.
      return release.openGates(of: release.gates(of: stage)).map { gate in
        Due(
          matter: .gate(release.number, gate: gate), time: release.publication?.stamp.time,
          persons: signers(of: gate, release, in: incident, at: now))
      }
    case .draft, .returned, .published, .withdrawn: return []
    case .embargoed:
      return [
        Due(matter: .publication(release.number), time: release.embargo?.until, persons: [])
      ]
    case .approved:
      return [
        Due(
          matter: .publication(release.number), time: nil,
          persons: people.filter { $0.has(anyOf: Self.publishingRoles) }.map(\.id))
      ]
    case .inReview:
      let within = playbook.laneRule(release.submission?.lane ?? .ordinary).gateWithin
      let time = release.submission.flatMap { submission in
        within.map { submission.stamp.time + $0.duration }
      }
      let open = release.openGates(of: release.gates(of: stage))
      if open.isEmpty {
        return [
          Due(
            matter: .approval(release.number), time: time,
            persons: others { $0.has(stage.approver) })
        ]
      }
      return open.map { gate in
        Due(
          matter: .gate(release.number, gate: gate), time: time,
          persons: signers(of: gate, release, in: incident, at: now))
      }
    }
  }
}

/// When the desk itself has to speak up, and to whom.
package struct NoticePolicy: Hashable, Sendable {
  /// After how long an alert that nobody took goes to the next people; nil for never.
  package var escalateAfter: Duration?
  package var escalateTo: [Name]
  /// Who is warned when a clock comes to a mark.
  package var warnTo: [Name]

  package init(escalateAfter: Duration?, escalateTo: [Name], warnTo: [Name] = []) {
    self.warnTo = warnTo
    self.escalateAfter = escalateAfter
    self.escalateTo = escalateTo
  }
}

extension DeskState {
  /// The commands that the desk's own clockwork has to give now.
  ///
  /// `routes` says how each centre is reached. Each command is decided on like any other: one that
  /// has been carried out meanwhile causes no events.
  package func clockwork(at now: Instant, policy: NoticePolicy, routes: [CentreRoute]) -> [Command]
  {
    var commands: [Command] = []
    if let after = policy.escalateAfter, !policy.escalateTo.isEmpty {
      commands += alerts.values.sorted { $0.id < $1.id }
        .filter {
          $0.isWaiting && now - $0.raised.time >= after && !isEscalated($0.id)
        }
        .map { .escalate($0.id, to: policy.escalateTo) }
    }
    for incident in incidents.values.sorted(by: { $0.id < $1.id }) where !incident.isSettled {
      commands += incident.releases.filter { release in
        release.status == .embargoed && release.embargo.map { $0.until <= now } ?? false
      }.map { .inIncident(incident.id, .endEmbargo($0.number)) }
      guard let playbook = playbook(of: incident) else { continue }
      if incident.isOpen { commands += reminders(incident, playbook, at: now, routes: routes) }
      let warnings = pendingWarnings(of: incident, at: now)
      if !warnings.isEmpty {
        commands.append(
          .inIncident(
            incident.id, .warn(warnings, to: warned(of: warnings, in: incident, at: now, policy))))
      }
    }
    return commands
  }

  /// The desk's own, and the next people once a rule of others is overdue.
  ///
  /// Of targets of the desk's own, which are many and short, the early marks are put on record
  /// without a mail: whoever is told too often reads nothing.
  private func warned(
    of warnings: [ClockWarning], in incident: Incident, at now: Instant, _ policy: NoticePolicy
  ) -> [Name] {
    let soft = Set(warnedMatters(of: incident, at: now).filter(\.isSoft).map(\.clock))
    func isHard(_ warning: ClockWarning) -> Bool { !soft.contains(warning.clock) }
    guard warnings.contains(where: { isHard($0) || $0.mark >= .nineTenths }) else { return [] }
    let isGrave = warnings.contains { $0.mark == .late && isHard($0) }
    let further = isGrave ? policy.escalateTo.filter { !policy.warnTo.contains($0) } : []
    return policy.warnTo + further
  }

  private func reminders(
    _ incident: Incident, _ playbook: Playbook, at now: Instant, routes: [CentreRoute]
  ) -> [Command] {
    guard !playbook.centres.escalation.isEmpty else { return [] }
    var commands: [Command] = []
    for release in incident.releases {
      for copy in release.copies where copy.acknowledged == nil && copy.reminded == nil {
        guard let due = acknowledgementDue(copy, incident, playbook), now > due else { continue }
        let hasMail =
          routes.first { $0.centre == copy.centre }?.channels.contains(.mail) ?? false
        let channels: [DeliveryOrder.Channel] =
          playbook.centres.escalation.contains(.mail) && hasMail ? [.mail] : []
        commands.append(
          .inIncident(
            incident.id,
            .remind(
              release.number, centre: copy.centre, channels: channels,
              phone: playbook.centres.escalation.contains(.phoneTask))))
      }
    }
    return commands
  }

  /// When the clockwork has something to do next, at the earliest; nil if nothing waits.
  package func nextClockwork(after now: Instant, policy: NoticePolicy) -> Instant? {
    var times: [Instant] = []
    if let after = policy.escalateAfter, !policy.escalateTo.isEmpty {
      times += alerts.values.filter { $0.isWaiting && !isEscalated($0.id) }
        .map { $0.raised.time + after }
    }
    for incident in incidents.values where !incident.isSettled {
      times += incident.releases.filter { $0.status == .embargoed }.compactMap(\.embargo?.until)
      if let warning = nextWarning(of: incident, after: now) { times.append(warning) }
      guard incident.isOpen, let playbook = playbook(of: incident),
        !playbook.centres.escalation.isEmpty
      else { continue }
      times += incident.releases.flatMap(\.copies)
        .filter { $0.acknowledged == nil && $0.reminded == nil }
        // Overdue is after the due time, not at it.
        .compactMap { acknowledgementDue($0, incident, playbook).map { $0 + .microseconds(1) } }
    }
    return times.filter { $0 > now }.min()
  }
}
