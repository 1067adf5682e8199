import Bytes
import Watch

/// When a source is asked again. It is a pure function, and the same source gets the same answers.
///
/// A source has an interval of its own: the configured one, or half of the usual gap between its
/// items where that is known and longer. What its publisher asks for only lengthens that. Urgent
/// sources are asked at the configured interval and every five minutes at least, and all while an
/// incident is open every two minutes at least.
struct PollSchedule: Sendable {
  var id: Name
  /// How often it was asked so far: it decides the jitter.
  var polls = 0
  var every: Duration
  var isUrgent = false
  /// Whether an incident is open: what comes now counts more than a publisher's wishes.
  var isCrisis = false
  var habit = PublishingHabit()
  var hints = PublisherHints()
  /// Failures in a row that say that asking is no use now.
  var setbacks = 0
  /// Nobody has been there for days.
  var isDead = false

  /// No source is left alone for longer, unless its server asks for it.
  static let longest = Duration.hours(24)
  /// However rarely a source publishes, as long as it does.
  static let longestOwn = Duration.hours(6)
  /// An urgent source's publisher may ask for no more.
  static let longestUrgentHint = Duration.minutes(5)
  /// Nor is such a source ever asked less often, whatever the desk's own interval is.
  static let longestUrgent = Duration.minutes(5)
  /// While an incident is open, nobody is.
  static let longestInCrisis = Duration.minutes(2)
  /// After so long without an item, a source with a habit is asked so often only.
  static let silences: [(after: Duration, every: Duration)] = [
    (.days(30), .hours(24)), (.days(14), .hours(12)),
  ]
  private static let doublingLimit = 6

  /// The next time, unless the source's host asks for a later one.
  func next(after now: Instant) -> Instant {
    if isDead { return now + max(Self.longest, every) - abs(jitter(of: Self.longest)) }
    if setbacks > 0 {
      let doubled = jittered(every * (1 << min(setbacks, Self.doublingLimit)))
      return now + min(doubled, Self.longest)
    }
    let hint = isCrisis ? nil : hints.interval
    if isUrgent {
      let own = min(every, isCrisis ? Self.longestInCrisis : Self.longestUrgent)
      return now + jittered(max(own, min(hint ?? .zero, Self.longestUrgentHint)))
    }
    var wait = jittered(own(at: now))
    // Never sooner than the publisher asks; spread behind that time, not around it.
    if let hint { wait = max(wait, hint + abs(jitter(of: hint))) }
    wait = min(wait, max(Self.longest, every))
    return isCrisis ? now + wait : skipping(from: now + wait, now: now)
  }

  /// The source's own interval.
  func own(at now: Instant) -> Duration {
    if isCrisis { return min(every, Self.longestInCrisis) }
    guard !isUrgent, let median = habit.median else { return every }
    if let newest = habit.newest,
      let silence = Self.silences.first(where: { now - newest >= $0.after })
    {
      return max(every, silence.every)
    }
    return max(every, min(median / 2, Self.longestOwn))
  }

  /// A tenth more or less, which the id and the number of the poll decide, so that sources that were
  /// asked together are not asked together for ever.
  private func jittered(_ wait: Duration) -> Duration { wait + jitter(of: wait) }

  private func jitter(of wait: Duration) -> Duration {
    let spread = SHA256.hash("\(id)/\(polls)").bytes.first.map(Int64.init) ?? 0
    return .microseconds(wait.microseconds / 10 * (spread - 128) / 128)
  }

  /// The first moment from then on in an hour and on a day that the publisher does not exclude, at
  /// most a day away. Hours and days are GMT's, as RSS has it.
  private func skipping(from time: Instant, now: Instant) -> Instant {
    let limit = now + Self.longest
    var moment = time
    while moment < limit, isSkipped(moment) {
      moment = moment.floored(to: .hours(1)) + .hours(1)
    }
    guard moment != time else { return time }
    // Not all at the stroke of the hour.
    return min(moment + abs(jitter(of: .minutes(50))), limit)
  }

  private func isSkipped(_ moment: Instant) -> Bool {
    let hours = moment.seconds.floorDivided(by: 3600)
    let day = Int((hours.floorDivided(by: 24) + 3) % 7)
    return hints.document.skippedHours.contains(Int(hours - hours.floorDivided(by: 24) * 24))
      || hints.document.skippedDays.contains(day)
  }
}

private func abs(_ duration: Duration) -> Duration {
  duration < .zero ? .zero - duration : duration
}
