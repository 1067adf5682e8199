/// All terms that the model knows, each interned once as a small number, with what was counted.
///
/// Memory: at most `limit` terms of 40 bytes, 32 bytes of text each, and an index of 16 bytes a
/// slot. When it is full, the terms that were seen least, weighed by age, are forgotten; a term
/// that stands in a counting window or in a cluster is never one of them. If even so nothing can
/// go, new terms are turned away until something can: a flood of random characters costs
/// attention, not memory.
struct TermTable: Sendable {
  struct Entry: Sendable {
    var key: UInt64
    /// Posts that left the windows, each weighed by the growth factor of its time (`TermRates`).
    var past: Double = 0
    /// Posts in the last hour, six hours, day.
    var hour: UInt32 = 0
    var sixHours: UInt32 = 0
    var day: UInt32 = 0
    /// All posts that it was ever counted in: what makes a term rare or common.
    var total: UInt32 = 0
    /// How many clusters hold the term.
    var clusters: UInt32 = 0
    /// The last post that was counted, so that one post counts a term once.
    var lastPost: UInt32 = 0

    var isFree: Bool { key == TermTable.freeKey }

    /// Whether nothing was counted of it yet.
    var isUnheard: Bool { total == 0 && past == 0 }
  }

  private(set) var entries: [Entry] = []
  private(set) var count = 0
  /// 32 bytes for each term: the length, then UTF-8 as it was first written.
  private var texts: [UInt8] = []
  private var freed: [Int32] = []
  private var slots: [Slot]
  private var mask: Int
  let limit: Int

  private struct Slot: Sendable {
    var key: UInt64
    var term: Int32
  }

  /// No term has this key: pairs and triples leave these bits open, and words are 62 bits long.
  static let freeKey: UInt64 = .max
  static let textWidth = 32
  private static let noTerm: Int32 = -1
  private var awaited: Int32 = 0

  init(limit: Int) {
    self.limit = limit
    slots = [Slot](repeating: Slot(key: 0, term: Self.noTerm), count: 1024)
    mask = 1023
  }

  @inline(__always)
  private func home(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 32) & mask
  }

  /// Asks the memory for what will be looked up soon.
  mutating func touch(_ found: [FoundTerm]) {
    var sum: Int32 = 0
    do {
      let slots = slots.span
      for term in found { sum ^= slots[home(term.key)].term }
    }
    awaited ^= sum
  }

  /// The term of this key; nil if it is not known.
  @inline(__always)
  func find(_ key: UInt64) -> Int32? {
    var at = home(key)
    let slots = slots.span
    while slots[at].term >= 0 {
      if slots[at].key == key { return slots[at].term }
      at = (at + 1) & mask
    }
    return nil
  }

  /// The term of this key, known from now on; nil if the table is full of terms in use.
  mutating func intern(
    _ key: UInt64, _ scalars: [UInt32], _ start: Int, _ end: Int
  ) -> Int32? {
    if let term = find(key) { return term }
    guard count < limit else { return nil }
    let term: Int32
    if let free = freed.popLast() {
      term = free
      entries[Int(term)] = Entry(key: key)
    } else {
      term = Int32(entries.count)
      entries.append(Entry(key: key))
      texts.append(contentsOf: repeatElement(0, count: Self.textWidth))
    }
    count += 1
    write(scalars, start, end, at: Int(term) * Self.textWidth)
    insert(key, term)
    if count * 2 > slots.count { rebuild(capacity: slots.count * 2) }
    return term
  }

  @inline(__always)
  mutating func update<Result>(_ term: Int32, _ body: (inout Entry) -> Result) -> Result {
    body(&entries[Int(term)])
  }

  /// Changes each of these.
  @inline(__always)
  mutating func updateEach(_ terms: [Int32], _ body: (inout Entry) -> Void) {
    var entries = entries.mutableSpan
    for term in terms { body(&entries[Int(term)]) }
  }

  /// The term as it was first written.
  func text(_ term: Int32) -> String {
    let at = Int(term) * Self.textWidth
    return String(decoding: texts[at + 1..<at + 1 + Int(texts[at])], as: UTF8.self)
  }

  private mutating func write(_ scalars: [UInt32], _ start: Int, _ end: Int, at base: Int) {
    var length = 0
    let scalars = scalars.span
    var texts = texts.mutableSpan
    for place in start..<end {
      let scalar = scalars[place]
      let width = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
      guard length + width < Self.textWidth else { break }
      let at = base + 1 + length
      switch width {
      case 1: texts[at] = UInt8(scalar)
      case 2:
        texts[at] = UInt8(0xc0 | scalar >> 6)
        texts[at + 1] = UInt8(0x80 | scalar & 0x3f)
      case 3:
        texts[at] = UInt8(0xe0 | scalar >> 12)
        texts[at + 1] = UInt8(0x80 | scalar >> 6 & 0x3f)
        texts[at + 2] = UInt8(0x80 | scalar & 0x3f)
      default:
        texts[at] = UInt8(0xf0 | scalar >> 18)
        texts[at + 1] = UInt8(0x80 | scalar >> 12 & 0x3f)
        texts[at + 2] = UInt8(0x80 | scalar >> 6 & 0x3f)
        texts[at + 3] = UInt8(0x80 | scalar & 0x3f)
      }
      length += width
    }
    texts[base] = UInt8(length)
  }

  private mutating func insert(_ key: UInt64, _ term: Int32) {
    var at = home(key)
    while slots[at].term >= 0 { at = (at + 1) & mask }
    slots[at] = Slot(key: key, term: term)
  }

  private mutating func rebuild(capacity: Int) {
    slots = [Slot](repeating: Slot(key: 0, term: Self.noTerm), count: capacity)
    mask = capacity - 1
    for (number, entry) in entries.enumerated() where !entry.isFree {
      insert(entry.key, Int32(number))
    }
  }
}

