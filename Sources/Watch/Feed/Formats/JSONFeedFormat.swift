import Bytes

/// JSON Feed 1.0 and 1.1.
struct JSONFeedFormat: FeedFormat {
  static func document(_ source: FeedSource, _ reading: inout FeedReading) -> FeedDocument? {
    guard case .json(let feed) = source, feed.members != nil else { return nil }
    let version = feed["version"]?.string ?? ""
    guard version.contains("jsonfeed.org") || feed["items"]?.array != nil else { return nil }
    let number = version.hasSuffix("/1") || version.hasSuffix("/1.0") ? "1.0" : "1.1"
    var document = FeedDocument(format: "JSON Feed \(number)")
    document.title = reading.line(feed["title"])
    document.link = reading.link(feed["home_page_url"])
    document.language = feed["language"]?.looseText
    let items = (feed["items"]?.array ?? []).filter { $0.members != nil }
    let authors = authors(feed)
    for item in items.prefix(reading.taken(of: items.count)) {
      var entry = entry(item, &reading)
      // JSON Feed 1.1: the feed's authors are those of items that name none.
      if entry.authors.isEmpty { entry.authors = authors }
      document.entries.append(entry)
    }
    return document
  }

  private static func entry(_ item: JSON, _ reading: inout FeedReading) -> FeedEntry {
    var entry = FeedEntry()
    entry.guid = item["id"]?.looseText
    entry.link = reading.link(item["url"]) ?? reading.link(item["external_url"])
    entry.title = reading.line(item["title"])
    entry.text = content(item, &reading)
    entry.published = reading.date(item["date_published"])
    entry.updated = reading.date(item["date_modified"])
    entry.authors = authors(item)
    entry.language = item["language"]?.looseText
    entry.categories = (item["tags"]?.array ?? []).compactMap(\.string)
    entry.images = ["image", "banner_image"].compactMap { reading.link(item[$0]) }
    return entry
  }

  private static func content(_ item: JSON, _ reading: inout FeedReading) -> String? {
    if let html = item["content_html"]?.looseText {
      let markup = Array(html.utf8)[...]
      let lines =
        reading.limits.keepsMarkup
        ? SafeMarkup.of(
          markup, base: reading.address, isXML: false, limit: reading.limits.textBytes)
        : MarkupText.lines(markup, limit: reading.limits.textBytes)
      if !lines.isEmpty { return reading.bounded(lines) }
    }
    let plain = item["content_text"]?.looseText ?? item["summary"]?.looseText
    return plain.flatMap {
      let text = Array($0.utf8)
      return reading.bounded(
        reading.limits.keepsMarkup ? PlainText.escaped(text) : PlainText.lines(text))
    }
  }

  private static func authors(_ json: JSON) -> [FeedAuthor] {
    let listed = json["authors"]?.array ?? [json["author"]].compactMap { $0 }
    return listed.map { FeedAuthor(name: $0["name"]?.looseText, uri: $0["url"]?.looseText) }
      .filter { !$0.isEmpty }
  }
}
