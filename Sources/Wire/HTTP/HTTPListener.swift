import CCurl
import Glibc

/// Where the server waits for connections.
package enum HTTPListener: Hashable, Sendable {
  /// A numeric address; port 0 lets the system choose one.
  case tcp(host: String, port: Int)
  /// A socket file with these permissions, given to this group if one is named.
  case unix(path: String, mode: UInt32, group: String?)
}

/// A listener that listens.
final class BoundListener: Sendable {
  let descriptor: Descriptor
  /// With the port that the system chose.
  let listener: HTTPListener
  /// Of the socket file, so that only our own is ever removed.
  private let inode: UInt64?

  init(_ listener: HTTPListener) throws(HTTPServerFailure) {
    switch listener {
    case .tcp(let host, let port):
      let (descriptor, port) = try Self.listen(host: host, port: port)
      self.descriptor = descriptor
      self.listener = .tcp(host: host, port: port)
      inode = nil
    case .unix(let path, let mode, let group):
      (descriptor, inode) = try Self.listen(path: path, mode: mode, group: group)
      self.listener = listener
    }
  }

  var isUnix: Bool { if case .unix = listener { true } else { false } }

  /// Removes the socket file if it is still the one that was made.
  func removeFile() {
    guard case .unix(let path, _, _) = listener, let inode else { return }
    var status = stat()
    if lstat(path, &status) == 0, UInt64(status.st_ino) == inode { unlink(path) }
  }

  private static func newSocket(_ family: Int32) throws(HTTPServerFailure) -> Descriptor {
    let flags = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let number = socket(family, Int32(flags), 0)
    guard number >= 0 else { throw .system("socket", systemReason()) }
    return Descriptor(number)
  }

  private static func listen(
    host: String, port: Int
  ) throws(HTTPServerFailure) -> (Descriptor, Int) {
    guard let address = IPAddress(host), (0...65_535).contains(port) else {
      throw .badAddress("\(host):\(port)")
    }
    let descriptor = try newSocket(address.isIPv4 ? AF_INET : AF_INET6)
    var yes: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor.number, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    if !address.isIPv4 {
      setsockopt(descriptor.number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size)
    }
    let place = "\(host):\(port)"
    let bound = withSocketAddress(address, port: port) { pointer, length in
      bind(descriptor.number, pointer, length)
    }
    guard bound == 0 else {
      throw errno == EADDRINUSE ? .inUse(place) : .system(place, systemReason())
    }
    guard Glibc.listen(descriptor.number, backlog) == 0,
      let port = localPort(of: descriptor.number)
    else { throw .system(place, systemReason()) }
    return (descriptor, port)
  }

  private static let backlog: Int32 = 512

  private static func listen(
    path: String, mode: UInt32, group: String?
  ) throws(HTTPServerFailure) -> (Descriptor, UInt64) {
    guard path.hasPrefix("/"), path.utf8.count <= unixPathLimit, !path.utf8.contains(0) else {
      throw .badPath(path)
    }
    try removeStale(path)
    let descriptor = try newSocket(AF_UNIX)
    // Linux makes the file with the mode of the socket: nobody but the owner can come in before
    // group and mode are set.
    guard fchmod(descriptor.number, 0o600) == 0,
      withUnixAddress(path, { bind(descriptor.number, $0, $1) }) == 0
    else { throw errno == EADDRINUSE ? .inUse(path) : .system(path, systemReason()) }
    if let group {
      guard let number = groupNumber(group) else { throw .unknownGroup(group) }
      guard chown(path, uid_t.max, number) == 0 else { throw .system(path, systemReason()) }
    }
    var status = stat()
    guard chmod(path, mode) == 0, lstat(path, &status) == 0,
      Glibc.listen(descriptor.number, backlog) == 0
    else { throw .system(path, systemReason()) }
    return (descriptor, UInt64(status.st_ino))
  }

  /// A socket file that nobody listens on is left over from a program that was killed.
  private static func removeStale(_ path: String) throws(HTTPServerFailure) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
    let probe = try newSocket(AF_UNIX)
    let result = withUnixAddress(path) { connect(probe.number, $0, $1) }
    guard result != 0, errno == ECONNREFUSED else { throw .inUse(path) }
    guard unlink(path) == 0 || errno == ENOENT else { throw .system(path, systemReason()) }
  }

  private static func groupNumber(_ name: String) -> gid_t? {
    var entry = Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    var buffer = [CChar](repeating: 0, count: 65_536)
    guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
      return nil
    }
    return entry.gr_gid
  }
}

/// Calls `body` with the socket call's form of an address.
func withSocketAddress<Result>(
  _ address: IPAddress, port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  if address.isIPv4 {
    var four = sockaddr_in()
    four.sin_family = sa_family_t(AF_INET)
    four.sin_port = UInt16(port).bigEndian
    four.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
    return withUnsafePointer(to: &four) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
  var six = sockaddr_in6()
  six.sin6_family = sa_family_t(AF_INET6)
  six.sin6_port = UInt16(port).bigEndian
  withUnsafeMutableBytes(of: &six.sin6_addr) { raw in
    raw.storeBytes(of: address.high.bigEndian, as: UInt64.self)
    raw.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
  }
  return withUnsafePointer(to: &six) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
    }
  }
}

func withUnixAddress<Result>(
  _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) {
    $0.copyBytes(from: path.utf8.prefix(unixPathLimit))
  }
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}

func localPort(of descriptor: Int32) -> Int? {
  var storage = sockaddr_storage()
  var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
  let result = withUnsafeMutablePointer(to: &storage) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
  }
  guard result == 0 else { return nil }
  let family = Int32(storage.ss_family)
  return withUnsafeBytes(of: &storage) { raw in
    switch family {
    case AF_INET: Int(UInt16(bigEndian: raw.loadUnaligned(as: sockaddr_in.self).sin_port))
    case AF_INET6: Int(UInt16(bigEndian: raw.loadUnaligned(as: sockaddr_in6.self).sin6_port))
    default: nil
    }
  }
}
