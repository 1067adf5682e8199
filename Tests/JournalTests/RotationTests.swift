import Bytes
import Foundation
import Journal
import Support
import Testing

@Suite("Segments")
struct RotationTests {
  private func mode(_ sample: Sample, _ name: String) throws -> Int? {
    let path = sample.folder.path(name)
    return try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("follow each other by size, closed ones read-only, each readable by itself")
  func bySize() throws {
    var sample = try Sample()
    sample.options.segmentLimit = 2000
    let heads = try sample.fill(40)
    let names = sample.names("journal").filter { $0.hasSuffix(".jsonl") }
    #expect(names.count > 5)
    #expect(try mode(sample, "journal") == 0o700)
    for name in names.dropLast() {
      #expect(try mode(sample, "journal/" + name) == 0o400)
      let size = try sample.folder.read("journal/" + name).count
      #expect(size >= 2000 && size < 3000)
    }
    #expect(try mode(sample, "journal/" + names[names.count - 1]) == 0o600)

    let records = try sample.reader().lines()
    #expect(records.map(\.sequence) == Array(1...Int64(records.count)))
    #expect(records.compactMap(\.note) == Array(1...40))
    var previous = ""
    for record in records where record.place.line == 1 {
      let event = try #require(record.events.first)
      #expect(event["k"]?.string == "segment" && event["prev"]?.string == previous)
      #expect(event["exercise"]?.boolean == true)
      previous = try #require(record.place.file.split(separator: "/").last.map(String.init))
      #expect(previous.hasPrefix("0000") && previous.contains("\(record.sequence).jsonl"))
      let before = records.last { $0.sequence < record.sequence }
      if let before { #expect(event["prevHash"]?.string == before.hash.hex) }
    }
    #expect(heads.dropFirst().allSatisfy { head in records.contains { $0.head == head } })
  }

  @Test("follow each other by the month of UTC, and not where the clock is put back")
  func byMonth() throws {
    let sample = try Sample()
    let journal = try sample.create()
    func append(_ time: String) throws {
      let instant = try #require(Instant(iso8601: time))
      let head = try journal.append(events: [FileJournal.event(1)], actor: "a", at: instant)
      try journal.waitUntilDurable(head.sequence)
    }
    try append("2026-11-30T23:59:59.999999Z")
    #expect(sample.names("journal").count == 2)
    try append("2026-12-01T07:59:59+08:00")
    #expect(sample.names("journal").count == 2)
    try append("2026-12-01T00:00:00Z")
    #expect(sample.names("journal").count == 3)
    try append("2026-11-30T00:00:00Z")
    try append("2026-12-02T00:00:00Z")
    #expect(sample.names("journal").count == 3)
    try append("2027-01-01T00:00:00Z")
    #expect(sample.names("journal").count == 4)
    try journal.close()

    // The month is that of the header, also after a restart.
    let (again, _) = try sample.open()
    let inJanuary = try #require(Instant(iso8601: "2027-01-31T00:00:00Z"))
    let head = try again.append(events: [FileJournal.event(2)], actor: "a", at: inJanuary)
    try again.waitUntilDurable(head.sequence)
    #expect(sample.names("journal").count == 4)
    try again.close()
    #expect(try sample.reader().verify().segments == 3)
  }

  @Test("are begun in the order that a power failure cannot spoil")
  func order() throws {
    let disk = TestDisk()
    var sample = try Sample(disk)
    sample.options.segmentLimit = 10
    let journal = try sample.create()
    let before = disk.calls.count
    _ = try journal.commit(1)
    try journal.close()
    let calls = disk.calls.dropFirst(before).prefix(7)
    #expect(
      calls.map(\.call) == [
        .open, .write, .synchroniseData, .open, .synchronise, .setMode, .write,
      ])
    #expect(calls.first?.path.hasSuffix("00000000000000000002.jsonl") == true)
    #expect(calls.map(\.path)[5].hasSuffix("00000000000000000001.jsonl"))
  }

  @Test("that were begun and not finished go, wherever the last one is cut")
  func cutRotation() throws {
    var original = try Sample()
    original.options.segmentLimit = 700
    let heads = try original.fill(3)
    let names = original.names("journal").filter { $0.hasSuffix(".jsonl") }
    try #require(names.count == 2)
    let files = try names.map { try original.folder.read("journal/" + $0) }
    let header = try #require(files[1].firstIndex(of: 0x0a)) + 1
    for length in 0..<header {
      var sample = try Sample()
      sample.options.segmentLimit = 10_000
      try sample.folder.write("journal/" + names[0], files[0])
      chmod(sample.folder.path("journal/" + names[0]), 0o400)
      try sample.folder.write("journal/" + names[1], Array(files[1][..<length]))
      let (journal, records) = try sample.open()
      try #require(journal.recovered?.place.offset == 0)
      try #require(journal.recovered?.length == length)
      let kept = heads.filter { $0.sequence < Int64(records.count) }
      try #require(kept.allSatisfy { head in records.contains { $0.head == head } })
      let event = try #require(records.last?.events.first)
      try #require(event["k"]?.string == "journal.recovered")
      try #require(event["len"]?.integer == Int64(length))
      try #require(event["segment"]?.string == names[1])
      try #require(sample.names("quarantine").count == (length > 0 ? 1 : 0))
      _ = try journal.commit(9)
      try journal.close()
      try #require(try sample.reader().verify().segments == 1)
    }
  }

  @Test("that were closed without their mode get it at the next start")
  func modes() throws {
    var sample = try Sample()
    sample.options.segmentLimit = 700
    _ = try sample.fill(3)
    let names = sample.names("journal").filter { $0.hasSuffix(".jsonl") }
    chmod(sample.folder.path("journal/" + names[0]), 0o600)
    chmod(sample.folder.path("journal/" + names[1]), 0o400)
    let (journal, _) = try sample.open()
    #expect(try mode(sample, "journal/" + names[0]) == 0o400)
    #expect(try mode(sample, "journal/" + names[1]) == 0o600)
    try journal.close()
  }
}
