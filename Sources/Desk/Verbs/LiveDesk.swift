package import Bytes
package import Response

/// What only the running daemon can tell: what it hears at this moment.
package protocol LiveDesk: Sendable {
  /// The open topics that are worth a look, best first.
  func topics() async throws -> [LiveTopic]
  /// What the marks of topics do to the thresholds now, by kind of trouble.
  func markEffects() async throws -> [MarkEffect]
  func sources() async -> [LiveSource]
  /// Looks at an address once, with all the care of a poll, and keeps nothing.
  func tryOut(_ source: Configuration.SourceSettings) async -> SourceTrial
  /// Listens to the sources that the record names now, and to this one whatever its server said.
  func relisten(resuming id: Name?) async throws
  /// Throws what is `Explained` where it is no list of feeds.
  func feeds(inOPML bytes: [UInt8]) throws -> [ListedFeed]
  func opml(_ feeds: [ListedFeed], title: String) -> [UInt8]
  /// Moves the exercise clock, and answers once that is known everywhere in the daemon.
  func moveClock(_ setting: DeskClock.Setting) async throws
  /// Returns once everything that is due by this time is done; false if the wait was cut short.
  func settle(at desk: Instant) async -> Bool
}

/// By how much marks have moved what topics of one kind need.
package struct MarkEffect: Sendable {
  package let kind: Bilingual
  package let useful: Int
  package let noise: Int
  package let factor: Double
  /// The same for topics with serious words.
  package let severeFactor: Double

  package init(
    kind: Bilingual, useful: Int, noise: Int, factor: Double, severeFactor: Double
  ) {
    self.severeFactor = severeFactor
    self.kind = kind
    self.useful = useful
    self.noise = noise
    self.factor = factor
  }
}

/// A topic as the model sees it now.
package struct LiveTopic: Sendable {
  package let id: TopicID
  package let label: String
  package let keywords: [String]
  package let state: Bilingual
  package let score: Double
  package let posts: Int
  package let owners: Int?
  package let firstSeen: Instant
  package let lastSeen: Instant
  /// Whether it is an alert, or why not, in one line.
  package let decision: Bilingual
  /// Every figure, a line each.
  package let why: [Bilingual]
  package let items: [ShownItem]
  /// What the record keeps of it if somebody marks or mutes it now.
  package let now: TopicNow
  /// It is mainly one private person's name, which is withheld here.
  package let isMasked: Bool
  /// Topics with numbers of their own that have become part of this one.
  package var parts: [TopicID] = []

  package init(
    id: TopicID, label: String, keywords: [String], state: Bilingual, score: Double, posts: Int,
    owners: Int?, firstSeen: Instant, lastSeen: Instant, decision: Bilingual, why: [Bilingual],
    items: [ShownItem], now: TopicNow = TopicNow(), isMasked: Bool = false
  ) {
    self.now = now
    self.isMasked = isMasked
    self.id = id
    self.label = label
    self.keywords = keywords
    self.state = state
    self.score = score
    self.posts = posts
    self.owners = owners
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.decision = decision
    self.why = why
    self.items = items
  }
}

/// A source and how well it is heard.
package struct LiveSource: Sendable {
  package let id: Name
  package let name: Bilingual
  package var lastSuccess: Instant?
  package var lastItem: Instant?
  package var items = 0
  package var polls = 0
  /// What went wrong at the last attempt; nil while all is well.
  package var problem: Bilingual?
  package var failures = 0
  package var nextPoll: Instant?
  /// The state in one word that programs may rely on: `heard`, `quiet`, `unreachable`, `limited`,
  /// `challenge`, `html`, `zeroItems`, `retired`, `dead`, `paused`, `waiting`.
  package var state = "waiting"
  /// The same for people, with how long nothing came and what is usual.
  package var health = Bilingual(same: "")
  /// Whether the desk would hear it now if something were said.
  package var isHeard = true
  /// Until when its server is left alone, because it asked for that.
  package var limitedUntil: Instant?
  /// The usual gap between its items, where that is known.
  package var usualGap: Duration?
  /// Where it is asked, where that is not the configured address.
  package var movedTo: String?
  /// How often it was asked in the last 24 hours, with and without success.
  package var heardToday = 0
  package var failedToday = 0
  package var itemsToday = 0
  /// The hours of these 24 of which nothing is known, because it was not heard in them.
  package var deafHours: [Instant] = []

  package init(id: Name, name: Bilingual) {
    self.id = id
    self.name = name
  }
}
