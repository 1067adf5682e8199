import Bytes
import Response

// What whoever drafts or reviews a text sees of it.
extension VerbDesk {
  /// Shows the text as it now stands, and what it still lacks.
  func performDraft(_ command: Command, _ call: Call) async throws -> VerbAnswer {
    let answer = try await perform(command, call)
    guard case .inIncident(let id, let step) = command else { return answer }
    let shown = try await frontDesk.view { state -> String in
      let (incident, _) = try Self.incident(id, state.response)
      let release: Release?
      if case .review(.edit(let number, _)) = step {
        release = incident.release(number)
      } else {
        release = incident.releases.last
      }
      guard let release else { return "" }
      return text(of: release, in: incident, state.response, call)
    }
    return VerbAnswer(text: shown.isEmpty ? answer.text : shown, json: answer.json)
  }

  /// `show RELEASE`: the text to be reviewed, what the lint found in it, and how far it is.
  func showRelease(_ part: PartID, _ call: Call) async throws -> VerbAnswer {
    try await frontDesk.view { state in
      let (incident, _) = try Self.incident(part.incident, state.response)
      guard let release = incident.release(part.part.number) else {
        throw Refusal.record(.unknownPart(part))
      }
      let findings = findings(in: release, of: incident, state.response, call)
      return VerbAnswer(text(of: release, in: incident, state.response, call)) { writer in
        writer.member("release", part.description)
        writer.member("status", release.status.rawValue)
        writer.member("hash", release.hash.hex)
        writer.memberArray("findings") { writer in
          for finding in findings { writer.object { finding.write(to: &$0) } }
        }
        writer.memberObject("incident") {
          IncidentDocument(incident, in: state.response, at: call.now).write(to: &$0)
        }
      }
    }
  }

  private func findings(
    in release: Release, of incident: Incident, _ state: DeskState, _ call: Call
  ) -> [TextFinding] {
    state.findings(in: release, of: incident, at: call.now, knownHosts: configuration.knownHosts)
  }

  private func text(
    of release: Release, in incident: Incident, _ state: DeskState, _ call: Call
  ) -> String {
    let part = incident.part(.release, release.number)
    let stage = state.playbook(of: incident)?.stage(ofStep: release.step)
    var sections = [
      Style.strong("\(part)  \(release.hash.short)") + "  "
        + (stage?.steps.first { $0.name == release.step }?.title[call.language] ?? release.step)
        + " · " + release.status.title[call.language]
        + call(
          " · 口径第 \(release.content.factSheetVersion) 版",
          " · fact sheet \(release.content.factSheetVersion)")
    ]
    for language in release.content.languages {
      guard let text = release.content.texts[language] else { continue }
      sections.append(terminalSafe(text.title) + "\n" + terminalSafe(text.body, keepsLines: true))
    }
    for channel in release.content.channels.keys.sorted() {
      for (language, text) in (release.content.channels[channel] ?? [:]).sorted(by: {
        $0.key < $1.key
      }) {
        sections.append(
          Style.faint("[\(terminalSafe(channel))/\(language)]") + "\n"
            + terminalSafe(text.body, keepsLines: true))
      }
    }
    let findings = findings(in: release, of: incident, state, call)
    if !findings.isEmpty {
      sections.append(
        Style.strong(call("请留意", "To look at")) + "\n"
          + findings.map { "  " + line(of: $0, call) }.joined(separator: "\n"))
    }
    sections.append(next(for: release, part, stage, state, call))
    return sections.joined(separator: "\n\n") + "\n"
  }

  private func line(of finding: TextFinding, _ call: Call) -> String {
    let gate = UsualTitles.gate(finding.rule.gate)[call.language]
    let text =
      "\(finding.place[call.language])  \(finding.rule.title[call.language])"
      + call("“", " '") + terminalSafe(finding.excerpt) + call("”", "'") + " — "
      + terminalSafe(finding.reason[call.language]) + "  (\(gate))"
    return finding.rule.keepsBack ? Style.alarm(text) : text
  }

  private func next(
    for release: Release, _ part: PartID, _ stage: Playbook.Stage?, _ state: DeskState,
    _ call: Call
  ) -> String {
    guard let stage else { return "" }
    switch release.status {
    case .draft, .returned:
      let missing = state.missingNeeds(of: stage, in: release)
      return missing.isEmpty
        ? call("送审：incident submit \(part)", "next: incident submit \(part)")
        : Style.alarm(
          call("还缺：", "still missing: ")
            + missing.map { UsualTitles.slot($0)[call.language] + " (\($0))" }
            .joined(separator: ", "))
    case .inReview:
      let gates = release.gates(of: stage)
      let open = release.openGates(of: gates)
      guard let first = open.first else {
        return call("签发：incident approve \(part)", "next: incident approve \(part)")
      }
      let lights = gates.map { gate in
        UsualTitles.gate(gate)[call.language] + (open.contains(gate) ? " ·" : " ✓")
      }.joined(separator: "  ")
      let hash = release.hash.hex.prefix(8)
      return lights + "\n"
        + call("审核：", "next: ") + "incident sign \(part) \(first) pass --text \(hash)"
    case .approved:
      return call("发布：incident publish \(part)", "next: incident publish \(part)")
    case .embargoed:
      return call("定于 ", "goes out at ")
        + (release.embargo.map { state.zone.text($0.until) } ?? "")
    case .published: return ""
    case .withdrawn:
      return Style.alarm(
        call("撤回：", "withdrawn: ") + terminalSafe(release.withdrawal?.why ?? ""))
    }
  }
}

extension Configuration {
  /// Sites whose links in a release are no advertisement: the desk's own, and its official sources.
  var knownHosts: [String] {
    let own = http.publicURL.map { [$0] } ?? []
    let official = sources.filter { $0.tier == .official }.compactMap(\.url)
    return (own + official).compactMap { Self.host(of: $0) }
  }

  private static func host(of url: String) -> String? {
    guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
    let host = url[start...].prefix { $0 != "/" && $0 != ":" && $0 != "?" }.lowercased()
    return host.isEmpty ? nil : host
  }
}
