import Bytes
import Journal
import Response
import Support
import Testing
import Watch

@testable import Desk
@testable import Service

@Suite("The detector")
struct DetectorTests {
  private static let noon = Instant(seconds: 1_790_000_000).floored(to: .days(1)) + .hours(4)

  /// A desk whose checkpoint has learned four weeks of forty items an hour from ten sources.
  private func taught(_ state: StateFolder) throws {
    var memory = ListeningMemory([])
    let start = Self.noon - .days(28)
    let sources = (0..<10).map { _ in (tier: Item.Tier.other, isHeard: true) }
    for minute in 1...28 * 24 * 60 {
      let end = start + .minutes(minute)
      let items =
        minute % 3 == 0
        ? (0..<2).map {
          Item(
            id: "\(minute).\($0)", published: nil, firstSeen: end, source: "s", language: "zh",
            text: "x", tier: .other)
        } : []
      _ = memory.volume.take(items, sources: sources, through: end, zone: .universal)
    }
    try ModelStore(folder: state.model).save(
      TopicModel(settings: ModelSettings()), memory, through: Self.noon, position: nil)
  }

  @Test(
    "tells of less than usual by what its checkpoint has learned, once, and not of deafness",
    arguments: [true, false])
  func volume(isHeard: Bool) async throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(folder.root)
    let configuration = try Configuration.read(
      DeskPlace.find(
        configuration: SampleCountyTests.samples + "/desk/incident.json5", state: nil,
        environment: [:]))
    try taught(state)
    try ExerciseClockFile.write(.held(Self.noon), to: state.clockFile)
    let frontDesk = try FrontDesk.create(state, isExercise: true, at: Self.noon)
    try await frontDesk.perform(.adopt(configuration.registry), by: .desk)
    let items = try ItemLog.open(state.items)
    let log = Log(clock: .wall) { _ in }
    let detector = try await Detector.open(
      frontDesk: frontDesk, items: items, configuration: configuration, log: log)
    await detector.learnHearing {
      (0..<10).map {
        SourceHearing(
          source: "s\($0)", isOfficial: false, isHeard: isHeard || $0 > 4, lastHeard: Self.noon)
      }
    }
    let running = Task { try await detector.run() }
    for step in 1...60 {
      let now = Self.noon + .minutes(5 * step)
      try ExerciseClockFile.write(.held(now), to: state.clockFile)
      detector.intake.arrivals.raise()
      while !(await detector.isIdle(at: now)) { try await Task.sleep(for: .milliseconds(1)) }
    }
    running.cancel()
    let alerts = try await frontDesk.view { $0.response.alerts.values.map { $0 } }
    let quiet = alerts.filter { $0.evidence.subject == .volume("all") }
    #expect(quiet.count == (isHeard ? 1 : 0))
    if let alert = quiet.first {
      #expect(alert.raised.time == Self.noon + .minutes(185))
      #expect(alert.evidence.reason.en.contains("0 items of all sources in the last 3 h"))
    }
    // Half of the sources missing is told as that.
    let missing = alerts.filter { alert in
      if case .sources = alert.evidence.subject { return true }
      return false
    }
    #expect(missing.count == (isHeard ? 0 : 1))
    try items.close()
    try await frontDesk.close()
  }
}
