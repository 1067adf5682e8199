import Bytes
import Watch

/// A stream of made-up posts, the same for each run: everyday words by Zipf's law, some copies, and
/// now and then a story that many tell for some hours.
enum MadeStream {
  static let postsADay = 10_000

  static func items(_ count: Int) -> [Item] {
    var random = Random(state: 20_260_922)
    let chinese = words(&random, 4000) { chineseWord(&$0) }
    let english = words(&random, 4000) { englishWord(&$0) }
    var items: [Item] = []
    items.reserveCapacity(count)
    var story: (words: [String], english: [String], until: Int)?
    for number in 0..<count {
      if number % 2500 == 2000 {
        story = (
          (0..<5).map { _ in chineseWord(&random) }, (0..<5).map { _ in englishWord(&random) },
          number + 300
        )
      }
      if let running = story, number > running.until { story = nil }
      let isChinese = random.below(10) < 6
      let isCopy = number > 100 && random.below(20) == 0
      let text: String
      if isCopy {
        text = items[number - 1 - random.below(100)].text
      } else {
        let told = story.map { isChinese ? $0.words : $0.english } ?? []
        text = Self.text(
          &random, isChinese ? chinese : english, told: random.below(3) == 0 ? told : [],
          separator: isChinese ? "" : " ")
      }
      let time = Instant(seconds: 1_790_000_000 + Int64(number) * 86_400 / Int64(postsADay))
      let source = random.below(40)
      items.append(
        Item(
          id: "p\(number)", published: time, firstSeen: time, source: "s\(source)",
          language: isChinese ? "zh" : "en", text: text,
          author: source < 10 ? "a\(random.below(20_000))" : nil, owner: "o\(source / 2)",
          tier: source == 39 ? .official : .other))
    }
    return items
  }

  private static func text(
    _ random: inout Random, _ words: [String], told: [String], separator: String
  ) -> String {
    var parts = (0..<8 + random.below(12)).map { _ in words[random.zipf(words.count)] }
    for word in told where random.below(4) > 0 {
      parts.insert(word, at: random.below(parts.count))
    }
    // A comma now and then, as people write.
    for at in stride(from: 5, to: parts.count, by: 6) { parts[at] += separator.isEmpty ? "，" : "," }
    return parts.joined(separator: separator)
  }

  private static func words(
    _ random: inout Random, _ count: Int, _ make: (inout Random) -> String
  ) -> [String] {
    (0..<count).map { _ in make(&random) }
  }

  private static func chineseWord(_ random: inout Random) -> String {
    var word = ""
    for _ in 0..<2 + random.below(2) {
      // Of 3000 characters, the first ones more often.
      if let scalar = Unicode.Scalar(UInt32(0x4e00 + 7 * random.zipf(2900))) {
        word.unicodeScalars.append(scalar)
      }
    }
    return word
  }

  private static func englishWord(_ random: inout Random) -> String {
    let onsets = ["b", "br", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t"]
    let vowels = ["a", "e", "i", "o", "u", "ea", "ou"]
    return (0..<2 + random.below(2)).map { _ in
      onsets[random.below(onsets.count)] + vowels[random.below(vowels.count)]
    }.joined()
  }

  /// SplitMix64.
  struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      return mixed ^ mixed >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// Small numbers more often: about as words are spread over a text.
    mutating func zipf(_ limit: Int) -> Int {
      let share = Double(next() >> 11) / Double(UInt64(1) << 53)
      return min(limit - 1, Int(Double(limit) * share * share * share))
    }
  }
}
