import Bytes
import Testing

@testable import Response

@Suite("An incident")
struct IncidentTests {
  @Test("gets the next number of the year in the desk's zone")
  func numbers() throws {
    // 2026-12-31 23:30 in Shanghai, 15:30 in UTC.
    var desk = try TestDesk(at: #require(Instant(iso8601: "2026-12-31T15:30:00Z")))
    #expect(try desk.open().description == "2026-0001")
    #expect(try desk.open().description == "2026-0002")
    desk.wait(.hours(1))
    #expect(try desk.open().description == "2027-0001")
  }

  @Test("puts its playbook on record once, however many use it")
  func playbookOnce() throws {
    var desk = try TestDesk()
    _ = try desk.open()
    _ = try desk.open()
    let adopted = desk.records.flatMap(\.events).filter { $0.kind == "playbook.adopted" }
    #expect(adopted.count == 1)
  }

  @Test("is refused to those who may not open one, and for what makes no sense")
  func refusedOpenings() throws {
    let desk = try TestDesk()
    let playbook = try TestDesk.playbook()
    func opening(_ title: String = "爆炸", _ change: (inout Incident.Opening) -> Void = { _ in })
      -> Command
    {
      var opening = Incident.Opening(
        title: title, kind: .emergency, incidentClass: .accident, playbook: .init(playbook))
      change(&opening)
      return .open(opening, playbook)
    }
    let li = TestDesk.person("li")
    let view = try TestDesk.name("view")
    let stranger = try TestDesk.name("stranger")
    #expect(
      try desk.refusal(opening(), by: .person(view))
        == .person(.notPermitted(view, needed: DeskState.recordingRoles)))
    #expect(
      try desk.refusal(opening(), by: .person(stranger)) == .person(.unknownPerson(stranger)))
    #expect(try desk.refusal(opening(), by: .desk) == .person(.onlyPeople("desk")))
    #expect(try desk.refusal(opening(" \n"), by: li) == .record(.emptyText("title")))
    #expect(
      try desk.refusal(opening(String(repeating: "长", count: 201)), by: li)
        == .record(.textTooLong("title", limit: 200)))
    let future = desk.now + .hours(1)
    #expect(
      try desk.refusal(opening { $0.eventTime = future }, by: li) == .record(.timeInFuture(future)))
    #expect(
      try desk.refusal(opening { $0.kind = .opinion }, by: li)
        == .record(.wrongKind(.opinion, playbook: playbook.name, itsKind: .emergency)))
    let alert = try #require(AlertID("W20260921-001"))
    #expect(
      try desk.refusal(opening { $0.alert = alert }, by: li) == .record(.unknownAlert(alert)))
  }

  @Test("does not take a topic that another open incident has")
  func topicTaken() throws {
    var desk = try TestDesk()
    let playbook = try TestDesk.playbook()
    let topic = try #require(TopicID("T20260921-001"))
    let command = Command.open(
      Incident.Opening(
        title: "爆炸", kind: .emergency, incidentClass: .accident, topics: [topic],
        playbook: .init(playbook)), playbook)
    try desk.perform(command, by: TestDesk.person("li"))
    let first = try #require(desk.state.incidents.keys.first)
    #expect(
      try desk.refusal(command, by: TestDesk.person("li"))
        == .record(.topicTaken(topic, by: first)))
  }

  @Test("keeps facts with versions, and what was retracted in sight")
  func facts() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    try desk.perform(
      .enter(.setFact(number: nil, .known, text: "2 人死亡", source: "消防")), in: id, by: "li")
    try desk.perform(
      .enter(.setFact(number: 1, .known, text: "3 人死亡", source: "医院")), in: id, by: "li")
    try desk.perform(.enter(.retractFact(1, why: "统计重复")), in: id, by: "li")
    let incident = try #require(desk.state.incidents[id])
    #expect(incident.factSheetVersion == 3)
    #expect(incident.fact(1)?.revisions == 2)
    #expect(incident.fact(1)?.text == "3 人死亡")
    #expect(incident.fact(1)?.retracted?.why == "统计重复")
    #expect(
      try desk.refusal(.enter(.retractFact(1, why: "再")), in: id, by: "li")
        == .record(.alreadyDone(PartID(id, PartNumber(.fact, 1)))))
    #expect(
      try desk.refusal(
        .enter(.setFact(number: 9, .known, text: "x", source: nil)), in: id, by: "li")
        == .record(.unknownPart(PartID(id, PartNumber(.fact, 9)))))
  }

  @Test("shows what was done and not told")
  func sayAndDo() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    for text in ["设警戒区", "监测空气"] {
      try desk.perform(
        .enter(.addAction(text: text, unit: "应急局", happened: nil)), in: id, by: "li")
    }
    #expect(desk.state.incidents[id]?.untoldActions.map(\.number) == [1, 2])
    _ = try desk.publish(
      "update", TestDesk.content(slots: ["nextUpdate"], actions: [1]), in: id)
    #expect(desk.state.incidents[id]?.untoldActions.map(\.number) == [2])
    let draft = IncidentCommand.review(
      .draft(step: "update", claim: nil, TestDesk.content(actions: [7])))
    #expect(
      try desk.refusal(draft, in: id, by: "li")
        == .record(.unknownPart(PartID(id, PartNumber(.action, 7)))))
  }

  @Test("is closed only by the lead, after its closing release, with its promises kept")
  func closing() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    #expect(
      try desk.refusal(.close(summary: nil), in: id, by: "li")
        == .person(.notPermitted(TestDesk.name("li"), needed: [.lead])))
    #expect(
      try desk.refusal(.close(summary: nil), in: id, by: "wang")
        == .record(.closingMissing(["closing"])))
    _ = try desk.publish("truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    try desk.perform(
      .enter(.addPromise(text: "公布结果", owner: "应急局", due: desk.now + .hours(1))), in: id,
      by: "li")
    _ = try desk.publish("closing", TestDesk.content(), in: id)
    #expect(desk.state.incidents[id]?.status == .closing)
    #expect(
      try desk.refusal(.close(summary: nil), in: id, by: "wang")
        == .record(.promisesOpen([PartID(id, PartNumber(.promise, 1))])))
    try desk.perform(.enter(.keepPromise(1, how: "已公布")), in: id, by: "li")
    try desk.perform(.close(summary: "处置结束"), in: id, by: "wang")
    #expect(desk.state.incidents[id]?.status == .closed)
    #expect(
      try desk.refusal(.enter(.note("晚了")), in: id, by: "li")
        == .record(.incidentClosed(id, .closed)))
  }

  @Test("has a refusal in both languages for whatever is refused, and a word for programs")
  func explanations() throws {
    let desk = try TestDesk()
    let id = IncidentID(year: 2026, number: 9)
    let refusal = try desk.refusal(.enter(.note("x")), in: id, by: "li")
    #expect(refusal == .record(.unknownIncident(id)))
    #expect(refusal.code == "unknownIncident")
    #expect(refusal.explanation.zh.contains("2026-0009"))
    #expect(refusal.explanation.en.contains("2026-0009"))
    #expect(refusal.exitCode == .refused)
  }
}

