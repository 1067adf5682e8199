/// SHA-256 of many messages at once, each in a lane of its own.
///
/// The rounds of one message wait for each other. Those of four messages do not, and the same
/// instructions do them all: where there are many messages this takes half the time a message.
/// A lane whose message has ended takes the next one, so short and long ones may stand side by side.
package struct SHA256Lanes {
  package struct Message: Sendable {
    /// Whose 32 bytes stand in front; nil for none.
    package let previous: Digest?
    /// Where the rest stands.
    package let body: Range<Int>

    package init(after previous: Digest?, _ body: Range<Int>) {
      self.previous = previous
      self.body = body
    }
  }

  /// Baseline x86 has registers of this width, and the state of more lanes would not stay in them.
  typealias Words = SIMD4<UInt32>

  private var a = Words(repeating: SHA256.start[0])
  private var b = Words(repeating: SHA256.start[1])
  private var c = Words(repeating: SHA256.start[2])
  private var d = Words(repeating: SHA256.start[3])
  private var e = Words(repeating: SHA256.start[4])
  private var f = Words(repeating: SHA256.start[5])
  private var g = Words(repeating: SHA256.start[6])
  private var h = Words(repeating: SHA256.start[7])
  /// The next block of each lane, word by word.
  private var block = InlineArray<64, UInt32>(repeating: 0)

  private init() {}

  /// The digest of each message, in their order.
  package static func hashes(_ messages: [Message], in bytes: [UInt8]) -> [Digest] {
    var digests = [Digest](repeating: Digest(words: SHA256.start), count: messages.count)
    var lanes = SHA256Lanes()
    var running = InlineArray<4, Feed?>(repeating: nil)
    var next = 0
    var busy = 0
    while true {
      for lane in 0..<4 {
        if running[lane] == nil, next < messages.count {
          running[lane] = Feed(messages[next], number: next, in: bytes.count)
          next += 1
          busy += 1
          lanes.begin(lane)
        }
        running[lane]?.give(bytes.span.bytes, to: &lanes.block, from: 16 &* lane)
      }
      guard busy > 0 else { return digests }
      lanes.compress()
      for lane in 0..<4 {
        guard let feed = running[lane], feed.isAtEnd else { continue }
        digests[feed.number] = lanes.digest(lane)
        running[lane] = nil
        busy -= 1
      }
    }
  }

  private mutating func begin(_ lane: Int) {
    a[lane] = SHA256.start[0]
    b[lane] = SHA256.start[1]
    c[lane] = SHA256.start[2]
    d[lane] = SHA256.start[3]
    e[lane] = SHA256.start[4]
    f[lane] = SHA256.start[5]
    g[lane] = SHA256.start[6]
    h[lane] = SHA256.start[7]
  }

  private func digest(_ lane: Int) -> Digest {
    Digest(words: [a[lane], b[lane], c[lane], d[lane], e[lane], f[lane], g[lane], h[lane]])
  }
}

extension SHA256Lanes {
  /// One message, block by block as it is padded (§5.1.1).
  private struct Feed {
    let number: Int
    private let previous: Digest?
    private let body: Range<Int>
    /// Bytes in front of the body.
    private let front: Int
    /// How far the blocks have come.
    private var position = 0

    init(_ message: Message, number: Int, in count: Int) {
      precondition(message.body.upperBound <= count, "a message beyond the bytes that hold it")
      self.number = number
      previous = message.previous
      body = message.body
      front = message.previous == nil ? 0 : Digest.size
    }

    private var length: Int { front &+ body.count }
    /// The mark behind the message and the eight bytes of its length have to find room.
    var isAtEnd: Bool { position >= length &+ 9 }

    @inline(__always)
    mutating func give(
      _ bytes: RawSpan, to block: inout InlineArray<64, UInt32>, from start: Int
    ) {
      let here = body.lowerBound &+ position &- front
      let isWhole = position >= front && position &+ 64 <= length
      if isWhole {
        for word in 0..<16 {
          block[start &+ word] =
            bytes.unsafeLoadUnaligned(fromByteOffset: here &+ 4 &* word, as: UInt32.self).bigEndian
        }
      } else {
        giveEdge(bytes, to: &block, from: start)
      }
      position &+= 64
    }

    /// The first block, and those that the padding stands in.
    private func giveEdge(
      _ bytes: RawSpan, to block: inout InlineArray<64, UInt32>, from start: Int
    ) {
      let here = body.lowerBound &+ position &- front
      let length = length
      var word = 0
      while word < 16, position &+ 4 &* word < front, let previous {
        block[start &+ word] = previous.word(at: position / 4 &+ word)
        word &+= 1
      }
      let wholeEnd = min(16, (length &- position) / 4)
      while word < wholeEnd {
        block[start &+ word] =
          bytes.unsafeLoadUnaligned(fromByteOffset: here &+ 4 &* word, as: UInt32.self).bigEndian
        word &+= 1
      }
      let left = length &- position &- 4 &* word
      if word < 16, left >= 0 {
        // Less than a word, and the mark.
        var value: UInt32 = 0x80 << UInt32(24 &- 8 &* left)
        for index in 0..<left {
          let byte = bytes.unsafeLoad(fromByteOffset: here &+ 4 &* word &+ index, as: UInt8.self)
          value |= UInt32(byte) << UInt32(24 &- 8 &* index)
        }
        block[start &+ word] = value
        word &+= 1
      }
      while word < 16 {
        block[start &+ word] = 0
        word &+= 1
      }
      if position &+ 64 >= length &+ 9 {
        let bits = UInt64(length) &* 8
        block[start &+ 14] = UInt32(truncatingIfNeeded: bits >> 32)
        block[start &+ 15] = UInt32(truncatingIfNeeded: bits)
      }
    }
  }
}

