import Bytes

/// The proof of listening: of each source and each hour, how often it was asked with and without
/// success, and how many items came. So the desk can always tell "nothing was said" from "nothing
/// was heard".
///
/// The hour that runs is counted here; a past one is handed out to be kept, and the last two days
/// stay at hand. An hour may be handed out more than once, where the clock went back or the daemon
/// was started anew; its parts add up.
struct ListeningLog: Sendable {
  struct Count: Hashable, Sendable {
    var heard = 0
    var failed = 0
    var items = 0

    static func + (left: Count, right: Count) -> Count {
      Count(
        heard: left.heard + right.heard, failed: left.failed + right.failed,
        items: left.items + right.items)
    }
  }

  /// One hour of all sources that were asked in it.
  struct Hour: Hashable, Sendable {
    let start: Instant
    var counts: [Name: Count] = [:]
  }

  /// What can be said of a source in an hour.
  enum Answer: Hashable, Sendable {
    /// It was never asked: no data, whatever happened.
    case notAsked
    /// It was asked, and never heard.
    case notHeard(failed: Int)
    /// It was heard so often, and brought so many items; none means no news.
    case heard(Int, items: Int)
  }

  /// The hour that runs; nil until a source is asked.
  private(set) var open: Hour?
  private var past: [Hour] = []

  static let kept = Duration.days(90)
  private static let hoursAtHand = 48

  init(open: Hour? = nil, past: [Hour] = []) {
    self.open = open
    self.past = Array(past.suffix(Self.hoursAtHand))
  }

  /// Counts one attempt; the hour that has ended by it, if one has.
  mutating func note(_ id: Name, heard: Bool, items: Int, at now: Instant) -> Hour? {
    let start = now.floored(to: .hours(1))
    var ended: Hour?
    if let hour = open, hour.start != start {
      ended = hour
      past.append(hour)
      past.removeFirst(max(0, past.count - Self.hoursAtHand))
    }
    if open?.start != start { open = Hour(start: start) }
    let count = Count(heard: heard ? 1 : 0, failed: heard ? 0 : 1, items: items)
    let known = open?.counts[id] ?? Count()
    open?.counts[id] = known + count
    return ended
  }

  /// What is at hand of one source, hour by hour from a time on; hours in which it was not asked are
  /// missing.
  func counts(of id: Name, from: Instant) -> [Instant: Count] {
    var found: [Instant: Count] = [:]
    for hour in past + [open].compactMap({ $0 }) where hour.start + .hours(1) > from {
      if let count = hour.counts[id] { found[hour.start] = (found[hour.start] ?? Count()) + count }
    }
    return found
  }

  static func answer(_ count: Count?) -> Answer {
    guard let count, count.heard + count.failed > 0 else { return .notAsked }
    return count.heard > 0
      ? .heard(count.heard, items: count.items) : .notHeard(failed: count.failed)
  }
}

extension ListeningLog.Hour {
  /// One line of JSON: `{"hour":"2026-11-22T13:00:00Z","polls":{"gov":[12,0,3]}}`, heard, failed and
  /// items of each source.
  var line: [UInt8] {
    JSONWriter.object { writer in
      writer.member("hour", start.iso8601)
      writer.memberObject("polls") { writer in
        for (id, count) in counts.sorted(by: { $0.key < $1.key }) {
          writer.memberArray(id.text) { list in
            for number in [count.heard, count.failed, count.items] { list.value(number) }
          }
        }
      }
    }
  }

  init(line: [UInt8]) throws {
    var fields = try Fields(try JSONReader.read(line))
    start = try fields.instant("hour")
    for member in try fields.fields("polls").whole.members ?? [] {
      let numbers = (member.value.array ?? []).compactMap { $0.integer.map(Int.init) }
      guard let id = Name(member.name), numbers.count == 3 else { continue }
      counts[id] = ListeningLog.Count(heard: numbers[0], failed: numbers[1], items: numbers[2])
    }
  }
}
