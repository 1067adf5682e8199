import Bytes
import Foundation
import Support
import Testing

@testable import Response

@Suite("A random walk through the desk")
struct WalkTests {
  /// Few by default; `WALKS` says how many in a campaign.
  static let seeds: [UInt64] = Array(
    1...(ProcessInfo.processInfo.environment["WALKS"].flatMap { UInt64($0) } ?? 60))

  @Test("never lets a text out without its approvals, nor loses a message", arguments: Self.seeds)
  func invariants(seed: UInt64) throws {
    var walk = try Walk(seed: seed)
    for _ in 0..<250 { try walk.step() }
    try walk.check()
  }

  @Test("does get texts published and closed, so that the walks mean something")
  func reaches() throws {
    var published = 0
    var refused = 0
    for seed in Self.seeds.prefix(60) {
      var walk = try Walk(seed: seed)
      for _ in 0..<250 { try walk.step() }
      published +=
        walk.desk.state.incidents.values.flatMap(\.releases).count { $0.publication != nil }
      refused += walk.refusals
    }
    #expect(published > 30)
    #expect(refused > 1000)
  }
}

/// Half the commands are without sense or order, by anybody, with texts that keep changing; half
/// are the next step of some text, so that the walks come to where damage could be done.
private struct Walk {
  var desk: TestDesk
  var generator: SeededGenerator
  var refusals = 0

  init(seed: UInt64) throws {
    desk = try TestDesk()
    generator = SeededGenerator(seed: seed)
    _ = try desk.open(grade: .major)
  }

  private mutating func pick<Element>(_ elements: [Element]) throws -> Element {
    try #require(elements.randomElement(using: &generator))
  }

  mutating func step() throws {
    desk.wait(.seconds(Int.random(in: 0...900, using: &generator)))
    let policy = NoticePolicy(escalateAfter: nil, escalateTo: [])
    for command in desk.state.clockwork(at: desk.now, policy: policy, routes: []) {
      try desk.perform(command, by: .desk)
    }
    var person = TestDesk.person(try pick(["li", "wang", "zhao", "sun", "outside", "view"]))
    let id = try pick(Array(desk.state.incidents.keys))
    var chosen = try command(in: id)
    if Int.random(in: 0..<3, using: &generator) > 0, let next = try nextStep(in: id) {
      chosen = next
      person = TestDesk.person(try pick(["wang", "zhao", "sun", "li"]))
    }
    do {
      if Int.random(in: 0..<12, using: &generator) == 0 {
        try attempt()
      } else {
        try desk.perform(.inIncident(id, chosen), by: person)
      }
    } catch is Refusal {
      refusals += 1
    }
  }

  private mutating func attempt() throws {
    guard let delivery = desk.state.dueDeliveries(at: desk.now).first else { return }
    let outcome: Command.AttemptOutcome = try pick([
      .delivered(reply: "250"), .temporary(reason: "451", isAmbiguous: false),
      .permanent(reason: "550"),
    ])
    try desk.perform(.recordAttempt(delivery.id, outcome), by: .desk)
  }

  /// What the text of some release waits for.
  private mutating func nextStep(in id: IncidentID) throws -> IncidentCommand? {
    let releases = desk.state.incidents[id]?.releases.filter { $0.publication == nil } ?? []
    guard let release = releases.randomElement(using: &generator) else { return nil }
    switch release.status {
    case .draft: return .review(.submit(release.number, nil))
    case .returned, .published, .embargoed, .withdrawn: return nil
    case .approved:
      let isJoint = Int.random(in: 0..<3, using: &generator) == 0
      return .publish(
        release.number, routes: try TestDesk.routes(),
        terms: PublicationTerms(at: isJoint ? desk.now + .minutes(20) : nil))
    case .inReview:
      let open = release.openGates(of: ["political", "legal", "confidentiality", "text"])
      guard let gate = open.randomElement(using: &generator) else {
        return .review(.approve(release.number))
      }
      return .review(.sign(release.number, gate: gate, .pass, note: nil))
    }
  }

  private mutating func command(in id: IncidentID) throws -> IncidentCommand {
    let release = Int.random(in: 1...6, using: &generator)
    let gate = try pick(["political", "legal", "confidentiality", "text"])
    let body = try pick(["甲", "乙", "丙", "2 人死亡", "3 人死亡"])
    let step = try pick(["truth.brief", "stance", "update", "closing", "rebuttal"])
    let content = TestDesk.content(
      body, slots: TestDesk.truthSlots + ["signer"],
      actions: desk.state.incidents[id]?.actions.map(\.number) ?? [],
      promises: desk.state.incidents[id]?.promises.map(\.number) ?? [], evidence: ["据"])
    let lanxi = try TestDesk.name("lanxi")
    let all: [IncidentCommand] = [
      .review(.draft(step: step, claim: step == "rebuttal" ? 1 : nil, content)),
      .review(.edit(release, content)), .review(.submit(release, nil)),
      .review(.submit(release, .ordinary)),
      .review(.sign(release, gate: gate, .pass, note: nil)),
      .review(.sign(release, gate: gate, .pass, note: nil)),
      .review(.sign(release, gate: gate, .pass, note: nil)),
      .review(.sign(release, gate: gate, .returned, note: "改")),
      .review(.approve(release)), .review(.approve(release)),
      .publish(release, routes: try TestDesk.routes()),
      .publish(
        release, routes: try TestDesk.routes(), terms: PublicationTerms(explanation: "说明")),
      .review(.correct(release, content)), .review(.override(release, why: "急")),
      .withdraw(release, why: "误", routes: try TestDesk.routes()),
      .enter(.setFact(number: nil, .known, text: "\(release) 人死亡", source: nil)),
      .enter(.setFact(number: 1, .known, text: "\(release + 1) 人死亡", source: nil)),
      .answer(release, centre: lanxi, .acknowledged, CentreReply(channel: .command)),
      .enter(.addAction(text: "处置", unit: nil, happened: nil)),
      .enter(.addClaim(text: "传言", type: nil)),
      .enter(.ruleClaim(1, .inaccurate, evidence: "据")), .enter(.note("记")),
    ]
    return Int.random(in: 0..<4, using: &generator) == 0
      ? try courseCommand(in: id) : try pick(all)
  }

