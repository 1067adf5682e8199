import Foundation

// A handle is somebody's name on a platform. It stays in the item log, which is deleted, and is
// kept out of everything that leaves or lasts: the journal, mails, reports.

/// Whether a link names a person's account on its way, as `/@name` and `/u/name` do.
///
/// Such a link stays in the item log; mail, journal and reports do without it.
package func bearsHandle(link: String) -> Bool { !handles(inLink: link).isEmpty }

/// The names of accounts that a link bears.
package func handles(inLink link: String) -> [String] {
  guard mayBearHandle(link) else { return [] }
  let afterScheme = link.firstRange(of: "://").map { link[$0.upperBound...] } ?? link[...]
  let place = afterScheme.prefix { $0 != "?" && $0 != "#" }
  let parts = place.split(separator: "/").map(String.init)
  let host = (parts.first ?? "").lowercased()
  let segments = Array(parts.dropFirst())
  var found: [String] = []
  for (index, segment) in segments.enumerated() {
    let segment = segment.hasPrefix("%40") ? "@" + segment.dropFirst(3) : segment
    let next = index + 1 < segments.count ? segments[index + 1] : nil
    if segment.hasPrefix("@"), segment.count > 1 {
      found.append(String(segment.dropFirst()))
    } else if let next, accountFolders.contains(segment.lowercased()) {
      found.append(next)
    } else if index > 0, segments[index - 1].lowercased() == "r",
      segment.lowercased().hasPrefix("u_"),
      segment.count > 2
    {
      // Reddit gives each account a community of its own.
      found.append(String(segment.dropFirst(2)))
    } else if let next, ["status", "statuses"].contains(next.lowercased()),
      index + 2 < segments.count
    {
      found.append(segment)
    }
  }
  // Weibo and Bilibili put the number of an account where others have a folder.
  if host.hasSuffix("weibo.com") || host.hasPrefix("space."), let first = segments.first,
    first.allSatisfy({ $0.isASCII && $0.isNumber })
  {
    found.append(first)
  }
  return found.map { $0.removingPercentEncoding ?? $0 }
}

/// Whether any part of a link is one that `handles(inLink:)` goes by. Every item's link comes through
/// here, and nearly none has one.
private func mayBearHandle(_ link: String) -> Bool {
  var link = link
  return link.withUTF8 { bytes in
    var start = 0
    for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: "/") {
      if isTelling(bytes[start..<end]) { return true }
      start = end + 1
    }
    return false
  }
}

private func isTelling(_ part: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
  guard let first = part.first else { return false }
  // What is not ASCII may be the large form of a letter that is: those are told apart behind.
  if first == UInt8(ascii: "@") || first == UInt8(ascii: "%") || first >= 0x80 { return true }
  let name = part.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
  func isSame(_ word: StaticString) -> Bool {
    name.count == word.utf8CodeUnitCount && hasStart(word)
  }
  func hasStart(_ word: StaticString) -> Bool {
    guard name.count >= word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { word in
      zip(name, word).allSatisfy { $0 | 0x20 == $1 }
    }
  }
  switch first | 0x20 {
  case UInt8(ascii: "u"): if isSame("u") || isSame("user") || isSame("users") { return true }
  case UInt8(ascii: "p"): if isSame("profile") || isSame("people") { return true }
  case UInt8(ascii: "m"): if isSame("member") { return true }
  case UInt8(ascii: "r"): if isSame("r") { return true }
  case UInt8(ascii: "s"):
    if isSame("status") || isSame("statuses") || hasStart("space.") { return true }
  default: break
  }
  let host: StaticString = "weibo.com"
  guard name.count >= host.utf8CodeUnitCount else { return false }
  return host.withUTF8Buffer { host in
    zip(name.suffix(host.count), host).allSatisfy { $0 | 0x20 == $1 }
  }
}

private let accountFolders: Set<String> = ["u", "user", "users", "profile", "people", "member"]

/// Longer names are on no platform. Chinese has no blank to end one, so it has to end somewhere.
private let handleLimit = 30

/// The text with `@` and what follows it cut down to the `@` alone.
package func withoutHandles(_ text: String) -> String {
  // Nearly all texts have none, and every post comes through here.
  guard mayHoldHandle(text) else { return text }
  var result = ""
  var rest = text[...]
  while let at = rest.firstIndex(where: { $0 == "@" || $0 == "＠" }) {
    result += rest[...at]
    rest = rest[rest.index(after: at)...]
    let name = rest.prefix(handleLimit)
      .prefix { $0.isLetter || $0.isNumber || "_-.".contains($0) }
    if !name.isEmpty { result += "…" }
    rest = rest.dropFirst(name.count)
  }
  return result + rest
}

/// Whether an `@` stands in a text, or a `＠`, which is EF BC A0: the marks ，！？ begin as it does.
private func mayHoldHandle(_ text: String) -> Bool {
  let bytes = text.utf8.span
  for at in bytes.indices {
    let byte = bytes[at]
    if byte == UInt8(ascii: "@") { return true }
    if byte == 0xef, bytes[at + 1] == 0xbc, bytes[at + 2] == 0xa0 { return true }
  }
  return false
}
