import Bytes

// Stories that are one, and stories that are news.
extension TopicModel {
  /// How many of a cluster's terms speak for it when it is compared with others.
  private static let leadingTerms = 12
  /// From this share of its posts on, their words of trouble speak for a cluster.
  private static let severeShare = 0.5
  /// From this share on, they show that a cluster is about something.
  private static let troubleShare = 0.3
  /// Clusters that one is compared with, those that share most first.
  private static let mergeCandidates = 8
  /// After each merge or refusal, the cluster must grow by this before it is compared again.
  private static let mergeGrowth = 1.6

  mutating func mergeAndPublish(
    _ id: ClusterID, bridgedTo other: ClusterID?, at time: Instant
  ) {
    var id = id
    if let other, isBridged(id, other) { id = merge(id, other) }
    if clusters[Int(id.slot)].posts >= clusters[Int(id.slot)].nextMerge {
      if let like = likeness(of: id, at: time) { id = merge(id, like) }
      let slot = Int(id.slot)
      let posts = Double(clusters[slot].posts)
      clusters[slot].nextMerge = max(
        clusters[slot].posts + 1, Int((posts * Self.mergeGrowth).rounded(.down)))
    }
    if !isTopic[Int(id.slot)] { publishIfReady(id, at: time) }
  }

  /// Notes a post that is like two clusters, and says whether there were enough of them.
  ///
  /// At the limit, pairs that were bridged only once are forgotten; if that is not enough, all.
  private mutating func isBridged(_ id: ClusterID, _ other: ClusterID) -> Bool {
    let (low, high) = (min(id.serial, other.serial), max(id.serial, other.serial))
    let pair = UInt64(low) << 32 | UInt64(high)
    let count = bridges[pair, default: 0] + 1
    bridges[pair] = count
    if bridges.count > settings.bridgeLimit {
      bridges = bridges.filter { $0.value > 1 }
      if bridges.count > settings.bridgeLimit { bridges = [:] }
    }
    let smaller = min(clusters[Int(id.slot)].posts, clusters[Int(other.slot)].posts)
    guard Int(count) >= settings.bridgePosts,
      Double(count) >= settings.bridgeShare * (isLearning ? 2 : 1) * Double(smaller)
    else { return false }
    let top = leading(Int(id.slot))
    return centroids.likeness(top, of: Int(id.slot), Int(other.slot))
      >= settings.bridgeSimilarity * caution
  }

  /// A cluster's heaviest terms, without those that only repeat shorter ones.
  private mutating func leading(_ slot: Int) -> [(term: Int32, weight: Float)] {
    var terms = centroids.heaviest(slot, 2 * Self.leadingTerms)
    var kept = 0
    for at in terms.indices where kept < Self.leadingTerms {
      guard !TermScanner.isCompound(rates.table.entries[Int(terms[at].term)].key) else { continue }
      terms[kept] = terms[at]
      kept += 1
    }
    terms.removeLast(terms.count - kept)
    return terms
  }

  /// The first cluster that tells the same story; nil if none does.
  private mutating func likeness(of id: ClusterID, at time: Instant) -> ClusterID? {
    let slot = Int(id.slot)
    let top = leading(slot)
    let others = centroids.sharing(top, with: id, limit: Self.mergeCandidates)
    let oldest = time.microseconds - settings.timeToLive.microseconds
    for other in others where centroids.times[Int(other.slot)] >= oldest {
      if isSameStory(slot, Int(other.slot), top) { return other }
    }
    return nil
  }

  private mutating func isSameStory(
    _ slot: Int, _ other: Int, _ top: [(term: Int32, weight: Float)]
  ) -> Bool {
    let cosine = centroids.likeness(top, of: slot, other)
    if cosine >= settings.mergeSimilarity { return true }
    let apart = abs(centroids.births[slot] - centroids.births[other])
    guard cosine >= settings.anchoredSimilarity, apart <= settings.anchoredTime.microseconds else {
      return false
    }
    let theirs = leading(other)
    let anchors = top.map(\.term).filter { term in
      theirs.contains { $0.term == term }
        && rates.significance(rates.table.entries[Int(term)])
          >= settings.anchorSignificance * caution
    }
    return strength(anchors) >= settings.anchorStrength
  }

  /// How much a set of terms says: each word one, each different ideograph a half.
  private func strength(_ terms: [Int32]) -> Double {
    var ideographs: Set<UInt64> = []
    var words = 0
    for term in terms {
      switch TermScanner.parts(of: rates.table.entries[Int(term)].key) {
      case .ideographs(let parts): ideographs.formUnion(parts)
      case .word: words += 1
      case .wordPair: break
      }
    }
    return Double(words) + Double(ideographs.count) / 2
  }

