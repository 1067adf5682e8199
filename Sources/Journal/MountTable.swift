/// What the kernel says is mounted where, in the form of `/proc/self/mountinfo`.
struct MountTable {
  private struct Mount {
    let point: [UInt8]
    let kind: String
  }

  private let mounts: [Mount]

  init(_ text: [UInt8]) {
    mounts = text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      // proc_pid_mountinfo(5): the mount point is the fifth field; the kind follows a lone hyphen,
      // before which there are six fields and any number of optional ones.
      let fields = line.split(separator: UInt8(ascii: " "))
      guard let hyphen = fields.firstIndex(where: { $0.elementsEqual([UInt8(ascii: "-")]) }),
        hyphen >= 6, fields.indices.contains(hyphen + 1)
      else { return nil }
      return Mount(
        point: Self.unescaped(fields[4]), kind: String(decoding: fields[hyphen + 1], as: UTF8.self))
    }
  }

  /// The kind of the file system that holds this path, which has no symbolic links; nil if no
  /// mount point leads to it.
  func kind(under path: String) -> String? {
    let path = Array(path.utf8)
    var best: Mount?
    for mount in mounts where leads(mount.point, to: path) {
      // A later mount on the same point hides the earlier one.
      if mount.point.count >= best?.point.count ?? 0 { best = mount }
    }
    return best?.kind
  }

  /// Where `flock` and `fdatasync` depend on another machine or another program.
  static func isUnsafe(_ kind: String) -> Bool {
    unsafeKinds.contains { kind == $0 || kind.hasPrefix($0 + ".") }
  }

  private static let unsafeKinds = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse", "fuseblk", "virtiofs", "9p", "ceph", "afs",
  ]

  private func leads(_ point: [UInt8], to path: [UInt8]) -> Bool {
    guard path.starts(with: point) else { return false }
    let slash = UInt8(ascii: "/")
    return point.last == slash || path.count == point.count || path[point.count] == slash
  }

  /// Blanks and reverse solidi stand as three octal digits.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}

extension Layout {
  /// Refuses a folder on a file system whose locks and syncs cannot be relied on.
  func checkFileSystem(on disk: any Disk) throws(JournalFailure) {
    let (path, mounts) = try onDisk { () throws(DiskFailure) in
      (
        try disk.perform(.resolve, journal) { () throws(ErrorNumber) in try disk.resolved(journal)
        },
        try disk.perform(.read, "/proc/self/mountinfo") { () throws(ErrorNumber) in
          try disk.mounts()
        }
      )
    }
    let kind = MountTable(mounts).kind(under: path)
    guard let kind, !MountTable.isUnsafe(kind) else {
      throw .unsafeFileSystem(folder: journal, kind: kind)
    }
  }
}
