import Bytes
import Testing
import Watch

@Suite("The safe markup of a text")
struct SafeMarkupTests {
  static func limits() -> FeedLimits {
    var limits = FeedLimits.standard
    limits.keepsMarkup = true
    return limits
  }

  static func safe(_ html: String, url: String = "https://desk.example/feed/") throws -> String? {
    let feed = try FeedSamples.read(
      Array(FeedSamples.rss("<description><![CDATA[\(html)]]></description>").utf8), url: url,
      limits: limits())
    return feed.entries.first?.text
  }

  @Test("is only made when it is asked for")
  func asked() throws {
    #expect(try FeedSamples.text(ofHTML: "<b>Bridge</b> shut") == "Bridge shut")
    #expect(try FeedSamples.text(ofHTML: "<img src=a.png>") == "")
    #expect(try Self.safe("<b>Bridge</b> shut") == "<b>Bridge</b> shut")
    #expect(try Self.safe("<img src=a.png>") == "<img src=\"https://desk.example/feed/a.png\" />")
  }

  @Test("keeps what shows something, written in one way", arguments: Self.kept)
  func keeps(html: String, safe: String) throws {
    #expect(try Self.safe(html) == safe)
  }

  static let kept = [
    ("<P ALIGN=left Class='a'>x</P>", "<p align=\"left\" class=\"a\">x</p>"),
    ("a<br>b<BR/>c<hr noshade>", "a<br />b<br />c<hr noshade=\"noshade\" />"),
    (
      "<img width=4 src='http://a/b' alt=\"<&>\">",
      "<img alt=\"&lt;&amp;&gt;\" src=\"http://a/b\" width=\"4\" />"
    ),
    (
      "<a rel=NoFollow href='/x?a=1&b=2'>y</a>",
      "<a href=\"https://desk.example/x?a=1&amp;b=2\" rel=\"nofollow\">y</a>"
    ),
    ("<span title=''></span>", "<span title=\"\"></span>"),
    ("<i class=a class=b>x</i>", "<i class=\"b\">x</i>"),
    ("5 < 6 &amp; 7 & 8 &eacute;", "5 &lt; 6 &amp; 7 &amp; 8 &eacute;"),
    (
      "<svg viewbox='0 0 9 9'><lineargradient/><path d='M0 0' foo=1 /></svg>",
      "<svg viewBox=\"0 0 9 9\" xmlns=\"http://www.w3.org/2000/svg\"><linearGradient></linearGradient>"
        + "<path d=\"M0 0\"></path></svg>"
    ),
    (
      "<math><mi mathvariant=bold>x</mi><foo>y</foo></math>",
      "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi mathvariant=\"bold\">x</mi>y</math>"
    ),
    ("x <!DOCTYPE", "x &lt;!DOCTYPE"), ("x <!y", "x &lt;!y"),
  ]

  @Test("leaves out what runs, fetches by itself, or nobody knows", arguments: Self.dropped)
  func drops(html: String, safe: String?) throws {
    #expect(try Self.safe(html) == safe)
  }

  static let dropped: [(String, String?)] = [
    ("a<script>b('<i>')</script>c<style>d{}</style>e<applet>f</applet>", "ace"),
    ("a<SCRIPT src=x>b</script\n>c", "ac"), ("<script>never closed", nil),
    ("<img src=http://a/b onerror=go() ONLOAD='go()'>", "<img src=\"http://a/b\" />"),
    ("<a href='javascript:go()'>x</a>", "<a href=\"\">x</a>"),
    ("<a href=' java\tscript&#58;go()'>x</a>", "<a href=\"\">x</a>"),
    ("<a href='&#x6A;avascript:go()'>x</a>", "<a href=\"\">x</a>"),
    (
      "<a href='vbscript:go()'>x</a><img src='data:text/html,x'>",
      "<a href=\"\">x</a><img src=\"\" />"
    ),
    ("<form action='javascript:go()'></form>", "<form action=\"\"></form>"),
    ("<object data=x>a<param name=y></object><iframe src=z>b</iframe><blink>c</blink>", "abc"),
    ("a<!-- b --><!--[if IE]>c<![endif]-->d<!-- -- e >f", "adf"),
    ("a<?php b ?>c<!DOCTYPE html>d", "acd"),
    ("<meta http-equiv=refresh><link rel=x><base href=y>a", "a"),
    ("<svg xmlns='urn:other'><path d='M0'/></svg>x", "x"),
    ("<path d='M0'/>x", "x"), ("<b notreal=1 style=''>x</b>", "<b>x</b>"),
  ]

