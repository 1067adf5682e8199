import Glibc
import Support

func ownUser() -> UInt32 { getuid() }
func ownGroup() -> UInt32 { getgid() }
func ownProcess() -> Int32 { getpid() }

/// The permission bits of a file; nil if there is none.
func permissions(_ path: String) -> UInt32? {
  var status = stat()
  return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}

/// Makes the file that a program leaves behind when it is killed while it listens.
func leaveSocketFile(at path: String) throws {
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
  let result = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  guard result == 0 else { throw LoopbackFailure.listen(errno) }
}
