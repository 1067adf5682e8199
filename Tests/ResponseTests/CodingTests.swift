import Bytes
import Foundation
import Support
import Testing

@testable import Response

@Suite("The journal's text form of events")
struct CodingTests {
  /// A day that causes every kind of event there is.
  static func day() throws -> TestDesk {
    var desk = try TestDesk()
    let li = try TestDesk.name("li")
    let lanxi = try TestDesk.name("lanxi")
    try desk.perform(
      .raiseAlert(AlertTests.evidence(), recipients: [.person(li)]), by: .desk)
    let alert = try #require(desk.state.alerts.values.first)
    let topic = try #require(alert.evidence.topic)
    desk.wait(.minutes(10))
    try desk.perform(.escalate(alert.id, to: [TestDesk.name("wang")]), by: .desk)
    desk.wait(.minutes(2))
    let playbook = try TestDesk.playbook()
    try desk.perform(
      .adopt(TestDesk.registry, calendar: WorkCalendarTests.shipped()), by: .desk)
    try desk.perform(
      .open(
        Incident.Opening(
          title: "石桥化工园区爆炸", kind: .emergency, incidentClass: .accident, grade: .major,
          eventTime: desk.now - .minutes(40), detected: alert.evidence.detected, place: "石桥镇",
          topics: [topic], alert: alert.id, playbook: .init(playbook)), playbook),
      by: .person(li))
    let id = try #require(desk.state.incidents.keys.min())
    let entries: [IncidentCommand.Entry] = [
      .correctEventTime(desk.now - .minutes(44), why: "调度记录"), .regrade(nil, why: "待核"),
      .regrade(.major, why: "重伤 11 人"), .note("已联系消防"),
      .setFact(number: nil, .known, text: "2 人死亡", source: "消防指挥中心"),
      .setFact(number: nil, .doing, text: "撤离", source: nil),
      .retractFact(2, why: "已完成"),
      .addAction(text: "设 1 公里警戒区", unit: "公安", happened: desk.now - .minutes(5)),
      .addAction(text: "监测空气", unit: nil, happened: nil), .finishAction(1, evidence: "现场记录"),
      .addPromise(text: "公布调查结果", owner: "应急局", due: desk.now + .hours(24)),
      .keepPromise(1, how: "已公布"), .addClaim(text: "自来水被污染", type: .dread),
      .ruleClaim(1, .inaccurate, evidence: "四个水样正常"),
    ]
    for entry in entries { try desk.perform(.enter(entry), in: id, by: "li") }
    let hour = desk.now.floored(to: .hours(1))
    try desk.perform(
      .inIncident(
        id,
        .count([
          .init(
            topic: topic, hour: hour - .hours(1), posts: 3, authors: 3, owners: 2,
            silentSources: 0),
          .init(
            topic: topic, hour: hour, posts: 41, authors: nil, owners: nil,
            silentSources: 2),
        ])), by: .desk)
    let items = [
      "unit": "石桥化工", "scene": "21:41 石桥镇", "course": "储罐爆炸", "casualties": "2 人死亡",
      "measures": "撤离", "other": "无",
    ]
    try desk.perform(
      .enter(.reportUp(level: "city", items: items, sent: desk.now - .minutes(2))), in: id, by: "li"
    )
    try desk.perform(
      .enter(.receiveReport(1, office: "市应急局", at: desk.now)), in: id, by: "li")
    try Self.course(of: id, in: &desk)
    let number = try desk.publish(
      "truth.brief",
      TestDesk.content("今晨发生爆炸。\n正在救援。", slots: TestDesk.truthSlots, actions: [1]), in: id)
    for delivery in desk.state.dueDeliveries(at: desk.now) {
      let outcome: Command.AttemptOutcome =
        switch delivery.order.channel {
        case .webhook: .temporary(reason: "HTTP 503", isAmbiguous: false)
        case .mail:
          delivery.order.recipient == .centre(lanxi)
            ? .permanent(reason: "550 no such user") : .delivered(reply: "250 2.0.0 ok")
        }
      try desk.perform(.recordAttempt(delivery.id, outcome), by: .desk)
    }
    desk.wait(.minutes(12))
    for (answer, text) in [
      (CentreAnswer.acknowledged, nil), (.consented, nil), (.objected, "缺电话"),
      (.published, "https://lanxi.example/news/1"),
    ] {
      try desk.perform(
        .inIncident(
          id,
          .answer(
            number, centre: lanxi, answer,
            CentreReply(
              channel: .webhook, text: text,
              witnessed: Witness(sequence: 20, hash: SHA256.hash("head")),
              webhook: "msg_\(answer.rawValue)"))), by: .centre(lanxi))
    }
    desk.wait(.minutes(30))
    for command in desk.state.clockwork(
      at: desk.now, policy: NoticePolicy(escalateAfter: nil, escalateTo: []),
      routes: try TestDesk.routes())
    {
      try desk.perform(command, by: .desk)
    }
    try desk.perform(
      .review(.draft(step: "rebuttal", claim: 1, TestDesk.content(evidence: ["水样报告"]))), in: id,
      by: "li")
    try desk.perform(.review(.submit(2, nil, noAction: nil)), in: id, by: "li")
    try desk.perform(
      .review(.sign(2, gate: "legal", .returned, note: "注明采样点")), in: id, by: "zhao")
    try desk.perform(
      .review(.edit(2, TestDesk.content("注明采样点", evidence: ["水样报告"]))), in: id, by: "li")
    desk.wait(.hours(8))
    _ = try desk.publish("closing", TestDesk.content(), in: id)
    try desk.perform(.close(summary: "处置结束"), in: id, by: "wang")
    let later: [CourseCommand] = [
      .addLesson(.hindered, text: "法律关等待 40 分钟", owner: "办公室", due: desk.now + .days(10)),
      .addLesson(.helped, text: "预审模板", owner: "值班台", due: desk.now + .days(5)),
      .finishLesson(
        1, how: "法律关设副手", playbook: .init(name: playbook.name, version: playbook.version + 1)),
    ]
    for command in later { try desk.perform(.course(command), in: id, by: "li") }
    try desk.perform(.course(.review(summary: "首报及时，审核偏慢")), in: id, by: "wang")
    return desk
  }