  @Test("keeps of a style what only changes the look of words", arguments: Self.styles)
  func style(style: String, safe: String?) throws {
    let attribute = safe.map { " style=\"\($0)\"" } ?? ""
    #expect(try Self.safe("<p style=\"\(style)\">x</p>") == "<p\(attribute)>x</p>")
  }

  static let styles: [(String, String?)] = [
    ("COLOR : red;font-size:12px", "COLOR: red; font-size: 12px;"),
    ("position:absolute; left:0; color:#00f", "color: #00f;"),
    ("margin:0 auto 12px -2px", nil), ("margin: 0 auto 12px", "margin: 0 auto 12px;"),
    ("padding: 99999em", nil),
    ("border: 1px solid rgb(1, 2, 3)", "border: 1px solid rgb(1, 2, 3);"),
    ("background: url(http://a/b) red", "background: red;"),
    ("width: expression(go())", nil), ("color: red; behavior: url(x); -moz-binding: y", nil),
    ("color: r\\65 d", nil), ("color", nil), ("a:b:c", nil), ("", nil),
    ("font-family: 'Some Font', serif", "font-family: 'Some Font', serif;"),
  ]

  @Test("of inline XHTML is without the div around it, and closes what a slash closed")
  func inline() throws {
    let feed = try FeedSamples.read(
      Array(
        """
        <feed xmlns="http://www.w3.org/2005/Atom" xmlns:h="http://www.w3.org/1999/xhtml"><entry>
        <title type="xhtml"><h:div><h:b>Dam</h:b> &lt; full</h:div></title>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p id="a"/><![CDATA[1 < 2]]>
        </div></content></entry></feed>
        """.utf8), limits: Self.limits())
    #expect(feed.entries.first?.title == "<b>Dam</b> &lt; full")
    #expect(feed.entries.first?.text == "<p id=\"a\"></p>1 &lt; 2")
  }

  @Test("of a title keeps what is no tag, and of plain text means the same")
  func titles() throws {
    let feed = try FeedSamples.read(
      Array(
        """
        <feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a &lt; b &amp; c</title></entry></feed>
        """.utf8), limits: Self.limits())
    #expect(feed.entries.first?.title == "a &lt; b &amp; c")
    let rss = try FeedSamples.read(
      Array(FeedSamples.rss("<title>&lt;/tag&gt; &lt;b&gt;x&lt;/b&gt;</title>").utf8),
      limits: Self.limits())
    #expect(rss.entries.first?.title == "&lt;/tag> <b>x</b>")
  }

  @Test(
    "takes time in proportion to its size",
    arguments: ["<!", "<!--", "<a b='", "<![CDATA[", "<script>", "&", "<?", "<p style='a:b"])
  func linear(piece: String) throws {
    let clock = ContinuousClock()
    func time(_ count: Int) throws -> Duration {
      let html = String(repeating: piece, count: count).replacing("&", with: "&amp;")
        .replacing("<", with: "&lt;")
      let bytes = Array(FeedSamples.rss("<description>\(html)</description>").utf8)
      return try clock.measure { _ = try FeedSamples.read(bytes, limits: Self.limits()) }
    }
    _ = try time(100)
    let small = try time(4000)
    let large = try time(32_000)
    // Eight times as much may take eight times as long; sixty-four times would be the square.
    #expect(large < max(small * 30, .seconds(2)), "\(small) and \(large)")
  }
}
