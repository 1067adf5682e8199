import Glibc

/// A port on loopback where connecting hangs: its line of waiting connections is full, and nobody
/// takes any of them.
package final class FullServer: Sendable {
  package let port: Int
  private let listener: Int32
  private let waiting: [Int32]

  package init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Int? in
        guard bind(listener, generic, length) == 0, listen(listener, 0) == 0,
          getsockname(listener, generic, &length) == 0
        else { return nil }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
      }
    }
    guard let port else { throw LoopbackFailure.listen(errno) }
    self.listener = listener
    self.port = port
    // The kernel lets in one more than the line is long; the others' first packets are dropped.
    let target = address
    waiting = (0..<4).map { _ in
      let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      withUnsafePointer(to: target) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      return number
    }
  }

  deinit {
    for number in waiting { close(number) }
    close(listener)
  }
}