  /// Who is on duty and who is asked, what is decided, and how grave it is.
  private static func course(of id: IncidentID, in desk: inout TestDesk) throws {
    let li = try TestDesk.name("li")
    let wang = try TestDesk.name("wang")
    let accident = try TestDesk.playbook()
    try desk.perform(
      .duty(.begin(li, from: nil, until: desk.now + .hours(12))), by: .person(li))
    let yes = Incident.TriageAnswer(question: .emergency, isYes: true)
    let no = Incident.TriageAnswer(question: .misread, isYes: false)
    let commands: [CourseCommand] = [
      .setWarning(.orange, why: "有害气体扩散"), .setResponseLevel(.second, why: "县预案启动"),
      .tally(.init(dead: 2, missing: 1, injured: 11, loss: 12_000_000), source: "消防指挥中心"),
      .triage([yes, no], why: nil), .nameLead(unit: "县应急局", why: "主管部门"),
      .consult(units: ["水务局", "环保局"], about: "自来水是否受影响", due: desk.now + .minutes(30)),
      .reply(unit: "水务局", text: "四个水样正常"),
      .decide(
        .init(matter: "疏散范围", options: ["1 公里", "2 公里"], chosen: 1, why: "风向偏北", body: "现场指挥部")),
      .handPromise(2, to: "县应急局", how: "函 12 号"), .breakPromise(2, why: "改由市调查组公布"),
    ]
    try desk.perform(
      .enter(.addPromise(text: "每日通报水质", owner: "水务局", due: desk.now + .hours(48))), in: id,
      by: "li")
    for command in commands { try desk.perform(.course(command), in: id, by: "li") }
    let photo = Incident.Evidence(
      hash: SHA256.hash("photo"), name: "cordon.jpg", size: 81_234, note: "警戒线")
    try desk.perform(.course(.addEvidence(1, photo)), in: id, by: "li")
    let other = try desk.open()
    try desk.perform(.course(.link(other, why: "同一管线")), in: id, by: "li")
    try desk.perform(.duty(.handOver(text: "R1 待签", to: wang)), by: .person(li))
    try desk.perform(.duty(.takeOver(nil)), by: .person(wang))
    // The same playbook with a comment more is the same; a higher version is another.
    let definition = String(
      decoding: JSONWriter.bytes { $0.value(accident.definition) }, as: UTF8.self)
    let newer = try Playbook(
      JSONReader.read(
        definition.replacing(
          "\"version\":\(accident.version)", with: "\"version\":\(accident.version + 1)")))
    try desk.perform(.course(.changePlaybook(newer, why: "新版补了副手")), in: id, by: "wang")
  }

