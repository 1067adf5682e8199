import Bytes

/// Writes alerts as CAP 1.2, one `info` a language.
struct AlertWriter {
  private let dates: FeedDates
  private let sent: [String: Instant]

  /// `sent` says when each alert went out, for those that refer to it.
  init(zone: DeskZone, sent: [String: Instant]) {
    dates = FeedDates(zone: zone)
    self.sent = sent
  }

  /// The element `alert`; empty for a post that holds none.
  func xml(_ post: Post) -> String {
    guard let alert = post.alert else { return "" }
    var text = "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n"
    text += element("identifier", alert.id) + element("sender", alert.sender)
    text += element("sent", dates.rfc3339(post.published))
    text += element("status", alert.status) + element("msgType", alert.type)
    text += element("scope", "Public")
    if let followed = alert.follows, let earlier = sent[followed] {
      let reference = "\(alert.sender),\(followed),\(dates.rfc3339(earlier))"
      text += element("references", reference)
    }
    text += info(alert, post, "zh-CN")
    if alert.hasEnglish { text += info(alert, post, "en-US") }
    return text + "</alert>\n"
  }

  /// The elements in the order that the standard's schema asks for.
  private func info(_ alert: Alert, _ post: Post, _ language: String) -> String {
    let tongue: Language = language == "zh-CN" ? .chinese : .english
    var text = "<info>\n" + element("language", language) + element("category", alert.category)
    text += element("event", alert.event[tongue])
    if let response = alert.response { text += element("responseType", response) }
    text += element("urgency", alert.urgency) + element("severity", alert.severity)
    text += element("certainty", alert.certainty)
    text += element("effective", dates.rfc3339(post.published))
    text += element("expires", dates.rfc3339(post.published + .hours(alert.hours)))
    text += element("senderName", alert.senderName)
    text += element("headline", alert.headline[tongue])
    text += element("description", alert.description[tongue])
    if let instruction = alert.instruction?[tongue], !instruction.isEmpty {
      text += element("instruction", instruction)
    }
    text += element("web", post.link)
    if let level = alert.level {
      text += "<parameter>\n" + element("valueName", "预警级别") + element("value", level)
      text += "</parameter>\n"
    }
    return text + "<area>\n" + element("areaDesc", alert.area[tongue]) + "</area>\n</info>\n"
  }

  private func element(_ name: String, _ text: String) -> String {
    "<\(name)>\(escapedHTML(text))</\(name)>\n"
  }
}
