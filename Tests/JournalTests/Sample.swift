import Bytes
import Foundation
import Journal
import Support

/// A journal of a test's own, with a clock that stands still.
struct Sample {
  static let identifier = "7a0f3c52-1d5e-4c0b-9a44-2f6d1c1b8e01"
  static let bootMark = BootMark(
    bootID: "c0ffee00-0000-4000-8000-000000000001", nanoseconds: 1000)
  /// 2026-11-22T05:13:25.123456Z
  static let start = Instant(microseconds: 1_795_324_405_123_456)
  static let firstSegment = "journal/00000000000000000001.jsonl"

  let folder: TemporaryFolder
  var options: JournalOptions

  init(_ disk: any Disk = TestDisk()) throws {
    folder = try TemporaryFolder()
    options = JournalOptions()
    options.disk = disk
    options.bootMark = { Self.bootMark }
    options.reserveSize = 0
  }

  var root: String { folder.root }

  func with(_ disk: any Disk) -> Sample {
    var other = self
    other.options.disk = disk
    return other
  }

  func create(isExercise: Bool = true) throws(JournalFailure) -> FileJournal {
    try FileJournal.create(
      in: root, identifier: Self.identifier, isExercise: isExercise, at: Self.start,
      options: options)
  }

  func open(anchors: [Head] = []) throws(JournalFailure) -> (FileJournal, [Record]) {
    var records: [Record] = []
    let journal = try FileJournal.open(
      in: root, at: Self.start + .hours(1), anchors: anchors, options: options
    ) { records.append($0) }
    return (journal, records)
  }

  /// A closed journal of the header and so many records more, each on disk before the next.
  func fill(_ count: Int) throws -> [Head] {
    let journal = try create()
    var heads = [journal.head]
    for number in 1...max(1, count) where number <= count {
      heads.append(try journal.commit(number))
    }
    try journal.close()
    return heads
  }

  func reader() -> JournalReader { JournalReader(folder: root, disk: options.disk) }

  func segment() throws -> [UInt8] { try folder.read(Self.firstSegment) }

  func writeSegment(_ bytes: [UInt8], _ name: String = Self.firstSegment) throws {
    // In place, as damage comes: the file keeps its mode and its number.
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path(name)))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: bytes)
    try handle.close()
  }

  func names(_ subfolder: String) -> [String] {
    // A folder that is not there holds nothing.
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path(subfolder)))?.sorted() ?? []
  }
}

extension FileJournal {
  static func event(_ number: Int) -> [UInt8] {
    Array(#"{"k":"note","number":\#(number),"text":"第\#(number)条"}"#.utf8)
  }

  func appendNote(_ number: Int) throws(JournalFailure) -> Head {
    try append(
      events: [Self.event(number)], actor: "user:li", at: Sample.start + .seconds(number))
  }

  /// Appends one record and waits for it.
  func commit(_ number: Int) throws(JournalFailure) -> Head {
    let head = try appendNote(number)
    try waitUntilDurable(head)
    return head
  }
}

extension Record {
  /// The number that `appendNote` was called with.
  var note: Int? { events.first?["number"]?.integer.map { Int($0) } }
}
