/// Who speaks: on which feeds, of which area, with what before and after.
struct Voice: Sendable {
  let name: String
  /// The area whose words it uses; nil for that of the feed.
  let area: String?
  let feeds: [Int]
  let weights: [Int]
  let openers: Manner
  let tails: Manner
  let reposts: [Frame]

  /// Words that some posts begin or end with.
  struct Manner: Sendable {
    let percent: Int
    let frames: [Frame]

    static let none = Manner(percent: 0, frames: [])
  }
}
