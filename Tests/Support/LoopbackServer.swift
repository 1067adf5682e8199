import Glibc
import Synchronization

/// A server on 127.0.0.1 that says exactly what a test scripts, one thread a connection.
package final class LoopbackServer: Sendable {
  package let host: String
  package let port: Int
  private let listener: Int32
  private let count = Atomic<Int>(0)

  /// How many connections were taken so far.
  package var connections: Int { count.load(ordering: .acquiring) }

  /// `serve` runs for each connection; the connection is closed when it returns.
  ///
  /// `last` is the last number of the address: all of 127.0.0.0/8 is this machine.
  package init(last: UInt8 = 1, _ serve: @escaping @Sendable (LoopbackPeer) -> Void) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopbackAddress(last: last, port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && listen(listener, 256) == 0
          && getsockname(listener, generic, &length) == 0
      }
    }
    guard listener >= 0, isListening else { throw LoopbackFailure.listen(errno) }
    self.listener = listener
    host = "127.0.0.\(last)"
    port = Int(UInt16(bigEndian: address.sin_port))
    runOnThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
        guard connection >= 0 else { break }
        self?.count.add(1, ordering: .releasing)
        runOnThread {
          let peer = LoopbackPeer(connection)
          serve(peer)
        }
      }
      close(listener)
    }
  }

  deinit {
    // Wakes `accept`; the thread closes the descriptor, so that its number is not used again early.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  package func url(_ path: String = "/") -> String { "http://\(host):\(port)\(path)" }
}

package enum LoopbackFailure: Error {
  case listen(Int32)
  case connect(Int32)
}

/// One end of a connection, with blocking calls that give up after half a minute.
package final class LoopbackPeer: Sendable {
  private let descriptor: Int32
  private let rest = Mutex<[UInt8]>([])

  private static let patienceSeconds = 30

  package init(_ descriptor: Int32) {
    self.descriptor = descriptor
    var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
    let length = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, length)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, length)
  }

  /// Connects to a port of 127.0.0.1.
  package convenience init(port: Int) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopbackAddress(port: port)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      throw LoopbackFailure.connect(code)
    }
    self.init(descriptor)
  }

  /// Connects to a Unix socket.
  package convenience init(path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      throw LoopbackFailure.connect(code)
    }
    self.init(descriptor)
  }

  deinit { close(descriptor) }

  /// Whether all of it went out.
  @discardableResult
  package func write(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  @discardableResult
  package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

  /// What comes next, at most so much; empty at the end or when patience is at an end.
  private func receive() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var count = 0
    // A process that is stopped and goes on gets EINTR where a socket has a time limit.
    repeat {
      count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
    } while count < 0 && errno == EINTR
    return count > 0 ? Array(buffer.prefix(count)) : []
  }

  /// Everything up to and with this text; nil if the other end closes before.
  package func read(through mark: String) -> String? {
    readBytes(through: mark).map { String(decoding: $0, as: UTF8.self) }
  }

  package func readBytes(through mark: String) -> [UInt8]? {
    let mark = Array(mark.utf8)
    return rest.withLock { rest in
      while true {
        if let end = firstEnd(of: mark, in: rest) {
          defer { rest.removeFirst(end) }
          return Array(rest[..<end])
        }
        let more = receive()
        if more.isEmpty { return nil }
        rest += more
      }
    }
  }

  /// The head of a request or a response.
  package func readHead() -> String? { read(through: "\r\n\r\n") }

  package func read(count: Int) -> [UInt8]? {
    rest.withLock { rest in
      while rest.count < count {
        let more = receive()
        if more.isEmpty { return nil }
        rest += more
      }
      defer { rest.removeFirst(count) }
      return Array(rest.prefix(count))
    }
  }

  /// Everything until the other end closes.
  @discardableResult
  package func readToEnd() -> [UInt8] {
    rest.withLock { rest in
      while true {
        let more = receive()
        if more.isEmpty { break }
        rest += more
      }
      defer { rest = [] }
      return rest
    }
  }

  /// Waits until the other end closes or so long; whether it closed.
  package func isClosed(within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var ready: Int32 = 0
    repeat { ready = poll(&entry, 1, milliseconds) } while ready < 0 && errno == EINTR
    guard ready == 1 else { return false }
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, Int32(MSG_PEEK)) <= 0
  }

  /// No more will be written; reading goes on.
  package func finishWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closes with a reset in the place of an orderly end, once the last reference goes.
  package func resetOnClose() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
  }
}

private func firstEnd(of mark: [UInt8], in bytes: [UInt8]) -> Int? {
  guard bytes.count >= mark.count else { return nil }
  for start in 0...(bytes.count - mark.count)
  where bytes[start] == mark[0] && bytes[start..<start + mark.count].elementsEqual(mark) {
    return start + mark.count
  }
  return nil
}

private func loopbackAddress(last: UInt8 = 1, port: Int) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = UInt16(port).bigEndian
  address.sin_addr.s_addr = (UInt32(0x7f00_0000) + UInt32(last)).bigEndian
  return address
}
