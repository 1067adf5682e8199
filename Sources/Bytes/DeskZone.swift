import Foundation

/// The zone in which a desk lives: its day, its year, and the offset beside each time it shows.
package struct DeskZone: Hashable, Sendable {
  package let identifier: String
  private let zone: TimeZone

  /// A name of the IANA database, such as `Asia/Shanghai`; nil if there is no such zone.
  package init?(_ identifier: String) {
    guard let zone = TimeZone(identifier: identifier) else { return nil }
    self.identifier = identifier
    self.zone = zone
  }

  private init(universal zone: TimeZone) {
    self.identifier = "UTC"
    self.zone = zone
  }

  package static let universal = DeskZone(universal: .gmt)

  package func offsetSeconds(at instant: Instant) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds)))
  }

  /// What clocks on the desk's wall show.
  package func civil(_ instant: Instant) -> CivilTime {
    CivilTime(instant, offsetSeconds: offsetSeconds(at: instant))
  }

  /// The instant at which clocks on the desk's wall show this.
  ///
  /// Where clocks are put back it is the earlier of the two; where they are put forward, a time
  /// that is jumped over counts from before the jump.
  package func instant(_ civil: CivilTime) -> Instant {
    let guess = civil.instant()
    let before = offsetSeconds(at: guess - .hours(24))
    let candidate = civil.instant(offsetSeconds: before)
    if offsetSeconds(at: candidate) == before { return candidate }
    let after = offsetSeconds(at: guess + .hours(24))
    let other = civil.instant(offsetSeconds: after)
    return offsetSeconds(at: other) == after ? other : candidate
  }

  /// `2026-11-22 13:13 +08:00`
  package func text(_ instant: Instant) -> String {
    let civil = civil(instant)
    return "\(civil.dateText) \(civil.minuteText) \(offsetText(at: instant))"
  }

  /// `2026-11-22 13:13:25 +08:00`
  package func secondsText(_ instant: Instant) -> String {
    let civil = civil(instant)
    return "\(civil.dateText) \(civil.timeText) \(offsetText(at: instant))"
  }

  /// `13:13`
  package func clockText(_ instant: Instant) -> String { civil(instant).minuteText }

  private func offsetText(at instant: Instant) -> String {
    let offset = offsetSeconds(at: instant)
    let minutes = abs(offset) / 60
    return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
  }
}
