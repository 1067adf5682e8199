package import Bytes

/// A mark on the way of a clock at which the desk speaks up.
package enum ClockMark: String, CaseIterable, Comparable, Sendable {
  case half = "50"
  case threeQuarters = "75"
  case nineTenths = "90"
  case due
  /// A quarter of an hour has gone by since: now the next person is told.
  case late

  private static let grace = Duration.minutes(15)

  package func time(from start: Instant, to due: Instant) -> Instant {
    let whole = (due - start).microseconds
    return switch self {
    case .half: start + .microseconds(whole / 2)
    case .threeQuarters: start + .microseconds(whole / 4 * 3)
    case .nineTenths: start + .microseconds(whole / 10 * 9)
    case .due: due
    case .late: due + Self.grace
    }
  }

  package var title: Bilingual {
    switch self {
    case .half: Bilingual(zh: "时间过半", en: "half of the time has passed")
    case .threeQuarters: Bilingual(zh: "时间已过 75%", en: "75 % of the time has passed")
    case .nineTenths: Bilingual(zh: "时间已过 90%", en: "90 % of the time has passed")
    case .due: Bilingual(zh: "到期", en: "due now")
    case .late: Bilingual(zh: "逾期 15 分钟以上", en: "overdue by 15 min or more")
    }
  }

  private var rank: Int {
    switch self {
    case .half: 1
    case .threeQuarters: 2
    case .nineTenths: 3
    case .due: 4
    case .late: 5
    }
  }

  package static func < (left: ClockMark, right: ClockMark) -> Bool { left.rank < right.rank }
}

/// That a clock has come to a mark. A clock that was moved since has another due time, and speaks
/// up anew.
package struct ClockWarning: Hashable, Sendable {
  /// The clock's id, `update` for the next word to the public, or a promise: `P2`.
  package let clock: String
  package let mark: ClockMark
  package let due: Instant

  package init(clock: String, mark: ClockMark, due: Instant) {
    self.clock = clock
    self.mark = mark
    self.due = due
  }
}

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
    var matters = clocks(of: incident, at: now).filter(\.isOpen).compactMap { reading in
      guard let start = reading.start, let due = reading.due else { return nil as WarnedMatter? }
      return WarnedMatter(
        clock: reading.rule.id, start: start, due: due, isSoft: reading.rule.isSoft)
    }
    if let update = playbook(of: incident)?.nextUpdate(of: incident) {
      matters.append(
        WarnedMatter(
          clock: Self.updateClock, start: update.since.time, due: update.due, isSoft: true))
    }
    matters += incident.openPromises.map { promise in
      WarnedMatter(
        clock: PartNumber(.promise, promise.number).description, start: promise.stamp.time,
        due: promise.due, isSoft: false)
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
  /// Warnings that went out together.
  package struct Warned: Hashable, Sendable {
    package let warnings: [ClockWarning]
    package let stamp: Stamp
  }

  /// Whether people were warned of this mark, or of a later one, for the same due time.
  func hasWarned(_ warning: ClockWarning) -> Bool {
    warned.contains { round in
      round.warnings.contains {
        $0.clock == warning.clock && $0.due == warning.due && $0.mark >= warning.mark
      }
    }
  }
}
