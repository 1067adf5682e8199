import Bytes

/// How often a feed says that it is worth asking for.
package struct FeedHints: Hashable, Sendable {
  /// The longer of RSS's `ttl` and of the period of its syndication module.
  package var interval: Duration?
  /// Hours of the day in GMT, 0 to 23, in which nothing will be new.
  package var skippedHours: Set<Int>
  /// Days of the week in GMT, 0 for Monday, on which nothing will be new.
  package var skippedDays: Set<Int>

  package init(
    interval: Duration? = nil, skippedHours: Set<Int> = [], skippedDays: Set<Int> = []
  ) {
    self.interval = interval
    self.skippedHours = skippedHours
    self.skippedDays = skippedDays
  }

  package var isEmpty: Bool { self == FeedHints() }
}

extension FeedHints {
  private static let days = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]
  private static let periods: [String: Duration] = [
    "hourly": .hours(1), "daily": .days(1), "weekly": .days(7), "monthly": .days(30),
    "yearly": .days(365),
  ]
  /// Whoever writes more minutes means something else.
  private static let mostMinutes = 60 * 24 * 366

  /// What the children of an RSS channel say. Names are compared without their prefix: publishers
  /// bind the syndication module to many.
  init(channel: Int, of tree: XMLTree) {
    self.init()
    var ttl: Duration?
    var period: Duration?
    var frequency = 1
    for node in tree.children(of: channel) {
      switch tree.name(of: node).local {
      case "ttl":
        if let minutes = tree.string(node).flatMap({ Int($0) }), minutes > 0 {
          ttl = .minutes(min(minutes, Self.mostMinutes))
        }
      case "skiphours":
        for hour in tree.children(of: node) {
          // Some count from 1 to 24.
          if let hour = tree.string(hour).flatMap({ Int($0) }), (0...24).contains(hour) {
            skippedHours.insert(hour % 24)
          }
        }
      case "skipdays":
        for day in tree.children(of: node) {
          if let day = tree.string(day)?.lowercased(), let number = Self.days.firstIndex(of: day) {
            skippedDays.insert(number)
          }
        }
      case "updateperiod": period = tree.string(node).flatMap { Self.periods[$0.lowercased()] }
      case "updatefrequency":
        if let times = tree.string(node).flatMap({ Int($0) }), times > 0 { frequency = times }
      default: break
      }
    }
    interval = [ttl, period.map { $0 / min(frequency, 1 << 20) }].compactMap { $0 }.max()
    // Whoever excludes everything has not meant it.
    if skippedHours.count == 24 { skippedHours = [] }
    if skippedDays.count == 7 { skippedDays = [] }
  }
}
