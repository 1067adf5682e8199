import Bytes

/// A county with a seed: what each of its feeds answers at any instant.
///
/// Whoever serves it asks `reply(toPath:at:)`; the answer is a pure function of county, seed, path
/// and time.
struct Edition: Sendable {
  let county: County
  let seed: UInt64
  /// The posts of each feed, the oldest first.
  private let posts: [[Post]]
  /// When each alert was sent, for those that refer to it.
  private let alertsSent: [String: Instant]

  init(county: County, seed: UInt64) {
    self.county = county
    self.seed = seed
    let all = county.posts(seed: seed)
    posts = county.feeds.indices.map { place in
      all.filter { $0.feed == place }
        .sorted { ($0.published, $0.number) < ($1.published, $1.number) }
    }
    var sent: [String: Instant] = [:]
    for post in all {
      if let alert = post.alert { sent[alert.id] = post.published }
    }
    alertsSent = sent
  }

  /// What a request for a path gets; nil for a path that no feed has.
  func reply(toPath path: String, at instant: Instant) -> FeedReply? {
    for feed in county.feeds {
      if feed.path == path { return reply(to: feed.id, at: instant) }
      if feed.former == path { return .moved(to: feed.path) }
    }
    return nil
  }

  /// What the feed of this name answers; nil for a name that no feed has.
  func reply(to id: String, at instant: Instant) -> FeedReply? {
    guard let place = county.feeds.firstIndex(where: { $0.id == id }) else { return nil }
    let feed = county.feeds[place]
    switch feed.fault(at: instant)?.what {
    case .down(let status): return .failed(status)
    case .maintenance(let page): return .page(page)
    case nil: break
    }
    let listed = listed(on: place, at: instant)
    guard let newest = listed.first else { return .failed(404) }
    let page = FeedPage(
      feed: feed, posts: listed, zone: county.zone,
      alerts: AlertWriter(zone: county.zone, sent: alertsSent))
    return .feed(page.bytes, mediaType: feed.contentType, modified: newest.published)
  }

  /// The posts that the feed lists at an instant, the newest first. What has once been listed
  /// leaves only by its age.
  func listed(on place: Int, at instant: Instant) -> [Post] {
    let published = posts[place].prefix { $0.published <= instant }
    return published.suffix(county.feeds[place].newest).reversed()
  }
}

extension Feed {
  /// As the header names it.
  fileprivate var contentType: String {
    format == .json ? mediaType : "\(mediaType); charset=\(declared)"
  }
}
