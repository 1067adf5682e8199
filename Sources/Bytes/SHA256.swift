/// SHA-256 to FIPS 180-4, taken in pieces.
package struct SHA256: Sendable {
  private var state = State()
  /// The beginning of a block that is not whole yet.
  private var pending = InlineArray<64, UInt8>(repeating: 0)
  private var pendingCount = 0
  private var length: UInt64 = 0

  private static let blockSize = 64

  /// The eight working words, named as the standard names them (§6.2.2).
  fileprivate struct State: Sendable {
    var a = start[0]
    var b = start[1]
    var c = start[2]
    var d = start[3]
    var e = start[4]
    var f = start[5]
    var g = start[6]
    var h = start[7]
  }

  /// What they are before the first block (§5.3.3).
  static let start: InlineArray<8, UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]

  package init() {}

  /// The digest of these bytes.
  package static func hash(_ bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The digest of another digest's 32 bytes and then of these: one link of a chain.
  package static func hash(after previous: Digest, _ bytes: Span<UInt8>) -> Digest {
    var hash = SHA256()
    for index in 0..<Digest.size { hash.pending[index] = previous.byte(index) }
    hash.pendingCount = Digest.size
    hash.length = UInt64(Digest.size)
    hash.update(bytes)
    return hash.finish()
  }

  /// The digest of this text in UTF-8.
  package static func hash(_ text: String) -> Digest {
    hash(Array(text.utf8))
  }

  package mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

  package mutating func update(_ bytes: ArraySlice<UInt8>) { update(bytes.span) }

  package mutating func update(_ bytes: Span<UInt8>) {
    length += UInt64(bytes.count)
    var offset = 0
    if pendingCount > 0 {
      offset = min(Self.blockSize - pendingCount, bytes.count)
      for index in 0..<offset { pending[pendingCount + index] = bytes[index] }
      pendingCount += offset
      guard pendingCount == Self.blockSize else { return }
      takePending()
    }
    while offset + Self.blockSize <= bytes.count {
      state.compress(bytes.bytes, from: offset)
      offset += Self.blockSize
    }
    for index in offset..<bytes.count { pending[index - offset] = bytes[index] }
    pendingCount = bytes.count - offset
  }

  private mutating func takePending() {
    state.compress(pending.span.bytes, from: 0)
    pendingCount = 0
  }

  /// The digest of all that was given. The value is used up.
  package consuming func finish() -> Digest {
    let bits = length &* 8
    // §5.1.1: one bit, zeros to the end of a block, and the length in its last eight bytes.
    pending[pendingCount] = 0x80
    pendingCount += 1
    let lengthStart = Self.blockSize - 8
    if pendingCount > lengthStart {
      for index in pendingCount..<Self.blockSize { pending[index] = 0 }
      takePending()
    }
    for index in pendingCount..<lengthStart { pending[index] = 0 }
    for index in 0..<8 {
      pending[lengthStart + index] = UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * index))
    }
    takePending()
    return Digest(words: [
      state.a, state.b, state.c, state.d, state.e, state.f, state.g, state.h,
    ])
  }
}

