package import Bytes

/// Something that was wrong with a feed, and that was got over.
package enum FeedProblem: Hashable, Sendable {
  /// The feed ends in the middle; what was complete before it was kept.
  case truncated
  /// So many byte sequences stand for nothing in the feed's encoding; U+FFFD stands for each.
  case invalidBytes(Int)
  /// Nothing named the encoding, or what was named cannot be right.
  case encodingGuessed(String)
  case encodingContradicted(declared: String, used: String)
  /// Characters that XML does not allow were left out.
  case controlCharacters(Int)
  /// Tags that do not match were closed or passed over.
  case mismatchedTags(Int)
  /// Elements nested deeper than the limit were taken as text.
  case tooDeep
  /// The document has more elements than the limit; the rest of it was left out.
  case tooManyElements
  /// So many texts or attributes were longer than the limit and were cut.
  case textCut(Int)
  case tooManyEntries(kept: Int, of: Int)
  /// The JSON was damaged; entries were taken one by one.
  case damagedJSON
  /// So many dates could not be read and count as unknown.
  case unreadableDates(Int, example: String)
  /// So many entries share their identifier with another; they are told apart by link or text.
  case duplicateIdentifiers(Int)
  /// So many pages are listed without a title, and gave no item.
  case untitled(Int)
  /// So many lines of a file of items hold none.
  case unreadableLines(Int)

  /// What kind it is, whatever its figures.
  package var kind: String {
    switch self {
    case .truncated: "truncated"
    case .invalidBytes: "invalidBytes"
    case .encodingGuessed: "encodingGuessed"
    case .encodingContradicted: "encodingContradicted"
    case .controlCharacters: "controlCharacters"
    case .mismatchedTags: "mismatchedTags"
    case .tooDeep: "tooDeep"
    case .tooManyElements: "tooManyElements"
    case .textCut: "textCut"
    case .tooManyEntries: "tooManyEntries"
    case .damagedJSON: "damagedJSON"
    case .unreadableDates: "unreadableDates"
    case .duplicateIdentifiers: "duplicateIdentifiers"
    case .untitled: "untitled"
    case .unreadableLines: "unreadableLines"
    }
  }

  package var explanation: Bilingual {
    switch self {
    case .truncated:
      Bilingual(
        zh: "信源内容不完整（中途截断），已保留完整的条目",
        en: "the feed ends in the middle; the complete items were kept")
    case .invalidBytes(let count):
      Bilingual(
        zh: "有 \(count) 处字节不合编码，已用“\u{fffd}”代替",
        en: "\(count) byte sequences do not fit the encoding; '\u{fffd}' stands for each")
    case .encodingGuessed(let name):
      Bilingual(
        zh: "信源未正确声明编码，按 \(name) 读取",
        en: "the feed does not rightly name its encoding; it was read as \(name)")
    case .encodingContradicted(let declared, let used):
      Bilingual(
        zh: "声明的编码 \(declared) 与内容不符，按 \(used) 读取",
        en: "the feed says \(declared) but is not; it was read as \(used)")
    case .controlCharacters(let count):
      Bilingual(
        zh: "略去 \(count) 个不允许出现的控制字符", en: "\(count) forbidden control characters were left out")
    case .mismatchedTags(let count):
      Bilingual(zh: "有 \(count) 处标签不配对，已修补", en: "\(count) tags do not match and were mended")
    case .tooDeep:
      Bilingual(zh: "元素嵌套过深，超出部分按文字处理", en: "elements nest too deep; the rest was taken as text")
    case .tooManyElements:
      Bilingual(zh: "元素过多，超出部分未读", en: "the feed has too many elements; the rest was not read")
    case .textCut(let count):
      Bilingual(zh: "有 \(count) 处文字过长，已截短", en: "\(count) texts were too long and were cut")
    case .tooManyEntries(let kept, let total):
      Bilingual(
        zh: "共 \(total) 个条目，超出上限，只取前 \(kept) 个",
        en: "\(total) items are more than the limit; the first \(kept) were taken")
    case .damagedJSON:
      Bilingual(
        zh: "JSON 已损坏，逐条读出完整的条目",
        en: "the JSON is damaged; its complete items were taken one by one")
    case .unreadableDates(let count, let example):
      Bilingual(
        zh: "有 \(count) 个日期无法识别（如“\(Self.shown(example))”），按未知处理",
        en: "\(count) dates could not be read (as '\(Self.shown(example))') and count as unknown")
    case .duplicateIdentifiers(let count):
      Bilingual(
        zh: "有 \(count) 个条目的标识与别的条目相同，改按链接或内容区分",
        en: "\(count) items share their identifier; they are told apart by link or text")
    case .untitled(let count):
      Bilingual(
        zh: "有 \(count) 个网页没有标题，未成为条目",
        en: "\(count) pages are listed without a title and gave no items")
    case .unreadableLines(let count):
      Bilingual(zh: "有 \(count) 行不是条目，已略过", en: "\(count) lines hold no item and were passed over")
    }
  }

  private static func shown(_ foreign: String) -> String {
    terminalSafe(shortened(foreign, to: 40))
  }
}

