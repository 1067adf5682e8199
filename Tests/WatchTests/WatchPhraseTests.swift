import Bytes
import Testing

@testable import Watch

@Suite("A watch phrase")
struct WatchPhraseTests {
  private static let start = TopicSnapshot.sampleTime
  private static let water = WatchPhrase(
    name: "停水", words: ["停水", "no water"], posts: 3, voices: 2, within: .hours(1),
    level: .urgent, every: .hours(2))

  private static func item(
    _ number: Int, _ text: String, voice: String, after: Duration, title: String? = nil
  ) -> Item {
    Item(
      id: "i\(number)", published: nil, firstSeen: start + after, source: "forum",
      language: "zh", text: text, title: title, author: voice, owner: "forum", tier: .other)
  }

  /// One post every ten minutes from as many voices as are given.
  private static func wave(_ texts: [String], voices: Int = 10) -> [Item] {
    texts.enumerated().map { number, text in
      item(number, text, voice: "a\(number % voices)", after: .minutes(10 * number))
    }
  }

  private static func watch(_ items: [Item], through end: Duration) -> PhraseWatch {
    var watch = PhraseWatch([water])
    watch.take(items, through: start + end)
    return watch
  }

  @Test("is told without a burst, from so many posts of so many voices, with its figures")
  func floor() throws {
    let texts = ["石桥停水了", "小区又停水", "We have NO WATER in Shiqiao"]
    let watch = Self.watch(Self.wave(texts), through: .minutes(21))
    let reason = try #require(watch.due(told: [:], at: Self.start + .minutes(21)).first)
    #expect(reason.posts == 3 && reason.voices == 3 && reason.references.count == 3)
    #expect(reason.line.zh.contains("紧急：关注词“停水”，1 小时内 3 条、发言者 3 个"))
    #expect(reason.line.en.contains("urgent: the watch phrase '停水', 3 posts of 3 voices in 1 h"))
  }

  @Test(
    "stays below its floor with too few posts or voices, with copies, late ones and other words",
    arguments: [
      (["石桥停水了", "小区又停水"], 5), (["停水一", "停水二", "停水三", "停水四"], 1),
      (["停水了！", "停水了。", "停水了", "停水了…"], 4), (["水厂通知", "water knows", "nowater", "x"], 4),
      (["停水一", "x", "y", "停水二", "z", "u", "v", "停水三"], 8),
    ])
  func below(texts: [String], voices: Int) {
    let end = Duration.minutes(10 * texts.count)
    let watch = Self.watch(Self.wave(texts, voices: voices), through: end)
    #expect(watch.due(told: [:], at: Self.start + end).isEmpty)
  }

  @Test("counts the same in whatever order the posts of a tick arrive")
  func arrival() {
    let posts = [
      Self.item(1, "石桥停水了", voice: "a", after: .zero),
      Self.item(2, "石桥停水了", voice: "b", after: .zero),
      Self.item(3, "小区又停水", voice: "a", after: .zero),
      Self.item(4, "停水一天了", voice: "a", after: .seconds(-5)),
    ]
    let first = Self.watch(posts, through: .minutes(1))
    for other in [posts.reversed(), [posts[1], posts[0], posts[3], posts[2]]] {
      #expect(Self.watch(other, through: .minutes(1)) == first)
    }
  }

