import Bytes
import Foundation
import Journal
import Support
import Testing

@Suite("A snapshot")
struct SnapshotTests {
  private func filled(_ sample: Sample, _ count: Int) throws -> (Checkpoint, [Record]) {
    let journal = try sample.create()
    for number in 1...count { _ = try journal.commit(number) }
    let checkpoint = journal.checkpoint
    try journal.close()
    return (checkpoint, try sample.reader().lines())
  }

  private func folder(_ sample: Sample, version: Int = 1) -> SnapshotFolder {
    SnapshotFolder(folder: sample.root, version: version, disk: sample.options.disk)
  }

  @Test("stands for all records up to its own: the rest alone is read, also across segments")
  func goesOn() throws {
    for limit in [Int64(900), 64 << 20] {
      var sample = try Sample()
      sample.options.segmentLimit = limit
      let (checkpoint, lines) = try filled(sample, 9)
      try folder(sample).save(SnapshotFile(checkpoint: checkpoint, content: [1, 2, 3]))
      let (journal, _) = try sample.open()
      for number in 10...20 { _ = try journal.commit(number) }
      let head = journal.head
      try journal.close()
      let snapshot = try #require(try folder(sample).newest())
      #expect(snapshot.checkpoint == checkpoint && snapshot.content == [1, 2, 3])
      var rest: [Record] = []
      let found = try sample.reader().read(behind: checkpoint) { rest.append($0) }
      #expect(found.head == head && rest.first?.sequence == Int64(lines.count + 1))
      let all = try sample.reader().lines()
      #expect(rest == Array(all.dropFirst(lines.count)))
      var again: [Record] = []
      let opened = try FileJournal.open(
        in: sample.root, at: Sample.start, behind: checkpoint, options: sample.options
      ) { again.append($0) }
      #expect(again == rest)
      _ = try opened.commit(21)
      try opened.close()
      #expect(try sample.reader().verify().tornTail == nil)
    }
  }

  @Test(
    "is passed over where the journal does not bear it out, where it is damaged or of another version"
  )
  func unfit() throws {
    let sample = try Sample()
    let (checkpoint, lines) = try filled(sample, 5)
    try folder(sample).save(SnapshotFile(checkpoint: checkpoint, content: [7]))
    #expect(try folder(sample).newest()?.content == [7])
    #expect(try folder(sample, version: 2).newest() == nil)
    for wrong in [
      Checkpoint(
        head: Head(sequence: checkpoint.head.sequence, hash: lines[2].hash), segment: 1,
        segmentBegan: Sample.start, line: 6, end: checkpoint.end),
      Checkpoint(
        head: checkpoint.head, segment: 1, segmentBegan: Sample.start, line: 6,
        end: checkpoint.end - 1),
      Checkpoint(
        head: checkpoint.head, segment: 1, segmentBegan: Sample.start, line: 6,
        end: checkpoint.end + 400),
      Checkpoint(
        head: checkpoint.head, segment: 3, segmentBegan: Sample.start, line: 6,
        end: checkpoint.end),
    ] {
      let other = try Sample()
      try other.folder.write("journal/x", "")
      try other.folder.write(Sample.firstSegment, try sample.segment())
      try folder(other).save(SnapshotFile(checkpoint: wrong, content: [7]))
      #expect(try folder(other).newest() == nil)
    }
    let name = try #require(sample.names("snapshot").first)
    var bytes = try sample.folder.read("snapshot/" + name)
    bytes[bytes.count - 1] ^= 1
    try sample.folder.write("snapshot/" + name, bytes)
    #expect(try folder(sample).newest() == nil)
    // The one before is used where the last is not whole.
    let (journal, _) = try sample.open()
    try folder(sample).save(SnapshotFile(checkpoint: checkpoint, content: [8]))
    _ = try journal.commit(6)
    try folder(sample).save(SnapshotFile(checkpoint: journal.checkpoint, content: [9]))
    try journal.close()
    let last = try #require(sample.names("snapshot").last)
    try sample.folder.write("snapshot/" + last, "{}\n")
    #expect(try folder(sample).newest()?.content == [8])
  }

  @Test("stays with the one before it; older ones go")
  func keepsTwo() throws {
    let sample = try Sample()
    let journal = try sample.create()
    for number in 1...5 {
      _ = try journal.commit(number)
      try folder(sample).save(SnapshotFile(checkpoint: journal.checkpoint, content: []))
    }
    try journal.close()
    #expect(sample.names("snapshot").map { $0.suffix(7) } == ["05.json", "06.json"])
  }

  @Test("does not hide a tail that was cut off behind it, nor an end that is missing")
  func tails() throws {
    let sample = try Sample()
    let (checkpoint, _) = try filled(sample, 5)
    try sample.writeSegment(try sample.segment() + Array("{\"v\":1".utf8))
    let journal = try FileJournal.open(
      in: sample.root, at: Sample.start, behind: checkpoint, options: sample.options
    ) { _ in }
    #expect(journal.recovered?.length == 6)
    try journal.close()
    try sample.writeSegment(Array(try sample.segment().prefix(Int(checkpoint.end) - 10)))
    let failure = #expect(throws: JournalFailure.self) {
      try FileJournal.open(
        in: sample.root, at: Sample.start, behind: checkpoint, options: sample.options
      ) { _ in }
    }
    #expect(failure?.exitCode == .headMismatch)
  }

  @Test("can name single lines, each checked against the one before it")
  func lines() throws {
    var sample = try Sample()
    sample.options.segmentLimit = 900
    let (_, records) = try filled(sample, 9)
    var segment: Int64 = 1
    var finder = LineFinder(folder: sample.root, disk: sample.options.disk)
    for record in records {
      if record.place.line == 1 { segment = record.sequence }
      let place = LinePlace(
        segment: segment, offset: record.place.offset, length: record.length)
      #expect(try finder.record(at: place, line: record.place.line) == record)
      for wrong in [
        LinePlace(segment: segment, offset: place.offset + 1, length: place.length),
        LinePlace(segment: segment, offset: place.offset, length: place.length - 1),
        LinePlace(segment: segment, offset: place.offset, length: 1 << 30),
      ] {
        #expect(throws: JournalFailure.self) { _ = try finder.record(at: wrong) }
      }
    }
  }

  @Test("of a text beside the journal, a blob, tells by its name whether it is the same")
  func blob() throws {
    let sample = try Sample()
    let blobs = BlobFolder(folder: sample.root, disk: sample.options.disk)
    let digest = try blobs.keep(Array("一段很长的文字".utf8))
    #expect(try blobs.read(digest) == Array("一段很长的文字".utf8))
    let path = "blobs/\(digest.hex.prefix(2))/\(digest.hex)"
    var bytes = try sample.folder.read(path)
    bytes[3] ^= 4
    try sample.folder.write(path, bytes)
    let failure = #expect(throws: JournalFailure.self) { _ = try blobs.read(digest) }
    #expect(failure?.exitCode == .damaged)
  }
}
