import Bytes
import Foundation
import Journal
import Support
import Testing

@testable import incident_sim

/// `Tests/campaign` does the same thousands of times, and cuts the power as well.
@Suite("The record, killed", .timeLimit(.minutes(4)))
struct RecordKillTests {
  private static let rounds = 200
  /// One folder goes through so many rounds: each start recovers what the last end has left.
  private static let roundsAFolder = 20

  @Test("at a random moment under load, two hundred times: nothing that was promised is lost")
  func killed() async throws {
    try await onThread { Result { try Self.run() } }.get()
  }

  private static func run() throws {
    var dice = SeededGenerator(seed: 20_261_122)
    var promised = 0
    for start in stride(from: 0, to: rounds, by: roundsAFolder) {
      let folder = try TemporaryFolder()
      var heads: [Head] = []
      for round in start..<start + roundsAFolder {
        let told = try told(in: folder, after: Int.random(in: 0...40, using: &dice))
        heads += told.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
          .compactMap { Head($0) }
        // Looked at by number and hash, and the chain with it.
        let found = try JournalReader(folder: folder.path("desk")).verify(anchors: heads)
        try #require(found.records > 0, "round \(round)")
      }
      promised += heads.count
    }
    #expect(promised > rounds)
  }

  /// What a writer has promised until it was killed, so many milliseconds after its first word.
  private static func told(in folder: TemporaryFolder, after milliseconds: Int) throws -> String {
    let file = folder.path("told")
    try folder.write("told", "")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, file, O_WRONLY | O_APPEND, 0)
    let program = ChildProgram.folder + "/incident-lab"
    let line: [String] = [program, "write", "--state", folder.path("desk")]
    var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, program, &actions, nil, &words, environ)
    try #require(failure == 0)
    let deadline = ContinuousClock.now + .seconds(60)
    var status = stat()
    while stat(file, &status) == 0, status.st_size == 0, ContinuousClock.now < deadline {
      usleep(500)
    }
    try #require(status.st_size > 0, "the writer does not open the record")
    usleep(UInt32(milliseconds) * 1000)
    kill(child, SIGKILL)
    var ending: Int32 = 0
    while waitpid(child, &ending, 0) < 0, errno == EINTR {}
    try #require(ending & 0x7f == SIGKILL, "it ended by itself: \(ending)")
    return String(decoding: try folder.read("told"), as: UTF8.self)
  }
}
