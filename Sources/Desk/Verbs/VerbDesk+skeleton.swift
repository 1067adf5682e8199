import Bytes
import Response

// What an editor is opened with.
extension VerbDesk {
  /// A draft to be filled in, as JSON5: what the stage needs, or what stands in the text so far.
  func skeleton(_ words: [String], _ call: Call) async throws -> VerbAnswer {
    let part = words.count == 1 ? try await part(words[0], .release, call) : nil
    let id = try part?.incident ?? incident(words[0])
    let desk = configuration.desk.language
    return try await frontDesk.view { state in
      let (incident, playbook) = try Self.incident(id, state.response)
      let release = try part.map { part in
        guard let release = incident.release(part.part.number) else {
          throw Refusal.record(.unknownPart(part))
        }
        return release
      }
      let step = release?.step ?? words[1]
      guard let stage = playbook.stage(ofStep: step) else {
        throw Refusal.text(.unknownStep(step, known: playbook.stepNames))
      }
      let text = Self.skeleton(of: stage, release, in: incident, desk, call)
      return VerbAnswer(text) { $0.member("draft", text) }
    }
  }

  private static func skeleton(
    of stage: Playbook.Stage, _ release: Release?, in incident: Incident, _ desk: Language,
    _ call: Call
  ) -> String {
    let title = stage.title[call.language]
    var lines = [
      call(
        "// \(incident.id) · \(title)。保存并退出即交稿；不改动则不起草。",
        "// \(incident.id) · \(title). Save and leave to hand it in; unchanged, nothing is drafted."
      ),
      "{", "  slots: {",
    ]
    let content = release?.content
    let languages = content?.languages ?? [desk.rawValue]
    let lists = ["actions", "promises", "evidence", "claim", "expert"]
    let slots = stage.needs.filter { !lists.contains($0) }
    let others = (content?.slots.keys.sorted() ?? []).filter { !slots.contains($0) }
    for slot in slots + others {
      lines.append("    // " + UsualTitles.slot(slot)[call.language])
      let values = languages.map { language in
        quoted(language) + ": " + quoted(content?.slots[slot]?[language] ?? "")
      }
      lines.append("    \(quoted(slot)): { " + values.joined(separator: ", ") + " },")
    }
    lines.append("  },")
    func list(_ name: String, _ zh: String, _ en: String, _ values: [String]) {
      guard stage.needs.contains(name) || !values.isEmpty else { return }
      lines.append("  // " + call(zh, en))
      lines.append("  \(name): [" + values.map(quoted).joined(separator: ", ") + "],")
    }
    let untold = incident.untoldActions.map { "A\($0.number)" }
    list(
      "actions", "文中提到的处置", "the actions that the text tells",
      content?.actions.map { "A\($0)" } ?? (stage.needs.contains("actions") ? untold : []))
    list(
      "promises", "文中作出的承诺", "the promises that the text makes",
      content?.promises.map { "P\($0)" } ?? [])
    list("evidence", "依据", "what proves it", content?.evidence ?? [])
    if stage.needs.contains("expert") || content?.expert != nil {
      lines.append("  // " + call("专家的名称（people.json5）", "the expert's name in people.json5"))
      let expert = content?.expert?.text
      lines.append("  \(expert == nil ? "// " : "")expert: " + quoted(expert ?? "NAME") + ",")
    }
    lines.append(
      "  // "
        + call(
          "不用模板时写 title 与 text：", "to write without the template, give title and text:"))
    let ownTexts = languages.map { "\(quoted($0)): \"\"" }.joined(separator: ", ")
    lines.append("  // title: { \(ownTexts) }, text: { \(ownTexts) },")
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ text: String) -> String {
    String(decoding: JSONWriter.bytes { $0.value(text) }, as: UTF8.self)
  }
}
