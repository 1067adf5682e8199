import Bytes
import Foundation

/// Atom 1.0 (RFC 4287) and 0.3.
struct AtomEntries: EntryFormat {
  private var fields: [AtomFormat.Field?] = []
  private var authors: [FeedAuthor] = []

  init?(root: String) {
    guard root == "feed" else { return nil }
  }

  mutating func begin(_ frame: XMLTree, _ reading: FeedReading) {
    var scratch = reading
    authors = document(frame, &scratch).authors
  }

  mutating func entry(_ tree: XMLTree, _ reading: inout FeedReading) -> FeedEntry? {
    AtomFormat.extend(&fields, to: tree)
    guard let node = tree.entry, fields[Int(tree.nodes[node].name)] == .entry,
      reading.takesAnother()
    else { return nil }
    var entry = AtomFormat(tree, fields).entry(node, &reading)
    // RFC 4287 §4.2.1: the feed's author is the author of entries that name none.
    if entry.authors.isEmpty { entry.authors = authors }
    return entry
  }

  mutating func document(_ frame: XMLTree, _ reading: inout FeedReading) -> FeedDocument {
    AtomFormat.extend(&fields, to: frame)
    return AtomFormat(frame, fields).document(&reading)
  }
}

struct AtomFormat {
  fileprivate enum Field {
    case title, link, id, summary, content, published, issued, updated, modified, author, category,
      media
    case mediaTitle, mediaText, point, date, cap, entry, source
  }

  private let tree: XMLTree
  /// By number of a name: what it means here.
  private let fields: [Field?]

  fileprivate init(_ tree: XMLTree, _ fields: [Field?]) {
    self.tree = tree
    self.fields = fields
  }

  /// Adds the names that have come up since.
  fileprivate static func extend(_ fields: inout [Field?], to tree: XMLTree) {
    while fields.count < tree.names.count { fields.append(field(tree.names[fields.count])) }
  }

  private static func field(_ name: XMLName) -> Field? {
    switch (name.vocabulary, name.local) {
    case (.atom, let local), (.plain, let local): atomField(local)
    case (.media, "content"), (.media, "thumbnail"), (.media, "group"): .media
    case (.media, "title"): .mediaTitle
    case (.media, "description"): .mediaText
    case (.geoRSS, "point"), (.geoRSS, "where"): .point
    case (.dublinCore, "date"): .date
    case (.cap, _): .cap
    default: nil
    }
  }

  private static func atomField(_ local: String) -> Field? {
    switch local {
    case "title": .title
    case "link": .link
    case "id": .id
    case "summary": .summary
    case "content": .content
    case "published": .published
    case "issued", "created": .issued
    case "updated": .updated
    case "modified": .modified
    case "author": .author
    case "category": .category
    case "entry": .entry
    case "source": .source
    default: nil
    }
  }

  private func field(of node: Int) -> Field? { fields[Int(tree.nodes[node].name)] }

  fileprivate func document(_ reading: inout FeedReading) -> FeedDocument {
    guard let root = tree.root else { return FeedDocument(format: "Atom 1.0") }
    let namespace = tree.attribute("xmlns", of: root) ?? ""
    let isOld = tree.attribute("version", of: root) == "0.3" || namespace.contains("purl.org/atom")
    var document = FeedDocument(format: isOld ? "Atom 0.3" : "Atom 1.0")
    document.language = tree.attribute("xml:lang", of: root)
    var links = AtomLinks()
    var id: String?
    for node in tree.children(of: root) {
      switch field(of: node) {
      case .title: if document.title == nil { document.title = title(node, &reading) }
      case .link: links.take(node, tree, reading.address)
      case .id: id = id ?? tree.string(node)
      case .author: document.authors.append(Self.author(node, tree))
      default: break
      }
    }
    document.link = links.best ?? id.flatMap { WebAddress($0).isWeb ? webLink($0, base: nil) : nil }
    document.authors.removeAll { $0.isEmpty }
    return document
  }

