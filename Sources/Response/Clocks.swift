package import Bytes

/// What one clock of a playbook shows for one incident.
package struct ClockReading: Hashable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    case running
    case dueSoon
    case overdue
    case met
    case metLate
    /// Its condition is ruled out: the grade or the kind is another.
    case void

    package var title: Bilingual {
      switch self {
      case .running: Bilingual(zh: "计时中", en: "running")
      case .dueSoon: Bilingual(zh: "将到期", en: "due soon")
      case .overdue: Bilingual(zh: "已逾期", en: "OVERDUE")
      case .met: Bilingual(zh: "按时", en: "met")
      case .metLate: Bilingual(zh: "迟到", en: "met late")
      case .void: Bilingual(zh: "不适用", en: "does not apply")
      }
    }
  }

  package let rule: Playbook.ClockRule
  /// The step whose publication stops it.
  package let step: Playbook.Step
  package let start: Instant
  /// The event time is not known, so that it counts from the opening until somebody says.
  package let isAssumedStart: Bool
  package let due: Instant
  package let state: State
  /// The condition is not decided yet: it runs until it is ruled out.
  package let isProvisional: Bool
  package let stop: Stop?

  package struct Stop: Hashable, Sendable {
    package let release: Int
    package let stamp: Incident.Stamp
  }

  /// Whether somebody still has to do something for it.
  package var isOpen: Bool {
    switch state {
    case .running, .dueSoon, .overdue: true
    case .met, .metLate, .void: false
    }
  }
}

extension Playbook {
  /// A clock with this share of its time left is due soon.
  private static let dueSoonShare: Int64 = 4

  /// What the clocks of an incident show at this time, in the order of their due times.
  package func clocks(of incident: Incident, at now: Instant) -> [ClockReading] {
    clocks.compactMap { reading(of: $0, incident, at: now) }
      .sorted { ($0.due, $0.rule.id) < ($1.due, $1.rule.id) }
  }

  private func reading(of rule: ClockRule, _ incident: Incident, at now: Instant) -> ClockReading? {
    let steps = stages.flatMap(\.steps).filter { $0.meets == rule.id }
    guard let first = steps.first else { return nil }
    let (start, isAssumed) = start(of: rule, incident)
    let due = start + rule.within.duration
    let stop = steps.flatMap { incident.published($0.name) }
      .compactMap { release in
        release.publication.map { ClockReading.Stop(release: release.number, stamp: $0.stamp) }
      }
      .min { $0.stamp.sequence < $1.stamp.sequence }
    let condition = rule.condition.map { $0.isMet(by: incident) } ?? true
    let state: ClockReading.State
    if condition == false {
      state = .void
    } else if let stop {
      state = stop.stamp.time <= due ? .met : .metLate
    } else if now > due {
      state = .overdue
    } else {
      let left = due - now
      let isSoon = left.microseconds * Self.dueSoonShare <= rule.within.duration.microseconds
      state = isSoon ? .dueSoon : .running
    }
    return ClockReading(
      rule: rule, step: first, start: start, isAssumedStart: isAssumed, due: due, state: state,
      isProvisional: condition == nil, stop: stop)
  }

  private func start(of rule: ClockRule, _ incident: Incident) -> (Instant, isAssumed: Bool) {
    switch rule.anchor {
    case .event: (incident.eventTime ?? incident.opened.time, incident.eventTime == nil)
    case .detected: (incident.opening.detected ?? incident.opened.time, false)
    case .opened: (incident.opened.time, false)
    }
  }

  /// When the public is owed the next word: after the last release, by the cadence of the grade.
  /// Nil before the first release, after the closing, and where the playbook has no cadence.
  package func nextUpdate(of incident: Incident) -> NextUpdate? {
    guard let stage = stages.first(where: { !$0.cadence.isEmpty }),
      let step = stage.steps.first,
      let period = stage.cadence.period(for: incident.grade),
      incident.published("closing").isEmpty,
      let last = incident.releases.compactMap({ $0.publication?.stamp })
        .max(by: { $0.sequence < $1.sequence })
    else { return nil }
    return NextUpdate(step: step, every: period, since: last, due: last.time + period.duration)
  }

  package struct NextUpdate: Hashable, Sendable {
    package let step: Step
    package let every: Period
    package let since: Incident.Stamp
    package let due: Instant
  }
}

extension Playbook.Condition {
  /// Whether it applies; nil while that depends on a grade that nobody has given.
  fileprivate func isMet(by incident: Incident) -> Bool? {
    if !kinds.isEmpty, !kinds.contains(incident.opening.kind) { return false }
    if grades.isEmpty { return true }
    return incident.grade.map(grades.contains)
  }
}
