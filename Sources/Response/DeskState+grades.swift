package import Bytes

extension DeskState {
  /// The grade that the last count of casualties suggests; nil where it stands already.
  package func suggestedGrade(of incident: Incident) -> GradeTable.Suggestion? {
    guard let table = playbook(of: incident)?.grades, let toll = incident.course.toll,
      let suggestion = table.suggestion(for: toll), suggestion.grade != incident.grade
    else { return nil }
    return suggestion
  }

  /// Since when changed casualties wait to be reported upwards again, and the rule that asks for it.
  package func supplementDue(of incident: Incident, at now: Instant) -> (
    since: Instant, rule: String
  )? {
    guard let supplement = playbook(of: incident)?.reports?.supplement,
      let reported = incident.upwardReports.map(\.stamp).max(by: { $0.sequence < $1.sequence }),
      let last = incident.course.tallies.last, last.stamp.sequence > reported.sequence,
      last.toll != incident.toll(before: reported)
    else { return nil }
    let event = incident.eventTime ?? incident.opened.time
    guard last.stamp.time <= event + supplement.within.duration else { return nil }
    return (last.stamp.time, supplement.rule)
  }
}

extension Incident {
  /// The count that stood when a report went.
  fileprivate func toll(before stamp: Stamp) -> Toll? {
    course.tallies.last { $0.stamp.sequence < stamp.sequence }?.toll
  }
}
