import Bytes

/// How strongly neighbouring Chinese characters belong together, learned from the stream itself.
///
/// A dictionary would not know the name of a village, a factory or tomorrow's scandal. Two
/// characters that meet more often than chance lets them are a word or a part of one: the measure
/// is pointwise mutual information, with a discount for characters that hold sentences together.
///
/// Memory: single characters in a fixed table of 256 KB; pairs in a table that grows to
/// `pairLimit` entries of 8 bytes. At that limit, and every `halfLife` of the stream's time, all
/// counts are halved and pairs at zero are forgotten.
struct CharacterLinks: Sendable {
  private(set) var singles: [UInt32]
  private(set) var pairs: PairTable
  /// How many characters were counted, as the halvings left it.
  private(set) var total: Double = 0
  private(set) var nextHalving: Instant?

  private let isFunction: [Bool]
  private let pairLimit: Int
  private let halfLife: Duration

  /// The discount for each character of a pair that mostly holds a sentence together.
  private static let functionDiscount = 1.5
  /// What a pair that is met for the first time counts for: enough to be a term, since a new name
  /// is exactly what matters, and too little to carry a longer one.
  static let newPair = 1.0
  /// From here on a pair is a term.
  static let pairStrength = 1.0
  /// From here on two neighbouring pairs are one longer term.
  static let chainStrength = 2.5

  init(pairLimit: Int, halfLife: Duration) {
    self.pairLimit = pairLimit
    self.halfLife = halfLife
    singles = [UInt32](repeating: 0, count: 0x10000)
    pairs = PairTable(capacity: 1024)
    var isFunction = [Bool](repeating: false, count: 0x10000)
    for scalar in functionIdeographs { isFunction[Int(scalar)] = true }
    self.isFunction = isFunction
  }

  /// From a checkpoint.
  init(
    pairLimit: Int, halfLife: Duration, singles: [UInt32], pairs: [UInt64], total: Double,
    nextHalving: Instant?
  ) {
    self.init(pairLimit: pairLimit, halfLife: halfLife)
    self.singles = singles
    self.pairs = PairTable(sorted: pairs)
    self.total = total
    self.nextHalving = nextHalving
  }

  /// Counts a run of ideographs, and gives the strength of the link behind each but the last.
  mutating func take(
    _ scalars: [UInt32], from start: Int, to end: Int, strengths: inout [Float]
  ) {
    strengths.removeAll(keepingCapacity: true)
    do {
      let scalars = scalars.span
      var singles = singles.mutableSpan
      for at in start..<end { singles[Int(scalars[at] & 0xffff)] &+= 1 }
    }
    total += Double(end - start)
    // Asked for together, the memory answers for all pairs of the run at once.
    pairs.touchPairs(scalars.span.extracting(start..<end))
    var at = start
    while at + 1 < end {
      let (left, right) = (scalars[at] & 0xffff, scalars[at + 1] & 0xffff)
      let count = pairs.increment(left << 16 | right)
      strengths.append(Float(strength(left, right, count: count)))
      at += 1
    }
    if pairs.count > pairLimit { halve() }
  }

  /// The link between two characters as it is known now, without counting anything.
  func strength(_ left: UInt32, _ right: UInt32) -> Double {
    let (left, right) = (left & 0xffff, right & 0xffff)
    return strength(left, right, count: pairs.count(of: left << 16 | right))
  }

  @inline(__always)
  private func strength(_ left: UInt32, _ right: UInt32, count: UInt32) -> Double {
    var strength = Self.newPair
    if count > 1 {
      let chance = Double(singles[Int(left)]) * Double(singles[Int(right)])
      strength = naturalLogarithm((Double(count) - 0.5) * max(1, total) / max(1, chance))
    }
    if isFunction[Int(left)] { strength -= Self.functionDiscount }
    if isFunction[Int(right)] { strength -= Self.functionDiscount }
    return strength
  }

  /// Halves all counts when the time has come, so that words of last year make room.
  mutating func advance(to now: Instant) {
    guard let next = nextHalving else {
      nextHalving = now + halfLife
      return
    }
    if now >= next {
      halve()
      nextHalving = now + halfLife
    }
  }

  private mutating func halve() {
    for at in singles.indices { singles[at] /= 2 }
    total /= 2
    pairs.halve()
  }
}

/// Counts by keys of 32 bits, such as pairs of characters: open addressing, eight bytes an entry.
struct PairTable: Sendable {
  /// Key in the high half, count in the low; a count of zero is an empty slot.
  private var slots: [UInt64]
  private var mask: Int
  private(set) var count = 0
  private var awaited: UInt64 = 0

  init(capacity: Int) {
    slots = [UInt64](repeating: 0, count: capacity)
    mask = capacity - 1
  }

  @inline(__always)
  private func home(_ key: UInt32) -> Int {
    Int(truncatingIfNeeded: (UInt64(key) &* 0x9e37_79b9_7f4a_7c15) >> 32) & mask
  }

  @inline(__always)
  mutating func increment(_ key: UInt32) -> UInt32 {
    var at = home(key)
    while true {
      let slot = slots[at]
      let count = UInt32(truncatingIfNeeded: slot)
      if count == 0 { break }
      if UInt32(slot >> 32) == key {
        if count < .max { slots[at] = slot + 1 }
        return count &+ (count < .max ? 1 : 0)
      }
      at = (at + 1) & mask
    }
    slots[at] = UInt64(key) << 32 | 1
    count += 1
    if count * 3 > slots.count * 2 { rebuild(capacity: slots.count * 2) }
    return 1
  }

  /// Asks the memory for what will be looked up soon: each character with the next.
  mutating func touchPairs(_ scalars: Span<UInt32>) {
    var sum: UInt64 = 0
    do {
      let slots = slots.span
      for at in 1..<max(1, scalars.count) {
        sum ^= slots[home((scalars[at - 1] & 0xffff) << 16 | scalars[at] & 0xffff)]
      }
    }
    awaited ^= sum
  }

  func count(of key: UInt32) -> UInt32 {
    var at = home(key)
    while true {
      let slot = slots[at]
      let count = UInt32(truncatingIfNeeded: slot)
      if count == 0 { return 0 }
      if UInt32(slot >> 32) == key { return count }
      at = (at + 1) & mask
    }
  }

  /// Halves each count; what falls to zero is gone.
  mutating func halve() {
    for at in slots.indices {
      let count = UInt32(truncatingIfNeeded: slots[at]) / 2
      slots[at] = count == 0 ? 0 : slots[at] & ~0xffff_ffff | UInt64(count)
    }
    rebuild(capacity: slots.count)
  }

  /// All entries in ascending order: the one form that does not depend on how they came.
  var sorted: [UInt64] { slots.filter { $0 != 0 }.sorted() }

  init(sorted entries: [UInt64]) {
    var capacity = 1024
    while entries.count * 3 > capacity * 2 { capacity *= 2 }
    self.init(capacity: capacity)
    for entry in entries { insert(entry) }
  }

  private mutating func rebuild(capacity: Int) {
    let old = slots
    slots = [UInt64](repeating: 0, count: capacity)
    mask = capacity - 1
    count = 0
    for entry in old where entry != 0 { insert(entry) }
  }

  private mutating func insert(_ entry: UInt64) {
    var at = home(UInt32(entry >> 32))
    while slots[at] != 0 { at = (at + 1) & mask }
    slots[at] = entry
    count += 1
  }
}
