/// Why a request is not answered by the handler.
struct RequestRefusal: Error, Hashable, Sendable {
  let status: Int
  /// Said to the client; ours alone, never the client's own words.
  let reason: String

  init(_ status: Int, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}

/// The request line and the headers, read strictly to RFC 9112.
///
/// What two readers could understand in two ways is refused, not mended: behind a proxy that
/// mends it otherwise, the rest of one person's request would be taken for another's.
struct RequestHead: Sendable {
  enum Framing: Hashable, Sendable {
    case none
    case length(Int)
    case chunked
  }

  let method: HTTPRequest.Method
  let rawPath: String
  let path: [String]
  let query: [QueryPair]
  let headers: HeaderList
  let framing: Framing
  let keepsAlive: Bool
  let expectsContinue: Bool

  /// `bytes` end with the empty line; every line break in them is known to be CRLF.
  init(_ bytes: ArraySlice<UInt8>, _ limits: HTTPLimits) throws(RequestRefusal) {
    var lines = Lines(bytes)
    guard let first = lines.next(), !first.isEmpty else {
      throw RequestRefusal(400, "the request line is missing")
    }
    let line = try RequestLine(first)
    var headers = HeaderList()
    var facts = HeaderFacts()
    while let text = lines.next(), !text.isEmpty {
      guard headers.fields.count < limits.headerCount else {
        throw RequestRefusal(431, "more than \(limits.headerCount) headers")
      }
      let (name, value) = try Self.header(text)
      facts.note(name, value)
      headers.add(String(decoding: name, as: UTF8.self), Array(value))
    }
    guard facts.host.count == 1 else {
      throw RequestRefusal(400, "exactly one Host header is needed")
    }
    guard !facts.host.value.isEmpty, facts.host.value.allSatisfy(Self.isHostByte) else {
      throw RequestRefusal(400, "the Host header is malformed")
    }
    if let authority = line.authority,
      !authority.lazy.map(lowered).elementsEqual(facts.host.value.lazy.map(lowered))
    {
      throw RequestRefusal(400, "the target and the Host header name two hosts")
    }
    method = line.method
    rawPath = line.rawPath
    path = line.path
    query = line.query
    self.headers = headers
    framing = try Self.framing(facts, isHTTP10: line.isHTTP10, limits)
    guard facts.upgrade.count == 0 else {
      throw RequestRefusal(400, "this server does not upgrade")
    }
    if facts.expect.count == 0 {
      expectsContinue = false
    } else {
      guard facts.expect.count == 1, isLowered(facts.expect.value, "100-continue") else {
        throw RequestRefusal(417, "only 100-continue can be expected")
      }
      expectsContinue = framing != .none && !line.isHTTP10
    }
    keepsAlive = !line.isHTTP10 && !facts.asksToClose
  }

  private static func header(
    _ line: ArraySlice<UInt8>
  ) throws(RequestRefusal) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
    guard line.first != 0x20, line.first != 0x09 else {
      throw RequestRefusal(400, "a folded header")
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), isToken(line[..<colon]) else {
      throw RequestRefusal(400, "a malformed header name")
    }
    let value = trimmedBlanks(line[(colon + 1)...])
    guard value.allSatisfy(isFieldByte) else {
      throw RequestRefusal(400, "a control character in a header")
    }
    return (line[..<colon], value)
  }

  /// RFC 9112 §6.3, without its allowances.
  private static func framing(
    _ facts: HeaderFacts, isHTTP10: Bool, _ limits: HTTPLimits
  ) throws(RequestRefusal) -> Framing {
    guard facts.length.count == 0 || facts.coding.count == 0 else {
      throw RequestRefusal(400, "Content-Length beside Transfer-Encoding")
    }
    if facts.coding.count > 0 {
      guard !isHTTP10 else { throw RequestRefusal(400, "Transfer-Encoding in HTTP/1.0") }
      guard facts.coding.count == 1, isLowered(facts.coding.value, "chunked") else {
        throw RequestRefusal(501, "only the transfer coding 'chunked' is known")
      }
      return .chunked
    }
    guard facts.length.count > 0 else { return .none }
    guard facts.length.count == 1 else {
      throw RequestRefusal(400, "two Content-Length headers")
    }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard !facts.length.value.isEmpty, facts.length.value.allSatisfy(digits.contains) else {
      throw RequestRefusal(400, "a malformed Content-Length")
    }
    guard let length = Int(String(decoding: facts.length.value, as: UTF8.self)),
      length <= limits.bodyBytes
    else { throw RequestRefusal(413, "the body may have \(limits.bodyBytes) bytes") }
    return length == 0 ? .none : .length(length)
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }
}

/// The headers that the server itself goes by, noted as they pass: each is needed on every request,
/// and looking each up among all of them cost more than reading them.
private struct HeaderFacts {
  struct Fact {
    var count = 0
    var value: ArraySlice<UInt8> = []

    mutating func note(_ value: ArraySlice<UInt8>) {
      count += 1
      self.value = value
    }
  }

  private(set) var host = Fact()
  private(set) var length = Fact()
  private(set) var coding = Fact()
  private(set) var upgrade = Fact()
  private(set) var expect = Fact()
  private(set) var asksToClose = false

