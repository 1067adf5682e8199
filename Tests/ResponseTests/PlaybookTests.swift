import Bytes
import Foundation
import Testing

@testable import Response

@Suite("Reading a playbook")
struct PlaybookReadingTests {
  static let shippedNames = [
    "accident", "data-leak", "natural-disaster", "opinion", "policy-misreading", "public-health",
    "social-safety",
  ]

  @Test("takes every playbook that ships, and each of its templates", arguments: Self.shippedNames)
  func shipped(name: String) throws {
    let playbook = try TestDesk.playbook(name)
    #expect(playbook.name.text == name)
    #expect(playbook.step("closing") != nil)
    #expect(playbook.title.zh != playbook.title.en)
    // Beside each clock stands a document, or that it is the desk's own target.
    for rule in playbook.clocks + (playbook.reports?.levels.map(\.clock) ?? []) {
      let isTarget = rule.rule.contains("值班台目标")
      #expect(isTarget == rule.isSoft, "\(rule.id)")
      #expect(isTarget || rule.rule.contains("〔") || rule.rule.contains("条"), "\(rule.id)")
    }
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Playbooks")
    for stage in playbook.stages {
      let template = try #require(stage.template, "\(stage.id)")
      for language in Language.allCases {
        let file = folder.appendingPathComponent("\(template).\(language.rawValue).txt")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(Template(text) != nil, "\(file.path)")
      }
    }
  }

  @Test("ships one for each class of incident")
  func classes() throws {
    let classes = try Self.shippedNames.map { try TestDesk.playbook($0).incidentClass }
    #expect(Set(classes) == Set(IncidentClass.allCases))
  }

  @Test("keeps apart what two documents say: five hours are 80号's, a day and two days are 61号's")
  func documents() throws {
    for name in Self.shippedNames {
      for rule in try TestDesk.playbook(name).clocks where !rule.isSoft {
        let document =
          switch rule.within.text {
          case "PT5H": "国办发〔2016〕80号"
          case "PT24H", "PT48H": "国办发〔2016〕61号"
          default: "?"
          }
        #expect(rule.rule == document, "\(name) \(rule.id)")
      }
    }
  }

