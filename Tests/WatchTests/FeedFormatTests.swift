import Bytes
import Testing
import Watch

@Suite("Reading a feed")
struct FeedFormatTests {
  @Test("takes all that RSS 2.0 and its modules say")
  func rss() throws {
    let feed = try FeedSamples.read(FeedSamples.rss)
    #expect(feed.format == "RSS 2.0")
    #expect(feed.title == "清河县应急管理局")
    #expect(feed.link == "https://yjj.example.cn/")
    #expect(feed.language == "zh-cn")
    #expect(feed.encoding == "utf-8")
    #expect(feed.problems.isEmpty)
    try #require(feed.entries.count == 2)
    let first = feed.entries[0]
    #expect(first.title == "关于启动防汛三级响应的通知")
    #expect(first.link == "https://yjj.example.cn/tz/1.html?a=1&b=2")
    #expect(first.guid == "tz-1")
    #expect(first.published == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(first.text == "各乡镇：\n即日起启动三级响应 。")
    #expect(first.authors == [FeedAuthor(name: "值班室")])
    #expect(first.categories == ["防汛"])
    #expect(first.images == ["https://img.example.cn/1.jpg"])
    #expect(first.point == GeoPoint(latitude: 30.6, longitude: 104.1))
    let second = feed.entries[1]
    #expect(second.link == "https://yjj.example.cn/tz/2.html")
    #expect(second.published == Instant(iso8601: "2026-11-22T14:30:00+08:00"))
    #expect(second.text == "抢修完成 请慢行")
  }

  @Test("takes RSS 1.0, whose items stand beside the channel")
  func rdf() throws {
    let feed = try FeedSamples.read(
      """
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://a.example/"><title>Dam watch</title><link>https://a.example/</link></channel>
      <item rdf:about="https://a.example/1"><title>Level 12</title><link>https://a.example/1</link>
      <dc:date>2026-11-22T13:05+08:00</dc:date></item></rdf:RDF>
      """)
    #expect(feed.format == "RSS 1.0")
    #expect(feed.title == "Dam watch")
    #expect(feed.entries.map(\.title) == ["Level 12"])
    #expect(feed.entries.map(\.guid) == ["https://a.example/1"])
    #expect(feed.entries.map(\.updated) == [Instant(iso8601: "2026-11-22T05:05:00Z")])
  }

  @Test("takes CDF, whose addresses are attributes")
  func cdf() throws {
    let feed = try FeedSamples.read(
      """
      <?xml version="1.0"?><CHANNEL HREF="http://a.example/"><TITLE>Dam watch</TITLE>
      <ITEM HREF="/1" LASTMOD="2026-11-22T05:00Z"><TITLE>Level 12</TITLE><ABSTRACT>Rising.</ABSTRACT></ITEM>
      <ITEM><A HREF="http://a.example/2">Level 13</A></ITEM></CHANNEL>
      """)
    #expect(feed.format == "CDF")
    #expect(feed.title == "Dam watch")
    #expect(feed.link == "http://a.example/")
    #expect(feed.entries.map(\.link) == ["http://a.example/1", "http://a.example/2"])
    #expect(feed.entries.map(\.text) == ["Rising.", nil])
    #expect(feed.entries.first?.updated == Instant(iso8601: "2026-11-22T05:00:00Z"))
  }

  @Test("resolves what a document declares as short plain text, and nothing else")
  func entities() throws {
    let long = String(repeating: "x", count: 300)
    let feed = try FeedSamples.read(
      """
      <!DOCTYPE rss [<!ENTITY desk "Night Desk"><!ENTITY desk 'Other'><!ENTITY dash '&#8212;'>
      <!ENTITY a "&desk;&desk;"><!ENTITY b "<i>"><!ENTITY c SYSTEM "file:///x"><!ENTITY d "\(long)">
      <!ENTITY % e "x">]>
      """
        + FeedSamples.rss(
          "<title>&desk; &dash; &a;&b;&c;&d;&e;</title>",
          "<description><![CDATA[&desk;]]></description><guid>&desk;:1</guid>"))
    #expect(feed.entries.first?.title == "Night Desk — &a;&b;&c;&d;&e;")
    #expect(feed.entries.last?.text == "&desk;")
    #expect(feed.entries.last?.guid == "Night Desk:1")
  }

  @Test("lets declared entities lengthen a document by no more than a little")
  func entityGrowth() throws {
    let value = String(repeating: "x", count: 250)
    let title = String(repeating: "&v;", count: 40_000)
    let feed = try FeedSamples.read(
      "<!DOCTYPE rss [<!ENTITY v \"\(value)\">]>" + FeedSamples.rss("<title>\(title)</title>"),
      limits: FeedLimits(textBytes: 64 << 20))
    let length = feed.entries.first?.title?.utf8.count ?? 0
    #expect(length > 1 << 20 && length < 2 << 20)
  }

