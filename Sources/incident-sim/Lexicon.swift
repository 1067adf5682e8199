import Bytes

/// The lists of words that frames name, some with a list of their own for an area.
struct Lexicon: Sendable {
  private struct List: Sendable {
    var entries: [[Frame.Piece]] = []
    var areas: [(area: String, entries: [[Frame.Piece]])] = []
  }

  let names: [String]
  private var lists: [List]

  /// Reads an object of lists: each a text of words with blanks between, or a list of phrases.
  ///
  /// They come after those of `base`, whose places stay what they are.
  init(_ entries: [(String, JSON)], after base: Lexicon? = nil) throws(FieldFailure) {
    var names = base?.names ?? []
    for (name, json) in entries where !name.contains("@") {
      guard !FrameReader.reserved.contains(name), !names.contains(name) else {
        throw FieldFailure(
          Bilingual(zh: "“\(name)”已有他用", en: "the name '\(name)' is taken"), at: json.offset)
      }
      names.append(name)
    }
    self.names = names
    lists = base?.lists ?? []
    lists += Array(repeating: List(), count: names.count - lists.count)
    for (name, json) in entries {
      let parts = name.split(separator: "@", maxSplits: 1)
      guard let first = parts.first, let place = names.firstIndex(of: String(first)) else {
        throw FieldFailure(
          unknownName(
            String(parts.first ?? ""), among: names, Bilingual(zh: "词表", en: "list of words")),
          at: json.offset)
      }
      let phrases = try Self.phrases(json, named: name, words: names)
      if parts.count == 2 {
        lists[place].areas.append((String(parts[1]), phrases))
      } else {
        lists[place].entries = phrases
      }
    }
    try refuseCircles(entries, from: base?.names.count ?? 0)
  }

  /// The areas that some list is made for.
  var areas: [String] {
    var areas: [String] = []
    for list in lists {
      for (area, _) in list.areas where !areas.contains(area) { areas.append(area) }
    }
    return areas
  }

  func entries(of list: Int, area: String) -> [[Frame.Piece]] {
    lists[list].areas.first { $0.area == area }?.entries ?? lists[list].entries
  }

  private static func phrases(
    _ json: JSON, named name: String, words: [String]
  ) throws(FieldFailure) -> [[Frame.Piece]] {
    let texts: [JSON]
    if let text = json.string {
      texts = text.split(separator: " ").map { JSON(.string(String($0)), offset: json.offset) }
    } else {
      texts = json.array ?? []
    }
    guard !texts.isEmpty else {
      throw FieldFailure(
        Bilingual(
          zh: "词表“\(name)”应为以空格分开的词，或短语列表",
          en: "'\(name)' should be words with blanks between, or a list of phrases"),
        at: json.offset)
    }
    var phrases: [[Frame.Piece]] = []
    for text in texts {
      let frame = try Frame(text, path: name, words: words)
      guard frame.title == nil, !frame.quotes else {
        throw FieldFailure(
          Bilingual(zh: "词中不能有标题或引文", en: "a word can have no title and pass nothing on"),
          at: text.offset)
      }
      phrases.append(frame.body)
    }
    return phrases
  }

  /// A list that leads back to itself would never come to an end.
  private func refuseCircles(_ entries: [(String, JSON)], from first: Int) throws(FieldFailure) {
    // A list of the base can lead to no new one, so only the new are looked at.
    let named = lists.map { list in
      Self.words(in: Array((list.entries + list.areas.flatMap { $0.entries }).joined()))
    }
    for place in first..<names.count {
      var reached: Set<Int> = []
      var open = named[place]
      while let next = open.popFirst() {
        if reached.insert(next).inserted { open.formUnion(named[next].subtracting(reached)) }
      }
      guard reached.contains(place) else { continue }
      let offset = entries.first { $0.0 == names[place] }?.1.offset ?? 0
      throw FieldFailure(
        Bilingual(
          zh: "词表“\(names[place])”绕回到自己", en: "the list '\(names[place])' leads back to itself"),
        at: offset)
    }
  }

  private static func words(in pieces: [Frame.Piece]) -> Set<Int> {
    var found: Set<Int> = []
    for piece in pieces {
      switch piece {
      case .word(let list, _): found.insert(list)
      case .choice(let alternatives):
        for alternative in alternatives { found.formUnion(words(in: alternative)) }
      case .text, .number, .moment, .quoted: break
      }
    }
    return found
  }
}
