import Bytes
import Foundation
import Journal
import Support
import Testing

@Suite("Damage")
struct DamageTests {
  static let isDeep = ProcessInfo.processInfo.environment["DEEP_TESTS"] != nil

  /// Every bit where there is time for it, else one bit of each byte.
  @Test("of any one bit is found, and is a torn tail at most in the last line")
  func flips() throws {
    let sample = try Sample()
    _ = try sample.fill(Self.isDeep ? 40 : 6)
    let whole = try sample.segment()
    let lines = try sample.reader().lines()
    let lastLine = try #require(lines.last)
    let handle = try FileHandle(
      forUpdating: URL(fileURLWithPath: sample.folder.path(Sample.firstSegment)))
    for index in whole.indices {
      for bit in Self.isDeep ? Array(0..<8) : [index % 8] {
        try handle.seek(toOffset: UInt64(index))
        try handle.write(contentsOf: [whole[index] ^ 1 << UInt8(bit)])
        try expectFound(in: sample, whole: lines, last: lastLine.place.offset, at: index, bit)
      }
      try handle.seek(toOffset: UInt64(index))
      try handle.write(contentsOf: [whole[index]])
    }
    #expect(try sample.segment() == whole)
  }

  private func expectFound(
    in sample: Sample, whole: [Record], last: Int64, at index: Int, _ bit: Int
  ) throws {
    var records: [Record] = []
    let line = whole.lastIndex { $0.place.offset <= Int64(index) } ?? 0
    switch Result(catching: { () throws(JournalFailure) in
      try sample.reader().read { records.append($0) }
    }) {
    case .success(let verification):
      let torn = try #require(verification.tornTail, "bit \(bit) of byte \(index)")
      try #require(index >= last && torn.place.offset == last, "bit \(bit) of byte \(index)")
    case .failure(.damaged(let damage)):
      try #require(damage.place == whole[line].place, "bit \(bit) of byte \(index)")
    case .failure(.newerVersion(let place, _)):
      try #require(place.line == 1 && line == 0, "bit \(bit) of byte \(index)")
    case .failure(let other): throw other
    }
    // Nothing is given that was not written.
    try #require(records.elementsEqual(whole.prefix(records.count)))
  }

  @Test("names the file, the line, the byte, the record, and both hashes")
  func explains() throws {
    let sample = try Sample()
    let heads = try sample.fill(4)
    var bytes = try sample.segment()
    let lines = try sample.reader().lines()
    let digit = Int(lines[3].place.offset) - 4
    bytes[digit] = bytes[digit] == 0x30 ? 0x31 : 0x30
    try sample.writeSegment(bytes)
    let damage = try expectDamage { try sample.open() }
    guard case .hash(let expected, let actual) = damage.problem else {
      throw JournalFailure.damaged(damage)
    }
    #expect(expected == heads[2].hash && actual != expected.hex)
    let text = damage.explanation.en
    #expect(text.contains("00000000000000000001.jsonl:3 "))
    #expect(text.contains("byte \(lines[2].place.offset), record 3"))
    #expect(text.contains(expected.hex) && text.contains(actual))
    #expect(text.contains("record 4 says that all up to 3 were on disk"))
    #expect(damage.explanation.zh.contains("第 3 行") && damage.explanation.zh.contains(actual))
    #expect(try sample.segment() == bytes)
  }

  @Test("is what changed, missing, doubled or exchanged lines are")
  func editing() throws {
    let sample = try Sample()
    _ = try sample.fill(6)
    let whole = try sample.segment()
    let lines = whole.split(separator: 0x0a).map { Array($0) + [0x0a] }
    func expectRefusal(_ edited: [[UInt8]], at line: Int) throws {
      try sample.writeSegment(Array(edited.joined()))
      let damage = try expectDamage { try sample.reader().verify() }
      #expect(damage.place.line == line)
    }
    var missing = lines
    missing.remove(at: 3)
    try expectRefusal(missing, at: 4)
    var doubled = lines
    doubled.insert(lines[3], at: 3)
    try expectRefusal(doubled, at: 5)
    var exchanged = lines
    exchanged.swapAt(3, 4)
    try expectRefusal(exchanged, at: 4)
    // Rewritten in another order of members, as a JSON tool does: the same JSON, other bytes.
    var respaced = lines
    respaced[3].insert(0x20, at: 1)
    try expectRefusal(respaced, at: 4)
  }

