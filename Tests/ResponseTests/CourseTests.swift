import Bytes
import Testing

@testable import Response

@Suite("The course of an incident")
struct CourseTests {
  private func incident(_ desk: TestDesk, _ id: IncidentID) throws -> Incident {
    try #require(desk.state.incidents[id])
  }

  private func closed(_ desk: inout TestDesk) throws -> IncidentID {
    let id = try desk.open()
    _ = try desk.publish("truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    _ = try desk.publish("closing", TestDesk.content(), in: id)
    try desk.perform(.close(summary: nil), in: id, by: "wang")
    return id
  }

  @Test("keeps grade, warning and response level apart: none moves another")
  func scales() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .major)
    try desk.perform(.course(.setWarning(.orange, why: "暴雨")), in: id, by: "li")
    try desk.perform(.course(.setResponseLevel(.second, why: "启动预案")), in: id, by: "li")
    var incident = try incident(desk, id)
    #expect(incident.grade == .major)
    #expect(incident.course.warning?.value == .orange)
    #expect(incident.course.responseLevel?.value == .second)
    #expect(incident.bases.count == 1)
    // The same again is nothing new; lifting it is.
    let again = Command.inIncident(id, .course(.setWarning(.orange, why: "再")))
    #expect(try desk.state.decide(again, by: TestDesk.person("li"), at: desk.now).isEmpty)
    try desk.perform(.course(.setWarning(nil, why: "雨停")), in: id, by: "li")
    incident = try self.incident(desk, id)
    #expect(incident.course.warning?.value == nil && incident.course.warning?.why == "雨停")
    #expect(
      try desk.refusal(.course(.setResponseLevel(nil, why: " ")), in: id, by: "li")
        == .record(.emptyText("why")))
  }

  @Test("has both scales from the opening where they were known then")
  func scalesAtOpening() throws {
    var desk = try TestDesk()
    let playbook = try TestDesk.playbook()
    try desk.perform(
      .open(
        Incident.Opening(
          title: "洪水", kind: .emergency, incidentClass: .natural, warning: .red,
          responseLevel: .first, playbook: .init(playbook)), playbook), by: TestDesk.person("li"))
    let incident = try #require(desk.state.incidents.values.first)
    #expect(incident.course.warning?.value == .red)
    #expect(incident.course.responseLevel?.value == .first && incident.grade == nil)
  }

  @Test("asks the six questions of what must be answered, and knows when it can say no")
  func triage() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    #expect(try incident(desk, id).course.mustAnswer == nil)
    #expect(
      desk.state.dues(of: try incident(desk, id), at: desk.now).contains {
        $0.matter == .triage(open: 6)
      })
    let noes = TriageQuestion.allCases.dropLast().map {
      Incident.TriageAnswer(question: $0, isYes: false)
    }
    try desk.perform(.course(.triage(noes, why: nil)), in: id, by: "li")
    #expect(try incident(desk, id).course.mustAnswer == nil)
    #expect(try incident(desk, id).course.openTriage == [.falsehood])
    let last = Incident.TriageAnswer(question: .falsehood, isYes: false)
    try desk.perform(.course(.triage([last], why: nil)), in: id, by: "li")
    #expect(try incident(desk, id).course.mustAnswer == false)
    let yes = Incident.TriageAnswer(question: .ordered, isYes: true)
    try desk.perform(.course(.triage([yes], why: "省厅来电")), in: id, by: "li")
    #expect(try incident(desk, id).course.mustAnswer == true)
    #expect(try incident(desk, id).course.triage[.ordered]?.why == "省厅来电")
    #expect(
      try desk.refusal(.course(.triage([], why: nil)), in: id, by: "li") == .course(.noTriageAnswer)
    )
    let again = Command.inIncident(id, .course(.triage([yes], why: "省厅来电")))
    #expect(try desk.state.decide(again, by: TestDesk.person("li"), at: desk.now).isEmpty)
  }

  @Test("asks units, waits for each, and names the lead")
  func units() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let due = desk.now + .minutes(30)
    try desk.perform(
      .course(.consult(units: ["水务局", "环保局"], about: "自来水", due: due)), in: id, by: "li")
    try desk.perform(.course(.nameLead(unit: "应急局", why: "主管")), in: id, by: "li")
    #expect(try incident(desk, id).course.consultations.map(\.number) == [1, 2])
    #expect(try incident(desk, id).course.lead?.unit == "应急局")
    func waiting() throws -> [Int] {
      desk.state.dues(of: try incident(desk, id), at: desk.now).compactMap { due in
        if case .consultation(let number, _, _) = due.matter { number } else { nil }
      }
    }
    #expect(try waiting() == [1, 2])
    try desk.perform(.course(.reply(unit: "水务局", text: "四个水样正常")), in: id, by: "li")
    #expect(try waiting() == [2])
    #expect(try incident(desk, id).course.consultation(1)?.reply?.text == "四个水样正常")
    let part = PartID(id, PartNumber(.consultation, 1))
    #expect(
      try desk.refusal(.course(.reply(unit: "水务局", text: "又")), in: id, by: "li")
        == .record(.alreadyDone(part)))
    #expect(
      try desk.refusal(.course(.reply(unit: "教育局", text: "x")), in: id, by: "li")
        == .course(.notConsulted("教育局", asked: ["水务局", "环保局"])))
    let past = desk.now - .minutes(1)
    #expect(
      try desk.refusal(
        .course(.consult(units: ["水务局"], about: "x", due: past)), in: id, by: "li")
        == .record(.dueInPast(past)))
  }

  @Test("goes through the chain as the record shows it, not as somebody ticks")
  func chain() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    func taken() throws -> [CourseStep] {
      try incident(desk, id).steps.filter { $0.stamp != nil }.map(\.step)
    }
    #expect(try taken() == [.collect])
    try desk.perform(.course(.nameLead(unit: "应急局", why: nil)), in: id, by: "li")
    #expect(try taken() == [.collect, .consult])
    try desk.perform(.course(.decide(.init(matter: "发首报"))), in: id, by: "li")
    #expect(try taken() == [.collect, .consult, .judge])
    _ = try desk.publish("truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    #expect(try taken() == [.collect, .consult, .judge, .answer])
    try desk.perform(
      .course(.addLesson(.helped, text: "模板", owner: "办", due: desk.now + .days(9))), in: id,
      by: "li")
    #expect(try taken() == CourseStep.allCases)
  }

  @Test("keeps with a decision what was known when it was taken")
  func decisions() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    try desk.perform(
      .enter(.setFact(number: nil, .known, text: "2 人死亡", source: "消防")), in: id, by: "li")
    let resolution = Incident.Resolution(
      matter: "疏散范围", options: ["1 公里", "2 公里"], chosen: 1, why: "风向", body: "现场指挥部")
    try desk.perform(.course(.decide(resolution)), in: id, by: "li")
    try desk.perform(
      .enter(.setFact(number: 1, .known, text: "10 人死亡", source: "医院")), in: id, by: "li")
    try desk.perform(.enter(.retractFact(1, why: "重复")), in: id, by: "li")
    let decision = try #require(try incident(desk, id).course.decisions.first)
    #expect(decision.resolution == resolution)
    #expect(decision.factSheetVersion == 1 && decision.known.map(\.text) == ["2 人死亡"])
    func refusal(_ options: [String], _ chosen: Int?) throws -> Refusal {
      try desk.refusal(
        .course(.decide(.init(matter: "x", options: options, chosen: chosen))), in: id, by: "li")
    }
    #expect(try refusal(["甲"], 1) == .course(.oneOption))
    #expect(try refusal(["甲", "乙"], nil) == .course(.noChoice(options: 2)))
    #expect(try refusal(["甲", "乙"], 3) == .course(.noChoice(options: 2)))
    #expect(try refusal([], 1) == .course(.choiceWithoutOptions(1)))
    #expect(
      try desk.refusal(.course(.decide(.init(matter: ""))), in: id, by: "li")
        == .record(.emptyText("text")))
  }

  @Test("is linked from both ends, once, and also after one of them has ended")
  func links() throws {
    var desk = try TestDesk()
    let first = try closed(&desk)
    let second = try desk.open()
    try desk.perform(.course(.link(first, why: "同一管线")), in: second, by: "li")
    #expect(try incident(desk, second).course.links.map(\.other) == [first])
    #expect(try incident(desk, first).course.links.map(\.other) == [second])
    let again = Command.inIncident(first, .course(.link(second, why: nil)))
    #expect(try desk.state.decide(again, by: TestDesk.person("li"), at: desk.now).isEmpty)
    #expect(
      try desk.refusal(.course(.link(second, why: nil)), in: second, by: "li")
        == .course(.linkToItself(second)))
    let nobody = IncidentID(year: 2026, number: 99)
    #expect(
      try desk.refusal(.course(.link(nobody, why: nil)), in: second, by: "li")
        == .record(.unknownIncident(nobody)))
  }

  @Test("closes with a promise only where somebody holds it, and follows it to its end")
  func promises() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    _ = try desk.publish("truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    let due = desk.now + .hours(48)
    for text in ["公布调查结果", "每日通报"] {
      try desk.perform(.enter(.addPromise(text: text, owner: "值班台", due: due)), in: id, by: "li")
    }
    _ = try desk.publish("closing", TestDesk.content(), in: id)
    let part = PartID(id, PartNumber(.promise, 2))
    try desk.perform(.course(.handPromise(1, to: "应急局", how: "函 12 号")), in: id, by: "li")
    #expect(
      try desk.refusal(.close(summary: nil), in: id, by: "wang") == .record(.promisesOpen([part])))
    try desk.perform(.course(.breakPromise(2, why: "事件已结束")), in: id, by: "li")
    #expect(
      try desk.refusal(.course(.handPromise(2, to: "x", how: nil)), in: id, by: "li")
        == .record(.alreadyDone(part)))
    #expect(
      try desk.refusal(.course(.breakPromise(9, why: "x")), in: id, by: "li")
        == .record(.unknownPart(PartID(id, PartNumber(.promise, 9)))))
    try desk.perform(.close(summary: nil), in: id, by: "wang")
    // It is closed, and what it promised is still due from whoever holds it.
    #expect(try !incident(desk, id).isSettled)
    #expect(
      desk.state.dues(of: try incident(desk, id), at: desk.now).map(\.matter) == [
        .promise(1, text: "公布调查结果", owner: "应急局")
      ])
    desk.wait(.hours(60))
    let policy = NoticePolicy(escalateAfter: nil, escalateTo: [], warnTo: [try TestDesk.name("li")])
    for command in desk.state.clockwork(at: desk.now, policy: policy, routes: []) {
      try desk.perform(command, by: .desk)
    }
    #expect(
      try incident(desk, id).warned.last?.warnings
        == [ClockWarning(clock: "P1", mark: .late, due: due)])
    try desk.perform(.enter(.keepPromise(1, how: "已公布")), in: id, by: "li")
    #expect(try incident(desk, id).isSettled)
    #expect(desk.state.dues(of: try incident(desk, id), at: desk.now).isEmpty)
  }

  @Test("is reviewed after its closing, by the lead, with lessons that have owner and date")
  func review() throws {
    var desk = try TestDesk()
    let early = try desk.open()
    #expect(
      try desk.refusal(.course(.review(summary: "x")), in: early, by: "wang")
        == .course(.reviewBeforeClosing(early)))
    let id = try closed(&desk)
    #expect(
      try desk.refusal(.course(.review(summary: "x")), in: id, by: "wang")
        == .course(.noLessons(id)))
    let past = desk.now - .days(1)
    #expect(
      try desk.refusal(
        .course(.addLesson(.helped, text: "x", owner: "y", due: past)), in: id, by: "li")
        == .record(.dueInPast(past)))
    #expect(
      try desk.refusal(
        .course(.addLesson(.helped, text: "x", owner: " ", due: desk.now + .days(1))), in: id,
        by: "li") == .record(.emptyText("owner")))
    try desk.perform(
      .course(.addLesson(.hindered, text: "保密关等 12 分钟", owner: "办公室", due: desk.now + .days(10))),
      in: id, by: "li")
    #expect(
      try desk.refusal(.course(.review(summary: "x")), in: id, by: "li")
        == .person(.notPermitted(TestDesk.name("li"), needed: [.lead])))
    #expect(
      try desk.refusal(.course(.review(summary: nil)), in: id, by: "wang")
        == .record(.emptyText("summary")))
    try desk.perform(.course(.review(summary: "首报及时")), in: id, by: "wang")
    #expect(try incident(desk, id).status == .reviewed)
    #expect(
      try desk.refusal(.course(.review(summary: "再")), in: id, by: "wang")
        == .course(.reviewedAlready(id)))
    // A lesson is followed beyond the review, to the playbook that it changed.
    #expect(try !incident(desk, id).isSettled)
    let version = try #require(Incident.PlaybookVersion("accident:4"))
    try desk.perform(
      .course(.finishLesson(1, how: "保密关设副手", playbook: version)), in: id, by: "li")
    #expect(try incident(desk, id).course.lesson(1)?.done?.playbook == version)
    #expect(try incident(desk, id).isSettled)
    let part = PartID(id, PartNumber(.lesson, 1))
    #expect(
      try desk.refusal(.course(.finishLesson(1, how: "再", playbook: nil)), in: id, by: "li")
        == .record(.alreadyDone(part)))
    #expect(
      try desk.refusal(.course(.finishLesson(2, how: "x", playbook: nil)), in: id, by: "li")
        == .record(.unknownPart(PartID(id, PartNumber(.lesson, 2)))))
  }

  @Test("takes nothing after its closing but what outlives it")
  func afterClosing() throws {
    var desk = try TestDesk()
    let id = try closed(&desk)
    let closedRefusal = Refusal.record(.incidentClosed(id, .closed))
    let commands: [IncidentCommand] = [
      .course(.setWarning(.red, why: "x")), .course(.triage([], why: nil)),
      .course(.consult(units: ["x"], about: "y", due: nil)), .course(.decide(.init(matter: "x"))),
      .enter(.note("x")), .enter(.regrade(.major, why: "x")),
      .course(.changePlaybook(try TestDesk.playbook("natural-disaster"), why: "x")),
    ]
    for command in commands {
      #expect(try desk.refusal(command, in: id, by: "wang") == closedRefusal)
    }
    try desk.perform(
      .course(.tally(.init(dead: 3), source: "医院")), in: id, by: "li")
    #expect(try incident(desk, id).course.toll?.dead == 3)
  }

  @Test("stays with its playbook until the lead says otherwise, and keeps what the clocks were")
  func playbookChange() throws {
    var desk = try TestDesk()
    let first = try ClockCourseTests.playbook(
      #"{id: "c", from: "event", within: "PT1H", rule: "r"}"#)
    func version(_ number: Int, _ within: String, more: String = "") throws -> Playbook {
      try Playbook(
        JSONReader.read(
          """
          {playbook: "p", version: \(number), kind: "emergency", class: "accident", title: "P",
           clocks: [{id: "c", from: "event", within: "\(within)", rule: "r"}],
           stages: [{id: "truth", meets: {truth: "c"}}, {id: "closing"}\(more)]}
          """, as: .json5))
    }
    let id = try ClockCourseTests.open(first, in: &desk)
    let event = try #require(try incident(desk, id).eventTime)
    let newer = try version(2, "PT3H")
    func change(_ playbook: Playbook, why: String = "补链条") -> IncidentCommand {
      .course(.changePlaybook(playbook, why: why))
    }
    #expect(
      try desk.refusal(change(newer), in: id, by: "li")
        == .person(.notPermitted(TestDesk.name("li"), needed: [.lead])))
    #expect(
      try desk.refusal(change(newer, why: ""), in: id, by: "wang") == .record(.emptyText("why")))
    let same = try version(1, "PT4H")
    #expect(
      try desk.refusal(change(same), in: id, by: "wang")
        == .course(.olderPlaybook(first.name, version: 1, present: 1)))
    let opinion = try TestDesk.playbook("opinion")
    #expect(
      try desk.refusal(change(opinion), in: id, by: "wang")
        == .record(.wrongKind(.emergency, playbook: opinion.name, itsKind: .opinion)))
    try desk.perform(change(newer), in: id, by: "wang")
    #expect(try incident(desk, id).playbook.version == 2)
    #expect(try incident(desk, id).opening.playbook.version == 1)
    let reading = try ClockCourseTests.reading(desk, id, "c")
    #expect(reading.due == event + .hours(3))
    #expect(reading.earlier.map(\.due) == [event + .hours(1)])
    #expect(reading.earlier.map(\.cause) == [.playbook(why: "补链条")])
    // A text that is in hand must have a place in what comes.
    try desk.perform(
      .review(.draft(step: "truth", claim: nil, TestDesk.content())), in: id, by: "li")
    let without = try Playbook(
      JSONReader.read(
        #"{playbook: "q", version: 1, kind: "emergency", class: "accident", title: "Q", clocks: [], stages: [{id: "closing"}]}"#,
        as: .json5))
    #expect(
      try desk.refusal(change(without), in: id, by: "wang")
        == .course(.stepsWithoutPlace(without.name, ["truth"])))
    let again = Command.inIncident(id, change(newer))
    #expect(try desk.state.decide(again, by: TestDesk.person("wang"), at: desk.now).isEmpty)
  }

  @Test("does not lose the levels that it was reported to with another playbook")
  func levels() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let items = ["unit", "scene", "course", "casualties", "measures", "other"]
    try desk.perform(
      .enter(
        .reportUp(
          level: "city", items: Dictionary(uniqueKeysWithValues: items.map { ($0, "有") }),
          sent: desk.now)), in: id, by: "li")
    let bare = try ClockCourseTests.playbook(
      #"{id: "c", from: "event", within: "PT1H", rule: "r"}"#)
    #expect(
      try desk.refusal(.course(.changePlaybook(bare, why: "x")), in: id, by: "wang")
        == .course(.levelsWithoutPlace(bare.name, ["city"])))
  }
}

