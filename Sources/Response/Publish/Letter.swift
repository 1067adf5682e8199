package import Bytes

/// What a mail says, once as plain text and once as HTML, both from the same parts.
package struct Letter: Hashable, Sendable {
  package let subject: String
  package let text: String
  package let html: String

  enum Part {
    case heading(String)
    case paragraph(String)
    case points([String])
    /// A text that others wrote, with the place where it stands.
    case link(title: String, url: String?, detail: String)
    /// Lines to be kept as they are: a release, a command.
    case verbatim(String)
    case rule
  }

  init(subject: String, language: Language, parts: [Part]) {
    // A subject is one line, whatever it was made of.
    self.subject = terminalSafe(shortened(subject, to: 120))
    text = parts.map(Self.text).joined(separator: "\n\n") + "\n"
    html = """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)"><head><meta charset="utf-8">\
      <meta name="viewport" content="width=device-width"></head>
      <body style="font:16px/1.5 sans-serif;max-width:42em;margin:0 auto;padding:8px">
      \(parts.map(Self.html).joined(separator: "\n"))
      </body></html>

      """
  }

  private static func text(of part: Part) -> String {
    switch part {
    case .heading(let heading):
      let safe = terminalSafe(heading)
      return safe + "\n" + String(repeating: "-", count: min(60, columns(of: safe)))
    case .paragraph(let paragraph): return terminalSafe(paragraph, keepsLines: true)
    case .points(let points):
      return points.map { "- " + terminalSafe($0) }.joined(separator: "\n")
    case .link(let title, let url, let detail):
      let place = url.flatMap(safeLink).map { "\n  " + $0 } ?? ""
      return "- " + terminalSafe(title) + "\n  " + terminalSafe(detail) + place
    case .verbatim(let lines):
      return terminalSafe(lines, keepsLines: true).split(
        separator: "\n", omittingEmptySubsequences: false
      ).map { "    " + $0 }.joined(separator: "\n")
    case .rule: return String(repeating: "=", count: 60)
    }
  }

  private static func html(of part: Part) -> String {
    switch part {
    case .heading(let heading): return "<h2>\(safe(heading))</h2>"
    case .paragraph(let paragraph): return "<p>\(safe(paragraph))</p>"
    case .points(let points):
      return "<ul>" + points.map { "<li>\(linked($0))</li>" }.joined() + "</ul>"
    case .link(let title, let url, let detail):
      let shown = url.flatMap(safeLink).map { "<a href=\"\(safe($0))\">\(safe(title))</a>" }
      return "<p>\(shown ?? safe(title))<br><small>\(safe(detail))</small></p>"
    case .verbatim(let lines):
      return "<pre style=\"white-space:pre-wrap;background:#f4f4f4;padding:8px\">"
        + "\(safe(lines))</pre>"
    case .rule: return "<hr>"
    }
  }

  /// Text of ours with the addresses in it as links; they stand between blanks.
  private static func linked(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      guard word.hasPrefix("http"), let url = safeLink(String(word)) else {
        return safe(String(word))
      }
      return "<a href=\"\(safe(url))\">\(safe(url))</a>"
    }.joined(separator: " ")
  }

  private static func safe(_ text: String) -> String {
    escapedHTML(terminalSafe(text, keepsLines: true))
  }

  /// Chinese characters are two columns wide.
  private static func columns(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2e80 ? 2 : 1) }
  }
}

/// What every message that leaves the desk says about itself.
package struct Postmark: Hashable, Sendable {
  package let desk: DeskIdentity
  package let isExercise: Bool
  /// The head of the journal when the message was asked for. Whoever keeps the message can bear
  /// witness to the record from then on.
  package let journal: String
  package let head: Witness
  package let delivery: DeliveryID
  /// An earlier attempt may have got through.
  package let isPossibleDuplicate: Bool

  package init(
    desk: DeskIdentity, isExercise: Bool, journal: String, head: Witness, delivery: DeliveryID,
    isPossibleDuplicate: Bool
  ) {
    self.desk = desk
    self.isExercise = isExercise
    self.journal = journal
    self.head = head
    self.delivery = delivery
    self.isPossibleDuplicate = isPossibleDuplicate
  }

  static let exerciseMark = "【演练】EXERCISE"

  func subject(_ subject: String) -> String {
    isExercise ? "\(Self.exerciseMark) \(subject)" : subject
  }

  /// The first lines of every message of an exercise, so that nobody takes it for earnest.
  var opening: [Letter.Part] {
    var parts: [Letter.Part] = []
    if isExercise {
      parts.append(
        .heading("\(Self.exerciseMark)：本邮件是演练，不是真实事件 / this is a drill, not a real event"))
    }
    if isPossibleDuplicate {
      parts.append(
        .paragraph(
          "本邮件可能是重复：上次投递时连接中断。 / Possible duplicate: the connection broke when it was sent before.")
      )
    }
    return parts
  }

  var closing: [Letter.Part] {
    [
      .paragraph(
        "\(desk.name.both)\n\(delivery) · journal \(journal)\n"
          + "n=\(head.sequence) h=\(head.hash.hex)")
    ]
  }
}

/// How a message can be answered.
package struct AnswerWays: Hashable, Sendable {
  /// The page with the button; nil where the desk has no public address.
  package let page: String?
  /// The code that proves that the message was read; it counts once.
  package let code: String

  package init(page: String?, code: String) {
    self.page = page
    self.code = code
  }
}
