import Bytes
import Foundation
import Testing
import Watch

@Suite("The encoding of a feed")
struct FeedDecodingTests {
  /// A feed with this title in bytes that are given, after a declaration.
  static func feed(_ title: [UInt8], declaration: String = "") -> [UInt8] {
    Array("\(declaration)<rss version=\"2.0\"><channel><title>Desk</title><item><title>".utf8)
      + title
      + Array("</title><link>http://a.example/1</link></item></channel></rss>".utf8)
  }

  static func title(_ bytes: [UInt8], contentType: String? = nil) throws -> String? {
    try FeedSamples.read(bytes, contentType: contentType).entries.first?.title
  }

  static func encoded(_ text: String, _ encoding: UInt) -> [UInt8] {
    text.data(using: String.Encoding(rawValue: encoding)).map { Array($0) } ?? []
  }

  /// 水位上涨 in GB18030.
  static let risingWater: [UInt8] = [0xcb, 0xae, 0xce, 0xbb, 0xc9, 0xcf, 0xd5, 0xc7]

  @Test("follows the declaration, the server, and the server rather than a wrong declaration")
  func named() throws {
    let declared = Self.feed(Self.risingWater, declaration: "<?xml version='1.0' encoding='GBK'?>")
    #expect(try Self.title(declared) == "水位上涨")
    let silent = Self.feed(Self.risingWater)
    #expect(try Self.title(silent, contentType: "text/xml; Charset=\"gb2312\"") == "水位上涨")
    let wrong = Self.feed(Self.risingWater, declaration: "<?xml version='1.0' encoding='utf-8'?>")
    let feed = try FeedSamples.read(wrong, contentType: "text/xml;charset=gbk")
    #expect(feed.entries.first?.title == "水位上涨")
    #expect(feed.encoding == "gb18030")
  }

  @Test("passes over what servers say without meaning it")
  func serverDefault() throws {
    let declared = Self.feed(
      Self.risingWater, declaration: "<?xml version='1.0' encoding='gb2312'?>")
    #expect(try Self.title(declared, contentType: "text/xml; charset=ISO-8859-1") == "水位上涨")
    #expect(try Self.title(declared, contentType: "text/xml; charset=us-ascii") == "水位上涨")
  }

