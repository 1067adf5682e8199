package import Bytes

/// The place behind a record, from which a walk over the journal can go on.
///
/// It is trusted only as far as the journal bears it out: the record that ends there has to have
/// this number and this hash.
package struct Checkpoint: Hashable, Sendable {
  package let head: Head
  /// The number of the first record of the segment, which is the name of its file.
  package let segment: Int64
  package let segmentBegan: Instant
  /// The line of the record in its file, from 1.
  package let line: Int
  /// The byte after its line break.
  package let end: Int64

  package init(head: Head, segment: Int64, segmentBegan: Instant, line: Int, end: Int64) {
    self.head = head
    self.segment = segment
    self.segmentBegan = segmentBegan
    self.line = line
    self.end = end
  }
}

/// Where a record's line stands, for reading it by itself.
package struct LinePlace: Hashable, Sendable {
  /// The number of the first record of its segment.
  package let segment: Int64
  package let offset: Int64
  /// With its line break.
  package let length: Int

  package init(segment: Int64, offset: Int64, length: Int) {
    self.segment = segment
    self.offset = offset
    self.length = length
  }
}

/// Reads single records, each checked against the hash that stands before it.
///
/// That proves that a line is as it was written after the line before; that the whole chain holds
/// is what `JournalReader.verify` tells.
package struct LineFinder: ~Copyable {
  private let layout: Layout
  private let disk: any Disk
  private var files: [Int64: OpenFile] = [:]
  private var headers: [Int64: SegmentHeader] = [:]

  package init(folder: String, disk: any Disk = SystemDisk()) {
    layout = Layout(folder: folder)
    self.disk = disk
  }

  /// The record whose line stands there. Throws `damaged` where no such line does.
  package mutating func record(at place: LinePlace, line: Int = 0) throws(JournalFailure) -> Record
  {
    let file = try file(place.segment)
    let recordPlace = Record.Place(file: file.path, line: line, offset: place.offset)
    // The trailer of the line before holds the hash that this one follows.
    let before = min(place.offset, Int64(Line.trailerLength) + 1)
    let end = place.offset + Int64(place.length)
    guard place.length > 0, place.length <= Line.limit, place.offset >= 0,
      try onDisk({ () throws(DiskFailure) in try file.status().size }) >= end
    else { throw Self.missing(recordPlace) }
    let bytes = try onDisk { () throws(DiskFailure) in
      try file.read(place.offset - before..<end)
    }
    guard bytes.last == UInt8(ascii: "\n") else { throw Self.missing(recordPlace) }
    let previous: Digest
    if before > 0 {
      let text = bytes[(Int(before) - 67)..<(Int(before) - 3)]
      guard let digest = Digest(hex: String(decoding: text, as: UTF8.self)) else {
        throw Self.missing(recordPlace)
      }
      previous = digest
    } else {
      previous = try header(place.segment).previousHash
    }
    do throws(LineFault) {
      let text = bytes[Int(before)..<bytes.count - 1]
      let hash = try Line.checkedHash(of: text, after: previous)
      return try Line.record(text, hash: hash, at: recordPlace)
    } catch {
      switch error {
      case .newerVersion(let form): throw .newerVersion(recordPlace, found: form)
      case .problem(let problem):
        throw .damaged(Damage(at: recordPlace, sequence: 0, problem))
      }
    }
  }

  /// Whether the journal has this record at this place, and begins that segment as every other.
  mutating func bearsOut(_ checkpoint: Checkpoint) throws(JournalFailure) -> SegmentHeader? {
    let end = checkpoint.end
    let file: OpenFile
    do throws(JournalFailure) {
      file = try self.file(checkpoint.segment)
    } catch {
      guard case .disk(let failure) = error, failure.number.isMissing else { throw error }
      return nil
    }
    let size = try onDisk { () throws(DiskFailure) in try file.status().size }
    guard end > 0, end <= size else { return nil }
    var (start, bytes, lineStart) = (end, [UInt8](), 0)
    for length in [Self.usualLine, Line.limit] where lineStart == 0 {
      start = max(0, end - Int64(length))
      bytes = try onDisk { () throws(DiskFailure) in try file.read(start..<end) }
      guard bytes.last == UInt8(ascii: "\n") else { return nil }
      lineStart = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    }
    guard lineStart > 0 || start == 0 else { return nil }
    let place = LinePlace(
      segment: checkpoint.segment, offset: start + Int64(lineStart),
      length: bytes.count - lineStart)
    do throws(JournalFailure) {
      guard try record(at: place).head == checkpoint.head else { return nil }
      return try header(checkpoint.segment)
    } catch {
      guard case .damaged = error else { throw error }
      return nil
    }
  }

  /// Nearly every line is shorter.
  private static let usualLine = 4096

  private static func missing(_ place: Record.Place) -> JournalFailure {
    .damaged(Damage(at: place, sequence: 0, .cutOff))
  }

  private mutating func file(_ segment: Int64) throws(JournalFailure) -> OpenFile {
    if let file = files[segment] { return file }
    let path = layout.path(SegmentName(first: segment))
    let disk = disk
    let file = try onDisk { () throws(DiskFailure) in try OpenFile(path, .reading, on: disk) }
    files[segment] = file
    return file
  }

  private mutating func header(_ segment: Int64) throws(JournalFailure) -> SegmentHeader {
    if let header = headers[segment] { return header }
    let file = try file(segment)
    let place = Record.Place(file: file.path, line: 1, offset: 0)
    let size = try onDisk { () throws(DiskFailure) in try file.status().size }
    let bytes = try onDisk { () throws(DiskFailure) in
      try file.read(0..<min(size, Int64(Self.usualLine)))
    }
    do throws(LineFault) {
      // A header is never longer than this.
      let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
      if let form = SegmentHeader.foreignForm(line) { throw .newerVersion(form) }
      let header = try SegmentHeader.read(line)
      headers[segment] = header
      return header
    } catch {
      switch error {
      case .newerVersion(let form): throw .newerVersion(place, found: form)
      case .problem(let problem): throw .damaged(Damage(at: place, sequence: segment, problem))
      }
    }
  }
}
