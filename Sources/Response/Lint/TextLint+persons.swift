import Bytes

// Names that are nobody's business: of minors, and of the dead and the hurt.
extension TextLint {
  func persons(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    for sentence in Self.sentences(of: part.text) {
      let text = String(part.text[sentence])
      let isMinor = Self.speaksOfMinor(text)
      guard isMinor || Self.casualtyWords.contains(where: text.lowercased().contains) else {
        continue
      }
      for name in Self.names(in: text) {
        guard let range = part.text[sentence].firstRange(of: name) else { continue }
        if isMinor {
          notes.add(
            .minorNamed, part, range, zh: "句中谈到未成年人，此处像一个姓名",
            en: "the sentence speaks of a minor, and this looks like a name")
        } else {
          notes.add(
            .casualtyNamed, part, range, zh: "句中谈到伤亡，此处像一个姓名：须家属同意",
            en: "the sentence speaks of casualties, and this looks like a name: ask the family")
        }
      }
    }
  }

  private static let casualtyWords = [
    "死者", "伤者", "遇难", "死亡", "身亡", "受伤", "重伤", "轻伤", "失联", "失踪", "被困", "罹难",
    "抢救无效", "逝世", "victim", "killed", "died", "dead", "death", "injured", "hurt", "wounded",
    "missing", "trapped", "casualt", "deceased",
  ]

  private static let minorWords = [
    "未成年", "男童", "女童", "儿童", "幼儿", "婴儿", "小学生", "初中生", "男孩", "女孩", "孩子",
    "minor", "child", "children", "toddler", "infant", "baby", "pupil", "schoolboy", "schoolgirl",
    "boy", "girl", "teenager",
  ]

  /// By a word, or by an age under 18.
  private static func speaksOfMinor(_ text: String) -> Bool {
    let lowered = text.lowercased()
    if minorWords.contains(where: { word in
      lowered.ranges(of: word).contains { isWord($0, in: lowered) }
    }) {
      return true
    }
    let ages = Numeral.all(in: lowered).filter { numeral in
      let after = lowered[numeral.range.upperBound...].drop { $0 == " " || $0 == "-" }
      let before = lowered[..<numeral.range.lowerBound]
      return ["岁", "周岁", "year-old", "years old", "year old"].contains { after.hasPrefix($0) }
        || before.hasSuffix("aged ") || before.hasSuffix("age ")
    }
    return ages.contains { $0.value < 18 }
  }

  /// Letters on neither side; Chinese needs none.
  private static func isWord(_ range: Range<String.Index>, in text: String) -> Bool {
    guard let first = text[range].first, first.isASCII else { return true }
    let before = text[..<range.lowerBound].last
    let after = text[range.upperBound...].first
    return !(before.map { $0.isASCII && $0.isLetter } ?? false)
      && !(after.map { $0.isASCII && $0.isLetter } ?? false)
  }

  private static func names(in text: String) -> [String] {
    var names = NamePatterns.besidePersons(in: text)
    // What stands behind the words for the dead and the hurt, and before an age.
    for word in ["死者", "伤者", "遇难者", "失联者", "失踪者", "罹难者"] {
      for range in text.ranges(of: word) {
        let rest = text[range.upperBound...].drop { "为是系：:，,（( ".contains($0) }
        if let name = [4, 3, 2].lazy.map({ String(rest.prefix($0)) })
          .first(where: { NamePatterns.isLike($0, isBeside: true) })
        {
          names.append(name)
        }
      }
    }
    for (pair, isBeside, hasOffice) in NamePatterns.english(in: text)
    where !hasOffice && (isBeside || NamePatterns.hasGivenName(pair)) {
      names.append(pair.text)
    }
    var seen: Set<String> = []
    return names.filter { !$0.contains("某") && seen.insert($0).inserted }
  }

  /// The ranges of sentences; a line is one at least.
  static func sentences(of text: String) -> [Range<String.Index>] {
    var sentences: [Range<String.Index>] = []
    var start = text.startIndex
    for index in text.indices {
      let next = text.index(after: index)
      let ends =
        "。！？；!?;".contains(text[index])
        || text[index] == "." && (next == text.endIndex || text[next].isWhitespace)
      guard ends else { continue }
      sentences.append(start..<next)
      start = next
    }
    if start < text.endIndex { sentences.append(start..<text.endIndex) }
    return sentences
  }
}
