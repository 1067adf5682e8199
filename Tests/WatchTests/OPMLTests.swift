import Bytes
import Foundation
import FoundationXML
import Testing
import Watch

@Suite("A list of sources in OPML")
struct OPMLTests {
  static let list = """
    <?xml version="1.0" encoding="UTF-8"?>
    <opml version="2.0"><head><title>值班信源</title></head><body>
      <outline text="官方">
        <outline text="县 &amp; 镇" title="x">
          <outline type="rss" text="县政府" xmlUrl="https://a.example/rss?x=1&amp;y=2" htmlUrl="https://a.example/" language="zh-cn"/>
        </outline>
        <outline TYPE="rss" TITLE="气象" XMLURL=" http://b.example/feed "/>
      </outline>
      <outline text="坏" xmlUrl="javascript:alert(1)"/>
      <outline text="文件" xmlUrl="file:///etc/passwd"/>
      <outline text="别的清单" type="include" url="https://c.example/more.opml"/>
      <outline text="网页" type="link" url="https://c.example/"/>
      <outline xmlUrl="https://d.example/atom" category="/媒体/市级,/其他"/>
    </body></opml>
    """

  @Test("is read with its folders, pages and languages, and only with links to the web")
  func read() throws {
    let found = try readOPML(Array(Self.list.utf8))
    #expect(
      found == [
        OPMLOutline(
          xmlUrl: "https://a.example/rss?x=1&y=2", htmlUrl: "https://a.example/", title: "县政府",
          category: ["官方", "县 & 镇"], language: "zh-cn"),
        OPMLOutline(xmlUrl: "http://b.example/feed", title: "气象", category: ["官方"]),
        OPMLOutline(xmlUrl: "https://d.example/atom", category: ["媒体", "市级"]),
      ])
  }

  @Test("is read in other encodings, cut off, or without its frame")
  func damage() throws {
    let cut = Array(Self.list.utf8).split(separator: 0x0a).prefix(7)
    #expect(try readOPML(Array(cut.joined(separator: [0x0a]))).count == 2)
    // 官方 in GBK.
    let bytes =
      Array("<?xml version='1.0' encoding='gb2312'?><opml><body><outline text='".utf8)
      + [0xb9, 0xd9, 0xb7, 0xbd] + Array("' xmlUrl='https://a.example/'/></body></opml>".utf8)
    #expect(try readOPML(bytes).map(\.title) == ["官方"])
    let bare = "<outline text='a'><outline xmlUrl='https://a.example/'/></outline>"
    #expect(try readOPML(Array(bare.utf8)).map(\.category) == [["a"]])
  }

  @Test(
    "is refused where it is none, and says what it is",
    arguments: [
      ("", FeedFailure.empty), ("<html><title>Log in</title></html>", .html(title: "Log in")),
      ("<rss></rss>", .noOutlines("<rss></rss>")),
    ])
  func strangers(text: String, failure: FeedFailure) {
    #expect(throws: failure) { try readOPML(Array(text.utf8)) }
  }

  static let sources = [
    OPMLOutline(xmlUrl: "https://a.example/1", category: ["x", "y"]),
    OPMLOutline(xmlUrl: "https://a.example/2", title: "a \"b\" <c> & 'd'", category: ["x", "y"]),
    OPMLOutline(xmlUrl: "https://a.example/3?a=1&b=<2>", category: ["x"], language: "en"),
    OPMLOutline(
      xmlUrl: "https://a.example/4", htmlUrl: "https://a.example/?p=1&q=2", title: "媒体"),
    OPMLOutline(xmlUrl: "https://a.example/5", title: "a", category: ["媒 & <体>", "x"]),
  ]

  @Test("is read back as it was written, and is well-formed")
  func roundTrip() throws {
    let created = try #require(Instant(iso8601: "2026-11-22T05:06:07Z"))
    let bytes = writeOPML(Self.sources, title: "a & b < c", created: created)
    #expect(try readOPML(bytes) == Self.sources)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("<title>a &amp; b &lt; c</title>"))
    #expect(text.contains("<dateCreated>Sun, 22 Nov 2026 05:06:07 GMT</dateCreated>"))
    #expect(text.ranges(of: "<outline text=\"x\">").count == 2)
    // Foundation's document reader, which is strict, has to take it as well.
    #expect(XMLParser(data: Data(bytes)).parse())
  }

  @Test("is well-formed whatever a name holds, and however deep a folder is")
  func hostile() throws {
    let deep = OPMLOutline(
      xmlUrl: "https://a.example/", title: "a\u{0}\u{1b}\u{ffff}\nb",
      category: (0..<500).map { "f\($0)" })
    let bytes = writeOPML([deep, deep], title: "\u{8}")
    #expect(XMLParser(data: Data(bytes)).parse())
    #expect(try readOPML(bytes).map(\.title) == ["a b", "a b"])
    let nest = String(repeating: "<outline text='x'>", count: 20_000)
    #expect(try readOPML(Array(("<opml>" + nest).utf8)).isEmpty)
  }
}
