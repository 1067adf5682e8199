import Bytes
import Support
import Testing
import Watch

@testable import incident_sim

@Suite("The simulator's command line")
struct CommandTests {
  @Test("writes the recorded stream to a file")
  func generates() throws {
    let folder = try TemporaryFolder()
    let out = folder.path("items.jsonl")
    let code = try GenerateCommand.run([
      "--county", Lanchuan.folder, "--seed", "3", "--out", out,
    ])
    #expect(code == .done)
    let lines = try folder.read("items.jsonl").split(separator: UInt8(ascii: "\n"))
    let posts = try Lanchuan.stream(seed: 3)
    #expect(lines.count == posts.count)
    let first = try Item(line: Array(try #require(lines.first)))
    #expect(first.id == posts.first?.id)
  }

  @Test(
    "refuses what it does not understand, and says what was meant",
    arguments: [
      (["--county", Lanchuan.folder, "--sed", "1", "--out", "-"], "'--seed'"),
      (["--county", Lanchuan.folder, "--seed", "one", "--out", "-"], "whole number"),
      (["--county", Lanchuan.folder, "--out"], "needs a value"),
      (["--county", Lanchuan.folder], "'--out' is missing"),
      (["--out", "-"], "'--county' is missing"),
      (["--county", "", "--out", "-"], "'--county' is empty"),
    ])
  func refuses(arguments: [String], words: String) {
    #expect {
      try GenerateCommand.run(arguments)
    } throws: { error in
      guard let failure = error as? ToolFailure else { return false }
      return failure.exitCode == .usage && failure.message.contains(words)
    }
  }

  @Test("says where it cannot write")
  func cannotWrite() throws {
    let folder = try TemporaryFolder()
    #expect {
      try write([1], to: folder.path("no/such/folder/items.jsonl"))
    } throws: { error in
      (error as? ToolFailure)?.exitCode == .couldNot
    }
  }
}
