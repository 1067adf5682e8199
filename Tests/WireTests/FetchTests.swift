import Support
import Testing
import Wire

/// A request that may reach this machine, on any port.
func loopbackRequest(_ url: String) -> FetchRequest {
  var request = FetchRequest(url: url, userAgent: "IncidentDesk (+https://desk.example)")
  request.addresses = .withLoopback
  return request
}

/// What a fetch that must fail failed with; nil if it did not fail.
func failure(of fetcher: Fetcher, _ request: FetchRequest) async -> FetchFailure? {
  do throws(FetchFailure) {
    _ = try await fetcher.fetch(request)
    return nil
  } catch {
    return error
  }
}

extension Fetcher {
  /// Comes back when so many requests wait behind the one that is in flight.
  func untilWaiting(_ count: Int) async {
    let limit = ContinuousClock.now + .seconds(60)
    while open < count + 1, ContinuousClock.now < limit { await pause() }
  }
}

@Suite("Fetching")
struct FetchTests {
  let fetcher = Fetcher()

  @Test("returns status, headers in their order, and the body")
  func whole() async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write(
        "HTTP/1.1 200 OK\r\nX-B: 1\r\nETag: W/\"a\" \r\nX-A:2\r\nContent-Length: 5\r\n\r\nhello")
    }
    let response = try await fetcher.fetch(loopbackRequest(server.url("/feed#part")))
    #expect(response.status == 200)
    #expect(response.headers.fields.map(\.name) == ["X-B", "ETag", "X-A", "Content-Length"])
    #expect(response.headers["etag"] == "W/\"a\"")
    #expect(response.headers["x-a"] == "2")
    #expect(response.body == Array("hello".utf8))
    #expect(response.url == server.url("/feed"))
    #expect(response.hops.isEmpty)
    #expect(response.bytesOnWire > 70)
    #expect(response.timings.total > .zero)
  }

  @Test("sends the validators byte for byte and takes a 304")
  func conditional() async throws {
    let heads = Recorder<[UInt8]>()
    let server = try LoopbackServer { peer in
      if let head = peer.readBytes(through: "\r\n\r\n") { heads.add(head) }
      peer.write("HTTP/1.1 304 Not Modified\r\nETag: \"n\"\r\n\r\n")
    }
    // A Latin-1 byte that is no UTF-8, as some servers put into their tags.
    let tag: [UInt8] = [0x22, 0xe9, 0x20, 0x20, 0x2d, 0x22]
    var request = loopbackRequest(server.url())
    request.ifNoneMatch = tag
    request.ifModifiedSince = Array("Sat, 1 Jan 2026 00:00:00 GMT".utf8)
    let response = try await fetcher.fetch(request)
    #expect(response.status == 304)
    #expect(response.body.isEmpty)
    #expect(response.entityTag == Array("\"n\"".utf8))
    let head = try #require(heads.all.first)
    let lines = head.split(separator: 0x0d).map { $0.first == 0x0a ? $0.dropFirst() : $0 }
    #expect(lines.contains { $0.elementsEqual(Array("If-None-Match: ".utf8) + tag) })
    #expect(
      lines.contains {
        $0.elementsEqual("If-Modified-Since: Sat, 1 Jan 2026 00:00:00 GMT".utf8)
      })
    #expect(lines.contains { $0.starts(with: "User-Agent: IncidentDesk (+https://".utf8) })
    #expect(lines.contains { $0.starts(with: "Accept-Encoding: ".utf8) })
  }

  @Test("gives a tag that is no UTF-8 back as it came")
  func rawTag() async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write(
        Array("HTTP/1.1 200 OK\r\nETag: \"".utf8) + [0xe9] + Array("\"\r\n\r\n".utf8))
    }
    let response = try await fetcher.fetch(loopbackRequest(server.url()))
    #expect(response.entityTag == [0x22, 0xe9, 0x22])
    #expect(response.headers["ETag"] == "\"é\"")
  }

  @Test("posts a body with its type, and does not wait for leave")
  func post() async throws {
    let seen = Recorder<String>()
    let server = try LoopbackServer { peer in
      guard let head = peer.readHead(), let body = peer.read(count: 3000) else { return }
      seen.add(head + String(decoding: body.prefix(3), as: UTF8.self))
      peer.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
    }
    var request = loopbackRequest(server.url("/hook"))
    request.method = .post
    request.body = [0, 0x31, 0] + [UInt8](repeating: 0x61, count: 2997)
    request.headers.add("Content-Type", "application/json")
    let response = try await fetcher.fetch(request)
    #expect(response.status == 201)
    let text = try #require(seen.all.first)
    #expect(text.hasPrefix("POST /hook HTTP/1.1\r\n"))
    #expect(text.contains("\r\nContent-Type: application/json\r\n"))
    #expect(text.contains("\r\nContent-Length: 3000\r\n"))
    #expect(!text.contains("Expect:"))
    #expect(text.hasSuffix("\0" + "1\0"))
  }

  @Test("asks for the head alone")
  func head() async throws {
    let server = try LoopbackServer { peer in
      guard peer.readHead()?.hasPrefix("HEAD ") == true else { return }
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    }
    var request = loopbackRequest(server.url())
    request.method = .head
    let response = try await fetcher.fetch(request)
    #expect(response.headers["Content-Length"] == "5000")
    #expect(response.body.isEmpty)
  }

  @Test("uses a connection again")
  func reuse() async throws {
    let server = try LoopbackServer { peer in
      while peer.readHead() != nil { peer.write("HTTP/1.1 204 No Content\r\n\r\n") }
    }
    let first = try await fetcher.fetch(loopbackRequest(server.url()))
    let second = try await fetcher.fetch(loopbackRequest(server.url()))
    #expect(!first.reusedConnection)
    #expect(second.reusedConnection)
    #expect(server.connections == 1)
  }

  @Test("speaks over a Unix socket")
  func unixSocket() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("s")
    let server = try HTTPServer.start(listeners: [.unix(path: path, mode: 0o600, group: nil)]) {
      .text($0.rawPath + " " + $0.host)
    }
    var request = FetchRequest(url: "http://desk/api/v1", userAgent: "incident")
    request.unixSocketPath = path
    // The handler waits for a thread of the pool, which other suites use at the same time.
    request.limits.firstByte = .seconds(120)
    let response = try await fetcher.fetch(request)
    #expect(String(decoding: response.body, as: UTF8.self) == "/api/v1 desk")
    await server.stop()
    #expect(await failure(of: fetcher, request) == .connect(host: "desk"))
  }

  @Test("goes through a proxy if it is told to, and has it look the name up")
  func proxy() async throws {
    let seen = Recorder<String>()
    let server = try LoopbackServer { peer in
      if let head = peer.readHead() { seen.add(head) }
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    var request = FetchRequest(url: "http://feed.invalid/a", userAgent: "desk")
    request.proxy = server.url("")
    let response = try await fetcher.fetch(request)
    #expect(response.body == Array("ok".utf8))
    #expect(seen.all.first?.hasPrefix("GET http://feed.invalid/a HTTP/1.1\r\n") == true)
    request.url = "http://127.0.0.1/a"
    #expect(await failure(of: fetcher, request)?.isTemporary == false)
    #expect(server.connections == 1)
  }

  @Test("takes no proxy from the environment")
  func environmentProxy() async {
    // In a process of its own: the environment is everybody's.
    await #expect(processExitsWith: .success) {
      let proxy = try LoopbackServer { peer in
        _ = peer.readHead()
        peer.write("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
      }
      let server = try LoopbackServer { peer in
        _ = peer.readHead()
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      }
      for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        setEnvironment(name, proxy.url())
      }
      let response = try await Fetcher().fetch(loopbackRequest(server.url()))
      #expect(response.status == 200)
      #expect(proxy.connections == 0)
    }
  }

  @Test(
    "refuses headers that would break out of their line, or are not the caller's",
    arguments: [
      ("X-A", "b\r\nX-C: d"), ("X-A", "b\nc"), ("X-A", "b\0c"), ("X A", "b"), ("", "b"),
      ("X-A:", "b"), ("Content-Length", "3"), ("transfer-encoding", "chunked"),
    ])
  func badHeaders(name: String, value: String) async {
    var request = loopbackRequest("http://127.0.0.1:1/")
    request.headers.add(name, value)
    #expect(await failure(of: fetcher, request) == .badHeader(name))
  }

  @Test("refuses a user agent or a validator with a line break")
  func badValidators() async {
    var request = loopbackRequest("http://127.0.0.1:1/")
    request.ifNoneMatch = Array("\"a\"\r\nX: y".utf8)
    #expect(await failure(of: fetcher, request) == .badHeader("If-None-Match"))
    request = FetchRequest(url: "http://127.0.0.1:1/", userAgent: "a\nb")
    #expect(await failure(of: fetcher, request) == .badHeader("User-Agent"))
  }

  @Test("says what it cannot connect to")
  func nobodyThere() async throws {
    // A port that was free a moment ago.
    let port = try LoopbackServer { _ in }.port
    let failure = await failure(of: fetcher, loopbackRequest("http://127.0.0.1:\(port)/"))
    #expect(failure == .connect(host: "127.0.0.1"))
    #expect(failure?.isTemporary == true)
  }
}

