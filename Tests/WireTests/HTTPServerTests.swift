import Support
import Testing
import Wire

extension HTTPLimits {
  /// Long enough for a machine that is busy with other work; a test of one limit shortens that one.
  static func patient(_ change: (inout HTTPLimits) -> Void = { _ in }) -> HTTPLimits {
    var limits = HTTPLimits()
    limits.headerTime = .seconds(120)
    limits.bodyTime = .seconds(120)
    limits.idleTime = .seconds(120)
    limits.handlerTime = .seconds(120)
    limits.writeTime = .seconds(120)
    change(&limits)
    return limits
  }
}

/// A server that says what it understood, on a port that the system chose.
func echoServer(
  limits: HTTPLimits = .patient(), seen: Recorder<HTTPRequest> = Recorder()
) throws -> HTTPServer {
  try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)], limits: limits) { request in
    seen.add(request)
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    let body = String(decoding: request.body, as: UTF8.self)
    let path = request.path.joined(separator: "|")
    return .text("\(request.method.rawValue) \(path) \(query) \(body)")
  }
}

extension HTTPServer {
  func connect() throws -> LoopbackPeer { try LoopbackPeer(port: try #require(port)) }
}

extension LoopbackPeer {
  /// Sends this and gives all that comes back until the server closes.
  func exchange(_ text: String) async -> String { await exchange(Array(text.utf8)) }

  func exchange(_ bytes: [UInt8]) async -> String {
    await onThread {
      self.write(bytes)
      return String(decoding: self.readToEnd(), as: UTF8.self)
    }
  }

  /// One response with a `Content-Length`; nil if the server closed.
  func response() async -> (head: String, body: String)? {
    await onThread {
      guard let head = self.readHead() else { return nil }
      let length = head.split(separator: "\r\n")
        .first { $0.hasPrefix("Content-Length: ") }
        .flatMap { Int($0.dropFirst("Content-Length: ".count)) }
      guard let body = self.read(count: length ?? 0) else { return nil }
      return (head, String(decoding: body, as: UTF8.self))
    }
  }
}

@Suite("The HTTP server")
struct HTTPServerTests {
  @Test("understands a request and answers it with its length")
  func simple() async throws {
    let server = try echoServer()
    let text = try await server.connect().exchange(
      "GET /a%20b/%E6%96%B0?q=x+y&empty&q=%26 HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
    try #require(parts.count == 2)
    let lines = parts[0].split(separator: "\r\n")
    #expect(lines[0] == "HTTP/1.1 200 OK")
    #expect(lines.contains("Content-Type: text/plain; charset=utf-8"))
    #expect(lines.contains("Content-Length: \(parts[1].utf8.count)"))
    #expect(lines.contains("Connection: close"))
    #expect(lines.contains { $0.hasPrefix("Date: ") && $0.hasSuffix(" GMT") })
    #expect(parts[1] == "GET a b|新 q=x y,empty=,q=& ")
  }

  @Test("serves a connection again and again")
  func keepAlive() async throws {
    let server = try echoServer()
    let peer = try server.connect()
    for number in 1...3 {
      peer.write("POST /\(number) HTTP/1.1\r\nHost: desk\r\nContent-Length: 2\r\n\r\nok")
      let response = try #require(await peer.response())
      #expect(!response.head.contains("Connection: close"))
      #expect(response.body == "POST \(number)  ok")
    }
    #expect(server.connections == 1)
  }

  @Test("takes a request byte by byte, cut anywhere")
  func drip() async throws {
    let server = try echoServer()
    let peer = try server.connect()
    let request =
      "POST /a HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Late: 1\r\n\r\n"
    await onThread { for byte in request.utf8 { peer.write([byte]) } }
    #expect(await peer.response()?.body == "POST a  abc0123456789")
    peer.write("GET /next HTTP/1.1\r\nHost: desk\r\n\r\n")
    #expect(await peer.response()?.body == "GET next  ")
  }

  @Test("answers HEAD like GET, without the body")
  func head() async throws {
    let server = try echoServer()
    let text = try await server.connect().exchange(
      "HEAD /abc HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
    #expect(text.contains("\r\nContent-Length: 10\r\n"))
    #expect(text.hasSuffix("\r\n\r\n"))
  }

  @Test("tells a client that waits to send its body")
  func expectation() async throws {
    let server = try echoServer()
    let peer = try server.connect()
    peer.write(
      "PUT /a HTTP/1.1\r\nHost: desk\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    #expect(await onThread { peer.readHead() } == "HTTP/1.1 100 Continue\r\n\r\n")
    peer.write("ok")
    #expect(await peer.response()?.body == "PUT a  ok")
  }

  @Test("closes after the first of two requests that come in one piece")
  func pipelining() async throws {
    let seen = Recorder<HTTPRequest>()
    let server = try echoServer(seen: seen)
    let one = "POST /1 HTTP/1.1\r\nHost: desk\r\nContent-Length: 1\r\n\r\na"
    let two = "GET /2 HTTP/1.1\r\nHost: desk\r\n\r\n"
    let text = try await server.connect().exchange(one + two)
    #expect(text.contains("Connection: close\r\n"))
    #expect(text.hasSuffix("POST 1  a"))
    #expect(seen.all.map(\.path) == [["1"]])
  }

  @Test("closes after HTTP/1.0, and where it is asked to", arguments: ["1.0", "1.1"])
  func closing(version: String) async throws {
    let server = try echoServer()
    let text = try await server.connect().exchange(
      "GET / HTTP/\(version)\r\nHost: desk\r\nConnection: x, Close\r\n\r\n")
    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(text.contains("Connection: close\r\n"))
  }

  @Test("answers what has no body without a length")
  func withoutBody() async throws {
    let server = try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)]) {
      HTTPResponse(status: $0.path == ["304"] ? 304 : 204, headers: ["ETag": "\"a\""])
    }
    let peer = try server.connect()
    for (path, reason) in [("/204", "204 No Content"), ("/304", "304 Not Modified")] {
      peer.write("GET \(path) HTTP/1.1\r\nHost: desk\r\n\r\n")
      let head = try #require(await onThread { peer.readHead() })
      #expect(head.hasPrefix("HTTP/1.1 \(reason)\r\n"))
      #expect(!head.contains("Content-Length"))
      #expect(head.contains("ETag: \"a\"\r\n"))
    }
  }

  @Test(
    "sends no header that would break out of its line, but a 500, and says so",
    arguments: [
      ("X-A", "b\r\nSet-Cookie: c"), ("X-A", "b\nc"), ("X-A", "\0"), ("X A", "b"), ("", "b"),
      ("Content-Length", "7"), ("Transfer-Encoding", "chunked"),
    ])
  func unsoundAnswers(name: String, value: String) async throws {
    let faults = Recorder<String>()
    let server = try HTTPServer.start(
      listeners: [.tcp(host: "127.0.0.1", port: 0)], onFault: { faults.add($0) }
    ) { _ in
      var response = HTTPResponse.text("secret")
      response.headers.add(name, value)
      return response
    }
    let text = try await server.connect().exchange(
      "GET /a HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
    #expect(text.hasPrefix("HTTP/1.1 500 "))
    #expect(!text.contains("secret") && !text.contains("Set-Cookie"))
    #expect(faults.all.count == 1)
  }

  @Test("knows who is at the other end of a Unix socket")
  func credentials() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("desk.sock")
    let seen = Recorder<HTTPRequest.Peer>()
    let server = try HTTPServer.start(listeners: [.unix(path: path, mode: 0o640, group: nil)]) {
      seen.add($0.peer)
      return .empty()
    }
    let peer = try LoopbackPeer(path: path)
    peer.write("GET / HTTP/1.1\r\nHost: desk\r\n\r\n")
    _ = await onThread { peer.readHead() }
    let wanted = HTTPRequest.Peer.unix(
      user: ownUser(), group: ownGroup(), process: ownProcess())
    #expect(seen.all == [wanted])
    #expect(permissions(path) == 0o640)
    await server.stop()
    #expect(permissions(path) == nil)
  }

  @Test("knows the address of a TCP client")
  func address() async throws {
    let seen = Recorder<HTTPRequest>()
    let server = try echoServer(seen: seen)
    _ = try await server.connect().exchange(
      "GET / HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
    #expect(seen.all.map(\.peer) == [.address("127.0.0.1")])
  }

  @Test("replaces a socket file that nobody listens on, and no other")
  func staleSocket() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("s")
    try leaveSocketFile(at: path)
    let listener = HTTPListener.unix(path: path, mode: 0o600, group: nil)
    let server = try HTTPServer.start(listeners: [listener]) { _ in .empty() }
    #expect(throws: HTTPServerFailure.inUse(path)) {
      _ = try HTTPServer.start(listeners: [listener]) { _ in .empty() }
    }
    // The one that runs still answers.
    let peer = try LoopbackPeer(path: path)
    peer.write("GET / HTTP/1.1\r\nHost: desk\r\n\r\n")
    #expect(await onThread { peer.readHead() }?.hasPrefix("HTTP/1.1 204") == true)
    await server.stop()
    try folder.write("file", "mine")
    #expect(throws: HTTPServerFailure.notASocket(folder.path("file"))) {
      _ = try HTTPServer.start(
        listeners: [.unix(path: folder.path("file"), mode: 0o600, group: nil)]
      ) { _ in .empty() }
    }
    #expect(try folder.read("file") == Array("mine".utf8))
  }

