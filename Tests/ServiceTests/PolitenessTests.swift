import Bytes
import Desk
import Foundation
import Support
import Synchronization
import Testing
import Watch

@testable import Service

@Suite("A polite desk", .timeLimit(.minutes(5)))
struct PolitenessTests {
  typealias Reply = ScriptedFeed.Reply

  @Test(
    "has one request to a host in flight, a second between two, and conditional ones nearly always")
  func log() async throws {
    struct Entry: Sendable {
      let path: String
      let at: Instant
      let isConditional: Bool
    }
    let log = Recorder<Entry>()
    let open = Counter()
    let clock = Mutex<DeskClock?>(nil)
    let feed = try ScriptedFeed(last: 100) { request in
      open.enter()
      defer { open.leave() }
      let now = clock.withLock { $0 }?.now() ?? PollerDesk.start
      log.add(Entry(path: request.path, at: now, isConditional: request.isConditional))
      let tag = "\"\(request.path)\""
      if request.header("If-None-Match") == tag { return Reply(status: 304) }
      return ScriptedFeed.feed(0..<3, "ETag: \(tag)")
    }
    let desk = try await PollerDesk(
      (0..<5).map { PollerDesk.Source(id: "s\($0)", url: feed.url("/\($0)")) })
    clock.withLock { $0 = desk.frontDesk.clock }
    try await desk.pass(.hours(1), by: .milliseconds(1500))
    #expect(open.highest == 1)
    let entries = log.all
    #expect(entries.count >= 50)
    for (one, next) in zip(entries, entries.dropFirst()) {
      #expect(next.at - one.at >= .seconds(1))
    }
    // The first of each cannot be; all others are.
    #expect(entries.count { !$0.isConditional } == 5)
    #expect(try await desk.kept().count == 15)
    try await desk.stop()
  }

  @Test("is as polite to a host that several sources lead to")
  func led() async throws {
    let open = Mutex(Counter())
    let isFull = Mutex(false)
    let target = try ScriptedFeed(last: 120) { request in
      let counter = open.withLock { $0 }
      counter.enter()
      defer { counter.leave() }
      usleep(2000)
      if isFull.withLock({ $0 }) { return Reply(status: 429, headers: ["Retry-After: 700"]) }
      return ScriptedFeed.feed(0..<3, "ETag: \"x\"")
    }
    let signposts = try (0..<4).map { number in
      try ScriptedFeed(
        last: UInt8(121 + number),
        Reply(status: 302, headers: ["Location: \(target.url("/\(number)"))"]))
    }
    let desk = try await PollerDesk(
      signposts.enumerated().map {
        PollerDesk.Source(id: "s\($0)", url: $1.url(), every: "PT1M", more: "urgent: true")
      })
    // Nobody knows yet where they lead.
    try await desk.pass()
    #expect(target.count == 4)
    let counter = Counter()
    open.withLock { $0 = counter }
    try await desk.pass(.minutes(5), by: .milliseconds(1500))
    #expect(target.count >= 16)
    #expect(counter.highest == 1)
    isFull.withLock { $0 = true }
    let before = target.count
    try await desk.pass(.minutes(10), by: .seconds(10))
    #expect(target.count == before + 1)
    isFull.withLock { $0 = false }
    try await desk.pass(.minutes(4), by: .seconds(10))
    #expect(target.count >= before + 5)
    try await desk.stop()
  }

  static let limits: [(Int, [String], Duration)] = [
    (429, ["Retry-After: 700"], .seconds(700)),
    (503, ["Retry-After: 700"], .seconds(700)),
    (403, ["Retry-After: 700"], .seconds(700)),
    (
      429,
      [
        "Date: Tue, 24 Nov 2026 10:00:00 GMT", "Retry-After: Tue, 24 Nov 2026 10:11:40 GMT",
      ], .seconds(700)
    ),
    (429, ["Retry-After: Tuesday, 24-Nov-26 12:11:40 GMT"], .seconds(700)),
    (429, ["Retry-After: Tue Nov 24 12:11:40 2026"], .seconds(700)),
    (403, ["x-ratelimit-reset: 699.2"], .seconds(700)),
    (429, [], .minutes(15)), (503, [], .minutes(15)),
    // Longer than a day as well, however urgent it is here.
    (429, ["Retry-After: 100000"], .seconds(100_000)),
  ]

