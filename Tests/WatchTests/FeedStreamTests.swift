import Bytes
import Foundation
import FoundationXML
import Support
import Testing
import Watch

@Suite("Entries that are handed out one at a time")
struct FeedStreamTests {
  @Test("are those of the whole document", arguments: Self.documents)
  func agree(text: String) throws {
    let bytes = Array(text.utf8)
    let whole = try FeedSamples.read(bytes)
    var entries: [FeedEntry] = []
    let frame = try readFeed(
      bytes, contentType: nil, url: "https://source.example.cn/feed", zone: FeedSamples.shanghai
    ) { entries.append($0) }
    #expect(frame.entries.isEmpty)
    #expect(frame.title == whole.title)
    #expect(frame.link == whole.link)
    #expect(entries == whole.entries)
    #expect(!entries.isEmpty)
  }

  static let documents = [
    FeedSamples.rss, FeedSamples.atom, FeedSamples.json, FeedSamples.cap,
    FeedMendingTests.feed(FeedMendingTests.three),
  ]

  @Test("do not depend on what stands in the other entries", arguments: 0..<12)
  func alone(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 41)
    let made = (0..<6).map { MadeFeed.item($0, &random) }
    let together = try FeedSamples.read(MadeFeed.rss(made))
    let apart = try made.flatMap { try FeedSamples.read(MadeFeed.rss([$0])).entries }
    #expect(together.entries == apart)
    #expect(together.entries.count == made.count)
  }

  @Test("inherit bases, languages and authors from what stands around them")
  func inherited() throws {
    let feed = try FeedSamples.read(
      """
      <feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/b/"><entry xml:base="c/">
      <title>1</title><link href="x"/></entry><entry><title>2</title><link href="x"/>
      <author><name>Lee</name></author></entry><author><name>Late Desk</name></author></feed>
      """)
    #expect(feed.entries.map(\.link) == ["http://a.example/b/c/x", "http://a.example/b/x"])
    #expect(feed.entries.map { $0.authors.first?.name } == ["Late Desk", "Lee"])
  }

  @Test("are found under any prefix that the document declares for them")
  func prefixed() throws {
    let feed = try FeedSamples.read(
      """
      <q:feed xmlns:q="http://www.w3.org/2005/Atom" xmlns:z="urn:other"><z:entry><z:title>no</z:title></z:entry>
      <q:entry><q:title>yes</q:title></q:entry><q:entry><q:title>also</q:title></q:entry></q:feed>
      """)
    #expect(feed.entries.map(\.title) == ["yes", "also"])
  }

  @Test("are no more than the limit, and those beyond it are counted")
  func limited() throws {
    var entries = 0
    let frame = try readFeed(
      Array(MadeFeed.rss((0..<9).map { "<title>\($0)</title>" }).utf8), contentType: nil, url: "",
      zone: .universal, limits: FeedLimits(entries: 4)
    ) { _ in entries += 1 }
    #expect(entries == 4)
    #expect(frame.problems == [.tooManyEntries(kept: 4, of: 9)])
  }
}

@Suite("A sound document")
struct FeedOracleTests {
  @Test("has the entries and titles that Foundation's parser finds in it", arguments: 0..<40)
  func agrees(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 7)
    let made = (0..<Int.random(in: 1...8, using: &random)).map { MadeFeed.item($0, &random) }
    let text = MadeFeed.rss(made)
    let titles = try #require(TitleListener.titles(in: text), "not sound: \(text)")
    #expect(titles.count == made.count)
    let feed = try FeedSamples.read(text)
    #expect(feed.problems.isEmpty)
    // Titles are markup to us; what is made here has none that is escaped.
    #expect(feed.entries.map { Self.squeezed($0.title ?? "") } == titles.map(Self.squeezed))
  }

  private static func squeezed(_ text: String) -> String { text.filter { !$0.isWhitespace } }
}

/// Sound documents by dice.
private enum MadeFeed {
  static func rss(_ items: [String]) -> String {
    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Desk</title>"
      + items.map { "<item>\($0)</item>" }.joined(separator: "\n") + "</channel></rss>"
  }

  static func item(_ number: Int, _ random: inout SeededGenerator) -> String {
    var parts = [
      "<title>\(number) \(text(&random))</title>",
      "<guid isPermaLink='false'>g\(number)</guid>",
      "<description>\(markup(&random))</description>",
    ]
    if Bool.random(using: &random) { parts.append("<!-- \(number) <b> & -->") }
    if Bool.random(using: &random) { parts.append("<x:y xmlns:x='urn:x' a=\"1 > 0\"><z/>v</x:y>") }
    if Bool.random(using: &random) { parts.append("<?do it?>") }
    return parts.shuffled(using: &random).joined(
      separator: Bool.random(using: &random) ? "" : "\n ")
  }

  private static let words = [
    "堤坝", "水位", "bridge", "Ü", "ferry stopped", "&amp;", "&#x6c34;", "&#20301;", "&gt;", "]]",
    "<![CDATA[ a > b ]]>", "\"", "'", "=", "/", "—",
  ]

  private static func text(_ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...6, using: &random)).map { _ in
      words.randomElement(using: &random) ?? ""
    }.joined(separator: " ")
  }

  private static func markup(_ random: inout SeededGenerator) -> String {
    "&lt;p&gt;\(text(&random))&lt;/p&gt;<![CDATA[<b>\(Int.random(in: 0...99, using: &random))</b>]]>"
  }
}

/// What Foundation's parser hears between the tags of each item's title.
private final class TitleListener: NSObject, XMLParserDelegate {
  private var titles: [String] = []
  private var isInItem = false
  private var isInTitle = false

  static func titles(in document: String) -> [String]? {
    let parser = XMLParser(data: Data(document.utf8))
    let listener = TitleListener()
    parser.delegate = listener
    return parser.parse() && parser.parserError == nil ? listener.titles : nil
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if name == "item" { isInItem = true }
    if name == "title", isInItem {
      isInTitle = true
      titles.append("")
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "item" { isInItem = false }
    if name == "title" { isInTitle = false }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { add(string) }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    add(String(decoding: block, as: UTF8.self))
  }

  private func add(_ text: String) {
    if isInTitle, !titles.isEmpty { titles[titles.count - 1] += text }
  }
}
