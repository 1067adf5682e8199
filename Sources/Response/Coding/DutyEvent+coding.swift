import Bytes

extension DutyEvent {
  var kind: String {
    switch self {
    case .began: "duty.began"
    case .ended: "duty.ended"
    case .handedOver: "duty.handed-over"
    case .tookOver: "duty.took-over"
    }
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .began(let person, let from, let until):
      writer.member("person", person.text)
      writer.member("from", from.iso8601)
      writer.member(ifPresent: "until", until)
    case .ended(let person): writer.member("person", person.text)
    case .handedOver(let number, let text, let to, let incidents):
      writer.member("handover", number)
      writer.member("text", text)
      writer.member(ifPresent: "to", to?.text)
      writer.member("incidents", incidents.map(\.description))
    case .tookOver(let number): writer.member("handover", number)
    }
  }

  /// Nil for a kind that is none of these.
  static func decoded(_ kind: String, _ fields: inout Fields) throws(FieldFailure) -> DutyEvent? {
    switch kind {
    case "duty.began":
      return .began(
        try fields.name("person"), from: try fields.instant("from"),
        until: try fields.instant(ifPresent: "until"))
    case "duty.ended": return .ended(try fields.name("person"))
    case "duty.handed-over":
      var incidents: [IncidentID] = []
      for text in try fields.texts(ifPresent: "incidents") ?? [] {
        guard let id = IncidentID(text) else {
          throw fields.failure("incidents", Bilingual(zh: "事件编号", en: "an incident's number"))
        }
        incidents.append(id)
      }
      return .handedOver(
        try fields.integer("handover"), text: try fields.text("text"),
        to: try fields.value(ifPresent: "to", Bilingual(zh: "名称", en: "a name")) { Name($0) },
        incidents: incidents)
    case "duty.took-over": return .tookOver(try fields.integer("handover"))
    default: return nil
    }
  }
}
