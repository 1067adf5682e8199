package import Bytes

/// What one clock of a playbook shows for one incident.
package struct ClockReading: Hashable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    /// It has not begun: the report before it has not gone.
    case waiting
    /// Its condition is not decided yet: it runs until it is ruled out.
    case provisional
    case running
    case dueSoon
    case overdue
    case met
    case metLate
    /// Its condition is ruled out: the grade or the kind is another.
    case void
    /// The calendar does not know the year, so that nobody can say when it is due.
    case undated

    package var title: Bilingual {
      switch self {
      case .waiting: Bilingual(zh: "未起算", en: "waiting")
      case .provisional: Bilingual(zh: "暂计（条件未定）", en: "provisional")
      case .running: Bilingual(zh: "计时中", en: "running")
      case .dueSoon: Bilingual(zh: "将到期", en: "due soon")
      case .overdue: Bilingual(zh: "已逾期", en: "OVERDUE")
      case .met: Bilingual(zh: "按时", en: "met")
      case .metLate: Bilingual(zh: "迟到", en: "met late")
      case .void: Bilingual(zh: "不适用", en: "does not apply")
      case .undated: Bilingual(zh: "期限无法计算", en: "NO DUE TIME")
      }
    }
  }

  /// What stops it.
  package enum Goal: Hashable, Sendable {
    case step(Playbook.Step)
    case report(Playbook.ReportLevel)

    package var title: Bilingual {
      switch self {
      case .step(let step): step.title
      case .report(let level): level.title
      }
    }

    package var name: String {
      switch self {
      case .step(let step): step.name
      case .report(let level): level.clock.id
      }
    }
  }

  package let rule: Playbook.ClockRule
  package let goal: Goal
  /// Nil while it waits.
  package let start: Instant?
  /// The event time is not known, so that it counts from the opening until somebody says.
  package let isAssumedStart: Bool
  /// Nil while it waits, and where the calendar has a gap.
  package let due: Instant?
  package let state: State
  /// The condition is not decided yet; it may be due all the same.
  package let isProvisional: Bool
  package let stop: Stop?
  package let gap: CalendarGap?
  /// What it showed before the event time, the grade or the playbook was changed.
  package internal(set) var earlier: [Earlier] = []

  package struct Stop: Hashable, Sendable {
    package let part: PartNumber
    /// When the text was published, or the report went, which may have been recorded later.
    package let time: Instant
    package let stamp: Incident.Stamp

    package var release: Int? { part.kind == .release ? part.number : nil }
  }

  /// A due time that no longer holds. It stays in sight: nothing late is hidden by a correction.
  package struct Earlier: Hashable, Sendable {
    /// Nil where it had none, or did not apply.
    package let due: Instant?
    package let didApply: Bool
    /// The change that ended it.
    package let cause: Incident.Basis.Revision
    package let stamp: Incident.Stamp
  }

  /// Whether somebody still has to do something for it.
  package var isOpen: Bool {
    switch state {
    case .provisional, .running, .dueSoon, .overdue, .undated: true
    case .waiting, .met, .metLate, .void: false
    }
  }
}

extension DeskState {
  package var days: DeskDays { DeskDays(zone: zone, calendar: calendar) }

  /// What the clocks of an incident show at this time, in the order of their due times, and what
  /// they showed before they were moved.
  package func clocks(of incident: Incident, at now: Instant) -> [ClockReading] {
    var readings = presentClocks(of: incident, at: now)
    guard incident.bases.count > 1 else { return readings }
    let pasts = incident.bases.map { past(of: incident, under: $0, at: now) }
    for index in readings.indices {
      let id = readings[index].rule.id
      readings[index].earlier = incident.bases.indices.dropLast().compactMap { at in
        guard let before = pasts[at][id], before != pasts[at + 1][id] else { return nil }
        let next = incident.bases[at + 1]
        return ClockReading.Earlier(
          due: before.due, didApply: before.applies, cause: next.cause, stamp: next.stamp)
      }
    }
    return readings
  }

  /// The same without the past, for those who only ask what is due.
  func presentClocks(of incident: Incident, at now: Instant) -> [ClockReading] {
    guard let playbook = playbook(of: incident) else { return [] }
    let dial = ClockDial(
      incident: incident, basis: incident.bases[incident.bases.count - 1], days: days)
    return playbook.clockGoals.map { goal in
      dial.reading(of: goal.rule, goal.goal, stoppedBy: goal.stoppers, at: now)
    }.sorted { left, right in
      let ends = (left.due ?? .distantFuture, right.due ?? .distantFuture)
      return (ends.0, left.rule.id) < (ends.1, right.rule.id)
    }
  }

  private struct PastReading: Equatable {
    let due: Instant?
    let applies: Bool
  }

