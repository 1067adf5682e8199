import Bytes
import Desk
import Response
import Support
import Synchronization
import Testing
import Watch

@testable import Service

@Suite("Polling", .timeLimit(.minutes(5)))
struct PollerTests {
  typealias Reply = ScriptedFeed.Reply

  private static func sources(_ feed: ScriptedFeed, every: String = "PT5M", more: String = "")
    -> [PollerDesk.Source]
  {
    [PollerDesk.Source(id: "gov", url: feed.url(), every: every, more: more)]
  }

  @Test("sends both validators byte for byte, takes them from a 200 and from a 304")
  func validators() async throws {
    let feed = try ScriptedFeed(
      last: 70, ScriptedFeed.feed(0..<3, "ETag: W/\"a b\"", "Last-Modified: Tue, 1 Sep 2026 1:2:3"))
    let desk = try await PollerDesk(Self.sources(feed))
    try await desk.pass()
    feed.answer(Reply(status: 304, headers: ["ETag: \"c\""]))
    for _ in 0..<2 { try await desk.pass(.minutes(6)) }
    let requests = feed.requests.all
    #expect(requests.map { $0.header("If-None-Match") } == [nil, "W/\"a b\"", "\"c\""])
    #expect(
      requests.map { $0.header("If-Modified-Since") }
        == [nil, "Tue, 1 Sep 2026 1:2:3", "Tue, 1 Sep 2026 1:2:3"])
    #expect(requests.allSatisfy { $0.header("User-Agent") == "desk-test (desk@example.org)" })
    #expect(try await desk.kept().count == 3)
    try await desk.stop()
  }

  @Test("keeps validators with the items over a restart, and sends a source's own agent")
  func restart() async throws {
    let feed = try ScriptedFeed(last: 71, ScriptedFeed.feed(0..<3, "ETag: \"a\""))
    let more = "userAgent: \"desk/2 (+https://desk.example)\""
    var desk = try await PollerDesk(Self.sources(feed, more: more))
    try await desk.pass()
    try await desk.stop()
    feed.answer(ScriptedFeed.feed(0..<4, "ETag: \"b\""))
    desk = try await PollerDesk(
      Self.sources(feed, more: more), in: desk.folder, at: desk.now + .minutes(6))
    try await desk.pass()
    let last = try #require(feed.requests.all.last)
    #expect(last.header("If-None-Match") == "\"a\"")
    #expect(last.header("User-Agent") == "desk/2 (+https://desk.example)")
    #expect(try await desk.kept().map(\.title) == ["n0", "n1", "n2", "n3"])
    try await desk.stop()
  }

  @Test("reads a body that is the same byte for byte as unchanged, and takes no item by its date")
  func sameBody() async throws {
    let feed = try ScriptedFeed(last: 72, ScriptedFeed.feed(0..<3, "Expires: 0"))
    let desk = try await PollerDesk(Self.sources(feed))
    for _ in 0..<3 { try await desk.pass(.minutes(6)) }
    #expect(feed.count >= 3)
    #expect(try await desk.kept().count == 3)
    // An item older than the document's Last-Modified is as new as any other.
    feed.answer(
      Reply(
        headers: ["Last-Modified: Tue, 24 Nov 2026 12:00:00 GMT"],
        body: ScriptedFeed.rss(
          "<title>late</title><guid>x</guid><pubDate>Mon, 2 Nov 2026 08:00:00 GMT</pubDate>")))
    try await desk.pass(.minutes(6))
    #expect(try await desk.kept().last?.title == "late")
    try await desk.stop()
  }

  @Test("asks once a day without validators, when they say for ever that nothing is new")
  func frozen() async throws {
    let count = Atomic<Int>(3)
    let feed = try ScriptedFeed(last: 73) { request in
      request.isConditional
        ? Reply(status: 304)
        : ScriptedFeed.feed(
          0..<count.load(ordering: .acquiring), "Last-Modified: Tue, 01 Jan 2041 00:00:00 GMT")
    }
    let desk = try await PollerDesk(Self.sources(feed, every: "PT30M"))
    try await desk.pass()
    count.store(5, ordering: .releasing)
    // The first one is due at once: a document of 2041 cannot have been trusted.
    try await desk.pass(.days(2), by: .minutes(36))
    let plain = feed.requests.all.dropFirst().count { !$0.isConditional }
    #expect((2...3).contains(plain))
    #expect(feed.count > 50)
    #expect(try await desk.kept().count == 5)
    try await desk.stop()
  }

  @Test("keeps a changed item as a revision, once, and a later date alone as nothing")
  func revision() async throws {
    func rss(_ title: String, _ text: String, _ time: String) -> Reply {
      Reply(
        body: ScriptedFeed.rss(
          "<guid>1</guid><title>\(title)</title><description>\(text)</description>"
            + "<pubDate>Tue, 24 Nov 2026 \(time) GMT</pubDate>"))
    }
    let feed = try ScriptedFeed(last: 74, rss("Fire", "Two hurt", "11:00:00"))
    let desk = try await PollerDesk(Self.sources(feed))
    try await desk.pass()
    for reply in [
      rss("Fire", "Two hurt", "11:30:00"), rss("Fire", "Three hurt", "11:30:00"),
      rss("Fire out", "Three hurt", "11:40:00"), rss("Fire out", "Three hurt", "11:45:00"),
    ] {
      feed.answer(reply)
      try await desk.pass(.minutes(6))
    }
    let kept = try await desk.kept()
    #expect(Set(kept.map(\.id)).count == 1)
    #expect(kept.map(\.revision) == [nil, 1, 2])
    #expect(kept.map(\.changed) == [nil, .text, .title])
    #expect(kept.map(\.text) == ["Two hurt", "Three hurt", "Three hurt"])
    #expect(try await desk.source("gov").items == 1)
    try await desk.stop()
  }

  @Test("takes a CAP update as an alert of its own")
  func cap() async throws {
    func alert(_ kind: String, _ sent: String, _ references: String) -> String {
      """
      <?xml version="1.0"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
      <identifier>43</identifier><sender>warn@qh.example</sender><sent>2026-11-24T\(sent)+08:00</sent>
      <status>Actual</status><msgType>\(kind)</msgType><scope>Public</scope>\(references)
      <info><category>Met</category><event>Rainstorm</event><urgency>Immediate</urgency>
      <severity>Severe</severity><certainty>Observed</certainty><headline>Rain</headline></info></alert>
      """
    }
    let feed = try ScriptedFeed(last: 75, Reply(body: alert("Alert", "10:00:00", "")))
    let desk = try await PollerDesk(Self.sources(feed))
    try await desk.pass()
    let references = "<references>warn@qh.example,43,2026-11-24T10:00:00+08:00</references>"
    feed.answer(Reply(body: alert("Update", "11:00:00", references)))
    try await desk.pass(.minutes(6))
    let kept = try await desk.kept()
    #expect(kept.count == 2 && Set(kept.map(\.id)).count == 2)
    #expect(kept.allSatisfy { $0.revision == nil })
    try await desk.stop()
  }

  @Test("takes a list of warnings that is empty for what it is, and another for a finding")
  func zeroItems() async throws {
    let feed = try ScriptedFeed(last: 76, ScriptedFeed.feed(0..<5, "ETag: \"full\""))
    let warnings = try ScriptedFeed(last: 77, ScriptedFeed.feed(0..<5))
    let desk = try await PollerDesk(
      Self.sources(feed)
        + [PollerDesk.Source(id: "storm", url: warnings.url(), more: "urgent: true")])
    try await desk.pass()
    feed.answer(ScriptedFeed.feed(0..<0, "ETag: \"empty\""))
    warnings.answer(ScriptedFeed.feed(0..<0))
    for _ in 0..<3 { try await desk.pass(.minutes(6)) }
    let source = try await desk.source("gov")
    #expect(source.state == "zeroItems" && source.problem?.en.contains("listed 5") == true)
    #expect(try await desk.source("storm").state == "heard")
    #expect(try await desk.events("source.failing").count == 1)
    // It is asked as often as before, by the validators of the list that was whole.
    #expect(feed.requests.all.dropFirst().allSatisfy { $0.header("If-None-Match") == "\"full\"" })
    #expect(feed.count == 4)
    feed.answer(ScriptedFeed.feed(0..<6))
    try await desk.pass(.minutes(6))
    #expect(try await desk.source("gov").state == "heard")
    #expect(try await desk.kept().count { $0.source == "gov" } == 6)
    #expect(try await desk.events("source.recovered").count == 1)
    try await desk.stop()
  }

  @Test("tells each kind of failure, and goes on asking, ever more rarely")
  func troubles() async throws {
    let page = "<!DOCTYPE html><html><title>Just a moment...</title></html>"
    let replies: [(id: String, reply: Reply, state: String)] = [
      ("wall", Reply(status: 403, headers: ["cf-mitigated: challenge"], body: "x"), "challenge"),
      ("wall2", Reply(status: 403, headers: ["Content-Type: text/html"], body: page), "challenge"),
      ("wall3", Reply(status: 503, headers: ["cf-mitigated: challenge"], body: page), "challenge"),
      // nginx, Apache and HAProxy say so when they have too much to do.
      ("full", Reply(status: 503, headers: ["Content-Type: text/html"], body: page), "limited"),
      ("page", Reply(headers: ["Content-Type: text/html"], body: page), "html"),
      ("gone", Reply(status: 404), "unreachable"), ("broken", Reply(status: 500), "unreachable"),
      ("busy", Reply(status: 429), "limited"),
    ]
    let feeds = try replies.enumerated().map { number, reply in
      try ScriptedFeed(last: UInt8(80 + number), reply.reply)
    }
    let desk = try await PollerDesk(
      zip(replies, feeds).map { PollerDesk.Source(id: $0.id, url: $1.url()) })
    try await desk.pass(.days(1), by: .minutes(6))
    for (reply, feed) in zip(replies, feeds) {
      let source = try await desk.source(reply.id)
      #expect(source.state == reply.state, "\(reply.id)")
      #expect((5...14).contains(feed.count), "\(reply.id): \(feed.count)")
      #expect(source.nextPoll.map { $0 - desk.now <= .hours(24) } ?? false, "\(reply.id)")
    }
    #expect(try await desk.events("source.failing").count == replies.count)
    #expect(try await desk.kept().isEmpty)
    #expect(await desk.poller.coverage == .init(sources: replies.count, silent: replies.count))
    try await desk.stop()
  }

  @Test("does not take a 304 for news of a source that it has never received")
  func emptyHanded() async throws {
    let feed = try ScriptedFeed(last: 95, Reply(status: 304, headers: ["ETag: \"a\""]))
    let desk = try await PollerDesk(Self.sources(feed))
    try await desk.pass(.hours(2), by: .minutes(5))
    #expect(try await desk.source("gov").state == "unreachable")
    #expect(try await desk.source("gov").lastSuccess == nil)
    #expect(feed.requests.all.allSatisfy { !$0.isConditional })
    feed.answer(ScriptedFeed.feed(0..<2))
    try await desk.pass(.hours(6), by: .minutes(5))
    #expect(try await desk.source("gov").state == "heard")
    #expect(try await desk.kept().count == 2)
    try await desk.stop()
  }

  @Test("counts a source that is not heard for a week as dead, and asks it once a day for ever")
  func dead() async throws {
    let feed = try ScriptedFeed(last: 90, Reply(status: 500))
    let desk = try await PollerDesk(Self.sources(feed))
    try await desk.pass(.days(8), by: .hours(1))
    #expect(try await desk.source("gov").state == "dead")
    #expect(try await desk.events("source.dead").count == 1)
    let before = feed.count
    try await desk.pass(.days(5), by: .hours(1))
    #expect((4...6).contains(feed.count - before))
    feed.answer(ScriptedFeed.feed(0..<2))
    try await desk.pass(.hours(25), by: .hours(1))
    #expect(try await desk.source("gov").state == "heard")
    #expect(try await desk.events("source.recovered").count == 1)
    try await desk.stop()
  }

  @Test(
    "retires a source that says twice in a day that it is gone, until a person or an address says so"
  )
  func retired() async throws {
    let feed = try ScriptedFeed(last: 91, Reply(status: 410))
    var desk = try await PollerDesk(Self.sources(feed))
    try await desk.pass(.hours(23), by: .hours(1))
    #expect(try await desk.events("source.retired").isEmpty)
    try await desk.pass(.hours(9), by: .hours(1))
    #expect(try await desk.events("source.retired").count == 1)
    #expect(try await desk.source("gov").state == "retired")
    let count = feed.count
    try await desk.pass(.days(10), by: .hours(12))
    #expect(feed.count == count)
    try await desk.stop()
    // Also the next daemon leaves it alone.
    desk = try await PollerDesk(Self.sources(feed), in: desk.folder, at: desk.now)
    try await desk.pass(.hours(1))
    #expect(feed.count == count)
    #expect(await desk.poller.coverage.silent == 1)
    // Nobody waits to hear it, so that it is not missed among those that fall silent.
    #expect(await desk.poller.hearing.isEmpty)

    feed.answer(ScriptedFeed.feed(0..<2))
    let id = try #require(Name("gov"))
    try await desk.poller.resume(id)
    try await desk.pass()
    #expect(feed.count == count + 1)
    #expect(try await desk.source("gov").state == "heard")
    try await desk.stop()
  }

  @Test("asks again at another address, whatever the old one said")
  func otherAddress() async throws {
    let gone = try ScriptedFeed(last: 92, Reply(status: 410))
    let here = try ScriptedFeed(last: 93, ScriptedFeed.feed(0..<3))
    let desk = try await PollerDesk(Self.sources(gone))
    try await desk.pass(.hours(36), by: .hours(1))
    #expect(try await desk.source("gov").state == "retired")
    try await desk.adopt(Self.sources(here))
    try await desk.pass(.minutes(1))
    #expect(here.count == 1)
    #expect(try await desk.source("gov").state == "heard")
    #expect(try await desk.events("source.recovered").count == 1)
    try await desk.adopt([])
    try await desk.pass(.hours(1))
    #expect(here.count == 1)
    #expect(await desk.poller.sources.isEmpty)
    try await desk.stop()
  }

  @Test("looks once at a source that is not its own, and keeps nothing of it")
  func test() async throws {
    let feed = try ScriptedFeed(
      last: 94, Reply(body: ScriptedFeed.rss(0..<7, title: "公告", channel: "<ttl>20</ttl>")))
    let page = try ScriptedFeed(last: 95, Reply(body: "<html><title>Login</title></html>"))
    let desk = try await PollerDesk(
      Self.sources(feed) + [PollerDesk.Source(id: "page", url: page.url())])
    try await desk.pass()
    let settings = await desk.poller.configuration.sources
    try await desk.pass(.seconds(2))
    guard case .feed(let found) = await desk.poller.test(settings[0]) else {
      Issue.record("no feed")
      return
    }
    #expect(found.entries == 7 && found.title == "公告" && found.first.first?.title == "n6")
    #expect(found.hints.interval == .minutes(20))
    guard case .failed(.html, _, _) = await desk.poller.test(settings[1]) else {
      Issue.record("a page is no feed")
      return
    }
    #expect(try await desk.kept().count == 7)
    #expect(try await desk.source("gov").polls == 1)
    try await desk.stop()
  }

  @Test("asks at once when a person says so")
  func pollNow() async throws {
    let feed = try ScriptedFeed(last: 96, ScriptedFeed.feed(0..<2))
    let desk = try await PollerDesk(Self.sources(feed))
    try await desk.pass()
    try await desk.pass(.seconds(10))
    #expect(feed.count == 1)
    let id = try #require(Name("gov"))
    #expect(await desk.poller.pollNow(id))
    try await desk.pass()
    #expect(feed.count == 2)
    let stranger = try #require(Name("stranger"))
    #expect(await !desk.poller.pollNow(stranger))
    try await desk.stop()
  }
}
