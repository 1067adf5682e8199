import Bytes
import Foundation
import Support
import Testing

@testable import incident_sim

/// What an analyst reads of recorded items: the table of `incident-lab topics`.
@Suite("The table of what a desk would have been told")
struct TopicsTableTests {
  /// Two days of everyday posts, and on the second night a fire that many tell of.
  private static func items() -> [UInt8] {
    var lines: [String] = []
    let subjects = ["买菜", "遛狗", "下棋", "看书", "钓鱼", "散步", "种花", "煮面", "洗车", "学琴"]
    let ends = ["真不错", "有点累", "人很多", "推荐", "下次再来", "还行", "挺远的"]
    func add(_ minute: Int, _ text: String, _ author: Int) {
      let time = Instant(seconds: 1_790_000_000 + Int64(minute) * 60)
      lines.append(
        #"{"id":"i\#(lines.count)","ts":"\#(time.iso8601)","source":"s\#(author % 5)","lang":"zh","#
          + #""text":"\#(text)","author":"a\#(author)","owner":"o\#(author % 5)"}"#)
    }
    for minute in stride(from: 0, to: 2880, by: 3) {
      let number = minute / 3
      add(minute, "今天\(subjects[number % 10])\(ends[number % 7])，第\(number)天", number)
      // 1,790,000,000 is 22:13 in Shanghai; the fire burns at 23:13 the evening after.
      if (1500..<1560).contains(minute) {
        for voice in 0..<3 {
          add(minute, "石桥化工园爆炸起火，\(ends[(number + voice) % 7])\(voice)", minute + voice)
        }
        add(minute, "公厕又关门第\(number)回", minute + 5)
      }
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static let desk = """
    { desk: { name: "x", zone: "Asia/Shanghai" },
      relevance: { places: ["石桥"], phrases: [{ words: ["公厕"], posts: 5, every: "P1D" }] },
      sources: [] }
    """

  private func table(_ more: String...) async throws -> String {
    let folder = try TemporaryFolder()
    try folder.write("items.jsonl", Self.items())
    try folder.write("desk/incident.json5", Self.desk)
    try folder.write(
      "desk/people.json5", #"{ people: [{ id: "li", name: "li", roles: ["lead"] }] }"#)
    let ending = try await ChildProgram.run(
      "incident-lab",
      [
        "topics", "--in", folder.path("items.jsonl"), "--out", folder.path("topics.jsonl"),
        "--alerts", "-", "--desk", folder.path("desk/incident.json5"),
      ] + more, environment: [:])
    #expect(ending.status == 0, "\(ending.problems)")
    return ending.output
  }

  @Test("says when, of what and why, and how many that makes a day, a month and a night")
  func counts() async throws {
    let text = try await table()
    #expect(text.contains("urgent: serious words"), "\(text)")
    #expect(text.contains("the watch phrase '公厕', 5 posts"))
    #expect(text.contains("2 notices in 2.0 days (1 urgent)"))
    // Two days say nothing of a month.
    #expect(text.contains("a day: 1.0\n"))
    #expect(
      text.contains(
        "nights (22:00 to 06:00): 2 notices in 2 nights, whole or in part, at most 2 in one, 1 night "
          + "with none"))
    #expect(text.contains("times and nights are those of Asia/Shanghai\n"))
    #expect(text.contains(" +08:00  #1      ") && text.contains(" +08:00  phrase  公厕"))
  }

  @Test("says that nights are those of UTC where no desk is named")
  func zone() async throws {
    let folder = try TemporaryFolder()
    try folder.write("items.jsonl", Self.items())
    let ending = try await ChildProgram.run(
      "incident-lab",
      [
        "topics", "--in", folder.path("items.jsonl"), "--out", "/dev/null", "--alerts", "-",
      ], environment: [:])
    #expect(ending.status == 0, "\(ending.problems)")
    #expect(ending.output.contains("those of UTC; --desk incident.json5 takes the desk's own zone"))
  }

  @Test("is not made from a time on that no item has reached")
  func afterAll() async throws {
    let folder = try TemporaryFolder()
    try folder.write("items.jsonl", Self.items())
    let ending = try await ChildProgram.run(
      "incident-lab",
      [
        "topics", "--in", folder.path("items.jsonl"), "--out", folder.path("topics.jsonl"),
        "--alerts", "-", "--from", "2027-01-01T00:00:00+08:00",
      ], environment: [:])
    #expect(ending.status == ExitCode.usage.rawValue, "\(ending.output)")
    #expect(ending.problems.contains("the recording is from 2026-09-21 14:14 +00:00 to "))
    #expect(!FileManager.default.fileExists(atPath: folder.path("topics.jsonl")))
  }

  @Test(
    "is never written over what is read, nor two outputs over one another",
    arguments: [
      ["--out", "items.jsonl"], ["--out", "./desk/../items.jsonl"], ["--out", "link"],
      ["--out", "hard"], ["--out", "t", "--assign", "items.jsonl"],
      ["--out", "t", "--alerts", "link"], ["--out", "t", "--assign", "t"],
      ["--out", "t", "--alerts", "desk/../t"],
      ["--out", "t", "--alerts", "desk/incident.json5", "--desk", "desk/incident.json5"],
    ])
  func overwriting(line: [String]) async throws {
    let folder = try TemporaryFolder()
    try folder.write("items.jsonl", "not read\n")
    try folder.write("desk/incident.json5", Self.desk)
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("items.jsonl"))
    try files.linkItem(atPath: folder.path("items.jsonl"), toPath: folder.path("hard"))
    let ending = try await ChildProgram.run(
      "incident-lab",
      ["topics", "--in", folder.path("items.jsonl")]
        + line.map { $0.hasPrefix("--") ? $0 : folder.path($0) }, environment: [:])
    #expect(ending.status == ExitCode.usage.rawValue)
    #expect(ending.problems.contains("are the same file"), "\(ending.problems)")
    #expect(try folder.read("items.jsonl") == Array("not read\n".utf8))
  }

  @Test("is not mixed with what else is printed")
  func mixed() async throws {
    let ending = try await ChildProgram.run(
      "incident-lab", ["topics", "--in", "/dev/null", "--out", "-", "--alerts", "-"],
      environment: [:])
    #expect(ending.status == ExitCode.usage.rawValue)
    #expect(ending.problems.contains("'--out' and '--alerts' would be mixed"))
  }

  @Test("is not begun where it cannot be written, and says why in words")
  func unwritable() async throws {
    let folder = try TemporaryFolder()
    for (name, why) in [("gone/t", "there is no folder"), ("", "it is a folder")] {
      let ending = try await ChildProgram.run(
        "incident-lab",
        [
          "topics", "--in", folder.path("none.jsonl"), "--out", "/dev/null", "--assign",
          folder.path(name),
        ], environment: [:])
      #expect(ending.status == ExitCode.couldNot.rawValue)
      // The output is looked at before the input, which is missing too.
      #expect(ending.problems.contains("cannot write"), "\(ending.problems)")
      #expect(ending.problems.contains(why) && !ending.problems.contains("Domain"))
    }
  }

  @Test("counts from a time on, and learns from what was before")
  func from() async throws {
    let later = try await table("--from", "2026-09-23T06:00:00+08:00")
    #expect(later.contains("0 notices in"), "\(later)")
    let wrong = try await ChildProgram.run(
      "incident-lab",
      ["topics", "--in", "-", "--out", "-", "--alerts", "-", "--from", "yesterday"],
      environment: [:])
    #expect(wrong.status == ExitCode.usage.rawValue && wrong.problems.contains("with its zone"))
  }
}