  /// How grave it is, who is asked, what is promised and reported, and its end.
  private mutating func courseCommand(in id: IncidentID) throws -> IncidentCommand {
    let number = Int.random(in: 1...3, using: &generator)
    let due = desk.now + .hours(Int.random(in: -1...40, using: &generator))
    let unit = try pick(["水务局", "环保局"])
    let items = ["unit", "scene", "course", "casualties", "measures", "other"]
    let all: [IncidentCommand] = [
      .enter(.regrade(try pick([nil, .serious, .major]), why: "改")),
      .enter(.correctEventTime(desk.now - .minutes(number), why: "改")),
      .enter(.addPromise(text: "诺", owner: "局", due: due)), .enter(.keepPromise(number, how: nil)),
      .enter(
        .reportUp(
          level: try pick(["city", "province", "nowhere"]),
          items: Dictionary(uniqueKeysWithValues: items.map { ($0, "有") }), sent: desk.now)),
      .enter(.receiveReport(number, office: nil, at: desk.now)),
      .course(.setWarning(try pick([nil, .red]), why: "警")),
      .course(.tally(.init(dead: number * 4), source: "医院")),
      .course(.triage([.init(question: .emergency, isYes: true)], why: nil)),
      .course(.consult(units: [unit], about: "水", due: due)),
      .course(.reply(unit: unit, text: "正常")), .course(.decide(.init(matter: "定"))),
      .course(.handPromise(number, to: "局", how: nil)), .course(.breakPromise(number, why: "故")),
      .course(.addLesson(.helped, text: "学", owner: "办", due: due)),
      .course(.finishLesson(number, how: "改", playbook: nil)),
      .course(.review(summary: "评")), .close(summary: nil),
    ]
    return try pick(all)
  }

  /// What has to hold for every record, read from the events alone.
  func check() throws {
    var replayed = DeskState()
    for record in desk.records {
      for event in record.events {
        guard case .incident(let id, .release(let number, .published(let hash, _))) = event else {
          continue
        }
        let release = try #require(replayed.incidents[id]?.release(number))
        #expect(release.hash == hash && release.approval?.hash == hash)
        let gates = ["political", "legal", "confidentiality", "text"]
        #expect(release.openGates(of: gates).isEmpty)
        var people = Set(release.authors)
        for stamp in release.signatures.map(\.stamp) + [release.approval?.stamp].compactMap({ $0 })
        {
          guard case .person(let name) = stamp.actor else {
            Issue.record("signed by \(stamp.actor)")
            continue
          }
          #expect(!release.authors.contains(name), "\(name) agreed to a text of their own")
          #expect(name.text != "outside")
          people.insert(name)
        }
        #expect(people.count >= (release.submission?.lane == .ordinary ? 3 : 2))
      }
      replayed.apply(record.events, in: record.context)
    }
    #expect(replayed.incidents == desk.state.incidents)
    #expect(replayed.deliveries == desk.state.deliveries)
    for incident in replayed.incidents.values {
      // Closed only with every promise kept, given up, or in somebody's hands.
      if !incident.isOpen {
        #expect(incident.openPromises.allSatisfy { !$0.handed.isEmpty })
        #expect(!incident.published("closing").isEmpty)
      }
      if incident.status == .reviewed { #expect(!incident.course.lessons.isEmpty) }
      // Nothing that a clock has shown is lost, and none runs without saying by what it counts.
      #expect(incident.bases.count == 1 + changes(of: incident.id))
      for reading in replayed.clocks(of: incident, at: desk.now) {
        // A level that was skipped has no time of its own, and is met all the same.
        let hasTime = reading.due != nil || reading.stop != nil
        #expect(reading.state == .waiting || reading.state == .void || hasTime)
        #expect((reading.stop == nil) || reading.state != .overdue)
      }
    }
    // A message is on its way, or has arrived, or was given up in the open.
    let queued = desk.records.flatMap(\.events).count { $0.kind == "delivery.queued" }
    #expect(replayed.deliveries.count == queued)
    #expect(replayed.deliveries.values.allSatisfy { ($0.due == nil) == ($0.result != nil) })
  }

  private func changes(of id: IncidentID) -> Int {
    desk.records.flatMap(\.events).count { event in
      switch event {
      case .incident(id, .regraded), .incident(id, .eventTimeCorrected): true
      default: false
      }
    }
  }
}