  @Test("stays as it was written: each line of the first version is read and written the same")
  func goldenLines() throws {
    let lines = try Self.day().lines.map { String(decoding: $0, as: UTF8.self) }
    let text = lines.joined(separator: "\n") + "\n"
    #expect(try golden("events-1.jsonl", text) == text)
    for line in try golden("events-1.jsonl", text).split(separator: "\n") {
      let event = try #require(try Event.decoded(JSONReader.read(String(line))))
      #expect(String(decoding: event.encoded, as: UTF8.self) == line)
    }
  }

  @Test("stays readable: what the first version wrote is read, and written the same")
  func firstLines() throws {
    // This file is never written anew.
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/events-1.first.jsonl")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 50)
    var state = DeskState()
    for (index, line) in lines.enumerated() {
      let event = try #require(try Event.decoded(JSONReader.read(String(line))))
      #expect(String(decoding: event.encoded, as: UTF8.self) == line)
      state.apply(
        [event],
        in: .init(
          sequence: Int64(index + 1), time: TestDesk.start, actor: TestDesk.person("li"),
          hash: SHA256.hash("\(index)")))
    }
    let incident = try #require(state.incidents.values.first)
    #expect(incident.status == .closed && incident.releases.count == 3)
    #expect(state.clocks(of: incident, at: TestDesk.start).map(\.rule.id).contains("authority"))
  }

  @Test("has a sample of every kind")
  func everyKind() throws {
    let kinds = Set(try Self.day().records.flatMap(\.events).map(\.kind))
    #expect(
      kinds == [
        "registry.adopted", "playbook.adopted", "calendar.adopted", "report-up.sent",
        "report-up.received", "clock.warned", "alert.raised", "alert.acknowledged",
        "delivery.queued", "delivery.delivered", "delivery.failed", "delivery.deferred",
        "incident.opened", "incident.event-time-corrected", "incident.regraded",
        "incident.counted", "incident.closed", "note.added", "fact.set", "fact.retracted",
        "action.added", "action.done", "promise.added", "promise.kept", "claim.added",
        "claim.ruled", "release.drafted", "release.edited", "release.submitted",
        "incident.warning-set", "incident.response-level-set", "casualties.counted",
        "incident.triaged", "unit.lead-named", "unit.consulted", "unit.replied",
        "incident.linked", "action.evidence-added", "decision.taken", "incident.playbook-changed",
        "promise.handed",
        "promise.broken", "lesson.added", "lesson.done", "incident.reviewed", "duty.began",
        "duty.ended", "duty.handed-over", "duty.took-over", "release.signed", "release.approved",
        "release.published", "centre.acknowledged",
        "centre.consented", "centre.objected", "centre.published", "centre.reminded",
      ])
  }

  @Test("leaves kinds that are not its own to others, and refuses its own in another form")
  func strangers() throws {
    #expect(try Event.decoded(JSONReader.read(#"{"k":"source.added","url":"x"}"#)) == nil)
    #expect(
      try Event.decoded(JSONReader.read(#"{"k":"centre.sang","incident":"2026-0001"}"#)) == nil)
    for broken in [
      #"{"k":"note.added","incident":"2026-0001","note":"N1"}"#,
      #"{"k":"note.added","incident":"26-1","note":"N1","text":"x"}"#,
      #"{"k":"note.added","incident":"2026-0001","note":"R1","text":"x"}"#,
      #"{"k":"release.approved","incident":"2026-0001","release":"R1","hash":"abc"}"#,
      #"{"k":"playbook.adopted","hash":"00","definition":{"playbook":"x"}}"#,
      #"{"kind":"note.added"}"#,
    ] {
      #expect(throws: FieldFailure.self) { try Event.decoded(JSONReader.read(broken)) }
    }
  }

  @Test("passes over fields that a newer version added")
  func newerFields() throws {
    let event = try Event.decoded(
      JSONReader.read(
        #"{"k":"note.added","incident":"2026-0001","note":"N1","text":"x","mood":"grim"}"#))
    #expect(event == .incident(IncidentID(year: 2026, number: 1), .noted(1, text: "x")))
  }
}
