package import Bytes

/// A text that still says what the fact sheet no longer does.
package struct StaleText: Hashable, Sendable {
  package let release: Int
  package let isPublished: Bool
  package let fact: Int
  /// What the text says, and what the fact sheet says now; nil if the fact was retracted.
  package let old: String
  package let new: String?
  /// When the fact was changed.
  package let since: Incident.Stamp
  /// The centres that have the text.
  package let centres: [Name]
}

/// A number in a text beside another for the same thing in a text that was published before.
package struct NumberConflict: Hashable, Sendable {
  package let text: String
  package let release: Int
  package let published: String
}

extension Incident {
  /// The texts that a changed or retracted fact has made wrong, in the order of the releases.
  ///
  /// A text uses a fact if it gives the fact's number for the same thing or, where the fact has no
  /// number, most of its words. It is set right by another text that corrects it, or that was
  /// published later and says the new; a draft by an edit.
  package var staleTexts: [StaleText] {
    let changes = facts.flatMap(\.changes)
    guard !changes.isEmpty else { return [] }
    return releases.flatMap { release in
      changes.compactMap { change in
        guard release.withdrawal == nil, uses(release, change),
          !isSetRight(release, change)
        else { return nil }
        return StaleText(
          release: release.number, isPublished: release.publication != nil, fact: change.fact,
          old: change.old, new: change.new, since: change.since,
          centres: release.copies.map(\.centre))
      }
    }
  }

  private func uses(_ release: Release, _ change: Fact.Change) -> Bool {
    // What was written when the new was known may quote the old on purpose.
    guard release.written.sequence < change.since.sequence else { return false }
    return release.content.allTexts.contains { change.isToldBy($0) }
  }

  private func isSetRight(_ release: Release, _ change: Fact.Change) -> Bool {
    releases.contains { other in
      guard other.isInForce, let published = other.publication,
        published.stamp.sequence > change.since.sequence
      else { return false }
      if other.corrects == release.number { return true }
      guard let new = change.new, other.number != release.number else { return false }
      return other.content.allTexts.contains { FactUse(new).isIn($0) }
    }
  }

  /// Numbers in a text that differ from what was published before for the same thing, and that
  /// neither the fact sheet nor the text's own purpose explains.
  func numberConflicts(of release: Release) -> [NumberConflict] {
    let current = facts.filter { $0.retracted == nil }.flatMap { Measure.all(in: $0.text) }
    var conflicts: [NumberConflict] = []
    for measure in release.content.allTexts.flatMap(Measure.all) where measure.subject.isCount {
      let isOnFactSheet = current.contains {
        $0.subject == measure.subject && $0.value == measure.value
      }
      guard !isOnFactSheet else { continue }
      let earlier = releases.filter { $0.isInForce && $0.number != release.corrects }
      // The newest word is what a reader remembers.
      for other in earlier.reversed() {
        let told = other.content.allTexts.flatMap(Measure.all)
          .filter { $0.subject == measure.subject }
        guard let first = told.first else { continue }
        let conflict = NumberConflict(
          text: measure.text, release: other.number, published: first.text)
        if !told.contains(where: { $0.value == measure.value }), !conflicts.contains(conflict) {
          conflicts.append(conflict)
        }
        break
      }
    }
    return conflicts
  }
}

extension Incident.Fact {
  /// One change of what is true: from an old wording to the present one, or to none.
  struct Change {
    let fact: Int
    let old: String
    let new: String?
    let since: Incident.Stamp

    /// Whether a text says the old, and not the new.
    func isToldBy(_ text: String) -> Bool {
      guard FactUse(old).isIn(text) else { return false }
      guard let new else { return true }
      return !FactUse(new).isIn(text)
    }
  }

