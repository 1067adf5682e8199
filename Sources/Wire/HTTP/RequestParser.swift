/// Takes the bytes of one connection and gives its requests, one after the other. Pure.
struct RequestParser {
  enum Step {
    case needsMore
    /// The head is whole and the client waits to be told that it may send the body.
    case mayContinue
    case complete(RequestHead, body: [UInt8])
    case refused(RequestRefusal)
  }

  private enum State {
    case head
    case body(RequestHead, length: Int)
    case chunkSize(RequestHead)
    case chunkData(RequestHead, left: Int)
    case chunkEnd(RequestHead)
    case trailers(RequestHead, bytes: Int)
    case complete
    case refused
  }

  private let limits: HTTPLimits
  private var state = State.head
  private var buffer: [UInt8] = []
  private var position = 0
  // How far the head was already looked through: bytes that come one by one are not read again.
  private var scanned = 0
  private var lineStart = 0
  private var lineCount = 0
  private var headersStart = 0
  private var body: [UInt8] = []

  /// More than this on a chunk's line beside its size is no extension but an attack.
  private static let chunkExtensionLimit = 256

  init(_ limits: HTTPLimits) { self.limits = limits }

  /// Whether nothing of a further request has come.
  var isBetweenRequests: Bool {
    if case .head = state { buffer.count == position } else { false }
  }

  /// Whether the head is whole and the body is being read.
  var isInBody: Bool {
    switch state {
    case .head, .complete, .refused: false
    case .body, .chunkSize, .chunkData, .chunkEnd, .trailers: true
    }
  }

  /// Whether bytes came after the request that was given last.
  var hasBytesLeft: Bool { position < buffer.count }

  /// Makes ready for the next request. What came after the last one is dropped.
  mutating func startOver() {
    buffer.removeAll(keepingCapacity: buffer.capacity <= 65_536)
    position = 0
    scanned = 0
    lineStart = 0
    lineCount = 0
    headersStart = 0
    body = []
    state = .head
  }

