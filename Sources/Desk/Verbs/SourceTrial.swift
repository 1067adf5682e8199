package import Bytes

/// What one look at an address has shown. Nothing of it is kept.
package struct SourceTrial: Sendable {
  /// Where the answer came from in the end.
  package var url: String
  /// Why it cannot be listened to; nil where it can.
  package var problem: Bilingual?
  package var format: String?
  package var title: String?
  package var language: String?
  package var encoding: String?
  /// How many entries there are, and the first of them.
  package var count = 0
  package var entries: [Entry] = []
  /// What was wrong and was got over.
  package var notes: [Bilingual] = []
  /// The feeds that a page names, best first.
  package var candidates: [Candidate] = []

  package init(url: String, problem: Bilingual? = nil) {
    self.url = url
    self.problem = problem
  }

  package struct Entry: Sendable {
    package let title: String
    package let published: Instant?

    package init(title: String, published: Instant?) {
      self.title = title
      self.published = published
    }
  }

  package struct Candidate: Sendable {
    package let url: String
    package let title: String?

    package init(url: String, title: String?) {
      self.url = url
      self.title = title
    }
  }
}

/// A feed as a list of feeds (OPML) names it.
package struct ListedFeed: Hashable, Sendable {
  package let url: String
  package let title: String?
  package let language: String?

  package init(url: String, title: String?, language: String?) {
    self.url = url
    self.title = title
    self.language = language
  }
}
