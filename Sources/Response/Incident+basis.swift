package import Bytes

extension Incident {
  /// What the clocks count by, since a certain record: a correction adds one and takes none away.
  package struct Basis: Hashable, Sendable {
    package let eventTime: Instant?
    package let grade: Grade?
    package let playbook: PlaybookReference
    /// What made it differ from the one before.
    package let cause: Revision
    package let stamp: Stamp

    package enum Revision: Hashable, Sendable {
      case opening
      case eventTime(why: String)
      case grade(why: String)
      case playbook(why: String)

      package var title: Bilingual {
        switch self {
        case .opening: Bilingual(zh: "登记", en: "opened")
        case .eventTime(let why): Bilingual(zh: "更正事发时间：\(why)", en: "event time corrected: \(why)")
        case .grade(let why): Bilingual(zh: "改级：\(why)", en: "regraded: \(why)")
        case .playbook(let why): Bilingual(zh: "换预案：\(why)", en: "playbook changed: \(why)")
        }
      }
    }
  }

  /// Warnings that went out together.
  package struct Warned: Hashable, Sendable {
    package let warnings: [ClockWarning]
    package let stamp: Stamp
  }

  /// One report to a superior office: what it said, when it went, who received it.
  package struct UpwardReport: Hashable, Sendable {
    package let number: Int
    package let level: String
    package let items: [String: String]
    package let sent: Instant
    package let stamp: Stamp
    package var receipt: Receipt?

    package struct Receipt: Hashable, Sendable {
      package let office: String?
      package let time: Instant
      package let stamp: Stamp
    }
  }

  /// The report that stops the clock of a level; later ones to the same level add to it.
  package func firstReport(to level: String) -> UpwardReport? {
    upwardReports.filter { $0.level == level }
      .min { ($0.sent, $0.number) < ($1.sent, $1.number) }
  }

  package func upwardReport(_ number: Int) -> UpwardReport? {
    upwardReports.first { $0.number == number }
  }

  mutating func rebase(
    eventTime: Instant?, grade: Grade?, playbook: PlaybookReference, _ cause: Basis.Revision,
    _ stamp: Stamp
  ) {
    self.eventTime = eventTime
    self.grade = grade
    self.playbook = playbook
    bases.append(
      Basis(eventTime: eventTime, grade: grade, playbook: playbook, cause: cause, stamp: stamp))
  }
}
