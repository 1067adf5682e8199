/// SHA-256 to FIPS 180-4, taken in pieces.
package struct SHA256: Sendable {
  private var state: State
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  private static let blockSize = 64

  /// The eight working words, named as the standard names them (§6.2.2).
  private struct State: Sendable {
    var a: UInt32 = 0x6a09_e667
    var b: UInt32 = 0xbb67_ae85
    var c: UInt32 = 0x3c6e_f372
    var d: UInt32 = 0xa54f_f53a
    var e: UInt32 = 0x510e_527f
    var f: UInt32 = 0x9b05_688c
    var g: UInt32 = 0x1f83_d9ab
    var h: UInt32 = 0x5be0_cd19
  }

  package init() {
    state = State()
    pending.reserveCapacity(Self.blockSize)
  }

  /// The digest of these bytes.
  package static func hash(_ bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The digest of this text in UTF-8.
  package static func hash(_ text: String) -> Digest {
    hash(Array(text.utf8))
  }

  package mutating func update(_ bytes: [UInt8]) {
    update(bytes[...])
  }

  package mutating func update(_ bytes: ArraySlice<UInt8>) {
    length += UInt64(bytes.count)
    var rest = bytes
    if !pending.isEmpty {
      let taken = min(Self.blockSize - pending.count, rest.count)
      pending.append(contentsOf: rest.prefix(taken))
      rest = rest.dropFirst(taken)
      guard pending.count == Self.blockSize else { return }
      let block = pending
      compress(block.span, from: 0)
      pending.removeAll(keepingCapacity: true)
    }
    let span = rest.span
    var offset = 0
    while offset + Self.blockSize <= span.count {
      compress(span, from: offset)
      offset += Self.blockSize
    }
    pending.append(contentsOf: rest.dropFirst(offset))
  }

  /// The digest of all that was given. The value is used up.
  package consuming func finish() -> Digest {
    let bits = length &* 8
    var tail = pending
    tail.append(0x80)
    while tail.count % Self.blockSize != Self.blockSize - 8 { tail.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    for offset in stride(from: 0, to: tail.count, by: Self.blockSize) {
      compress(tail.span, from: offset)
    }
    return Digest(words: [
      state.a, state.b, state.c, state.d, state.e, state.f, state.g, state.h,
    ])
  }

  /// One block of 64 bytes. Eight rounds a turn, so that the words need not be moved along.
  private mutating func compress(_ bytes: Span<UInt8>, from offset: Int) {
    var w = InlineArray<64, UInt32>(repeating: 0)
    for i in 0..<16 {
      let at = offset + 4 * i
      w[i] =
        UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8
        | UInt32(bytes[at + 3])
    }
    for i in 16..<64 {
      let s0 = w[i - 15].rotated(7) ^ w[i - 15].rotated(18) ^ w[i - 15] >> 3
      let s1 = w[i - 2].rotated(17) ^ w[i - 2].rotated(19) ^ w[i - 2] >> 10
      w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
    }
    var (a, b, c, d) = (state.a, state.b, state.c, state.d)
    var (e, f, g, h) = (state.e, state.f, state.g, state.h)
    var i = 0
    while i < 64 {
      step(a, b, c, &d, e, f, g, &h, Self.constants[i] &+ w[i])
      step(h, a, b, &c, d, e, f, &g, Self.constants[i + 1] &+ w[i + 1])
      step(g, h, a, &b, c, d, e, &f, Self.constants[i + 2] &+ w[i + 2])
      step(f, g, h, &a, b, c, d, &e, Self.constants[i + 3] &+ w[i + 3])
      step(e, f, g, &h, a, b, c, &d, Self.constants[i + 4] &+ w[i + 4])
      step(d, e, f, &g, h, a, b, &c, Self.constants[i + 5] &+ w[i + 5])
      step(c, d, e, &f, g, h, a, &b, Self.constants[i + 6] &+ w[i + 6])
      step(b, c, d, &e, f, g, h, &a, Self.constants[i + 7] &+ w[i + 7])
      i += 8
    }
    state.a &+= a
    state.b &+= b
    state.c &+= c
    state.d &+= d
    state.e &+= e
    state.f &+= f
    state.g &+= g
    state.h &+= h
  }

  @inline(__always)
  private func step(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
    _ g: UInt32, _ h: inout UInt32, _ word: UInt32
  ) {
    let sum1 = e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)
    let t1 = h &+ sum1 &+ (e & f ^ ~e & g) &+ word
    let sum0 = a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)
    d &+= t1
    h = t1 &+ sum0 &+ (a & b ^ a & c ^ b & c)
  }

  // FIPS 180-4 §4.2.2.
  private static let constants: InlineArray<64, UInt32> = [
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
  package let bytes: [UInt8]

  fileprivate init(words: [UInt32]) {
    bytes = words.flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }
  }

  /// From 32 bytes; nil for any other count.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// From 64 lower-case hexadecimal digits; nil for anything else.
  package init?(hex: some StringProtocol) {
    guard let bytes = hexDecoded(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// 64 lower-case hexadecimal digits.
  package var hex: String { hexEncoded(bytes) }

  /// The first twelve digits: enough for people to tell two texts apart.
  package var short: String { String(hex.prefix(12)) }

  package var description: String { hex }
}

/// HMAC with SHA-256 to RFC 2104.
package func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> Digest {
  let blockSize = 64
  var block = key.count > blockSize ? SHA256.hash(key).bytes : key
  block.append(contentsOf: repeatElement(0, count: blockSize - block.count))
  var inner = SHA256()
  inner.update(block.map { $0 ^ 0x36 })
  inner.update(message)
  var outer = SHA256()
  outer.update(block.map { $0 ^ 0x5c })
  outer.update(inner.finish().bytes)
  return outer.finish()
}

/// Whether two byte strings are equal, in a time that tells nothing about where they differ.
package func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for (a, b) in zip(left, right) { difference |= a ^ b }
  return difference == 0
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
