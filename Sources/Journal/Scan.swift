import Bytes

/// One walk over the segments, which checks each line and gives each record once.
///
/// Opening, reading and verifying all walk this way, so they cannot disagree about what is whole.
struct Scan {
  /// What must be on disk because somebody outside knows it.
  struct Anchors {
    private let hashes: [Int64: Set<Digest>]
    private let heads: [Head]

    init(_ heads: [Head]) {
      self.heads = heads.sorted { $0.sequence < $1.sequence }
      hashes = Dictionary(grouping: heads, by: \.sequence).mapValues { Set($0.map(\.hash)) }
    }

    var highest: Int64 { heads.last?.sequence ?? 0 }

    func check(_ head: Head) throws(JournalFailure) {
      guard !heads.isEmpty, let known = hashes[head.sequence] else { return }
      for hash in known where hash != head.hash {
        throw .headMismatch(
          expected: Head(sequence: head.sequence, hash: hash), actual: head.hash)
      }
    }

    /// All of them have been passed, or the end is missing.
    func check(end head: Head) throws(JournalFailure) {
      guard let lost = heads.first(where: { $0.sequence > head.sequence }) else { return }
      throw .headMismatch(expected: lost, actual: nil)
    }
  }

  /// A segment as far as it is whole.
  struct Segment {
    let name: SegmentName
    /// When its header was written.
    let began: Instant
    var size: Int64
    var lines: Int
  }

  private let layout: Layout
  private let disk: any Disk
  private let anchors: Anchors
  /// Where the walk begins, if not with a segment.
  private var start: Checkpoint?

  /// The last record that is whole; nil while nothing was read.
  private(set) var head: Head?
  private(set) var header: SegmentHeader?
  private(set) var segments: [Segment] = []
  private(set) var recordCount: Int64 = 0
  /// The highest record that another one says was on disk.
  private(set) var watermark: Int64 = 0

  init(_ layout: Layout, on disk: any Disk, anchors: [Head]) {
    self.layout = layout
    self.disk = disk
    self.anchors = Anchors(anchors)
  }

  /// Begins behind a record, which was looked at already, and its segment's header with it.
  /// Anchors up to there are not looked at.
  mutating func begin(behind checkpoint: Checkpoint, _ header: SegmentHeader) {
    start = checkpoint
    head = checkpoint.head
    self.header = header
    watermark = checkpoint.head.sequence
    segments = [
      Segment(
        name: SegmentName(first: checkpoint.segment), began: checkpoint.segmentBegan,
        size: checkpoint.end, lines: checkpoint.line)
    ]
  }

  /// Walks from the segment that holds `first` to the end of the last one, and gives what `look`
  /// has made of the records `first...last`, in their order. Anchors before that segment are not
  /// looked at.
  ///
  /// Returns a last line that was cut off in mid-write, if there is one. Damage anywhere else is
  /// thrown. What `look` or `body` throws ends the walk.
  mutating func run(
    _ wanted: ClosedRange<Int64> = 1...Int64.max, _ look: RecordLook,
    _ body: (any RecordLook.Made) throws(JournalFailure) -> Void = { _ in }
  ) throws(JournalFailure) -> TornTail? {
    let names = try names(from: start?.segment ?? wanted.lowerBound)
    var torn: TornTail?
    for (index, name) in names.enumerated() {
      if let head, name.first != start?.segment {
        guard head.sequence < wanted.upperBound else { return nil }
        guard head.sequence + 1 == name.first else {
          let place = Record.Place(file: layout.path(name), line: 1, offset: 0)
          throw .damaged(
            Damage(at: place, sequence: head.sequence + 1, .missingSegment(found: name.text)))
        }
      }
      let next = index + 1 < names.count ? names[index + 1] : nil
      torn = try walk(name, before: next, wanted, look, body)
    }
    if torn == nil, let head, head.sequence < wanted.upperBound { try anchors.check(end: head) }
    return torn
  }

  /// The segment that holds this record, and all after it.
  private func names(from first: Int64) throws(JournalFailure) -> [SegmentName] {
    let names = try onDisk { () throws(DiskFailure) in try layout.segments(on: disk) }
    guard let earliest = names.first else { throw .missing(folder: layout.folder) }
    guard earliest.first == 1 else {
      let place = Record.Place(file: layout.path(earliest), line: 1, offset: 0)
      throw .damaged(Damage(at: place, sequence: 1, .missingSegment(found: earliest.text)))
    }
    return Array(names[(names.lastIndex { $0.first <= first } ?? 0)...])
  }