  fileprivate func entry(_ node: Int, _ reading: inout FeedReading) -> FeedEntry {
    var entry = FeedEntry()
    var links = AtomLinks()
    var content: [UInt8] = []
    // The words of these are only wanted where there is no content.
    var summaries: [Int] = []
    var otherTexts: [Int] = []
    var hasCAP = false
    for child in tree.children(of: node) {
      switch field(of: child) {
      case .title: if entry.title == nil { entry.title = title(child, &reading) }
      case .link: links.take(child, tree, reading.address)
      case .id: entry.guid = entry.guid ?? tree.string(child).map { id($0, at: child, reading) }
      case .content:
        if let alert = alert(in: child) { entry.cap = CAPAlert(alert, tree, &reading) }
        let lines = text(child, reading)
        if lines.count > content.count { content = lines }
      case .summary: summaries.append(child)
      case .mediaText: otherTexts.append(child)
      case .published: entry.published = reading.date(tree.string(child)) ?? entry.published
      case .issued: entry.published = entry.published ?? reading.date(tree.string(child))
      case .updated: entry.updated = reading.date(tree.string(child)) ?? entry.updated
      case .modified, .date: entry.updated = entry.updated ?? reading.date(tree.string(child))
      case .author:
        let author = Self.author(child, tree)
        if !author.isEmpty { entry.authors.append(author) }
      case .category:
        if let name = tree.attribute("label", of: child) ?? tree.attribute("term", of: child) {
          entry.categories.append(name)
        }
      case .media, .mediaTitle: takeMedia(child, &entry, &otherTexts, reading)
      case .point: entry.point = entry.point ?? tree.string(child).flatMap { GeoPoint($0) }
      case .cap: hasCAP = true
      case .source: if entry.authors.isEmpty { entry.authors = sourceAuthors(child) }
      case .entry, nil: break
      }
    }
    entry.images += links.images
    entry.link =
      links.best ?? entry.guid.flatMap { WebAddress($0).isWeb ? webLink($0, base: nil) : nil }
    for summary in summaries where content.isEmpty { content = text(summary, reading) }
    for text in otherTexts where content.isEmpty { content = tree.markupLines(text, reading) }
    entry.text = reading.bounded(content)
    entry.language = tree.attribute("xml:lang", of: node)
    if hasCAP { entry.cap = entry.cap ?? CAPAlert(inside: node, tree, &reading) }
    return entry
  }

  /// RFC 4287 §4.2.6: an id is an address. One that is a path is seen from its base; others stay byte
  /// for byte.
  private func id(_ text: String, at node: Int, _ reading: FeedReading) -> String {
    guard text.contains("/"), WebAddress(text).scheme.isEmpty else { return text }
    return tree.link(text, at: node, reading.address) ?? text
  }

  static func author(_ node: Int, _ tree: XMLTree) -> FeedAuthor {
    let author = FeedAuthor(
      name: tree.child("name", of: node).flatMap { tree.line($0) },
      uri: tree.childString("uri", of: node) ?? tree.childString("url", of: node),
      email: tree.childString("email", of: node))
    return author.isEmpty && !tree.hasElements(node) ? FeedAuthor(name: tree.line(node)) : author
  }

  private func sourceAuthors(_ node: Int) -> [FeedAuthor] {
    tree.children(of: node).filter { field(of: $0) == .author }.map { Self.author($0, tree) }
      .filter { !$0.isEmpty }
  }

  private func takeMedia(
    _ node: Int, _ entry: inout FeedEntry, _ texts: inout [Int], _ reading: FeedReading
  ) {
    if field(of: node) == .media, tree.name(of: node).local == "thumbnail",
      let image = tree.link(tree.attribute("url", of: node), at: node, reading.address)
    {
      entry.images.append(image)
    }
    for child in tree.children(of: node) {
      switch field(of: child) {
      case .media: takeMedia(child, &entry, &texts, reading)
      case .mediaText: texts.append(child)
      default: break
      }
    }
  }

