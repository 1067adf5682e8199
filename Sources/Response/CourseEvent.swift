package import Bytes

/// What has happened in the course of an incident besides facts, texts and claims: how grave it is,
/// who was asked, what was decided, what was learned.
package enum CourseEvent: Hashable, Sendable {
  case warningSet(WarningColour?, why: String)
  case responseLevelSet(ResponseLevel?, why: String)
  case tallied(Toll, source: String)
  case triaged([Incident.TriageAnswer], why: String?)
  case leadNamed(unit: String, why: String?)
  case consulted(Int, unit: String, about: String, due: Instant?)
  case replied(Int, text: String)
  case linked(IncidentID, why: String?)
  case decided(Int, Incident.Resolution)
  case playbookChanged(Incident.PlaybookReference, why: String)
  case evidenceAdded(Int, Incident.Evidence)
  case promiseHanded(Int, to: String, how: String?)
  case promiseBroken(Int, why: String)
  case lessonAdded(Int, LessonKind, text: String, owner: String, due: Instant)
  case lessonDone(Int, how: String, playbook: Incident.PlaybookVersion?)
  case reviewed(summary: String)
}

/// What somebody wants to be recorded of the course of an incident.
package enum CourseCommand: Hashable, Sendable {
  case setWarning(WarningColour?, why: String)
  case setResponseLevel(ResponseLevel?, why: String)
  case tally(Toll, source: String)
  case triage([Incident.TriageAnswer], why: String?)
  case nameLead(unit: String, why: String?)
  case consult(units: [String], about: String, due: Instant?)
  case reply(unit: String, text: String)
  case link(IncidentID, why: String?)
  case decide(Incident.Resolution)
  case changePlaybook(Playbook, why: String)
  case addEvidence(Int, Incident.Evidence)
  case handPromise(Int, to: String, how: String?)
  case breakPromise(Int, why: String)
  case addLesson(LessonKind, text: String, owner: String, due: Instant)
  case finishLesson(Int, how: String, playbook: Incident.PlaybookVersion?)
  case review(summary: String?)
}
