/// The parts of an address by RFC 3986, and what follows from them.
struct WebAddress {
  var scheme: String
  var authority: String?
  var path: String
  var query: String?
  var fragment: String?

  /// The parts of any reference, relative or not. RFC 3986, appendix B.
  init(_ text: String) {
    var rest = text.utf8[...]
    fragment = Self.cut(&rest, from: UInt8(ascii: "#"))
    query = Self.cut(&rest, from: UInt8(ascii: "?"))
    scheme = ""
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")), Self.isScheme(rest[..<colon]) {
      scheme = String(decoding: rest[..<colon], as: UTF8.self).lowercased()
      rest = rest[rest.index(after: colon)...]
    }
    if rest.starts(with: "//".utf8) {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      authority = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[end...]
    }
    path = String(decoding: rest, as: UTF8.self)
  }

  var isWeb: Bool {
    (scheme == "http" || scheme == "https") && authority.map { !$0.isEmpty } ?? false
  }

  var text: String {
    var text = scheme.isEmpty ? "" : scheme + ":"
    if let authority { text += "//" + authority }
    text += path
    if let query { text += "?" + query }
    if let fragment { text += "#" + fragment }
    return text
  }

  /// This reference seen from a base. RFC 3986 §5.2.2.
  func resolved(against base: WebAddress) -> WebAddress {
    var result = self
    if !scheme.isEmpty {
      result.path = Self.withoutDots(path)
      return result
    }
    result.scheme = base.scheme
    if authority != nil {
      result.path = Self.withoutDots(path)
      return result
    }
    result.authority = base.authority
    if path.isEmpty {
      result.path = base.path
      result.query = query ?? base.query
    } else if path.hasPrefix("/") {
      result.path = Self.withoutDots(path)
    } else if base.authority != nil, base.path.isEmpty {
      result.path = Self.withoutDots("/" + path)
    } else {
      let folder = base.path.lastIndex(of: "/").map { base.path[...$0] } ?? ""
      result.path = Self.withoutDots(folder + path)
    }
    return result
  }

  private static func cut(_ rest: inout Substring.UTF8View, from mark: UInt8) -> String? {
    guard let start = rest.firstIndex(of: mark) else { return nil }
    defer { rest = rest[..<start] }
    return String(decoding: rest[rest.index(after: start)...], as: UTF8.self)
  }

  private static func isScheme(_ text: Substring.UTF8View) -> Bool {
    guard let first = text.first, isLetter(first) else { return false }
    return text.allSatisfy { isLetterOrDigit($0) || "+-.".utf8.contains($0) }
  }

  /// RFC 3986 §5.2.4.
  private static func withoutDots(_ path: String) -> String {
    guard path.utf8.contains(UInt8(ascii: ".")) else { return path }
    var kept: [Substring] = []
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      switch segment {
      case ".": if isLast { kept.append("") }
      case "..":
        // The empty segment in front is the leading slash.
        if kept.count > 1 || (kept.count == 1 && !path.hasPrefix("/")) { kept.removeLast() }
        if isLast { kept.append("") }
      default: kept.append(segment)
      }
    }
    return kept.joined(separator: "/")
  }
}
