import Bytes

extension DeskState {
  /// The way of a text up to its approval.
  func review(
    _ step: IncidentCommand.ReviewStep, in incident: Incident, by actor: Actor, at now: Instant
  ) throws(Refusal) -> [IncidentEvent] {
    switch step {
    case .draft(let step, let claim, let content):
      try requireRole(actor, anyOf: Self.draftingRoles)
      return [try draft(step, claim, content, in: incident)]
    case .edit(let number, let content):
      try requireRole(actor, anyOf: Self.draftingRoles)
      let release = try unpublished(number, in: incident)
      try check(content, step: release.step, in: incident)
      return release.content == content ? [] : [.release(number, .edited(content))]
    case .submit(let number, let lane, let noAction):
      try requireRole(actor, anyOf: Self.draftingRoles)
      return [try submit(number, lane, noAction, in: incident)]
    case .sign(let number, let gate, let verdict, let note):
      return [try sign(number, gate, verdict, note, in: incident, by: actor, at: now)]
    case .approve(let number):
      return [try approve(number, in: incident, by: actor)]
    case .correct(let number, let content):
      try requireRole(actor, anyOf: Self.draftingRoles)
      return [try correct(number, content, in: incident)]
    case .override(let number, let why):
      return try override(number, why, in: incident, by: actor)
    }
  }

  private func draft(
    _ step: String, _ claim: Int?, _ content: ReleaseContent, in incident: Incident
  )
    throws(Refusal) -> IncidentEvent
  {
    let stage = try stage(ofStep: step, in: incident)
    if let claim {
      guard stage.isPerClaim else { throw .text(.claimNotWanted(step: step)) }
      guard incident.claim(claim) != nil else {
        throw .record(.unknownPart(incident.part(.claim, claim)))
      }
    } else if stage.isPerClaim {
      throw .text(.claimNeeded(step: step))
    }
    try check(content, step: step, in: incident)
    return .release(
      incident.releases.nextNumber(\.number), .drafted(step: step, claim: claim, content))
  }

  private func correct(_ number: Int, _ content: ReleaseContent, in incident: Incident)
    throws(Refusal) -> IncidentEvent
  {
    let part = incident.part(.release, number)
    guard let release = incident.release(number) else { throw .record(.unknownPart(part)) }
    guard release.publication != nil else { throw .text(.notPublishedYet(part)) }
    let step = Playbook.Stage.correction.id
    let stage = try stage(ofStep: step, in: incident)
    try check(content, step: stage.id, in: incident)
    return .release(
      incident.releases.nextNumber(\.number),
      .drafted(step: step, claim: release.claim, content, corrects: number))
  }

  /// What every version of a text has to be, finished or not.
  private func check(_ content: ReleaseContent, step: String, in incident: Incident)
    throws(Refusal)
  {
    guard !content.texts.isEmpty else { throw .text(.noText(step: step)) }
    for language in content.languages {
      guard let part = content.texts[language] else { continue }
      _ = try text(part.title, "title", limit: Self.titleLimit)
      _ = try text(part.body, "text")
    }
    for (channel, texts) in content.channels.sorted(by: { $0.key < $1.key }) {
      for (language, part) in texts.sorted(by: { $0.key < $1.key }) {
        guard content.texts[language] != nil else {
          throw .text(.channelLanguage(channel, language))
        }
        _ = try text(part.body, "\(channel)")
      }
    }
    if let expert = content.expert {
      guard let person = registry?.person(expert), person.has(.expert) else {
        throw .person(.notAnExpert(expert))
      }
    }
    for number in content.actions where incident.action(number) == nil {
      throw .record(.unknownPart(incident.part(.action, number)))
    }
    for number in content.promises where incident.promise(number) == nil {
      throw .record(.unknownPart(incident.part(.promise, number)))
    }
  }

