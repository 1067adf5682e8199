import Bytes
import Testing
import Watch

@Suite("A link of a feed")
struct FeedLinkTests {
  static func resolved(_ link: String, url: String) throws -> String? {
    let atom =
      "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a</title><link href=\"\(link)\"/></entry></feed>"
    return try FeedSamples.read(Array(atom.utf8), url: url).entries.first?.link
  }

  /// RFC 3986 §5.4, in so far as it leads to the web.
  @Test("is resolved as RFC 3986 has it", arguments: Self.references)
  func resolution(reference: String, expected: String) throws {
    #expect(try Self.resolved(reference, url: "http://a/b/c/d;p?q") == expected)
  }

  static let references = [
    ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
    ("/g", "http://a/g"),
    ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
    ("#s", "http://a/b/c/d;p?q#s"),
    ("g#s", "http://a/b/c/g#s"), (";x", "http://a/b/c/;x"), (".", "http://a/b/c/"),
    ("..", "http://a/b/"),
    ("../g", "http://a/b/g"), ("../../g", "http://a/g"), ("../../../g", "http://a/g"),
    ("/./g", "http://a/g"),
    ("g;x=1/../y", "http://a/b/c/y"), ("http://x/y/../z", "http://x/z"),
    (" g h ", "http://a/b/c/g%20h"),
    ("www.example.org/a", "http://www.example.org/a"),
  ]

  @Test(
    "leads to the web or nowhere",
    arguments: [
      "javascript:alert(1)", "mailto:a@b", "file:///etc/passwd", "data:,x", "http://", "ftp://a/b",
      " ", "tag:a,1",
    ])
  func schemes(link: String) throws {
    #expect(try Self.resolved(link, url: "http://a/b") == nil)
  }

  @Test("stays relative where nobody knows the feed's address")
  func noBase() throws {
    #expect(try Self.resolved("a/b", url: "") == "a/b")
    let rss = Array(
      "<rss><channel><link>http://a/</link><item><link>b</link></item></channel></rss>".utf8)
    #expect(try FeedSamples.read(rss, url: "").entries.first?.link == "b")
    #expect(try FeedSamples.read(rss, url: "http://c/d").entries.first?.link == "http://a/b")
  }

  @Test("has one spelling for one page", arguments: Self.spellings)
  func canonical(link: String, expected: String) {
    #expect(canonicalLink(link) == expected)
    #expect(canonicalLink(expected) == expected)
  }

  static let spellings = [
    ("HTTP://News.Example.CN:80/A?b=2&a=1#top", "http://news.example.cn/A?a=1&b=2"),
    ("https://a.example:443", "https://a.example/"),
    ("https://a.example:80/", "https://a.example:80/"),
    ("https://a.example/1?utm_source=x&UTM_Medium=y&spm=1.2&from=timeline", "https://a.example/1"),
    ("https://a.example/1?id=3&from=x&_t=9", "https://a.example/1?id=3"),
    ("https://a.example/?", "https://a.example/"),
    ("https://a.example/1?from2=x", "https://a.example/1?from2=x"), ("tag:a,1", "tag:a,1"),
  ]

  @Test("shows whether it names a person's account", arguments: Self.accounts)
  func handle(link: String, bears: Bool) {
    #expect(bearsHandle(link: link) == bears)
  }

  static let accounts = [
    ("https://social.example/@river_bob/112", true), ("https://weibo.com/u/1234567", true),
    ("https://weibo.com/1234567/AbC", true), ("https://forum.example/user/lee", true),
    ("https://forum.example/Users/lee?x=1", true), ("https://x.example/lee/status/99", true),
    ("https://space.bilibili.com/12345", true), ("https://photo.weibo.com/1234567890/a", true),
    ("https://us.weibo.com/1234567890", true), ("https://m.weibo.com/1234567890", true),
    ("https://s.weibo.com/1234567890", true), ("https://r.weibo.com/1234567890", true),
    ("https://bsky.app/profile/lee.example/post/1", true),
    ("https://www.reddit.com/r/u_river_bob/comments/1/x/", true),
    ("https://www.reddit.com/r/u_/comments/1/x/", false),
    ("https://www.reddit.com/r/rivers/comments/1/u_x/", false),
    ("https://news.example.cn/2026/11/22/1.html", false), ("https://news.example.cn/u/", false),
    ("https://news.example.cn/a?user=lee", false), ("https://news.example.cn/@", false),
    ("", false),
  ]
}
