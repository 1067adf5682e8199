import Foundation
import Glibc

/// Where a program of this name stands on the path; nil if there is none.
package func findProgram(_ name: String) -> String? {
  let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  return path.split(separator: ":").map { "\($0)/\(name)" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}

package struct ProgramFailure: Error {
  package let status: Int32
  package let errors: String
}

/// Runs a program to its end with this on its standard input, and gives its standard output.
///
/// By `posix_spawn`: Foundation's `Process.run` looks through /proc/self/fd and reads beyond the
/// last entry there, which ended the tests where many programs were started at once.
package func runProgram(_ path: String, _ arguments: [String], input: [UInt8] = []) async throws
  -> [UInt8]
{
  let program = try SpawnedProgram(path, arguments)
  // All at once: a program that answers before it has read everything would wait for us.
  async let written: Void = onThread { program.input.give(input) }
  async let output = onThread { program.output.readToEnd() }
  async let errors = onThread { program.errors.readToEnd() }
  let (bytes, complaint, _) = await (output, errors, written)
  let status = await onThread { program.waitForEnd() }
  guard status == 0 else {
    throw ProgramFailure(status: status, errors: String(decoding: complaint, as: UTF8.self))
  }
  return bytes
}

/// A child with a connection for each of its standard streams.
private struct SpawnedProgram: Sendable {
  let input: StreamEnd
  let output: StreamEnd
  let errors: StreamEnd
  private let identifier: pid_t

  init(_ path: String, _ arguments: [String]) throws {
    let (input, output, errors) = try (StreamEnd.pair(), StreamEnd.pair(), StreamEnd.pair())
    (self.input, self.output, self.errors) = (input.ours, output.ours, errors.ours)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (stream, end) in [input.theirs, output.theirs, errors.theirs].enumerated() {
      posix_spawn_file_actions_adddup2(&actions, end.descriptor, Int32(stream))
    }
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var identifier: pid_t = 0
    let failure = withExtendedLifetime((input, output, errors)) {
      posix_spawn(&identifier, path, &actions, nil, &words, environ)
    }
    guard failure == 0 else {
      throw ProgramFailure(status: failure, errors: String(cString: strerror(failure)))
    }
    self.identifier = identifier
  }

  /// Its exit status, or the number of the signal that ended it and 128, as a shell has it.
  func waitForEnd() -> Int32 {
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}

/// One end of a connection between two programs. A socket and not a pipe: a program that does not
/// want its input ends the writing with an error and not with a signal.
private final class StreamEnd: Sendable {
  let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Both are closed in whatever is started, unless it is handed one of them.
  static func pair() throws -> (ours: StreamEnd, theirs: StreamEnd) {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw ProgramFailure(status: errno, errors: String(cString: strerror(errno)))
    }
    return (StreamEnd(ends[0]), StreamEnd(ends[1]))
  }

  /// Writes all of it, as far as the other end takes it, and says that there is no more.
  func give(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      sent += count
    }
    shutdown(descriptor, Int32(SHUT_WR))
  }

  func readToEnd() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes += buffer.prefix(count)
    }
  }
}
