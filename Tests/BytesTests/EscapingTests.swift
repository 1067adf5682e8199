import Bytes
import Testing

@Suite("Foreign text")
struct EscapingTests {
  static let hostile = "<script>alert('x')</script>\u{1b}[2J\u{202e}gnp.exe\r\nBcc: all\u{0}&\"|#"

  @Test("cannot leave an HTML text or attribute")
  func html() {
    let escaped = escapedHTML(Self.hostile)
    #expect(!escaped.contains("<") && !escaped.contains(">"))
    #expect(!escaped.contains("\"") && !escaped.contains("'"))
    #expect(!escaped.unicodeScalars.contains("\u{0}") && !escaped.unicodeScalars.contains("\u{1b}"))
    #expect(escapedHTML("a & b") == "a &amp; b")
  }

  @Test("cannot move the cursor, turn the line around or start a new one")
  func terminal() {
    let safe = terminalSafe(Self.hostile)
    #expect(safe.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202e })
    #expect(safe.contains("\\u{1B}[2J") && safe.contains("\\u{202E}gnp"))
    #expect(terminalSafe("一\n二", keepsLines: true) == "一\n二")
  }

  @Test("cannot begin markup or a new table row in Markdown")
  func markdown() {
    let escaped = escapedMarkdown("# [a](http://b) | `c`\n<i> & *d*")
    #expect(escaped == ##"\# \[a\](http://b) \| \`c\` &lt;i&gt; &amp; \*d\*"##)
    #expect(escapedMarkdown("1. x") == #"1\. x"# && escapedMarkdown("- x") == #"\- x"#)
    #expect(escapedMarkdown("2026-09-21 1.5") == "2026-09-21 1.5")
  }

  @Test(
    "is a link only if it is http",
    arguments: [
      ("https://a.example/b?c=d", true), ("HTTP://A.example", true), ("javascript:alert(1)", false),
      ("file:///etc/passwd", false), ("https://a.example/ b", false),
      ("https://a\u{202e}.example", false),
    ])
  func links(text: String, isLink: Bool) {
    #expect((safeLink(text) != nil) == isLink)
  }
}
