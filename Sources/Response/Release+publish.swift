import Bytes

// How a text goes out, at once or at a joint hour, and how it is taken back.
extension DeskState {
  /// How many people with the right to approve have to agree to let a text out before its gates.
  static let overrideApprovers = 2

  func publish(
    _ number: Int, _ routes: [CentreRoute], _ terms: PublicationTerms, in incident: Incident,
    by actor: Actor, at now: Instant
  ) throws(Refusal) -> [Event] {
    try requireRole(actor, anyOf: Self.publishingRoles)
    let release = try unpublished(number, in: incident)
    let part = incident.part(.release, number)
    let stage = try stage(ofStep: release.step, in: incident)
    guard let approval = release.approval else {
      if let approved = release.voided.last?.approval {
        throw .text(.textChanged(part, approved: approved.hash, now: release.hash))
      }
      throw .text(
        .notApproved(part, openGates: release.openGates(of: release.gates(of: stage))))
    }
    // An edit takes the approval away, so that this can only be a fault in this program.
    precondition(approval.hash == release.hash, "an approval is bound to its text")
    let before = stage.after.filter { incident.published($0).isEmpty }
    guard before.isEmpty else { throw .text(.stepsBefore(part, before)) }
    let explanation = try text(ifPresent: terms.explanation, "explain")
    let conflicts = explanation == nil ? incident.numberConflicts(of: release) : []
    guard conflicts.isEmpty else { throw .text(.numbersConflict(part, conflicts)) }
    let event: ReleaseEvent
    if let until = terms.at {
      guard until > now else { throw .text(.embargoInPast(until)) }
      event = .embargoed(until: until, hash: release.hash, explanation: explanation)
    } else {
      event = .published(hash: release.hash, explanation: explanation)
    }
    let isForCentres = release.content.audience.contains(.centres)
    return [.incident(incident.id, .release(number, event))]
      + (isForCentres ? Self.messages(.release(part), to: routes) : [])
  }

  private static func messages(_ matter: DeliveryOrder.Matter, to routes: [CentreRoute]) -> [Event]
  {
    routes.flatMap { route in
      route.channels.map { channel in
        .deliveryQueued(
          DeliveryOrder(matter: matter, recipient: .centre(route.centre), channel: channel))
      }
    }
  }

  /// The joint hour has come: nothing is decided any more, it was approved as it is.
  func endEmbargo(_ number: Int, in incident: Incident, at now: Instant) throws(Refusal)
    -> [IncidentEvent]
  {
    let part = incident.part(.release, number)
    guard let release = incident.release(number) else { throw .record(.unknownPart(part)) }
    guard let embargo = release.embargo, release.publication == nil, release.withdrawal == nil,
      embargo.until <= now
    else { return [] }
    return [
      .release(number, .published(hash: embargo.hash, explanation: embargo.explanation))
    ]
  }

  /// Takes a text back, whatever has become of it. It stays in the record, marked; the centres that
  /// have it are told.
  func withdraw(
    _ number: Int, _ why: String, _ routes: [CentreRoute], in incident: Incident, by actor: Actor
  ) throws(Refusal) -> [Event] {
    let part = incident.part(.release, number)
    guard let release = incident.release(number) else { throw .record(.unknownPart(part)) }
    let isOut = release.publication != nil || release.embargo != nil
    // A draft is its author's; what others have heard of is the lead's.
    let person = try requireRole(
      actor, anyOf: isOut ? Self.publishingRoles : Self.draftingRoles + Self.publishingRoles)
    if !isOut, !release.authors.contains(person.id), !person.has(anyOf: Self.publishingRoles) {
      throw .person(.notPermitted(person.id, needed: Self.publishingRoles))
    }
    if release.withdrawal != nil { throw .text(.withdrawn(part)) }
    let told = routes.filter { route in release.copies.contains { $0.centre == route.centre } }
    return [.incident(incident.id, .release(number, .withdrawn(why: try text(why, "why"))))]
      + Self.messages(.withdrawal(part), to: told)
  }