/// Why there is no feed in some bytes.
package enum FeedFailure: Explained, Hashable {
  /// Nothing but blanks.
  case empty
  /// A page for people instead: a login, a challenge, a notice of maintenance.
  case html(title: String?)
  /// Something else; the start of it, or the name of its first element.
  case unknownFormat(String)
  /// A list of sitemaps; the address of the first of them.
  case sitemapIndex(first: String?)
  /// The way of a field map leads nowhere; the first names that are there instead.
  case noList(path: String, names: [String])
  /// No list of sources in OPML; the start of what it is.
  case noOutlines(String)
  /// Nothing on a page fits a selector of its rule; the title of the page.
  case noItem(selector: String, page: String?)
  case tooLarge(bytes: Int, limit: Int)

  package var explanation: Bilingual {
    switch self {
    case .empty:
      Bilingual(zh: "信源返回空内容", en: "the feed is empty")
    case .html(let title):
      if let title {
        Bilingual(
          zh: "返回的是网页而不是信源，标题为“\(Self.shown(title))”；请核对地址",
          en: "a web page titled '\(Self.shown(title))' came instead of a feed; check the address")
      } else {
        Bilingual(
          zh: "返回的是网页而不是信源；请核对地址",
          en: "a web page came instead of a feed; check the address")
      }
    case .unknownFormat(let start):
      Bilingual(
        zh: "无法识别的格式，开头为“\(Self.shown(start))”；可读：\(Self.known)",
        en:
          "unknown format that starts with '\(Self.shown(start))'; known: \(Self.known)"
      )
    case .sitemapIndex(let first):
      Bilingual(
        zh: "这是网站地图的目录，不列文章；请改用其中的新闻地图" + (first.map { "，如 \(Self.shown($0))" } ?? ""),
        en: "this is an index of sitemaps, which lists no articles; use its news sitemap instead"
          + (first.map { ", such as \(Self.shown($0))" } ?? ""))
    case .noList(let path, let names):
      Bilingual(
        zh: "“\(path)”处没有内容；现有：\(Self.shown(names.joined(separator: ", ")))。接口变了，或字段表写错",
        en: "there is nothing at '\(path)', but: \(Self.shown(names.joined(separator: ", "))); "
          + "the interface has changed, or the field map is wrong")
    case .noOutlines(let start):
      Bilingual(
        zh: "不是 OPML 信源清单，开头为“\(Self.shown(start))”",
        en: "this is no list of sources in OPML; it starts with '\(Self.shown(start))'")
    case .noItem(let selector, let page):
      Bilingual(
        zh: "网页" + (page.map { "“\(Self.shown($0))”" } ?? "")
          + "中没有符合“\(selector)”的内容；网页改版，或规则写错",
        en: "nothing on the page" + (page.map { " '\(Self.shown($0))'" } ?? "")
          + " fits '\(selector)'; the page has changed, or the rule is wrong")
    case .tooLarge(let bytes, let limit):
      Bilingual(
        zh: "内容有 \(bytes) 字节，超过上限 \(limit)；确需读取时可将该信源标为大信源",
        en:
          "\(bytes) bytes are more than the limit of \(limit); mark the source as large if it is right"
      )
    }
  }

  package var exitCode: ExitCode { .couldNot }

  private static let known =
    "RSS, Atom, JSON Feed, CAP, news sitemap; lists of Mastodon, Bluesky, Discourse, Reddit"

  private static func shown(_ foreign: String) -> String {
    terminalSafe(shortened(foreign, to: 60))
  }
}
