/// A stretch of a text that is one word, one number, or Chinese without a break.
struct TextRun: Hashable, Sendable {
  enum Kind: UInt8, Sendable {
    case ideographs
    case word
    /// Digits with the unit that follows: 7.8级, 300人, 12%.
    case measure
    /// Digits alone: they tell two texts apart, but are no term.
    case number
  }

  var kind: Kind
  var start: Int
  var end: Int
  /// What the word counts as: a hash of its stem; 0 for ideographs.
  var key: UInt64 = 0
  /// Inside a hashtag.
  var isTag = false
  /// A word that says nothing by itself.
  var isStop = false
  /// Only a blank or a hyphen stands between this word and the one before.
  var followsWord = false
}

/// A text in the form that it is compared in, cut into runs.
///
/// The same value is used for one text after another, so that its buffers are made only once.
struct TextRuns: Sendable {
  /// More of a text is not read: a topic is named in its first screen, and a page with half a
  /// megabyte of hidden words must cost no more than a post.
  static let scalarLimit = 1200
  private static let wordLimit = 48
  private static let handleLimit = 32
  /// From this length on, a line break inside Chinese is taken for a hard wrap, not for an end.
  private static let wrappedLine = 24

  private(set) var scalars: [UInt32] = []
  private(set) var runs: [TextRun] = []
  /// How many letters, digits and ideographs stand in runs.
  private(set) var letters = 0

  private let alphabet: Alphabet
  private let stopWords: WordSet
  private let noise: NoisePhrases

  init() {
    alphabet = .shared
    stopWords = .stopWords
    noise = .shared
    scalars.reserveCapacity(Self.scalarLimit + 8)
    runs.reserveCapacity(256)
  }

  /// A text in the form that it is compared in, with a form feed behind it; nothing is cut.
  func compared(_ text: String) -> [UInt32] {
    var scalars: [UInt32] = []
    scalars.reserveCapacity(min(Self.scalarLimit, text.utf8.count) + 1)
    Self.decode(text, to: &scalars, alphabet)
    scalars.append(0x0c)
    return scalars
  }

  /// Reads a post: its title, where it has one, and its text.
  mutating func read(title: String?, text: String) {
    scalars.removeAll(keepingCapacity: true)
    runs.removeAll(keepingCapacity: true)
    letters = 0
    if let title, !title.isEmpty {
      Self.decode(title, to: &scalars, alphabet)
      // A form feed: ends a sentence, and is never taken for a wrapped line.
      scalars.append(0x0c)
    }
    Self.decode(text, to: &scalars, alphabet)
    // So that looking one character ahead never leaves the text.
    scalars.append(0x0c)
    cut()
  }

  /// UTF-8 to forms; a `String` is always valid UTF-8.
  private static func decode(
    _ text: String, to scalars: inout [UInt32], _ alphabet: Alphabet
  ) {
    let utf8 = text.utf8.span
    let limit = scalarLimit
    var at = 0
    var lineStart = scalars.count
    while at < utf8.count, scalars.count < limit {
      let byte = UInt32(utf8[at])
      if byte < 0x80 {
        at += 1
        if byte == 0x0a || byte == 0x0d {
          let length = scalars.count - lineStart
          lineStart = scalars.count
          if length >= wrappedLine, let last = scalars.last,
            alphabet.scalarClass(last) == .ideograph
          {
            continue
          }
          scalars.append(0x0c)
          lineStart = scalars.count
        } else {
          scalars.append(alphabet.form(byte))
        }
        continue
      }
      let scalar = Alphabet.scalar(in: utf8, at: &at)
      if scalar < 0x10000, alphabet.scalarClass(scalar) == .nothing { continue }
      scalars.append(alphabet.form(scalar))
    }
  }

  private mutating func cut() {
    var at = 0
    var tagEnd = -1
    let end = scalars.count - 1
    while at < end {
      let scalar = scalars[at]
      switch alphabet.scalarClass(scalar) {
      case .ideograph:
        at = readIdeographs(from: at, isTag: at < tagEnd)
      case .letter, .digit:
        at = readWord(from: at, isTag: at < tagEnd)
      case .separator, .apostrophe, .nothing:
        if scalar == 0x23 {  // #
          if at >= tagEnd { tagEnd = endOfTag(from: at + 1) }
          at += 1
        } else if scalar == 0x40 {  // @
          at = endOfHandle(from: at + 1)
        } else if scalar == 0x5b {  // [
          at = endOfFace(from: at + 1)
        } else {
          at += 1
        }
      }
    }
  }

  private mutating func readIdeographs(from start: Int, isTag: Bool) -> Int {
    var end = start + 1
    while alphabet.scalarClass(scalars[end]) == .ideograph { end += 1 }
    let (from, to) = noise.trimmed(scalars, start, end)
    if from < to {
      runs.append(TextRun(kind: .ideographs, start: from, end: to, isTag: isTag))
      letters += to - from
    }
    return end
  }

