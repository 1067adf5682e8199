import Bytes
import Desk
import Foundation
import Response
import Support
import Testing

@testable import Service

@Suite("Destroying pseudonym keys", .timeLimit(.minutes(2)))
struct KeyRetentionTests {
  private let folder: TemporaryFolder
  private let state: StateFolder
  private let frontDesk: FrontDesk
  private let logged = Recorder<[UInt8]>()
  private let start: Instant
  private let incident = IncidentID(year: 2026, number: 1)

  init() async throws {
    folder = try TemporaryFolder()
    state = StateFolder(folder.path("desk"))
    start = try #require(Instant(iso8601: "2026-09-01T00:00:00Z"))
    try folder.write("desk/clock.json5", DeskClock.text(of: .held(start)) ?? [])
    frontDesk = try FrontDesk.create(state, isExercise: true, at: start)
    let text = """
      {"playbook":"accident","version":1,"kind":"emergency","class":"accident",
       "title":{"zh-CN":"事故","en":"Accident"},"clocks":[],
       "review":{"ordinary":{"gates":"in order","persons":2},
                 "emergency":{"gates":"in parallel","persons":2,"gateWithin":"PT20M"}},
       "stages":[{"id":"closing","required":true,"gates":["text"],"approver":"lead"}]}
      """
    let playbook = try Playbook(try JSONReader.read(text))
    let opening = Incident.Opening(
      title: "爆炸", kind: .emergency, incidentClass: .accident, playbook: .init(playbook))
    try await frontDesk.record([
      .response(.playbookAdopted(playbook)),
      .response(.incident(incident, .opened(opening))),
    ])
    for month in ["2026-05", "2026-06", "2026-08"] {
      let key = try DeskKeys(folder: state.keys).authorKey(month: month)
      try await frontDesk.record([.keyCreated(month: month, digest: SHA256.hash(key))])
    }
  }

  private var months: [String] { DeskKeys(folder: state.keys).authorMonths() }

  private func log() -> [String] {
    logged.all.map { String(decoding: $0, as: UTF8.self) }
  }

  private func retention() -> KeyRetention {
    KeyRetention(frontDesk: frontDesk, log: Log(clock: frontDesk.clock) { logged.add($0) })
  }

  private func day(_ text: String) throws -> Instant {
    try #require(Instant(iso8601: text + "T00:00:00Z"))
  }

  @Test("takes the months whose ninety days are over, and no others")
  func due() async throws {
    // Ninety days after May are over with the 30th of August.
    _ = try await retention().round(at: try day("2026-08-30"))
    #expect(months == ["2026-05", "2026-06", "2026-08"])
    _ = try await retention().round(at: try day("2026-08-30") + .microseconds(1))
    #expect(months == ["2026-06", "2026-08"])
    #expect(try await frontDesk.view { $0.keyBook.months.keys.sorted() } == months)
    #expect(try await frontDesk.view { $0.keyBook.destroyed.keys.sorted() } == ["2026-05"])
    #expect(log().count { $0.contains(#""event":"key.destroyed","month":"2026-05""#) } == 1)
    try await frontDesk.close()
  }

  @Test("leaves what an open incident holds, and says so once")
  func held() async throws {
    try await frontDesk.record([
      .keyHeld(month: "2026-05", for: incident, reason: "recount")
    ])
    let end = try day("2026-12-31")
    let first = try await retention().round(at: end)
    #expect(months == ["2026-05"])
    #expect(
      log().count {
        $0.contains(#""event":"key.kept","month":"2026-05","incidents":"2026-0001""#)
      } == 1)
    let second = try await first.round(at: end + .hours(1))
    #expect(months == ["2026-05"] && log().count { $0.contains("key.kept") } == 1)
    try await frontDesk.record([
      .keyReleased(month: "2026-05", by: incident, reason: "counted")
    ])
    _ = try await second.round(at: end + .hours(2))
    #expect(months.isEmpty && log().count { $0.contains("key.destroyed") } == 3)
    try await frontDesk.close()
  }

  @Test("takes what an incident held that has ended")
  func ended() async throws {
    try await frontDesk.record([
      .keyHeld(month: "2026-05", for: incident, reason: "recount")
    ])
    let end = try day("2026-12-31")
    let first = try await retention().round(at: end)
    #expect(months == ["2026-05"])
    try await frontDesk.record([.response(.incident(incident, .closed(summary: nil)))])
    _ = try await first.round(at: end)
    #expect(months.isEmpty)
    try await frontDesk.close()
  }

  @Test("holds after a start anew what was held before it")
  func restart() async throws {
    try await frontDesk.record([
      .keyHeld(month: "2026-05", for: incident, reason: "recount")
    ])
    try await frontDesk.saveSnapshot()
    try await frontDesk.close()
    let again = try FrontDesk.open(state)
    let retention = KeyRetention(frontDesk: again, log: Log(clock: again.clock) { _ in })
    _ = try await retention.round(at: try day("2026-12-31"))
    #expect(months == ["2026-05"])
    try await again.close()
  }
}
