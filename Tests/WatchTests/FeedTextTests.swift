import Testing
import Watch

@Suite("The words of an entry")
struct FeedTextTests {
  @Test("hold no markup and keep their lines", arguments: Self.pieces)
  func words(html: String, words: String) throws {
    let read = try FeedSamples.text(ofHTML: html)
    #expect(read == words)
  }

  static let pieces = [
    ("<p>one</p><p>two</p>", "one\ntwo"), ("one<br>two<br/>three", "one\ntwo\nthree"),
    ("<div>a <b>b</b><i>c</i></div>", "a bc"), ("<ul><li>x</li><li>y</li></ul>", "x\ny"),
    ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
    ("a\n  b\t c", "a b c"), ("<pre>a\n  b</pre>c", "a\nb\nc"), ("a&nbsp;&nbsp;b", "a b"),
    ("&lt;b&gt; &amp;amp; &eacute; &hellip;", "<b> &amp; é …"),
    ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
    ("<!-- no -->a<!-- <b> -->b", "ab"), ("a<b title=\">\">c</b>", "ac"), ("a <b", "a"),
    ("cut <a href=\"http", "cut"),
    ("<o:i>word</o:i> <my-tag>x</my-tag>", "word x"), ("I <3 you </3", "I <3 you </3"),
    ("a\u{200b}b\u{feff}c", "abc"),
    ("<xhtml:p>a</xhtml:p><xhtml:p>b</xhtml:p>", "a\nb"),
    ("&amp &lt x &copy 1 &copy=2", "& < x © 1 &copy=2"),
    ("&nosuch; &#x41;&#66;&#67 d", "&nosuch; ABC d"), ("", ""), ("x <!y", "x <!y"),
    ("x <!y> z", "x z"), ("x <!-- y", "x"),
  ]

  @Test("leave out what is hidden", arguments: Self.hidden)
  func hiding(html: String) throws {
    #expect(try FeedSamples.text(ofHTML: "通报全文。\(html)<p>完</p>") == "通报全文。\n完")
  }

  /// As spam is slipped into the pages of others.
  static let hidden = [
    "<div style=\"display:none\">买药 <div>贷款</div> 棋牌</div>",
    "<div style='DISPLAY : none !important'>棋牌</div>",
    "<span hidden>棋牌</span>", "<span hidden=\"\">棋牌</span>",
    "<div style=\"visibility:hidden\">棋牌</div>",
    "<div style=\"position:fixed;left:-9000px;top:-9000px\"><a href=\"http://spam.example/\">棋牌</a></div>",
    "<p style=\"text-indent:-9999em\">棋牌</p>", "<font style=\"font-size:0px\">棋牌</font>",
    "<div style=\"height:0;overflow:hidden\">棋牌<br>贷款</div>", "<p style=\"display:none\">棋牌",
    "<p style='color:#FFF;background:white'>棋牌</p>", "<a style='color:transparent'>棋牌</a>",
    "<div style='background-color:#ffffff; color: rgb(255, 255, 255) !important'>棋牌</div>",
    "<div style='position:absolute;clip:rect(0 0 0 0)'>棋牌</div>",
    "<div style='clip-path:inset(100%)'>棋牌</div>", "<div style='transform:scale(0)'>棋牌</div>",
    "<div style='transform:translate(-9999px, 0)'>棋牌</div>",
    "<div style='content-visibility:hidden'>棋牌</div>",
    "<div style='mso-hide:all'>棋牌</div>", "<div style='margin-left:-5000px'><ul><li>棋牌</ul></div>",
    "<script>document.write('棋牌')</script>", "<marquee style=\"opacity:0\">棋牌</marquee>",
  ]

  @Test("keep what only looks hidden", arguments: Self.shown)
  func notHidden(html: String) throws {
    #expect(try FeedSamples.text(ofHTML: html).contains("水位"))
  }

