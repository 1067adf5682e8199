import Bytes
import Foundation
import Journal
import Support
import Synchronization
import Testing

@Suite("A full disk")
struct FullDiskTests {
  /// A journal in memory whose disk takes no more bytes while it is full, and a clock to move.
  private final class Desk: Sendable {
    let disk = MemoryDisk()
    let isFull = Mutex(false)
    let seconds = Mutex<Int64>(0)
    static let root = "/desk"

    init(error: Int32 = ENOSPC) {
      disk.obey { call, _ in
        let takesRoom = call.call == .write || call.call == .allocate
        return takesRoom && self.isFull.withLock { $0 } ? .error(error) : nil
      }
    }

    var options: JournalOptions {
      var options = JournalOptions()
      options.disk = disk
      options.segmentLimit = 2000
      options.bootMark = {
        BootMark(bootID: "boot", nanoseconds: self.seconds.withLock { $0 } * 1_000_000_000)
      }
      return options
    }

    func create() throws -> FileJournal {
      try FileJournal.create(
        in: Self.root, identifier: Sample.identifier, isExercise: true, at: Sample.start,
        options: options)
    }

    func verify() throws -> Verification {
      try JournalReader(folder: Self.root, disk: disk).verify()
    }

    var hasReserve: Bool { disk.content(Self.root + "/reserve") != nil }
  }

