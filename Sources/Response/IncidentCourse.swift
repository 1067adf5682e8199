package import Bytes

/// The course of an incident, as the events have made it.
package struct IncidentCourse: Hashable, Sendable {
  package internal(set) var warning: Scale<WarningColour>?
  package internal(set) var responseLevel: Scale<ResponseLevel>?
  /// Every count of the casualties, the last one last.
  package internal(set) var tallies: [Incident.Tally] = []
  package internal(set) var triage: [TriageQuestion: Incident.Triage] = [:]
  package internal(set) var leads: [Incident.LeadUnit] = []
  package internal(set) var consultations: [Incident.Consultation] = []
  package internal(set) var links: [Incident.Link] = []
  package internal(set) var decisions: [Incident.Decision] = []
  package internal(set) var lessons: [Incident.Lesson] = []
  package internal(set) var reviewed: Incident.Reviewed?

  /// A step of one of the two scales that are set beside the grade; nil when it was lifted.
  package struct Scale<Value: Hashable & Sendable>: Hashable, Sendable {
    package let value: Value?
    package let why: String?
    package let stamp: Incident.Stamp
  }

  package var lead: Incident.LeadUnit? { leads.last }
  package var toll: Toll? { tallies.last?.toll }

  package func consultation(_ number: Int) -> Incident.Consultation? {
    consultations.first { $0.number == number }
  }

  package func lesson(_ number: Int) -> Incident.Lesson? { lessons.first { $0.number == number } }

  package var openTriage: [TriageQuestion] { TriageQuestion.allCases.filter { triage[$0] == nil } }

  /// Whether it has to be answered: one yes is enough, and only six noes are a no.
  package var mustAnswer: Bool? {
    if triage.values.contains(where: \.isYes) { return true }
    return openTriage.isEmpty ? false : nil
  }
}

extension Incident {
  /// What shows that an action was done: a file by its hash, kept among the desk's blobs or elsewhere.
  package struct Evidence: Hashable, Sendable {
    package let hash: Digest
    /// Of the file that the desk keeps; nil where somebody else keeps it.
    package let name: String?
    package let size: Int?
    package let note: String?

    package init(hash: Digest, name: String?, size: Int?, note: String?) {
      self.hash = hash
      self.name = name
      self.size = size
      self.note = note
    }

    package var title: Bilingual {
      let short = hash.short
      let file = name.map { "\($0) " } ?? ""
      let more = note.map { " \($0)" } ?? ""
      let isKept = name != nil
      return Bilingual(
        zh: "\(file)\(short)\(isKept ? "" : "（原件另存）")\(more)",
        en: "\(file)\(short)\(isKept ? "" : " (kept elsewhere)")\(more)")
    }
  }

  package struct Tally: Hashable, Sendable {
    package let toll: Toll
    package let source: String
    package let stamp: Stamp
  }

  package struct TriageAnswer: Hashable, Sendable {
    package let question: TriageQuestion
    package let isYes: Bool

    package init(question: TriageQuestion, isYes: Bool) {
      self.question = question
      self.isYes = isYes
    }
  }

  /// The last word on one question.
  package struct Triage: Hashable, Sendable {
    package let isYes: Bool
    package let why: String?
    package let stamp: Stamp
  }

  package struct LeadUnit: Hashable, Sendable {
    package let unit: String
    package let why: String?
    package let stamp: Stamp
  }

  /// A unit that was asked before something is said about its work.
  package struct Consultation: Hashable, Sendable {
    package let number: Int
    package let unit: String
    package let about: String
    package let due: Instant?
    package let stamp: Stamp
    package var reply: Reply?

    package struct Reply: Hashable, Sendable {
      package let text: String
      package let stamp: Stamp
    }
  }

  package struct Link: Hashable, Sendable {
    package let other: IncidentID
    package let why: String?
    package let stamp: Stamp
  }

  /// What was decided: between which options, and why.
  package struct Resolution: Hashable, Sendable {
    package let matter: String
    package let options: [String]
    /// Which of them, counted from 1; nil where there were none to choose from.
    package let chosen: Int?
    package let why: String?
    /// Who decided, where that is not who records it: a meeting, a leader's office.
    package let body: String?

    package init(
      matter: String, options: [String] = [], chosen: Int? = nil, why: String? = nil,
      body: String? = nil
    ) {
      self.matter = matter
      self.options = options
      self.chosen = chosen
      self.why = why
      self.body = body
    }
  }

  package struct Decision: Hashable, Sendable {
    package let number: Int
    package let resolution: Resolution
    /// The fact sheet as it stood then: a decision is judged by what could be known.
    package let factSheetVersion: Int
    package let known: [Fact]
    package let grade: Grade?
    package let stamp: Stamp
  }

  /// A playbook that a lesson led to. Only its name and number: it may not be in use anywhere yet.
  package struct PlaybookVersion: Hashable, Sendable, CustomStringConvertible {
    package let name: Name
    package let version: Int

    package init(name: Name, version: Int) {
      self.name = name
      self.version = version
    }

    /// `accident:4`
    package init?(_ text: String) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let name = Name(parts[0]), let version = Int(parts[1]), version > 0
      else { return nil }
      self.init(name: name, version: version)
    }

    package var description: String { "\(name):\(version)" }
  }

  package struct Lesson: Hashable, Sendable {
    package let number: Int
    package let kind: LessonKind
    package let text: String
    package let owner: String
    package let due: Instant
    package let stamp: Stamp
    package var done: Done?

    package struct Done: Hashable, Sendable {
      package let how: String
      package let playbook: PlaybookVersion?
      package let stamp: Stamp
    }
  }

  package struct Reviewed: Hashable, Sendable {
    package let summary: String
    package let stamp: Stamp
  }
}