  var changes: [Change] {
    var changes: [Change] = []
    let versions = history + [version]
    for (index, old) in history.enumerated() {
      let isSame = versions.dropFirst(index + 1).contains { $0.text == old.text }
      guard !isSame, old.text != text || retracted != nil else { continue }
      changes.append(
        Change(
          fact: number, old: old.text, new: retracted == nil ? text : nil,
          since: versions[index + 1].stamp))
    }
    if let retracted {
      changes.append(Change(fact: number, old: text, new: nil, since: retracted.stamp))
    }
    return changes
  }
}

/// What shows that a text says a statement.
struct FactUse {
  private let measures: [Measure]
  private let words: Set<String>
  /// Of a statement's words, so many have to stand in the text.
  private static let leastShare = 0.7

  init(_ statement: String) {
    measures = Measure.all(in: statement)
    words = Self.words(of: statement)
  }

  func isIn(_ text: String) -> Bool {
    if !measures.isEmpty {
      let told = Measure.all(in: text)
      return measures.contains { measure in
        told.contains { $0.subject == measure.subject && $0.value == measure.value }
      }
    }
    guard !words.isEmpty else { return false }
    let shared = words.intersection(Self.words(of: text)).count
    return Double(shared) >= Self.leastShare * Double(words.count)
  }

  /// Pairs of ideographs, and words of other scripts in small letters.
  private static func words(of text: String) -> Set<String> {
    var words: Set<String> = []
    var word = ""
    var before: Character?
    for character in text {
      let isIdeograph = character.unicodeScalars.allSatisfy { (0x3400...0x9fff).contains($0.value) }
      if isIdeograph {
        if let before { words.insert(String([before, character])) }
        before = character
      } else {
        before = nil
      }
      if !isIdeograph, character.isLetter || character.isNumber {
        word += character.lowercased()
      } else if !word.isEmpty {
        words.insert(word)
        word = ""
      }
    }
    if !word.isEmpty { words.insert(word) }
    return words
  }
}

extension ReleaseContent {
  /// Every text of the release, those of the channels too.
  var allTexts: [String] {
    let own = languages.compactMap { texts[$0] }
    let others = channels.keys.sorted().flatMap { channel in
      (channels[channel] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }
    return (own + others).map { $0.title + "\n" + $0.body }
  }

  /// The same as drafts to be read by the lint.
  var drafts: [TextLint.Draft] {
    languages.compactMap { language in
      texts[language].map { .init(language: language, title: $0.title, body: $0.body) }
    }
  }

  var channelDrafts: [TextLint.Draft] {
    channels.keys.sorted().flatMap { channel in
      (channels[channel] ?? [:]).sorted { $0.key < $1.key }.map { language, text in
        TextLint.Draft(
          language: "\(channel)/\(language)", title: text.title, body: text.body)
      }
    }
  }
}

extension Release {
  /// When the present text was written.
  var written: Incident.Stamp { edited ?? drafted }
}

// What a reader should look at in a draft.
extension DeskState {
  /// The findings in a text beside the fact sheet as it stands; `knownHosts` are sites whose links are
  /// no advertisement.
  package func findings(
    in release: Release, of incident: Incident, at now: Instant, knownHosts: [String] = []
  ) -> [TextFinding] {
    let facts = incident.facts.filter { $0.retracted == nil && $0.state == .known }
      .map { TextLint.Fact(label: "F\($0.number)", text: $0.text) }
    let lint = TextLint(
      facts: facts, eventTime: incident.eventTime.map(zone.civil), today: zone.civil(now),
      knownHosts: knownHosts)
    return lint.findings(in: release.content.drafts)
      + release.content.channelDrafts.flatMap { lint.findings(in: [$0]) }
  }

  func unfilledSlots(_ release: Release) -> [TextFinding] {
    let lint = TextLint(facts: [], eventTime: nil, today: zone.civil(release.drafted.time))
    return (release.content.drafts + release.content.channelDrafts)
      .flatMap { lint.findings(in: [$0]) }.filter(\.rule.keepsBack)
  }
}
