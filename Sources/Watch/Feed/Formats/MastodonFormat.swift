import Bytes

/// Statuses as Mastodon and what speaks its language list them for a timeline, a tag or an account.
///
/// docs.joinmastodon.org/entities/Status. Each is a post of a person: the account's address goes
/// with its name, so that it is known as one wherever the post came from.
struct MastodonFormat: FeedFormat {
  static func document(_ source: FeedSource, _ reading: inout FeedReading) -> FeedDocument? {
    guard case .json(let json) = source, let list = json.array ?? json["statuses"]?.array else {
      return nil
    }
    let statuses = list.filter(isStatus)
    // A quiet timeline is an empty list, and that is no fault of its server.
    guard !statuses.isEmpty || list.isEmpty else { return nil }
    var document = FeedDocument(format: "Mastodon statuses")
    for status in statuses.prefix(reading.taken(of: statuses.count)) {
      // A post that was passed on is the original, by whoever wrote that.
      let original = status["reblog"].flatMap { isStatus($0) ? $0 : nil } ?? status
      guard isPublic(status), isPublic(original) else { continue }
      document.entries.append(entry(original, &reading))
    }
    return document
  }

  private static func isStatus(_ json: JSON) -> Bool {
    json["content"]?.string != nil && json["created_at"]?.string != nil
      && json["account"]?["acct"]?.string != nil
  }

  /// With somebody's key a server shows what was meant for few; that is not for this desk.
  private static func isPublic(_ status: JSON) -> Bool {
    let visibility = status["visibility"]?.string ?? "public"
    return visibility == "public" || visibility == "unlisted"
  }

  private static func entry(_ status: JSON, _ reading: inout FeedReading) -> FeedEntry {
    var entry = FeedEntry()
    entry.guid = status["uri"]?.looseText ?? status["id"]?.looseText
    entry.link = reading.link(status["url"]) ?? reading.link(status["uri"])
    entry.title = reading.line(status["spoiler_text"])
    let media = status["media_attachments"]?.array ?? []
    let descriptions = media.map { reading.lines($0["description"], isMarkup: false) }
    entry.text = reading.words([reading.lines(status["content"], isMarkup: true)] + descriptions)
    entry.published = reading.date(status["created_at"])
    entry.updated = reading.date(status["edited_at"])
    entry.language = status["language"]?.string
    entry.categories = (status["tags"]?.array ?? []).compactMap { $0["name"]?.string }
    entry.images = media.filter { $0["type"]?.string == "image" }
      .compactMap { reading.link($0["url"]) }
    entry.authors = authors(status["account"], reading.address)
    return entry
  }

  private static func authors(_ account: JSON?, _ address: WebAddress?) -> [FeedAuthor] {
    guard let account, let name = account["acct"]?.string else { return [] }
    // Not every server that speaks so has `/@name`; the address has to show whose it is. An account
    // of another server is `name@host`.
    let url = account["url"]?.string.flatMap { bearsHandle(link: $0) ? $0 : nil }
    let parts = name.split(separator: "@", maxSplits: 1)
    let host = parts.count == 2 ? String(parts[1]) : address?.authority ?? "unknown.invalid"
    return personNames(
      handle: name, shown: account["display_name"]?.string,
      uri: url ?? "https://\(host)/@\(parts.first ?? "")")
  }
}

/// A person as the author of a post: the account, and the name that stands above it.
///
/// The account comes first: its address is what the pseudonym is made of.
func personNames(handle: String, shown: String?, uri: String) -> [FeedAuthor] {
  let shown = shown.map { $0.withoutBlanksAround } ?? ""
  let account = FeedAuthor(name: handle, uri: uri)
  return shown.isEmpty || shown == handle ? [account] : [account, FeedAuthor(name: shown)]
}

extension String {
  fileprivate var withoutBlanksAround: String {
    String(decoding: Array(utf8).trimmingBlanks, as: UTF8.self)
  }
}
