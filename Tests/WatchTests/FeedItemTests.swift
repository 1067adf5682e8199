import Bytes
import Foundation
import Testing
import Watch

@Suite("The items of a feed")
struct FeedItemTests {
  static let seen = Instant(iso8601: "2026-11-22T06:00:00Z") ?? Instant(seconds: 0)
  static let official = SourceProfile(id: "yjj", owner: "qinghe", tier: .official, language: "zh")

  static func items(
    _ text: String, of source: SourceProfile = official, seen: Instant = seen
  ) throws -> [Item] {
    Watch.items(
      from: try FeedSamples.read(text), of: source, seen: seen, pseudonym: { "p-\($0.count)" })
  }

  @Test("carry what the entry and the source say, and leave the first sight to others")
  func fields() throws {
    let read = try Self.items(FeedSamples.rss)
    try #require(read.count == 2)
    #expect(read[0].source == "yjj" && read[0].owner == "qinghe" && read[0].tier == .official)
    #expect(read[0].title == "关于启动防汛三级响应的通知")
    #expect(read[0].text == "各乡镇：\n即日起启动三级响应 。")
    #expect(read[0].link == "https://yjj.example.cn/tz/1.html?a=1&b=2")
    #expect(read[0].published == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(read[0].firstSeen == nil)
    #expect(read[0].language == "zh")
    #expect(read[0].author == "p-3")
    #expect(read.allSatisfy { $0.id.utf8.count == 32 && hexDecoded($0.id) != nil })
  }

  @Test("have the id that the form of it says")
  func form() throws {
    let read = try Self.items(FeedSamples.rss("<guid>g-1</guid><title>a</title>"))
    let bytes = Array("yjj".utf8) + [0] + Array("guid".utf8) + [0] + Array("g-1".utf8)
    #expect(read.map(\.id) == [String(SHA256.hash(bytes).hex.prefix(32))])
  }

  @Test("are known by guid, else by link, else by words and day")
  func keys() throws {
    func ids(_ entries: String...) throws -> [String] {
      try entries.flatMap { try Self.items(FeedSamples.rss($0)).map(\.id) }
    }
    let byGuid = try ids(
      "<guid>1</guid><title>a</title><link>http://x/1</link>", "<guid>1</guid><title>b</title>",
      "<guid>2</guid><title>a</title><link>http://x/1</link>")
    #expect(byGuid[0] == byGuid[1] && byGuid[0] != byGuid[2])
    let byLink = try ids(
      "<title>a</title><link>http://x/1?utm_source=y#z</link>",
      "<title>b</title><link>http://X/1</link>",
      "<title>a</title><link>http://x/2</link>")
    #expect(byLink[0] == byLink[1] && byLink[0] != byLink[2])
    let byWords = try ids(
      "<title>a</title><pubDate>2026-11-22 08:00</pubDate>",
      "<title>a</title><pubDate>2026-11-22 09:00</pubDate>",
      "<title>a</title><pubDate>2026-11-20 08:00</pubDate>",
      "<title>b</title><pubDate>2026-11-22 08:00</pubDate>")
    #expect(byWords[0] == byWords[1] && byWords[0] != byWords[2] && byWords[0] != byWords[3])
    #expect(Set(byGuid + byLink + byWords).count == 7)
  }

  @Test("of two sources are two, whatever they share")
  func sources() throws {
    let text = FeedSamples.rss("<guid>1</guid><title>a</title>")
    let one = try Self.items(text, of: SourceProfile(id: "a"))
    #expect(one.map(\.id) != (try Self.items(text, of: SourceProfile(id: "b"))).map(\.id))
  }