  private func submit(
    _ number: Int, _ lane: Lane?, _ noAction: String?, in incident: Incident
  ) throws(Refusal) -> IncidentEvent {
    let release = try unpublished(number, in: incident)
    let part = incident.part(.release, number)
    switch release.status {
    case .draft: break
    case .returned: throw returned(release, part)
    case .inReview, .approved, .embargoed, .published, .withdrawn:
      throw .text(.alreadySubmitted(part))
    }
    let stage = try stage(ofStep: release.step, in: incident)
    let missing = missingNeeds(of: stage, in: release)
    guard missing.isEmpty else { throw .text(.missingNeeds(part, missing)) }
    let unfilled = unfilledSlots(release)
    guard unfilled.isEmpty else { throw .text(.unfilledSlots(part, unfilled)) }
    if let claim = release.claim.flatMap(incident.claim), claim.ruling == nil {
      throw .text(.claimNotRuled(incident.part(.claim, claim.number)))
    }
    let why = try requireActions(of: release, part, noAction)
    let usual = playbook(of: incident)?.usualLane ?? .ordinary
    return .release(number, .submitted(lane ?? usual, noAction: why))
  }

  /// A text that says something was done names the action, or says why it names none: words and
  /// deeds go in step. Gives the reason where it is needed.
  private func requireActions(of release: Release, _ part: PartID, _ why: String?)
    throws(Refusal) -> String?
  {
    guard release.content.actions.isEmpty, let claimed = release.content.claimedActions.first
    else { return nil }
    guard let why = try text(ifPresent: why, "no-action") else {
      throw .text(.actionNotNamed(part, claimed))
    }
    return why
  }

  /// The slots of a stage that a text has not filled, in every one of its languages.
  package func missingNeeds(of stage: Playbook.Stage, in release: Release) -> [String] {
    let content = release.content
    return stage.needs.filter { need in
      switch need {
      case "claim": release.claim == nil
      case "evidence": content.evidence.allSatisfy(\.trimmed.isEmpty)
      case "actions": content.actions.isEmpty
      case "promises": content.promises.isEmpty
      case "expert": content.expert == nil
      default:
        !content.languages.allSatisfy { language in
          content.slots[need]?[language].map { !$0.trimmed.isEmpty } ?? false
        }
      }
    }
  }

  private func sign(
    _ number: Int, _ gate: String, _ verdict: GateVerdict, _ note: String?,
    in incident: Incident, by actor: Actor, at now: Instant
  ) throws(Refusal) -> IncidentEvent {
    let release = try readable(number, in: incident)
    let part = incident.part(.release, number)
    let gates = release.gates(of: try stage(ofStep: release.step, in: incident))
    guard gates.contains(gate) else { throw .text(.unknownGate(gate, known: gates)) }
    let person = try requireRole(actor, anyOf: Role.allCases)
    if person.has(.contractor) { throw .person(.contractorSigns(person.id)) }
    try requireHolder(person, of: gate, release, in: incident, at: now)
    if release.authors.contains(person.id) { throw .person(.ownText(part, person.id)) }
    let open = release.openGates(of: gates)
    guard open.contains(gate) else { throw .text(.gateAlreadyPassed(gate)) }
    if rule(for: release, in: incident).order == .inOrder, let first = open.first, first != gate {
      throw .text(.gateNotYet(gate, before: first))
    }
    let note = try text(ifPresent: note, "note")
    if verdict == .returned, note == nil { throw .text(.noteNeeded(gate: gate)) }
    return .release(number, .signed(gate: gate, verdict, note: note, hash: release.hash))
  }

  private func approve(_ number: Int, in incident: Incident, by actor: Actor) throws(Refusal)
    -> IncidentEvent
  {
    let release = try inReview(number, in: incident)
    let part = incident.part(.release, number)
    guard release.approval == nil else { throw .text(.alreadyApproved(part)) }
    let stage = try stage(ofStep: release.step, in: incident)
    let person = try requireRole(actor, anyOf: [stage.approver])
    if person.has(.contractor) { throw .person(.contractorSigns(person.id)) }
    if release.authors.contains(person.id) { throw .person(.ownText(part, person.id)) }
    let open = release.openGates(of: release.gates(of: stage))
    guard open.isEmpty else { throw .text(.gatesOpen(part, open)) }
    let persons = release.persons.union([person.id]).count
    let needed = rule(for: release, in: incident).persons
    guard persons >= needed else {
      throw .person(.tooFewPersons(part, have: persons, need: needed))
    }
    return .release(number, .approved(hash: release.hash))
  }

