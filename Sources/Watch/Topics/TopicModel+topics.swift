import Bytes

// What the desk sees of the clusters that are topics.
extension TopicModel {
  /// The terms that its figures are taken from.
  private static let leadingTerms = 4

  /// The topics that are open, the best score first, ties by key.
  package var topics: [TopicSnapshot] {
    clusters.indices.filter { isTopic[$0] }.map { currentSnapshot(slot: $0) }
      .sorted { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }
  }

  /// The topic of this key or alias; nil if there is none or it is closed.
  package func snapshot(of key: String) -> TopicSnapshot? {
    slot(of: key).map { currentSnapshot(slot: $0) }
  }

  /// The cluster number of a topic, as assignments name it.
  package func cluster(of key: String) -> UInt32? {
    slot(of: key).map { clusters[$0].serial }
  }

  /// How many posts of the topic fell into each hour, from its first to its last; at most 120.
  ///
  /// The hours between that have none are there, with zeros.
  package func history(of key: String) -> [HourCount] {
    guard let slot = slot(of: key), let first = clusters[slot].hours.first?.hour,
      let last = clusters[slot].hours.last?.hour
    else { return [] }
    let cluster = clusters[slot]
    let hasAuthors = !cluster.authors.isEmpty
    let hasOwners = !cluster.owners.isEmpty
    var counts: [HourCount] = []
    var next = 0
    for hour in first...last {
      var tally = HourTally(hour: hour)
      if cluster.hours[next].hour == hour {
        tally = cluster.hours[next]
        next += 1
      }
      counts.append(
        HourCount(
          hour: Instant(seconds: hour * 3600), posts: tally.posts, copies: tally.copies,
          authors: hasAuthors ? tally.authors.estimate : nil,
          owners: hasOwners ? tally.owners.estimate : nil))
    }
    return counts
  }

  private func slot(of key: String) -> Int? {
    clusters.indices.first {
      isTopic[$0] && (clusters[$0].key == key || clusters[$0].aliases.contains(key))
    }
  }

  /// The topic's own figures: what lies in the middle of its leading terms, so that neither one
  /// rare word nor one common word speaks for it.
  private func figures(_ leading: [Int32]) -> WindowFigures {
    WindowFigures(
      hour: figure(leading, .hour), sixHours: figure(leading, .sixHours), day: figure(leading, .day)
    )
  }

  private func figure(_ leading: [Int32], _ window: BurstWindow) -> Significance {
    var counts = SIMD4<Double>(repeating: .infinity)
    var expected = counts
    let usual = rates.usual(window)
    for (place, term) in leading.prefix(Self.leadingTerms).enumerated() {
      let entry = rates.table.entries[Int(term)]
      let count = rates.count(entry, window)
      Self.insert(Double(count), into: &counts, count: place)
      Self.insert(usual.expected(entry, count), into: &expected, count: place)
    }
    guard !leading.isEmpty else { return .none }
    // Of an even number the lower count and the higher expectation: doubt lowers the figure.
    let count = counts[(leading.count - 1) / 2]
    let middle = expected[leading.count / 2]
    let z = TermRates.deviance(count, middle, spread: usual.spread)
    return Significance(count: count, expected: middle, z: z)
  }

  private static func insert(_ number: Double, into sorted: inout SIMD4<Double>, count: Int) {
    var place = count
    while place > 0, sorted[place - 1] > number {
      sorted[place] = sorted[place - 1]
      place -= 1
    }
    sorted[place] = number
  }

  /// The terms that speak for a cluster: heavy and bursting, no more than four.
  private mutating func leadingTerms(_ slot: Int) -> [Int32] {
    var ranked: [(score: Double, term: Int32)] = []
    for (term, weight) in centroids.heaviest(slot, 12) {
      let significance = rates.significance(rates.table.entries[Int(term)])
      ranked.append((Double(weight) * (1 + significance), term))
    }
    ranked.sort { $0.score != $1.score ? $0.score > $1.score : $0.term < $1.term }
    return ranked.prefix(Self.leadingTerms).map(\.term)
  }

  private static func score(
    _ cluster: Cluster, _ figures: WindowFigures, _ severity: TopicSeverity, coherence: Double
  ) -> Double {
    let burst = min(1, figures.highest / 8)
    // Where nobody is named, posts have to stand for voices.
    let voices = cluster.voices.isEmpty ? cluster.posts : cluster.voices.estimate
    let breadth = min(1, naturalLogarithm(Double(1 + voices)) / naturalLogarithm(33))
    let rise = min(1, max(0, figures.hour.z - figures.sixHours.z) / 4)
    let trouble = 0.7 * severity.serious + 0.3 * severity.grave
    let plain =
      0.25 * burst + 0.15 * breadth + 0.05 * rise + 0.1 * cluster.novelty + 0.1 * coherence
    return max(0, plain + 0.35 * trouble - 0.1 * severity.leisure)
  }

