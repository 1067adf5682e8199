package import Bytes

/// A head of the journal that somebody outside holds, and how that is known.
package struct Anchor: Hashable, Sendable {
  package let head: Head
  /// As an actor is written: `centre:lanxi`, `user:li`.
  package let holder: String
  /// What brought it there, or by what they said that they have it.
  package let how: String
  package let at: Instant
  /// The record that says so.
  package let record: Int64

  package init(head: Head, holder: String, how: String, at: Instant, record: Int64) {
    self.head = head
    self.holder = holder
    self.how = how
    self.at = at
    self.record = record
  }

  fileprivate var line: [UInt8] {
    JSONWriter.object { writer in
      writer.member("n", head.sequence)
      writer.member("h", head.hash.hex)
      writer.member("who", holder)
      writer.member("how", how)
      writer.member("at", at.iso8601)
      writer.member("record", record)
    }
  }

  fileprivate init(_ line: ArraySlice<UInt8>) throws {
    var fields = try Fields(try JSONReader.read(Array(line)))
    head = Head(
      sequence: Int64(try fields.integer("n")),
      hash: try fields.value("h", Bilingual(same: "SHA-256")) { Digest(hex: $0) })
    holder = try fields.text("who")
    how = try fields.text("how")
    at = try fields.instant("at")
    record = Int64(try fields.integer("record"))
  }
}

/// `anchors.jsonl`: a copy, outside the journal, of who holds which of its heads.
///
/// The journal says the same; the copy is what remains if its end is taken away. It is written
/// after the record, without a sync of its own: what a power failure takes of it is in the journal.
package struct AnchorFile: Sendable {
  private let layout: Layout
  private let disk: any Disk

  package init(folder: String, disk: any Disk = SystemDisk()) {
    layout = Layout(folder: folder)
    self.disk = disk
  }

  package func add(_ anchors: [Anchor]) throws(JournalFailure) {
    guard !anchors.isEmpty else { return }
    let bytes = Self.lines(anchors)
    try onDisk { () throws(DiskFailure) in
      let file: OpenFile
      do throws(DiskFailure) {
        file = try OpenFile(layout.anchors, .appending, on: disk)
      } catch {
        guard error.number.isMissing else { throw error }
        file = try OpenFile(layout.anchors, .creating, on: disk)
      }
      try file.append(bytes)
    }
  }

  /// A line break first ends a line that was cut off.
  static func lines(_ anchors: [Anchor]) -> [UInt8] {
    anchors.isEmpty
      ? [] : anchors.flatMap { [UInt8(ascii: "\n")] + $0.line } + [UInt8(ascii: "\n")]
  }

  /// Puts these in the place of all that there are.
  func replace(with anchors: [Anchor]) throws(DiskFailure) {
    let path = layout.anchors
    let file = try OpenFile(path + ".new", .replacing, on: disk)
    try file.rewrite(Self.lines(anchors), at: 0)
    try file.synchronise()
    try disk.perform(.rename, path) { () throws(ErrorNumber) in
      try disk.rename(path + ".new", to: path)
    }
    try disk.synchroniseFolder(layout.folder)
  }

  /// In the order in which they came. Lines that were cut off are passed over.
  package func anchors() throws(JournalFailure) -> [Anchor] {
    let bytes = try onDisk { () throws(DiskFailure) in
      do throws(DiskFailure) {
        let file = try OpenFile(layout.anchors, .reading, on: disk)
        return try file.read(0..<(try file.status().size))
      } catch {
        guard error.number.isMissing else { throw error }
        return []
      }
    }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { try? Anchor($0) }
  }
}
