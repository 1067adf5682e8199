import Bytes

@testable import Watch

extension TopicSnapshot {
  static let sampleTime = Instant(seconds: 1_790_000_000)

  /// A topic of these posts, with figures far above what is usual.
  static func sample(
    _ texts: [String], key: String = "k", aliases: [String] = [], keywords: [String]? = nil,
    count: Double = 20, expected: Double = 0.4, z: Double = 14, voices: Int? = 10,
    owners: Int? = 5, official: Int = 0
  ) -> TopicSnapshot {
    let burst = Significance(count: count, expected: expected, z: z)
    let words = keywords ?? [texts.first ?? ""]
    return TopicSnapshot(
      key: key, aliases: aliases, keywords: words, label: words.prefix(3).joined(separator: " · "),
      hour: burst, sixHours: burst, day: burst, posts: Int(count), copies: 2, authors: voices,
      owners: owners, sources: 6, voices: voices, official: official, novelty: 0.8,
      acceleration: 0.5, score: 0.6, state: .growing, firstItem: sampleTime - .minutes(20),
      lastItem: sampleTime, detected: sampleTime - .minutes(5),
      references: texts.enumerated().map { number, text in
        TopicReference(
          id: "\(key)\(number)", text: text, link: nil, source: "s\(number)", owner: "o\(number)",
          tier: .other, published: nil, firstSeen: sampleTime - .minutes(10))
      })
  }
}