  @Test(
    "leaves a host alone to the second, all its sources, also after a restart", arguments: limits)
  func limit(status: Int, headers: [String], wait: Duration) async throws {
    let feed = try ScriptedFeed(last: 101, Reply(status: status, headers: headers))
    let sources = (0..<3).map {
      PollerDesk.Source(
        id: "s\($0)", url: feed.url("/\($0)"), every: "PT1M", more: "urgent: true")
    }
    var desk = try await PollerDesk(sources)
    try await desk.pass()
    #expect(feed.count == 1)
    try await desk.pass(.seconds(90))
    #expect(feed.count == 1)
    #expect(try await desk.source("s1").state == "limited")
    #expect(try await desk.source("s1").limitedUntil == PollerDesk.start + wait)
    try await desk.stop()
    feed.answer(ScriptedFeed.feed(0..<3))
    desk = try await PollerDesk(
      sources, in: desk.folder, at: PollerDesk.start + wait - .milliseconds(1))
    try await desk.pass()
    #expect(feed.count == 1)
    try await desk.pass(.milliseconds(1))
    #expect(feed.count == 2)
    // Not all at once then, but one after the other.
    for _ in 0..<3 { try await desk.pass(.seconds(1)) }
    #expect(feed.count == 4)
    #expect(try await desk.source("s0").state == "heard")
    try await desk.stop()
  }

  @Test("waits ever longer for a host that says nothing of how long")
  func unsaid() async throws {
    let times = Recorder<Instant>()
    let clock = Mutex<DeskClock?>(nil)
    let feed = try ScriptedFeed(last: 102) { _ in
      times.add(clock.withLock { $0 }?.now() ?? PollerDesk.start)
      return Reply(status: 429)
    }
    let desk = try await PollerDesk([PollerDesk.Source(id: "gov", url: feed.url())])
    clock.withLock { $0 = desk.frontDesk.clock }
    try await desk.pass(.hours(8), by: .minutes(1))
    let gaps = zip(times.all, times.all.dropFirst()).map { $1 - $0 }
    #expect(gaps == [.minutes(15), .minutes(30), .hours(1), .hours(2), .hours(4)])
    // Who is put off for so long is told of at once.
    #expect(try await desk.events("source.failing").count == 1)
    try await desk.stop()
  }

  @Test("does not let those that are slow or silent hold up the others")
  func slow() async throws {
    let gate = Recorder<Int>()
    let servers = try (0..<12).map { number in
      try ScriptedFeed(last: UInt8(110 + number)) { _ in
        _ = gate.waitBlocking(for: 1)
        return Reply(status: 500)
      }
    }
    let good = try (0..<12).map { number in
      try ScriptedFeed(last: UInt8(130 + number), ScriptedFeed.feed(0..<2))
    }
    gate.add(1)
    let desk = try await PollerDesk(
      zip(servers, good).enumerated().flatMap { number, pair in
        [
          PollerDesk.Source(id: "bad\(number)", url: pair.0.url()),
          PollerDesk.Source(id: "good\(number)", url: pair.1.url()),
        ]
      }, atOnce: 4)
    try await desk.pass()
    #expect(good.allSatisfy { $0.count == 1 } && servers.allSatisfy { $0.count == 1 })
    // All that failed are due again together with those that are well, and none of them answers.
    let closed = Recorder<Int>()
    for server in servers {
      server.answer { _ in
        _ = closed.waitBlocking(for: 1)
        return Reply(status: 500)
      }
    }
    try desk.hold(.minutes(15))
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline, good.contains(where: { $0.count < 2 }) {
      try await Task.sleep(for: .milliseconds(2))
    }
    #expect(good.allSatisfy { $0.count == 2 })
    #expect(servers.count { $0.count == 2 } <= 1)
    closed.add(1)
    try await desk.settle()
    try await desk.stop()
  }

  @Test("asks a feed no sooner than it says, and not in the hours that it excludes")
  func hints() async throws {
    let feed = try ScriptedFeed(
      last: 103, Reply(headers: ["Cache-Control: max-age=3600"], body: ScriptedFeed.rss(0..<2)))
    let skipping = try ScriptedFeed(
      last: 104,
      Reply(
        body: ScriptedFeed.rss(
          0..<2, channel: "<skipHours><hour>12</hour><hour>13</hour></skipHours>")))
    let weekly = try ScriptedFeed(
      last: 105,
      Reply(
        body: """
          <rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
          <title>T</title><sy:updatePeriod>hourly</sy:updatePeriod>
          <sy:updateFrequency>4</sy:updateFrequency><item><title>a</title></item></channel></rss>
          """))
    let desk = try await PollerDesk([
      PollerDesk.Source(id: "a", url: feed.url()), PollerDesk.Source(id: "b", url: skipping.url()),
      PollerDesk.Source(id: "c", url: weekly.url()),
      PollerDesk.Source(id: "d", url: feed.url("/urgent"), more: "urgent: true"),
    ])
    try await desk.pass(.minutes(59), by: .minutes(1))
    func count(_ feed: ScriptedFeed, _ path: String = "/feed") -> Int {
      feed.requests.all.count { $0.path == path }
    }
    #expect(count(feed) == 1 && count(skipping) == 1)
    #expect((3...4).contains(count(weekly)))
    #expect(count(feed, "/urgent") >= 10)
    try await desk.pass(.hours(3), by: .minutes(5))
    #expect((3...4).contains(count(feed)))
    #expect(count(skipping) >= 12)
    try await desk.stop()
  }

