import Support
import Testing
import Wire

@Suite("The HTTP server under strain")
struct HTTPStrainTests {
  @Test(
    "closes what drips, stalls or never begins",
    arguments: [
      "", "G", "GET / HTTP/1.1\r\nHost: a\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\nabc",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\nab",
    ])
  func slow(start: String) async throws {
    let server = try echoServer(
      limits: .patient {
        $0.headerTime = .milliseconds(120)
        $0.bodyTime = .milliseconds(120)
      })
    let peer = try server.connect()
    let received = await onThread {
      peer.write(start)
      // Goes on one byte at a time, which must not put the limit off; what it is to be closed
      // before is the limit that nobody injected.
      for _ in 0..<1600 where !peer.isClosed(within: 5) { peer.write("X") }
      return peer.isClosed(within: 0) ? peer.readToEnd() : Array("still open".utf8)
    }
    #expect(received.isEmpty)
  }

  @Test("closes a connection that idles, and only then")
  func idle() async throws {
    let server = try echoServer(limits: .patient { $0.idleTime = .milliseconds(100) })
    let peer = try server.connect()
    peer.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await peer.response() != nil)
    #expect(await onThread { peer.isClosed(within: 5000) })
  }

  @Test("answers 503 where the handler takes too long, and cancels it")
  func handlerTime() async throws {
    let events = Recorder<String>()
    let server = try HTTPServer.start(
      listeners: [.tcp(host: "127.0.0.1", port: 0)],
      limits: .patient { $0.handlerTime = .milliseconds(100) }
    ) { _ in
      await untilCancelled()
      events.add("cancelled")
      return .text("too late")
    }
    let text = try await server.connect().exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(text.hasPrefix("HTTP/1.1 503 "))
    #expect(!text.contains("too late"))
    #expect(await events.wait(for: 1) == ["cancelled"])
  }

  @Test("cancels the handler of a client that has gone")
  func vanished() async throws {
    let events = Recorder<String>()
    let server = try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)]) { _ in
      events.add("asked")
      await untilCancelled()
      events.add("cancelled")
      return .empty()
    }
    var peer: LoopbackPeer? = try server.connect()
    peer?.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = await events.wait(for: 1)
    peer?.resetOnClose()
    peer = nil
    #expect(await events.wait(for: 2) == ["asked", "cancelled"])
  }

  @Test("survives a client that goes in the middle of a large answer")
  func brokenPipe() async throws {
    let body = [UInt8](repeating: 0x61, count: 8 << 20)
    let server = try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)]) { request in
      request.path.isEmpty ? .of("text/plain", body) : .text("alive")
    }
    for _ in 0..<4 {
      let peer = try server.connect()
      peer.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = await onThread { peer.read(count: 1000) }
      peer.resetOnClose()
    }
    let text = try await server.connect().exchange(
      "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(text.hasSuffix("alive"))
  }

  @Test("sends a large answer whole to a slow reader, and serves others meanwhile")
  func largeAnswer() async throws {
    let body = (0..<(6 << 20)).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let server = try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)]) { request in
      request.path.isEmpty ? .of("text/plain", body) : .text("quick")
    }
    let slow = try server.connect()
    slow.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try #require(await onThread { slow.readHead() })
    for _ in 0..<20 {
      let text = try await server.connect().exchange(
        "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(text.hasSuffix("quick"))
    }
    let received = await onThread { slow.read(count: body.count) }
    // Compared here, so that a failure does not print millions of numbers.
    let isWhole = received == body
    #expect(isWhole, "\(received?.count ?? 0) of \(body.count) bytes")
  }

  @Test("gives up a reader that takes nothing")
  func stalledReader() async throws {
    let body = [UInt8](repeating: 0x61, count: 16 << 20)
    let server = try HTTPServer.start(
      listeners: [.tcp(host: "127.0.0.1", port: 0)],
      limits: .patient { $0.writeTime = .milliseconds(150) }
    ) { _ in .of("text/plain", body) }
    let peer = try server.connect()
    peer.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = await onThread { peer.readHead() }
    let limit = ContinuousClock.now + .seconds(60)
    while server.connections > 0, ContinuousClock.now < limit { await pause() }
    #expect(server.connections == 0)
  }

  @Test("keeps a place for each peer, and takes it from an idle connection first")
  func places() async throws {
    let server = try echoServer(limits: .patient { $0.connectionsPerPeer = 3 })
    let idle = try server.connect()
    idle.write("GET /idle HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(await idle.response() != nil)
    // Two that are in the middle of a request.
    let busy = try [server.connect(), server.connect()]
    for peer in busy {
      peer.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
      #expect(await onThread { peer.readHead() } == "HTTP/1.1 100 Continue\r\n\r\n")
    }
    let third = try server.connect()
    third.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
    #expect(await onThread { third.readHead() } == "HTTP/1.1 100 Continue\r\n\r\n")
    #expect(await onThread { idle.isClosed(within: 5000) })
    // Now nobody is idle, and one more is turned away.
    let text = await onThread { [server] in
      (try? server.connect()).map { String(decoding: $0.readToEnd(), as: UTF8.self) } ?? ""
    }
    #expect(text.hasPrefix("HTTP/1.1 503 "))
    for peer in busy + [third] {
      peer.write("x")
      #expect(await peer.response()?.body == "POST   x")
    }
  }

  @Test("answers others while many connections say nothing")
  func slowloris() async throws {
    let server = try echoServer(
      limits: .patient { $0.connectionsPerPeer = 256 })
    let silent = try (0..<200).map { number in
      let peer = try server.connect()
      peer.write("GET /\(number) HTTP/1.1\r\nHost: a\r\nX-A: ")
      return peer
    }
    for _ in 0..<50 {
      let text = try await server.connect().exchange(
        "GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(text.hasSuffix("GET ok  "))
    }
    #expect(server.connections >= silent.count)
    withExtendedLifetime(silent) {}
  }

  @Test("stops gently: answers what has begun, closes what idles, takes nothing new")
  func gentleStop() async throws {
    let gate = Recorder<Bool>()
    let asked = Recorder<Bool>()
    let server = try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)]) { request in
      guard request.path == ["wait"] else { return .empty() }
      asked.add(true)
      _ = await gate.wait(for: 1)
      return .text("answered")
    }
    let idle = try server.connect()
    idle.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = await onThread { idle.readHead() }
    let busy = try server.connect()
    busy.write("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = await asked.wait(for: 1)
    async let stopped: Void = server.stop(within: .seconds(60))
    #expect(await onThread { idle.isClosed(within: 5000) })
    #expect(throws: LoopbackFailure.self) { _ = try server.connect() }
    gate.add(true)
    let response = try #require(await busy.response())
    #expect(response.body == "answered")
    #expect(response.head.contains("Connection: close"))
    await stopped
    #expect(server.connections == 0)
  }

  @Test("stops at the limit, whoever still works")
  func firmStop() async throws {
    let asked = Recorder<Bool>()
    let server = try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)]) { _ in
      asked.add(true)
      await untilCancelled()
      return .empty()
    }
    let peer = try server.connect()
    peer.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = await asked.wait(for: 1)
    await server.stop(within: .milliseconds(50))
    #expect(await onThread { peer.readToEnd() }.isEmpty)
  }
}

/// Comes back when the task is cancelled, and not before.
func untilCancelled() async {
  let stream = AsyncStream<Never> { _ in }
  for await _ in stream {}
}
