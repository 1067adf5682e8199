import Bytes
import Dispatch
import Foundation
import Support
import Testing
import Wire

@testable import incident_sim

@Suite("Bad input", .timeLimit(.minutes(3)))
struct BadInputTests {
  static func rss(_ numbers: Range<Int>, title: String = "Notice") -> String {
    let items = numbers.reversed().map {
      "<item><title>\(title) \($0)</title><link>https://gov.example/\($0)</link><guid>g\($0)</guid></item>"
    }
    return "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>"
      + items.joined() + "</channel></rss>"
  }

  private static func reply(_ body: String, type: String = "text/xml") -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
      + "Connection: close\r\n\r\n\(body)"
  }

  @Test("in feeds stops neither the daemon nor the other feeds, and each is named with its reason")
  func feeds() async throws {
    let whole = Self.rss(0..<5)
    let cut = String(whole.prefix(whole.count - 150))
    let bodies: [(id: String, reply: String)] = [
      ("good", Self.reply(Self.rss(0..<3))),
      (
        "page",
        Self.reply("<!DOCTYPE html><html><title>Login</title><p>x</html>", type: "text/html")
      ),
      ("empty", Self.reply("")),
      ("truncated", Self.reply(cut)),
      ("late", "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 99999\r\n\r\n" + cut),
    ]
    let servers = try bodies.enumerated().map { index, body in
      try LoopbackServer(last: UInt8(40 + index)) { peer in
        _ = peer.readHead()
        _ = peer.write(body.reply)
      }
    }
    let endless = try LoopbackServer(last: 50) { peer in
      _ = peer.readHead()
      _ = peer.write("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss><channel>")
      let piece = String(repeating: "<item><title>more</title></item>", count: 2000)
      while peer.write(piece) {}
    }
    let unused = try LoopbackServer(last: 51) { _ in }
    let dead = "http://127.0.0.52:\(unused.port)/"
    var sources = zip(bodies, servers).map { body, server in
      ProgramDesk.Source(id: body.id, url: server.url())
    }
    sources += [
      ProgramDesk.Source(id: "endless", url: endless.url()),
      ProgramDesk.Source(id: "dead", url: dead),
    ]
    let desk = try await ProgramDesk(sources: sources)
    try await desk.startDaemon()
    try await desk.pass(.minutes(1))
    for _ in 0..<4 { try await desk.pass(.hours(1)) }

    // The whole items of a feed that was cut off are kept; of all others only the good one has any.
    let items = try desk.items
    let counts = Dictionary(grouping: items) { $0["source"]?.string ?? "" }.mapValues(\.count)
    #expect(counts["good"] == 3)
    #expect(counts["truncated"].map { (1...4).contains($0) } ?? false)
    #expect(Set(counts.keys).isSubset(of: ["good", "truncated", "late"]))

    let failing = try desk.events("source.failing")
    let reasons = Dictionary(
      failing.map { ($0["source"]?.string ?? "", $0["reason"]?["en"]?.string ?? "") }
    ) { first, _ in first }
    #expect(Set(reasons.keys).isSuperset(of: ["page", "empty", "endless", "dead"]))
    #expect(try #require(reasons["page"]).contains("web page"))
    #expect(try #require(reasons["endless"]).contains("4194304"), "\(reasons)")
    let shown = try await desk.run("source", "list")
    for id in ["page", "empty", "endless", "dead"] { #expect(shown.contains(id)) }
    #expect(desk.stopDaemon() == 0)
  }

  @Test("of any size in one item does not make the desk deaf")
  func hugeItem() async throws {
    let huge = String(repeating: "很长的正文", count: 100_000)
    let body =
      "<rss version=\"2.0\"><channel><item><title>公告</title><guid>1</guid><description>"
      + huge + "</description></item></channel></rss>"
    let big = try LoopbackServer(last: 60) { peer in
      _ = peer.readHead()
      _ = peer.write(Self.reply(body))
    }
    let good = try LoopbackServer(last: 61) { peer in
      _ = peer.readHead()
      _ = peer.write(Self.reply(Self.rss(0..<3)))
    }
    let desk = try await ProgramDesk(
      sources: [
        ProgramDesk.Source(id: "big", url: big.url()),
        ProgramDesk.Source(id: "good", url: good.url()),
      ])
    try await desk.startDaemon()
    for _ in 0..<3 { try await desk.pass(.minutes(6)) }
    let counts = Dictionary(grouping: try desk.items) { $0["source"]?.string ?? "" }
      .mapValues(\.count)
    #expect(counts == ["big": 1, "good": 3])
    #expect(big.connections >= 3 && good.connections >= 3)
    #expect(desk.stopDaemon() == 0)
  }

  @Test("from a clock that was ahead and is put right leaves the desk hearing")
  func clockBack() async throws {
    let count = Recorder<Int>()
    let server = try LoopbackServer(last: 62) { peer in
      _ = peer.readHead()
      count.add(1)
      _ = peer.write(Self.reply(Self.rss(0..<count.all.count)))
    }
    let desk = try await ProgramDesk(
      sources: [ProgramDesk.Source(id: "gov", url: server.url())])
    try await desk.startDaemon()
    try await desk.pass(.minutes(1))
    try await desk.pass(.days(30))
    let before = try desk.items.count
    try await desk.pass(.days(-30))
    for _ in 0..<3 { try await desk.pass(.minutes(6)) }
    #expect(try desk.items.count >= before + 2)
    #expect(desk.log.contains("clock.wentBack"))
    #expect(desk.stopDaemon() == 0)
  }

  @Test("on a busy host costs no time of the processor")
  func sharedHost() async throws {
    let gate = DispatchSemaphore(value: 0)
    let slow = try LoopbackServer(last: 63) { peer in
      _ = peer.readHead()
      _ = gate.wait(timeout: .now() + 15)
      _ = peer.write(Self.reply(Self.rss(0..<1)))
    }
    let desk = try await ProgramDesk(
      sources: (0..<2).map { ProgramDesk.Source(id: "s\($0)", url: slow.url("/\($0)")) })
    try await desk.startDaemon()
    let daemon = try #require(desk.daemon).identifier
    func ticks() throws -> Int {
      let fields = try String(contentsOfFile: "/proc/\(daemon)/stat", encoding: .utf8)
        .split(separator: " ").compactMap { Int($0) }
      // User and system time, counted behind the name and the state: hundredths of a second.
      return fields[11] + fields[12]
    }
    // It does not wait for the polls.
    try await desk.run("drill", "clock", "hold", "--at", "2026-09-27T06:01:00+08:00")
    let deadline = ContinuousClock.now + .seconds(10)
    while slow.connections == 0, ContinuousClock.now < deadline { await pause() }
    let before = try ticks()
    try await Task.sleep(for: .seconds(1.5))
    // One of them is asked, and the other waits for its turn.
    #expect(slow.connections == 1)
    #expect(try ticks() - before < 50)
    gate.signal()
    gate.signal()
    try await desk.pass(.minutes(1))
    #expect(slow.connections == 2)
    #expect(desk.stopDaemon() == 0)
  }

  @Test("in a playbook is told with its file, line and nearest key")
  func playbook() async throws {
    let desk = try await ProgramDesk()
    let path = desk.state + "/Playbooks/accident.json5"
    var text = try String(contentsOfFile: path, encoding: .utf8)
    let place = try #require(text.range(of: "clocks:"))
    let line = text[..<place.lowerBound].count { $0 == "\n" } + 1
    text.replaceSubrange(place, with: "clock:")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let checked = try await desk.incidentd("--check")
    #expect(checked.status == ExitCode.configuration.rawValue)
    #expect(checked.problems.contains("accident.json5:\(line):"), "\(checked.problems)")
    #expect(checked.problems.contains("unknown key 'clock'"), "\(checked.problems)")
    #expect(checked.problems.contains("'clocks'"), "\(checked.problems)")
    let refused = try await desk.refusal("list", status: .configuration)
    #expect(refused.contains("accident.json5:\(line):"))
  }

  @Test("on the command line gets what is wrong and what is near")
  func commands() async throws {
    let desk = try await ProgramDesk()
    #expect(try await desk.refusal("lst", status: .usage).contains("'list'"))
    #expect(try await desk.refusal("show", "2026-0009").contains("2026-0009"))
    #expect(
      try await desk.refusal("open", "x", "--playbok", "accident", status: .usage)
        .contains("--playbook"))
    #expect(
      try await desk.refusal("open", "x", "--playbook", "acident", status: .usage)
        .contains("accident"))
  }

  @Test("a second daemon on one state folder gives way, and the first goes on")
  func secondDaemon() async throws {
    let desk = try await ProgramDesk()
    try await desk.startDaemon()
    let second = try await desk.incidentd()
    #expect(second.status == ExitCode.tryAgain.rawValue, "\(second.problems)")
    try await desk.run("list")
    #expect(desk.stopDaemon() == 0)
  }

  @Test(
    "ends with its own code where nobody can be told why: what stands on a full disk is the log",
    arguments: [
      ("incidentd", "--config /nowhere/incident.json5"), ("incidentd", "--nonsense"),
      ("incident", "list --config /nowhere/incident.json5"), ("incident-lab", "nonsense"),
      ("incident-sim", "nonsense"),
    ])
  func fullLog(program: String, arguments: String) async throws {
    func status(_ output: String) async throws -> Int32 {
      try await ChildProgram.runFile(
        "/bin/sh", ["-c", "exec '\(ChildProgram.folder)/\(program)' \(arguments) 2>\(output)"],
        environment: ProcessInfo.processInfo.environment
      ).status
    }
    let plain = try await status("/dev/null")
    #expect(plain != 0)
    #expect(try await status("/dev/full") == plain)
  }
}