@Suite("The table of grades")
struct GradeTableTests {
  private func table() throws -> GradeTable {
    try #require(try TestDesk.playbook().grades)
  }

  @Test(
    "takes the gravest of three measures, each with its own number included",
    arguments: [
      (Toll(dead: 30), Grade.particularlySerious),
      (Toll(dead: 29), .serious), (Toll(dead: 10), .serious),
      (Toll(dead: 9), .major), (Toll(dead: 3), .major),
      (Toll(dead: 2), .ordinary), (Toll(dead: 0), .ordinary),
      (Toll(injured: 100), .particularlySerious), (Toll(injured: 99), .serious),
      (Toll(injured: 50), .serious), (Toll(injured: 49), .major),
      (Toll(injured: 9), .ordinary),
      (Toll(loss: 100_000_000), .particularlySerious),
      (Toll(loss: 99_999_999), .serious), (Toll(loss: 50_000_000), .serious),
      (Toll(loss: 10_000_000), .major), (Toll(loss: 9_999_999), .ordinary),
      (Toll(dead: 2, injured: 60, loss: 1), .serious),
      (Toll(dead: 3, injured: 1, loss: 200_000_000), .particularlySerious),
    ])
  func suggestions(toll: Toll, grade: Grade) throws {
    #expect(try table().suggestion(for: toll)?.grade == grade)
  }

