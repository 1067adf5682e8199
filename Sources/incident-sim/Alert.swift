import Bytes

/// What a warning centre says in the form of CAP 1.2.
struct Alert: Sendable, Hashable {
  let id: String
  let status: String
  let type: String
  /// The earlier alert that this one updates or cancels.
  let follows: String?
  let sender: String
  let senderName: String
  let event: Bilingual
  let category: String
  let response: String?
  let urgency: String
  let severity: String
  let certainty: String
  /// The colour of a Chinese warning signal.
  let level: String?
  let headline: Bilingual
  let description: Bilingual
  let instruction: Bilingual?
  let hasEnglish: Bool
  let area: Bilingual
  let hours: Int

  // OASIS CAP 1.2 §3.2: the values that each element may take.
  static let statuses = ["Actual", "Exercise", "System", "Test", "Draft"]
  static let types = ["Alert", "Update", "Cancel", "Ack", "Error"]
  static let categories = [
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
    "CBRNE", "Other",
  ]
  static let responses = [
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
  ]
  static let urgencies = ["Immediate", "Expected", "Future", "Past", "Unknown"]
  static let severities = ["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
  static let certainties = ["Observed", "Likely", "Possible", "Unlikely", "Unknown"]

  /// What a reader would make of it as one text.
  var text: String {
    [description.zh, instruction?.zh ?? ""].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// `{id, event, category, urgency, severity, certainty, sender, senderName, headline,
  /// description, area, hours}`, and where it applies `status, type, follows, level, response,
  /// instruction` and the texts once more with `En`.
  init(_ fields: inout Fields) throws(FieldFailure) {
    func one(
      _ name: String, of known: [String], else fallback: String? = nil, _ fields: inout Fields
    ) throws(FieldFailure) -> String {
      let list = known.joined(separator: ", ")
      let expected = Bilingual(zh: "其中之一：\(list)", en: "one of \(list)")
      let convert: (String) -> String? = { known.contains($0) ? $0 : nil }
      if let fallback {
        return try fields.value(ifPresent: name, expected, convert) ?? fallback
      }
      return try fields.value(name, expected, convert)
    }
    id = try fields.text("id")
    status = try one("status", of: Self.statuses, else: "Actual", &fields)
    type = try one("type", of: Self.types, else: "Alert", &fields)
    follows = try fields.text(ifPresent: "follows")
    sender = try fields.text("sender")
    senderName = try fields.text("senderName")
    category = try one("category", of: Self.categories, &fields)
    let response = try one("response", of: Self.responses, else: "", &fields)
    self.response = response.isEmpty ? nil : response
    urgency = try one("urgency", of: Self.urgencies, &fields)
    severity = try one("severity", of: Self.severities, &fields)
    certainty = try one("certainty", of: Self.certainties, &fields)
    level = try fields.text(ifPresent: "level")
    hours = try fields.integer("hours", in: 1...72)

    event = Bilingual(
      zh: try fields.text("event"), en: try fields.text(ifPresent: "eventEn") ?? "")
    area = Bilingual(zh: try fields.text("area"), en: try fields.text(ifPresent: "areaEn") ?? "")
    let headlineEn = try fields.text(ifPresent: "headlineEn")
    let descriptionEn = try fields.text(ifPresent: "descriptionEn")
    let instructionEn = try fields.text(ifPresent: "instructionEn")
    headline = Bilingual(zh: try fields.text("headline"), en: headlineEn ?? "")
    description = Bilingual(zh: try fields.text("description"), en: descriptionEn ?? "")
    instruction = try fields.text(ifPresent: "instruction").map {
      Bilingual(zh: $0, en: instructionEn ?? "")
    }
    let english = [event.en, area.en, headlineEn ?? "", descriptionEn ?? ""]
    hasEnglish = !english.contains("")
    guard hasEnglish || english.allSatisfy(\.isEmpty) else {
      throw fields.failure(
        Bilingual(
          zh: "英文预警须同时有 eventEn、areaEn、headlineEn、descriptionEn",
          en: "an alert in English needs eventEn, areaEn, headlineEn and descriptionEn"))
    }
    if (type == "Alert") != (follows == nil) {
      throw fields.failure(
        Bilingual(
          zh: "更新和解除须有“follows”，首发不能有",
          en: "an Update or a Cancel needs 'follows', an Alert has none"))
    }
  }
}