extension SHA256Lanes {
  /// One block of each lane, with the rounds of `SHA256`.
  private mutating func compress() {
    var w = InlineArray<16, Words>(repeating: Words())
    for i in 0..<16 {
      w[i] = Words(block[i], block[16 &+ i], block[32 &+ i], block[48 &+ i])
    }
    var (a, b, c, d) = (self.a, self.b, self.c, self.d)
    var (e, f, g, h) = (self.e, self.f, self.g, self.h)
    var change = b ^ c
    var turn = 0
    while true {
      step(a, b, &d, e, f, g, &h, &change, w[0] &+ SHA256.constants[turn])
      step(h, a, &c, d, e, f, &g, &change, w[1] &+ SHA256.constants[turn &+ 1])
      step(g, h, &b, c, d, e, &f, &change, w[2] &+ SHA256.constants[turn &+ 2])
      step(f, g, &a, b, c, d, &e, &change, w[3] &+ SHA256.constants[turn &+ 3])
      step(e, f, &h, a, b, c, &d, &change, w[4] &+ SHA256.constants[turn &+ 4])
      step(d, e, &g, h, a, b, &c, &change, w[5] &+ SHA256.constants[turn &+ 5])
      step(c, d, &f, g, h, a, &b, &change, w[6] &+ SHA256.constants[turn &+ 6])
      step(b, c, &e, f, g, h, &a, &change, w[7] &+ SHA256.constants[turn &+ 7])
      step(a, b, &d, e, f, g, &h, &change, w[8] &+ SHA256.constants[turn &+ 8])
      step(h, a, &c, d, e, f, &g, &change, w[9] &+ SHA256.constants[turn &+ 9])
      step(g, h, &b, c, d, e, &f, &change, w[10] &+ SHA256.constants[turn &+ 10])
      step(f, g, &a, b, c, d, &e, &change, w[11] &+ SHA256.constants[turn &+ 11])
      step(e, f, &h, a, b, c, &d, &change, w[12] &+ SHA256.constants[turn &+ 12])
      step(d, e, &g, h, a, b, &c, &change, w[13] &+ SHA256.constants[turn &+ 13])
      step(c, d, &f, g, h, a, &b, &change, w[14] &+ SHA256.constants[turn &+ 14])
      step(b, c, &e, f, g, h, &a, &change, w[15] &+ SHA256.constants[turn &+ 15])
      turn &+= 16
      guard turn < 64 else { break }
      w[0] = next(w[0], w[1], w[9], w[14])
      w[1] = next(w[1], w[2], w[10], w[15])
      w[2] = next(w[2], w[3], w[11], w[0])
      w[3] = next(w[3], w[4], w[12], w[1])
      w[4] = next(w[4], w[5], w[13], w[2])
      w[5] = next(w[5], w[6], w[14], w[3])
      w[6] = next(w[6], w[7], w[15], w[4])
      w[7] = next(w[7], w[8], w[0], w[5])
      w[8] = next(w[8], w[9], w[1], w[6])
      w[9] = next(w[9], w[10], w[2], w[7])
      w[10] = next(w[10], w[11], w[3], w[8])
      w[11] = next(w[11], w[12], w[4], w[9])
      w[12] = next(w[12], w[13], w[5], w[10])
      w[13] = next(w[13], w[14], w[6], w[11])
      w[14] = next(w[14], w[15], w[7], w[12])
      w[15] = next(w[15], w[0], w[8], w[13])
    }
    self.a &+= a
    self.b &+= b
    self.c &+= c
    self.d &+= d
    self.e &+= e
    self.f &+= f
    self.g &+= g
    self.h &+= h
  }

  /// The next word of the message schedule (§6.2.2, 1).
  @inline(__always)
  private func next(_ old: Words, _ early: Words, _ mid: Words, _ late: Words) -> Words {
    let s0 = (early.rotated(11) ^ early).rotated(7) ^ (early &>> 3)
    let s1 = (late.rotated(2) ^ late).rotated(17) ^ (late &>> 10)
    return old &+ s0 &+ mid &+ s1
  }

  /// One round (§6.2.2, 3), written as `SHA256` has it.
  @inline(__always)
  private func step(
    _ a: Words, _ b: Words, _ d: inout Words, _ e: Words, _ f: Words, _ g: Words,
    _ h: inout Words, _ change: inout Words, _ word: Words
  ) {
    let sum1 = ((e.rotated(14) ^ e).rotated(5) ^ e).rotated(6)
    let t1 = h &+ word &+ (g ^ (e & (f ^ g))) &+ sum1
    let sum0 = ((a.rotated(9) ^ a).rotated(11) ^ a).rotated(2)
    let nextChange = a ^ b
    let majority = b ^ (nextChange & change)
    change = nextChange
    d = d &+ t1
    h = t1 &+ sum0 &+ majority
  }
}

extension SIMD4<UInt32> {
  /// Each turned right by so many bits.
  ///
  /// A product stands for the shift to the left: of two shifts the compiler makes a turn for each
  /// lane by itself, which takes twice as long as one lane alone would.
  @inline(__always)
  fileprivate func rotated(_ count: UInt32) -> SIMD4<UInt32> {
    (self &>> count) | (self &* SIMD4(repeating: 1 &<< (32 &- count)))
  }
}
