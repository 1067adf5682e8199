package import Bytes

/// Why a message could not be written down, or was not sent at all.
package enum MailFailure: Error, Hashable, Sendable {
  case badAddress(String)
  /// A header holds CR, LF, NUL or another control character, or has no proper name.
  case badHeader(String)
  case badMessageID(String)
  case badServer(String)
  case badCredentials
  /// The configuration would send a password over the network unprotected.
  case passwordInTheClear(String)
}

extension MailFailure: Explained, CustomStringConvertible {
  package var description: String { explanation.en }
  package var exitCode: ExitCode { .usage }

  package var explanation: Bilingual {
    switch self {
    case .badAddress(let text):
      Bilingual(zh: "“\(text)”不是邮件地址", en: "'\(text)' is no mail address")
    case .badHeader(let name):
      Bilingual(
        zh: "邮件头“\(name)”含有控制字符或名称无效，邮件未生成",
        en: "the mail header '\(name)' has a control character or no proper name; no mail was made")
    case .badMessageID(let text):
      Bilingual(zh: "邮件标识无效：\(text)", en: "this is no message id: \(text)")
    case .badServer(let text):
      Bilingual(zh: "邮件服务器配置无效：\(text)", en: "this is no mail server: \(text)")
    case .badCredentials:
      Bilingual(
        zh: "邮件用户名或密码含有控制字符", en: "the mail user or password has a control character")
    case .passwordInTheClear(let host):
      Bilingual(
        zh: "向 \(host) 发送密码须先启用 TLS；邮件未发送",
        en: "a password goes to \(host) only over TLS; nothing was sent")
    }
  }
}