  @Test("takes Atom 1.0 with its bases, its kinds of text and its inherited author")
  func atom() throws {
    let feed = try FeedSamples.read(FeedSamples.atom)
    #expect(feed.format == "Atom 1.0")
    #expect(feed.title == "River & Road Desk")
    #expect(feed.link == "https://news.example.org/index.html")
    #expect(feed.language == "en")
    #expect(feed.problems.isEmpty)
    try #require(feed.entries.count == 2)
    #expect(feed.entries[0].guid == "tag:example.org,2026:1")
    #expect(feed.entries[0].link == "https://news.example.org/1.html")
    #expect(feed.entries[0].text == "The ferry is out of service.\nUse the bridge.")
    #expect(feed.entries[0].published == Instant(iso8601: "2026-11-22T05:00:00Z"))
    #expect(feed.entries[0].updated == Instant(iso8601: "2026-11-22T05:30:00.5Z"))
    #expect(feed.entries[0].authors == [FeedAuthor(name: "Night Desk")])
    #expect(feed.entries[1].title == "Depth < 2 m")
    #expect(feed.entries[1].link == "https://news.example.org/sub/2.html")
    #expect(feed.entries[1].text == "Low water")
    #expect(feed.entries[1].published == nil)
    #expect(feed.entries[1].authors == [FeedAuthor(name: "Lee", uri: "https://example.org/lee")])
  }

