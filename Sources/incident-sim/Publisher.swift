import Bytes

/// Puts drafts on their feeds: gives each a number, a title, an author and a time of first sight.
struct Publisher {
  private let county: County
  private let seed: UInt64

  /// A title that is made from a text is cut after so many characters.
  private static let leadLimit = 22
  private static let cutLimit = 24

  init(county: County, seed: UInt64) {
    self.county = county
    self.seed = seed
  }

  /// The posts of these drafts in the order of `firstSeen`, then publication, then id.
  func posts(of drafts: [Draft]) -> [Post] {
    var posts: [Post] = []
    for place in county.feeds.indices {
      let own = drafts.filter { $0.feed == place }.sorted { $0.published < $1.published }
      posts += self.posts(of: own, on: place)
    }
    return posts.sorted { left, right in
      (left.firstSeen, left.published, left.id) < (right.firstSeen, right.published, right.id)
    }
  }

  private func posts(of drafts: [Draft], on place: Int) -> [Post] {
    let feed = county.feeds[place]
    var dice = Dice(seed: seed, "publisher/\(feed.id)")
    let polling = Polling(feed: feed, seed: seed)
    var number = feed.firstNumber
    return drafts.map { draft in
      number += dice.within(1...3)
      // The smaller of two numbers: some speak often, many now and then.
      let people = feed.handles.count
      let author =
        people == 0 ? nil : feed.handles[min(dice.below(people), dice.below(people))]
      let (title, text) = shown(draft, on: feed)
      return Post(
        id: "\(feed.id)-\(number)", feed: place, number: number, published: draft.published,
        firstSeen: polling.firstSight(of: draft.published), title: title, text: text,
        language: feed.language, author: author,
        link: feed.absoluteLink(number: number, handle: author), kind: draft.kind,
        label: draft.label, isCopy: draft.isCopy, alert: draft.alert)
    }
  }

  private func shown(_ draft: Draft, on feed: Feed) -> (title: String?, text: String) {
    guard draft.alert == nil else { return (draft.title, draft.body) }
    switch feed.titles {
    case .none: return (nil, draft.whole + feed.boilerplate)
    case .cut:
      let whole = draft.whole
      return (shortened(whole, to: Self.cutLimit), whole + feed.boilerplate)
    case .own:
      let body = draft.body.isEmpty ? draft.title ?? "" : draft.body
      return (draft.title ?? lead(of: draft.body), body + feed.boilerplate)
    }
  }

  /// The first clause of a text, as people title what they have nothing to title with.
  private func lead(of text: String) -> String {
    let clause = text.prefix { !"，。！？；…".contains($0) }
    let isUseful = (6...Self.leadLimit).contains(clause.count)
    return isUseful ? String(clause) : shortened(text, to: Self.leadLimit)
  }
}

/// When a desk meets what a feed publishes, if it asks as often as the feed wishes.
struct Polling {
  private let feed: Feed
  private let seed: UInt64
  private let phaseSeconds: Int

  init(feed: Feed, seed: UInt64) {
    self.feed = feed
    self.seed = seed
    var dice = Dice(seed: seed, "polling/\(feed.id)")
    phaseSeconds = dice.below(feed.pollSeconds)
  }

  /// The end of the first poll that can have shown it. A poll during a fault shows nothing.
  func firstSight(of published: Instant) -> Instant {
    let step = Duration.seconds(feed.pollSeconds)
    let phase = Duration.seconds(phaseSeconds)
    var poll = (published - phase).floored(to: step) + step + phase
    while let fault = feed.fault(at: poll) {
      poll = (fault.to - phase - .microseconds(1)).floored(to: step) + step + phase
    }
    // How long the answer took; the same for all that one poll brought.
    var dice = Dice(seed: seed, "answer/\(feed.id)/\(poll.seconds)")
    return poll + .milliseconds(dice.within(180...2400))
  }
}
