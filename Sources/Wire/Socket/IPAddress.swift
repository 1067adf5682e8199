import Glibc

/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// IPv4 stands in the low 32 bits.
  let high: UInt64
  let low: UInt64
  package let isIPv4: Bool

  init(ipv4 bits: UInt32) {
    high = 0
    low = UInt64(bits)
    isIPv4 = true
  }

  init(ipv6 high: UInt64, _ low: UInt64) {
    self.high = high
    self.low = low
    isIPv4 = false
  }

  /// From its usual text. Forms that only some resolvers take (`0x7f.1`, `127.1`) give nil.
  package init?(_ text: some StringProtocol) {
    let text = String(text)
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(ipv4: UInt32(bigEndian: four.s_addr))
      return
    }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    self.init(six)
  }

  init(_ six: in6_addr) {
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    func word(_ range: Range<Int>) -> UInt64 {
      bytes[range].reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(ipv6: word(0..<8), word(8..<16))
  }

  /// From what a socket call gives; nil for another family.
  ///
  /// `address` must point to as many bytes as an address of this family has.
  init?(socketAddress address: UnsafeRawPointer, family: Int32) {
    switch family {
    case AF_INET:
      let four = address.loadUnaligned(as: sockaddr_in.self)
      self.init(ipv4: UInt32(bigEndian: four.sin_addr.s_addr))
    case AF_INET6: self.init(address.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
    default: return nil
    }
  }

  /// The IPv4 address inside `::ffff:a.b.c.d`; nil for any other.
  var mappedIPv4: IPAddress? {
    guard !isIPv4, high == 0, low >> 32 == 0xffff else { return nil }
    return IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
  }

  package var isLoopback: Bool {
    let plain = mappedIPv4 ?? self
    return plain.isIPv4 ? plain.low >> 24 == 127 : plain.high == 0 && plain.low == 1
  }

  package var description: String {
    if isIPv4 {
      return [24, 16, 8, 0].map { String(low >> UInt64($0) & 0xff) }.joined(separator: ".")
    }
    var six = in6_addr()
    withUnsafeMutableBytes(of: &six) { raw in
      raw.storeBytes(of: high.bigEndian, as: UInt64.self)
      raw.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(AF_INET6, &six, &text, socklen_t(text.count)) != nil else { return "::?" }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// A block of addresses as `10.0.0.0/8` writes it, or one address.
package struct AddressRange: Hashable, Sendable, CustomStringConvertible {
  private let base: IPAddress
  private let prefix: Int

  /// nil for what is no address, and for a prefix that leaves bits of the address outside it.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let base = IPAddress(parts[0]) else { return nil }
    let width = base.isIPv4 ? 32 : 128
    var prefix = width
    if parts.count == 2 {
      guard parts[1].utf8.count <= 3,
        parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let number = Int(parts[1]), number <= width
      else { return nil }
      prefix = number
    }
    self.base = base
    self.prefix = prefix
    let mask = Self.mask(prefix, isIPv4: base.isIPv4)
    guard base.high & ~mask.high == 0, base.low & ~mask.low == 0 else { return nil }
  }

  private static func mask(_ prefix: Int, isIPv4: Bool) -> (high: UInt64, low: UInt64) {
    // A shift by 64 gives 0 with Swift's smart shifts, which is the mask of no bits.
    if isIPv4 { return (0, UInt64.max << UInt64(32 - prefix)) }
    return (UInt64.max << UInt64(max(0, 64 - prefix)), UInt64.max << UInt64(min(64, 128 - prefix)))
  }

  package func contains(_ address: IPAddress) -> Bool {
    guard address.isIPv4 == base.isIPv4 else { return false }
    let mask = Self.mask(prefix, isIPv4: base.isIPv4)
    return address.high & mask.high == base.high & mask.high
      && address.low & mask.low == base.low & mask.low
  }

  package var description: String { "\(base)/\(prefix)" }
}
