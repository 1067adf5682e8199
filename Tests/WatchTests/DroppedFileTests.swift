import Bytes
import Foundation
import Testing
import Watch

@Suite("A file that was dropped")
struct DroppedFileTests {
  static func read(
    _ text: String, _ kind: DropKind, rule: SourceRule? = nil
  ) throws(FeedFailure) -> FeedDocument {
    try read(Array(text.utf8), kind, rule: rule)
  }

  static func read(
    _ bytes: [UInt8], _ kind: DropKind, rule: SourceRule? = nil
  ) throws(FeedFailure) -> FeedDocument {
    try readDropped(bytes, as: kind, zone: FeedSamples.shanghai, rule: rule)
  }

  @Test(
    "is known by the ending of its name",
    arguments: [
      ("a.xml", DropKind.xml), ("a.b.JSON", .json), ("x.jsonl", .jsonl), ("通知.EML", .eml),
      ("a.txt", .txt),
    ])
  func kinds(name: String, kind: DropKind) {
    #expect(DropKind(fileName: name) == kind)
    for other in ["xml", ".xml", "a.xml.gz", "a.", "a"] {
      #expect(DropKind(fileName: other) == nil)
    }
  }

  @Test("is a feed, whose relative links lead nowhere")
  func feeds() throws {
    let feed = try Self.read(FeedSamples.rss("<title>a</title><link>/b</link>"), .xml)
    #expect(feed.entries.map(\.title) == ["a"])
    #expect(try Self.read(FeedSamples.json, .json).entries.count == 2)
    let map = FieldMap(list: .whole, title: JSONTemplate("t"))
    #expect(
      try Self.read(#"[{"t":"停水"}]"#, .json, rule: .fields(map)).entries.map(\.title) == ["停水"])
  }

  @Test("holds items one a line, and tells of lines that hold none")
  func lines() throws {
    let item = Item(
      id: "7", published: Instant(iso8601: "2026-11-22T05:00:00Z"), firstSeen: nil, source: "far",
      language: "zh", text: "水位上涨", title: "通报", link: "https://a.example/7", author: "p4f2")
    let text = String(decoding: item.line, as: UTF8.self) + "\r\n\n{broken\n{\"id\":1}\n"
    let feed = try Self.read(text, .jsonl)
    #expect(feed.format == "Items")
    #expect(feed.problems == [.unreadableLines(2)])
    try #require(feed.entries.count == 1)
    #expect(feed.entries[0].guid == "7" && feed.entries[0].title == "通报")
    #expect(feed.entries[0].text == "水位上涨" && feed.entries[0].link == "https://a.example/7")
    #expect(feed.entries[0].published == item.published && feed.entries[0].language == "zh")
    #expect(feed.entries[0].authors == [FeedAuthor(name: "p4f2")])
    let map = FieldMap(
      list: .whole, title: JSONTemplate("{a}级"), date: JSONPath("d"), epoch: .seconds)
    let mapped = try Self.read(
      "{\"a\":3,\"d\":1795323900}\n{\"b\":1}", .jsonl, rule: .fields(map))
    #expect(mapped.entries.map(\.title) == ["3级"])
    #expect(mapped.entries[0].published == Instant(seconds: 1_795_323_900))
    #expect(mapped.problems == [.unreadableLines(1)])
    #expect(throws: FeedFailure.unknownFormat("{\"a\":3}")) { try Self.read("{\"a\":3}", .jsonl) }
  }

  @Test("is a title and words in any encoding, and has no time of its own")
  func text() throws {
    let feed = try Self.read("\n  停水通知 \r\n\r\n明日八时起\n停水。\n", .txt)
    #expect(feed.entries.map(\.title) == ["停水通知"])
    #expect(feed.entries.map(\.text) == ["明日八时起\n停水。"])
    #expect(feed.entries.map(\.published) == [nil] && feed.entries.map(\.guid) == [nil])
    // What CoreFoundation calls GB 18030.
    let gb18030 = String.Encoding(rawValue: 0x8000_0632)
    let words = "关于城区停水的通知\n因二号桥抢修，我县城区明日八时起停水两天，请居民提前储水。"
    let old = try Self.read(Array(try #require(words.data(using: gb18030))), .txt)
    #expect(old.encoding == "gb18030" && old.entries.map(\.title) == ["关于城区停水的通知"])
    #expect(throws: FeedFailure.empty) { try Self.read(" \n", .txt) }
  }

  static func mail(_ head: String, _ body: String) -> String {
    (head + "\n\n" + body).replacingOccurrences(of: "\n", with: "\r\n")
  }

  @Test("is a mail with its subject, date, sender and text")
  func mails() throws {
    let feed = try Self.read(
      Self.mail(
        """
        From: =?utf-8?B?5YC854+t5a6k?= <duty@lanxi.example>
        Subject: =?gb18030?B?zaPLrg==?=
         =?gb18030?B?zajWqg==?= No. 7
        Date: Sun, 22 Nov 2026 13:05:00 +0800 (CST)
        Message-ID: <m-1@lanxi.example>
        Content-Type: text/plain; charset="gbk"
        Content-Transfer-Encoding: quoted-printable
        """, "=CD=A3=CB=AE=\n=CD=A8=D6=AA =3D 1\nend"), .eml)
    #expect(feed.format == "Mail" && feed.encoding == "gb18030")
    try #require(feed.entries.count == 1)
    let mail = feed.entries[0]
    #expect(mail.title == "停水通知 No. 7")
    #expect(mail.text == "停水通知 = 1\nend")
    #expect(mail.published == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(mail.guid == "m-1@lanxi.example")
    #expect(mail.authors == [FeedAuthor(name: "值班室", email: "duty@lanxi.example")])
    #expect(mail.link == nil)
  }

  @Test("is a mail of many parts, of which plain text goes before HTML, and attachments are none")
  func parts() throws {
    func parts(_ inner: String...) -> String {
      inner.map { "--b\n" + $0 + "\n" }.joined() + "--b--\nafter"
    }
    let head = "Subject: x\nContent-Type: multipart/mixed;\n boundary=\"b\""
    let html =
      "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\nPHA+5YGc5rC0PC9wPjxzY3JpcHQ+eDwvc2NyaXB0Pg=="
    let plain = "Content-Type: text/plain\n\nplain words"
    let attached = "Content-Type: text/plain\nContent-Disposition: attachment\n\nnot these"
    func text(_ body: String) throws -> String? {
      try Self.read(Self.mail(head, body), .eml).entries.first?.text
    }
    #expect(try text(parts(attached, html, plain)) == "plain words")
    #expect(try text(parts(attached, html)) == "停水")
    let nested = "Content-Type: multipart/alternative; boundary=c\n\n--c\n\(plain)\n--c--\n"
    #expect(try text(parts(nested, html)) == "plain words")
    #expect(try text("--b\n" + plain) == "plain words")
    #expect(try text(parts(attached)) == nil)
  }

  @Test("is refused where it is no mail")
  func strangers() {
    #expect(throws: FeedFailure.empty) { try Self.read("\n", .eml) }
    #expect(throws: FeedFailure.unknownFormat("just words")) { try Self.read("just words", .eml) }
  }

  @Test("names its sender nowhere in the item")
  func sender() throws {
    let mail = Self.mail(
      "From: Wang Lee <wang.lee@lanxi.example>\nSubject: Water, from Wang Lee",
      "It rises.\nWang Lee, wang.lee@lanxi.example")
    let found = items(
      from: try Self.read(mail, .eml), of: SourceProfile(id: "drop", tier: .other),
      seen: FeedItemTests.seen, pseudonym: { _ in "p4f2" })
    let line = String(decoding: try #require(found.first).line, as: UTF8.self)
    #expect(!line.contains("Wang") && !line.contains("wang.lee") && line.contains("p4f2"))
  }

  @Test(
    "joins characters that two encoded words cut, and leaves what is no such word",
    arguments: [
      ("=?utf-8?B?5YGc5g==?= =?utf-8?B?sLQ=?=", "停水"), ("=?utf-8?q?a_b=20c?= d", "a b c d"),
      ("a =?utf-8?Q?b?=\t=?gbk?B?zaM=?= c", "a b停 c"), ("=?nothing?B?zaM=?=", "=?nothing?B?zaM=?="),
      ("=?utf-8?B?", "=?utf-8?B?"), ("=?utf-8?X?a?=", "=?utf-8?X?a?="), ("=?utf-8*zh?Q?a?=", "a"),
      ("=?utf-8?Q??= b", "b"), ("1 =?= 2", "1 =?= 2"),
    ])
  func words(field: String, shown: String) throws {
    #expect(
      try Self.read("From: a@b.example\nSubject: \(field)\n\nx", .eml).entries.first?.title == shown
    )
  }

  @Test("neither crashes nor hangs, and gives one answer, whatever is in it")
  func hostile() {
    let head = "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
    let nest = String(
      repeating: "--b\nContent-Type: multipart/mixed; boundary=b\n\n", count: 4000)
    let many = String(repeating: "--b\n\nx\n", count: 5000)
    let fields = String(repeating: "x: y\n z\n", count: 5000)
    let words = "Subject: " + String(repeating: "=?utf-8?Q?a?= ", count: 5000)
    let marks = "Subject: " + String(repeating: "=?utf-8?", count: 5000)
    for text in [head + nest, head + many, fields, words, marks, "=", ":", "a:", "\r\n\r\n"] {
      for kind in DropKind.allCases {
        let bytes = Array(text.utf8)
        for damaged in [bytes, Array(bytes.reversed())] {
          let first = try? Self.read(damaged, kind)
          #expect(first == (try? Self.read(damaged, kind)))
        }
      }
    }
  }
}
