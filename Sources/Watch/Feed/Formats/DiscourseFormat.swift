import Bytes

/// The topics of a forum that runs on Discourse: `latest.json`, and the lists of a category or tag.
struct DiscourseFormat: FeedFormat {
  static func document(_ source: FeedSource, _ reading: inout FeedReading) -> FeedDocument? {
    guard case .json(let json) = source, let list = json["topic_list"]?["topics"]?.array else {
      return nil
    }
    let topics = list.filter { $0.members != nil && $0["visible"]?.boolean != false }
    let users = users(json["users"]?.array ?? [])
    let home = reading.address.map(home)
    var document = FeedDocument(format: "Discourse topics")
    document.link = home?.text
    for topic in topics.prefix(reading.taken(of: topics.count)) {
      document.entries.append(entry(topic, users, home, &reading))
    }
    return document
  }

  private static func users(_ list: [JSON]) -> [Int64: JSON] {
    var users: [Int64: JSON] = [:]
    for user in list { if let id = user["id"]?.integer { users[id] = user } }
    return users
  }

  private static func entry(
    _ topic: JSON, _ users: [Int64: JSON], _ home: WebAddress?, _ reading: inout FeedReading
  ) -> FeedEntry {
    var entry = FeedEntry()
    let id = topic["id"]?.looseText
    entry.guid = id
    if let id { entry.link = webLink("t/\(topic["slug"]?.looseText ?? "-")/\(id)", base: home) }
    entry.title = reading.line(topic["title"])
    entry.text = reading.words([reading.lines(topic["excerpt"], isMarkup: true)])
    entry.published = reading.date(topic["created_at"])
    entry.updated = reading.date(topic["last_posted_at"])
    entry.categories = (topic["tags"]?.array ?? []).compactMap { $0.string ?? $0["name"]?.string }
    entry.images = [reading.link(topic["image_url"])].compactMap { $0 }
    // Who opened the topic stands first, whatever the forum's language calls it.
    let opener = topic["posters"]?.array?.first?["user_id"]?.integer.flatMap { users[$0] }
    if let name = opener?["username"]?.string {
      entry.authors = personNames(
        handle: name, shown: opener?["name"]?.string,
        uri: webLink("u/\(name)", base: home) ?? "u/\(name)")
    }
    return entry
  }

  /// Where the forum's own pages begin. A forum may live in a folder, `/forum/latest.json`, so that
  /// its lists show where that ends.
  private static func home(_ address: WebAddress) -> WebAddress {
    let segments = address.path.split(separator: "/", omittingEmptySubsequences: true)
    let folder = segments.prefix { segment in
      !lists.contains(String(segment.prefix { $0 != "." }))
    }
    var home = address
    home.query = nil
    home.fragment = nil
    home.path = "/" + folder.map { $0 + "/" }.joined()
    return home
  }

  private static let lists: Set<String> = [
    "latest", "new", "top", "hot", "unseen", "categories", "c", "tag", "tags", "topics",
  ]
}
