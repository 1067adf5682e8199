import Bytes

extension Instant {
  /// A notice bears the time at which it was written, and what is caught up on after a restart is
  /// judged as of up to an hour before. What lies further ahead was written by a clock that has been
  /// put back since.
  private static let furthestAhead = Duration.minutes(65)

  /// Whether so much time has passed since this notice. One from a clock that was put back keeps
  /// nobody from being told.
  func hasPassed(_ length: Duration, at now: Instant) -> Bool {
    isAhead(of: now) || now - self >= length
  }

  /// Whether a clock wrote it that was put back since.
  func isAhead(of now: Instant) -> Bool { self - now > Self.furthestAhead }
}
