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

  /// Notes a pair, and says whether it was new.
  @inline(__always)
  mutating func insert(_ pair: UInt64) -> Bool {
    let hash = mixed(pair)
    let (first, second) = (hash & mask, hash >> 32 & mask)
    // Without a decision in between, so that the memory is asked for all of it at once.
    let isKnown = Self.bit(present, first) & Self.bit(present, second)
    let wasKnown = isKnown | Self.bit(before, first) & Self.bit(before, second)
    present[Int(first >> 6)] |= 1 << (first & 63)
    present[Int(second >> 6)] |= 1 << (second & 63)
    return wasKnown == 0
  }

  @inline(__always)
  private static func bit(_ words: [UInt64], _ bit: UInt64) -> UInt64 {
    words[Int(bit >> 6)] >> (bit & 63) & 1
  }

  init(bits: Int, present: [UInt64], before: [UInt64], nextTurn: Instant?) {
    self.init(bits: bits)
    self.present = present
    self.before = before
    self.nextTurn = nextTurn
  }
}
