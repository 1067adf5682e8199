import Bytes
import Foundation
import Journal
import Support
import Testing

/// One fault at each call to the system, one after the other.
@Suite("A fault of the disk")
struct FaultTests {
  /// What a process was promised before something went wrong.
  private struct Promise {
    var acknowledged: [Head] = []
    var failure: JournalFailure?
  }

  private static let kinds: [(String, TestDisk.Fault)] = [
    ("EIO", .error(EIO)), ("ENOSPC", .error(ENOSPC)), ("EMFILE", .error(EMFILE)),
    ("EINTR", .error(EINTR)), ("short", .short),
  ]

  /// Makes a journal, fills more than one segment, and opens it again.
  private func work(_ sample: Sample) -> Promise {
    var promise = Promise()
    do throws(JournalFailure) {
      let journal = try sample.create()
      promise.acknowledged.append(journal.head)
      for number in 1...2 { promise.acknowledged.append(try journal.commit(number)) }
      try journal.close()
      let (again, _) = try sample.open()
      promise.acknowledged.append(again.head)
      for number in 3...4 { promise.acknowledged.append(try again.commit(number)) }
      try again.close()
    } catch {
      promise.failure = error
    }
    return promise
  }

  @Test(
    "at any call loses nothing that was acknowledged, and is never tried over",
    arguments: kinds.map(\.0))
  func anyCall(kind: String) throws {
    let fault = try #require(Self.kinds.first { $0.0 == kind }?.1)
    var number = 0
    var failures = 0
    while true {
      let at = number
      let disk = TestDisk { _, count in count == at ? fault : nil }
      var sample = try Sample(disk)
      sample.options.segmentLimit = 700
      let promise = work(sample)
      guard disk.calls.count > at else { break }
      let call = disk.calls[at]
      let said = "\(kind) at call \(at), \(call.call.rawValue) on \(call.path)"
      if let failure = promise.failure {
        failures += 1
        try #require(failure.exitCode == .couldNot, "\(said)")
        try expectNothingAfter(at, disk, said)
      } else {
        try #require(isHarmless(call.call, fault, failed: promise), "\(said)")
      }
      try expectKept(promise, sample.with(TestDisk()), said)
      number += 1
    }
    #expect(number > 60)
    // Interruptions and short writes are taken up again, except in a sync.
    #expect(kind == "short" ? failures == 0 : failures > 5)
  }

  /// After a failure to write or sync a segment, no segment is written to or synced any more.
  private func expectNothingAfter(_ at: Int, _ disk: TestDisk, _ said: String) throws {
    let call = disk.calls[at]
    guard call.call == .write || call.call == .synchroniseData, call.path.hasSuffix(".jsonl")
    else { return }
    let after = disk.calls.dropFirst(at + 1).filter { $0.path.hasSuffix(".jsonl") }.map(\.call)
    try #require(!after.contains(.write), "\(said)")
    // What found no room is taken back, and that is synced: the file is as it was.
    let isTakenBack = said.hasPrefix("ENOSPC") && call.call == .write
    let expected: [[DiskCall]] = isTakenBack ? [[.truncate, .synchroniseData], [.remove]] : [[]]
    try #require(expected.contains(after), "\(said): \(after)")
  }

  /// What may go wrong without a word: what is taken up again, and what is only for good order.
  private func isHarmless(_ call: DiskCall, _ fault: TestDisk.Fault, failed: Promise) -> Bool {
    switch fault {
    case .short: return true
    case .error(EINTR) where [.open, .read, .write, .rewrite].contains(call): return true
    // The mode of a closed segment, the word in the lock file, and the lock that goes anyway.
    case .error: return [.setMode, .truncate, .rewrite, .lock].contains(call)
    }
  }

  private func expectKept(_ promise: Promise, _ sample: Sample, _ said: String) throws {
    guard !promise.acknowledged.isEmpty else { return }
    let (journal, records) = try sample.open()
    for head in promise.acknowledged {
      try #require(records.contains { $0.head == head }, "\(said): \(head.sequence) is lost")
    }
    try #require(records.map(\.sequence) == Array(1...Int64(records.count)), "\(said)")
    _ = try journal.commit(99)
    try journal.close()
    let verification = try sample.reader().verify(anchors: promise.acknowledged)
    try #require(verification.tornTail == nil, "\(said)")
  }

  @Test("that is an interruption without end is an error in the end")
  func endlessInterruptions() throws {
    let disk = TestDisk { call, _ in call.call == .write ? .error(EINTR) : nil }
    let sample = try Sample(disk)
    let journal = try sample.create()
    let failure = #expect(throws: JournalFailure.self) { try journal.commit(1) }
    guard case .poisoned(let cause) = failure else {
      Issue.record("it was \(String(describing: failure))")
      return
    }
    #expect(cause.call == .write && cause.number == ErrorNumber(EINTR))
  }

  @Test("stops the process before anything is told, and only unacknowledged bytes go")
  func killed() async throws {
    let folder = try TemporaryFolder()
    for round in 1...5 {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [root = folder.root as String, round = round as Int] in
        var options = JournalOptions()
        options.segmentLimit = 4000
        let journal =
          round == 1
          ? try FileJournal.create(
            in: root, identifier: Sample.identifier, isExercise: true, at: Sample.start,
            options: options)
          : try FileJournal.open(in: root, at: Sample.start, options: options) { _ in }
        let told = open(root + "/told", O_WRONLY | O_APPEND | O_CREAT, 0o600)
        for number in 0..<20 {
          let head = try journal.appendNote(number)
          try await journal.durable(head.sequence)
          let line = Array("\(head)\n".utf8)
          _ = write(told, line, line.count)
        }
        for number in 0..<50 * round { _ = try journal.appendNote(number) }
        kill(getpid(), SIGKILL)
      }
      let told = String(decoding: try folder.read("told"), as: UTF8.self)
      let heads = told.split(separator: "\n").compactMap { Head($0) }
      #expect(heads.count == 20 * round)
      let verification = try JournalReader(folder: folder.root).verify(anchors: heads)
      #expect(verification.records >= Int64(20 * round))
    }
  }
}
