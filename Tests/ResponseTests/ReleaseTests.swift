import Bytes
import Testing

@testable import Response

@Suite("A release")
struct ReleaseTests {
  @Test("goes out through its gates, and to every centre on every channel")
  func wholeWay() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let number = try desk.publish(
      "truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    let release = try #require(desk.state.incidents[id]?.release(number))
    #expect(release.status == .published)
    #expect(release.publication?.hash == release.hash)
    #expect(desk.state.incidents[id]?.status == .active)
    #expect(release.copies.map(\.centre.text) == ["lanxi", "qinggang"])
    let due = desk.state.dueDeliveries(at: desk.now)
    #expect(due.count == 3)
    #expect(Set(due.map { $0.id.sequence }) == [Int64(desk.records.count)])
    #expect(due.map(\.id.index) == [1, 2, 3])
  }

  @Test("is refused at each step that is not its turn")
  func refusals() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let part = PartID(id, PartNumber(.release, 1))
    #expect(
      try desk.refusal(
        .review(.draft(step: "truth", claim: nil, TestDesk.content())), in: id, by: "li")
        == .text(.unknownStep("truth", known: TestDesk.playbook().stepNames)))
    #expect(
      try desk.refusal(.publish(1, routes: []), in: id, by: "wang") == .record(.unknownPart(part)))
    try desk.perform(
      .review(.draft(step: "truth.brief", claim: nil, TestDesk.content(slots: ["what"]))), in: id,
      by: "li")
    #expect(
      try desk.refusal(.review(.submit(1, nil)), in: id, by: "li")
        == .text(
          .missingNeeds(part, TestDesk.truthSlots.filter { $0 != "what" })))
    #expect(
      try desk.refusal(.review(.sign(1, gate: "legal", .pass, note: nil)), in: id, by: "zhao")
        == .text(.notSubmitted(part)))
    try desk.perform(
      .review(.edit(1, TestDesk.content(slots: TestDesk.truthSlots))), in: id, by: "li")
    try desk.perform(.review(.submit(1, .emergency)), in: id, by: "li")
    #expect(
      try desk.refusal(.review(.submit(1, nil)), in: id, by: "li") == .text(.alreadySubmitted(part))
    )
    #expect(
      try desk.refusal(.review(.approve(1)), in: id, by: "wang")
        == .text(.gatesOpen(part, ["political", "legal", "confidentiality", "text"])))
    #expect(
      try desk.refusal(.publish(1, routes: []), in: id, by: "wang")
        == .text(
          .notApproved(part, openGates: ["political", "legal", "confidentiality", "text"])))
    #expect(
      try desk.refusal(.review(.sign(1, gate: "policy", .pass, note: nil)), in: id, by: "zhao")
        == .text(.unknownGate("policy", known: ["political", "legal", "confidentiality", "text"])))
    #expect(
      try desk.refusal(.review(.sign(1, gate: "text", .pass, note: nil)), in: id, by: "zhao")
        == .person(.notAtGate(TestDesk.name("zhao"), gate: "text")))
    #expect(
      try desk.refusal(.review(.sign(1, gate: "text", .returned, note: " ")), in: id, by: "sun")
        == .text(.noteNeeded(gate: "text")))
    #expect(
      try desk.refusal(.publish(1, routes: []), in: id, by: "li")
        == .person(.notPermitted(TestDesk.name("li"), needed: [.lead, .approver])))
  }

  @Test("is neither signed nor approved by anybody who wrote a word of it")
  func ownText() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let part = PartID(id, PartNumber(.release, 1))
    let content = TestDesk.content(slots: TestDesk.truthSlots)
    try desk.perform(
      .review(.draft(step: "truth.brief", claim: nil, content)), in: id, by: "wang")
    try desk.perform(
      .review(.edit(1, TestDesk.content("改", slots: TestDesk.truthSlots))), in: id, by: "zhao")
    try desk.perform(.review(.submit(1, .emergency)), in: id, by: "li")
    #expect(
      try desk.refusal(.review(.sign(1, gate: "legal", .pass, note: nil)), in: id, by: "zhao")
        == .person(.ownText(part, TestDesk.name("zhao"))))
    #expect(
      try desk.refusal(.review(.sign(1, gate: "legal", .pass, note: nil)), in: id, by: "wang")
        == .person(.ownText(part, TestDesk.name("wang"))))
  }

  @Test("is drafted by a contractor, but signed by none")
  func contractor() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let content = TestDesk.content(slots: TestDesk.truthSlots)
    try desk.perform(
      .review(.draft(step: "truth.brief", claim: nil, content)), in: id, by: "outside")
    try desk.perform(.review(.submit(1, .emergency)), in: id, by: "li")
    #expect(
      try desk.refusal(.review(.sign(1, gate: "legal", .pass, note: nil)), in: id, by: "outside")
        == .person(.contractorSigns(TestDesk.name("outside"))))
  }

  @Test("that is changed after its approval has to be approved again")
  func changedText() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let part = PartID(id, PartNumber(.release, 1))
    let content = TestDesk.content(slots: TestDesk.truthSlots)
    try desk.perform(
      .review(.draft(step: "truth.brief", claim: nil, content)), in: id, by: "li")
    try desk.perform(.review(.submit(1, .emergency)), in: id, by: "li")
    for (gate, person) in [
      ("political", "zhao"), ("legal", "zhao"), ("confidentiality", "sun"), ("text", "sun"),
    ] {
      try desk.perform(.review(.sign(1, gate: gate, .pass, note: nil)), in: id, by: person)
    }
    try desk.perform(.review(.approve(1)), in: id, by: "wang")
    let approved = try #require(desk.state.incidents[id]?.release(1)).hash
    try desk.perform(
      .review(.edit(1, TestDesk.content("正文。", slots: TestDesk.truthSlots))), in: id, by: "li")
    let release = try #require(desk.state.incidents[id]?.release(1))
    #expect(release.status == .draft)
    #expect(release.hash != approved)
    #expect(
      try desk.refusal(.publish(1, routes: []), in: id, by: "wang")
        == .text(.textChanged(part, approved: approved, now: release.hash)))
    // The same text again is no edit, and takes nothing away.
    #expect(
      try desk.perform(
        .inIncident(id, .review(.edit(1, TestDesk.content("正文。", slots: TestDesk.truthSlots)))),
        by: TestDesk.person("li")
      ).isEmpty)
  }

  @Test("once published does not change")
  func immutable() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let number = try desk.publish(
      "truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    let part = PartID(id, PartNumber(.release, number))
    for step: IncidentCommand in [
      .review(.edit(number, TestDesk.content("改"))), .review(.submit(number, nil)),
      .review(.sign(number, gate: "text", .pass, note: nil)), .review(.approve(number)),
      .publish(number, routes: []),
    ] {
      #expect(try desk.refusal(step, in: id, by: "wang") == .text(.published(part)))
    }
  }

  @Test("that was returned goes on only after a change")
  func returned() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let part = PartID(id, PartNumber(.release, 1))
    try desk.perform(
      .review(
        .draft(step: "truth.brief", claim: nil, TestDesk.content(slots: TestDesk.truthSlots))),
      in: id, by: "li")
    try desk.perform(.review(.submit(1, .emergency)), in: id, by: "li")
    try desk.perform(
      .review(.sign(1, gate: "confidentiality", .returned, note: "删去储罐图")), in: id, by: "sun")
    let refusal = Refusal.text(
      .wasReturned(part, gate: "confidentiality", note: "删去储罐图"))
    #expect(
      try desk.refusal(.review(.sign(1, gate: "legal", .pass, note: nil)), in: id, by: "zhao")
        == refusal)
    #expect(try desk.refusal(.review(.submit(1, nil)), in: id, by: "li") == refusal)
    try desk.perform(
      .review(.edit(1, TestDesk.content("无图", slots: TestDesk.truthSlots))), in: id, by: "li")
    try desk.perform(.review(.submit(1, .emergency)), in: id, by: "li")
    #expect(desk.state.incidents[id]?.release(1)?.status == .inReview)
    #expect(desk.state.incidents[id]?.release(1)?.voided.count == 1)
  }

  @Test("passes its gates in order in the ordinary lane, with three persons")
  func ordinaryLane() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let part = PartID(id, PartNumber(.release, 1))
    try desk.perform(
      .review(
        .draft(step: "truth.brief", claim: nil, TestDesk.content(slots: TestDesk.truthSlots))),
      in: id, by: "li")
    try desk.perform(.review(.submit(1, .ordinary)), in: id, by: "li")
    #expect(
      try desk.refusal(.review(.sign(1, gate: "text", .pass, note: nil)), in: id, by: "sun")
        == .text(.gateNotYet("text", before: "political")))
    for gate in ["political", "legal", "confidentiality", "text"] {
      try desk.perform(.review(.sign(1, gate: gate, .pass, note: nil)), in: id, by: "wang")
    }
    #expect(
      try desk.refusal(.review(.sign(1, gate: "text", .pass, note: nil)), in: id, by: "sun")
        == .text(.gateAlreadyPassed("text")))
    #expect(
      try desk.refusal(.review(.approve(1)), in: id, by: "wang")
        == .person(.tooFewPersons(part, have: 2, need: 3)))
  }

  @Test("of two persons is enough in the emergency lane, and of one is not")
  func emergencyLane() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    try desk.perform(
      .review(
        .draft(step: "truth.brief", claim: nil, TestDesk.content(slots: TestDesk.truthSlots))),
      in: id, by: "li")
    try desk.perform(.review(.submit(1, nil)), in: id, by: "li")
    #expect(desk.state.incidents[id]?.release(1)?.submission?.lane == .emergency)
    for gate in ["text", "legal", "confidentiality", "political"] {
      try desk.perform(.review(.sign(1, gate: gate, .pass, note: nil)), in: id, by: "wang")
    }
    try desk.perform(.review(.approve(1)), in: id, by: "wang")
    #expect(
      try desk.refusal(.review(.approve(1)), in: id, by: "wang")
        == .text(.alreadyApproved(PartID(id, PartNumber(.release, 1)))))
  }

  @Test("that answers a claim needs the claim, a verdict and evidence")
  func rebuttal() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let claim = PartID(id, PartNumber(.claim, 1))
    let content = TestDesk.content(evidence: ["水样报告"])
    #expect(
      try desk.refusal(.review(.draft(step: "rebuttal", claim: nil, content)), in: id, by: "li")
        == .text(.claimNeeded(step: "rebuttal")))
    #expect(
      try desk.refusal(.review(.draft(step: "rebuttal", claim: 1, content)), in: id, by: "li")
        == .record(.unknownPart(claim)))
    try desk.perform(.enter(.addClaim(text: "自来水被污染", type: .dread)), in: id, by: "li")
    #expect(
      try desk.refusal(.review(.draft(step: "update", claim: 1, content)), in: id, by: "li")
        == .text(.claimNotWanted(step: "update")))
    try desk.perform(.review(.draft(step: "rebuttal", claim: 1, content)), in: id, by: "li")
    #expect(
      try desk.refusal(.review(.submit(1, nil)), in: id, by: "li") == .text(.claimNotRuled(claim)))
    try desk.perform(
      .enter(.ruleClaim(1, .inaccurate, evidence: "四个水样正常")), in: id, by: "li")
    try desk.perform(.review(.submit(1, nil)), in: id, by: "li")
    #expect(desk.state.incidents[id]?.claim(1)?.verdict == .inaccurate)
  }

  @Test("waits for the steps that come before it")
  func order() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    try desk.perform(
      .enter(.addPromise(text: "公布调查结果", owner: "应急局", due: desk.now + .hours(48))), in: id,
      by: "li")
    let stance = TestDesk.content(slots: ["signer"], promises: [1])
    #expect(
      throws: Refusal.text(.stepsBefore(PartID(id, PartNumber(.release, 1)), ["truth.brief"]))
    ) {
      _ = try desk.publish("stance", stance, in: id)
    }
    _ = try desk.publish("truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    try desk.perform(.publish(1, routes: []), in: id, by: "wang")
    #expect(desk.state.incidents[id]?.published("stance").count == 1)
  }

  @Test("is bound to its texts and its audience, to the byte")
  func hash() throws {
    let part = try #require(PartID("2026-0001/R1"))
    let other = try #require(PartID("2026-0001/R2"))
    let content = TestDesk.content("正文")
    var narrower = content
    narrower.audience = [.everyone]
    var longer = content
    longer.texts["en"] = ReleaseContent.Text(title: "Statement", body: "Text")
    let hashes = [
      content.hash(of: part, step: "update"), content.hash(of: other, step: "update"),
      content.hash(of: part, step: "closing"), narrower.hash(of: part, step: "update"),
      longer.hash(of: part, step: "update"), TestDesk.content("正文 ").hash(of: part, step: "update"),
    ]
    #expect(Set(hashes).count == hashes.count)
    var reordered = content
    reordered.audience.reverse()
    #expect(reordered.hash(of: part, step: "update") == hashes[0])
  }
}

