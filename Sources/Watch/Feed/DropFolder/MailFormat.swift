import Bytes

/// A mail as an entry: RFC 5322 for its fields, RFC 2045 to 2047 for its text.
///
/// The sender goes into `authors` alone, and so becomes a pseudonym like any other author.
enum MailFormat {
  static func document(
    _ bytes: [UInt8], _ reading: inout FeedReading
  ) throws(FeedFailure) -> FeedDocument {
    let mail = MailPart(bytes[...])
    let subject = mail.fields["subject"]
    guard subject != nil || mail.fields["from"] != nil else {
      guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
      throw .unknownFormat(
        String(decoding: FeedText(Array(bytes.prefix(60)), contentType: nil).bytes, as: UTF8.self))
    }
    var document = FeedDocument(format: "Mail")
    var entry = FeedEntry()
    entry.title = subject.flatMap { reading.bounded(PlainText.line(EncodedWords.decoded($0))) }
    entry.guid = mail.line("message-id").map { $0.filter { $0 != "<" && $0 != ">" && $0 != " " } }
    entry.published = reading.date(mail.line("date"))
    entry.language = mail.line("content-language").map { String($0.prefix { $0 != "," }) }
    if let from = mail.line("from"), let author = author(from) { entry.authors = [author] }
    if let part = MailBody.text(of: mail) {
      let text = FeedText(part.content, contentType: part.line("content-type"))
      document.encoding = text.encoding.name
      document.problems = text.problems
      let lines =
        part.type == "text/html"
        ? MarkupText.lines(text.bytes[...], limit: reading.limits.textBytes)
        : PlainText.lines(text.bytes)
      entry.text = reading.bounded(lines)
    }
    guard entry.title != nil || entry.text != nil else { throw .empty }
    document.entries = [entry]
    return document
  }

  /// `"Night Desk" <desk@example.org>`, `desk@example.org (Night Desk)`, `desk@example.org`; of
  /// several the first.
  private static func author(_ text: String) -> FeedAuthor? {
    func clean(_ part: Substring) -> String? {
      let bytes = Array(part.filter { $0 != "\"" }.utf8).trimmingBlanks
      return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
    var author = FeedAuthor()
    if let open = text.firstIndex(of: "<") {
      author.name = clean(text[..<open])
      author.email = clean(text[text.index(after: open)...].prefix { $0 != ">" })
    } else if let open = text.firstIndex(of: "(") {
      author.email = clean(text[..<open])
      author.name = clean(text[text.index(after: open)...].prefix { $0 != ")" })
    } else if text.contains("@") {
      author.email = clean(text.prefix { $0 != "," })
    } else {
      author.name = clean(text[...])
    }
    return author.isEmpty ? nil : author
  }
}

/// A mail, or a part of one: its fields, and what comes after them as it stands.
struct MailPart {
  /// The first field of each name, unfolded, by its name in small letters.
  private(set) var fields: [String: [UInt8]] = [:]
  private(set) var body: ArraySlice<UInt8> = []

  private static let fieldLimit = 512
  /// RFC 5322 has no limit for a folded field; nobody writes one as long as this.
  private static let fieldBytes = 64 << 10

  init(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    // What a mailbox file writes before each mail.
    if rest.starts(with: "From ".utf8) { _ = Self.line(&rest) }
    var name = ""
    var value: [UInt8] = []
    while !rest.isEmpty {
      let line = Self.line(&rest)
      guard let first = line.first else { break }
      if first == 0x20 || first == 0x09 {
        if value.count < Self.fieldBytes { value.append(contentsOf: line) }
        continue
      }
      keep(name, value)
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
        name = ""
        continue
      }
      name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        .filter { $0 != " " && $0 != "\t" }
      value = Array(line[(colon + 1)...].prefix(Self.fieldBytes))
    }
    keep(name, value)
    body = rest
  }

  private mutating func keep(_ name: String, _ value: [UInt8]) {
    guard !name.isEmpty, fields[name] == nil, fields.count < Self.fieldLimit else { return }
    fields[name] = Array(value.trimmingBlanks)
  }

