import Bytes

/// RSS 0.9x, 1.0 and 2.0, and the CDF that came before them, with the modules that feeds use: Dublin Core, content, media, GeoRSS, and
/// what is borrowed from Atom.
struct RSSEntries: EntryFormat {
  private let isCDF: Bool
  private var fields: [RSSFormat.Field?] = []
  /// Links of entries are seen from the site, as browsers of feeds do; but where nobody knows where
  /// the feed came from, they stay as they are written.
  private var base: WebAddress?

  init?(root: String) {
    guard ["rss", "rdf", "channel"].contains(root) else { return nil }
    isCDF = root == "channel"
  }

  mutating func begin(_ frame: XMLTree, _ reading: FeedReading) {
    var scratch = reading
    let link = document(frame, &scratch).link
    let home = link.map { WebAddress($0) }.flatMap { $0.isWeb ? $0 : nil }
    base = reading.address.map { home ?? $0 }
  }

  mutating func entry(_ tree: XMLTree, _ reading: inout FeedReading) -> FeedEntry? {
    RSSFormat.extend(&fields, to: tree)
    guard let item = tree.entry, fields[Int(tree.nodes[item].name)] == .item,
      reading.takesAnother()
    else { return nil }
    return RSSFormat(tree, fields, isCDF: isCDF).entry(item, base, &reading)
  }

  mutating func document(_ frame: XMLTree, _ reading: inout FeedReading) -> FeedDocument {
    RSSFormat.extend(&fields, to: frame)
    return RSSFormat(frame, fields, isCDF: isCDF).document(&reading)
  }
}

struct RSSFormat {
  fileprivate enum Field {
    case title, link, guid, description, content, published, issued, date, modified, author, creator
    case category, language, enclosure, atomLink, atomAuthor, media, mediaTitle, mediaText, point
    case latitude, longitude, otherTitle, cap, channel, item
  }

  private let tree: XMLTree
  /// By number of a name: what it means here.
  private let fields: [Field?]
  /// The Channel Definition Format has its channel as the root, and addresses as attributes.
  private let isCDF: Bool

  fileprivate init(_ tree: XMLTree, _ fields: [Field?], isCDF: Bool) {
    self.tree = tree
    self.fields = fields
    self.isCDF = isCDF
  }

  /// Adds the names that have come up since.
  fileprivate static func extend(_ fields: inout [Field?], to tree: XMLTree) {
    while fields.count < tree.names.count { fields.append(field(tree.names[fields.count])) }
  }

  private static func field(_ name: XMLName) -> Field? {
    switch name.vocabulary {
    case .plain, .rss, .rdf: plainField(name.local)
    case .atom: atomField(name.local)
    case .dublinCore, .dublinCoreTerms: dublinField(name.local)
    case .content: name.local == "encoded" ? .content : nil
    case .xhtml: name.local == "body" || name.local == "div" ? .content : nil
    case .media:
      switch name.local {
      case "content", "thumbnail", "group": .media
      case "title": .mediaTitle
      case "description": .mediaText
      default: nil
      }
    case .geoRSS, .gml: ["point", "where", "pos"].contains(name.local) ? .point : nil
    case .geo:
      switch name.local {
      case "lat": .latitude
      case "long", "lon": .longitude
      case "point": .point
      default: nil
      }
    case .cap: .cap
    case .itunes: name.local == "summary" ? .mediaText : nil
    case .other: nil
    }
  }

  private static func plainField(_ local: String) -> Field? {
    switch local {
    case "title": .title
    case "link": .link
    case "guid": .guid
    case "description", "abstract": .description
    case "body", "fullitem", "content": .content
    case "pubdate": .published
    case "date": .date
    case "published": .published
    case "modified", "updated": .modified
    case "author": .author
    case "category": .category
    case "language": .language
    case "enclosure": .enclosure
    case "channel": .channel
    case "item": .item
    default: nil
    }
  }

  private static func atomField(_ local: String) -> Field? {
    switch local {
    case "title": .otherTitle
    case "link": .atomLink
    case "id": .guid
    case "summary": .description
    case "content": .content
    case "published": .published
    case "issued", "created": .issued
    case "updated", "modified": .modified
    case "author": .atomAuthor
    default: nil
    }
  }

  private static func dublinField(_ local: String) -> Field? {
    switch local {
    case "title": .otherTitle
    case "description": .mediaText
    case "creator", "author": .creator
    case "date": .date
    case "issued", "created", "available": .issued
    case "modified": .modified
    case "subject": .category
    case "language": .language
    default: nil
    }
  }

