/// A term of a cluster with its weight, side by side: to compare two clusters takes both.
struct HeldTerm: Sendable {
  var term: Int32
  var weight: Float
}

/// The terms of each cluster with their weights, and for each term the clusters that hold it.
///
/// Memory: `width` terms of eight bytes a cluster, in flat tables that grow with the number of
/// clusters; for each term a list of at most `postingLimit` clusters. When a list is full, entries
/// of clusters that are gone or dropped the term are removed, then the oldest third.
struct Centroids: Sendable {
  /// A cluster is cut to its `kept` heaviest terms whenever it would hold more than `width`.
  static let width = 60
  static let kept = 40
  static let postingLimit = 192

  /// `width` places a slot.
  private(set) var held: [HeldTerm] = []
  private(set) var counts: [Int32] = []
  /// The sum of the squared weights.
  private(set) var squares: [Double] = []
  /// The number of the cluster that stands in each slot; 0 where none does.
  private(set) var serials: [UInt32] = []
  /// When a post was last added, in microseconds.
  private(set) var times: [Int64] = []
  /// When its first post was seen, in microseconds.
  private(set) var births: [Int64] = []
  private(set) var postings = PostingLists()

  /// What the last change gave to its cluster, and took from it.
  private(set) var gained: [Int32] = []
  private(set) var dropped: [Int32] = []
  /// Room for terms with their weights, to be sorted.
  private var merged: [UInt64] = []
  /// Room for a search: what is compared with clusters, and notes by slot.
  var compared = WeightedTerms()
  var search = SearchNotes()
  /// What was asked for in advance goes somewhere, or the compiler would leave the question out.
  var awaited: Int32 = 0

  init() {}

  /// A cluster without terms in this slot.
  mutating func place(_ id: ClusterID, at microseconds: Int64) {
    let slot = Int(id.slot)
    while counts.count <= slot {
      counts.append(0)
      squares.append(0)
      serials.append(0)
      times.append(0)
      births.append(0)
      held.append(contentsOf: repeatElement(HeldTerm(term: 0, weight: 0), count: Self.width))
    }
    serials[slot] = id.serial
    search.note(slot, id.serial)
    times[slot] = microseconds
    births[slot] = microseconds
  }

  mutating func noteBirth(_ slot: Int, at microseconds: Int64) { births[slot] = microseconds }

  mutating func touch(_ slot: Int, at microseconds: Int64) {
    times[slot] = max(times[slot], microseconds)
  }

  mutating func makeRoom(term: Int32) { postings.makeRoom(term: term) }

  func stands(_ id: ClusterID) -> Bool {
    Int(id.slot) < serials.count && serials[Int(id.slot)] == id.serial
  }

  func contains(_ slot: Int, _ term: Int32) -> Bool {
    let base = slot * Self.width
    for at in base..<base + Int(counts[slot]) where held[at].term == term { return true }
    return false
  }

  /// The cluster's heaviest terms, heaviest first, ties by number.
  mutating func heaviest(_ slot: Int, _ limit: Int) -> [(term: Int32, weight: Float)] {
    let base = slot * Self.width
    let count = Int(counts[slot])
    merged.removeAll(keepingCapacity: true)
    for at in base..<base + count {
      let entry = Self.packed(held[at].term, held[at].weight, isNew: false)
      if merged.count < limit {
        merged.append(entry)
      } else if entry > merged[limit - 1] {
        merged[limit - 1] = entry
      } else {
        continue
      }
      var place = merged.count - 1
      while place > 0, merged[place - 1] < entry {
        merged[place] = merged[place - 1]
        place -= 1
      }
      merged[place] = entry
    }
    return merged.map { (Self.term($0), Self.weight($0)) }
  }

  /// The cosine of two clusters, as far as some terms of the first tell.
  mutating func likeness(
    _ top: [(term: Int32, weight: Float)], of slot: Int, _ other: Int
  ) -> Double {
    compared.set(top)
    let product = compared.product(held, from: other * Self.width, count: Int(counts[other]))
    let length = (squares[slot] * squares[other]).squareRoot()
    return length > 0 ? Double(product) / length : 0
  }