  @Test("that share a guid are told apart by link, and by words where that is shared too")
  func duplicates() throws {
    let sameGuid = FeedSamples.rss(
      "<guid>1</guid><title>a</title><link>http://x/1</link>",
      "<guid>1</guid><title>b</title><link>http://x/2</link>")
    #expect(Set(try Self.items(sameGuid).map(\.id)).count == 2)
    #expect(try FeedSamples.read(sameGuid).problems == [.duplicateIdentifiers(2)])
    let sameLink = FeedSamples.rss(
      "<title>a</title><link>http://x/</link>", "<title>b</title><link>http://x/</link>")
    #expect(Set(try Self.items(sameLink).map(\.id)).count == 2)
    let twice = "<guid>1</guid><title>a</title><link>http://x/1</link>"
    let doubled = try Self.items(FeedSamples.rss(twice, twice))
    #expect(doubled.map(\.id) == (try Self.items(FeedSamples.rss(twice))).map(\.id))
  }

  @Test("from CAP are known by sender, identifier and time of sending")
  func alerts() throws {
    let once = try Self.items(FeedSamples.cap).map(\.id)
    let otherSender = FeedSamples.cap.replacingOccurrences(of: "warn@qh", with: "desk@qh")
    let later = FeedSamples.cap.replacingOccurrences(
      of: "<sent>2026-11-22T13:05", with: "<sent>2026-11-22T13:06")
    #expect(once.count == 1)
    #expect(once == (try Self.items(FeedSamples.cap)).map(\.id))
    #expect(once != (try Self.items(otherSender)).map(\.id))
    #expect(once != (try Self.items(later)).map(\.id))
  }

