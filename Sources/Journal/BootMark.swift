import Glibc

/// A point on the clock that runs from boot to shutdown, also while the machine is suspended.
///
/// Nobody can set that clock, so the time between two records of one boot can be told from their
/// marks even where the wall clock was changed between them.
package struct BootMark: Hashable, Sendable, CustomStringConvertible {
  package let bootID: String
  package let nanoseconds: Int64

  package init(bootID: String, nanoseconds: Int64) {
    self.bootID = bootID
    self.nanoseconds = nanoseconds
  }

  /// Reads `<boot-id>:<nanoseconds>`; nil for anything else.
  package init?(_ text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let nanoseconds = Int64(text[text.index(after: colon)...]), nanoseconds >= 0
    else { return nil }
    self.init(bootID: String(text[..<colon]), nanoseconds: nanoseconds)
    guard description == text else { return nil }
  }

  package var description: String { "\(bootID):\(nanoseconds)" }

  /// How long after the other mark this one was made; nil if the machine was started in between.
  package func duration(since earlier: BootMark) -> Duration? {
    guard bootID == earlier.bootID else { return nil }
    return .nanoseconds(nanoseconds - earlier.nanoseconds)
  }

  package static func now() -> BootMark {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return BootMark(
      bootID: currentBootID,
      nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// The kernel's name for this boot. `unknown` where there is no `/proc`: records are then as
  /// safe as ever, and only durations across the wall clock's jumps cannot be told.
  package static let currentBootID: String = {
    let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "unknown" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    let text = bytes.prefix(max(0, count)).prefix { $0 > 0x20 && $0 < 0x7f }
    return text.isEmpty ? "unknown" : String(decoding: text, as: UTF8.self)
  }()
}
