import Foundation

/// A link of a feed, resolved against the address of where it stands; nil unless it leads to the web.
///
/// Blanks and line ends around and inside it are dropped, as browsers do. Where nobody knows the
/// address, as with a file, a relative link stays as it is.
func webLink(_ text: String, base: WebAddress?) -> String? {
  guard text.utf8.count <= linkLimit else { return nil }
  if isPlainWebLink(text) { return text }
  let cleaned = cleanedLink(text)
  guard !cleaned.isEmpty else { return nil }
  let address = WebAddress(cleaned)
  if address.isWeb {
    // Left as it is written: many servers take two spellings for two pages.
    return address.path.contains("/.") ? address.resolved(against: address).text : cleaned
  }
  guard address.scheme.isEmpty else { return nil }
  if cleaned.hasPrefix("www.") { return "http://" + cleaned }
  guard let base, base.isWeb else { return cleaned }
  return address.resolved(against: base).text
}

/// Servers refuse longer ones.
private let linkLimit = 8 << 10

/// Whether a link is whole and clean, as nearly all are, so that it need not be taken apart.
private func isPlainWebLink(_ text: String) -> Bool {
  var text = text
  return text.withUTF8 { bytes in
    guard let host = hostStart(bytes) else { return false }
    for index in host..<bytes.count {
      if bytes[index] <= 0x20 || bytes[index] == 0x7f { return false }
      if bytes[index] == UInt8(ascii: "."), bytes[index - 1] == UInt8(ascii: "/") { return false }
    }
    return true
  }
}

private func cleanedLink(_ text: String) -> String {
  let bytes = Array(text.utf8).trimmingBlanks
  guard bytes.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else {
    return bytes.count == text.utf8.count ? text : String(decoding: bytes, as: UTF8.self)
  }
  var cleaned: [UInt8] = []
  for byte in bytes {
    switch byte {
    case 0x20:
      cleaned.append(contentsOf: [UInt8(ascii: "%"), UInt8(ascii: "2"), UInt8(ascii: "0")])
    case 0..<0x20, 0x7f: break
    default: cleaned.append(byte)
    }
  }
  return String(decoding: cleaned, as: UTF8.self)
}

/// One spelling for the links that lead to one page.
///
/// The host in small letters, without the default port, the fragment, and the marks that only say
/// by which way a reader came; the rest of the query in order.
package func canonicalLink(_ link: String) -> String {
  if isCanonical(link) { return link }
  var address = WebAddress(link)
  guard address.isWeb, let authority = address.authority else { return link }
  address.authority = canonicalAuthority(authority, scheme: address.scheme)
  address.fragment = nil
  if address.path.isEmpty { address.path = "/" }
  if let query = address.query {
    let kept = query.split(separator: "&").filter { !isTrackingMark($0) }.sorted()
    address.query = kept.isEmpty ? nil : kept.joined(separator: "&")
  }
  return address.text
}

/// Whether a link is in canonical form as far as that can be seen without taking it apart, as nearly
/// all are: with a path, without a query, a fragment, a port, or a capital in its host.
private func isCanonical(_ link: String) -> Bool {
  var link = link
  return link.withUTF8 { bytes in
    guard let host = hostStart(bytes) else { return false }
    var isHost = true
    for byte in bytes[host...] {
      switch byte {
      case UInt8(ascii: "?"), UInt8(ascii: "#"): return false
      case UInt8(ascii: "/"): isHost = false
      // What is not ASCII has its own capitals.
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: ":"), 0x80...0xff:
        if isHost { return false }
      default: break
      }
    }
    return !isHost
  }
}

/// The place behind `http://` or `https://` in small letters where a host begins; nil without one.
private func hostStart(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
  guard bytes.count > 8, bytes.starts(with: "http".utf8) else { return nil }
  let host = bytes[4] == UInt8(ascii: "s") ? 8 : 7
  guard bytes[host - 3] == UInt8(ascii: ":"), bytes[host - 2] == UInt8(ascii: "/"),
    bytes[host - 1] == UInt8(ascii: "/"), bytes[host] != UInt8(ascii: "/")
  else { return nil }
  return host
}

/// Whether a link leads to a host of the web.
func isWebLink(_ link: String) -> Bool {
  var link = link
  let isPlain = link.withUTF8 { bytes in
    hostStart(bytes).map { bytes[$0] != UInt8(ascii: "?") && bytes[$0] != UInt8(ascii: "#") }
      ?? false
  }
  return isPlain || WebAddress(link).isWeb
}

private func canonicalAuthority(_ authority: String, scheme: String) -> String {
  let lowered = authority.lowercased()
  let port = scheme == "https" ? ":443" : ":80"
  return lowered.hasSuffix(port) ? String(lowered.dropLast(port.count)) : lowered
}

private func isTrackingMark(_ parameter: Substring) -> Bool {
  let name = parameter.prefix { $0 != "=" }.lowercased()
  return name.hasPrefix("utm_") || trackingNames.contains(name)
}

private let trackingNames: Set<String> = [
  "spm", "from", "_t", "isappinstalled", "fbclid", "gclid", "share_token", "scene",
]
