import Bytes
import Support
import Testing

@testable import Watch

@Suite("What becomes a topic")
struct TopicEmissionTests {
  /// A model with two ordinary days behind it, and the time at which they end.
  private static func seasoned() -> (model: TopicModel, now: Instant) {
    var model = TopicModel(settings: ModelSettings())
    let end = AlertCounty.start + .hours(48)
    var tick: [Item] = []
    var tickEnd = AlertCounty.start + .minutes(1)
    for item in AlertCounty(seed: 77).stream {
      let seen = item.firstSeen ?? tickEnd
      if seen >= tickEnd {
        _ = model.take(tick, through: tickEnd)
        tick = []
        tickEnd = seen.floored(to: .minutes(1)) + .minutes(1)
      }
      tick.append(item)
    }
    _ = model.take(tick, through: end)
    return (model, end)
  }

  private static func items(
    _ texts: [String], at now: Instant, every: Duration = .seconds(90),
    source: (Int) -> String = { "source\($0)" }
  ) -> [Item] {
    texts.enumerated().map { number, text in
      let time = now + every * number
      return Item(
        id: "x\(number)", published: time, firstSeen: time, source: source(number),
        language: "zh", text: text, owner: "owner of \(source(number))")
    }
  }

  /// The topics that emerge from these items, told one after another.
  private static func emerged(_ items: [Item]) -> [TopicSnapshot] {
    var (model, now) = seasoned()
    var topics: [TopicSnapshot] = []
    for item in items {
      now = max(now, item.firstSeen ?? now)
      for change in model.take([item], through: now + .seconds(1)) {
        if case .emerged(let topic) = change { topics.append(topic) }
      }
    }
    return topics
  }

  @Test("two posts are enough where both tell of serious trouble")
  func severe() throws {
    let now = AlertCounty.start + .hours(48)
    let topics = Self.emerged(
      Self.items(["青峡水库大坝发生坍塌", "听说青峡水库大坝坍塌了，有人失联"], at: now))
    #expect(topics.count == 1)
    #expect(try #require(topics.first).posts == 2)
    let plain = Self.emerged(
      Self.items(["青峡水库大坝换了新栏杆", "听说青峡水库大坝换栏杆了，挺好看"], at: now))
    #expect(plain.isEmpty)
  }

  @Test("of two topics, the one that tells of trouble comes first")
  func order() throws {
    let now = AlertCounty.start + .hours(48)
    func score(_ texts: [String]) throws -> Double {
      try #require(Self.emerged(Self.items(texts, at: now)).first).score
    }
    let trouble = try score(["青峡隧道发生坍塌", "青峡隧道坍塌现场有人被困", "青峡隧道坍塌后救援赶到"])
    let shows = try score(["青峡歌手大赛开幕", "青峡歌手大赛真热闹", "青峡歌手大赛开幕式烟花"])
    #expect(trouble > shows)
  }

  @Test("a flood of copies, one source with one phrase, and noise are none")
  func poison() {
    let now = AlertCounty.start + .hours(48)
    let copies = Self.items(
      Array(repeating: "点击领取红包，名额有限，先到先得，转发给三个群", count: 20_000), at: now,
      every: .milliseconds(20))
    #expect(Self.emerged(copies).isEmpty)
    var random = SeededGenerator(seed: 9)
    func character() -> Character {
      Character(Unicode.Scalar(UInt32(0x4e00 + random.next() % 20_000)) ?? "一")
    }
    let phrase = (0..<2000).map { _ in
      "幸运彩票天天送\(String((0..<12).map { _ in character() }))"
    }
    #expect(
      Self.emerged(Self.items(phrase, at: now, every: .seconds(2), source: { _ in "one" })).isEmpty)
    let noise = (0..<4000).map { _ in String((0..<24).map { _ in character() }) }
    #expect(Self.emerged(Self.items(noise, at: now, every: .seconds(1))).isEmpty)
  }

  @Test("words of trouble are counted in shares of the posts, drills not at all")
  func severity() {
    let reader = SeverityReader.standard
    let severity = reader.read(
      ["厂房爆炸", "厂房冒烟", "厂房消防", "应急演练：厂房爆炸"].map { reader.read($0) })
    #expect(severity.grave == 0.25)
    #expect(severity.serious == 0.5)
    #expect(severity.any == 0.75)
  }

  @Test("usual words of English are no burst for a desk that has just begun")
  func usual() {
    let everyday = (0..<60).map { number in
      Item(
        id: "n\(number)", published: AlertCounty.start + .seconds(number * 40),
        firstSeen: AlertCounty.start + .seconds(number * 40), source: "s", language: "en",
        text: number % 3 == 0
          ? "good night \(["mum", "moon", "pillow"][number / 3 % 3])\(number)"
          : "word\(number) thing\(number * 7)", author: "a\(number)")
    }
    var model = TopicModel(settings: ModelSettings())
    for item in everyday {
      _ = model.take([item], through: (item.firstSeen ?? AlertCounty.start) + .seconds(1))
    }
    #expect(model.topics.isEmpty)
    #expect(UsualWords.standard.expected(stemKey("night".unicodeScalars.map(\.value), 0, 5)) > 0)
  }
}
