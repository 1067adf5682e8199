import Bytes
import Journal
import Support
import Testing

@Suite("Reading without the lock", .timeLimit(.minutes(2)))
struct ReaderTests {
  @Test("stops at the line that is being written, and sees what is whole")
  func whileWriting() throws {
    let gate = Gate()
    let disk = TestDisk { call, number in
      // The second write takes one byte only, and the rest of it waits.
      guard call.call == .write else { return nil }
      gate.pass()
      return .short
    }
    let sample = try Sample(disk)
    let journal = try sample.create()
    _ = try journal.appendNote(1)
    gate.awaitArrival()
    let reader = sample.with(TestDisk()).reader()
    #expect(try reader.verify().records == 1)
    gate.open()
    gate.awaitArrival()
    let verification = try reader.verify()
    #expect(verification.records == 1)
    #expect(verification.tornTail?.length == 1 && verification.tornTail?.sequence == 2)
    #expect(verification.head.sequence == 1)
    for _ in 0..<1000 { gate.open() }
    try journal.close()
    #expect(try reader.verify().records == 2)
    #expect(try reader.verify().tornTail == nil)
  }

  @Test("beside a writer sees a growing whole, across segments")
  func growing() async throws {
    var sample = try Sample()
    sample.options.segmentLimit = 3000
    let journal = try sample.create()
    let reader = sample.with(TestDisk()).reader()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 0..<150 {
          try await journal.durable(try journal.appendNote(number).sequence)
        }
      }
      group.addTask {
        var last: [Head] = []
        while last.count < 150 {
          let known = journal.durableHead
          var heads: [Head] = []
          _ = try reader.read { heads.append($0.head) }
          try #require(heads.starts(with: last) && heads.contains(known))
          last = heads
        }
      }
      try await group.waitForAll()
    }
    try journal.close()
  }

  @Test("gives the records that are asked for, from any on, through any", arguments: 1...12)
  func ranges(first: Int64) throws {
    var sample = try Sample()
    sample.options.segmentLimit = 700
    let heads = try sample.fill(6)
    let last = try #require(heads.last).sequence
    for end in first...max(first, last + 1) {
      var sequences: [Int64] = []
      let read = try sample.reader().read(first...end) { sequences.append($0.sequence) }
      #expect(sequences == (1...last).filter { (first...end).contains($0) })
      #expect(read.head.sequence <= max(end, first))
    }
    var tail: [Int64] = []
    _ = try sample.reader().read(first...Int64.max) { tail.append($0.sequence) }
    #expect(tail == (1...last).filter { $0 >= first })
  }

  @Test("checks from a record on what follows it, whatever stands in earlier segments")
  func verifyFrom() throws {
    var sample = try Sample()
    sample.options.segmentLimit = 700
    let heads = try sample.fill(6)
    let names = sample.names("journal").filter { $0.hasSuffix(".jsonl") }
    let second = try #require(Int64(names[1].dropLast(6)))
    var bytes = try sample.segment()
    bytes[400] ^= 1
    try sample.folder.write(Sample.firstSegment, bytes)

    #expect(throws: JournalFailure.self) { try sample.reader().verify() }
    #expect(throws: JournalFailure.self) { try sample.reader().verify(from: second - 1) }
    let verification = try sample.reader().verify(from: second, expecting: heads.last)
    #expect(verification.head == heads.last && verification.segments == names.count - 1)
    // What is expected is looked at, even where it stands before.
    #expect(throws: JournalFailure.self) {
      try sample.reader().verify(from: second, expecting: heads.first)
    }
  }

  @Test("tells what it found in both languages")
  func explained() throws {
    let sample = try Sample()
    let heads = try sample.fill(3)
    let verification = try sample.reader().verify(expecting: heads[3])
    #expect(verification.records == 4 && verification.segments == 1)
    #expect(verification.bytes == Int64(try sample.segment().count))
    #expect(verification.identifier == Sample.identifier && verification.isExercise)
    let text = verification.explanation
    #expect(text.en.hasPrefix("EXERCISE: ") && text.en.contains("4 records in 1 file are whole"))
    #expect(text.zh.hasPrefix("【演练】") && text.zh.contains(heads[3].description))
    #expect(throws: JournalFailure.missing(folder: "/nowhere")) {
      try JournalReader(folder: "/nowhere").verify()
    }
  }

  @Test(
    "explains each failure in both languages, with an exit code that scripts know",
    arguments: failures)
  func everyFailure(failure: JournalFailure, code: ExitCode, words: String) {
    let text = failure.explanation
    #expect(failure.exitCode == code)
    #expect(text.en.contains(words) && !text.en.hasSuffix("."))
    #expect(text.zh.unicodeScalars.contains { $0.value > 0x4e00 } && !text.zh.hasSuffix("。"))
    #expect(text.zh != text.en)
  }

  private static let digest = SHA256.hash("x")
  private static let place = Record.Place(file: "f.jsonl", line: 7, offset: 900)

  static let failures: [(JournalFailure, ExitCode, String)] = [
    (.locked(folder: "d", by: 12), .tryAgain, "process 12"),
    (.locked(folder: "d", by: nil), .tryAgain, "another process"),
    (.unsafeFileSystem(folder: "d", kind: "nfs"), .couldNot, "nfs"),
    (.unsafeFileSystem(folder: "d", kind: nil), .couldNot, "--unsafe-fs"),
    (.existing(folder: "d"), .refused, "already"),
    (.missing(folder: "d"), .couldNot, "incident init"),
    (.headMismatch(expected: Head(sequence: 4, hash: digest), actual: nil), .headMismatch, "4"),
    (
      .headMismatch(expected: Head(sequence: 4, hash: digest), actual: SHA256.hash("y")),
      .headMismatch, "rewritten"
    ),
    (.newerVersion(place, found: "v 2"), .newerVersion, "f.jsonl:7"),
    (.poisoned(DiskFailure(.synchroniseData, "f", ErrorNumber(5))), .couldNot, "fdatasync on f"),
    (.disk(DiskFailure(.write, "f", ErrorNumber(28))), .couldNot, "No space left"),
    (.tooLong(bytes: 9, limit: 8), .refused, "limit of 8"),
    (.unwritable(Bilingual(zh: "坏", en: "bad")), .fault, "bad"),
    (.overloaded(waitingBytes: 5), .tryAgain, "5 bytes"),
    (.closed, .tryAgain, "closed"),
    (
      .noSuchPosition(ItemPosition(day: ItemDay(Sample.start), offset: 7)), .damaged,
      "2026-11-22:7"
    ),
  ]

  @Test("does not let a damaged line play with the terminal")
  func hostileBytes() throws {
    let sample = try Sample()
    _ = try sample.fill(2)
    var bytes = try sample.segment()
    let lines = try sample.reader().lines()
    bytes[Int(lines[2].place.offset) - 10] = 0x1b
    try sample.writeSegment(bytes)
    let damage = try expectDamage { try sample.reader().verify() }
    #expect(!damage.explanation.en.unicodeScalars.contains("\u{1b}"))
  }
}