  /// The header by itself, the lines by the block, and what a block does not get over line by line.
  private mutating func walk(
    _ name: SegmentName, before next: SegmentName?, _ wanted: ClosedRange<Int64>,
    _ look: RecordLook, _ body: (any RecordLook.Made) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> TornTail? {
    let file = try onDisk { () throws(DiskFailure) in
      try OpenFile(layout.path(name), .reading, on: disk)
    }
    let size = try onDisk { () throws(DiskFailure) in try file.status().size }
    let begins = start?.segment == name.first ? start : nil
    var lines = Lines(
      file: file, size: size, name: name, next: next, number: begins?.line ?? 0,
      offset: begins?.end ?? 0)
    if lines.number == 0 {
      if let torn = try take(&lines, atMost: 1, wanted, look, body) { return torn }
      if let head, head.sequence >= wanted.upperBound { return nil }
    }
    try takeBlocks(&lines, wanted, look, body)
    if let head, head.sequence >= wanted.upperBound { return nil }
    return try take(&lines, atMost: .max, wanted, look, body)
  }

  /// How far a walk is in one segment.
  private struct Lines {
    let file: OpenFile
    let size: Int64
    let name: SegmentName
    let next: SegmentName?
    /// Of the last line that was taken.
    var number: Int
    /// Where the next one begins.
    var offset: Int64
  }

  /// While the lines of one block are put to use, those of the next are looked at. What is wrong with
  /// reading the next is said when its turn comes, as if it had not been read before.
  private mutating func takeBlocks(
    _ lines: inout Lines, _ wanted: ClosedRange<Int64>, _ look: RecordLook,
    _ body: (any RecordLook.Made) throws(JournalFailure) -> Void
  ) throws(JournalFailure) {
    guard let previous = head?.hash,
      let first = try Self.block(lines, from: lines.offset, line: lines.number + 1).get()
    else { return }
    var current = BlockLook(first, after: previous, look)
    defer { current.wait() }
    if first.next.offset < lines.size { current.begin() }
    while true {
      let block = current.block
      let next = Self.block(lines, from: block.next.offset, line: block.next.line)
      let pieces = current.links()
      let isLast = (pieces.last?.last?.sequence ?? 0) >= wanted.upperBound
      if !isLast, case .success(let next?) = next, let hash = block.lastHash {
        current = BlockLook(next, after: hash, look)
        current.begin()
      }
      guard try take(pieces, of: block, &lines, wanted, body), try next.get() != nil else {
        return
      }
    }
  }

  private static func block(
    _ lines: Lines, from offset: Int64, line: Int
  ) -> Result<LineBlock?, JournalFailure> {
    Result { () throws(JournalFailure) in
      try onDisk { () throws(DiskFailure) in
        try LineBlock(lines.file, from: offset, size: lines.size, firstLine: line)
      }
    }
  }

  /// Whether all lines of the block were taken, and more are wanted.
  private mutating func take(
    _ pieces: [[ChainLink]], of block: LineBlock, _ lines: inout Lines,
    _ wanted: ClosedRange<Int64>,
    _ body: (any RecordLook.Made) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> Bool {
    for (index, links) in pieces.enumerated() {
      for link in links {
        guard let head, link.sequence == head.sequence + 1, link.watermark < link.sequence
        else { return false }
        let new = Head(sequence: link.sequence, hash: link.hash)
        try anchors.check(new)
        accept(new, link.watermark, endingAt: link.end)
        lines.number += 1
        lines.offset = link.end
        if new.sequence >= wanted.lowerBound { try Self.give(link.value, body) }
        if new.sequence >= wanted.upperBound { return false }
      }
      guard links.count == block.lineCount(ofPiece: index, of: pieces.count) else { return false }
    }
    return true
  }

  private mutating func take(
    _ lines: inout Lines, atMost limit: Int, _ wanted: ClosedRange<Int64>,
    _ look: RecordLook, _ body: (any RecordLook.Made) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> TornTail? {
    let file = lines.file
    var reader = LineReader(
      file, from: lines.offset, size: lines.size, lineLimit: Line.limit)
    let end = limit == .max ? limit : lines.number + limit
    while lines.number < end,
      let found = try onDisk({ () throws(DiskFailure) in try reader.next() })
    {
      lines.number += 1
      let place = Record.Place(file: file.path, line: lines.number, offset: found.offset)
      let record: Record
      do throws(LineFault) {
        record = try self.record(
          found, in: reader.buffer, at: place, of: lines.name, readsEvents: look.readsEvents)
      } catch {
        switch error {
        case .newerVersion(let form): throw .newerVersion(place, found: form)
        case .problem(let problem):
          return try tornTail(problem, at: place, in: file, size: lines.size, before: lines.next)
        }
      }
      lines.offset = reader.offset
      try anchors.check(record.head)
      if place.line == 1 {
        segments.append(
          Segment(
            name: SegmentName(first: record.sequence), began: record.time, size: 0, lines: 0))
      }
      accept(record.head, record.watermark, endingAt: reader.offset)
      if record.sequence >= wanted.lowerBound {
        try Self.give(ChainLink.Content(record, look), body)
      }
      if record.sequence >= wanted.upperBound { return nil }
    }
    guard lines.number == 0 else { return nil }
    // The file was made, and its header was never written.
    let place = Record.Place(file: file.path, line: 1, offset: 0)
    return try tornTail(.cutOff, at: place, in: file, size: lines.size, before: lines.next)
  }

  private static func give(
    _ value: ChainLink.Content, _ body: (any RecordLook.Made) throws(JournalFailure) -> Void
  ) throws(JournalFailure) {
    switch value {
    case .nothing: return
    case .made(let made): try body(made)
    case .failed(let failed): throw failed.failure
    }
  }

  private mutating func accept(_ head: Head, _ watermark: Int64, endingAt end: Int64) {
    self.head = head
    recordCount += 1
    self.watermark = max(self.watermark, watermark)
    segments[segments.count - 1].size = end
    segments[segments.count - 1].lines += 1
  }
}

// One line.
extension Scan {
  private mutating func record(
    _ found: LineReader.Next, in buffer: [UInt8], at place: Record.Place, of name: SegmentName,
    readsEvents: Bool
  ) throws(LineFault) -> Record {
    let line: ArraySlice<UInt8>
    switch found {
    case .line(let range, _): line = buffer[range]
    case .cutOff: throw .problem(.cutOff)
    case .tooLong: throw .problem(.tooLong(limit: Line.limit))
    }
    let previous = place.line == 1 ? try takeHeader(line, of: name) : head
    guard let previous else { preconditionFailure("a line before the header") }
    let hash = try Line.checkedHash(of: line, after: previous.hash)
    let record = try Line.record(line, hash: hash, at: place, readsEvents: readsEvents)
    guard record.sequence == previous.sequence + 1 else {
      throw .problem(.sequence(record.sequence))
    }
    guard record.watermark < record.sequence else { throw .problem(.watermark(record.watermark)) }
    return record
  }

  /// Reads a segment's first line, and says what it follows.
  ///
  /// Where the walk begins nothing is known yet, so it follows what it says itself.
  private mutating func takeHeader(
    _ line: ArraySlice<UInt8>, of name: SegmentName
  ) throws(LineFault) -> Head {
    // With a known head the chain is looked at first: it tells damage from a wrong header.
    if let head {
      do throws(LineFault) {
        _ = try Line.checkedHash(of: line, after: head.hash)
      } catch {
        // Another algorithm makes another hash.
        if let form = SegmentHeader.foreignForm(line) { throw .newerVersion(form) }
        throw error
      }
    }
    if let form = SegmentHeader.foreignForm(line) { throw .newerVersion(form) }
    let header = try SegmentHeader.read(line)
    let previous: Head
    if let head {
      previous = head
    } else if name.first == 1 {
      previous = .genesis(of: header.identifier)
    } else {
      previous = Head(sequence: name.first - 1, hash: header.previousHash)
    }
    try check(header, follows: previous)
    self.header = header
    return previous
  }

  private func check(_ header: SegmentHeader, follows previous: Head) throws(LineFault) {
    if header.previousHash != previous.hash {
      throw .header(
        zh: "“prevHash”不是前一条记录的散列值", en: "'prevHash' is not the hash of the record before")
    }
    if let last = segments.last, header.previousSegment != last.name.text {
      throw .header(zh: "“prev”不是前一个文件", en: "'prev' is not the file before")
    }
    guard let first = self.header else { return }
    if header.identifier != first.identifier {
      throw .header(zh: "属于另一份记录", en: "it belongs to another journal")
    }
    if header.isExercise != first.isExercise {
      throw .header(zh: "“exercise”前后不一", en: "'exercise' is not what it was before")
    }
  }
}

// Where the lines end.
extension Scan {
  /// The tail that begins here, if a write that was cut off explains all of it.
  private func tornTail(
    _ problem: Damage.Problem, at place: Record.Place, in file: OpenFile, size: Int64,
    before next: SegmentName?
  ) throws(JournalFailure) -> TornTail {
    let sequence = (head?.sequence ?? 0) + 1
    let length = size - place.offset
    let evidence: Damage.Evidence?
    var tail: [UInt8] = []
    if head == nil {
      evidence = .nothingBefore
    } else if let next {
      evidence = .laterSegment(next.text)
    } else if length > Writer.batchLimit {
      evidence = .longerThanABatch(length)
    } else {
      tail = try onDisk { () throws(DiskFailure) in try file.read(place.offset..<size) }
      if let witness = Witness.find(in: tail, for: sequence) {
        evidence = .watermark(witness.watermark, ofRecord: witness.sequence)
      } else {
        evidence = anchors.highest >= sequence ? .anchor(anchors.highest) : nil
      }
    }
    if let evidence {
      throw .damaged(Damage(at: place, sequence: sequence, problem, because: evidence))
    }
    return TornTail(place: place, sequence: sequence, bytes: tail)
  }
}

extension LineFault {
  fileprivate static func header(zh: String, en: String) -> LineFault {
    .problem(.header(Bilingual(zh: zh, en: en)))
  }
}