@Suite("An alert")
struct AlertTests {
  static func evidence(_ topic: String = "T20260921-001") throws -> AlertEvidence {
    AlertEvidence(
      topic: try #require(TopicID(topic)), level: .urgent, label: "化工园区 爆炸",
      keywords: ["化工园区", "爆炸"],
      reason: Bilingual(zh: "1 小时 14 帖，预期 0.3", en: "14 posts in 1 h, 0.3 expected"),
      score: 0.82, posts: 14, copies: 3, authors: 11, owners: 5, sources: 6, officialPosts: 1,
      windows: [.init(hours: 1, count: 14, expected: 0.3, significance: 8.1)],
      firstPost: TestDesk.start - .minutes(20), detected: TestDesk.start,
      samples: [
        .init(
          item: "00ff", source: "lanxi-gov", seen: TestDesk.start, isOfficial: true,
          title: "情况通报", link: "https://lanxi.example/1"),
        .init(
          item: "01ff", source: "forum", seen: TestDesk.start, isOfficial: false, title: nil,
          link: nil),
      ],
      coverage: .init(sources: 16, silent: 1), learningHours: 28,
      signs: .init(voices: 12, hasHarm: true, troubles: ["explosion"], places: ["石桥"]))
  }

  @Test("is numbered by the desk's day, sent to its people, and taken once")
  func taken() throws {
    var desk = try TestDesk()
    let li = try TestDesk.name("li")
    try desk.perform(.raiseAlert(Self.evidence(), recipients: [.person(li)]), by: .desk)
    let id = try #require(desk.state.alerts.keys.first)
    #expect(id.description == "W20260921-001")
    #expect(desk.state.dueDeliveries(at: desk.now).map(\.order.recipient) == [.person(li)])
    try desk.perform(.acknowledgeAlert(id, .page), by: .person(li))
    #expect(
      try desk.refusal(.acknowledgeAlert(id, .command), by: TestDesk.person("wang"))
        == .record(.alertAlreadyTaken(id, by: Bilingual(zh: "李值班", en: "li"))))
    #expect(
      try desk.refusal(.raiseAlert(Self.evidence(), recipients: []), by: .person(li))
        == .person(.onlyTheDesk("alert")))
  }

  @Test("that nobody takes goes to the next people, once")
  func escalation() throws {
    var desk = try TestDesk()
    let wang = try TestDesk.name("wang")
    try desk.perform(.raiseAlert(Self.evidence(), recipients: []), by: .desk)
    let policy = NoticePolicy(escalateAfter: .minutes(10), escalateTo: [wang])
    #expect(desk.state.nextClockwork(after: desk.now, policy: policy) == desk.now + .minutes(10))
    desk.wait(.minutes(10))
    let commands = desk.state.clockwork(at: desk.now, policy: policy, routes: [])
    #expect(commands.count == 1)
    for command in commands + commands { try desk.perform(command, by: .desk) }
    #expect(desk.state.deliveries.count == 1)
    #expect(desk.state.clockwork(at: desk.now, policy: policy, routes: []).isEmpty)
  }

  @Test("is taken by whoever opens an incident on it")
  func opensIncident() throws {
    var desk = try TestDesk()
    try desk.perform(.raiseAlert(Self.evidence(), recipients: []), by: .desk)
    let alert = try #require(desk.state.alerts.values.first)
    let playbook = try TestDesk.playbook()
    try desk.perform(
      .open(
        Incident.Opening(
          title: "爆炸", kind: .emergency, incidentClass: .accident, detected: desk.now,
          topics: [try #require(alert.evidence.topic)], alert: alert.id, playbook: .init(playbook)),
        playbook),
      by: TestDesk.person("li"))
    #expect(desk.state.alerts[alert.id]?.acknowledged != nil)
    #expect(desk.state.alerts[alert.id]?.incident == desk.state.incidents.keys.first)
  }
}

@Suite("A delivery")
struct DeliveryTests {
  @Test("is tried again after longer and longer, and given up after a day")
  func retries() throws {
    var desk = try TestDesk()
    let li = try TestDesk.name("li")
    try desk.perform(
      .raiseAlert(AlertTests.evidence(), recipients: [.person(li)]), by: .desk)
    let start = desk.now
    var waits: [Duration] = []
    while let delivery = desk.state.deliveries.values.first, let due = delivery.due {
      waits.append(due - desk.now)
      desk.now = due
      try desk.perform(
        .recordAttempt(delivery.id, .temporary(reason: "451", isAmbiguous: waits.count == 3)),
        by: .desk)
      try #require(waits.count < 100)
    }
    #expect(waits[0] == .zero)
    for (wait, minutes) in zip(waits.dropFirst(), [1, 2, 4, 8, 15, 30, 30]) {
      #expect(wait >= .minutes(minutes) && wait.inSeconds <= Double(minutes) * 72)
    }
    #expect(desk.now - start <= RetryRule.lifetime)
    let delivery = try #require(desk.state.deliveries.values.first)
    #expect(delivery.delay?.isAmbiguous == true)
    guard case .failed(_, let reason) = delivery.result else {
      Issue.record("not given up")
      return
    }
    #expect(reason == "451")
    #expect(
      try desk.refusal(.recordAttempt(delivery.id, .delivered(reply: "250")), by: .desk)
        == .record(.deliveryEnded(delivery.id)))
  }

  @Test("keeps one message id through all its attempts")
  func messageID() throws {
    var desk = try TestDesk()
    try desk.perform(
      .raiseAlert(AlertTests.evidence(), recipients: [.person(TestDesk.name("li"))]), by: .desk)
    let before = try #require(desk.state.deliveries.values.first)
    try desk.perform(
      .recordAttempt(before.id, .temporary(reason: "reset", isAmbiguous: true)), by: .desk)
    let after = try #require(desk.state.deliveries.values.first)
    #expect(
      before.messageID(journal: "j", host: "h") == after.messageID(journal: "j", host: "h"))
    #expect(after.head == before.head)
    #expect(before.messageID(journal: "j", host: "h") == "<D2.1.j@h>")
  }
}
