import Bytes
import Foundation
import Journal
import Support
import Testing

@Suite("Recovery")
struct RecoveryTests {
  @Test("keeps every whole record when the file is cut at any byte, and the rest as evidence")
  func cuts() throws {
    let original = try Sample()
    let heads = try original.fill(2)
    let whole = try original.segment()
    let ends = whole.indices.filter { whole[$0] == 0x0a }.map { $0 + 1 }
    for length in 0...whole.count {
      let sample = try Sample()
      let cut = Array(whole[..<length])
      try sample.folder.write(Sample.firstSegment, cut)
      let kept = ends.filter { $0 <= length }
      guard let end = kept.last else {
        // A first segment gets its name only when its header is on disk.
        let failure = #expect(throws: JournalFailure.self) { try sample.open() }
        try #require(failure?.exitCode == .damaged)
        continue
      }
      let (journal, records) = try sample.open()
      try journal.close()
      try #require(Array(records.map(\.head).prefix(kept.count)) == Array(heads.prefix(kept.count)))
      let torn = Array(cut[end...])
      guard !torn.isEmpty else {
        try #require(journal.recovered == nil && records.count == kept.count)
        continue
      }
      try expectEvidence(of: torn, at: end, in: sample, records.dropFirst(kept.count))
    }
  }

  private func expectEvidence(
    of torn: [UInt8], at offset: Int, in sample: Sample, _ added: ArraySlice<Record>
  ) throws {
    try #require(added.count == 1)
    let event = try #require(added.first?.events.first)
    try #require(event["k"]?.string == "journal.recovered")
    try #require(event["segment"]?.string == "00000000000000000001.jsonl")
    try #require(event["offset"]?.integer == Int64(offset))
    try #require(event["len"]?.integer == Int64(torn.count))
    try #require(event["sha256"]?.string == SHA256.hash(torn).hex)
    let name = try #require(event["kept"]?.string)
    try #require(sample.names("quarantine") == [name])
    try #require(try sample.folder.read("quarantine/" + name) == torn)
    // What was recovered reads like any other journal, and is not recovered twice.
    guard torn.count % 16 == 1 else { return }
    let (again, records) = try sample.open()
    try again.close()
    try #require(again.recovered == nil)
    try #require(records.last == added.first)
  }

  @Test("goes on with the numbers after what it kept")
  func goesOn() throws {
    let sample = try Sample()
    _ = try sample.fill(3)
    try sample.writeSegment(try sample.segment().dropLast(10))
    let (journal, records) = try sample.open()
    #expect(records.map(\.sequence) == [1, 2, 3, 4])
    #expect(journal.recovered?.sequence == 4)
    #expect(try journal.commit(9).sequence == 5)
    try journal.close()
    #expect(try sample.reader().verify().records == 5)
  }

  @Test("takes a tail of zeros for one that was cut off", arguments: [1, 72, 4096, 1_048_576])
  func zeros(count: Int) throws {
    let sample = try Sample()
    _ = try sample.fill(3)
    try sample.writeSegment(try sample.segment() + [UInt8](repeating: 0, count: count))
    let (journal, records) = try sample.open()
    #expect(journal.recovered?.length == count)
    #expect(records.count == 5)
    try journal.close()
  }

  @Test("takes whole lines for cut off too where the batch before them is not whole")
  func batchWithAHole() throws {
    let gate = Gate()
    let disk = TestDisk { call, _ in
      if call.call == .write { gate.pass() }
      return nil
    }
    let sample = try Sample(disk)
    let journal = try sample.create()
    _ = try journal.appendNote(1)
    gate.awaitArrival()
    // Three records in one write: none of them knows of another that is on disk.
    for number in 2...4 { _ = try journal.appendNote(number) }
    gate.open()
    gate.open()
    try journal.close()
    var bytes = try sample.segment()
    let lines = try sample.reader().lines()
    try #require(lines.map(\.watermark) == [0, 1, 1, 1, 1])
    // The page of the second never reached the disk.
    for index in Int(lines[2].place.offset)..<Int(lines[3].place.offset) { bytes[index] = 0 }
    try sample.writeSegment(bytes)
    let (again, records) = try sample.with(TestDisk()).open()
    #expect(records.prefix(2).map(\.hash) == lines.prefix(2).map(\.hash))
    #expect(again.recovered?.place.offset == lines[2].place.offset)
    #expect(again.recovered?.length == bytes.count - Int(lines[2].place.offset))
    try again.close()
  }

  @Test("does not take more than one write for a tail")
  func tooLong() throws {
    let sample = try Sample()
    _ = try sample.fill(3)
    let whole = try sample.segment()
    let damaged = whole + [UInt8](repeating: 0, count: 1_048_577)
    try sample.writeSegment(damaged)
    let damage = try expectDamage { try sample.open() }
    #expect(damage.evidence == .longerThanABatch(1_048_577))
    #expect(damage.place.offset == Int64(whole.count) && damage.place.line == 5)
    #expect(damage.sequence == 5)
    #expect(try sample.segment() == damaged)
  }

  @Test("does not take a record for cut off that a later line says was on disk")
  func watermark() throws {
    let sample = try Sample()
    _ = try sample.fill(4)
    let lines = try sample.reader().lines()
    var bytes = try sample.segment()
    // The line break between the last two but one is damaged, so that neither is a line.
    bytes[Int(lines[4].place.offset) - 1] = 0x20
    try sample.writeSegment(bytes)
    let damage = try expectDamage { try sample.open() }
    #expect(damage.evidence == .watermark(4, ofRecord: 5))
    #expect(damage.sequence == 4 && damage.place == lines[3].place)
    #expect(try sample.segment() == bytes)
    #expect(sample.names("quarantine").isEmpty)
  }