  static let shown = [
    "<div style=\"font-size:0.9em\">水位</div>", "<div style=\"left:-5px;opacity:0.5\">水位</div>",
    "<div style=\"overflow:hidden;height:100px\">水位</div>", "<div data-hidden=\"1\">水位</div>",
    "<div class=\"hidden\">水位</div>", "<div style=\"display:none\"></div>水位",
    "<div style=\"display:none\"/>水位", "<img style=\"display:none\" src=a>水位",
    "<input type=hidden>水位", "<p style='color:#fff;background:#000'>水位</p>",
    "<p style='color:white'>水位</p>", "<p style='background:white'>水位</p>",
    "<p style='transform:translate(-5px,0)'>水位</p>", "<p style='clip:auto'>水位</p>",
  ]

  @Test("are joined where a line of Chinese was broken in the source")
  func softBreaks() throws {
    #expect(try FeedSamples.text(ofHTML: "水位\n  上涨，\n请注意 OK\nthen 完") == "水位上涨，请注意 OK then 完")
    #expect(try FeedSamples.text(ofHTML: "수위 상승\n주의") == "수위 상승 주의")
  }

  @Test("are joined where lines of Chinese were broken at a width")
  func hardWrap() throws {
    let wrapped = """
      关于防汛工作的通知

      　　各乡镇人民政府要高度重视当前的防汛形势，落实二十四小时值班制度，确保信

      息畅通，遇有险情立即转移群众，不得迟报漏报，并于每日十八时前报送“零报告

      ”情况。

      　　各部门要密切配合，加强对水库、河堤和地质灾害隐患点的巡查，发现问题及时

      处置。
      """
    let joined = """
      关于防汛工作的通知
      各乡镇人民政府要高度重视当前的防汛形势，落实二十四小时值班制度，确保信息畅通，遇有险情立即转移群众，不得迟报漏报，并于每日十八时前报送“零报告”情况。
      各部门要密切配合，加强对水库、河堤和地质灾害隐患点的巡查，发现问题及时处置。
      """
    let lines = try FeedSamples.text(ofHTML: "<pre>\(wrapped)</pre>")
    #expect(lines == joined)
    let breaks = wrapped.split(separator: "\n").joined(separator: "<br>")
    let broken = try FeedSamples.text(ofHTML: breaks)
    #expect(broken == joined)
  }

  @Test("are left in lines where lines are meant", arguments: Self.meantLines)
  func lines(text: String) throws {
    let html = text.split(separator: "\n").map { "<p>\($0)</p>" }.joined()
    #expect(try FeedSamples.text(ofHTML: html) == text)
  }

  static let meantLines = [
    "名单\n张村\n李村\n王村", "一号桥恢复通行并已完成安全检测。\n二号桥恢复通行并已完成安全检测。\n三号桥恢复通行并已完成安全检测。",
    "The first line is long enough to look like one\nThe second line is as long as the first one\nAnd so is the third",
    "第一条，关于防汛值班制度的若干规定\n说明",
  ]

  @Test("of a title stand on one line, and keep what is no tag of HTML")
  func titles() throws {
    func title(_ text: String) throws -> String? {
      try FeedSamples.read(FeedSamples.rss("<title>\(text)</title>")).entries.first?.title
    }
    #expect(try title("水位\n上涨 &lt;b&gt;快&lt;/b&gt;讯") == "水位上涨 快讯")
    #expect(try title("List&lt;String&gt; in use") == "List<String> in use")
    #expect(try title("<![CDATA[A &amp; B<br>C]]>") == "A & B C")
    #expect(try title("  ") == nil)
  }

  @Test("of plain text in Atom and JSON are taken as they stand, unless they are plainly markup")
  func plain() throws {
    let atom = try FeedSamples.read(
      """
      <feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x &lt;y&gt; z</title>
      <summary>a &lt; b\nc</summary></entry><entry><title>&lt;b&gt;x&lt;/b&gt; &amp;amp; y</title></entry></feed>
      """)
    #expect(atom.entries.map(\.title) == ["x <y> z", "x & y"])
    #expect(atom.entries.first?.text == "a < b\nc")
  }
}