  mutating func note(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
    switch name.count {
    case 4 where isLowered(name, "host"): host.note(value)
    case 6 where isLowered(name, "expect"): expect.note(value)
    case 7 where isLowered(name, "upgrade"): upgrade.note(value)
    case 10 where isLowered(name, "connection"):
      for option in value.split(separator: UInt8(ascii: ","))
      where isLowered(trimmedBlanks(option), "close") { asksToClose = true }
    case 14 where isLowered(name, "content-length"): length.note(value)
    case 17 where isLowered(name, "transfer-encoding"): coding.note(value)
    default: break
    }
  }
}

/// Whether these bytes, in small letters, are this word.
private func isLowered(_ bytes: ArraySlice<UInt8>, _ word: StaticString) -> Bool {
  guard bytes.count == word.utf8CodeUnitCount else { return false }
  return word.withUTF8Buffer { word in
    for (index, byte) in bytes.enumerated() where lowered(byte) != word[index] { return false }
    return true
  }
}

/// The lines of a head, cut at CRLF.
private struct Lines {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  mutating func next() -> ArraySlice<UInt8>? {
    guard position < bytes.endIndex,
      let end = bytes[position...].firstIndex(of: 0x0d)
    else { return nil }
    defer { position = end + 2 }
    return bytes[position..<end]
  }
}

/// `GET /a/b?c=d HTTP/1.1`
private struct RequestLine {
  let method: HTTPRequest.Method
  let isHTTP10: Bool
  /// The host of an absolute target; nil where the target is a path.
  let authority: ArraySlice<UInt8>?
  let rawPath: String
  let path: [String]
  let query: [QueryPair]

  init(_ line: ArraySlice<UInt8>) throws(RequestRefusal) {
    guard let first = line.firstIndex(of: 0x20), let last = line.lastIndex(of: 0x20),
      first < last, isToken(line[..<first]), !line[(first + 1)..<last].contains(0x20)
    else { throw RequestRefusal(400, "a malformed request line") }
    isHTTP10 = try Self.isHTTP10(line[(last + 1)...])
    guard let method = HTTPRequest.Method(rawValue: String(decoding: line[..<first], as: UTF8.self))
    else { throw RequestRefusal(501, "this method is not known here") }
    self.method = method
    var target = line[(first + 1)..<last]
    authority = try Self.takeAuthority(&target)
    guard target.first == UInt8(ascii: "/") else {
      throw RequestRefusal(400, "the target is no path")
    }
    let mark = target.firstIndex(of: UInt8(ascii: "?"))
    let rawPath = target[..<(mark ?? target.endIndex)]
    let rawQuery = mark.map { target[($0 + 1)...] } ?? []
    guard rawPath.allSatisfy(Self.isPathByte), rawQuery.allSatisfy(Self.isQueryByte) else {
      throw RequestRefusal(400, "a character that a target cannot hold")
    }
    self.rawPath = String(decoding: rawPath, as: UTF8.self)
    path = try Self.path(rawPath)
    guard let query = formPairs(rawQuery) else {
      throw RequestRefusal(400, "the query does not decode")
    }
    self.query = query
  }

  private static func isHTTP10(_ text: ArraySlice<UInt8>) throws(RequestRefusal) -> Bool {
    if text.elementsEqual("HTTP/1.1".utf8) { return false }
    if text.elementsEqual("HTTP/1.0".utf8) { return true }
    let bytes = Array(text)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), digits.contains(bytes[5]),
      bytes[6] == UInt8(ascii: "."), digits.contains(bytes[7])
    else { throw RequestRefusal(400, "a malformed protocol version") }
    throw RequestRefusal(505, "only versions 1.0 and 1.1 are spoken here")
  }

  /// RFC 9112 §3.2.2: the absolute form is accepted; its host is compared with the Host header.
  private static func takeAuthority(
    _ target: inout ArraySlice<UInt8>
  ) throws(RequestRefusal) -> ArraySlice<UInt8>? {
    // By far the most targets are paths.
    if target.first == UInt8(ascii: "/") { return nil }
    for scheme in ["http://", "https://"] {
      let head = target.prefix(scheme.utf8.count)
      guard head.map(lowered).elementsEqual(scheme.utf8) else { continue }
      let rest = target.dropFirst(scheme.utf8.count)
      let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      guard slash < rest.endIndex else { throw RequestRefusal(400, "the target has no path") }
      target = rest[slash...]
      return rest[..<slash]
    }
    return nil
  }

  private static func path(_ raw: ArraySlice<UInt8>) throws(RequestRefusal) -> [String] {
    if raw.count == 1 { return [] }
    var segments: [String] = []
    for part in raw.dropFirst().split(
      separator: UInt8(ascii: "/"), maxSplits: Int.max, omittingEmptySubsequences: false)
    {
      guard let segment = decodedText(part, plusIsBlank: false),
        segment.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
      else { throw RequestRefusal(400, "the path does not decode") }
      guard segment != ".", segment != ".." else {
        throw RequestRefusal(400, "a path may not step up or stay")
      }
      segments.append(segment)
    }
    return segments
  }

  /// What browsers leave as it is in a path: visible ASCII but for what could end it elsewhere.
  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "?"), UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      false
    default: (0x21...0x7e).contains(byte)
    }
  }

  private static func isQueryByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"): false
    default: (0x21...0x7e).contains(byte)
    }
  }
}
