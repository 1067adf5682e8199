import Bytes
import Desk
import Response
import Watch

// Watch knows signals and Response knows evidence; here the one becomes the other.

extension Configuration {
  /// The rules that decide on alerts, as this desk has set them.
  var alertRules: AlertRules {
    var profile = RelevanceProfile()
    profile.places = relevance.places.map { RelevanceProfile.Place($0.names, parts: $0.parts) }
    profile.facilities = relevance.facilities.map {
      RelevanceProfile.Place($0.names, parts: $0.parts)
    }
    profile.dutyWords = relevance.duties
    profile.severityWords = relevance.severity.flatMap { entry in
      entry.words.compactMap { word in
        Trouble(rawValue: entry.kind.rawValue).map {
          SeverityWord(word: word, trouble: $0, weight: entry.weight)
        }
      }
    }
    profile.publicNames = relevance.publicNames
    profile.mutedMatters = relevance.muted.map {
      RelevanceProfile.MutedMatter(name: $0.name, words: $0.words, until: $0.until)
    }
    profile.phrases = relevance.phrases.map { phrase in
      WatchPhrase(
        name: phrase.name, words: phrase.words, posts: phrase.posts, voices: phrase.voices,
        within: phrase.within, level: phrase.isUrgent ? .urgent : .attention, every: phrase.every)
    }
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
  var silenceRules: SilenceRules {
    var rules = SilenceRules()
    rules.official = alerts.silence.official
    rules.share = alerts.silence.share
    rules.shareAfter = alerts.silence.shareAfter
    return rules
  }
}

extension Configuration {
  var personalSources: Set<String> { Set(sources.filter(\.isPersonal).map(\.id.text)) }
}

extension RecordState {
  /// What was told before and what people answered, as the rules compare it.
  func alertHistory(at now: Instant) -> AlertHistory {
    var history = AlertHistory()
    let fresh = response.alerts.values.filter { now - $0.raised.time <= AlertHistory.memory }
    for alert in fresh.sorted(by: { $0.id < $1.id }) {
      let evidence = alert.evidence
      guard let topic = evidence.topic else { continue }
      history.note(
        AlertHistory.Entry(
          topic: topics[topic]?.key ?? topic.description,
          level: evidence.level == .urgent ? .urgent : .attention, at: alert.raised.time,
          voices: evidence.signs.voices, hasHarm: evidence.signs.hasHarm,
          keywords: evidence.keywords.filter { !NameMask.isStand($0) },
          troubles: evidence.signs.troubles.compactMap { Trouble(rawValue: $0) },
          places: evidence.signs.places, acknowledged: alert.acknowledged?.stamp.time,
          isOfficial: evidence.officialPosts > 0,
          graveTroubles: evidence.signs.graveTroubles.compactMap { Trouble(rawValue: $0) },
          parts: evidence.signs.parts))
    }
    for (id, mute) in topicBook.mutes.sorted(by: { $0.key < $1.key }) {
      guard let key = topics[id]?.key else { continue }
      history.mutes.append(
        AlertHistory.Mute(
          topic: key, until: mute.until, level: mute.standing.isUrgent ? .urgent : .attention,
          hasHarm: mute.standing.hasHarm,
          graveTroubles: mute.standing.graveTroubles.compactMap { Trouble(rawValue: $0) }))
    }
    history.marks = topicMarks
    return history
  }

  /// In the order of their topics: what is added up in another order is another sum.
  var topicMarks: TopicMarks {
    TopicMarks(
      topicBook.marks.sorted { $0.key < $1.key }.map { _, mark in
        TopicMarks.Mark(
          isUseful: mark.kind == .useful, trouble: mark.trouble.flatMap { Trouble(rawValue: $0) },
          isSevere: mark.isSevere, at: mark.time, wasTold: mark.wasTold)
      })
  }

  /// When each group of sources was told last to bring less than usual.
  var volumeNotices: [String: Instant] {
    var notices: [String: Instant] = [:]
    for alert in response.alerts.values.sorted(by: { $0.id < $1.id }) {
      guard case .volume(let group) = alert.evidence.subject else { continue }
      notices[group] = alert.raised.time
    }
    return notices
  }