  @Test("has for public health the hours of every level, and no more than one for the last")
  func healthChain() throws {
    let levels = try #require(try TestDesk.playbook("public-health").reports?.levels)
    let hours = levels.filter { !$0.clock.isSoft }.map(\.clock.within.text)
    #expect(hours == ["PT2H", "PT2H", "PT2H", "PT2H", "PT1H"])
    #expect(
      levels.map(\.clock.start).dropFirst(2).prefix(3) == [
        .report(level: "county"), .report(level: "city"), .report(level: "province"),
      ])
  }

  @Test("finds a step by its name, with its clock and its gates")
  func meaning() throws {
    let playbook = try TestDesk.playbook()
    let stage = try #require(playbook.stage(ofStep: "truth.brief"))
    #expect(stage.id == "truth" && stage.approver == .lead)
    #expect(playbook.step("truth.brief")?.meets == "brief")
    #expect(playbook.step("truth") == nil)
    #expect(playbook.step("stance")?.name == "stance")
    #expect(playbook.laneRule(.emergency).order == .inParallel)
    #expect(playbook.centres.acknowledgeWithin.period(for: .major)?.text == "PT30M")
    #expect(playbook.centres.acknowledgeWithin.period(for: nil)?.text == "PT2H")
  }

  static let minimal = """
    {playbook: "p", version: 1, kind: "emergency", class: "accident", title: "P",
     clocks: [{id: "c", from: "event", within: "PT1H", rule: "r"}],
     stages: [{id: "truth", meets: {truth: "c"}}, {id: "closing", after: ["truth"]}]}
    """

  @Test("does not change its hash for a comment, and does for a word")
  func hash() throws {
    let plain = try Playbook(JSONReader.read(Self.minimal, as: .json5))
    let commented = try Playbook(JSONReader.read("// x\n" + Self.minimal, as: .json5))
    let other = try Playbook(
      JSONReader.read(Self.minimal.replacing("PT1H", with: "PT2H"), as: .json5))
    #expect(plain == commented && plain.hash == commented.hash)
    #expect(plain.hash != other.hash)
  }

  @Test(
    "names what is wrong and the nearest word that is right",
    arguments: [
      ("version: 1", "verson: 1", "'version' is missing"),
      ("kind: \"emergency\"", "kind: \"emergncy\"", "did you mean 'emergency'?"),
      ("from: \"event\"", "form: \"event\"", "'clocks[0].from' is missing"),
      (
        "rule: \"r\"", "rule: \"r\", sofft: true",
        "unknown key 'clocks[0].sofft'; did you mean 'soft'?"
      ),
      (
        "PT1H", "1 hour",
        "should be a length of time, as in PT30M, PT5H, P2D, or working days as in P5WD, not '1 hour'"
      ),
      ("{truth: \"c\"}", "{truth: \"d\"}", "there is no clock 'd'; did you mean 'c'?"),
      ("{truth: \"c\"}", "{brief: \"c\"}", "'meets' names 'brief', which is no step"),
      (", meets: {truth: \"c\"}", "", "no step stops the clock 'c'"),
      (
        "[\"truth\"]", "[\"trut\"]",
        "comes after 'trut', which does not exist; did you mean 'truth'?"
      ),
      ("{id: \"closing\"", "{id: \"truth\"", "'truth' stands twice"),
      ("stages:", "stages: [], stage:", "unknown key 'stage'; did you mean 'stages'?"),
      ("version: 1", "version: 0", "'version' starts at 1"),
      ("title: \"P\"", "title: \"P\", review: {override: 1}", "override"),
      (
        "title: \"P\"", "title: \"P\", review: {emergency: {gates: \"in order\", persons: 1}}",
        "at least two people"
      ),
    ])
  func mistakes(right: String, wrong: String, message: String) throws {
    try #require(Self.minimal.contains(right))
    let json = try JSONReader.read(Self.minimal.replacing(right, with: wrong), as: .json5)
    let failure = try #require(throws: FieldFailure.self) { try Playbook(json) }
    #expect(failure.message.en.contains(message), "\(failure.message.en)")
    #expect(!failure.message.zh.isEmpty)
    #expect(failure.offset < Self.minimal.utf8.count + 60)
  }

  @Test("tells all mistakes at once, in the order of the text")
  func allMistakes() throws {
    let text = """
      {playbook: "p", version: 1, kind: "emergncy", class: "accident", title: "P", colour: 1,
       clocks: [{id: "c", from: "evnt", within: "PT1H", rule: "r"},
                {id: "d", from: "event", within: "1 hour", rule: "r", sofft: true}],
       review: {emergency: {gates: "in order", persons: 1}},
       stages: [{id: "truth", meets: {truth: "x"}}, {id: "closing", requird: true, gats: []}]}
      """
    let json = try JSONReader.read(text, as: .json5)
    let failure = try #require(throws: FieldFailure.self) { try Playbook(json) }
    let all = failure.all
    let lines = all.map { textPosition(of: $0.offset, in: Array(text.utf8)).line }
    #expect(lines == [1, 1, 2, 3, 4, 5, 5, 5])
    for (found, part) in zip(
      all,
      [
        "did you mean 'emergency'?", "unknown key 'colour'", "did you mean 'event'?",
        "not '1 hour'",
        "at least two people", "there is no clock 'x'", "did you mean 'required'?",
        "did you mean 'gates'?",
      ])
    {
      #expect(found.message.en.contains(part), "\(found.message.en)")
      #expect(found.further.isEmpty)
    }
    // What refers to nothing is told together as well.
    let references = """
      {playbook: "p", version: 0, kind: "emergency", class: "accident", title: "P",
       clocks: [{id: "c", from: "event", within: "PT1H", rule: "r"}],
       stages: [{id: "truth"}, {id: "truth"}, {id: "closing", after: ["turth"]}]}
      """
    let second = try #require(throws: FieldFailure.self) {
      try Playbook(JSONReader.read(references, as: .json5))
    }
    #expect(second.all.count == 4)
    #expect(second.all.contains { $0.message.en.contains("did you mean 'truth'?") })
  }

  @Test(
    "knows lengths of time",
    arguments: [
      ("PT1H", 3600), ("PT90M", 5400), ("P1D", 86_400), ("P1DT12H", 129_600), ("PT5H30M", 19_800),
      ("PT15S", 15),
    ])
  func periods(text: String, seconds: Int) {
    #expect(Period(text)?.duration == .seconds(seconds))
    #expect(Period(text)?.text == text)
  }

  @Test(
    "and what is none",
    arguments: [
      "", "P", "PT", "PT0H", "1H", "P1H", "PT1D", "PT1M1H", "PT1H1H", "P1M", "PT-1H", "PT1.5H",
    ])
  func noPeriods(text: String) {
    #expect(Period(text) == nil)
  }
}

@Suite("Clocks")
struct ClockTests {
  private func readings(_ desk: TestDesk, _ id: IncidentID) throws -> [String: ClockReading] {
    let incident = try #require(desk.state.incidents[id])
    return Dictionary(
      uniqueKeysWithValues: desk.state.clocks(of: incident, at: desk.now).map { ($0.rule.id, $0) })
  }

