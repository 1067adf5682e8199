package import Bytes

/// What somebody wants to be done. The rules answer with events or with a refusal.
package enum Command: Hashable, Sendable {
  /// Who works at the desk, and which days it works; no calendar leaves the present one.
  case adopt(Registry, calendar: WorkCalendar? = nil)
  case duty(DutyCommand)
  case raiseAlert(AlertEvidence, recipients: [DeliveryOrder.Recipient])
  case acknowledgeAlert(AlertID, ReplyChannel)
  case open(Incident.Opening, Playbook)
  case inIncident(IncidentID, IncidentCommand)
  case recordAttempt(DeliveryID, AttemptOutcome)
  /// An alert that nobody has taken goes to the next people.
  case escalate(AlertID, to: [Name])

  /// What came of one attempt to deliver.
  package enum AttemptOutcome: Hashable, Sendable {
    case delivered(reply: String)
    case temporary(reason: String, isAmbiguous: Bool)
    case permanent(reason: String)
  }
}

/// What somebody wants to be done in one incident.
package enum IncidentCommand: Hashable, Sendable {
  case enter(Entry)
  case review(ReviewStep)
  case course(CourseCommand)
  case publish(Int, routes: [CentreRoute], terms: PublicationTerms = PublicationTerms())
  /// The desk's own clockwork: the joint hour has come.
  case endEmbargo(Int)
  case withdraw(Int, why: String, routes: [CentreRoute])
  case answer(Int, centre: Name, CentreAnswer, CentreReply)
  case remind(Int, centre: Name, channels: [DeliveryOrder.Channel], phone: Bool)
  case warn([ClockWarning], to: [Name])
  case count([Incident.HourCount])
  case close(summary: String?)

  /// What a person enters into the record.
  package enum Entry: Hashable, Sendable {
    case correctEventTime(Instant, why: String)
    case regrade(Grade?, why: String)
    case note(String)
    case setFact(number: Int?, FactState, text: String, source: String?)
    case retractFact(Int, why: String)
    case addAction(text: String, unit: String?, happened: Instant?)
    case finishAction(Int, evidence: String?)
    case addPromise(text: String, owner: String, due: Instant)
    case keepPromise(Int, how: String?)
    case addClaim(text: String, type: ClaimType?)
    case ruleClaim(Int, ClaimVerdict, evidence: String?)
    case reportUp(level: String, items: [String: String], sent: Instant)
    case receiveReport(Int, office: String?, at: Instant)
  }

  /// The way of a text up to its approval.
  package enum ReviewStep: Hashable, Sendable {
    case draft(step: String, claim: Int?, ReleaseContent)
    case edit(Int, ReleaseContent)
    case submit(Int, Lane?, noAction: String? = nil)
    case sign(Int, gate: String, GateVerdict, note: String?)
    case approve(Int)
    /// A new text that corrects a published one.
    case correct(Int, ReleaseContent)
    /// Consents to publication before all gates have passed the text.
    case override(Int, why: String)
  }
}

/// When a text goes out, and what has to be said with it.
package struct PublicationTerms: Hashable, Sendable {
  /// The joint hour; nil for at once.
  package var at: Instant?
  /// Why a number differs from what was published before.
  package var explanation: String?

  package init(at: Instant? = nil, explanation: String? = nil) {
    self.at = at
    self.explanation = explanation
  }
}

/// On which channels a media centre can be reached.
package struct CentreRoute: Hashable, Sendable {
  package let centre: Name
  package let channels: [DeliveryOrder.Channel]

  package init(centre: Name, channels: [DeliveryOrder.Channel]) {
    self.centre = centre
    self.channels = channels
  }
}
