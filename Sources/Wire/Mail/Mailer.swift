import Synchronization

/// Hands messages to mail servers, one recipient a transaction, on a few threads of its own.
///
/// libcurl's SMTP blocks the loop of a multi handle when a server falls silent, so each thread has
/// one transfer and nothing else to do. Messages wait in the order in which they came.
package final class Mailer: Sendable {
  /// More threads would help only against servers that do not answer, and those have limits.
  package static let threadLimit = 4
  /// Messages that wait at most; a further one is refused for now.
  package static let waitingLimit = 4096

  private let line = MailLine()

  package init() {}

  deinit { line.stop() }

  /// Hands this message over, and says what the server made of it.
  ///
  /// `message` has CRLF line breaks. Nothing is sent where an address is malformed, or where a
  /// password would go in the clear to another machine.
  package func send(
    _ message: [UInt8], from: String, to: String, via server: MailServer
  ) async -> MailOutcome {
    let sender: MailAddress
    let recipient: MailAddress
    do throws(MailFailure) {
      sender = try MailAddress(from)
      recipient = try MailAddress(to)
      try server.check()
    } catch {
      return .permanent(code: nil, reply: error.description)
    }
    return await withCheckedContinuation { continuation in
      let order = MailOrder(
        message: message, from: sender, to: recipient, server: server, continuation: continuation)
      if let refusal = line.add(order) { continuation.resume(returning: refusal) }
    }
  }

  /// Messages that no thread has taken yet.
  package var waiting: Int { line.waiting }

  /// Sends nothing further: what waits is answered as temporary, what is under way comes to its
  /// own end.
  package func shutdown() { line.stop() }
}

struct MailOrder: Sendable {
  let message: [UInt8]
  let from: MailAddress
  let to: MailAddress
  let server: MailServer
  let continuation: CheckedContinuation<MailOutcome, Never>
}

/// The messages that wait, and the threads that take them. A thread is started when there is work
/// for it and ends when there is none.
private final class MailLine: Sendable {
  private struct State {
    var waiting: [MailOrder] = []
    var threads = 0
    var isStopped = false
  }

  private let state = Mutex(State())

  var waiting: Int { state.withLock { $0.waiting.count } }

  /// nil if the order was taken.
  func add(_ order: MailOrder) -> MailOutcome? {
    let (refusal, needsThread): (MailOutcome?, Bool) = state.withLock { state in
      if state.isStopped {
        return (.temporary(code: nil, reply: "the program is stopping"), false)
      }
      guard state.waiting.count < Mailer.waitingLimit else {
        return (.temporary(code: nil, reply: "too many messages are waiting already"), false)
      }
      state.waiting.append(order)
      guard state.threads < Mailer.threadLimit else { return (nil, false) }
      state.threads += 1
      return (nil, true)
    }
    if needsThread { OwnThread.start("wire-mail") { self.work() } }
    return refusal
  }

  func stop() {
    let waiting = state.withLock { state in
      state.isStopped = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for order in waiting {
      order.continuation.resume(
        returning: .temporary(code: nil, reply: "the program is stopping"))
    }
  }

  private func work() {
    while let order = next() {
      guard let transaction = MailTransaction(order) else {
        order.continuation.resume(
          returning: .temporary(code: nil, reply: "libcurl gave no handle"))
        continue
      }
      // Told before the connection is closed: a silent server holds up the good-bye as well.
      order.continuation.resume(returning: transaction.run())
    }
  }

  private func next() -> MailOrder? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.threads -= 1
        return nil
      }
      return state.waiting.removeFirst()
    }
  }
}

extension MailServer {
  fileprivate func check() throws(MailFailure) {
    let isName =
      (1...253).contains(host.utf8.count)
      && host.utf8.allSatisfy {
        Self.isHelloByte($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ":")
      }
    guard isName, (1...65_535).contains(port) else { throw .badServer("\(host):\(port)") }
    guard !helloName.isEmpty, helloName.utf8.allSatisfy(Self.isHelloByte) else {
      throw .badServer(helloName)
    }
    guard let credentials else { return }
    guard !credentials.password.bytes.contains(where: { $0 < 0x20 }),
      !credentials.user.utf8.contains(where: { $0 < 0x20 })
    else { throw .badCredentials }
    guard security != .none || host == "localhost" || IPAddress(host)?.isLoopback == true else {
      throw .passwordInTheClear(host)
    }
  }

  private static func isHelloByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
