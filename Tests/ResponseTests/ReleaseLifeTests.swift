import Bytes
import Testing

@testable import Response

/// A text after its approval: joint hours, corrections, withdrawals, numbers that differ, and facts
/// that change under it.
@Suite("The later life of a release")
struct ReleaseLifeTests {
  private static let slots = TestDesk.truthSlots + ["signer", "wrong", "right"]

  private func part(_ id: IncidentID, _ number: Int) -> PartID {
    PartID(id, PartNumber(.release, number))
  }

  /// Drafted by li, signed at all gates and approved by wang.
  private func approved(
    _ desk: inout TestDesk, _ body: String, in id: IncidentID, step: String = "truth.brief"
  ) throws -> Int {
    let content = TestDesk.content(body, slots: Self.slots)
    try desk.perform(.review(.draft(step: step, claim: nil, content)), in: id, by: "li")
    let number = try #require(desk.state.incidents[id]?.releases.last?.number)
    try pass(&desk, number, in: id)
    return number
  }

  private func pass(_ desk: inout TestDesk, _ number: Int, in id: IncidentID) throws {
    try desk.perform(.review(.submit(number, .emergency)), in: id, by: "li")
    for (gate, person) in [
      ("political", "zhao"), ("legal", "zhao"), ("confidentiality", "sun"), ("text", "sun"),
    ] {
      try desk.perform(.review(.sign(number, gate: gate, .pass, note: nil)), in: id, by: person)
    }
    try desk.perform(.review(.approve(number)), in: id, by: "wang")
  }

