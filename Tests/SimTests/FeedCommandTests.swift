import Bytes
import Testing

@testable import incident_sim

@Suite("The command that shows a feed")
struct FeedCommandTests {
  @Test(
    "refuses a feed that is not there and a time that is none",
    arguments: [
      (["--id", "forun", "--at", "2026-09-27T06:30:00+08:00"], "did you mean 'forum'"),
      (["--id", "forum", "--at", "27 06:30"], "'--at' should be a time"),
      (["--id", "forum"], "'--at' is missing"),
    ])
  func refuses(arguments: [String], words: String) {
    #expect {
      try FeedCommand.run(["--county", Lanchuan.folder] + arguments)
    } throws: { error in
      guard let failure = error as? ToolFailure else { return false }
      return failure.exitCode == .usage && failure.message.contains(words)
    }
  }
}
