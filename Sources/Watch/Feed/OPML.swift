package import Bytes

/// One source of a list of sources, as readers of feeds exchange them.
package struct OPMLOutline: Hashable, Sendable {
  /// The feed's address: http or https.
  package var xmlUrl: String
  /// The page that the feed is about.
  package var htmlUrl: String?
  package var title: String?
  /// The folders around it, from the outermost.
  package var category: [String]
  /// As it is written: `zh-cn`.
  package var language: String?

  package init(
    xmlUrl: String, htmlUrl: String? = nil, title: String? = nil, category: [String] = [],
    language: String? = nil
  ) {
    self.xmlUrl = xmlUrl
    self.htmlUrl = htmlUrl
    self.title = title
    self.category = category
    self.language = language
  }
}

/// The sources that a list in OPML names, in its order.
///
/// opml.org/spec2.opml. As tolerant as the reading of feeds: any encoding, any damage, capitals in
/// names or not. An outline without a feed's address is a folder, or nothing; one whose address is
/// not of the web is left out. What has both, an address and outlines inside, is both.
package func readOPML(
  _ bytes: [UInt8], contentType: String? = nil, limits: FeedLimits = .standard
) throws(FeedFailure) -> [OPMLOutline] {
  guard bytes.count <= limits.bytes else {
    throw .tooLarge(bytes: bytes.count, limit: limits.bytes)
  }
  let text = FeedText(bytes, contentType: contentType)
  guard let first = text.bytes.firstIndex(where: { $0 > 0x20 }) else { throw .empty }
  guard
    let start = text.bytes[...].firstIndex(of: "<opml")
      ?? text.bytes[...].firstIndex(of: "<outline")
  else {
    if case .html = XMLRoot(text.bytes) { throw .html(title: pageTitle(text.bytes)) }
    throw .noOutlines(String(decoding: text.bytes[first...].prefix(40), as: UTF8.self))
  }
  let tree = XMLScanner.tree(of: text.bytes, from: start, limits: limits)
  guard let root = tree.root else { return [] }
  var reader = OPMLReader(tree: tree, limit: limits.entries)
  reader.walk(root)
  return reader.found
}

private struct OPMLReader {
  let tree: XMLTree
  let limit: Int
  var found: [OPMLOutline] = []

  /// Longer names of folders are no names.
  private static let nameLimit = 200

  /// The whole document, without recursion: it may nest as deep as the tree does.
  mutating func walk(_ root: Int) {
    // Each element that is still to be seen, with the folders around it.
    var rest: [(node: Int, folders: [String])] = [(root, [])]
    while let (node, folders) = rest.popLast(), found.count < limit {
      var inner = folders
      if tree.name(of: node).local == "outline" {
        if let outline = outline(node, folders) { found.append(outline) }
        if let name = name(of: node) { inner.append(name) }
      }
      for child in Array(tree.children(of: node)).reversed() { rest.append((child, inner)) }
    }
  }

  private func outline(_ node: Int, _ folders: [String]) -> OPMLOutline? {
    guard let text = tree.attribute("xmlurl", of: node) ?? tree.attribute("url", of: node),
      let url = webLink(text, base: nil), WebAddress(url).isWeb,
      // Lists of other lists and of links are written as outlines too.
      !["link", "include"].contains(tree.attribute("type", of: node)?.lowercased() ?? "rss")
    else { return nil }
    let name = name(of: node)
    // An outline must have a text; where there was none, the address stands for it.
    var outline = OPMLOutline(xmlUrl: url, title: name == url ? nil : name, category: folders)
    outline.htmlUrl = tree.attribute("htmlurl", of: node).flatMap { webLink($0, base: nil) }
      .flatMap { WebAddress($0).isWeb ? $0 : nil }
    outline.language = tree.attribute("language", of: node)
    // OPML 2.0: `/folder/inner,/other` says it where the outlines are not nested; the first counts.
    if folders.isEmpty,
      let path = tree.attribute("category", of: node)?.split(separator: ",").first,
      path.hasPrefix("/")
    {
      outline.category = path.split(separator: "/").map(String.init)
    }
    return outline
  }