  @Test("waits for its joint hour, locked, and the desk lets it out then and not before")
  func embargo() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let number = try approved(&desk, "正文", in: id)
    let part = part(id, number)
    #expect(
      try desk.refusal(
        .publish(number, routes: [], terms: PublicationTerms(at: desk.now)), in: id, by: "wang")
        == .text(.embargoInPast(desk.now)))
    let hour = desk.now + .minutes(10)
    try desk.perform(
      .publish(number, routes: TestDesk.routes(), terms: PublicationTerms(at: hour)), in: id,
      by: "wang")
    #expect(desk.state.incidents[id]?.release(number)?.status == .embargoed)
    #expect(desk.state.dueDeliveries(at: desk.now).count == 3)
    let policy = NoticePolicy(escalateAfter: nil, escalateTo: [])
    #expect(desk.state.nextClockwork(after: desk.now, policy: policy) == hour)
    for step: IncidentCommand in [
      .review(.edit(number, TestDesk.content("别的", slots: Self.slots))),
      .publish(number, routes: []), .review(.approve(number)),
    ] {
      #expect(
        try desk.refusal(step, in: id, by: "wang") == .text(.underEmbargo(part, until: hour)))
    }
    // A centre may answer before the hour.
    try desk.perform(
      .answer(
        number, centre: TestDesk.name("lanxi"), .consented, CentreReply(channel: .command)),
      in: id, by: "li")
    #expect(
      try desk.refusal(.endEmbargo(number), in: id, by: "wang") == .person(.onlyTheDesk("publish")))
    #expect(try desk.perform(.inIncident(id, .endEmbargo(number)), by: .desk).isEmpty)
    desk.wait(.minutes(10))
    for command in desk.state.clockwork(at: desk.now, policy: policy, routes: []) {
      try desk.perform(command, by: .desk)
    }
    let release = try #require(desk.state.incidents[id]?.release(number))
    #expect(release.status == .published && release.publication?.stamp.actor == .desk)
    #expect(release.publication?.stamp.time == hour)
    #expect(desk.state.clockwork(at: desk.now, policy: policy, routes: []).isEmpty)
    #expect(desk.state.incidents[id]?.status == .active)
  }

  @Test("is withdrawn with a reason; the centres that have it are told, and nothing is lost")
  func withdrawal() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let number = try approved(&desk, "正文", in: id)
    let hour = desk.now + .minutes(10)
    try desk.perform(
      .publish(number, routes: TestDesk.routes(), terms: PublicationTerms(at: hour)), in: id,
      by: "wang")
    let part = part(id, number)
    #expect(
      try desk.refusal(.withdraw(number, why: "误", routes: []), in: id, by: "li")
        == .person(.notPermitted(TestDesk.name("li"), needed: [.lead, .approver])))
    #expect(
      try desk.refusal(.withdraw(number, why: " ", routes: []), in: id, by: "wang")
        == .record(.emptyText("why")))
    #expect(
      try desk.refusal(.withdraw(9, why: "误", routes: []), in: id, by: "wang")
        == .record(.unknownPart(self.part(id, 9))))
    let before = desk.state.deliveries.count
    try desk.perform(
      .withdraw(number, why: "数字有误", routes: TestDesk.routes()), in: id, by: "wang")
    #expect(desk.state.deliveries.count == before + 3)
    #expect(
      desk.state.deliveries.values.count { $0.order.matter == .withdrawal(part) } == 3)
    let release = try #require(desk.state.incidents[id]?.release(number))
    #expect(release.status == .withdrawn && release.withdrawal?.why == "数字有误")
    desk.wait(.minutes(20))
    #expect(try desk.perform(.inIncident(id, .endEmbargo(number)), by: .desk).isEmpty)
    for step: IncidentCommand in [
      .withdraw(number, why: "误", routes: []), .publish(number, routes: []),
      .review(.submit(number, nil)),
    ] {
      #expect(try desk.refusal(step, in: id, by: "wang") == .text(.withdrawn(part)))
    }
  }

  @Test("a draft is withdrawn by its author or the lead, by nobody else")
  func ownDraft() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    for _ in 1...2 {
      try desk.perform(
        .review(.draft(step: "stance", claim: nil, TestDesk.content())), in: id, by: "li")
    }
    #expect(
      try desk.refusal(.withdraw(1, why: "重复", routes: []), in: id, by: "sun")
        == .person(.notPermitted(TestDesk.name("sun"), needed: [.lead, .approver])))
    try desk.perform(.withdraw(1, why: "重复", routes: []), in: id, by: "li")
    try desk.perform(.withdraw(2, why: "重复", routes: []), in: id, by: "wang")
    #expect(desk.state.incidents[id]?.releases.map(\.status) == [.withdrawn, .withdrawn])
    #expect(desk.state.deliveries.isEmpty)
  }

  @Test("a withdrawn closing release does not let an incident end")
  func withdrawnClosing() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    _ = try desk.publish("truth.brief", TestDesk.content(slots: Self.slots), in: id)
    let closing = try desk.publish("closing", TestDesk.content(slots: Self.slots), in: id)
    try desk.perform(.withdraw(closing, why: "过早", routes: []), in: id, by: "wang")
    #expect(
      try desk.refusal(.close(summary: nil), in: id, by: "wang")
        == .record(.closingMissing(["closing"])))
  }

  @Test("is corrected by another text that names it, through the same gates")
  func correction() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let content = TestDesk.content("更正：伤者为 12 人。", slots: Self.slots)
    try desk.perform(
      .review(.draft(step: "truth.brief", claim: nil, content)), in: id, by: "li")
    #expect(
      try desk.refusal(.review(.correct(1, content)), in: id, by: "li")
        == .text(.notPublishedYet(part(id, 1))))
    #expect(
      try desk.refusal(.review(.correct(7, content)), in: id, by: "li")
        == .record(.unknownPart(part(id, 7))))
    try pass(&desk, 1, in: id)
    try desk.perform(.publish(1, routes: TestDesk.routes()), in: id, by: "wang")
    try desk.perform(
      .review(.correct(1, TestDesk.content("更正", slots: ["wrong"]))), in: id, by: "li")
    #expect(desk.state.incidents[id]?.release(2)?.corrects == 1)
    #expect(
      try desk.refusal(.review(.submit(2, nil)), in: id, by: "li")
        == .text(.missingNeeds(part(id, 2), ["right"])))
    try desk.perform(.review(.edit(2, content)), in: id, by: "li")
    try pass(&desk, 2, in: id)
    try desk.perform(.publish(2, routes: TestDesk.routes()), in: id, by: "wang")
    #expect(desk.state.incidents[id]?.release(1)?.status == .published)
  }

  @Test("two published numbers for one thing: the second waits for the fact sheet or a reason")
  func numbers() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let first = try approved(&desk, "已致2人死亡、11人重伤。", in: id)
    try desk.perform(.publish(first, routes: []), in: id, by: "wang")
    let second = try approved(&desk, "已致3人死亡、11人重伤。", in: id)
    let conflict = NumberConflict(text: "3人死亡", release: first, published: "2人死亡")
    #expect(
      try desk.refusal(.publish(second, routes: []), in: id, by: "wang")
        == .text(.numbersConflict(part(id, second), [conflict])))
    var explained = desk
    try explained.perform(
      .publish(second, routes: [], terms: PublicationTerms(explanation: "一名伤者不治")), in: id,
      by: "wang")
    #expect(
      explained.state.incidents[id]?.release(second)?.publication?.explanation == "一名伤者不治")
    try desk.perform(
      .enter(.setFact(number: nil, .known, text: "3 人死亡", source: "医院")), in: id, by: "li")
    try desk.perform(.publish(second, routes: []), in: id, by: "wang")
    // The newest word is what a reader remembers.
    let third = try approved(&desk, "已致2人死亡。", in: id)
    #expect(
      try desk.refusal(.publish(third, routes: []), in: id, by: "wang")
        == .text(
          .numbersConflict(
            part(id, third),
            [NumberConflict(text: "2人死亡", release: second, published: "3人死亡")])))
  }

  @Test("that says what a fact no longer says is marked until another text sets it right")
  func stale() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    try desk.perform(
      .enter(.setFact(number: nil, .known, text: "2 人死亡", source: nil)), in: id, by: "li")
    try desk.perform(
      .enter(.setFact(number: nil, .known, text: "起火原因系电路老化", source: nil)), in: id, by: "li")
    let first = try desk.publish(
      "truth.brief",
      TestDesk.content("事故已致2人死亡。经查起火原因系电路老化。", slots: Self.slots), in: id)
    try desk.perform(
      .review(.draft(step: "stance", claim: nil, TestDesk.content("向2名死亡人员致哀，2人死亡"))), in: id,
      by: "li")
    #expect(desk.state.incidents[id]?.staleTexts == [])
    desk.wait(.minutes(1))
    try desk.perform(
      .enter(.setFact(number: 1, .known, text: "10 人死亡", source: nil)), in: id, by: "li")
    let stale = try #require(desk.state.incidents[id]?.staleTexts)
    #expect(stale.map(\.release) == [first, first + 1])
    #expect(stale[0].old == "2 人死亡" && stale[0].new == "10 人死亡")
    #expect(stale[0].centres.map(\.text) == ["lanxi", "qinggang"])
    #expect(stale.map(\.isPublished) == [true, false])
    let dues = try desk.state.dues(of: #require(desk.state.incidents[id]), at: desk.now)
    #expect(dues.contains { $0.matter == .stale(stale[0]) })
    try desk.perform(.enter(.retractFact(2, why: "尚无结论")), in: id, by: "li")
    #expect(desk.state.incidents[id]?.staleTexts.filter { $0.fact == 2 }.map(\.release) == [first])
    // The draft is set right by an edit, the published text by what is published next.
    try desk.perform(
      .review(.edit(first + 1, TestDesk.content("致哀，10人死亡"))), in: id, by: "li")
    #expect(
      desk.state.incidents[id]?.staleTexts.filter { $0.fact == 1 }.map(\.release) == [first])
    _ = try desk.publish("truth.brief", TestDesk.content("现为10人死亡", slots: Self.slots), in: id)
    #expect(desk.state.incidents[id]?.staleTexts.map(\.fact) == [2])
    try desk.perform(
      .review(.correct(first, TestDesk.content("原因尚未查明", slots: Self.slots))), in: id,
      by: "li")
    let correction = try #require(desk.state.incidents[id]?.releases.last?.number)
    try pass(&desk, correction, in: id)
    try desk.perform(.publish(correction, routes: []), in: id, by: "wang")
    #expect(desk.state.incidents[id]?.staleTexts == [])
  }

  @Test("does not go into review with a slot that nobody filled")
  func unfilled() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let content = TestDesk.content("热线：{hotline}", slots: Self.slots)
    try desk.perform(
      .review(.draft(step: "truth.brief", claim: nil, content)), in: id, by: "li")
    guard
      case .text(.unfilledSlots(_, let findings)) = try desk.refusal(
        .review(.submit(1, nil)), in: id, by: "li")
    else {
      Issue.record("another refusal")
      return
    }
    #expect(findings.map(\.excerpt) == ["{hotline}"])
  }

  @Test("carries forms for single channels under the same hash, each in a language it has")
  func channels() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    var content = TestDesk.content("正文", slots: Self.slots)
    let plain = content.hash(of: part(id, 1), step: "truth.brief")
    content.channels = ["sms": ["en": .init(title: "T", body: "B")]]
    #expect(content.hash(of: part(id, 1), step: "truth.brief") != plain)
    #expect(
      try desk.refusal(
        .review(.draft(step: "truth.brief", claim: nil, content)), in: id, by: "li")
        == .text(.channelLanguage("sms", "en")))
    content.channels = ["sms": ["zh-CN": .init(title: "短信", body: "请绕行 13812345678")]]
    try desk.perform(
      .review(.draft(step: "truth.brief", claim: nil, content)), in: id, by: "li")
    let incident = try #require(desk.state.incidents[id])
    let release = try #require(incident.release(1))
    let findings = desk.state.findings(in: release, of: incident, at: desk.now)
    #expect(findings.map(\.rule) == [.phoneNumber])
    #expect(findings.map(\.language) == ["sms/zh-CN"])
  }
}

