import Bytes
import Foundation
import Support
import Testing
import Watch
import Wire

@testable import Service

@Suite("What is known of a source")
struct SourceStateTests {
  static let noon = PollScheduleTests.noon

  static func state() throws -> SourceState {
    SourceState(id: try #require(Name("gov")), url: "https://x.example/rss")
  }

  @Test("is read back as it was written")
  func line() throws {
    var state = try Self.state()
    state.movedTo = "https://y.example/rss"
    state.formerAddresses = [.init(url: state.url, until: Self.noon)]
    state.move = PermanentMove(target: "https://z.example/", since: Self.noon, count: 3)
    state.validators = .init(entityTag: [0x22, 0xe9, 0x22], lastModified: Array("x".utf8))
    state.validatorsSince = Self.noon
    state.lastProbe = Self.noon
    state.body = BodyMark(Array("b".utf8))
    state.title = "T"
    state.noteFailure(.challenge, Bilingual(zh: "一", en: "one"), at: Self.noon)
    state.limits = 2
    state.limitedUntil = Self.noon + .milliseconds(1500)
    state.goneSince = Self.noon
    state.retired = Self.noon
    state.isSlow = true
    state.habit.note([Self.noon, Self.noon + .hours(1)])
    state.hints = PublisherHints(
      freshness: .seconds(90),
      document: FeedHints(interval: .hours(1), skippedHours: [1, 2], skippedDays: [6]))
    let items = (0..<3).map { number in
      Item(
        id: String(SHA256.hash("\(number)").hex.prefix(32)), published: Self.noon, firstSeen: nil,
        source: "gov", language: "zh", text: "x\(number)", title: nil,
        link: "https://x.example/\(number)")
    }
    state.seen = state.seen.news(in: items, at: Self.noon).after
    var changed = items
    changed[0].text = "y"
    state.seen = state.seen.news(in: changed, at: Self.noon).after
    let read = try SourceState(line: state.line)
    #expect(read.line == state.line)
    #expect(read.seen == state.seen && read.seen.listing == state.seen.listing)
    #expect(read.habit == state.habit && read.hints == state.hints && read.move == state.move)
    #expect(read.validators == state.validators && read.limitedUntil == state.limitedUntil)
    #expect(read.trouble == .challenge && read.retired == Self.noon)
  }

  @Test("is read from the line of the version before")
  func oldLine() throws {
    let id = String(SHA256.hash("a").hex.prefix(32))
    let line = """
      {"id":"gov","url":"https://x.example/rss","etag":"2261","items":7,"polls":9,"failures":2,\
      "firstFailure":"2026-11-24T12:00:00Z","problem":{"zh-CN":"一","en":"one"},\
      "seen":{"\(id)":1795521600}}
      """
    let state = try SourceState(line: Array(line.utf8))
    #expect(state.items == 7 && state.failures == 2 && state.trouble == .unreachable)
    #expect(state.validators.entityTag == Array("\"a".utf8))
    let item = Item(
      id: id, published: nil, firstSeen: nil, source: "gov", language: "zh", text: "x")
    // What it was is not known, so that nothing can be said to have changed.
    #expect(state.seen.news(in: [item], at: Self.noon).items.isEmpty)
  }

  @Test("asks without validators once a day, where they stand still or lie in the future")
  func probe() throws {
    var state = try Self.state()
    #expect(!state.isProbeDue(at: Self.noon))
    state.replace(.init(entityTag: Array("\"a\"".utf8)), at: Self.noon)
    #expect(!state.isProbeDue(at: Self.noon + .days(6)))
    #expect(state.isProbeDue(at: Self.noon + .days(7)))
    // A feed that comes once a month has nothing to say yet.
    state.habit = PublishingHabit(times: (0...20).map { Self.noon - .days(30 * $0) })
    #expect(!state.isProbeDue(at: Self.noon + .days(7)))
    #expect(state.isProbeDue(at: Self.noon + .days(61)))
    state.lastProbe = Self.noon + .days(61)
    #expect(!state.isProbeDue(at: Self.noon + .days(61) + .hours(23)))
    #expect(state.isProbeDue(at: Self.noon + .days(62)))
    // A new tag is a sign of life.
    state.keep(.init(entityTag: Array("\"b\"".utf8)), at: Self.noon + .days(62))
    #expect(!state.isProbeDue(at: Self.noon + .days(63)))
    let future = Array("Tue, 01 Jan 2041 00:00:00 GMT".utf8)
    state.keep(.init(lastModified: future), at: Self.noon + .days(62))
    #expect(state.isProbeDue(at: Self.noon + .days(63)))
  }

  @Test("keeps what a 304 does not name, and forgets what a new document does not bring")
  func validators() throws {
    var state = try Self.state()
    let (tag, date) = (Array("W/\"a\"".utf8), Array("Tue, 24 Nov 2026 12:00:00 GMT".utf8))
    state.replace(.init(entityTag: tag, lastModified: date), at: Self.noon)
    state.keep(.init(entityTag: Array("\"b\"".utf8)), at: Self.noon)
    #expect(state.validators.entityTag == Array("\"b\"".utf8))
    #expect(state.validators.lastModified == date)
    state.replace(.init(lastModified: date), at: Self.noon)
    #expect(state.validators.entityTag == nil)
  }
}

@Suite("A permanent redirect")
struct PermanentMoveTests {
  static let noon = PollScheduleTests.noon

