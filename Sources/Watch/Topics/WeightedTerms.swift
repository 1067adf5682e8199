/// The weights of a few terms, asked for by term: a table so small that it stays in the nearest
/// cache, while a table of all terms would miss it at each question.
struct WeightedTerms: Sendable {
  /// Open addressing: the term, counted from one, above; its weight below; 0 is an empty slot.
  private var slots = [UInt64](repeating: 0, count: size)
  /// For each slot the place of its term in what was set.
  private var places = [UInt8](repeating: 0, count: size)
  private var used: [Int] = []

  /// A post has at most 40 terms and a cluster 60, so that nearly every question ends at once.
  private static let size = 1024
  /// More terms are passed over; nobody has so many.
  private static let limit = 64

  @inline(__always)
  private static func key(_ term: Int32) -> UInt64 { UInt64(UInt32(bitPattern: term) &+ 1) << 32 }

  /// Exchanges what is held for these; no term stands among them twice.
  mutating func set(_ terms: [(term: Int32, weight: Float)]) {
    for at in used { slots[at] = 0 }
    used.removeAll(keepingCapacity: true)
    for place in 0..<min(terms.count, Self.limit) {
      var at = Int(terms[place].term) & (Self.size - 1)
      while slots[at] != 0 { at = (at + 1) & (Self.size - 1) }
      slots[at] = Self.key(terms[place].term) | UInt64(terms[place].weight.bitPattern)
      places[at] = UInt8(place)
      used.append(at)
    }
  }

  /// The place of a term in what was set; -1 if it was not there.
  @inline(__always)
  func place(of term: Int32) -> Int {
    var at = Int(term) & (Self.size - 1)
    while slots[at] != 0 {
      if slots[at] & ~0xffff_ffff == Self.key(term) { return Int(places[at]) }
      at = (at + 1) & (Self.size - 1)
    }
    return -1
  }

  /// The product of these terms with a cluster's, summed in the cluster's order.
  @inline(__always)
  func product(_ terms: [HeldTerm], from base: Int, count: Int) -> Float {
    let (slots, terms) = (slots.span, terms.span)
    var product: Float = 0
    for at in base..<base + count {
      let held = terms[at]
      let key = Self.key(held.term)
      var place = Int(held.term) & (Self.size - 1)
      while slots[place] != 0 {
        if slots[place] & ~0xffff_ffff == key {
          product += Float(bitPattern: UInt32(truncatingIfNeeded: slots[place])) * held.weight
          break
        }
        place = (place + 1) & (Self.size - 1)
      }
    }
    return product
  }
}