  /// One of the two who let a text out before its gates; with the second it is approved.
  func override(_ number: Int, _ why: String, in incident: Incident, by actor: Actor)
    throws(Refusal) -> [IncidentEvent]
  {
    let release = try inReview(number, in: incident)
    let part = incident.part(.release, number)
    guard playbook(of: incident)?.allowsOverride ?? false else { throw .text(.noOverride(part)) }
    let stage = try stage(ofStep: release.step, in: incident)
    let person = try requireRole(
      actor,
      anyOf: Self.publishingRoles.contains(stage.approver)
        ? Self.publishingRoles : Self.publishingRoles + [stage.approver])
    if person.has(.contractor) { throw .person(.contractorSigns(person.id)) }
    if release.authors.contains(person.id) { throw .person(.ownText(part, person.id)) }
    guard release.approval == nil else { throw .text(.alreadyApproved(part)) }
    let earlier = release.consents.filter { $0.hash == release.hash }.map(\.stamp.actor)
    if earlier.contains(actor) { throw .person(.sameApprover(person.id)) }
    let consent = IncidentEvent.release(
      number, .overrideConsented(why: try text(why, "why"), hash: release.hash))
    guard earlier.count + 1 >= Self.overrideApprovers else { return [consent] }
    return [consent, .release(number, .approved(hash: release.hash))]
  }
}

// Who may sign at a gate.
extension DeskState {
  /// The gate at which an expert signs off his own words.
  static let expertGate = "expert"

  func requireHolder(
    _ person: Person, of gate: String, _ release: Release, in incident: Incident, at now: Instant
  ) throws(Refusal) {
    if gate == Self.expertGate, let expert = release.content.expert {
      guard person.id == expert else {
        throw .person(.notThisExpert(person.id, expert: expert))
      }
      return
    }
    if person.isAbsent(at: now), person.gates.contains(gate) || person.deputyGates.contains(gate) {
      throw .person(.isAbsent(person.id, gate: gate))
    }
    if person.gates.contains(gate) { return }
    guard person.deputyGates.contains(gate) else {
      throw .person(.notAtGate(person.id, gate: gate))
    }
    let from = deputyTime(of: release, in: incident)
    guard holders(of: gate, release, at: now).isEmpty || from.map({ $0 <= now }) ?? false else {
      throw .person(.deputyNotYet(person.id, gate: gate, from: from))
    }
  }

  /// From when on deputies may sign though those who hold the gate are there; nil for never.
  private func deputyTime(of release: Release, in incident: Incident) -> Instant? {
    rule(for: release, in: incident).deputyAfter.flatMap { after in
      release.submission.map { $0.stamp.time + after.duration }
    }
  }

  /// Those who hold a gate, are there, and did not write the text.
  private func holders(of gate: String, _ release: Release, at now: Instant) -> [Person] {
    (registry?.people ?? []).filter { person in
      person.gates.contains(gate) && !person.isAbsent(at: now) && !person.has(.contractor)
        && !release.authors.contains(person.id)
    }
  }

  /// Who can sign at a gate now: those who hold it, and the deputies when their hour has come.
  func signers(of gate: String, _ release: Release, in incident: Incident, at now: Instant)
    -> [Name]
  {
    if gate == Self.expertGate, let expert = release.content.expert { return [expert] }
    let holders = holders(of: gate, release, at: now)
    let isDeputyTime =
      holders.isEmpty || deputyTime(of: release, in: incident).map { $0 <= now } ?? false
    let deputies = (registry?.people ?? []).filter { person in
      isDeputyTime && person.deputyGates.contains(gate) && !person.isAbsent(at: now)
        && !person.has(.contractor) && !release.authors.contains(person.id)
    }
    return (holders + deputies).map(\.id)
  }
}

extension Release {
  /// The gates of the stage, and the expert's own where it gives an expert's words.
  package func gates(of stage: Playbook.Stage) -> [String] {
    content.expert == nil || stage.gates.contains(DeskState.expertGate)
      ? stage.gates : stage.gates + [DeskState.expertGate]
  }
}
