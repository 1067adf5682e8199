import Bytes
import Testing
import Watch

@Suite("Reading an interface by a field map")
struct FieldMapTests {
  static func path(_ text: String) throws -> JSONPath { try #require(JSONPath(text)) }
  static func template(_ text: String) throws -> JSONTemplate {
    try #require(JSONTemplate(text))
  }

  static func read(_ text: String, _ map: FieldMap) throws -> FeedDocument {
    try readFeed(
      Array(text.utf8), contentType: nil, url: "https://api.example/v1/list",
      zone: FeedSamples.shanghai, rule: .fields(map))
  }

  static func quakes() throws -> FieldMap {
    FieldMap(
      list: try path("data.groups[].rows"), id: try template("id"),
      title: try template("{place} {size}级地震"), text: try template("notes[].body"),
      link: try template("https://quake.example/e/{id}?p={place}"), date: try path("at"),
      updated: try path("changed"), author: try path("desk.name"), epoch: .milliseconds)
  }

  @Test("takes each part from where the map says it stands")
  func parts() throws {
    let feed = try Self.read(
      """
      {"data":{"groups":[{"rows":[{"id":7,"place":"清河","size":3.5,"at":1795323900000,
        "changed":"2026-11-22 14:00","desk":{"name":"台网"},
        "notes":[{"body":"<p>有感</p>"},{"body":"余震 &lt; 3 级"},{}]}]},{"rows":[]},
        {"rows":[{"id":"a/b c","place":"石桥","size":2,"at":"1795323900500"}]}]}}
      """, Self.quakes())
    #expect(feed.format == "JSON by a field map")
    try #require(feed.entries.count == 2)
    let first = feed.entries[0]
    #expect(first.guid == "7")
    #expect(first.title == "清河 3.5级地震")
    #expect(first.text == "有感\n余震 < 3 级")
    #expect(first.link == "https://quake.example/e/7?p=%E6%B8%85%E6%B2%B3")
    #expect(first.published == Instant(seconds: 1_795_323_900))
    #expect(first.updated == Instant(iso8601: "2026-11-22T14:00:00+08:00"))
    #expect(first.authors == [FeedAuthor(name: "台网")])
    #expect(feed.entries[1].link == "https://quake.example/e/a/b%20c?p=%E7%9F%B3%E6%A1%A5")
    #expect(feed.entries[1].published == Instant(microseconds: 1_795_323_900_500_000))
  }

  @Test("takes a text that is the list itself, and relative links")
  func bare() throws {
    let map = FieldMap(
      list: try Self.path(""), title: try Self.template("t"), link: try Self.template("u"))
    let feed = try Self.read(#"[{"t":"停水","u":"../a/1"},{"t":"恢复"}]"#, map)
    #expect(feed.entries.map(\.title) == ["停水", "恢复"])
    #expect(feed.entries.map(\.link) == ["https://api.example/a/1", nil])
  }

  @Test("makes no link of a template whose value is missing")
  func missing() throws {
    let map = FieldMap(
      list: try Self.path("rows[]"), title: try Self.template("t"),
      link: try Self.template("https://x.example/{id}"))
    #expect(try Self.read(#"{"rows":[{"t":"a"}]}"#, map).entries.map(\.link) == [nil])
  }

  @Test("cannot be led to another host by a value")
  func escape() throws {
    let map = FieldMap(
      list: try Self.path(""), title: try Self.template("t"),
      link: try Self.template("https://x.example{id}"))
    let feed = try Self.read(##"[{"t":"a","id":"@evil.example/#"}]"##, map)
    #expect(feed.entries.first?.link == "https://x.example%40evil.example/%23")
  }

  @Test("is content with a list that is empty, and says where one is not")
  func empty() throws {
    let map = try Self.quakes()
    #expect(try Self.read(#"{"data":{"groups":[]}}"#, map).entries.isEmpty)
    #expect(try Self.read(#"{"data":{"groups":[{"rows":null}]}}"#, map).entries.isEmpty)
    let failure = try #require(throws: FeedFailure.self) {
      try Self.read(#"{"code":401,"msg":"no"}"#, map)
    }
    #expect(failure == .noList(path: "data.groups[].rows", names: ["code", "msg"]))
    #expect(failure.explanation.en.contains("nothing at 'data.groups[].rows', but: code, msg"))
    #expect(
      throws: FeedFailure.noList(path: "{place} {size}级地震", names: ["name"])
    ) { try Self.read(#"{"data":{"groups":[{"rows":[{"name":"x"}]}]}}"#, map) }
  }

  @Test("refuses what is no JSON, and says what it is")
  func strangers() throws {
    let map = try Self.quakes()
    #expect(throws: FeedFailure.html(title: "Log in")) {
      try Self.read("<html><title>Log in</title></html>", map)
    }
    #expect(throws: FeedFailure.unknownFormat("oops")) { try Self.read("oops", map) }
    #expect(throws: FeedFailure.empty) { try Self.read(" ", map) }
  }
}

@Suite("Reading a page by its rule")
struct PageRuleTests {
  static func selector(_ text: String) throws -> Selector { try #require(Selector(text)) }

  static let page = """
    <!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>通知公告</title>
    <script>document.write("<li class=item><a href=/js>脚本</a></li>")</script></head>
    <body><div class="nav"><ul><li><a href="/">首页</a><li><a href="/about">关于</a></ul></div>
    <!-- <li class="item"><a href="/old">旧</a></li> -->
    <ul class='list news' id=main>
      <li class=item><a href=./202611/t1.html title="关于二号桥封闭施工的通告">关于二号桥封闭…</a><span class=date>2026-11-22</span>
      <li class="item top"><a href="/gg/2.html">停水通知 &amp; 安排</a> <p>城区<b>两天</b><p>请储水 <span class=date>[2026/11/21]</span>
      <li class="item" style="display:none"><a href="/spam">广告</a></li>
      <li class="item" hidden><a href="/spam2">广告二</a></li>
    </ul></body></html>
    """

  static func read(
    _ text: String, _ rule: PageRule, limits: FeedLimits = .standard
  ) throws -> FeedDocument {
    try readFeed(
      Array(text.utf8), contentType: nil, url: "https://www.qinghe.example/tz/index.html",
      zone: FeedSamples.shanghai, limits: limits, rule: .page(rule))
  }

  @Test("takes titles, links, texts and dates of what readers see")
  func items() throws {
    let rule = PageRule(
      item: try Self.selector("ul.news > li.item"), date: try Self.selector(".date"),
      text: try Self.selector("p"))
    let feed = try Self.read(Self.page, rule)
    #expect(feed.format == "HTML by a page rule")
    #expect(feed.title == "通知公告" && feed.language == "zh-CN")
    try #require(feed.entries.count == 2)
    #expect(feed.entries[0].title == "关于二号桥封闭施工的通告")
    #expect(feed.entries[0].link == "https://www.qinghe.example/tz/202611/t1.html")
    #expect(feed.entries[0].published == Instant(iso8601: "2026-11-22T00:00:00+08:00"))
    #expect(feed.entries[0].text == nil)
    #expect(feed.entries[1].title == "停水通知 & 安排")
    #expect(feed.entries[1].link == "https://www.qinghe.example/gg/2.html")
    #expect(feed.entries[1].text == "城区两天\n请储水 [2026/11/21]")
    #expect(feed.entries[1].published == Instant(iso8601: "2026-11-21T00:00:00+08:00"))
  }

  @Test("finds the date among the words of the item by a pattern")
  func pattern() throws {
    let rule = PageRule(
      item: try Self.selector("tr"), title: try Self.selector("td.t"),
      datePattern: DatePattern("yyyy年M月d日 HH:mm"))
    let feed = try Self.read(
      """
      <table><tr><td class=t>2026年防汛<td><a href=1>看</a> 发布于2026年6月1日 08:05 阅读20
      <tr><td class=t>无日期<td>昨天</table>
      """, rule)
    #expect(feed.entries.map(\.title) == ["2026年防汛", "无日期"])
    #expect(feed.entries[0].published == Instant(iso8601: "2026-06-01T08:05:00+08:00"))
    #expect(feed.entries[0].link == "https://www.qinghe.example/tz/1")
    #expect(feed.entries[1].published == nil && feed.entries[1].link == nil)
    #expect(feed.problems.map(\.kind).contains("unreadableDates"))
  }

  @Test("sees links from the page's base, and takes the exact time of a time element")
  func base() throws {
    let feed = try Self.read(
      """
      <base href="/news/"><div class=a><h2><a href="x.html">One</a></h2>
      <time datetime="2026-11-22T05:00:00Z">an hour ago</time></div>
      <div class=a><h2><a href="javascript:void(0)">Two</a></h2></div>
      <div class=a><h2><a href="#top">Three</a></h2></div>
      """,
      PageRule(
        item: try Self.selector(".a"), title: try Self.selector("h2"),
        date: try Self.selector("time")))
    #expect(feed.entries.map(\.link) == ["https://www.qinghe.example/news/x.html", nil, nil])
    #expect(feed.entries.map(\.title) == ["One", "Two", "Three"])
    #expect(feed.entries[0].published == Instant(iso8601: "2026-11-22T05:00:00Z"))
  }

  @Test("is decoded as its meta element or its bytes say")
  func encoding() throws {
    // 停水 in GBK.
    let words: [UInt8] = [0xcd, 0xa3, 0xcb, 0xae]
    let bytes =
      Array("<html><head><meta charset=gb2312></head><li><a href=/1>".utf8) + words
      + Array("</a></html>".utf8)
    let feed = try readFeed(
      bytes, contentType: "text/html", url: "https://a.example/", zone: FeedSamples.shanghai,
      rule: .page(PageRule(item: try Self.selector("li"))))
    #expect(feed.encoding == "gb18030")
    #expect(feed.entries.map(\.title) == ["停水"])
  }

  @Test("says which selector finds nothing, and on which page")
  func nothing() throws {
    let gone = try #require(throws: FeedFailure.self) {
      try Self.read(Self.page, PageRule(item: try Self.selector("div.articles li")))
    }
    #expect(gone == .noItem(selector: "div.articles li", page: "通知公告"))
    #expect(gone.explanation.en.contains("'通知公告' fits 'div.articles li'"))
    #expect(gone.explanation.zh.contains("div.articles li"))
    #expect(throws: FeedFailure.noItem(selector: "li.item h4", page: "通知公告")) {
      try Self.read(
        Self.page,
        PageRule(item: try Self.selector("li.item"), title: try Self.selector("h4")))
    }
    // What is hidden gives no items, also if nothing else is there.
    #expect(throws: FeedFailure.self) {
      try Self.read(
        "<div hidden><li><a href=1>a</a></div>", PageRule(item: try Self.selector("li")))
    }
  }

  /// The items that a selector finds, by what is written in them.
  static func found(_ selector: String, in page: String) throws -> [String] {
    do {
      return try read(
        page, PageRule(item: try Self.selector(selector), title: try Self.selector("i"))
      )
      .entries.compactMap(\.title)
    } catch is FeedFailure {
      return []
    }
  }

  @Test("understands selectors as browsers do", arguments: Self.cases)
  func selectors(selector: String, page: String, found: [String]) throws {
    #expect(try Self.found(selector, in: page) == found)
  }

  static let cases: [(String, String, [String])] = [
    ("p", "<p><i>1</i><p><i>2</i>", ["1", "2"]),
    ("P.X", "<p class='x'><i>1</i></p><p class='a X b'><i>2</i>", ["2"]),
    ("#m b, u", "<u><i>1</i></u><div id=m><b><i>2</i></b></div><b><i>3</i></b>", ["1", "2"]),
    ("div > b", "<div><b><i>1</i></b><s><b><i>2</i></b></s></div>", ["1"]),
    (
      "div s > b", "<div><s><em><b><i>1</i></b></em></s><em><s><b><i>2</i></b></s></em></div>",
      ["2"]
    ),
    ("div>*", "<div><b><i>1</i></b></div>", ["1"]),
    ("[data-k]", "<b data-k><i>1</i></b><b><i>2</i></b>", ["1"]),
    (
      "b[data-k=v]", "<b data-k=v><i>1</i></b><b DATA-K='v'><i>2</i></b><b data-k=w><i>3</i></b>",
      ["1", "2"]
    ),
    ("b[k=\"a & b\"]", "<b k='a &amp; b'><i>1</i></b>", ["1"]),
    ("b[k^=ab]", "<b k=abc><i>1</i></b><b k=cab><i>2</i></b>", ["1"]),
    ("b[k$='c']", "<b k=abc><i>1</i></b><b k=cab><i>2</i></b>", ["1"]),
    ("b[k*=b]", "<b k=abc><i>1</i></b><b k=cx><i>2</i></b>", ["1"]),
    // Where elements end that nobody closed.
    ("ul > li", "<ul><li><i>1</i><ul><li><i>2</i></ul><li><i>3</i></ul>", ["1", "2", "3"]),
    (
      "table > tbody > tr > td", "<table><tr><td><i>1</i><td><i>2</i><tr><td><i>3</i></table>",
      ["1", "2", "3"]
    ),
    (
      "body > p", "<html><head><title>t</title><body><p><i>1</i><div></div><p><i>2</i>", ["1", "2"]
    ),
    ("div > u", "<div><span></div></span><u><i>1</i></u>", []),
    ("div > u", "<div><span></b></p></td></span><u><i>1</i></u></div>", ["1"]),
    ("dl > dd", "<dl><dt>a<dd><i>1</i><dt>b<dd><i>2</i></dl>", ["1", "2"]),
    ("div > a", "<div><a href=1><i>1</i><a href=2><i>2</i></div>", ["1", "2"]),
    ("div > a", "<div><a href=1><p><i>1</i></a><a href=2><i>2</i></a></div>", ["1", "2"]),
    ("div > u", "<div><img><br/><input x><u><i>1</i></u></div>", ["1"]),
    ("p", "<textarea><p><i>1</i></textarea><p><i>2</i>", ["2"]),
    (
      "p", "<noscript><p><i>1</i></p></noscript><template><p><i>2</i></p></template><p><i>3</i>",
      ["3"]
    ),
    ("p", "<p title='a > b'><i>1</i></p><p title=\"'\"><i>2</i></p>", ["1", "2"]),
    ("p", "<!-->><p><i>1</i></p><!-- --><p><i>2</i>", ["1", "2"]),
    ("p", "a < b <p><i>1</i></p> <3", ["1"]),
  ]

  @Test(
    "takes no selector that it does not understand whole",
    arguments: [
      "", " ", "li:first-child", "a + b", "a ~ b", ">a", "a >", "a,,b", "a,", "[a", "[a=]", "[=b]",
      ".", "#", "a..b",
      "a[b='c]", "[a^='']", "a]", "a{", String(repeating: "a ", count: 65),
    ])
  func badSelectors(text: String) {
    #expect(Selector(text) == nil)
  }

  @Test(
    "takes time in proportion to the page, however it is written",
    arguments: [
      "<div>", "<li>", "<a href=1>", "<p><b>", "</div>", "<table>", "<table><tr><td>", "<a b='",
      "<!--", "<", "</",
      "<script>", "<a title=\"", "<ul><li>", "<h1>", "<p hidden>", "<x y=\"z\">",
    ])
  func linear(piece: String) throws {
    let rule = PageRule(
      item: try Self.selector("div li, li div, a, p b, td > *, x"),
      date: try Self.selector("a a a a"),
      text: try Self.selector("* * * * *"), datePattern: DatePattern("yyyy-MM-dd"))
    func seconds(_ count: Int) -> Double {
      let page = String(repeating: piece, count: count) + "words"
      let time = ContinuousClock().measure { _ = try? Self.read(page, rule) }
      return Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds)
    }
    _ = seconds(100)
    let small = seconds(2000)
    let large = seconds(16_000)
    // Eight times as much may take eight times as long; sixty-four times would be the square.
    #expect(large < max(small * 30, 2), "\(small) s and \(large) s")
  }