  mutating func take(_ bytes: UnsafeRawBufferPointer) {
    if isInBody, position > 0 {
      // What was read is dropped, so that a body of tiny chunks does not pile up their frames.
      buffer.removeFirst(position)
      position = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next thing to do. To be called again until it says `needsMore`, or ends.
  mutating func step() -> Step {
    do throws(RequestRefusal) {
      return try advance()
    } catch {
      state = .refused
      return .refused(error)
    }
  }

  private mutating func advance() throws(RequestRefusal) -> Step {
    while true {
      switch state {
      case .head:
        guard let end = try headEnd() else { return .needsMore }
        let head = try RequestHead(buffer[position..<end], limits)
        position = end
        switch head.framing {
        case .none: return complete(head)
        case .length(let length):
          state = .body(head, length: length)
          body.reserveCapacity(length)
        case .chunked: state = .chunkSize(head)
        }
        if head.expectsContinue, !hasBytesLeft { return .mayContinue }
      case .body(let head, let length):
        takeBody(upTo: length - body.count)
        guard body.count == length else { return .needsMore }
        return complete(head)
      case .chunkSize(let head):
        guard let line = try line(limit: 16 + Self.chunkExtensionLimit) else { return .needsMore }
        let size = try Self.chunkSize(line)
        guard size <= limits.bodyBytes - body.count else {
          throw RequestRefusal(413, "the body may have \(limits.bodyBytes) bytes")
        }
        state = size == 0 ? .trailers(head, bytes: 0) : .chunkData(head, left: size)
      case .chunkData(let head, let left):
        let before = body.count
        takeBody(upTo: left)
        let rest = left - (body.count - before)
        state = rest == 0 ? .chunkEnd(head) : .chunkData(head, left: rest)
        guard rest == 0 else { return .needsMore }
      case .chunkEnd(let head):
        guard buffer.count - position >= 2 else { return .needsMore }
        guard buffer[position] == 0x0d, buffer[position + 1] == 0x0a else {
          throw RequestRefusal(400, "a chunk is not followed by CRLF")
        }
        position += 2
        state = .chunkSize(head)
      case .trailers(let head, let bytes):
        guard let line = try line(limit: limits.headerBytes) else { return .needsMore }
        if line.isEmpty { return complete(head) }
        guard bytes + line.count <= limits.headerBytes else {
          throw RequestRefusal(431, "the trailers are too long")
        }
        // Read past, never used: a trailer that counted could change what was already decided.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), isToken(line[..<colon]),
          line[colon...].allSatisfy(isFieldByte)
        else { throw RequestRefusal(400, "a malformed trailer") }
        state = .trailers(head, bytes: bytes + line.count)
      case .complete, .refused: return .needsMore
      }
    }
  }

  private mutating func complete(_ head: RequestHead) -> Step {
    state = .complete
    defer { body = [] }
    return .complete(head, body: body)
  }

  private mutating func takeBody(upTo count: Int) {
    let taken = min(count, buffer.count - position)
    body.append(contentsOf: buffer[position..<position + taken])
    position += taken
    // What was taken need not be held twice.
    if position == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      position = 0
    }
  }

  /// Where the head ends, behind its empty line; nil while it goes on.
  private mutating func headEnd() throws(RequestRefusal) -> Int? {
    while scanned < buffer.count {
      switch buffer[scanned] {
      case 0x0a: throw RequestRefusal(400, "a line feed without a carriage return")
      case 0x0d:
        guard scanned + 1 < buffer.count else {
          try checkSize()
          return nil
        }
        guard buffer[scanned + 1] == 0x0a else {
          throw RequestRefusal(400, "a carriage return without a line feed")
        }
        try checkSize()
        let isEmptyLine = scanned == lineStart
        scanned += 2
        lineStart = scanned
        lineCount += 1
        if lineCount == 1 { headersStart = scanned }
        if isEmptyLine { return scanned }
      case 0: throw RequestRefusal(400, "a NUL in the head")
      default: scanned += 1
      }
    }
    try checkSize()
    return nil
  }

  private func checkSize() throws(RequestRefusal) {
    if lineCount == 0 {
      guard scanned <= limits.requestLineBytes else {
        throw RequestRefusal(414, "the request line may have \(limits.requestLineBytes) bytes")
      }
    } else {
      guard scanned - headersStart <= limits.headerBytes else {
        throw RequestRefusal(431, "the headers may have \(limits.headerBytes) bytes")
      }
      guard lineCount <= limits.headerCount + 1 else {
        throw RequestRefusal(431, "more than \(limits.headerCount) headers")
      }
    }
  }

  /// One line of a chunked body, without its CRLF.
  private mutating func line(limit: Int) throws(RequestRefusal) -> ArraySlice<UInt8>? {
    let end = min(buffer.count, position + limit + 2)
    guard let feed = buffer[position..<end].firstIndex(of: 0x0a) else {
      guard buffer.count - position <= limit + 1 else {
        throw RequestRefusal(400, "a line of the chunked body is too long")
      }
      return nil
    }
    guard feed > position, buffer[feed - 1] == 0x0d else {
      throw RequestRefusal(400, "a line feed without a carriage return")
    }
    let line = buffer[position..<(feed - 1)]
    guard !line.contains(0x0d), !line.contains(0) else {
      throw RequestRefusal(400, "a carriage return without a line feed")
    }
    position = feed + 1
    return line
  }

  /// RFC 9112 §7.1: at least one and at most sixteen hexadecimal digits, then perhaps extensions.
  private static func chunkSize(_ line: ArraySlice<UInt8>) throws(RequestRefusal) -> Int {
    let end = line.firstIndex(of: UInt8(ascii: ";")) ?? line.endIndex
    let digits = line[..<end]
    guard (1...16).contains(digits.count), line.count - digits.count <= chunkExtensionLimit,
      line[end...].allSatisfy(isFieldByte)
    else { throw RequestRefusal(400, "a malformed chunk size") }
    var size: UInt64 = 0
    for digit in digits {
      guard let value = hexDigit(digit) else {
        throw RequestRefusal(400, "a malformed chunk size")
      }
      size = size << 4 | UInt64(value)
    }
    return Int(clamping: size)
  }
}
