import CCurl
import Glibc

/// Asks whether a port takes connections, and says nothing to whoever answers.
package enum TCPProbe {
  /// Waits no longer than `limit` for all addresses of the host together; looking the name up has the
  /// system's own limit.
  package static func connects(to host: String, port: Int, within limit: Duration) -> Bool {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return false }
    defer { freeaddrinfo(list) }
    let deadline = ContinuousClock.now + limit
    var next = list
    while let entry = next {
      if connects(to: entry.pointee, until: deadline) { return true }
      next = entry.pointee.ai_next
    }
    return false
  }

  private static func connects(to address: addrinfo, until deadline: ContinuousClock.Instant)
    -> Bool
  {
    let kind = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.ai_family, kind, address.ai_protocol)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return true }
    guard errno == EINPROGRESS else { return false }
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return false }
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      let count = poll(&entry, 1, Int32(clamping: left.milliseconds + 1))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      var failure: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 && failure == 0
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
