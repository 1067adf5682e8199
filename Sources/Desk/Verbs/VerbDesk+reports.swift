import Bytes
import Response

// Reports to superior offices: none of them is public.
extension VerbDesk {
  /// `reportup ID draft`, `reportup ID send LEVEL`, `reportup ID received REPORT`.
  func reportUp(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 2...3)
    let id = try incident(words[0])
    switch (words[1], words.count) {
    case ("draft", 2): return try await draftReport(id, call)
    case ("send", 3):
      let draft = try await reportDraft(id, call)
      let sent = try moment("at", call)
      return try await perform(
        .inIncident(
          id, .enter(.reportUp(level: words[2], items: draft.items, sent: sent))), call)
    case ("received", 3):
      return try await perform(
        .inIncident(
          id,
          .enter(
            .receiveReport(
              try part(words[2], .upwardReport, of: id), office: call.request.value("by"),
              at: try moment("at", call)))), call)
    default: throw usage(call)
    }
  }

  /// When it happened: what an option says, or now.
  func moment(_ option: String, _ call: Call) throws(VerbFailure) -> Instant {
    guard let word = call.request.value(option) else { return call.now }
    return try times(call).past(word, option: option)
  }

  private func reportDraft(_ id: IncidentID, _ call: Call) async throws -> ReportDraft {
    let given = try assignments("item", call)
    let language = configuration.desk.language
    return try await frontDesk.view { state in
      guard let incident = state.response.incidents[id],
        let playbook = state.response.playbook(of: incident)
      else { throw Refusal.record(.unknownIncident(id)) }
      guard let rule = playbook.reports else {
        throw Refusal.record(.noReportChain(playbook.name))
      }
      return ReportDraft(
        rule, of: incident, given: given, zone: state.response.zone, language: language)
    }
  }

  /// The values of an option that is written `NAME=TEXT`.
  func assignments(_ option: String, _ call: Call) throws(VerbFailure) -> [String: String] {
    var values: [String: String] = [:]
    for text in call.request.values(option) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw VerbFailure(
          .usage, zh: "“--\(option)”应写成 名称=文字，而不是“\(text)”",
          en: "'--\(option)' is written NAME=TEXT, not '\(text)'")
      }
      values[String(parts[0])] = String(parts[1])
    }
    return values
  }

  private func draftReport(_ id: IncidentID, _ call: Call) async throws -> VerbAnswer {
    let draft = try await reportDraft(id, call)
    let levels = try await frontDesk.view { state in
      let incident = state.response.incidents[id]
      return incident.flatMap { state.response.playbook(of: $0)?.reports?.levels } ?? []
    }
    let lines = draft.needs.map { need in
      let title = "\(UsualTitles.reportItem(need)[call.language]) (\(need))" + call("：", ": ")
      return title
        + (draft.items[need].map { terminalSafe($0) } ?? Style.alarm(call("缺", "missing")))
    }
    let chain = levels.map { "  \($0.id)  \($0.title[call.language])  \($0.clock.rule)" }
    let next =
      call("发出后登记：", "once it has gone: ")
      + "incident reportup \(id) send \(levels.first?.id ?? "LEVEL") --item …"
    let text =
      lines.joined(separator: "\n") + "\n\n" + Style.strong(call("层级", "levels")) + "\n"
      + chain.joined(separator: "\n") + "\n\n" + next + "\n"
    return VerbAnswer(text) { writer in
      writer.memberObject("items") { writer in
        for need in draft.needs { writer.member(ifPresent: need, draft.items[need]) }
      }
      writer.member("missing", draft.missing)
      writer.member("levels", levels.map(\.id))
    }
  }
}
