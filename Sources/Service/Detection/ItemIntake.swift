import Bytes
import Desk
import Journal
import Watch

/// Takes what pollers bring, gives it its time, and hands it on once it is on disk.
///
/// The first-seen time is given here, at the moment of writing, and never goes back: the log's order
/// is the order of these times, so that whoever replays the log takes the same ticks as the model
/// did then. Nothing reaches the model that a crash could take back.
actor ItemIntake {
  private let log: ItemLog
  private let clock: DeskClock
  private var last: Instant
  private var waiting: [Batch] = []
  private var nextTicket = 0
  /// Raised when something has become durable.
  nonisolated let arrivals = ChangeSignal()

  struct Entry: Sendable {
    let item: Item
    /// The place in the log behind this item.
    let after: ItemPosition

    fileprivate func seen(noLaterThan time: Instant) -> Entry {
      guard let seen = item.firstSeen, seen > time else { return self }
      var item = item
      item.firstSeen = time
      return Entry(item: item, after: after)
    }
  }

  private struct Batch {
    let ticket: Int
    let entries: [Entry]
    let firstSeen: Instant
    var isDurable = false
  }

  init(log: ItemLog, clock: DeskClock, last: Instant?) {
    self.log = log
    self.clock = clock
    self.last = last ?? Instant(seconds: 0)
  }

  /// Writes items and returns when they are on disk. Items that bear a first-seen time of their own
  /// keep it, as long as it does not lie before the last one.
  @discardableResult
  func commit(_ items: [Item]) async throws -> Instant {
    let now = max(last, clock.now())
    guard !items.isEmpty else { return now }
    var entries: [Entry] = []
    entries.reserveCapacity(items.count)
    var fault: JournalFailure?
    var rest = items[...]
    while fault == nil, let first = rest.first {
      let seen = max(last, first.firstSeen ?? now)
      let group = rest.prefix { max(seen, $0.firstSeen ?? now) == seen }
      rest = rest[group.endIndex...]
      do throws(JournalFailure) { entries += try append(group, at: seen) } catch { fault = error }
    }
    // What is in the log is handed on, whatever became of the rest.
    if entries.isEmpty, let fault { throw fault }
    nextTicket += 1
    let ticket = nextTicket
    waiting.append(
      Batch(ticket: ticket, entries: entries, firstSeen: entries[0].item.firstSeen ?? now))
    try await log.sync()
    if let at = waiting.firstIndex(where: { $0.ticket == ticket }) { waiting[at].isDurable = true }
    arrivals.raise()
    if let fault { throw fault }
    return last
  }

  /// Appends items of one time, all or none of them.
  private func append(
    _ items: ArraySlice<Item>, at seen: Instant
  ) throws(JournalFailure) -> [Entry] {
    var entries: [Entry] = []
    entries.reserveCapacity(items.count)
    let stamped = items.map { item in
      var item = item
      item.firstSeen = seen
      return item
    }
    let lines = stamped.map(\.line)
    let end = try log.append(lines: lines, at: seen)
    last = seen
    var offset = end.offset - lines.reduce(0) { $0 + Int64($1.count + 1) }
    for (item, line) in zip(stamped, lines) {
      offset += Int64(line.count + 1)
      entries.append(Entry(item: item, after: ItemPosition(day: end.day, offset: offset)))
    }
    return entries
  }

  /// Takes the items of all ticks that have ended by this time, in the order of the log; nil while
  /// one of them is still on its way to the disk.
  func take(before end: Instant) -> [Entry]? {
    let early = waiting.prefix { $0.firstSeen < end }
    guard early.allSatisfy(\.isDurable) else { return nil }
    var taken: [Entry] = []
    var rest: [Batch] = []
    for batch in early {
      let (old, new) = batch.entries.partitioned { ($0.item.firstSeen ?? end) < end }
      taken += old
      if let first = new.first?.item.firstSeen {
        rest.append(
          Batch(ticket: batch.ticket, entries: new, firstSeen: first, isDurable: true))
      }
    }
    waiting = rest + waiting.dropFirst(early.count)
    // From now on every item gets at least this time: a tick that has ended stays as it was.
    last = max(last, end)
    return taken
  }

  /// The clock was put back: items get its times again. Those that wait are of now as well, for the
  /// ticks of their own times would come after those of all that is heard from here on, and hold it
  /// up until then. The log keeps the times that it has.
  func goBack(to time: Instant) {
    last = min(last, time)
    waiting = waiting.map { batch in
      Batch(
        ticket: batch.ticket, entries: batch.entries.map { $0.seen(noLaterThan: time) },
        firstSeen: min(batch.firstSeen, time), isDurable: batch.isDurable)
    }
  }

  /// Puts back what a restart found in the log behind the model's last tick.
  func refill(_ entries: [Entry]) {
    guard let first = entries.first?.item.firstSeen else { return }
    nextTicket += 1
    waiting.insert(
      Batch(ticket: nextTicket, entries: entries, firstSeen: first, isDurable: true), at: 0)
  }

  var isIdle: Bool { waiting.allSatisfy(\.isDurable) }
}

extension Array {
  fileprivate func partitioned(_ isFirst: (Element) -> Bool) -> ([Element], [Element]) {
    var first: [Element] = []
    var second: [Element] = []
    for element in self {
      if isFirst(element) { first.append(element) } else { second.append(element) }
    }
    return (first, second)
  }
}