  /// When each watch phrase was told last.
  var phraseNotices: [String: PhraseNotice] {
    var notices: [String: PhraseNotice] = [:]
    for alert in response.alerts.values.sorted(by: { $0.id < $1.id }) {
      guard case .phrase(let name) = alert.evidence.subject else { continue }
      notices[name] = PhraseNotice(
        at: alert.raised.time, acknowledged: alert.acknowledged?.stamp.time)
    }
    return notices
  }

  /// Which sources were told as missing, and when.
  var silenceHistory: SilenceHistory {
    var history = SilenceHistory()
    for alert in response.alerts.values.sorted(by: { $0.id < $1.id }) {
      guard case .sources(let names, let areHeard) = alert.evidence.subject else { continue }
      if areHeard {
        history.noteHeard(names.map(\.text))
      } else {
        history.noteMissing(
          names.map(\.text), isDeaf: alert.evidence.level == .urgent, at: alert.raised.time)
      }
    }
    return history
  }
}

extension AlertEvidence {
  /// The evidence that the journal keeps of a topic that has become an alert.
  init(
    topic: TopicSnapshot, isMasked: Bool, id: TopicID, reason: AlertReason, at now: Instant,
    coverage: Coverage, configuration: Configuration
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
        voices: topic.voices ?? topic.posts, hasHarm: reading.hasHarm,
        troubles: reading.troubles.map(\.rawValue), places: reading.places,
        graveTroubles: reading.graveTroubles.map(\.rawValue), parts: topic.aliases.count,
        seriousness: AlertEvidence.Signs.Seriousness(reason.figures.seriousness)),
      isMasked: isMasked)
  }

  /// The evidence of a watch phrase. Its posts are of all sorts of people, and none is a part of
  /// what the phrase is about.
  init(
    phrase reason: PhraseReason, mask: NameMask, at now: Instant, coverage: Coverage,
    configuration: Configuration
  ) {
    let shown = mask.masked(reason.references)
    let zone = configuration.desk.zone
    let sources = configuration.sources
    let samples = shown.references.map { Sample($0, sources: sources, detected: now) }
    self.init(
      subject: .phrase(reason.phrase.name),
      level: reason.phrase.level == .urgent ? .urgent : .attention, label: reason.phrase.name,
      keywords: reason.phrase.words, reason: reason.line, posts: reason.posts,
      copies: reason.copies, authors: reason.voices, owners: reason.owners,
      officialPosts: reason.official, first: reason.first, detected: now,
      samples: samples, coverage: coverage,
      notes: [
        Bilingual(
          zh: "关注词：\(reason.phrase.words.joined(separator: "、"))",
          en: "watched for: \(reason.phrase.words.joined(separator: ", "))"),
        Bilingual(
          zh: "共 \(reason.posts) 帖（另有重复 \(reason.copies)），发言者 \(reason.voices) 个，"
            + "独立来源 \(reason.owners) 家，官方 \(reason.official) 帖",
          en: "\(reason.posts) posts (and \(reason.copies) copies), \(reason.voices) voices, "
            + "\(reason.owners) independent owners, \(reason.official) official"),
        Bilingual(
          zh: "首帖 \(zone.text(reason.first))", en: "first post \(zone.text(reason.first))"),
      ],
      // What is not kept here is looked up for the mail, as it was written.
      isMasked: samples.contains { $0.title == nil && shown.naming.contains($0.item) })
  }

  /// The evidence of sources that are missing, or heard again.
  init(
    silence signal: SilenceSignal, at now: Instant, coverage: Coverage,
    _ configuration: Configuration
  ) {
    let zone = configuration.desk.zone
    let (list, areHeard) =
      switch signal {
      case .official(let sources), .share(let sources, _, _): (sources, false)
      case .heardAgain(let sources, _): (sources, true)
      }
    func name(_ source: SourceHearing) -> Bilingual {
      configuration.sources.first { $0.id.text == source.source }?.name
        ?? Bilingual(same: source.source)
    }
    let names = list.prefix(Self.namedSources).map(name)
    let more = list.count > names.count
    let all = Bilingual(
      zh: names.map(\.zh).joined(separator: "、") + (more ? "等 \(list.count) 个" : ""),
      en: names.map(\.en).joined(separator: ", ") + (more ? " and others, \(list.count)" : ""))
    let label: Bilingual
    let reason: Bilingual
    switch signal {
    case .official:
      label = Bilingual(zh: "听不到官方信源：\(all.zh)", en: "official sources not heard: \(all.en)")
      reason = Bilingual(
        zh: "关注：官方信源听不到：\(all.zh)；不是没有消息，而是没有听到",
        en: "attention: official sources cannot be heard: \(all.en); that is no data, not no news")
    case .share(_, let total, let isDeaf):
      label = Bilingual(
        zh: "\(list.count)/\(total) 个信源听不到", en: "\(list.count) of \(total) sources not heard")
      reason = Bilingual(
        zh: "\(isDeaf ? "紧急" : "关注")：\(total) 个信源中 \(list.count) 个听不到（\(all.zh)）",
        en: "\(isDeaf ? "urgent" : "attention"): \(list.count) of \(total) sources cannot be heard "
          + "(\(all.en))")
    case .heardAgain(_, let stillMissing):
      label = Bilingual(zh: "信源恢复：\(all.zh)", en: "sources heard again: \(all.en)")
      reason = Bilingual(
        zh: "信源恢复：\(all.zh)"
          + (stillMissing > 0 ? "；还有 \(stillMissing) 个听不到" : "；此前缺失的都已恢复"),
        en: "heard again: \(all.en)"
          + (stillMissing > 0 ? "; \(stillMissing) still missing" : "; none is missing any more"))
    }
    let isUrgent = if case .share(_, _, true) = signal { true } else { false }
    self.init(
      subject: .sources(list.compactMap { Name($0.source) }, areHeard: areHeard),
      level: areHeard ? .information : isUrgent ? .urgent : .attention,
      label: label[configuration.desk.language], reason: reason,
      first: list.compactMap(\.lastHeard).min() ?? now, detected: now, coverage: coverage,
      notes: list.prefix(Self.listedSources).map { source in
        let name = name(source)
        let last = source.lastHeard.map { zone.text($0) }
        return Bilingual(
          zh: "\(name.zh)（\(source.source)）\(source.isOfficial ? "，官方" : "")"
            + (last.map { "，最近一次听到 \($0)" } ?? "，从未听到"),
          en: "\(name.en) (\(source.source))\(source.isOfficial ? ", official" : "")"
            + (last.map { ", last heard \($0)" } ?? ", never heard"))
      })
  }

  private static let namedSources = 3
  private static let listedSources = 30

  /// The evidence of a group of sources that bring much less than usual.
  init(
    volume signal: VolumeSignal, at now: Instant, coverage: Coverage, _ configuration: Configuration
  ) {
    let name = VolumeHabit.name(of: signal.group)
    let label = Bilingual(zh: "异常安静：\(name.zh)", en: "unusually quiet: \(name.en)")
    let spread = (signal.spread * 10).rounded() / 10
    self.init(
      subject: .volume(signal.group), level: .attention, label: label[configuration.desk.language],
      reason: signal.line, posts: signal.count, first: now - .hours(signal.hours), detected: now,
      coverage: coverage,
      notes: [
        Bilingual(
          zh: "按一周 168 个时段各自的平常量计；离散 \(spread)；能听到的信源照常有应答",
          en:
            "by what each of the 168 hours of a week usually brings; spread \(spread); the sources "
            + "that can be heard do answer")
      ])
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
    _ topic: TopicSnapshot, isMasked: Bool, id: TopicID, decision: AlertDecision,
    configuration: Configuration
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
      },
      now: TopicNow(decision.figures), isMasked: isMasked)
  }
}

extension TopicNow {
  init(_ figures: AlertFigures) {
    let reading = figures.reading
    self.init(
      trouble: figures.markedKind?.rawValue, isSevere: figures.seriousness == .severe,
      standing: TopicStanding(
        isUrgent: figures.seriousness.level == .urgent, hasHarm: reading.hasHarm,
        graveTroubles: reading.graveTroubles.map(\.rawValue)))
  }
}

extension AlertEvidence.Signs.Seriousness {
  init(_ seriousness: Watch.Seriousness) {
    switch seriousness {
    case .plain: self = .plain
    case .mild: self = .mild
    case .severe: self = .severe
    }
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
