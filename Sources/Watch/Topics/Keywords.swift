// Words that a person can read, made of the fragments that the model counts.
extension TopicModel {
  private static let keywordLimit = 10
  /// A fragment grows by a character while so many of the texts that hold it agree.
  private static let agreement = 0.8
  private static let longest = 8
  /// A link outward that is so much stronger than the one inward tears a word.
  private static let tornMargin = 1.0
  /// Of several texts that stand for a topic, this share has to hold a word of its label.
  private static let commonShare = 0.6

  /// The topic's leading words, the most telling first.
  ///
  /// A pair or triple of ideographs is a fragment: 工厂 of 化工厂. It is grown to both sides, in the
  /// texts that stand for the topic, as far as they agree and the characters belong together.
  mutating func keywords(slot: Int) -> [String] {
    var ranked: [(term: Int32, score: Double)] = []
    for (term, weight) in centroids.heaviest(slot, 24) {
      let burst = rates.significance(rates.table.entries[Int(term)])
      ranked.append((term, Double(weight) * (1 + burst)))
    }
    ranked.sort { $0.score != $1.score ? $0.score > $1.score : $0.term < $1.term }
    let texts = clusters[slot].references.map { scanner.text.compared($0.text) }
    var found: [Keyword] = []
    for (term, score) in ranked {
      let word: [UInt32]
      switch TermScanner.parts(of: rates.table.entries[Int(term)].key) {
      case .ideographs(let parts): word = grown(parts.map { UInt32($0) }, in: texts)
      case .word, .wordPair: word = rates.table.text(term).unicodeScalars.map(\.value)
      }
      let holders = texts.count { Self.place(of: word, in: $0) != nil }
      found.append(Keyword(scalars: word, holders: holders, score: score * Double(holders)))
    }
    // What most of the texts say comes first; of equals, what the model ranked higher.
    let order = found.indices.sorted {
      found[$0].score != found[$1].score ? found[$0].score > found[$1].score : $0 < $1
    }
    var words: [Keyword] = []
    // What only one of several texts says names that text, not the topic.
    let needed = min(
      texts.count, max(2, Int((Double(texts.count) * Self.commonShare).rounded(.up))))
    for index in order where words.count < Self.keywordLimit {
      guard found[index].holders >= needed, !Self.isTorn(found[index].scalars) else { continue }
      Self.add(found[index], to: &words)
    }
    if words.isEmpty, let first = order.first(where: { !Self.isTorn(found[$0].scalars) }) {
      words.append(found[first])
    }
    keepTelling(slot: slot, texts, words)
    return words.map { word in
      var text = ""
      for value in word.scalars {
        if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      }
      return text
    }
  }

  /// Drops posts that hold none of the words, as long as three are left: what joined before the
  /// topic was one does not stand for it.
  private mutating func keepTelling(slot: Int, _ texts: [[UInt32]], _ words: [Keyword]) {
    let telling = texts.indices.filter { index in
      words.contains { Self.place(of: $0.scalars, in: texts[index]) != nil }
    }
    guard telling.count >= 3, telling.count < texts.count else { return }
    let references = clusters[slot].references
    clusters[slot].references = telling.map { references[$0] }
  }

  private struct Keyword {
    var scalars: [UInt32]
    /// How many of the texts hold it.
    var holders: Int
    var score: Double
  }

  /// Characters that neither begin nor end a word that says what a topic is about.
  private static let particles = Set(
    "的了在是我有和就不都也很到要去你着没这那他她它们被把与及等让为因或之将已如何什么哪些怎样还吗呢吧啊"
      .unicodeScalars.map(\.value))

  /// Whether it begins or ends in the middle of a phrase: 情况如 of 情况如何.
  private static func isTorn(_ word: [UInt32]) -> Bool {
    guard let first = word.first, let last = word.last else { return true }
    return particles.contains(first) || particles.contains(last)
  }

  /// How many characters the end of one word shares with the beginning of the other.
  private static func overlap(_ left: [UInt32], _ right: [UInt32]) -> Int {
    for length in stride(from: min(left.count, right.count), to: 0, by: -1)
    where left.suffix(length).elementsEqual(right.prefix(length)) { return length }
    return 0
  }

