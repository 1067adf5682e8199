import Bytes
import Watch

/// Bytes and entries a second from the bytes of recorded feeds to documents that are fully mapped:
/// encodings, damage, dates, links and texts.
struct ParseBench: BenchSubject {
  static let name = "parse"
  static let usage = "(--manifest M.jsonl [--category NAME,...] | --file F) [--runs N] [--json]"

  private struct Figures {
    var seconds: [Double] = []
    var entries = 0

    var median: Double { seconds.sorted()[seconds.count / 2] }
  }

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["manifest", "category", "file", "runs"])
    let runs = try options.count("runs") ?? 5
    if let path = options["file"] { return try measureFile(path, runs: runs) }
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

  /// One large feed, of which no entry is kept: what it takes is what the reader takes.
  private static func measureFile(_ path: String, runs: Int) throws -> BenchReport {
    let before = peakMemory()
    var figures = Figures()
    var size = 0
    var problems = 0
    for _ in 0..<runs {
      let start = processorTime()
      let bytes = try LabFile.readDirectly(path)
      size = bytes.count
      figures.entries = 0
      do {
        let document = try readFeed(
          bytes, contentType: nil, url: "", zone: .universal, limits: .recorded
        ) { _ in figures.entries += 1 }
        problems = document.problems.count
      } catch {
        throw ToolFailure("\(path): \(error.explanation.en)", .damaged)
      }
      figures.seconds.append((processorTime() - start).inSeconds)
    }
    let seconds = figures.median
    return BenchReport(
      subject: name, input: "\(path), \(size) bytes",
      method: "median processor time of \(runs) runs from the disk to entries that are not kept",
      coresUsed: 1,
      figures: [
        .init(name: "bytes", value: Double(size) / seconds / 1e6, unit: "MB/s"),
        .init(
          name: "entries a second", value: Double(figures.entries) / seconds, unit: "entries/s"),
        .init(name: "entries", value: Double(figures.entries), unit: "entries"),
        .init(name: "problems", value: Double(problems), unit: "problems"),
        .init(name: "time of one run", value: seconds, unit: "s"),
        .init(name: "peak memory before", value: before, unit: "MiB"),
        .init(name: "peak memory of the process", value: peakMemory(), unit: "MiB"),
      ])
  }
}
