import Bytes
import Foundation
import Journal
import Response
import Support
import Synchronization
import Testing

@testable import Desk

@Suite("The record-keeper", .timeLimit(.minutes(4)))
struct RecordTests {
  private static let folder = StateFolder("/desk")
  private static let li = Name("li").map { Actor.person($0) } ?? .desk
  private static func incident(_ number: Int) -> IncidentID {
    IncidentID(year: 2026, number: number)
  }

  /// A disk in memory, and the time since boot, which a test moves.
  private final class World: Sendable {
    let disk = MemoryDisk()
    let seconds = Mutex<Int64>(0)
    let isFull = Mutex(false)
    let clock = DeskClock.fixed(World.start)

    static let start = Instant(seconds: 1_790_000_000)

    var options: FrontDeskOptions {
      var options = FrontDeskOptions()
      options.clock = clock
      options.journal.disk = disk
      options.journal.segmentLimit = 6000
      options.journal.bootMark = { [self] in
        BootMark(bootID: "boot", nanoseconds: seconds.withLock { $0 } * 1_000_000_000)
      }
      return options
    }

    func create() async throws -> FrontDesk {
      let desk = try FrontDesk.create(
        RecordTests.folder, isExercise: false, at: clock.now(), options: options)
      let name = try #require(Name("li"))
      try await desk.perform(
        .adopt(
          Registry(
            desk: DeskIdentity(name: Bilingual(same: "x"), zone: .universal, language: .english),
            people: [Person(id: name, name: Bilingual(same: "li"), roles: [.lead], gates: [])],
            centres: [])), by: .desk)
      return desk
    }

    func open() throws -> FrontDesk { try FrontDesk.open(RecordTests.folder, options: options) }

    func fillDisk() {
      disk.obey { [self] call, _ in
        (call.call == .write || call.call == .allocate) && isFull.withLock { $0 }
          ? .error(ENOSPC) : nil
      }
      isFull.withLock { $0 = true }
    }
  }

  private static func opening(_ number: Int) throws -> (Incident.Opening, Playbook) {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Playbooks/accident.json5")
    let text = try Data(contentsOf: file)
    let playbook = try Playbook(try JSONReader.read(Array(text), as: .json5))
    return (
      Incident.Opening(
        title: "爆炸 \(number)", kind: playbook.kind, incidentClass: playbook.incidentClass,
        playbook: .init(playbook)), playbook
    )
  }

  private static func fill(_ desk: FrontDesk, incidents: ClosedRange<Int>) async throws {
    for number in incidents {
      let (opening, playbook) = try opening(number)
      try await desk.perform(.open(opening, playbook), by: li)
      for note in 1...5 {
        try await desk.perform(
          .inIncident(incident(number), .enter(.note("note \(note)"))), by: li)
      }
      let message = DeliveryOrder(
        matter: .release(PartID(incident(number), PartNumber(.release, 1))),
        recipient: .person(try #require(Name("li"))), channel: .mail)
      let queued = try await desk.record([.response(.deliveryQueued(message))])
      // The message of each third incident is still on its way.
      if number % 3 != 0 {
        try await desk.record([
          .response(
            .deliveryEnded(
              DeliveryID(sequence: queued.head.sequence, index: 1),
              .delivered(attempt: 1, reply: "250")))
        ])
      }
      // Without its closing release a person could not: the record is what matters here.
      if number % 2 == 0 {
        try await desk.record([.response(.incident(incident(number), .closed(summary: nil)))])
      }
    }
  }

  @Test("starts from a snapshot with the same state as from all records, less what has ended")
  func snapshot() async throws {
    let world = World()
    let first = try await world.create()
    try await Self.fill(first, incidents: 1...8)
    try await first.saveSnapshot()
    try await Self.fill(first, incidents: 9...12)
    let expected = try await first.view { $0.response }
    try await first.close()

    let desk = try world.open()
    let started = try await desk.view { $0.response }
    #expect(Set(started.incidents.keys) == Set(expected.incidents.keys))
    for (id, incident) in expected.incidents {
      let isSettled = !incident.isOpen && id.number % 3 != 0 && id.number <= 8
      #expect((started.incidents[id] == incident) == !isSettled, "\(id)")
      #expect(started.incidents[id]?.status == incident.status)
    }
    #expect(started.dueDeliveries(at: world.clock.now()).count == 4)
    // A verb that names an incident finds it whole.
    try await SampleDesk().verbs(desk).type("show", "2026-0002")
    #expect(
      try await desk.view { $0.response.incidents[Self.incident(2)] }
        == expected.incidents[Self.incident(2)])
    try await desk.makeWhole(expected.incidents.keys)
    let whole = try await desk.view { $0.response }
    #expect(whole.incidents == expected.incidents && whole.deliveries == expected.deliveries)
    #expect(whole.registry == expected.registry && whole.playbooks == expected.playbooks)
    let report = try await desk.records(of: Self.incident(4))
    // It goes on like any other, and the number after the last is the next.
    try await Self.fill(desk, incidents: 13...13)
    try await desk.close()

    world.disk.erase(under: "/desk/snapshot")
    let all = try world.open()
    #expect(try await all.view { $0.response.incidents.count } == 13)
    let again = try await all.records(of: Self.incident(4))
    let end = try #require(report.last).context.sequence
    func before(_ records: [ReportRecord]) -> [ReportRecord] {
      // The headers of segments, which hold no event of the desk, are not known while they are new.
      records.filter { $0.context.sequence < end && !$0.events.isEmpty }
    }
    #expect(before(again).map(\.context) == before(report).map(\.context))
    #expect(before(again).map(\.events) == before(report).map(\.events))
    try await all.close()
  }

  @Test("reads what has ended when its message is answered, and when something is decided about it")
  func answeredLate() async throws {
    let world = World()
    let first = try await world.create()
    try await Self.fill(first, incidents: 1...5)
    let expected = try await first.view { $0.response }
    try await first.saveSnapshot()
    try await first.close()

    let desk = try world.open()
    let settled = [2, 4].map(Self.incident)
    for id in settled {
      let before = try await desk.view { $0.response.incidents[id] }
      #expect(before != expected.incidents[id])
    }
    let message = try #require(
      expected.deliveries.values.first { delivery in
        if case .release(let part) = delivery.order.matter {
          part.incident == settled[0]
        } else {
          false
        }
      })
    try await desk.makeWhole(ofDelivery: message.id)
    try await desk.makeWhole(ofDelivery: DeliveryID(sequence: 1_000_000, index: 1))
    let found = try await desk.view { ($0.response.deliveries[message.id], $0.response.incidents) }
    #expect(found.0 == message)
    #expect(found.1[settled[0]] == expected.incidents[settled[0]])
    #expect(found.1[settled[1]] != expected.incidents[settled[1]])
    // Refused or not, it was decided by all that there is.
    _ = try? await desk.perform(.inIncident(settled[1], .enter(.note("late"))), by: Self.li)
    let after = try await desk.view { $0.response.incidents[settled[1]] }
    #expect(after?.notes.prefix(5).count == 5)
    try await desk.close()
  }

