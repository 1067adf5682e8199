import Bytes

/// Refuses to listen for somebody: a desk looks for what happens, and never for an account or for a
/// private person.
struct WatchedMatters {
  private let publicNames: [String]
  private let places: [String]

  init(_ relevance: Configuration.RelevanceSettings) {
    publicNames = relevance.publicNames.map { $0.lowercased() }
    let all = relevance.places + relevance.facilities
    places = all.flatMap { $0.names + $0.parts.flatMap { $0 } }.map { $0.lowercased() }
      .filter { $0.count >= 2 }
  }

  /// Words by which posts are found or weighed.
  func requireNoPerson(
    _ words: [String], _ name: String, _ fields: Fields
  ) throws(FieldFailure) {
    for word in words {
      if word.contains(where: { $0 == "@" || $0 == "＠" }) || bearsHandle(link: word) {
        throw fields.failure(
          name,
          Bilingual(
            zh: "“\(name)”中的“\(word)”指向一个账号；本台只关注事，不关注人：请删去，改写所关注的事",
            en: "'\(word)' under '\(name)' names an account; a desk listens for what happens and "
              + "never for anybody: take it away and write what happens"))
      }
      guard !Self.hasNumberOfPerson(word) else {
        throw fields.failure(
          name,
          Bilingual(
            zh: "“\(name)”中的“\(word)”像是一个人的电话或证件号码；本台不关注个人：请删去，改写所关注的事；"
              + "服务热线可写（如 12345、400 开头）",
            en: "'\(word)' under '\(name)' looks like somebody's telephone or identity number; a "
              + "desk never listens for a private person: take it away and write what happens. "
              + "Service lines may stand (12345, 400…)"))
      }
      guard let person = NamePatterns.person(in: word), !isPublic(person) else { continue }
      throw fields.failure(
        name,
        Bilingual(
          zh: "“\(name)”中的“\(word)”像是一个人的姓名（\(person)）；本台不关注个人："
            + "请删去，改写所发生的事（如“石桥 停水”）；若是地名，写入 places；若因公职可具名，写入 publicNames",
          en: "'\(word)' under '\(name)' looks like a person's name (\(person)); a desk never "
            + "listens for a private person: take it away and write what happens. A place "
            + "belongs under places, who is public by office under publicNames, and words that "
            + "name nobody in small letters"))
    }
  }

  /// The number of a telephone that one person carries, or of somebody's papers. A service line is
  /// shorter, or begins with 400 or 800.
  private static func hasNumberOfPerson(_ word: String) -> Bool {
    let runs = word.split { !isDigit($0) && !" -.()（）+＋".contains($0) }
    return runs.contains { run in
      var digits = run.filter(isDigit).compactMap(\.wholeNumberValue).map(String.init).joined()
      if digits.hasPrefix("86"), digits.count == 13 { digits.removeFirst(2) }
      if digits.hasPrefix("400") || digits.hasPrefix("800"), digits.count == 10 { return false }
      let isMobile = digits.count == 11 && digits.wholeMatch(of: /1[3-9][0-9]+/) != nil
      return isMobile || run.split { !isDigit($0) }.contains { $0.count >= 10 }
        || digits.count >= 10 && (digits.hasPrefix("0") || run.contains { "+＋".contains($0) })
    }
  }

  /// 五 and 万 are numbers too, and none that anybody dials.
  private static func isDigit(_ character: Character) -> Bool {
    character.unicodeScalars.first?.properties.numericType == .decimal
  }

  private func isPublic(_ person: String) -> Bool {
    let person = person.lowercased()
    return publicNames.contains { $0.contains(person) }
      || places.contains { $0.contains(person) || person.contains($0) }
  }
}
