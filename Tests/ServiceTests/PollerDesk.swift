import Bytes
import Desk
import Foundation
import Journal
import Response
import Support
import Synchronization
import Testing
import Watch

@testable import Service

/// A poller at work in a folder of a test's own, on a clock that the test moves, over real sockets.
final class PollerDesk {
  struct Source {
    var id: String
    var url: String
    var every = "PT5M"
    var more = ""

    var line: String {
      "{ id: \"\(id)\", url: \"\(url)\", owner: \"\(id)\", tier: \"listed\", every: \"\(every)\", "
        + "allow: [\"127.0.0.0/8\"], \(more) },"
    }
  }

  static let start = PollScheduleTests.noon

  let folder: TemporaryFolder
  let frontDesk: FrontDesk
  let items: ItemLog
  let poller: Poller
  let logged = Recorder<[UInt8]>()
  private(set) var now = PollerDesk.start
  private let running: Task<Void, any Error>

  private static let patience = Duration.seconds(120)

  /// A desk with these sources. Where a folder is given, the one that was there goes on.
  init(
    _ sources: [Source], in known: TemporaryFolder? = nil, at time: Instant = start,
    atOnce: Int = 16
  )
    async throws
  {
    let folder = try known ?? TemporaryFolder()
    self.folder = folder
    now = time
    try Self.write(sources, to: folder, atOnce: atOnce)
    try folder.write("desk/clock.json5", DeskClock.text(of: .held(time)) ?? [])
    let configuration = try Self.configuration(in: folder)
    let state = StateFolder(configuration.stateFolder)
    frontDesk =
      try known == nil
      ? FrontDesk.create(state, isExercise: true, at: time) : FrontDesk.open(state)
    try await frontDesk.perform(.adopt(configuration.registry), by: .desk)
    items = try ItemLog.open(state.items)
    let logged = logged
    let log = Log(clock: frontDesk.clock) { logged.add($0) }
    let poller = Poller(
      frontDesk: frontDesk, intake: ItemIntake(log: items, clock: frontDesk.clock, last: nil),
      store: try SourceStore(folder: state.sources), configuration: configuration, log: log)
    self.poller = poller
    try await poller.prepare(items: items)
    running = Task { try await poller.run() }
  }

