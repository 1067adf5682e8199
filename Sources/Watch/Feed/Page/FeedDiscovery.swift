/// A feed that a page points to.
package struct FeedCandidate: Hashable, Sendable {
  /// Http or https, whole.
  package var url: String
  package var title: String?
  /// As the page writes it, `application/rss+xml`; nil where only the link looks like a feed.
  package var type: String?

  package init(url: String, title: String? = nil, type: String? = nil) {
    self.url = url
    self.title = title
    self.type = type
  }
}

/// The feeds that a page names as its own, and after them the links on it that look like feeds; each
/// address once, and at most 64.
///
/// rssboard.org/rss-autodiscovery. A link is only ever http or https, seen from the page's base; it
/// is for a person to choose from, and nothing is fetched for it.
///
/// - Parameter url: where the page came from in the end, after redirects.
package func discoverFeeds(
  in page: [UInt8], contentType: String? = nil, url: String, limits: FeedLimits = .standard
) -> [FeedCandidate] {
  guard page.count <= limits.bytes else { return [] }
  let text = FeedText(page, contentType: contentType)
  let tree = HTMLScanner.tree(of: text.bytes, limits: limits)
  let address = WebAddress(url)
  let discovery = FeedDiscovery(tree: tree, base: tree.base(address.isWeb ? address : nil))
  var seen: Set<String> = []
  let found = (discovery.named() + discovery.guessed()).filter {
    seen.insert(canonicalLink($0.url)).inserted
  }
  return Array(found.prefix(FeedDiscovery.limit))
}

private struct FeedDiscovery {
  let tree: HTMLTree
  let base: WebAddress?

  /// More than this nobody looks through.
  static let limit = 64
  /// Of one list, so that a page of nothing but links costs no more than its size.
  private static let listLimit = 1024
  private static let titleLimit = 200

  private static let types: Set<String> = [
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/json",
    "application/rdf+xml", "application/rss", "application/atom", "application/xml", "text/xml",
    "text/rss+xml", "text/atom+xml", "application/cap+xml", "application/x.atom+xml",
  ]

  func named() -> [FeedCandidate] {
    var found: [FeedCandidate] = []
    for element in tree.elements.indices where tree.elements[element].name == .link {
      guard found.count < Self.listLimit, let type = type(of: element),
        relations(of: element).contains("alternate"),
        let url = link(of: element)
      else { continue }
      found.append(
        FeedCandidate(
          url: url, title: tree.attribute(.title, of: element).flatMap { shown(Array($0.utf8)) },
          type: type))
    }
    return found
  }

  func guessed() -> [FeedCandidate] {
    var found: [FeedCandidate] = []
    for element in tree.elements.indices where tree.elements[element].name == .a {
      guard found.count < Self.listLimit, !tree.elements[element].isHidden,
        let url = link(of: element), Self.looksLikeFeed(url)
      else { continue }
      let words = MarkupText.lines(tree.innerMarkup(of: element), limit: Self.titleLimit)
      found.append(FeedCandidate(url: url, title: shown(words)))
    }
    return found
  }

  /// In small letters and without parameters; nil for what is no feed. WordPress names its interface
  /// for programs as `application/json` beside its feeds, and that is none.
  private func type(of element: Int) -> String? {
    let text = tree.attribute(.type, of: element)?.lowercased() ?? ""
    let type = String(text.prefix { $0 != ";" && $0 != " " })
    guard Self.types.contains(type) else { return nil }
    let isInterface =
      type == "application/json"
      && tree.attribute(.href, of: element)?.contains("/wp-json/") ?? false
    return isInterface ? nil : type
  }

  private func relations(of element: Int) -> [Substring] {
    (tree.attribute(.rel, of: element) ?? "").lowercased().split { $0.isWhitespace }
  }

  private func link(of element: Int) -> String? {
    guard let text = tree.attribute(.href, of: element), !text.hasPrefix("#"),
      let link = webLink(text, base: base), WebAddress(link).isWeb
    else { return nil }
    return link
  }

  private func shown(_ text: [UInt8]) -> String? {
    let line = PlainText.line(text)
    return line.isEmpty
      ? nil : String(String(decoding: line, as: UTF8.self).prefix(Self.titleLimit))
  }

  /// `/rss`, `/feed/`, `/news.xml`, `/index.rdf`, `?format=atom`; not `/feedback`.
  private static func looksLikeFeed(_ url: String) -> Bool {
    let address = WebAddress(url.lowercased())
    let segments = address.path.split(separator: "/")
    let words = segments.flatMap { $0.split { ".-_".contains($0) } }
    let ending = segments.last.map { $0.split(separator: ".").dropFirst().last ?? "" } ?? ""
    if ["xml", "rss", "rdf", "atom"].contains(ending) { return true }
    if words.suffix(3).contains(where: { ["rss", "rss2", "feed", "feeds", "atom"].contains($0) }) {
      return true
    }
    return (address.query ?? "").split { "&=".contains($0) }
      .contains { ["rss", "rss2", "atom", "feed"].contains($0) }
  }
}
