/// Notes of one search, by the slots of clusters; made once, valid where the stamp is of now.
struct SearchNotes: Sendable {
  private struct Note: Sendable {
    /// The cluster that stands in the slot; 0 for none.
    var serial: UInt32 = 0
    var stamp: UInt32 = 0
    var partial: Float = 0
  }

  private var stamp: UInt32 = 0
  private var notes: [Note] = []
  /// What is searched for, with what each adds to a cluster's sum.
  private var asked: [(term: Int32, weight: Float)] = []
  private var found: [ClusterID] = []
  private(set) var foundCount = 0
  /// What was asked for in advance goes somewhere, or the compiler would leave the question out.
  private var awaited: UInt32 = 0
  /// The sum above, the cluster's number below: in the order in which they are kept.
  private var best: [UInt64] = []

  /// Which cluster stands in a slot from now on.
  mutating func note(_ slot: Int, _ serial: UInt32) {
    while notes.count <= slot { notes.append(Note()) }
    notes[slot].serial = serial
  }

  mutating func begin() { asked.removeAll(keepingCapacity: true) }

  mutating func ask(_ term: Int32, _ weight: Float) { asked.append((term, weight)) }

  @inline(__always)
  func sum(_ id: ClusterID) -> Float { notes[Int(id.slot)].partial }

  /// Finds the clusters that hold what is asked for, among the newest `depth` of each term, and the
  /// sums of the weights of what they hold.
  mutating func collect(_ postings: PostingLists, depth: Int) {
    stamp &+= 1
    let stamp = stamp
    let room = asked.count * depth
    // One more, for what is written and not kept.
    while found.count <= room { found.append(ClusterID(slot: 0, serial: 0)) }
    // Taken out and put back, so that they are asked only once whether they are shared.
    var (notes, found): ([Note], [ClusterID]) = ([], [])
    swap(&notes, &self.notes)
    swap(&found, &self.found)
    var count = 0
    do {
      let entries = postings.entries.span
      // Each list lies somewhere else in memory. Asked for one after another without a decision in
      // between, the answers come together; met only as the lists are walked, one by one.
      for (term, _) in asked {
        let range = postings.newest(depth, of: term)
        guard !range.isEmpty else { continue }
        awaited ^= entries[range.lowerBound].slot ^ entries[range.upperBound - 1].slot
      }
      var noteSpan = notes.mutableSpan
      var foundSpan = found.mutableSpan
      for (term, weight) in asked {
        for at in postings.newest(depth, of: term) {
          let id = entries[at]
          let slot = Int(id.slot)
          let note = noteSpan[slot]
          guard note.serial == id.serial else { continue }
          // Without a decision: whether a cluster was met before is anybody's guess.
          let isNew = note.stamp != stamp
          noteSpan[slot] = Note(
            serial: note.serial, stamp: stamp, partial: (isNew ? 0 : note.partial) + weight)
          foundSpan[count] = id
          count += isNew ? 1 : 0
        }
      }
    }
    swap(&notes, &self.notes)
    swap(&found, &self.found)
    foundCount = count
  }

  /// Keeps the ids with the largest sums, the largest first; of equals, the newest.
  ///
  /// Those with a sum under `least` are left out.
  mutating func keep(_ limit: Int, least: Float = 0) {
    best.removeAll(keepingCapacity: true)
    // Sums of the kept with their numbers, so that one comparison decides; the slots beside them.
    var kept = 0
    for at in 0..<foundCount {
      let id = found[at]
      let sum = notes[Int(id.slot)].partial
      let entry = UInt64(sum.bitPattern) << 32 | UInt64(id.serial)
      if kept == limit {
        guard entry > best[limit - 1] else { continue }
      } else {
        guard sum >= least else { continue }
        best.append(entry)
        kept += 1
      }
      // What stood in the places of the kept was looked at before.
      var place = kept - 1
      while place > 0, best[place - 1] < entry {
        best[place] = best[place - 1]
        found[place] = found[place - 1]
        place -= 1
      }
      best[place] = entry
      found[place] = id
    }
    foundCount = kept
  }

