import Bytes
import Dispatch
import Glibc
import Synchronization

/// What a walk makes of each record, before the records are put together in their order.
///
/// A reference stands for what is made: a generic here would not be specialised for who reads, and
/// take longer than the reading.
enum RecordLook: Sendable {
  typealias Made = AnyObject & Sendable

  /// Nothing: that the chain holds is all that is wanted. Of a line only its numbers are read.
  case chain
  /// Made on several threads at once, each record by itself.
  case records(@Sendable (Record) throws(JournalFailure) -> any Made)

  var readsEvents: Bool {
    switch self {
    case .chain: false
    case .records: true
    }
  }
}

/// One line that follows from the hash before it, looked at by itself.
struct ChainLink: Sendable {
  enum Content: Sendable {
    case nothing
    case made(any RecordLook.Made)
    case failed(Failed)
  }

  /// Large, and hardly ever there.
  final class Failed: Sendable {
    let failure: JournalFailure

    init(_ failure: JournalFailure) { self.failure = failure }
  }

  let sequence: Int64
  let watermark: Int64
  let hash: Digest
  /// The byte of the file after its line break.
  let end: Int64
  let value: Content
}

/// Whole lines that stand one after the other in a file.
///
/// A line says which hash stands before it as well as which is its own. So the lines of a block can
/// be checked on all cores at once: each piece begins with the hash that the line before it bears,
/// and that this line bears it rightly is found by the piece before.
struct LineBlock: Sendable {
  let bytes: [UInt8]
  /// Where it stands in its file, and the number of its first line.
  let offset: Int64
  let firstLine: Int
  /// After each line break.
  let ends: [Int]
  let file: String

  /// Enough that the threads are not busy with beginning and ending.
  private static let size = 4 << 20
  private static let leastLinesAPiece = 64

  /// What stands in the file from there on; nil where there is not one whole line more.
  init?(
    _ file: OpenFile, from offset: Int64, size fileSize: Int64, firstLine: Int
  ) throws(DiskFailure) {
    let length = min(Int64(Self.size), fileSize - offset)
    guard length > 0 else { return nil }
    bytes = try file.read(offset..<offset + length)
    ends = Self.lineEnds(in: bytes)
    guard !ends.isEmpty else { return nil }
    self.offset = offset
    self.firstLine = firstLine
    self.file = file.path
  }

  private static func lineEnds(in bytes: [UInt8]) -> [Int] {
    var ends: [Int] = []
    ends.reserveCapacity(bytes.count / 256)
    bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var start = 0
      while start < bytes.count,
        let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
      {
        start = base.distance(to: UnsafeRawPointer(found)) + 1
        ends.append(start)
      }
    }
    return ends
  }

  /// The links of all lines, piece by piece in their order. A piece that is shorter than it should
  /// be ends before a line that is not what it should be.
  func links(after previous: Digest, _ look: RecordLook) -> [[ChainLink]] {
    let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let count = max(1, min(2 * cores, ends.count / Self.leastLinesAPiece))
    let starts = (0...count).map { ends.count * $0 / count }
    guard count > 1 else { return [links(0..<ends.count, after: previous, look)] }
    let pieces = Mutex([[ChainLink]](repeating: [], count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let lines = starts[index]..<starts[index + 1]
      let before = index == 0 ? previous : hash(ofLine: lines.lowerBound - 1)
      guard let before else { return }
      let found = links(lines, after: before, look)
      pieces.withLock { $0[index] = found }
    }
    return pieces.withLock { $0 }
  }

  func lineCount(ofPiece index: Int, of count: Int) -> Int {
    ends.count * (index + 1) / count - ends.count * index / count
  }

  private func start(ofLine index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

  private func line(_ index: Int) -> ArraySlice<UInt8> {
    bytes[start(ofLine: index)..<ends[index] - 1]
  }

  /// The hash that a line bears, rightly or not.
  private func hash(ofLine index: Int) -> Digest? { Line.trailer(of: line(index))?.hash }

  /// The hash that the last line bears; nil where it bears none.
  var lastHash: Digest? { hash(ofLine: ends.count - 1) }

  /// Where the first byte behind its lines stands, and the number of the line that begins there.
  var next: (offset: Int64, line: Int) {
    (offset + Int64(ends.last ?? 0), firstLine + ends.count)
  }

  private func links(
    _ lines: Range<Int>, after previous: Digest, _ look: RecordLook
  ) -> [ChainLink] {
    let hashes = hashes(lines, after: previous)
    var links: [ChainLink] = []
    links.reserveCapacity(hashes.count)
    for (index, hash) in zip(lines, hashes) {
      do throws(LineFault) {
        links.append(try link(line(index), hash, index, look))
      } catch {
        // Whoever goes on line by line from here meets the same and says what it is.
        return links
      }
    }
    return links
  }

  /// The hashes of these lines, up to the first that is not what it should be.
  ///
  /// Each is taken after the hash that the line before it bears, so that many can be taken at once.
  /// Behind a line that does not bear its own, none counts.
  private func hashes(_ lines: Range<Int>, after previous: Digest) -> [Digest] {
    var messages: [SHA256Lanes.Message] = []
    var borne: [Digest] = []
    messages.reserveCapacity(lines.count)
    borne.reserveCapacity(lines.count)
    for index in lines {
      let line = line(index)
      guard line.count < Line.limit, let trailer = Line.trailer(of: line) else { break }
      messages.append(
        SHA256Lanes.Message(
          after: borne.last ?? previous, line.startIndex..<trailer.bodyEnd))
      borne.append(trailer.hash)
    }
    let found = SHA256Lanes.hashes(messages, in: bytes)
    var whole = 0
    while whole < found.count, found[whole] == borne[whole] { whole += 1 }
    borne.removeLast(borne.count - whole)
    return borne
  }

  private func link(
    _ line: ArraySlice<UInt8>, _ hash: Digest, _ index: Int, _ look: RecordLook
  ) throws(LineFault) -> ChainLink {
    let end = offset + Int64(ends[index])
    if case .chain = look, let numbers = LineNumbers(line) {
      return ChainLink(
        sequence: numbers.sequence, watermark: numbers.watermark, hash: hash, end: end,
        value: .nothing)
    }
    let place = Record.Place(
      file: file, line: firstLine + index, offset: offset + Int64(start(ofLine: index)))
    let record = try Line.record(line, hash: hash, at: place, readsEvents: look.readsEvents)
    return ChainLink(
      sequence: record.sequence, watermark: record.watermark, hash: hash, end: end,
      value: ChainLink.Content(record, look))
  }
}

extension ChainLink.Content {
  init(_ record: Record, _ look: RecordLook) {
    switch look {
    case .chain: self = .nothing
    case .records(let make):
      do throws(JournalFailure) {
        self = .made(try make(record))
      } catch {
        self = .failed(ChainLink.Failed(error))
      }
    }
  }
}