  @Test("reads GB18030 under the name of gb2312, also what only GB18030 has")
  func wideGB() throws {
    // 喆 and 镕 are in GBK, 䶮 only in GB18030, 𠀀 only in four bytes, and so is é.
    let title: [UInt8] = [
      0x86, 0xb4, 0xe9, 0x46, 0xfe, 0x9f, 0x95, 0x32, 0x82, 0x36, 0x81, 0x30, 0x85, 0x34,
    ]
    let bytes = Self.feed(title, declaration: "<?xml version='1.0' encoding='gb2312'?>")
    let expected = try #require(
      String(bytes: title, encoding: String.Encoding(rawValue: 0x8000_0632)))
    #expect(try Self.title(bytes) == expected)
    #expect(expected.unicodeScalars.contains("喆") && expected.unicodeScalars.contains("𠀀"))
  }

  @Test("agrees with Foundation on every code of the tables", arguments: Self.labelled)
  func tables(label: String, raw: UInt, sample: String) throws {
    let bytes = Self.encoded(sample, raw)
    try #require(!bytes.isEmpty)
    let declaration = "<?xml version='1.0' encoding='\(label)'?>"
    #expect(try Self.title(Self.feed(bytes, declaration: declaration)) == sample)
  }

  static let labelled: [(String, UInt, String)] = [
    ("gb18030", 0x8000_0632, "应急响应已启动，请勿涉水①㎡"), ("big5", 0x8000_0a03, "應變小組已成立，請勿涉水"),
    ("big5-hkscs", 0x8000_0a06, "啲嘢喺度，唔好行近河邊"), ("shift_jis", 0x8000_0420, "河川の水位が上昇ｱｲｳ"),
    ("euc-kr", 0x8000_0422, "하천 수위가 상승하고 있습니다 똠방"), ("windows-1251", 11, "Уровень воды поднялся"),
    ("koi8-r", 0x8000_0a02, "Уровень воды поднялся"),
    ("iso-8859-5", 0x8000_0205, "Уровень воды поднялся"),
    ("iso-8859-1", 12, "L’eau monte – évacuée"), ("iso-8859-2", 9, "Woda zalała łąki"),
    ("iso-8859-7", 0x8000_0207, "Το νερό ανέβηκε"), ("windows-1253", 13, "Το νερό ανέβηκε"),
    ("iso-8859-8", 0x8000_0208, "המים עולים"), ("iso-8859-8-i", 0x8000_0208, "המים עולים"),
    ("iso-8859-9", 14, "Köprü kapatıldı"), ("latin1", 12, "über"), ("cp1250", 15, "řeka stoupá"),
    ("tis-620", 0x8000_041d, "น้ำขึ้นสูง"), ("windows-1256", 0x8000_0506, "ارتفع منسوب المياه"),
    ("ISO_8859-1:1987", 12, "déjà"), ("macintosh", 30, "Über"),
    ("cp866", 0x8000_041b, "Уровень воды поднялся"), ("ibm850", 0x8000_0410, "déjà monté"),
    ("cp852", 0x8000_0412, "Woda zalała łąki"), ("ibm855", 0x8000_0413, "Вода прибывает"),
  ]

  @Test("is found where nothing names it", arguments: Self.unnamed)
  func detected(raw: UInt, name: String, text: String) throws {
    let feed = try FeedSamples.read(Self.feed(Self.encoded(text, raw)))
    #expect(feed.entries.first?.title == text)
    #expect(feed.encoding == name)
  }

  static let unnamed: [(UInt, String, String)] = [
    (0x8000_041b, "ibm866", "Сегодня утром на дамбе обнаружена течь"),
    (0x8000_0a08, "koi8-u", "Сьогодні вранці на дамбі виявлено течу, її видно здалеку"),
    (0x8000_0206, "iso-8859-6", "اكتشف تسرب في السد صباح اليوم وتم إجلاء السكان"),
    (
      0x8000_0507, "windows-1257",
      "Šį rytą užtvankoje aptiktas nuotėkis, gyventojai perkelti į mokyklą"
    ),
    (0x8000_041d, "tis-620", "เช้านี้พบรอยรั่วที่เขื่อนทางอำเภออพยพประชาชนไปยังโรงเรียนแล้ว"),
  ]

  @Test("of plain ASCII is what the server's kind of document says before what the document says")
  func plain() throws {
    let bytes = Array(
      ("<?xml version='1.0' encoding='windows-1251'?>" + FeedSamples.rss("<title>a</title>")).utf8)
    #expect(try FeedSamples.read(bytes, contentType: "text/xml").encoding == "utf-8")
    #expect(try FeedSamples.read(bytes, contentType: "application/xml").encoding == "windows-1251")
    #expect(
      try FeedSamples.read(bytes, contentType: "text/xml; charset=windows-1251").encoding
        == "windows-1251")
  }

  @Test("reads the encodings of Japan that Foundation here does not know")
  func japanese() throws {
    // 水位 in EUC-JP and in ISO-2022-JP; ｱ of half width takes two bytes in the first.
    let euc: [UInt8] = [0xbf, 0xe5, 0xb0, 0xcc, 0x8e, 0xb1]
    #expect(try Self.title(Self.feed(euc), contentType: "text/xml; charset=euc-jp") == "水位ｱ")
    let escaped: [UInt8] = [0x1b, 0x24, 0x42, 0x3f, 0x65, 0x30, 0x4c, 0x1b, 0x28, 0x42]
    #expect(
      try Self.title(Self.feed(escaped), contentType: "text/xml; charset=iso-2022-jp") == "水位")
    #expect(try Self.title(Self.feed(escaped)) == "水位")
    // JIS X 0212 is not here; its three bytes are one character that cannot be read.
    let rare: [UInt8] = [0xbf, 0xe5, 0x8f, 0xb0, 0xa1, 0xb0, 0xcc]
    #expect(
      try Self.title(Self.feed(rare), contentType: "text/xml; charset=euc-jp") == "水\u{fffd}位")
  }

  @Test("reads HZ, which is ASCII to look at")
  func hz() throws {
    let title = Array("~{K.N;~} OK".utf8)
    #expect(
      try Self.title(Self.feed(title), contentType: "text/xml; charset=hz-gb-2312") == "水位 OK")
    #expect(try Self.title(Self.feed(title)) == "~{K.N;~} OK")
  }

  @Test(
    "reads UTF-16 and UTF-32 with and without a mark", arguments: [false, true], [false, true])
  func wide(isMarked: Bool, isBigEndian: Bool) throws {
    let text = (isMarked ? "\u{feff}" : "") + FeedSamples.rss
    let raws: [UInt] = isBigEndian ? [0x9000_0100, 0x9800_0100] : [0x9400_0100, 0x9c00_0100]
    for raw in raws {
      let feed = try FeedSamples.read(Self.encoded(text, raw))
      #expect(feed.entries.map(\.title) == ["关于启动防汛三级响应的通知", "二号桥恢复通行"])
      #expect(feed.encoding.hasPrefix("utf-") && feed.encoding.hasSuffix(isBigEndian ? "be" : "le"))
    }
  }

  @Test("tells UTF-16 from UTF-8 by its first words, and from stray zeros")
  func briefWide() throws {
    let text = "<rss><channel><item><title>水位上涨水位上涨水位上涨</title></item></channel></rss>"
    for raw: UInt in [0x9000_0100, 0x9400_0100] {
      #expect(try Self.title(Self.encoded(text, raw)) == "水位上涨水位上涨水位上涨")
    }
    let zeros: [UInt8] = [0, 0x20, 0, 0x20, 0, 0x20]
    #expect(try Self.title(zeros + Array(text.utf8)) == "水位上涨水位上涨水位上涨")
  }

  @Test("believes UTF-8 that is well-formed, whatever is said of it", arguments: Self.liars)
  func strictUTF8(declared: String, title: String) throws {
    let bytes = Self.feed(
      Array(title.utf8), declaration: "<?xml version='1.0' encoding='\(declared)'?>")
    let feed = try FeedSamples.read(bytes, contentType: "text/xml; charset=\(declared)")
    #expect(feed.entries.first?.title == title)
    #expect(feed.problems == [.encodingContradicted(declared: declared, used: "utf-8")])
  }

  static let liars = [
    ("gbk", "水位上涨"), ("windows-1251", "Уровень воды"), ("iso-8859-7", "Το νερό"), ("big5", "café"),
  ]

  @Test("tells a name that nobody knows and a mark from each other")
  func unknownLabel() throws {
    let bytes = Self.feed(Array("水位".utf8), declaration: "<?xml version='1.0' encoding='x-none'?>")
    let feed = try FeedSamples.read(bytes)
    #expect(feed.entries.first?.title == "水位")
    #expect(feed.problems.isEmpty)
    let marked = [0xef, 0xbb, 0xbf] + Self.feed(Array("水位".utf8))
    #expect(try Self.title(marked, contentType: "text/xml; charset=gbk") == "水位")
  }

  @Test("finds out what nothing names", arguments: Self.silent)
  func detected(raw: UInt, name: String, title: String) throws {
    let bytes = Self.encoded(title, raw)
    try #require(!bytes.isEmpty)
    let feed = try FeedSamples.read(Self.feed(bytes))
    #expect(feed.entries.first?.title == title)
    #expect(feed.problems == [.encodingGuessed(name)])
  }

  static let silent: [(UInt, String, String)] = [
    (0x8000_0632, "gb18030", "沿河学校因水位上涨已完成疏散"), (0x8000_0632, "gb18030", "地震"),
    (0x8000_0a03, "big5", "沿河學校因水位上漲已完成疏散"), (0x8000_0420, "shift_jis", "学校は避難が完了しました"),
    (0x8000_0422, "euc-kr", "강변 학교는 대피를 마쳤습니다"), (11, "windows-1251", "Школа у реки эвакуирована"),
    (0x8000_0a02, "koi8-r", "Школа у реки эвакуирована"),
    (13, "windows-1253", "Το σχολείο εκκενώθηκε"),
    (0x8000_0505, "windows-1255", "בית הספר ליד הנהר פונה"),
    (0x8000_041d, "tis-620", "โรงเรียนริมแม่น้ำถูกอพยพแล้ว"),
    (0x8000_0506, "windows-1256", "إخلاء المدرسة القريبة من النهر"),
    (12, "windows-1252", "L'école près de la rivière a été évacuée"),
    (15, "windows-1250", "Strażacy ewakuowali szkołę, woda zalała łąki"),
  ]

  @Test("puts U+FFFD for one bad byte, and loses no entry")
  func badByte() throws {
    let utf8 = Array(FeedSamples.rss.utf8)
    let place = try #require(utf8.firstIndex(of: 0xe9))
    var damaged = utf8
    damaged[place] = 0xff
    let feed = try FeedSamples.read(damaged)
    #expect(feed.entries.count == 2)
    #expect(feed.encoding == "utf-8")
    guard case .invalidBytes = feed.problems.first else {
      Issue.record("the damage is not told of: \(feed.problems)")
      return
    }

    let gbk = Array(Self.risingWater[..<4]) + [0xff] + Array(Self.risingWater[4...])
    let bytes = Self.feed(gbk, declaration: "<?xml version='1.0' encoding='gbk'?>")
    let other = try FeedSamples.read(bytes)
    #expect(other.encoding == "gb18030")
    #expect(other.entries.first?.title?.hasPrefix("水位\u{fffd}") == true)
    #expect(other.entries.first?.link == "http://a.example/1")
  }

  @Test("never lets a damaged pair eat the mark of a tag")
  func lonelyLead() throws {
    for label in ["gbk", "big5", "shift_jis", "euc-jp", "euc-kr"] {
      let bytes = Self.feed(
        Self.risingWater + [0xcb], declaration: "<?xml version='1.0' encoding='\(label)'?>")
      let feed = try FeedSamples.read(bytes)
      #expect(feed.entries.first?.link == "http://a.example/1", "\(label)")
    }
  }

  @Test("leaves out what XML forbids")
  func controls() throws {
    let title: [UInt8] = [0x41, 0x00, 0x08, 0x1c, 0x42, 0xef, 0xbf, 0xbe, 0x43]
    let feed = try FeedSamples.read(Self.feed(title))
    #expect(feed.entries.first?.title == "ABC")
    #expect(feed.problems == [.controlCharacters(4)])
  }
}