  private static func hop(_ status: Int, _ target: String) -> FetchResponse.Hop {
    FetchResponse.Hop(status: status, target: target)
  }

  @Test("counts as far as it is permanent")
  func target() {
    #expect(PermanentMove.target(of: []) == nil)
    for status in [302, 303, 307] {
      #expect(PermanentMove.target(of: [Self.hop(status, "a")]) == nil)
    }
    #expect(PermanentMove.target(of: [Self.hop(301, "a"), Self.hop(308, "b")]) == "b")
    #expect(PermanentMove.target(of: [Self.hop(301, "a"), Self.hop(302, "b")]) == "a")
    #expect(PermanentMove.target(of: [Self.hop(302, "a"), Self.hop(301, "b")]) == nil)
  }

  @Test("is believed after five times over three days, and begins anew with another target")
  func proof() {
    func proven(_ hours: [Int], _ targets: (Int) -> String = { _ in "a" }) -> Bool {
      var move: PermanentMove?
      for (number, hour) in hours.enumerated() {
        move = PermanentMove.after(
          move, hops: [Self.hop(301, targets(number))], at: Self.noon + .hours(hour))
      }
      return move?.isProven(at: Self.noon + .hours(hours.last ?? 0)) ?? false
    }
    #expect(proven([0, 18, 36, 54, 72]))
    #expect(!proven([0, 24, 48, 72]))
    #expect(!proven([0, 1, 2, 3, 71]))
    #expect(!proven([0, 18, 36, 54, 72]) { $0 == 2 ? "b" : "a" })
    let move = PermanentMove.after(nil, hops: [Self.hop(301, "a")], at: Self.noon)
    #expect(PermanentMove.after(move, hops: [], at: Self.noon) == nil)
  }
}

@Suite("The health of a source")
struct SourceHealthTests {
  static let noon = PollScheduleTests.noon

  private static func health(_ change: (inout SourceState) -> Void) throws -> SourceHealth {
    var state = try SourceStateTests.state()
    change(&state)
    return SourceHealth(state, at: noon)
  }