// Making room.
extension TermTable {
  var isNearlyFull: Bool { count * 16 > limit * 15 }

  /// Forgets a quarter of the terms, those with the smallest past first.
  ///
  /// A term in a window or in a cluster stays. Terms with equal pasts go or stay together, up to
  /// the one that fills the quarter, in the order of their numbers.
  mutating func evict() -> [Int32] {
    var candidates: [RankedTerm] = []
    candidates.reserveCapacity(count)
    for number in entries.indices {
      let entry = entries[number]
      guard !entry.isFree, entry.day == 0, entry.clusters == 0 else { continue }
      candidates.append(RankedTerm(rank: entry.past.bitPattern, term: Int32(number)))
    }
    let gone = RankedTerm.lowest(limit / 4, of: candidates).map(\.term)
    for term in gone {
      entries[Int(term)] = Entry(key: Self.freeKey)
      freed.append(term)
    }
    count -= gone.count
    if !gone.isEmpty { rebuild(capacity: slots.count) }
    return gone
  }
}

/// A term with what it is ranked by. The bits of numbers that are not negative are in their order.
private struct RankedTerm {
  var rank: UInt64
  var term: Int32

  /// The bits that the first selection goes by: the exponent, and enough of what follows.
  private static let selectionShift: UInt64 = 44
  private static let digitBits: UInt64 = 16

  /// The terms of the lowest ranks in order; of equals, the one that stands first in the list.
  ///
  /// A comparing sort of a hundred thousand terms holds a post up for 40 ms; this takes 3 ms.
  static func lowest(_ limit: Int, of all: [RankedTerm]) -> [RankedTerm] {
    var chosen = all
    if all.count > limit {
      var tally = [Int](repeating: 0, count: 1 << (64 - Int(selectionShift)))
      for entry in all { tally[Int(entry.rank >> selectionShift)] += 1 }
      var (last, held) = (0, tally[0])
      while held < limit {
        last += 1
        held += tally[last]
      }
      chosen = all.filter { Int($0.rank >> selectionShift) <= last }
    }
    for shift in stride(from: UInt64(0), to: 64, by: UInt64.Stride(digitBits)) {
      chosen = sorted(chosen, by: shift)
    }
    return Array(chosen.prefix(limit))
  }

  /// Sorted by one digit of their ranks; equals keep their order.
  private static func sorted(_ list: [RankedTerm], by shift: UInt64) -> [RankedTerm] {
    func digit(_ entry: RankedTerm) -> Int {
      Int(entry.rank >> shift & ((1 << digitBits) - 1))
    }
    var places = [Int](repeating: 0, count: 1 << digitBits)
    for entry in list { places[digit(entry)] += 1 }
    var next = 0
    for place in places.indices {
      let count = places[place]
      places[place] = next
      next += count
    }
    var result = list
    for entry in list {
      result[places[digit(entry)]] = entry
      places[digit(entry)] += 1
    }
    return result
  }
}

// What a checkpoint keeps.
extension TermTable {
  struct Stored: Sendable {
    var entries: [Entry]
    var texts: [UInt8]
    var freed: [Int32]
  }

  var stored: Stored { Stored(entries: entries, texts: texts, freed: freed) }

  init(_ stored: Stored, limit: Int) {
    self.init(limit: limit)
    entries = stored.entries
    texts = stored.texts
    freed = stored.freed
    count = entries.count - freed.count
    var capacity = 1024
    while count * 2 > capacity { capacity *= 2 }
    rebuild(capacity: capacity)
  }
}
