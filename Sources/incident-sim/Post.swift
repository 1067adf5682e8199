import Bytes
import Watch

/// One post of the county: what a feed shows of it, and what the story knows of it.
struct Post: Sendable, Hashable {
  /// The feed's name and the post's number there: unique in a stream.
  let id: String
  /// The feed's place in the county.
  let feed: Int
  let number: Int
  let published: Instant
  /// When a desk that polls as the feed asks would have met it, its outages included.
  let firstSeen: Instant
  /// The title that the feed shows; nil where it shows none.
  let title: String?
  /// The text that the feed shows, without markup.
  let text: String
  let language: String
  /// A handle of the county; nil for papers and offices.
  let author: String?
  let link: String
  /// What it is about: `ordinary.traffic`, `festival`, `explosion`, `rumour.water`.
  let kind: String
  let label: String?
  /// Whether it passes on what another said, word by word or nearly so.
  let isCopy: Bool
  let alert: Alert?
}

extension Post {
  /// What a right reader of the feed would make of it.
  func item(of feed: Feed) -> Item {
    Item(
      id: id, published: published, firstSeen: firstSeen, source: feed.id, language: language,
      text: text, title: title, link: link, author: author.map { pseudonym($0, owner: feed.owner) },
      owner: feed.owner, tier: feed.tier, label: label)
  }

  /// The key of a desk of its own would never stand in a program; here nobody has to be hidden.
  private func pseudonym(_ handle: String, owner: String) -> String {
    let key = Array("incident-sim/author".utf8)
    return "p" + hmacSHA256(key: key, Array("\(owner)\n\(handle)".utf8)).hex.prefix(16)
  }
}
