import Bytes
import Dispatch
import Foundation
import Journal
import Support
import Synchronization
import Testing

/// Holds one call back until a test lets it go on. It gives up before the time limit of a suite
/// does; less would be too little where all tests begin at once on a slow machine.
final class Gate: Sendable {
  private let arrived = DispatchSemaphore(value: 0)
  private let opened = DispatchSemaphore(value: 0)
  private let calls = Mutex(0)

  func pass() {
    arrived.signal()
    if opened.wait(timeout: .now() + 110) == .timedOut { Issue.record("nobody opened the gate") }
  }

  func awaitArrival() {
    if arrived.wait(timeout: .now() + 110) == .timedOut { Issue.record("nobody came to the gate") }
  }

  func open() { opened.signal() }

  /// Opens when it is called for this time.
  func openOnCall(_ number: Int) {
    let call = calls.withLock { calls in
      calls += 1
      return calls
    }
    if call == number { open() }
  }
}

@Suite("Appending", .timeLimit(.minutes(2)))
struct AppendTests {
  @Test("by 64 at once takes one sync for all that wait, in the order of the calls")
  func groupCommit() async throws {
    let gate = Gate()
    let syncs = Mutex(0)
    let isArmed = Mutex(false)
    let disk = TestDisk { call, _ in
      guard call.call == .synchroniseData, isArmed.withLock({ $0 }) else { return nil }
      if syncs.withLock({ count in
        count += 1
        return count == 1
      }) {
        gate.pass()
      }
      return nil
    }
    let sample = try Sample(disk)
    let journal = try sample.create()
    isArmed.withLock { $0 = true }
    let first = try journal.appendNote(0)
    gate.awaitArrival()
    // The first is being synced; the others come meanwhile.
    let heads = try (1..<64).map { try journal.appendNote($0) }
    #expect(journal.durableHead.sequence == 1 && journal.head == heads.last)
    try await withThrowingTaskGroup { group in
      for head in [first] + heads {
        group.addTask {
          try await journal.durable(head.sequence)
          return journal.durableHead.sequence >= head.sequence
        }
      }
      gate.open()
      for try await isKept in group { #expect(isKept) }
    }
    #expect(syncs.withLock { $0 } == 2)
    #expect(journal.durableHead == heads.last)
    try journal.close()
    let records = try sample.reader().lines()
    #expect(records.dropFirst().compactMap(\.note) == Array(0..<64))
    #expect(records.dropFirst().map(\.head) == [first] + heads)
    // Those that came during the first sync know of nothing but the header.
    #expect(records.dropFirst().allSatisfy { $0.watermark == 1 })
  }

  @Test("from many threads gives each record one number, and the file the same order")
  func concurrent() async throws {
    let sample = try Sample()
    let journal = try sample.create()
    let heads = try await withThrowingTaskGroup(of: [(Head, Int)].self) { group in
      for caller in 0..<8 {
        group.addTask {
          var heads: [(Head, Int)] = []
          for number in 0..<25 {
            let note = caller * 100 + number
            let head = try journal.appendNote(note)
            try await journal.durable(head.sequence)
            heads.append((head, note))
          }
          return heads
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    try journal.close()
    let records = try sample.reader().lines()
    #expect(records.count == 201)
    for (head, note) in heads {
      let record = records[Int(head.sequence) - 1]
      #expect(record.head == head && record.note == note)
    }
  }

  @Test("writes no more than 1 MiB before a sync")
  func batches() throws {
    let gate = Gate()
    let isArmed = Mutex(false)
    let disk = TestDisk { call, _ in
      if call.call == .synchroniseData,
        isArmed.withLock({ armed in
          defer { armed = false }
          return armed
        })
      {
        gate.pass()
      }
      return nil
    }
    let sample = try Sample(disk)
    let journal = try sample.create()
    isArmed.withLock { $0 = true }
    _ = try journal.appendNote(0)
    gate.awaitArrival()
    let before = disk.count(.synchroniseData)
    let text = String(repeating: "a", count: 250_000)
    for _ in 0..<5 {
      _ = try journal.append(
        events: [Array(#"{"k":"note","text":"\#(text)"}"#.utf8)], actor: "a", at: Sample.start)
    }
    gate.open()
    try journal.close()
    // Four lines fit into one write.
    #expect(disk.count(.synchroniseData) - before == 2)
    #expect(try sample.reader().verify().records == 7)
  }

  @Test("is refused while the queue is full, and goes on when it is not")
  func overload() throws {
    let gate = Gate()
    let isArmed = Mutex(false)
    let disk = TestDisk { call, _ in
      if call.call == .write,
        isArmed.withLock({ armed in
          defer { armed = false }
          return armed
        })
      {
        gate.pass()
      }
      return nil
    }
    var sample = try Sample(disk)
    sample.options.queueLimit = 1000
    let journal = try sample.create()
    isArmed.withLock { $0 = true }
    _ = try journal.appendNote(0)
    gate.awaitArrival()
    var failure: JournalFailure?
    var last = journal.head
    for number in 1...10 {
      do throws(JournalFailure) {
        last = try journal.appendNote(number)
      } catch {
        failure = error
        break
      }
    }
    #expect(failure?.isTemporary == true && failure?.exitCode == .tryAgain)
    #expect(journal.head == last)
    gate.open()
    try journal.waitUntilDurable(last.sequence)
    #expect(try journal.commit(20).sequence == last.sequence + 1)
    try journal.close()
  }

  @Test("is over once the journal is closed; closing twice is closing once")
  func closing() async throws {
    let sample = try Sample()
    let journal = try sample.create()
    let head = try journal.appendNote(1)
    try journal.close()
    try journal.close()
    try await journal.durable(head.sequence)
    let failure = #expect(throws: JournalFailure.self) { try journal.appendNote(2) }
    #expect(failure == .closed && failure?.exitCode == .tryAgain)
    #expect(try sample.reader().verify(expecting: head).records == 2)
  }

  @Test("that nobody closed is on disk too, and the lock is free")
  func dropped() throws {
    let sample = try Sample()
    var head: Head?
    do {
      let journal = try sample.create()
      head = try journal.appendNote(1)
    }
    let (again, _) = try sample.open()
    #expect(again.head == head)
    try again.close()
  }

  @Test("cannot be waited for before it is done")
  func waitingForNothing() async {
    await #expect(processExitsWith: .failure) {
      try await Sample().create().durable(2)
    }
  }

  @Test("after a failed sync is answered with the failure, for all who wait and all who come")
  func poisoned() async throws {
    let gate = Gate()
    let isArmed = Mutex(false)
    let disk = TestDisk { call, _ in
      guard call.call == .synchroniseData, isArmed.withLock({ $0 }) else { return nil }
      gate.pass()
      return .error(EIO)
    }
    let sample = try Sample(disk)
    let journal = try sample.create()
    isArmed.withLock { $0 = true }
    let first = try journal.appendNote(0)
    gate.awaitArrival()
    let heads = try (1..<20).map { try journal.appendNote($0) }
    let before = disk.calls.count
    let answers = await withTaskGroup(of: JournalFailure?.self) { group in
      for head in [first] + heads {
        group.addTask {
          // Nearly all wait by the time the last one comes.
          gate.openOnCall(20)
          do throws(JournalFailure) {
            try await journal.durable(head.sequence)
            return nil
          } catch {
            return error
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let failure = JournalFailure.poisoned(
      DiskFailure(.synchroniseData, sample.folder.path(Sample.firstSegment), ErrorNumber(EIO)))
    #expect(answers.count == 20 && answers.allSatisfy { $0 == failure })
    #expect(failure.exitCode == .couldNot && !failure.isTemporary)
    #expect(throws: failure) { try journal.appendNote(21) }
    #expect(throws: failure) { try journal.close() }
    #expect(throws: failure) { try journal.close() }
    // Neither the write nor the sync is tried again.
    let after = disk.calls.dropFirst(before).map(\.call)
    #expect(!after.contains(.synchroniseData) && !after.contains(.write))
    #expect(journal.durableHead.sequence == 1)
    // What was on disk before is still acknowledged.
    try await journal.durable(1)
  }
}