  @Test("run from the event, not from the record")
  func fromTheEvent() throws {
    // The acceptance case: an event of 02:10 that is opened at 03:04 is due at 07:10.
    var desk = try TestDesk(at: #require(Instant(iso8601: "2026-11-22T03:04:00+08:00")))
    let event = try #require(Instant(iso8601: "2026-11-22T02:10:00+08:00"))
    let id = try desk.open(grade: .serious, eventTime: event)
    let clocks = try readings(desk, id)
    #expect(clocks["authority"]?.due == Instant(iso8601: "2026-11-22T07:10:00+08:00"))
    #expect(clocks["press"]?.due == Instant(iso8601: "2026-11-23T02:10:00+08:00"))
    #expect(clocks["brief"]?.due == Instant(iso8601: "2026-11-22T03:10:00+08:00"))
    #expect(clocks["brief"]?.state == .dueSoon)
    #expect(clocks["authority"]?.isAssumedStart == false)
  }

  @Test("show overdue at once where the record is made late")
  func lateRecord() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .serious, eventTime: desk.now - .hours(6))
    let clocks = try readings(desk, id)
    #expect(clocks["brief"]?.state == .overdue)
    #expect(clocks["authority"]?.state == .overdue)
    #expect(clocks["press"]?.state == .running)
  }

  @Test("run as provisional until the grade rules them out or in")
  func provisional() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    #expect(try readings(desk, id)["authority"]?.isProvisional == true)
    #expect(try readings(desk, id)["authority"]?.state == .provisional)
    try desk.perform(.enter(.regrade(.major, why: "重伤 11 人")), in: id, by: "li")
    #expect(try readings(desk, id)["authority"]?.state == .void)
    try desk.perform(.enter(.regrade(.serious, why: "死亡 10 人")), in: id, by: "li")
    #expect(try readings(desk, id)["authority"]?.state == .running)
    #expect(try readings(desk, id)["authority"]?.isProvisional == false)
  }

  @Test("stop with the first publication of their step, in time or late")
  func stop() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .serious, eventTime: desk.now)
    desk.wait(.minutes(50))
    let first = try desk.publish(
      "truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    desk.wait(.hours(5))
    _ = try desk.publish("truth.brief", TestDesk.content("再", slots: TestDesk.truthSlots), in: id)
    _ = try desk.publish(
      "truth.authoritative", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    let clocks = try readings(desk, id)
    #expect(clocks["brief"]?.state == .met)
    #expect(clocks["brief"]?.stop?.release == first)
    #expect(clocks["authority"]?.state == .metLate)
  }

  @Test("start with the opening, and say so, while the event time is unknown")
  func assumedStart() throws {
    var desk = try TestDesk()
    let playbook = try TestDesk.playbook()
    try desk.perform(
      .open(
        Incident.Opening(
          title: "异响", kind: .emergency, incidentClass: .accident, playbook: .init(playbook)),
        playbook), by: TestDesk.person("li"))
    let id = try #require(desk.state.incidents.keys.first)
    let opened = desk.now
    #expect(try readings(desk, id)["brief"]?.isAssumedStart == true)
    desk.wait(.minutes(10))
    let event = opened - .minutes(40)
    try desk.perform(.enter(.correctEventTime(event, why: "调度记录")), in: id, by: "li")
    #expect(try readings(desk, id)["brief"]?.due == event + .hours(1))
    #expect(try readings(desk, id)["brief"]?.isAssumedStart == false)
  }

  @Test("of updates follow the last release by the cadence of the grade, up to the closing")
  func updates() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .major)
    func next() throws -> Playbook.NextUpdate? {
      let incident = try #require(desk.state.incidents[id])
      return try #require(desk.state.playbook(of: incident)).nextUpdate(of: incident)
    }
    #expect(try next() == nil)
    _ = try desk.publish("truth.brief", TestDesk.content(slots: TestDesk.truthSlots), in: id)
    #expect(try next()?.due == desk.now + .hours(6))
    try desk.perform(.enter(.regrade(.serious, why: "升级")), in: id, by: "li")
    #expect(try next()?.due == desk.now + .hours(2))
    _ = try desk.publish("closing", TestDesk.content(), in: id)
    #expect(try next() == nil)
  }

  @Test("stand in the list of what is due, with those who can act")
  func dues() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    try desk.perform(
      .review(
        .draft(step: "truth.brief", claim: nil, TestDesk.content(slots: TestDesk.truthSlots))),
      in: id, by: "li")
    try desk.perform(.review(.submit(1, nil)), in: id, by: "li")
    let incident = try #require(desk.state.incidents[id])
    let dues = desk.state.dues(of: incident, at: desk.now)
    let gate = try #require(dues.first { $0.matter == .gate(1, gate: "legal") })
    #expect(gate.persons.map(\.text) == ["wang", "zhao"])
    #expect(gate.time == desk.now + .minutes(20))
    let times = dues.compactMap(\.time)
    #expect(times == times.sorted())
  }
}

@Suite("A template")
struct TemplateTests {
  @Test("fills its slots once, and never looks at what filled them")
  func onePass() throws {
    let template = try #require(Template("{what}\n{known} and {unknown}"))
    let text = template.filled(with: ["what": "{known}", "known": "{unknown}", "unknown": "x"])
    #expect(text == ReleaseContent.Text(title: "{known}", body: "{unknown} and x"))
  }

  @Test("leaves out a line whose slots are all empty")
  func emptyLines() throws {
    let template = try #require(Template("t\none\nadvice: {advice}\n{a} {b}\nlast {not a slot} {}"))
    #expect(
      template.filled(with: ["b": "B"]).body
        == "one\nB\nlast {not a slot} {}".replacing(
          "\nB", with: "\n B"))
    #expect(template.slots == ["advice", "a", "b"])
  }

  @Test("needs a title and a body", arguments: ["", "title", "\nbody", "title\n \n"])
  func incomplete(text: String) {
    #expect(Template(text) == nil)
  }
}
