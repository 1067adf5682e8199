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

  /// A day of everyday posts, and at its end an hour in which many tell of a fire and of who saw it.
  private static func fire() -> [Item] {
    let subjects = ["买菜", "遛狗", "下棋", "看书", "钓鱼", "散步", "种花", "煮面", "洗车", "学琴"]
    let ends = ["真不错", "有点累", "人很多", "推荐", "下次再来", "还行", "挺远的"]
    var items: [Item] = []
    func add(_ minute: Int, _ text: String) {
      let number = items.count
      items.append(
        Item(
          id: "i\(number)", published: nil, firstSeen: noon - .days(1) + .minutes(minute),
          source: "s\(number % 5)", language: "zh", text: text, author: "a\(number)",
          owner: "o\(number % 5)", tier: .other))
    }
    for minute in 0..<24 * 60 - 1 {
      if minute % 3 == 0 {
        add(minute, "今天\(subjects[minute / 3 % 10])\(ends[minute / 3 % 7])，第\(minute)天")
      }
      guard minute >= 23 * 60 else { continue }
      for voice in 0..<2 {
        let end = "\(ends[(minute + voice) % 7])\(minute)\(voice)"
        let told = ["河湾化工园爆炸，陆明轩在场", "陆明轩拍到浓烟，河湾化工园起火", "消防车去了河湾化工园，陆明轩也在"]
        add(minute, told[(minute * 2 + voice) % 3] + "，" + end)
      }
    }
    return items
  }

  @Test("writes down no name with the first words of a topic, whatever else the topic says")
  func firstWords() async throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(folder.root)
    let configuration = try Configuration.read(
      DeskPlace.find(
        configuration: SampleCountyTests.samples + "/desk/incident.json5", state: nil,
        environment: [:]))
    try ExerciseClockFile.write(.held(Self.noon), to: state.clockFile)
    let frontDesk = try FrontDesk.create(state, isExercise: true, at: Self.noon)
    try await frontDesk.perform(.adopt(configuration.registry), by: .desk)
    let items = try ItemLog.open(state.items)
    for item in Self.fire() {
      _ = try items.append(lines: [item.line], at: item.firstSeen ?? Self.noon)
    }
    try await items.sync()
    let detector = try await Detector.open(
      frontDesk: frontDesk, items: items, configuration: configuration,
      log: Log(clock: .wall) { _ in })
    let topics = try await frontDesk.view { Array($0.topics.values) }
    let fire = topics.filter { ($0.label + $0.keywords.joined()).contains("化工园") }
    #expect(!fire.isEmpty, "\(topics.map(\.keywords))")
    for topic in topics {
      #expect(!(topic.label + topic.keywords.joined()).contains("明轩"), "\(topic.keywords)")
    }
    #expect(fire.contains { $0.keywords.contains { $0.contains("某某") } }, "\(fire.map(\.keywords))")
    _ = detector
    try items.close()
    try await frontDesk.close()
  }
}
