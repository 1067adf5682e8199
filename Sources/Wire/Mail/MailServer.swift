/// A server that takes our mail.
package struct MailServer: Hashable, Sendable {
  package enum Security: Hashable, Sendable {
    /// In the clear; for a server on this machine or behind a tunnel.
    case none
    /// In the clear up to STARTTLS, and not at all without it.
    case startTLS
    /// TLS from the first byte.
    case tls
  }

  package struct Credentials: Hashable, Sendable {
    package let user: String
    package let password: Secret

    package init(user: String, password: Secret) {
      self.user = user
      self.password = password
    }
  }

  /// How long a server may take.
  package struct Limits: Hashable, Sendable {
    package var connect: Duration = .seconds(10)
    /// For each single reply; counted in whole seconds.
    package var reply: Duration = .seconds(30)
    package var total: Duration = .seconds(60)

    package init() {}
  }

  package var host: String
  package var port: Int
  package var security: Security
  package var credentials: Credentials?
  /// Certificates to trust in the place of the system's.
  package var certificateFile: String?
  /// What we call ourselves in EHLO; a host name.
  package var helloName: String = "localhost"
  package var limits = Limits()

  package init(host: String, port: Int, security: Security) {
    self.host = host
    self.port = port
    self.security = security
  }
}

/// What came of one attempt to hand a message over.
package enum MailOutcome: Hashable, Sendable {
  /// The server has it.
  case accepted(reply: String)
  /// The server does not have it; a later attempt may succeed. `code` is nil where there was no
  /// reply to go by.
  case temporary(code: Int?, reply: String)
  /// The server does not have it and will not take it.
  case permanent(code: Int?, reply: String)
  /// All of it went out and no answer came: the server may have it. Sent again it keeps its
  /// message id and says that it may be a duplicate.
  case ambiguous(reply: String)
}
