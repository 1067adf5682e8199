import Bytes
import Watch

/// Posts a second through the whole model: normalisation, near-duplicates, terms, significance,
/// clustering and emission, one core; reading JSON is not in it.
struct TopicsBench: BenchSubject {
  static let name = "topics"
  static let usage = "[--in ITEMS.jsonl|-] [--posts N] [--runs N] [--json]"

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["in", "posts", "runs"])
    let runs = try options.count("runs") ?? 3
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
    let ticks = ticks(items)
    let bytes = items.reduce(0) { $0 + $1.text.utf8.count + ($1.title?.utf8.count ?? 0) }

    var best = Duration.hours(1_000_000)
    var topics = 0
    for _ in 0..<runs {
      var model = TopicModel(settings: ModelSettings())
      topics = 0
      let start = processorTime()
      for (tick, end) in ticks {
        for change in model.take(tick, through: end) {
          if case .emerged = change { topics += 1 }
        }
      }
      best = min(best, processorTime() - start)
    }
    let seconds = best.inSeconds
    return BenchReport(
      subject: name, input: input,
      method: "best processor time of \(runs) runs, each with a new model, in ticks of 60 seconds",
      coresUsed: 1,
      figures: [
        .init(name: "posts a second", value: Double(items.count) / seconds, unit: "posts/s"),
        .init(name: "time for a post", value: seconds / Double(items.count) * 1e6, unit: "µs"),
        .init(name: "text", value: Double(bytes) / seconds / 1e6, unit: "MB/s"),
        .init(name: "ticks with posts", value: Double(ticks.count), unit: "ticks"),
        .init(name: "topics", value: Double(topics), unit: "topics"),
        .init(name: "peak memory of the process", value: peakMemory(), unit: "MiB"),
      ])
  }

  private static func ticks(_ items: [Item]) -> [([Item], Instant)] {
    var ticks: [([Item], Instant)] = []
    for item in items {
      let time = item.decisionTime ?? Instant(seconds: 0)
      let end = time.floored(to: TopicsCommand.tick) + TopicsCommand.tick
      if let last = ticks.last, last.1 >= end {
        ticks[ticks.count - 1].0.append(item)
      } else {
        ticks.append(([item], end))
      }
    }
    return ticks
  }
}
