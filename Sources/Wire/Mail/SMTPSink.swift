package import Bytes
import CCurl
import Glibc
import Synchronization

/// A small mail server that keeps what it is given: for the simulated county and for tests.
///
/// RFC 5321 as far as a client needs it: EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP, QUIT, AUTH
/// PLAIN, with 8BITMIME and SIZE. It listens on loopback only and refuses any other address, so
/// that it can never be the open relay of a careless configuration.
package final class SMTPSink: Sendable {
  /// One message as it arrived, dots undoubled.
  package struct Message: Hashable, Sendable {
    package let from: String
    package let to: [String]
    package let bytes: [UInt8]

    package init(from: String, to: [String], bytes: [UInt8]) {
      self.from = from
      self.to = to
      self.bytes = bytes
    }
  }

  /// Where in a conversation a reply is due.
  package enum Phase: Hashable, Sendable {
    case banner
    case hello
    case from(String)
    case recipient(String)
    case data
    /// After the final dot.
    case message(Message)
    case quit
  }

  package enum Reply: Hashable, Sendable {
    /// What a willing server says.
    case usual
    case say(Int, String)
    /// Closes the connection.
    case drop
    /// Resets the connection.
    case reset
    /// At `message`: keeps the message, then closes without a word.
    case takeAndDrop
    /// Says nothing more and waits until the client goes, or the patience is at an end.
    case silence
    /// At `data`: says 354 and resets after so many bytes.
    case resetAfter(Int)
  }

  package struct Options: Sendable {
    package var sizeLimit = 32 << 20
    package var offersStartTLS = false
    /// User and password that AUTH PLAIN wants; nil where none is offered.
    package var credentials: MailServer.Credentials?
    package var connections = 64
    /// For each line of a client, and for how long silence lasts.
    package var patience: Duration = .seconds(60)

    package init() {}
  }

  package let port: Int
  private let listener: Descriptor
  private let open: OpenConnections

  /// Listens on a numeric loopback address; port 0 lets the system choose one.
  ///
  /// `reply` is asked before each reply, `collect` gets each message that was accepted. Both run
  /// on the connection's own thread.
  package static func start(
    host: String = "127.0.0.1", port: Int = 0, options: Options = Options(),
    reply: @escaping @Sendable (Phase) -> Reply = { _ in .usual },
    collect: @escaping @Sendable (Message) -> Void
  ) throws(SMTPSinkFailure) -> SMTPSink {
    guard let address = IPAddress(host), address.isLoopback, (0...65_535).contains(port) else {
      throw .notLoopback(host)
    }
    let family = address.isIPv4 ? AF_INET : AF_INET6
    let number = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw .system(systemReason()) }
    let listener = Descriptor(number)
    var yes: Int32 = 1
    setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard withSocketAddress(address, port: port, { bind(number, $0, $1) }) == 0,
      listen(number, 64) == 0, let bound = localPort(of: number)
    else { throw .system(systemReason()) }
    let sink = SMTPSink(bound, listener)
    let open = sink.open
    OwnThread.start("wire-smtp") {
      while true {
        let connection = accept4(number, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
        if connection < 0 {
          if errno == EINTR || errno == ECONNABORTED { continue }
          break
        }
        let descriptor = Descriptor(connection)
        // One too many is closed without a word; the client tries again.
        guard open.add(descriptor, limit: options.connections) else { continue }
        OwnThread.start("wire-smtp-one") {
          SMTPConversation(descriptor, options, reply, collect).run()
          open.remove(descriptor)
        }
      }
      _ = listener
    }
    return sink
  }

  private init(_ port: Int, _ listener: Descriptor) {
    self.port = port
    self.listener = listener
    open = OpenConnections()
  }

  deinit { stop() }

  /// Takes no further connections and ends those that are open.
  package func stop() {
    shutdown(listener.number, Int32(SHUT_RDWR))
    open.endAll()
  }
}

/// Why the sink did not start.
package enum SMTPSinkFailure: Error, Hashable, Sendable {
  case notLoopback(String)
  case system(String)
}

extension SMTPSinkFailure: Explained, CustomStringConvertible {
  package var description: String { explanation.en }

  package var exitCode: ExitCode {
    switch self {
    case .notLoopback: .refused
    case .system: .couldNot
    }
  }

  package var explanation: Bilingual {
    switch self {
    case .notLoopback(let host):
      Bilingual(
        zh: "收信模拟服务器只在本机地址上监听，不接受“\(host)”",
        en: "the mail sink listens on this machine's own address only, not on '\(host)'")
    case .system(let reason):
      Bilingual(zh: "收信模拟服务器无法启动：\(reason)", en: "the mail sink could not start: \(reason)")
    }
  }
}

/// The connections of a sink that are open, so that stopping ends their threads.
private final class OpenConnections: Sendable {
  private struct State {
    var descriptors: [Descriptor] = []
    var isEnded = false
  }

  private let state = Mutex(State())

  func add(_ descriptor: Descriptor, limit: Int) -> Bool {
    state.withLock { state in
      guard !state.isEnded, state.descriptors.count < limit else { return false }
      state.descriptors.append(descriptor)
      return true
    }
  }

  func remove(_ descriptor: Descriptor) {
    state.withLock { $0.descriptors.removeAll { $0 === descriptor } }
  }

  func endAll() {
    state.withLock { state in
      state.isEnded = true
      for descriptor in state.descriptors { shutdown(descriptor.number, Int32(SHUT_RDWR)) }
    }
  }
}
