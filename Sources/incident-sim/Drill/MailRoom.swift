import Bytes
import Foundation
import Synchronization
import Wire

/// Takes the desk's mail on loopback, keeps each message as a file, and hands out what came.
final class MailRoom: Sendable {
  struct Mail: Sendable {
    let to: String
    let text: String
    let file: String
  }

  let port: Int
  private let sink: SMTPSink
  private let box: Box

  init(folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let box = Box()
    sink = try SMTPSink.start { box.take($0, folder: folder) }
    port = sink.port
    self.box = box
  }

  /// What has come since the last call, in the order in which it came.
  func collect() -> [Mail] { box.collect() }

  func stop() { sink.stop() }

  /// The base64 or quoted-printable text of the first part, which is the plain one.
  static func plainText(of bytes: [UInt8]) -> String {
    let whole = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    guard let start = whole.range(of: "text/plain"),
      let body = whole[start.upperBound...].range(of: "\n\n")
    else { return whole }
    let head = whole[start.lowerBound..<body.lowerBound].lowercased()
    let rest = whole[body.upperBound...]
    let part = rest.range(of: "\n--").map { rest[..<$0.lowerBound] } ?? rest
    if head.contains("base64") {
      let data = Data(base64Encoded: String(part), options: .ignoreUnknownCharacters) ?? Data()
      return String(decoding: data, as: UTF8.self)
    }
    return quotedPrintable(String(part))
  }

  private static func quotedPrintable(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.replacing("=\n", with: "").utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "="), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private final class Box: Sendable {
    private struct State {
      var count = 0
      var mails: [Mail] = []
    }

    private let state = Mutex(State())

    func take(_ message: SMTPSink.Message, folder: String) {
      let number = state.withLock { state in
        state.count += 1
        return state.count
      }
      let file = folder + "/" + padded(number, 3) + ".eml"
      // A mail that cannot be kept as a file is still one that came.
      try? Data(message.bytes).write(to: URL(fileURLWithPath: file))
      let mail = Mail(
        to: message.to.first ?? "", text: MailRoom.plainText(of: message.bytes), file: file)
      state.withLock { $0.mails.append(mail) }
    }

    func collect() -> [Mail] {
      state.withLock { state in
        defer { state.mails = [] }
        return state.mails
      }
    }
  }
}
