import Bytes
import Foundation
import Support
import Testing

@Suite("The desk's clock")
struct DeskClockTests {
  @Test("shows wall time on an exercise until a file moves it, and again when the file is gone")
  func follows() throws {
    let folder = try TemporaryFolder()
    let file = folder.path("clock.json5")
    let clock = DeskClock.exercise(file: file)
    #expect(clock.setting() == .wall)

    let desk = try #require(Instant(iso8601: "2026-09-26T00:00:00Z"))
    try folder.write("clock.json5", #"{"held":"2026-09-26T00:00:00Z"}"#)
    #expect(clock.now() == desk)
    #expect(clock.wallTime(until: desk + .seconds(1)) == nil)
    #expect(clock.wallTime(until: desk) == .zero)

    let wall = DeskClock.wallNow()
    let running = DeskClock.Setting.running(wall: wall, desk: desk, speed: 600)
    try folder.write("clock.json5", try #require(DeskClock.text(of: running)))
    #expect(clock.setting() == running)
    #expect(clock.now() >= desk)
    let wait = try #require(clock.wallTime(until: desk + .hours(1)))
    #expect(wait <= .seconds(6))

    try FileManager.default.removeItem(atPath: file)
    #expect(clock.setting() == .wall)
  }

  @Test("goes on as before while its file cannot be read")
  func keepsGoing() throws {
    let folder = try TemporaryFolder()
    let clock = DeskClock.exercise(file: folder.path("clock.json5"))
    try folder.write("clock.json5", #"{"held":"2026-09-26T00:00:00Z"}"#)
    let before = clock.now()
    try folder.write("clock.json5", "{held: ")
    #expect(clock.now() == before)
  }

  @Test(
    "refuses a setting that makes no sense",
    arguments: [
      #"{"held":"noon"}"#, #"{"wall":"2026-09-26T00:00:00Z"}"#,
      #"{"wall":"2026-09-26T00:00:00Z","desk":"2026-09-26T00:00:00Z","speed":0}"#,
      #"{"wall":"2026-09-26T00:00:00Z","desk":"2026-09-26T00:00:00Z","sped":2}"#,
    ])
  func refuses(text: String) throws {
    let json = try JSONReader.read(text)
    #expect(throws: FieldFailure.self) { try DeskClock.setting(from: json) }
  }
}