  @Test("suggests nothing of what is not counted")
  func uncounted() throws {
    #expect(try table().suggestion(for: .init()) == nil)
    #expect(try table().suggestion(for: .init(missing: 40)) == nil)
  }

  @Test("only suggests: a person gives the grade, and the clocks follow that one")
  func confirmed() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .ordinary)
    try desk.perform(.course(.tally(.init(dead: 10), source: "医院")), in: id, by: "li")
    var incident = try #require(desk.state.incidents[id])
    #expect(incident.grade == .ordinary)
    let suggestion = try #require(desk.state.suggestedGrade(of: incident))
    #expect(suggestion.grade == .serious && suggestion.because.en == "10 dead or more")
    #expect(
      desk.state.dues(of: incident, at: desk.now).contains { $0.matter == .regrade(suggestion) })
    #expect(try ClockCourseTests.reading(desk, id, "authority").state == .void)
    try desk.perform(.enter(.regrade(.serious, why: "死亡 10 人")), in: id, by: "li")
    incident = try #require(desk.state.incidents[id])
    #expect(desk.state.suggestedGrade(of: incident) == nil)
    #expect(try ClockCourseTests.reading(desk, id, "authority").state == .running)
  }

  @Test("casualties are counted with a source; what nobody counts anew stays")
  func tallies() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    try desk.perform(
      .course(.tally(.init(dead: 2, injured: 11), source: "消防")), in: id, by: "li")
    try desk.perform(.course(.tally(.init(dead: 3), source: "医院")), in: id, by: "li")
    let course = try #require(desk.state.incidents[id]?.course)
    #expect(course.toll == Toll(dead: 3, injured: 11))
    #expect(course.tallies.map(\.toll.dead) == [2, 3])
    #expect(
      try desk.refusal(.course(.tally(.init(), source: "x")), in: id, by: "li")
        == .course(.emptyToll))
    #expect(
      try desk.refusal(.course(.tally(.init(dead: -1), source: "x")), in: id, by: "li")
        == .course(.negativeToll(-1)))
    #expect(
      try desk.refusal(.course(.tally(.init(dead: 1), source: "")), in: id, by: "li")
        == .record(.emptyText("source")))
  }

  @Test("a count that changes after a report upwards is to be reported again, for thirty days")
  func supplement() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let items = ["unit", "scene", "course", "casualties", "measures", "other"]
    let report = IncidentCommand.enter(
      .reportUp(
        level: "city", items: Dictionary(uniqueKeysWithValues: items.map { ($0, "有") }),
        sent: desk.now))
    func isDue() throws -> Bool {
      desk.state.dues(of: try #require(desk.state.incidents[id]), at: desk.now).contains {
        if case .supplement = $0.matter { true } else { false }
      }
    }
    try desk.perform(.course(.tally(.init(dead: 2), source: "消防")), in: id, by: "li")
    #expect(try !isDue())
    try desk.perform(report, in: id, by: "li")
    #expect(try !isDue())
    desk.wait(.days(5))
    try desk.perform(.course(.tally(.init(dead: 3), source: "医院")), in: id, by: "li")
    #expect(try isDue())
    try desk.perform(report, in: id, by: "li")
    #expect(try !isDue())
    desk.wait(.days(26))
    try desk.perform(.course(.tally(.init(dead: 4), source: "医院")), in: id, by: "li")
    #expect(try !isDue())
  }

  @Test(
    "is read with what is wrong in it",
    arguments: [
      (#"rule: "r", I: {dead: 3}, II: {dead: 3}"#, "a graver grade takes more: 3, 3"),
      (#"rule: "r", I: {dead: 3}, II: {dead: 10}"#, "a graver grade takes more: 3, 10"),
      (#"rule: "r", I: {}"#, "at least one of dead, injured, loss"),
      (#"rule: "r", I: {dead: 0}"#, "a number above 0"),
      (#"I: {dead: 3}"#, "'grades.rule' is missing"),
      (#"rule: "r", I: {ded: 3}"#, "did you mean 'dead'?"),
      (#"rule: "r", otherwise: "V""#, "'grades.otherwise' cannot be 'V'"),
    ])
  func mistakes(text: String, message: String) throws {
    let failure = try #require(throws: FieldFailure.self) {
      try ClockCourseTests.playbook(
        #"{id: "c", from: "event", within: "PT1H", rule: "r"}"#, reports: "grades: {\(text)},")
    }
    #expect(failure.message.en.contains(message), "\(failure.message.en)")
  }
}

@Suite("The duty roster")
struct DutyTests {
  private func person(_ name: String) -> Actor { TestDesk.person(name) }

  @Test("says who is on duty now, and who comes next")
  func roster() throws {
    var desk = try TestDesk()
    let li = try TestDesk.name("li")
    let zhao = try TestDesk.name("zhao")
    try desk.perform(
      .duty(.begin(li, from: nil, until: desk.now + .hours(12))), by: person("li"))
    try desk.perform(
      .duty(.begin(zhao, from: desk.now + .hours(12), until: desk.now + .hours(24))),
      by: person("wang"))
    func onDuty() -> [Name] { desk.state.duty.onDuty(at: desk.now).map(\.person) }
    #expect(onDuty() == [li])
    #expect(desk.state.duty.coming(after: desk.now).map(\.person) == [zhao])
    #expect(
      try desk.refusal(.duty(.begin(li, from: nil, until: nil)), by: person("li"))
        == .duty(.alreadyOnDuty(li, since: desk.now)))
    desk.wait(.hours(12))
    #expect(onDuty() == [zhao])
    desk.wait(.hours(1))
    try desk.perform(.duty(.end(zhao)), by: person("zhao"))
    #expect(onDuty().isEmpty)
    #expect(
      try desk.refusal(.duty(.end(zhao)), by: person("zhao")) == .duty(.notOnDuty(zhao)))
  }

  @Test("everybody enters himself; the lead enters others")
  func whoEnters() throws {
    let desk = try TestDesk()
    let li = try TestDesk.name("li")
    #expect(
      try desk.refusal(.duty(.begin(li, from: nil, until: nil)), by: person("zhao"))
        == .person(.notPermitted(TestDesk.name("zhao"), needed: [.lead, .admin])))
    let stranger = try TestDesk.name("stranger")
    #expect(
      try desk.refusal(.duty(.begin(stranger, from: nil, until: nil)), by: person("wang"))
        == .person(.unknownPerson(stranger)))
    #expect(
      try desk.refusal(.duty(.begin(li, from: nil, until: nil)), by: person("view"))
        == .person(.notPermitted(TestDesk.name("view"), needed: DeskState.workingRoles)))
    let past = desk.now - .hours(1)
    #expect(
      try desk.refusal(.duty(.begin(li, from: nil, until: past)), by: person("li"))
        == .record(.dueInPast(past)))
  }

  @Test("a watch is handed over in writing; who takes it is on duty, and the other is not")
  func handover() throws {
    var desk = try TestDesk()
    let li = try TestDesk.name("li")
    let wang = try TestDesk.name("wang")
    let id = try desk.open()
    try desk.perform(.duty(.begin(li, from: nil, until: nil)), by: person("li"))
    #expect(
      try desk.refusal(.duty(.takeOver(nil)), by: person("wang")) == .duty(.nothingToTake(nil)))
    #expect(
      try desk.refusal(.duty(.handOver(text: "x", to: li)), by: person("li"))
        == .duty(.handoverToOneself(li)))
    #expect(
      try desk.refusal(.duty(.handOver(text: " ", to: nil)), by: person("li"))
        == .record(.emptyText("text")))
    desk.wait(.hours(8))
    try desk.perform(.duty(.handOver(text: "R3 待签", to: wang)), by: person("li"))
    let handover = try #require(desk.state.duty.handovers.last)
    #expect(handover.incidents == [id] && handover.taken == nil)
    #expect(
      try desk.refusal(.duty(.takeOver(1)), by: person("li")) == .duty(.ownHandover(1)))
    #expect(
      try desk.refusal(.duty(.takeOver(1)), by: person("zhao")) == .duty(.meantFor(wang, 1)))
    #expect(
      try desk.refusal(.duty(.takeOver(7)), by: person("zhao")) == .duty(.nothingToTake(7)))
    try desk.perform(.duty(.takeOver(nil)), by: person("wang"))
    #expect(desk.state.duty.onDuty(at: desk.now).map(\.person) == [wang])
    #expect(
      try desk.refusal(.duty(.takeOver(1)), by: person("zhao")) == .duty(.takenAlready(1)))
    // The report of an incident that was open then tells of it.
    let report = try #require(
      Report(of: id, records: desk.records, isExercise: false, journal: "j"))
    #expect(report.markdown(in: .english).contains("hand-over 1 (to wang): R3 待签"))
  }
}

