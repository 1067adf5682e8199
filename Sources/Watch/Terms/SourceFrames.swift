import Bytes

/// What a source writes at the beginnings and ends of its posts, whatever they are about.
///
/// `如何看待…，哪些信息值得关注？` frames every question of one site, and so do the name of a paper
/// and `I'm at` of a check-in. A beginning or end that more than one in two hundred posts of a
/// source share is a frame, and is left out of what the post is compared and counted by.
///
/// Memory: eight bytes for each different beginning and end, `limit` of them; at that limit, and
/// every seven days of the stream, all counts are halved and those at zero are forgotten.
struct SourceFrames: Sendable {
  /// Frames are looked for in these lengths, in characters of the compared form.
  private static let lengths = [6, 9, 13, 18]
  private static let share = 0.005
  /// Under so many posts with it nothing is a frame, however few posts the source has.
  private static let leastPosts: UInt32 = 12
  private static let memory: Duration = .days(7)

  /// Of one post, in characters of its compared form.
  struct Frame: Hashable, Sendable {
    var head = 0
    var tail = 0
  }

  private(set) var counts: PairTable
  private(set) var nextHalving: Instant?
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
    counts = PairTable(capacity: 1024)
  }

  /// From a checkpoint.
  init(limit: Int, counts: [UInt64], nextHalving: Instant?) {
    self.limit = limit
    self.counts = PairTable(sorted: counts)
    self.nextHalving = nextHalving
  }

  mutating func advance(to now: Instant) {
    guard let next = nextHalving else {
      nextHalving = now + Self.memory
      return
    }
    if now >= next {
      counts.halve()
      nextHalving = now + Self.memory
    }
  }

  /// How much of a post's beginning and end is a frame of its source.
  func frame(of scalars: [UInt32], source: UInt64) -> Frame {
    let least = least(source)
    var frame = Frame()
    Self.eachEnd(of: scalars, source: source) { length, head, tail in
      if let head {
        guard counts.count(of: head) >= least else { return false }
        frame.head = length
      }
      if let tail {
        guard counts.count(of: tail) >= least else { return false }
        frame.tail = length
      }
      return true
    }
    return frame
  }

  /// Counts the beginning and the end of a post that is no copy of another: what many repeat is
  /// no frame for that.
  mutating func count(_ scalars: [UInt32], source: UInt64) {
    if counts.count > limit { counts.halve() }
    _ = counts.increment(Self.key(source))
    let least = least(source)
    // What is rare at six characters is rarer at nine.
    Self.eachEnd(of: scalars, source: source) { _, head, tail in
      guard let key = head ?? tail else { return false }
      return counts.increment(key) >= least
    }
  }

  private func least(_ source: UInt64) -> UInt32 {
    let posts = counts.count(of: Self.key(source))
    return max(Self.leastPosts, UInt32(Double(posts) * Self.share))
  }

  /// Calls with the keys of the beginnings of each length, until the answer is no, then with those
  /// of the ends. What is more than half of the text frames nothing.
  @inline(__always)
  private static func eachEnd(
    of scalars: [UInt32], source: UInt64,
    _ body: (_ length: Int, _ head: UInt32?, _ tail: UInt32?) -> Bool
  ) {
    // The last character ends every text alike.
    let end = scalars.count - 1
    for isHead in [true, false] {
      var hash = source ^ (isHead ? 0x51_7cc1 : 0xa2_f983)
      var done = 0
      for length in lengths {
        guard length * 2 <= end else { break }
        while done < length {
          hash = (hash ^ UInt64(scalars[isHead ? done : end - 1 - done])) &* multiplier
          done += 1
        }
        let key = key(hash)
        guard body(length, isHead ? key : nil, isHead ? nil : key) else { break }
      }
    }
  }

  private static let multiplier: UInt64 = 0x9e37_79b9_7f4a_7c15

  private static func key(_ hash: UInt64) -> UInt32 { UInt32(mixed(hash) >> 32) }
}
