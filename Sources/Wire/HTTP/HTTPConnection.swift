import CCurl
import Glibc

/// One client of the server: its bytes in, its bytes out, and how long it may take.
///
/// Lives on the server's thread alone.
final class HTTPConnection {
  enum Phase {
    /// Between requests, or within one.
    case reading
    case handling(Task<Void, Never>, RequestHead, closes: Bool)
    case writing(closes: Bool)
    /// The answer is out and so is our end; what the client still sends is read past, because
    /// closing on unread bytes would reset the connection and take the answer with it.
    case lingering
  }

  let id: UInt64
  let descriptor: Descriptor
  let peer: HTTPRequest.Peer
  var parser: RequestParser
  var phase = Phase.reading
  var stage = Stage.head
  var deadline: ContinuousClock.Instant
  /// Told apart from the answers to earlier requests of this connection that came too late.
  var serial = 0
  private(set) var events: UInt32
  private var out: [UInt8] = []
  private var sent = 0
  private var lingered = 0

  /// A client that sends more than this after its answer is cut off.
  private static let lingerBytes = 4 << 20

  /// What of a request is being waited for. Each stage has a limit of its own.
  enum Stage {
    case between
    case head
    case body
  }

  enum Read {
    case bytes
    case nothing
    case ended
  }

  init(
    _ id: UInt64, _ descriptor: Descriptor, _ peer: HTTPRequest.Peer, _ limits: HTTPLimits,
    deadline: ContinuousClock.Instant
  ) {
    self.id = id
    self.descriptor = descriptor
    self.peer = peer
    self.deadline = deadline
    parser = RequestParser(limits)
    events = EPOLLIN.rawValue
  }

  /// Whether it could be closed without anybody missing an answer.
  var isIdle: Bool {
    if case .reading = phase { parser.isBetweenRequests } else { false }
  }

  /// For counting how many connections one peer holds.
  var peerKey: String { Self.key(peer) }

  static func key(_ peer: HTTPRequest.Peer) -> String {
    switch peer {
    case .unix(let user, _, _): "uid \(user)"
    case .address(let text): text
    }
  }

  /// Has the kernel tell of these events from now on.
  func watch(_ wanted: UInt32, by epoll: Int32) {
    guard wanted != events else { return }
    events = wanted
    var event = epoll_event(events: wanted, data: epoll_data_t(u64: id))
    epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor.number, &event)
  }

  /// One read into the thread's buffer, and from there to the parser.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Read {
    let count = recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
    if count > 0 {
      if case .lingering = phase {
        lingered += count
        return lingered > Self.lingerBytes ? .ended : .nothing
      }
      parser.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      return .bytes
    }
    if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
    return .ended
  }

  func enqueue(_ bytes: [UInt8]) {
    if sent == out.count {
      out = bytes
      sent = 0
    } else {
      out.append(contentsOf: bytes)
    }
  }

  enum Write {
    case done
    /// Some went out, or none; the rest waits for room.
    case blocked(progress: Bool)
    case failed
  }

  func write() -> Write {
    var progress = false
    while sent < out.count {
      let count = out.withUnsafeBytes {
        send(
          descriptor.number, $0.baseAddress.map { $0 + sent }, out.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        sent += count
        progress = true
      } else if errno == EAGAIN {
        return .blocked(progress: progress)
      } else if errno != EINTR {
        return .failed
      }
    }
    out = []
    sent = 0
    return .done
  }

  func finishWriting() { shutdown(descriptor.number, Int32(SHUT_WR)) }

  /// Who is connected there; nil if it is gone already.
  static func peer(of descriptor: Int32, isUnix: Bool, _ address: sockaddr_storage)
    -> HTTPRequest.Peer?
  {
    if isUnix {
      var peer = incident_peer()
      guard incident_socket_peer(descriptor, &peer) == 0 else { return nil }
      return .unix(user: peer.user, group: peer.group, process: peer.process)
    }
    let ip = withUnsafeBytes(of: address) { raw in
      raw.baseAddress.flatMap {
        IPAddress(socketAddress: $0, family: Int32(address.ss_family))
      }
    }
    return ip.map { .address($0.description) }
  }
}
