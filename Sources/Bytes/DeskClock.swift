import Foundation
import Synchronization

/// What time it is for the desk.
///
/// It is the wall clock, except on an exercise: there `clock.json5` in the state folder moves the
/// daemon, the command and the simulator together, so that two days can pass in a minute. The file
/// holds `{wall, desk, speed}` (desk time runs `speed` times as fast from that moment on) or
/// `{held}` (desk time stands still). It is replaced atomically, and read again when it changed.
package final class DeskClock: Sendable {
  /// How desk time follows from wall time.
  package enum Setting: Hashable, Sendable {
    case wall
    case running(wall: Instant, desk: Instant, speed: Double)
    case held(Instant)
  }

  /// A faster exercise than this would outrun its own polling.
  package static let speedLimit = 100_000.0

  private struct FileMark: Equatable {
    let inode: UInt64
    let modifiedSeconds: Int
    let modifiedNanoseconds: Int
  }

  private struct Cache {
    var mark: FileMark?
    var setting: Setting
  }

  private let file: String?
  private let cache: Mutex<Cache>

  private init(file: String?, setting: Setting) {
    self.file = file
    self.cache = Mutex(Cache(mark: nil, setting: setting))
  }

  /// The clock of a desk in earnest.
  package static let wall = DeskClock(file: nil, setting: .wall)

  /// The clock of an exercise. While the file does not exist, desk time is wall time.
  package static func exercise(file: String) -> DeskClock {
    DeskClock(file: file, setting: .wall)
  }

  /// A clock that always shows this, for tests.
  package static func fixed(_ instant: Instant) -> DeskClock {
    DeskClock(file: nil, setting: .held(instant))
  }

  /// Sets a clock that a test holds.
  package func move(to instant: Instant) {
    precondition(file == nil && setting() != .wall, "only a clock of a test is moved")
    cache.withLock { $0.setting = .held(instant) }
  }

  package func now() -> Instant {
    switch setting() {
    case .wall: Self.wallNow()
    case .held(let instant): instant
    case .running(let wall, let desk, let speed):
      desk + (Self.wallNow() - wall).scaled(by: speed)
    }
  }

  /// How long to wait on the wall until the desk's clock shows this; nil while it stands still.
  package func wallTime(until desk: Instant) -> Duration? {
    switch setting() {
    case .wall: desk - Self.wallNow()
    case .held(let instant): instant >= desk ? .zero : nil
    case .running(_, _, let speed):
      speed > 0 ? (desk - now()).scaled(by: 1 / speed) : nil
    }
  }

  /// Whether a file can move this clock, so that whoever waits has to look again.
  package var canBeMoved: Bool { file != nil }

  /// What the clock follows now.
  package func setting() -> Setting {
    guard let file else { return cache.withLock { $0.setting } }
    let mark = Self.mark(of: file)
    return cache.withLock { cache in
      if mark != cache.mark {
        // A file that cannot be read is left for the next look; the clock goes on as before.
        if let mark, let setting = Self.read(file) {
          cache = Cache(mark: mark, setting: setting)
        } else if mark == nil {
          cache = Cache(mark: nil, setting: .wall)
        }
      }
      return cache.setting
    }
  }

  package static func wallNow() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  private static func mark(of file: String) -> FileMark? {
    var status = stat()
    guard stat(file, &status) == 0 else { return nil }
    return FileMark(
      inode: UInt64(status.st_ino), modifiedSeconds: status.st_mtim.tv_sec,
      modifiedNanoseconds: status.st_mtim.tv_nsec)
  }

  /// Nil for what is no setting, by which the clock is not moved: `incident drill clock` says what
  /// is wrong with one before it writes it.
  private static func read(_ file: String) -> Setting? {
    guard let data = FileManager.default.contents(atPath: file),
      let json = try? JSONReader.read(Array(data), as: .json5)
    else { return nil }
    return try? setting(from: json)
  }

  /// The setting that a `clock.json5` names.
  package static func setting(from json: JSON) throws(FieldFailure) -> Setting {
    var fields = try Fields(json)
    if let held = try fields.instant(ifPresent: "held") {
      try fields.finish()
      return .held(held)
    }
    let wall = try fields.instant("wall")
    let desk = try fields.instant("desk")
    let speed = try fields.number(ifPresent: "speed") ?? 1
    try fields.finish()
    guard speed > 0, speed <= speedLimit else {
      throw fields.failure(
        "speed",
        Bilingual(
          zh: "“speed”应大于 0 且不超过 \(Int(speedLimit))",
          en: "'speed' should be above 0 and at most \(Int(speedLimit))"))
    }
    return .running(wall: wall, desk: desk, speed: speed)
  }

  /// The text of a `clock.json5`; nil for the wall clock, which has none.
  package static func text(of setting: Setting) -> [UInt8]? {
    switch setting {
    case .wall: nil
    case .held(let instant): JSONWriter.object { $0.member("held", instant.iso8601) }
    case .running(let wall, let desk, let speed):
      JSONWriter.object {
        $0.member("wall", wall.iso8601)
        $0.member("desk", desk.iso8601)
        $0.member("speed", speed)
      }
    }
  }
}

extension Duration {
  fileprivate func scaled(by factor: Double) -> Duration {
    .microseconds(Int64((Double(microseconds) * factor).rounded()))
  }
}
