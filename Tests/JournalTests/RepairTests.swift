import Bytes
import Foundation
import Journal
import Support
import Testing

@Suite("A repair")
struct RepairTests {
  private func damaged(_ limit: Int64, at index: Int) throws -> (Sample, [Head], Int64) {
    var sample = try Sample()
    sample.options.segmentLimit = limit
    let heads = try sample.fill(12)
    let record = try sample.reader().lines()[index]
    let name = "journal/" + (record.place.file.split(separator: "/").last ?? "")
    var bytes = try sample.folder.read(name)
    bytes[Int(record.place.offset) + 30] ^= 1
    try sample.writeSegment(bytes, name)
    _ = try expectDamage { try sample.open() }
    return (sample, heads, record.sequence)
  }

  @Test(
    "keeps what stands before, and what it takes away, and says so",
    arguments: [Int64(64 << 20), 900], [5, 9, 11])
  func truncates(limit: Int64, index: Int) throws {
    let (sample, heads, first) = try damaged(limit, at: index)
    let before = try Self.bytes(sample)
    let repair = JournalRepair(folder: sample.root, options: sample.options)
    let result = try repair.truncate(at: first, now: Sample.start)
    let (journal, records) = try sample.open()
    #expect(journal.recovered == nil && journal.head == result.head)
    #expect(
      records.prefix(Int(first) - 1).map(\.head) == Array(heads.prefix(Int(first) - 1))
        || limit == 900)
    let event = try #require(records.last?.events.first)
    #expect(event["k"]?.string == "journal.truncated" && event["at"]?.integer == first)
    // Nothing is lost: what stands and what was kept are what was there.
    let kept = try result.kept.map { try sample.folder.read("quarantine/" + $0) }
    #expect(kept.reduce(0) { $0 + Int64($1.count) } == result.removed)
    let stands = records.filter { $0.sequence < first }.reduce(0) { $0 + $1.length }
    #expect(stands + Int(result.removed) == before)
    _ = try journal.commit(77)
    try journal.close()
    // What a repair kept is in its record, and is not recorded again.
    let (again, all) = try sample.open()
    try again.close()
    #expect(all.count { $0.events.first?["k"]?.string == "journal.recovered" } == 0)
    #expect(try sample.reader().verify().tornTail == nil)
  }

  private static func bytes(_ sample: Sample) throws -> Int {
    try sample.names("journal").filter { $0.hasSuffix(".jsonl") }
      .reduce(0) { try $0 + sample.folder.read("journal/" + $1).count }
  }

  @Test("does not go where what stands before is damaged, nor beside a daemon")
  func refuses() throws {
    let (sample, _, first) = try damaged(64 << 20, at: 5)
    let repair = JournalRepair(folder: sample.root, options: sample.options)
    _ = try expectDamage { try repair.truncate(at: first + 3, now: Sample.start) }
    #expect(sample.names("quarantine").isEmpty)
    let whole = try Sample()
    let journal = try whole.create()
    _ = try journal.commit(1)
    let failure = #expect(throws: JournalFailure.self) {
      try JournalRepair(folder: whole.root, options: whole.options)
        .truncate(at: 2, now: Sample.start)
    }
    #expect(failure?.exitCode == .tryAgain)
    try journal.close()
  }

  @Test("of which the power goes at any call is done again")
  func cutOff() throws {
    var number = 0
    var isDone = false
    while !isDone {
      let at = number
      let (sample, _, first) = try damaged(900, at: 7)
      let disk = TestDisk { _, count in count >= at ? .error(EIO) : nil }
      let repair = JournalRepair(folder: sample.root, options: sample.with(disk).options)
      isDone = (try? repair.truncate(at: first, now: Sample.start)) != nil
      if (try? sample.reader().verify()) == nil {
        _ = try JournalRepair(folder: sample.root, options: sample.options)
          .truncate(at: first, now: Sample.start)
      }
      let (journal, records) = try sample.open()
      try journal.close()
      // However far it came, what was taken away is in quarantine and a record names it.
      let named = records.flatMap { record in
        record.events.flatMap { event in
          (event["kept"]?.array ?? []).compactMap { $0["name"]?.string }
            + [event["kept"]?.string].compactMap { $0 }
        }
      }
      try #require(Set(sample.names("quarantine")).isSubset(of: named), "call \(at)")
      try #require(!named.isEmpty, "call \(at)")
      number += 1
    }
    #expect(number > 20)
  }
}
