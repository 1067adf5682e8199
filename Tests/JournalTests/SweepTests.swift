import Bytes
import Foundation
import Support
import Testing

@testable import Journal

/// Damage at every place of a journal as long as a busy day's.
///
/// What stands before the damage is not read again for each place: a checkpoint stands for it.
@Suite("Damage at every place", .timeLimit(.minutes(3)))
struct SweepTests {
  private static let root = "/desk"
  private static let path = root + "/" + Sample.firstSegment

  private static func options(_ disk: MemoryDisk) -> JournalOptions {
    var options = JournalOptions()
    options.disk = disk
    options.bootMark = { Sample.bootMark }
    options.reserveSize = 0
    return options
  }

  /// A closed journal with so many records after the header, and its lines.
  private static func journal(_ count: Int) throws -> (MemoryDisk, [UInt8], [Record]) {
    let disk = MemoryDisk()
    let journal = try FileJournal.create(
      in: root, identifier: Sample.identifier, isExercise: true, at: Sample.start,
      options: options(disk))
    for number in 0..<count { _ = try journal.commit(number) }
    try journal.close()
    return (
      disk, try #require(disk.content(path)),
      try JournalReader(folder: root, disk: disk).lines()
    )
  }

  private static func checkpoint(behind record: Record) -> Checkpoint {
    Checkpoint(
      head: record.head, segment: 1, segmentBegan: Sample.start, line: record.place.line,
      end: record.place.offset + Int64(record.length))
  }

  @Test("of the last 64 KiB where the file is cut: what is whole stays, the rest is evidence")
  func cuts() async throws {
    try await onThread { Result { try Self.cutEverywhere() } }.get()
  }

  private static func cutEverywhere() throws {
    let (disk, whole, lines) = try Self.journal(290)
    let first = whole.count - 64 * 1024
    try #require(first > 0)
    var kept = try #require(lines.lastIndex { Int($0.place.offset) + $0.length <= first })
    for length in first...whole.count {
      while kept + 1 < lines.count,
        Int(lines[kept + 1].place.offset) + lines[kept + 1].length <= length
      { kept += 1 }
      disk.put(Self.path, Array(whole[..<length]))
      var added: [Record] = []
      let opened = try FileJournal.open(
        in: Self.root, at: Sample.start, behind: Self.checkpoint(behind: lines[kept - 1]),
        options: Self.options(disk)
      ) { added.append($0) }
      let torn = length - Int(lines[kept].place.offset) - lines[kept].length
      try #require(added.first?.head == lines[kept].head, "cut to \(length)")
      try #require((opened.recovered?.length ?? 0) == torn, "cut to \(length)")
      try opened.close()
      guard torn > 0 else {
        try #require(added.count == 1)
        continue
      }
      let event = try #require(added.last?.events.first)
      try #require(event["k"]?.string == "journal.recovered" && added.count == 2)
      let evidence = try #require(event["kept"]?.string)
      let bytes = try #require(disk.content(Self.root + "/quarantine/" + evidence))
      try #require(bytes == Array(whole[(length - torn)..<length]), "cut to \(length)")
      disk.erase(under: Self.root + "/quarantine")
    }
  }

  /// Each bit by the rule that every reader applies to a line.
  @Test(
    "of a thousand lines where one bit is flipped: the line no longer follows from the one before")
  func flips() async throws {
    let (_, whole, lines) = try Self.journal(1000)
    try #require(lines.count == 1001)
    await onThread {
      for (index, record) in lines.enumerated() {
        let previous =
          index == 0 ? Head.genesis(of: Sample.identifier).hash : lines[index - 1].hash
        let start = Int(record.place.offset)
        Self.flipLine(Array(whole[start..<start + record.length]), after: previous, index)
      }
    }
  }

  private static func flipLine(_ line: [UInt8], after previous: Digest, _ index: Int) {
    var line = line
    let last = line.count - 1
    for byte in 0...last {
      for bit in 0..<8 {
        line[byte] ^= 1 << UInt8(bit)
        // A flip that makes a line break ends the line there; one of the break joins it to the next.
        let end = line[byte] == UInt8(ascii: "\n") ? byte : byte == last ? last + 1 : last
        let isFound = (try? Line.checkedHash(of: line[..<end], after: previous)) == nil
        if !isFound { Issue.record("bit \(bit) of byte \(byte), line \(index)") }
        line[byte] ^= 1 << UInt8(bit)
      }
    }
  }

  /// What is then said of it, at one bit of every 101st byte: damage, with nothing changed, except
  /// in the last line, which a power failure can cut off.
  @Test("is named where it stands, and never taken for a torn tail in the middle")
  func decisions() async throws {
    try await onThread { Result { try Self.decideEverywhere() } }.get()
  }

  private static func decideEverywhere() throws {
    let (disk, whole, lines) = try Self.journal(1000)
    var line = 1
    for at in stride(from: Int(lines[1].place.offset), to: whole.count, by: 101) {
      while line + 1 < lines.count, Int(lines[line + 1].place.offset) <= at { line += 1 }
      var damaged = whole
      damaged[at] ^= 1 << UInt8(at % 8)
      disk.put(Self.path, damaged)
      let behind = Self.checkpoint(behind: lines[line - 1])
      let reader = JournalReader(folder: Self.root, disk: disk)
      switch Result(catching: { () throws(JournalFailure) in
        try reader.read(behind: behind) { _ in }
      }) {
      case .success(let found):
        try #require(line == lines.count - 1 && found.tornTail != nil, "byte \(at)")
      case .failure(.damaged(let damage)):
        try #require(damage.place == lines[line].place, "byte \(at)")
        try #require(line < lines.count - 1, "byte \(at)")
        try #require(throws: JournalFailure.self) {
          try FileJournal.open(
            in: Self.root, at: Sample.start, behind: behind, options: Self.options(disk)
          ) { _ in }
        }
        try #require(disk.content(Self.path) == damaged)
      case .failure(let other): throw other
      }
    }
  }
}
