/// Reads the lines of an item log's folder, in the order in which they were appended.
///
/// It blocks the thread. A last line without its line break is not there yet, or was cut off; a
/// line longer than the limit is passed over, since it was never written as one.
package struct ItemReader: Sendable {
  /// The longest line with its line break.
  package static let lineLimit = 1024 * 1024

  package let folder: String
  let disk: any Disk

  package init(folder: String, disk: any Disk = SystemDisk()) {
    self.folder = folder
    self.disk = disk
  }

  /// Gives each line with the position after it, until `body` says false or `end` is reached.
  ///
  /// Returns the position after the last line that was given, from which to go on. Where the
  /// file of `start` was removed, reading begins with the day after it; any other place that is
  /// not behind a line is refused.
  package func read(
    from start: ItemPosition? = nil, to end: ItemPosition? = nil,
    _ body: (_ line: [UInt8], _ after: ItemPosition) throws(JournalFailure) -> Bool
  ) throws(JournalFailure) -> ItemPosition? {
    let days = try onDisk { () throws(DiskFailure) in try self.days() }
    if let start, let newest = days.last, newest < start.day { throw .noSuchPosition(start) }
    var reached = start
    for day in days where day >= start?.day ?? day && day <= end?.day ?? day {
      let offset = day == start?.day ? start?.offset ?? 0 : 0
      let limit = day == end?.day ? end?.offset : nil
      guard try read(day, from: offset, to: limit, &reached, body) else { break }
    }
    return reached
  }

  /// The days that have a file, in order.
  func days() throws(DiskFailure) -> [ItemDay] {
    try disk.namesIfPresent(in: folder).compactMap(ItemDay.init(fileName:)).sorted()
  }

  /// Whether there is more to read.
  private func read(
    _ day: ItemDay, from offset: Int64, to limit: Int64?, _ reached: inout ItemPosition?,
    _ body: (_ line: [UInt8], _ after: ItemPosition) throws(JournalFailure) -> Bool
  ) throws(JournalFailure) -> Bool {
    let file = try onDisk { () throws(DiskFailure) in
      try OpenFile(folder + "/" + day.fileName, .reading, on: disk)
    }
    let size = try onDisk { () throws(DiskFailure) in try file.status().size }
    let isPosition = try onDisk { () throws(DiskFailure) in
      if offset == 0 { return true }
      guard offset <= size else { return false }
      return try file.read(offset - 1..<offset) == [UInt8(ascii: "\n")]
    }
    guard isPosition else { throw .noSuchPosition(ItemPosition(day: day, offset: offset)) }
    var lines = LineReader(
      file, from: offset, size: min(size, limit ?? size), lineLimit: Self.lineLimit)
    while let next = try onDisk({ () throws(DiskFailure) in try lines.next() }) {
      guard case .line(let range, _) = next else { continue }
      let after = ItemPosition(day: day, offset: lines.offset)
      reached = after
      guard try body(Array(lines.buffer[range]), after) else { return false }
    }
    return true
  }
}
