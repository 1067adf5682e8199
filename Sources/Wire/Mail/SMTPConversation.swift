import CCurl
import Foundation
import Glibc

/// One client of the sink. Runs on a thread of its own and blocks there.
final class SMTPConversation {
  private enum End: Error {
    /// The client went, was too slow, or is to be cut off.
    case over
  }

  private let descriptor: Descriptor
  private let options: SMTPSink.Options
  private let reply: (SMTPSink.Phase) -> SMTPSink.Reply
  private let collect: (SMTPSink.Message) -> Void
  private var buffer: [UInt8] = []
  private var position = 0
  private var from: String?
  private var recipients: [String] = []
  private var isAuthenticated: Bool

  /// RFC 5321 §4.5.3.1.4 asks for 512; extensions want more.
  private static let lineLimit = 4096
  private static let recipientLimit = 100

  init(
    _ descriptor: Descriptor, _ options: SMTPSink.Options,
    _ reply: @escaping (SMTPSink.Phase) -> SMTPSink.Reply,
    _ collect: @escaping (SMTPSink.Message) -> Void
  ) {
    self.descriptor = descriptor
    self.options = options
    self.reply = reply
    self.collect = collect
    isAuthenticated = options.credentials == nil
    let patience = options.patience.components
    var limit = timeval(
      tv_sec: Int(patience.seconds), tv_usec: Int(patience.attoseconds / 1_000_000_000_000))
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor.number, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor.number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
  }

  func run() {
    do throws(End) {
      try answer(.banner, 220, "sink.invalid ESMTP")
      while true { try obey(try line()) }
    } catch {
      // The only error says that the conversation is over.
    }
  }

  private func obey(_ line: String) throws(End) {
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    let rest = words.count > 1 ? words[1] : ""
    switch words.first?.uppercased() {
    case "EHLO":
      forget()
      try answer(.hello, 250, extensions.joined(separator: "\r\n"))
    case "HELO":
      forget()
      try answer(.hello, 250, "sink.invalid")
    case "AUTH": try authenticate(rest)
    case "MAIL": try mail(rest)
    case "RCPT": try recipient(rest)
    case "DATA": try data()
    case "RSET":
      forget()
      try say(250, "ok")
    case "NOOP": try say(250, "ok")
    case "QUIT":
      try answer(.quit, 221, "bye")
      throw .over
    default: try say(500, "no such command here")
    }
  }

  private func forget() {
    from = nil
    recipients = []
  }

  private var extensions: [String] {
    var lines = ["sink.invalid", "8BITMIME", "SIZE \(options.sizeLimit)"]
    if options.offersStartTLS { lines.append("STARTTLS") }
    if options.credentials != nil { lines.append("AUTH PLAIN") }
    return lines.enumerated().map { index, line in
      "250\(index == lines.count - 1 ? " " : "-")\(line)"
    }
  }

  /// RFC 4616: an identity that may be empty, the user and the password, with NUL between them.
  private func authenticate(_ rest: String) throws(End) {
    guard let wanted = options.credentials, rest.uppercased().hasPrefix("PLAIN") else {
      return try say(504, "no such mechanism here")
    }
    var text = rest.dropFirst(5).trimmingCharacters(in: .whitespaces)
    if text.isEmpty {
      try say(334, "")
      text = try line()
    }
    let parts = [UInt8](Data(base64Encoded: text) ?? Data())
      .split(separator: 0, omittingEmptySubsequences: false)
    isAuthenticated =
      parts.count == 3 && Array(parts[1]) == Array(wanted.user.utf8)
      && Secret(Array(parts[2])) == wanted.password
    try isAuthenticated ? say(235, "welcome") : say(535, "5.7.8 user or password is wrong")
  }

  private func mail(_ rest: String) throws(End) {
    guard isAuthenticated else { return try say(530, "5.7.0 authentication is needed") }
    guard let sender = Self.path(rest, after: "FROM:") else { return try say(501, "no sender") }
    if try answer(.from(sender), 250, "ok") {
      forget()
      from = sender
    }
  }

  private func recipient(_ rest: String) throws(End) {
    guard from != nil else { return try say(503, "MAIL comes first") }
    guard let recipient = Self.path(rest, after: "TO:"), !recipient.isEmpty else {
      return try say(501, "no recipient")
    }
    guard recipients.count < Self.recipientLimit else { return try say(452, "too many") }
    if try answer(.recipient(recipient), 250, "ok") { recipients.append(recipient) }
  }

