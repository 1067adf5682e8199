/// Notes of one search, by the slots of clusters; made once, valid where the stamp is of now.
struct SearchNotes: Sendable {
  var stamp: UInt32 = 0
  var stamps: [UInt32] = []
  var partial: [Float] = []
  var found: [ClusterID] = []
  var best: [UInt64] = []

  mutating func begin(slots: Int) {
    while stamps.count < slots {
      stamps.append(0)
      partial.append(0)
    }
    stamp &+= 1
    found.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  mutating func add(_ id: ClusterID, _ weight: Float) {
    let slot = Int(id.slot)
    if stamps[slot] == stamp {
      partial[slot] += weight
    } else {
      stamps[slot] = stamp
      partial[slot] = weight
      found.append(id)
    }
  }

  /// Keeps the ids with the largest sums, the largest first; of equals, the newest.
  mutating func keep(_ limit: Int) {
    best.removeAll(keepingCapacity: true)
    for (index, id) in found.enumerated() {
      let sum = partial[Int(id.slot)]
      let entry = UInt64(sum.bitPattern) << 32 | UInt64(UInt32(truncatingIfNeeded: index))
      if best.count == limit {
        guard let last = best.last, comes(entry, before: last) else { continue }
        best.removeLast()
      }
      var place = best.count
      while place > 0, comes(entry, before: best[place - 1]) { place -= 1 }
      best.insert(entry, at: place)
    }
    found = best.map { found[Int(UInt32(truncatingIfNeeded: $0))] }
  }

  @inline(__always)
  private func comes(_ left: UInt64, before right: UInt64) -> Bool {
    let (leftSum, rightSum) = (left >> 32, right >> 32)
    if leftSum != rightSum { return leftSum > rightSum }
    let (leftID, rightID) = (
      found[Int(UInt32(truncatingIfNeeded: left))], found[Int(UInt32(truncatingIfNeeded: right))]
    )
    return leftID.serial > rightID.serial
  }
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
    search.begin(slots: serials.count)
    for place in order.prefix(Self.searchTerms) {
      let (term, weight) = post[place]
      let list = postings[Int(term)]
      for index in max(0, list.count - Self.searchDepth)..<list.count {
        let id = list[index]
        if serials[Int(id.slot)] == id.serial { search.add(id, weight * weight) }
      }
    }
    // What the terms beyond the heaviest could still add to a cluster's sum.
    var rest: Float = 0
    for place in order.dropFirst(Self.searchTerms) {
      rest += post[place].weight * post[place].weight
    }
    search.keep(Self.comparisons)
    for (term, weight) in post { spread[Int(term)] = weight }
    var first: Match?
    var second: Match?
    for id in search.found {
      let slot = Int(id.slot)
      // No cosine is above the length of the post's shared part (Cauchy and Schwarz). The sums
      // fall, so what follows cannot be the second either; nothing under `least` is asked for.
      let bound = Double(search.partial[slot] + rest).squareRoot() * 1.001
      if bound < max(least, second?.score ?? 0) { break }
      let age = Double(now - times[slot]) / timeToLive
      guard age <= 1, squares[slot] > 0 else { continue }
      let base = slot * Self.width
      var product: Float = 0
      for at in base..<base + Int(counts[slot]) { product += spread[Int(terms[at])] * weights[at] }
      let cosine = Double(product) / squares[slot].squareRoot()
      let score = cosine * powerOfTwo(-age * 1.442_695_040_888_963_4)
      if score > first?.score ?? 0 || score == first?.score && id.serial < first?.id.serial ?? 0 {
        second = first
        first = Match(id: id, score: score)
      } else if score > second?.score ?? 0 {
        second = Match(id: id, score: score)
      }
    }
    for (term, _) in post { spread[Int(term)] = 0 }
    return (first, second)
  }

  /// The clusters that share most of these terms with a cluster, at least two, newest of equals
  /// first; at most `limit`.
  mutating func sharing(
    _ top: [(term: Int32, weight: Float)], with own: ClusterID, limit: Int
  ) -> [ClusterID] {
    search.begin(slots: serials.count)
    for (term, _) in top {
      let list = postings[Int(term)]
      for index in max(0, list.count - Self.searchDepth)..<list.count {
        let id = list[index]
        if serials[Int(id.slot)] == id.serial, id != own { search.add(id, 1) }
      }
    }
    search.found.removeAll { search.partial[Int($0.slot)] < 2 }
    search.keep(limit)
    return search.found
  }
}
