import Bytes
import Watch

/// One source of the county, and everything that is peculiar about it.
struct Feed: Sendable {
  enum Format: String, CaseIterable, Sendable {
    case rss
    case atom
    case json
    /// An Atom index whose entries hold whole CAP alerts.
    case capIndex = "cap-atom"
    /// The newest alert alone.
    case cap
  }

  enum Encoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case gb18030
    case utf16 = "utf-16"
  }

  /// Where the title of a post comes from.
  enum Titles: String, CaseIterable, Sendable {
    /// Its own, else its first clause.
    case own
    /// The first characters of the text, as bridges cut them.
    case cut
    case none
  }

  enum Content: String, CaseIterable, Sendable {
    /// Plain text.
    case text
    /// HTML in a CDATA section.
    case html
    /// HTML with its markup escaped.
    case escaped
    /// A summary, and the HTML in `content:encoded`.
    case encoded
  }

  enum Guid: String, CaseIterable, Sendable {
    case permalink
    case number
    /// One for all posts of an hour: a fault of its system.
    case hour
    case none
  }

  enum Dates: String, CaseIterable, Sendable {
    case rfc822
    /// `2026-09-26 08:30:00`, without a zone.
    case zoneless
    /// `2026年09月26日 08:30`
    case chinese
  }

  /// A time during which the feed does not answer as it should.
  struct Fault: Sendable, Hashable {
    enum What: Sendable, Hashable {
      case down(status: Int)
      case maintenance(page: String)
    }

    let what: What
    let from: Instant
    let to: Instant
  }

  /// How a feed of bad XML is bad: `&` is not escaped, and now and then worse.
  struct Damage: Sendable, Hashable {
    /// Each so-many-th post has an element that is not closed.
    let unclosedEvery: Int
    /// Each so-many-th post has a byte that is no UTF-8.
    let badByteEvery: Int
    /// So many bytes are missing at the end.
    let cutTail: Int
  }

  /// Markup that somebody has hung into the posts of some hours.
  struct Graft: Sendable, Hashable {
    let from: Instant
    let to: Instant
    let every: Int
    let html: String
  }

  let id: String
  let title: String
  let about: String
  let owner: String
  let tier: Item.Tier
  /// Whether its links name persons.
  let isPersonal: Bool
  let language: String
  let area: String
  let format: Format
  let encoding: Encoding
  /// The encoding that the XML declaration names.
  let declared: String
  let mediaType: String
  let hasByteOrderMark: Bool
  /// Where it is served; `former` is where it was, and now redirects.
  let path: String
  let former: String?
  /// What relative links are relative to.
  let base: String?
  let link: String
  /// The number before that of its first post.
  let firstNumber: Int
  /// So many posts are listed, the newest first.
  let newest: Int
  let pollSeconds: Int
  let titles: Titles
  let content: Content
  let guid: Guid
  let dates: Dates
  /// Characters a line; 0 for no wrapping.
  let wrap: Int
  /// What its system adds to each text.
  let boilerplate: String
  let faults: [Fault]
  let damage: Damage?
  let graft: Graft?
  /// Who writes on it; empty for papers and offices.
  let handles: [String]

  /// Whether it is meant to be well-formed.
  var isWellFormed: Bool { damage == nil }

  func fault(at instant: Instant) -> Fault? {
    faults.first { $0.from <= instant && instant < $0.to }
  }
}
