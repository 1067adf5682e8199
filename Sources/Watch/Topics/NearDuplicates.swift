/// What a text is recognised by: sixteen minima over its parts, or one hash where it is short.
struct TextSignature: Hashable, Sendable {
  var lanes: SIMD16<UInt32>
  /// Of the whole text in its compared form.
  var exact: UInt64
  /// Too short to be compared by parts: only equal texts are copies.
  var isShort: Bool

  /// Under this many letters, one changed word changes most parts.
  static let shortest = 20

  /// The parts are pairs of ideographs, words, and pairs of words; what its source writes around
  /// every post is none.
  init(_ text: borrowing TextRuns, without frame: SourceFrames.Frame = .init()) {
    let (first, last) = (frame.head, text.scalars.count - 1 - frame.tail)
    var lanes = SIMD16<UInt32>(repeating: .max)
    var exact: UInt64 = 0x9e37_79b9_7f4a_7c15
    var before: UInt64 = 0
    var letters = 0
    for run in text.runs where run.end > first && run.start < last {
      if run.kind == .ideographs {
        let (start, end) = (max(run.start, first), min(run.end, last))
        var left = text.scalars[start]
        exact = (exact ^ UInt64(left)) &* Self.multiplier
        for at in start + 1..<max(start + 1, end) {
          let right = text.scalars[at]
          exact = (exact ^ UInt64(right)) &* Self.multiplier
          Self.lower(&lanes, UInt64(left) << 32 | UInt64(right))
          left = right
        }
        before = UInt64(left)
        letters += end - start
      } else {
        exact = (exact ^ run.key) &* Self.multiplier
        Self.lower(&lanes, run.key)
        Self.lower(&lanes, before &* Self.multiplier ^ run.key)
        before = run.key
        letters += run.end - run.start
      }
    }
    self.lanes = lanes
    self.exact = mixed(exact)
    isShort = letters < Self.shortest
  }

  init(lanes: SIMD16<UInt32>, exact: UInt64, isShort: Bool) {
    self.lanes = lanes
    self.exact = exact
    self.isShort = isShort
  }

  /// In how many of the sixteen lanes two texts agree: an estimate of how many parts they share.
  func agreement(_ other: TextSignature) -> Int {
    var count = 0
    let equal = lanes .== other.lanes
    for lane in 0..<16 where equal[lane] { count += 1 }
    return count
  }

  /// Four lanes as one number: texts that agree in a band are compared.
  func band(_ number: Int) -> UInt32 {
    var hash = UInt64(number) &+ 0x51_7cc1
    for lane in number * 4..<number * 4 + 4 {
      hash = (hash ^ UInt64(lanes[lane])) &* Self.multiplier
    }
    return UInt32(truncatingIfNeeded: mixed(hash))
  }

  private static let multiplier: UInt64 = 0x9e37_79b9_7f4a_7c15

  @inline(__always)
  private static func lower(_ lanes: inout SIMD16<UInt32>, _ part: UInt64) {
    let hash = SIMD16<UInt32>(repeating: UInt32(truncatingIfNeeded: mixed(part)))
    lanes = pointwiseMin(lanes, hash &* factors &+ offsets)
  }

  // Sixteen fixed linear functions; the factors are odd, so each is a permutation.
  private static let factors = SIMD16<UInt32>(
    0x85eb_ca6b, 0xc2b2_ae35, 0x27d4_eb2f, 0x1656_67b1, 0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d,
    0x27d4_eb35, 0xd3a2_646d, 0xfd70_46c5, 0xb55a_4f09, 0x4cf5_ad43, 0x2545_f491, 0x6c07_8967,
    0xa076_1d65, 0xe703_7ed1)
  private static let offsets = SIMD16<UInt32>(
    0x165e_7a21, 0x0bd1_ce93, 0x71d6_7fff, 0x510e_527f, 0x1f83_d9ab, 0x5be0_cd19, 0x6a09_e667,
    0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x9b05_688c, 0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf,
    0xe9b5_dba5, 0x3956_c25b)
}

/// The posts of the last three days by their signatures, so that a copy is known as one.
///
/// A ring: at `limit` posts the oldest is overwritten. An entry takes 100 bytes. Each chain that
/// is followed has an end: a flood of one text finds its copy at once, and a flood of texts that
/// agree in one band only is given up after `chainLimit` steps.
struct NearDuplicates: Sendable {
  struct Post: Sendable {
    var signature: TextSignature
    var cluster: ClusterID
    var step: Int64
    /// The older posts that share a band with this one, by number; 0 ends a chain.
    var older: SIMD4<UInt32>
  }

