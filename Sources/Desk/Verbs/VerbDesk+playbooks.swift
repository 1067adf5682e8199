import Bytes
import Response

// The playbooks of the files, and which version an incident works by.
extension VerbDesk {
  /// `playbook list`, `playbook upgrade ID [--to NAME] --why TEXT`.
  func playbooks(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...2)
    switch (words[0], words.count) {
    case ("list", 1): return try await listPlaybooks(call)
    case ("upgrade", 2): return try await upgrade(try incident(words[1]), call)
    default: throw usage(call)
    }
  }

  private func upgrade(_ id: IncidentID, _ call: Call) async throws -> VerbAnswer {
    let present = try await frontDesk.view { state in
      guard let incident = state.response.incidents[id] else {
        throw Refusal.record(.unknownIncident(id))
      }
      return incident.playbook.name
    }
    let playbook = try playbook(named: call.request.value("to") ?? present.text)
    return try await perform(
      .inIncident(id, .course(.changePlaybook(playbook, why: try required("why", call)))), call)
  }

  private func listPlaybooks(_ call: Call) async throws -> VerbAnswer {
    let playbooks = configuration.playbooks
    return try await frontDesk.view { state in
      let open = state.response.incidents.values.filter(\.isOpen).sorted { $0.id < $1.id }
      let lines = playbooks.map { playbook in
        let users = open.filter { $0.playbook.name == playbook.name }.map { incident in
          "\(incident.id)"
            + (incident.playbook.hash == playbook.hash
              ? "" : Style.alarm(" (v\(incident.playbook.version))"))
        }
        return "\(playbook.name)  v\(playbook.version)  "
          + Style.strong(terminalSafe(playbook.title[call.language]))
          + "  \(playbook.kind.title[call.language])"
          + (users.isEmpty ? "" : "  ← " + users.joined(separator: ", "))
      }
      return VerbAnswer(lines.joined(separator: "\n") + "\n") { writer in
        writer.memberArray("playbooks") { writer in
          for playbook in playbooks {
            writer.object { writer in
              writer.member("name", playbook.name.text)
              writer.member("version", playbook.version)
              writer.member("hash", playbook.hash.hex)
              writer.member("kind", playbook.kind.rawValue)
              writer.member("class", playbook.incidentClass.rawValue)
              writer.member("title", playbook.title)
              writer.member("steps", playbook.stepNames)
            }
          }
        }
      }
    }
  }
}
