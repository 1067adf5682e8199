import Bytes
import Foundation
import Journal
import Support
import Synchronization
import Testing

/// A journal of several blocks: while the lines of one are put to use, the next is looked at.
@Suite("Reading block by block", .timeLimit(.minutes(2)))
struct BlockTests {
  private static let count = 4500
  private static let text = String(repeating: "长 long ", count: 350)

  /// Some 16 MB, so that there are at least three blocks.
  private static func sample(_ disk: TestDisk = TestDisk()) throws -> Sample {
    let sample = try Sample(disk)
    let journal = try sample.create()
    for number in 1...count {
      let event = Array(#"{"k":"note","number":\#(number),"text":"\#(text)"}"#.utf8)
      let head = try journal.append(
        events: [event], actor: "user:li", at: Sample.start + .seconds(number))
      if number % 500 == 0 { try journal.waitUntilDurable(head) }
    }
    try journal.close()
    return sample
  }

  @Test("gives each record once and in order, and verifies as many")
  func whole() throws {
    let sample = try Self.sample()
    var notes: [Int] = []
    let read = try sample.reader().read { notes += [$0.note].compactMap { $0 } }
    #expect(notes == Array(1...Self.count))
    let verified = try sample.reader().verify()
    #expect(verified == read && verified.records == Int64(Self.count) + 1)
    #expect(verified.bytes == Int64(try sample.segment().count) && verified.bytes > 12 << 20)
    var some: [Int64] = []
    _ = try sample.reader().read(2000...2002) { some.append($0.sequence) }
    #expect(some == [2000, 2001, 2002])
  }

  @Test("names damage in any block where it stands, and gives what stands before it")
  func damage() throws {
    let sample = try Self.sample()
    let lines = try sample.reader().lines()
    let bytes = try sample.segment()
    let borders = lines.indices.filter { index in
      index > 0 && lines[index].place.offset >> 22 != lines[index - 1].place.offset >> 22
    }
    try #require(borders.count >= 3)
    for line in borders.flatMap({ [$0 - 2, $0 - 1, $0, $0 + 1] }) {
      // In its text, and in the hash that it bears.
      for shift in [900, lines[line].length - 10] {
        var damaged = bytes
        damaged[Int(lines[line].place.offset) + shift] ^= 1
        try sample.writeSegment(damaged)
        var given: Int64 = 0
        let reading = try expectDamage {
          try sample.reader().read { given = $0.sequence }
        }
        let verifying = try expectDamage { try sample.reader().verify() }
        #expect(reading == verifying && reading.place == lines[line].place)
        #expect(reading.sequence == Int64(line + 1) && given == Int64(line))
        guard case .hash = reading.problem else { throw JournalFailure.damaged(reading) }
      }
    }
  }

  @Test("says that a block cannot be read when its turn comes, and not before")
  func unreadable() throws {
    let sample = try Self.sample()
    let lines = try sample.reader().lines()
    let whole = TestDisk()
    _ = try sample.with(whole).reader().verify()
    for read in 1..<whole.count(.read) {
      let disk = TestDisk { [reads = Counter()] call, _ in
        call.call == .read && reads.next() == read ? .error(EIO) : nil
      }
      var given: Int64 = 0
      let result = Result { () throws(JournalFailure) in
        try sample.with(disk).reader().read { given = $0.sequence }
      }
      guard case .failure(.disk(let failure)) = result else {
        Issue.record("read \(read): \(result)")
        continue
      }
      #expect(failure.call == .read && failure.number == ErrorNumber(EIO))
      // All that earlier reads have brought, which is whole blocks of lines.
      #expect(given >= 1 && given < Int64(lines.count))
      if read > 1 { #expect(lines[Int(given)].place.offset > Int64(read - 2) << 22) }
    }
  }

  @Test("ends where the one who reads throws, in any block", arguments: [1, 900, 2600, 4400])
  func thrown(at number: Int) throws {
    let sample = try Self.sample()
    var given = 0
    #expect(throws: JournalFailure.closed) {
      _ = try sample.reader().read { (record) throws(JournalFailure) in
        given += 1
        if record.note == number { throw .closed }
      }
    }
    #expect(given == number + 1)
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)

  /// From 0.
  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}
