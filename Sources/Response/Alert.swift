package import Bytes

/// A notice that a rule made of what was heard, with the figures that fired it.
package struct Alert: Hashable, Sendable {
  package let id: AlertID
  package let evidence: AlertEvidence
  package let raised: Incident.Stamp
  package internal(set) var acknowledged: Acknowledgement?
  package internal(set) var incident: IncidentID?

  /// Whether somebody has yet to take it.
  package var isWaiting: Bool { acknowledged == nil && evidence.level != .information }

  package struct Acknowledgement: Hashable, Sendable {
    package let channel: ReplyChannel
    package let stamp: Incident.Stamp
  }
}

/// Why an alert was raised, in so far as the journal may keep it: keywords and figures, hashes of
/// items, and titles and links only of official and listed media without handles.
package struct AlertEvidence: Hashable, Sendable {
  package enum Level: String, CaseIterable, Sendable {
    /// Good to know; nobody has to take it.
    case information
    /// Look at it soon.
    case attention
    /// Look at it now.
    case urgent

    package var title: Bilingual {
      switch self {
      case .information: Bilingual(zh: "通知", en: "information")
      case .attention: Bilingual(zh: "关注", en: "attention")
      case .urgent: Bilingual(zh: "紧急", en: "urgent")
      }
    }
  }

  /// What an alert is about.
  package enum Subject: Hashable, Sendable {
    case topic(TopicID)
    /// A watch phrase of the configuration, by its name.
    case phrase(String)
    /// Sources that cannot be heard, or are heard again.
    case sources([Name], areHeard: Bool)
    /// A group of sources that are heard, and bring much less than usual.
    case volume(String)
  }

  package var subject: Subject
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
  /// Further figures, a line each, of what is no topic.
  package var notes: [Bilingual]
  /// The topic is mainly one private person's name, which was withheld. What others wrote is not
  /// shown then, except where the journal has its title.
  package var isMasked: Bool

  /// The topic that it is about; nil if it is about something else.
  package var topic: TopicID? {
    if case .topic(let topic) = subject { topic } else { nil }
  }

  /// The kind of trouble for the sake of which it was told, by which marks of it count.
  package var markedKind: String? { signs.seriousness == .plain ? nil : signs.troubles.first }

  /// Whether serious words were what it was told for. Of older records the level says it.
  package var isSevere: Bool { signs.seriousness.map { $0 == .severe } ?? (level == .urgent) }

  /// The number or name by which lists show what it is about.
  package var subjectText: String {
    switch subject {
    case .topic(let topic): topic.description
    case .phrase(let name): name
    case .sources(let names, _): names.map(\.text).joined(separator: ",")
    case .volume(let group): group
    }
  }

  /// What kind of matter it is, for what is no topic.
  package var kindText: Bilingual {
    switch subject {
    case .topic: Bilingual(zh: "话题", en: "topic")
    case .phrase: Bilingual(zh: "关注词", en: "watch phrase")
    case .sources: Bilingual(zh: "信源", en: "sources")
    case .volume: Bilingual(zh: "收听量", en: "volume")
    }
  }

  package struct Signs: Hashable, Sendable {
    /// How many different ones spoke.
    package let voices: Int
    package let hasHarm: Bool
    /// The kinds of trouble and the places that the posts name.
    package let troubles: [String]
    package let places: [String]
    /// The kinds of trouble of which there were grave words.
    package let graveTroubles: [String]
    /// How many other topics it had taken in.
    package let parts: Int
    /// What its words made of it; older records do not say.
    package let seriousness: Seriousness?

    package enum Seriousness: String, CaseIterable, Sendable {
      /// It was told for how much was said, not for words of trouble.
      case plain
      case mild
      case severe
    }

    package init(
      voices: Int, hasHarm: Bool, troubles: [String], places: [String],
      graveTroubles: [String] = [], parts: Int = 0, seriousness: Seriousness? = nil
    ) {
      self.seriousness = seriousness
      self.voices = voices
      self.hasHarm = hasHarm
      self.troubles = troubles
      self.places = places
      self.graveTroubles = graveTroubles
      self.parts = parts
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

  /// Of what is no topic: no windows, no learning, no signs.
  package init(
    subject: Subject, level: Level, label: String, keywords: [String] = [], reason: Bilingual,
    posts: Int = 0, copies: Int = 0, authors: Int? = nil, owners: Int? = nil,
    officialPosts: Int = 0,
    first: Instant, detected: Instant, samples: [Sample] = [], coverage: Coverage,
    notes: [Bilingual] = [], isMasked: Bool = false
  ) {
    self.subject = subject
    self.level = level
    self.label = label
    self.keywords = keywords
    self.reason = reason
    score = 0
    self.posts = posts
    self.copies = copies
    self.authors = authors
    self.owners = owners
    sources = nil
    self.officialPosts = officialPosts
    windows = []
    firstPost = first
    self.detected = detected
    self.samples = samples
    self.coverage = coverage
    learningHours = nil
    signs = Signs(voices: authors ?? 0, hasHarm: false, troubles: [], places: [])
    self.notes = notes
    self.isMasked = isMasked
  }

  package init(
    topic: TopicID, level: Level, label: String, keywords: [String], reason: Bilingual,
    score: Double,
    posts: Int, copies: Int, authors: Int?, owners: Int?, sources: Int?, officialPosts: Int,
    windows: [Window], firstPost: Instant, detected: Instant, samples: [Sample],
    coverage: Coverage, learningHours: Int?, signs: Signs, isMasked: Bool = false
  ) {
    subject = .topic(topic)
    notes = []
    self.isMasked = isMasked
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
