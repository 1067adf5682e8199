/// What a number counts that says when something was, from 1970 on.
package enum EpochUnit: String, CaseIterable, Hashable, Sendable {
  case seconds = "s"
  case milliseconds = "ms"

  /// The instant that a count means; nil beyond the years that have four digits.
  package func instant(_ count: Double) -> Instant? {
    let seconds = self == .seconds ? count : count / 1000
    // 0001-01-01 and 10000-01-01.
    guard (-62_135_596_800..<253_402_300_800).contains(seconds) else { return nil }
    return Instant(microseconds: Int64((seconds * 1_000_000).rounded()))
  }
}
