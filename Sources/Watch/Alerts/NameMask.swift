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
  /// In so few posts a word that looks like a name may be one, whatever stands beside it.
  private static let fewPosts = 3

  private let publicNames: Set<String>
  private let places: Set<String>
  private let generalFinder: WordFinder

  package init(_ profile: RelevanceProfile) {
    // One character is a part of half of all names, and none of every name.
    func whole(_ names: [String]) -> Set<String> {
      Set(names.map(Self.compared).filter { $0.count >= 2 })
    }
    publicNames = whole(profile.publicNames)
    places = whole(
      (profile.places + profile.facilities).flatMap { $0.names + $0.parts.flatMap { $0 } })
    // A place says where; what befell somebody does not make a topic one of more than him.
    generalFinder = WordFinder(
      SeverityWord.standard.map(\.word) + profile.severityWords.map(\.word))
  }

  /// The topic as it may be shown and sent, and written down once people are told of it.
  package func masked(_ topic: TopicSnapshot) -> Masked {
    let names = names(in: topic)
    guard !names.isEmpty else { return Masked(topic: topic, isMasked: false) }
    let cover = NameCover(names)
    var shown = topic
    shown.keywords = cover.keywords(topic.keywords)
    shown.label = cover.label(topic.label)
    for index in shown.references.indices {
      shown.references[index].text = cover.text(shown.references[index].text)
      // An address often spells its title, in pinyin too.
      shown.references[index].link = nil
    }
    return Masked(topic: shown, isMasked: true)
  }

  /// The topic's words as they may be written down before much is known of it.
  ///
  /// What the record holds it holds for good, and the first posts do not show yet whether a topic is
  /// mainly somebody's name. So what looks like a name at all is withheld here, and now and then a
  /// word that is none.
  package func firstWords(of topic: TopicSnapshot) -> (label: String, keywords: [String]) {
    let texts = topic.references.map(\.text)
    let compared = texts.map(Self.compared)
    let found = chineseCandidates(topic.keywords[...], compared)
    let chinese = found.filter { candidate in
      candidate.name.count >= 3 || candidate.isBeside || candidate.holders < Self.fewPosts
    }
    let words = Self.words(of: topic.keywords[...])
    // Two capitals are a firm or a street as often as a person; half of one is kept out only where
    // more speaks for it.
    let english = englishCandidates(texts).filter { candidate in
      candidate.isIn(words)
        || (candidate.isBeside || NamePatterns.hasGivenName(candidate.pair))
          && candidate.parts.contains { words.contains($0) }
    }
    let names =
      chinese.map { Self.name($0.name) } + besidePersons(compared)
      + english.flatMap(\.names)
    let cover = NameCover(names)
    return (cover.label(topic.label), cover.keywords(topic.keywords))
  }

  /// Posts that no topic stands behind, as they may be written down: without the names that stand
  /// beside a word for a person. The ids are of those that had one.
  package func masked(
    _ references: [TopicReference]
  ) -> (references: [TopicReference], naming: Set<String>) {
    let texts = references.map(\.text)
    let english = englishCandidates(texts).filter(\.isBeside).flatMap(\.names)
    let cover = NameCover(besidePersons(texts.map(Self.compared)) + english)
    var shown = references
    var naming: Set<String> = []
    for index in shown.indices {
      shown[index].text = cover.text(references[index].text)
      if shown[index].text != references[index].text {
        naming.insert(references[index].id)
        shown[index].link = nil
      }
    }
    return (shown, naming)
  }

  /// The topic as the rules compare it with what was told before: that was written down without
  /// names, and two who are not named are not the same.
  package func comparable(_ topic: TopicSnapshot) -> TopicSnapshot {
    var topic = topic
    topic.keywords = masked(topic).topic.keywords.filter { !Self.isStand($0) }
    return topic
  }

  /// Whether a keyword is what stands for a name, and so says nothing of what happened.
  package static func isStand(_ keyword: String) -> Bool {
    if keyword == NameCover.englishStand { return true }
    let given = keyword.dropFirst(NamePatterns.surname(of: keyword).count)
    return !given.isEmpty && given.allSatisfy { $0 == "某" }
  }

  private func names(in topic: TopicSnapshot) -> [NameCover.Name] {
    let texts = topic.references.map(\.text)
    guard texts.count >= Self.leastPosts else { return [] }
    let compared = texts.map(Self.compared)
    let leading = topic.keywords.prefix(Self.leadingWords)
    let chinese = chineseCandidates(leading, compared)
    let english = englishCandidates(texts).filter { $0.isIn(Self.words(of: leading)) }
    // Several names are as little beside each other as one is.
    let likely = chinese.filter { $0.name.count >= 3 || $0.isBeside }
    let isOnly = leading.allSatisfy { word in
      likely.contains { $0.name.contains(word) || word.contains($0.name) }
        || word.split(separator: " ").allSatisfy { part in
          english.contains {
            $0.parts.contains(String(part)) || $0.pair.last.lowercased() == part
          }
        } || NamePatterns.general.contains(word)
        || !generalFinder.find(in: Alphabet.shared.compared(word)).isEmpty
    }
    let isMainlyOne =
      likely.contains { isMain($0.holders, of: texts) && ($0.isBeside || isOnly) }
      || english.contains { isMain($0.holders, of: texts) && ($0.isBeside || isOnly) }
    guard isMainlyOne else { return [] }
    // Who else looks like a person in such a topic is most likely one.
    let others = englishCandidates(texts).filter {
      $0.isBeside || $0.isIn(Self.words(of: topic.keywords[...]))
    }
    return chineseCandidates(topic.keywords[...], compared).map { Self.name($0.name) }
      + besidePersons(compared) + others.flatMap(\.names)
  }

  private func isMain(_ holders: Int, of texts: [String]) -> Bool {
    holders >= Self.leastPosts && Double(holders) >= Self.share * Double(texts.count)
  }

  /// One post in which a word happens to stand beside a name says nothing of who bears it.
  private static func isSaid(in holders: [String], _ test: (String) -> Bool) -> Bool {
    let count = holders.count(where: test)
    return count >= leastPosts && count * 2 > holders.count
  }

  // Chinese.

  private struct ChineseCandidate {
    var name: String
    var holders: Int
    var isBeside: Bool
  }

  private func chineseCandidates(
    _ keywords: ArraySlice<String>, _ texts: [String]
  ) -> [ChineseCandidate] {
    var found: [ChineseCandidate] = []
    for word in keywords.map(Self.compared) {
      for part in [word] + namelike(word) {
        guard let candidate = chineseCandidate(part, texts) else { continue }
        if !found.contains(where: { $0.name == candidate.name }) { found.append(candidate) }
        break
      }
    }
    return found
  }

  private func chineseCandidate(_ word: String, _ texts: [String]) -> ChineseCandidate? {
    guard !isPublic(word), let name = NamePatterns.chinese(word, in: texts, until: ends),
      !isPublic(name),
      generalFinder.find(in: Alphabet.shared.compared(name)).isEmpty
    else { return nil }
    let holders = texts.filter { $0.contains(name) }
    guard !isNamed(name, in: holders) else { return nil }
    let isBeside = holders.contains {
      NamePatterns.isBesidePerson(name, in: $0, until: ends)
    }
    return ChineseCandidate(name: name, holders: holders.count, isBeside: isBeside)
  }

  /// What befell somebody ends a name: 男子刘伟坠楼.
  private func ends(_ rest: Substring) -> Bool {
    generalFinder.begins(Alphabet.shared.compared(String(rest.prefix(Self.longestWord))))
  }

  private static let longestWord = 16

  /// Whether it is the name of an official or of a storm.
  private func isNamed(_ name: String, in holders: [String]) -> Bool {
    if Self.isSaid(in: holders, { NamePatterns.bearsOffice(name, in: $0) }) { return true }
    return holders.contains { NamePatterns.isStorm(name, in: $0) }
      && !holders.contains { NamePatterns.isBesidePerson(name, in: $0, until: ends) }
      && Self.isSaid(in: holders) {
        NamePatterns.isStorm(name, in: $0) || NamePatterns.comesAshore(name, in: $0)
      }
  }

  private func isPublic(_ name: String) -> Bool {
    publicNames.contains { $0.contains(name) }
      || places.contains { $0.contains(name) || name.contains($0) }
  }

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

  /// Names that stand beside a word for a person in one of the texts at least.
  private func besidePersons(_ texts: [String]) -> [NameCover.Name] {
    var names: [String] = []
    for name in texts.flatMap({ NamePatterns.besidePersons(in: $0, until: ends) })
    where !names.contains(name) && !isPublic(name) {
      // 李华砍 is 李华, and what he did.
      let short = String(name.dropLast())
      let isCut =
        NamePatterns.isLike(short, isBeside: true)
        && generalFinder.begins(Alphabet.shared.compared(Self.rest(behind: short, in: texts)))
      let name = isCut ? short : name
      if !isNamed(name, in: texts.filter { $0.contains(name) }) { names.append(name) }
    }
    return names.map { Self.name($0) }
  }

  private static func rest(behind name: String, in texts: [String]) -> String {
    texts.lazy.compactMap { text in
      text.firstRange(of: name).map { String(text[$0.upperBound...]) }
    }.first ?? ""
  }

  private static func name(_ name: String) -> NameCover.Name {
    let surname = NamePatterns.surname(of: name)
    return .chinese(name, surname: surname.count)
  }

  // English.

  private struct EnglishCandidate {
    var pair: NamePatterns.Pair
    /// As the texts write it: with an initial between or without.
    var spellings: [String] = []
    var holders = 0
    var isBeside = false
    var offices = 0

    /// As topics part words: of Smith-Jones they have two, and of O'Brien the whole.
    var parts: [String] { NameMask.parts(of: pair.first) + NameMask.parts(of: pair.last) }

    func isIn(_ words: Set<String>) -> Bool { parts.allSatisfy { words.contains($0) } }

    var names: [NameCover.Name] { spellings.map { .english($0, pair.first, pair.last) } }
  }

  private static func parts(of name: String) -> [String] {
    name.lowercased().split { !$0.isLetter }.map(String.init).filter { $0.count >= 2 }
  }

  private static func words(of keywords: ArraySlice<String>) -> Set<String> {
    Set(keywords.flatMap(parts))
  }

  /// In the order in which the texts name them.
  private func englishCandidates(_ texts: [String]) -> [EnglishCandidate] {
    var found: [EnglishCandidate] = []
    for text in texts {
      for (pair, isBeside, hasOffice) in NamePatterns.english(in: text) where !isPublic(pair) {
        let place =
          found.firstIndex { $0.pair.first == pair.first && $0.pair.last == pair.last }
          ?? found.endIndex
        if place == found.endIndex { found.append(EnglishCandidate(pair: pair)) }
        if !found[place].spellings.contains(pair.text) { found[place].spellings.append(pair.text) }
        found[place].isBeside = found[place].isBeside || isBeside
        found[place].offices += hasOffice ? 1 : 0
      }
    }
    // Capitals show what is a name, and then it is one in small letters as well.
    let compared = texts.map(Self.compared)
    for place in found.indices {
      let names = found[place].spellings.map(Self.compared)
      found[place].holders = compared.count { text in names.contains { text.contains($0) } }
    }
    return found.filter { !($0.offices >= Self.leastPosts && $0.offices * 2 > $0.holders) }
  }

  private func isPublic(_ pair: NamePatterns.Pair) -> Bool {
    let wholes = [pair.text, pair.first + " " + pair.last].map(Self.compared)
    let words = wholes + [pair.first, pair.last].map(Self.compared)
    if words.contains(where: { places.contains($0) }) { return true }
    return wholes.contains { whole in
      publicNames.contains(whole)
        || publicNames.union(places).contains {
          $0.hasPrefix(whole + " ") || $0.hasSuffix(" " + whole)
        }
    }
  }

  private static func compared(_ text: String) -> String {
    var result = ""
    for value in Alphabet.shared.compared(text) {
      if let scalar = Unicode.Scalar(value) { result.unicodeScalars.append(scalar) }
    }
    return result
  }
}
