import Bytes

/// The daemon's log: one line of JSON for each event, to standard error.
///
/// Foreign text stands in fields only, where JSON keeps it harmless; the event's name is ours.
struct Log: Sendable {
  private let clock: DeskClock
  private let write: @Sendable ([UInt8]) -> Void

  init(
    clock: DeskClock,
    write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.clock = clock
    self.write = write
  }

  func callAsFunction(
    _ event: StaticString, _ fields: KeyValuePairs<StaticString, String> = [:]
  ) {
    var line = JSONWriter.object { writer in
      writer.member("t", DeskClock.wallNow().iso8601Microseconds)
      if clock.canBeMoved { writer.member("desk", clock.now().iso8601) }
      writer.member("event", "\(event)")
      for (name, value) in fields { writer.member("\(name)", terminalSafe(value)) }
    }
    line.append(UInt8(ascii: "\n"))
    write(line)
  }
}
