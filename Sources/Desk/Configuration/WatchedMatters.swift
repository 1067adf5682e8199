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
      guard let person = NamePatterns.person(in: word), !isPublic(person) else { continue }
      throw fields.failure(
        name,
        Bilingual(
          zh: "“\(name)”中的“\(word)”像是一个人的姓名（\(person)）；本台不关注个人："
            + "请删去；若是地名，写入 places；若因公职可具名，写入 publicNames",
          en: "'\(word)' under '\(name)' looks like a person's name (\(person)); a desk never "
            + "listens for a private person: take it away. A place belongs under places, who is "
            + "public by office under publicNames, and words that name nobody in small letters"))
    }
  }

  private func isPublic(_ person: String) -> Bool {
    let person = person.lowercased()
    return publicNames.contains { $0.contains(person) }
      || places.contains { $0.contains(person) || person.contains($0) }
  }
}
