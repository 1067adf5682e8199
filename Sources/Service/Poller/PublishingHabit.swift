import Bytes

/// How often a source publishes, learned from the times of its latest items.
///
/// An item's time is when it was published, or when it was first seen where nobody says. Items of
/// one time count once: what came in one load says nothing of a gap.
struct PublishingHabit: Hashable, Sendable {
  /// In order, the newest last; whole seconds.
  private(set) var times: [Instant]

  /// So many gaps make a habit; with fewer it is unknown.
  static let gaps = 20

  init(times: [Instant] = []) {
    self.times = Array(Set(times).sorted().suffix(Self.gaps + 1))
  }

  mutating func note(_ news: [Instant]) {
    guard !news.isEmpty else { return }
    self = PublishingHabit(times: times + news.map { Instant(seconds: $0.seconds) })
  }

  /// When the newest item was published.
  var newest: Instant? { times.last }

  /// The median of the gaps; nil while there are too few.
  var median: Duration? {
    guard times.count > Self.gaps else { return nil }
    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }.sorted()
    return (gaps[(gaps.count - 1) / 2] + gaps[gaps.count / 2]) / 2
  }
}
