import Bytes
import Foundation
import Journal
import Response
import Support
import Testing

@testable import Desk

@Suite("Pseudonym keys that an incident holds", .timeLimit(.minutes(4)))
struct KeyVerbTests {
  private let sample: SampleDesk
  private let incident = IncidentID(year: 2026, number: 1)

  init() throws { sample = try SampleDesk() }

  /// A desk with one open incident and the keys of two months.
  private func desk() async throws -> (FrontDesk, VerbDesk) {
    let desk = try await sample.create()
    let verbs = try sample.verbs(desk)
    try await verbs.type("open", "爆炸", "--playbook", "accident", "--event-time", "05:50")
    let keys = DeskKeys(folder: sample.state.keys)
    for month in ["2026-05", "2026-06"] {
      let digest = SHA256.hash(try keys.authorKey(month: month))
      try await desk.record([.keyCreated(month: month, digest: digest)])
    }
    return (desk, verbs)
  }

  @discardableResult
  private func hold(_ verbs: VerbDesk, why: String = "recount") async throws -> VerbAnswer {
    try await verbs.type(
      "key", "hold", "2026-05", "2026-0001", "--why", why, as: SampleDesk.wang)
  }

  private func close(_ desk: FrontDesk) async throws {
    try await desk.record([.response(.incident(incident, .closed(summary: nil)))])
  }