  @Test("reads all where the record that a snapshot needs is not as it was")
  func damagedPast() async throws {
    let world = World()
    let first = try await world.create()
    try await Self.fill(first, incidents: 1...2)
    try await first.saveSnapshot()
    try await first.close()
    let path = "/desk/journal/00000000000000000001.jsonl"
    var bytes = try #require(world.disk.content(path))
    bytes[bytes.count / 2] ^= 1
    world.disk.put(path, bytes)
    let failure = #expect(throws: JournalFailure.self) { try world.open() }
    #expect(failure?.exitCode == .damaged)
  }

  @Test("tells a person that the disk is full, keeps its own records, and goes on by itself")
  func fullDisk() async throws {
    let world = World()
    let desk = try await world.create()
    try await Self.fill(desk, incidents: 1...1)
    let note = Command.inIncident(Self.incident(1), .enter(.note("not kept")))
    world.fillDisk()
    for _ in 1...3 {
      let failure = await #expect(throws: JournalFailure.self) {
        try await desk.perform(note, by: Self.li)
      }
      guard case .full = failure else { throw try #require(failure) }
    }
    // What was refused is in nobody's view.
    let notes = try await desk.view { $0.response.incidents[Self.incident(1)]?.notes.count }
    #expect(notes == 5)
    // The reserve gives the desk room; a person still has to wait.
    world.isFull.withLock { $0 = false }
    try await desk.record([.response(.incident(Self.incident(1), .closed(summary: "own")))])
    let refused = await #expect(throws: (any Error).self) {
      try await desk.perform(
        .adopt(
          Registry(
            desk: DeskIdentity(name: Bilingual(same: "y"), zone: .universal, language: .english),
            people: [], centres: [])), by: Self.li)
    }
    guard case .full? = refused as? JournalFailure else { throw try #require(refused) }
    world.seconds.withLock { $0 = 6 }
    try await Self.fill(desk, incidents: 2...2)
    try await desk.close()
    let kinds = try Self.kinds(world)
    #expect(kinds.contains("journal.full") && kinds.contains("journal.room"))
    let again = try world.open()
    #expect(try await again.view { $0.response.incidents[Self.incident(2)]?.notes.count } == 5)
    try await again.close()
  }

  private static func kinds(_ world: World) throws -> [String] {
    var kinds: [String] = []
    _ = try JournalReader(folder: folder.path, disk: world.disk).read { record in
      kinds += record.events.compactMap { $0["k"]?.string }
    }
    return kinds
  }

  @Test("records that somebody has set the clock, and no more than that")
  func clockJump() async throws {
    let world = World()
    let desk = try await world.create()
    try await Self.fill(desk, incidents: 1...1)
    #expect(try !Self.kinds(world).contains("clock.jump"))
    // An hour passes since boot, and the wall does not know of it.
    world.seconds.withLock { $0 = 3600 }
    let note = Command.inIncident(Self.incident(1), .enter(.note("later")))
    try await desk.perform(note, by: Self.li)
    try await desk.perform(note, by: Self.li)
    #expect(try Self.kinds(world).count { $0 == "clock.jump" } == 1)
    try await desk.close()
    // Also over a restart of the program within one boot.
    world.seconds.withLock { $0 = 7200 }
    let again = try world.open()
    try await again.perform(note, by: Self.li)
    try await again.close()
    #expect(try Self.kinds(world).count { $0 == "clock.jump" } == 2)
  }