  private func expectFull(_ body: () throws -> Void) throws {
    let failure = #expect(throws: JournalFailure.self) { try body() }
    guard case .full = failure else { throw try #require(failure) }
    #expect(failure?.exitCode == .couldNot && failure?.isTemporary == true)
  }

  @Test("refuses, keeps what stands, and goes on without a restart", arguments: [ENOSPC, EDQUOT])
  func recovers(error: Int32) throws {
    let desk = Desk(error: error)
    let journal = try desk.create()
    #expect(desk.hasReserve)
    let kept = try journal.commit(1)
    desk.isFull.withLock { $0 = true }
    try expectFull { _ = try journal.commit(2) }
    #expect(!desk.hasReserve && journal.head == kept && journal.durableHead == kept)
    #expect(try desk.verify().head == kept)
    // Until the owner has made its state anew, not even what uses the reserve is taken.
    desk.isFull.withLock { $0 = false }
    try expectFull {
      _ = try journal.append(
        events: [FileJournal.event(3)], actor: "desk", at: Sample.start, usesReserve: true)
    }
    #expect(try !journal.resume(at: journal.head))
    let own = try journal.append(
      events: [FileJournal.event(3)], actor: "desk", at: Sample.start, usesReserve: true)
    try journal.waitUntilDurable(own.sequence)
    try expectFull { _ = try journal.commit(4) }
    // Room is looked for every five seconds.
    #expect(try !journal.resume(at: journal.head))
    desk.seconds.withLock { $0 = 6 }
    #expect(try journal.resume(at: journal.head) && desk.hasReserve && journal.shortage == nil)
    let next = try journal.commit(5)
    #expect(next.sequence == kept.sequence + 2)
    try journal.close()
    let found = try desk.verify()
    #expect(found.head == next && found.tornTail == nil)
  }

  @Test("takes nothing while its owner's state holds what was refused")
  func staleOwner() throws {
    let desk = Desk()
    let journal = try desk.create()
    let kept = try journal.commit(1)
    desk.isFull.withLock { $0 = true }
    try expectFull { _ = try journal.commit(2) }
    _ = try journal.resume(at: kept)
    // The owner counts this one in, and it is refused as well before the owner looks again.
    let own = try journal.append(
      events: [FileJournal.event(3)], actor: "desk", at: Sample.start, usesReserve: true)
    try expectFull { try journal.waitUntilDurable(own) }
    desk.isFull.withLock { $0 = false }
    desk.seconds.withLock { $0 = 6 }
    #expect(try !journal.resume(at: own))
    try expectFull {
      _ = try journal.append(
        events: [FileJournal.event(4)], actor: "desk", at: Sample.start, usesReserve: true)
    }
    #expect(try !journal.resume(at: kept))
    desk.seconds.withLock { $0 = 12 }
    #expect(try journal.resume(at: kept))
    #expect(try journal.commit(5).sequence == own.sequence)
    try journal.close()
  }

  @Test("is looked at again and again while it lasts")
  func lasts() throws {
    let desk = Desk()
    let journal = try desk.create()
    desk.isFull.withLock { $0 = true }
    try expectFull { _ = try journal.commit(1) }
    _ = try journal.resume(at: journal.head)
    for round in 1...5 {
      desk.seconds.withLock { $0 = Int64(round) * 6 }
      #expect(try !journal.resume(at: journal.head))
      try expectFull { _ = try journal.commit(round) }
      // The reserve is gone as well.
      try expectFull {
        let head = try journal.append(
          events: [FileJournal.event(9)], actor: "desk", at: Sample.start, usesReserve: true)
        try journal.waitUntilDurable(head.sequence)
      }
      _ = try journal.resume(at: journal.head)
    }
    desk.isFull.withLock { $0 = false }
    desk.seconds.withLock { $0 = 100 }
    #expect(try journal.resume(at: journal.head))
    #expect(try journal.commit(1).sequence == 2)
    try journal.close()
  }

  @Test("in mid-write takes the part that was written back, also where a new segment begins")
  func partial() throws {
    for records in 0..<12 {
      let disk = MemoryDisk()
      var options = JournalOptions()
      options.disk = disk
      options.segmentLimit = 1200
      let journal = try FileJournal.create(
        in: "/desk", identifier: Sample.identifier, isExercise: false, at: Sample.start,
        options: options)
      for number in 0..<records { _ = try journal.commit(number) }
      let head = journal.durableHead
      let writes = Mutex(0)
      disk.obey { call, _ in
        guard call.call == .write else { return nil }
        return writes.withLock { count in
          count += 1
          return count == 1 ? .short : .error(ENOSPC)
        }
      }
      try expectFull { _ = try journal.commit(99) }
      disk.obey { _, _ in nil }
      let found = try JournalReader(folder: "/desk", disk: disk).verify()
      #expect(found.head == head && found.tornTail == nil, "after \(records)")
      _ = try journal.resume(at: journal.head)
      let own = try journal.append(
        events: [FileJournal.event(1)], actor: "desk", at: Sample.start, usesReserve: true)
      try journal.waitUntilDurable(own.sequence)
      try journal.close()
      #expect(try JournalReader(folder: "/desk", disk: disk).verify().head.sequence >= own.sequence)
    }
  }

  @Test("never lets a refused record pass for the one that got its number")
  func dropped() async throws {
    let desk = Desk()
    let journal = try desk.create()
    desk.isFull.withLock { $0 = true }
    let refused = try journal.appendNote(1)
    try expectFull { try journal.waitUntilDurable(refused.sequence) }
    desk.isFull.withLock { $0 = false }
    _ = try journal.resume(at: journal.head)
    desk.seconds.withLock { $0 = 6 }
    #expect(try journal.resume(at: journal.head))
    let other = try journal.commit(2)
    #expect(other.sequence == refused.sequence && other.hash != refused.hash)
    let failure = await #expect(throws: JournalFailure.self) { try await journal.durable(refused) }
    guard case .full = failure else { throw try #require(failure) }
    try await journal.durable(other)
    try journal.close()
  }

  @Test(
    "ends the writing where the part cannot be taken back",
    arguments: [DiskCall.truncate, .synchroniseData])
  func cannotTakeBack(call broken: DiskCall) throws {
    let desk = Desk()
    let journal = try desk.create()
    _ = try journal.commit(1)
    desk.disk.obey { call, _ in
      call.call == .write ? .error(ENOSPC) : call.call == broken ? .error(EIO) : nil
    }
    let failure = #expect(throws: JournalFailure.self) { try journal.commit(2) }
    guard case .poisoned(let cause) = failure else { throw try #require(failure) }
    #expect(cause.call == broken)
    let later = #expect(throws: JournalFailure.self) { try journal.commit(3) }
    guard case .poisoned = later else { throw try #require(later) }
  }
}
