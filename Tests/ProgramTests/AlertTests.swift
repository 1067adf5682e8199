import Bytes
import Foundation
import Support
import Synchronization
import Testing
import Wire

@testable import incident_sim

@Suite("An alert", .timeLimit(.minutes(3)))
struct AlertTests {
  /// Somebody who wrote something, as a feed names him.
  static let handle = "zhaopin_laowang77"

  private static func feed(_ source: Int, _ count: Int) -> String {
    let sounds = ["石桥化工园区爆炸了", "石桥那边一声巨响", "化工园区火光冲天", "石桥化工园区浓烟滚滚"]
    let seen = ["玻璃都碎了", "消防车过去好几辆", "窗户在抖", "大家快往外走", "有没有人知道情况", "救护车一直在响"]
    let items = (0..<count).reversed().map { number in
      let text = "\(sounds[(number + source) % 4])，\(seen[(number * 5 + source) % 6])，第\(number)次"
      let author = number == 0 ? handle : "neighbour\(source)x\(number)"
      return "<item><title>\(text)</title><dc:creator>\(author)</dc:creator>"
        + "<link>https://street.example/u/\(author)/\(source)-\(number)</link></item>"
    }
    return "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>"
      + items.joined() + "</channel></rss>"
  }

  /// The files of a desk in which a text occurs.
  private static func files(in folder: String, with text: String) throws -> [String] {
    let needle = Data(text.utf8)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return paths.filter { path in
      FileManager.default.contents(atPath: folder + "/" + path)?.range(of: needle) != nil
    }
  }

  @Test("says why in two languages, is taken by its page, opens a record, and names no author")
  func explosion() async throws {
    let count = Atomic<Int>(0)
    let server = try HTTPServer.start(listeners: [.tcp(host: "0.0.0.0", port: 0)]) { request in
      let source = request.path.first.flatMap { Int($0) } ?? 0
      return HTTPResponse(
        status: 200, headers: ["Content-Type": "text/xml"],
        body: Array(Self.feed(source, count.load(ordering: .acquiring)).utf8))
    }
    let mails = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start { mails.add($0) }
    let port = try freePort()
    let feeds = try #require(server.port)
    let desk = try await ProgramDesk(
      sources: (1...4).map {
        ProgramDesk.Source(
          id: "street\($0)", url: "http://127.4.0.\($0):\(feeds)/\($0)", tier: "other",
          every: "PT1M")
      }, mailPort: sink.port, httpPort: port)
    try await desk.startDaemon()
    for _ in 0..<12 {
      count.add(1, ordering: .releasing)
      try await desk.pass(.minutes(2))
    }

    let mail = try #require(mails.all.first)
    #expect(mail.to == ["li@lanchuan.example"])
    let text = MailRoom.plainText(of: mail.bytes)
    #expect(text.contains("紧急：") && text.contains("urgent: serious words"), "\(text)")
    #expect(text.contains("样本 5 条") && text.contains("5 items of it"))
    #expect(text.contains("posts in 1 h"))

    let link = try #require(text.firstMatch(of: #/answer\/(D[0-9]+\.[0-9]+)\?code=([0-9A-Z]+)/#))
    let url = "http://127.0.0.1:\(port)/answer/\(link.output.1)"
    #expect(try await desk.get("\(url)?code=\(link.output.2)").status == 200)
    #expect(try desk.events("alert.acknowledged").isEmpty)
    #expect(
      try await desk.post(
        url, "code=\(link.output.2)&answer=acknowledged&text=",
        [("Content-Type", "application/x-www-form-urlencoded")]) == 200)
    #expect(try desk.events("alert.acknowledged").count == 1)

    let raised = try #require(try desk.events("alert.raised").first)
    let topic = try #require(raised["topic"]?.string)
    #expect(try await desk.run("topic", "list").contains(topic))
    try await desk.run(
      "open", "石桥化工园区爆炸", "--topic", topic, "--playbook", "accident", "--event-time", "06:02")
    // A chart needs two whole hours.
    try await desk.pass(.hours(2))
    let report = try await desk.run("report", "2026-0001", "--format", "html")
    #expect(report.contains(topic) && report.contains("<svg"))
    #expect(desk.stopDaemon() == 0)

    // The author is nowhere; the address that names him lies in the deletable item log alone.
    let found = try Self.files(in: desk.folder.root, with: Self.handle)
    #expect(found.allSatisfy { $0.hasPrefix("desk/items/") }, "\(found)")
    #expect(!found.isEmpty)
    #expect(!report.contains(Self.handle))
    #expect(mails.all.allSatisfy { !MailRoom.plainText(of: $0.bytes).contains(Self.handle) })
    #expect(try desk.items.allSatisfy { $0["author"]?.string != Self.handle })
    sink.stop()
    await server.stop(within: .zero)
  }

  @Test("comes of recorded items as of polled ones, and a replay runs on an exercise only")
  func replay() async throws {
    let desk = try await ProgramDesk()
    let stream = desk.folder.path("items.jsonl")
    let made = try await ChildProgram.run(
      "incident-sim",
      [
        "generate", "--county", ProgramDesk.root + "/Samples/county", "--seed", "5", "--out",
        stream,
      ],
      environment: [:])
    #expect(made.status == 0)
    let recorded = try desk.folder.read("items.jsonl").split(separator: UInt8(ascii: "\n"))
    let ended = try await desk.incidentd("--replay", stream)
    #expect(ended.status == 0, "\(ended.problems.suffix(500))")
    #expect(try desk.items.count == recorded.count)
    let raised = try desk.events("alert.raised")
    #expect(raised.contains { $0["signs"]?["troubles"]?.array?.first?.string == "fire" })

    // What was heard already is not played again, and the refusal leaves the clock where it was.
    let clock = try desk.folder.read("desk/clock.json5")
    let again = try await desk.incidentd("--replay", stream)
    #expect(again.status == ExitCode.refused.rawValue, "\(again.problems.suffix(500))")
    #expect(try desk.folder.read("desk/clock.json5") == clock)

    let real = try TemporaryFolder()
    let another = try await ChildProgram.run(
      "incident", ["init", real.path("desk")], environment: ["HOME": real.root])
    #expect(another.status == 0, "\(another.problems)")
    let refused = try await ChildProgram.run(
      "incidentd", ["--config", real.path("desk/incident.json5"), "--replay", stream],
      environment: [:])
    #expect(refused.status == ExitCode.refused.rawValue, "\(refused.problems)")
  }

  @Test("a replay that cannot start leaves the clock of its exercise where it was")
  func failedStart() async throws {
    let desk = try await ProgramDesk()
    let item =
      #"{"id":"i","ts":"2026-09-01T08:00:00+08:00","source":"s","lang":"zh","text":"停水"}"#
    try desk.folder.write("items.jsonl", item + "\n")
    let clock = try desk.folder.read("desk/clock.json5")
    // The socket's path cannot be made: what is there is no folder.
    try desk.folder.write("desk/run", "x")
    let ended = try await desk.incidentd("--replay", desk.folder.path("items.jsonl"))
    #expect(ended.status != 0)
    #expect(try desk.folder.read("desk/clock.json5") == clock)
    // Where there was none, the wall clock counts again.
    try FileManager.default.removeItem(atPath: desk.state + "/clock.json5")
    #expect(try await desk.incidentd("--replay", desk.folder.path("items.jsonl")).status != 0)
    #expect(!FileManager.default.fileExists(atPath: desk.state + "/clock.json5"))
  }
}
