import Bytes

extension DeskState {
  func decide(_ command: DutyCommand, by actor: Actor, at now: Instant) throws(Refusal) -> [Event] {
    let person = try requireRole(actor, anyOf: Self.workingRoles)
    switch command {
    case .begin(let name, let from, let until):
      try requireOwn(name, person)
      let from = from ?? now
      if let until, until <= max(from, now) { throw .record(.dueInPast(until)) }
      if let earlier = duty.shifts.first(where: { shift in
        shift.person == name && shift.ended == nil && shift.end.map { $0 > from } ?? true
          && until.map { shift.from < $0 } ?? true
      }) {
        throw .duty(.alreadyOnDuty(name, since: earlier.from))
      }
      return [.duty(.began(name, from: from, until: until))]
    case .end(let name):
      try requireOwn(name, person)
      guard duty.onDuty(at: now).contains(where: { $0.person == name }) else {
        throw .duty(.notOnDuty(name))
      }
      return [.duty(.ended(name))]
    case .handOver(let words, let to):
      if let to {
        guard registry?.person(to) != nil else { throw .person(.unknownPerson(to)) }
        guard to != person.id else { throw .duty(.handoverToOneself(to)) }
      }
      let open = incidents.values.filter(\.isOpen).map(\.id).sorted()
      return [
        .duty(
          .handedOver(
            duty.handovers.nextNumber(\.number), text: try text(words, "text"), to: to,
            incidents: open))
      ]
    case .takeOver(let number): return try takeOver(number, person, at: now)
    }
  }

  /// Everybody enters himself; the lead and the administrator enter others.
  private func requireOwn(_ name: Name, _ person: Person) throws(Refusal) {
    guard registry?.person(name) != nil else { throw .person(.unknownPerson(name)) }
    guard name == person.id || person.has(anyOf: [.lead, .admin]) else {
      throw .person(.notPermitted(person.id, needed: [.lead, .admin]))
    }
  }

  /// Who takes over is on duty from then on, and who handed over is not.
  private func takeOver(_ number: Int?, _ person: Person, at now: Instant) throws(Refusal)
    -> [Event]
  {
    let found =
      number.map { number in duty.handover(number) }
      ?? duty.handovers.last { $0.taken == nil && ($0.to == nil || $0.to == person.id) }
    guard let handover = found else { throw .duty(.nothingToTake(number)) }
    guard handover.taken == nil else { throw .duty(.takenAlready(handover.number)) }
    guard handover.stamp.actor != .person(person.id) else {
      throw .duty(.ownHandover(handover.number))
    }
    if let to = handover.to, to != person.id { throw .duty(.meantFor(to, handover.number)) }
    var events: [Event] = [.duty(.tookOver(handover.number))]
    if case .person(let giver) = handover.stamp.actor,
      duty.onDuty(at: now).contains(where: { $0.person == giver })
    {
      events.append(.duty(.ended(giver)))
    }
    if !duty.onDuty(at: now).contains(where: { $0.person == person.id }) {
      events.append(.duty(.began(person.id, from: now, until: nil)))
    }
    return events
  }
}
