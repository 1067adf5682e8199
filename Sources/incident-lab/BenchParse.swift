import Bytes
import Watch

/// Bytes and entries a second from the bytes of recorded feeds to documents that are fully mapped:
/// encodings, damage, dates, links and texts.
struct ParseBench: BenchSubject {
  static let name = "parse"
  static let usage = "--manifest M.jsonl [--category NAME,...] [--runs N] [--json]"

  private struct Figures {
    var seconds: [Double] = []
    var entries = 0

    var median: Double { seconds.sorted()[seconds.count / 2] }
  }

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["manifest", "category", "runs"])
    let runs = max(1, try options.count("runs") ?? 5)
    let categories = options["category"].map { Set($0.split(separator: ",").map(String.init)) }
    var feeds: [(feed: RecordedFeed, bytes: [UInt8])] = []
    try RecordedFeed.each(of: try options.required("manifest")) { feed, bytes in
      if categories?.contains(feed.category) ?? true { feeds.append((feed, bytes)) }
    }
    guard !feeds.isEmpty else { throw ToolFailure("no feed of the manifest is of that category") }
    let size = feeds.reduce(0) { $0 + $1.bytes.count }

    var figures = Figures()
    // The first run fills tables and caches, and does not count.
    for run in 0...runs {
      let start = processorTime()
      var entries = 0
      for (feed, bytes) in feeds {
        let document = try? readFeed(
          bytes, contentType: feed.contentType, url: feed.url, zone: .universal, limits: .recorded)
        entries += document?.entries.count ?? 0
      }
      figures.entries = entries
      if run > 0 { figures.seconds.append((processorTime() - start).inSeconds) }
    }
    let seconds = figures.median
    return BenchReport(
      subject: name, input: "\(feeds.count) recorded feeds, \(size) bytes, held in memory",
      method: "median processor time of \(runs) runs after one that does not count",
      coresUsed: 1,
      figures: [
        .init(name: "bytes", value: Double(size) / seconds / 1e6, unit: "MB/s"),
        .init(
          name: "entries a second", value: Double(figures.entries) / seconds, unit: "entries/s"),
        .init(name: "entries", value: Double(figures.entries), unit: "entries"),
        .init(name: "time of one run", value: seconds, unit: "s"),
        .init(name: "peak memory of the process", value: peakMemory(), unit: "MiB"),
      ])
  }
}
