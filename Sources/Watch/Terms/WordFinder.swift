/// Finds known words in texts, in the form that texts are compared in.
///
/// At each place the longest word counts and covers what lies inside it, so that 好吃到爆炸 is no
/// 爆炸. A word of letters must stand by itself; ideographs have no ends of words to ask for.
struct WordFinder: Hashable, Sendable {
  private struct Entry: Hashable, Sendable {
    var scalars: [UInt32]
    var number: Int
  }

  /// By first character; the longest first.
  private var entries: [UInt32: [Entry]] = [:]

  /// Numbers are the places of the words in the list. Of two equal words the first counts.
  init(_ words: [String]) {
    for (number, word) in words.enumerated() {
      let scalars = Alphabet.shared.compared(word)
      guard let first = scalars.first else { continue }
      entries[first, default: []].append(Entry(scalars: scalars, number: number))
    }
    for first in entries.keys {
      entries[first]?.sort {
        ($1.scalars.count, $0.number) < ($0.scalars.count, $1.number)
      }
    }
  }

  /// Whether a text begins with one of the words.
  func begins(_ scalars: [UInt32]) -> Bool { !scalars.isEmpty && entry(at: 0, in: scalars) != nil }

  /// The numbers of the words that stand in a text in its compared form, in its order.
  func find(in scalars: [UInt32]) -> [Int] {
    var found: [Int] = []
    var at = 0
    while at < scalars.count {
      if let entry = entry(at: at, in: scalars) {
        found.append(entry.number)
        at += entry.scalars.count
      } else {
        at += 1
      }
    }
    return found
  }

  private func entry(at start: Int, in scalars: [UInt32]) -> Entry? {
    guard let candidates = entries[scalars[start]] else { return nil }
    return candidates.first { entry in
      let end = start + entry.scalars.count
      guard end <= scalars.count, scalars[start..<end].elementsEqual(entry.scalars) else {
        return false
      }
      let runsOnBefore = start > 0 && Self.isLetter(scalars[start - 1])
      let runsOnAfter = end < scalars.count && Self.isLetter(scalars[end])
      return !(runsOnBefore && Self.isLetter(scalars[start]))
        && !(runsOnAfter && Self.isLetter(scalars[end - 1]))
    }
  }

  private static func isLetter(_ scalar: UInt32) -> Bool {
    Alphabet.shared.scalarClass(scalar) == .letter
  }
}