  @Test("sees an id of Atom that is a path from its base, and leaves every other as it is")
  func atomIds() throws {
    let ids = ["/a/1", "b/2", "17", "tag:x,2026:1", "urn:uuid:4", "http://x.example/1"]
    let entries = ids.map { "<entry><id>\($0)</id></entry>" }.joined()
    let feed = try FeedSamples.read(
      "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://n.example/c/'>\(entries)</feed>")
    #expect(
      feed.entries.map(\.guid)
        == ["http://n.example/a/1", "http://n.example/c/b/2"] + ids.dropFirst(2))
  }

  @Test("takes a word of an unknown kind as text, unless it is plainly encoded")
  func kinds() throws {
    let feed = try FeedSamples.read(
      """
      <feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="application/x-word">test</title>
      <content type="application/x-word">V2F0ZXIgcmlzZXMgYWdhaW4=</content></entry></feed>
      """)
    #expect(feed.entries.first?.title == "test")
    #expect(feed.entries.first?.text == "Water rises again")
  }

  @Test("takes Atom 0.3 with its modes")
  func oldAtom() throws {
    let feed = try FeedSamples.read(
      """
      <feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old</title><entry><id>x</id>
      <title mode="escaped" type="text/html">A &lt;b&gt;bold&lt;/b&gt; title</title>
      <content type="text/plain" mode="base64">V2F0ZXIgcmlzZXM=</content>
      <issued>2026-11-22T05:00:00Z</issued><modified>2026-11-22T06:00:00Z</modified></entry></feed>
      """)
    #expect(feed.format == "Atom 0.3")
    #expect(feed.entries.first?.title == "A bold title")
    #expect(feed.entries.first?.text == "Water rises")
    #expect(feed.entries.first?.published == Instant(iso8601: "2026-11-22T05:00:00Z"))
    #expect(feed.entries.first?.updated == Instant(iso8601: "2026-11-22T06:00:00Z"))
  }

  @Test("takes JSON Feed")
  func json() throws {
    let feed = try FeedSamples.read(FeedSamples.json)
    #expect(feed.format == "JSON Feed 1.1")
    #expect(feed.title == "县融媒体中心")
    #expect(feed.link == "https://rm.example.cn/")
    try #require(feed.entries.count == 2)
    #expect(feed.entries[0].guid == "7")
    #expect(feed.entries[0].link == "https://source.example.cn/a/7")
    #expect(feed.entries[0].text == "今日\n复产")
    #expect(feed.entries[0].published == Instant(iso8601: "2026-11-22T05:00:00Z"))
    #expect(feed.entries[0].authors == [FeedAuthor(name: "编辑部")])
    #expect(feed.entries[0].images == ["https://source.example.cn/a/7.png"])
    #expect(feed.entries[1].link == "https://other.example.cn/8")
    #expect(feed.entries[1].text == "第一行\n第二行")
    #expect(feed.entries[1].updated == Instant(iso8601: "2026-11-22T06:00:00Z"))
    #expect(feed.entries[1].authors == [FeedAuthor(name: "王", uri: "https://x.example/u/w")])
    #expect(
      try FeedSamples.read(#"{"version":"https://jsonfeed.org/version/1","items":[]}"#).format
        == "JSON Feed 1.0")
  }

  @Test("takes elements under whatever prefix their namespace has, and in capitals")
  func prefixes() throws {
    let feed = try FeedSamples.read(
      """
      <r:rss xmlns:r="http://backend.userland.com/rss2" xmlns:c="http://purl.org/rss/1.0/modules/content/">
      <r:channel><r:item><r:TITLE>Prefixed</r:TITLE><c:encoded>Whole</c:encoded>
      <r:description>Part</r:description></r:item></r:channel></r:rss>
      """)
    #expect(feed.entries.map(\.title) == ["Prefixed"])
    #expect(feed.entries.map(\.text) == ["Whole"])
  }

  @Test("does not mix up the title of an entry with titles of other vocabularies")
  func otherTitles() throws {
    let feed = try FeedSamples.read(
      """
      <rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
        xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Desk</title><item>
      <itunes:title>no</itunes:title><media:group><media:title>no</media:title></media:group>
      <title>yes</title></item><item><media:title>only this</media:title></item></channel></rss>
      """)
    #expect(feed.entries.map(\.title) == ["yes", "only this"])
  }

  @Test("refuses what is no feed, and says what it is", arguments: Self.strangers)
  func refusals(text: String, failure: FeedFailure) {
    #expect(throws: failure) { try FeedSamples.read(text) }
    #expect(!failure.explanation.zh.isEmpty && !failure.explanation.en.isEmpty)
    #expect(failure.exitCode == .couldNot)
  }

  static let strangers: [(String, FeedFailure)] = [
    ("", .empty), (" \n\t", .empty),
    (
      "<!DOCTYPE html><html><head><title>Please &amp; log in</title></head></html>",
      .html(title: "Please & log in")
    ),
    ("<html><body>down for maintenance</body></html>", .html(title: nil)),
    ("<?xml version='1.0'?><listing></listing>", .unknownFormat("<listing>")),
    ("plain words", .unknownFormat("plain words")),
    ("{\"a\": 1}", .unknownFormat("{\"a\": 1}")), ("[1, 2]", .unknownFormat("[1, 2]")),
    ("{", .unknownFormat("{")),
  ]

  @Test("refuses more bytes than the limit, and takes as many")
  func size() throws {
    let bytes = Array(FeedSamples.rss.utf8)
    #expect(throws: FeedFailure.tooLarge(bytes: bytes.count, limit: bytes.count - 1)) {
      try FeedSamples.read(bytes, limits: FeedLimits(bytes: bytes.count - 1))
    }
    #expect(try FeedSamples.read(bytes, limits: FeedLimits(bytes: bytes.count)).entries.count == 2)
  }

  @Test("takes as many entries as the limit says, and tells of the others")
  func entryLimit() throws {
    let feed = try FeedSamples.read(
      FeedSamples.rss("<title>a</title>", "<title>b</title>", "<title>c</title>"),
      limits: FeedLimits(entries: 2))
    #expect(feed.entries.map(\.title) == ["a", "b"])
    #expect(feed.problems == [.tooManyEntries(kept: 2, of: 3)])
  }

  @Test("cuts a text at the limit, between characters")
  func textLimit() throws {
    let feed = try FeedSamples.read(
      FeedSamples.rss("<title>水位上涨</title>"), limits: FeedLimits(textBytes: 7))
    #expect(feed.entries.map(\.title) == ["水位"])
    #expect(feed.problems == [.textCut(1)])
  }

  @Test("counts a date that cannot be read as unknown, and tells of it")
  func badDate() throws {
    let feed = try FeedSamples.read(
      FeedSamples.rss("<title>a</title><pubDate>soon</pubDate>", "<pubDate></pubDate>"))
    #expect(feed.entries.map(\.published) == [nil, nil])
    #expect(feed.problems == [.unreadableDates(1, example: "soon")])
  }

  @Test("explains every problem in both languages")
  func explanations() {
    let problems: [FeedProblem] = [
      .truncated, .invalidBytes(3), .encodingGuessed("gb18030"),
      .encodingContradicted(declared: "utf-8", used: "gb18030"), .controlCharacters(2),
      .mismatchedTags(1), .tooDeep, .tooManyElements, .textCut(1), .tooManyEntries(kept: 1, of: 2),
      .damagedJSON, .unreadableDates(1, example: "\u{1b}[31m"), .duplicateIdentifiers(2),
      .untitled(3), .unreadableLines(2),
    ]
    for problem in problems {
      #expect(problem.explanation.zh != problem.explanation.en)
      #expect(!problem.explanation.en.contains("\u{1b}"))
    }
  }
}