  @Test("of a chain that was calculated anew is found by a head that is known outside")
  func rewritten() throws {
    let sample = try Sample()
    let heads = try sample.fill(4)
    let forged = try Sample()
    let journal = try forged.create()
    for number in [1, 2, 7, 4] { _ = try journal.commit(number) }
    try journal.close()
    #expect(try forged.reader().verify(expecting: heads[2]).records == 5)
    let failure = #expect(throws: JournalFailure.self) {
      try forged.reader().verify(expecting: heads[4])
    }
    #expect(failure == .headMismatch(expected: heads[4], actual: journal.head.hash))
    #expect(failure?.exitCode == .headMismatch)
  }

  @Test("is an event that its owner cannot accept, at the place where it stands")
  func owner() throws {
    let sample = try Sample()
    _ = try sample.fill(3)
    let reason = Bilingual(zh: "发布早于审核", en: "released before it was reviewed")
    let damage = try expectDamage {
      try FileJournal.open(in: sample.root, at: Sample.start, options: sample.options) {
        record throws(JournalFailure) in
        if record.note == 2 { throw record.unreadable(reason) }
      }
    }
    #expect(damage.problem == .event(reason) && damage.sequence == 3 && damage.place.line == 3)
    // The lock was given back.
    let (journal, _) = try sample.open()
    try journal.close()
  }

  @Test("is a segment that is missing, or is not the one that should follow")
  func segments() throws {
    var sample = try Sample()
    sample.options.segmentLimit = 1000
    _ = try sample.fill(12)
    let names = sample.names("journal").filter { $0.hasSuffix(".jsonl") }
    try #require(names.count > 3)
    let third = "journal/" + names[2]
    let bytes = try sample.folder.read(third)

    try FileManager.default.removeItem(atPath: sample.folder.path(third))
    let missing = try expectDamage { try sample.open() }
    #expect(missing.problem == .missingSegment(found: names[3]))
    #expect(missing.sequence == Int64(names[2].dropLast(6)))

    // A closed segment cannot be cut off by a power failure.
    try sample.folder.write(third, Array(bytes.dropLast(30)))
    let cut = try expectDamage { try sample.open() }
    #expect(cut.problem == .cutOff && cut.evidence == .laterSegment(names[3]))

    try sample.folder.write(third, [])
    #expect(try expectDamage { try sample.open() }.evidence == .laterSegment(names[3]))

    let first = try sample.folder.read("journal/" + names[0])
    try FileManager.default.removeItem(atPath: sample.folder.path("journal/" + names[0]))
    #expect(try expectDamage { try sample.open() }.sequence == 1)
    try sample.folder.write("journal/" + names[0], first)
    try sample.folder.write(third, bytes)
    #expect(try sample.reader().verify().segments == names.count)
  }
}

@Suite("A newer version's journal")
struct NewerVersionTests {
  /// A second line with this head, in a chain that holds.
  private func writeLine(_ sample: Sample, _ body: String) throws -> Head {
    let journal = try sample.create()
    try journal.close()
    let hash = SHA256.hash(journal.head.hash.bytes + Array(body.utf8))
    try sample.writeSegment(
      try sample.segment() + Array((body + #","h":"\#(hash.hex)"}"# + "\n").utf8))
    return Head(sequence: 2, hash: hash)
  }

  @Test("is refused by name, and nothing is changed")
  func line() throws {
    let sample = try Sample()
    let head = try writeLine(sample, #"{"v":2,"n":2,"whatever":[]"#)
    let before = try sample.segment()
    let failure = #expect(throws: JournalFailure.self) { try sample.open() }
    #expect(failure?.exitCode == .newerVersion)
    #expect(failure?.explanation.en.contains("(v 2)") == true)
    #expect(try sample.segment() == before)
    #expect(head.sequence == 2)
  }

  @Test("may add members and events to version 1, which are kept and passed on")
  func additions() throws {
    let sample = try Sample()
    let head = try writeLine(
      sample,
      #"{"v":1,"n":2,"t":"2027-01-01T00:00:00Z","b":"x:1","c":1,"a":"user:li","new":{"x":1},"#
        + #""e":[{"k":"tomorrow.kind","x":[1,null]}]"#)
    let (journal, records) = try sample.open()
    #expect(journal.head == head)
    let written = try JSONReader.read(#"{"k":"tomorrow.kind","x":[1,null]}"#)
    #expect(records.last?.events == [written])
    try journal.close()
  }

  @Test("is not what a chained line of nonsense is")
  func nonsense() throws {
    for body in [
      #"{"v":0,"n":2"#, #"{"n":2"#, #"{"v":1,"n":2"#, #"{"v":1,"n":"2""#, #"[1"#,
      #"{"v":1,"n":3,"t":"2027-01-01T00:00:00Z","b":"x:1","c":1,"a":"a","e":[]"#,
      #"{"v":1,"n":2,"t":"2027-01-01T00:00:00Z","b":"x:1","c":2,"a":"a","e":[]"#,
      #"{"v":1,"n":2,"t":"yesterday","b":"x:1","c":1,"a":"a","e":[]"#,
      #"{"v":1,"n":2,"t":"2027-01-01T00:00:00Z","b":"x","c":1,"a":"a","e":[]"#,
    ] {
      let sample = try Sample()
      _ = try writeLine(sample, body)
      let verification = try sample.reader().verify()
      #expect(verification.records == 1 && verification.tornTail != nil, "\(body)")
    }
  }

  @Test(
    "is known by the header of a segment",
    arguments: [("incident-journal/1", "incident-journal/2"), ("sha256", "sm3")])
  func header(old: String, new: String) throws {
    let sample = try Sample()
    _ = try sample.fill(1)
    let text = String(decoding: try sample.segment(), as: UTF8.self)
    try sample.writeSegment(Array(text.replacingOccurrences(of: old, with: new).utf8))
    let failure = #expect(throws: JournalFailure.self) { try sample.open() }
    #expect(failure?.exitCode == .newerVersion)
    #expect(failure?.explanation.zh.contains(new) == true)
  }
}
