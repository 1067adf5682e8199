/// What names of persons look like, and what stands beside them. Words and surnames are such as any
/// dictionary has, gathered for this program.
package enum NamePatterns {
  /// Whether a text goes on, behind a name, with what befell somebody: only the rules know that.
  package typealias Ending = (Substring) -> Bool

  // Chinese.

  /// The name that a word is, or begins: a surname and one or two characters that names are made of.
  /// A word of two is a name of three where the texts nearly always go on with the same character.
  package static func chinese(
    _ word: String, in texts: [String], until ends: Ending = { _ in false }
  ) -> String? {
    func isName(_ word: String) -> Bool {
      isLike(word)
        || isLike(word, isBeside: true)
          && texts.contains { isBesidePerson(word, in: $0, until: ends) }
    }
    guard word.count == surname(of: word).count + 1 else { return isName(word) ? word : nil }
    var next: [Character: Int] = [:]
    var places = 0
    for text in texts {
      guard let range = text.firstRange(of: word) else { continue }
      places += 1
      if range.upperBound < text.endIndex { next[text[range.upperBound], default: 0] += 1 }
    }
    if let (character, count) = next.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      places >= 2, count * 5 >= places * 4
    {
      let longer = word + String(character)
      if isLike(word) ? isLike(longer) || isName(longer) : isName(longer) { return longer }
    }
    return isName(word) ? word : nil
  }

  /// The surname that a text begins with; empty if it begins with none.
  package static func surname(of text: String) -> String {
    let two = String(text.prefix(2))
    if compoundSurnames.contains(two) { return two }
    guard let first = text.first else { return "" }
    return [surnames, traditionalSurnames, lessSurnames, hardlySurnames]
      .contains { $0.contains(first) } ? String(first) : ""
  }

  /// A name of two characters may be the beginning of another word, so something has to end it.
  package static func isBesidePerson(
    _ name: String, in text: String, until ends: Ending = { _ in false }
  ) -> Bool {
    eachPlace(of: name, in: text) { before, after in
      if personsAfter.contains(where: { after.hasPrefix($0) }) { return true }
      let isEnded = name.count > 2 || isEnd(after) || ends(after)
      return isEnded && personsBefore.contains { before.hasSuffix($0) }
    }
  }

  /// A word without the word for a person that it begins with.
  package static func withoutPerson(_ word: String) -> String {
    personsBefore.filter { word.hasPrefix($0) }.max { $0.count < $1.count }
      .map { String(word.dropFirst($0.count)) } ?? word
  }

  /// Whether a text goes on as a sentence does behind a name.
  package static func goesOn(_ rest: String) -> Bool {
    rest.first.map { goesOn.contains($0) || neverInNames.contains($0) } ?? false
  }

  /// No name goes on with what no name has in it: 王芳打人, 刘伟跳楼.
  private static func isEnd(_ rest: Substring) -> Bool {
    rest.first.map { !isIdeograph($0) || goesOn(String($0)) } ?? true
  }

  /// Storms have names as persons have. A person is named where a storm is talked of as well, so the
  /// word has to stand beside the name.
  package static func isStorm(_ name: String, in text: String) -> Bool {
    eachPlace(of: name, in: text) { before, after in
      storms.contains {
        withoutQuotes(before, atEnd: true).hasSuffix($0)
          || withoutQuotes(after, atEnd: false).hasPrefix($0)
      }
    }
  }

  /// 登陆 is what a storm does, and what people write for 登录, which anybody does.
  package static func comesAshore(_ name: String, in text: String) -> Bool {
    eachPlace(of: name, in: text) { _, after in
      withoutQuotes(after, atEnd: false).hasPrefix("登陆")
    }
  }

  package static func bearsOffice(_ name: String, in text: String) -> Bool {
    eachPlace(of: name, in: text) { before, after in
      if offices.contains(where: { before.hasSuffix($0) }) {
        return !notOffices.contains { before.hasSuffix($0) }
      }
      guard let office = offices.first(where: { after.hasPrefix($0) }) else { return false }
      let rest = after.dropFirst(office.count)
      return !behindOffices.contains { rest.hasPrefix($0) }
    }
  }

  private static func withoutQuotes(_ text: Substring, atEnd: Bool) -> Substring {
    var text = text
    let quotes: Set<Character> = ["“", "”", "\"", "「", "」", "『", "』", "《", "》", "‘", "’", "'"]
    if atEnd {
      while let last = text.last, quotes.contains(last) { text.removeLast() }
    } else {
      while let first = text.first, quotes.contains(first) { text.removeFirst() }
    }
    return text
  }

  /// The names in a text that stand beside a word for a person.
  package static func besidePersons(
    in text: String, until ends: Ending = { _ in false }
  ) -> [String] {
    var found: [String] = []
    for word in personsBefore {
      for range in text.ranges(of: word) {
        for name in begin(of: text[range.upperBound...], until: ends)
        where !found.contains(name) && isBesidePerson(name, in: text, until: ends) {
          found.append(name)
        }
      }
    }
    for word in personsAfter {
      for range in text.ranges(of: word) {
        let before = text[..<range.lowerBound]
        // The longest: of 欧阳明月 the last two may be a name as well.
        let name = (2...4).reversed().lazy.map { String(before.suffix($0)) }
          .first { isLike($0, isBeside: true) && $0.count <= surname(of: $0).count + 2 }
        if let name, !found.contains(name) { found.append(name) }
      }
    }
    return found
  }

  /// The name that a text begins with, if something shows where it ends; else the longer that it may
  /// be.
  private static func begin(of text: Substring, until ends: Ending) -> [String] {
    let count = surname(of: String(text.prefix(2))).count
    // 学生安全撤离 has no 安全撤 in it.
    guard !notNames.contains(String(text.prefix(count + 1))) else { return [] }
    let names = [count + 2, count + 1].map { String(text.prefix($0)) }
      .filter { isLike($0, isBeside: true) }
    let ended = names.filter { name in
      let rest = text.dropFirst(name.count)
      return isEnd(rest) || ends(rest)
    }
    return ended.isEmpty ? names.filter { $0.count == count + 2 } : ended
  }

  /// Whether a word is formed as a name is: a surname, and one or two characters of names.
  ///
  /// Characters that names and everyday words have alike (国, 海, 学) are those of a name beside a
  /// word for a person, or where both of two are such as given names are made of. Beside surnames
  /// that begin words themselves (高, 江) it takes the latter in any case.
  package static func isLike(_ word: String, isBeside: Bool = false) -> Bool {
    let surname = surname(of: word)
    let count = surname.count
    guard count > 0, word.count > count, word.count <= count + 2, word.allSatisfy(isIdeograph),
      !notNames.contains(word)
    else { return false }
    let given = word.dropFirst(count)
    guard given.allSatisfy({ !neverInNames.contains($0) }), !personsAfter.contains(String(given)),
      !given.hasPrefix("某"), !given.hasPrefix("女"), !given.hasPrefix("姓")
    else { return false }
    let (isLess, isHardly) = (isAny(of: lessSurnames, surname), isAny(of: hardlySurnames, surname))
    if !isLess, !isHardly, given.allSatisfy({ !seldomInNames.contains($0) }) { return true }
    // 于金华 is no name where somebody was 于金华 seen, nor 石大学 one.
    let isWord = isWordToo(surname)
    guard !notGiven.contains(String(given)), given.last.map({ !goesOn.contains($0) }) ?? false,
      !isWord || !notNames.contains(String(given)) && !notNames.contains(String(word.prefix(2)))
    else { return false }
    // 学生向学校反映 names nobody.
    if given.count == 1, surname == "向" || surname == "于" { return false }
    let isUsual = given.allSatisfy(usualInNames.contains)
    if isBeside { return isUsual || !isWord }
    return given.count == 2 && isUsual && !isHardly
  }

  /// Whether a surname begins everyday words as well.
  static func isWordToo(_ surname: String) -> Bool {
    [wordSurnames, lessSurnames, hardlySurnames].contains { isAny(of: $0, surname) }
  }

  private static func isAny(of surnames: Set<Character>, _ surname: String) -> Bool {
    surname.count == 1 && surname.first.map(surnames.contains) ?? false
  }

  /// An everyday word that is none for a person, though it looks like a name.
  package static func isEveryday(_ word: String) -> Bool { notNames.contains(word) }

  private static func eachPlace(
    of name: String, in text: String, _ test: (Substring, Substring) -> Bool
  ) -> Bool {
    text.ranges(of: name).contains { test(text[..<$0.lowerBound], text[$0.upperBound...]) }
  }

  private static func isIdeograph(_ character: Character) -> Bool {
    character.unicodeScalars.allSatisfy { (0x4e00...0x9fff).contains($0.value) }
  }

  static func words(_ text: StaticString) -> Set<String> {
    let text = text.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    return Set(text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
  }

  static func characters(_ text: StaticString) -> Set<Character> { Set(words(text).joined()) }
}
