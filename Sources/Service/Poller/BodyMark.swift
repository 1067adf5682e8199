import Bytes

/// Tells whether a document is byte for byte the one that was read before.
///
/// 64 bits by multiplying and folding eight bytes at a time, as in wyhash. It stands up to chance and
/// not to an attacker: a publisher who makes two documents of one mark hides the second one, which
/// they could as well have left out. SHA-256 took a twelfth of the time of a poll here.
struct BodyMark: Hashable, Sendable {
  private let value: UInt64

  private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15

  init(_ body: [UInt8]) {
    let bytes = body.span.bytes
    var value = Self.factor ^ UInt64(body.count)
    var index = 0
    while index + 8 <= body.count {
      let word = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      value = Self.mixed(value, UInt64(littleEndian: word))
      index += 8
    }
    var rest: UInt64 = 0
    for byte in body[index...] { rest = rest << 8 | UInt64(byte) }
    self.value = Self.mixed(value, rest)
  }

  private static func mixed(_ value: UInt64, _ word: UInt64) -> UInt64 {
    let (high, low) = (value ^ word).multipliedFullWidth(by: factor)
    // Added again, so that no word can bring it to nothing.
    return (high ^ low) &+ value &+ factor
  }

  /// From 16 hexadecimal digits; nil for anything else, such as the digests of older versions: the
  /// document is then read once more.
  init?(hex: String) {
    guard let bytes = hexDecoded(hex), bytes.count == 8 else { return nil }
    value = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  var hex: String {
    hexEncoded((0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) })
  }
}
