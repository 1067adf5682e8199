import Testing
import Watch

@Suite("Looking for feeds on a page")
struct FeedDiscoveryTests {
  static func find(_ page: String, url: String = "https://www.example.cn/news/index.html")
    -> [FeedCandidate]
  {
    discoverFeeds(in: Array(page.utf8), url: url)
  }

  @Test("finds what the page names, and after it links that look like feeds")
  func both() {
    let found = Self.find(
      """
      <html><head><base href="/base/"><link rel="Alternate Home" type="application/RSS+xml; charset=utf-8" title="通知 &amp; 公告" href="rss.xml">
      <link rel=alternate type=application/atom+xml href="//other.example/atom">
      <link rel="alternate" type="application/feed+json" href="/feed.json">
      <link rel="alternate" type="text/html" hreflang="en" href="/en">
      <link rel="stylesheet" type="text/xml" href="/style.xml">
      <link rel="alternate" type="application/json" href="https://www.example.cn/wp-json/wp/v2/pages/1">
      <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head>
      <body><a href="/rss">订阅 <b>RSS</b></a><a href="/rss.xml">again</a><a href="rss.xml#x">the first</a>
      <a href="/feedback">no</a><a href="/about.html">no</a><a href="feed:https://x.example/rss">no</a>
      <a hidden href="/hidden/feed">no</a><a href="/x?format=atom">Atom</a></body></html>
      """)
    #expect(
      found == [
        FeedCandidate(
          url: "https://www.example.cn/base/rss.xml", title: "通知 & 公告", type: "application/rss+xml"),
        FeedCandidate(url: "https://other.example/atom", type: "application/atom+xml"),
        FeedCandidate(url: "https://www.example.cn/feed.json", type: "application/feed+json"),
        FeedCandidate(url: "https://www.example.cn/rss", title: "订阅 RSS"),
        FeedCandidate(url: "https://www.example.cn/rss.xml", title: "again"),
        FeedCandidate(url: "https://www.example.cn/x?format=atom", title: "Atom"),
      ])
  }

  @Test("finds nothing where there is nothing, and gives nothing that is no whole address")
  func nothing() {
    #expect(Self.find("").isEmpty)
    #expect(Self.find("<rss><channel></channel></rss>").isEmpty)
    #expect(Self.find("<a href=/feed>f</a>", url: "").isEmpty)
    #expect(Self.find("<a href=ftp://a.example/feed>f</a><a href=data:,rss>f</a>").isEmpty)
  }

  @Test("gives no more than somebody looks through")
  func bounds() {
    let many = (0..<5000).map { "<a href=/rss/\($0)>x</a>" }.joined()
    #expect(Self.find(many).count == 64)
  }
}