  @Test("asks every source at its own interval while an incident is open")
  func crisis() async throws {
    let feed = try ScriptedFeed(
      last: 106, Reply(headers: ["Cache-Control: max-age=36000"], body: ScriptedFeed.rss(0..<2)))
    let desk = try await PollerDesk([PollerDesk.Source(id: "a", url: feed.url())])
    try await desk.pass(.minutes(30), by: .minutes(5))
    #expect(feed.count == 1)
    try await desk.openIncident()
    try await desk.pass(.minutes(30), by: .minutes(1))
    #expect(feed.count >= 6)
    try await desk.stop()
  }

  @Test("moves to an address that a source has given for good, five times in three days")
  func moved() async throws {
    let here = try ScriptedFeed(last: 107, ScriptedFeed.feed(0..<3))
    let target = here.url("/new")
    let old = try ScriptedFeed(last: 108, Reply(status: 301, headers: ["Location: \(target)"]))
    let sources = [PollerDesk.Source(id: "gov", url: old.url(), every: "PT6H")]
    var desk = try await PollerDesk(sources)
    try await desk.pass(.hours(71), by: .hours(1))
    #expect(try await desk.events("source.moved").isEmpty)
    #expect(try await desk.source("gov").movedTo == nil)
    try await desk.pass(.hours(14), by: .hours(1))
    let moves = try await desk.events("source.moved")
    #expect(moves.map { $0["from"]?.string } == [old.url()])
    #expect(moves.map { $0["to"]?.string } == [target])
    let asked = old.count
    try await desk.pass(.hours(14), by: .hours(1))
    #expect(old.count == asked && here.count > asked)
    #expect(try await desk.kept().count == 3)
    try await desk.stop()
    // The next daemon goes there as well.
    desk = try await PollerDesk(sources, in: desk.folder, at: desk.now)
    try await desk.pass(.hours(1))
    #expect(old.count == asked)
    #expect(try await desk.source("gov").movedTo == target)
    // A person's word is stronger.
    try await desk.adopt([PollerDesk.Source(id: "gov", url: old.url("/other"))])
    try await desk.pass(.hours(1))
    #expect(old.count > asked)
    #expect(try await desk.kept().count == 3)
    try await desk.stop()
  }

  @Test(
    "stays where a redirect is for now, leads to a page, or to another feed",
    arguments: [(302, false, false), (307, false, false), (301, true, false), (308, false, true)])
  func notMoved(status: Int, isPage: Bool, isOther: Bool) async throws {
    let page = Reply(headers: ["Content-Type: text/html"], body: "<html><title>维护</title></html>")
    let count = Atomic<Int>(0)
    let there = try ScriptedFeed(last: 109) { _ in
      if isPage { return page }
      // Always other items under another name: it is not the feed that was known.
      let number = isOther ? 100 * (1 + Int(count.add(1, ordering: .relaxed).newValue)) : 0
      return Reply(body: ScriptedFeed.rss(number..<(number + 3), title: "x\(number)"))
    }
    let old = try ScriptedFeed(last: 99, ScriptedFeed.feed(0..<3))
    let desk = try await PollerDesk([PollerDesk.Source(id: "gov", url: old.url(), every: "PT6H")])
    try await desk.pass()
    old.answer(Reply(status: status, headers: ["Location: \(there.url())"]))
    try await desk.pass(.days(5), by: .hours(3))
    #expect(there.count >= 5)
    #expect(try await desk.events("source.moved").isEmpty)
    #expect(try await desk.source("gov").movedTo == nil)
    try await desk.stop()
  }

  @Test("can say of every hour whether there was no news or no data")
  func proof() async throws {
    let feed = try ScriptedFeed(last: 98, ScriptedFeed.feed(0..<2))
    let desk = try await PollerDesk([PollerDesk.Source(id: "gov", url: feed.url())])
    let gov = try #require(Name("gov"))
    try await desk.pass(.hours(2), by: .minutes(5))
    feed.answer(Reply(status: 500))
    try await desk.pass(.hours(3), by: .minutes(5))
    let start = PollerDesk.start
    guard case .heard(let polls, items: 2)? = await desk.poller.listened(inHourOf: start)[gov],
      case .heard(_, items: 0)? = await desk.poller.listened(inHourOf: start + .hours(1))[gov],
      case .notHeard? = await desk.poller.listened(inHourOf: start + .hours(3))[gov]
    else {
      Issue.record("the hours are not told apart")
      return
    }
    #expect(polls >= 6)
    #expect(await desk.poller.listened(inHourOf: start - .hours(1))[gov] == nil)
    let source = try await desk.source("gov")
    #expect(source.heardToday >= 12 && source.failedToday >= 3 && source.itemsToday == 2)
    #expect(source.deafHours.contains(start + .hours(3)))
    #expect(!source.deafHours.contains(start + .hours(1)))
    #expect(source.deafHours.contains(start - .hours(1)))
    try await desk.stop()
  }
}
