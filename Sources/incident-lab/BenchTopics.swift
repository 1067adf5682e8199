import Bytes
import Foundation
import Watch

/// Posts a second through the whole model: normalisation, near-duplicates, terms, significance,
/// clustering and emission, one core; reading JSON is not in it.
struct TopicsBench: BenchSubject {
  static let name = "topics"
  static let usage = "[--in ITEMS.jsonl|-] [--posts N] [--copies N] [--runs N] [--json]"

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["in", "posts", "copies", "runs"])
    let copies = max(1, try options.count("copies") ?? 1)
    let runs = max(1, try options.count("runs") ?? (copies == 1 ? 3 : 1))
    let limit = try options.count("posts")
    var items: [Item] = []
    let input: String
    if let path = options["in"] {
      try TopicsCommand.eachItem(path) { if items.count < limit ?? .max { items.append($0) } }
      input = "\(items.count) recorded items of \(path)"
    } else {
      items = MadeStream.items(limit ?? 200_000)
      input = "\(items.count) made items, Chinese and English, 10,000 a day, with bursts and copies"
    }
    guard !items.isEmpty else { throw ToolFailure("there is no item to measure with") }
    let stream = RepeatedStream(items)
    items = []

    var best = TopicsTiming()
    var memory: [Double] = []
    for run in 0..<runs {
      giveBackFreeMemory()
      let before = presentMemory()
      var model = TopicModel(settings: ModelSettings())
      var timing = TopicsTiming()
      for copy in 0..<copies {
        stream.play(copy) { timing.take($0, through: $1, &model) }
        if run == 0 { memory.append(presentMemory() - before) }
      }
      if run == 0 || timing.total < best.total { best = timing }
    }
    return BenchReport(
      subject: name,
      input: input + (copies > 1 ? ", \(copies) times, one after another on the clock" : ""),
      method: "best processor time of \(runs) runs, each with a new model, in ticks of 60 seconds; "
        + "the time of a post is that of its tick, divided by the posts of the tick; memory is what "
        + "the process holds above the loaded items",
      coresUsed: 1,
      figures: best.figures(textBytes: stream.textBytes * copies) + [
        .init(name: "memory of the model after one copy", value: memory[0], unit: "MiB"),
        .init(
          name: "memory of the model at the end", value: memory[memory.count - 1], unit: "MiB"),
        .init(name: "most memory after any copy", value: memory.max() ?? 0, unit: "MiB"),
        .init(name: "peak memory of the process", value: peakMemory(), unit: "MiB"),
      ])
  }

  /// What reading has left over goes back first, or the model would live in it unseen.
  private static func giveBackFreeMemory() {
    // No Swift module has this function of glibc's; elsewhere the figure is a little too low.
    guard let symbol = dlsym(nil, "malloc_trim") else { return }
    let trim = unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)
    _ = trim(0)
  }

  /// What this process holds of the memory now, in MiB.
  private static func presentMemory() -> Double {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      // A system without it: the figure is then the growth of the peak.
      return peakMemory()
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
  }
}

/// A recorded stream in ticks, to be played again and again on one clock without holding copies.
private struct RepeatedStream {
  private var ticks: [(items: [Item], end: Instant)] = []
  /// From one copy to the next.
  private let span: Duration
  let textBytes: Int

  init(_ items: [Item]) {
    textBytes = items.reduce(0) { $0 + $1.text.utf8.count + ($1.title?.utf8.count ?? 0) }
    for item in items {
      let time = item.decisionTime ?? Instant(seconds: 0)
      let end = time.floored(to: TopicsCommand.tick) + TopicsCommand.tick
      if let last = ticks.last, last.end >= end {
        ticks[ticks.count - 1].items.append(item)
      } else {
        ticks.append(([item], end))
      }
    }
    let first = ticks.first?.end ?? Instant(seconds: 0)
    span = (ticks.last?.end ?? first) - first + .hours(1)
  }

  /// A later copy has the same posts, with other ids, at later times.
  func play(_ copy: Int, _ body: ([Item], Instant) -> Void) {
    guard copy > 0 else { return ticks.forEach { body($0.items, $0.end) } }
    let shift = Duration.microseconds(span.microseconds * Int64(copy))
    for tick in ticks {
      let items = tick.items.map { item in
        var item = item
        item.id += ".\(copy)"
        item.published = item.published.map { $0 + shift }
        item.firstSeen = item.firstSeen.map { $0 + shift }
        return item
      }
      body(items, tick.end + shift)
    }
  }
}

/// The processor time of each tick.
private struct TopicsTiming {
  private(set) var total = Duration.zero
  private var longestTick = Duration.zero
  private var posts = 0
  private var ticks = 0
  private var topics = 0
  private var changes = 0
  /// How many posts took so many tenths of a microsecond, as their ticks tell it; at the end, all
  /// that took longer.
  private var tally = [Int](repeating: 0, count: 200_001)
  private var longest = 0.0

  mutating func take(_ items: [Item], through end: Instant, _ model: inout TopicModel) {
    let start = processorTime()
    let changed = model.take(items, through: end)
    let time = processorTime() - start
    total += time
    longestTick = max(longestTick, time)
    posts += items.count
    ticks += 1
    changes += changed.count
    for change in changed {
      if case .emerged = change { topics += 1 }
    }
    let microseconds = time.inSeconds * 1e6 / Double(max(1, items.count))
    longest = max(longest, microseconds)
    tally[min(tally.count - 1, Int(microseconds * 10))] += items.count
  }

  /// The time that this share of the posts kept under, in microseconds.
  private func time(_ share: Double) -> Double {
    var rest = Double(posts) * share
    for (place, count) in tally.enumerated() {
      rest -= Double(count)
      if rest <= 0 { return min(longest, Double(place + 1) / 10) }
    }
    return longest
  }

  func figures(textBytes: Int) -> [BenchReport.Figure] {
    let seconds = total.inSeconds
    return [
      .init(name: "posts a second", value: Double(posts) / seconds, unit: "posts/s"),
      .init(name: "time for a post", value: seconds / Double(posts) * 1e6, unit: "µs"),
      .init(name: "time that half of the posts keep under", value: time(0.5), unit: "µs"),
      .init(name: "time that 99 of 100 keep under", value: time(0.99), unit: "µs"),
      .init(name: "longest time for a post", value: longest, unit: "µs"),
      .init(name: "longest tick", value: longestTick.inSeconds * 1000, unit: "ms"),
      .init(name: "text", value: Double(textBytes) / seconds / 1e6, unit: "MB/s"),
      .init(name: "ticks with posts", value: Double(ticks), unit: "ticks"),
      .init(name: "topics", value: Double(topics), unit: "topics"),
      .init(name: "changes told", value: Double(changes), unit: "changes"),
    ]
  }
}
