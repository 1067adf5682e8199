import Bytes
import Watch
import Wire

/// How long a server puts us off.
enum RetryAfter {
  /// Who says more than this has made a mistake, and is asked once again then.
  static let longest = Duration.days(30)
  /// Without a word from the server: so long, doubled each time, up to a day.
  static let unsaid = Duration.minutes(15)
  static let longestUnsaid = Duration.hours(24)
  /// `x-ratelimit-reset` above this counts seconds since 1970, below it seconds from now.
  private static let firstEpoch = 1_000_000_000.0

  /// What the headers say, counted from the answer on, rounded up to whole seconds; nil for nothing
  /// that can be understood.
  ///
  /// `Retry-After` in seconds or as a date in one of the three forms of HTTP (RFC 9110 §5.6.7,
  /// §10.2.3), else `x-ratelimit-reset`. A date is taken from the answer's own `Date`, so that a
  /// server's clock need not be right; without one from `now`.
  static func wait(_ headers: HeaderList, at now: Instant) -> Duration? {
    let base = headers["Date"].flatMap { feedDate($0, in: .universal) } ?? now
    if let value = headers["Retry-After"] {
      if value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !value.isEmpty {
        return bounded(.seconds(min(Int(value) ?? .max, 1 << 32)))
      }
      // No seconds and no date, as `-5` or `soon`: nothing was said.
      if value.contains(":"), let date = feedDate(value, in: .universal) {
        return bounded(date - base)
      }
    }
    guard let value = headers["x-ratelimit-reset"], let seconds = Double(value), seconds >= 0,
      seconds < 1e11
    else { return nil }
    let wait = seconds >= firstEpoch ? seconds - base.secondsSince1970 : seconds
    return bounded(.seconds(Int(wait.rounded(.up))))
  }

  /// The wait of the `count`-th time in a row that a server puts us off without saying for how long.
  static func unsaidWait(count: Int) -> Duration {
    min(unsaid * (1 << min(max(0, count - 1), 10)), longestUnsaid)
  }

  private static func bounded(_ wait: Duration) -> Duration { max(.zero, min(wait, longest)) }
}

extension Instant {
  /// Seconds since 1970 with their fraction.
  fileprivate var secondsSince1970: Double { Double(microseconds) / 1_000_000 }
}
