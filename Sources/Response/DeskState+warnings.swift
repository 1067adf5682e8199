package import Bytes

/// Something that is due and of which people are warned.
struct WarnedMatter: Hashable {
  let clock: String
  let start: Instant
  let due: Instant
  /// A target of the desk's own: it goes to nobody further up.
  let isSoft: Bool
}

extension DeskState {
  static let updateClock = "update"

  func warnedMatters(of incident: Incident, at now: Instant) -> [WarnedMatter] {
    var matters = incident.isOpen ? clockMatters(of: incident, at: now) : []
    matters += incident.openPromises.map { promise in
      WarnedMatter(
        clock: PartNumber(.promise, promise.number).description, start: promise.stamp.time,
        due: promise.due, isSoft: false)
    }
    matters += incident.course.lessons.filter { $0.done == nil }.map { lesson in
      WarnedMatter(
        clock: PartNumber(.lesson, lesson.number).description, start: lesson.stamp.time,
        due: lesson.due, isSoft: true)
    }
    return matters
  }

  private func clockMatters(of incident: Incident, at now: Instant) -> [WarnedMatter] {
    var matters = presentClocks(of: incident, at: now).filter(\.isOpen).compactMap { reading in
      guard let start = reading.start, let due = reading.due else { return nil as WarnedMatter? }
      return WarnedMatter(
        clock: reading.rule.id, start: start, due: due, isSoft: reading.rule.isSoft)
    }
    if let update = playbook(of: incident)?.nextUpdate(of: incident) {
      matters.append(
        WarnedMatter(
          clock: Self.updateClock, start: update.since.time, due: update.due, isSoft: true))
    }
    return matters
  }

  /// The marks that have come and of which nobody has been warned: of each clock the last one. A
  /// record that is made late, or a desk that was asleep, does not go through those before it.
  package func pendingWarnings(of incident: Incident, at now: Instant) -> [ClockWarning] {
    warnedMatters(of: incident, at: now).compactMap { matter in
      guard
        let mark = ClockMark.allCases.last(where: {
          $0.time(from: matter.start, to: matter.due) <= now
        })
      else { return nil }
      let warning = ClockWarning(clock: matter.clock, mark: mark, due: matter.due)
      return incident.hasWarned(warning) ? nil : warning
    }
  }

  /// When the next mark comes; nil if no clock runs.
  func nextWarning(of incident: Incident, after now: Instant) -> Instant? {
    warnedMatters(of: incident, at: now).flatMap { matter in
      ClockMark.allCases.map { $0.time(from: matter.start, to: matter.due) }.filter { $0 > now }
    }.min()
  }

  func warn(_ warnings: [ClockWarning], _ people: [Name], in incident: Incident) -> [Event] {
    let news = warnings.filter { !incident.hasWarned($0) }
    guard !news.isEmpty else { return [] }
    return [.incident(incident.id, .warned(news))]
      + people.map { person in
        .deliveryQueued(
          DeliveryOrder(
            matter: .clocks(incident.id), recipient: .person(person), channel: .mail))
      }
  }

  /// What a warned clock is called, and the rule that stands behind it.
  package func title(of clock: String, in incident: Incident) -> (Bilingual, rule: String?) {
    if let part = PartNumber(clock), part.kind == .lesson,
      let lesson = incident.course.lesson(part.number)
    {
      return (Bilingual(zh: "经验 \(part) \(lesson.text)", en: "lesson \(part) \(lesson.text)"), nil)
    }
    if let part = PartNumber(clock), let promise = incident.promise(part.number) {
      return (
        Bilingual(zh: "承诺 \(part) \(promise.text)", en: "promise \(part) \(promise.text)"), nil
      )
    }
    if clock == Self.updateClock {
      return (Bilingual(zh: "动态发布", en: "the next update"), nil)
    }
    // Under whichever playbook it stood.
    for basis in incident.bases.reversed() {
      guard let playbook = playbooks[basis.playbook.hash] else { continue }
      if let level = playbook.reports?.levels.first(where: { $0.clock.id == clock }) {
        return (level.title, level.clock.rule)
      }
      if let rule = playbook.clocks.first(where: { $0.id == clock }),
        let step = playbook.stages.flatMap(\.steps).first(where: { $0.meets == clock })
      {
        return (step.title, rule.rule)
      }
    }
    return (Bilingual(same: clock), nil)
  }
}

extension Incident {
  /// Whether people were warned of this mark, or of a later one, for the same due time.
  func hasWarned(_ warning: ClockWarning) -> Bool {
    warned.contains { round in
      round.warnings.contains {
        $0.clock == warning.clock && $0.due == warning.due && $0.mark >= warning.mark
      }
    }
  }
}
