import Bytes
import Testing

@testable import Response

/// Clocks over time: corrections, warnings, working days, reports upwards, clocks that jump.
@Suite("The course of a clock")
struct ClockCourseTests {
  static func playbook(_ clocks: String, reports: String = "") throws -> Playbook {
    try Playbook(
      JSONReader.read(
        """
        {playbook: "p", version: 1, kind: "emergency", class: "accident", title: "P",
         clocks: [\(clocks)], \(reports)
         stages: [{id: "truth", meets: {truth: "c"}}, {id: "closing"}]}
        """, as: .json5))
  }

  static func open(_ playbook: Playbook, in desk: inout TestDesk, event: Instant? = nil) throws
    -> IncidentID
  {
    try desk.perform(
      .open(
        Incident.Opening(
          title: "事", kind: .emergency, incidentClass: .accident, eventTime: event ?? desk.now,
          playbook: .init(playbook)), playbook), by: TestDesk.person("li"))
    return try #require(desk.state.incidents.keys.max())
  }

  static func reading(_ desk: TestDesk, _ id: IncidentID, _ clock: String) throws -> ClockReading {
    let incident = try #require(desk.state.incidents[id])
    return try #require(
      desk.state.clocks(of: incident, at: desk.now).first { $0.rule.id == clock })
  }

  @Test("keeps the due times that a correction or another grade has moved")
  func corrections() throws {
    var desk = try TestDesk()
    let event = desk.now - .minutes(30)
    let id = try desk.open(grade: .serious, eventTime: event)
    let first = event + .hours(5)
    desk.wait(.minutes(10))
    try desk.perform(
      .enter(.correctEventTime(event - .minutes(4), why: "接警记录")), in: id, by: "li")
    desk.wait(.minutes(10))
    try desk.perform(.enter(.regrade(.major, why: "核减")), in: id, by: "li")
    desk.wait(.minutes(10))
    try desk.perform(.enter(.regrade(.serious, why: "死亡 10 人")), in: id, by: "li")
    let reading = try Self.reading(desk, id, "authority")
    #expect(reading.due == first - .minutes(4))
    #expect(reading.earlier.map(\.due) == [first, first - .minutes(4), nil])
    #expect(reading.earlier.map(\.didApply) == [true, true, false])
    #expect(
      reading.earlier.map(\.cause) == [
        .eventTime(why: "接警记录"), .grade(why: "核减"), .grade(why: "死亡 10 人"),
      ])
    // What no change has touched keeps quiet about it.
    let brief = try Self.reading(desk, id, "brief")
    #expect(brief.earlier.map(\.due) == [event + .hours(1)])
    #expect(
      try desk.refusal(.enter(.correctEventTime(event, why: " ")), in: id, by: "li")
        == .record(.emptyText("why")))
  }

  @Test("counts hours through the night when clocks are put forward or back")
  func daylightSaving() throws {
    // Berlin puts clocks back on 25 October 2026 at 03:00.
    let registry = TestDesk.registry
    let zone = try #require(DeskZone("Europe/Berlin"))
    let moved = Registry(
      desk: DeskIdentity(name: registry.desk.name, zone: zone, language: .english),
      people: registry.people, centres: registry.centres)
    var desk = try TestDesk(
      at: #require(Instant(iso8601: "2026-10-25T00:30:00+02:00")), registry: moved)
    let calendar = try WorkCalendar(
      JSONReader.read(
        #"{calendar: "DE", closes: "18:00", years: {"2026": {rule: "r"}}}"#, as: .json5))
    try desk.perform(.adopt(moved, calendar: calendar), by: .desk)
    let playbook = try Self.playbook(
      #"{id: "c", from: "event", within: "PT5H", rule: "r"}"#,
      reports:
        #"reports: {levels: [{id: "up", title: "U", from: "event", within: "P1WD", rule: "r"}]},"#)
    let id = try Self.open(playbook, in: &desk)
    let hours = try Self.reading(desk, id, "c")
    #expect(hours.due == Instant(iso8601: "2026-10-25T04:30:00+01:00"))
    let day = try Self.reading(desk, id, "report.up")
    #expect(day.due == Instant(iso8601: "2026-10-26T18:00:00+01:00"))
  }

  @Test("says loudly that the calendar lacks a year, and can still be met")
  func calendarGap() throws {
    var desk = try TestDesk()
    let playbook = try Self.playbook(
      #"{id: "c", from: "event", within: "P3WD", rule: "r"}"#)
    let id = try Self.open(playbook, in: &desk)
    var reading = try Self.reading(desk, id, "c")
    #expect(reading.state == .undated && reading.due == nil && reading.isOpen)
    #expect(reading.gap == CalendarGap(year: 2026))
    let incident = try #require(desk.state.incidents[id])
    #expect(
      desk.state.dues(of: incident, at: desk.now).contains { due in
        if case .clock(let reading) = due.matter { reading.gap != nil } else { false }
      })
    // The calendar comes, and the clock runs.
    try desk.perform(.adopt(TestDesk.registry, calendar: WorkCalendarTests.shipped()), by: .desk)
    reading = try Self.reading(desk, id, "c")
    #expect(reading.state == .running && reading.due != nil)
    // The same calendar again is nothing new.
    let command = Command.adopt(TestDesk.registry, calendar: try WorkCalendarTests.shipped())
    #expect(try desk.state.decide(command, by: .desk, at: desk.now).isEmpty)
  }

  private func warn(_ desk: inout TestDesk) throws -> [ClockWarning] {
    let policy = NoticePolicy(
      escalateAfter: nil, escalateTo: [try TestDesk.name("wang")],
      warnTo: [try TestDesk.name("li")])
    var warned: [ClockWarning] = []
    for command in desk.state.clockwork(at: desk.now, policy: policy, routes: []) {
      for event in try desk.perform(command, by: .desk) {
        if case .incident(_, .warned(let warnings)) = event { warned += warnings }
      }
    }
    return warned
  }

  @Test("speaks up at 50, 75 and 90 %, when it is due and a quarter of an hour later, each once")
  func warnings() throws {
    var desk = try TestDesk()
    let playbook = try Self.playbook(#"{id: "c", from: "event", within: "PT10H", rule: "r"}"#)
    let id = try Self.open(playbook, in: &desk)
    let start = desk.now
    let policy = NoticePolicy(escalateAfter: nil, escalateTo: [])
    var marks: [ClockMark] = []
    var minutes: [Int64] = []
    while let next = desk.state.nextClockwork(after: desk.now, policy: policy) {
      desk.now = next
      let warned = try warn(&desk)
      #expect(warned.count == 1)
      marks += warned.map(\.mark)
      minutes.append((desk.now - start).microseconds / 60_000_000)
      #expect(try warn(&desk).isEmpty, "told twice")
    }
    #expect(marks == ClockMark.allCases)
    #expect(minutes == [300, 450, 540, 600, 615])
    // The next person is told only of what is overdue.
    let people = desk.state.deliveries.values.sorted { $0.id < $1.id }.map(\.order)
    #expect(
      people.map(\.recipient) == [
        .person(try TestDesk.name("li")), .person(try TestDesk.name("li")),
        .person(try TestDesk.name("li")), .person(try TestDesk.name("li")),
        .person(try TestDesk.name("li")), .person(try TestDesk.name("wang")),
      ])
    #expect(people.allSatisfy { $0.matter == .clocks(id) && $0.channel == .mail })
    #expect(
      try desk.refusal(.inIncident(id, .warn([], to: [])), by: TestDesk.person("wang"))
        == .person(.onlyTheDesk("warn")))
  }

  @Test("of the desk's own target is put on record early, and mailed when little time is left")
  func softTargets() throws {
    var desk = try TestDesk()
    let playbook = try Self.playbook(
      #"{id: "c", from: "event", within: "PT10H", soft: true, rule: "值班台目标"}"#)
    _ = try Self.open(playbook, in: &desk)
    var mails: [Int] = []
    for hours in [5.0, 7.5, 9, 10, 10.5] {
      desk.now = TestDesk.start + .seconds(Int(hours * 3600))
      #expect(try warn(&desk).count == 1)
      mails.append(desk.state.deliveries.count)
    }
    #expect(mails == [0, 0, 1, 2, 3])
    // It is nobody's law: it goes no further up.
    let li = try TestDesk.name("li")
    #expect(desk.state.deliveries.values.allSatisfy { $0.order.recipient == .person(li) })
  }

  @Test("does not go through marks that passed before the record was made, or in its sleep")
  func lateRecord() throws {
    var desk = try TestDesk()
    let playbook = try Self.playbook(#"{id: "c", from: "event", within: "PT1H", rule: "r"}"#)
    let id = try Self.open(playbook, in: &desk, event: desk.now - .hours(3))
    #expect(try warn(&desk).map(\.mark) == [.late])
    // The clock of the machine jumps back: what was told is not told again.
    desk.wait(.zero - .hours(2))
    #expect(try warn(&desk).isEmpty)
    // The event was later than was thought: another due time, and it speaks up anew.
    desk.wait(.hours(2))
    try desk.perform(
      .enter(.correctEventTime(desk.now - .minutes(46), why: "接警记录")), in: id, by: "li")
    #expect(try warn(&desk).map(\.mark) == [.threeQuarters])
    // And ahead, past three marks at once.
    desk.wait(.days(2))
    #expect(try warn(&desk).map(\.mark) == [.late])
  }

  @Test("is quiet once it is met, ruled out, or closed")
  func quiet() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .ordinary)
    _ = try desk.publish("truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    desk.wait(.days(30))
    let warned = try warn(&desk).map(\.clock)
    #expect(!warned.contains("brief") && !warned.contains("authority"))
    #expect(warned.contains("update"))
  }

  @Test("of a promise and of the next update speak up as well")
  func promises() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .ordinary)
    try desk.perform(
      .enter(.addPromise(text: "公布结果", owner: "应急局", due: desk.now + .hours(10))), in: id,
      by: "li")
    _ = try warn(&desk)
    desk.wait(.hours(6))
    #expect(try warn(&desk).contains { $0.clock == "P1" && $0.mark == .half })
    try desk.perform(.enter(.keepPromise(1, how: nil)), in: id, by: "li")
    desk.wait(.hours(3))
    #expect(try !warn(&desk).contains { $0.clock == "P1" })
  }

  @Test("the mail says in both languages what is due by which rule")
  func letter() throws {
    var desk = try TestDesk()
    let id = try desk.open(eventTime: desk.now - .hours(1) - .minutes(30))
    _ = try warn(&desk)
    let delivery = try #require(desk.state.deliveries.values.min { $0.id < $1.id })
    let incident = try #require(desk.state.incidents[id])
    let letter = Letter(
      clocksOf: incident, in: desk.state,
      postmark: Postmark(
        desk: TestDesk.registry.desk, isExercise: true, journal: "j", head: delivery.head,
        delivery: delivery.id, isPossibleDuplicate: false))
    #expect(letter.subject.contains("EXERCISE") && letter.subject.contains("逾期 15 分钟以上"))
    #expect(letter.text.contains("首报") && letter.text.contains("已逾期 30 分钟"))
    #expect(letter.text.contains("overdue by 30 min"))
    #expect(letter.text.contains("incident show \(id)"))
  }
}

@Suite("Reports upwards")
struct UpwardReportTests {
  private static let items = [
    "unit": "石桥化工", "scene": "02:10 厂区", "course": "储罐爆炸", "casualties": "2 人死亡",
    "measures": "疏散", "other": "无",
  ]

  private func states(_ desk: TestDesk, _ id: IncidentID) throws -> [String: ClockReading.State] {
    let incident = try #require(desk.state.incidents[id])
    return Dictionary(
      uniqueKeysWithValues: desk.state.clocks(of: incident, at: desk.now)
        .filter { $0.rule.id.hasPrefix("report.") }.map { ($0.rule.id, $0.state) })
  }

  @Test("run level by level: each has its own time from the report before it")
  func chain() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .serious, eventTime: desk.now - .minutes(10))
    #expect(try states(desk, id)["report.unit"] == .running)
    #expect(try states(desk, id)["report.city"] == .running)
    #expect(try states(desk, id)["report.province"] == .waiting)
    desk.wait(.minutes(40))
    let sent = desk.now - .minutes(5)
    try desk.perform(
      .enter(.reportUp(level: "city", items: Self.items, sent: sent)), in: id, by: "li")
    #expect(try states(desk, id)["report.city"] == .met)
    let province = try ClockCourseTests.reading(desk, id, "report.province")
    #expect(province.due == sent + .hours(2))
    #expect(try states(desk, id)["report.state"] == .waiting)
    desk.wait(.hours(2))
    #expect(try states(desk, id)["report.province"] == .overdue)
    try desk.perform(
      .enter(.reportUp(level: "province", items: Self.items, sent: desk.now)), in: id, by: "li")
    #expect(try states(desk, id)["report.province"] == .metLate)
    #expect(try states(desk, id)["report.state"] == .running)
    try desk.perform(.enter(.receiveReport(1, office: "市应急局", at: desk.now)), in: id, by: "li")
    #expect(desk.state.incidents[id]?.upwardReport(1)?.receipt?.office == "市应急局")
  }

  @Test("go no higher than the grade asks")
  func grades() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .ordinary)
    #expect(try states(desk, id)["report.province"] == .void)
    try desk.perform(.enter(.regrade(.major, why: "死亡 3 人")), in: id, by: "li")
    #expect(try states(desk, id)["report.province"] == .waiting)
    #expect(try states(desk, id)["report.state"] == .void)
  }

  @Test("are refused where they lack an item, name no level, or come from nowhere")
  func refusals() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    func report(_ level: String = "city", _ items: [String: String] = Self.items, _ sent: Instant)
      -> IncidentCommand
    {
      .enter(.reportUp(level: level, items: items, sent: sent))
    }
    let now = desk.now
    var short = Self.items
    short["unit"] = nil
    short["other"] = " "
    #expect(
      try desk.refusal(report("city", short, now), in: id, by: "li")
        == .record(.reportLacks(["unit", "other"])))
    #expect(
      try desk.refusal(report("town", Self.items, now), in: id, by: "li")
        == .record(
          .unknownLevel(
            "town",
            known: [
              "unit", "city", "province", "state", "neighbours", "inquiry", "reply",
              "reply-gravest",
            ])))
    var strange = Self.items
    strange["mood"] = "x"
    #expect(
      try desk.refusal(report("city", strange, now), in: id, by: "li")
        == .record(
          .unknownReportItem(
            "mood", known: ["unit", "scene", "course", "casualties", "measures", "other"])))
    let future = now + .hours(1)
    #expect(
      try desk.refusal(report("city", Self.items, future), in: id, by: "li")
        == .record(.timeInFuture(future)))
    #expect(
      try desk.refusal(report("city", Self.items, now), in: id, by: "view")
        == .person(.notPermitted(TestDesk.name("view"), needed: DeskState.recordingRoles)))
    let part = PartID(id, PartNumber(.upwardReport, 1))
    #expect(
      try desk.refusal(.enter(.receiveReport(1, office: nil, at: now)), in: id, by: "li")
        == .record(.unknownPart(part)))
    try desk.perform(report("city", Self.items, now), in: id, by: "li")
    #expect(
      try desk.refusal(
        .enter(.receiveReport(1, office: nil, at: now - .hours(1))), in: id, by: "li")
        == .record(.receiptBeforeReport(part, sent: now)))
    try desk.perform(.enter(.receiveReport(1, office: nil, at: now)), in: id, by: "li")
    #expect(
      try desk.refusal(.enter(.receiveReport(1, office: nil, at: now)), in: id, by: "li")
        == .record(.alreadyDone(part)))
    let plain = try ClockCourseTests.playbook(
      #"{id: "c", from: "event", within: "PT1H", rule: "r"}"#)
    let other = try ClockCourseTests.open(plain, in: &desk)
    #expect(
      try desk.refusal(report("city", Self.items, now), in: other, by: "li")
        == .record(.noReportChain(plain.name)))
  }

  @Test("take from the record what it holds, and invent nothing")
  func draft() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    try desk.perform(
      .enter(.addAction(text: "设警戒区", unit: "公安", happened: nil)), in: id, by: "li")
    let incident = try #require(desk.state.incidents[id])
    let rule = try #require(desk.state.playbook(of: incident)?.reports)
    let draft = ReportDraft(
      rule, of: incident, given: ["unit": "石桥化工"], zone: desk.state.zone, language: .chinese)
    #expect(draft.items["measures"] == "设警戒区（公安）")
    #expect(draft.items["unit"] == "石桥化工")
    // No place is known, so that the scene is not half a sentence.
    #expect(draft.missing == ["scene", "casualties", "other"])
  }

  @Test(
    "are read from a playbook with what is wrong in them",
    arguments: [
      (#"levels: []"#, "there has to be a level"),
      (#"levels: [{id: "a", title: "A", within: "PT1H", rule: "r"}]"#, "takes 'from'"),
      (
        #"levels: [{id: "a", title: "A", from: "event", after: "a", within: "PT1H", rule: "r"}]"#,
        "one of them"
      ),
      (
        #"levels: [{id: "county", title: "A", from: "event", within: "PT1H", rule: "r"}, {id: "b", title: "B", after: "conty", within: "PT1H", rule: "r"}]"#,
        "no level 'conty' comes before this one; did you mean 'county'?"
      ),
      (
        #"levels: [{id: "a", title: "A", from: "event", within: "PT1H", rule: "r"}, {id: "a", title: "B", after: "a", within: "PT1H", rule: "r"}]"#,
        "'a' stands twice"
      ),
      (
        #"levels: [{id: "a", title: "A", from: "event", within: "soon", rule: "r"}]"#,
        "or working days as in P5WD, not 'soon'"
      ),
    ])
  func mistakes(reports: String, message: String) throws {
    let failure = try #require(throws: FieldFailure.self) {
      try ClockCourseTests.playbook(
        #"{id: "c", from: "event", within: "PT1H", rule: "r"}"#, reports: "reports: {\(reports)},")
    }
    #expect(failure.message.en.contains(message), "\(failure.message.en)")
  }
}
