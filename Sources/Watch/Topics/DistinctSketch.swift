/// How many different ones there were, without keeping them: the smallest hashes seen.
///
/// Exact up to `capacity`; beyond, the k-th smallest of evenly spread hashes says how many there
/// are (error about 1/√k). Two sketches of the same capacity merge without loss.
struct DistinctSketch: Hashable, Sendable {
  private(set) var smallest: [UInt64] = []

  static let capacity = 128

  init() {}

  init(sorted: [UInt64]) { smallest = sorted }

  /// Whether the hash was not in the sketch before and is now.
  @discardableResult
  mutating func insert(_ hash: UInt64) -> Bool {
    var low = 0
    var high = smallest.count
    while low < high {
      let middle = (low + high) / 2
      if smallest[middle] < hash { low = middle + 1 } else { high = middle }
    }
    if low < smallest.count, smallest[low] == hash { return false }
    guard smallest.count < Self.capacity || low < smallest.count else { return false }
    smallest.insert(hash, at: low)
    if smallest.count > Self.capacity { smallest.removeLast() }
    return true
  }

  mutating func formUnion(_ other: DistinctSketch) {
    for hash in other.smallest { insert(hash) }
  }

  var estimate: Int {
    guard smallest.count == Self.capacity, let last = smallest.last else { return smallest.count }
    let share = Double(last) / Double(UInt64.max)
    return Int((Double(Self.capacity - 1) / share).rounded())
  }
}
