import Bytes
import Support
import Testing
import Wire

@Suite("The address rule")
struct AddressRuleTests {
  @Test(
    "permits public addresses",
    arguments: [
      "8.8.8.8", "1.1.1.1", "114.114.114.114", "9.255.255.255", "11.0.0.0", "100.63.255.255",
      "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255", "172.15.255.255",
      "172.32.0.0", "192.167.1.1", "192.169.0.0", "198.17.0.1", "198.20.0.1", "223.255.255.255",
      "2606:4700::1111", "240e:1::1", "2400:3200::1", "2a00:1450:4001::200e",
    ])
  func permits(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(AddressRule.publicOnly.permits(address))
    #expect(address.description == text)
  }

  @Test(
    "refuses all others",
    arguments: [
      "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",
      "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
      "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255",
      "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
      "255.255.255.255", "168.63.129.16", "::", "::1", "::7f00:1", "::ffff:127.0.0.1",
      "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1",
      "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "3ffe::1", "5f00::1", "fc00::1",
      "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1",
    ])
  func refuses(text: String) throws {
    #expect(!AddressRule.publicOnly.permits(try #require(IPAddress(text))))
  }

  @Test("permits what a source lists, also where it comes mapped, and no more")
  func allowed() throws {
    let range = try #require(AddressRange("10.1.0.0/16"))
    let rule = AddressRule(allowing: [range, try #require(AddressRange("fd00::/8"))])
    for text in ["10.1.0.0", "10.1.255.255", "::ffff:10.1.2.3", "fd12::1", "8.8.8.8"] {
      #expect(rule.permits(try #require(IPAddress(text))), "\(text)")
    }
    for text in ["10.0.255.255", "10.2.0.0", "::ffff:10.2.0.0", "fc12::1", "127.0.0.1"] {
      #expect(!rule.permits(try #require(IPAddress(text))), "\(text)")
    }
  }

  @Test("permits the ports of the web, those that are listed, or any")
  func ports() {
    let web = AddressRule.publicOnly
    #expect([80, 443, 8080, 8443].allSatisfy { web.permits(port: $0) })
    #expect([0, 22, 25, 2379, 6379, 8081, 65_536].allSatisfy { !web.permits(port: $0) })
    let more = AddressRule(ports: .webAnd([9000]))
    #expect(more.permits(port: 9000) && more.permits(port: 443) && !more.permits(port: 9001))
    #expect(AddressRule(ports: .any).permits(port: 9001))
    #expect(!AddressRule(ports: .any).permits(port: 0))
  }

  @Test(
    "takes ranges in one form only",
    arguments: [
      "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08x", "10.0.0.0/", "10/8", "",
      "fd00::1/8", "::/129", "10.0.0.0/8/8", "0x0a000000/8", "host/8",
    ])
  func badRange(text: String) {
    #expect(AddressRange(text) == nil)
  }

  @Test("takes a single address, and everything, for a range")
  func edges() throws {
    let one = try #require(AddressRange("192.168.1.7"))
    #expect(one.contains(try #require(IPAddress("192.168.1.7"))))
    #expect(!one.contains(try #require(IPAddress("192.168.1.6"))))
    let all = try #require(AddressRange("0.0.0.0/0"))
    #expect(all.contains(try #require(IPAddress("255.255.255.255"))))
    #expect(!all.contains(try #require(IPAddress("::1"))))
    let allSix = try #require(AddressRange("::/0"))
    #expect(allSix.contains(try #require(IPAddress("ffff::1"))))
    let half = try #require(AddressRange("2001:db8:0:1::/64"))
    #expect(half.contains(try #require(IPAddress("2001:db8:0:1:ffff::"))))
    #expect(!half.contains(try #require(IPAddress("2001:db8:0:2::"))))
    let long = try #require(AddressRange("2001:db8::8/125"))
    #expect(long.contains(try #require(IPAddress("2001:db8::f"))))
    #expect(!long.contains(try #require(IPAddress("2001:db8::10"))))
  }
}

@Suite("A foreign address")
struct ForeignAddressTests {
  let fetcher = Fetcher()

  // Nothing is sent for any of these: the rule is asked before the connection.
  @Test(
    "is refused in whatever form it names this machine or its network",
    arguments: [
      "127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.1",
      "0", "0.0.0.0", "localhost", "LOCALHOST", "foo.localhost", "[::1]", "[::]",
      "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]",
      "[64:ff9b::7f00:1]", "[64:ff9b::169.254.169.254]", "[2002:7f00:1::]", "[fe80::1]",
      "[fe80::1%25lo]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "169.254.169.254",
      "2852039166", "0xa9fea9fe", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.100.100.200",
      "168.63.129.16", "198.18.0.1", "224.0.0.251", "240.0.0.1", "255.255.255.255",
      "①②⑦.⓪.⓪.①", "１２７.０.０.１",
    ])
  func refused(host: String) async {
    let failure = await failure(of: fetcher, FetchRequest(url: "http://\(host)/", userAgent: "a"))
    guard case .addressRefused = failure else {
      Issue.record("\(host): \(String(describing: failure))")
      return
    }
    #expect(failure?.isTemporary == false)
    #expect(failure?.exitCode == .refused)
  }

  @Test(
    "is refused with another scheme, with a password, or without sense",
    arguments: [
      ("file:///etc/passwd", FetchFailure.badAddress(.scheme("file"))),
      ("gopher://127.0.0.1:25/_x", .badAddress(.scheme("gopher"))),
      ("ftp://example.invalid/", .badAddress(.scheme("ftp"))),
      ("javascript:alert(1)", .badAddress(.malformed)),
      ("//example.invalid/", .badAddress(.malformed)),
      ("example.invalid/feed", .badAddress(.malformed)),
      ("http://", .badAddress(.malformed)),
      ("http://a b/", .badAddress(.malformed)),
      ("http://a/\r\nX: y", .badAddress(.malformed)),
      ("http://a:99999/", .badAddress(.malformed)),
      ("http://user@example.invalid/", .badAddress(.holdsPassword)),
      ("http://user:word@example.invalid/", .badAddress(.holdsPassword)),
      ("http://example.invalid:22/", .portRefused(host: "example.invalid", port: 22)),
      ("https://example.invalid:80/", .resolve(host: "example.invalid")),
    ])
  func malformed(url: String, wanted: FetchFailure) async {
    #expect(await failure(of: fetcher, FetchRequest(url: url, userAgent: "a")) == wanted)
  }

  @Test(
    "is looked up in its wire form where its name is not ASCII",
    arguments: ["http://雨情.invalid/", "http://xn--ihq77w.invalid/", "http://127.0.0.1./"])
  func names(url: String) async {
    let failure = await failure(of: fetcher, FetchRequest(url: url, userAgent: "a"))
    guard case .resolve = failure else {
      Issue.record("\(url): \(String(describing: failure))")
      return
    }
    #expect(failure?.isTemporary == true)
  }

  @Test("is refused on a connection that another request's rule had allowed")
  func reusedConnection() async throws {
    let server = try LoopbackServer { peer in
      while peer.readHead() != nil { peer.write("HTTP/1.1 204 No Content\r\n\r\n") }
    }
    _ = try await fetcher.fetch(loopbackRequest(server.url()))
    // By name, so that only the connection itself can tell.
    var allowed = loopbackRequest("http://localhost:\(server.port)/")
    _ = try await fetcher.fetch(allowed)
    #expect(server.connections == 2)
    allowed.addresses = AddressRule(ports: .any)
    guard case .addressRefused(let address) = await failure(of: fetcher, allowed) else {
      Issue.record("the connection was used again")
      return
    }
    #expect(address.isLoopback)
    #expect(server.connections == 2)
  }

  @Test("does not change by what a path or a query holds")
  func encoded() async throws {
    let heads = Recorder<String>()
    let server = try LoopbackServer { peer in
      if let head = peer.readHead() { heads.add(head) }
      peer.write("HTTP/1.1 204 No Content\r\n\r\n")
    }
    _ = try await fetcher.fetch(loopbackRequest(server.url("/新闻 a?q=雨&x=%20")))
    let line = heads.all.first?.split(separator: "\r\n").first
    #expect(line == "GET /%e6%96%b0%e9%97%bb%20a?q=%e9%9b%a8&x=%20 HTTP/1.1")
  }
}
