import Bytes
import Foundation
import FoundationXML
import Glibc
import Testing

@testable import incident_sim

/// What an independent reader finds in a feed of XML.
private final class Outline: NSObject, XMLParserDelegate {
  private(set) var titles: [String] = []
  private(set) var texts: [String] = []
  private(set) var links: [String] = []
  private(set) var fault: (any Error)?
  private var path: [String] = []
  private var text = ""

  static func of(_ xml: String) -> Outline {
    let outline = Outline()
    // The text is decoded already; the declaration still names what it was encoded in.
    let body = xml.firstRange(of: "?>").map { String(xml[$0.upperBound...]) } ?? xml
    let parser = XMLParser(data: Data(body.utf8))
    parser.delegate = outline
    _ = parser.parse()
    return outline
  }

  private var isInEntry: Bool { path.contains("item") || path.contains("entry") }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    path.append(name)
    text = ""
    if isInEntry, name == "link", let link = attributes["href"] { links.append(link) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(_ parser: XMLParser, foundCDATA data: Data) {
    text += String(decoding: data, as: UTF8.self)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if isInEntry {
      switch name {
      case "title": titles.append(text)
      case "description", "summary", "content": texts.append(text)
      case "link" where !text.isEmpty: links.append(text)
      default: break
      }
    }
    path.removeLast()
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { fault = fault ?? error }
}

@Suite("A feed")
struct FeedTests {
  static let xmlFeeds = [
    "forum", "micro", "qgbbs", "bianmin", "expat", "daily", "tv", "lanxi", "qinggang", "wanghu",
    "gov", "yingji", "weather",
  ]
  static let allFeeds = xmlFeeds + ["hood", "wanghulife", "cap"]

  private func reply(_ id: String, _ at: String) throws -> FeedReply {
    try #require(try Lanchuan.edition().reply(to: id, at: try Lanchuan.at(at)))
  }

  private func listed(_ id: String, _ at: String) throws -> [Post] {
    let edition = try Lanchuan.edition()
    let place = try #require(edition.county.feeds.firstIndex { $0.id == id })
    return edition.listed(on: place, at: try Lanchuan.at(at))
  }

  /// Decodes by the C library, which knows nothing of Foundation's tables.
  private func decoded(_ bytes: [UInt8], _ encoding: Feed.Encoding) throws -> String {
    switch encoding {
    case .utf8:
      return try #require(String(validating: bytes, as: UTF8.self)).replacing("\u{feff}", with: "")
    case .utf16: return try #require(String(bytes: bytes, encoding: .utf16))
    case .gb18030: return try #require(converted(bytes, from: "GB18030"))
    }
  }

  private func converted(_ bytes: [UInt8], from name: String) -> String? {
    guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else {
      return nil
    }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: bytes.count * 3 + 16)
    let written = input.withUnsafeMutableBufferPointer { source -> Int? in
      output.withUnsafeMutableBufferPointer { target in
        var (from, to) = (source.baseAddress, target.baseAddress)
        var (left, free) = (source.count, target.count)
        guard iconv(converter, &from, &left, &to, &free) != -1,
          left == 0
        else { return nil }
        return target.count - free
      }
    }
    guard let written else { return nil }
    return String(validating: output.prefix(written).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test("is read by another reader, post for post", arguments: xmlFeeds)
  func isWellFormed(id: String) throws {
    let county = try Lanchuan.county()
    let feed = try #require(county.feed(named: id))
    for moment in ["26 00:00", "26 16:30", "27 06:45", "27 12:00", "28 00:00"] {
      let reply = try reply(id, moment)
      #expect(reply.status == 200)
      let posts = try listed(id, moment)
      let outline = Outline.of(try decoded(reply.body, feed.encoding))
      #expect(outline.fault == nil, "\(moment): \(outline.fault.map { "\($0)" } ?? "")")
      #expect(outline.titles.count == posts.count)
      for (title, post) in zip(outline.titles, posts) { #expect(title == post.title) }
      #expect(outline.links.count == posts.count)
      for (link, post) in zip(outline.links, posts) { #expect(post.link.hasSuffix(link)) }
    }
  }

  @Test("shows the texts of its posts", arguments: ["bianmin", "daily", "tv", "qinggang", "gov"])
  func showsTexts(id: String) throws {
    let feed = try #require(try Lanchuan.county().feed(named: id))
    let outline = Outline.of(try decoded(try reply(id, "27 12:00").body, feed.encoding))
    let posts = try listed(id, "27 12:00")
    #expect(outline.texts.count == posts.count && !posts.isEmpty)
    for (text, post) in zip(outline.texts, posts) {
      #expect(text.replacing("\n", with: "") == post.text.replacing("\n", with: ""))
    }
  }

  @Test("of JSON is read by the strict reader, post for post")
  func isJSON() throws {
    let body = try JSONReader.read(try reply("hood", "27 07:00").body)
    #expect(body["version"]?.string == "https://jsonfeed.org/version/1.1")
    let items = try #require(body["items"]?.array)
    let posts = try listed("hood", "27 07:00")
    #expect(items.count == posts.count)
    for (item, post) in zip(items, posts) {
      #expect(item["content_text"]?.string == post.text)
      #expect(item["url"]?.string == post.link)
      let date = item["date_published"]?.string.flatMap { Instant(iso8601: $0) }
      #expect(date == post.published)
    }
  }

  @Test("in GB 18030 holds what GBK cannot, under the name of GB 2312", arguments: ["tv", "qgbbs"])
  func isGB18030(id: String) throws {
    let feed = try #require(try Lanchuan.county().feed(named: id))
    let body = try reply(id, "26 20:00").body
    #expect(String(validating: body, as: UTF8.self) == nil)
    #expect(body.starts(with: Array("<?xml version=\"1.0\" encoding=\"gb2312\"?>".utf8)))
    let text = try decoded(body, feed.encoding)
    #expect(text.contains("的"))
    #expect(text.unicodeScalars.count * 2 > body.count)
    if id == "tv" {
      #expect(converted(body, from: "GBK") == nil, "no character that GBK lacks")
      #expect(text.contains { "㳇𣲗㘭䢺".contains($0) })
    }
  }

  @Test("of bad XML is bad in each of its ways")
  func isBroken() throws {
    let damage = try #require(try Lanchuan.county().feed(named: "wanghulife")?.damage)
    var unclosed = 0
    var badBytes = 0
    for hour in 6...23 {
      let moment = "26 \(padded(hour, 2)):00"
      let body = try reply("wanghulife", moment).body
      let posts = try listed("wanghulife", moment)
      let text = String(decoding: body, as: UTF8.self)
      #expect(text.contains("吃&玩") && !text.contains("&amp;"))
      #expect(!text.contains("</rss>"))
      unclosed += text.matches(of: #/<category>生活\n/#).count
      badBytes += body.count { $0 == 0xff }
      #expect(body.count { $0 == 0xff } <= posts.count { $0.number % damage.badByteEvery == 0 })
      #expect(Outline.of(text).fault != nil)
    }
    #expect(unclosed > 0 && badBytes > 0)
  }

  @Test("wraps and dates as its system does")
  func isPeculiar() throws {
    let gov = String(decoding: try reply("gov", "27 12:00").body, as: UTF8.self)
    #expect(gov.contains("<link>/art/2026/9/"))
    #expect(gov.contains(#/<pubDate>2026年09月27日 \d\d:\d\d<\/pubDate>/#))
    let description = try #require(gov.firstMatch(of: #/<description>([^<]{60,})<\/description>/#))
    for line in description.1.split(separator: "\n") { #expect(line.count <= 38) }
    let tv = try decoded(try reply("tv", "27 12:00").body, .gb18030)
    #expect(tv.contains(#/<pubDate>2026-09-27 \d\d:\d\d:\d\d<\/pubDate>/#))
    let wanghu = String(decoding: try reply("wanghu", "27 12:00").body, as: UTF8.self)
    #expect(!wanghu.contains("<guid"))
    let lanxi = String(decoding: try reply("lanxi", "27 12:00").body, as: UTF8.self)
    let guids = lanxi.matches(of: #/<guid isPermaLink="false">(\d+)</#).map { String($0.1) }
    #expect(Set(guids).count < guids.count, "no guid stands twice")
    let daily = String(decoding: try reply("daily", "27 12:00").body, as: UTF8.self)
    #expect(daily.contains("xml:base=") && daily.contains("href=\"content/2026/"))
    let yingji = try reply("yingji", "27 12:00").body
    #expect(yingji.starts(with: [0xef, 0xbb, 0xbf]))
    let forum = String(decoding: try reply("forum", "27 12:00").body, as: UTF8.self)
    #expect(forum.contains("<![CDATA[<p>") && forum.contains(" +0800</pubDate>"))
  }

  @Test("carries hidden links for some hours, which are no part of any text")
  func isGrafted() throws {
    let body = try decoded(try reply("qgbbs", "26 18:30").body, .gb18030)
    #expect(body.contains("kuaikuai.example"))
    let before = try decoded(try reply("qgbbs", "26 09:30").body, .gb18030)
    #expect(!before.contains("kuaikuai.example"))
    for post in try Lanchuan.stream() { #expect(!post.text.contains("极速小额借款")) }
  }

  @Test("lets nothing go but by its age", arguments: allFeeds)
  func isMonotone(id: String) throws {
    let edition = try Lanchuan.edition()
    let place = try #require(edition.county.feeds.firstIndex { $0.id == id })
    let feed = edition.county.feeds[place]
    var last: [Post] = []
    var at = edition.county.from
    while at <= edition.county.to {
      let now = edition.listed(on: place, at: at)
      #expect(!now.isEmpty && now.count <= feed.newest)
      #expect(now.allSatisfy { $0.published <= at })
      #expect(now.map(\.published) == now.map(\.published).sorted(by: >))
      let gone = last.filter { !now.contains($0) }
      if let oldest = now.last { #expect(gone.allSatisfy { $0.published <= oldest.published }) }
      if !gone.isEmpty { #expect(now.count == feed.newest) }
      last = now
      at = at + .minutes(20)
    }
  }

  @Test("answers the same to the last byte, and changes its mark only with its posts")
  func isPure() throws {
    let again = Edition(county: try County(folder: Lanchuan.folder), seed: 1)
    for id in ["forum", "hood", "tv", "cap"] {
      let reply = try reply(id, "27 09:00")
      #expect(again.reply(to: id, at: try Lanchuan.at("27 09:00")) == reply)
      let quiet = try listed(id, "27 09:00").map(\.id) == listed(id, "27 09:02").map(\.id)
      #expect((try self.reply(id, "27 09:02").etag == reply.etag) == quiet)
      #expect(reply.lastModified == (try listed(id, "27 09:00").first?.published))
      let mark = try #require(reply.etag)
      #expect(mark.hasPrefix("\"") && mark.hasSuffix("\"") && mark.count > 8)
    }
    let other = Edition(county: try Lanchuan.county(), seed: 2)
    #expect(
      other.reply(to: "forum", at: try Lanchuan.at("27 09:00")) != (try reply("forum", "27 09:00")))
  }

  @Test("is down, in maintenance or moved when the story says so")
  func fails() throws {
    #expect(try reply("qgbbs", "26 09:59").status == 200)
    let down = try reply("qgbbs", "26 10:00")
    #expect(down.status == 500 && down.etag == nil)
    #expect(try reply("qgbbs", "26 11:59").status == 500)
    #expect(try reply("qgbbs", "26 12:00").status == 200)
    let page = try reply("wanghu", "27 02:30")
    #expect(page.status == 200 && page.contentType.hasPrefix("text/html"))
    #expect(String(decoding: page.body, as: UTF8.self).contains("系统维护"))
    let edition = try Lanchuan.edition()
    let at = try Lanchuan.at("26 12:00")
    let moved = try #require(edition.reply(toPath: "/expat/feed", at: at))
    #expect(moved.status == 301)
    let there = try #require(moved.location)
    #expect(edition.reply(toPath: there, at: at) == edition.reply(to: "expat", at: at))
    #expect(edition.reply(toPath: "/nowhere", at: at) == nil)
    #expect(edition.reply(to: "nobody", at: at) == nil)
    #expect(try reply("bianmin", "26 12:00").contentType.hasPrefix("text/html"))
  }
}

@Suite("An alert")
struct AlertTests {
  private func alert(_ at: String, _ feed: String = "cap") throws -> String {
    let edition = try Lanchuan.edition()
    let reply = try #require(edition.reply(to: feed, at: try Lanchuan.at(at)))
    return String(decoding: reply.body, as: UTF8.self)
  }

  private func listedAlerts(_ feed: String) throws -> [Post] {
    let edition = try Lanchuan.edition()
    let place = try #require(edition.county.feeds.firstIndex { $0.id == feed })
    return edition.listed(on: place, at: edition.county.to)
  }

  @Test("stands alone where one address serves the newest")
  func standsAlone() throws {
    #expect(try alert("26 12:00").contains("<status>Exercise</status>"))
    let first = try alert("27 08:00")
    #expect(first.contains("<msgType>Alert</msgType>") && first.contains("LCYJ-0927-01"))
    #expect(first.contains("<sent>2026-09-27T07:28:00+08:00</sent>"))
    #expect(first.contains("<expires>2026-09-27T13:28:00+08:00</expires>"))
    #expect(first.matches(of: #/<info>/#).count == 2)
    #expect(!first.contains("<references>"))
    #expect(Outline.of(first).fault == nil)
  }

  @Test("names what it updates or cancels")
  func refers() throws {
    let sender = "yj@alert.lanchuan.example"
    #expect(
      try alert("27 12:00").contains(
        "<references>\(sender),LCYJ-0927-01,2026-09-27T07:28:00+08:00</references>"))
    let last = try alert("27 22:00")
    #expect(last.contains("<msgType>Cancel</msgType>") && last.contains("AllClear"))
  }

  @Test("is held whole by the index, where a warning comes and goes")
  func isIndexed() throws {
    let index = try alert("26 20:00", "weather")
    #expect(Outline.of(index).fault == nil)
    #expect(index.matches(of: #/<content type="application\/cap\+xml">/#).count == 5)
    #expect(index.contains("<valueName>预警级别</valueName>"))
    let types = index.matches(of: #/<msgType>(\w+)</#).map { String($0.1) }
    #expect(types == ["Cancel", "Update", "Alert", "Alert", "Alert"])
    #expect(
      try Lanchuan.stream().allSatisfy { ($0.kind == "drill") == ($0.alert?.status == "Test") })
    let oldest = try #require(listedAlerts("weather").last)
    #expect(oldest.kind == "drill" && oldest.label == nil)
  }
}