  /// OPML 2.0 asks for `text`; what most write besides is `title`.
  private func name(of node: Int) -> String? {
    for name in ["text", "title"] {
      guard let text = tree.attribute(name, of: node) else { continue }
      let line = String(decoding: PlainText.line(Array(text.utf8)), as: UTF8.self)
      if !line.isEmpty { return String(line.prefix(Self.nameLimit)) }
    }
    return nil
  }
}

/// A list of sources in OPML 2.0, which `readOPML` reads back as it was; folders stand where their
/// first source stands.
///
/// - Parameter created: what the list says of its own time; nil says nothing.
package func writeOPML(
  _ outlines: [OPMLOutline], title: String, created: Instant? = nil
) -> [UInt8] {
  var writer = OPMLWriter()
  writer.line(0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
  writer.line(0, "<opml version=\"2.0\">")
  writer.line(1, "<head>")
  writer.line(2, "<title>\(OPMLWriter.escaped(title))</title>")
  if let created { writer.line(2, "<dateCreated>\(mailDate(created))</dateCreated>") }
  writer.line(1, "</head>")
  writer.line(1, "<body>")
  writer.folder(outlines[...].map { ($0, $0.category[...]) }, depth: 2)
  writer.line(1, "</body>")
  writer.line(0, "</opml>")
  return Array(writer.text.utf8)
}

private struct OPMLWriter {
  private(set) var text = ""

  /// The sources of folders further in are written here: whoever reads the list must not have to go
  /// deeper than anyone keeps one.
  private static let depthLimit = 16

  mutating func line(_ depth: Int, _ line: String) {
    text += String(repeating: "  ", count: depth) + line + "\n"
  }

  /// The sources of one folder, each with the folders that are still around it.
  mutating func folder(_ sources: [(OPMLOutline, ArraySlice<String>)], depth: Int) {
    var taken: Set<String> = []
    var inner: [String: [(OPMLOutline, ArraySlice<String>)]] = [:]
    for (source, folders) in sources {
      if let name = folders.first { inner[name, default: []].append((source, folders.dropFirst())) }
    }
    for (source, folders) in sources {
      guard let name = folders.first else {
        line(depth, Self.outline(source))
        continue
      }
      guard taken.insert(name).inserted else { continue }
      line(depth, "<outline text=\"\(Self.escaped(name))\">")
      let members = inner[name] ?? []
      if depth < Self.depthLimit {
        folder(members, depth: depth + 1)
      } else {
        for (source, _) in members { line(depth + 1, Self.outline(source)) }
      }
      line(depth, "</outline>")
    }
  }

  private static func outline(_ source: OPMLOutline) -> String {
    let name = source.title ?? source.xmlUrl
    var attributes = ["type=\"rss\"", "text=\"\(escaped(name))\"", "title=\"\(escaped(name))\""]
    attributes.append("xmlUrl=\"\(escaped(source.xmlUrl))\"")
    if let page = source.htmlUrl { attributes.append("htmlUrl=\"\(escaped(page))\"") }
    if let language = source.language { attributes.append("language=\"\(escaped(language))\"") }
    return "<outline \(attributes.joined(separator: " "))/>"
  }

  /// XML 1.0 §2.2 and §3.3.3: without forbidden characters, and on one line.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n", "\r", "\t": escaped += " "
      case "\u{fffe}", "\u{ffff}": break
      default: if scalar.value >= 0x20 { escaped.unicodeScalars.append(scalar) }
      }
    }
    return escaped
  }
}

/// RFC 822 §5 with a year of four digits, in UTC, as OPML asks for.
private func mailDate(_ instant: Instant) -> String {
  let time = CivilTime(instant)
  let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return "\(days[time.weekday - 1]), \(two(time.day)) \(months[time.month - 1]) \(time.year) "
    + "\(two(time.hour)):\(two(time.minute)):\(two(time.second)) GMT"
}
