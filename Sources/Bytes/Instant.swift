/// A point in time, counted in whole microseconds since 1970-01-01T00:00:00Z without leap seconds.
///
/// Not `Foundation.Date`: a date is a floating-point number, and one that was written to the
/// journal and read back would now and then differ from the one that was decided on. Here what is
/// written is what was meant, to the last digit.
package struct Instant: InstantProtocol, Hashable, Sendable {
  package let microseconds: Int64

  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Seconds since 1970, as a file or a protocol gives them.
  package init(seconds: Int64) {
    self.microseconds = seconds * 1_000_000
  }

  /// Whole seconds since 1970, rounded towards the past.
  package var seconds: Int64 {
    microseconds.floorDivided(by: 1_000_000)
  }

  package static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  package func advanced(by duration: Duration) -> Instant {
    Instant(microseconds: microseconds + duration.microseconds)
  }

  package func duration(to other: Instant) -> Duration {
    .microseconds(other.microseconds - microseconds)
  }

  package static func + (instant: Instant, duration: Duration) -> Instant {
    instant.advanced(by: duration)
  }

  package static func - (instant: Instant, duration: Duration) -> Instant {
    Instant(microseconds: instant.microseconds - duration.microseconds)
  }

  package static func - (later: Instant, earlier: Instant) -> Duration {
    earlier.duration(to: later)
  }

  /// The start of the step of this length that holds the instant, counted from 1970.
  package func floored(to step: Duration) -> Instant {
    let length = step.microseconds
    return Instant(microseconds: microseconds.floorDivided(by: length) * length)
  }
}

extension Duration {
  package static func minutes(_ count: Int) -> Duration { .seconds(60 * count) }
  package static func hours(_ count: Int) -> Duration { .seconds(3600 * count) }
  package static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }

  /// Whole microseconds; what is smaller is cut off.
  package var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }

  /// Seconds as a number to calculate or to show with; never to be stored.
  package var inSeconds: Double {
    Double(microseconds) / 1_000_000
  }
}

extension Int64 {
  /// Division that rounds towards minus infinity, so that times before 1970 fall on the right day.
  package func floorDivided(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor != 0 && (self < 0) != (divisor < 0) ? quotient - 1 : quotient
  }
}
