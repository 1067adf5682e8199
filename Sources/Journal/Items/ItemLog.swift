package import Bytes
import Dispatch
import Synchronization

/// The lines of one kind that are many and may be lost: a file for each day of UTC, synced now and
/// then, deleted by the day.
///
/// Lines stand in the order of the calls, and positions only grow: where the clock is put back
/// over midnight, the file of the later day is kept on. After `poisoned` the owner ends the
/// process, as for the journal.
package final class ItemLog: Sendable {
  /// The end of the newest file, where a line was cut off and is gone.
  package struct CutLine: Hashable, Sendable {
    package let file: String
    package let offset: Int64
    package let length: Int64
  }

  /// While this many bytes wait for the disk, nothing more is taken: `overloaded`.
  package static let queueLimit = 16 * 1024 * 1024
  /// One page of a reader holds lines of about this many bytes.
  private static let pageSize = 1024 * 1024

  package let folder: String
  /// What `open` took away.
  package let cut: CutLine?
  let reader: ItemReader
  private let writer: ItemWriter

  private init(_ folder: String, _ disk: any Disk, cut: CutLine?, _ writer: ItemWriter) {
    self.folder = folder
    self.cut = cut
    self.writer = writer
    reader = ItemReader(folder: folder, disk: disk)
  }

  deinit {
    // Whoever wanted to know whether all was written has called `close` before.
    try? close()
  }

  /// Opens the log of a folder, which is made if need be. One process has it open at a time: the
  /// one that holds the journal's lock.
  package static func open(
    _ folder: String, disk: any Disk = SystemDisk()
  ) throws(JournalFailure) -> ItemLog {
    try onDisk { () throws(DiskFailure) in
      if try disk.makeFolderIfMissing(folder) { try disk.synchroniseFolder(folder + "/..") }
      guard let newest = try ItemReader(folder: folder, disk: disk).days().last else {
        let writer = try ItemWriter.start(folder, disk, file: nil, end: nil)
        return ItemLog(folder, disk, cut: nil, writer)
      }
      let path = folder + "/" + newest.fileName
      let size = try OpenFile(path, .reading, on: disk).status().size
      let whole = try lastLineEnd(in: OpenFile(path, .reading, on: disk), size: size)
      let file = try OpenFile(path, .appending, on: disk)
      if whole < size { try file.truncate(to: whole) }
      // What a stopped process left in memory becomes as good as what is appended now.
      try file.synchroniseData()
      let writer = try ItemWriter.start(
        folder, disk, file: file, end: ItemPosition(day: newest, offset: whole))
      let cut = CutLine(file: path, offset: whole, length: size - whole)
      return ItemLog(folder, disk, cut: whole < size ? cut : nil, writer)
    }
  }

  /// The byte after the last line break; 0 if there is none.
  private static func lastLineEnd(in file: OpenFile, size: Int64) throws(DiskFailure) -> Int64 {
    var end = size
    while end > 0 {
      let start = max(0, end - Int64(pageSize))
      let bytes = try file.read(start..<end)
      if let found = bytes.lastIndex(of: UInt8(ascii: "\n")) { return start + Int64(found) + 1 }
      end = start
    }
    return 0
  }

  /// The position after the last line that was appended; nil while the log is empty.
  package var end: ItemPosition? { writer.end }

  /// The position after the last line that is on disk.
  package var durableEnd: ItemPosition? { writer.durableEnd }

  /// Appends lines, given without line breaks, and returns the position after them. They are not
  /// on disk yet: they may wait in memory until `sync` is called, or many of them are there.
  package func append(lines: [[UInt8]], at now: Instant) throws(JournalFailure) -> ItemPosition {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lines.reduce(0) { $0 + $1.count + 1 })
    for line in lines {
      guard line.count < ItemReader.lineLimit else {
        throw .tooLong(bytes: line.count + 1, limit: ItemReader.lineLimit)
      }
      guard !line.contains(UInt8(ascii: "\n")) else {
        throw .unwritable(Bilingual(zh: "条目中有换行", en: "an item holds a line break"))
      }
      bytes.append(contentsOf: line)
      bytes.append(UInt8(ascii: "\n"))
    }
    return try writer.append(bytes, on: ItemDay(now))
  }

  /// Returns once all that was appended before is on disk. Many callers share one sync.
  package func sync() async throws(JournalFailure) {
    let answer = await withCheckedContinuation { continuation in
      writer.sync { continuation.resume(returning: $0) }
    }
    try answer.get()
  }

  /// Gives each line that is on disk by now with the position after it, on the caller's own
  /// actor; files are read elsewhere, a page at a time.
  ///
  /// Returns the position from which to go on. `ItemReader` says what is read and refused.
  nonisolated(nonsending) package func read(
    from start: ItemPosition?,
    _ body: (_ line: [UInt8], _ after: ItemPosition) throws(JournalFailure) -> Void
  ) async throws(JournalFailure) -> ItemPosition? {
    guard let end = durableEnd else { return start }
    var reached = start
    while true {
      let page = try await page(from: reached, to: end)
      guard !page.isEmpty else { return reached }
      for (line, after) in page {
        try body(line, after)
        reached = after
      }
    }
  }

  private typealias Page = [(line: [UInt8], after: ItemPosition)]

  private func page(
    from start: ItemPosition?, to end: ItemPosition
  ) async throws(JournalFailure) -> Page {
    if let start, start >= end {
      guard let last = writer.end, start <= last else { throw .noSuchPosition(start) }
      return []
    }
    let reader = reader
    let answer = await withCheckedContinuation { continuation in
      do throws(DiskFailure) {
        try OwnThread.start {
          continuation.resume(returning: Self.page(of: reader, from: start, to: end))
        }
      } catch {
        continuation.resume(returning: .failure(.disk(error)))
      }
    }
    return try answer.get()
  }

  private static func page(
    of reader: ItemReader, from start: ItemPosition?, to end: ItemPosition
  ) -> Result<Page, JournalFailure> {
    var page: Page = []
    var size = 0
    do throws(JournalFailure) {
      _ = try reader.read(from: start, to: end) { line, after in
        page.append((line, after))
        size += line.count
        return size < pageSize
      }
      return .success(page)
    } catch {
      return .failure(error)
    }
  }

  /// Removes the files of all days before this one, and says which. Nothing is appended to such a
  /// day any more.
  package func remove(daysBefore day: ItemDay) async throws(JournalFailure) -> [ItemDay] {
    let answer = await withCheckedContinuation { continuation in
      writer.remove(daysBefore: day) { continuation.resume(returning: $0) }
    }
    return try answer.get()
  }

  /// Writes and syncs what waits, and ends the thread. A second call does nothing but answer the
  /// same. It blocks for as long as the disk takes; not for a thread that tasks share.
  package func close() throws(JournalFailure) {
    if let poison = writer.close() { throw .poisoned(poison) }
  }
}