  private func data() throws(End) {
    guard let from, !recipients.isEmpty else { return try say(503, "RCPT comes first") }
    let kind = reply(.data)
    if case .resetAfter(let count) = kind {
      try say(354, "go on")
      _ = try content(atMost: count)
      try carryOut(.reset)
      return
    }
    guard try carryOut(kind, usually: 354, "go on") else { return }
    guard let bytes = try content(atMost: options.sizeLimit) else {
      forget()
      return try say(552, "5.3.4 the message is too big")
    }
    let message = SMTPSink.Message(from: from, to: recipients, bytes: bytes)
    forget()
    let answer = reply(.message(message))
    if answer == .usual || answer == .takeAndDrop { collect(message) }
    if answer == .takeAndDrop { throw .over }
    try carryOut(answer, usually: 250, "2.0.0 taken")
  }

  /// The lines up to the dot with their dots undoubled; nil if there were too many bytes, which
  /// are read past all the same.
  private func content(atMost limit: Int) throws(End) -> [UInt8]? {
    var bytes: [UInt8] = []
    var isTooBig = false
    while true {
      let line = try rawLine()
      if line.elementsEqual([UInt8(ascii: ".")]) { return isTooBig ? nil : bytes }
      if bytes.count + line.count + 2 > limit {
        isTooBig = true
        // Told to reset after so many bytes: no more is wanted.
        if limit < options.sizeLimit { return nil }
        continue
      }
      bytes.append(contentsOf: line.first == UInt8(ascii: ".") ? line.dropFirst() : line)
      bytes.append(contentsOf: [0x0d, 0x0a])
    }
  }

  /// `FROM:<a@b> SIZE=10` → `a@b`
  private static func path(_ rest: String, after keyword: String) -> String? {
    guard rest.uppercased().hasPrefix(keyword) else { return nil }
    let path = rest.dropFirst(keyword.count).drop { $0 == " " }
    guard path.hasPrefix("<"), let end = path.firstIndex(of: ">") else { return nil }
    return String(path[path.index(after: path.startIndex)..<end])
  }

  // Replies.

  /// Whether the client was told what it hoped for.
  @discardableResult
  private func answer(_ phase: SMTPSink.Phase, _ code: Int, _ text: String) throws(End) -> Bool {
    try carryOut(reply(phase), usually: code, text)
  }

  @discardableResult
  private func carryOut(
    _ reply: SMTPSink.Reply, usually code: Int = 250, _ text: String = "ok"
  ) throws(End) -> Bool {
    switch reply {
    case .usual, .takeAndDrop, .resetAfter:
      try say(code, text)
      return true
    case .say(let code, let text):
      try say(code, text)
      return (200...399).contains(code)
    case .drop: throw .over
    case .reset:
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        descriptor.number, SOL_SOCKET, SO_LINGER, &linger,
        socklen_t(MemoryLayout<Glibc.linger>.size))
      throw .over
    case .silence:
      while !receive().isEmpty {}
      throw .over
    }
  }

  /// `text` may hold the lines of a reply, already numbered.
  private func say(_ code: Int, _ text: String) throws(End) {
    let line = text.hasPrefix("\(code)") ? text : "\(code) \(text)"
    let bytes = Array("\(line)\r\n".utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .over }
      sent += count
    }
  }

  // Lines.

  private func line() throws(End) -> String {
    let line = try rawLine()
    guard line.count <= Self.lineLimit else { throw .over }
    return String(decoding: line, as: UTF8.self)
  }

  /// One line without its CRLF. A line feed alone is no end of a line: a dot between two of them
  /// would end a message early (CVE-2023-51764 and its kin).
  private func rawLine() throws(End) -> ArraySlice<UInt8> {
    var searched = position
    while true {
      while let feed = buffer[searched...].firstIndex(of: 0x0a) {
        if feed > position, buffer[feed - 1] == 0x0d {
          defer { position = feed + 1 }
          return buffer[position..<(feed - 1)]
        }
        searched = feed + 1
      }
      buffer.removeFirst(position)
      position = 0
      searched = buffer.count
      guard buffer.count <= options.sizeLimit else { throw .over }
      let more = receive()
      guard !more.isEmpty else { throw .over }
      buffer.append(contentsOf: more)
    }
  }

  private func receive() -> [UInt8] {
    var room = [UInt8](repeating: 0, count: 65_536)
    var count = 0
    // With a time limit on the socket a process that is stopped and goes on gets EINTR.
    repeat {
      count = room.withUnsafeMutableBytes {
        recv(descriptor.number, $0.baseAddress, $0.count, 0)
      }
    } while count < 0 && errno == EINTR
    return count > 0 ? Array(room.prefix(count)) : []
  }
}
