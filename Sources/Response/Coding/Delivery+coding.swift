import Bytes

extension DeliveryOrder {
  func write(to writer: inout JSONWriter) {
    switch matter {
    case .alert(let id): writer.member("alert", id.description)
    case .escalation(let id):
      writer.member("alert", id.description)
      writer.member("again", true)
    case .release(let id): writer.member("release", id.description)
    case .reminder(let id):
      writer.member("release", id.description)
      writer.member("again", true)
    case .withdrawal(let id):
      writer.member("release", id.description)
      writer.member("withdrawn", true)
    case .clocks(let id): writer.member("clocksOf", id.description)
    }
    switch recipient {
    case .person(let name): writer.member("person", name.text)
    case .centre(let name): writer.member("centre", name.text)
    }
    writer.member("channel", channel.rawValue)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    let again = try fields.flag(ifPresent: "again") ?? false
    let matter: Matter
    if let incident = try fields.value(
      ifPresent: "clocksOf", Bilingual(zh: "事件编号", en: "an incident's number"), { IncidentID($0) })
    {
      matter = .clocks(incident)
    } else if let alert = try fields.alert(ifPresent: "alert") {
      matter = again ? .escalation(alert) : .alert(alert)
    } else {
      let part = try fields.value("release", Bilingual(same: "2026-0001/R1")) { PartID($0) }
      let isWithdrawn = try fields.flag(ifPresent: "withdrawn") ?? false
      matter = isWithdrawn ? .withdrawal(part) : again ? .reminder(part) : .release(part)
    }
    let isPerson = fields.json(ifPresent: "person") != nil
    self.init(
      matter: matter,
      recipient: isPerson ? .person(try fields.name("person")) : .centre(try fields.name("centre")),
      channel: try fields.choice("channel"))
  }
}

extension DeliveryResult {
  func write(to writer: inout JSONWriter) {
    switch self {
    case .delivered(let attempt, let reply):
      writer.member("attempt", attempt)
      writer.member("reply", reply)
    case .failed(let attempt, let reason):
      writer.member("attempt", attempt)
      writer.member("reason", reason)
    }
  }
}

extension DeliveryDelay {
  func write(to writer: inout JSONWriter) {
    writer.member("attempt", attempt)
    writer.member("next", next.iso8601)
    writer.member("reason", reason)
    if isAmbiguous { writer.member("ambiguous", true) }
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    self.init(
      attempt: try fields.integer("attempt"), next: try fields.instant("next"),
      reason: try fields.text("reason"),
      isAmbiguous: try fields.flag(ifPresent: "ambiguous") ?? false)
  }
}
