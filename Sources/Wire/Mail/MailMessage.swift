package import Bytes

/// A mail to one recipient, and the bytes that it becomes.
///
/// RFC 5322 and MIME: CRLF throughout, no line beyond 78 octets save for what cannot be folded,
/// text in UTF-8 beside HTML if there is any. Equal messages give equal bytes.
package struct MailMessage: Hashable, Sendable {
  package var from: MailAddress
  package var to: MailAddress
  package var subject: String
  /// When it was written, and how far clocks there are ahead of UTC.
  package var date: Instant
  package var offsetSeconds: Int
  /// `<left@right>`. The same message sent again keeps it, so that readers see one mail.
  package var messageID: String
  package var inReplyTo: String?
  package var text: String
  package var html: String?
  /// Such as `X-Incident-Delivery`; written after the others, in this order.
  package var extraHeaders = HeaderList()

  package init(
    from: MailAddress, to: MailAddress, subject: String, date: Instant, offsetSeconds: Int,
    messageID: String, text: String, html: String? = nil
  ) {
    self.from = from
    self.to = to
    self.subject = subject
    self.date = date
    self.offsetSeconds = offsetSeconds
    self.messageID = messageID
    self.text = text
    self.html = html
  }

  /// The whole message. Dots at the start of lines are doubled when it is sent, not here.
  package func bytes() throws(MailFailure) -> [UInt8] {
    var writer = HeaderWriter()
    writer.address("From", from)
    writer.address("To", to)
    try writer.text("Subject", subject)
    writer.line("Date", mailDate(date, offsetSeconds: offsetSeconds))
    writer.line("Message-ID", try Self.checkedID(messageID))
    if let inReplyTo {
      let id = try Self.checkedID(inReplyTo)
      writer.line("In-Reply-To", id)
      writer.line("References", id)
    }
    // RFC 3834 §5: answering machines leave such mail alone.
    writer.line("Auto-Submitted", "auto-generated")
    for field in extraHeaders.fields {
      guard !Self.isOurs(field.name) else { throw .badHeader(String(field.name.prefix(60))) }
      try writer.text(field.name, field.value)
    }
    writer.line("MIME-Version", "1.0")
    let textPart = Self.part("text/plain", text)
    guard let html else { return writer.bytes + textPart }
    let boundary = Self.boundary(messageID)
    writer.line("Content-Type", "multipart/alternative;\r\n boundary=\"\(boundary)\"")
    // The reader takes the last kind that it can show (RFC 2046 §5.1.4).
    var bytes = writer.bytes + [0x0d, 0x0a]
    for part in [textPart, Self.part("text/html", html)] {
      bytes += Array("--\(boundary)\r\n".utf8) + part + [0x0d, 0x0a]
    }
    return bytes + Array("--\(boundary)--\r\n".utf8)
  }

  /// Headers, empty line and content of one text.
  private static func part(_ type: String, _ text: String) -> [UInt8] {
    let content = MailEncoding.canonical(text)
    let isBase64 = MailEncoding.prefersBase64(content)
    let encoding = isBase64 ? "base64" : "quoted-printable"
    let head =
      "Content-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: \(encoding)\r\n\r\n"
    return Array(head.utf8)
      + (isBase64 ? MailEncoding.base64(content) : MailEncoding.quotedPrintable(content))
  }

  /// `=_` stands in neither encoding, so no content can hold it.
  private static func boundary(_ messageID: String) -> String {
    "=_" + SHA256.hash(messageID).hex.prefix(32)
  }

  /// Headers that are written from the message's own fields, or that would change who gets it.
  private static func isOurs(_ name: String) -> Bool {
    name.lowercased().hasPrefix("content-")
      || [
        "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID",
        "In-Reply-To", "References", "Auto-Submitted", "MIME-Version", "Return-Path", "Received",
      ].contains { isSameHeader($0, name) }
  }

  private static func checkedID(_ id: String) throws(MailFailure) -> String {
    let inner = id.dropFirst().dropLast()
    let parts = inner.split(separator: "@", omittingEmptySubsequences: false)
    guard id.hasPrefix("<"), id.hasSuffix(">"), id.utf8.count <= 250, parts.count == 2,
      parts.allSatisfy({ part in
        !part.isEmpty
          && part.utf8.allSatisfy { isTokenByte($0) || [0x2f, 0x3d, 0x3f].contains($0) }
      })
    else { throw .badMessageID(String(id.prefix(60)).filter { $0 != "\r" && $0 != "\n" }) }
    return id
  }
}

/// Writes headers line by line; nothing that could begin another one gets through.
private struct HeaderWriter {
  private(set) var bytes: [UInt8] = []

  /// A value of our own making.
  mutating func line(_ name: String, _ value: String) {
    bytes += Array("\(name): \(value)\r\n".utf8)
  }

  mutating func text(_ name: String, _ value: String) throws(MailFailure) {
    guard isToken(Array(name.utf8)[...]), name.utf8.count <= 60,
      !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f })
    else { throw .badHeader(String(name.prefix(60)).filter { $0 != "\r" && $0 != "\n" }) }
    line(name, MailEncoding.headerValue(value, indent: name.utf8.count + 2))
  }

  mutating func address(_ name: String, _ mailbox: MailAddress) {
    guard let display = mailbox.name, !display.isEmpty else {
      return line(name, mailbox.address)
    }
    let indent = name.utf8.count + 2
    let isShort = indent + display.utf8.count + 2 <= MailEncoding.headerLineLength
    let words: String
    if MailEncoding.isPlain(display), isShort {
      let escaped = display.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      words = "\"\(escaped)\""
    } else {
      words = MailEncoding.encodedWords(display, indent: indent).joined(separator: "\r\n ")
    }
    line(name, "\(words)\r\n <\(mailbox.address)>")
  }
}
