import Bytes
import Desk
import Support
import Testing
import Watch

@testable import Service

@Suite("robots.txt")
struct RobotsTests {
  private func rules(_ text: String, agent: String = "incident-desk") -> RobotsRules {
    RobotsRules(Array(text.utf8), agent: agent)
  }

  @Test(
    "matches by the longest rule, with stars, an end and either spelling (RFC 9309 §2.2, §5)",
    arguments: [
      ("Disallow: /a", "/a", false), ("Disallow: /a", "/ab/c", false), ("Disallow: /a", "/b", true),
      ("Disallow: /a\nAllow: /a/b", "/a/b/c", true), ("Disallow: /a/b\nAllow: /a", "/a/b", false),
      ("Allow: /p\nDisallow: /p", "/p", true), ("Disallow:", "/x", true),
      ("Disallow: /*.php$", "/x/y.php", false), ("Disallow: /*.php$", "/x/y.php?z", true),
      ("Disallow: /a*b*c", "/axxbyyc", false), ("Disallow: /a*b*c", "/axxbyy", true),
      ("Disallow: /新", "/%E6%96%B0%e9%97%bb", false), ("Disallow: /%e6%96%b0", "/新闻", false),
      ("Disallow: /", "/robots.txt", true), ("Disallow: / # all", "/x", false),
      ("Disallow: *", "/x", false), ("noise\n: :\nDisallow /x", "/x", true),
    ])
  func matching(lines: String, path: String, isAllowed: Bool) {
    #expect(rules("User-agent: *\n" + lines).allows(path) == isAllowed)
  }

  @Test("has the group that names us, else that for all; names stand one below another")
  func groups() {
    let text = """
      \u{feff}User-agent: other
      User-Agent: Incident-Desk
      Disallow: /ours
      Crawl-delay: 2.5

      User-agent: *
      Disallow: /all
      User-agent: incident-desk
      Disallow: /more
      """
    let own = rules(text)
    #expect(!own.allows("/ours") && !own.allows("/more") && own.allows("/all"))
    #expect(own.delay == .milliseconds(2500))
    let others = rules(text, agent: "else")
    #expect(others.allows("/ours") && !others.allows("/all") && others.delay == nil)
  }

  @Test("costs a bounded time whatever it says")
  func bounded() {
    let star = String(repeating: "*a", count: 2000) + "$"
    let path = "/" + String(repeating: "a", count: 4000) + "b"
    #expect(rules("User-agent: *\nDisallow: /" + star).allows(path))
    let many = String(repeating: "Disallow: /x\n", count: 60_000)
    #expect(!rules("User-agent: *\n" + many).allows("/x"))
    #expect(rules("User-agent: *\nCrawl-delay: 1e99\n").delay == .minutes(5))
    #expect(rules("User-agent: *\nCrawl-delay: nan\nCrawl-delay: -1\n").delay == nil)
  }

  private static let page = """
    <html><body><ul class="n"><li><a href="/1">甲乙丙丁通告</a></li></ul></body></html>
    """

  private static func site(_ robots: String, status: String = "200 OK", _ asked: Recorder<String>)
    throws -> LoopbackServer
  {
    try LoopbackServer(last: 91) { peer in
      let path = (peer.readHead() ?? "").split(separator: " ").dropFirst().first.map(String.init)
      asked.add(path ?? "")
      let isRobots = path == "/robots.txt"
      let body = isRobots ? robots : Self.page
      peer.write(
        "HTTP/1.1 \(isRobots ? status : "200 OK")\r\nContent-Type: text/html; charset=utf-8\r\n"
          + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n" + body)
    }
  }

  private static func source(_ url: String) -> PollerDesk.Source {
    PollerDesk.Source(
      id: "page", url: url, more: "kind: \"page\", page: { item: \"ul.n > li\", link: \"a\" }")
  }

  @Test("is asked for once a day before a page, which is read where it allows that")
  func allowed() async throws {
    let asked = Recorder<String>()
    let site = try Self.site("User-agent: *\nDisallow: /private\n", asked)
    let desk = try await PollerDesk([Self.source(site.url("/list"))])
    try await desk.pass(.seconds(5), by: .seconds(1))
    #expect(asked.all == ["/robots.txt", "/list"])
    #expect(try await desk.kept().map(\.text) == ["甲乙丙丁通告"])
    try await desk.pass(.hours(1), by: .minutes(5))
    #expect(asked.all.count { $0 == "/robots.txt" } == 1 && asked.all.count > 5)
    try await desk.stop()
  }

  @Test("keeps a page from being read where it forbids that, or cannot be read itself")
  func forbidden() async throws {
    let asked = Recorder<String>()
    let site = try Self.site("User-agent: *\nDisallow: /\n", asked)
    let desk = try await PollerDesk([Self.source(site.url("/list"))])
    try await desk.pass(.hours(3), by: .minutes(5))
    #expect(asked.all == ["/robots.txt"])
    let source = try #require(await desk.poller.sources.first)
    #expect(source.state == "robots" && !source.isHeard)
    try await desk.stop()

    let broken = Recorder<String>()
    let other = try Self.site("", status: "503 Busy", broken)
    let second = try await PollerDesk([Self.source(other.url("/list"))])
    try await second.pass(.hours(1), by: .minutes(1))
    #expect(!broken.all.contains("/list") && broken.all.count >= 2)
    try await second.stop()
  }

  @Test("that is not there forbids nothing")
  func missing() async throws {
    let asked = Recorder<String>()
    let site = try Self.site("", status: "404 Not Found", asked)
    let desk = try await PollerDesk([Self.source(site.url("/list"))])
    try await desk.pass(.seconds(5), by: .seconds(1))
    #expect(asked.all == ["/robots.txt", "/list"])
    try await desk.stop()
  }
}