  /// Makes two clusters one. The one with more posts takes in the other; the key is that of the
  /// topic that was known first, so that what the desk has linked stays linked.
  private mutating func merge(_ left: ClusterID, _ right: ClusterID) -> ClusterID {
    let isLeftLarger = clusters[Int(left.slot)].posts >= clusters[Int(right.slot)].posts
    let (into, from) = isLeftLarger ? (left, right) : (right, left)
    let absorbed = clusters[Int(from.slot)]
    let theirs = notes[Int(from.slot)]
    let contents = centroids.contents(Int(from.slot))
    takeDown(from)
    forward[from.serial] = into
    merges.append(ClusterMerge(absorbed: from.serial, into: into.serial))
    centroids.add(contents, to: into)
    noteHolders()
    joinKeys(into, absorbed, theirs)
    clusters[Int(into.slot)].absorb(absorbed)
    centroids.touch(Int(into.slot), at: absorbed.last.microseconds)
    centroids.noteBirth(
      Int(into.slot), at: clusters[Int(into.slot)].first.microseconds)
    if clusters[Int(into.slot)].lastTick != tickNumber {
      clusters[Int(into.slot)].lastTick = tickNumber
      tick.touched.append(into)
    }
    return into
  }

  private mutating func joinKeys(
    _ into: ClusterID, _ absorbed: Cluster, _ theirs: TopicNotes?
  ) {
    let slot = Int(into.slot)
    let mine = clusters[slot]
    let areBothTopics = notes[slot] != nil && theirs != nil
    let theirsWins: Bool
    switch (notes[slot], theirs) {
    case (nil, nil): theirsWins = (absorbed.first, absorbed.serial) < (mine.first, mine.serial)
    case (nil, .some): theirsWins = true
    case (.some, nil): theirsWins = false
    case (let my?, let their?):
      theirsWins = (their.detected, absorbed.serial) < (my.detected, mine.serial)
    }
    // Only a topic's key was ever told to anyone, so only that needs an alias.
    let lost = theirsWins ? mine : absorbed
    let lostNotes = theirsWins ? notes[slot] : theirs
    var aliases = theirsWins ? absorbed.aliases : mine.aliases
    if lostNotes != nil {
      aliases += [lost.key] + lost.aliases
    }
    if theirsWins {
      clusters[slot].key = absorbed.key
      notes[slot] = theirs
      isTopic[slot] = theirs != nil
    }
    clusters[slot].aliases = aliases
    if areBothTopics {
      if tick.emerged.contains(lost.serial) {
        // Nobody has heard of it yet.
        tick.emerged.remove(lost.serial)
      } else {
        tick.mergedTopics.append((lost.key, into))
      }
    }
    if theirsWins, tick.emerged.remove(absorbed.serial) != nil { tick.emerged.insert(into.serial) }
  }

  /// Removes a cluster from all tables; its place is free.
  mutating func takeDown(_ id: ClusterID) {
    let slot = Int(id.slot)
    centroids.clear(slot)
    noteHolders()
    clusters[slot] = Cluster(serial: 0, key: "", at: Instant(microseconds: 0))
    notes[slot] = nil
    isTopic[slot] = false
    vacant.append(id.slot)
  }

  private mutating func publishIfReady(_ id: ClusterID, at time: Instant) {
    if isAlarmByItself(Int(id.slot)) || isStory(Int(id.slot)) { emerge(id, at: time) }
  }

  /// Whether its one post is worth a look before a second comes. Only where posts carry no voices,
  /// as in a list of what is much read: elsewhere one voice is never enough.
  private func isAlarmByItself(_ slot: Int) -> Bool {
    guard clusters[slot].posts == 1, settings.minimumAlarmPosts == 1,
      clusters[slot].voices.isEmpty,
      clusters[slot].novelty >= settings.minimumNovelty
    else { return false }
    return post.isAlarming
  }

  /// Whether enough was said together, and much more of it than usual.
  private mutating func isStory(_ slot: Int) -> Bool {
    let coherence = coherence(slot)
    guard clusters[slot].posts >= settings.minimumSeverePosts,
      coherence >= settings.minimumCoherence / 2
    else { return false }
    // The second highest is what two terms reach.
    var (first, second) = (0.0, 0.0)
    for (term, _) in centroids.heaviest(slot, 6) {
      var z = rates.significance(rates.table.entries[Int(term)])
      if isUsual[Int(term)] { z -= settings.usualDiscount }
      (first, second) = z > first ? (z, first) : (first, max(second, z))
    }
    let (usual, severe) = (settings.minimumSignificance, settings.severeSignificance)
    guard second >= rates.corrected(min(usual, severe)) else { return false }
    let serious = severity(slot).serious
    let isSevere = serious >= Self.severeShare
    guard second >= rates.corrected(isSevere ? severe : usual),
      clusters[slot].isReady(settings, isSevere: isSevere), isAboutSomething(slot)
    else { return false }
    // A crowd that tells of one explosion in many ways may share few words.
    if serious >= Self.troubleShare { return true }
    return coherence >= settings.minimumCoherence
      && coherenceBesidesTop(slot) >= settings.minimumBreadth
  }

  private mutating func emerge(_ id: ClusterID, at time: Instant) {
    let slot = Int(id.slot)
    notes[slot] = TopicNotes(detected: time)
    isTopic[slot] = true
    tick.emerged.insert(id.serial)
    refresh(id, at: time, isTouched: true)
  }
}
