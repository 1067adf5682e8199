import Bytes

/// Which pairs of terms were met in the last one to two weeks.
///
/// Two Bloom filters that take turns: one is filled, the other is the week before. A pair that was
/// never met may seem known (by chance, a few in a hundred when a filter is a third full); a pair
/// that was met never seems new. Memory: two bits of each kind for `bits` bits in all.
struct NoveltyFilter: Sendable {
  private(set) var present: [UInt64]
  private(set) var before: [UInt64]
  private(set) var nextTurn: Instant?
  private let mask: UInt64

  static let week: Duration = .days(7)

  init(bits: Int) {
    var words = 16
    while words * 64 * 2 <= bits / 2 { words *= 2 }
    present = [UInt64](repeating: 0, count: words)
    before = present
    mask = UInt64(words * 64 - 1)
  }

  mutating func advance(to now: Instant) {
    guard let turn = nextTurn else {
      nextTurn = now + Self.week
      return
    }
    guard now >= turn else { return }
    swap(&present, &before)
    for word in present.indices { present[word] = 0 }
    nextTurn = now + Self.week
  }

  /// Notes each pair of these, and says how many pairs were new.
  mutating func insertPairs(_ heads: Span<UInt64>) -> Int {
    let mask = mask
    // Taken out and put back: one may not be changed while the other is read.
    var words: [UInt64] = []
    swap(&words, &present)
    defer { swap(&words, &present) }
    let before = before.span
    var present = words.mutableSpan
    var fresh = 0
    for left in heads.indices {
      for right in left + 1..<heads.count {
        // The same number whichever of the two stands first.
        let hash = mixed(heads[left] &+ heads[right])
        let (first, second) = (hash & mask, hash >> 32 & mask)
        let (firstWord, secondWord) = (Int(first >> 6), Int(second >> 6))
        // Without a decision in between, so that the memory is asked for all of it at once.
        let isKnown = present[firstWord] >> (first & 63) & present[secondWord] >> (second & 63)
        let wasKnown = before[firstWord] >> (first & 63) & before[secondWord] >> (second & 63)
        present[firstWord] |= 1 << (first & 63)
        present[secondWord] |= 1 << (second & 63)
        fresh += 1 - Int((isKnown | wasKnown) & 1)
      }
    }
    return fresh
  }

  init(bits: Int, present: [UInt64], before: [UInt64], nextTurn: Instant?) {
    self.init(bits: bits)
    self.present = present
    self.before = before
    self.nextTurn = nextTurn
  }
}