  @Test("from CAP say what they update or end, by its id, and until when they hold")
  func linkedAlerts() throws {
    let first = FeedSamples.cap.replacingOccurrences(of: "QH-2026-14<", with: "QH-2026-13<")
      .replacingOccurrences(
        of: "<sent>2026-11-22T13:05:00+08:00", with: "<sent>2026-11-22T04:00:00Z"
      )
      .replacingOccurrences(of: "<msgType>Update", with: "<msgType>Alert")
      .replacingOccurrences(
        of: "<references>warn@qh.example.cn,QH-2026-13,2026-11-22T12:00:00+08:00</references>",
        with: "")
    let original = try #require(try Self.items(first).first)
    #expect(original.follows.isEmpty && !original.isCancel)
    let update = try #require(try Self.items(FeedSamples.cap).first)
    #expect(update.follows == [original.id] && !update.isCancel)
    #expect(update.expires == Instant(iso8601: "2026-11-22T20:00:00+08:00"))
    let cancel = try #require(
      try Self.items(FeedSamples.cap.replacingOccurrences(of: ">Update<", with: ">Cancel<")).first)
    #expect(cancel.isCancel && cancel.follows == [original.id])
    var kept = cancel
    kept.firstSeen = Self.seen
    #expect(try Item(line: kept.line) == kept)
  }

  @Test("have a link only if it leads to the web")
  func relativeLinks() throws {
    let text = Array(FeedSamples.rss("<title>a</title><link>/b</link>").utf8)
    let unknown = try FeedSamples.read(text, url: "")
    #expect(unknown.entries.map(\.link) == ["/b"])
    let read = Watch.items(
      from: unknown, of: Self.official, seen: Self.seen, pseudonym: { $0 })
    #expect(read.map(\.link) == [nil])
  }

  @Test("change with title or words, and with nothing else")
  func marks() throws {
    func mark(_ entry: String) throws -> ItemMark {
      ItemMark(try #require(try Self.items(FeedSamples.rss(entry)).first))
    }
    let base = "<guid>1</guid><title>a</title><description>b</description>"
    func change(_ entry: String) throws -> Item.Change? { try mark(base).change(to: mark(entry)) }
    #expect(
      try change(base + "<pubDate>2026-11-22 08:00</pubDate><link>http://x/</link>") == nil)
    #expect(try change(base.replacingOccurrences(of: ">b<", with: ">c<")) == .text)
    #expect(try change(base.replacingOccurrences(of: ">a<", with: ">c<")) == .title)
    #expect(
      try change("<guid>1</guid><title>ab</title><description>c</description>") == .both)
    // Blanks are the server's.
    #expect(try change(base.replacingOccurrences(of: ">b<", with: ">\n b <")) == nil)
  }

  @Test("have one mark whatever the month's pseudonym of their author is")
  func marksOfPosts() throws {
    let feed = try FeedSamples.read(
      FeedSamples.rss(
        "<title>water</title><dc:creator>@river_bob</dc:creator>"
          + "<description>river_bob says it rises</description>"))
    let source = SourceProfile(id: "micro", tier: .other, isPersonal: true)
    let marks = ["p4f2", "q9a1"].map { name in
      Watch.items(from: feed, of: source, seen: Self.seen, pseudonym: { _ in name }).map(
        ItemMark.init)
    }
    #expect(marks[0] == marks[1] && marks[0].count == 1)
  }

  @Test("have one mark of a link whatever its scheme, and none without a link")
  func marksOfLinks() throws {
    let marks = try [
      "<link>http://www.x.example/1</link>", "<link>https://x.example/1?utm_source=y</link>", "",
    ].map { ItemMark(try #require(try Self.items(FeedSamples.rss("<title>a</title>" + $0)).first)) }
    #expect(marks[0].link == marks[1].link && marks[0].link != 0 && marks[2].link == 0)
  }

  @Test("do not repeat the title in the text, and take it where there is no other text")
  func bodies() throws {
    func text(_ title: String, _ body: String) throws -> String? {
      try Self.items(FeedSamples.rss("<title>\(title)</title><description>\(body)</description>"))
        .first?.text
    }
    #expect(try text("通报", "") == "通报")
    #expect(try text("通报", "通报") == "通报")
    #expect(try text("通报", "&lt;h1&gt;通报&lt;/h1&gt;&lt;p&gt;全文&lt;/p&gt;") == "全文")
    #expect(try text("通报", "通报已经发出") == "通报已经发出")
    #expect(try text("", "正文") == "正文")
    #expect(try Self.items(FeedSamples.rss("<link>http://x/1</link>")).isEmpty)
  }

  @Test("have no time of publication that cannot be", arguments: Self.times)
  func believable(written: String, expected: String?) throws {
    let read = try Self.items(FeedSamples.rss("<title>a</title><pubDate>\(written)</pubDate>"))
    #expect(read.map(\.published) == [expected.flatMap { Instant(iso8601: $0) }])
  }

  static let times: [(String, String?)] = [
    ("2026-11-22T06:59:59Z", "2026-11-22T06:59:59Z"),
    ("2026-11-22T07:00:00Z", "2026-11-22T07:00:00Z"),
    ("2026-11-22T07:00:01Z", nil), ("2041-01-01", nil),
    ("1995-01-01T00:00:00Z", "1995-01-01T00:00:00Z"),
    ("1994-12-31T23:59:59Z", nil), ("1970-01-01", nil), ("never", nil), ("", nil),
  ]

  @Test("take the time of updating where there is no other")
  func updated() throws {
    let read = try Self.items(FeedSamples.atom)
    #expect(
      read.map(\.published) == [
        Instant(iso8601: "2026-11-22T05:00:00Z"), Instant(iso8601: "2026-11-22T05:00:00Z"),
      ])
  }

  @Test(
    "are in the language that their script shows, else in the one that is named",
    arguments: Self.languages)
  func language(text: String, named: String, source: String?, expected: String) throws {
    let feed =
      "<rss><channel><language>\(named)</language><item><title>\(text)</title></item></channel></rss>"
    #expect(
      try Self.items(feed, of: SourceProfile(id: "s", language: source)).map(\.language) == [
        expected
      ])
  }

  static let languages: [(String, String, String?, String)] = [
    ("水位上涨", "", nil, "zh"), ("水位上涨", "en-US", "en", "zh"), ("Water rises", "zh-cn", "zh", "en"),
    ("Water rises", "", nil, "en"), ("Das Wasser steigt", "de-AT", nil, "de"),
    ("Das Wasser steigt", "", "de", "de"),
    ("川の水位が上昇しています", "", nil, "ja"), ("川の水位が上昇しています", "ja", nil, "ja"), ("120", "", "zh", "zh"),
    ("COVID 疫情通报", "en", nil, "zh"),
    ("Flood in Qinghe (清河) county leaves road closed", "", "zh", "en"),
  ]
}

