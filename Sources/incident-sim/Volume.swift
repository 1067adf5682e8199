import Bytes

/// How many posts an hour are to be expected, and when they then come.
enum Volume: Sendable, Hashable {
  /// So many posts a day, spread over the hours by weight.
  case daily(perDay: Int, weights: [Int])
  /// Posts an hour at given moments, with straight lines between and nothing outside.
  case curve([Point])

  struct Point: Sendable, Hashable {
    let at: Instant
    let perHour: Int
  }

  /// Each minute throws so many times, so that posts now and then come close together.
  private static let throwsPerMinute = 16
  private static let whole = 1_000_000_000

  /// The moments of posts from `start` to `end`, in order.
  func arrivals(from start: Instant, to end: Instant, zone: DeskZone, dice: inout Dice) -> [Instant]
  {
    var moments: [Instant] = []
    var minute = start.floored(to: .minutes(1))
    let last: Instant
    switch self {
    case .daily: last = end
    case .curve(let points):
      guard let first = points.first, let final = points.last else { return [] }
      minute = max(minute, first.at.floored(to: .minutes(1)))
      last = min(end, final.at)
    }
    while minute < last {
      let share = billionthsPerMinute(at: minute, zone: zone) / Self.throwsPerMinute
      var seconds: [Int] = []
      for _ in 0..<Self.throwsPerMinute where dice.below(Self.whole) < share {
        seconds.append(dice.below(60))
      }
      moments += seconds.sorted().map { minute + .seconds($0) }.filter { $0 >= start && $0 < end }
      minute = minute + .minutes(1)
    }
    return moments
  }

  private func billionthsPerMinute(at minute: Instant, zone: DeskZone) -> Int {
    switch self {
    case .daily(let perDay, let weights):
      let total = weights.reduce(0, +)
      return perDay * weights[zone.civil(minute).hour] * (Self.whole / 60) / total
    case .curve(let points):
      guard let after = points.firstIndex(where: { $0.at > minute }), after > 0 else { return 0 }
      let (left, right) = (points[after - 1], points[after])
      let gone = Int((minute - left.at).microseconds / 1_000_000)
      let length = Int((right.at - left.at).microseconds / 1_000_000)
      let scaled = left.perHour * (length - gone) + right.perHour * gone
      return scaled * (Self.whole / 60) / length
    }
  }
}
