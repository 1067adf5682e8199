import Bytes
import Foundation
import Journal
import Response

// What shows that an action was done, and every promise that is open.
extension VerbDesk {
  /// `action ID evidence ACTION --file FILE`, or `--hash SHA256` for what is kept elsewhere.
  func addEvidence(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 3...3)
    let id = try incident(words[0])
    let number = try part(words[2], .action, of: id)
    let note = call.request.value("note")
    let evidence: Incident.Evidence
    if let file = try Attachment(call.request, "file") {
      // Refused before anything is kept: a blob that no record names is of no use.
      try await requireAction(number, id)
      let digest = try await keep(file.bytes)
      evidence = Incident.Evidence(
        hash: digest, name: file.name, size: file.bytes.count, note: note)
    } else {
      let hash = try required("hash", call)
      guard let digest = Digest(hex: hash.lowercased()) else {
        throw VerbFailure(
          .usage, zh: "“--hash”应为 64 位十六进制的 SHA-256",
          en: "'--hash' is a SHA-256 of 64 hexadecimal digits")
      }
      evidence = Incident.Evidence(hash: digest, name: nil, size: nil, note: note)
    }
    return try await perform(
      .inIncident(id, .course(.addEvidence(number, evidence))), call)
  }

  private func requireAction(_ number: Int, _ id: IncidentID) async throws {
    try await frontDesk.view { state in
      guard let incident = state.response.incidents[id] else {
        throw Refusal.record(.unknownIncident(id))
      }
      guard incident.action(number) != nil else {
        throw Refusal.record(.unknownPart(incident.part(.action, number)))
      }
    }
  }

  /// On disk before the record names it. It waits for the disk on a thread of its own.
  private func keep(_ bytes: [UInt8]) async throws -> Digest {
    let blobs = BlobFolder(folder: frontDesk.folder.path)
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "desk.blobs").async { @Sendable in
        continuation.resume(with: Result { try blobs.keep(bytes) })
      }
    }
  }

  /// Every promise that has not come to its end, of closed incidents as well.
  func listPromises(_ call: Call) async throws -> VerbAnswer {
    try await frontDesk.view { state in
      let zone = state.response.zone
      let promises = state.response.incidents.values
        .flatMap { incident in incident.openPromises.map { (incident, $0) } }
        .sorted { ($0.1.due, $0.0.id, $0.1.number) < ($1.1.due, $1.0.id, $1.1.number) }
      let lines = promises.map { incident, promise in
        let text = IncidentText(
          incident: incident, state: state.response, now: call.now, language: call.language)
        return "\(incident.part(.promise, promise.number))  \(zone.text(promise.due))  "
          + "\(text.left(promise.due))  \(terminalSafe(promise.text)) (\(terminalSafe(promise.keeper)))"
          + (incident.isOpen ? "" : call("  已结束的事件", "  of a closed incident"))
      }
      let none = call("没有未了的承诺", "no promise is open")
      return VerbAnswer((lines.isEmpty ? none : lines.joined(separator: "\n")) + "\n") { writer in
        writer.memberArray("promises") { writer in
          for (incident, promise) in promises {
            writer.object { writer in
              writer.member("promise", incident.part(.promise, promise.number).description)
              writer.member("text", promise.text)
              writer.member("owner", promise.keeper)
              writer.member("due", promise.due.iso8601)
              writer.member("overdue", promise.due < call.now)
              writer.member("incidentOpen", incident.isOpen)
            }
          }
        }
      }
    }
  }
}
