import Bytes

/// A page for people that lists articles, read by its rule.
struct PageFormat {
  private let rule: PageRule

  init(_ rule: PageRule) { self.rule = rule }

  /// How often the page's own size may be read again as texts of items: items can lie inside of one
  /// another, and each says all that is inside of it.
  private static let workFactor = 8
  /// A date stands near the start of what it is looked for in.
  private static let dateReach = 4 << 10

  func document(
    _ page: [UInt8], _ reading: inout FeedReading
  ) throws(FeedFailure) -> FeedDocument {
    let tree = HTMLScanner.tree(of: page, limits: reading.limits)
    var parts = Parts(tree, rule)
    let items = tree.visible(rule.item)
    guard !items.isEmpty else {
      throw .noItem(selector: rule.item.text, page: pageTitle(page))
    }
    if tree.isCut { reading.leaveOutRest() }
    var document = FeedDocument(format: "HTML by a page rule", title: pageTitle(page))
    document.link = reading.address?.text
    document.language = tree.first(.html, with: .lang).flatMap { tree.attribute(.lang, of: $0) }
    let base = tree.base(reading.address)
    parts.work = page.count * Self.workFactor
    for item in items.prefix(reading.taken(of: items.count)) {
      guard parts.work > 0 else {
        reading.leaveOutRest()
        break
      }
      if let entry = entry(item, &parts, base, &reading) {
        document.entries.append(entry)
      } else {
        reading.leaveOutUntitled()
      }
    }
    guard !document.entries.isEmpty else {
      let selector = rule.title ?? rule.link
      throw .noItem(
        selector: rule.item.text + " " + (selector?.text ?? "a[href]"), page: pageTitle(page))
    }
    return document
  }

  /// What the rule's selectors find in the whole page, each once.
  private struct Parts {
    let tree: HTMLTree
    let titles: [Int]?
    let links: [Int]?
    let anchors: [Int]
    let dates: [Int]?
    let texts: [Int]
    /// How many bytes may still be read as texts.
    var work = 0

    init(_ tree: HTMLTree, _ rule: PageRule) {
      self.tree = tree
      titles = rule.title.map { tree.visible($0) }
      links = rule.link.map { tree.visible($0) }
      dates = rule.date.map { tree.visible($0) }
      texts = rule.text.map { tree.visible($0) } ?? []
      anchors = tree.elements.indices.filter { index in
        tree.elements[index].name == .a && !tree.elements[index].isHidden
          && tree.attributes(of: index).contains { $0.name == .href }
      }
    }

    mutating func lines(_ element: Int, limit: Int) -> [UInt8] {
      let markup = tree.innerMarkup(of: element)
      work -= markup.count
      return MarkupText.lines(markup, limit: limit)
    }
  }

  private func entry(
    _ item: Int, _ parts: inout Parts, _ base: WebAddress?, _ reading: inout FeedReading
  ) -> FeedEntry? {
    let tree = parts.tree
    let limit = reading.limits.textBytes
    let named = parts.links.map { tree.first(of: $0, in: item) }
    let holder = named ?? item
    let anchor = holder.flatMap { tree.first(of: parts.anchors, in: $0) }
    let heading = parts.titles.map { tree.first(of: $0, in: item) } ?? anchor ?? named ?? nil
    var entry = FeedEntry()
    if let heading {
      let words = PlainText.line(parts.lines(heading, limit: limit))
      entry.title = reading.bounded(whole(words, of: anchor ?? heading, tree))
    }
    guard entry.title != nil else { return nil }
    entry.link = anchor.flatMap { link(of: $0, tree, base) }
    let texts = tree.outermost(of: parts.texts, in: item).map { parts.lines($0, limit: limit) }
    entry.text = reading.words(texts)
    entry.published = date(item, &parts, &reading)
    return entry
  }

  /// Narrow columns cut their titles off, and keep the whole in an attribute for the mouse.
  private func whole(_ words: [UInt8], of element: Int, _ tree: HTMLTree) -> [UInt8] {
    let shown = String(decoding: words, as: UTF8.self)
    guard shown.isEmpty || shown.hasSuffix("…") || shown.hasSuffix("..."),
      let title = tree.attribute(.title, of: element)
    else { return words }
    let full = PlainText.line(Array(title.utf8))
    let kept = shown.prefix { $0 != "…" && $0 != "." }
    return String(decoding: full, as: UTF8.self).hasPrefix(kept) ? full : words
  }

  /// A link to a place in the page itself leads nowhere.
  private func link(of anchor: Int, _ tree: HTMLTree, _ base: WebAddress?) -> String? {
    guard let text = tree.attribute(.href, of: anchor), !text.hasPrefix("#") else { return nil }
    return webLink(text, base: base)
  }

  private func date(
    _ item: Int, _ parts: inout Parts, _ reading: inout FeedReading
  ) -> Instant? {
    let tree = parts.tree
    if rule.date == nil, rule.datePattern == nil { return nil }
    let place = parts.dates.map { tree.first(of: $0, in: item) } ?? item
    guard let place else { return nil }
    if rule.date != nil, let exact = tree.attribute(.datetime, of: place) {
      return reading.date(exact)
    }
    let words = parts.lines(place, limit: Self.dateReach)
    guard let pattern = rule.datePattern else {
      return reading.date(String(decoding: PlainText.line(words), as: UTF8.self))
    }
    if let time = pattern.first(in: words) { return reading.zone.instant(time) }
    // Asked for and not there: it is told of as a date that nobody can read.
    return reading.date(String(decoding: words.prefix(64), as: UTF8.self))
  }
}
