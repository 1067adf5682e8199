import Bytes
import Response

/// Reads the times that people type.
struct TimeWords {
  let zone: DeskZone
  let now: Instant

  /// A moment that has come: `02:10` (the last time that it was ten past two), `2026-11-22 02:10`,
  /// `-20m`, `now`, or a time with its zone.
  func past(_ text: String, option: String) throws(VerbFailure) -> Instant {
    let text = text.trimmed
    if text == "now" { return now }
    if let instant = Instant(iso8601: text) { return instant }
    if let back = ago(text) { return now - back }
    if let civil = civil(text) { return zone.instant(civil) }
    if let time = timeOfDay(text) {
      let today = zone.instant(time)
      guard today > now else { return today }
      var yesterday = zone.civil(now - .hours(24))
      (yesterday.hour, yesterday.minute, yesterday.second) = (time.hour, time.minute, time.second)
      yesterday.microsecond = 0
      return zone.instant(yesterday)
    }
    throw unreadable(text, option, "-20m")
  }

  /// A moment to come: a length of time from now, `18:00` (the next time), a date with a time.
  func future(_ text: String, option: String) throws(VerbFailure) -> Instant {
    let text = text.trimmed
    if let period = Period(text) { return now + period.duration }
    if let instant = Instant(iso8601: text) { return instant }
    if let civil = civil(text) { return zone.instant(civil) }
    if let time = timeOfDay(text) {
      let today = zone.instant(time)
      guard today <= now else { return today }
      var tomorrow = zone.civil(now + .hours(24))
      (tomorrow.hour, tomorrow.minute, tomorrow.second) = (time.hour, time.minute, time.second)
      tomorrow.microsecond = 0
      return zone.instant(tomorrow)
    }
    throw unreadable(text, option, "PT6H")
  }

  /// `length` is how a length of time is written there: backwards or forwards.
  private func unreadable(_ text: String, _ option: String, _ length: String) -> VerbFailure {
    let forms = ["02:10", "2026-11-22 02:10", length]
    let full = "2026-11-22T02:10:00+08:00"
    return VerbFailure(
      .usage,
      zh: "“--\(option)”看不懂“\(text)”；可写 \(forms.joined(separator: "、"))、\(full) 之一",
      en: "'--\(option)' cannot be read from '\(text)'; write \(forms.joined(separator: ", ")) or "
        + full)
  }

  /// `-20m`, `-2h`
  private func ago(_ text: String) -> Duration? {
    guard text.hasPrefix("-"), let unit = text.last, let count = Int(text.dropFirst().dropLast()),
      count >= 0, count <= 100_000
    else { return nil }
    switch unit {
    case "m": return .minutes(count)
    case "h": return .hours(count)
    case "d": return .days(count)
    default: return nil
    }
  }

  /// `02:10` or `02:10:30`, on the desk's present day.
  private func timeOfDay(_ text: String) -> CivilTime? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts.allSatisfy({ (1...2).contains($0.count) }) else {
      return nil
    }
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count else { return nil }
    var civil = zone.civil(now)
    (civil.hour, civil.minute) = (numbers[0], numbers[1])
    civil.second = numbers.count == 3 ? numbers[2] : 0
    civil.microsecond = 0
    return civil.exists ? civil : nil
  }

  /// `2026-11-22 02:10`, in the desk's zone.
  private func civil(_ text: String) -> CivilTime? {
    let parts = text.split(whereSeparator: { $0 == " " || $0 == "T" })
    guard parts.count == 2 else { return nil }
    let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).compactMap {
      Int($0)
    }
    guard date.count == 3, parts[0].count == 10, var civil = timeOfDay(String(parts[1])) else {
      return nil
    }
    (civil.year, civil.month, civil.day) = (date[0], date[1], date[2])
    return civil.exists ? civil : nil
  }
}

extension String {
  var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
