/// For each term the clusters that hold it, in the order in which they took it up.
///
/// One table for all lists: each has a block whose size is a power of two, and a block that was
/// outgrown is used again by the next list of its size. A list of arrays costs an allocation for
/// each of a hundred thousand rare terms, and one more miss of the cache for each term of a search.
struct PostingLists: Sendable {
  private struct List: Sendable {
    var start: UInt32 = 0
    var count: UInt16 = 0
    /// The block has room for two to this power; 0 for no block.
    var power: UInt16 = 0
  }

  private var lists: [List] = []
  private(set) var entries: [ClusterID] = []
  /// By power, where the blocks begin that nobody uses.
  private var vacant = [[UInt32]](repeating: [], count: 16)
  private static let leastPower: UInt16 = 1

  /// How many terms there is a list for.
  var count: Int { lists.count }

  mutating func makeRoom(term: Int32) {
    while lists.count <= Int(term) { lists.append(List()) }
  }

  @inline(__always)
  func length(_ term: Int32) -> Int { Int(lists[Int(term)].count) }

  /// Where the newest entries of a term stand in `entries`, the oldest of them first.
  @inline(__always)
  func newest(_ limit: Int, of term: Int32) -> Range<Int> {
    let list = lists[Int(term)]
    let end = Int(list.start) + Int(list.count)
    return end - min(limit, Int(list.count))..<end
  }

  @inline(__always)
  mutating func append(_ id: ClusterID, to term: Int32) {
    let list = lists[Int(term)]
    if list.power == 0 || list.count == 1 << list.power { grow(term) }
    entries[Int(lists[Int(term)].start) + Int(list.count)] = id
    lists[Int(term)].count += 1
  }

  subscript(term: Int32) -> [ClusterID] {
    get { Array(entries[newest(.max, of: term)]) }
    set {
      let list = lists[Int(term)]
      if list.power > 0 { vacant[Int(list.power)].append(list.start) }
      lists[Int(term)] = List()
      for id in newValue { append(id, to: term) }
    }
  }

  private mutating func grow(_ term: Int32) {
    let list = lists[Int(term)]
    let power = max(Self.leastPower, list.power + 1)
    let start: UInt32
    if let free = vacant[Int(power)].popLast() {
      start = free
    } else {
      start = UInt32(entries.count)
      let none = ClusterID(slot: 0, serial: 0)
      entries.append(contentsOf: repeatElement(none, count: 1 << power))
    }
    for place in 0..<Int(list.count) {
      entries[Int(start) + place] = entries[Int(list.start) + place]
    }
    if list.power > 0 { vacant[Int(list.power)].append(list.start) }
    lists[Int(term)].start = start
    lists[Int(term)].power = power
  }
}
