// What is looked at first: how serious a topic is, and how well it holds together.

/// What the words of the posts that stand for a topic say about trouble, as shares of these posts.
struct TopicSeverity: Hashable, Sendable {
  var grave = 0.0
  /// Serious or grave.
  var serious = 0.0
  /// Worth a look, serious or grave.
  var any = 0.0
  var leisure = 0.0

  static let none = TopicSeverity()

  var shares: [Double] { [grave, serious, any, leisure] }
}

/// What the words of one text say about trouble.
struct TextTrouble: Hashable, Sendable {
  /// The highest of its words.
  var weight = 0
  var isDrill = false
  var isLeisure = false
}

/// Reads texts for words of trouble, whatever desk they are read for.
struct SeverityReader: Sendable {
  static let standard = SeverityReader()

  /// Of each word; apart, so that no string is touched while a text is read.
  private let weights: [Int]
  private let troubles: [Trouble]
  private let finder: WordFinder

  private init() {
    let words = SeverityWord.standard
    weights = words.map(\.weight)
    troubles = words.map(\.trouble)
    finder = WordFinder(words.map(\.word))
  }

  /// What one text says of trouble, so that it is read once and not at every look at its topic.
  func read(_ text: String) -> TextTrouble {
    let scalars = Alphabet.shared.compared(text)
    var trouble = TextTrouble()
    finder.eachWord(in: scalars) { number in
      trouble.weight = max(trouble.weight, weights[number])
      if troubles[number] == .drill { trouble.isDrill = true }
      if troubles[number] == .leisure { trouble.isLeisure = true }
    }
    return trouble
  }

  func read(_ texts: [TextTrouble]) -> TopicSeverity {
    guard !texts.isEmpty else { return .none }
    var severity = TopicSeverity()
    let share = 1 / Double(texts.count)
    for text in texts where !text.isDrill {
      if text.weight >= 1 { severity.any += share }
      if text.weight >= 2 { severity.serious += share }
      if text.weight >= 3 { severity.grave += share }
      if text.isLeisure { severity.leisure += share }
    }
    return severity
  }

  /// Whether a text alone is worth a look: serious words of two kinds of trouble, two words of
  /// harm, or a grave word and a number, as in a magnitude or a count of the missing.
  ///
  /// Only its beginning is read, a headline or a whole short post: long articles mention everything.
  func isAlarming(_ text: borrowing TextRuns) -> Bool {
    var serious: [Int] = []
    var isGrave = false
    var isIdle = false
    finder.eachWord(in: text.scalars, upTo: Self.beginning) { number in
      if weights[number] == 0 { isIdle = true }
      if weights[number] >= 3 { isGrave = true }
      if weights[number] >= 2, !serious.contains(number) { serious.append(number) }
    }
    guard !isIdle, let first = serious.first else { return false }
    let isOneKind = serious.allSatisfy { troubles[$0] == troubles[first] }
    let isTold = !isOneKind || serious.count { troubles[$0] == .harm } >= 2
    guard isTold || isGrave else { return false }
    let numbers = Self.numbers(in: text)
    // Quakes that nobody is harmed by are announced by the dozen every day.
    if isOneKind, troubles[first] == .quake,
      let magnitude = numbers.filter(\.isDecimal).map(\.value).max(),
      magnitude < Self.feltMagnitude
    {
      return false
    }
    return isTold || !numbers.isEmpty
  }

  private static let beginning = 200

  /// From here on a quake does damage near its centre.
  private static let feltMagnitude = 5.0

  private struct FoundNumber {
    var value: Double
    var isDecimal: Bool
  }

  /// The numbers that count or measure something: none of a link, a name, a date or a time.
  private static func numbers(in text: borrowing TextRuns) -> [FoundNumber] {
    let scalars = text.scalars
    return text.runs.compactMap { run in
      guard run.kind == .measure || run.kind == .number, run.start < Self.beginning
      else { return nil }
      if let unit = scalars[run.start..<run.end].last, Units.isOfCalendar(unit) { return nil }
      var value = 0.0
      var place = 0.0
      var length = 0
      for scalar in scalars[run.start..<run.end] {
        if (0x30...0x39).contains(scalar) {
          length += 1
          value = value * 10 + Double(scalar - 0x30)
          place *= 10
        } else if place == 0 {
          place = 1
        }
      }
      let isDecimal = place == 10 && length == 2
      return FoundNumber(value: isDecimal ? value / 10 : value, isDecimal: isDecimal)
    }
  }
}

extension TopicModel {
  mutating func severity(_ slot: Int) -> TopicSeverity {
    SeverityReader.standard.read(clusters[slot].troubles())
  }

  /// Whether a term consists of everyday words, which are no news whatever their burst.
  private func consistsOfUsualWords(_ term: Int32) -> Bool {
    let key = rates.table.entries[Int(term)].key
    if TermScanner.isWord(key) { return usualWords.holds(key) }
    return TermScanner.isWordPair(key) && usualWords.holdsAll(of: rates.table.text(term))
  }

  mutating func noteUsual(_ term: Int32) {
    while isUsual.count <= Int(term) { isUsual.append(false) }
    isUsual[Int(term)] = consistsOfUsualWords(term)
  }

  /// After a restart: it follows from the terms, so no checkpoint holds it.
  mutating func noteUsualTerms() {
    isUsual.removeAll()
    for term in rates.table.entries.indices { noteUsual(Int32(term)) }
  }

  /// How alike two of its posts are on average, in 0...1.
  ///
  /// The centroid is a sum of n vectors of length one, so its square is n and all cosines of pairs.
  func coherence(_ slot: Int) -> Double {
    let posts = Double(clusters[slot].posts)
    guard posts > 1 else { return 1 }
    return min(1, max(0, (centroids.squares[slot] - posts) / (posts * (posts - 1))))
  }

  /// Whether its posts share something that is no everyday word: `better` is said of anything.
  mutating func isAboutSomething(_ slot: Int) -> Bool {
    let least = settings.minimumSubject * centroids.squares[slot].squareRoot()
    return centroids.heaviest(slot, 24).contains { term, weight in
      !isUsual[Int(term)] && Double(weight) >= least
        && !TermScanner.isTriple(rates.table.entries[Int(term)].key)
    }
  }

  /// What of that is left without the term that its posts share most: a story has more than one
  /// word in common, and a crowd that says `eat` has not.
  mutating func coherenceBesidesTop(_ slot: Int) -> Double {
    let terms = centroids.heaviest(slot, 24)
    guard
      let top = terms.first(where: {
        !TermScanner.isCompound(rates.table.entries[Int($0.term)].key)
      })
    else { return 0 }
    let posts = Double(clusters[slot].posts)
    let topKey = rates.table.entries[Int(top.term)].key
    var rest = coherence(slot)
    for (term, weight) in terms
    where TermScanner.overlap(rates.table.entries[Int(term)].key, topKey) {
      let share = Double(weight) / posts
      rest -= share * share
    }
    return rest
  }
}
