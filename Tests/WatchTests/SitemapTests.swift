import Bytes
import Testing
import Watch

@Suite("Reading a sitemap")
struct SitemapTests {
  static let news = """
    <?xml version="1.0" encoding="UTF-8"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
      xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
      xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url>
        <loc>https://daily.example.cn/a/1.html?x=1&amp;y=2</loc>
        <lastmod>2026-11-22T14:00:00+08:00</lastmod>
        <n:news>
          <n:publication><n:name>清河日报</n:name><n:language>zh-cn</n:language></n:publication>
          <n:publication_date>2026-11-22T13:05:00+08:00</n:publication_date>
          <n:title>清河 &amp; 石桥：二号桥封闭</n:title>
          <n:keywords>桥梁, 交通</n:keywords>
        </n:news>
        <image:image><image:loc>/img/1.jpg</image:loc></image:image>
      </url>
      <url><loc>https://daily.example.cn/about</loc><lastmod>2026-11-01</lastmod></url>
    </urlset>
    """

  @Test("takes the titles, dates and links of a site's newest articles")
  func articles() throws {
    let feed = try FeedSamples.read(Self.news)
    #expect(feed.format == "News sitemap 0.9")
    #expect(feed.title == "清河日报")
    #expect(feed.problems == [.untitled(1)])
    try #require(feed.entries.count == 1)
    let entry = feed.entries[0]
    #expect(entry.title == "清河 & 石桥：二号桥封闭")
    #expect(entry.link == "https://daily.example.cn/a/1.html?x=1&y=2")
    #expect(entry.published == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(entry.updated == Instant(iso8601: "2026-11-22T06:00:00Z"))
    #expect(entry.language == "zh-cn")
    #expect(entry.categories == ["桥梁", "交通"])
    #expect(entry.images == ["https://source.example.cn/img/1.jpg"])
  }

  @Test("has no items where pages have no titles, and says so")
  func plain() throws {
    let feed = try FeedSamples.read(
      """
      <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <url><loc>https://a.example/1</loc><lastmod>2026-11-22</lastmod></url>
      <url><loc>https://a.example/2</loc></url></urlset>
      """)
    #expect(feed.entries.isEmpty)
    #expect(feed.problems == [.untitled(2)])
  }

  @Test("refuses an index of sitemaps, and names one to use instead")
  func index() throws {
    let failure = try #require(throws: FeedFailure.self) {
      try FeedSamples.read(
        "<sitemapindex><sitemap><loc>https://a.example/news.xml</loc></sitemap></sitemapindex>")
    }
    #expect(failure == .sitemapIndex(first: "https://a.example/news.xml"))
    #expect(failure.explanation.en.contains("such as https://a.example/news.xml"))
    #expect(failure.explanation.zh.contains("https://a.example/news.xml"))
  }

  @Test("keeps what was whole of one that is cut, at any byte", arguments: 0..<12)
  func cut(part: Int) throws {
    let bytes = Array(Self.news.utf8)
    let feed = try? FeedSamples.read(Array(bytes[..<(bytes.count * part / 12)]))
    for entry in feed?.entries ?? [] { #expect(entry.title != nil) }
  }
}