  private static func write(_ sources: [Source], to folder: TemporaryFolder, atOnce: Int) throws {
    try folder.write(
      "desk/incident.json5",
      """
      {
        desk: { name: "Test Desk", zone: "UTC", locale: "en" },
        polling: { userAgent: "desk-test (desk@example.org)", atOnce: \(atOnce) },
        sources: [
      \(sources.map(\.line).joined(separator: "\n"))
        ],
      }
      """)
    try folder.write(
      "desk/people.json5", #"{ people: [{ id: "li", name: "Li", roles: ["lead"] }] }"#)
  }

  private static func configuration(in folder: TemporaryFolder) throws -> Configuration {
    try Configuration.read(
      DeskPlace.find(
        configuration: folder.path("desk/incident.json5"), state: nil, environment: [:]))
  }

  deinit { running.cancel() }

  /// Has the poller take other sources.
  func adopt(_ sources: [Source]) async throws {
    try Self.write(sources, to: folder, atOnce: 16)
    try await poller.adopt(try Self.configuration(in: folder))
  }

  /// Opens an incident, as a person of the desk does.
  func openIncident() async throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    try FileManager.default.copyItem(
      atPath: root + "/Playbooks", toPath: folder.path("desk/Playbooks"))
    let configuration = try Self.configuration(in: folder)
    let playbook = try #require(configuration.playbooks.first { $0.kind == .emergency })
    let opening = Incident.Opening(
      title: "Fire", kind: .emergency, incidentClass: playbook.incidentClass,
      eventTime: now - .minutes(10), playbook: .init(playbook))
    let person = Actor.person(try #require(Name("li")))
    try await frontDesk.perform(.open(opening, playbook), by: person)
  }

  /// Holds the clock so much later, and waits for nothing.
  func hold(_ time: Duration) throws {
    now = now + time
    try ExerciseClockFile.write(.held(now), to: folder.path("desk/clock.json5"))
    poller.wakeUp()
  }

  /// Holds the clock so much later, and waits until all that is due by then is done.
  func pass(_ time: Duration = .zero) async throws {
    try hold(time)
    try await settle()
  }

  func settle() async throws {
    let deadline = ContinuousClock.now + Self.patience
    while ContinuousClock.now < deadline {
      if await poller.isIdle(at: now) { return }
      try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("the poller is still at work")
  }

  /// Moves on step by step, as a clock does.
  func pass(_ time: Duration, by step: Duration) async throws {
    let end = now + time
    while now < end { try await pass(min(step, end - now)) }
  }

  /// Ends the poller in good order.
  func stop() async throws {
    running.cancel()
    // Its end by being cancelled is no fault.
    _ = await running.result
    await poller.shutdown()
    try items.close()
    try await frontDesk.close()
  }

  /// What lies in the item log, in its order.
  func kept() async throws -> [Item] {
    var kept: [Item] = []
    _ = try await items.read(from: nil) { line, _ in
      if let item = try? Item(line: line) { kept.append(item) }
    }
    return kept
  }

  func events(_ kind: String) async throws -> [JSON] {
    let path = folder.path("desk/journal")
    let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    return try files.filter { $0.hasSuffix(".jsonl") }.flatMap { file in
      try folder.read("desk/journal/" + file).split(separator: UInt8(ascii: "\n"))
        .flatMap { try JSONReader.read(Array($0))["e"]?.array ?? [] }
    }.filter { $0["k"]?.string == kind }
  }

  func source(_ id: String) async throws -> LiveSource {
    try #require(await poller.sources.first { $0.id.text == id })
  }
}

/// A server on an address of its own, whose answers a test changes as it goes, with a log of what it
/// was asked.
final class ScriptedFeed: Sendable {
  struct Reply: Sendable {
    var status = 200
    var headers: [String] = []
    var body = ""
  }

  struct Request: Sendable {
    let path: String
    let head: String

    func header(_ name: String) -> String? {
      head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
        .map { String($0.dropFirst(name.count + 2)) }
    }

    var isConditional: Bool {
      header("If-None-Match") != nil || header("If-Modified-Since") != nil
    }
  }

  private let script: Mutex<@Sendable (Request) -> Reply>
  let requests = Recorder<Request>()
  private let server: Mutex<LoopbackServer?> = Mutex(nil)

  init(last: UInt8, _ script: @escaping @Sendable (Request) -> Reply) throws {
    self.script = Mutex(script)
    let started = try LoopbackServer(last: last) { [weak self] peer in
      while let head = peer.readHead(), let self {
        let words = head.split(separator: " ")
        let request = Request(path: words.count > 1 ? String(words[1]) : "/", head: head)
        self.requests.add(request)
        let answer = self.script.withLock { $0 }
        let reply = answer(request)
        let length = reply.status == 304 ? [] : ["Content-Length: \(reply.body.utf8.count)"]
        let lines = ["HTTP/1.1 \(reply.status) X"] + reply.headers + length
        peer.write(lines.joined(separator: "\r\n") + "\r\n\r\n" + reply.body)
      }
    }
    server.withLock { $0 = started }
  }

  convenience init(last: UInt8, _ reply: Reply) throws { try self.init(last: last) { _ in reply } }

  func answer(_ reply: Reply) { answer { _ in reply } }
  func answer(_ script: @escaping @Sendable (Request) -> Reply) {
    self.script.withLock { $0 = script }
  }

  var count: Int { requests.all.count }
  func url(_ path: String = "/feed") -> String { server.withLock { $0 }?.url(path) ?? "" }

  static func rss(_ items: String..., title: String = "T", channel: String = "") -> String {
    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>\(title)</title>\(channel)"
      + items.map { "<item>\($0)</item>" }.joined() + "</channel></rss>"
  }

  /// Items with these numbers, the newest first.
  static func rss(_ numbers: Range<Int>, title: String = "T", channel: String = "") -> String {
    let items = numbers.reversed().map {
      "<item><title>n\($0)</title><link>https://gov.example/\($0)</link><guid>g\($0)</guid></item>"
    }
    return "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>\(title)</title>\(channel)"
      + items.joined() + "</channel></rss>"
  }

  static func feed(_ numbers: Range<Int>, _ headers: String...) -> Reply {
    Reply(headers: ["Content-Type: text/xml"] + headers, body: rss(numbers))
  }
}