  /// A whole alert that travels as the content of an entry.
  private func alert(in content: Int) -> Int? {
    tree.children(of: content).first { tree.name(of: $0).local == "alert" }
  }
}

// Text constructs: RFC 4287 §3.1 and §4.1.3, and the older `mode`.
extension AtomFormat {
  private func title(_ node: Int, _ reading: inout FeedReading) -> String? {
    reading.bounded(PlainText.line(text(node, reading)))
  }

  private func text(_ node: Int, _ reading: FeedReading) -> [UInt8] {
    if tree.hasElements(node) { return inlineText(node, reading) }
    let kind = tree.attribute("type", of: node)?.lowercased() ?? "text"
    let isText = kind.hasPrefix("text") || kind.contains("html")
    let isXML = kind.hasSuffix("xml")
    var text = tree.text(of: node)
    let isBinary = !isText && !isXML && kind.contains("/") && looksEncoded(text)
    if isBinary || tree.attribute("mode", of: node) == "base64" {
      // What is no text when decoded is a picture or the like, and none of ours.
      guard let decoded = Data(base64Encoded: Data(text), options: .ignoreUnknownCharacters),
        let string = String(data: decoded, encoding: .utf8)
      else { return [] }
      text = Array(string.utf8)
    }
    let isMarkup = kind.contains("html") || isXML || PlainText.looksLikeMarkup(text)
    if reading.limits.keepsMarkup {
      return isMarkup
        ? tree.safeMarkup(text[...], at: node, isXML: false, reading) : PlainText.escaped(text)
    }
    return isMarkup
      ? MarkupText.lines(text[...], limit: reading.limits.textBytes) : PlainText.lines(text)
  }

  /// RFC 4287 §3.1.1.3: the `div` around XHTML is no part of it.
  private func inlineText(_ node: Int, _ reading: FeedReading) -> [UInt8] {
    guard reading.limits.keepsMarkup else {
      return MarkupText.lines(tree.innerMarkup(of: node), limit: reading.limits.textBytes)
    }
    var elements = tree.children(of: node)
    guard let first = elements.next(), elements.next() == nil, tree.name(of: first).local == "div"
    else { return tree.safeMarkup(tree.innerMarkup(of: node), at: node, isXML: true, reading) }
    return tree.safeMarkup(tree.innerMarkup(of: first), at: first, isXML: true, reading)
  }

  /// Whether a text may be base64: a short word is so by chance.
  private func looksEncoded(_ text: [UInt8]) -> Bool {
    text.trimmingBlanks.count >= 16
      && text.allSatisfy { isLetterOrDigit($0) || isBlank($0) || "+/=".utf8.contains($0) }
  }
}

/// Which of an element's links leads to its page.
struct AtomLinks {
  private var page: String?
  private var untyped: String?
  private var other: String?
  private(set) var images: [String] = []

  /// A page for people first, then whatever the entry calls its other form.
  var best: String? { page ?? untyped ?? other }

  mutating func take(_ node: Int, _ tree: XMLTree, _ address: WebAddress?) {
    let relation = tree.attribute("rel", of: node)?.lowercased() ?? "alternate"
    let kind = tree.attribute("type", of: node)?.lowercased()
    let written = tree.attribute("href", of: node) ?? tree.string(node)
    guard let link = tree.link(written, at: node, address) else { return }
    switch relation {
    case "alternate", "", "http://www.iana.org/assignments/relation/alternate":
      switch kind {
      case nil: untyped = untyped ?? link
      case let kind? where kind.contains("html"): page = page ?? link
      default: other = other ?? link
      }
    case "enclosure": if kind?.hasPrefix("image") == true { images.append(link) }
    default: break
    }
  }
}