  @Test("starts on all of its listeners or on none")
  func allOrNone() throws {
    let taken = try echoServer()
    let port = try #require(taken.port)
    let folder = try TemporaryFolder()
    let path = folder.path("s")
    #expect(throws: HTTPServerFailure.inUse("127.0.0.1:\(port)")) {
      _ = try HTTPServer.start(listeners: [
        .unix(path: path, mode: 0o600, group: nil), .tcp(host: "127.0.0.1", port: port),
      ]) { _ in .empty() }
    }
    #expect(permissions(path) == nil)
    for host in ["localhost", "", "127.0.0.1:80", "256.0.0.1"] {
      #expect(throws: HTTPServerFailure.badAddress("\(host):0")) {
        _ = try HTTPServer.start(listeners: [.tcp(host: host, port: 0)]) { _ in .empty() }
      }
    }
    let long = "/" + String(repeating: "a", count: 107)
    #expect(throws: HTTPServerFailure.badPath(long)) {
      _ = try HTTPServer.start(listeners: [.unix(path: long, mode: 0o600, group: nil)]) { _ in
        .empty()
      }
    }
    #expect(throws: HTTPServerFailure.unknownGroup("no such group")) {
      _ = try HTTPServer.start(
        listeners: [.unix(path: path, mode: 0o600, group: "no such group")]
      ) { _ in .empty() }
    }
  }

  @Test("listens on IPv6 as well")
  func six() async throws {
    let server = try HTTPServer.start(listeners: [.tcp(host: "::1", port: 0)]) {
      .text("\($0.peer)")
    }
    let port = try #require(server.port)
    var request = loopbackRequest("http://[::1]:\(port)/")
    // The handler waits for a thread of the pool, which other suites use at the same time.
    request.limits.firstByte = .seconds(120)
    let response = try await Fetcher().fetch(request)
    #expect(String(decoding: response.body, as: UTF8.self) == "address(\"::1\")")
  }
}
