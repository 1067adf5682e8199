package import Bytes
package import Response

/// What only the running daemon can tell: what it hears at this moment.
package protocol LiveDesk: Sendable {
  /// The open topics that are worth a look, best first.
  func topics() async throws -> [LiveTopic]
  func sources() async -> [LiveSource]
  /// Moves the exercise clock, and answers once that is known everywhere in the daemon.
  func moveClock(_ setting: DeskClock.Setting) async throws
  /// Returns once everything that is due by this time is done; false if the wait was cut short.
  func settle(at desk: Instant) async -> Bool
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

  package init(
    id: TopicID, label: String, keywords: [String], state: Bilingual, score: Double, posts: Int,
    owners: Int?, firstSeen: Instant, lastSeen: Instant, decision: Bilingual, why: [Bilingual],
    items: [ShownItem]
  ) {
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
  package let lastSuccess: Instant?
  package let lastItem: Instant?
  package let items: Int
  package let polls: Int
  /// What went wrong at the last attempt; nil while all is well.
  package let problem: Bilingual?
  package let failures: Int
  package let nextPoll: Instant?

  package init(
    id: Name, name: Bilingual, lastSuccess: Instant?, lastItem: Instant?, items: Int, polls: Int,
    problem: Bilingual?, failures: Int, nextPoll: Instant?
  ) {
    self.id = id
    self.name = name
    self.lastSuccess = lastSuccess
    self.lastItem = lastItem
    self.items = items
    self.polls = polls
    self.problem = problem
    self.failures = failures
    self.nextPoll = nextPoll
  }
}