  @Test("stops at its limits, and tells of it")
  func limits() throws {
    let rule = PageRule(item: try Self.selector("li"))
    let page = "<ul>" + (0..<50).map { "<li><a href=\($0)>t\($0)</a>" }.joined()
    let few = try Self.read(page, rule, limits: FeedLimits(entries: 3))
    #expect(few.entries.count == 3 && few.problems == [.tooManyEntries(kept: 3, of: 50)])
    let cut = try Self.read(page, rule, limits: FeedLimits(nodes: 20))
    #expect((1..<20).contains(cut.entries.count) && cut.problems.contains(.tooManyElements))
    let deep = String(repeating: "<div><a href=1>x</a>", count: 5000)
    #expect(
      try Self.read(deep, PageRule(item: try Self.selector("div > div"))).problems
        .contains(.tooManyElements))
  }

  @Test("never crashes, and gives one answer, whatever byte is changed or missing")
  func damage() throws {
    let rule = PageRule(
      item: try Self.selector("li.item"), date: try Self.selector(".date"),
      text: try Self.selector("p"))
    let bytes = Array(Self.page.utf8)
    for end in stride(from: 1, to: bytes.count, by: 7) {
      var changed = bytes
      changed[end] ^= 0x1d
      for text in [Array(bytes[..<end]), Array(bytes[end...]), changed] {
        let readings = (0..<2).map { _ in
          try? readFeed(text, contentType: nil, url: "", zone: .universal, rule: .page(rule))
        }
        #expect(readings[0] == readings[1])
      }
    }
  }
}
