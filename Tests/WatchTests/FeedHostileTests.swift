import Bytes
import Foundation
import Support
import Testing
import Watch

@Suite("A hostile feed")
struct FeedHostileTests {
  @Test("cannot make entities grow, nor read a file")
  func entities() throws {
    let bomb = (1...9).map {
      "<!ENTITY l\($0) \"" + String(repeating: "&l\($0 - 1);", count: 10) + "\">"
    }
    let feed = try FeedSamples.read(
      "<!DOCTYPE rss [<!ENTITY l0 \"lol\">\(bomb.joined())<!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
        + FeedSamples.rss("<title>a &l9; b &f; c</title>", "<title>kept</title>"))
    #expect(feed.entries.map(\.title) == ["a &l9; b &f; c", "kept"])
  }

  @Test(
    "may nest as deep as it likes, and loses no text by it",
    arguments: ["b", "item", "title", "p", "x:y"])
  func depth(name: String) throws {
    let open = String(repeating: "<\(name)>", count: 20_000)
    let close = String(repeating: "</\(name)>", count: 20_000)
    let feed = try FeedSamples.read(
      FeedSamples.rss("<description>\(open)deep\(close)</description>", "<title>kept</title>"))
    // Items do not nest: each is one more, up to the limit.
    #expect(feed.entries.last?.title == "kept" || name == "item")
    #expect(
      feed.entries.contains { $0.text?.contains("deep") == true } || name == "item"
        || name == "title")
  }

  @Test("may have as many attributes and as long ones as it likes")
  func attributes() throws {
    let many = (0..<20_000).map { " a\($0)=\"\($0)\"" }.joined()
    let long = String(repeating: "x", count: 1 << 20)
    let feed = try FeedSamples.read(
      FeedSamples.rss("<title\(many)>a</title>", "<title long=\"\(long)\">b</title>"))
    #expect(feed.entries.map(\.title) == ["a", "b"])
  }

  @Test("may have as many elements as the limit, and no more")
  func elements() throws {
    let feed = try FeedSamples.read(
      FeedSamples.rss(
        "<title>a</title>", String(repeating: "<x/>", count: 5000), "<title>c</title>"),
      limits: FeedLimits(nodes: 1000))
    #expect(feed.entries.first?.title == "a")
    #expect(feed.entries.count == 2)
    #expect(feed.problems.contains(.tooManyElements))
  }

  @Test(
    "may say what it likes before its root", arguments: ["<!x [", "<!-- ", "<!a>", "<?x", "<!x \""])
  func prologue(piece: String) throws {
    let text = String(repeating: piece, count: 100_000)
    #expect(throws: FeedFailure.self) { try FeedSamples.read(text) }
    let entity = String(repeating: "x", count: 100_000)
    let feed = try FeedSamples.read(
      "<!DOCTYPE rss [<!ENTITY a \"\(entity)\">]>" + FeedSamples.rss("<title>kept</title>"))
    #expect(feed.entries.map(\.title) == ["kept"])
  }

  /// Each of these makes a careless reader look at the rest of the document again and again.
  @Test("takes time in proportion to its size", arguments: Self.slow)
  func linear(piece: String, end: String) throws {
    func seconds(_ count: Int) -> Double {
      let text = "<rss><channel><item><title>" + String(repeating: piece, count: count) + end
      let bytes = Array(text.utf8)
      // Of this thread alone: other tests run beside it.
      let start = Self.threadTime()
      _ = try? FeedSamples.read(bytes)
      return Self.threadTime() - start
    }
    _ = seconds(100)
    let small = seconds(2000)
    let large = seconds(16_000)
    // Eight times as much may take eight times as long; sixty-four times would be the square.
    #expect(large < max(small * 30, 0.5), "\(small) s and \(large) s")
  }

  private static func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// What is looked up, copied or resolved for each of many.
  @Test("takes no long time for much that is around or inside many", arguments: Self.loads)
  func heavy(before: String, piece: String, count: Int) throws {
    let text =
      "<rss xml:base='http://h/\(String(repeating: "p/", count: 20_000))'><channel>" + before
      + String(repeating: piece, count: count)
    let start = Self.threadTime()
    _ = try? FeedSamples.read(Array(text.utf8))
    // A debug build takes some tenths; what is squared takes minutes.
    #expect(Self.threadTime() - start < 5)
  }

  static let loads: [(before: String, piece: String, count: Int)] = [
    ("<item>", "<link>a</link>", 20_000),
    ((0..<40_000).map { "<a\($0)/>" }.joined(), "<zzzz xmlns:b=''/>", 20_000),
    (
      (0..<190).map { "<n\($0) \(String(repeating: "a='' ", count: 256))>" }.joined(), "<item/>",
      20_000
    ),
  ]

  @Test("does not have its many authors looked for one by one")
  func authors() throws {
    let authors = (0..<5000).map { "<author>abc\($0)</author>" }.joined()
    let text = String(repeating: "abc ", count: 20_000)
    let document = try FeedSamples.read(
      "<rss><channel><item><title>t</title><description>\(text)</description>\(authors)"
        + "</item></channel></rss>")
    let start = Self.threadTime()
    let items = items(
      from: document, of: SourceProfile(id: "s", isPersonal: true),
      seen: Instant(seconds: 1_800_000_000)
    ) { _ in "p" }
    #expect(items.count == 1)
    #expect(Self.threadTime() - start < 5)
  }

  static let slow = [
    ("<![CDATA[x</item>", "]]>"), ("<![CDATA[", ""), ("<!-- ", ""), ("<!", ""), ("<![x \"", ""),
    ("<a b=\"", ""),
    ("<a b='\"", ">"), ("</a>", ""), ("<a>", ""), ("<item>", ""), ("<a xmlns:b=''>", ""), ("&", ""),
    ("&#00000", ""), ("<x:y xmlns:z=\"u\"/>", ""), ("&lt;a b=&quot;", ""), ("&lt;!--", ""),
    ("&lt;p style='display:none'>", ""), ("&lt;script>", ""), ("&lt;!-- >", ""),
    ("&lt;![CDATA[ >", ""), ("&lt;a b='>", ""), ("&lt;a y=\"&gt;\" ", ""), ("\n", "x"), ("水\n", ""),
  ]

  @Test("leaves no script, handler or style in the words")
  func scripts() throws {
    let html = """
      a<script>alert(1)</script><style>b{}</style><img src=x onerror=alert(2)>
      <a href="javascript:alert(3)" onclick='go("<b>")'>b</a><SCRIPT
      src=x></SCRIPT ><iframe src=y>no</iframe><noscript>no</noscript><template>no</template>c
      <svg onload=alert(4)><title>no</title></svg>
      """
    let words = try FeedSamples.text(ofHTML: html)
    #expect(words == "a bc")
  }

  @Test("never crashes nor hangs, whatever bytes are changed", arguments: 0..<6)
  func flips(sample: Int) throws {
    let samples = [
      Array(FeedSamples.rss.utf8), Array(FeedSamples.atom.utf8), Array(FeedSamples.json.utf8),
      Array(FeedSamples.cap.utf8),
      FeedDecodingTests.feed(
        FeedDecodingTests.risingWater, declaration: "<?xml version='1.0' encoding='gbk'?>"),
      FeedDecodingTests.encoded(FeedSamples.rss, 0x9400_0100),
    ]
    let whole = samples[sample]
    var random = SeededGenerator(seed: UInt64(sample) + 20_261_122)
    let profile = SourceProfile(id: "fuzz", isPersonal: true)
    for _ in 0..<60 {
      var damaged = whole
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: damaged.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
        case 1: damaged.remove(at: place)
        case 2:
          damaged.insert(
            Array("<>&\"'/![]-;\u{0}\n".utf8).randomElement(using: &random) ?? 0, at: place)
        default:
          let end = min(damaged.count, place + Int.random(in: 1...40, using: &random))
          damaged.append(contentsOf: damaged[place..<end])
        }
        if damaged.isEmpty { damaged = [0] }
      }
      guard let feed = try? FeedSamples.read(damaged) else { continue }
      let read = items(
        from: feed, of: profile, seen: Instant(seconds: 1_800_000_000), pseudonym: { _ in "p" })
      // What comes out can be written and read again.
      for item in read where item.published != nil {
        #expect(try Item(line: item.line) == item)
      }
    }
  }
}