extension SHA256.State {
  /// One block of 64 bytes.
  ///
  /// Sixteen rounds a turn: the words need not be moved along, each index is known when this is
  /// compiled, and of the message schedule only the last sixteen words are kept.
  fileprivate mutating func compress(_ bytes: RawSpan, from offset: Int) {
    var w = InlineArray<16, UInt32>(repeating: 0)
    for i in 0..<16 {
      w[i] = bytes.unsafeLoadUnaligned(fromByteOffset: offset &+ 4 &* i, as: UInt32.self).bigEndian
    }
    var (a, b, c, d) = (self.a, self.b, self.c, self.d)
    var (e, f, g, h) = (self.e, self.f, self.g, self.h)
    var change = b ^ c
    step(a, b, &d, e, f, g, &h, &change, SHA256.constants[0] &+ w[0])
    step(h, a, &c, d, e, f, &g, &change, SHA256.constants[1] &+ w[1])
    step(g, h, &b, c, d, e, &f, &change, SHA256.constants[2] &+ w[2])
    step(f, g, &a, b, c, d, &e, &change, SHA256.constants[3] &+ w[3])
    step(e, f, &h, a, b, c, &d, &change, SHA256.constants[4] &+ w[4])
    step(d, e, &g, h, a, b, &c, &change, SHA256.constants[5] &+ w[5])
    step(c, d, &f, g, h, a, &b, &change, SHA256.constants[6] &+ w[6])
    step(b, c, &e, f, g, h, &a, &change, SHA256.constants[7] &+ w[7])
    step(a, b, &d, e, f, g, &h, &change, SHA256.constants[8] &+ w[8])
    step(h, a, &c, d, e, f, &g, &change, SHA256.constants[9] &+ w[9])
    step(g, h, &b, c, d, e, &f, &change, SHA256.constants[10] &+ w[10])
    step(f, g, &a, b, c, d, &e, &change, SHA256.constants[11] &+ w[11])
    step(e, f, &h, a, b, c, &d, &change, SHA256.constants[12] &+ w[12])
    step(d, e, &g, h, a, b, &c, &change, SHA256.constants[13] &+ w[13])
    step(c, d, &f, g, h, a, &b, &change, SHA256.constants[14] &+ w[14])
    step(b, c, &e, f, g, h, &a, &change, SHA256.constants[15] &+ w[15])
    var turn = 16
    while turn < 64 {
      w[0] = next(w[0], w[1], w[9], w[14])
      step(a, b, &d, e, f, g, &h, &change, SHA256.constants[turn] &+ w[0])
      w[1] = next(w[1], w[2], w[10], w[15])
      step(h, a, &c, d, e, f, &g, &change, SHA256.constants[turn &+ 1] &+ w[1])
      w[2] = next(w[2], w[3], w[11], w[0])
      step(g, h, &b, c, d, e, &f, &change, SHA256.constants[turn &+ 2] &+ w[2])
      w[3] = next(w[3], w[4], w[12], w[1])
      step(f, g, &a, b, c, d, &e, &change, SHA256.constants[turn &+ 3] &+ w[3])
      w[4] = next(w[4], w[5], w[13], w[2])
      step(e, f, &h, a, b, c, &d, &change, SHA256.constants[turn &+ 4] &+ w[4])
      w[5] = next(w[5], w[6], w[14], w[3])
      step(d, e, &g, h, a, b, &c, &change, SHA256.constants[turn &+ 5] &+ w[5])
      w[6] = next(w[6], w[7], w[15], w[4])
      step(c, d, &f, g, h, a, &b, &change, SHA256.constants[turn &+ 6] &+ w[6])
      w[7] = next(w[7], w[8], w[0], w[5])
      step(b, c, &e, f, g, h, &a, &change, SHA256.constants[turn &+ 7] &+ w[7])
      w[8] = next(w[8], w[9], w[1], w[6])
      step(a, b, &d, e, f, g, &h, &change, SHA256.constants[turn &+ 8] &+ w[8])
      w[9] = next(w[9], w[10], w[2], w[7])
      step(h, a, &c, d, e, f, &g, &change, SHA256.constants[turn &+ 9] &+ w[9])
      w[10] = next(w[10], w[11], w[3], w[8])
      step(g, h, &b, c, d, e, &f, &change, SHA256.constants[turn &+ 10] &+ w[10])
      w[11] = next(w[11], w[12], w[4], w[9])
      step(f, g, &a, b, c, d, &e, &change, SHA256.constants[turn &+ 11] &+ w[11])
      w[12] = next(w[12], w[13], w[5], w[10])
      step(e, f, &h, a, b, c, &d, &change, SHA256.constants[turn &+ 12] &+ w[12])
      w[13] = next(w[13], w[14], w[6], w[11])
      step(d, e, &g, h, a, b, &c, &change, SHA256.constants[turn &+ 13] &+ w[13])
      w[14] = next(w[14], w[15], w[7], w[12])
      step(c, d, &f, g, h, a, &b, &change, SHA256.constants[turn &+ 14] &+ w[14])
      w[15] = next(w[15], w[0], w[8], w[13])
      step(b, c, &e, f, g, h, &a, &change, SHA256.constants[turn &+ 15] &+ w[15])
      turn &+= 16
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
  private func next(_ old: UInt32, _ early: UInt32, _ mid: UInt32, _ late: UInt32) -> UInt32 {
    let s0 = (early.rotated(11) ^ early).rotated(7) ^ early >> 3
    let s1 = (late.rotated(2) ^ late).rotated(17) ^ late >> 10
    return old &+ s0 &+ mid &+ s1
  }

  /// One round (§6.2.2, 3). The sums are turned step by step, and Ch and Maj are the standard's in
  /// other words: fewer operations for the same bits. `change` is b ^ c, and a ^ b afterwards.
  @inline(__always)
  private func step(
    _ a: UInt32, _ b: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
    _ h: inout UInt32, _ change: inout UInt32, _ word: UInt32
  ) {
    let sum1 = ((e.rotated(14) ^ e).rotated(5) ^ e).rotated(6)
    let t1 = h &+ word &+ (g ^ e & (f ^ g)) &+ sum1
    let sum0 = ((a.rotated(9) ^ a).rotated(11) ^ a).rotated(2)
    let nextChange = a ^ b
    let majority = b ^ (nextChange & change)
    change = nextChange
    d &+= t1
    h = t1 &+ sum0 &+ majority
  }
}

extension SHA256 {
  // FIPS 180-4 §4.2.2.
  static let constants: InlineArray<64, UInt32> = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}

extension UInt32 {
  /// Turned right by so many bits.
  @inline(__always)
  fileprivate func rotated(_ count: UInt32) -> UInt32 {
    self >> count | self << (32 - count)
  }
}

/// 32 bytes that stand for others.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
  package static let size = 32

  // By eights, the first byte in the highest place: in a chain of a million records none of them
  // may ask for memory of its own.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  init(words: InlineArray<8, UInt32>) {
    first = UInt64(words[0]) << 32 | UInt64(words[1])
    second = UInt64(words[2]) << 32 | UInt64(words[3])
    third = UInt64(words[4]) << 32 | UInt64(words[5])
    fourth = UInt64(words[6]) << 32 | UInt64(words[7])
  }

