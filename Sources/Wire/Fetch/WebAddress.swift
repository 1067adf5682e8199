import CCurl

/// An http or https address, taken apart and put together again by libcurl's own parser, so that
/// what is checked is what is asked for.
struct WebAddress: Hashable, Sendable {
  let scheme: String
  let host: String
  let port: Int
  /// The whole address in the form that is sent: `2130706433` as a host has become `127.0.0.1`.
  let text: String

  var isSecure: Bool { scheme == "https" }

  /// Longer than this is no address but an attack.
  static let lengthLimit = 8192

  init(_ text: String) throws(FetchFailure) {
    guard text.utf8.count <= Self.lengthLimit, let handle = curl_url() else {
      throw .badAddress(.malformed)
    }
    defer { curl_url_cleanup(handle) }
    let flags = UInt32(CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME)
    guard curl_url_set(handle, CURLUPART_URL, text, flags) == CURLUE_OK,
      let scheme = Self.part(handle, CURLUPART_SCHEME)
    else { throw .badAddress(.malformed) }
    guard scheme == "http" || scheme == "https" else {
      throw .badAddress(.scheme(String(scheme.prefix(20))))
    }
    // A name and a password in an address end up in every log on the way.
    guard Self.part(handle, CURLUPART_USER) == nil, Self.part(handle, CURLUPART_PASSWORD) == nil
    else { throw .badAddress(.holdsPassword) }
    curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0)
    guard let host = Self.part(handle, CURLUPART_HOST), !host.isEmpty,
      let portText = Self.part(handle, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)),
      let port = Int(portText), (1...65_535).contains(port),
      let whole = Self.part(handle, CURLUPART_URL)
    else { throw .badAddress(.malformed) }
    self.scheme = scheme
    self.host = host
    self.port = port
    self.text = whole
  }

  private static func part(_ handle: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0)
    -> String?
  {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }

  /// The address inside a host that is one; `[::1]` and `fe80::1%eth0` as well as `127.0.0.1`.
  var literal: IPAddress? {
    let bare = host.hasPrefix("[") ? host.dropFirst().dropLast() : host[...]
    return IPAddress(bare.prefix { $0 != "%" })
  }

  func hasSameOrigin(as other: WebAddress) -> Bool {
    (scheme, host.lowercased(), port) == (other.scheme, other.host.lowercased(), other.port)
  }
}
