import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import incident_sim

@Suite("The course of an incident, through the real programs", .timeLimit(.minutes(3)))
struct CourseNightTests {
  @Test("clocks, reports upwards, units, grade, hand-over: a night on the exercise clock")
  func night() async throws {
    let mails = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start { mails.add($0) }
    let desk = try await ProgramDesk(
      mailPort: sink.port,
      alerts: #"to: ["li"], escalateAfter: "PT10M", escalateTo: ["wang"]"#)
    try await desk.startDaemon()
    // 06:00: what happened at 05:10 is put on record; the desk's own hour is nearly over.
    let opened = try await desk.run(
      "open", "石桥化工园区爆炸", "--class", "accident", "--event-time", "05:10", "--place", "石桥镇")
    #expect(opened.contains("06:10  brief") && opened.contains("10:10  authoritative"))
    try await desk.run("duty", "on", "--until", "PT12H")
    try await desk.pass(.minutes(10))
    // Due, and a quarter of an hour later the next person is told as well.
    try await desk.pass(.minutes(15))
    // At the opening, when it is due, and after that to two people.
    let warned = await mails.wait(for: 4)
    #expect(warned.contains { $0.to == ["wang@lanchuan.example"] })
    let texts = warned.map { MailRoom.plainText(of: $0.bytes) }
    #expect(texts.contains { $0.contains("75 % of the time has passed: brief") })
    #expect(texts.contains { $0.contains("due now: brief") })
    #expect(texts.contains { $0.contains("overdue by 15 min or more: brief") })
    #expect(texts.contains { $0.contains("国办发") || $0.contains("desk target") })
    #expect(warned.allSatisfy { $0.to.allSatisfy { $0.hasSuffix("@lanchuan.example") } })
    // A report to the city needs all six items; its clock stops when it went.
    let short = try await desk.refusal("reportup", "2026-0001", "send", "city")
    #expect(short.contains("the report still lacks: unit"))
    try await desk.run(
      "reportup", "2026-0001", "send", "city", "--item", "unit=恒泽精化", "--item", "casualties=不详",
      "--item", "measures=灭火", "--item", "other=无", "--at", "06:20")
    try await desk.run("reportup", "2026-0001", "received", "U1", "--by", "市应急局")
    try await desk.run("event-time", "2026-0001", "05:06", "--why", "119 接警记录")
    try await desk.run("triage", "2026-0001", "emergency=yes")
    try await desk.run("consult", "2026-0001", "水务局", "--about", "水质", "--due", "PT30M")
    try await desk.run("casualties", "2026-0001", "--dead", "10", "--source", "市卫健委")
    #expect(try await desk.run("show", "2026-0001").contains("grade suggested: II, serious"))
    try await desk.run("regrade", "2026-0001", "II", "--why", "死亡 10 人")
    try await desk.run("handover", "水样 08:00 出结果", "--to", "wang")
    let taken = try await desk.run("handover", "take", as: "wang")
    #expect(taken.contains("2026-0001"))
    // Nothing of it is lost with the daemon.
    desk.killDaemon()
    try await desk.startDaemon()
    let shown = try await desk.run("show", "2026-0001")
    for text in [
      "event 05:06 · opened 06:00", "U1 county department to the city  06:20  received 市应急局",
      "was due 10:10 (06:25 event time corrected: 119 接警记录)", "on duty: Wang Jing",
      "city to the province", "has to be answered",
    ] {
      #expect(shown.contains(text), "\(text)\n\(shown)")
    }
    let report = try await desk.run("report", "2026-0001")
    #expect(report.contains("hand-over 1 (to Wang Jing): 水样 08:00 出结果"))
    #expect(report.contains("clock warning: brief"))
    let warnings = try desk.events("clock.warned").count
    #expect(warnings >= 2)
    #expect(desk.stopDaemon() == 0)
  }
}
