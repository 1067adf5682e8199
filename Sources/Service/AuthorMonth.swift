import Bytes

/// The month whose key makes an author's pseudonym.
enum AuthorMonth {
  /// `2026-09`, in UTC.
  static func name(of instant: Instant) -> String {
    let civil = CivilTime(instant)
    return padded(civil.year, 4) + "-" + padded(civil.month, 2)
  }

  /// The first instant after the month; nil for another form.
  static func end(of month: String) -> Instant? {
    let parts = month.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 2, (1...12).contains(parts[1]) else { return nil }
    return parts[1] == 12
      ? CivilTime(year: parts[0] + 1, month: 1, day: 1).instant()
      : CivilTime(year: parts[0], month: parts[1] + 1, day: 1).instant()
  }
}
