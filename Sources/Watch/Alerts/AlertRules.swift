package import Bytes

/// Decides whether a person is told of a topic.
///
/// A pure function of what was counted: nothing here changes a count, and each answer carries the
/// figures it rests on. Order: what people ruled (mutes, known events, acknowledgement), then the
/// floors against one loud voice, then significance with words of trouble, then spacing. What people
/// ruled beforehand is of talk, and of a topic as it was: it holds back nothing that is graver. Who
/// wrote a post is never asked, only how many different ones did.
package struct AlertRules: Sendable {
  package let profile: RelevanceProfile
  package let thresholds: AlertThresholds
  private let reader: TopicReader
  private let eventFinders: [WordFinder]
  private let mutedFinders: [WordFinder]

  package init(profile: RelevanceProfile, thresholds: AlertThresholds = AlertThresholds()) {
    self.profile = profile
    self.thresholds = thresholds
    reader = TopicReader(profile)
    eventFinders = profile.knownEvents.map { WordFinder($0.words) }
    mutedFinders = profile.mutedMatters.map { WordFinder($0.words) }
  }

  /// Whether to tell a person of the topic now. `deskAge` is how long the model has listened.
  package func judge(
    _ topic: TopicSnapshot, history: AlertHistory, at now: Instant, deskAge: Duration
  ) -> AlertDecision {
    let texts = topic.references.map { Alphabet.shared.compared($0.text) }
    let reading = reader.read(texts)
    let candidate = candidate(reading)
    var figures = figures(topic, reading, candidate, history, at: now, deskAge: deskAge)
    guard let mute = mute(of: topic, candidate, reading, history, at: now) else {
      return judge(topic, texts, figures, history, at: now, deskAge: deskAge)
    }
    figures.mute = mute
    let bare = judge(topic, texts, figures, history, at: now, deskAge: deskAge)
    figures.mute?.isDecisive = bare.isRaised
    guard mute.graver.isEmpty else { return bare.with(figures.mute) }
    return .hold(HoldReason(cause: .muted(until: mute.until), figures: figures))
  }

  /// The same, whatever was muted by command.
  private func judge(
    _ topic: TopicSnapshot, _ texts: [[UInt32]], _ figures: AlertFigures, _ history: AlertHistory,
    at now: Instant, deskAge: Duration
  ) -> AlertDecision {
    let (candidate, reading) = (figures.seriousness, figures.reading)
    func hold(_ cause: HoldReason.Cause) -> AlertDecision {
      .hold(HoldReason(cause: cause, figures: figures))
    }
    if !isTrouble(candidate, reading) {
      if let event = knownEvent(explaining: texts, reading, at: now) {
        return hold(.knownEvent(event.name))
      }
      if let matter = mutedMatter(explaining: texts, reading, at: now) {
        return hold(.mutedMatter(matter.name))
      }
    }
    if let cause = missing(topic, candidate, figures, deskAge: deskAge) { return hold(cause) }
    let level = candidate.level
    if let told = history.told(of: topic) {
      return again(told, topic, level, figures, at: now)
    }
    if let other = related(topic, reading, level, history, at: now) {
      return hold(.related(topic: other.topic))
    }
    if level == .attention, let last = history.entries.last,
      !last.at.hasPassed(thresholds.mildInterval, at: now)
    {
      return hold(.spaced(next: last.at + thresholds.mildInterval))
    }
    let cause: AlertReason.Cause =
      switch candidate {
      case .severe: .severe
      case .mild: .mild
      case .plain: .strong
      }
    return .raise(AlertReason(level: level, cause: cause, figures: figures))
  }

  private func candidate(_ reading: TopicReading) -> Seriousness {
    let isLeisure = reading.share(reading.leisureItems) >= thresholds.leisureShare
    let severe = reading.share(reading.kindredItems)
    // At a feast and at a match people shout: only if most of the posts tell of trouble is it so. But
    // nobody shouts of the dead.
    let isShouting = isLeisure && !reading.hasHarm
    if reading.kindredItems >= 2, severe >= (isShouting ? 0.5 : thresholds.severeShare) {
      return .severe
    }
    if !isLeisure, reading.mildItems >= 3, reading.share(reading.mildItems) >= thresholds.mildShare
    {
      return .mild
    }
    return .plain
  }

  /// Whether there is more to it than talk, which known events and the configuration may explain.
  private func isTrouble(_ candidate: Seriousness, _ reading: TopicReading) -> Bool {
    candidate == .severe || reading.isGrave || reading.hasHarm
  }

  /// One at the age of `learning` and after; the young factor at the very beginning.
  private func caution(_ deskAge: Duration) -> Double {
    let share = deskAge.inSeconds / thresholds.learning.inSeconds
    return share >= 1 ? 1 : thresholds.youngFactor - (thresholds.youngFactor - 1) * max(0, share)
  }

  private func figures(
    _ topic: TopicSnapshot, _ reading: TopicReading, _ candidate: Seriousness,
    _ history: AlertHistory, at now: Instant, deskAge: Duration
  ) -> AlertFigures {
    // The day's window of a desk that has only a few days behind it compares with next to nothing.
    let asked: [BurstWindow] =
      deskAge < thresholds.seasoned ? [.hour, .sixHours] : BurstWindow.allCases
    let window = asked.reduce(.hour) { topic[$1].z > topic[$0].z ? $1 : $0 }
    let base =
      switch candidate {
      case .severe:
        reading.isGrave ? thresholds.graveSignificance : thresholds.severeSignificance
      case .mild: thresholds.mildSignificance
      case .plain: thresholds.strongSignificance
      }
    let isYoung = deskAge < thresholds.learning
    return AlertFigures(
      window: window, count: topic[window].count, expected: topic[window].expected,
      significance: topic[window].z, base: base, caution: caution(deskAge),
      marked: history.marks.factor(
        for: candidate == .plain ? nil : reading.troubles.first, isSevere: candidate == .severe,
        isGrave: candidate == .severe && reading.isGrave, at: now),
      windows: BurstWindow.allCases.map { TopicWindow($0, of: topic) }, novelty: topic.novelty,
      acceleration: topic.acceleration, score: topic.score, sources: topic.sources,
      posts: topic.posts, copies: topic.copies, voices: topic.voices, owners: topic.owners,
      official: topic.official,
      reading: reading, seriousness: candidate, mute: nil,
      learningHours: isYoung ? Int(max(0, deskAge.inSeconds) / 3600) : nil)
  }

  /// What the mutes of a topic do: of those that hold it back the one that ends last, else the last
  /// of those that it has outgrown.
  private func mute(
    of topic: TopicSnapshot, _ candidate: Seriousness, _ reading: TopicReading,
    _ history: AlertHistory, at now: Instant
  ) -> MuteEffect? {
    let standing = history.mutes.filter { mute in
      (mute.topic == topic.key || topic.aliases.contains(mute.topic))
        && mute.until.map { now < $0 } ?? true
    }
    let effects = standing.map { mute in
      // What was muted as another topic was never looked at as this one: a mute spreads to no more
      // than talk.
      let known = mute.topic == topic.key ? mute : AlertHistory.Mute(topic: mute.topic)
      return MuteEffect(
        until: mute.until, graver: graver(candidate, reading, than: known), isDecisive: false)
    }
    let forGood = Instant(microseconds: .max)
    return effects.max { left, right in
      (left.graver.isEmpty ? 1 : 0, left.until ?? forGood)
        < (right.graver.isEmpty ? 1 : 0, right.until ?? forGood)
    }
  }

  private func graver(
    _ candidate: Seriousness, _ reading: TopicReading, than mute: AlertHistory.Mute
  ) -> [Worsening] {
    var found: [Worsening] = []
    if candidate.level > mute.level { found.append(.urgent) }
    if reading.hasHarm, !mute.hasHarm { found.append(.harm) }
    let troubles = reading.graveTroubles.filter { !mute.graveTroubles.contains($0) }
    if !troubles.isEmpty { found.append(.troubles(troubles)) }
    return found
  }

  /// The same for what the configuration mutes by words: it mutes talk, not trouble.
  private func mutedMatter(
    explaining texts: [[UInt32]], _ reading: TopicReading, at now: Instant
  ) -> RelevanceProfile.MutedMatter? {
    for (matter, finder) in zip(profile.mutedMatters, mutedFinders)
    where matter.until.map({ now < $0 }) ?? true {
      if explains(finder, texts, reading) { return matter }
    }
    return nil
  }

  /// Whether most of the posts have such a word, and serious words are not what most have. It is asked
  /// of talk alone.
  private func explains(
    _ finder: WordFinder, _ texts: [[UInt32]], _ reading: TopicReading
  ) -> Bool {
    let about = texts.count { !finder.find(in: $0).isEmpty }
    return about * 2 >= texts.count && about > 0 && reading.severeItems * 2 < texts.count
  }

  /// A known event explains talk, not trouble: a stampede at the feast is told.
  private func knownEvent(
    explaining texts: [[UInt32]], _ reading: TopicReading, at now: Instant
  ) -> RelevanceProfile.KnownEvent? {
    for (event, finder) in zip(profile.knownEvents, eventFinders)
    where (event.from...max(event.from, event.to)).contains(now) {
      if explains(finder, texts, reading) { return event }
    }
    return nil
  }

  /// What a topic lacks to be told; nil if nothing.
  private func missing(
    _ topic: TopicSnapshot, _ candidate: Seriousness, _ figures: AlertFigures, deskAge: Duration
  ) -> HoldReason.Cause? {
    let reading = figures.reading
    if reading.drillItems * 2 > reading.items { return .drill }
    let caution = candidate == .plain ? caution(deskAge) : 1
    let (voices, owners) =
      switch candidate {
      case .severe: (thresholds.severeVoices, thresholds.owners)
      case .mild: (thresholds.mildVoices, thresholds.mildOwners)
      case .plain: (Int(Double(thresholds.strongVoices) * caution), thresholds.strongOwners)
      }
    // A floor applies only where the items carry the field; an official post needs no second voice.
    let isOfficial = topic.official > 0 && candidate == .severe
    if let heard = topic.voices, heard < voices, !isOfficial {
      return isConstant(topic) ? .constantVolume : .tooFewVoices(needed: voices)
    }
    let isCrowd = candidate == .severe && topic.voices ?? 0 >= thresholds.crowd
    if let heard = topic.owners, heard < owners, !isOfficial, !isCrowd {
      return .tooFewOwners(needed: owners)
    }
    let isSmallChange =
      candidate == .severe && !reading.isGrave
      && figures.count < thresholds.severeRatio * figures.expected
    if figures.significance < figures.needed || isSmallChange {
      if isConstant(topic) { return .constantVolume }
      guard candidate == .plain else { return .notSignificant }
      let isBurst = figures.significance >= thresholds.mildSignificance
      return unserious(reading) ?? (isBurst ? .noSeriousWords : .notSignificant)
    }
    if candidate == .plain, let cause = unserious(reading) { return cause }
    let isFar = reader.knowsPlaces && reading.places.isEmpty
    return isFar && figures.significance < thresholds.strongSignificance ? .elsewhere : nil
  }

  /// Why a topic without words of trouble is nothing to be told; nil if it may be.
  private func unserious(_ reading: TopicReading) -> HoldReason.Cause? {
    if reading.share(reading.leisureItems) >= thresholds.leisureShare { return .leisure }
    return nil
  }

  /// Much in a day, and about what a day is used to.
  private func isConstant(_ topic: TopicSnapshot) -> Bool {
    topic.day.count >= 24 && topic.hour.z < 2 && topic.sixHours.z < 3
  }

  /// A topic that was told before is told again only if it got worse, and not at once.
  private func again(
    _ told: AlertHistory.Entry, _ topic: TopicSnapshot, _ level: AlertLevel,
    _ figures: AlertFigures, at now: Instant
  ) -> AlertDecision {
    let worsened = worsening(of: topic, since: told, level, figures.reading, at: now)
    func hold(_ cause: HoldReason.Cause) -> AlertDecision {
      .hold(HoldReason(cause: cause, figures: figures, worsened: worsened))
    }
    // What someone has in hand is told again only if it is graver: any event grows and spreads.
    if let taken = told.acknowledged, !worsened.contains(where: \.isGraver) {
      return hold(.acknowledged(at: taken))
    }
    guard !worsened.isEmpty else { return hold(.alreadyRaised(at: told.at)) }
    guard told.at.hasPassed(thresholds.interval, at: now) else {
      return hold(.tooSoon(next: told.at + thresholds.interval))
    }
    return .raise(
      AlertReason(
        level: max(level, told.level), cause: .escalated(worsened, since: told.at),
        figures: figures))
  }

  /// In what a topic is worse than all of its notices have said, the gravest first.
  ///
  /// That a place is new, an office speaks or topics become one is told of urgent matters only.
  private func worsening(
    of topic: TopicSnapshot, since told: AlertHistory.Entry, _ level: AlertLevel,
    _ reading: TopicReading, at now: Instant
  ) -> [Worsening] {
    var found: [Worsening] = []
    if level > told.level { found.append(.urgent) }
    if reading.hasHarm, !told.hasHarm { found.append(.harm) }
    let troubles = reading.graveTroubles.filter {
      !told.graveTroubles.contains($0) && !told.troubles.contains($0)
    }
    if !troubles.isEmpty { found.append(.troubles(troubles)) }
    // Rain spreads and offices speak of it, and that is no emergency.
    let isUrgent = max(level, told.level) == .urgent
    let places = isUrgent ? reader.new(reading.firmPlaces, beside: told.places) : []
    if !places.isEmpty { found.append(.places(places)) }
    if isUrgent, topic.official > 0, !told.isOfficial { found.append(.official) }
    let voices = topic.voices ?? topic.posts
    let growth = Double(voices) / Double(max(1, told.voices))
    if isUrgent, topic.aliases.count > told.parts, growth >= thresholds.mergeGrowth,
      told.at.hasPassed(thresholds.mergeInterval, at: now)
    {
      found.append(.merged(from: told.voices, to: voices))
    } else if growth >= thresholds.growth, told.at.hasPassed(thresholds.growthInterval, at: now) {
      found.append(.grown(from: told.voices, to: voices))
    }
    return found
  }

  /// An alert that this topic is most likely a part of.
  ///
  /// Milder trouble of the same kind is. Serious trouble is where it names the same things, since a
  /// second fire in another village must be told; within `interval` of the alert it is in any
  /// case, for one event begins as several stories, and the model makes them one as they grow.
  private func related(
    _ topic: TopicSnapshot, _ reading: TopicReading, _ level: AlertLevel, _ history: AlertHistory,
    at now: Instant
  ) -> AlertHistory.Entry? {
    history.entries.last { told in
      guard !told.at.hasPassed(thresholds.relatedTime, at: now), told.level >= level else {
        return false
      }
      let isSameTrouble = told.troubles.prefix(2).contains {
        reading.troubles.prefix(2).contains($0)
      }
      let shared = topic.keywords.count { word in
        told.keywords.contains { $0.contains(word) || word.contains($0) }
      }
      if level == .attention { return isSameTrouble || shared >= 2 }
      let isSamePlace = told.places.contains { reading.places.contains($0) }
      let isFresh = !told.at.hasPassed(thresholds.interval, at: now)
      return shared >= 2 || isSameTrouble && (isSamePlace || isFresh)
    }
  }
}