  /// By the id of each clock, under whichever playbook it stood in at that time.
  private func past(of incident: Incident, under basis: Incident.Basis, at now: Instant)
    -> [String: PastReading]
  {
    guard let playbook = playbooks[basis.playbook.hash] else { return [:] }
    let dial = ClockDial(incident: incident, basis: basis, days: days)
    var pasts: [String: PastReading] = [:]
    for goal in playbook.clockGoals {
      let reading = dial.reading(of: goal.rule, goal.goal, stoppedBy: [], at: now)
      // What did not apply was due at no time.
      let applies = reading.state != .void
      pasts[goal.rule.id] = PastReading(due: applies ? reading.due : nil, applies: applies)
    }
    return pasts
  }
}

extension Playbook {
  fileprivate struct ClockGoal {
    let rule: ClockRule
    let goal: ClockReading.Goal
    /// The steps whose publication stops it; none for a report.
    let stoppers: [Step]
  }

  fileprivate var clockGoals: [ClockGoal] {
    let ofSteps = clocks.compactMap { rule -> ClockGoal? in
      let steps = stages.flatMap(\.steps).filter { $0.meets == rule.id }
      return steps.first.map { ClockGoal(rule: rule, goal: .step($0), stoppers: steps) }
    }
    return ofSteps
      + (reports?.levels ?? []).map {
        ClockGoal(rule: $0.clock, goal: .report($0), stoppers: [])
      }
  }
}

/// Reads clocks of one incident as they were under one basis: event time, grade and playbook.
private struct ClockDial {
  let incident: Incident
  let basis: Incident.Basis
  let days: DeskDays

  /// A clock with this share of its time left is due soon.
  private static let dueSoonShare: Int64 = 4

  func reading(
    of rule: Playbook.ClockRule, _ goal: ClockReading.Goal, stoppedBy steps: [Playbook.Step],
    at now: Instant
  ) -> ClockReading {
    let (start, isAssumed) = start(of: rule)
    var due: Instant?
    var gap: CalendarGap?
    if let start {
      do { due = try rule.within.due(from: start, in: days) } catch { gap = error }
    }
    let stop = stop(goal, steps)
    let condition = rule.condition.map { $0.isMet(by: incident, basis) } ?? true
    let state: ClockReading.State
    if condition == false {
      state = .void
    } else if let stop {
      state = due.map { stop.time <= $0 } ?? true ? .met : .metLate
    } else if gap != nil {
      state = .undated
    } else if let start, let due {
      state = running(from: start, to: due, isProvisional: condition == nil, at: now)
    } else {
      state = .waiting
    }
    return ClockReading(
      rule: rule, goal: goal, start: start, isAssumedStart: isAssumed, due: due, state: state,
      isProvisional: condition == nil, stop: stop, gap: condition == false ? nil : gap)
  }

  private func running(from start: Instant, to due: Instant, isProvisional: Bool, at now: Instant)
    -> ClockReading.State
  {
    if now > due { return .overdue }
    let isSoon = (due - now).microseconds * Self.dueSoonShare <= (due - start).microseconds
    return isSoon ? .dueSoon : isProvisional ? .provisional : .running
  }

  private func start(of rule: Playbook.ClockRule) -> (Instant?, isAssumed: Bool) {
    switch rule.start {
    case .anchor(.event): (basis.eventTime ?? incident.opened.time, basis.eventTime == nil)
    case .anchor(.detected): (incident.opening.detected ?? incident.opened.time, false)
    case .anchor(.opened): (incident.opened.time, false)
    case .report(let level): (incident.firstReport(to: level)?.sent, false)
    }
  }

  private func stop(_ goal: ClockReading.Goal, _ steps: [Playbook.Step]) -> ClockReading.Stop? {
    switch goal {
    case .step:
      steps.flatMap { incident.published($0.name) }
        .compactMap { release in
          release.publication.map {
            ClockReading.Stop(
              part: PartNumber(.release, release.number), time: $0.stamp.time, stamp: $0.stamp)
          }
        }
        .min { $0.stamp.sequence < $1.stamp.sequence }
    case .report(let level):
      incident.firstReport(to: level.id).map {
        ClockReading.Stop(
          part: PartNumber(.upwardReport, $0.number), time: $0.sent, stamp: $0.stamp)
      }
    }
  }
}

extension Playbook {
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
  fileprivate func isMet(by incident: Incident, _ basis: Incident.Basis) -> Bool? {
    if !kinds.isEmpty, !kinds.contains(incident.opening.kind) { return false }
    if grades.isEmpty { return true }
    return basis.grade.map(grades.contains)
  }
}

extension Instant {
  static let distantFuture = Instant(microseconds: .max)
}
