import Bytes
import Desk
import Journal
import Response
import Wire

/// What came with a request to the answering page.
struct AnswerForm {
  let code: String
  let answer: String
  let text: String

  /// Longer notes belong into a letter.
  private static let textLimit = 2000

  /// From a link: it shows the page and nothing more.
  init(_ request: HTTPRequest) {
    code = request.query("code") ?? ""
    answer = ""
    text = ""
  }

  /// From the form.
  init?(body: [UInt8]) {
    guard let pairs = formPairs(body[...]) else { return nil }
    func value(_ name: String) -> String { pairs.first { $0.name == name }?.value ?? "" }
    code = value("code")
    answer = value("answer")
    text = String(value("text").prefix(Self.textLimit))
  }
}

/// What a delivery asks an answer to, and of whom.
struct AnswerMatter: Sendable {
  let delivery: Delivery
  let title: String
  let alert: Alert?
  let release: PartID?
  let copy: CentreCopy?

  init?(_ delivery: Delivery, _ state: DeskState) {
    self.delivery = delivery
    switch delivery.order.matter {
    // Nothing is answered to a clock but by doing what it waits for.
    case .clocks: return nil
    case .alert(let id), .escalation(let id):
      guard let alert = state.alerts[id] else { return nil }
      self.alert = alert
      title = alert.evidence.label
      release = nil
      copy = nil
    case .withdrawal: return nil
    case .release(let part), .reminder(let part):
      guard case .centre(let centre) = delivery.order.recipient,
        let release = state.incidents[part.incident]?.release(part.part.number)
      else { return nil }
      alert = nil
      self.release = part
      copy = release.copies.first { $0.centre == centre }
      title =
        release.content.text(for: state.registry?.desk.language ?? .chinese)?.title
        ?? part.description
    }
  }

  /// The answers that have a button.
  var answers: [(name: String, title: Bilingual)] {
    if alert != nil { return [("acknowledged", Bilingual(zh: "签收", en: "Take it"))] }
    return [
      ("acknowledged", Bilingual(zh: "签收", en: "Acknowledge")),
      ("consented", Bilingual(zh: "同意", en: "Consent")),
      ("objected", Bilingual(zh: "有异议", en: "Object")),
      ("published", Bilingual(zh: "已播发", en: "Published")),
    ]
  }

  /// Nil for an answer that has no button.
  func command(_ form: AnswerForm) throws -> (Command, Actor)? {
    guard answers.contains(where: { $0.name == form.answer }) else { return nil }
    switch delivery.order.recipient {
    case .person(let person):
      guard let alert else { return nil }
      return (.acknowledgeAlert(alert.id, .page), .person(person))
    case .centre(let centre):
      guard let release, let answer = CentreAnswer(rawValue: form.answer) else { return nil }
      let text = form.text.isEmpty ? nil : form.text
      let reply = CentreReply(
        channel: .page, text: text,
        witnessed: delivery.head)
      return (
        .inIncident(
          release.incident, .answer(release.part.number, centre: centre, answer, reply)),
        .centre(centre)
      )
    }
  }
}

/// The page with the buttons, in both languages, readable on a telephone.
struct AnswerPage {
  private let desk: VerbDesk
  private let matter: AnswerMatter
  private let code: String

  init(_ desk: VerbDesk, _ matter: AnswerMatter, code: String) {
    self.desk = desk
    self.matter = matter
    self.code = code
  }

  var form: String {
    let number = matter.alert?.id.description ?? matter.release?.description ?? ""
    let buttons = matter.answers.map { answer in
      "<button name=\"answer\" value=\"\(answer.name)\">\(answer.title.zh) \(answer.title.en)</button>"
    }.joined(separator: "\n")
    let note =
      matter.alert == nil
      ? "<label>意见或链接 note or link<br><textarea name=\"text\" rows=\"3\"></textarea></label>" : ""
    return page(
      """
      <p>\(escapedHTML(number))</p>
      <p><strong>\(escapedHTML(matter.title))</strong></p>
      <form method="post" action="/answer/\(matter.delivery.id)">
      <input type="hidden" name="code" value="\(escapedHTML(code))">
      \(note)
      <p>\(buttons)</p>
      </form>
      <p><small>打开本页不算签收，按钮才算。Opening this page answers nothing; a button does.</small></p>
      """)
  }

  func thanks(_ head: Head) -> String {
    page(
      """
      <p><strong>已记录 Recorded</strong></p>
      <p><small>n=\(head.sequence)<br>h=\(head.hash.hex)</small></p>
      """)
  }

  func problem(_ text: Bilingual) -> String {
    page("<p>\(escapedHTML(text.zh))</p>\n<p>\(escapedHTML(text.en))</p>")
  }

  private func page(_ body: String) -> String {
    let name = desk.configuration.desk.name
    let mark =
      desk.frontDesk.isExercise ? "<p class=\"exercise\">【演练】EXERCISE</p>\n" : ""
    return """
      <!DOCTYPE html>
      <html lang="\(desk.configuration.desk.language.rawValue)"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escapedHTML(name.zh)) \(escapedHTML(name.en))</title>
      <style>body{font:18px/1.5 sans-serif;max-width:32em;margin:0 auto;padding:1em}
      button{font:inherit;padding:.6em 1.2em;margin:.3em .3em .3em 0}
      textarea{font:inherit;width:100%}
      .exercise{font-weight:bold;color:#a4243b;border:2px solid;padding:.3em;text-align:center}
      </style></head><body>
      \(mark)<h1>\(escapedHTML(name.zh))<br><small>\(escapedHTML(name.en))</small></h1>
      \(body)
      </body></html>

      """
  }
}
