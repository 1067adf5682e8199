package import Bytes

/// Reads a draft before people do, and lists what the gates of text and confidentiality should look
/// at. The same draft beside the same fact sheet gives the same findings.
///
/// Each rule says with every finding why it was found, so that a reader can wave it aside at a
/// glance; a rule that would be wrong more often than right is not here.
package struct TextLint: Sendable {
  /// A statement of the fact sheet that holds.
  package struct Fact: Hashable, Sendable {
    /// As it is known in the record: F5.
    package let label: String
    package let text: String

    package init(label: String, text: String) {
      self.label = label
      self.text = text
    }
  }

  /// One text in one language.
  package struct Draft: Hashable, Sendable {
    package let language: String
    package let title: String
    package let body: String

    package init(language: String, title: String, body: String) {
      self.language = language
      self.title = title
      self.body = body
    }
  }

  let facts: [(fact: Fact, measures: [Measure])]
  /// When it happened, as clocks at the desk show it.
  let eventTime: CivilTime?
  /// The day at the desk, for dates without a year.
  let today: CivilTime
  /// Hosts whose links are no advertisement.
  let knownHosts: [String]

  package init(
    facts: [Fact], eventTime: CivilTime?, today: CivilTime, knownHosts: [String] = []
  ) {
    self.facts = facts.map { ($0, Measure.all(in: $0.text)) }
    self.eventTime = eventTime
    self.today = today
    self.knownHosts = knownHosts
  }

  /// In the order of languages, lines and columns.
  package func findings(in drafts: [Draft]) -> [TextFinding] {
    var findings: [TextFinding] = []
    for draft in drafts {
      var notes = LintNotes(draft)
      for part in notes.parts {
        personalNumbers(part, &notes)
        marks(part, &notes)
        persons(part, &notes)
        writing(part, &notes)
        dates(part, &notes)
        numbers(part, &notes)
      }
      findings += notes.sorted
    }
    return findings + differences(between: drafts)
  }

  /// What the languages of one text say differently.
  private func differences(between drafts: [Draft]) -> [TextFinding] {
    guard let first = drafts.first else { return [] }
    let said = Measure.all(in: first.title + "\n" + first.body).filter { $0.subject.isCount }
    var findings: [TextFinding] = []
    for other in drafts.dropFirst() {
      var notes = LintNotes(other)
      for part in notes.parts {
        for measure in Measure.all(in: part.text) where measure.subject.isCount {
          let same = said.filter { $0.subject == measure.subject }
          guard !same.isEmpty, !same.contains(where: { $0.value == measure.value }) else {
            continue
          }
          notes.add(
            .languagesDiffer, part, measure.range,
            zh: "\(first.language) 写作“\(same[0].text)”",
            en: "\(first.language) says '\(same[0].text)'")
        }
      }
      findings += notes.sorted
    }
    return findings
  }
}

/// The findings in one draft, gathered rule by rule.
struct LintNotes {
  /// The title, or a line of the body.
  struct Part {
    let line: Int
    let text: String
  }

  let language: String
  let parts: [Part]
  private var findings: [TextFinding] = []

  init(_ draft: TextLint.Draft) {
    language = draft.language
    var parts = [Part(line: 0, text: draft.title)]
    let lines = draft.body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      parts.append(Part(line: index + 1, text: String(line)))
    }
    self.parts = parts
  }

  var isChinese: Bool { Language(tag: language) == .chinese }

  mutating func add(
    _ rule: TextFinding.Rule, _ part: Part, _ range: Range<String.Index>, zh: String, en: String
  ) {
    findings.append(
      TextFinding(
        rule: rule, language: language, line: part.line,
        column: part.text.distance(from: part.text.startIndex, to: range.lowerBound) + 1,
        excerpt: shortened(String(part.text[range]), to: 60),
        reason: Bilingual(zh: zh, en: en)))
  }

  /// Whether a place was found already, by another rule that says more.
  func has(_ rules: Set<TextFinding.Rule>, _ part: Part, at place: String.Index) -> Bool {
    let column = part.text.distance(from: part.text.startIndex, to: place) + 1
    return findings.contains {
      rules.contains($0.rule) && $0.line == part.line && $0.column == column
    }
  }

  var sorted: [TextFinding] {
    findings.enumerated().sorted {
      ($0.element.line, $0.element.column, $0.offset)
        < ($1.element.line, $1.element.column, $1.offset)
    }.map(\.element)
  }
}