  @Test("is told though one text is copied or one voice writes more than is kept of all")
  func floods() throws {
    let voices = (0..<3).map {
      Self.item($0, "石桥停水了\($0)", voice: "a\($0)", after: .minutes($0))
    }
    let copies = (0..<2_000).map { number in
      Self.item(100 + number, "停水了！", voice: "c\(number)", after: .minutes(5))
    }
    let loud = (0..<2_000).map { number in
      Self.item(9000 + number, "停水第\(number)次", voice: "loud", after: .minutes(6))
    }
    let end = Duration.minutes(7)
    let reason = try #require(
      Self.watch(voices + copies, through: end).due(told: [:], at: Self.start + end).first)
    #expect(reason.posts == 4 && reason.copies == 1_999 && reason.voices == 4)
    let other = try #require(
      Self.watch(voices + loud, through: end).due(told: [:], at: Self.start + end).first)
    #expect(other.posts == 6 && other.voices == 4)
    #expect(other.references.map(\.id).prefix(3) == ["i0", "i1", "i2"])
    #expect(other.first == Self.start)
    // Copies by many are many voices, and no posts.
    #expect(Self.watch(copies, through: end).due(told: [:], at: Self.start + end).isEmpty)
  }

  @Test("keeps what few write where many loud voices write more than is kept")
  func crowd() throws {
    var phrase = Self.water
    phrase.posts = 100
    var watch = PhraseWatch([phrase])
    let few = (0..<3).map { Self.item($0, "石桥停水了\($0)", voice: "few", after: .zero) }
    let many = (0..<1_000).map { number in
      Self.item(9 + number, "停水第\(number)次", voice: "v\(number % 10)", after: .minutes(1))
    }
    watch.take(few + many, through: Self.start + .minutes(2))
    let reason = try #require(watch.due(told: [:], at: Self.start + .minutes(2)).first)
    #expect(reason.posts == 500 && reason.voices == 11 && reason.first == Self.start)
  }

  @Test("counts nothing that a clock has seen which was put back since")
  func clockPutBack() {
    var watch = PhraseWatch([Self.water])
    let ahead = ["停水一", "停水二", "停水三"].enumerated().map {
      Self.item($0, $1, voice: "a\($0)", after: .days(1))
    }
    watch.take(ahead, through: Self.start + .days(1) + .minutes(1))
    watch.take([], through: Self.start)
    #expect(watch.due(told: [:], at: Self.start).isEmpty)
    let told = ["停水": PhraseNotice(at: Self.start + .days(1))]
    let now = ["停水四", "停水五", "停水六"].enumerated().map {
      Self.item(9 + $0, $1, voice: "b\($0)", after: .zero)
    }
    watch.take(now, through: Self.start + .minutes(1))
    #expect(watch.due(told: told, at: Self.start + .minutes(1)).count == 1)
  }

  @Test("is told again only after its interval, and once taken only after a lull")
  func spacing() {
    var watch = PhraseWatch([Self.water])
    func talk(from: Int, to: Int, count: Int) {
      for minute in from..<to {
        let items =
          minute % 10 == 0
          ? (0..<count).map {
            Self.item(
              minute * 10 + $0, "停水\(minute)第\($0)", voice: "v\($0)", after: .minutes(minute))
          } : []
        watch.take(items, through: Self.start + .minutes(minute + 1))
      }
    }
    talk(from: 0, to: 30, count: 2)
    let first = Self.start + .minutes(30)
    #expect(watch.due(told: [:], at: first).count == 1)
    talk(from: 30, to: 120, count: 2)
    let open = ["停水": PhraseNotice(at: first)]
    #expect(watch.due(told: open, at: Self.start + .minutes(120)).isEmpty)
    talk(from: 120, to: 160, count: 2)
    let later = Self.start + .minutes(160)
    #expect(watch.due(told: open, at: later).count == 1)
    let taken = ["停水": PhraseNotice(at: first, acknowledged: first + .minutes(2))]
    #expect(watch.due(told: taken, at: later).isEmpty)
    // It falls silent for more than an hour and comes back.
    talk(from: 160, to: 240, count: 0)
    talk(from: 240, to: 270, count: 2)
    #expect(watch.due(told: taken, at: Self.start + .minutes(270)).count == 1)
  }

  @Test("keeps its count across a checkpoint, and loses it where its words have changed")
  func checkpoint() throws {
    let items = Self.wave(["停水一", "停水二", "停水三"])
    let watch = Self.watch(items, through: .minutes(21))
    let bytes = JSONWriter.object { watch.write(to: &$0) }
    var again = PhraseWatch([Self.water])
    var fields = try Fields(try JSONReader.read(bytes))
    try again.restore(&fields)
    #expect(again == watch)
    var other = Self.water
    other.words = ["没水"]
    var changed = PhraseWatch([other])
    try changed.restore(&fields)
    #expect(changed.due(told: [:], at: Self.start + .minutes(21)).isEmpty)
    again.adopt([other])
    #expect(again.due(told: [:], at: Self.start + .minutes(21)).isEmpty)
  }
}
