import Bytes

// The addresses of a feed and of its posts.
extension Feed {
  /// The link as the feed writes it: relative where the feed has a base.
  func writtenLink(number: Int, handle: String?) -> String {
    link.replacing("{number}", with: String(number))
      .replacing("{handle}", with: percentEncoded(handle ?? ""))
  }

  func absoluteLink(number: Int, handle: String?) -> String {
    let written = writtenLink(number: number, handle: handle)
    guard let base else { return written }
    return base.hasSuffix("/") || written.hasPrefix("/") ? base + written : base + "/" + written
  }

  /// The site's own page.
  var site: String {
    let address = base ?? link
    let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    return parts.prefix(3).joined(separator: "/") + "/"
  }
}

/// RFC 3986 §2.1: everything but the unreserved characters as `%` and two digits.
private func percentEncoded(_ text: String) -> String {
  var encoded = ""
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "~"):
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    default: encoded += "%" + hexEncoded([byte]).uppercased()
    }
  }
  return encoded
}
