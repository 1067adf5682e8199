import Bytes
import Foundation
import Journal
import Response
import Support
import Testing
import Watch

@testable import Desk
@testable import Service

private let noon = Instant(seconds: 1_790_000_000).floored(to: .days(1)) + .hours(4)

@Suite("The detector")
struct DetectorTests {
  /// A desk whose checkpoint has learned four weeks of forty items an hour from ten sources.
  private func taught(_ state: StateFolder) throws {
    var memory = ListeningMemory([])
    let start = noon - .days(28)
    let sources = (0..<10).map { VolumeHabit.Source("s\($0)", tier: .other, isHeard: true) }
    for minute in 1...28 * 24 * 60 {
      let end = start + .minutes(minute)
      let items =
        minute % 3 == 0
        ? (0..<2).map {
          Item(
            id: "\(minute).\($0)", published: nil, firstSeen: end, source: "s", language: "zh",
            text: "x", tier: .other)
        } : []
      memory.volume.take(items, sources: sources, through: end, zone: .universal)
    }
    try ModelStore(folder: state.model).save(
      TopicModel(settings: ModelSettings()), memory, through: noon, position: nil)
  }

  /// A desk in a folder, whose detectors come and go as a crash has it.
  private struct Desk {
    let state: StateFolder
    let frontDesk: FrontDesk
    let items: ItemLog
    let configuration: Configuration

    init(_ state: StateFolder, at time: Instant, phrase: String? = nil) async throws {
      self.state = state
      var configuration = try Configuration.read(
        DeskPlace.find(
          configuration: SampleCountyTests.samples + "/desk/incident.json5", state: nil,
          environment: [:]))
      if let phrase {
        configuration.relevance.phrases = [
          .init(
            name: phrase, words: [phrase], posts: 3, voices: 2, within: .hours(1), isUrgent: false,
            every: .hours(3))
        ]
      }
      self.configuration = configuration
      try ExerciseClockFile.write(.held(time), to: state.clockFile)
      frontDesk = try FrontDesk.create(state, isExercise: true, at: time)
      try await frontDesk.perform(.adopt(configuration.registry), by: .desk)
      items = try ItemLog.open(state.items)
    }

    func hold(_ time: Instant) throws {
      try ExerciseClockFile.write(.held(time), to: state.clockFile)
    }

    /// A detector that hears ten sources, and has taken what the log holds.
    func detector() async throws -> Detector {
      let detector = try await Detector.open(
        frontDesk: frontDesk, items: items, configuration: configuration,
        log: Log(clock: .wall) { _ in })
      await detector.learnHearing {
        (0..<10).map {
          SourceHearing(source: "s\($0)", isOfficial: false, isHeard: true, lastHeard: noon)
        }
      }
      try await detector.catchUp(items)
      return detector
    }

    /// Runs it minute by minute, the next at this one, the last at that.
    func run(_ detector: Detector, _ minutes: ClosedRange<Int>) async throws {
      let running = Task { try await detector.run() }
      for minute in minutes {
        let now = noon + .minutes(minute)
        try hold(now)
        detector.intake.arrivals.raise()
        // Of a clock that was put back it is ahead at first.
        while true {
          if await detector.through == now, await detector.isIdle(at: now) { break }
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      running.cancel()
      _ = await running.result
    }

    func told(_ subject: AlertEvidence.Subject) async throws -> Int {
      try await frontDesk.view { state in
        state.response.alerts.values.count { $0.evidence.subject == subject }
      }
    }

    func close() async throws {
      try items.close()
      try await frontDesk.close()
    }
  }

  @Test("counts what it has listened to over restarts that lose its last minutes")
  func restarts() async throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(folder.root)
    try taught(state)
    let desk = try await Desk(state, at: noon)
    // Four minutes a time lie behind the checkpoint: together more than an hour may lack.
    for from in [0, 140, 150, 160] {
      let detector = try await desk.detector()
      try await desk.run(detector, from + 1...from + 6)
      if from == 0 { try await desk.run(detector, 7...136) }
      try await detector.checkpoint()
      let last = from == 0 ? 136 : from + 6
      try await desk.run(detector, last + 1...from.advanced(by: from == 0 ? 140 : 10))
    }
    let last = try await desk.detector()
    try await desk.run(last, 171...185)
    #expect(try await desk.told(.volume("all")) == 1)
    try await desk.close()
  }

  @Test("tells of less than usual once, whatever its checkpoint had missed when it crashed")
  func crash() async throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(folder.root)
    try taught(state)
    let desk = try await Desk(state, at: noon)
    let first = try await desk.detector()
    try await desk.run(first, 1...179)
    try await first.checkpoint()
    try await desk.run(first, 180...182)
    #expect(try await desk.told(.volume("all")) == 1)
    let second = try await desk.detector()
    try await desk.run(second, 183...250)
    #expect(try await desk.told(.volume("all")) == 1)
    try await desk.close()
  }

