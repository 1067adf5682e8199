import Bytes
import Foundation
import Journal
import Response
import Support
import Testing

@testable import Desk

@Suite("Actions, their evidence, and promises")
struct ActionVerbTests {
  /// A command line with its files, as the command sends it.
  private func send(_ line: [String], to desk: VerbDesk) async throws -> VerbAnswer {
    var parsed = try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in name
    }
    try Attachment.attach(to: &parsed.request, parsed.specification)
    // It crosses the socket.
    let request = try VerbRequest(JSONReader.read(parsed.request.encoded))
    return try await desk.answer(request, forUser: SampleDesk.li)
  }

  @Test("a file that shows an action is kept under its hash before the record names it")
  func evidence() async throws {
    let sample = try SampleDesk()
    let (frontDesk, desk) = try await CourseVerbTests.opened(sample)
    try await desk.type("action", "2026-0001", "add", "采样", "--unit", "水务局", "--at", "06:10")
    let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let path = sample.folder.path("water.jpg")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let line = ["action", "2026-0001", "evidence", "A1", "--file", path, "--note", "四个水样"]
    let answer = try await send(line, to: desk)
    let digest = SHA256.hash(bytes)
    #expect(answer.text.contains("evidence of action A1: water.jpg \(digest.short) 四个水样"))
    #expect(try BlobFolder(folder: sample.folder.root).read(digest) == bytes)
    #expect(try await send(line, to: desk).text.contains("it stands so already"))
    let shown = try await desk.type("show", "2026-0001")
    #expect(shown.text.contains("A1 采样 (水务局) 06:10  \u{11}water.jpg \(digest.short)"))
    #expect(shown.text.contains("say and do: 0 done, 0 told; not told: A1"))
    let action = try JSONReader.read(shown.json)["actions"]?.array?.first
    #expect(action?["files"]?.array?.first?["hash"]?.string == digest.hex)
    #expect(action?["files"]?.array?.first?["size"]?.integer == 70_000)
    try await frontDesk.close()
  }

  @Test("what cannot be taken is refused, and nothing is kept of it")
  func refusals() async throws {
    let sample = try SampleDesk()
    let (frontDesk, desk) = try await CourseVerbTests.opened(sample)
    try await desk.type("action", "2026-0001", "add", "采样")
    let path = sample.folder.path("x.bin")
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    await #expect(throws: Refusal.self) {
      _ = try await send(
        ["action", "2026-0001", "evidence", "A7", "--file", path], to: desk)
    }
    #expect(throws: JournalFailure.self) {
      _ = try BlobFolder(folder: sample.folder.root).read(SHA256.hash([1, 2, 3] as [UInt8]))
    }
    for (line, message) in [
      (["action", "2026-0001", "evidence", "A1"], "'--hash' is missing"),
      (["action", "2026-0001", "evidence", "A1", "--hash", "9f2e"], "64 hexadecimal digits"),
      (["action", "2026-0001", "evidence"], "usage:"),
    ] {
      let failure = await #expect(throws: VerbFailure.self) { _ = try await send(line, to: desk) }
      #expect(failure?.explanation.en.contains(message) == true, "\(line)")
    }
    // The original stays with whoever has it; the record binds it by its hash.
    let hash = SHA256.hash("video").hex
    let bound = try await send(
      ["action", "2026-0001", "evidence", "A1", "--hash", hash, "--note", "视频，公安保管"], to: desk)
    #expect(bound.text.contains("(kept elsewhere) 视频，公安保管"))
    // Too large, or not there: said before anything is sent.
    try Data(repeating: 0, count: Attachment.limit + 1).write(to: URL(fileURLWithPath: path))
    for (file, message) in [(path, "is larger than 640 KiB"), (path + "x", "cannot read")] {
      let failure = await #expect(throws: VerbFailure.self) {
        _ = try await send(["action", "2026-0001", "evidence", "A1", "--file", file], to: desk)
      }
      #expect(failure?.explanation.en.contains(message) == true)
    }
    try await frontDesk.close()
  }

  @Test("a draft that claims a deed is not submitted without the action, or a reason")
  func claims() async throws {
    let sample = try SampleDesk()
    let (frontDesk, desk) = try await CourseVerbTests.opened(sample)
    var slots: [String] = []
    for slot in ["what", "where", "when", "known", "unknown", "doing", "hotline", "nextUpdate"] {
      slots += ["--slot", "\(slot)=有"]
    }
    var line = ["draft", "2026-0001", "truth.brief", "--text", "今晨爆炸，已疏散群众 300 人。"] + slots
    _ = try await send(line, to: desk)
    let refused = try await desk.refusal("submit", "R1")
    #expect(refused.code == "actionNotNamed")
    #expect(refused.explanation.en.contains("incident action 2026-0001 add"))
    let sent = try await desk.type("submit", "R1", "--no-action", "乡镇自行组织")
    #expect(sent.text.contains("no action is named: 乡镇自行组织"))
    try await desk.type("action", "2026-0001", "add", "疏散")
    line += ["--action", "A1"]
    _ = try await send(line, to: desk)
    #expect(try await desk.type("submit", "R2").text.contains("R2 submitted (emergency lane)"))
    try await frontDesk.close()
  }

  @Test("a promise of a closed incident is not forgotten by a start from a snapshot")
  func closedPromise() async throws {
    let sample = try SampleDesk()
    var (frontDesk, desk) = try await CourseVerbTests.opened(sample)
    var slots: [String] = []
    for slot in ["what", "where", "when", "known", "unknown", "doing", "hotline", "nextUpdate"] {
      slots += ["--slot", "\(slot)=有"]
    }
    for (release, step) in [("R1", "truth.brief"), ("R2", "closing")] {
      _ = try await send(["draft", "2026-0001", step, "--text", "正在救援。"] + slots, to: desk)
      try await desk.type("submit", release)
      for gate in ["political", "legal", "confidentiality", "text"] {
        try await desk.type("sign", release, gate, "pass", as: SampleDesk.wang)
      }
      try await desk.type("approve", release, as: SampleDesk.wang)
      try await desk.type("publish", release, as: SampleDesk.wang)
    }
    try await desk.type(
      "promise", "2026-0001", "add", "公布结果", "--owner", "值班台", "--due", "PT48H")
    let refused = try await desk.refusal("close", "2026-0001", as: SampleDesk.wang)
    #expect(refused.code == "promisesOpen" && refused.explanation.en.contains("hand … --to UNIT"))
    try await desk.type("promise", "2026-0001", "hand", "P1", "--to", "应急局")
    try await desk.type("close", "2026-0001", as: SampleDesk.wang)
    func restart() async throws {
      try await frontDesk.saveSnapshot()
      try await frontDesk.close()
      frontDesk = try FrontDesk.open(sample.state)
      desk = try sample.verbs(frontDesk)
    }
    try await restart()
    #expect(try await desk.type("promise", "list").text.contains("of a closed incident"))
    #expect(try await desk.type("list").text.contains("P1 公布结果 (应急局)"))
    try await desk.type("promise", "2026-0001", "kept", "P1", "--how", "已公布")
    try await restart()
    #expect(try await desk.type("promise", "list").text == "no promise is open\n")
    #expect(try await desk.type("list").text == "no incident is open\n")
    // It is still there for whoever asks for it, and can be reviewed.
    try await desk.type(
      "review", "2026-0001", "helped", "预审模板", "--owner", "办公室", "--due", "P5D")
    try await desk.type(
      "review", "2026-0001", "finish", "--summary", "首报及时", as: SampleDesk.wang)
    try await restart()
    let shown = try await desk.type("show", "2026-0001")
    #expect(shown.text.contains("reviewed ·") && shown.text.contains("L1 [helped] 预审模板"))
    try await frontDesk.close()
  }

  @Test("every open promise is listed, whoever holds it")
  func promises() async throws {
    let sample = try SampleDesk()
    let (frontDesk, desk) = try await CourseVerbTests.opened(sample)
    #expect(try await desk.type("promise", "list").text == "no promise is open\n")
    try await desk.type(
      "promise", "2026-0001", "add", "公布结果", "--owner", "值班台", "--due", "PT48H")
    try await desk.type("promise", "2026-0001", "add", "通水", "--owner", "水务局", "--due", "PT2H")
    try await desk.type("promise", "2026-0001", "hand", "P1", "--to", "应急局")
    try sample.hold("2026-09-27T09:00:00+08:00")
    let listed = try await desk.type("promise", "list")
    let lines = listed.text.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("2026-0001/P2") && lines[0].contains("overdue"))
    #expect(lines[1].contains("(应急局)"))
    let json = try JSONReader.read(listed.json)["promises"]?.array
    #expect(json?.first?["overdue"]?.boolean == true && json?.last?["overdue"]?.boolean == false)
    try await desk.type("promise", "2026-0001", "kept", "P2", "--how", "已通水")
    #expect(try await desk.type("show", "2026-0001").text.contains("late by"))
    try await frontDesk.close()
  }
}