  static let memory = Int64(3 * TermRates.stepsADay)
  /// Of sixteen lanes; 12 stands for three quarters of the parts.
  private static let agreement = 12
  private static let chainLimit = 24

  /// Numbers count from 1 and grow by one; the post of number n stands at (n - 1) modulo `limit`.
  private(set) var posts: [Post] = []
  private(set) var last: UInt32 = 0
  private var heads: [UInt32]
  private var mask: Int
  private let limit: Int

  init(limit: Int) {
    self.limit = max(1, limit)
    heads = [UInt32](repeating: 0, count: 4 * 1024)
    mask = 1023
  }

  private func isKept(_ number: UInt32) -> Bool {
    number > 0 && last - number < UInt32(posts.count)
  }

  private func slot(_ number: UInt32) -> Int { Int(number - 1) % limit }

  private func bandKey(_ signature: TextSignature, _ band: Int) -> UInt32 {
    signature.isShort ? UInt32(truncatingIfNeeded: signature.exact >> 32) : signature.band(band)
  }

  private static func bands(_ signature: TextSignature) -> Int { signature.isShort ? 1 : 4 }

  /// The cluster of an earlier post with the same text or nearly so; nil if there is none.
  func find(_ signature: TextSignature, at step: Int64) -> ClusterID? {
    for band in 0..<Self.bands(signature) {
      var number = heads[headBase(band, bandKey(signature, band))]
      var walked = 0
      while isKept(number), walked < Self.chainLimit {
        let post = posts[slot(number)]
        guard step - post.step <= Self.memory else { break }
        if post.signature.isShort == signature.isShort {
          let isCopy =
            post.signature.exact == signature.exact
            || !signature.isShort && post.signature.agreement(signature) >= Self.agreement
          if isCopy { return post.cluster }
        }
        // Numbers fall along a chain; one that does not was overwritten.
        let older = post.older[band]
        guard older < number else { break }
        number = older
        walked += 1
      }
    }
    return nil
  }

  private func headBase(_ band: Int, _ key: UInt32) -> Int {
    band * (mask + 1) + (Int(key) & mask)
  }

  mutating func insert(_ signature: TextSignature, cluster: ClusterID, at step: Int64) {
    if last == .max { forgetAll() }
    last += 1
    var post = Post(signature: signature, cluster: cluster, step: step, older: .zero)
    for band in 0..<Self.bands(signature) {
      let at = headBase(band, bandKey(signature, band))
      post.older[band] = heads[at]
      heads[at] = last
    }
    if posts.count < limit { posts.append(post) } else { posts[slot(last)] = post }
    if posts.count > mask + 1, mask + 1 < limit { rebuild() }
  }

  private mutating func forgetAll() {
    posts.removeAll()
    last = 0
    for at in heads.indices { heads[at] = 0 }
  }

  /// Twice as many heads, with the chains laid anew.
  private mutating func rebuild() {
    mask = mask * 2 + 1
    heads = [UInt32](repeating: 0, count: 4 * (mask + 1))
    layChains()
  }

  private mutating func layChains() {
    guard last > 0 else { return }
    for number in last - UInt32(posts.count) + 1...last {
      let at = slot(number)
      let signature = posts[at].signature
      for band in 0..<Self.bands(signature) {
        let head = headBase(band, bandKey(signature, band))
        posts[at].older[band] = heads[head]
        heads[head] = number
      }
    }
  }

  /// From a checkpoint: the posts in the order of their numbers, the newest last.
  init(limit: Int, posts kept: [Post], last: UInt32) {
    self.init(limit: limit)
    while mask + 1 < min(kept.count, self.limit) { mask = mask * 2 + 1 }
    heads = [UInt32](repeating: 0, count: 4 * (mask + 1))
    self.last = last
    posts = kept
    // The ring stands as it stood: the post of number n at (n - 1) modulo the limit.
    if kept.count == self.limit {
      for (index, post) in kept.enumerated() {
        posts[slot(last - UInt32(kept.count - 1 - index))] = post
      }
    }
    layChains()
  }

  /// The posts in the order of their numbers.
  var inOrder: [Post] {
    guard last > 0 else { return [] }
    return (last - UInt32(posts.count) + 1...last).map { posts[slot($0)] }
  }
}
