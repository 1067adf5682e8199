import Support
import Testing
import Wire

/// Answers each path with the status and the target that a table gives it; else with 200.
private func redirecting(
  last: UInt8 = 1, heads: Recorder<String> = Recorder(), _ table: [String: (Int, String)]
) throws -> LoopbackServer {
  try LoopbackServer(last: last) { peer in
    while let head = peer.readHead() {
      heads.add(head)
      let path = String(head.split(separator: " ")[1])
      if head.hasPrefix("POST"), !head.contains("Content-Length: 0") { _ = peer.read(count: 4) }
      if let (status, target) = table[path] {
        peer.write(
          "HTTP/1.1 \(status) Go\r\nLocation: \(target)\r\nContent-Length: 4\r\n\r\ngone")
      } else {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")
      }
    }
  }
}

@Suite("A redirect")
struct RedirectTests {
  let fetcher = Fetcher()

  @Test("is followed, with every hop told")
  func chain() async throws {
    let server = try redirecting([
      "/a/b": (301, "/a/c"), "/a/c": (302, "d?x=1#part"), "/a/d?x=1": (308, "../e"),
    ])
    let response = try await fetcher.fetch(loopbackRequest(server.url("/a/b")))
    #expect(response.status == 200)
    #expect(response.url == server.url("/e"))
    #expect(response.hops.map(\.status) == [301, 302, 308])
    #expect(
      response.hops.map(\.target)
        == ["/a/c", "/a/d?x=1", "/e"].map { server.url($0) })
    #expect(response.body == Array("here".utf8))
    #expect(server.connections == 1)
  }

  @Test("is the response where none is to be followed")
  func stay() async throws {
    let server = try redirecting(["/": (302, "/next")])
    var request = loopbackRequest(server.url())
    request.redirects = .stay
    let response = try await fetcher.fetch(request)
    #expect(response.status == 302)
    #expect(response.headers["Location"] == "/next")
    #expect(response.body == Array("gone".utf8))
  }

  @Test("is given up after so many, and in a circle")
  func endless() async throws {
    var table = ["/loop": (302, "/loop"), "/x": (302, "/y"), "/y": (302, "/x")]
    for number in 0..<9 { table["/\(number)"] = (302, "/\(number + 1)") }
    let server = try redirecting(table)
    for path in ["/loop", "/x"] {
      #expect(
        await failure(of: fetcher, loopbackRequest(server.url(path))) == .redirect(.loop))
    }
    #expect(
      await failure(of: fetcher, loopbackRequest(server.url("/0"))) == .redirect(.tooMany(5)))
    let response = try await fetcher.fetch(loopbackRequest(server.url("/4")))
    #expect(response.hops.count == 5)
  }

  @Test(
    "leads nowhere with another scheme",
    arguments: [
      ("file:///etc/passwd", FetchFailure.AddressFault.scheme("file")),
      ("gopher://127.0.0.1:12379/_x", .scheme("gopher")),
      ("ftp://127.0.0.1/a", .scheme("ftp")), ("dict://127.0.0.1:11211/stat", .scheme("dict")),
      ("http://user:word@127.0.0.1/", .holdsPassword), ("http://127.0.0.1:0/", .malformed),
    ])
  func otherSchemes(target: String, fault: FetchFailure.AddressFault) async throws {
    let server = try redirecting(["/": (302, target)])
    #expect(
      await failure(of: fetcher, loopbackRequest(server.url())) == .redirect(.badTarget(fault)))
  }

  @Test("is checked by the address rule as the first address was")
  func inward() async throws {
    let inner = try redirecting([:])
    let outer = try redirecting(
      last: 2,
      ["/": (302, inner.url("/secret")), "/name": (302, "http://localhost:\(inner.port)/")]
    )
    var request = FetchRequest(url: outer.url(), userAgent: "desk")
    request.addresses = AddressRule(
      allowing: [try #require(AddressRange("127.0.0.2"))], ports: .any)
    let here = try #require(IPAddress("127.0.0.1"))
    #expect(await failure(of: fetcher, request) == .addressRefused(here))
    request.url = outer.url("/name")
    guard case .addressRefused(let address) = await failure(of: fetcher, request) else {
      Issue.record("a redirect by name was followed inward")
      return
    }
    #expect(address.isLoopback)
    request.addresses = AddressRule(
      allowing: [try #require(AddressRange("127.0.0.2"))], ports: .webAnd([outer.port]))
    #expect(
      await failure(of: fetcher, request)
        == .portRefused(host: "localhost", port: inner.port))
    #expect(inner.connections == 0)
    request.addresses = .withLoopback
    request.url = outer.url()
    #expect(try await fetcher.fetch(request).url == inner.url("/secret"))
  }

  @Test(
    "changes a POST as the status says",
    arguments: [
      (301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST"),
    ])
  func methods(status: Int, method: String) async throws {
    let heads = Recorder<String>()
    let server = try redirecting(heads: heads, ["/form": (status, "/done")])
    var request = loopbackRequest(server.url("/form"))
    request.method = .post
    request.body = Array("a=bc".utf8)
    request.headers.add("Content-Type", "application/x-www-form-urlencoded")
    #expect(try await fetcher.fetch(request).status == 200)
    let second = try #require(heads.all.last)
    #expect(second.hasPrefix("\(method) /done HTTP/1.1\r\n"))
    #expect(second.contains("Content-Length: 4\r\n") == (method == "POST"))
    #expect(second.contains("Content-Type:") == (method == "POST"))
  }

  @Test("does not take what is meant for one origin to another")
  func origins() async throws {
    let heads = Recorder<String>()
    let other = try redirecting(heads: heads, [:])
    let server = try redirecting(heads: heads, ["/": (307, "/same"), "/same": (307, other.url())])
    var request = loopbackRequest(server.url())
    request.headers.add("Authorization", "Bearer inc_x")
    request.headers.add("Cookie", "a=b")
    request.headers.add("webhook-signature", "v1,abc")
    request.headers.add("Accept", "text/html")
    #expect(try await fetcher.fetch(request).status == 200)
    let all = heads.all
    try #require(all.count == 3)
    for name in ["Authorization: Bearer inc_x", "Cookie: a=b", "webhook-signature: v1,abc"] {
      #expect(all[0].contains(name) && all[1].contains(name) && !all[2].contains(name), "\(name)")
    }
    #expect(all.allSatisfy { $0.contains("Accept: text/html\r\n") })
  }

  @Test("is none with a status that only looks like one", arguments: [300, 304, 305, 306])
  func others(status: Int) async throws {
    let server = try redirecting(["/": (status, "/next")])
    #expect(try await fetcher.fetch(loopbackRequest(server.url())).status == status)
  }
}
