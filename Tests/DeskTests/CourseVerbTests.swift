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
