import Foundation

/// A program that runs beside a test and is ended with the last reference to it.
///
/// `@unchecked`: `Process` is only started here and ended in `deinit`; `lines` guards itself.
package final class BackgroundProgram: @unchecked Sendable {
  /// What it writes to its standard output, line by line.
  package let lines = Recorder<String>()
  private let process = Process()
  private let output = Pipe()

  package init(_ path: String, _ arguments: [String], folder: String) throws {
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let (handle, lines) = (output.fileHandleForReading, lines)
    runOnThread {
      var rest: [UInt8] = []
      while true {
        let piece = handle.availableData
        if piece.isEmpty { break }
        rest += piece
        while let end = rest.firstIndex(of: 0x0a) {
          lines.add(String(decoding: rest[..<end], as: UTF8.self))
          rest.removeSubrange(...end)
        }
      }
    }
  }

  /// What stands behind this text on the first line that begins with it; nil if none comes.
  package func word(after prefix: String) async -> String? {
    for count in 1...20 {
      let seen = await lines.wait(for: count)
      if let line = seen.first(where: { $0.hasPrefix(prefix) }) {
        return String(line.dropFirst(prefix.count))
      }
      if seen.count < count { return nil }
    }
    return nil
  }

  deinit { process.terminate() }
}

/// A certificate of this machine's own for 127.0.0.1 and localhost, and programs that use it.
///
/// Made by the system's openssl; there is none where that is not installed.
package final class OwnCertificate: Sendable {
  package let folder: TemporaryFolder
  private let openssl: String

  package var certificateFile: String { folder.path("cert.pem") }
  package var keyFile: String { folder.path("key.pem") }

  package init?() async throws {
    guard let openssl = findProgram("openssl") else { return nil }
    self.openssl = openssl
    folder = try TemporaryFolder()
    _ = try await runProgram(
      openssl,
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", folder.path("key.pem"), "-out", folder.path("cert.pem"), "-days", "2",
        "-subj", "/CN=desk", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
      ])
  }

  /// An https server whose files are whole responses, and its port.
  package func serve(_ responses: [String: String], _ options: [String] = []) async throws
    -> (BackgroundProgram, port: Int)?
  {
    for (name, response) in responses { try folder.write(name, response) }
    let server = try BackgroundProgram(
      openssl,
      [
        "s_server", "-accept", "127.0.0.1:0", "-cert", certificateFile, "-key", keyFile, "-HTTP",
      ] + options, folder: folder.root)
    guard let port = await server.word(after: "ACCEPT 127.0.0.1:").flatMap({ Int($0) }) else {
      return nil
    }
    return (server, port)
  }
}