@Suite("A media centre")
struct CentreTests {
  @Test("answers once by each way, and a repeated webhook is the same answer")
  func answers() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let number = try desk.publish(
      "truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    let lanxi = try TestDesk.name("lanxi")
    let part = PartID(id, PartNumber(.release, number))
    desk.wait(.minutes(7))
    let reply = CentreReply(
      channel: .webhook, witnessed: Witness(sequence: 9, hash: SHA256.hash("x")), webhook: "msg_1")
    try desk.perform(
      .inIncident(id, .answer(number, centre: lanxi, .acknowledged, reply)), by: .centre(lanxi))
    #expect(
      try desk.perform(
        .inIncident(id, .answer(number, centre: lanxi, .acknowledged, reply)), by: .centre(lanxi)
      ).isEmpty)
    let copy = try #require(desk.state.incidents[id]?.release(number)?.copies.first)
    #expect(copy.acknowledged.map { $0.stamp.time - copy.sent.time } == .minutes(7))
    #expect(
      try desk.refusal(
        .answer(number, centre: lanxi, .acknowledged, CentreReply(channel: .command)), in: id,
        by: "li")
        == .centre(.alreadyAnswered(part, lanxi, .acknowledged)))
    try desk.perform(
      .inIncident(
        id,
        .answer(
          number, centre: lanxi, .published,
          CentreReply(channel: .webhook, text: "https://lanxi.example/1", webhook: "msg_2"))),
      by: .centre(lanxi))
    #expect(desk.state.incidents[id]?.release(number)?.copies.first?.published != nil)
  }

  @Test("cannot answer for another one, nor what it was not sent")
  func othersAnswers() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let number = try desk.publish(
      "truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    let lanxi = try TestDesk.name("lanxi")
    let qinggang = try TestDesk.name("qinggang")
    let nowhere = try TestDesk.name("nowhere")
    let answer = IncidentCommand.answer(
      number, centre: qinggang, .acknowledged, CentreReply(channel: .webhook))
    #expect(
      try desk.refusal(.inIncident(id, answer), by: .centre(lanxi))
        == .person(.onlyPeople("centre:lanxi")))
    #expect(
      try desk.refusal(
        .answer(number, centre: nowhere, .acknowledged, CentreReply(channel: .command)), in: id,
        by: "li")
        == .centre(.unknownCentre(nowhere, known: [lanxi, qinggang])))
    try desk.perform(
      .review(.draft(step: "update", claim: nil, TestDesk.content())), in: id, by: "li")
    #expect(
      try desk.refusal(
        .answer(2, centre: lanxi, .acknowledged, CentreReply(channel: .command)), in: id, by: "li")
        == .centre(.notPublished(PartID(id, PartNumber(.release, 2)))))
  }

  @Test("that does not answer in time is reminded once, by mail and by telephone")
  func reminder() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .major)
    let number = try desk.publish(
      "truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    let policy = NoticePolicy(escalateAfter: nil, escalateTo: [])
    let routes = try TestDesk.routes()
    let lanxi = try TestDesk.name("lanxi")
    func reminders() -> [Command] {
      desk.state.clockwork(at: desk.now, policy: policy, routes: routes).filter { command in
        if case .inIncident(_, .remind) = command { true } else { false }
      }
    }
    try desk.perform(
      .inIncident(
        id, .answer(number, centre: lanxi, .acknowledged, CentreReply(channel: .webhook))),
      by: .centre(lanxi))
    desk.wait(.minutes(30))
    #expect(reminders().isEmpty)
    // Marks of the clocks come as well; this one is the centre's.
    var next = desk.now
    while reminders().isEmpty {
      next = try #require(desk.state.nextClockwork(after: next, policy: policy))
      desk.wait(next - desk.now)
    }
    #expect(desk.now <= TestDesk.start + .minutes(31))
    let commands = reminders()
    #expect(commands.count == 1)
    for command in commands { try desk.perform(command, by: .desk) }
    let copy = try #require(desk.state.incidents[id]?.release(number)?.copies.last)
    #expect(copy.centre.text == "qinggang" && copy.reminded != nil)
    #expect(
      desk.state.deliveries.values.filter {
        $0.order.matter == .reminder(PartID(id, PartNumber(.release, number)))
      }.map(\.order.channel) == [.mail])
    desk.wait(.hours(5))
    #expect(reminders().isEmpty)
  }
}
