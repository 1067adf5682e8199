import Bytes

/// The list of a site's newest articles that it keeps for search engines: sitemaps.org 0.9 with
/// Google's extension for news.
///
/// A plain sitemap names pages and no titles; such a page is no item.
struct SitemapFormat: FeedFormat {
  static func document(
    _ source: FeedSource, _ reading: inout FeedReading
  ) throws(FeedFailure) -> FeedDocument? {
    guard case .xml(let tree) = source, let root = tree.root else { return nil }
    switch tree.name(of: root).local {
    case "urlset": return SitemapFormat(tree: tree).document(root, &reading)
    case "sitemapindex":
      let first = tree.child("sitemap", of: root).flatMap { tree.childString("loc", of: $0) }
      throw .sitemapIndex(first: first)
    default: return nil
    }
  }

  private let tree: XMLTree

  private func document(_ root: Int, _ reading: inout FeedReading) -> FeedDocument {
    var document = FeedDocument(format: "Sitemap 0.9")
    let pages = tree.children(of: root).filter { tree.name(of: $0).local == "url" }
    for page in pages.prefix(reading.taken(of: pages.count)) {
      guard let news = tree.child("news", of: page),
        let entry = entry(page, news, &reading)
      else {
        reading.leaveOutUntitled()
        continue
      }
      document.format = "News sitemap 0.9"
      document.title = document.title ?? publication("name", news)
      document.entries.append(entry)
    }
    return document
  }

  /// Nil for an article without a title.
  private func entry(_ page: Int, _ news: Int, _ reading: inout FeedReading) -> FeedEntry? {
    var entry = FeedEntry()
    entry.title = tree.child("title", of: news).flatMap {
      reading.bounded(PlainText.line(tree.text(of: $0)))
    }
    guard entry.title != nil else { return nil }
    entry.link = tree.link(tree.childString("loc", of: page), at: page, reading.address)
    entry.published = reading.date(tree.childString("publication_date", of: news))
    entry.updated = reading.date(tree.childString("lastmod", of: page))
    entry.language = publication("language", news)
    // One text with commas, and no longer asked for by anyone; those who write it mean it.
    entry.categories = (tree.childString("keywords", of: news) ?? "").split(separator: ",")
      .map { String($0.drop { $0 == " " }) }
    for image in tree.children(of: page) where tree.name(of: image).local == "image" {
      let link = tree.link(tree.childString("loc", of: image), at: image, reading.address)
      if let link { entry.images.append(link) }
    }
    return entry
  }

  private func publication(_ name: String, _ news: Int) -> String? {
    tree.child("publication", of: news).flatMap { tree.childString(name, of: $0) }
  }
}
