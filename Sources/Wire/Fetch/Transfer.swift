import CCurl

/// One request on its way: what libcurl's callbacks fill, and what may not be exceeded.
///
/// Lives on the fetch thread alone.
final class Transfer {
  let request: FetchRequest
  let started: ContinuousClock.Instant

  // Of all hops.
  private(set) var address: WebAddress
  private(set) var visited: [WebAddress] = []
  private(set) var hops: [FetchResponse.Hop] = []
  private(set) var method: FetchRequest.Method
  private(set) var keepsPrivateHeaders = true

  // Of this hop.
  var handle: EasyHandle?
  /// What libcurl points into while it works.
  var headerLines = StringList()
  private(set) var status = 0
  private(set) var headers = HeaderList()
  private(set) var headerBytes = 0
  private(set) var body: [UInt8] = []
  private(set) var hopStarted: ContinuousClock.Instant
  /// Set by the first line of the answer; from there on its speed is watched.
  private var slowMark: (at: ContinuousClock.Instant, bytes: Int)?
  /// The empty line came. libcurl takes a head that was cut off for a whole one.
  private(set) var isHeadWhole = false

  /// Why a callback of ours ended the transfer.
  private(set) var stopped: FetchFailure?
  /// The last address that the rule refused; no fault if another one could be connected to.
  private(set) var refused: IPAddress?

  init(_ request: FetchRequest, address: WebAddress, at now: ContinuousClock.Instant) {
    self.request = request
    self.address = address
    method = request.method
    started = now
    hopStarted = now
  }

  func follow(_ step: RedirectStep, status: Int, at now: ContinuousClock.Instant) {
    visited.append(address)
    hops.append(FetchResponse.Hop(status: status, target: step.address.text))
    address = step.address
    method = step.method
    keepsPrivateHeaders = keepsPrivateHeaders && step.keepsPrivateHeaders
    self.status = 0
    headers = HeaderList()
    headerBytes = 0
    body = []
    hopStarted = now
    slowMark = nil
    isHeadWhole = false
    refused = nil
  }

  func stop(_ failure: FetchFailure) {
    if stopped == nil { stopped = failure }
  }

  var wireBodyBytes: Int { handle?.offset(CURLINFO_SIZE_DOWNLOAD_T) ?? 0 }

  /// One line of the header with its line break. A new status line begins a new header: an interim
  /// response came before it.
  func take(headerLine line: UnsafeRawBufferPointer) -> Bool {
    if slowMark == nil { slowMark = (ContinuousClock.now, 0) }
    headerBytes += line.count
    guard headerBytes <= request.limits.headerBytes else {
      stop(.tooLarge(.headers(request.limits.headerBytes)))
      return false
    }
    if line.starts(with: "HTTP/".utf8), headers.fields.isEmpty || status / 100 == 1 {
      headers = HeaderList()
      isHeadWhole = false
      let parts = line.split(separator: 0x20, maxSplits: 2)
      status = parts.count > 1 ? Int(String(decoding: parts[1].prefix(3), as: UTF8.self)) ?? 0 : 0
      return true
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      if line.allSatisfy({ $0 == 0x0d || $0 == 0x0a }) { isHeadWhole = true }
      return true
    }
    let name = String(decoding: line[..<colon], as: UTF8.self)
    // The blanks and tabs around the value, and the line break, are no part of it.
    func isBlank(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a
    }
    var (start, end) = (colon + 1, line.endIndex)
    while end > start, isBlank(line[end - 1]) { end -= 1 }
    while start < end, isBlank(line[start]) { start += 1 }
    headers.add(name, Array(line[start..<end]))
    return !contradictsItself(after: name)
  }

  /// Two lengths or two layers of packing: whoever sends those wants two readers to differ.
  private func contradictsItself(after name: String) -> Bool {
    if isSameHeader(name, "Content-Length"), Set(headers.values(name)).count > 1 {
      stop(.protocolBroken("two different Content-Length headers"))
      return true
    }
    if isSameHeader(name, "Content-Encoding"),
      headers.count(name) > 1 || headers[name]?.contains(",") == true
    {
      stop(.protocolBroken("more than one layer of Content-Encoding"))
      return true
    }
    return false
  }

  /// A piece of the body after decompression.
  func take(body piece: UnsafeRawBufferPointer) -> Bool {
    let limits = request.limits
    let size = body.count + piece.count
    guard size <= limits.bodyBytes else {
      stop(.tooLarge(.body(limits.bodyBytes)))
      return false
    }
    guard size <= FetchLimits.ratioFloor || size / limits.ratio <= wireBodyBytes else {
      stop(.tooLarge(.ratio(limits.ratio)))
      return false
    }
    body.append(contentsOf: piece)
    return true
  }

  /// So many body bytes came over the network. Counted apart from `take(body:)`: a stream of empty
  /// compressed blocks comes to nothing when unpacked.
  func note(wireBytes: Int) -> Bool {
    guard wireBytes <= request.limits.wireBytes else {
      stop(.tooLarge(.wire(request.limits.wireBytes)))
      return false
    }
    return true
  }

  func allows(_ address: IPAddress) -> Bool {
    if request.addresses.permits(address) { return true }
    refused = address
    return false
  }

  /// When this transfer has to be looked at again: at its next limit, and now and then before,
  /// since the limit of an answer that begins meanwhile is another one.
  func nextCheck(after now: ContinuousClock.Instant) -> ContinuousClock.Instant {
    let due = slowMark.map { $0.at + request.limits.slowWindow } ?? firstByteDue
    return min(due, now + min(request.limits.slowWindow, Self.checkInterval))
  }

  private static let checkInterval: Duration = .seconds(1)

  private var firstByteDue: ContinuousClock.Instant { hopStarted + request.limits.firstByte }

  /// The limit of time that is exceeded now, if any.
  func overdue(at now: ContinuousClock.Instant) -> FetchFailure.Phase? {
    guard let mark = slowMark else { return now >= firstByteDue ? .firstByte : nil }
    guard now >= mark.at + request.limits.slowWindow else { return nil }
    let bytes = headerBytes + wireBodyBytes
    let seconds = mark.at.duration(to: now) / Duration.seconds(1)
    if Double(bytes - mark.bytes) < Double(request.limits.slowestBytesPerSecond) * seconds {
      return .slow
    }
    slowMark = (now, bytes)
    return nil
  }
}