  subscript(place: Int) -> ClusterID { found[place] }
}

/// A cluster with how like it is.
struct Match: Sendable {
  var id: ClusterID
  var score: Double
}

extension Centroids {
  /// Terms whose clusters are looked at: the heaviest of the post.
  private static let searchTerms = 12
  /// Clusters of one term that are looked at: the newest.
  private static let searchDepth = 64
  /// Clusters that are compared in full.
  private static let comparisons = 24

  /// The two clusters that are most like a post, the likest first.
  ///
  /// `order` names the post's terms by their places in `post`, heaviest first. Likeness is the
  /// cosine, fading with the time since the cluster's last post; past `timeToLive` it is none. A match
  /// under `least` may be left out.
  mutating func nearest(
    _ post: [(term: Int32, weight: Float)], order: [Int], at now: Int64, timeToLive: Double,
    least: Double
  ) -> (first: Match?, second: Match?) {
    search.begin()
    for place in order.prefix(Self.searchTerms) {
      let (term, weight) = post[place]
      search.ask(term, weight * weight)
    }
    search.collect(postings, depth: Self.searchDepth)
    // What the terms beyond the heaviest could still add to a cluster's sum.
    var rest: Float = 0
    for place in order.dropFirst(Self.searchTerms) {
      rest += post[place].weight * post[place].weight
    }
    search.keep(Self.comparisons)
    compared.set(post)
    touchFound(least: least, rest: rest)
    var first: Match?
    var second: Match?
    for place in 0..<search.foundCount {
      let id = search[place]
      let slot = Int(id.slot)
      // No cosine is above the length of the post's shared part (Cauchy and Schwarz). The sums
      // fall, so what follows cannot be the second either; nothing under `least` is asked for.
      let bound = Double(search.sum(id) + rest).squareRoot() * 1.001
      if bound < max(least, second?.score ?? 0) { break }
      let age = Double(now - times[slot]) / timeToLive
      guard age <= 1, squares[slot] > 0 else { continue }
      let fading = powerOfTwo(-age * 1.442_695_040_888_963_4)
      if bound * fading < max(least, second?.score ?? 0) { continue }
      let product = compared.product(held, from: slot * Self.width, count: Int(counts[slot]))
      let score = Double(product) / squares[slot].squareRoot() * fading
      if score > first?.score ?? 0 || score == first?.score && id.serial < first?.id.serial ?? 0 {
        second = first
        first = Match(id: id, score: score)
      } else if score > second?.score ?? 0 {
        second = Match(id: id, score: score)
      }
    }
    return (first, second)
  }

  /// Asks the memory for the terms of the clusters that will be compared: together the answers
  /// come sooner than one after another.
  private mutating func touchFound(least: Double, rest: Float) {
    let enough = Float(least * least) - rest
    var sum: Int32 = 0
    do {
      let held = held.span
      for place in 0..<search.foundCount {
        let id = search[place]
        if search.sum(id) < enough { break }
        let base = Int(id.slot) * Self.width
        sum ^= held[base].term ^ held[base + 8].term ^ held[base + 16].term
      }
    }
    awaited ^= sum
  }

  /// The clusters that share most of these terms with a cluster, at least two, newest of equals
  /// first; at most `limit`.
  mutating func sharing(
    _ top: [(term: Int32, weight: Float)], with own: ClusterID, limit: Int
  ) -> [ClusterID] {
    search.begin()
    for (term, _) in top { search.ask(term, 1) }
    search.collect(postings, depth: Self.searchDepth)
    // Its own is always among them, for it holds all of its terms.
    search.keep(limit + 1, least: 2)
    let ids = (0..<search.foundCount).map { search[$0] }.filter { $0 != own }
    return Array(ids.prefix(limit))
  }
}
