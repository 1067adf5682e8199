import Bytes

/// A listing of Reddit: the posts of a community or a search, as `…/new.json` answers.
struct RedditFormat: FeedFormat {
  private static let site = WebAddress("https://www.reddit.com/")

  static func document(_ source: FeedSource, _ reading: inout FeedReading) -> FeedDocument? {
    guard case .json(let json) = source, json["kind"]?.string == "Listing",
      let children = json["data"]?["children"]?.array
    else { return nil }
    // Of the kinds only t3 is a post.
    let posts = children.filter { $0["kind"]?.string == "t3" }.compactMap { $0["data"] }
    guard !posts.isEmpty || children.isEmpty else { return nil }
    var document = FeedDocument(format: "Reddit listing")
    for post in posts.prefix(reading.taken(of: posts.count)) {
      document.entries.append(entry(post, &reading))
    }
    return document
  }

  private static func entry(_ post: JSON, _ reading: inout FeedReading) -> FeedEntry {
    var entry = FeedEntry()
    entry.guid = post["name"]?.looseText ?? post["id"]?.looseText
    entry.link = post["permalink"]?.string.flatMap { webLink($0, base: site) }
    entry.title = reading.bounded(PlainText.line(unescaped(post["title"])))
    let text = unescaped(post["selftext"])
    if !isGone(text) { entry.text = reading.words([PlainText.lines(text)]) }
    entry.published = reading.instant(post["created_utc"], in: .seconds)
    // False where nobody has edited it.
    entry.updated = reading.instant(post["edited"], in: .seconds)
    entry.categories = [post["link_flair_text"]?.string].compactMap { $0 }
    if post["post_hint"]?.string == "image" {
      entry.images = [reading.link(post["url"])].compactMap { $0 }
    }
    if let name = post["author"]?.string, !name.isEmpty, name != "[deleted]" {
      entry.authors = personNames(
        handle: name, shown: nil, uri: "https://www.reddit.com/user/\(name)")
    }
    return entry
  }

  /// Unless it is asked not to, Reddit writes `&amp;`, `&lt;` and `&gt;` in its texts.
  private static func unescaped(_ json: JSON?) -> [UInt8] {
    let escaped = Array((json?.looseText ?? "").utf8)
    var text: [UInt8] = []
    appendResolved(escaped, escaped.indices, as: .xml, to: &text)
    return text
  }

  /// What stands in place of a text that its author or a moderator took away.
  private static func isGone(_ text: [UInt8]) -> Bool {
    text == Array("[removed]".utf8) || text == Array("[deleted]".utf8)
  }
}