  @Test("are listed with who holds them, since when and why, in both languages")
  func list() async throws {
    let (desk, verbs) = try await desk()
    #expect(try await verbs.type("key", "list").text.contains("held") == false)
    let answer = try await hold(verbs)
    #expect(answer.text.contains("is held until 2026-0001 is closed"))
    #expect(try JSONReader.read(answer.json)["held"]?.string == "2026-05")
    let list = try await verbs.type("key", "list")
    let lines = list.text.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("2026-05  sha256:"))
    #expect(lines[1].contains("held for 2026-0001 until that is closed"))
    #expect(lines[1].contains("user:wang 2026-09-27 06:20") && lines[1].hasSuffix("recount"))
    let json = try JSONReader.read(list.json)["keys"]?.array
    #expect(json?.first?["holds"]?.array?.first?["reason"]?.string == "recount")
    #expect(json?.first?["holds"]?.array?.first?["inForce"]?.boolean == true)
    #expect(json?.last?["holds"]?.array?.isEmpty == true)
    let request = try VerbParser.parse(["key", "list"], language: .chinese) {
      (name) throws(VerbFailure) in name
    }
    let chinese = try await verbs.answer(request.request, forUser: SampleDesk.li).text
    #expect(chinese.contains("2026-0001 留用，到其结束为止"))
    try await desk.close()
  }

  @Test("are held by a record that names the person and the reason")
  func records() async throws {
    let (desk, verbs) = try await desk()
    try await hold(verbs, why: "first")
    let before = try await desk.view { $0.keyBook.holds }
    #expect(before.map(\.reason) == ["first"] && before.first?.person == "user:wang")
    let already = try await hold(verbs, why: "first")
    #expect(already.text == "it stands so already\n")
    try await hold(verbs, why: "second")
    #expect(try await desk.view { $0.keyBook.holds.map(\.reason) } == ["second"])
    try await verbs.type(
      "key", "release", "2026-05", "2026-0001", "--why", "done", as: SampleDesk.wang)
    #expect(try await desk.view { $0.keyBook.holds.isEmpty })
    try await desk.close()
    let path = sample.state.path + "/journal/00000000000000000001.jsonl"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n").filter { $0.contains(#""k":"key.h"#) }
    #expect(lines.count == 2 && lines.allSatisfy { $0.contains(#""a":"user:wang""#) })
    #expect(
      text.contains(
        #"{"k":"key.released","month":"2026-05","incident":"2026-0001","reason":"done"}"#))
  }

  @Test("are not held or let go of against the rules")
  func refusals() async throws {
    let (desk, verbs) = try await desk()
    func code(_ words: String..., as user: UInt32 = SampleDesk.wang) async throws -> String {
      do {
        let parsed = try VerbParser.parse(["key"] + words, language: .english) {
          (name) throws(VerbFailure) in name
        }
        return try await verbs.answer(parsed.request, forUser: user).text
      } catch {
        let problem = VerbProblem(error)
        #expect(!problem.explanation.zh.isEmpty && !problem.explanation.en.isEmpty)
        return "\(problem.code) \(problem.exitCode.rawValue)"
      }
    }
    let why = ["--why", "x"]
    #expect(try await code("hold", "2026-04", "2026-0001", why[0], why[1]) == "unknownKeyMonth 1")
    #expect(try await code("hold", "2026-05", "2026-0009", why[0], why[1]) == "unknownIncident 1")
    #expect(try await code("hold", "2026-05", "2026-0001").hasSuffix(" 64"))
    #expect(try await code("hold", "2026-05", "2026-0001", "--why", "  ").hasSuffix(" 64"))
    #expect(
      try await code("hold", "2026-05", "2026-0001", "--why", String(repeating: "x", count: 501))
        .hasSuffix(" 64"))
    #expect(
      try await code("hold", "2026-05", "2026-0001", why[0], why[1], as: SampleDesk.li)
        == "notPermitted 1")
    #expect(
      try await code("release", "2026-05", "2026-0001", why[0], why[1], as: SampleDesk.li)
        == "notPermitted 1")
    #expect(try await code("release", "2026-05", "2026-0001", why[0], why[1]) == "keyNotHeld 1")
    #expect(
      try await code("release", "2026-04", "2026-0001", why[0], why[1]) == "unknownKeyMonth 1")
    #expect(
      try await code("release", "2026-05", "2026-0009", why[0], why[1]) == "unknownIncident 1")
    let digest = try #require(try await desk.view { $0.keyBook.months["2026-05"] })
    try await desk.record([.keyDestroyed(month: "2026-05", digest: digest)])
    #expect(try await code("hold", "2026-05", "2026-0001", why[0], why[1]) == "keyDestroyed 1")
    #expect(try await code("release", "2026-05", "2026-0001", why[0], why[1]) == "keyDestroyed 1")
    try await close(desk)
    #expect(try await code("hold", "2026-06", "2026-0001", why[0], why[1]) == "incidentClosed 1")
    // Nothing of it went on record.
    #expect(try await desk.view { $0.keyBook.holds.isEmpty })
    try await desk.close()
  }

  @Test("are needed no more once the incident has ended")
  func end() async throws {
    let (desk, verbs) = try await desk()
    try await hold(verbs)
    #expect(try await desk.view { $0.holders(ofKey: "2026-05") } == [incident])
    #expect(try await desk.view { $0.holders(ofKey: "2026-06").isEmpty })
    try await close(desk)
    #expect(try await desk.view { $0.holders(ofKey: "2026-05").isEmpty })
    #expect(try await verbs.type("key", "list").text.contains("was held for 2026-0001"))
    try await desk.close()
  }

  @Test("are the same after a start from a snapshot, of an incident that is open or has ended")
  func snapshot() async throws {
    let (desk, verbs) = try await desk()
    try await hold(verbs)
    let book = try await desk.view { $0.keyBook }
    try await desk.saveSnapshot()
    try await desk.close()
    let again = try FrontDesk.open(sample.state)
    #expect(try await again.view { $0.keyBook } == book)
    #expect(try await again.view { $0.holders(ofKey: "2026-05") } == [incident])
    try await close(again)
    try await again.saveSnapshot()
    try await again.close()
    let third = try FrontDesk.open(sample.state)
    #expect(try await third.view { $0.holders(ofKey: "2026-05").isEmpty })
    // What is read of it later makes nothing twice.
    try await third.makeWhole([incident])
    #expect(try await third.view { $0.keyBook } == book)
    try await third.close()
  }

  @Test("stand in the incident's report and in the certificate, with their records")
  func texts() async throws {
    let (desk, verbs) = try await desk()
    try await hold(verbs, why: "recount\u{202E}")
    let held = try await desk.view { $0.keyBook.holds.count }
    #expect(held == 1)
    func certificate(_ more: String...) throws -> VerbAnswer {
      let parsed = try VerbParser.parse(["journal", "certificate"] + more, language: .english) {
        (name) throws(VerbFailure) in name
      }
      return try JournalVerbs(folder: sample.state.path, confirm: { nil }).answer(
        to: parsed.request)
    }
    let open = try certificate().text
    #expect(open.contains("held for 2026-0001 n=") && open.contains("by user:wang: recount"))
    #expect(open.contains("; still held") && !open.contains("\u{202E}"))
    let released = try await verbs.type(
      "key", "release", "2026-05", "2026-0001", "--why", "counted", as: SampleDesk.wang)
    let number = try #require(try JSONReader.read(released.json)["n"]?.integer)
    #expect(try certificate().text.contains("; until n=\(number) 2026-09-26T22:20:00Z: counted"))
    try await hold(verbs, why: "once more")
    try await close(desk)
    let report = try await verbs.type("report", "2026-0001").text
    #expect(report.contains("the pseudonym key of 2026-05 is held and not destroyed: recount"))
    #expect(report.contains("the pseudonym key of 2026-05 is no longer held: counted"))
    #expect(!report.contains("does not know"))
    let json = try JSONReader.read(try certificate().json)["keys"]?.array?.first
    let holds = json?["holds"]?.array
    #expect(holds?.count == 2 && holds?.first?["releaseReason"]?.string == "counted")
    #expect(holds?.last?["reason"]?.string == "once more" && holds?.last?["releaseReason"] == nil)
    // The incident's end is the hold's.
    let last = try #require(
      try await desk.view { $0.response.incidents[incident]?.closed?.sequence })
    #expect(holds?.last?["released"]?["n"]?.integer == last)
    try await desk.close()
  }

  @Test("are read of a journal as it stood when they were first held")
  func golden() async throws {
    let folder = try TemporaryFolder()
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/journal-1-keys.jsonl")
    try folder.write("journal/00000000000000000001.jsonl", Array(try Data(contentsOf: file)))
    let desk = try FrontDesk.read(StateFolder(folder.root))
    let book = try await desk.view { $0.keyBook }
    #expect(book.months.keys.sorted() == ["2026-06"] && book.destroyed.keys.sorted() == ["2026-05"])
    #expect(book.holds.map(\.reason) == ["复核独立发布者计数"])
    #expect(book.holds.first?.month == "2026-06" && book.holds.first?.person == "user:wang")
    #expect(try await desk.view { $0.holders(ofKey: "2026-06") } == [incident])
  }
}
