import Bytes

extension County {
  /// The posts that were published from `from` until before `to`, in the order in which a desk
  /// would have met them. The same seed gives the same posts.
  func stream(seed: UInt64) -> [Post] {
    posts(seed: seed).filter { $0.published >= from && $0.published < to }
  }

  /// All posts since the eve, in the order of `firstSeen`.
  func posts(seed: UInt64) -> [Post] {
    var drafts: [Draft] = []
    for strand in strands {
      drafts += StrandTeller(county: self, strand: strand, seed: seed).drafts()
    }
    return Publisher(county: self, seed: seed).posts(of: drafts)
  }
}