  /// The next line without its end; the rest begins after that.
  private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let end = rest.firstIndex(of: 0x0a) ?? rest.endIndex
    var line = rest[..<end]
    if line.last == 0x0d { line = line.dropLast() }
    rest = end < rest.endIndex ? rest[(end + 1)...] : []
    return line
  }

  /// A field on one line, with encoded words decoded; nil if there is none.
  func line(_ name: String) -> String? {
    guard let value = fields[name] else { return nil }
    let line = PlainText.line(EncodedWords.decoded(value))
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }

  /// `text/plain`, in small letters. RFC 2045 §5.2: what says nothing is that.
  var type: String {
    let text = line("content-type") ?? "text/plain"
    return String(text.prefix { $0 != ";" && $0 != " " }).lowercased()
  }

  /// The value of a parameter of `Content-Type`: `boundary`, `charset`.
  func parameter(_ name: String) -> String? {
    for part in (line("content-type") ?? "").split(separator: ";").dropFirst() {
      guard let equals = part.firstIndex(of: "=") else { continue }
      let key = part[..<equals].filter { $0 != " " && $0 != "\t" }
      guard key.lowercased() == name else { continue }
      var value = part[part.index(after: equals)...].drop { $0 == " " || $0 == "\t" }
      if value.first == "\"" {
        value = value.dropFirst().prefix { $0 != "\"" }
      } else {
        value = value.prefix { $0 != " " && $0 != "\t" }
      }
      return value.isEmpty ? nil : String(value)
    }
    return nil
  }

  var isAttachment: Bool {
    (line("content-disposition") ?? "").lowercased().hasPrefix("attachment")
  }

  /// The body with its transfer encoding taken off (RFC 2045 §6).
  var content: [UInt8] {
    switch (line("content-transfer-encoding") ?? "").lowercased() {
    case "base64": TransferEncoding.base64(body)
    case "quoted-printable": TransferEncoding.quotedPrintable(body)
    default: Array(body)
    }
  }
}

/// Which part of a mail is its text.
enum MailBody {
  /// Mails nest as they are forwarded; further in, nobody looks for the text.
  private static let depthLimit = 8
  private static let partLimit = 256

  /// Plain text if there is any, else HTML; nil if there is neither.
  static func text(of mail: MailPart) -> MailPart? {
    var leaves: [MailPart] = []
    collect(mail, depth: 0, &leaves)
    return leaves.first { $0.type == "text/plain" && hasWords($0) }
      ?? leaves.first { $0.type == "text/html" && hasWords($0) }
  }

  private static func hasWords(_ part: MailPart) -> Bool { part.body.contains { $0 > 0x20 } }

  private static func collect(_ part: MailPart, depth: Int, _ leaves: inout [MailPart]) {
    guard leaves.count < partLimit, depth <= depthLimit, !part.isAttachment else { return }
    guard part.type.hasPrefix("multipart/") else {
      if part.type.hasPrefix("text/") { leaves.append(part) }
      return
    }
    guard let boundary = part.parameter("boundary") else { return }
    for piece in pieces(of: part.body, boundary: boundary) {
      collect(MailPart(piece), depth: depth + 1, &leaves)
    }
  }

  /// RFC 2046 §5.1.1: what stands between lines that begin with `--` and the boundary. One that is
  /// cut off ends where the mail ends.
  private static func pieces(
    of body: ArraySlice<UInt8>, boundary: String
  ) -> [ArraySlice<UInt8>] {
    let mark = Array("--\(boundary)".utf8)
    var pieces: [ArraySlice<UInt8>] = []
    var start: Int?
    var lineStart = body.startIndex
    while lineStart < body.endIndex, pieces.count < partLimit {
      let end = body[lineStart...].firstIndex(of: 0x0a) ?? body.endIndex
      let line = body[lineStart..<end]
      if line.starts(with: mark) {
        if let start { pieces.append(body[start..<lineStart]) }
        let isLast = line.dropFirst(mark.count).starts(with: "--".utf8)
        start = isLast ? nil : min(end + 1, body.endIndex)
        if isLast { return pieces }
      }
      lineStart = min(end + 1, body.endIndex)
    }
    if let start, start < body.endIndex { pieces.append(body[start...]) }
    return pieces
  }
}