  private mutating func readWord(from start: Int, isTag: Bool) -> Int {
    var end = start
    var hasLetter = false
    loop: while true {
      switch alphabet.scalarClass(scalars[end]) {
      case .letter: hasLetter = true
      case .digit: break
      case .apostrophe:
        guard alphabet.scalarClass(scalars[end + 1]) == .letter else { break loop }
      case .separator:
        // 7.8, 1,000: a point or comma between digits belongs to the number.
        guard !hasLetter, scalars[end] == 0x2e || scalars[end] == 0x2c,
          alphabet.scalarClass(scalars[end + 1]) == .digit
        else { break loop }
      case .ideograph, .nothing: break loop
      }
      end += 1
    }
    if let past = endOfAddress(from: start, wordEnd: end) { return past }
    if !hasLetter { return readNumber(from: start, to: end, isTag: isTag) }
    appendWord(from: start, to: end, isTag: isTag)
    return end
  }

  private mutating func appendWord(from start: Int, to end: Int, isTag: Bool) {
    var last = end
    // 's says whose it is, not what.
    if last - start > 2, scalars[last - 1] == 0x73,
      alphabet.scalarClass(scalars[last - 2]) == .apostrophe
    {
      last -= 2
    }
    guard last - start >= 2 else { return }
    last = min(last, start + Self.wordLimit)
    let key = stemKey(scalars, start, last)
    var run = TextRun(kind: .word, start: start, end: last, key: key, isTag: isTag)
    run.isStop = stopWords.contains(wordKey(scalars, start, last))
    if let before = runs.last, before.kind == .word {
      let gap = start - before.end
      run.followsWord = gap == 1 && (scalars[start - 1] == 0x20 || scalars[start - 1] == 0x2d)
    }
    runs.append(run)
    letters += last - start
  }

  private mutating func readNumber(from start: Int, to end: Int, isTag: Bool) -> Int {
    let next = scalars[end]
    let hasUnit = Units.contains(next)
    let last = hasUnit ? end + 1 : end
    let key = wordKey(scalars, start, last)
    // A day or an hour joins what has nothing else in common, so it is told apart but not counted.
    let isTerm = hasUnit && !Units.isOfCalendar(next)
    runs.append(
      TextRun(
        kind: isTerm ? .measure : .number, start: start, end: last, key: key, isTag: isTag,
        isStop: !isTerm))
    letters += last - start
    return last
  }
}

// What is passed over.
extension TextRuns {
  /// Where a hashtag's words end: at the second # of #话题#, else behind the word.
  private func endOfTag(from start: Int) -> Int {
    var at = start
    var wordEnd = -1
    while at < scalars.count - 1, at - start < Self.wordLimit {
      if scalars[at] == 0x23 { return at }
      if scalars[at] == 0x0c { break }
      let isInWord = alphabet.scalarClass(scalars[at]) != .separator
      if !isInWord, wordEnd < 0 { wordEnd = at }
      at += 1
    }
    return wordEnd < 0 ? at : wordEnd
  }

  private func endOfHandle(from start: Int) -> Int {
    var at = start
    while at < scalars.count - 1, at - start < Self.handleLimit {
      let scalar = scalars[at]
      let isName = scalar == 0x2d || scalar == 0x2e || alphabet.scalarClass(scalar) != .separator
      guard isName else { break }
      at += 1
    }
    return at
  }

  /// Behind `[微笑]`; only behind the bracket where it is none.
  private func endOfFace(from start: Int) -> Int {
    var at = start
    while at - start <= 6, alphabet.scalarClass(scalars[at]) != .separator { at += 1 }
    return at > start && scalars[at] == 0x5d ? at + 1 : start
  }

  /// Behind a web address that begins at `start`; nil if none does.
  private func endOfAddress(from start: Int, wordEnd: Int) -> Int? {
    var at = wordEnd
    if scalars[at] == 0x3a, at + 2 < scalars.count, scalars[at + 1] == 0x2f,
      scalars[at + 2] == 0x2f
    {
      return endOfVisible(from: at)
    }
    // example.org/page: a point inside, and a slash before the next blank.
    guard scalars[at] == 0x2e, isPlain(scalars[at + 1]) else { return nil }
    while isPlain(scalars[at]) || scalars[at] == 0x2e || scalars[at] == 0x2d { at += 1 }
    let isAddress = scalars[at] == 0x2f || startsWithWWW(start)
    return isAddress ? endOfVisible(from: at) : nil
  }

  private func startsWithWWW(_ start: Int) -> Bool {
    start + 3 < scalars.count && scalars[start] == 0x77 && scalars[start + 1] == 0x77
      && scalars[start + 2] == 0x77 && scalars[start + 3] == 0x2e
  }

  private func isPlain(_ scalar: UInt32) -> Bool {
    (0x61...0x7a).contains(scalar) || (0x30...0x39).contains(scalar)
  }

  /// Addresses are ASCII; the first other character or blank ends them.
  private func endOfVisible(from start: Int) -> Int {
    var at = start
    while at < scalars.count - 1, scalars[at] > 0x20, scalars[at] < 0x7f { at += 1 }
    return at
  }
}
