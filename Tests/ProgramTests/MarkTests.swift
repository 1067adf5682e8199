import Bytes
import Foundation
import Support
import Synchronization
import Testing
import Wire

@testable import incident_sim

/// What people answer to an alert, and what is withheld of it, by the real programs.
@Suite("An alert about somebody", .timeLimit(.minutes(3)))
struct MarkTests {
  private static let name = "张伟明"

  private static func feed(_ source: Int, _ count: Int) -> [UInt8] {
    let acts = ["男子张伟明持刀砍人", "张伟明持刀行凶", "网友说张伟明砍人了", "嫌疑人张伟明持刀"]
    let ends = ["路口都封了", "邻居全出来看", "听着吓人", "求平安", "离得很近", "等消息"]
    let items = (0..<count).reversed().map { number in
      "<item><title>\(acts[(number + source) % 4])，\(ends[(number * 5 + source) % 6])，第\(number)个</title>"
        + "<dc:creator>n\(source)x\(number)</dc:creator>"
        + "<link>https://street.example/t/\(source)-\(number)</link></item>"
    }
    return Array(
      ("<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>"
        + items.joined() + "</channel></rss>").utf8)
  }

  @Test("is listed, mailed and recorded without his name, and marked with and without the daemon")
  func maskedAndMarked() async throws {
    let count = Atomic<Int>(0)
    let server = try HTTPServer.start(listeners: [.tcp(host: "0.0.0.0", port: 0)]) { request in
      HTTPResponse(
        status: 200, headers: ["Content-Type": "text/xml"],
        body: Self.feed(
          request.path.first.flatMap { Int($0) } ?? 0, count.load(ordering: .acquiring)))
    }
    let mails = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start { mails.add($0) }
    let feeds = try #require(server.port)
    let desk = try await ProgramDesk(
      sources: (1...4).map {
        .init(
          id: "street\($0)", url: "http://127.4.1.\($0):\(feeds)/\($0)", tier: "other",
          every: "PT1M")
      }, mailPort: sink.port)
    try await desk.startDaemon()
    for _ in 0..<12 {
      count.add(1, ordering: .releasing)
      try await desk.pass(.minutes(2))
    }
    let raised = try #require(try desk.events("alert.raised").first)
    let topic = try #require(raised["topic"]?.string)
    #expect(raised["masked"]?.boolean == true)

    // The item log alone has his name, as it has every text.
    let needle = Data(Self.name.utf8)
    let folder = desk.folder.root
    let named = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
      FileManager.default.contents(atPath: folder + "/" + path)?.range(of: needle) != nil
    }
    #expect(
      named.allSatisfy { $0.hasPrefix("desk/items/") || $0.hasPrefix("desk/model/") }, "\(named)")
    #expect(named.contains { $0.hasPrefix("desk/items/") })
    for mail in mails.all {
      let text = MailRoom.plainText(of: mail.bytes)
      #expect(!text.contains(Self.name) && text.contains("left out"), "\(text)")
    }
    let list = try await desk.run("topic", "list")
    #expect(list.contains("张某某") && list.contains("a name is withheld"), "\(list)")
    let shown = try await desk.run("topic", "show", topic, "--why")
    #expect(!shown.contains(Self.name) && shown.contains("publicNames"))
    #expect(shown.contains("the last 6 hours: ") && shown.contains("needed z "))
    #expect(shown.contains("W20260927-001"))

    try await desk.run("topic", "mark", topic, "noise", "--why", "drill")
    let marked = try await desk.run("topic", "list")
    #expect(marked.contains("marked noise"))
    #expect(marked.contains("marks have moved thresholds: violence ×1.1"))
    #expect(try await desk.run("topic", "show", topic, "--why").contains("× 1.1 by marks"))
    #expect(
      try await desk.run("topic", "marks").contains(
        "threshold, violence: × 1.1 (1 noise, 0 useful)"))
    try await desk.run("topic", "mute", topic)
    #expect(try await desk.run("topic", "list").contains("held: muted"))
    #expect(desk.stopDaemon() == 0)

    try await desk.run("topic", "mark", topic, "none")
    #expect(try await desk.run("topic", "marks").contains("muted"))
    try await desk.run("topic", "unmute", topic)
    #expect(try desk.events("topic.marked").map { $0["mark"]?.string } == ["noise", "none"])
    #expect(try desk.events("topic.unmuted").count == 1)
    try await desk.startDaemon()
    #expect(try await desk.run("topic", "marks").contains("nothing is marked"))
    #expect(desk.stopDaemon() == 0)
    sink.stop()
    await server.stop(within: .zero)
  }
}
