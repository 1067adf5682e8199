import Bytes
import Journal
import Synchronization

/// Notices that somebody has set the wall clock, by the clock since boot that nobody can set.
///
/// Order is by number and durations are by boot marks, so a jump breaks nothing; but whoever reads
/// times in the record has to know of it.
final class ClockWatch: Sendable {
  /// A smaller step is what keeping time with others does to a clock.
  private static let tolerance = Duration.seconds(2)

  /// An exercise moves its clock all the time.
  private let isOff: Bool
  private let mark: @Sendable () -> BootMark
  private let last: Mutex<(time: Instant, mark: BootMark)?>

  init(
    isOff: Bool, last: (time: Instant, mark: BootMark)?,
    now mark: @escaping @Sendable () -> BootMark
  ) {
    self.isOff = isOff
    self.mark = mark
    self.last = Mutex(last)
  }

  /// The event that says so, if the wall has moved otherwise than time since this was asked last.
  func jump(at wall: Instant) -> [UInt8]? {
    guard !isOff else { return nil }
    let now = mark()
    let before = last.withLock { last in
      defer { last = (wall, now) }
      return last
    }
    // Over a restart of the machine nothing can be told.
    guard let before, let passed = now.duration(since: before.mark) else { return nil }
    let step = (wall - before.time) - passed
    guard step > Self.tolerance || step < .zero - Self.tolerance else { return nil }
    return JSONWriter.object { writer in
      writer.member("k", "clock.jump")
      writer.member("from", (before.time + passed).iso8601Microseconds)
      writer.member("to", wall.iso8601Microseconds)
    }
  }
}
