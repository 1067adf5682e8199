/// What a text that may be XML begins with.
enum XMLRoot {
  /// A feed's root element, and where its tag begins.
  case feed(Int)
  case html
  /// Something else, by the name of its first element; empty if it has none.
  case other(String)

  /// How far to look: servers put warnings and blank lines before a feed, and no more.
  private static let reach = 64 << 10
  /// The longest document type that is passed over as a whole.
  private static let documentTypeLimit = 512 << 10
  private static let tagLimit = 64

  /// The root elements of what we read. CAP travels in envelopes of EDXL as well.
  private static let feeds: Set<String> = [
    "rss", "rdf", "feed", "channel", "alert", "edxldistribution", "urlset", "sitemapindex",
  ]
  private static let pages: Set<String> = [
    "html", "head", "body", "meta", "title", "script", "div", "p", "h1", "center", "form", "table",
  ]

  init(_ text: [UInt8]) {
    let bytes = text.span
    var index = 0
    var firstName: String?
    var isPage = false
    var tags = 0
    var end = min(bytes.count, Self.reach)
    while index < end, tags < Self.tagLimit {
      guard bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count else {
        index += 1
        continue
      }
      switch bytes[index + 1] {
      case UInt8(ascii: "!"):
        if bytes.hasASCII("<!doctype html", at: index) { isPage = true }
        index = Self.pastDeclaration(bytes, index)
        end = min(bytes.count, max(end, index + Self.reach))
        tags += 1
      case UInt8(ascii: "?"):
        index = bytes.firstIndex(of: ">", from: index).map { $0 + 1 } ?? bytes.count
      case let byte where isLetter(byte):
        let name = Self.name(bytes, index + 1)
        if Self.feeds.contains(name), !(isPage && name == "alert") {
          self = .feed(index)
          return
        }
        if name == "html" { isPage = true }
        if firstName == nil { firstName = name }
        tags += 1
        index += 1
      default: index += 1
      }
    }
    let seemsPage = isPage || firstName.map(Self.pages.contains) ?? false
    self = seemsPage ? .html : .other(firstName ?? "")
  }

  /// Without its prefix, in small letters.
  static func name(_ bytes: Span<UInt8>, _ start: Int) -> String {
    var name: [UInt8] = []
    var index = start
    while index < bytes.count, name.count < 64,
      isLetterOrDigit(bytes[index]) || "-_.:".utf8.contains(bytes[index])
    {
      if bytes[index] == UInt8(ascii: ":") {
        name.removeAll()
      } else {
        name.append(lowered(bytes[index]))
      }
      index += 1
    }
    return String(decoding: name, as: UTF8.self)
  }

  private static func pastDeclaration(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    if bytes.hasASCII("<!--", at: start) {
      return bytes.firstIndex(of: "-->", from: start + 4).map { $0 + 3 } ?? start + 4
    }
    return pastDocumentType(bytes, from: start)
  }

  /// Past `<!DOCTYPE …>` with all that it has in brackets, where quotes hide both. What it declares
  /// is not used, so that no entity can grow into anything.
  ///
  /// One that never closes ends at its first `>`.
  private static func pastDocumentType(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var brackets = 0
    var quote: UInt8?
    var firstEnd: Int?
    var index = start + 2
    let end = min(bytes.count, start + documentTypeLimit)
    while index < end {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: ">"), firstEnd == nil { firstEnd = index }
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
      case UInt8(ascii: "["): brackets += 1
      case UInt8(ascii: "]"): brackets -= 1
      case UInt8(ascii: ">") where brackets <= 0: return index
      default: break
      }
    }
    return firstEnd ?? bytes.count
  }
}
