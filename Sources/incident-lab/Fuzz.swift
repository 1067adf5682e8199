import Bytes
import Foundation
import Watch

/// `incident-lab fuzz`: feeds that are damaged by dice, to see that the reader always gets over it.
enum FuzzCommand: LabCommand {
  static let name = "fuzz"
  static let usage = "feeds [--seconds N | --runs N] [--seed S] [--first RUN] [--manifest M.jsonl]"
  static let summary = """
    Changes bytes of sample feeds, and of the feeds of a manifest if one is given: flips, cuts,
    splices, repetitions, pieces of markup. Each is read, and what comes out is made into items. A
    run fails if the same bytes give two answers, if an answer is beyond the limits, or if it takes
    more time than its size allows. Run N of a seed is always the same; --first begins with it.

    example: incident-lab fuzz feeds --seconds 60 --seed 7
    """

  static func run(_ arguments: [String]) async throws -> ExitCode {
    guard arguments.first == "feeds" else {
      throw ToolFailure("say what to damage: feeds")
    }
    let options = try ToolOptions(
      Array(arguments.dropFirst()), values: ["seconds", "runs", "seed", "first", "manifest"])
    var samples = FuzzSamples.all.map { Array($0.utf8) }
    if let manifest = options["manifest"] {
      try RecordedFeed.each(of: manifest) { _, bytes in
        if bytes.count <= FeedFuzz.sizeLimit { samples.append(bytes) }
      }
    }
    let seconds = try options.count("seconds")
    let runs = try options.count("runs") ?? (seconds == nil ? 100_000 : .max)
    let first = try options.count("first") ?? 1
    var fuzz = FeedFuzz(samples: samples, seed: UInt64(try options.count("seed") ?? 1))
    let end = ContinuousClock.now + .seconds(seconds ?? 1_000_000)
    var run = first
    while run - first < runs, ContinuousClock.now < end {
      if let fault = fuzz.run(run) {
        throw ToolFailure("run \(run) of seed \(fuzz.seed): \(fault)", .damaged)
      }
      if run.isMultiple(of: 100_000) { complain("fuzz: at run \(run)") }
      run += 1
    }
    print(
      """
      fuzz feeds: \(run - first) runs of seed \(fuzz.seed) over \(samples.count) samples, no fault
        read as feeds: \(fuzz.accepted)
        worst time: \(fuzz.worst.microseconds) µs for \(fuzz.worst.bytes) bytes, run \(fuzz.worst.run)
        worst time for a byte: \(fuzz.dearest.nanosecondsPerByte) ns of \(fuzz.dearest.bytes) bytes, \
      run \(fuzz.dearest.run)
      """)
    return .done
  }
}

/// Runs of damage, each of which follows from the seed and its number.
struct FeedFuzz {
  let samples: [[UInt8]]
  let seed: UInt64
  private(set) var accepted = 0
  private(set) var worst = (microseconds: 0, bytes: 0, run: 0)
  private(set) var dearest = (nanosecondsPerByte: 0, bytes: 0, run: 0)

  /// Larger samples show little that is new, and take most of the time.
  static let sizeLimit = 64 << 10
  /// What a reading may take: so much at once, for tables are made on the way, and so much a byte.
  private static let grace: Duration = .milliseconds(500)
  private static let nanosecondsPerByte = 20_000
  private static let limits = FeedLimits(entries: 200, textBytes: 4096)
  private static let pieces: [[UInt8]] = [
    "<", ">", "&", "\"", "'", "/", "<!--", "-->", "<![CDATA[", "]]>", "<!", "<?", "?>", "</", "/>",
    "<item>", "</item>", "<entry>", "</entry>", "<title>", "</title>", "<description>", "&lt;",
    "&#",
    "&#x110000;", "&amp;amp;", "xmlns:a=\"", " xml:base=\"http://x/\"", "<!DOCTYPE rss [",
    "<!ENTITY a \"b\">", "<p style=\"display:none\">", "<script>", "encoding=\"gbk\"", "\u{0}",
    "\u{feff}", "\u{fffe}", "{", "}", "[", "]", ",", "\\u", "99999999999999999999", "<channel>",
    "<rdf:RDF>", "</channel>", "<a:item>", "<br/>", "\n\n", "　　",
  ].map { Array($0.utf8) }

  init(samples: [[UInt8]], seed: UInt64) {
    self.samples = samples
    self.seed = seed
  }

  /// What went wrong; nil if nothing did.
  mutating func run(_ number: Int) -> String? {
    var random = MadeStream.Random(state: seed &* 0x2545_f491_4f6c_dd1d &+ UInt64(number) << 20)
    let bytes = damaged(&random)
    var limits = Self.limits
    limits.keepsMarkup = random.below(4) == 0
    let start = processorTime()
    let first = Self.read(bytes, limits)
    let time = processorTime() - start
    note(time, bytes.count, number)
    if time > Self.grace + .nanoseconds(bytes.count * Self.nanosecondsPerByte) {
      return "\(bytes.count) bytes took \(time)"
    }
    guard first == Self.read(bytes, limits) else { return "two answers to the same bytes" }
    guard case .success(let document) = first else { return nil }
    accepted += 1
    if let fault = Self.fault(document, limits) { return fault }
    let items = items(
      from: document, of: SourceProfile(id: "fuzz", isPersonal: true),
      seen: Instant(seconds: 1_800_000_000)
    ) { _ in "p" }
    return items.count <= document.entries.count ? nil : "more items than entries"
  }

