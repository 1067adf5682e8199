import Bytes
import Support
import Testing
import Wire

@Suite("Texts of HTTP")
struct HTTPTextTests {
  @Test(
    "decode percent signs, and only whole ones",
    arguments: [
      ("a%20b", "a b"), ("%e6%96%B0", "新"), ("", ""), ("a+b", "a+b"), ("%25", "%"),
      ("%", nil), ("%2", nil), ("a%g0", nil), ("%%20", nil),
    ] as [(String, String?)])
  func percent(text: String, decoded: String?) {
    #expect(percentDecoded(Array(text.utf8)[...]) == decoded.map { Array($0.utf8) })
  }

  @Test(
    "decode forms pair by pair",
    arguments: [
      ("", []), ("a=b", [QueryPair("a", "b")]), ("a", [QueryPair("a", "")]),
      ("=b", [QueryPair("", "b")]), ("a=b=c", [QueryPair("a", "b=c")]),
      ("a=1&&a=2&", [QueryPair("a", "1"), QueryPair("a", "2")]),
      ("q=%E9%9B%A8+%2B%26", [QueryPair("q", "雨 +&")]), ("a=%ff", nil), ("%=1", nil),
      ("a=%00", nil),
    ] as [(String, [QueryPair]?)])
  func forms(text: String, pairs: [QueryPair]?) {
    #expect(formPairs(Array(text.utf8)[...]) == pairs)
  }

  @Test(
    "write dates as HTTP does",
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
      (4_102_444_800, "Fri, 01 Jan 2100 00:00:00 GMT"),
    ] as [(Int64, String)])
  func dates(seconds: Int64, text: String) {
    #expect(imfFixdate(Instant(seconds: seconds)) == text)
  }

  @Test("find headers without regard to case, in their order")
  func headers() {
    var headers: HeaderList = ["Set-Cookie": "a", "X-A": "1", "set-cookie": "b"]
    #expect(headers["SET-COOKIE"] == "a")
    #expect(headers.values("Set-cookie") == ["a", "b"])
    #expect(headers.count("x-a") == 1 && headers.count("x-b") == 0 && headers["x-b"] == nil)
    headers.set("SET-cookie", "c")
    #expect(headers.fields.map(\.name) == ["X-A", "SET-cookie"])
    #expect(headers.isClean)
    // Only ASCII letters are one in both cases: U+212A is no k.
    #expect(!isSameHeader("K", "\u{212a}"))
    headers.add("X-B", [0x61, 0x0d, 0x0a, 0x62])
    #expect(!headers.isClean)
  }
}

@Suite("Damaged requests")
struct DamagedRequestTests {
  private static let whole = [
    "GET /a/b?c=d&e=%20 HTTP/1.1\r\nHost: desk\r\nAccept: text/html\r\nConnection: close\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: desk\r\nContent-Length: 11\r\nConnection: close\r\n\r\nhello world",
    "POST /a HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      + "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-T: 1\r\n\r\n",
  ]

  /// What may take the place of a byte, or stand between two.
  private static let pieces: [[UInt8]] = [
    [0], [9], [10], [13], [13, 10], [13, 10, 13, 10], [32], [37], [58], [59], [127], [255],
    Array("chunked".utf8), Array("Content-Length: 5\r\n".utf8), Array("0\r\n\r\n".utf8),
    Array("Host: b\r\n".utf8), Array("GET / HTTP/1.1\r\n".utf8),
    Array("18446744073709551616".utf8), Array("ffffffffffffffff".utf8),
  ]

  @Test("get one answer or none, and never stop the server", arguments: 0..<12 as Range<UInt64>)
  func mutations(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    var limits = HTTPLimits.patient()
    limits.headerTime = .milliseconds(60)
    limits.bodyTime = .milliseconds(60)
    limits.idleTime = .milliseconds(60)
    let server = try echoServer(limits: limits)
    for round in 0..<40 {
      var bytes = Array(Self.whole[Int.random(in: 0..<3, using: &generator)].utf8)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 2:
          let end = min(bytes.count, place + Int.random(in: 1...30, using: &generator))
          bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        default:
          let piece = Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &generator)]
          bytes.insert(contentsOf: piece, at: place)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      let text = try await server.connect().exchange(bytes)
      // At most two: the answer, and perhaps a leave to go on before it.
      let answers = text.ranges(of: "HTTP/1.1 ").count
      #expect(answers <= 2, "seed \(seed), round \(round): \(text)")
      #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 "), "seed \(seed), round \(round)")
    }
    let good = try await server.connect().exchange(Array(Self.whole[1].utf8))
    #expect(good.hasSuffix("POST a  hello world"))
  }
}