@Suite("The author of an entry")
struct FeedAuthorTests {
  static let personal = SourceProfile(id: "micro", tier: .other, isPersonal: true)

  static func line(_ text: String, of source: SourceProfile = personal, withoutLink: Bool = false)
    throws -> String
  {
    var read = items(
      from: try FeedSamples.read(text), of: source, seen: FeedItemTests.seen,
      pseudonym: { _ in "p4f2" })
    if withoutLink { for index in read.indices { read[index].link = nil } }
    try #require(!read.isEmpty)
    return read.map { String(decoding: $0.line, as: UTF8.self) }.joined(separator: "\n")
  }

  @Test("is a pseudonym, and is named nowhere else in the item", arguments: Self.posts)
  func nowhere(feed: String, handle: String) throws {
    let line = try Self.line(feed, withoutLink: true)
    #expect(!line.lowercased().contains(handle.lowercased()), "\(line)")
    #expect(line.contains("p4f2"))
  }

  static let posts = [
    (
      FeedSamples.rss(
        "<title>river_bob: water!</title><dc:creator>@river_bob</dc:creator><guid>https://s.example/@river_bob/1</guid>"
          + "<description>@River_Bob says (https://s.example/@river_bob) it rises</description>"),
      "river_bob"
    ),
    (
      FeedSamples.rss(
        "<title>Flood</title><link>https://s.example/u/lee/1</link><description>submitted by /u/lee, u/lee</description>"
      ),
      "lee"
    ),
    (
      FeedSamples.rss(
        "<title>清河小王：水来了</title><author>清河小王</author><description>清河小王在桥头</description>"), "清河小王"
    ),
    (
      FeedSamples.rss(
        "<title>a</title><author>w@x.example (Wang Lee)</author><description>by Wang Lee, w@x.example</description>"
      ), "wang"
    ),
    (
      "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>/u/tide_watch</name><uri>https://r.example/user/tide_watch</uri></author>"
        + "<entry><id>1</id><title>Post by tide_watch</title><content>tide_watch.</content></entry></feed>",
      "tide_watch"
    ),
    (
      #"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"x","content_text":"hi @mia_l","authors":[{"name":"mia_l"}]}]}"#,
      "mia_l"
    ),
  ]

  @Test("stays in the link alone, which shows that it bears a handle")
  func link() throws {
    let feed = FeedSamples.rss("<title>Water</title><link>https://s.example/@river_bob/1</link>")
    let read = items(
      from: try FeedSamples.read(feed), of: Self.personal, seen: FeedItemTests.seen,
      pseudonym: { _ in "p" })
    #expect(read.map(\.link) == ["https://s.example/@river_bob/1"])
    #expect(read.map(\.author) == ["p"])
    #expect(read.first?.link.map(bearsHandle) == true)
  }

  @Test("of a medium keeps the byline that the medium printed")
  func byline() throws {
    let feed = FeedSamples.rss(
      "<title>通报</title><author>新华社</author><description>新华社清河11月22日电</description>")
    let line = try Self.line(feed, of: SourceProfile(id: "media", tier: .listed))
    #expect(line.contains("新华社清河") && line.contains("\"author\":\"p4f2\""))
  }

  @Test("is not taken out of other people's words")
  func partOfWords() throws {
    let feed = FeedSamples.rss(
      "<title>a</title><author>anna</author><description>Savannah and anna's bananna</description>")
    #expect(try Self.line(feed).contains("Savannah and p4f2's bananna"))
  }

  @Test("is asked for once an entry, by what tells most of it")
  func keys() throws {
    var asked: [String] = []
    let feed = try FeedSamples.read(FeedSamples.atom)
    _ = items(from: feed, of: Self.personal, seen: FeedItemTests.seen) { name in
      asked.append(name)
      return "p"
    }
    #expect(asked == ["Night Desk", "https://example.org/lee"])
  }
}