@Suite("Refusals of the course")
struct CourseRefusalTests {
  @Test("say in both languages what is in the way")
  func explanations() throws {
    let name = try TestDesk.name("p")
    let id = IncidentID(year: 2026, number: 1)
    let all: [Refusal] = [
      .course(.noTriageAnswer), .course(.emptyToll), .course(.negativeToll(-1)),
      .course(.notConsulted("a", asked: [])), .course(.oneOption), .course(.noChoice(options: 2)),
      .course(.choiceWithoutOptions(1)), .course(.linkToItself(id)),
      .course(.olderPlaybook(name, version: 1, present: 2)),
      .course(.stepsWithoutPlace(name, ["x"])), .course(.levelsWithoutPlace(name, ["x"])),
      .course(.reviewBeforeClosing(id)), .course(.reviewedAlready(id)), .course(.noLessons(id)),
      .duty(.alreadyOnDuty(name, since: TestDesk.start)), .duty(.notOnDuty(name)),
      .duty(.handoverToOneself(name)), .duty(.nothingToTake(nil)), .duty(.nothingToTake(3)),
      .duty(.takenAlready(1)), .duty(.ownHandover(1)), .duty(.meantFor(name, 1)),
    ]
    for refusal in all {
      #expect(refusal.explanation.zh != refusal.explanation.en)
      #expect(!refusal.code.contains("("))
    }
    #expect(Set(all.map(\.explanation.en)).count == all.count)
  }
}
