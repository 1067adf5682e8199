import Bytes
import Response

@testable import Desk

// What people, centres, the mail and the clockwork do.
extension Simulation {
  private func someone() -> Actor {
    .person((SimulatedPeople.people.randomElement(using: &dice) ?? SimulatedPeople.people[0]).id)
  }

  private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &dice) < percent }

  func personActs() async throws {
    guard let state = try await view() else { return }
    let open = state.incidents.values.filter(\.isOpen).sorted { $0.id < $1.id }
    guard let incident = open.randomElement(using: &dice), open.count > 1 || !chance(8) else {
      let opening = SimulatedPeople.opening(state.incidents.count + 1, playbook)
      try await perform(.open(opening, playbook), by: someone())
      return
    }
    let command =
      chance(70)
      ? review(incident) : chance(60) ? .enter(entry(incident)) : .course(step(incident))
    try await perform(
      .inIncident(incident.id, command),
      by: chance(75) ? fitting(command, incident) : someone())
  }

  /// Somebody who could do it by role, be it an own text or not.
  private func fitting(_ command: IncidentCommand, _ incident: Incident) -> Actor {
    let people =
      switch command {
      case .review(.draft), .review(.edit), .review(.submit): ["li", "li", "zhao"]
      case .review(.sign(_, "legal", _, _)): ["zhao", "wang", "chen"]
      case .review(.sign): ["zhao", "wang"]
      case .review(.approve(let number)):
        incident.release(number)?.step == "rebuttal" ? ["chen"] : ["gao", "wang"]
      case .review(.correct): ["li", "zhao"]
      case .review(.override): ["gao", "wang"]
      case .publish, .withdraw: ["gao", "wang", "chen"]
      case .endEmbargo: ["gao"]
      case .close: ["gao"]
      case .enter, .course, .answer, .remind, .warn, .count: ["li", "zhao", "wang"]
      }
    return .person(SimulatedPeople.name(people.randomElement(using: &dice) ?? "li"))
  }

  /// How grave it is, who is asked, what is decided, and what becomes of a promise.
  private func step(_ incident: Incident) -> CourseCommand {
    let number = Int.random(in: 1...3, using: &dice)
    let due = clock.now() + .hours(number)
    return switch Int.random(in: 0..<8, using: &dice) {
    case 0: .setWarning(chance(50) ? .red : nil, why: "storm")
    case 1: .tally(.init(dead: number * 4), source: "hospital")
    case 2: .triage([.init(question: .emergency, isYes: true)], why: nil)
    case 3: .consult(units: ["water"], about: "is it clean", due: due)
    case 4: .reply(unit: "water", text: "it is")
    case 5: .decide(.init(matter: "how far", options: ["1 km", "2 km"], chosen: 1))
    case 6: .handPromise(number, to: "office", how: nil)
    default: .addLesson(.helped, text: "templates", owner: "desk", due: due)
    }
  }

  private func entry(_ incident: Incident) -> IncidentCommand.Entry {
    let number = Int.random(in: 1...4, using: &dice)
    return switch Int.random(in: 0..<11, using: &dice) {
    case 0: .note("note \(number)")
    case 1: .setFact(number: nil, .known, text: "fact", source: nil)
    case 2: .setFact(number: number, .unknown, text: "again", source: "消防")
    case 3: .retractFact(number, why: "wrong")
    case 4: .addAction(text: "cordon", unit: "police", happened: nil)
    case 5: .finishAction(number, evidence: "seen")
    case 6: .addPromise(text: "report", owner: "desk", due: clock.now() + .hours(1))
    case 7: .keepPromise(number, how: nil)
    case 8: .addClaim(text: "poison", type: nil)
    case 9: .ruleClaim(number, .inaccurate, evidence: "measured")
    default: .regrade(Grade.allCases.randomElement(using: &dice), why: "more is known")
    }
  }

  /// What the text needs next as often as not, and anything else for the rest.
  private func review(_ incident: Incident) -> IncidentCommand {
    let open = incident.releases.filter { $0.publication == nil }
    guard let release = open.randomElement(using: &dice), !chance(12) else {
      if incident.openPromises.isEmpty, chance(20) { return .close(summary: "over") }
      return .review(draft(incident))
    }
    let number = release.number
    let gate = ["legal", "text"].randomElement(using: &dice) ?? "text"
    if chance(70) {
      switch release.status {
      case .draft: return .review(.submit(number, nil))
      case .returned: return .review(.edit(number, content(incident)))
      case .approved:
        let joint = chance(25) ? clock.now() + .minutes(20) : nil
        return .publish(
          number, routes: SimulatedPeople.routes, terms: PublicationTerms(at: joint))
      case .embargoed, .withdrawn:
        return .withdraw(number, why: "wrong", routes: SimulatedPeople.routes)
      case .inReview, .published:
        let open = release.openGates(of: ["legal", "text"])
        guard let next = open.randomElement(using: &dice), !chance(10) else {
          return .review(.approve(number))
        }
        return .review(.sign(number, gate: next, .pass, note: nil))
      }
    }
    return switch Int.random(in: 0..<11, using: &dice) {
    case 0: .review(.edit(number, content(incident)))
    case 1: .review(.submit(number, Lane.allCases.randomElement(using: &dice)))
    case 2: .review(.sign(number, gate: gate, .pass, note: nil))
    case 3: .review(.sign(number, gate: gate, .returned, note: "unclear"))
    case 4: .review(.approve(number))
    case 5: .publish(number, routes: SimulatedPeople.routes)
    case 6: .withdraw(number, why: "wrong", routes: SimulatedPeople.routes)
    case 7: .review(.override(number, why: "urgent"))
    case 8: .endEmbargo(number)
    case 9: .review(.correct(max(1, number - 1), content(incident)))
    default: .review(.approve(number + 1))
    }
  }

  private func content(_ incident: Incident) -> ReleaseContent {
    SimulatedPeople.content(
      "text \(Int.random(in: 0..<1000, using: &dice))", sheet: incident.factSheetVersion)
  }

  private func draft(_ incident: Incident) -> IncidentCommand.ReviewStep {
    let steps = ["truth.brief", "truth.brief", "truth.detail", "rebuttal", "closing"]
    let step = steps.randomElement(using: &dice) ?? "closing"
    let claim = step == "rebuttal" ? incident.claims.randomElement(using: &dice)?.number : nil
    return .draft(step: step, claim: claim, content(incident))
  }

  /// One round of what the outbox does: each message that is due is tried once, and what came of it
  /// is put on record.
  func deliver() async throws {
    guard let state = try await view() else { return }
    for delivery in state.dueDeliveries(at: clock.now()).prefix(6) { try await attempt(delivery) }
  }

  func attempt(_ delivery: Delivery) async throws {
    let result: Command.AttemptOutcome
    switch Int.random(in: 0..<100, using: &dice) {
    case 0..<55:
      markArrived(delivery)
      result = .delivered(reply: "250 taken")
    case 55..<78: result = .temporary(reason: "451 later", isAmbiguous: false)
    case 78..<90:
      // The other side may have it and its word was lost.
      if chance(50) { markArrived(delivery) }
      result = .temporary(reason: "no answer", isAmbiguous: true)
    default: result = .permanent(reason: "550 unknown")
    }
    try await perform(.recordAttempt(delivery.id, result), by: .desk)
  }

  func centreAnswers() async throws {
    guard let delivery = mailbox.randomElement(using: &dice),
      case .centre(let centre) = delivery.order.recipient
    else { return }
    switch delivery.order.matter {
    case .alert, .escalation, .withdrawal, .clocks: return
    case .release(let part), .reminder(let part):
      let answer = CentreAnswer.allCases.randomElement(using: &dice) ?? .acknowledged
      let reply = CentreReply(
        channel: .command, text: nil, witnessed: delivery.head,
        webhook: chance(30) ? "hook-\(delivery.id)" : nil)
      try await perform(
        .inIncident(
          part.incident, .answer(part.part.number, centre: centre, answer, reply)),
        by: .centre(centre))
    }
  }

  func clockworkActs() async throws {
    guard let state = try await view() else { return }
    let commands = state.clockwork(
      at: clock.now(), policy: SimulatedPeople.policy, routes: SimulatedPeople.routes)
    for command in commands { try await perform(command, by: .desk) }
  }

  func alertIsRaised() async throws {
    guard let state = try await view() else { return }
    if chance(40), let alert = state.alerts.keys.sorted().randomElement(using: &dice) {
      try await perform(.acknowledgeAlert(alert, .command), by: someone())
      return
    }
    let now = clock.now()
    let topic = TopicID(DayNumber(state.zone.civil(now), state.alerts.count + 1))
    try await perform(
      .raiseAlert(
        SimulatedPeople.evidence(topic, at: now),
        recipients: [.person(SimulatedPeople.name("li"))]), by: .desk)
  }
}