  private func field(of node: Int) -> Field? { fields[Int(tree.nodes[node].name)] }

  fileprivate func document(_ reading: inout FeedReading) -> FeedDocument {
    guard let root = tree.root else { return FeedDocument(format: "RSS") }
    let channel = tree.children(of: root).first { field(of: $0) == .channel } ?? root
    var document = FeedDocument(format: format(root))
    document.hints = FeedHints(channel: channel, of: tree)
    var atomLink: String?
    for node in tree.children(of: channel) {
      switch field(of: node) {
      case .title: if document.title == nil { document.title = title(node, &reading) }
      case .otherTitle: if document.title == nil { document.title = title(node, &reading) }
      case .link:
        // Of several the last, as other readers take it.
        document.link = link(node, reading.address) ?? document.link
      case .atomLink: if atomLink == nil { atomLink = alternate(node, reading.address) }
      case .language: if document.language == nil { document.language = tree.string(node) }
      default: break
      }
    }
    if isCDF { document.link = document.link ?? address(of: channel, reading.address) }
    document.link = document.link ?? atomLink
    return document
  }

  private func format(_ root: Int) -> String {
    if isCDF { return "CDF" }
    if tree.name(of: root).local == "rdf" { return "RSS 1.0" }
    return tree.attribute("version", of: root).map { "RSS \($0)" } ?? "RSS"
  }

  private func title(_ node: Int, _ reading: inout FeedReading) -> String? {
    let lines = tree.markupLines(node, reading, isTitle: true)
    return reading.bounded(PlainText.line(lines))
  }

  /// RSS writes the address as text; some write it as Atom does.
  private func link(_ node: Int, _ base: WebAddress?) -> String? {
    tree.link(tree.string(node) ?? tree.attribute("href", of: node), at: node, base)
  }

  /// CDF writes it on the element itself, or in an `A` inside of it.
  private func address(of node: Int, _ base: WebAddress?) -> String? {
    let anchor = tree.child("a", of: node).flatMap { tree.attribute("href", of: $0) }
    return tree.link(tree.attribute("href", of: node) ?? anchor, at: node, base)
  }

  private func alternate(_ node: Int, _ base: WebAddress?) -> String? {
    let relation = tree.attribute("rel", of: node) ?? "alternate"
    guard relation.lowercased() == "alternate" else { return nil }
    return tree.link(tree.attribute("href", of: node) ?? tree.string(node), at: node, base)
  }
}

// One entry.
extension RSSFormat {
  /// What is known of an entry only when all of it has been seen.
  private struct Draft {
    var entry = FeedEntry()
    var content: [UInt8] = []
    // The words of these are only wanted where there is no content.
    var descriptions: [Int] = []
    var otherTexts: [Int] = []
    var otherTitle: String?
    var atomLink: String?
    var linkOfGuid: String?
    var latitude: Double?
    var longitude: Double?
    var hasCAP = false
  }

  fileprivate func entry(_ item: Int, _ base: WebAddress?, _ reading: inout FeedReading)
    -> FeedEntry
  {
    var draft = Draft()
    for node in tree.children(of: item) {
      guard let field = field(of: node) else { continue }
      if !takeText(field, node, &draft, &reading) {
        takeRest(field, node, base, &draft, &reading)
      }
    }
    var entry = draft.entry
    entry.title = entry.title ?? draft.otherTitle
    entry.text = reading.bounded(text(draft, reading))
    entry.link = entry.link ?? draft.atomLink ?? draft.linkOfGuid
    if let about = tree.attribute("rdf:about", of: item) {
      entry.guid = entry.guid ?? about
      entry.link = entry.link ?? tree.link(about, at: item, base)
    }
    if isCDF {
      entry.link = entry.link ?? address(of: item, base)
      entry.updated = entry.updated ?? reading.date(tree.attribute("lastmod", of: item))
    }
    if let latitude = draft.latitude, let longitude = draft.longitude {
      entry.point = entry.point ?? GeoPoint(latitude: latitude, longitude: longitude)
    }
    entry.language = entry.language ?? tree.attribute("xml:lang", of: item)
    if draft.hasCAP { entry.cap = CAPAlert(inside: item, tree, &reading) }
    return entry
  }

  /// The content, else the longest description, else what another vocabulary has.
  private func text(_ draft: Draft, _ reading: FeedReading) -> [UInt8] {
    guard draft.content.isEmpty else { return draft.content }
    var text: [UInt8] = []
    for node in draft.descriptions {
      let lines = tree.markupLines(node, reading)
      if lines.count > text.count { text = lines }
    }
    for node in draft.otherTexts where text.isEmpty { text = tree.markupLines(node, reading) }
    return text
  }

