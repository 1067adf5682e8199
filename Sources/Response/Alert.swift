package import Bytes

/// A notice that a rule made of what was heard, with the figures that fired it.
package struct Alert: Hashable, Sendable {
  package let id: AlertID
  package let evidence: AlertEvidence
  package let raised: Incident.Stamp
  package internal(set) var acknowledged: Acknowledgement?
  package internal(set) var incident: IncidentID?

  package struct Acknowledgement: Hashable, Sendable {
    package let channel: ReplyChannel
    package let stamp: Incident.Stamp
  }
}

/// Why an alert was raised, in so far as the journal may keep it: keywords and figures, hashes of
/// items, and titles and links only of official and listed media without handles.
package struct AlertEvidence: Hashable, Sendable {
  package enum Level: String, CaseIterable, Sendable {
    /// Look at it soon.
    case attention
    /// Look at it now.
    case urgent

    package var title: Bilingual {
      switch self {
      case .attention: Bilingual(zh: "关注", en: "attention")
      case .urgent: Bilingual(zh: "紧急", en: "urgent")
      }
    }
  }

  package var topic: TopicID
  package var level: Level
  package var label: String
  package var keywords: [String]
  /// One line that a duty officer reads.
  package var reason: Bilingual
  package var score: Double
  package var posts: Int
  package var copies: Int
  package var authors: Int?
  package var owners: Int?
  package var sources: Int?
  package var officialPosts: Int
  package var windows: [Window]
  package var firstPost: Instant
  package var detected: Instant
  package var samples: [Sample]
  package var coverage: Coverage
  /// Hours of history that the model had; nil once it has learned enough.
  package var learningHours: Int?
  /// What the rules compare a later state of the topic, and other topics, with.
  package var signs: Signs

  package struct Signs: Hashable, Sendable {
    /// How many different ones spoke.
    package let voices: Int
    package let hasHarm: Bool
    /// The kinds of trouble and the places that the posts name.
    package let troubles: [String]
    package let places: [String]

    package init(voices: Int, hasHarm: Bool, troubles: [String], places: [String]) {
      self.voices = voices
      self.hasHarm = hasHarm
      self.troubles = troubles
      self.places = places
    }
  }

  /// What one window of time held against what was expected.
  package struct Window: Hashable, Sendable {
    package let hours: Int
    package let count: Int
    package let expected: Double
    package let significance: Double

    package init(hours: Int, count: Int, expected: Double, significance: Double) {
      self.hours = hours
      self.count = count
      self.expected = expected
      self.significance = significance
    }
  }

  /// One item that stands for the topic. The title and the link are nil where the journal may not
  /// keep them; the item log has them as long as it is kept.
  package struct Sample: Hashable, Sendable {
    package let item: String
    package let source: String
    package let seen: Instant
    package let isOfficial: Bool
    package let title: String?
    package let link: String?

    package init(
      item: String, source: String, seen: Instant, isOfficial: Bool, title: String?, link: String?
    ) {
      self.item = item
      self.source = source
      self.seen = seen
      self.isOfficial = isOfficial
      self.title = title
      self.link = link
    }
  }

  /// How many sources were heard when the alert was raised: without it silence could be deafness.
  package struct Coverage: Hashable, Sendable {
    package let sources: Int
    package let silent: Int

    package init(sources: Int, silent: Int) {
      self.sources = sources
      self.silent = silent
    }
  }

  package init(
    topic: TopicID, level: Level, label: String, keywords: [String], reason: Bilingual,
    score: Double,
    posts: Int, copies: Int, authors: Int?, owners: Int?, sources: Int?, officialPosts: Int,
    windows: [Window], firstPost: Instant, detected: Instant, samples: [Sample],
    coverage: Coverage, learningHours: Int?, signs: Signs
  ) {
    self.topic = topic
    self.level = level
    self.label = label
    self.keywords = keywords
    self.reason = reason
    self.score = score
    self.posts = posts
    self.copies = copies
    self.authors = authors
    self.owners = owners
    self.sources = sources
    self.officialPosts = officialPosts
    self.windows = windows
    self.firstPost = firstPost
    self.detected = detected
    self.samples = samples
    self.coverage = coverage
    self.learningHours = learningHours
    self.signs = signs
  }
}
