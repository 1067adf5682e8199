/// Which voice said which term lately, so that one who repeats himself is heard once.
///
/// A fixed table of eight bytes a slot, each pair in one of two slots. A pair that was pushed out
/// is counted once more: harmless, since that takes a crowd of others in between.
struct VoiceTerms: Sendable {
  private(set) var slots: [UInt64]
  private let mask: UInt64

  init(limit: Int) {
    var size = 64
    while size * 2 <= limit { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
    mask = UInt64(size - 1)
  }

  init(limit: Int, slots: [UInt64]) {
    self.init(limit: limit)
    self.slots = slots
  }

  /// Whether this voice says this term for the first time in this period.
  mutating func isFirst(_ voice: UInt64, _ term: UInt64, period: Int64) -> Bool {
    let mark = mixed(voice ^ mixed(term &+ UInt64(bitPattern: period))) | 1
    let first = Int(mark >> 1 & mask)
    let second = first ^ 1
    if slots[first] == mark || slots[second] == mark { return false }
    slots[second] = slots[first]
    slots[first] = mark
    return true
  }
}
