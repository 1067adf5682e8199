/// Random numbers that a seed and a purpose decide (SplitMix64).
///
/// Every part of the story throws dice of its own, so that a change to one part moves no other.
/// Only whole numbers are used: the same seed gives the same bytes on every machine.
struct Dice {
  private var state: UInt64

  init(seed: UInt64, _ purpose: String) {
    // FNV-1a over the purpose, so that neighbouring purposes start far apart.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    state = hash ^ seed &* 0x9e37_79b9_7f4a_7c15
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// A number from 0 up to, not including, `limit`. The bias of 2⁻⁶⁴ × limit is no matter here.
  mutating func below(_ limit: Int) -> Int {
    precondition(limit > 0, "dice without a side")
    return Int(next().multipliedFullWidth(by: UInt64(limit)).high)
  }

  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  mutating func hits(percent: Int) -> Bool { below(100) < percent }

  /// The place of one of these weights, each as likely as it is heavy.
  mutating func place(among weights: [Int]) -> Int {
    var rest = below(weights.reduce(0, +))
    for (place, weight) in weights.enumerated() {
      if rest < weight { return place }
      rest -= weight
    }
    return weights.count - 1
  }

  /// The numbers below `count` in a random order (Fisher and Yates).
  mutating func order(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, below(last + 1))
    }
    return order
  }
}
