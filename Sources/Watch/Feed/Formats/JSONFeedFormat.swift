import Bytes

/// JSON Feed 1.0 and 1.1.
struct JSONFeedFormat: FeedFormat {
  static func document(_ source: FeedSource, _ reading: inout FeedReading) -> FeedDocument? {
    guard case .json(let feed) = source, feed.members != nil else { return nil }
    let version = feed["version"]?.string ?? ""
    guard version.contains("jsonfeed.org") || feed["items"]?.array != nil else { return nil }
    let number = version.hasSuffix("/1") || version.hasSuffix("/1.0") ? "1.0" : "1.1"
    var document = FeedDocument(format: "JSON Feed \(number)")
    document.title = line(feed["title"], &reading)
    document.link = link(feed["home_page_url"], reading.address)
    document.language = text(feed["language"])
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
    entry.guid = text(item["id"])
    entry.link = link(item["url"], reading.address) ?? link(item["external_url"], reading.address)
    entry.title = line(item["title"], &reading)
    entry.text = content(item, &reading)
    entry.published = reading.date(text(item["date_published"]))
    entry.updated = reading.date(text(item["date_modified"]))
    entry.authors = authors(item)
    entry.language = text(item["language"])
    entry.categories = (item["tags"]?.array ?? []).compactMap(\.string)
    entry.images = ["image", "banner_image"].compactMap { link(item[$0], reading.address) }
    return entry
  }

  private static func content(_ item: JSON, _ reading: inout FeedReading) -> String? {
    if let html = text(item["content_html"]) {
      let lines = MarkupText.lines(Array(html.utf8)[...], limit: reading.limits.textBytes)
      if !lines.isEmpty { return reading.bounded(lines) }
    }
    let plain = text(item["content_text"]) ?? text(item["summary"])
    return plain.flatMap { reading.bounded(PlainText.lines(Array($0.utf8))) }
  }

  /// JSON Feed asks for text; a number that stands for one is taken as such.
  private static func text(_ json: JSON?) -> String? {
    guard let json else { return nil }
    let text = json.string ?? json.integer.map(String.init) ?? json.number.map { String($0) }
    return text.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func line(_ json: JSON?, _ reading: inout FeedReading) -> String? {
    text(json).flatMap { reading.bounded(PlainText.line(Array($0.utf8))) }
  }

  private static func link(_ json: JSON?, _ address: WebAddress?) -> String? {
    text(json).flatMap { webLink($0, base: address) }
  }

  private static func authors(_ json: JSON) -> [FeedAuthor] {
    let listed = json["authors"]?.array ?? [json["author"]].compactMap { $0 }
    return listed.map { FeedAuthor(name: text($0["name"]), uri: text($0["url"])) }
      .filter { !$0.isEmpty }
  }
}
