package import Bytes

/// What a desk answers for, and what it knows beforehand.
package struct RelevanceProfile: Hashable, Sendable {
  /// One place by all its names, in any language: 石渡, 石渡镇, Shidu.
  package struct Place: Hashable, Sendable {
    package var names: [String]
    /// What lies in it, each by all its names: the towns of a county. A part is a place of its own;
    /// that a topic names the whole of a place that was told already is nothing new.
    package var parts: [[String]]

    package init(_ names: [String], parts: [[String]] = []) {
      self.names = names
      self.parts = parts
    }
  }

  /// Something planned that people will talk about.
  package struct KnownEvent: Hashable, Sendable {
    package var name: String
    /// Words of which a post about it has at least one.
    package var words: [String]
    package var from: Instant
    package var to: Instant

    package init(name: String, words: [String], from: Instant, to: Instant) {
      self.name = name
      self.words = words
      self.from = from
      self.to = to
    }
  }

  /// A matter that the desk need not be told of, as long as no trouble comes of it: as a known event
  /// without a beginning.
  package struct MutedMatter: Hashable, Sendable {
    package var name: String
    package var words: [String]
    /// Nil mutes for good.
    package var until: Instant?

    package init(name: String, words: [String], until: Instant? = nil) {
      self.name = name
      self.words = words
      self.until = until
    }
  }

  package var places: [Place] = []
  /// Works, schools, reservoirs, hospitals: places with a duty of their own.
  package var facilities: [Place] = []
  /// Words of the desk's own duties that count as worth a look.
  package var dutyWords: [String] = []
  /// Adds to the words that ship; a word that ships gets the weight that is given here.
  package var severityWords: [SeverityWord] = []
  package var knownEvents: [KnownEvent] = []
  package var mutedMatters: [MutedMatter] = []
  /// People who may be named because of their office, and offices that look like names.
  package var publicNames: [String] = []
  package var phrases: [WatchPhrase] = []

  package init() {}
}

/// From what figures on a topic is told to a person. A young desk multiplies the significances.
package struct AlertThresholds: Hashable, Sendable {
  /// For a topic with grave words: few use them lightly.
  package var graveSignificance = 4.0
  /// For a topic with serious words, which some post of any day has: a power cut in one house, two
  /// cars that touched. Beside it so many times as much must be said as usual.
  package var severeSignificance = 6.5
  package var severeRatio = 5.0
  package var severeVoices = 3
  /// This share of its posts must have a serious word, and two posts at least.
  package var severeShare = 0.34
  /// For a topic with words that are worth a look.
  package var mildSignificance = 6.0
  package var mildVoices = 6
  package var mildOwners = 3
  package var mildShare = 0.5
  /// For a topic without any such word.
  package var strongSignificance = 12.0
  package var strongVoices = 15
  package var strongOwners = 4
  /// Independent owners that a serious topic needs; a crowd of authors stands for the second.
  package var owners = 2
  package var crowd = 6
  /// From this share of posts about a feast or a match on, a topic without serious words is one.
  package var leisureShare = 0.34
  /// So long a desk is young. At its very beginning significances count a third.
  package var learning: Duration = .hours(24)
  package var youngFactor = 3.0
  /// From this age on the day's window is asked as well.
  package var seasoned: Duration = .days(4)
  /// Two notices of one topic are at least so far apart, and only if it got worse.
  package var interval: Duration = .minutes(30)
  /// It got worse if its level rose or its posts now tell of deaths; or, so long after the last
  /// notice, if so many times as many voices speak.
  package var growth = 4.0
  package var growthInterval: Duration = .hours(6)
  /// Or, so long after it, if it took another topic in and so many times as many voices speak; or if
  /// a new place is named, words of a new kind of grave trouble fall, or an official source joins.
  package var mergeGrowth = 4.0
  package var mergeInterval: Duration = .hours(1)
  /// After an alert, milder topics of the same kind of trouble are a part of it for so long.
  package var relatedTime: Duration = .hours(12)
  /// Alerts that are not urgent are at least so far apart.
  package var mildInterval: Duration = .hours(6)

  package init() {}
}