  @Test("tells no news from no data, and each reason from the others")
  func states() throws {
    func state(_ change: (inout SourceState) -> Void) throws -> SourceHealth.State {
      try Self.health(change).state
    }
    let problem = Bilingual(same: "x")
    #expect(try state { _ in } == .waiting)
    #expect(try state { $0.noteSuccess(at: Self.noon) } == .heard)
    let troubles: [(SourceTrouble, SourceHealth.State)] = [
      (.unreachable, .unreachable), (.gone, .unreachable), (.challenge, .challenge),
      (.html, .html), (.zeroItems, .zeroItems), (.limited, .limited),
    ]
    for (trouble, expected) in troubles {
      #expect(try state { $0.noteFailure(trouble, problem, at: Self.noon) } == expected)
      #expect(
        try state {
          $0.noteFailure(trouble, problem, at: Self.noon)
          $0.noteSuccess(at: Self.noon)
        } == .heard)
    }
    #expect(
      try state { $0.noteFailure(.unreachable, problem, at: Self.noon - .days(7)) } == .dead)
    #expect(try state { $0.retired = Self.noon } == .retired)
  }

  @Test("says since when nothing came, and what is usual")
  func silence() throws {
    func sentence(_ silence: Duration) throws -> Bilingual {
      try Self.health {
        $0.habit = PublishingHabit(times: (0...20).map { Self.noon - silence - .minutes(20 * $0) })
        $0.noteSuccess(at: Self.noon)
      }.sentence(in: .universal)
    }
    #expect(try sentence(.hours(9)).en == "unusually quiet; silent for 9 h, usually every 20 min")
    #expect(try sentence(.hours(9)).zh == "异常安静；已 9 小时没有新条目，通常每 20 分钟一条")
    #expect(try sentence(.minutes(30)).en == "heard; silent for 30 min, usually every 20 min")
    let limited = try Self.health { $0.limitedUntil = Self.noon + .hours(1) }
    #expect(limited.state == .limited && limited.until == Self.noon + .hours(1))
  }
}

@Suite("The proof of listening")
struct ListeningLogTests {
  static let noon = PollScheduleTests.noon

  @Test("counts each hour, and hands it out when it has ended")
  func hours() throws {
    let (gov, tv) = (try #require(Name("gov")), try #require(Name("tv")))
    var log = ListeningLog()
    let early = [
      log.note(gov, heard: true, items: 2, at: Self.noon),
      log.note(tv, heard: false, items: 0, at: Self.noon + .minutes(59)),
    ]
    #expect(early == [nil, nil])
    let hour = log.note(gov, heard: true, items: 0, at: Self.noon + .hours(1))
    let ended = try #require(hour)
    #expect(ended.start == Self.noon && ended.counts.count == 2)
    #expect(try ListeningLog.Hour(line: ended.line) == ended)
    let counts = log.counts(of: gov, from: Self.noon)
    #expect(ListeningLog.answer(counts[Self.noon]) == .heard(1, items: 2))
    #expect(ListeningLog.answer(counts[Self.noon + .hours(1)]) == .heard(1, items: 0))
    #expect(ListeningLog.answer(counts[Self.noon + .hours(2)]) == .notAsked)
    #expect(
      ListeningLog.answer(log.counts(of: tv, from: Self.noon)[Self.noon]) == .notHeard(failed: 1))
  }

  @Test("is kept on disk for ninety days, and the running hour outlives the daemon")
  func disk() async throws {
    let folder = try TemporaryFolder()
    let store = try SourceStore(folder: folder.path("sources"))
    let gov = try #require(Name("gov"))
    var log = ListeningLog()
    for hour in 0..<(24 * 92) {
      let now = Self.noon + .hours(hour)
      if let ended = log.note(gov, heard: true, items: 1, at: now) {
        store.append(ended) { Issue.record("\($0)") }
      }
    }
    let end = Self.noon + .hours(24 * 92 - 1)
    await withCheckedContinuation { continuation in
      store.save([], hour: log.open) { faults in
        #expect(faults.isEmpty)
        continuation.resume()
      }
    }
    let old = await store.hours(from: Self.noon, to: Self.noon + .hours(23))
    #expect(old.isEmpty)
    let kept = await store.hours(from: end - .days(89), to: end)
    #expect(kept.count == 89 * 24)
    let again = store.loadHours(from: end - .hours(48), to: end)
    #expect(again.open == log.open)
    #expect(again.counts(of: gov, from: end - .hours(24)).count == 25)
  }
}

@Suite("The host of a source")
struct SourceHostTests {
  static let cases = [
    ("https://news.example/rss", "news.example"), ("http://News.example:8080?x", "News.example"),
    ("http://[::1]:80/feed", "::1"), ("http://user@x.example#a", "x.example"),
    ("https://x.example", "x.example"), ("nonsense", "nonsense"),
  ]

  @Test("is what stands between scheme and path, without the port", arguments: cases)
  func host(address: String, expected: String) {
    #expect(SourceFetch.host(of: address) == expected)
  }
}
