import Bytes
import Foundation
import Support
import Testing

@Suite("Sources by command, through the programs")
struct SourceCommandTests {
  private static func reply(_ body: String, type: String) -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
      + "Connection: close\r\n\r\n" + body
  }

  private static let page = """
    <html><head><title>石桥镇</title>
    <link rel="alternate" type="application/rss+xml" title="通告" href="/news.xml"></head>
    <body><p>欢迎</p></body></html>
    """

  private static let feed = """
    <rss version="2.0"><channel><title>石桥镇通告</title><language>zh-cn</language>
    <item><title>今夜停水</title><guid>a</guid><description>二十二时起检修</description></item>
    </channel></rss>
    """

  private static func site(_ asked: Recorder<String>) throws -> LoopbackServer {
    try LoopbackServer(last: 71) { peer in
      let head = peer.readHead() ?? ""
      let path = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      asked.add(path)
      _ = peer.write(
        path == "/news.xml"
          ? reply(feed, type: "application/rss+xml") : reply(page, type: "text/html; charset=utf-8")
      )
    }
  }

  @Test("a page is followed to its feed, which is heard from then on, and after a restart")
  func added() async throws {
    let asked = Recorder<String>()
    let site = try Self.site(asked)
    let desk = try await ProgramDesk()
    try await desk.startDaemon()

    let closed = try await desk.refusal("source", "add", site.url("/"), "--yes", as: "wang")
    #expect(closed.contains("127.0.0.71"))
    #expect(asked.all.isEmpty)

    let shown = try await desk.refusal(
      "source", "add", site.url("/"), "--allow", "127.0.0.0/8", as: "wang")
    #expect(shown.isEmpty)
    let output = try await desk.run(
      "source", "add", site.url("/"), "--allow", "127.0.0.0/8", "--id", "shiqiao", "--yes",
      as: "wang")
    #expect(output.contains("今夜停水") && output.contains("added: shiqiao"))

    try await desk.pass(.minutes(6))
    #expect(try desk.items.map { $0["source"]?.string } == ["shiqiao"])
    #expect(desk.stopDaemon() == 0)
    try await desk.startDaemon()
    #expect(try await desk.run("source", "list").contains("shiqiao"))
    try await desk.pass(.minutes(6))
    #expect(try desk.items.count == 1)

    try await desk.run("source", "pause", "shiqiao", "--why", "改版", as: "wang")
    let before = asked.all.count
    try await desk.pass(.hours(3))
    #expect(asked.all.count == before)
    #expect(try await desk.run("source", "list").contains("改版"))
    try await desk.run("source", "resume", "shiqiao", as: "wang")
    try await desk.pass(.hours(3))
    #expect(asked.all.count > before)
    #expect(desk.stopDaemon() == 0)
  }

  @Test("a list of feeds goes in and comes out")
  func lists() async throws {
    let desk = try await ProgramDesk(
      sources: [ProgramDesk.Source(id: "gov", url: "http://127.0.0.1:9/a?b=1&c=2")])
    try await desk.startDaemon()
    try desk.folder.write(
      "list.opml",
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <opml version="2.0"><head><title>t</title></head><body>
      <outline text="县"><outline type="rss" text="乙 &amp; 报" xmlUrl="http://127.0.0.1:9/b"/></outline>
      </body></opml>
      """)
    let output = try await desk.run(
      "source", "import", desk.folder.path("list.opml"), "--yes", as: "wang")
    #expect(output.contains("1 added"))
    let exported = try await desk.run("source", "export", as: "wang")
    try desk.folder.write("again.opml", exported)
    #expect(exported.contains("http://127.0.0.1:9/a?b=1&amp;c=2"))
    #expect(exported.contains("乙 &amp; 报"))
    let again = try await desk.run(
      "source", "import", desk.folder.path("again.opml"), "--yes", as: "wang")
    #expect(again.contains("0 added"))
    let wrong = try await desk.refusal(
      "source", "import", desk.configuration, "--yes", as: "wang", status: .usage)
    #expect(wrong.contains("OPML"))
    #expect(desk.stopDaemon() == 0)
  }
}