  /// Looks at a topic again: its score, its state, and its keywords where it has grown.
  ///
  /// What no post touched has the leading terms that it had: they are still its own.
  mutating func refresh(_ id: ClusterID, at time: Instant, isTouched: Bool) {
    let slot = Int(id.slot)
    if isTouched {
      let (leading, severity) = (leadingTerms(slot), severity(slot))
      notes[slot]?.leading = leading
      notes[slot]?.severity = severity
    }
    guard let (leading, severity) = notes[slot].map({ ($0.leading, $0.severity) }) else { return }
    // One by one: as arguments of each other they would make the compiler copy the whole model.
    let figures = figures(leading)
    let coherence = coherence(slot)
    let score = Self.score(clusters[slot], figures, severity, coherence: coherence)
    notes[slot]?.note(score, figures, at: time)
    guard let (known, isUnnamed) = notes[slot].map({ ($0.keywordPosts, $0.keywords.isEmpty) })
    else { return }
    if clusters[slot].posts * 2 >= known * 3 || isUnnamed {
      let words = keywords(slot: slot)
      notes[slot]?.keywords = words
      let posts = clusters[slot].posts
      notes[slot]?.keywordPosts = posts
    }
  }

  /// With the figures of now.
  private func currentSnapshot(slot: Int) -> TopicSnapshot {
    snapshot(slot: slot, figures(notes[slot]?.leading ?? []))
  }

  /// With the figures of the last look, which is of this tick for what the tick touched.
  func latestSnapshot(slot: Int) -> TopicSnapshot {
    snapshot(slot: slot, notes[slot]?.figures ?? .none)
  }

  private func snapshot(slot: Int, _ figures: WindowFigures) -> TopicSnapshot {
    let cluster = clusters[slot]
    let topic = notes[slot]
    let keywords = topic?.keywords ?? []
    return TopicSnapshot(
      key: cluster.key, aliases: cluster.aliases, keywords: keywords,
      label: keywords.prefix(3).joined(separator: " · "),
      hour: figures.hour, sixHours: figures.sixHours, day: figures.day, posts: cluster.posts,
      copies: cluster.copies,
      authors: cluster.authors.isEmpty ? nil : cluster.authors.estimate,
      owners: cluster.owners.isEmpty ? nil : cluster.owners.estimate,
      sources: cluster.sources.estimate,
      voices: cluster.voices.isEmpty ? nil : cluster.voices.estimate,
      official: cluster.official, novelty: cluster.novelty,
      acceleration: figures.hour.z - figures.sixHours.z, score: topic?.score ?? 0,
      state: topic?.state ?? .emerging, firstItem: cluster.first, lastItem: cluster.last,
      detected: topic?.detected ?? cluster.first, references: cluster.references)
  }

  /// What the tick did, each topic once.
  mutating func finishTick(at end: Instant) -> [TopicChange] {
    var changes: [TopicChange] = tick.closed.map { .closed($0) }
    var told: Set<UInt32> = []
    for (key, into) in tick.mergedTopics {
      guard let id = resolve(into) else { continue }
      changes.append(.merged(key: key, into: latestSnapshot(slot: Int(id.slot))))
    }
    for touched in tick.touched {
      guard let id = resolve(touched), isTopic[Int(id.slot)],
        told.insert(id.serial).inserted
      else { continue }
      if tick.emerged.contains(id.serial) {
        changes.append(.emerged(latestSnapshot(slot: Int(id.slot))))
      } else {
        refresh(id, at: end, isTouched: true)
        changes.append(.changed(latestSnapshot(slot: Int(id.slot))))
      }
    }
    for (index, place) in tick.places.enumerated() {
      guard let place, let slot = resolve(place)?.slot, isTopic[Int(slot)]
      else { continue }
      assignments[index].topic = clusters[Int(slot)].key
    }
    return changes
  }
}

extension TopicNotes {
  /// A topic whose windows are all below this is quiet.
  private static let quietSignificance = 2.0
  /// Quiet for so long, it fades.
  private static let quietTime: Duration = .hours(12)
  /// A topic that does not grow within this time of its detection is steady.
  private static let emergingTime: Duration = .hours(1)

  /// Takes over what a look at the topic found, and its state that follows from it.
  fileprivate mutating func note(_ score: Double, _ figures: WindowFigures, at time: Instant) {
    rises = score > self.score ? rises + 1 : 0
    self.score = score
    self.figures = figures
    quietSince = figures.highest < Self.quietSignificance ? quietSince ?? time : nil
    state = nextState(at: time)
  }

  private func nextState(at time: Instant) -> TopicState {
    if let quiet = quietSince, time - quiet >= Self.quietTime { return .fading }
    if rises >= 2 { return .growing }
    switch state {
    case .emerging: return time - detected < Self.emergingTime ? .emerging : .steady
    case .growing, .steady: return .steady
    // It takes a new burst to come back, not one more post.
    case .fading: return quietSince == nil ? .steady : .fading
    case .closed: return .closed
    }
  }
}
