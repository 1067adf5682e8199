import Bytes
import Foundation
import Watch

/// `incident-lab topics`: runs recorded items through the model, and writes what it found.
enum TopicsCommand: LabCommand {
  static let name = "topics"
  static let usage =
    "--in ITEMS.jsonl|- --out TOPICS.jsonl [--assign OUT.jsonl] [--config SETTINGS.json5] "
    + "[--alerts TABLE.txt|- [--desk incident.json5] [--from TIME]]"
  static let summary = """
    Reads items in the order of firstSeen, else ts, one tick for every 60 seconds; writes a line
    for each topic, in the order of detection, and with --assign a line for each post. With
    --alerts a table: what would have been told to a desk, when and why, and why not the rest;
    --desk takes the zone, places, calendar, phrases and thresholds of a desk's own configuration,
    else times and nights are those of UTC. Notices of one topic have the same number. At its end
    stands how many notices that makes a day, a night, and from a week on in 30 days. What was heard
    before --from is learned from, and tells nobody anything: give a desk the weeks before to know
    its usual day. No file that is read is written over.

    example: gzip -cd items.jsonl.gz | incident-lab topics --in - --out topics.jsonl
    """

  /// One tick of recorded time.
  static let tick: Duration = .seconds(60)

  static func run(_ arguments: [String]) async throws -> ExitCode {
    let options = try ToolOptions(
      arguments, values: ["in", "out", "assign", "config", "alerts", "desk", "from"])
    let from = try options["from"].map { text in
      guard let from = Instant(iso8601: text) else {
        throw ToolFailure("--from is a time with its zone, as 2021-03-01T00:00:00+08:00")
      }
      return from
    }
    let input = try options.required("in")
    let out = try options.required("out")
    try checkFiles(options, input: input, out: out)
    var run = TopicRun(
      settings: try options["config"].map { try settings(in: $0) } ?? ModelSettings(),
      table: try options["alerts"].map { _ in try TopicsTable(desk: options["desk"], from: from) })
    var tickItems: [Item] = []
    var tickStart: Instant?
    try eachItem(input) { item in
      let start = (item.decisionTime ?? Instant(seconds: 0)).floored(to: tick)
      // An item that stands too late in its file belongs to the tick that is open: the model's
      // time does not go back.
      if let open = tickStart, start > open {
        run.take(tickItems, through: open + tick)
        tickItems.removeAll(keepingCapacity: true)
        tickStart = start
      }
      tickStart = tickStart ?? start
      tickItems.append(item)
    }
    if let open = tickStart { run.take(tickItems, through: open + tick) }
    // Before anything is written: a table of nothing is a mistake of who asked for it.
    try run.table?.requireItems()
    try LabFile.write(run.topicLines(), to: out)
    if let path = options["assign"] { try LabFile.write(run.assignmentLines(), to: path) }
    if let path = options["alerts"], let table = run.table {
      try LabFile.write(Array(table.text.utf8), to: path)
    }
    return .done
  }

  private static func checkFiles(_ options: ToolOptions, input: String, out: String) throws {
    for name in ["desk", "from"] where options[name] != nil && options["alerts"] == nil {
      throw ToolFailure("'--\(name)' goes with '--alerts', and does nothing without it")
    }
    func named(_ names: [String]) -> [(name: String, path: String)] {
      names.compactMap { name in options[name].map { (name, $0) } }
    }
    try LabFile.check(
      outputs: [("out", out)] + named(["assign", "alerts"]),
      inputs: [("in", input)] + named(["config", "desk"]))
  }

  private static func settings(in path: String) throws -> ModelSettings {
    let bytes = try LabFile.read(path)
    do {
      return try ModelSettings(Fields(try JSONReader.read(bytes, as: .json5)))
    } catch {
      throw ToolFailure("\(path): \(LabFile.describe(error))", .configuration)
    }
  }

  /// Calls with each item of a file in the ITEMS form; blank lines are passed over, and so are the
  /// changes of items, which are no posts.
  static func eachItem(_ path: String, _ body: (Item) -> Void) throws {
    try LabFile.eachLine(path) { line, number in
      do {
        let item = try Item(line: line)
        if item.revision == nil { body(item) }
      } catch {
        throw ToolFailure("\(path):\(number): \(LabFile.describe(error))", .damaged)
      }
    }
  }
}

/// The model together with what only a recorded run keeps: every post of every topic.
struct TopicRun {
  private(set) var model: TopicModel
  private(set) var table: TopicsTable?
  private var found: [Found] = []
  private var places: [(item: String, cluster: UInt32)] = []
  private var absorbed: [UInt32: UInt32] = [:]
  /// What a topic was called at the end of its first day, by its key.
  private var keywords: [String: [String]] = [:]
  private static let firstDay: Duration = .hours(24)

  private struct Found {
    var cluster: UInt32
    var snapshot: TopicSnapshot
  }

  init(settings: ModelSettings, table: TopicsTable?) {
    model = TopicModel(settings: settings)
    self.table = table
  }

  mutating func take(_ items: [Item], through end: Instant) {
    let changes = model.take(items, through: end)
    table?.note(items, changes, of: model, at: end)
    for assignment in model.assignments { places.append((assignment.item, assignment.cluster)) }
    for merge in model.merges { absorbed[merge.absorbed] = merge.into }
    for change in changes {
      let topic = change.snapshot
      if end - topic.detected <= Self.firstDay { keywords[topic.key] = topic.keywords }
      if case .merged(let key, let into) = change { keywords[key] = into.keywords }
      guard case .emerged(let snapshot) = change, let cluster = model.cluster(of: snapshot.key)
      else { continue }
      found.append(Found(cluster: cluster, snapshot: snapshot))
    }
  }

  private func root(_ cluster: UInt32) -> UInt32 {
    var cluster = cluster
    while let next = absorbed[cluster] { cluster = next }
    return cluster
  }

  /// A topic that was absorbed by another is a part of it; the first detection counts.
  func topicLines() -> [UInt8] {
    var members: [UInt32: [String]] = [:]
    for place in places { members[root(place.cluster), default: []].append(place.item) }
    var told: Set<UInt32> = []
    var bytes: [UInt8] = []
    for topic in found {
      let cluster = root(topic.cluster)
      guard told.insert(cluster).inserted else { continue }
      bytes += JSONWriter.object { writer in
        writer.member("topic_id", topic.snapshot.key)
        writer.member("first_detected_ts", topic.snapshot.detected.iso8601)
        writer.member("score", (topic.snapshot.score * 10_000).rounded() / 10_000)
        writer.member("keywords", keywords[topic.snapshot.key] ?? topic.snapshot.keywords)
        writer.member("post_ids", members[cluster] ?? [])
      }
      bytes.append(0x0a)
    }
    return bytes
  }

  func assignmentLines() -> [UInt8] {
    var bytes: [UInt8] = []
    for place in places {
      bytes += JSONWriter.object { writer in
        writer.member("id", place.item)
        writer.member("cluster", Int(root(place.cluster)))
      }
      bytes.append(0x0a)
    }
    return bytes
  }
}
