import Bytes
import Foundation
import FoundationXML
import Support
import Testing
import Watch

@Suite("A damaged feed")
struct FeedMendingTests {
  static let three = [1, 2, 3].map { number in
    "<item><title>Report \(number)</title><guid>g\(number)</guid>"
      + "<description>Water at mark \(number)</description>"
      + "<pubDate>Sun, 22 Nov 2026 0\(number):00:00 GMT</pubDate></item>\n"
  }

  static func feed(_ items: [String], head: String = "", tail: String = "") -> String {
    head + "<rss version=\"2.0\"><channel><title>Desk</title>\n" + items.joined()
      + "</channel></rss>" + tail
  }

  /// What three whole entries give.
  static func isWhole(_ feed: FeedDocument) -> Bool {
    feed.entries.map(\.title) == ["Report 1", "Report 2", "Report 3"]
      && feed.entries.map(\.guid) == ["g1", "g2", "g3"]
      && feed.entries.map(\.text) == ["Water at mark 1", "Water at mark 2", "Water at mark 3"]
      && feed.entries.allSatisfy { $0.published != nil }
  }

  @Test("is whole with anything before and after it", arguments: Self.surroundings)
  func surrounded(head: String, tail: String) throws {
    let feed = try FeedSamples.read(Self.feed(Self.three, head: head, tail: tail))
    #expect(Self.isWhole(feed))
  }

  static let surroundings = [
    ("\n\n  <?xml version=\"1.0\"?>", ""), ("\u{feff}\n<?xml version=\"1.1\"?>", "\n"),
    ("<br />\n<b>Warning</b>: no such table in <b>/x.php</b><br />\n<?xml version=\"1.0\"?>", ""),
    ("<!-- <rss> is what follows -->", "<!-- 0.1 s --><script>var a = 1 < 2;</script>"),
    ("<?xml-stylesheet href=\"a.xsl\"?>", "<html><body>ad</body></html>"),
    ("<!DOCTYPE rss [<!ENTITY a \"]>\"><!-- > -->]>", ""),
    ("<!DOCTYPE rss SYSTEM 'x.dtd'>", "</rss>"),
    ("", "\u{0}\u{0}"),
  ]

