/// Takes the lines of a file one after the other, through one buffer.
struct LineReader {
  enum Next {
    /// A line without its line break, as a range of `buffer`.
    case line(Range<Int>, offset: Int64)
    /// The file ends within a line.
    case cutOff(offset: Int64)
    case tooLong(offset: Int64)

    var offset: Int64 {
      switch self {
      case .line(_, let offset), .cutOff(let offset), .tooLong(let offset): offset
      }
    }
  }

  /// Lines of up to this many bytes, line break included.
  private let lineLimit: Int
  private let file: OpenFile
  /// Bytes from here on are left alone: they may still be written to.
  private let size: Int64
  private(set) var buffer: [UInt8]
  private var start = 0
  private var end = 0
  /// Bytes before this were searched for a line break already.
  private var searched = 0
  /// In the rest of a line that was too long.
  private var isSkipping = false
  /// Where the next line begins in the file.
  private(set) var offset: Int64

  private static let readSize = 1024 * 1024

  init(_ file: OpenFile, from offset: Int64 = 0, size: Int64, lineLimit: Int) {
    self.file = file
    self.size = size
    self.lineLimit = lineLimit
    self.offset = offset
    let room = min(Int64(lineLimit + Self.readSize), max(1, size - offset))
    buffer = [UInt8](repeating: 0, count: Int(room))
  }

  /// nil at the end. After a line that is too long comes the line behind it.
  mutating func next() throws(DiskFailure) -> Next? {
    while true {
      let offset = offset
      if let lineEnd = lineBreak() {
        let range = start..<lineEnd
        skip(to: lineEnd + 1)
        if isSkipping {
          isSkipping = false
          continue
        }
        return range.count < lineLimit
          ? .line(range, offset: offset) : .tooLong(offset: offset)
      }
      if isSkipping {
        skip(to: end)
      } else if end - start >= lineLimit {
        isSkipping = true
        return .tooLong(offset: offset)
      }
      guard try fill() else { return start == end ? nil : .cutOff(offset: offset) }
    }
  }

  private mutating func skip(to position: Int) {
    offset += Int64(position - start)
    start = position
    searched = position
  }

  private mutating func lineBreak() -> Int? {
    let found = buffer[searched..<end].firstIndex(of: UInt8(ascii: "\n"))
    searched = end
    return found
  }

  /// Whether there was more.
  private mutating func fill() throws(DiskFailure) -> Bool {
    if start > 0 {
      // In place: the two may overlap.
      buffer.withUnsafeMutableBytes { bytes in
        bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      }
      searched -= start
      end -= start
      start = 0
    }
    let readOffset = offset + Int64(end)
    let wanted = min(Int64(buffer.count - end), size - readOffset)
    guard wanted > 0 else { return false }
    let count = try file.read(into: &buffer, from: end, at: readOffset)
    end += min(count, Int(wanted))
    return count > 0
  }
}
