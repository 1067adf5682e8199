import Bytes
import CCurl

/// One message on its way to one server. Lives on one thread.
final class MailTransaction {
  private let order: MailOrder
  private let handle: EasyHandle
  private let recipients = StringList()
  private var position = 0
  /// libcurl asked for more after the last byte: from here on the final dot may have gone out.
  private var hasGivenAll = false
  /// The last lines that the server said. One of them explains the outcome, not always the last:
  /// after a refusal libcurl still says good-bye, and is answered.
  private var replies: [String] = []

  private static let replyLimit = 500
  private static let repliesKept = 8

  init?(_ order: MailOrder) {
    guard let handle = EasyHandle() else { return nil }
    self.order = order
    self.handle = handle
  }

  /// Blocks until the server has answered, or has failed to.
  func run() -> MailOutcome {
    prepare()
    if let refusal = handle.refusal {
      return .temporary(code: nil, reply: "libcurl: \(Curl.reason(refusal))")
    }
    let code = withExtendedLifetime(self) { curl_easy_perform(handle.pointer) }
    let response = handle.integer(CURLINFO_RESPONSE_CODE)
    return Self.outcome(
      of: code, response: response, hasGivenAll: hasGivenAll, reason: handle.reason(code),
      reply: replies.last { $0.hasPrefix("\(response)") } ?? "")
  }

  /// What a result of libcurl's means for the message.
  ///
  /// The server's own code decides where it says yes or no: libcurl reports a refusal after the
  /// dot as a strange reply (8), as it does much else. 354 means that the server waits for the
  /// message: then it cannot have it before the dot went out, and may have it from there on. A
  /// dot that could not be sent (55) was not received.
  static func outcome(
    of code: CURLcode, response: Int, hasGivenAll: Bool, reason: String, reply: String
  ) -> MailOutcome {
    if code == CURLE_OK { return .accepted(reply: reply) }
    let told = reply.isEmpty ? reason : "\(reason); last reply: \(reply)"
    // A greeting or a login that fails says nothing of this message: a person mends it, and what
    // waits goes out then.
    let isOfMessage =
      code != CURLE_LOGIN_DENIED && (code != CURLE_WEIRD_SERVER_REPLY || hasGivenAll)
    switch response {
    // RFC 4954: authentication is required, too weak, or not accepted.
    case 530, 534, 535, 538: return .temporary(code: response, reply: reply)
    case 500...599 where !isOfMessage: return .temporary(code: response, reply: reply)
    case 400...499: return .temporary(code: response, reply: reply)
    case 500...599: return .permanent(code: response, reply: reply)
    case 354 where hasGivenAll && code != CURLE_SEND_ERROR: return .ambiguous(reply: told)
    // The dot was answered, and what failed came after it.
    case 200...299 where hasGivenAll: return .accepted(reply: reply)
    default: return .temporary(code: nil, reply: told)
    }
  }

  private func prepare() {
    let server = order.server
    let scheme = server.security == .tls ? "smtps" : "smtp"
    let host = server.host.contains(":") ? "[\(server.host)]" : server.host
    handle.set(CURLOPT_URL, "\(scheme)://\(host):\(server.port)/\(server.helloName)")
    handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    handle.set(CURLOPT_NOSIGNAL, true)
    handle.set(CURLOPT_PROXY, "")
    handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    let wantsTLS = server.security == .startTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE
    handle.set(CURLOPT_USE_SSL, Int(wantsTLS.rawValue))
    if let file = server.certificateFile { handle.set(CURLOPT_CAINFO, file) }
    if let credentials = server.credentials {
      handle.set(CURLOPT_USERNAME, credentials.user)
      handle.set(CURLOPT_PASSWORD, credentials.password)
    }
    handle.set(CURLOPT_CONNECTTIMEOUT_MS, server.limits.connect.wholeMilliseconds)
    // Both: either alone leaves a way to wait for ever, or several times the limit.
    handle.set(CURLOPT_TIMEOUT_MS, server.limits.total.wholeMilliseconds)
    let seconds = Int((server.limits.reply.microseconds + 999_999) / 1_000_000)
    handle.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, seconds))
    handle.set(CURLOPT_MAIL_FROM, "<\(order.from.address)>")
    recipients.append(Array("<\(order.to.address)>".utf8))
    handle.set(CURLOPT_MAIL_RCPT, recipients)
    handle.set(CURLOPT_UPLOAD, true)
    // No size is told: this libcurl counts doubled dots against it, so that a message could be
    // taken for complete before its last bytes.
    handle.set(CURLOPT_READDATA, self)
    handle.set(data: CURLOPT_READFUNCTION) { bytes, size, count, context in
      guard let bytes, let transaction = MailTransaction.from(context) else { return 0 }
      return transaction.give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }
    handle.set(CURLOPT_HEADERDATA, self)
    handle.set(data: CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
      MailTransaction.from(context)?.note(reply: line)
      return size * count
    }
    // A server that says anything else than replies has nothing that we want.
    handle.set(data: CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> MailTransaction? {
    context.map { Unmanaged<MailTransaction>.fromOpaque($0).takeUnretainedValue() }
  }

  private func give(_ room: UnsafeMutableRawBufferPointer) -> Int {
    let piece = order.message[position...].prefix(room.count)
    guard !piece.isEmpty else {
      hasGivenAll = true
      return 0
    }
    room.copyBytes(from: piece)
    position += piece.count
    return piece.count
  }

  private func note(reply line: UnsafeRawBufferPointer) {
    let text = String(decoding: line.prefix(Self.replyLimit), as: UTF8.self)
    replies.append(terminalSafe(text.split(whereSeparator: \.isNewline).joined(separator: " ")))
    if replies.count > Self.repliesKept { replies.removeFirst() }
  }
}
