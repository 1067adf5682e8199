import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import incident_sim

extension ProgramDesk {
  static let brief = root + "/Samples/county/drafts/brief.json5"

  /// Opens an incident and drafts its first release, by `li`.
  func openWithDraft() async throws {
    try await run(
      "open", "石桥化工园区爆炸", "--playbook", "accident", "--event-time", "05:50", "--place", "石桥")
    for (unit, text) in [("公安", "警戒"), ("消防", "灭火搜救")] {
      try await run("action", "2026-0001", "add", text, "--unit", unit, "--at", "05:55")
    }
    try await run("draft", "2026-0001", "truth.brief", "--from", Self.brief)
  }

  func passGates(_ release: String = "R1") async throws {
    for (gate, who) in [
      ("political", "zhao"), ("legal", "zhao"), ("confidentiality", "sun"), ("text", "sun"),
    ] { try await run("sign", release, gate, "pass", as: who) }
  }

  static func centre(_ id: String, _ more: String = "") -> String {
    "{ id: \"\(id)\", name: \"\(id) centre\", mail: \"duty@\(id).example\"\(more) },"
  }
}

@Suite("A release", .timeLimit(.minutes(3)))
struct ReleaseTests {
  @Test("is refused without its approvals, by its author, and after its text was changed")
  func gates() async throws {
    let desk = try await ProgramDesk(centres: ProgramDesk.centre("lanxi"))
    try await desk.startDaemon()
    try await desk.openWithDraft()
    let early = try await desk.refusal("publish", "R1", as: "wang")
    #expect(early.contains("political") && early.contains("approval"), "\(early)")
    try await desk.run("submit", "R1")
    let missing = try await desk.refusal("publish", "R1", as: "wang")
    for gate in ["political", "legal", "confidentiality", "text"] {
      #expect(missing.contains(gate))
    }
    try await desk.passGates()
    // Its author has the drafter's role; one who leads and wrote a part of it may not approve either.
    _ = try await desk.refusal("approve", "R1", as: "li")
    #expect(try await desk.refusal("publish", "R1", as: "wang").contains("approv"))
    try await desk.run("approve", "R1", as: "wang")
    let text = try String(contentsOfFile: ProgramDesk.brief, encoding: .utf8)
    try desk.folder.write("changed.json5", text.replacing("0570-12345", with: "0570-54321"))
    try await desk.run("draft", "R1", "--from", desk.folder.path("changed.json5"), as: "wang")
    let voided = try await desk.refusal("publish", "R1", as: "wang")
    #expect(voided.contains("changed after its approval"), "\(voided)")
    try await desk.run("submit", "R1")
    try await desk.passGates()
    let own = try await desk.refusal("approve", "R1", as: "wang")
    #expect(own.contains("wrote") || own.contains("author"), "\(own)")
    #expect(try desk.events("release.published").isEmpty)
    #expect(desk.stopDaemon() == 0)
  }

  @Test("goes to each centre by mail and webhook, and only what is proven comes back")
  func centres() async throws {
    let mails = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start { mails.add($0) }
    let hooks = Recorder<HTTPRequest>()
    let centre = try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)]) { request in
      hooks.add(request)
      return .text("taken\n")
    }
    var random = SystemRandomNumberGenerator()
    let key = WebhookKey(using: &random)
    let port = try freePort()
    let hook = "http://127.0.0.1:\(try #require(centre.port))/in"
    let desk = try await ProgramDesk(
      mailPort: sink.port, httpPort: port,
      centres: ProgramDesk.centre(
        "lanxi",
        ", webhook: { url: \"\(hook)\", secretFile: \"secrets/lanxi\", allow: [\"127.0.0.0/8\"] }")
        + ProgramDesk.centre("qinggang"))
    try desk.folder.write("desk/secrets/lanxi", key.text + "\n")
    chmod(desk.state + "/secrets/lanxi", 0o600)
    try await desk.startDaemon()
    try await desk.openWithDraft()
    try await desk.run("submit", "R1")
    try await desk.passGates()
    try await desk.run("approve", "R1", as: "wang")
    try await desk.run("publish", "R1", as: "wang")
    try await desk.pass(.minutes(1))

    // Out: two mails with both languages, one signed webhook.
    let sent = await mails.wait(for: 2)
    #expect(Set(sent.flatMap(\.to)) == ["duty@lanxi.example", "duty@qinggang.example"])
    let told = try #require(await hooks.wait(for: 1).first)
    _ = try Webhook.verify(told.headers, body: told.body, keys: [key], now: DeskClock.wallNow())
    let data = try JSONReader.read(told.body)["data"]
    #expect(data?["release"]?.string == "2026-0001/R1")
    #expect(data?["texts"]?["zh-CN"]?["body"]?.string?.contains("恒泽精化") == true)

    // Back: nothing without a proof.
    let base = "http://127.0.0.1:\(port)"
    let text = MailRoom.plainText(
      of: try #require(sent.first { $0.to == ["duty@qinggang.example"] }).bytes)
    let link = try #require(text.firstMatch(of: #/answer\/(D[0-9]+\.[0-9]+)\?code=([0-9A-Z]+)/#))
    let (delivery, code) = (String(link.output.1), String(link.output.2))
    let form = [("Content-Type", "application/x-www-form-urlencoded")]
    let answers = "\(base)/answer/\(delivery)"
    #expect(try await desk.get("\(answers)?code=\(code)").status == 200)
    #expect(try desk.events("centre.acknowledged").isEmpty)
    #expect(try await desk.post(answers, "code=AAAAAAAA&answer=acknowledged", form) == 403)
    let body =
      #"{"type":"release.acknowledged","timestamp":"2026-09-26T22:10:00Z","data":{"release":"2026-0001/R1"}}"#
    let hooksURL = "\(base)/hooks/centres/lanxi"
    #expect(try await desk.post(hooksURL, body) == 401)
    let forged = try Webhook.headers(
      id: "msg_1", at: DeskClock.wallNow(), body: Array(body.utf8),
      keys: [WebhookKey(using: &random)])
    #expect(try await desk.post(hooksURL, body, forged.fields.map { ($0.name, $0.value) }) == 401)
    #expect(try desk.events("centre.acknowledged").isEmpty)

    try await desk.pass(.minutes(4))
    #expect(try await desk.post(answers, "code=\(code)&answer=acknowledged&text=", form) == 200)
    let genuine = try Webhook.headers(
      id: "msg_1", at: DeskClock.wallNow(), body: Array(body.utf8), keys: [key])
    #expect(try await desk.post(hooksURL, body, genuine.fields.map { ($0.name, $0.value) }) == 200)
    // Sent twice, as webhooks are: taken once.
    #expect(try await desk.post(hooksURL, body, genuine.fields.map { ($0.name, $0.value) }) == 200)
    let acknowledged = try desk.events("centre.acknowledged")
    #expect(acknowledged.compactMap { $0["centre"]?.string }.sorted() == ["lanxi", "qinggang"])
    let report = try await desk.run("report", "2026-0001", "--format", "json")
    let releases = try #require(
      try JSONReader.read(Array(report.utf8))["incident"]?["releases"]?.array)
    let shown = try #require(releases.first?["centres"]?.array)
    #expect(shown.allSatisfy { $0["acknowledged"]?["delaySeconds"]?.integer == 300 })
    #expect(desk.stopDaemon() == 0)
    sink.stop()
    await centre.stop(within: .zero)
  }
}