  @Test("keeps a long event beside the journal, by its hash")
  func blob() async throws {
    let world = World()
    let desk = try await world.create()
    let label = String(repeating: "长", count: 40_000)
    let topic = try await desk.topic(keys: ["k"], label: label, keywords: [])
    try await desk.close()
    let again = try world.open()
    #expect(try await again.view { $0.topics[topic]?.label } == label)
    try await again.close()
    let reader = JournalReader(folder: Self.folder.path, disk: world.disk)
    var length = 0
    _ = try reader.read { length = max(length, $0.length) }
    #expect(length < 20_000)
  }

  @Test("keeps account of who holds which head")
  func anchors() async throws {
    let world = World()
    let desk = try await world.create()
    try await Self.fill(desk, incidents: 1...2)
    try await desk.close()
    let anchors = try AnchorFile(folder: Self.folder.path, disk: world.disk).anchors()
    #expect(anchors.map(\.holder) == ["user:li", "user:li"])
    let reader = JournalReader(folder: Self.folder.path, disk: world.disk)
    _ = try reader.verify(anchors: anchors.map(\.head))
    // Who takes the end away is told so by the copy.
    let last = try #require(anchors.last)
    let path = "/desk/journal/00000000000000000001.jsonl"
    let names = try world.disk.names(in: "/desk/journal").filter { $0.hasSuffix(".jsonl") }
    if names.count > 1 {
      for name in names.dropFirst() { try world.disk.remove("/desk/journal/" + name) }
    } else {
      let bytes = try #require(world.disk.content(path))
      world.disk.put(path, Array(bytes.prefix(bytes.count / 3)))
    }
    let failure = #expect(throws: JournalFailure.self) { try world.open() }
    #expect(failure?.exitCode == .headMismatch || failure?.exitCode == .damaged)
    #expect(last.head.sequence > 1)
  }

  @Test("reads the journal of each version that there was as that version meant it")
  func golden() async throws {
    let folder = try TemporaryFolder()
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/journal-1.jsonl")
    try folder.write(
      "journal/00000000000000000001.jsonl", Array(try Data(contentsOf: file)))
    let desk = try FrontDesk.read(StateFolder(folder.root))
    #expect(desk.isExercise)
    let incident = try #require(
      try await desk.view { $0.response.incidents[Self.incident(1)] })
    #expect(incident.opening.title == "石桥化工园区爆炸" && incident.grade == .serious)
    #expect(incident.notes.map(\.text) == ["已与消防指挥中心通话"])
    #expect(incident.facts.map(\.text) == ["2 人受伤"] && incident.facts[0].source == "消防")
    #expect(incident.actions.map(\.text) == ["设警戒区"] && incident.actions[0].unit == "公安")
    #expect(incident.promises.map(\.text) == ["公布调查结果"])
    #expect(incident.claims.map(\.text) == ["自来水有毒"])
  }

  @Test("goes through a step for each version between")
  func upcasting() {
    let steps: [Int: @Sendable (JSON) -> JSON] = [
      1: { JSON(.string("2 of " + ($0.string ?? "")), offset: 0) },
      2: { JSON(.string("3 of " + ($0.string ?? "")), offset: 0) },
    ]
    let old = JSON(.string("1"), offset: 0)
    #expect(EventUpcaster.upcast(old, from: 1, steps: steps).string == "3 of 2 of 1")
    #expect(EventUpcaster.upcast(old, from: 2, steps: steps).string == "3 of 1")
    #expect(EventUpcaster.upcast(old, from: 3, steps: steps).string == "1")
  }

  @Test(
    "finds words in the items that are kept, in both scripts",
    arguments: [("取水口", 1), ("WATER", 2), ("pipe", 0), ("source", 0)])
  func grep(words: String, count: Int) async throws {
    let sample = try SampleDesk()
    let desk = try await sample.create()
    let now = desk.clock.now()
    let items = try ItemLog.open(sample.state.items)
    _ = try items.append(
      lines: [
        #"{"id":"a","ts":"2026-09-27T05:00:00Z","source":"gov","lang":"zh","text":"下游取水口已关闭, water is safe"}"#,
        #"{"id":"b","ts":"2026-09-27T05:01:00Z","source":"blog","lang":"en","title":"Water","text":"is it?"}"#,
        #"{"id":"c","ts":"2026-09-27T05:02:00Z","source":"gov","lang":"en","text":"nothing"}"#,
      ].map { Array($0.utf8) }, at: now)
    try items.close()
    let answer = try await sample.verbs(desk).type("topic", "show", "--grep", words)
    #expect(try JSONReader.read(answer.json)["count"]?.integer == Int64(count))
    try await desk.close()
  }
}