@Suite("Fetching many")
struct ManyFetchesTests {
  @Test("keeps to the number in flight, and answers all")
  func bounded() async throws {
    let open = Counter()
    let server = try LoopbackServer { peer in
      while peer.readHead() != nil {
        open.enter()
        // Long enough for the others to be seen, if there were more.
        _ = peer.isClosed(within: 2)
        open.leave()
        peer.write("HTTP/1.1 304 Not Modified\r\n\r\n")
      }
    }
    var bounds = Fetcher.Bounds()
    bounds.inFlight = 8
    let fetcher = Fetcher(bounds: bounds)
    let request = loopbackRequest(server.url())
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<300 { group.addTask { try await fetcher.fetch(request).status } }
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(statuses == [Int](repeating: 304, count: 300))
    #expect((2...8).contains(open.highest))
    #expect(server.connections <= 8)
    await fetcher.shutdown()
  }

  @Test("closes a connection that is not to be kept")
  func closes() async throws {
    let server = try LoopbackServer { peer in
      while peer.readHead() != nil {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
      }
    }
    let fetcher = Fetcher()
    for keeps in [false, true, true] {
      var request = FetchRequest(url: server.url("/"), userAgent: "t")
      request.addresses = .withLoopback
      request.keepsConnection = keeps
      _ = try await fetcher.fetch(request)
    }
    var last = FetchRequest(url: server.url("/"), userAgent: "t")
    last.addresses = .withLoopback
    #expect(try await fetcher.fetch(last).reusedConnection)
    last.keepsConnection = false
    _ = try await fetcher.fetch(last)
    #expect(try await !fetcher.fetch(last).reusedConnection)
    await fetcher.shutdown()
  }