  /// Of two of which one is a part of the other, the longer stays, unless far fewer texts hold it.
  private static func add(_ word: Keyword, to words: inout [Keyword]) {
    let isPiece = words.contains {
      2 * max(overlap($0.scalars, word.scalars), overlap(word.scalars, $0.scalars))
        >= word.scalars.count
    }
    if words.contains(where: { place(of: word.scalars, in: $0.scalars) != nil }) { return }
    guard let part = words.firstIndex(where: { place(of: $0.scalars, in: word.scalars) != nil })
    else {
      if !isPiece { words.append(word) }
      return
    }
    guard word.holders * 4 >= words[part].holders * 3 else { return }
    words[part] = word
    var index = part + 1
    while index < words.count {
      if place(of: words[index].scalars, in: word.scalars) != nil {
        words.remove(at: index)
      } else {
        index += 1
      }
    }
  }

  private func grown(_ fragment: [UInt32], in texts: [[UInt32]]) -> [UInt32] {
    var word = fragment
    while word.count < Self.longest {
      var before: [UInt32] = []
      var after: [UInt32] = []
      var holders = 0
      for text in texts {
        guard let at = Self.place(of: word, in: text) else { continue }
        holders += 1
        if at > 0 { before.append(text[at - 1]) }
        if at + word.count < text.count { after.append(text[at + word.count]) }
      }
      let needed = max(2, Int((Double(holders) * Self.agreement).rounded(.up)))
      let left = Self.commonest(before, needed).flatMap { isLinked($0.scalar, word[0]) ? $0 : nil }
      let right = Self.commonest(after, needed).flatMap {
        isLinked(word[word.count - 1], $0.scalar) ? $0 : nil
      }
      guard left != nil || right != nil else { break }
      if let left, left.count >= right?.count ?? 0 {
        word.insert(left.scalar, at: 0)
      } else if let right {
        word.append(right.scalar)
      }
    }
    return trimmed(word, in: texts)
  }

  /// The word without a first or last character that belongs to its neighbour outside: 海地地 of
  /// 海地地震 is 海地, for the last 地 holds to 震 and not to the 地 before it.
  private func trimmed(_ word: [UInt32], in texts: [[UInt32]]) -> [UInt32] {
    guard word.count > 2 else { return word }
    var (leftTorn, rightTorn, holders) = (0, 0, 0)
    let inner = (
      left: scanner.links.strength(word[0], word[1]),
      right: scanner.links.strength(word[word.count - 2], word[word.count - 1])
    )
    for text in texts {
      guard let at = Self.place(of: word, in: text) else { continue }
      holders += 1
      let end = at + word.count
      if at > 0, isIdeograph(text[at - 1]),
        scanner.links.strength(text[at - 1], word[0]) > inner.left + Self.tornMargin
      {
        leftTorn += 1
      }
      if end < text.count, isIdeograph(text[end]),
        scanner.links.strength(word[word.count - 1], text[end]) > inner.right + Self.tornMargin
      {
        rightTorn += 1
      }
    }
    var slice = word[...]
    if rightTorn * 2 > holders { slice = slice.dropLast() }
    if leftTorn * 2 > holders, slice.count > 2 { slice = slice.dropFirst() }
    return Array(slice)
  }

  private func isIdeograph(_ scalar: UInt32) -> Bool {
    Alphabet.shared.scalarClass(scalar) == .ideograph
  }

  /// The character that stands here in most texts, if in as many as needed; of equals the lowest.
  private static func commonest(
    _ scalars: [UInt32], _ needed: Int
  ) -> (scalar: UInt32, count: Int)? {
    guard scalars.count >= needed else { return nil }
    var best: (scalar: UInt32, count: Int)?
    for scalar in scalars {
      let count = scalars.count { $0 == scalar }
      if count > best?.count ?? 0 || count == best?.count && scalar < best?.scalar ?? 0 {
        best = (scalar, count)
      }
    }
    return best.flatMap { $0.count >= needed ? $0 : nil }
  }

  private func isLinked(_ left: UInt32, _ right: UInt32) -> Bool {
    let alphabet = Alphabet.shared
    return alphabet.scalarClass(left) == .ideograph && alphabet.scalarClass(right) == .ideograph
      && scanner.links.strength(left, right) >= CharacterLinks.chainStrength
  }

  private static func place(of word: [UInt32], in text: [UInt32]) -> Int? {
    guard let first = word.first, text.count >= word.count else { return nil }
    for start in 0...text.count - word.count where text[start] == first {
      var length = 1
      while length < word.count, text[start + length] == word[length] { length += 1 }
      if length == word.count { return start }
    }
    return nil
  }
}
