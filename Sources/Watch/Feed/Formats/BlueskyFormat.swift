import Bytes

/// Posts as Bluesky's application view lists them: an author's feed, a list's, or what a search
/// found (app.bsky.feed.getAuthorFeed, getListFeed, searchPosts).
struct BlueskyFormat: FeedFormat {
  static func document(_ source: FeedSource, _ reading: inout FeedReading) -> FeedDocument? {
    guard case .json(let json) = source else { return nil }
    let list = json["feed"]?.array?.map { $0["post"] ?? .null } ?? json["posts"]?.array
    guard let list else { return nil }
    let posts = list.filter(isPost)
    guard !posts.isEmpty || list.isEmpty && saysNothingElse(json) else { return nil }
    var document = FeedDocument(format: "Bluesky posts")
    for post in posts.prefix(reading.taken(of: posts.count)) {
      document.entries.append(entry(post, &reading))
    }
    return document
  }

  private static func isPost(_ json: JSON) -> Bool {
    json["uri"]?.string?.hasPrefix("at://") == true && json["author"]?["handle"]?.string != nil
      && json["record"]?.members != nil
  }

  /// An empty list is a search that found nothing only where nothing else could be meant.
  private static func saysNothingElse(_ json: JSON) -> Bool {
    json.members?.allSatisfy { ["feed", "posts", "cursor", "hitsTotal"].contains($0.name) } ?? false
  }

  private static func entry(_ post: JSON, _ reading: inout FeedReading) -> FeedEntry {
    let record = post["record"]
    let account = account(of: post)
    var entry = FeedEntry()
    entry.guid = post["uri"]?.string
    entry.link = link(post["uri"]?.string ?? "", account)
    let images = images(in: post["embed"])
    let card = post["embed"]?["external"]
    entry.text = reading.words(
      [reading.lines(record?["text"], isMarkup: false)]
        + images.map { reading.lines($0["alt"], isMarkup: false) }
        + [card?["title"], card?["description"]].map { reading.lines($0, isMarkup: false) })
    entry.published = reading.date(record?["createdAt"]) ?? reading.date(post["indexedAt"])
    entry.language = record?["langs"]?.array?.first?.string
    entry.categories = (record?["tags"]?.array ?? []).compactMap(\.string)
    entry.images = images.compactMap { reading.link($0["fullsize"]) ?? reading.link($0["thumb"]) }
    entry.authors = personNames(
      handle: account, shown: post["author"]?["displayName"]?.string,
      uri: "https://bsky.app/profile/\(account)")
    return entry
  }

  /// The handle; where that has ceased to be valid, the number that stands behind it.
  private static func account(of post: JSON) -> String {
    let handle = post["author"]?["handle"]?.string ?? ""
    let isValid = !handle.isEmpty && handle != "handle.invalid"
    return isValid ? handle : post["author"]?["did"]?.string ?? handle
  }

  /// `at://did:plc:…/app.bsky.feed.post/3lhj` is a post for programs; people have a page of it.
  private static func link(_ uri: String, _ account: String) -> String? {
    let parts = uri.dropFirst("at://".count).split(separator: "/")
    guard parts.count == 3, parts[1] == "app.bsky.feed.post" else { return nil }
    return webLink("https://bsky.app/profile/\(account)/post/\(parts[2])", base: nil)
  }

  /// Pictures stand in the embed, or beside a post that is quoted.
  private static func images(in embed: JSON?) -> [JSON] {
    embed?["images"]?.array ?? embed?["media"]?["images"]?.array ?? []
  }
}
