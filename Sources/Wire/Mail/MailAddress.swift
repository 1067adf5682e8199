/// One mailbox: an address, and perhaps a name beside it.
package struct MailAddress: Hashable, Sendable, CustomStringConvertible {
  package let name: String?
  /// `local@domain`, ASCII.
  package let address: String

  /// Refuses what is no plain address. Quoted local parts and comments are legal and useless here;
  /// each is a way to smuggle a second address past a reader.
  package init(_ address: String, name: String? = nil) throws(MailFailure) {
    guard Self.isAddress(address) else { throw .badAddress(Self.shown(address)) }
    if let name {
      guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else {
        throw .badHeader("name of an address")
      }
    }
    self.address = address
    self.name = name
  }

  package var description: String { address }

  var domain: String { address.split(separator: "@").last.map(String.init) ?? "" }

  /// RFC 5321 §4.1.2: a dot-string, `@`, and a domain or an address in brackets; lengths as in
  /// §4.5.3.1.
  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 254, (1...64).contains(parts[0].utf8.count),
      !parts[1].isEmpty
    else { return false }
    let isLocal = parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
      !$0.isEmpty && $0.utf8.allSatisfy(isAtomByte)
    }
    guard isLocal else { return false }
    if parts[1].hasPrefix("["), parts[1].hasSuffix("]") {
      let inner = parts[1].dropFirst().dropLast()
      return IPAddress(inner.hasPrefix("IPv6:") ? inner.dropFirst(5) : inner) != nil
    }
    return parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isLabelByte)
        && !label.hasPrefix("-") && !label.hasSuffix("-")
    }
  }

  private static func isAtomByte(_ byte: UInt8) -> Bool {
    isTokenByte(byte) || [0x2f, 0x3d, 0x3f, 0x7b, 0x7d].contains(byte)
  }

  private static func isLabelByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// A refused address comes from outside: it is cut, and shown without what could act.
  private static func shown(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(80).map {
          $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) ? "\u{fffd}" : $0
        }))
  }
}
