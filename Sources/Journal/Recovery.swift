import Bytes

/// What is done to the files of a journal before it is written to again.
struct Recovery {
  static let closedMode: UInt32 = 0o400
  private static let openMode: UInt32 = 0o600

  let layout: Layout
  let disk: any Disk

  /// Takes a tail that was cut off in mid-write away from its segment, and keeps it.
  ///
  /// The copy is on disk before the segment is touched. A segment of which not even the header is
  /// whole goes altogether: its turn comes again with the next record.
  func cut(_ tail: TornTail) throws(DiskFailure) {
    try keep(tail)
    if tail.place.offset == 0 {
      try disk.perform(.remove, tail.place.file) { () throws(ErrorNumber) in
        try disk.remove(tail.place.file)
      }
    } else {
      let file = try OpenFile(tail.place.file, .overwriting, on: disk)
      try file.truncate(to: tail.place.offset)
      try file.synchroniseData()
    }
    try disk.synchroniseFolder(layout.journal)
  }

  private func keep(_ tail: TornTail) throws(DiskFailure) {
    guard tail.length > 0 else { return }
    if try disk.makeFolderIfMissing(layout.quarantine) {
      try disk.synchroniseFolder(layout.folder)
    }
    let path = layout.quarantine + "/" + KeptTail.name(of: tail)
    let file = try OpenFile(path + ".new", .replacing, on: disk)
    try file.rewrite(tail.bytes, at: 0)
    try file.synchronise()
    try disk.perform(.rename, path) { () throws(ErrorNumber) in
      try disk.rename(path + ".new", to: path)
    }
    try disk.synchroniseFolder(layout.quarantine)
  }

  /// Sets modes as a rotation would have, had it not been stopped half-way.
  func setModes(closed: [Scan.Segment], open: Scan.Segment) throws(DiskFailure) {
    for segment in closed {
      let file = try OpenFile(layout.path(segment.name), .reading, on: disk)
      // A guard against slips only; where modes cannot be set, the chain still tells of a change.
      if try file.status().mode != Self.closedMode { try? file.setMode(Self.closedMode) }
    }
    try makeWritable(open.name)
  }

  func makeWritable(_ name: SegmentName) throws(DiskFailure) {
    let file = try OpenFile(layout.path(name), .reading, on: disk)
    if try file.status().mode == Self.closedMode { try file.setMode(Self.openMode) }
  }

  /// Writes the end of the last segment once more, with its own bytes.
  ///
  /// After a failed sync the kernel can hold bytes as clean that never reached the disk: they read
  /// well, and are gone after the next power failure. Writing them again makes them count as new.
  func rewriteEnd(of segment: Scan.Segment) throws(DiskFailure) {
    let path = layout.path(segment.name)
    let start = max(0, segment.size - Writer.batchLimit)
    let bytes = try OpenFile(path, .reading, on: disk).read(start..<segment.size)
    let file = try OpenFile(path, .overwriting, on: disk)
    try file.rewrite(bytes, at: start)
    try file.synchroniseData()
    try disk.synchroniseFolder(layout.journal)
  }

  /// What was kept and is not recorded yet.
  ///
  /// Usually this is what `cut` has just kept. It is also what it kept before the power failed
  /// again: the file in quarantine is the promise to record it.
  func unrecorded(beside recorded: Set<String>) throws(DiskFailure) -> [KeptTail] {
    let names = try disk.namesIfPresent(in: layout.quarantine).sorted()
    var tails: [KeptTail] = []
    for name in names where !recorded.contains(name) {
      guard let (segment, offset) = KeptTail.origin(of: name) else { continue }
      let file = try OpenFile(layout.quarantine + "/" + name, .reading, on: disk)
      let bytes = try file.read(0..<(try file.status().size))
      tails.append(
        KeptTail(
          segment: segment, offset: offset, length: bytes.count, digest: SHA256.hash(bytes),
          name: name))
    }
    return tails
  }
}

/// Bytes in quarantine, and where they stood.
struct KeptTail {
  private static let kind = "journal.recovered"
  private static let suffix = "torn"
  /// What a repair took away, which its own record names.
  private static let cutSuffix = "cut"

  let segment: String
  let offset: Int64
  let length: Int
  let digest: Digest
  /// nil where there were no bytes to keep.
  let name: String?

  init(segment: String, offset: Int64, length: Int, digest: Digest, name: String?) {
    self.segment = segment
    self.offset = offset
    self.length = length
    self.digest = digest
    self.name = name
  }

  init(_ tail: TornTail) {
    self.init(
      segment: tail.segmentName, offset: tail.place.offset, length: tail.length,
      digest: tail.digest, name: tail.length > 0 ? Self.name(of: tail) : nil)
  }

  /// The same bytes have the same name, so that a recovery that was itself cut off can be done
  /// again.
  static func name(of tail: TornTail) -> String {
    "\(tail.segmentName).\(tail.place.offset).\(tail.digest.short).\(suffix)"
  }

  static func origin(of name: String) -> (segment: String, offset: Int64)? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[4] == suffix || parts[4] == cutSuffix,
      let offset = Int64(parts[2])
    else { return nil }
    return ("\(parts[0]).\(parts[1])", offset)
  }

  /// The names that a record says were kept.
  static func names(in record: Record) -> [String] {
    record.events.flatMap { event in
      switch event["k"]?.string {
      case kind: [event["kept"]?.string].compactMap { $0 }
      case "journal.truncated": (event["kept"]?.array ?? []).compactMap { $0["name"]?.string }
      default: [String]()
      }
    }
  }

  /// The line that says what was taken away.
  static func line(
    about tail: KeptTail, at time: Instant, bootMark: BootMark, after head: Head
  ) -> Line {
    let event = JSONWriter.object { writer in
      writer.member("k", kind)
      writer.member("segment", tail.segment)
      writer.member("offset", tail.offset)
      writer.member("len", tail.length)
      writer.member("sha256", tail.digest.hex)
      writer.member(ifPresent: "kept", tail.name)
    }
    return Line(
      sequence: head.sequence + 1, time: time, bootMark: bootMark, watermark: head.sequence,
      actor: SegmentHeader.actor, events: [event])
  }
}