  @Test("takes those that wait in the order in which they came")
  func ordered() async throws {
    let gate = Recorder<Int>()
    let paths = Recorder<String>()
    let server = try LoopbackServer { peer in
      while let head = peer.readHead() {
        paths.add(String(head.split(separator: " ")[1]))
        if paths.all.count == 1 { _ = gate.waitBlocking(for: 1) }
        peer.write("HTTP/1.1 204 No Content\r\n\r\n")
      }
    }
    var bounds = Fetcher.Bounds()
    bounds.inFlight = 1
    let fetcher = Fetcher(bounds: bounds)
    async let first = fetcher.fetch(loopbackRequest(server.url("/0")))
    _ = await paths.wait(for: 1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...5 {
        // One after the other: each is in the line before the next one is made.
        await withCheckedContinuation { continuation in
          group.addTask {
            continuation.resume()
            _ = try await fetcher.fetch(loopbackRequest(server.url("/\(number)")))
          }
        }
        await fetcher.untilWaiting(number)
      }
      gate.add(1)
      try await group.waitForAll()
    }
    _ = try await first
    #expect(paths.all == (0...5).map { "/\($0)" })
  }

  @Test("refuses one more than may wait")
  func busy() async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.readToEnd()
    }
    var bounds = Fetcher.Bounds()
    bounds.inFlight = 1
    bounds.waiting = 1
    let fetcher = Fetcher(bounds: bounds)
    let request = loopbackRequest(server.url())
    async let first = failure(of: fetcher, request)
    async let second = failure(of: fetcher, request)
    await fetcher.untilWaiting(1)
    let third = await failure(of: fetcher, request)
    #expect(third == .busy(1))
    #expect(third?.isTemporary == true)
    await fetcher.shutdown()
    #expect(await [first, second] == [.shutDown, .shutDown])
    #expect(await failure(of: fetcher, request) == .shutDown)
  }

  @Test("ends a transfer when its task is cancelled, and closes its connection")
  func cancelled() async throws {
    let events = Recorder<String>()
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
      events.add("asked")
      peer.readToEnd()
      events.add("gone")
    }
    let fetcher = Fetcher()
    let task = Task { await failure(of: fetcher, loopbackRequest(server.url())) }
    _ = await events.wait(for: 1)
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(await events.wait(for: 2) == ["asked", "gone"])
  }

  @Test("answers a cancelled request also while it waits, and one that came cancelled")
  func cancelledWaiting() async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.readToEnd()
    }
    var bounds = Fetcher.Bounds()
    bounds.inFlight = 1
    let fetcher = Fetcher(bounds: bounds)
    let request = loopbackRequest(server.url())
    let first = Task { await failure(of: fetcher, request) }
    await fetcher.untilWaiting(0)
    let second = Task { await failure(of: fetcher, request) }
    await fetcher.untilWaiting(1)
    second.cancel()
    #expect(await second.value == .cancelled)
    let third = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await failure(of: fetcher, request)
    }
    #expect(await third.value == .cancelled)
    first.cancel()
    #expect(await first.value == .cancelled)
  }
}
