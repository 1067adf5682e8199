import Testing
import Watch

@Suite("The feeds that a page names")
struct PageFeedTests {
  static let cases: [(String, [String])] = [
    ("<html><title>x</title>", []),
    (
      #"<head><LINK rel="alternate" type="application/rss+xml" title="a > b" href="/rss.xml?a=1&amp;b=2">"#,
      []
    ),
    (
      #"<head><LINK rel="alternate" type="application/rss+xml" href="/rss.xml?a=1&amp;b=2">"#,
      ["https://gov.example/rss.xml?a=1&b=2"]
    ),
    (
      "<link href=atom.xml type='application/atom+xml; charset=utf-8' rel='ALTERNATE home'/>",
      ["https://gov.example/news/atom.xml"]
    ),
    (#"<link rel="stylesheet" type="application/rss+xml" href="/x">"#, []),
    (#"<link rel="alternate" type="text/html" href="/en">"#, []),
    (#"<link rel="alternate" type="application/rss+xml" href="javascript:x">"#, []),
    (#"<link rel="alternate" type="application/rss+xml""#, []), ("<link", []), ("<link>", []),
    (#"<link rel="alternate" type="application/rss+xml" href="/cut"#, []),
    (
      String(repeating: #"<link rel=alternate type=application/feed+json href=/j>"#, count: 9),
      ["https://gov.example/j"]
    ),
  ]

  @Test("are whole addresses, a few of them", arguments: cases)
  func links(page: String, expected: [String]) {
    #expect(feedLinks(inPage: Array(page.utf8), url: "https://gov.example/news/") == expected)
  }
}
