/// One request, whole and checked.
package struct HTTPRequest: Sendable {
  package enum Method: String, CaseIterable, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
  }

  /// Who stands at the other end.
  package enum Peer: Hashable, Sendable {
    /// Over a Unix socket; the kernel vouches for it.
    case unix(user: UInt32, group: UInt32, process: Int32)
    /// An IP address without its port.
    case address(String)
  }

  package let method: Method
  /// The decoded parts between the slashes: none for `/`, and an empty last one after a final
  /// slash. A part can hold a slash that was encoded, but is never `.` or `..`.
  package let path: [String]
  /// The path as it came.
  package let rawPath: String
  package let query: [QueryPair]
  package let headers: HeaderList
  package let body: [UInt8]
  package let peer: Peer

  /// For tests of what stands behind the server.
  package init(
    method: Method, path: [String], rawPath: String, query: [QueryPair] = [],
    headers: HeaderList = HeaderList(), body: [UInt8] = [], peer: Peer
  ) {
    self.method = method
    self.path = path
    self.rawPath = rawPath
    self.query = query
    self.headers = headers
    self.body = body
    self.peer = peer
  }

  /// The first value of this name in the query.
  package func query(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// The `Host` header; there is always exactly one.
  package var host: String { headers["Host"] ?? "" }
}

/// One `name=value` of a query or a form.
package struct QueryPair: Hashable, Sendable {
  package let name: String
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The bytes that a percent-encoded text stands for; nil if a `%` is not followed by two digits.
package func percentDecoded(_ text: ArraySlice<UInt8>, plusIsBlank: Bool = false) -> [UInt8]? {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.count)
  var index = text.startIndex
  while index < text.endIndex {
    let byte = text[index]
    if byte == UInt8(ascii: "%") {
      guard index + 2 < text.endIndex, let high = hexDigit(text[index + 1]),
        let low = hexDigit(text[index + 2])
      else { return nil }
      bytes.append(high << 4 | low)
      index += 3
    } else {
      bytes.append(plusIsBlank && byte == UInt8(ascii: "+") ? 0x20 : byte)
      index += 1
    }
  }
  return bytes
}

/// The pairs of a query or of an `application/x-www-form-urlencoded` body, in their order; nil if
/// one does not decode to UTF-8 or holds a NUL.
package func formPairs(_ text: ArraySlice<UInt8>) -> [QueryPair]? {
  var pairs: [QueryPair] = []
  for part in text.split(separator: UInt8(ascii: "&")) {
    let equals = part.firstIndex(of: UInt8(ascii: "="))
    let value = equals.map { part[($0 + 1)...] } ?? []
    guard let name = decodedText(part[..<(equals ?? part.endIndex)], plusIsBlank: true),
      let value = decodedText(value, plusIsBlank: true)
    else { return nil }
    pairs.append(QueryPair(name, value))
  }
  return pairs
}

func decodedText(_ text: ArraySlice<UInt8>, plusIsBlank: Bool) -> String? {
  guard let bytes = percentDecoded(text, plusIsBlank: plusIsBlank), !bytes.contains(0) else {
    return nil
  }
  return String(validating: bytes, as: UTF8.self)
}

func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
