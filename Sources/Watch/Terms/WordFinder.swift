/// Finds known words in texts, in the form that texts are compared in.
///
/// At each place the longest word counts and covers what lies inside it, so that 好吃到爆炸 is no
/// 爆炸. A word of letters must stand by itself; ideographs have no ends of words to ask for.
struct WordFinder: Hashable, Sendable {
  /// Words that begin alike stand together, the longest first.
  private struct Entry: Hashable, Sendable {
    /// Where its characters stand in `letters`.
    var start: Int
    var length: Int
    var number: Int
    /// Whether no word that begins like it follows.
    var isLast: Bool
  }

  private var entries: [Entry] = []
  private var letters: [UInt32] = []
  /// A table by first character, open addressing: the character above, the place of its first
  /// entry, counted from one, below; 0 is an empty slot. Most characters begin no word, and find
  /// that out at the first slot.
  private var heads: [UInt64]
  private let mask: Int
  /// For each character of the basic plane a bit: whether a word may begin with it.
  private var beginnings = [UInt64](repeating: 0, count: 1024)

  /// Numbers are the places of the words in the list. Of two equal words the first counts.
  init(_ words: [String]) {
    var groups: [UInt32: [(scalars: [UInt32], number: Int)]] = [:]
    for (number, word) in words.enumerated() {
      let scalars = Alphabet.shared.compared(word)
      guard let first = scalars.first else { continue }
      groups[first, default: []].append((scalars, number))
    }
    var size = 16
    while size < groups.count * 4 { size *= 2 }
    heads = [UInt64](repeating: 0, count: size)
    mask = size - 1
    for first in groups.keys.sorted() {
      let group = (groups[first] ?? []).sorted {
        ($1.scalars.count, $0.number) < ($0.scalars.count, $1.number)
      }
      var at = home(first)
      while heads[at] != 0 { at = (at + 1) & mask }
      heads[at] = UInt64(first) << 32 | UInt64(entries.count + 1)
      beginnings[Int(first >> 6 & 1023)] |= 1 << UInt64(first & 63)
      for (place, word) in group.enumerated() {
        entries.append(
          Entry(
            start: letters.count, length: word.scalars.count, number: word.number,
            isLast: place == group.count - 1))
        letters += word.scalars
      }
    }
  }

  /// Whether a text begins with one of the words.
  func begins(_ scalars: [UInt32]) -> Bool {
    guard let first = scalars.first else { return false }
    let head = head(first)
    return head >= 0 && entry(from: head, at: 0, in: scalars) != nil
  }

  /// The numbers of the words that stand in a text in its compared form, in its order.
  func find(in scalars: [UInt32]) -> [Int] {
    var found: [Int] = []
    eachWord(in: scalars) { found.append($0) }
    return found
  }

  /// Calls with the number of each word that stands in a text in its compared form, in its order;
  /// none that begins at `limit` or behind it.
  @inline(__always)
  func eachWord(in scalars: [UInt32], upTo limit: Int = .max, _ body: (Int) -> Void) {
    var at = 0
    let end = min(scalars.count, limit)
    let beginnings = beginnings.span
    while at < end {
      let scalar = scalars[at]
      guard beginnings[Int(scalar >> 6 & 1023)] >> UInt64(scalar & 63) & 1 == 1 else {
        at += 1
        continue
      }
      let head = head(scalar)
      if head >= 0, let entry = entry(from: head, at: at, in: scalars) {
        body(entry.number)
        at += entry.length
      } else {
        at += 1
      }
    }
  }

  @inline(__always)
  private func home(_ scalar: UInt32) -> Int {
    Int(truncatingIfNeeded: (UInt64(scalar) &* 0x9e37_79b9_7f4a_7c15) >> 40) & mask
  }

  /// The place of the first entry that begins with this character; -1 if none does.
  @inline(__always)
  private func head(_ scalar: UInt32) -> Int {
    var at = home(scalar)
    while heads[at] != 0 {
      if UInt32(heads[at] >> 32) == scalar {
        return Int(truncatingIfNeeded: heads[at] & 0xffff_ffff) - 1
      }
      at = (at + 1) & mask
    }
    return -1
  }

  private func entry(from head: Int, at start: Int, in scalars: [UInt32]) -> Entry? {
    var place = head
    while true {
      let entry = entries[place]
      if stands(entry, at: start, in: scalars) { return entry }
      if entry.isLast { return nil }
      place += 1
    }
  }

  /// Both begin with the same character.
  private func stands(_ entry: Entry, at start: Int, in scalars: [UInt32]) -> Bool {
    let end = start + entry.length
    guard end <= scalars.count else { return false }
    for place in 1..<max(1, entry.length)
    where scalars[start + place] != letters[entry.start + place] { return false }
    let runsOnBefore = start > 0 && Self.isLetter(scalars[start - 1])
    let runsOnAfter = end < scalars.count && Self.isLetter(scalars[end])
    return !(runsOnBefore && Self.isLetter(scalars[start]))
      && !(runsOnAfter && Self.isLetter(scalars[end - 1]))
  }

  private static func isLetter(_ scalar: UInt32) -> Bool {
    Alphabet.shared.scalarClass(scalar) == .letter
  }
}