  /// From 32 bytes; nil for any other count.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Self.size else { return nil }
    func word(_ start: Int) -> UInt64 {
      bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    (first, second, third, fourth) = (word(0), word(8), word(16), word(24))
  }

  /// From 64 lower-case hexadecimal digits; nil for anything else.
  package init?(hex: some StringProtocol) {
    guard let bytes = hexDecoded(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// The same for bytes. A journal has one in each line, so eight digits are read at once: the
  /// branches of a digit by itself cannot be foretold, and took as long as half of the hashing.
  package init?(digits: Span<UInt8>) {
    guard digits.count == 2 * Self.size else { return nil }
    let ones: UInt64 = 0x0101_0101_0101_0101
    let (low, high) = (0x0f * ones, 0xf0 * ones)
    var words = InlineArray<8, UInt32>(repeating: 0)
    for index in 0..<8 {
      let text = digits.bytes.unsafeLoadUnaligned(fromByteOffset: 8 &* index, as: UInt64.self)
        .bigEndian
      // A letter has this bit, and counts from 1 what is worth 10.
      let letters = (text >> 6) & ones
      let values = (text & low) &+ (9 &* letters)
      // Nothing else comes back from its value, and none is worth what it should not be.
      guard values &+ (0x30 &* ones) &+ (0x27 &* letters) == text, values & high == 0,
        ((values &+ (6 &* ones)) >> 4) & ones == letters
      else { return nil }
      var packed = (values | (values >> 4)) & 0x00ff_00ff_00ff_00ff
      packed = (packed | (packed >> 8)) & 0x0000_ffff_0000_ffff
      words[index] = UInt32(truncatingIfNeeded: packed | (packed >> 16))
    }
    self.init(words: words)
  }

  package var bytes: [UInt8] { (0..<Self.size).map(byte) }

  fileprivate func byte(_ index: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: word(index >> 3) >> UInt64(56 - 8 * (index & 7)))
  }

  /// The half of an eighth: 32 bits, the first byte in the highest place.
  func word(at index: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: word(index >> 1) >> (index & 1 == 0 ? 32 : 0))
  }

  @inline(__always)
  private func word(_ index: Int) -> UInt64 {
    switch index {
    case 0: first
    case 1: second
    case 2: third
    default: fourth
    }
  }

  /// Whether these are its 64 digits, without a text being made of it for each line of a journal.
  package func isWritten(_ digits: Span<UInt8>) -> Bool {
    guard digits.count == 2 * Self.size else { return false }
    for index in 0..<4 {
      let word = word(index)
      for place in 0..<16 {
        let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * place)) & 15
        let digit = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
        guard digits[16 * index + place] == digit else { return false }
      }
    }
    return true
  }

  /// 64 lower-case hexadecimal digits.
  package var hex: String { hexEncoded(bytes) }

  /// The first twelve digits: enough for people to tell two texts apart.
  package var short: String { String(hex.prefix(12)) }

  package var description: String { hex }
}

/// Two lower-case digits a byte.
package func hexEncoded(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(bytes.count * 2)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

/// The bytes that lower-case hexadecimal digits name; nil for an odd count or another character.
package func hexDecoded(_ text: some StringProtocol) -> [UInt8]? {
  func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
  let digits = Array(text.utf8)
  guard digits.count % 2 == 0 else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(digits.count / 2)
  for at in stride(from: 0, to: digits.count, by: 2) {
    guard let high = value(digits[at]), let low = value(digits[at + 1]) else { return nil }
    bytes.append(high << 4 | low)
  }
  return bytes
}