  @Test("writes no checkpoint between what it has taken and what it has told of it")
  func halfATick() async throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(folder.root)
    try taught(state)
    let desk = try await Desk(state, at: noon)
    let detector = try await desk.detector()
    try await desk.run(detector, 1...179)
    try await detector.checkpoint()
    let file = state.model + "/checkpoint"
    let before = FileManager.default.contents(atPath: file)
    let asked = Recorder<Data?>()
    await detector.learnCoverage {
      try? await detector.checkpoint()
      asked.add(FileManager.default.contents(atPath: file))
      return AlertEvidence.Coverage(sources: 10, silent: 0)
    }
    try await desk.run(detector, 180...182)
    #expect(asked.all == [before])
    try await desk.close()
  }

  @Test("hears what comes after the clock was put back by hours, also over a restart")
  func clockPutBack() async throws {
    let folder = try TemporaryFolder()
    let state = StateFolder(folder.root)
    let desk = try await Desk(state, at: noon, phrase: "停水")
    let first = try await desk.detector()
    func items(_ text: String, _ count: Int) -> [Item] {
      (0..<count).map {
        Item(
          id: "\(text)\($0)", published: nil, firstSeen: nil, source: "s", language: "zh",
          text: "\(text)第\($0)处", author: "a\(text)\($0)", owner: "o", tier: .other)
      }
    }
    try await desk.run(first, 1...2)
    // One waits when the clock goes back; two come after it.
    try await first.intake.commit(items("停水了", 1))
    try desk.hold(noon - .hours(3))
    try await desk.run(first, -180 ... -179)
    try await first.intake.commit(items("又停水", 2))
    try await desk.run(first, -178 ... -177)
    #expect(try await desk.told(.phrase("停水")) == 1)
    // Without a checkpoint all of it is in the log alone, which goes back in its midst.
    try await first.intake.commit(items("仍停水", 3))
    let second = try await desk.detector()
    try await desk.run(second, -176 ... -170)
    #expect(await second.through == noon - .minutes(170))
    try await desk.run(second, -169...10)
    try await second.intake.commit(items("小区停水", 3))
    try await desk.run(second, 11...13)
    #expect(try await desk.told(.phrase("停水")) == 2)
    try await desk.close()
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
    try ExerciseClockFile.write(.held(noon), to: state.clockFile)
    let frontDesk = try FrontDesk.create(state, isExercise: true, at: noon)
    try await frontDesk.perform(.adopt(configuration.registry), by: .desk)
    let items = try ItemLog.open(state.items)
    let log = Log(clock: .wall) { _ in }
    let detector = try await Detector.open(
      frontDesk: frontDesk, items: items, configuration: configuration, log: log)
    await detector.learnHearing {
      (0..<10).map {
        SourceHearing(
          source: "s\($0)", isOfficial: false, isHeard: isHeard || $0 > 4, lastHeard: noon)
      }
    }
    try await detector.catchUp(items)
    let running = Task { try await detector.run() }
    for step in 1...60 {
      let now = noon + .minutes(5 * step)
      try ExerciseClockFile.write(.held(now), to: state.clockFile)
      detector.intake.arrivals.raise()
      while !(await detector.isIdle(at: now)) { try await Task.sleep(for: .milliseconds(1)) }
    }
    running.cancel()
    let alerts = try await frontDesk.view { $0.response.alerts.values.map { $0 } }
    let quiet = alerts.filter { $0.evidence.subject == .volume("all") }
    #expect(quiet.count == (isHeard ? 1 : 0))
    if let alert = quiet.first {
      #expect(alert.raised.time == noon + .minutes(185))
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
    try ExerciseClockFile.write(.held(noon), to: state.clockFile)
    let frontDesk = try FrontDesk.create(state, isExercise: true, at: noon)
    try await frontDesk.perform(.adopt(configuration.registry), by: .desk)
    let items = try ItemLog.open(state.items)
    for item in Self.fire() {
      _ = try items.append(lines: [item.line], at: item.firstSeen ?? noon)
    }
    try await items.sync()
    let detector = try await Detector.open(
      frontDesk: frontDesk, items: items, configuration: configuration,
      log: Log(clock: .wall) { _ in })
    try await detector.catchUp(items)
    let topics = try await frontDesk.view { Array($0.topics.values) }
    let fire = topics.filter { ($0.label + $0.keywords.joined()).contains("化工园") }
    #expect(!fire.isEmpty, "\(topics.map(\.keywords))")
    for topic in topics {
      #expect(!(topic.label + topic.keywords.joined()).contains("明轩"), "\(topic.keywords)")
    }
    #expect(fire.contains { $0.keywords.contains { $0.contains("某某") } }, "\(fire.map(\.keywords))")
    try items.close()
    try await frontDesk.close()
  }
}
