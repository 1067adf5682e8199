package import Bytes

/// The pseudonym keys by month: which there are, which are gone, and which an incident still needs.
package struct KeyBook: Hashable, Sendable {
  /// A month's key that is kept longer because an incident needs it.
  package struct Hold: Hashable, Sendable {
    package let month: String
    package let incident: IncidentID
    package let reason: String
    package let person: String
    package let since: Instant
  }

  /// The months whose keys exist.
  package private(set) var months: [String: Digest] = [:]
  /// When the keys of other months were destroyed.
  package private(set) var destroyed: [String: Instant] = [:]
  /// What nobody has taken back, in the order in which it was said; also of incidents that have
  /// ended since, which hold nothing any more.
  package private(set) var holds: [Hold] = []

  package func hold(of month: String, by incident: IncidentID) -> Hold? {
    holds.first { $0.month == month && $0.incident == incident }
  }

  mutating func create(_ month: String, _ digest: Digest) {
    months[month] = digest
    destroyed[month] = nil
  }

  mutating func destroy(_ month: String, at time: Instant) {
    months[month] = nil
    destroyed[month] = time
    holds.removeAll { $0.month == month }
  }

  /// The last reason counts.
  mutating func hold(_ hold: Hold) {
    release(hold.month, by: hold.incident)
    holds.append(hold)
  }

  mutating func release(_ month: String, by incident: IncidentID) {
    holds.removeAll { $0.month == month && $0.incident == incident }
  }
}

/// Why a month's key is not held, or not let go.
package enum KeyRefusal: CodedRefusal, Hashable {
  case unknownMonth(String)
  case destroyed(String, on: String)
  case incidentClosed(IncidentID)
  case notHeld(String, by: IncidentID)
  case notPermitted

  package var exitCode: ExitCode { .refused }

  package var code: String {
    switch self {
    case .unknownMonth: "unknownKeyMonth"
    case .destroyed: "keyDestroyed"
    case .incidentClosed: "incidentClosed"
    case .notHeld: "keyNotHeld"
    case .notPermitted: "notPermitted"
    }
  }

  package var explanation: Bilingual {
    switch self {
    case .unknownMonth(let month):
      Bilingual(
        zh: "没有“\(terminalSafe(month))”的密钥；有哪些，见 incident key list",
        en: "there is no key of '\(terminalSafe(month))'; incident key list shows which there are")
    case .destroyed(let month, let time):
      Bilingual(
        zh: "\(month) 的密钥已于 \(time) 销毁，无法再留用；见 incident journal certificate",
        en: "the key of \(month) was destroyed on \(time) and cannot be held any more; see "
          + "incident journal certificate")
    case .incidentClosed(let id):
      Bilingual(
        zh: "\(id) 已结束；只有进行中的事件可以留用密钥",
        en: "\(id) is closed; only an incident that is open can hold a key")
    case .notHeld(let month, let id):
      Bilingual(
        zh: "\(id) 没有留用“\(terminalSafe(month))”的密钥；见 incident key list",
        en: "\(id) does not hold the key of '\(terminalSafe(month))'; see incident key list")
    case .notPermitted:
      Bilingual(
        zh: "留用与放开密钥，须由负责人、签发人或管理员决定",
        en: "only a lead, an approver or an admin decides which keys are held")
    }
  }
}
