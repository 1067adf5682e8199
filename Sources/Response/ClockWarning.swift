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
