import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import incident_sim

/// What needs programs of Debian's: `Tests/run --all` installs them; where they are not, each test
/// says so and is passed over.
@Suite("Debian", .timeLimit(.minutes(3)))
struct Debian {
  static let strace = findProgram("strace")
  static let python = findProgram("python3")
  static let chromium = findProgram("chromium")

  @Test(
    "strace sees the record on disk before the command answers",
    .enabled(if: strace != nil, "skipped: strace is not installed"))
  func syncBeforeAnswer() async throws {
    let desk = try await ProgramDesk()
    try await desk.run("open", "石桥化工园区爆炸", "--playbook", "accident", "--event-time", "05:50")
    let trace = desk.folder.path("trace")
    // The daemon is down: the command itself writes.
    let ending = try await ChildProgram.runFile(
      try #require(Self.strace),
      [
        "-f", "-y", "-o", trace, "-e", "trace=write,pwrite64,writev,pwritev,fdatasync",
        ChildProgram.folder + "/incident", "note", "2026-0001", "已与消防指挥中心通话", "--as", "li",
      ], environment: desk.environment)
    #expect(ending.status == 0, "\(ending.problems)")
    let calls = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
    let record = try #require(
      calls.lastIndex { $0.contains("write") && $0.contains("/journal/") && !$0.contains("/lock>") }
    )
    let sync = try #require(
      calls.lastIndex { $0.contains("fdatasync(") && $0.contains("/journal/") })
    let answer = try #require(calls.lastIndex { $0.contains("write(1<") })
    #expect(record < sync && sync < answer)
  }

  @Test(
    "Python's mail library reads an alert and a release as they were meant",
    .enabled(if: python != nil, "skipped: python3 is not installed"))
  func mail() async throws {
    let mails = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start { mails.add($0) }
    let desk = try await ProgramDesk(
      mailPort: sink.port, centres: ProgramDesk.centre("lanxi"))
    try await desk.startDaemon()
    try await desk.openWithDraft()
    try await desk.run("submit", "R1")
    try await desk.passGates()
    try await desk.run("approve", "R1", as: "wang")
    try await desk.run("publish", "R1", as: "wang")
    try await desk.pass(.minutes(1))
    let mail = try #require(await mails.wait(for: 1).first)
    #expect(desk.stopDaemon() == 0)
    sink.stop()
    let script = """
      import sys, json, email
      from email import policy
      m = email.message_from_bytes(sys.stdin.buffer.read(), policy=policy.default)
      parts = {p.get_content_type(): p.get_content() for p in m.walk() if not p.is_multipart()}
      print(json.dumps({"type": m.get_content_type(), "from": str(m["From"]), "to": str(m["To"]),
        "subject": str(m["Subject"]), "date": m["Date"].datetime is not None, "id": str(m["Message-ID"]),
        "defects": [str(d) for p in m.walk() for d in p.defects], "plain": parts["text/plain"],
        "html": parts["text/html"]}))
      """
    let output = try await runProgram(
      try #require(Self.python), ["-c", script], input: mail.bytes)
    let read = try JSONReader.read(output)
    #expect(read["type"]?.string == "multipart/alternative")
    #expect(read["to"]?.string?.contains("duty@lanxi.example") == true)
    #expect(read["subject"]?.string?.contains("【演练】") == true)
    #expect(read["date"]?.boolean == true)
    #expect(read["defects"]?.array?.isEmpty == true)
    #expect(read["plain"]?.string?.contains("恒泽精化二号车间爆炸起火") == true)
    #expect(read["plain"]?.string?.contains("Workshop 2 of Hengze Fine Chemicals") == true)
    #expect(read["html"]?.string?.contains("恒泽精化二号车间爆炸起火") == true)
    #expect(read["id"]?.string?.hasSuffix("@lanchuan.example>") == true)
  }

  @Test(
    "a browser shows the report, and loads nothing for it",
    .enabled(if: chromium != nil, "skipped: chromium is not installed"))
  func browser() async throws {
    let desk = try await ProgramDesk()
    try await desk.run("open", "石桥化工园区爆炸", "--playbook", "accident", "--event-time", "05:50")
    try await desk.run("note", "2026-0001", "<script>document.title='taken over'</script>")
    let report = desk.folder.path("report.html")
    try await desk.run("report", "2026-0001", "--format", "html", "-o", report)
    let page = try await ChildProgram.runFile(
      try #require(Self.chromium),
      [
        "--headless", "--no-sandbox", "--disable-gpu",
        "--user-data-dir=" + desk.folder.path("browser"),
        "--virtual-time-budget=2000", "--dump-dom", "file://" + report,
      ], environment: desk.environment)
    #expect(page.status == 0, "\(page.problems.suffix(500))")
    #expect(page.output.contains("石桥化工园区爆炸"))
    #expect(!page.output.contains("<title>taken over</title>"))
    for outside in ["http://", "https://", "src=", "@import", "url("] {
      #expect(!page.output.contains(outside), "the report loads something: \(outside)")
    }
  }
}
