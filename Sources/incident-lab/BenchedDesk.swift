import Bytes
import Desk
import Foundation
import Journal
import Response
import Watch

/// A desk with a daemon of its own, for `bench alert`.
final class BenchedDesk {
  let number: Int
  private let folder: String
  private let process = Process()
  static let sources = 6
  private static let patience = Duration.seconds(90)
  private static let history = 6000
  private static let historySpan = Duration.hours(60)

  /// Each source of a desk is a host of its own, and all of them are this machine.
  static func address(of source: Int) -> String { "127.0.0.\(source + 1)" }

  private var from: String { "desk\(number)@bench.example" }

  /// Makes the files, the journal and what it has heard so far.
  init(_ number: Int, in parent: String, feeds: Int, mail: Int, at now: Instant) async throws {
    self.number = number
    folder = parent + "/d\(number)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let sources = (0..<Self.sources).map { source in
      "{ id: \"s\(source)\", url: \"http://\(Self.address(of: source)):\(feeds)/\(number)/\(source)\", "
        + "owner: \"o\(source)\", tier: \"other\", every: \"PT\(30 + (number * 5 + source * 3) % 16)S\", "
        + "urgent: true, "
        + "allow: [\"127.0.0.0/8\"] }"
    }
    try write(
      "incident.json5",
      """
      { desk: { name: "bench \(number)", zone: "Asia/Shanghai", locale: "zh-CN" },
        mail: { host: "127.0.0.1", port: \(mail), security: "none",
          from: "desk\(number)@bench.example" },
        alerts: { to: ["li"] }, polling: { userAgent: "incident-bench", every: "PT30S" },
        sources: [\(sources.joined(separator: ",\n"))] }
      """)
    try write(
      "people.json5",
      "{ people: [{ id: \"li\", name: \"li\", roles: [\"lead\"], mail: \"li@bench.example\" }] }")
    let state = StateFolder(folder)
    let frontDesk = try FrontDesk.create(state, isExercise: false, at: now)
    try await frontDesk.close()
    try await hear(state, at: now)
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  /// The days before: everyday posts, evenly, up to now.
  private func hear(_ state: StateFolder, at now: Instant) async throws {
    let log = try ItemLog.open(state.items)
    let step = Self.historySpan.microseconds / Int64(Self.history)
    for (place, made) in MadeStream.items(Self.history).enumerated() {
      var item = made
      let time = now - Self.historySpan + .microseconds(step * Int64(place))
      item.firstSeen = time
      item.published = time
      _ = try log.append(lines: [item.line], at: time)
    }
    try await log.sync()
    try log.close()
  }

  func start() throws {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let daemon = own.deletingLastPathComponent().appendingPathComponent("incidentd")
    guard FileManager.default.isExecutableFile(atPath: daemon.path) else {
      throw ToolFailure("incidentd should stand beside incident-lab, at \(daemon.path)", .couldNot)
    }
    process.executableURL = daemon
    process.arguments = ["--config", folder + "/incident.json5"]
    let log = folder + "/incidentd.log"
    try Data().write(to: URL(fileURLWithPath: log))
    process.standardError = FileHandle(forWritingAtPath: log)
    try process.run()
  }

  func waitUntilUp() async throws {
    let end = ContinuousClock.now + Self.patience
    while !FileManager.default.fileExists(atPath: StateFolder(folder).socket) {
      guard ContinuousClock.now < end, process.isRunning else {
        let log = FileManager.default.contents(atPath: folder + "/incidentd.log") ?? Data()
        throw ToolFailure(
          "the daemon of desk \(number) did not start: \(String(decoding: log.suffix(800), as: UTF8.self))",
          .couldNot)
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }

  deinit { if process.isRunning { stop() } }

  private struct Heard {
    var time: Instant
    var author: String
  }

  /// What came of its alerts, by its own record and items.
  func measured(_ mails: MailTimes) async throws -> [AlertBench.Measured] {
    let state = StateFolder(folder)
    var stories: [String: [Heard]] = [:]
    var placeOfItem: [String: String] = [:]
    _ = try ItemReader(folder: state.items).read { line, _ in
      // The history has no story in it; what is no item was never written by the desk.
      guard let item = try? Item(line: line), let time = item.firstSeen,
        let place = BenchStory.place(in: (item.title ?? "") + item.text)
      else { return true }
      stories[place, default: []].append(Heard(time: time, author: item.author ?? item.source))
      placeOfItem[item.id] = place
      return true
    }
    let (alerts, deliveries) = try await FrontDesk.read(state).view { state in
      (state.response.alerts.values.map { $0 }, state.response.deliveries.values.map { $0 })
    }
    return alerts.sorted { $0.id < $1.id }.compactMap { alert in
      let places = alert.evidence.samples.compactMap { placeOfItem[$0.item] }
      guard let place = places.first, let heard = stories[place],
        let delivery = deliveries.first(where: { $0.order.matter == .alert(alert.id) }),
        let end = mails.time(from: from, delivery.id)
      else { return nil }
      // The record is made right after the minute that decided it has ended.
      let minuteEnd = alert.raised.time.floored(to: .minutes(1))
      let minute = heard.map(\.time).filter { $0 >= minuteEnd - .minutes(1) && $0 < minuteEnd }
      var authors: Set<String> = []
      let third = heard.sorted { $0.time < $1.time }.first {
        authors.insert($0.author)
        return authors.count == 3
      }
      guard let first = minute.min(), let last = minute.max(), let third else { return nil }
      return AlertBench.Measured(
        fromFirst: (end - first).inSeconds, fromLast: (end - last).inSeconds,
        fromThird: (end - third.time).inSeconds)
    }
  }
}
