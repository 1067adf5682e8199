import Bytes

/// Withholds the name of a private person where a topic is mainly that name.
///
/// A desk needs to know what happened and not to whom. The rule is modest and errs to both sides, so
/// it asks for much: a word of the topic's label that most of its posts have, that looks like a name,
/// and that either stands beside a word for a person (男子, 网友, 老师, Mr, year-old) or is the only
/// word of the topic that says anything. In Chinese a name is one of the usual surnames and one or two
/// characters that names are made of; in English two words with capitals in a text that is not all
/// capitals. Whoever bears an office (市长, Minister) is named because of it; places, facilities and
/// public names of the desk's profile are never taken for a person.
package struct NameMask: Sendable {
  package struct Masked: Hashable, Sendable {
    package var topic: TopicSnapshot
    /// Whether anything was withheld.
    package var isMasked: Bool
  }

  /// Of the posts that stand for a topic, so many have to have the name.
  private static let share = 0.5
  private static let leastPosts = 2
  /// Of the topic's words, the first so many say what it is mainly about.
  private static let leadingWords = 4

  private let known: Set<String>
  private let generalFinder: WordFinder

  package init(_ profile: RelevanceProfile) {
    var names = profile.publicNames
    names += (profile.places + profile.facilities).flatMap { $0.names + $0.parts.flatMap { $0 } }
    known = Set(names.map(Self.compared))
    // A place says where; what befell somebody does not make a topic one of more than him.
    generalFinder = WordFinder(
      SeverityWord.standard.map(\.word) + profile.severityWords.map(\.word))
  }

  /// The topic as it may be shown, written down and sent.
  package func masked(_ topic: TopicSnapshot) -> Masked {
    let names = names(in: topic)
    guard !names.isEmpty else { return Masked(topic: topic, isMasked: false) }
    var shown = topic
    func hide(_ text: String) -> String {
      names.reduce(text) { $1.hidden(in: $0) }
    }
    shown.label = hide(topic.label)
    shown.keywords = topic.keywords.map(hide)
    for index in shown.references.indices {
      shown.references[index].text = hide(shown.references[index].text)
    }
    return Masked(topic: shown, isMasked: true)
  }

  /// A name to be withheld, and what stands for it.
  private struct Name: Hashable {
    var parts: [String]
    var stand: String

    func hidden(in text: String) -> String {
      parts.reduce(text) { text, part in
        part.allSatisfy(\.isASCII)
          ? NameMask.replacing(part, in: text, with: stand)
          : text.replacing(part, with: stand)
      }
    }
  }

  private func names(in topic: TopicSnapshot) -> [Name] {
    let texts = topic.references.map(\.text)
    guard texts.count >= Self.leastPosts else { return [] }
    var found: [Name] = []
    for word in topic.keywords.prefix(Self.leadingWords) {
      for part in [word] + namelike(word) {
        guard let name = chineseName(part, topic.keywords, texts) else { continue }
        if !found.contains(name) { found.append(name) }
        break
      }
    }
    if let name = englishName(topic.keywords, texts) { found.append(name) }
    return found
  }

  private func isMain(_ holders: Int, of texts: [String]) -> Bool {
    holders >= Self.leastPosts && Double(holders) >= Self.share * Double(texts.count)
  }

  /// Whether nothing else among the leading words says what happened or where.
  private func isOnlyWord(_ isPart: (String) -> Bool, _ keywords: [String]) -> Bool {
    keywords.prefix(Self.leadingWords).allSatisfy { word in
      isPart(word) || NamePatterns.general.contains(word)
        || !generalFinder.find(in: Alphabet.shared.compared(word)).isEmpty
    }
  }

  // Chinese.

  /// What may be a name in a word that has grown: 男子张伟明, 张伟明持刀.
  private func namelike(_ word: String) -> [String] {
    let bare = NamePatterns.withoutPerson(word)
    let surname = NamePatterns.surname(of: bare).count
    guard surname > 0 else { return [] }
    return [surname + 2, surname + 1].compactMap { length in
      guard bare.count >= length, length < word.count else { return nil }
      let rest = String(bare.dropFirst(length))
      let isEnded =
        rest.isEmpty || NamePatterns.goesOn(rest)
        || generalFinder.begins(Alphabet.shared.compared(rest))
      return isEnded ? String(bare.prefix(length)) : nil
    }
  }

  private func chineseName(_ word: String, _ keywords: [String], _ texts: [String]) -> Name? {
    let texts = texts.map(Self.compared)
    guard let name = NamePatterns.chinese(word, in: texts), !known.contains(name),
      !known.contains(where: { $0.contains(name) || name.contains($0) })
    else { return nil }
    let holders = texts.filter { $0.contains(name) }
    guard isMain(holders.count, of: texts) else { return nil }
    let isNamed = { (text: String) in
      NamePatterns.bearsOffice(name, in: text) || NamePatterns.isStorm(name, in: text)
    }
    guard !holders.contains(where: isNamed) else { return nil }
    let isBeside = holders.contains { NamePatterns.isBesidePerson(name, in: $0) }
    let isPart = { (other: String) in name.contains(other) || other.contains(name) }
    guard isBeside || name.count >= 3 && isOnlyWord(isPart, keywords) else { return nil }
    let surname = NamePatterns.surname(of: name)
    let stand = surname + String(repeating: "某", count: name.count - surname.count)
    return Name(parts: [name], stand: stand)
  }

  // English.

  private func englishName(_ keywords: [String], _ texts: [String]) -> Name? {
    let leading = Set(
      keywords.prefix(Self.leadingWords).flatMap { word in
        word.split(separator: " ").map(String.init)
      })
    var holders: [NamePatterns.Pair: (count: Int, isBeside: Bool, hasOffice: Bool)] = [:]
    for text in texts {
      for (pair, isBeside, hasOffice) in NamePatterns.english(in: text) {
        let known = holders[pair] ?? (0, false, false)
        holders[pair] = (
          known.count + 1, known.isBeside || isBeside, known.hasOffice || hasOffice
        )
      }
    }
    let candidates = holders.filter { pair, figures in
      leading.contains(pair.first.lowercased()) && leading.contains(pair.last.lowercased())
        && isMain(figures.count, of: texts) && !figures.hasOffice && !isKnown(pair)
    }
    let best = candidates.max { left, right in
      (left.value.count, right.key.text) < (right.value.count, left.key.text)
    }
    guard let (pair, figures) = best else { return nil }
    let isPart = { (other: String) in
      other.split(separator: " ").allSatisfy {
        $0 == pair.first.lowercased() || $0 == pair.last.lowercased()
      }
    }
    guard figures.isBeside || isOnlyWord(isPart, keywords) else { return nil }
    return Name(
      parts: [pair.text, pair.first, pair.last], stand: "a private person")
  }

  private func isKnown(_ pair: NamePatterns.Pair) -> Bool {
    let words = [pair.text, pair.first, pair.last].map(Self.compared)
    return words.contains { known.contains($0) }
      || known.contains { $0.hasPrefix(words[0] + " ") || $0.hasSuffix(" " + words[0]) }
  }

  private static func compared(_ text: String) -> String {
    var result = ""
    for value in Alphabet.shared.compared(text) {
      if let scalar = Unicode.Scalar(value) { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// Replaces words of letters that stand by themselves, in capitals or not.
  fileprivate static func replacing(_ word: String, in text: String, with stand: String) -> String {
    let needle = Array(word.lowercased())
    let letters = Array(text)
    var result = ""
    var at = 0
    while at < letters.count {
      let end = at + needle.count
      let isHere =
        end <= letters.count
        && zip(letters[at..<end], needle).allSatisfy { $0.lowercased() == $1.lowercased() }
        && !(at > 0 && letters[at - 1].isLetter) && !(end < letters.count && letters[end].isLetter)
      if isHere {
        if !result.hasSuffix(stand) && !result.hasSuffix(stand + " ") { result += stand }
        at = end
      } else {
        result.append(letters[at])
        at += 1
      }
    }
    return result
  }
}
