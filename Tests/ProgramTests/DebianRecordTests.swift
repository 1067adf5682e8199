import Bytes
import Foundation
import Journal
import Support
import Testing

@testable import incident_sim

/// What needs Python, strace or root.
@Suite("Debian, the record", .timeLimit(.minutes(15)))
struct DebianRecord {
  private static let python = findProgram("python3")
  private static let canCutPower = getuid() == 0 && findProgram("mkfs.ext4") != nil

  private func verifier(_ arguments: String...) async throws -> ChildProgram.Ending {
    try await ChildProgram.runFile(
      try #require(Self.python), [ProgramDesk.root + "/Samples/verify-journal.py"] + arguments,
      environment: ProcessInfo.processInfo.environment)
  }

  @Test(
    "an exported journal is verified by thirty lines of Python, and every edit is found",
    .enabled(if: python != nil, "skipped: python3 is not installed"))
  func auditor() async throws {
    let desk = try await ProgramDesk()
    try await desk.run("open", "石桥化工园区爆炸", "--playbook", "accident", "--event-time", "05:50")
    for number in 1...5 { try await desk.run("note", "2026-0001", "第\(number)条") }
    let file = desk.folder.path("exported.jsonl")
    let answer = try await desk.run("journal", "export", "-o", file)
    let exported = try desk.folder.read("exported.jsonl")
    let head = try #require(answer.split(separator: " ").last).trimmingCharacters(in: .newlines)
    #expect(try await verifier(file, head).status == 0)
    let script = try String(
      contentsOfFile: ProgramDesk.root + "/Samples/verify-journal.py", encoding: .utf8)
    #expect(script.split(separator: "\n", omittingEmptySubsequences: false).count <= 31)

    // In the middle of a text, of a mark of JSON, of a hash: what is damaged is told as damaged.
    let brace = try #require(exported.lastIndex(of: UInt8(ascii: "{")))
    for place in [exported.count / 2, exported.count / 2 + 1, brace, exported.count - 10] {
      var flipped = exported
      flipped[place] ^= 1
      try desk.folder.write("exported.jsonl", flipped)
      #expect(try await verifier(file).status == 65, "byte \(place)")
    }
    let shorter = exported.dropLast().lastIndex(of: 0x0a).map { Array(exported[...$0]) } ?? []
    try desk.folder.write("exported.jsonl", shorter)
    #expect(try await verifier(file).status == 0)
    #expect(try await verifier(file, head).status == 66)
  }

  private func campaign(_ arguments: String...) async throws -> ChildProgram.Ending {
    try await ChildProgram.runFile(
      try #require(Self.python),
      [ProgramDesk.root + "/Tests/campaign.py", ChildProgram.folder] + arguments,
      environment: ProcessInfo.processInfo.environment)
  }

  @Test(
    "loses nothing in a hundred power failures",
    .enabled(if: python != nil && canCutPower, "skipped: it needs python3, mkfs.ext4 and root"))
  func power() async throws {
    let ending = try await campaign("power", "100")
    #expect(ending.status == 0, "\(ending.output)\(ending.problems)")
  }

  @Test(
    "loses what was never synced, so that the test would notice",
    .enabled(if: python != nil && canCutPower, "skipped: it needs python3, mkfs.ext4 and root"))
  func control() async throws {
    let ending = try await campaign("power", "5", "--unsynced")
    #expect(ending.status == 0, "\(ending.output)\(ending.problems)")
  }

  @Test(
    "promises nothing false where a call fails, two hundred times",
    .enabled(
      if: python != nil && findProgram("strace") != nil, "skipped: it needs python3 and strace"))
  func strace() async throws {
    let ending = try await campaign("strace", "200")
    #expect(ending.status == 0, "\(ending.output)\(ending.problems)")
  }
}
