package import Bytes

/// How long a rule gives: a length of time (`PT5H`), or working days (`P5WD`).
package enum TimeLimit: Hashable, Sendable {
  case time(Period)
  case workingDays(Int)

  /// More is no time limit that anybody has written.
  private static let mostDays = 250

  package init?(_ text: String) {
    if let period = Period(text) {
      self = .time(period)
      return
    }
    guard text.hasPrefix("P"), text.hasSuffix("WD"), text.utf8.count > 3 else { return nil }
    let digits = text.dropFirst().dropLast(2)
    guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      digits.first != "0", let count = Int(digits), (1...Self.mostDays).contains(count)
    else { return nil }
    self = .workingDays(count)
  }

  package var text: String {
    switch self {
    case .time(let period): period.text
    case .workingDays(let count): "P\(count)WD"
    }
  }

  package var title: Bilingual {
    switch self {
    case .time(let period): period.title
    case .workingDays(let count):
      Bilingual(zh: "\(count) 个工作日", en: counted(count, "working day"))
    }
  }

  /// Hours run through nights and holidays; working days follow the calendar.
  package func due(from start: Instant, in days: DeskDays) throws(CalendarGap) -> Instant {
    switch self {
    case .time(let period): start + period.duration
    case .workingDays(let count): try days.close(ofWorkingDay: count, after: start)
    }
  }
}
