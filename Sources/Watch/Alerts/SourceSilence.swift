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
  /// Those that are not official are told as heard again together, once all are; but none later than
  /// so long after it was heard again.
  package var backAfter: Duration = .hours(1)
  /// The same source is missed again so long after it was missed last, at the earliest.
  package var interval: Duration = .hours(4)
  /// That the desk is deaf is told again so long after it was told last, at the earliest.
  package var deafInterval: Duration = .hours(1)

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
  /// Of those, which were told of as a part of the desk's being deaf.
  package var deaf: Set<String> = []
  /// When each was told as missing last.
  package var last: [String: Instant] = [:]
  /// When the desk was told to be deaf last.
  package var lastDeaf: Instant?

  package init() {}

  package mutating func noteMissing(_ sources: [String], isDeaf: Bool, at instant: Instant) {
    missing.formUnion(sources)
    for source in sources { last[source] = instant }
    guard isDeaf else { return }
    deaf.formUnion(sources)
    lastDeaf = instant
  }

  package mutating func noteHeard(_ sources: [String]) {
    missing.subtract(sources)
    deaf.subtract(sources)
  }
}

/// Tells silence of sources from a moment's trouble. It is given every source at every look, and
/// remembers since when each has been as it is; after a restart the waiting begins anew.
package struct SilenceWatch: Hashable, Sendable {
  private struct Mark: Hashable, Sendable {
    var isHeard: Bool
    var since: Instant
    /// When it was steadily heard last: what was told of its silence before then is over.
    var steady: Instant?
  }

  private var marks: [String: Mark] = [:]
  /// Since when so many are missing that it is a share.
  private var manySince: Instant?
  /// Since when so many are missing that the desk is deaf.
  private var deafSince: Instant?

  package init() {}

  package mutating func look(
    _ sources: [SourceHearing], rules: SilenceRules, told: SilenceHistory, at now: Instant
  ) -> [SilenceSignal] {
    note(sources, rules, at: now)
    let missing = sources.filter { !$0.isHeard }
    let share = Double(missing.count) / Double(max(1, sources.count))
    let isShare = rules.share.map { sources.count >= rules.leastSources && share >= $0 } ?? false
    let isDeaf = isShare && share >= rules.deafShare
    manySince = isShare ? manySince.map { min($0, now) } ?? now : nil
    deafSince = isDeaf ? deafSince.map { min($0, now) } ?? now : nil

    var signals: [SilenceSignal] = []
    let fresh = missing.filter { isFresh($0, rules, told, at: now) }
    func hasLasted(_ since: Instant?) -> Bool {
      since.map { now - $0 >= rules.shareAfter } ?? false
    }
    // A few more that are missing are no news; that hardly one is left to hear is.
    let isDeafNews =
      hasLasted(deafSince) && !isMost(of: missing, told.deaf, told)
      && (told.lastDeaf?.hasPassed(rules.deafInterval, at: now) ?? true)
    let isShareNews =
      hasLasted(manySince) && (!isDeaf || hasLasted(deafSince)) && !fresh.isEmpty
      && !isMost(of: missing, told.missing, told)
    if isDeafNews || isShareNews {
      signals.append(.share(missing, of: sources.count, isDeaf: isDeaf))
    } else if let after = rules.official {
      let lost = fresh.filter { source in
        source.isOfficial && marks[source.source].map { now - $0.since >= after } ?? false
      }
      if !lost.isEmpty { signals.append(.official(lost)) }
    }
    let back = sources.filter { source in
      told.missing.contains(source.source) && isHeard(source, rules.steady, at: now)
    }
    let known = Set(sources.map(\.source))
    let still = told.missing.intersection(known).subtracting(back.map(\.source))
    let isBackNews =
      still.isEmpty || back.contains { $0.isOfficial || isHeard($0, rules.backAfter, at: now) }
    if !back.isEmpty, isBackNews {
      signals.append(.heardAgain(back, stillMissing: still.count))
    }
    return signals
  }

  private mutating func note(
    _ sources: [SourceHearing], _ rules: SilenceRules, at now: Instant
  ) {
    var next: [String: Mark] = [:]
    for source in sources {
      var mark = marks[source.source] ?? Mark(isHeard: source.isHeard, since: now)
      if mark.isHeard != source.isHeard {
        mark.isHeard = source.isHeard
        mark.since = now
      }
      // A clock that was put back must not make anybody wait until it is there again.
      mark.since = min(mark.since, now)
      if mark.isHeard, now - mark.since >= rules.steady { mark.steady = now }
      next[source.source] = mark
    }
    marks = next
  }

  private func isHeard(_ source: SourceHearing, _ long: Duration, at now: Instant) -> Bool {
    source.isHeard && marks[source.source].map { now - $0.since >= long } ?? false
  }

  /// Whether what was told of its silence is of the silence that is now.
  private func isTold(
    _ source: SourceHearing, _ those: Set<String>, _ told: SilenceHistory
  ) -> Bool {
    guard those.contains(source.source) else { return false }
    guard let steady = marks[source.source]?.steady, let last = told.last[source.source] else {
      return true
    }
    return steady <= last
  }

  private func isFresh(
    _ source: SourceHearing, _ rules: SilenceRules, _ told: SilenceHistory, at now: Instant
  ) -> Bool {
    !isTold(source, told.missing, told)
      && (told.last[source.source]?.hasPassed(rules.interval, at: now) ?? true)
  }

  /// Whether most of those that are missing are among these, and missing since that was told.
  private func isMost(
    of missing: [SourceHearing], _ those: Set<String>, _ told: SilenceHistory
  ) -> Bool {
    missing.count { isTold($0, those, told) } * 2 >= missing.count
  }
}
