import Bytes
import Foundation
import Journal
import Response

// The pseudonym keys by month: which there are, and which an incident still needs.
extension VerbDesk {
  /// What keeps pseudonyms joinable for longer is decided by those who answer for it.
  private static let keyKeepers: [Role] = [.lead, .approver, .admin]
  private static let longestReason = 500

  func key(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...3)
    switch (words[0], words.count) {
    case ("list", 1): return try await listKeys(call)
    case ("hold", 3): return try await holdKey(words[1], try incident(words[2]), call)
    case ("release", 3): return try await releaseKey(words[1], try incident(words[2]), call)
    default: throw usage(call)
    }
  }

  private func listKeys(_ call: Call) async throws -> VerbAnswer {
    let (months, holds) = try await frontDesk.view { state in
      (
        state.keyBook.months.sorted { $0.key < $1.key },
        state.keyBook.holds.map { (hold: $0, isInForce: state.isInForce($0)) }
      )
    }
    var lines: [String] = []
    for (month, digest) in months {
      lines.append("\(terminalSafe(month))  sha256:\(digest.short)…")
      lines += holds.filter { $0.hold.month == month }.map {
        "    " + said($0.hold, isInForce: $0.isInForce, call)
      }
    }
    if lines.isEmpty { lines = [call("没有密钥", "there is no key")] }
    return VerbAnswer(lines.joined(separator: "\n") + "\n") { writer in
      writer.memberArray("keys") { writer in
        for (month, digest) in months {
          writer.object { writer in
            writer.member("month", month)
            writer.member("sha256", digest.hex)
            writer.memberArray("holds") { writer in
              for (hold, isInForce) in holds where hold.month == month {
                writer.object {
                  $0.member("incident", hold.incident.description)
                  $0.member("reason", hold.reason)
                  $0.member("by", hold.person)
                  $0.member("since", hold.since.iso8601)
                  $0.member("inForce", isInForce)
                }
              }
            }
          }
        }
      }
    }
  }

  private func said(_ hold: KeyBook.Hold, isInForce: Bool, _ call: Call) -> String {
    let (id, since) = (hold.incident, configuration.desk.zone.text(hold.since))
    let standing =
      isInForce
      ? call("\(id) 留用，到其结束为止", "held for \(id) until that is closed")
      : call("\(id) 曾留用，现已结束，不再留用", "was held for \(id), which is closed by now")
    return "\(standing)  \(terminalSafe(hold.person)) \(since)  \(terminalSafe(hold.reason))"
  }

  private func holdKey(_ month: String, _ id: IncidentID, _ call: Call) async throws -> VerbAnswer {
    try requireKeyKeeper(call)
    let reason = try keyReason(call)
    let receipt = try await frontDesk.record(by: call.actor) {
      try $0.holdKey(month, for: id, reason: reason)
    }
    let text =
      receipt.events.isEmpty
      ? call("已是如此", "it stands so already")
      : call(
        "\(month) 的密钥留用到 \(id) 结束；条目仍按期销毁。放开：incident key release \(month) \(id) --why …",
        "the key of \(month) is held until \(id) is closed; items go when they are due all the "
          + "same. To undo: incident key release \(month) \(id) --why …")
    return VerbAnswer(text + "\n") {
      $0.member("held", month)
      $0.member("incident", id.description)
      $0.member("n", receipt.head.sequence)
    }
  }

  private func releaseKey(
    _ month: String, _ id: IncidentID, _ call: Call
  ) async throws -> VerbAnswer {
    try requireKeyKeeper(call)
    let reason = try keyReason(call)
    let receipt = try await frontDesk.record(by: call.actor) {
      try $0.releaseKey(month, by: id, reason: reason)
    }
    let text = call(
      "\(id) 不再留用 \(month) 的密钥；到期即销毁",
      "\(id) no longer holds the key of \(month), which is destroyed once that is due")
    return VerbAnswer(text + "\n") {
      $0.member("released", month)
      $0.member("incident", id.description)
      $0.member("n", receipt.head.sequence)
    }
  }

  private func keyReason(_ call: Call) throws(VerbFailure) -> String {
    let text = try required("why", call).trimmingCharacters(in: .whitespacesAndNewlines)
    guard (1...Self.longestReason).contains(text.count) else {
      throw VerbFailure(
        .usage, zh: "“--why”应有 1 到 \(Self.longestReason) 字",
        en: "'--why' has 1 to \(Self.longestReason) characters")
    }
    return text
  }

  private func requireKeyKeeper(_ call: Call) throws {
    guard case .person(let name) = call.actor,
      configuration.person(name)?.person.has(anyOf: Self.keyKeepers) == true
    else { throw KeyRefusal.notPermitted }
  }
}
