package import Bytes

/// What a day of items was, so that it can be said later which one was destroyed.
package struct ItemDayDigest: Hashable, Sendable {
  package let day: ItemDay
  package let lines: Int
  package let bytes: Int64
  package let digest: Digest

  package init(day: ItemDay, lines: Int, bytes: Int64, digest: Digest) {
    self.day = day
    self.lines = lines
    self.bytes = bytes
    self.digest = digest
  }
}

extension ItemReader {
  private static let pieceSize: Int64 = 1024 * 1024

  /// Whether the day's file is there.
  package func has(_ day: ItemDay) throws(JournalFailure) -> Bool {
    try onDisk { () throws(DiskFailure) in try days().contains(day) }
  }

  /// What the days before this one are. It reads them whole, and blocks.
  func digests(before day: ItemDay) throws(DiskFailure) -> [ItemDayDigest] {
    var digests: [ItemDayDigest] = []
    for day in try days().filter({ $0 < day }) { digests.append(try digest(of: day)) }
    return digests
  }

  private func digest(of day: ItemDay) throws(DiskFailure) -> ItemDayDigest {
    let file = try OpenFile(folder + "/" + day.fileName, .reading, on: disk)
    let size = try file.status().size
    var (hash, lines, offset) = (SHA256(), 0, Int64(0))
    while offset < size {
      let piece = try file.read(offset..<min(size, offset + Self.pieceSize))
      hash.update(piece)
      lines += piece.count { $0 == UInt8(ascii: "\n") }
      offset += Int64(piece.count)
    }
    return ItemDayDigest(day: day, lines: lines, bytes: size, digest: hash.finish())
  }
}

extension ItemLog {
  /// What the days before this one are, before they are removed. Files are read elsewhere.
  package func digests(daysBefore day: ItemDay) async throws(JournalFailure) -> [ItemDayDigest] {
    let reader = reader
    let answer = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<[ItemDayDigest], DiskFailure>, Never>) in
      do throws(DiskFailure) {
        try OwnThread.start {
          continuation.resume(
            returning: Result { () throws(DiskFailure) in try reader.digests(before: day) })
        }
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    return try onDisk { () throws(DiskFailure) in try answer.get() }
  }
}
