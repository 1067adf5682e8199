import Bytes
import Foundation
import Response
import Support
import Synchronization
import Testing

@testable import Desk

/// A daemon's ears, as a test scripts them.
private final class Ears: LiveDesk {
  let trials: [String: SourceTrial]
  let listed: [ListedFeed]
  let heard = Mutex<[String]>([])
  let relistened = Recorder<String>()

  init(_ trials: [SourceTrial] = [], listed: [ListedFeed] = []) {
    self.trials = Dictionary(uniqueKeysWithValues: trials.map { ($0.url, $0) })
    self.listed = listed
  }

  func topics() async -> [LiveTopic] { [] }
  func markEffects() async -> [MarkEffect] { [] }
  func sources() async -> [LiveSource] { [] }
  func moveClock(_ setting: DeskClock.Setting) async throws {}
  func settle(at desk: Instant) async -> Bool { true }
  func relisten(resuming id: Name?) async throws { relistened.add("again") }
  func feeds(inOPML bytes: [UInt8]) throws -> [ListedFeed] { listed }

  func opml(_ feeds: [ListedFeed], title: String) -> [UInt8] {
    Array(([title] + feeds.map { "\($0.url) \($0.title ?? "")" }).joined(separator: "\n").utf8)
  }

  func tryOut(_ source: Configuration.SourceSettings) async -> SourceTrial {
    heard.withLock { $0.append(source.url) }
    return trials[source.url]
      ?? SourceTrial(url: source.url, problem: Bilingual(zh: "没有应答", en: "no answer"))
  }

  static func feed(_ url: String, title: String = "县政府\u{7}网", language: String? = "zh-cn")
    -> SourceTrial
  {
    var trial = SourceTrial(url: url)
    (trial.format, trial.title, trial.encoding) = ("RSS 2.0", title, "gb18030")
    trial.language = language
    trial.count = 2
    trial.entries = [.init(title: "停水通告", published: Instant(iso8601: SampleDesk.start))]
    return trial
  }

  static func page(_ url: String, naming feeds: [String]) -> SourceTrial {
    var trial = SourceTrial(url: url, problem: Bilingual(zh: "是网页", en: "a page, not a feed"))
    trial.candidates = feeds.map { .init(url: $0, title: nil) }
    return trial
  }
}

@Suite("Sources by command")
struct SourceVerbTests {
  private func desk(_ ears: Ears) async throws -> (SampleDesk, FrontDesk, VerbDesk) {
    let sample = try SampleDesk()
    let frontDesk = try await sample.create()
    return (
      sample, frontDesk,
      VerbDesk(frontDesk: frontDesk, configuration: try sample.configuration(), live: ears)
    )
  }

  private func present(_ frontDesk: FrontDesk, _ sample: SampleDesk) async throws
    -> [Configuration.SourceSettings]
  {
    let book = try await frontDesk.view { $0.sources }
    return try sample.configuration().listening(to: book).sources
  }

