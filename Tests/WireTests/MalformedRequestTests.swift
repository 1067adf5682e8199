import Support
import Testing
import Wire

/// One request as it goes over the wire, and the status that it must get.
struct RawRequest: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let status: Int

  init(_ name: String, _ status: Int, _ text: String) {
    self.name = name
    self.text = text
    self.status = status
  }

  var testDescription: String { name }
}

private let host = "Host: desk\r\n"
private let chunked = "POST / HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n"

private func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\n\(host)\r\n" }
private func with(_ headers: String) -> String { "POST / HTTP/1.1\r\n\(host)\(headers)\r\n" }

@Suite("A malformed request")
struct MalformedRequestTests {
  static let lines: [RawRequest] = [
    RawRequest("bare LF", 400, "GET / HTTP/1.1\nHost: desk\n\n"),
    RawRequest("bare LF after a header", 400, "GET / HTTP/1.1\r\nHost: desk\nX: y\r\n\r\n"),
    RawRequest("bare CR in a header", 400, "GET / HTTP/1.1\r\nHost: desk\r\nX: a\rb\r\n\r\n"),
    RawRequest("bare CR in the line", 400, "GET /\rX HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("CR CR LF", 400, "GET / HTTP/1.1\r\r\nHost: desk\r\n\r\n"),
    RawRequest("empty line first", 400, "\r\nGET / HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("blank first", 400, " GET / HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("two blanks", 400, "GET  / HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("tab for a blank", 400, "GET\t/\tHTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("no version", 400, "GET /\r\nHost: desk\r\n\r\n"),
    RawRequest("no target", 400, "GET HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("blank after the version", 400, "GET / HTTP/1.1 \r\nHost: desk\r\n\r\n"),
    RawRequest("blank in the target", 400, "GET /a b HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("lower-case version", 400, "GET / http/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("version of three parts", 400, "GET / HTTP/1.1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("version 1", 400, "GET / HTTP/1\r\nHost: desk\r\n\r\n"),
    RawRequest("version 1.10", 400, "GET / HTTP/1.10\r\nHost: desk\r\n\r\n"),
    RawRequest("version 2.0", 505, "GET / HTTP/2.0\r\nHost: desk\r\n\r\n"),
    RawRequest("version 0.9", 505, "GET / HTTP/0.9\r\nHost: desk\r\n\r\n"),
    RawRequest("HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    RawRequest("TLS hello", 400, "\u{16}\u{3}\u{1}\0\u{2}\r\n\r\n"),
    RawRequest("NUL in the line", 400, "GET /\0 HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("lower-case method", 501, "get / HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("unknown method", 501, "BREW / HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("TRACE", 501, "TRACE / HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("CONNECT", 501, "CONNECT desk:80 HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("method that is no token", 400, "G(T / HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("asterisk", 400, "OPTIONS * HTTP/1.1\r\nHost: desk\r\n\r\n"),
    RawRequest("no slash", 400, get("index")),
    RawRequest("fragment", 400, get("/a#b")),
    RawRequest("beyond ASCII", 400, get("/新")),
    RawRequest("reverse solidus", 400, get("/a\\b")),
    RawRequest("quote in the path", 400, get("/a\"b")),
    RawRequest("half an escape", 400, get("/a%2")),
    RawRequest("no escape", 400, get("/a%zz")),
    RawRequest("encoded NUL", 400, get("/a%00")),
    RawRequest("encoded line feed", 400, get("/a%0a")),
    RawRequest("overlong UTF-8", 400, get("/%c0%af")),
    RawRequest("surrogate", 400, get("/%ed%a0%80")),
    RawRequest("step up", 400, get("/a/../b")),
    RawRequest("encoded step up", 400, get("/a/%2e%2E/b")),
    RawRequest("stay", 400, get("/./b")),
    RawRequest("bad escape in the query", 400, get("/a?q=%f")),
    RawRequest("no UTF-8 in the query", 400, get("/a?q=%ff")),
    RawRequest("other host in the target", 400, get("http://other/a")),
    RawRequest("other port in the target", 400, get("http://desk:81/a")),
    RawRequest("absolute without path", 400, get("http://desk")),
    RawRequest("other scheme", 400, get("ftp://desk/a")),
    RawRequest("user in the target", 400, get("http://u@desk/a")),
    RawRequest("long line", 414, get("/" + String(repeating: "a", count: 9000))),
  ]

  static let headers: [RawRequest] = [
    RawRequest("no host", 400, "GET / HTTP/1.1\r\n\r\n"),
    RawRequest("no host in 1.0", 400, "GET / HTTP/1.0\r\n\r\n"),
    RawRequest("empty host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    RawRequest("two hosts", 400, with("Host: desk\r\n")),
    RawRequest("host with a slash", 400, "GET / HTTP/1.1\r\nHost: desk/a\r\n\r\n"),
    RawRequest("host with a user", 400, "GET / HTTP/1.1\r\nHost: a@desk\r\n\r\n"),
    RawRequest("host list", 400, "GET / HTTP/1.1\r\nHost: desk, other\r\n\r\n"),
    RawRequest("folded header", 400, with("X-A: b\r\n c\r\n")),
    RawRequest("folded by a tab", 400, with("X-A: b\r\n\tc\r\n")),
    RawRequest("folded first", 400, "GET / HTTP/1.1\r\n Host: desk\r\n\r\n"),
    RawRequest("blank before the colon", 400, with("X-A : b\r\n")),
    RawRequest("tab before the colon", 400, with("Content-Length\t: 3\r\n")),
    RawRequest("no colon", 400, with("X-A\r\n")),
    RawRequest("no name", 400, with(": b\r\n")),
    RawRequest("name with a bracket", 400, with("X[A]: b\r\n")),
    RawRequest("name beyond ASCII", 400, with("Ä: b\r\n")),
    RawRequest("NUL in a header", 400, with("X-A: b\0c\r\n")),
    RawRequest("bell in a header", 400, with("X-A: b\u{7}c\r\n")),
    RawRequest("DEL in a header", 400, with("X-A: b\u{7f}c\r\n")),
    RawRequest("upgrade", 400, with("Connection: Upgrade\r\nUpgrade: websocket\r\n")),
    RawRequest("h2c", 400, with("Upgrade: h2c\r\n")),
    RawRequest("unknown expectation", 417, with("Expect: miracles\r\n")),
    RawRequest("long header", 431, with("X-A: " + String(repeating: "a", count: 33_000) + "\r\n")),
    RawRequest("many headers", 431, with(String(repeating: "X-A: b\r\n", count: 70))),
    RawRequest("many short headers", 431, with(String(repeating: "A:\r\n", count: 64))),
  ]

  static let framing: [RawRequest] = [
    RawRequest("CL and TE", 400, with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")),
    RawRequest("TE and CL", 400, with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n")),
    RawRequest("two equal lengths", 400, with("Content-Length: 3\r\nContent-Length: 3\r\n")),
    RawRequest("two lengths", 400, with("Content-Length: 3\r\nContent-Length: 5\r\n")),
    RawRequest("length list", 400, with("Content-Length: 3, 3\r\n")),
    RawRequest("length with plus", 400, with("Content-Length: +3\r\n")),
    RawRequest("length with minus", 400, with("Content-Length: -3\r\n")),
    RawRequest("hexadecimal length", 400, with("Content-Length: 0x3\r\n")),
    RawRequest("length with a blank", 400, with("Content-Length: 3 0\r\n")),
    RawRequest("length with a point", 400, with("Content-Length: 3.0\r\n")),
    RawRequest("empty length", 400, with("Content-Length:\r\n")),
    RawRequest("Arabic digits", 400, with("Content-Length: ٣\r\n")),
    RawRequest("length past 64 bits", 413, with("Content-Length: 18446744073709551617\r\n")),
    RawRequest("large length", 413, with("Content-Length: 1048577\r\n")),
    RawRequest("TE identity", 501, with("Transfer-Encoding: identity\r\n")),
    RawRequest("TE list", 501, with("Transfer-Encoding: gzip, chunked\r\n")),
    RawRequest("TE twice", 501, with("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n")),
    RawRequest("TE xchunked", 501, with("Transfer-Encoding: xchunked\r\n")),
    RawRequest("TE with a vertical tab", 400, with("Transfer-Encoding: \u{b}chunked\r\n")),
    RawRequest("empty TE", 501, with("Transfer-Encoding:\r\n")),
    RawRequest(
      "TE in 1.0", 400,
      "POST / HTTP/1.0\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    RawRequest("chunk size of no digits", 400, chunked + "\r\nabc\r\n0\r\n\r\n"),
    RawRequest("chunk size with 0x", 400, chunked + "0x3\r\nabc\r\n0\r\n\r\n"),
    RawRequest("negative chunk size", 400, chunked + "-3\r\nabc\r\n0\r\n\r\n"),
    RawRequest("chunk size with a blank", 400, chunked + "3 \r\nabc\r\n0\r\n\r\n"),
    RawRequest("blank chunk size", 400, chunked + " 3\r\nabc\r\n0\r\n\r\n"),
    RawRequest("17 digits", 400, chunked + "00000000000000003\r\nabc\r\n0\r\n\r\n"),
    RawRequest("size past 64 bits", 413, chunked + "ffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
    RawRequest("size near 63 bits", 413, chunked + "7fffffffffffffff\r\nabc\r\n"),
    RawRequest("bare LF after the size", 400, chunked + "3\nabc\r\n0\r\n\r\n"),
    RawRequest("bare CR after the size", 400, chunked + "3\rabc\r\n0\r\n\r\n"),
    RawRequest("no CRLF after a chunk", 400, chunked + "3\r\nabcd\r\n0\r\n\r\n"),
    RawRequest("bare LF after a chunk", 400, chunked + "3\r\nabc\n0\r\n\r\n"),
    RawRequest(
      "long extension", 400, chunked + "3;" + String(repeating: "a", count: 300) + "\r\nabc\r\n"),
    RawRequest("NUL in an extension", 400, chunked + "3;\0\r\nabc\r\n0\r\n\r\n"),
    RawRequest("malformed trailer", 400, chunked + "0\r\nX A: b\r\n\r\n"),
    RawRequest("folded trailer", 400, chunked + "0\r\nX: a\r\n b\r\n\r\n"),
    RawRequest(
      "large chunks", 413,
      chunked + "80000\r\n" + String(repeating: "a", count: 0x80000) + "\r\n80001\r\n"),
  ]

  @Test("gets its status and nothing else", arguments: lines + headers + framing)
  func refused(request: RawRequest) async throws {
    let seen = Recorder<HTTPRequest>()
    let server = try echoServer(seen: seen)
    let text = try await server.connect().exchange(request.text)
    #expect(text.hasPrefix("HTTP/1.1 \(request.status) "), "\(text.prefix(60))")
    #expect(text.contains("\r\nConnection: close\r\n"))
    // One answer, and none of the request in it: a second would be the smuggled one's.
    #expect(text.components(of: "HTTP/1.1 ") == 1)
    #expect(seen.all.isEmpty)
  }

  @Test(
    "is not what a merely unusual one is",
    arguments: [
      RawRequest("absolute", 200, get("http://DESK/a?b")),
      RawRequest("OPTIONS", 200, "OPTIONS /a HTTP/1.1\r\n\(host)\r\n"),
      RawRequest("no blank after the colon", 200, "GET / HTTP/1.1\r\nHost:desk\r\n\r\n"),
      RawRequest("blanks around a value", 200, "GET / HTTP/1.1\r\nHost: \t desk \t\r\n\r\n"),
      RawRequest("empty value", 200, with("X-A:\r\n")),
      RawRequest("Latin-1 in a value", 200, with("X-A: caf\u{e9}\r\n")),
      RawRequest("port in the host", 200, "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"),
      RawRequest("brackets in the query", 200, get("/a?b[]=1|2")),
      RawRequest("length with zeros", 200, with("Content-Length: 0000\r\n")),
      RawRequest("TE in capitals", 200, with("Transfer-Encoding: CHUNKED\r\n") + "0\r\n\r\n"),
      RawRequest("chunk extension", 200, chunked + "1;a=\"b c\"\r\nx\r\n000\r\nX: y\r\n\r\n"),
      RawRequest("64 headers", 200, with(String(repeating: "X-A: b\r\n", count: 63))),
      RawRequest("long line", 200, get("/" + String(repeating: "a", count: 8000))),
    ])
  func accepted(request: RawRequest) async throws {
    let server = try echoServer()
    let peer = try server.connect()
    peer.write(request.text)
    let response = try #require(await peer.response())
    #expect(response.head.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(response.head)")
  }

  @Test("keeps a body up to the limit and no further")
  func bodyLimit() async throws {
    let limits = HTTPLimits.patient { $0.bodyBytes = 1000 }
    let server = try echoServer(limits: limits)
    let body = String(repeating: "x", count: 1000)
    let whole = try await server.connect().exchange(
      "POST / HTTP/1.1\r\n\(host)Connection: close\r\nContent-Length: 1000\r\n\r\n\(body)")
    #expect(whole.hasSuffix("POST   \(body)"))
    let tooMuch = try await server.connect().exchange(
      "POST / HTTP/1.1\r\n\(host)Content-Length: 1001\r\n\r\n\(body)x")
    #expect(tooMuch.hasPrefix("HTTP/1.1 413 "))
    let chunks = String(repeating: "1\r\nx\r\n", count: 1001)
    #expect(try await server.connect().exchange(chunked + chunks).hasPrefix("HTTP/1.1 413 "))
  }
}

extension String {
  fileprivate func components(of mark: String) -> Int { ranges(of: mark).count }
}
