package import Bytes

/// Takes the end of a journal away from a record on, because a person has decided so.
///
/// Nothing is deleted: the bytes are in quarantine, on disk, before a segment is touched, and the
/// first record of the new segment says what was taken away. All of it blocks.
package struct JournalRepair: Sendable {
  package struct Result: Hashable, Sendable {
    package let removed: Int64
    /// Names in the quarantine folder.
    package let kept: [String]
    package let head: Head
  }

  private let layout: Layout
  private let options: JournalOptions

  package init(folder: String, options: JournalOptions = JournalOptions()) {
    layout = Layout(folder: folder)
    self.options = options
  }

  /// Removes the record `first` and all after it. Those before it have to be whole.
  package func truncate(at first: Int64, now: Instant) throws(JournalFailure) -> Result {
    precondition(first > 1, "the first record makes the journal")
    let disk = options.disk
    let lock = try JournalLock.take(layout, on: disk)
    defer { lock.release(inGoodOrder: false) }
    var scan = Scan(layout, on: disk, anchors: [])
    // It stops before whatever is damaged behind the record that is to be the last.
    _ = try scan.run(1...first - 1, .chain)
    guard let head = scan.head, let header = scan.header, let last = scan.segments.last,
      head.sequence == first - 1
    else { throw .missing(folder: layout.folder) }
    let names = try onDisk { () throws(DiskFailure) in try layout.segments(on: disk) }
    let later = names.filter { $0.first > last.name.first }
    let anchors = try keepAnchors(from: first)
    var kept: [Piece] = []
    for (name, start) in [(last.name, last.size)] + later.map({ ($0, Int64(0)) }) {
      if let piece = try onDisk({ () throws(DiskFailure) in try keep(name, from: start) }) {
        kept.append(piece)
      }
    }
    try onDisk { () throws(DiskFailure) in
      for name in later.reversed() {
        let path = layout.path(name)
        try disk.perform(.remove, path) { () throws(ErrorNumber) in try disk.remove(path) }
      }
      try Recovery(layout: layout, disk: disk).makeWritable(last.name)
      let file = try OpenFile(layout.path(last.name), .overwriting, on: disk)
      try file.truncate(to: last.size)
      try file.synchroniseData()
      try disk.synchroniseFolder(layout.journal)
    }
    let all = kept + (anchors.map { [$0] } ?? [])
    let newHead = try begin(at: now, after: head, header, last.name, all)
    return Result(
      removed: kept.reduce(0) { $0 + $1.length }, kept: all.map(\.name), head: newHead)
  }

  private struct Piece {
    let name: String
    let segment: String
    let offset: Int64
    let length: Int64
    let digest: Digest
  }

  /// The copy of who holds which head names records that are no longer there: a journal without
  /// them would never be opened again. Whoever holds one of those heads still shows what was done.
  private func keepAnchors(from first: Int64) throws(JournalFailure) -> Piece? {
    let file = AnchorFile(folder: layout.folder, disk: options.disk)
    let anchors = try file.anchors()
    let lost = anchors.filter { $0.head.sequence >= first }
    return try onDisk { () throws(DiskFailure) in
      try SnapshotFolder(folder: layout.folder, version: 0, disk: options.disk).remove(from: first)
      guard !lost.isEmpty else { return nil }
      let piece = try keep(AnchorFile.lines(lost), of: "anchors.jsonl", from: 0)
      try file.replace(with: anchors.filter { $0.head.sequence < first })
      return piece
    }
  }

  private func keep(_ segment: SegmentName, from offset: Int64) throws(DiskFailure) -> Piece? {
    let file = try OpenFile(layout.path(segment), .reading, on: options.disk)
    let bytes = try file.read(offset..<(try file.status().size))
    return bytes.isEmpty ? nil : try keep(bytes, of: segment.text, from: offset)
  }

  private func keep(
    _ bytes: [UInt8], of file: String, from offset: Int64
  ) throws(DiskFailure) -> Piece {
    let disk = options.disk
    if try disk.makeFolderIfMissing(layout.quarantine) {
      try disk.synchroniseFolder(layout.folder)
    }
    let digest = SHA256.hash(bytes)
    let name = "\(file).\(offset).\(digest.short).cut"
    let path = layout.quarantine + "/" + name
    let copy = try OpenFile(path, .replacing, on: disk)
    try copy.rewrite(bytes, at: 0)
    try copy.synchronise()
    try disk.synchroniseFolder(layout.quarantine)
    return Piece(
      name: name, segment: file, offset: offset, length: Int64(bytes.count), digest: digest)
  }

  /// The new segment and its first word.
  private func begin(
    at now: Instant, after head: Head, _ old: SegmentHeader, _ previous: SegmentName,
    _ kept: [Piece]
  ) throws(JournalFailure) -> Head {
    let disk = options.disk
    let header = SegmentHeader(
      identifier: old.identifier, isExercise: old.isExercise, previousSegment: previous.text,
      previousHash: head.hash)
    let line = header.line(
      at: now, bootMark: options.bootMark(), watermark: head.sequence, after: head)
    let (first, headerHead) = line.encoded(after: head.hash)
    let event = JSONWriter.object { writer in
      writer.member("k", "journal.truncated")
      writer.member("at", head.sequence + 1)
      writer.memberArray("kept") { writer in
        for piece in kept {
          writer.object {
            $0.member("name", piece.name)
            $0.member("segment", piece.segment)
            $0.member("offset", piece.offset)
            $0.member("len", piece.length)
            $0.member("sha256", piece.digest.hex)
          }
        }
      }
    }
    let note = Line(
      sequence: headerHead.sequence + 1, time: now, bootMark: options.bootMark(),
      watermark: head.sequence, actor: SegmentHeader.actor, events: [event])
    let (second, newHead) = note.encoded(after: headerHead.hash)
    try onDisk { () throws(DiskFailure) in
      let path = layout.path(SegmentName(first: headerHead.sequence))
      // Both lines at once, and the name last: a repair that is cut off is done again.
      let file = try OpenFile(layout.unfinished, .replacing, on: disk)
      try file.rewrite(first + second, at: 0)
      try file.synchroniseData()
      try disk.perform(.rename, path) { () throws(ErrorNumber) in
        try disk.rename(layout.unfinished, to: path)
      }
      try disk.synchroniseFolder(layout.journal)
    }
    return newHead
  }
}

/// A journal's lines as they stand, and what they come to.
package struct ExportedJournal: Sendable {
  package let bytes: [UInt8]
  package let verification: Verification
}

extension JournalReader {
  /// Every whole line, one segment after the other. A line that is being written is left out.
  package func exported() throws(JournalFailure) -> ExportedJournal {
    let found = try verify()
    let layout = Layout(folder: folder)
    let disk = disk
    let bytes = try onDisk { () throws(DiskFailure) in
      var bytes: [UInt8] = []
      for name in try layout.segments(on: disk) where name.first <= found.head.sequence {
        let file = try OpenFile(layout.path(name), .reading, on: disk)
        bytes += try file.read(0..<(try file.status().size))
      }
      return bytes
    }
    // What came after the look is not vouched for.
    return ExportedJournal(bytes: Array(bytes.prefix(Int(found.bytes))), verification: found)
  }
}