  @Test("shows what a source would yield, and adds it only after a yes")
  func asks() async throws {
    let url = "https://www.county.example/rss"
    let ears = Ears([Ears.feed(url)])
    let (sample, frontDesk, desk) = try await desk(ears)
    let shown = try await desk.type("source", "add", url, as: SampleDesk.wang)
    #expect(shown.question == "add this source?")
    #expect(shown.text.contains("停水通告") && shown.text.contains("gb18030"))
    #expect(!shown.text.contains("\u{7}"))
    #expect(try await present(frontDesk, sample).count == 2)
    #expect(ears.relistened.all.count == 0)

    let added = try await desk.type(
      "source", "add", url, "--yes", "--tier", "official", "--every", "PT2M", as: SampleDesk.wang)
    #expect(added.question == nil && ears.relistened.all.count == 1)
    let source = try #require(try await present(frontDesk, sample).last)
    #expect(source.id.text == "county.example" && source.url == url && source.tier == .official)
    #expect(
      source.every.text == "PT2M" && source.language == "zh" && !source.name.zh.contains("\u{7}"))
    #expect(source.owner == "county.example" && source.zone.identifier == "Asia/Shanghai")
  }

  @Test("follows a page to the feed that it names")
  func discovers() async throws {
    let (page, feed) = ("https://county.example/", "https://county.example/feed.xml")
    let ears = Ears([
      Ears.page(page, naming: ["javascript:x", "https://county.example/gone", feed]),
      Ears.feed(feed),
    ])
    let (sample, frontDesk, desk) = try await desk(ears)
    try await desk.type("source", "add", "county.example/", "--yes", as: SampleDesk.wang)
    #expect(try await present(frontDesk, sample).last?.url == feed)
    #expect(ears.heard.withLock { $0 } == [page, "https://county.example/gone", feed])
  }

  @Test("refuses what cannot be read, unless that is what is wanted")
  func unreadable() async throws {
    let (sample, frontDesk, desk) = try await desk(Ears())
    let refusal = try await desk.refusal(
      "source", "add", "https://gone.example/x", "--yes", as: SampleDesk.wang)
    #expect(refusal.exitCode == .refused && refusal.explanation.en.contains("no answer"))
    try await desk.type(
      "source", "add", "https://gone.example/x", "--yes", "--untested", as: SampleDesk.wang)
    #expect(try await present(frontDesk, sample).last?.id.text == "gone.example")
  }

  @Test(
    "refuses what is there already, what names a person, and what is no address",
    arguments: [
      ("https://gov.example/rss", ExitCode.refused, "the source 'gov' already"),
      ("https://social.example/@someone.rss", .refused, "a person's account"),
      ("ftp://a.example/", .usage, "neither a source's id"), ("a b", .usage, "neither"),
    ])
  func unsuitable(word: String, code: ExitCode, message: String) async throws {
    let (_, _, desk) = try await desk(Ears())
    let refusal = try await desk.refusal(
      "source", "add", word, "--yes", "--untested", as: SampleDesk.wang)
    #expect(refusal.exitCode == code && refusal.explanation.en.contains(message))
  }

  @Test("is for a lead or an admin; others may look and try")
  func roles() async throws {
    let url = "https://a.example/rss"
    let (_, _, desk) = try await desk(Ears([Ears.feed(url)]))
    for line in [
      ["add", url, "--yes"], ["pause", "gov", "--why", "x"], ["resume", "gov"],
      ["drop", "gov", "--why", "x"], ["import", "f.opml", "--yes"],
    ] {
      let request = try VerbParser.parse(["source"] + line, language: .english) {
        (name) throws(VerbFailure) in name
      }.request
      let failure = await #expect(throws: VerbFailure.self) {
        _ = try await desk.answer(request, forUser: SampleDesk.li)
      }
      #expect(failure?.explanation.en == "only a lead or an admin changes what is listened to")
    }
    let answer = try await desk.type("source", "test", url)
    #expect(answer.text.contains("RSS 2.0"))
    // Nobody has said what it would be called here.
    #expect(!answer.text.contains("new"))
  }

  @Test("says what is wrong with a source in its exit code as well")
  func failedTest() async throws {
    let (_, _, desk) = try await desk(Ears([]))
    let failure = try await desk.refusal("source", "test", "https://nobody.example/rss")
    #expect(failure.exitCode == .couldNot)
    let word = try await desk.refusal("source", "test", "nosuch")
    #expect(word.exitCode == .usage)
    #expect(word.explanation.en.hasPrefix("there is no source 'nosuch'"))
  }

  @Test("pauses with a reason and an end, resumes, and drops what was added by command")
  func pauses() async throws {
    let url = "https://a.example/rss"
    let ears = Ears([Ears.feed(url)])
    let (sample, frontDesk, desk) = try await desk(ears)
    try await desk.type("source", "add", url, "--yes", "--id", "a", as: SampleDesk.wang)
    let bare = try await desk.refusal("source", "pause", "a", as: SampleDesk.wang)
    #expect(bare.explanation.en == "'--why' is missing")
    try await desk.type(
      "source", "pause", "a", "--why", "改版", "--until", "2026-09-28T06:00:00+08:00",
      as: SampleDesk.wang)
    var source = try #require(try await present(frontDesk, sample).last)
    let pause = try #require(source.pause)
    #expect(pause.reason == "改版" && pause.person == "user:wang")
    #expect(pause.holds(at: try #require(Instant(iso8601: "2026-09-28T05:59:59+08:00"))))
    #expect(!pause.holds(at: try #require(Instant(iso8601: "2026-09-28T06:00:00+08:00"))))
    try await desk.type("source", "resume", "a", as: SampleDesk.wang)
    source = try #require(try await present(frontDesk, sample).last)
    #expect(source.pause == nil)
    let file = try await desk.refusal(
      "source", "drop", "gov", "--why", "x", as: SampleDesk.wang)
    #expect(file.explanation.en.contains("incident.json5"))
    try await desk.type("source", "drop", "a", "--why", "停办", as: SampleDesk.wang)
    #expect(try await present(frontDesk, sample).map(\.id.text) == ["gov", "blog"])
    let near = try await desk.refusal("source", "resume", "gob", as: SampleDesk.wang)
    #expect(near.explanation.en == "there is no source 'gob'; did you mean 'gov'?")
    #expect(ears.relistened.all.count == 4)
  }

  @Test("outlives the program: the record alone gives the same sources")
  func replayed() async throws {
    let url = "https://a.example/rss"
    let (sample, frontDesk, desk) = try await desk(Ears([Ears.feed(url)]))
    try await desk.type(
      "source", "add", url, "--yes", "--urgent", "--large", "--allow", "10.0.0.0/8", "--zone",
      "Asia/Tokyo", as: SampleDesk.wang)
    try await desk.type("source", "pause", "gov", "--why", "x", as: SampleDesk.wang)
    let before = try await present(frontDesk, sample)
    #expect(before.contains { $0.isUrgent && $0.isLarge && $0.allow == ["10.0.0.0/8"] })
    try await frontDesk.close()
    let again = try FrontDesk.open(sample.state)
    #expect(try await present(again, sample) == before)
    try await again.close()
  }

  @Test("imports a list of feeds after a yes, and passes over what it may not take")
  func imports() async throws {
    let feeds = [
      ListedFeed(url: "https://b.example/rss", title: "乙报", language: "zh"),
      ListedFeed(url: "https://b.example/atom", title: "乙报评论", language: nil),
      ListedFeed(url: "https://b.example/rss", title: "乙报", language: nil),
      ListedFeed(url: "https://gov.example/rss", title: "县", language: nil),
      ListedFeed(url: "https://social.example/@me.rss", title: "某人", language: nil),
      ListedFeed(url: "file:///etc/passwd", title: nil, language: nil),
    ]
    let ears = Ears(listed: feeds)
    let (sample, frontDesk, desk) = try await desk(ears)
    let shown = try await desk.type("source", "import", "list.opml", as: SampleDesk.wang)
    #expect(shown.question == "add these 2 sources?" && ears.relistened.all.count == 0)
    try await desk.type(
      "source", "import", "list.opml", "--yes", "--tier", "listed", as: SampleDesk.wang)
    let added = try await present(frontDesk, sample).suffix(2)
    #expect(added.map(\.id.text) == ["b.example", "b.example-2"])
    #expect(added.map(\.name.zh) == ["乙报", "乙报评论"])
    #expect(added.allSatisfy { $0.tier == .listed })
  }

  @Test("exports what may be passed on: nothing of a person")
  func exports() async throws {
    let (_, _, desk) = try await desk(Ears())
    let answer = try await desk.type("source", "export", as: SampleDesk.wang)
    #expect(answer.text == "Lanchuan News Desk\nhttps://gov.example/rss gov")
  }
}
