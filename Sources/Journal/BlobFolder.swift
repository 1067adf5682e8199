package import Bytes

/// Texts that are too long for a record, by their hash. All of it blocks.
///
/// A blob is on disk under its name before a record names it, so a record never names what is not
/// there. One that no record names was written before a failure; it takes room and does no harm.
package struct BlobFolder: Sendable {
  private let layout: Layout
  private let disk: any Disk

  package init(folder: String, disk: any Disk = SystemDisk()) {
    layout = Layout(folder: folder)
    self.disk = disk
  }

  /// Keeps the bytes, and gives the hash by which a record names them.
  package func keep(_ bytes: [UInt8]) throws(JournalFailure) -> Digest {
    let digest = SHA256.hash(bytes)
    let (folder, path) = place(digest)
    try onDisk { () throws(DiskFailure) in
      if try disk.makeFolderIfMissing(layout.blobs) { try disk.synchroniseFolder(layout.folder) }
      if try disk.makeFolderIfMissing(folder) { try disk.synchroniseFolder(layout.blobs) }
      let file = try OpenFile(path + ".new", .replacing, on: disk)
      try file.rewrite(bytes, at: 0)
      try file.synchronise()
      try disk.perform(.rename, path) { () throws(ErrorNumber) in
        try disk.rename(path + ".new", to: path)
      }
      try disk.synchroniseFolder(folder)
    }
    return digest
  }

  /// The bytes of this hash. Throws `damaged` where they are others.
  package func read(_ digest: Digest) throws(JournalFailure) -> [UInt8] {
    let (_, path) = place(digest)
    let bytes = try onDisk { () throws(DiskFailure) in
      let file = try OpenFile(path, .reading, on: disk)
      return try file.read(0..<(try file.status().size))
    }
    let found = SHA256.hash(bytes)
    guard found == digest else {
      let place = Record.Place(file: path, line: 1, offset: 0)
      throw .damaged(Damage(at: place, sequence: 0, .hash(expected: digest, actual: found.hex)))
    }
    return bytes
  }

  private func place(_ digest: Digest) -> (folder: String, path: String) {
    let folder = layout.blobs + "/" + digest.hex.prefix(2)
    return (folder, folder + "/" + digest.hex)
  }
}