/// Who stands in for whom, experts, and the way around the gates.
@Suite("People at the gates")
struct GatePeopleTests {
  private static let slots = TestDesk.truthSlots + ["statement"]

  /// The test desk's people, with a deputy for the legal gate, two leads and an expert.
  private func registry(legalAbsent: Bool = false) throws -> Registry {
    var registry = TestDesk.registry
    let now = TestDesk.start
    if legalAbsent {
      for at in registry.people.indices where registry.people[at].gates.contains("legal") {
        registry.people[at].absences = [.init(from: now, until: now + .hours(8))]
      }
    }
    registry.people += [
      Person(
        id: try TestDesk.name("qian"), name: Bilingual(same: "钱"), roles: [.reviewer], gates: [],
        deputyGates: ["legal"]),
      Person(id: try TestDesk.name("gao"), name: Bilingual(same: "高"), roles: [.lead], gates: []),
      Person(
        id: try TestDesk.name("chen"), name: Bilingual(same: "陈"), roles: [.expert], gates: [],
        expertise: .init(
          field: Bilingual(zh: "毒理学", en: "toxicology"), interests: Bilingual(same: "无"))),
    ]
    return registry
  }

  private func inReview(_ desk: inout TestDesk, _ content: ReleaseContent, step: String) throws
    -> IncidentID
  {
    let id = try desk.open()
    try desk.perform(.review(.draft(step: step, claim: nil, content)), in: id, by: "li")
    try desk.perform(.review(.submit(1, .emergency)), in: id, by: "li")
    return id
  }

