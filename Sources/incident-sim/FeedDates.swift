import Bytes

/// Dates as feeds write them.
struct FeedDates {
  let zone: DeskZone

  /// `Sun, 27 Sep 2026 06:22:41 +0800`
  func rfc822(_ instant: Instant) -> String {
    let civil = zone.civil(instant)
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let month = englishMonths[civil.month - 1].prefix(3)
    return "\(days[civil.weekday - 1]), \(padded(civil.day, 2)) \(month) \(civil.year) "
      + "\(civil.timeText) \(offset(at: instant, colon: ""))"
  }

  /// `2026-09-27 06:22:41`
  func zoneless(_ instant: Instant) -> String {
    let civil = zone.civil(instant)
    return "\(civil.dateText) \(civil.timeText)"
  }

  /// `2026年09月27日 06:22`
  func chinese(_ instant: Instant) -> String {
    let civil = zone.civil(instant)
    return "\(civil.year)年\(padded(civil.month, 2))月\(padded(civil.day, 2))日 \(civil.minuteText)"
  }

  /// `2026-09-27T06:22:41+08:00`
  func rfc3339(_ instant: Instant) -> String {
    let civil = zone.civil(instant)
    return "\(civil.dateText)T\(civil.timeText)\(offset(at: instant, colon: ":"))"
  }

  private func offset(at instant: Instant, colon: String) -> String {
    let seconds = zone.offsetSeconds(at: instant)
    let minutes = abs(seconds) / 60
    return (seconds < 0 ? "-" : "+") + padded(minutes / 60, 2) + colon + padded(minutes % 60, 2)
  }
}