  private mutating func note(_ time: Duration, _ bytes: Int, _ number: Int) {
    let microseconds = Int(time.inSeconds * 1e6)
    if microseconds > worst.microseconds { worst = (microseconds, bytes, number) }
    // Below this the clock tells more about itself than about the reader.
    guard bytes >= 4096 else { return }
    let rate = Int(time.inSeconds * 1e9) / bytes
    if rate > dearest.nanosecondsPerByte { dearest = (rate, bytes, number) }
  }

  private static func read(_ bytes: [UInt8], _ limits: FeedLimits)
    -> Result<FeedDocument, FeedFailure>
  {
    do throws(FeedFailure) {
      return .success(
        try readFeed(
          bytes, contentType: nil, url: "http://a.example/f", zone: .universal, limits: limits))
    } catch {
      return .failure(error)
    }
  }

  private static func fault(_ document: FeedDocument, _ limits: FeedLimits) -> String? {
    if document.entries.count > limits.entries { return "\(document.entries.count) entries" }
    for entry in document.entries {
      for text in [entry.title, entry.text] where (text?.utf8.count ?? 0) > limits.textBytes {
        return "a text of \(text?.utf8.count ?? 0) bytes"
      }
      if let link = entry.link, !link.lowercased().hasPrefix("http"), link.contains(":") {
        return "the link '\(terminalSafe(link))'"
      }
    }
    return nil
  }

  private func damaged(_ random: inout MadeStream.Random) -> [UInt8] {
    var bytes = samples[random.below(samples.count)]
    for _ in 0...random.below(6) {
      if bytes.isEmpty { bytes = [UInt8(ascii: "<")] }
      let place = random.below(bytes.count)
      switch random.below(8) {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes[place] ^= 1 << UInt8(random.below(8))
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(32)))
      case 3: bytes.removeSubrange(place...)
      case 4: bytes.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)], at: place)
      case 5:
        let piece = Self.pieces[random.below(Self.pieces.count)]
        let times = 1 << random.below(10)
        bytes.insert(contentsOf: (0..<times).flatMap { _ in piece }, at: place)
      case 6:
        let other = samples[random.below(samples.count)]
        let start = random.below(other.count)
        let end = min(other.count, start + 1 + random.below(400))
        bytes.insert(contentsOf: other[start..<end], at: place)
      default:
        let end = min(bytes.count, place + 1 + random.below(200))
        let piece = bytes[place..<end]
        bytes.insert(contentsOf: piece, at: random.below(bytes.count))
      }
    }
    return bytes
  }
}

/// Small feeds in our own words, one of each kind.
enum FuzzSamples {
  static let all = [
    """
    <?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
    <channel><title>河务值班</title><link>https://river.example/</link><item><title>水位 &amp; 雨量</title>
    <link>/1</link><guid isPermaLink="false">r-1</guid><pubDate>Sun, 22 Nov 2026 13:05:00 +0800</pubDate>
    <dc:creator>甲</dc:creator><content:encoded><![CDATA[<p style="color:red">涨 <b>二</b> 尺<br/>
    <img src="a.png" onerror="x()"></p><table><tr><td>1</td></tr></table>]]></content:encoded>
    <media:group><media:thumbnail url="t.jpg"/></media:group></item>
    <item><title>Second</title><description>&lt;a href=&quot;/2&quot;&gt;more&lt;/a&gt;</description>
    </item></channel></rss>
    """,
    """
    <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://n.example/">
    <title type="html">Night &amp;amp; day</title><author><name>Desk</name></author><entry><id>tag:n,1</id>
    <title>Ferry</title><link href="1.html"/><updated>2026-11-22T05:30:00Z</updated><content type="xhtml">
    <div xmlns="http://www.w3.org/1999/xhtml"><p>Out <em>of</em> service</p><svg><path d="M0 0"/></svg></div>
    </content></entry><entry><summary type="html">&lt;ul&gt;&lt;li&gt;x</summary></entry></feed>
    """,
    """
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
    <channel rdf:about="http://d.example/"><title>Dam</title></channel><item rdf:about="http://d.example/1">
    <title>Gate</title><link>http://d.example/1</link></item></rdf:RDF>
    """,
    """
    {"version": "https://jsonfeed.org/version/1.1", "title": "站", "items": [{"id": "1", "url": "/a",
    "content_html": "<p>x<br>y</p>", "date_published": "2026-11-22T13:00:00+08:00", "tags": ["t"]}]}
    """,
    """
    <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A1</identifier><sender>s@e.example</sender>
    <sent>2026-11-22T13:05:00+08:00</sent><status>Test</status><msgType>Alert</msgType><scope>Public</scope>
    <info><language>zh</language><event>雨</event><urgency>Future</urgency><severity>Minor</severity>
    <certainty>Likely</certainty><area><areaDesc>东</areaDesc><polygon>1,2 1,3 2,3 1,2</polygon></area></info>
    </alert>
    """,
    """
    <!DOCTYPE rss [<!ENTITY d "Desk">]><CHANNEL HREF="http://c.example/"><TITLE>&d;</TITLE>
    <ITEM HREF="/1" LASTMOD="2026-11-22"><TITLE>One</TITLE><ABSTRACT>Two</ABSTRACT></ITEM></CHANNEL>
    """,
  ]
}