  @Test("a deputy signs when those who hold the gate are away, or have let it wait")
  func deputy() throws {
    let sign = IncidentCommand.review(.sign(1, gate: "legal", .pass, note: nil))
    let content = TestDesk.content(slots: Self.slots)
    var desk = try TestDesk(registry: registry())
    let id = try inReview(&desk, content, step: "truth.brief")
    let from = desk.now + .minutes(10)
    #expect(
      try desk.refusal(sign, in: id, by: "qian")
        == .person(.deputyNotYet(TestDesk.name("qian"), gate: "legal", from: from)))
    func signers(_ desk: TestDesk) throws -> [String] {
      try desk.state.dues(of: #require(desk.state.incidents[id]), at: desk.now)
        .filter { $0.matter == .gate(1, gate: "legal") }.flatMap(\.persons).map(\.text)
    }
    #expect(try signers(desk) == ["wang", "zhao"])
    desk.wait(.minutes(10))
    #expect(try signers(desk) == ["wang", "zhao", "qian"])
    try desk.perform(sign, in: id, by: "qian")

    var empty = try TestDesk(registry: registry(legalAbsent: true))
    let other = try inReview(&empty, content, step: "truth.brief")
    #expect(
      try empty.refusal(sign, in: other, by: "zhao")
        == .person(.isAbsent(TestDesk.name("zhao"), gate: "legal")))
    try empty.perform(sign, in: other, by: "qian")
  }

  @Test("an expert's words are signed off by that expert and nobody else")
  func expert() throws {
    var desk = try TestDesk(registry: registry())
    var content = TestDesk.content("专家解读", slots: Self.slots)
    content.expert = try TestDesk.name("sun")
    let opened = try desk.open()
    #expect(
      try desk.refusal(
        .review(.draft(step: "expert", claim: nil, content)), in: opened, by: "li")
        == .person(.notAnExpert(TestDesk.name("sun"))))
    content.expert = try TestDesk.name("chen")
    try desk.perform(.review(.draft(step: "expert", claim: nil, content)), in: opened, by: "li")
    try desk.perform(.review(.submit(1, .emergency)), in: opened, by: "li")
    for (gate, person) in [
      ("political", "zhao"), ("legal", "zhao"), ("confidentiality", "sun"), ("text", "sun"),
    ] {
      try desk.perform(.review(.sign(1, gate: gate, .pass, note: nil)), in: opened, by: person)
    }
    let part = PartID(opened, PartNumber(.release, 1))
    #expect(
      try desk.refusal(.review(.approve(1)), in: opened, by: "wang")
        == .text(.gatesOpen(part, ["expert"])))
    #expect(
      try desk.refusal(
        .review(.sign(1, gate: "expert", .pass, note: nil)), in: opened, by: "sun")
        == .person(.notThisExpert(TestDesk.name("sun"), expert: TestDesk.name("chen"))))
    try desk.perform(
      .review(.sign(1, gate: "expert", .pass, note: nil)), in: opened, by: "chen")
    try desk.perform(.review(.approve(1)), in: opened, by: "wang")
  }

  @Test("nothing goes around the gates where the playbook does not say so")
  func noOverride() throws {
    var desk = try TestDesk(registry: registry())
    let id = try inReview(&desk, TestDesk.content(slots: Self.slots), step: "truth.brief")
    #expect(
      try desk.refusal(.review(.override(1, why: "急")), in: id, by: "wang")
        == .text(.noOverride(PartID(id, PartNumber(.release, 1)))))
  }

  @Test("where it does: two with the right to approve, a reason each, loud, and read afterwards")
  func override() throws {
    let shipped = try TestDesk.playbook()
    var text = String(decoding: JSONWriter.bytes { $0.value(shipped.definition) }, as: UTF8.self)
    text = text.replacing("\"override\":false", with: "\"override\":true")
    let playbook = try Playbook(JSONReader.read(Array(text.utf8)))
    #expect(playbook.allowsOverride)
    var desk = try TestDesk(registry: registry())
    try desk.perform(
      .open(
        Incident.Opening(
          title: "爆炸", kind: .emergency, incidentClass: .accident, playbook: .init(playbook)),
        playbook), by: TestDesk.person("li"))
    let id = try #require(desk.state.incidents.keys.max())
    let content = TestDesk.content(slots: Self.slots)
    try desk.perform(.review(.draft(step: "truth.brief", claim: nil, content)), in: id, by: "li")
    try desk.perform(.review(.submit(1, .emergency)), in: id, by: "li")
    #expect(
      try desk.refusal(.review(.override(1, why: "急")), in: id, by: "sun")
        == .person(.notPermitted(TestDesk.name("sun"), needed: [.lead, .approver])))
    #expect(
      try desk.refusal(.review(.override(1, why: "")), in: id, by: "wang")
        == .record(.emptyText("why")))
    try desk.perform(.review(.override(1, why: "溃坝在即")), in: id, by: "wang")
    #expect(desk.state.incidents[id]?.release(1)?.status == .inReview)
    #expect(
      try desk.refusal(.review(.override(1, why: "急")), in: id, by: "wang")
        == .person(.sameApprover(TestDesk.name("wang"))))
    try desk.perform(.review(.override(1, why: "人命关天")), in: id, by: "gao")
    try desk.perform(.publish(1, routes: []), in: id, by: "wang")
    let release = try #require(desk.state.incidents[id]?.release(1))
    #expect(release.isOverridden && release.status == .published)
    let line = EventLine(state: desk.state)
    let events = desk.records.flatMap(\.events).filter { $0.kind.hasPrefix("release.") }
    #expect(events.map { line.text(of: $0).en }.filter { $0.hasPrefix("OVERRIDE") }.count == 3)
    // The gates that were passed over are still to be read, and can be signed.
    let dues = try desk.state.dues(of: #require(desk.state.incidents[id]), at: desk.now)
    #expect(dues.contains { $0.matter == .gate(1, gate: "legal") })
    try desk.perform(.review(.sign(1, gate: "legal", .pass, note: nil)), in: id, by: "zhao")
    #expect(desk.state.incidents[id]?.release(1)?.openGates(of: ["legal"]) == [])
  }

  @Test("an auditor and a viewer change nothing")
  func auditor() throws {
    var registry = try registry()
    registry.people.append(
      Person(
        id: try TestDesk.name("audit"), name: Bilingual(same: "审计"), roles: [.auditor], gates: []))
    var desk = try TestDesk(registry: registry)
    let id = try inReview(&desk, TestDesk.content(slots: Self.slots), step: "truth.brief")
    let routes = try TestDesk.routes()
    let commands: [IncidentCommand] = [
      .enter(.note("记")), .enter(.setFact(number: nil, .known, text: "甲", source: nil)),
      .review(.draft(step: "stance", claim: nil, TestDesk.content())),
      .review(.submit(1, nil)), .review(.sign(1, gate: "legal", .pass, note: nil)),
      .review(.approve(1)), .review(.correct(1, TestDesk.content())),
      .review(.override(1, why: "急")), .publish(1, routes: routes),
      .withdraw(1, why: "误", routes: routes), .close(summary: nil),
    ]
    for person in ["audit", "view"] {
      for command in commands {
        guard case .person = try desk.refusal(command, in: id, by: person) else {
          if case .review(.override) = command { continue }
          Issue.record("\(person) may \(command)")
          continue
        }
      }
    }
  }
}
