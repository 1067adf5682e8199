import Bytes
import Foundation
package import Wire

/// The secrets that people put into files: the mail password, and what centres share with the desk.
struct DeskSecrets {
  private let configuration: Configuration

  init(_ configuration: Configuration) { self.configuration = configuration }

  /// Reads them all once, so that a missing one is found at the start and not at three o'clock.
  func check() throws {
    _ = try mailServer()
    for centre in configuration.centres where centre.webhook != nil { _ = try key(of: centre) }
  }

  func mailServer() throws -> MailServer? {
    guard let mail = configuration.mail else { return nil }
    let security: MailServer.Security =
      switch mail.security {
      case .none: .none
      case .starttls: .startTLS
      case .tls: .tls
      }
    var server = MailServer(host: mail.host, port: mail.port, security: security)
    server.certificateFile = mail.authorityFile
    if let user = mail.user {
      let password = try mail.passwordFile.map { (file) throws(KeyFailure) in
        try DeskKeys.secret(inFile: file)
      }
      server.credentials = MailServer.Credentials(
        user: user, password: Secret(Array((password ?? "").utf8)))
    }
    return server
  }

  func key(of centre: Configuration.CentreSettings) throws -> WebhookKey? {
    guard let webhook = centre.webhook else { return nil }
    guard let key = WebhookKey(try DeskKeys.secret(inFile: webhook.secretFile)) else {
      throw VerbFailure(
        .configuration, zh: "\(webhook.secretFile) 应为 whsec_ 开头的密钥",
        en: "\(webhook.secretFile) should hold a key that begins with whsec_")
    }
    return key
  }
}

extension Configuration {
  /// The key that a centre's webhooks are signed with; nil where it has none.
  package func webhookKey(of centre: CentreSettings) throws -> WebhookKey? {
    try DeskSecrets(self).key(of: centre)
  }
}

extension Configuration {
  /// Throws for the first secret that is missing or open to others.
  package func checkSecrets() throws { try DeskSecrets(self).check() }
}
