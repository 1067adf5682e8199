package import Bytes
import Foundation

/// Signed webhooks, sent and received, by the Standard Webhooks scheme.
///
/// The signature covers the id, the time and the exact bytes of the body, so a receiver checks the
/// body before it reads any of it.
package enum Webhook {
  /// A message whose sender holds one of our keys, and that is fresh. Whether it was seen before
  /// is for the caller to know: ids are kept in the record.
  package struct Verified: Hashable, Sendable {
    package let id: String
    package let sent: Instant
  }

  /// How far the sender's clock and ours may be apart.
  package static let tolerance: Duration = .seconds(300)

  /// The three headers of a message. With two keys, during a rotation, it bears both signatures.
  ///
  /// `id` stays the same when a message is sent again; `now` is the time of this attempt.
  package static func headers(
    id: String, at now: Instant, body: [UInt8], keys: [WebhookKey]
  ) throws(WebhookFailure) -> HeaderList {
    guard isID(id) else { throw .badID }
    guard !keys.isEmpty else { throw .noKey }
    let timestamp = String(now.seconds)
    let signatures = keys.map { signature(id: id, timestamp: timestamp, body: body, key: $0) }
    return [
      "webhook-id": id, "webhook-timestamp": timestamp,
      "webhook-signature": signatures.joined(separator: " "),
    ]
  }

  /// Checks a message against each of the keys. The body is taken as it came.
  package static func verify(
    _ headers: HeaderList, body: [UInt8], keys: [WebhookKey], now: Instant
  ) throws(WebhookFailure) -> Verified {
    let id = try only("webhook-id", headers)
    let timestamp = try only("webhook-timestamp", headers)
    let signatures = try only("webhook-signature", headers)
    guard isID(id) else { throw .badID }
    guard (1...12).contains(timestamp.utf8.count),
      timestamp.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let seconds = Int64(timestamp)
    else { throw .badTimestamp }
    // Compared as they are written: base64 has several texts for some bytes, and one is enough.
    let given = signatures.split(separator: " ").prefix(signatureLimit).map { Array($0.utf8) }
    var isGenuine = false
    for key in keys {
      let expected = Array(signature(id: id, timestamp: timestamp, body: body, key: key).utf8)
      for signature in given where equalInConstantTime(signature, expected) { isGenuine = true }
    }
    guard isGenuine else { throw .notGenuine }
    // Asked last: only of a message that is genuine is it worth telling that clocks differ.
    let sent = Instant(seconds: seconds)
    guard sent >= now - tolerance, sent <= now + tolerance else { throw .notFresh(sent) }
    return Verified(id: id, sent: sent)
  }

  /// More signatures than any rotation needs are not looked at.
  private static let signatureLimit = 8

  private static func only(
    _ name: String, _ headers: HeaderList
  ) throws(WebhookFailure) -> String {
    guard headers.count(name) == 1, let value = headers[name], !value.isEmpty else {
      throw .headerMissing(name)
    }
    return value
  }

  /// Without a dot, which parts the id from what follows in the text that is signed.
  private static func isID(_ id: String) -> Bool {
    (1...128).contains(id.utf8.count)
      && id.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: ".") }
  }

  private static func signature(
    id: String, timestamp: String, body: [UInt8], key: WebhookKey
  ) -> String {
    let signed = Array("\(id).\(timestamp).".utf8) + body
    return "v1," + base64(hmacSHA256(key: key.secret.bytes, signed).bytes)
  }
}

/// A key that two ends share, in the form `whsec_` and base64.
package struct WebhookKey: Hashable, Sendable {
  let secret: Secret

  /// The scheme asks for 24 to 64 bytes.
  private static let length = 24...64

  /// nil for another form, and for a key that is too short to be one or too long.
  package init?(_ text: some StringProtocol) {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.hasPrefix("whsec_"), let bytes = decodedBase64(String(text.dropFirst(6))),
      Self.length.contains(bytes.count)
    else { return nil }
    secret = Secret(bytes)
  }

  /// A new key of 32 bytes.
  package init(using generator: inout some RandomNumberGenerator) {
    secret = Secret((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  /// What the other end has to be given. Write it to a file, never to a log.
  package var text: String { "whsec_" + base64(secret.bytes) }
}

/// Why a webhook was not taken, or not made.
package enum WebhookFailure: Error, Hashable, Sendable {
  case headerMissing(String)
  case badID
  case badTimestamp
  case notGenuine
  case notFresh(Instant)
  case noKey
}

extension WebhookFailure: Explained, CustomStringConvertible {
  package var description: String { explanation.en }
  package var exitCode: ExitCode { .refused }

  package var explanation: Bilingual {
    switch self {
    case .headerMissing(let name):
      Bilingual(zh: "回调缺少或重复了“\(name)”头", en: "the header '\(name)' is missing or stands twice")
    case .badID: Bilingual(zh: "回调编号无效", en: "the webhook's id is malformed")
    case .badTimestamp: Bilingual(zh: "回调时间无效", en: "the webhook's time is malformed")
    case .notGenuine:
      Bilingual(zh: "回调签名与任何密钥都不符", en: "the webhook's signature fits none of the keys")
    case .notFresh(let sent):
      Bilingual(
        zh: "回调时间 \(sent.iso8601) 与本机相差超过 5 分钟",
        en: "the webhook's time \(sent.iso8601) is more than 5 minutes from ours")
    case .noKey: Bilingual(zh: "没有可用的签名密钥", en: "there is no key to sign with")
    }
  }
}

private func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

private func decodedBase64(_ text: String) -> [UInt8]? {
  Data(base64Encoded: text).map { [UInt8]($0) }
}
