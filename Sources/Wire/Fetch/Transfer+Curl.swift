import CCurl

/// What is to be done with a transfer that libcurl is done with.
enum TransferOutcome {
  case done(Result<FetchResponse, FetchFailure>)
  case redirect(RedirectStep, status: Int)
}

extension Transfer {
  /// What the address rule says before anything is looked up or sent.
  var refusalBeforeSending: FetchFailure? {
    guard request.unixSocketPath == nil else { return nil }
    guard request.addresses.permits(port: address.port) else {
      return .portRefused(host: address.host, port: address.port)
    }
    if let literal = address.literal, !request.addresses.permits(literal) {
      return .addressRefused(literal)
    }
    return nil
  }

  /// Sets all options on a handle that has none.
  func prepare(_ handle: EasyHandle, at now: ContinuousClock.Instant) -> FetchFailure? {
    let limits = request.limits
    let left = limits.total - started.duration(to: now)
    guard left > .zero else { return .timedOut(.total) }
    handle.set(CURLOPT_URL, address.text)
    handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
    handle.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    handle.set(CURLOPT_FOLLOWLOCATION, false)
    handle.set(CURLOPT_NOSIGNAL, true)
    handle.set(CURLOPT_DNS_CACHE_TIMEOUT, address.literal == nil ? Self.lookupSeconds : 0)
    handle.set(CURLOPT_TIMEOUT_MS, left.wholeMilliseconds)
    handle.set(CURLOPT_CONNECTTIMEOUT_MS, min(left, limits.connect).wholeMilliseconds)
    handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    // An empty proxy, not none: none would mean the one that the environment names.
    handle.set(CURLOPT_PROXY, request.proxy ?? "")
    handle.set(CURLOPT_NOPROXY, "")
    handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
    // Empty means all that this libcurl can unpack.
    handle.set(CURLOPT_ACCEPT_ENCODING, "")
    handle.set(CURLOPT_USERAGENT, request.userAgent)
    if !request.keepsConnection { handle.set(CURLOPT_FORBID_REUSE, true) }
    if let file = request.certificateFile { handle.set(CURLOPT_CAINFO, file) }
    if let path = request.unixSocketPath { handle.set(CURLOPT_UNIX_SOCKET_PATH, path) }
    prepareMethod(handle)
    prepareHeaders(handle)
    prepareCallbacks(handle)
    if let code = handle.refusal { return .internalFault(Curl.reason(code)) }
    return nil
  }

  /// How long a looked-up address is good. libcurl passes over all that it keeps for every new
  /// connection: with its own minute and 2,000 hosts, that took two thirds of its time. A host is
  /// asked again within seconds only for a redirect, which this covers, or over a connection that
  /// is still open.
  private static let lookupSeconds = 5

  private func prepareMethod(_ handle: EasyHandle) {
    switch method {
    case .get: handle.set(CURLOPT_HTTPGET, true)
    case .head: handle.set(CURLOPT_NOBODY, true)
    case .post:
      handle.set(CURLOPT_POST, true)
      // The size first: libcurl copies so many bytes.
      handle.set(offset: CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
      if request.body.isEmpty {
        handle.set(CURLOPT_COPYPOSTFIELDS, "")
      } else {
        request.body.withUnsafeBytes { handle.set(CURLOPT_COPYPOSTFIELDS, bytesOf: $0) }
      }
    }
  }

  private func prepareHeaders(_ handle: EasyHandle) {
    let lines = StringList()
    func append(_ name: String, _ value: [UInt8]) {
      // libcurl takes `Name;` for a header without a value; `Name:` would remove it.
      let text = value.isEmpty ? Array((name + ";").utf8) : Array((name + ": ").utf8) + value
      lines.append(text)
    }
    for field in request.headers.fields
    where keepsPrivateHeaders || !RedirectStep.isPrivate(header: field.name) {
      if method != .post, isSameHeader(field.name, "Content-Type") { continue }
      append(field.name, field.bytes)
    }
    if let tag = request.ifNoneMatch { append("If-None-Match", tag) }
    if let date = request.ifModifiedSince { append("If-Modified-Since", date) }
    if method == .post {
      // Without this libcurl waits up to a second for leave to send a larger body.
      lines.append(Array("Expect:".utf8))
      if request.headers.count("Content-Type") == 0 {
        append("Content-Type", Array("application/octet-stream".utf8))
      }
    }
    headerLines = lines
    handle.set(CURLOPT_HTTPHEADER, lines)
  }

  // The callbacks find the transfer in their last argument. It stays alive as long as the loop
  // keeps it among those that run, and the handle is reset before it goes.
  private func prepareCallbacks(_ handle: EasyHandle) {
    handle.set(CURLOPT_WRITEDATA, self)
    handle.set(data: CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      let length = size * count
      guard let transfer = Transfer.from(context) else { return 0 }
      let isTaken = transfer.take(body: UnsafeRawBufferPointer(start: bytes, count: length))
      return isTaken ? length : length &+ 1
    }
    handle.set(CURLOPT_HEADERDATA, self)
    handle.set(data: CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      let length = size * count
      guard let transfer = Transfer.from(context) else { return 0 }
      let isTaken = transfer.take(headerLine: UnsafeRawBufferPointer(start: bytes, count: length))
      return isTaken ? length : length &+ 1
    }
    handle.set(CURLOPT_NOPROGRESS, false)
    handle.set(CURLOPT_XFERINFODATA, self)
    handle.setProgress { context, _, downloaded, _, _ in
      guard let transfer = Transfer.from(context) else { return 1 }
      return transfer.note(wireBytes: Int(downloaded)) ? 0 : 1
    }
    handle.set(CURLOPT_OPENSOCKETDATA, self)
    handle.setSocket { context, _, target in
      guard let transfer = Transfer.from(context), let target else { return -1 }
      return transfer.openSocket(target)
    }
    handle.set(CURLOPT_PREREQDATA, self)
    handle.setPrerequest { context, remote, _, _, _ in
      guard let transfer = Transfer.from(context), let remote else { return CURL_PREREQFUNC_ABORT }
      return transfer.mayUse(remote: String(cString: remote))
        ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Opens a socket to the address that libcurl is about to connect to, if the rule permits it.
  private func openSocket(_ target: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
    let family = target.pointee.family
    if family == AF_UNIX {
      guard request.unixSocketPath != nil else { return -1 }
    } else if request.proxy == nil {
      // Taken by its place, not by its type: an IPv6 address is longer than `sockaddr`.
      guard let place = MemoryLayout<curl_sockaddr>.offset(of: \.addr),
        let to = IPAddress(socketAddress: UnsafeRawPointer(target) + place, family: family),
        allows(to)
      else { return -1 }
    }
    return socket(
      family, target.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), target.pointee.protocol)
  }

  /// Asked of each connection right before the request is sent, new or used again.
  private func mayUse(remote: String) -> Bool {
    if request.unixSocketPath != nil || request.proxy != nil { return true }
    guard let address = IPAddress(remote.prefix { $0 != "%" }) else { return false }
    return allows(address)
  }
}
