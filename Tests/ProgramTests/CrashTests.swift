import Bytes
import Foundation
import Support
import Synchronization
import Testing
import Wire

@testable import incident_sim

@Suite("After a failure", .timeLimit(.minutes(4)))
struct CrashTests {
  @Test("a mail server that is down costs no message: it is kept, tried again and shown")
  func mailDown() async throws {
    let port = try freePort()
    let desk = try await ProgramDesk(mailPort: port, centres: ProgramDesk.centre("lanxi"))
    try await desk.startDaemon()
    try await desk.openWithDraft()
    try await desk.run("submit", "R1")
    try await desk.passGates()
    try await desk.run("approve", "R1", as: "wang")
    try await desk.run("publish", "R1", as: "wang")
    try await desk.pass(.minutes(1))
    #expect(try desk.events("delivery.delivered").isEmpty)
    #expect(try desk.events("delivery.deferred").count >= 1)
    let shown = try await desk.run("show", "2026-0001")
    #expect(shown.contains("lanxi") && shown.contains("not delivered"), "\(shown)")

    let mails = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start(port: port) { mails.add($0) }
    try await desk.pass(.minutes(30))
    #expect(mails.all.count { $0.to == ["duty@lanxi.example"] } >= 1)
    #expect(try desk.events("delivery.delivered").count >= 1)
    #expect(desk.stopDaemon() == 0)
    sink.stop()
  }

  @Test("kill -9 between publishing and delivery: it arrives, and a repeated mail has the same id")
  func killBeforeDelivery() async throws {
    let mails = Recorder<SMTPSink.Message>()
    let port = try freePort()
    let desk = try await ProgramDesk(mailPort: port, centres: ProgramDesk.centre("lanxi"))
    // The program to be killed: 0 until it is known, -1 afterwards.
    let victim = Mutex<Int32>(0)
    try await desk.startDaemon()
    try await desk.openWithDraft()
    try await desk.run("submit", "R1")
    try await desk.passGates()
    try await desk.run("approve", "R1", as: "wang")
    // Nobody takes the mail yet: what is published is in the journal alone.
    try await desk.run("publish", "R1", as: "wang")
    desk.killDaemon()
    #expect(try desk.events("release.published").count == 1)

    // Now it is taken, and the daemon dies before it can know.
    let sink = try SMTPSink.start(
      port: port,
      reply: { phase in
        guard case .message = phase else { return .usual }
        // The mail may be here before the test knows who has sent it.
        let deadline = ContinuousClock.now + .seconds(60)
        while victim.withLock({ $0 }) == 0, ContinuousClock.now < deadline { usleep(1000) }
        let daemon = victim.withLock { victim in
          defer { victim = -1 }
          return victim
        }
        guard daemon > 0 else { return .usual }
        kill(daemon, SIGKILL)
        return .takeAndDrop
      }, collect: { mails.add($0) })
    try await desk.startDaemon()
    victim.withLock { $0 = desk.daemon?.identifier ?? -1 }
    // The clock's answer may be lost with the daemon.
    try? await desk.pass(.minutes(5))
    desk.killDaemon()
    #expect(try desk.events("delivery.delivered").isEmpty)

    try await desk.startDaemon()
    try await desk.pass(.minutes(30))
    let sent = mails.all.filter { $0.to == ["duty@lanxi.example"] }.map { mail in
      String(decoding: mail.bytes, as: UTF8.self)
    }
    let first = sent.filter { $0.contains("X-Incident-Delivery: \(Self.delivery(sent[0]))") }
    #expect(first.count >= 2)
    #expect(Set(first.map(Self.messageID)).count == 1)
    #expect(try desk.events("release.published").count == 1)
    #expect(try desk.events("delivery.delivered").count >= 1)
    try await desk.run("journal", "verify")
    #expect(desk.stopDaemon() == 0)
    sink.stop()
  }

  private static func header(_ name: String, _ mail: String) -> String {
    mail.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }
      .map { String($0.dropFirst(name.count + 2)) } ?? ""
  }

  private static func messageID(_ mail: String) -> String { header("Message-ID", mail) }
  private static func delivery(_ mail: String) -> String { header("X-Incident-Delivery", mail) }

  @Test("a log that nobody reads ends neither the daemon nor the command")
  func closedLog() async throws {
    let desk = try await ProgramDesk()
    let folder = ChildProgram.folder
    let daemon = try await ChildProgram.runFile(
      "/bin/sh",
      [
        "-c",
        "\(folder)/incidentd 2>/dev/full & daemon=$!; sleep 1; \(folder)/incident source list; "
          + "kill $daemon; wait $daemon; echo status $?",
      ], environment: desk.environment)
    #expect(daemon.output.contains("status 0"), "\(daemon.output)\(daemon.problems)")
    let lines = try await ChildProgram.runFile(
      "/bin/sh", ["-c", "\(folder)/incident --help | true; echo done"],
      environment: desk.environment)
    #expect(lines.output.contains("done"))
    let full = try await ChildProgram.runFile(
      "/bin/sh", ["-c", "\(folder)/incident --help > /dev/full"],
      environment: desk.environment)
    #expect(full.status == ExitCode.couldNot.rawValue)
  }

  @Test("kill -9 while feeds are polled: every item is kept, and once")
  func killWhilePolling() async throws {
    let count = Atomic<Int>(0)
    var limits = HTTPLimits()
    limits.connections = 1000
    limits.connectionsPerPeer = 1000
    let server = try HTTPServer.start(
      listeners: [.tcp(host: "0.0.0.0", port: 0)], limits: limits
    ) { request in
      let number = count.load(ordering: .acquiring)
      let id = request.path.first ?? ""
      let tag = "\"\(id)-\(number)\""
      if request.headers["If-None-Match"] == tag {
        return HTTPResponse(status: 304, headers: ["ETag": tag])
      }
      return HTTPResponse(
        status: 200, headers: ["ETag": tag, "Content-Type": "text/xml"],
        body: Array(BadInputTests.rss(0..<number, title: id).utf8))
    }
    let port = try #require(server.port)
    let sources = (0..<8).map {
      ProgramDesk.Source(
        id: "s\($0)", url: "http://127.3.0.\($0 + 1):\(port)/s\($0)", every: "PT1M")
    }
    let desk = try await ProgramDesk(sources: sources)
    var random = SeededGenerator(seed: 7)
    for _ in 0..<12 {
      count.add(3, ordering: .releasing)
      try await desk.startDaemon()
      let delay = Duration.milliseconds(Int64(random.next() % 60))
      let daemon = try #require(desk.daemon).identifier
      let killer = Task {
        try? await Task.sleep(for: delay)
        kill(daemon, SIGKILL)
      }
      // The clock's answer is lost with the daemon.
      try? await desk.pass(.minutes(2))
      await killer.value
      desk.killDaemon()
    }
    try await desk.startDaemon()
    try await desk.pass(.minutes(5))
    let found = try desk.items.map { "\($0["source"]?.string ?? "")/\($0["title"]?.string ?? "")" }
    let expected = sources.flatMap { source in
      (0..<36).map { "\(source.id)/\(source.id) \($0)" }
    }
    #expect(found.count == Set(found).count)
    #expect(Set(found) == Set(expected))
    #expect(desk.stopDaemon() == 0)
    await server.stop(within: .zero)
  }
}
