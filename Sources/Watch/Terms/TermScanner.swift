import Bytes

/// One term of a post, and where it stands in the post's compared form.
struct FoundTerm: Hashable, Sendable {
  /// The same number for the same term, in every run of the program.
  var key: UInt64
  var start: Int
  var end: Int
  var isTag: Bool
}

/// Finds the terms of one post: Chinese pairs and triples without a dictionary, words of other
/// languages by their stems, pairs of words, and numbers with their units.
struct TermScanner: Sendable {
  /// A post counts at most so many terms; those that stand first win, since a headline and a first
  /// sentence say what it is about.
  static let termLimit = 40

  private(set) var text = TextRuns()
  private(set) var terms: [FoundTerm] = []
  private(set) var links: CharacterLinks
  private var strengths: [Float] = []

  /// What a key stands for, in its two top bits (pairs and triples hold their characters).
  private enum Tag {
    static let word: UInt64 = 0
    static let pair: UInt64 = 1 << 62
    static let triple: UInt64 = 2 << 62
    static let wordPair: UInt64 = 3 << 62
  }

  /// What a term consists of.
  enum Parts {
    case ideographs([UInt64])
    case word
    case wordPair
  }

  /// Whether the term repeats what shorter terms say: a triple its pairs, a pair its words.
  static func isCompound(_ key: UInt64) -> Bool { key >= Tag.triple }

  static func isTriple(_ key: UInt64) -> Bool { key & Tag.wordPair == Tag.triple }

  static func parts(of key: UInt64) -> Parts {
    let low: UInt64 = 0xfffff
    switch key & Tag.wordPair {
    case Tag.pair: return .ideographs([key >> 20 & low, key & low])
    case Tag.triple: return .ideographs([key >> 40 & low, key >> 20 & low, key & low])
    case Tag.wordPair: return .wordPair
    default: return .word
    }
  }

  /// Whether two terms are the same, or pieces of ideographs that share one: 演唱 and 唱会.
  static func overlap(_ left: UInt64, _ right: UInt64) -> Bool {
    if left == right { return true }
    guard isIdeographs(left), isIdeographs(right) else { return false }
    let low: UInt64 = 0xfffff
    for shift in stride(from: UInt64(0), to: isTriple(left) ? 60 : 40, by: 20) {
      let ours = left >> shift & low
      if ours == right & low || ours == right >> 20 & low { return true }
      if isTriple(right), ours == right >> 40 & low { return true }
    }
    return false
  }

  private static func isIdeographs(_ key: UInt64) -> Bool {
    key & Tag.wordPair == Tag.pair || isTriple(key)
  }

  /// Whether it is one word, whose key is that of its stem.
  static func isWord(_ key: UInt64) -> Bool { key & Tag.wordPair == Tag.word }

  static func isWordPair(_ key: UInt64) -> Bool { key & Tag.wordPair == Tag.wordPair }

  init(links: CharacterLinks) {
    self.links = links
    terms.reserveCapacity(Self.termLimit)
  }

  /// Cuts a post into runs; neither counts nor finds terms yet.
  mutating func read(title: String?, text: String) {
    self.text.read(title: title, text: text)
  }

  mutating func advance(to now: Instant) {
    links.advance(to: now)
  }

  /// Counts the characters of the post that was read, and finds its terms. A term may stand in
  /// the list more than once; whoever counts takes it once.
  mutating func findTerms() {
    terms.removeAll(keepingCapacity: true)
    var lastWord: TextRun?
    for run in text.runs {
      switch run.kind {
      case .ideographs:
        findIdeographTerms(run)
        lastWord = nil
      case .word, .measure, .number:
        if !run.isStop { append(run.key | Tag.word, run.start, run.end, run.isTag) }
        if run.kind == .word, !run.isStop {
          if let before = lastWord, run.followsWord, before.end < run.start {
            let key = mixed(before.key &* 0x9e37_79b9_7f4a_7c15 ^ run.key) >> 2
            append(key | Tag.wordPair, before.start, run.end, run.isTag)
          }
          lastWord = run
        } else {
          lastWord = nil
        }
      }
    }
  }

  private mutating func findIdeographTerms(_ run: TextRun) {
    links.take(text.scalars, from: run.start, to: run.end, strengths: &strengths)
    for at in strengths.indices {
      let first = run.start + at
      if strengths[at] >= Float(CharacterLinks.pairStrength) {
        let key = packed(first) << 20 | packed(first + 1)
        append(key | Tag.pair, first, first + 2, run.isTag)
      }
      if at + 1 < strengths.count, strengths[at] >= Float(CharacterLinks.chainStrength),
        strengths[at + 1] >= Float(CharacterLinks.chainStrength)
      {
        let key = (packed(first) << 20 | packed(first + 1)) << 20 | packed(first + 2)
        append(key | Tag.triple, first, first + 3, run.isTag)
      }
    }
  }

  /// Ideographs need 18 bits, so three of them leave the top bits free.
  @inline(__always)
  private func packed(_ at: Int) -> UInt64 { UInt64(text.scalars[at] & 0xfffff) }

  @inline(__always)
  private mutating func append(_ key: UInt64, _ start: Int, _ end: Int, _ isTag: Bool) {
    guard terms.count < Self.termLimit else { return }
    terms.append(FoundTerm(key: key, start: start, end: end, isTag: isTag))
  }
}
