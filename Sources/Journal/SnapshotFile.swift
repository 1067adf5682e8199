import Bytes

/// What was made of the records up to one of them, so that a start need not read them all.
///
/// It can be deleted at any time: everything in it follows from the journal. It is used only where
/// the journal bears its head out and the version is the reader's own.
package struct SnapshotFile: Hashable, Sendable {
  package let checkpoint: Checkpoint
  package let content: [UInt8]

  package init(checkpoint: Checkpoint, content: [UInt8]) {
    self.checkpoint = checkpoint
    self.content = content
  }
}

/// The snapshots of a state folder. All of it blocks.
package struct SnapshotFolder: Sendable {
  private let layout: Layout
  private let disk: any Disk
  /// How the content is written. Another version's is passed over.
  private let version: Int

  /// As many as this stay: the last one can be cut short by what ends the machine.
  private static let kept = 2
  private static let suffix = ".json"
  private static let digits = 20
  /// Far more than a snapshot of ten million records takes.
  private static let sizeLimit: Int64 = 1 << 30

  package init(folder: String, version: Int, disk: any Disk = SystemDisk()) {
    layout = Layout(folder: folder)
    self.version = version
    self.disk = disk
  }

  /// Writes one and removes what is older than the one before. Its first line says whose it is, the
  /// rest is the content.
  package func save(_ snapshot: SnapshotFile) throws(JournalFailure) {
    let at = snapshot.checkpoint
    var bytes = JSONWriter.object { writer in
      writer.member("n", at.head.sequence)
      writer.member("h", at.head.hash.hex)
      writer.member("code", version)
      writer.member("segment", at.segment)
      writer.member("began", at.segmentBegan.iso8601Microseconds)
      writer.member("line", at.line)
      writer.member("end", at.end)
      writer.member("sha256", SHA256.hash(snapshot.content).hex)
    }
    bytes.append(UInt8(ascii: "\n"))
    bytes += snapshot.content
    let name = Self.name(at.head.sequence)
    try onDisk { () throws(DiskFailure) in
      if try disk.makeFolderIfMissing(layout.snapshots) {
        try disk.synchroniseFolder(layout.folder)
      }
      let path = layout.snapshots + "/" + name
      let file = try OpenFile(path + ".new", .replacing, on: disk)
      try file.rewrite(bytes, at: 0)
      try file.synchronise()
      try disk.perform(.rename, path) { () throws(ErrorNumber) in
        try disk.rename(path + ".new", to: path)
      }
      for old in try names().dropLast(Self.kept) {
        let path = layout.snapshots + "/" + old
        try disk.perform(.remove, path) { () throws(ErrorNumber) in try disk.remove(path) }
      }
      try disk.synchroniseFolder(layout.snapshots)
    }
  }

  /// The newest that the journal bears out; nil where there is none. What is damaged, of another
  /// version or of another journal is passed over.
  package func newest() throws(JournalFailure) -> SnapshotFile? {
    let names = try onDisk { () throws(DiskFailure) in try self.names() }
    for name in names.reversed() {
      if let snapshot = try read(name) { return snapshot }
    }
    return nil
  }

  /// The records that the snapshots speak of. A snapshot is written of what is on disk, so each of
  /// them has to be in the journal; one that cannot be read says nothing.
  package func heads() throws(JournalFailure) -> [Head] {
    try onDisk { () throws(DiskFailure) in
      var heads: [Head] = []
      for name in try self.names() {
        let file = try OpenFile(layout.snapshots + "/" + name, .reading, on: disk)
        let bytes = try file.read(0..<min(try file.status().size, Self.firstLineLimit))
        // Damaged or another's: a reading of all records says what is wrong with those.
        guard let json = try? JSONReader.read(Array(bytes.prefix { $0 != UInt8(ascii: "\n") })),
          let sequence = json["n"]?.integer, name == Self.name(sequence),
          let hash = json["h"]?.string.flatMap({ Digest(hex: $0) })
        else { continue }
        heads.append(Head(sequence: sequence, hash: hash))
      }
      return heads
    }
  }

  /// Removes those that speak of this record or a later one: after a repair they are of another
  /// journal.
  func remove(from first: Int64) throws(DiskFailure) {
    for name in try names() where name >= Self.name(first) {
      let path = layout.snapshots + "/" + name
      try disk.perform(.remove, path) { () throws(ErrorNumber) in try disk.remove(path) }
    }
  }

  private static let firstLineLimit: Int64 = 4096

  private func names() throws(DiskFailure) -> [String] {
    try disk.namesIfPresent(in: layout.snapshots).filter { name in
      name.hasSuffix(Self.suffix) && name.utf8.count == Self.digits + Self.suffix.utf8.count
    }.sorted()
  }

  private static func name(_ sequence: Int64) -> String {
    let digits = String(sequence)
    return String(repeating: "0", count: Self.digits - digits.utf8.count) + digits + suffix
  }

  private func read(_ name: String) throws(JournalFailure) -> SnapshotFile? {
    let bytes = try onDisk { () throws(DiskFailure) in
      let file = try OpenFile(layout.snapshots + "/" + name, .reading, on: disk)
      return try file.read(0..<min(try file.status().size, Self.sizeLimit))
    }
    guard let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")),
      // A first line that cannot be read belongs to no snapshot of ours.
      let json = try? JSONReader.read(Array(bytes[..<lineEnd])), var fields = try? Fields(json),
      let checkpoint = try? Self.checkpoint(&fields, version: version),
      let digest = json["sha256"]?.string
    else { return nil }
    let content = Array(bytes[(lineEnd + 1)...])
    guard SHA256.hash(content).hex == digest else { return nil }
    var finder = LineFinder(folder: layout.folder, disk: disk)
    guard try finder.bearsOut(checkpoint) != nil else { return nil }
    return SnapshotFile(checkpoint: checkpoint, content: content)
  }

  private static func checkpoint(
    _ fields: inout Fields, version: Int
  ) throws(FieldFailure) -> Checkpoint? {
    guard try fields.integer("code") == version else { return nil }
    return Checkpoint(
      head: Head(
        sequence: Int64(try fields.integer("n")),
        hash: try fields.value("h", Bilingual(same: "SHA-256")) { Digest(hex: $0) }),
      segment: Int64(try fields.integer("segment")), segmentBegan: try fields.instant("began"),
      line: try fields.integer("line"), end: Int64(try fields.integer("end")))
  }
}