  /// Titles, texts and dates; false for another field.
  private func takeText(
    _ field: Field, _ node: Int, _ draft: inout Draft, _ reading: inout FeedReading
  ) -> Bool {
    switch field {
    case .title:
      if draft.entry.title == nil { draft.entry.title = title(node, &reading) }
    case .otherTitle, .mediaTitle:
      if draft.otherTitle == nil { draft.otherTitle = title(node, &reading) }
    case .content:
      let lines = tree.markupLines(node, reading)
      if lines.count > draft.content.count { draft.content = lines }
    case .description: draft.descriptions.append(node)
    case .mediaText: draft.otherTexts.append(node)
    case .published:
      draft.entry.published = reading.date(tree.string(node)) ?? draft.entry.published
    case .issued:
      let date = reading.date(tree.string(node))
      draft.entry.published = draft.entry.published ?? date
    case .date, .modified:
      let date = reading.date(tree.string(node))
      draft.entry.updated =
        field == .modified ? date ?? draft.entry.updated : draft.entry.updated ?? date
    default: return false
    }
    return true
  }

  private func takeRest(
    _ field: Field, _ node: Int, _ base: WebAddress?, _ draft: inout Draft,
    _ reading: inout FeedReading
  ) {
    switch field {
    case .link:
      draft.entry.link = link(node, base) ?? draft.entry.link
    case .atomLink:
      if draft.atomLink == nil { draft.atomLink = alternate(node, base) }
    case .guid:
      guard draft.entry.guid == nil, let guid = tree.string(node) else { return }
      draft.entry.guid = guid
      let isLink = tree.attribute("ispermalink", of: node)?.lowercased()
      // A link unless it says not; but what does not look like one must say so.
      if isLink == "true" || (isLink == nil && WebAddress(guid).isWeb) {
        draft.linkOfGuid = tree.link(guid, at: node, base)
      }
    case .author, .creator:
      if let author = tree.line(node).map(Self.author) { draft.entry.authors.append(author) }
    case .atomAuthor:
      let author = AtomFormat.author(node, tree)
      if !author.isEmpty { draft.entry.authors.append(author) }
    case .category:
      if let name = tree.line(node) ?? tree.attribute("term", of: node) {
        draft.entry.categories.append(name)
      }
    case .language: draft.entry.language = draft.entry.language ?? tree.string(node)
    case .enclosure:
      if let image = image(node, base) { draft.entry.images.append(image) }
    case .media: takeMedia(node, base, &draft, &reading)
    case .point: draft.entry.point = draft.entry.point ?? tree.string(node).flatMap { GeoPoint($0) }
    case .latitude: draft.latitude = tree.string(node).flatMap { Double($0) }
    case .longitude: draft.longitude = tree.string(node).flatMap { Double($0) }
    case .cap: draft.hasCAP = true
    default: break
    }
  }

  /// A picture by its address; the title and the text of a group serve where the entry has none.
  private func takeMedia(
    _ node: Int, _ base: WebAddress?, _ draft: inout Draft, _ reading: inout FeedReading
  ) {
    if let image = image(node, base) { draft.entry.images.append(image) }
    for child in tree.children(of: node) {
      switch field(of: child) {
      case .media: takeMedia(child, base, &draft, &reading)
      case .mediaTitle, .mediaText:
        _ = takeText(field(of: child) ?? .mediaText, child, &draft, &reading)
      default: break
      }
    }
  }

  private func image(_ node: Int, _ base: WebAddress?) -> String? {
    let kind = tree.attribute("type", of: node) ?? tree.attribute("medium", of: node)
    let isImage = kind?.hasPrefix("image") ?? (tree.name(of: node).local == "thumbnail")
    return isImage ? tree.link(tree.attribute("url", of: node), at: node, base) : nil
  }

  /// `desk@example.org (Night Desk)` names an address and a person.
  private static func author(_ text: String) -> FeedAuthor {
    guard let open = text.firstIndex(of: "("), text.hasSuffix(")"), text[..<open].contains("@")
    else {
      return text.contains("@") && !text.contains(" ")
        ? FeedAuthor(email: text) : FeedAuthor(name: text)
    }
    let email = text[..<open].trimmingPrefix(" ")
    return FeedAuthor(
      name: String(text[text.index(after: open)...].dropLast()),
      email: String(email.prefix { $0 != " " }))
  }
}