  func unpublished(_ number: Int, in incident: Incident) throws(Refusal) -> Release {
    let part = incident.part(.release, number)
    guard let release = incident.release(number) else { throw .record(.unknownPart(part)) }
    if release.withdrawal != nil { throw .text(.withdrawn(part)) }
    guard release.publication == nil else { throw .text(.published(part)) }
    if let embargo = release.embargo { throw .text(.underEmbargo(part, until: embargo.until)) }
    return release
  }

  /// What a gate may still be asked about: a text in review, or one that went out before its gates.
  private func readable(_ number: Int, in incident: Incident) throws(Refusal) -> Release {
    if let release = incident.release(number), release.isOverridden, release.isInForce {
      return release
    }
    return try inReview(number, in: incident)
  }

  func inReview(_ number: Int, in incident: Incident) throws(Refusal) -> Release {
    let release = try unpublished(number, in: incident)
    let part = incident.part(.release, number)
    switch release.status {
    case .draft: throw .text(.notSubmitted(part))
    case .returned: throw returned(release, part)
    case .inReview, .approved, .embargoed, .published, .withdrawn: return release
    }
  }

  private func returned(_ release: Release, _ part: PartID) -> Refusal {
    let verdict = release.signatures.last { $0.verdict == .returned }
    return .text(.wasReturned(part, gate: verdict?.gate ?? "", note: verdict?.note))
  }

  func stage(ofStep step: String, in incident: Incident) throws(Refusal) -> Playbook.Stage {
    let playbook = playbook(of: incident)
    guard let stage = playbook?.stage(ofStep: step) else {
      throw .text(.unknownStep(step, known: playbook?.stepNames ?? []))
    }
    return stage
  }

  func rule(for release: Release, in incident: Incident) -> Playbook.LaneRule {
    let lane = release.submission?.lane ?? .ordinary
    return playbook(of: incident)?.laneRule(lane)
      ?? Playbook.LaneRule(order: .inOrder, persons: 3, gateWithin: nil, deputyAfter: nil)
  }
}

// What media centres answer, and what happens when they do not.
extension DeskState {
  func take(
    _ answer: CentreAnswer, _ reply: CentreReply, of centre: Name, to number: Int,
    in incident: Incident, by actor: Actor
  ) throws(Refusal) -> [IncidentEvent] {
    if actor != .centre(centre) { try requireRole(actor, anyOf: Self.recordingRoles) }
    let part = incident.part(.release, number)
    guard let registry else { throw .person(.noRegistry) }
    guard registry.centre(centre) != nil else {
      throw .centre(.unknownCentre(centre, known: registry.centres.map(\.id)))
    }
    guard let release = incident.release(number) else { throw .record(.unknownPart(part)) }
    guard release.publication != nil || release.embargo != nil else {
      throw .centre(.notPublished(part))
    }
    guard let copy = release.copies.first(where: { $0.centre == centre }) else {
      throw .centre(.notSentTo(part, centre))
    }
    // A webhook is repeated until it is answered; the second is the same answer.
    if let id = reply.webhook, webhooks[WebhookID(centre: centre, id: id)] != nil { return [] }
    if copy.has(answer) {
      if actor == .centre(centre) { return [] }
      throw .centre(.alreadyAnswered(part, centre, answer))
    }
    return [.release(number, .answered(centre: centre, answer, reply))]
  }

  func remind(
    _ number: Int, _ centre: Name, _ channels: [DeliveryOrder.Channel], phone: Bool,
    in incident: Incident
  ) throws(Refusal) -> [Event] {
    let part = incident.part(.release, number)
    guard let release = incident.release(number) else { throw .record(.unknownPart(part)) }
    guard let copy = release.copies.first(where: { $0.centre == centre }) else {
      throw .centre(.notSentTo(part, centre))
    }
    guard copy.acknowledged == nil, copy.reminded == nil else { return [] }
    return [.incident(incident.id, .release(number, .reminded(centre: centre, phone: phone)))]
      + channels.map { channel in
        .deliveryQueued(
          DeliveryOrder(matter: .reminder(part), recipient: .centre(centre), channel: channel))
      }
  }
}

extension CentreCopy {
  fileprivate func has(_ answer: CentreAnswer) -> Bool {
    switch answer {
    case .acknowledged: acknowledged != nil
    case .consented: consented != nil
    case .objected: objected != nil
    case .published: published != nil
    }
  }
}