  @Test("does not take a record for cut off, or for never written, whose head is known outside")
  func anchors() throws {
    let sample = try Sample()
    let heads = try sample.fill(4)
    let last = try #require(heads.last)
    let whole = try sample.segment()
    let (journal, _) = try sample.open(anchors: heads)
    try journal.close()

    try sample.writeSegment(whole.dropLast(1))
    let damage = try expectDamage { try sample.open(anchors: [heads[1], last]) }
    #expect(damage.evidence == .anchor(5) && damage.problem == .cutOff)

    let start = try sample.reader().lines()[3].place.offset
    try sample.writeSegment(Array(whole[..<Int(start)]))
    let failure = #expect(throws: JournalFailure.self) { try sample.open(anchors: [last]) }
    #expect(failure == .headMismatch(expected: last, actual: nil))
    #expect(failure?.exitCode == .headMismatch)

    let (shorter, _) = try sample.open(anchors: [heads[1]])
    try shorter.close()
    let forged = Head(sequence: 2, hash: heads[2].hash)
    let mismatch = #expect(throws: JournalFailure.self) { try sample.open(anchors: [forged]) }
    #expect(mismatch == .headMismatch(expected: forged, actual: heads[1].hash))
  }

  @Test("that was itself cut off is finished by the next, and is recorded once")
  func twice() throws {
    let sample = try Sample()
    _ = try sample.fill(3)
    let torn = Array("{\"v\":1,".utf8)
    let damaged = try sample.segment() + torn
    var stopAt = 0
    var isReached = true
    // The disk goes away at each call in turn; the next start makes it good.
    while isReached {
      try? FileManager.default.removeItem(atPath: sample.folder.path("quarantine"))
      try sample.writeSegment(damaged)
      let number = stopAt
      let stopping = TestDisk { _, count in count >= number ? .error(EIO) : nil }
      // How far it comes is decided by the call; that it stops is what is wanted.
      if let (stopped, _) = try? sample.with(stopping).open() { try? stopped.close() }
      isReached = stopping.calls.count > stopAt
      let (journal, records) = try sample.open()
      try journal.close()
      let recovered = records.filter { $0.events.first?["k"]?.string == "journal.recovered" }
      try #require(recovered.count == 1, "stopped at call \(stopAt)")
      try #require(recovered.first?.events.first?["sha256"]?.string == SHA256.hash(torn).hex)
      try #require(records.map(\.sequence) == Array(1...Int64(records.count)))
      stopAt += 1
    }
    #expect(stopAt > 20)
  }

  @Test("writes the end once more after an unclean stop, and only then")
  func rewriting() throws {
    let sample = try Sample()
    _ = try sample.fill(2)
    let segment = try sample.segment()

    let clean = TestDisk()
    let (first, _) = try sample.with(clean).open()
    let wrote = clean.calls.contains {
      $0.call == .rewrite && $0.path.hasSuffix(".jsonl")
    }
    #expect(!wrote)
    try first.close()

    // A process that was killed has left its number in the lock file.
    try sample.folder.write("journal/lock", "4711 c0ffee\n")
    let unclean = TestDisk()
    let (second, _) = try sample.with(unclean).open()
    let path = sample.folder.path(Sample.firstSegment)
    let order = unclean.calls.drop { $0.call != .rewrite || $0.path != path }.map(\.call)
    #expect(order.starts(with: [.rewrite, .synchroniseData, .open, .synchronise]))
    #expect(try sample.segment() == segment)
    try second.close()
  }

  @Test("refuses to write where the end cannot be written once more")
  func cannotRewrite() throws {
    let sample = try Sample()
    _ = try sample.fill(2)
    try sample.folder.write("journal/lock", "4711 c0ffee\n")
    let broken = TestDisk { call, _ in
      call.call == .synchroniseData ? .error(EIO) : nil
    }
    let failure = #expect(throws: JournalFailure.self) { try sample.with(broken).open() }
    #expect(failure?.exitCode == .couldNot)
    #expect(broken.count(.write) == 0)
    #expect(try sample.reader().verify().records == 3)
  }

  @Test("takes a journal's cut-off making for nothing, so that it can be made again")
  func unfinished() throws {
    let sample = try Sample()
    let broken = TestDisk { call, _ in call.call == .rename ? .error(EIO) : nil }
    #expect(throws: JournalFailure.self) { try sample.with(broken).create() }
    let failure = #expect(throws: JournalFailure.self) { try sample.open() }
    #expect(failure == .missing(folder: sample.root))
    let heads = try sample.fill(1)
    #expect(heads.count == 2)
  }
}

extension JournalReader {
  func lines() throws(JournalFailure) -> [Record] {
    var records: [Record] = []
    _ = try read { records.append($0) }
    return records
  }
}

/// The damage for which something was refused, with the exit code that goes with it.
func expectDamage<Value>(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Value
) throws -> Damage {
  let failure = #expect(throws: JournalFailure.self, sourceLocation: sourceLocation) {
    _ = try body()
  }
  #expect(failure?.exitCode == .damaged, sourceLocation: sourceLocation)
  guard case .damaged(let damage) = try #require(failure, sourceLocation: sourceLocation) else {
    throw try #require(failure)
  }
  return damage
}
