import Bytes
import Foundation
import Journal
import Response
import Support
import Testing

@testable import Desk

@Suite("The verbs of the journal", .timeLimit(.minutes(4)))
struct JournalVerbTests {
  private let sample: SampleDesk
  private let incident = IncidentID(year: 2026, number: 1)

  init() throws { sample = try SampleDesk() }

  private func type(_ line: String..., typed: String? = nil) throws -> VerbAnswer {
    let parsed = try VerbParser.parse(["journal"] + line, language: .english) {
      (name) throws(VerbFailure) in name
    }
    return try JournalVerbs(folder: sample.state.path, confirm: { typed }).answer(
      to: parsed.request)
  }

  private func refusal(_ line: String..., typed: String? = nil) throws -> VerbProblem {
    do {
      let parsed = try VerbParser.parse(["journal"] + line, language: .english) {
        (name) throws(VerbFailure) in name
      }
      let answer = try JournalVerbs(folder: sample.state.path, confirm: { typed }).answer(
        to: parsed.request)
      throw VerbFailure(.fault, zh: "", en: "not refused: \(answer.text)")
    } catch {
      return VerbProblem(error)
    }
  }

  /// A closed journal of notes, with a message that went to a centre after the fourth record.
  private func fill() async throws -> (heads: [Head], anchor: Head) {
    let desk = try await sample.create()
    let verbs = try sample.verbs(desk)
    try await verbs.type("open", "爆炸", "--playbook", "accident", "--event-time", "05:50")
    var heads: [Head] = []
    var anchor: Head?
    for number in 1...6 {
      let receipt = try await desk.perform(
        .inIncident(incident, .enter(.note("note \(number)"))),
        by: .person(try #require(Name("li"))))
      heads.append(receipt.head)
      guard number == 4 else { continue }
      let queued = try await desk.record([
        .response(
          .deliveryQueued(
            DeliveryOrder(
              matter: .release(PartID(incident, PartNumber(.release, 1))),
              recipient: .centre(try #require(Name("lanxi"))), channel: .mail)))
      ])
      anchor = queued.head
      try await desk.record([
        .response(
          .deliveryEnded(
            DeliveryID(sequence: queued.head.sequence, index: 1),
            .delivered(attempt: 1, reply: "250")))
      ])
    }
    try await desk.saveSnapshot()
    try await desk.close()
    return (heads, try #require(anchor))
  }

  @Test("verify says which range others hold the head of, and which they do not")
  func verify() async throws {
    let (heads, anchor) = try await fill()
    let last = try #require(heads.last)
    #expect(try type("verify").text.contains("head is \(last)"))
    let text = try type("verify", "--anchors").text
    #expect(text.contains("1…\(anchor.sequence) are anchored (held by centre:lanxi)"), "\(text)")
    #expect(text.contains("\(anchor.sequence + 1)…\(last.sequence) are not anchored"))
    #expect(try type("verify", "--expect", heads[2].description).text.contains("are whole"))
    let other = Head(sequence: heads[2].sequence, hash: heads[3].hash)
    #expect(try refusal("verify", "--expect", other.description).exitCode == .headMismatch)
    let beyond = Head(sequence: last.sequence + 1, hash: last.hash)
    #expect(try refusal("verify", "--expect", beyond.description).exitCode == .headMismatch)
    #expect(try refusal("verify", "--expect", "7").exitCode == .usage)
    #expect(try refusal("look").exitCode == .usage)
  }

  @Test("anchors lists who holds which head by the journal alone, also without the copy beside it")
  func anchors() async throws {
    let (_, anchor) = try await fill()
    let listed = try type("anchors")
    #expect(listed.text.contains("\(anchor)  centre:lanxi  mail"))
    try FileManager.default.removeItem(atPath: sample.state.path + "/anchors.jsonl")
    #expect(try type("anchors").text == listed.text)
    let json = try #require(try JSONReader.read(listed.json)["anchors"]?.array)
    #expect(json.count == 1 && json[0]["h"]?.string == anchor.hash.hex)
  }

  @Test("export writes every line as it stands")
  func export() async throws {
    let (heads, _) = try await fill()
    let file = sample.folder.path("out.jsonl")
    let answer = try type("export", "-o", file)
    #expect(answer.text.contains(try #require(heads.last).description))
    let segment = try sample.folder.read("journal/00000000000000000001.jsonl")
    #expect(try sample.folder.read("out.jsonl") == segment)
    #expect(try refusal("export").exitCode == .usage)
  }

  @Test("repair changes nothing until the sentence is typed, and the desk opens again after it")
  func repair() async throws {
    let (heads, anchor) = try await fill()
    let before = try sample.folder.read("journal/00000000000000000001.jsonl")
    let first = "\(anchor.sequence)"
    for typed in [nil, "", "yes", "truncate at 2"] as [String?] {
      #expect(try refusal("repair", "--truncate-at", first, typed: typed).exitCode == .refused)
    }
    #expect(try sample.folder.read("journal/00000000000000000001.jsonl") == before)
    for wrong in ["0", "1", "-3", "x"] {
      #expect(try refusal("repair", "--truncate-at=\(wrong)").exitCode == .usage)
    }
    let answer = try type("repair", "--truncate-at", first, typed: "truncate at \(first)")
    #expect(answer.text.contains("bytes were taken away and kept in"))
    // The centre's head was of a record that is gone, and so was the snapshot.
    let desk = try FrontDesk.open(sample.state)
    let notes = try await desk.view { $0.response.incidents[IncidentID(year: 2026, number: 1)] }
    #expect(notes?.notes.map(\.text) == (1...4).map { "note \($0)" })
    try await desk.close()
    #expect(try refusal("verify", "--expect", anchor.description).exitCode == .headMismatch)
    #expect(try type("verify", "--expect", heads[3].description).text.contains("are whole"))
    let kept = try FileManager.default.contentsOfDirectory(
      atPath: sample.state.path + "/quarantine")
    #expect(kept.contains { $0.hasPrefix("anchors.jsonl.") } && kept.count == 2)
  }

  @Test("a snapshot tells of an end that was taken away")
  func takenAway() async throws {
    _ = try await fill()
    let path = "journal/00000000000000000001.jsonl"
    let lines = try sample.folder.read(path).split(separator: 0x0a)
    let fewer = Array(lines.dropLast(2).map { $0 + [0x0a] }.joined())
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: sample.folder.path(path))
    try Data(fewer).write(to: URL(fileURLWithPath: sample.folder.path(path)))
    try? FileManager.default.removeItem(atPath: sample.state.path + "/anchors.jsonl")
    let failure = #expect(throws: JournalFailure.self) { try FrontDesk.open(sample.state) }
    #expect(failure?.exitCode == .headMismatch)
    // It may be deleted, and then says nothing.
    try FileManager.default.removeItem(atPath: sample.state.path + "/snapshot")
    try await FrontDesk.open(sample.state).close()
  }

  @Test("certificate says by the journal what was destroyed, and is refused where it is there")
  func certificate() async throws {
    let desk = try await sample.create()
    #expect(try type("certificate").text.contains("no key and no item was destroyed"))
    let keys = DeskKeys(folder: sample.state.keys)
    let digest = SHA256.hash(try keys.authorKey(month: "2026-05"))
    let made = try await desk.record([.keyCreated(month: "2026-05", digest: digest)])
    let items = try ItemLog.open(sample.state.items)
    let line = Array(#"{"id":"a","text":"一"}"#.utf8)
    let day = try #require(Instant(iso8601: "2026-03-01T05:00:00Z"))
    _ = try items.append(lines: [line, line], at: day)
    _ = try items.append(lines: [line], at: desk.clock.now())
    try await items.sync()
    let days = try await items.digests(daysBefore: ItemDay(desk.clock.now()))
    #expect(days.count == 1 && days.first?.lines == 2)
    #expect(days.first?.digest == SHA256.hash(line + [0x0a] + line + [0x0a]))
    let destroyed = try await desk.record([.itemsDestroyed(days)])
    // On record, and still there: no certificate of that.
    let refused = try refusal("certificate")
    #expect(refused.exitCode == .refused && refused.explanation.en.contains("2026-03-01"))
    _ = try await items.remove(daysBefore: ItemDay(desk.clock.now()))
    try items.close()
    try keys.destroyAuthorKey(month: "2026-05")
    let gone = try await desk.record([.keyDestroyed(month: "2026-05", digest: digest)])
    let text = try type("certificate").text
    #expect(text.contains("sha256:\(digest.hex)  made n=\(made.head.sequence) "))
    #expect(text.contains("destroyed n=\(gone.head.sequence) "))
    #expect(text.contains("2026-03-01  2 items, \(2 * line.count + 2) bytes"))
    #expect(text.contains("destroyed n=\(destroyed.head.sequence) "))
    #expect(text.contains("as of \(gone.head)"))
    let json = try JSONReader.read(try type("certificate", "--json").json)
    #expect(json["items"]?.array?.first?["destroyed"]?["n"]?.integer == destroyed.head.sequence)
    try await desk.close()
    // What was kept elsewhere and is put back is noticed.
    _ = try keys.authorKey(month: "2026-05")
    #expect(try refusal("certificate").exitCode == .refused)
    let again = try FrontDesk.open(sample.state)
    #expect(try await again.view { $0.keyBook.months.isEmpty })
    try await again.close()
  }
}
