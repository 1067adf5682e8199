package import Bytes

/// Whether a source would be heard now if it said something.
package struct SourceHearing: Hashable, Sendable {
  package var source: String
  package var isOfficial: Bool
  package var isHeard: Bool
  /// The last time that it was heard for certain.
  package var lastHeard: Instant?

  package init(source: String, isOfficial: Bool, isHeard: Bool, lastHeard: Instant?) {
    self.source = source
    self.isOfficial = isOfficial
    self.isHeard = isHeard
    self.lastHeard = lastHeard
  }
}

/// When people are told that sources cannot be heard.
package struct SilenceRules: Hashable, Sendable {
  /// An official source is missed after so long; nil never.
  package var official: Duration? = .minutes(30)
  /// This share of all sources together is missed after `shareAfter`; nil never.
  package var share: Double? = 1.0 / 3
  package var shareAfter: Duration = .minutes(15)
  /// A desk with fewer sources has no share worth a word.
  package var leastSources = 4
  /// From this share on the desk is deaf, which is urgent.
  package var deafShare = 2.0 / 3
  /// Heard again is what was heard for so long without a break.
  package var steady: Duration = .minutes(10)
  /// The same source is missed again so long after it was missed last, at the earliest.
  package var interval: Duration = .hours(4)

  package init() {}
}

/// What is to be told of sources that cannot be heard, or are heard again.
package enum SilenceSignal: Hashable, Sendable {
  /// These official sources are missing.
  case official([SourceHearing])
  /// These of so many sources are missing, official or not.
  case share([SourceHearing], of: Int, isDeaf: Bool)
  /// These are heard again; so many are still missing.
  case heardAgain([SourceHearing], stillMissing: Int)
}

/// What the record says was told of sources.
package struct SilenceHistory: Hashable, Sendable {
  /// Told as missing and not as heard again since.
  package var missing: Set<String> = []
  /// When each was told as missing last.
  package var last: [String: Instant] = [:]

  package init() {}

  package mutating func noteMissing(_ sources: [String], at instant: Instant) {
    missing.formUnion(sources)
    for source in sources { last[source] = instant }
  }

  package mutating func noteHeard(_ sources: [String]) { missing.subtract(sources) }
}

/// Tells silence of sources from a moment's trouble. It is given every source at every look, and
/// remembers since when each has been as it is; after a restart the waiting begins anew.
package struct SilenceWatch: Hashable, Sendable {
  private struct Mark: Hashable, Sendable {
    var isHeard: Bool
    var since: Instant
  }

  private var marks: [String: Mark] = [:]
  /// Since when so many are missing that it is a share.
  private var manySince: Instant?

  package init() {}

  package mutating func look(
    _ sources: [SourceHearing], rules: SilenceRules, told: SilenceHistory, at now: Instant
  ) -> [SilenceSignal] {
    note(sources, at: now)
    var signals: [SilenceSignal] = []
    let missing = sources.filter { !$0.isHeard }
    if let share = rules.share, sources.count >= rules.leastSources,
      Double(missing.count) >= share * Double(sources.count)
    {
      manySince = manySince ?? now
    } else {
      manySince = nil
    }
    let fresh = missing.filter { isFresh($0, rules, told, at: now) }
    if let since = manySince, now - since >= rules.shareAfter, !fresh.isEmpty,
      !isShareTold(missing, told)
    {
      let isDeaf = Double(missing.count) >= rules.deafShare * Double(sources.count)
      signals.append(.share(missing, of: sources.count, isDeaf: isDeaf))
    } else if let after = rules.official {
      let lost = fresh.filter { source in
        source.isOfficial && marks[source.source].map { now - $0.since >= after } ?? false
      }
      if !lost.isEmpty { signals.append(.official(lost)) }
    }
    let back = sources.filter { source in
      told.missing.contains(source.source) && isSteady(source, rules, at: now)
    }
    let known = Set(sources.map(\.source))
    let still = told.missing.intersection(known).subtracting(back.map(\.source))
    // An official source is told by itself; others together, when all are back.
    if !back.isEmpty, still.isEmpty || back.contains(where: \.isOfficial) {
      signals.append(.heardAgain(back, stillMissing: still.count))
    }
    return signals
  }

  private mutating func note(_ sources: [SourceHearing], at now: Instant) {
    var next: [String: Mark] = [:]
    for source in sources {
      let known = marks[source.source].flatMap { $0.isHeard == source.isHeard ? $0 : nil }
      next[source.source] = known ?? Mark(isHeard: source.isHeard, since: now)
    }
    marks = next
  }

  private func isSteady(_ source: SourceHearing, _ rules: SilenceRules, at now: Instant) -> Bool {
    source.isHeard && marks[source.source].map { now - $0.since >= rules.steady } ?? false
  }

  private func isFresh(
    _ source: SourceHearing, _ rules: SilenceRules, _ told: SilenceHistory, at now: Instant
  ) -> Bool {
    guard !told.missing.contains(source.source) else { return false }
    return told.last[source.source].map { now - $0 >= rules.interval } ?? true
  }

  /// Most of those that are missing were told: a few more are no news.
  private func isShareTold(_ missing: [SourceHearing], _ told: SilenceHistory) -> Bool {
    missing.count { told.missing.contains($0.source) } * 2 >= missing.count
  }
}
