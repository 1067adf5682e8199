import Bytes
import Glibc

/// The longest path that the address of a Unix socket can hold, without its NUL.
let unixPathLimit = 107

/// An open file descriptor that is closed with its last reference.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }
}

/// What `errno` says now, in the system's words.
func systemReason(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}

extension Duration {
  /// Rounded up, and at least one: to libcurl and poll nothing would mean something else.
  var wholeMilliseconds: Int { max(1, Int((microseconds + 999) / 1000)) }
}