  /// Adds weighed terms to a cluster; `gained` and `dropped` say what it holds or lost by that.
  mutating func add(_ added: [(term: Int32, weight: Float)], to id: ClusterID) {
    gained.removeAll(keepingCapacity: true)
    dropped.removeAll(keepingCapacity: true)
    let slot = Int(id.slot)
    let base = slot * Self.width
    var count = Int(counts[slot])
    var squareSum = squares[slot]
    merged.removeAll(keepingCapacity: true)
    // Bit by bit, which of the added terms the cluster held before.
    var known: UInt64 = 0
    if count > 0 {
      compared.set(added)
      for at in base..<base + count {
        let place = compared.place(of: held[at].term)
        guard place >= 0 else { continue }
        let weight = added[place].weight
        squareSum += Double(weight) * Double(2 * held[at].weight + weight)
        held[at].weight += weight
        known |= 1 << UInt64(place)
      }
    }
    for place in added.indices where known >> UInt64(place) & 1 == 0 {
      let (term, weight) = added[place]
      if count < Self.width {
        held[base + count] = HeldTerm(term: term, weight: weight)
        squareSum += Double(weight) * Double(weight)
        count += 1
        post(id, term)
      } else {
        merged.append(Self.packed(term, weight, isNew: true))
      }
    }
    counts[slot] = Int32(count)
    squares[slot] = squareSum
    if !merged.isEmpty { prune(id) }
  }

  /// Weight above, so that a plain sort puts the heaviest last and, of equals, the lowest number.
  private static func packed(_ term: Int32, _ weight: Float, isNew: Bool) -> UInt64 {
    let inverse = UInt64(UInt32(truncatingIfNeeded: Int32.max - term))
    return UInt64(weight.bitPattern) << 32 | inverse << 1 | (isNew ? 1 : 0)
  }

  private static func term(_ entry: UInt64) -> Int32 {
    Int32.max - Int32(truncatingIfNeeded: entry >> 1 & 0x7fff_ffff)
  }

  private static func weight(_ entry: UInt64) -> Float {
    Float(bitPattern: UInt32(entry >> 32))
  }

  /// Keeps the heaviest of the cluster's terms and of those that found no room.
  private mutating func prune(_ id: ClusterID) {
    let slot = Int(id.slot)
    let base = slot * Self.width
    for at in base..<base + Int(counts[slot]) {
      merged.append(Self.packed(held[at].term, held[at].weight, isNew: false))
    }
    merged.sort()
    var squareSum = 0.0
    let cut = merged.count - Self.kept
    for (place, entry) in merged.enumerated() {
      let term = Self.term(entry)
      let isNew = entry & 1 == 1
      if place < cut {
        if !isNew { dropped.append(term) }
        continue
      }
      let weight = Self.weight(entry)
      held[base + place - cut] = HeldTerm(term: term, weight: weight)
      squareSum += Double(weight) * Double(weight)
      if isNew { post(id, term) }
    }
    counts[slot] = Int32(Self.kept)
    squares[slot] = squareSum
  }

  /// Takes everything out of a slot, for the next cluster that stands there.
  mutating func clear(_ slot: Int) {
    gained.removeAll(keepingCapacity: true)
    dropped.removeAll(keepingCapacity: true)
    let base = slot * Self.width
    for at in base..<base + Int(counts[slot]) { dropped.append(held[at].term) }
    counts[slot] = 0
    squares[slot] = 0
    serials[slot] = 0
    search.note(slot, 0)
  }

  /// All of a cluster's terms with their weights.
  func contents(_ slot: Int) -> [(term: Int32, weight: Float)] {
    let base = slot * Self.width
    return (base..<base + Int(counts[slot])).map { (held[$0].term, held[$0].weight) }
  }

  /// Whether as many slots are held as there are clusters.
  func holds(_ slots: Int) -> Bool { serials.count == slots }

  /// What a checkpoint kept of a slot.
  mutating func fill(_ slot: Int, _ contents: [(term: Int32, weight: Float)], squares: Double) {
    let base = slot * Self.width
    for (place, content) in contents.enumerated() {
      held[base + place] = HeldTerm(term: content.term, weight: content.weight)
    }
    counts[slot] = Int32(contents.count)
    self.squares[slot] = squares
  }

  mutating func fill(_ lists: [[ClusterID]]) {
    postings = PostingLists()
    for (term, list) in lists.enumerated() {
      postings.makeRoom(term: Int32(term))
      postings[Int32(term)] = list
    }
  }

  private mutating func post(_ id: ClusterID, _ term: Int32) {
    postings.append(id, to: term)
    gained.append(term)
  }

  /// Shortens a full list.
  mutating func tidy(_ term: Int32) {
    guard postings.length(term) >= Self.postingLimit else { return }
    var seen: Set<UInt32> = []
    var fresh: [ClusterID] = []
    for id in postings[term].reversed()
    where stands(id) && contains(Int(id.slot), term) && seen.insert(id.serial).inserted {
      fresh.append(id)
    }
    let kept = fresh.prefix(Self.postingLimit * 2 / 3)
    postings[term] = kept.reversed()
  }

  mutating func forget(_ term: Int32) {
    if Int(term) < postings.count { postings[term] = [] }
  }
}
