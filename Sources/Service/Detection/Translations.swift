import Bytes
import Desk
import Response
import Watch

// Watch knows signals and Response knows evidence; here the one becomes the other.

extension Configuration {
  /// The rules that decide on alerts, as this desk has set them.
  var alertRules: AlertRules {
    var profile = RelevanceProfile()
    profile.places = relevance.places.map { RelevanceProfile.Place($0) }
    profile.facilities = relevance.facilities.map { RelevanceProfile.Place($0) }
    profile.dutyWords = relevance.duties
    profile.knownEvents = relevance.events.map { event in
      RelevanceProfile.KnownEvent(
        name: event.name, words: event.words, from: event.from, to: event.to)
    }
    var thresholds = AlertThresholds()
    thresholds.graveSignificance /= alerts.sensitivity
    thresholds.severeSignificance /= alerts.sensitivity
    thresholds.mildSignificance /= alerts.sensitivity
    thresholds.strongSignificance /= alerts.sensitivity
    return AlertRules(profile: profile, thresholds: thresholds)
  }
}

extension Configuration {
  var personalSources: Set<String> { Set(sources.filter(\.isPersonal).map(\.id.text)) }
}

extension RecordState {
  /// What was told before, as the rules compare it.
  var alertHistory: AlertHistory {
    var history = AlertHistory()
    for alert in response.alerts.values.sorted(by: { $0.id < $1.id }) {
      let evidence = alert.evidence
      history.note(
        AlertHistory.Entry(
          topic: topics[evidence.topic]?.key ?? evidence.topic.description,
          level: evidence.level == .urgent ? .urgent : .attention, at: alert.raised.time,
          voices: evidence.signs.voices, hasHarm: evidence.signs.hasHarm,
          keywords: evidence.keywords,
          troubles: evidence.signs.troubles.compactMap { Trouble(rawValue: $0) },
          places: evidence.signs.places, acknowledged: alert.acknowledged?.stamp.time))
    }
    return history
  }
}

extension AlertEvidence {
  /// The evidence that the journal keeps of a topic that has become an alert.
  init(
    topic: TopicSnapshot, id: TopicID, reason: AlertReason, at now: Instant, coverage: Coverage,
    configuration: Configuration
  ) {
    let reading = reason.figures.reading
    let zone = configuration.desk.zone
    let sources = configuration.sources
    // Of what is said now: its words may have stood together before, for other reasons, and then
    // this was not detected before its alert.
    let firstPost = topic.references.compactMap(\.firstSeen).min() ?? topic.firstItem
    let windows = BurstWindow.allCases.map { window in
      let burst = topic[window]
      return Window(
        hours: Int(window.length.inSeconds) / 3600, count: Int(burst.count.rounded()),
        expected: burst.expected.rounded(toDigits: 3),
        significance: burst.z.rounded(toDigits: 3))
    }
    self.init(
      topic: id, level: reason.level == .urgent ? .urgent : .attention,
      label: withoutHandles(topic.label), keywords: topic.keywords.map(withoutHandles),
      reason: reason.line(in: zone), score: topic.score.rounded(toDigits: 3), posts: topic.posts,
      copies: topic.copies, authors: topic.authors, owners: topic.owners, sources: topic.sources,
      officialPosts: topic.official, windows: windows,
      firstPost: firstPost, detected: topic.detected >= firstPost ? topic.detected : now,
      samples: topic.references.map { Sample($0, sources: sources, detected: topic.detected) },
      coverage: coverage, learningHours: reason.figures.learningHours,
      signs: Signs(
        voices: topic.voices ?? topic.posts, hasHarm: reading.harmItems > 0,
        troubles: reading.troubles.map(\.rawValue), places: reading.places))
  }
}

extension AlertEvidence.Sample {
  /// Of foreign text the journal holds titles and links of official and listed media, without
  /// handles; of all others only the hash by which the item log finds them.
  init(
    _ reference: TopicReference, sources: [Configuration.SourceSettings], detected: Instant
  ) {
    let source = sources.first { $0.id.text == reference.source }
    let isPublic = reference.tier == .official || reference.tier == .listed
    let mayKeep = isPublic && source?.isPersonal != true
    let link = reference.link.flatMap { mayKeep && !bearsHandle(link: $0) ? $0 : nil }
    self.init(
      item: reference.id, source: reference.source, seen: reference.firstSeen ?? detected,
      isOfficial: reference.tier == .official,
      title: mayKeep ? withoutHandles(reference.text) : nil, link: link)
  }
}

extension LiveTopic {
  init(
    _ topic: TopicSnapshot, id: TopicID, decision: AlertDecision, configuration: Configuration
  ) {
    let zone = configuration.desk.zone
    let sources = configuration.sources
    self.init(
      id: id, label: withoutHandles(topic.label), keywords: topic.keywords.map(withoutHandles),
      state: topic.state.name, score: topic.score, posts: topic.posts, owners: topic.owners,
      firstSeen: topic.firstItem, lastSeen: topic.lastItem, decision: decision.line(in: zone),
      why: decision.full(in: zone),
      items: topic.references.map { reference in
        let source = sources.first { $0.id.text == reference.source }
        let link = reference.link.flatMap { bearsHandle(link: $0) ? nil : $0 }
        return ShownItem(
          title: withoutHandles(reference.text), link: source?.isPersonal == true ? nil : link,
          source: reference.source, time: reference.firstSeen ?? topic.detected,
          isOfficial: reference.tier == .official)
      })
  }
}

extension TopicState {
  fileprivate var name: Bilingual {
    switch self {
    case .emerging: Bilingual(zh: "初现", en: "emerging")
    case .growing: Bilingual(zh: "升温", en: "growing")
    case .steady: Bilingual(zh: "持续", en: "steady")
    case .fading: Bilingual(zh: "回落", en: "fading")
    case .closed: Bilingual(zh: "已过", en: "over")
    }
  }
}

extension Double {
  /// A figure for people needs no more digits than they read.
  fileprivate func rounded(toDigits digits: Int) -> Double {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}
