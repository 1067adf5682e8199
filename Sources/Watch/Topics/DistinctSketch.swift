/// How many different ones there were, without keeping them: the smallest hashes seen.
///
/// Exact up to `capacity`; beyond, the k-th smallest of evenly spread hashes says how many there
/// are (error about 1/√k). Two sketches of the same capacity merge without loss. One hash stands
/// in the sketch itself: most clusters hear one voice and no second, and a list costs an allocation.
struct DistinctSketch: Hashable, Sendable {
  private var lowest: UInt64?
  /// The others, in ascending order.
  private var others: [UInt64] = []

  static let capacity = 128

  init() {}

  init(sorted: [UInt64]) {
    lowest = sorted.first
    others = Array(sorted.dropFirst())
  }

  var isEmpty: Bool { lowest == nil }
  var count: Int { lowest == nil ? 0 : others.count + 1 }

  /// In ascending order.
  var smallest: [UInt64] { lowest.map { [$0] + others } ?? [] }

  /// Whether the hash was not in the sketch before and is now.
  @discardableResult
  mutating func insert(_ hash: UInt64) -> Bool {
    guard let first = lowest else {
      lowest = hash
      return true
    }
    if hash == first { return false }
    if hash < first {
      lowest = hash
      return insert(other: first, isSmaller: true)
    }
    return insert(other: hash, isSmaller: false)
  }

  private mutating func insert(other hash: UInt64, isSmaller: Bool) -> Bool {
    var low = 0
    var high = isSmaller ? 0 : others.count
    while low < high {
      let middle = (low + high) / 2
      if others[middle] < hash { low = middle + 1 } else { high = middle }
    }
    if low < others.count, others[low] == hash { return false }
    guard others.count < Self.capacity - 1 || low < others.count else { return false }
    others.insert(hash, at: low)
    if others.count > Self.capacity - 1 { others.removeLast() }
    return true
  }

  mutating func formUnion(_ other: DistinctSketch) {
    if let lowest = other.lowest { insert(lowest) }
    for hash in other.others { insert(hash) }
  }

  var estimate: Int {
    guard count == Self.capacity, let last = others.last else { return count }
    let share = Double(last) / Double(UInt64.max)
    return Int((Double(Self.capacity - 1) / share).rounded())
  }
}
