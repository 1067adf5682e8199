package import Bytes

/// What a walk over a journal has found to be whole.
package struct Verification: Hashable, Sendable {
  /// How many records were checked, headers of segments among them.
  package let records: Int64
  package let segments: Int
  package let bytes: Int64
  package let head: Head
  /// The last record that another one says was on disk. Those after it may not have been
  /// acknowledged yet, where another process still writes.
  package let watermark: Int64
  package let identifier: String
  package let isExercise: Bool
  /// A write that was cut off, or is still going on.
  package let tornTail: TornTail?

  package var explanation: Bilingual {
    let mark = isExercise ? Bilingual(zh: "【演练】", en: "EXERCISE: ") : Bilingual(same: "")
    let count = counted(Int(records), "record") + " in " + counted(segments, "file")
    let are = records == 1 ? "is" : "are"
    return Bilingual(
      zh: mark.zh + "\(segments) 个文件、\(records) 条记录完整无误，末条为 \(head)"
        + (tornTail.map { "；" + $0.explanation.zh } ?? ""),
      en: mark.en + "\(count) \(are) whole, the head is \(head)"
        + (tornTail.map { "; " + $0.explanation.en } ?? ""))
  }
}

/// Reads a journal without its lock: beside a running daemon, or a copy.
///
/// It changes nothing. A line that is being written at the moment, or was cut off, is where it
/// stops; it is not damage.
package struct JournalReader: Sendable {
  package let folder: String
  let disk: any Disk

  package init(folder: String, disk: any Disk = SystemDisk()) {
    self.folder = folder
    self.disk = disk
  }

  /// Gives the records of this range in order, or those behind a checkpoint that the journal bears
  /// out. All lines from the segment on that holds the first are checked, up to the last record
  /// that is wanted.
  ///
  /// Beside a running daemon, records after its `durableHead` are not acknowledged yet: whoever
  /// shows them to others ends the range there.
  package func read(
    _ wanted: ClosedRange<Int64> = 1...Int64.max, behind checkpoint: Checkpoint? = nil,
    anchors: [Head] = [], _ body: (Record) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> Verification {
    try read(wanted, behind: checkpoint, anchors: anchors, making: RecordBox.init) {
      (box) throws(JournalFailure) in try body(box.record)
    }
  }

  /// The same for what is made of each record by itself. `make` runs on several threads at once,
  /// `body` on this one and in order.
  package func read<Value: AnyObject & Sendable>(
    _ wanted: ClosedRange<Int64> = 1...Int64.max, behind checkpoint: Checkpoint? = nil,
    anchors: [Head] = [], making make: @escaping @Sendable (Record) throws(JournalFailure) -> Value,
    _ body: (Value) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> Verification {
    let look = RecordLook.records { (record) throws(JournalFailure) in try make(record) }
    return try read(wanted, behind: checkpoint, anchors: anchors, look) {
      (made) throws(JournalFailure) in try body(RecordBox.own(made))
    }
  }

  private func read(
    _ wanted: ClosedRange<Int64>, behind checkpoint: Checkpoint?, anchors: [Head],
    _ look: RecordLook,
    _ body: (any RecordLook.Made) throws(JournalFailure) -> Void = { _ in }
  ) throws(JournalFailure) -> Verification {
    var scan = Scan(Layout(folder: folder), on: disk, anchors: anchors)
    if let checkpoint {
      var finder = LineFinder(folder: folder, disk: disk)
      guard let header = try finder.bearsOut(checkpoint) else {
        throw .headMismatch(expected: checkpoint.head, actual: nil)
      }
      scan.begin(behind: checkpoint, header)
    }
    let torn = try scan.run(wanted, look, body)
    guard let head = scan.head, let header = scan.header else { throw .missing(folder: folder) }
    return Verification(
      records: scan.recordCount, segments: scan.segments.count,
      bytes: scan.segments.reduce(0) { $0 + $1.size }, head: head, watermark: scan.watermark,
      identifier: header.identifier, isExercise: header.isExercise, tornTail: torn)
  }

  /// Checks every line up to this record, which has to be there.
  package func verify(through head: Head) throws(JournalFailure) {
    _ = try read(1...head.sequence, behind: nil, anchors: [head], .chain)
  }

  /// Checks every line from the segment on that holds the record `first`, and that the record that
  /// is expected is there with its hash.
  ///
  /// What stands before that segment is not looked at; its header says what it follows. Nor is what
  /// the events say: that every byte of them is as it was written is what the hashes tell.
  package func verify(
    from first: Int64 = 1, expecting head: Head? = nil, anchors: [Head] = []
  ) throws(JournalFailure) -> Verification {
    let start = min(first, head?.sequence ?? first)
    let known = anchors + (head.map { [$0] } ?? [])
    return try read(
      max(1, start)...Int64.max, behind: nil, anchors: known, .chain)
  }
}

/// A record where a reference is wanted.
final class RecordBox: Sendable {
  let record: Record

  init(_ record: Record) { self.record = record }

  /// What was made by the one who reads is of the type that was made.
  static func own<Value: AnyObject>(_ made: any RecordLook.Made) -> Value {
    guard let value = made as? Value else { preconditionFailure("made by somebody else") }
    return value
  }
}