  @Test("keeps every entry that was whole where it is cut", arguments: 0..<20)
  func cut(step: Int) throws {
    let whole = Array(Self.feed(Self.three).utf8)
    let length = whole.count * step / 20
    guard let feed = try? FeedSamples.read(Array(whole[..<length])) else {
      #expect(length < 20, "refused at \(length)")
      return
    }
    let text = String(decoding: whole[..<length], as: UTF8.self)
    let complete = text.components(separatedBy: "</item>").count - 1
    #expect(feed.entries.count >= complete)
    #expect(
      feed.entries.prefix(complete).map(\.guid) == Array(["g1", "g2", "g3"].prefix(complete)))
    #expect(feed.problems.contains(.truncated))
  }

  @Test("loses nothing of its other entries to a fault in one of them", arguments: Self.faults)
  func oneFault(whole: String, damaged: String) throws {
    var items = Self.three
    try #require(items[1].contains(whole))
    items[1] = items[1].replacingOccurrences(of: whole, with: damaged)
    let feed = try FeedSamples.read(Self.feed(items))
    try #require(feed.entries.count == 3)
    for index in [0, 2] {
      #expect(feed.entries[index].title == "Report \(index + 1)")
      #expect(feed.entries[index].text == "Water at mark \(index + 1)")
      #expect(feed.entries[index].guid == "g\(index + 1)")
      #expect(feed.entries[index].published != nil)
    }
  }

  static let faults = [
    ("</description>", ""), ("</title>", ""), ("</item>", ""), ("</guid>", "</gid>"),
    ("</title>", "</TITLE>"), ("<guid>", "<guid isPermaLink=false>"),
    ("<guid>", "<guid a=\"1\" a=\"2\">"),
    ("<guid>", "<guid a=\">"), ("<guid>", "<guid a='"), ("<guid>", "<guid"),
    ("Water", "5 < 6 & 7 > 3 &; &#; &x;"),
    ("Water", "<p>one<br>two<img src=a.png><p>three"), ("Water", "</p></b></item-x>"),
    ("Water", "<![CDATA[ a"),
    ("Water", "<![CDATA[a]]> <![CDATA[b"), ("Water", "<!-- a"), ("Water", "<!bogus"),
    ("Water", "<?php echo 1"),
    ("Water", String(repeating: "<b>", count: 500)),
    ("Water", String(repeating: "<p>", count: 500)),
    ("<description>", "<x:description>"), ("Water", "\u{fffd}\u{0}\u{1b}"),
    ("g2", "<a\u{fffd}>g2</a\u{fffd}>"),
    ("</pubDate></item>", ""), ("<description>", "<description><![CDATA["),
  ]

  @Test("gives the words of what was not closed or escaped")
  func mended() throws {
    func entry(_ inside: String) throws -> FeedEntry? {
      try FeedSamples.read(FeedSamples.rss(inside, "<title>next</title>")).entries.first
    }
    #expect(try entry("<title>5 < 10 && x</title>")?.title == "5 < 10 && x")
    #expect(try entry("<title>Q&A, AT&T &copy=1</title>")?.title == "Q&A, AT&T &copy=1")
    #expect(try entry("<title>a&nbsp;&eacute;&#x4e2d;&#146;</title>")?.title == "a é中’")
    #expect(try entry("<title>a&#0;&#xd800;&#x110000;&#8;b</title>")?.title == "ab")
    let unclosed = try entry(
      "<title>a</title><description>Water<pubDate>Sun, 22 Nov 2026 01:00:00 GMT</pubDate>")
    #expect(unclosed?.text == "Water")
    #expect(unclosed?.published != nil)
    #expect(
      try entry("<description><p>one<br>two</p><ul><li>x<li>y</ul></description>")?.text
        == "one\ntwo\nx\ny")
    #expect(
      try entry("<description><![CDATA[a]]> and <![CDATA[b]]></description>")?.text == "a and b")
  }

  @Test("survives a byte that is no UTF-8 in the name of an element")
  func badName() throws {
    var bytes = Array(FeedSamples.rss("<abc>x</abc><title>kept</title>").utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "abc".utf8) })
    bytes[place + 1] = 0xff
    let titles = try FeedSamples.read(bytes).entries.map(\.title)
    #expect(titles == ["kept"])
  }

  @Test("of JSON gives its whole items")
  func json() throws {
    let whole = FeedSamples.json
    let second = try #require(whole.range(of: "{\"id\": \"8\""))
    let cut = try FeedSamples.read(String(whole[..<second.upperBound]))
    #expect(cut.entries.map(\.guid) == ["7"])
    #expect(cut.title == "县融媒体中心")
    #expect(cut.problems == [.damagedJSON])
    let comma = whole.replacingOccurrences(of: "]}]}", with: "],},]}")
    #expect(try FeedSamples.read(comma).entries.map(\.guid) == ["7", "8"])
    let lineEnd = whole.replacingOccurrences(of: "第一行\\n", with: "第一行\n")
    #expect(try FeedSamples.read(lineEnd).entries.map(\.guid) == ["7", "8"])
    let half = whole.replacingOccurrences(of: "水厂", with: "\\ud83d水厂")
    #expect(try FeedSamples.read(half).entries.map(\.guid) == ["8"])
    for length in stride(from: 1, to: whole.utf8.count, by: 7) {
      _ = try? FeedSamples.read(Array(whole.utf8.prefix(length)))
    }
  }

  @Test("that has no damage says the same to us as to Foundation's parser", arguments: Self.sound)
  func oracle(text: String) throws {
    let rewritten = try #require(SoundXML.rewritten(text))
    let ours = try FeedSamples.read(text)
    #expect(ours == (try FeedSamples.read(rewritten)))
    #expect(ours.problems.isEmpty)
    #expect(!ours.entries.isEmpty)
  }

  static let sound = [
    FeedSamples.rss, FeedSamples.atom, FeedSamples.cap, feed(three),
    FeedSamples.rss(
      "<title>a &amp; b &lt;i> &#x6c34;</title><description><![CDATA[<p>x]]&gt;y]]></description>"),
  ]
}

/// Foundation's parser as the measure of a sound document: what it hears, written down again.
private final class SoundXML: NSObject, XMLParserDelegate {
  private var text = ""

  static func rewritten(_ document: String) -> String? {
    let parser = XMLParser(data: Data(document.utf8))
    let listener = SoundXML()
    parser.delegate = listener
    return parser.parse() && parser.parserError == nil ? listener.text : nil
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    let written = attributes.sorted { $0.key < $1.key }.map {
      " \($0.key)=\"\(escapedHTML($0.value))\""
    }
    text += "<\(name)\(written.joined())>"
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    text += "</\(name)>"
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += escapedHTML(string) }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    text += escapedHTML(String(decoding: block, as: UTF8.self))
  }
}
