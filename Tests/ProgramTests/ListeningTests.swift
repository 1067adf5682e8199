import Bytes
import Foundation
import Support
import Synchronization
import Testing
import Wire

@testable import incident_sim

/// What is told besides bursts, by the real programs.
@Suite("What is listened for", .timeLimit(.minutes(3)))
struct ListeningTests {
  private static func feed(_ source: String, _ texts: [String]) -> [UInt8] {
    let items = texts.enumerated().map { number, text in
      "<item><title>\(text)</title><dc:creator>\(source)\(number)</dc:creator>"
        + "<link>https://street.example/\(source)/\(texts.count)\(number)</link></item>"
    }
    return Array(
      ("<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>"
        + items.joined() + "</channel></rss>").utf8)
  }

  @Test("is told by its phrase without a burst, marked, and sources that fall silent and come back")
  func phrasesAndSilence() async throws {
    let isDown = Atomic<Bool>(false)
    let isDry = Atomic<Bool>(false)
    let server = try HTTPServer.start(listeners: [.tcp(host: "0.0.0.0", port: 0)]) { request in
      let source = request.path.first ?? ""
      if source == "gov", isDown.load(ordering: .acquiring) {
        return HTTPResponse(status: 503, headers: [:], body: [])
      }
      let dry = ["石桥停水了", "小区又停水，没法做饭", "停水三个小时了"]
      let texts = isDry.load(ordering: .acquiring) && source == "street" ? dry : ["今天天气不错"]
      return HTTPResponse(
        status: 200, headers: ["Content-Type": "text/xml"], body: Self.feed(source, texts))
    }
    let mails = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start { mails.add($0) }
    let feeds = try #require(server.port)
    let desk = try await ProgramDesk(
      sources: [
        .init(
          id: "gov", url: "http://127.4.0.1:\(feeds)/gov", tier: "official", every: "PT1M",
          isUrgent: true),
        .init(
          id: "street", url: "http://127.4.0.2:\(feeds)/street", tier: "other", every: "PT1M",
          isUrgent: true),
      ], mailPort: sink.port,
      phrases: #"{ words: ["停水", "no water"], posts: 3, voices: 2, within: "PT1H" }"#)
    try await desk.startDaemon()
    for _ in 0..<3 { try await desk.pass(.minutes(2)) }
    #expect(mails.all.isEmpty)

    isDry.store(true, ordering: .releasing)
    for _ in 0..<3 { try await desk.pass(.minutes(2)) }
    let phrase = MailRoom.plainText(of: try #require(mails.all.first).bytes)
    #expect(phrase.contains("the watch phrase '停水', 3 posts of 3 voices in 1 h"), "\(phrase)")
    #expect(phrase.contains("关注词“停水”") && phrase.contains("小区又停水"))
    let listed = try await desk.run("alert", "list")
    #expect(listed.contains("watch phrase") && listed.contains("not taken"))
    #expect(try desk.events("alert.raised").first?["phrase"]?.string == "停水")

    // It is told once, and after a restart as well.
    #expect(desk.stopDaemon() == 0)
    try await desk.startDaemon()
    isDown.store(true, ordering: .releasing)
    for _ in 0..<40 { try await desk.pass(.minutes(2)) }
    let silence = try desk.events("alert.raised").compactMap { $0["notHeard"]?.array }
    #expect(silence.count == 1 && silence.first?.first?.string == "gov")
    #expect(mails.all.count == 2)
    let lost = MailRoom.plainText(of: try #require(mails.all.last).bytes)
    #expect(lost.contains("official sources cannot be heard: gov"), "\(lost)")

    isDown.store(false, ordering: .releasing)
    for _ in 0..<45 { try await desk.pass(.minutes(2)) }
    let back = try desk.events("alert.raised").last
    #expect(back?["heardAgain"]?.array?.first?.string == "gov")
    #expect(back?["level"]?.string == "information")
    #expect(
      MailRoom.plainText(of: try #require(mails.all.last).bytes).contains("heard again: gov"))
    #expect(desk.stopDaemon() == 0)
    sink.stop()
    await server.stop(within: .zero)
  }
}
