import Bytes
import Foundation
import Journal
import Response
import Support
import Testing

@testable import Desk

/// The verbs of an incident's course, typed as people type them.
@Suite("The verbs of an incident's course")
struct CourseVerbTests {
  /// A desk with one incident of 06:00, opened at 06:20.
  static func opened(_ sample: SampleDesk, _ options: String...) async throws -> (
    FrontDesk, VerbDesk
  ) {
    let frontDesk = try await sample.create()
    let desk = try sample.verbs(frontDesk)
    let line = ["open", "石桥爆炸", "--playbook", "accident", "--event-time", "06:00"] + options
    let parsed = try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in name
    }
    _ = try await desk.answer(parsed.request, forUser: SampleDesk.li)
    return (frontDesk, desk)
  }

  @Test("report upwards: the draft says what is missing, the clock of the level stops")
  func reports() async throws {
    let sample = try SampleDesk()
    let (frontDesk, desk) = try await Self.opened(sample, "--place", "石桥镇")
    let draft = try await desk.type("reportup", "2026-0001", "draft", "--item", "unit=石桥化工")
    #expect(draft.text.contains("casualties and estimated loss (casualties): \u{e}missing"))
    #expect(draft.text.contains("2026-09-27 06:00 +08:00; 石桥镇"))
    #expect(
      try JSONReader.read(draft.json)["missing"]?.array?.compactMap(\.string)
        == ["casualties", "measures", "other"])
    let refused = try await desk.refusal("reportup", "2026-0001", "send", "city")
    #expect(refused.code == "reportLacks" && refused.explanation.en.contains("--item NAME=TEXT"))
    #expect(
      try await desk.refusal("reportup", "2026-0001", "send", "city", "--item", "unit")
        .explanation.en.contains("is written NAME=TEXT"))
    #expect(
      try await desk.refusal("reportup", "2026-0001", "send", "cty").explanation.en
        .contains("did you mean 'city'?"))
    let sent = try await desk.type(
      "reportup", "2026-0001", "send", "city", "--item", "unit=石桥化工", "--item",
      "casualties=2 人死亡", "--item", "measures=疏散", "--item", "other=无", "--at", "06:15")
    #expect(sent.text.contains("report U1 (county department to the city): sent 2026-09-27 06:15"))
    #expect(
      try await desk.type("reportup", "2026-0001", "received", "U1", "--by", "市应急局").text
        .contains("received 2026-09-27 06:20 +08:00 by 市应急局"))
    let shown = try await desk.type("show", "2026-0001")
    #expect(shown.text.contains("Reports upwards"))
    #expect(shown.text.contains("U1 county department to the city  06:15"))
    #expect(!shown.text.contains("no receipt yet"))
    try await frontDesk.close()
  }

  @Test("count casualties, suggest a grade, and take the one that a person gives")
  func grades() async throws {
    let sample = try SampleDesk()
    let (frontDesk, desk) = try await Self.opened(
      sample, "--grade", "III", "--warning", "yellow", "--level", "III")
    try await desk.type(
      "casualties", "2026-0001", "--dead", "10", "--loss", "1200万", "--source", "市卫健委")
    var shown = try await desk.type("show", "2026-0001").text
    #expect(shown.contains("casualties: 10 dead, loss 12 m yuan"))
    #expect(shown.contains("grade suggested: II, serious (10 dead or more"))
    #expect(shown.contains("III, major · yellow warning · response level III"))
    try await desk.type("regrade", "2026-0001", "II", "--why", "死亡 10 人")
    try await desk.type("regrade", "2026-0001", "--warning", "red", "--why", "扩散")
    try await desk.type("regrade", "2026-0001", "--level", "none", "--why", "终止")
    shown = try await desk.type("show", "2026-0001").text
    #expect(!shown.contains("grade suggested"))
    #expect(shown.contains("II, serious · red warning · emergency"))
    #expect(shown.contains("did not apply (06:20 regraded: 死亡 10 人)"))
    for (line, message) in [
      (["regrade", "2026-0001", "II"], "'--why' is missing"),
      (["regrade", "2026-0001", "--why", "x"], "usage:"),
      (["regrade", "2026-0001", "II", "--warning", "red", "--why", "x"], "usage:"),
      (["regrade", "2026-0001", "--warning", "rde", "--why", "x"], "did you mean 'red'?"),
      (["casualties", "2026-0001", "--dead", "many", "--source", "x"], "a whole number"),
      (["casualties", "2026-0001", "--dead", "1"], "'--source' is missing"),
      (["casualties", "2026-0001", "--source", "x"], "there is no number"),
    ] {
      #expect(try await Self.refusal(desk, line).contains(message), "\(line)")
    }
    try await frontDesk.close()
  }

  private static func refusal(_ desk: VerbDesk, _ line: [String]) async throws -> String {
    do {
      let parsed = try VerbParser.parse(line, language: .english) {
        (name) throws(VerbFailure) in name
      }
      let answer = try await desk.answer(parsed.request, forUser: SampleDesk.li)
      Issue.record("not refused: \(answer.text)")
      return ""
    } catch {
      let problem = VerbProblem(error)
      #expect(problem.explanation.zh != problem.explanation.en)
      return problem.explanation.en
    }
  }

  @Test("open by the class alone, where one playbook is meant for it")
  func byClass() async throws {
    let sample = try SampleDesk()
    let frontDesk = try await sample.create()
    var desk = try sample.verbs(frontDesk)
    try await desk.type("open", "疑似食物中毒", "--class", "health")
    let shown = try JSONReader.read(try await desk.type("show", "2026-0001").json)
    #expect(shown["playbook"]?["name"]?.string == "public-health")
    #expect(shown["class"]?.string == "health")
    let dues = try #require(shown["dues"]?.array)
    #expect(dues.first?["kind"]?.string == "clock" && dues.first?["clock"]?.string == "brief")
    #expect(dues.last?["kind"]?.string == "triage")
    #expect(
      try await Self.refusal(desk, ["open", "x", "--class", "helth"]).contains(
        "did you mean 'health'?"))
    let file = "Playbooks/public-health.json5"
    let text = String(decoding: try sample.folder.read(file), as: UTF8.self)
    try sample.folder.write(
      "Playbooks/second.json5",
      text.replacing("\"public-health\"", with: "\"second\""))
    desk = try sample.verbs(frontDesk)
    #expect(
      try await Self.refusal(desk, ["open", "x", "--class", "health"]).contains(
        "2 playbooks for the class 'health'; name one with --playbook: public-health, second"))
    try await frontDesk.close()
  }

  @Test("ask units, judge, decide, link, and show the chain in one line")
  func course() async throws {
    let sample = try SampleDesk()
    let (frontDesk, desk) = try await Self.opened(sample)
    try await desk.type("open", "管线泄漏", "--playbook", "accident")
    try await desk.type(
      "consult", "2026-0001", "水务局", "环保局", "--about", "自来水", "--due", "PT30M")
    try await desk.type("consult", "2026-0001", "应急局", "--lead")
    try await desk.type("consult", "2026-0001", "水务局", "--reply", "正常")
    try await desk.type("triage", "2026-0001", "emergency=yes", "misread=no", "--why", "爆炸")
    try await desk.type(
      "decide", "2026-0001", "疏散范围", "--option", "1 公里", "--option", "2 公里", "--chosen", "1")
    try await desk.type("link", "2026-0001", "2026-0002", "--why", "同一管线")
    let shown = try await desk.type("show", "2026-0001")
    for text in [
      "collect ✓ → consult ✓ → judge ✓ → answer · → evaluate ·", "lead unit: 应急局",
      "Q1 水务局  自来水  → 正常", "Q2 环保局 has not replied: 自来水",
      "triage: \u{e}has to be answered", "J1 疏散范围 → 1 公里", "linked to 2026-0002",
      "4 classes to be answered yes or no",
    ] {
      #expect(shown.text.contains(text), "\(text)\n\(shown.text)")
    }
    let json = try JSONReader.read(shown.json)
    #expect(json["mustAnswer"]?.boolean == true)
    #expect(json["consultations"]?.array?.count == 2)
    #expect(json["decisions"]?.array?.first?["chosen"]?.integer == 1)
    for (line, message) in [
      (["triage", "2026-0001", "emergency"], "is written QUESTION=yes"),
      (["triage", "2026-0001", "emergncy=yes"], "did you mean 'emergency'?"),
      (["consult", "2026-0001", "水务局"], "usage:"),
      (["consult", "2026-0001", "水务局", "--lead", "--reply", "x"], "usage:"),
      (["consult", "2026-0001", "教育局", "--reply", "x"], "was not asked anything"),
      (["link", "2026-0001", "2026-0001"], "cannot be linked to itself"),
      (["decide", "2026-0001", "x", "--option", "y"], "one option is no choice"),
    ] {
      #expect(try await Self.refusal(desk, line).contains(message), "\(line)")
    }
    try await frontDesk.close()
  }

  @Test("keep the duty roster and hand the watch over")
  func duty() async throws {
    let sample = try SampleDesk()
    let (frontDesk, desk) = try await Self.opened(sample)
    try await desk.type("duty", "on", "--until", "PT12H")
    #expect(try await desk.type("duty", "list").text.contains("李值班  2026-09-27 06:20"))
    #expect(try await desk.type("show", "2026-0001").text.contains("on duty: 李值班"))
    try await desk.type("handover", "R1 待签", "--to", "wang")
    let waiting = try await desk.type("duty", "list")
    #expect(waiting.text.contains("hand-overs not taken"))
    let taken = try await desk.type("handover", "take", as: SampleDesk.wang)
    #expect(taken.text.contains("hand-over 1 taken") && taken.text.contains("2026-0001"))
    let present = try JSONReader.read(try await desk.type("duty", "list").json)["onDuty"]?.array
    #expect(present?.compactMap { $0["person"]?.string } == ["wang"])
    for (line, message) in [
      (["duty", "on", "wan"], "did you mean 'wang'?"), (["duty", "rest"], "usage:"),
      (["duty", "off"], "'li' is not on duty now"),
      (["handover", "take", "x"], "usage:"), (["handover", "take"], "no hand-over waits"),
      (["handover", "x", "--to", "nobody"], "does not stand in people.json5"),
    ] {
      #expect(try await Self.refusal(desk, line).contains(message), "\(line)")
    }
    try await frontDesk.close()
  }

  @Test("follow promises and lessons beyond the closing, through a restart as well")
  func outliving() async throws {
    let sample = try SampleDesk()
    var (frontDesk, desk) = try await Self.opened(sample)
    try await desk.type(
      "promise", "2026-0001", "add", "公布结果", "--owner", "值班台", "--due", "PT48H")
    #expect(
      try await Self.refusal(desk, ["promise", "2026-0001", "hand", "P1"])
        .contains("'--to' is missing"))
    #expect(
      try await Self.refusal(desk, ["promise", "2026-0001", "broken", "P1"])
        .contains("'--why' is missing"))
    try await desk.type("promise", "2026-0001", "hand", "P1", "--to", "应急局", "--how", "函")
    #expect(try await desk.type("show", "2026-0001").text.contains("P1 公布结果 (应急局)"))
    #expect(
      try await Self.refusal(desk, ["review", "2026-0001", "finish", "--summary", "x"])
        .contains("one of these roles is needed"))
    try await desk.type(
      "review", "2026-0001", "hindered", "等待", "--owner", "办公室", "--due", "P10D")
    #expect(
      try await Self.refusal(
        desk, ["review", "2026-0001", "done", "L1", "--how", "x", "--playbook", "accident"]
      ).contains("is written NAME:VERSION"))
    try await desk.type(
      "review", "2026-0001", "done", "L1", "--how", "设副手", "--playbook", "accident:9")
    try await frontDesk.close()
    frontDesk = try FrontDesk.open(sample.state)
    desk = try sample.verbs(frontDesk)
    let shown = try await desk.type("show", "2026-0001")
    #expect(shown.text.contains("L1 [hindered] 等待 (办公室)"))
    #expect(shown.text.contains("accident:9"))
    #expect(
      try await desk.refusal("review", "2026-0001", "finish", "--summary", "x", as: SampleDesk.wang)
        .code == "reviewBeforeClosing")
    try await frontDesk.close()
  }

  @Test("keep an incident with its playbook until somebody moves it")
  func playbooks() async throws {
    let sample = try SampleDesk()
    var (frontDesk, desk) = try await Self.opened(sample)
    #expect(try await desk.type("playbook", "list").text.contains("← 2026-0001"))
    let file = "Playbooks/accident.json5"
    let text = String(decoding: try sample.folder.read(file), as: UTF8.self)
    try sample.folder.write(
      file, text.replacing("within: \"PT5H\"", with: "within: \"PT4H\""))
    desk = try sample.verbs(frontDesk)
    #expect(
      try await desk.refusal(
        "playbook", "upgrade", "2026-0001", "--why", "x", as: SampleDesk.wang
      ).code == "olderPlaybook")
    let version = try #require(text.firstMatch(of: /version: (\d+)/)?.1)
    try sample.folder.write(
      file,
      text.replacing("within: \"PT5H\"", with: "within: \"PT4H\"")
        .replacing("version: \(version)", with: "version: 99"))
    desk = try sample.verbs(frontDesk)
    #expect(try await desk.type("playbook", "list").text.contains("(v\(version))"))
    let moved = try await desk.type(
      "playbook", "upgrade", "2026-0001", "--why", "缩短时限", as: SampleDesk.wang)
    #expect(moved.text.contains("playbook changed to accident version 99: 缩短时限"))
    let shown = try await desk.type("show", "2026-0001")
    #expect(shown.text.contains("was due 11:00 (06:20 playbook changed: 缩短时限)"))
    #expect(try JSONReader.read(shown.json)["playbook"]?["version"]?.integer == 99)
    #expect(try JSONReader.read(shown.json)["openedWith"]?["version"]?.integer != 99)
    #expect(
      try await desk.refusal("playbook", "upgrade", "2026-0009", "--why", "x").code
        == "unknownIncident")
    try await frontDesk.close()
  }

  @Test("correct the event time with a reason, and show what the clocks were")
  func eventTime() async throws {
    let sample = try SampleDesk()
    let (frontDesk, desk) = try await Self.opened(sample)
    #expect(
      try await desk.refusal("event-time", "2026-0001", "05:30").explanation.en
        .contains("'--why' is missing"))
    #expect(
      try await desk.refusal("event-time", "2026-0001", "half past", "--why", "x").explanation.en
        .contains("cannot be read from 'half past'"))
    try await desk.type("event-time", "2026-0001", "05:30", "--why", "119 接警记录")
    let shown = try await desk.type("show", "2026-0001")
    #expect(shown.text.contains("event 05:30 · opened 06:20"))
    #expect(shown.text.contains("was due 07:00 (06:20 event time corrected: 119 接警记录)"))
    let clocks = try JSONReader.read(shown.json)["clocks"]?.array
    let brief = try #require(clocks?.first { $0["id"]?.string == "brief" })
    #expect(brief["earlier"]?.array?.first?["due"]?.string == "2026-09-26T23:00:00Z")
    #expect(brief["due"]?.string == "2026-09-26T22:30:00Z")
    try await frontDesk.close()
  }

  @Test("say aloud that a playbook counts working days in a year that nobody entered")
  func calendarGap() async throws {
    let sample = try SampleDesk()
    try sample.folder.write(
      "calendar.json5", #"{calendar: "own", closes: "17:00", years: {"2025": {rule: "r"}}}"#)
    let file = "Playbooks/accident.json5"
    let text = String(decoding: try sample.folder.read(file), as: UTF8.self)
    try sample.folder.write(
      file, text.replacing("within: \"PT24H\"", with: "within: \"P2WD\""))
    let (frontDesk, desk) = try await Self.opened(sample, "--grade", "II")
    let shown = try await desk.type("show", "2026-0001")
    #expect(shown.text.contains("calendar.json5 has no 2026"))
    #expect(shown.text.contains("NO DUE TIME"))
    try await frontDesk.close()
    // What is looked at before it is needed says so too, by the year of today.
    let request = try VerbParser.parse(["config", "check"], language: .english) {
      (name) throws(VerbFailure) in name
    }.request
    await #expect(throws: ConfigurationFailure.self) {
      _ = try await FileVerbs(place: sample.place).outcome(of: request)
    }
    let configuration = try sample.configuration()
    try configuration.checkCalendar(of: CivilTime(year: 2025, month: 12, day: 1))
    #expect(
      configuration.calendarCautions(at: CivilTime(year: 2025, month: 12, day: 1)).map(\.en) == [
        CalendarGap(year: 2026).explanation.en
      ])
    #expect(configuration.calendarCautions(at: CivilTime(year: 2025, month: 6, day: 1)).isEmpty)
  }
}
