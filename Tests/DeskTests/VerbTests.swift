import Bytes
import Foundation
import Journal
import Response
import Support
import Testing

@testable import Desk

@Suite("A command line")
struct VerbParserTests {
  private func parse(_ line: String...) throws -> VerbParser.Line {
    try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in "<\(name)>" }
  }

  @Test("is taken apart into words, options and the content of files")
  func parts() throws {
    let line = try parse(
      "draft", "2026-0001", "update", "--slot=a=b", "--slot", "c=d", "--from", "x.json5", "--json",
      "--as", "li", "--lang", "zh-CN")
    #expect(line.request.words == ["2026-0001", "update"])
    #expect(line.request.values("slot") == ["a=b", "c=d"])
    #expect(line.request.value("from") == "<x.json5>")
    #expect(line.request.person?.text == "li")
    #expect(line.request.language == .chinese)
    #expect(line.wantsJSON && !line.wantsHelp)
    #expect(try parse("report", "2026-0001", "-o", "r.md").request.value("o") == "r.md")
    #expect(try parse("note", "2026-0001", "--", "--x").request.words == ["2026-0001", "--x"])
  }

  @Test("crosses the socket unchanged")
  func roundTrip() throws {
    let request = try parse("rebut", "2026-0001", "C1", "--evidence", "水样 \"甲\"\n").request
    #expect(try VerbRequest(JSONReader.read(request.encoded)) == request)
  }

  @Test(
    "that is wrong says what might be meant",
    arguments: [
      (["opne"], "did you mean 'open'?"),
      (["open", "x", "--playbok", "y"], "did you mean '--playbook'?"),
      (["open", "--playbook"], "'--playbook' needs a value"),
      (["list", "--all=1"], "takes no value"),
      (["note", "x", "--as", "Li!"], "takes a person's name"), ([""], "there is no verb"),
    ])
  func mistakes(line: [String], message: String) throws {
    let failure = try #require(throws: VerbFailure.self) {
      try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in name }
    }
    #expect(failure.explanation.en.contains(message))
    #expect(!failure.explanation.zh.isEmpty && failure.exitCode == .usage)
  }

  @Test(
    "has a help with an example in both languages for every verb",
    arguments: VerbTable.all.map(\.name))
  func help(verb: String) throws {
    let specification = try #require(VerbTable.specification(verb))
    for language in Language.allCases {
      let text = specification.help(in: language)
      #expect(text.contains("incident \(verb)"))
      #expect(text.contains(specification.example))
    }
    #expect(specification.summary.zh != specification.summary.en)
  }
}

@Suite("Times that people type")
struct TimeWordsTests {
  // 2026-09-27 07:00 in Shanghai.
  private func words() throws -> TimeWords {
    TimeWords(
      zone: try #require(DeskZone("Asia/Shanghai")),
      now: try #require(Instant(iso8601: "2026-09-27T07:00:00+08:00")))
  }

  @Test(
    "mean the last such moment where something has happened",
    arguments: [
      ("06:20", "2026-09-27T06:20:00+08:00"), ("23:10", "2026-09-26T23:10:00+08:00"),
      ("2026-09-27 06:20", "2026-09-27T06:20:00+08:00"), ("-20m", "2026-09-27T06:40:00+08:00"),
      ("2026-09-26T22:20:00Z", "2026-09-27T06:20:00+08:00"), ("now", "2026-09-27T07:00:00+08:00"),
    ])
  func past(text: String, instant: String) throws {
    #expect(try words().past(text, option: "event-time") == Instant(iso8601: instant))
  }

  @Test(
    "mean the next such moment where something is due",
    arguments: [
      ("18:00", "2026-09-27T18:00:00+08:00"), ("06:00", "2026-09-28T06:00:00+08:00"),
      ("PT48H", "2026-09-29T07:00:00+08:00"), ("2026-10-01 12:00", "2026-10-01T12:00:00+08:00"),
    ])
  func future(text: String, instant: String) throws {
    #expect(try words().future(text, option: "due") == Instant(iso8601: instant))
  }

  @Test(
    "are refused where they mean nothing",
    arguments: ["", "25:00", "noon", "6", "2026-9-27 06:20", "-5y"])
  func refused(text: String) throws {
    #expect(throws: VerbFailure.self) { try words().past(text, option: "at") }
    #expect(throws: VerbFailure.self) { try words().future(text, option: "due") }
  }
}

@Suite("The verbs")
struct VerbTests {
  @Test("bring an incident from its opening to its report")
  func wholeWay() async throws {
    let sample = try SampleDesk()
    let frontDesk = try await sample.create()
    let desk = try sample.verbs(frontDesk)
    try await desk.type("open", "石桥化工园区爆炸", "--playbook", "accident", "--event-time", "06:05")
    try await desk.type("fact", "2026-0001", "set", "2 人受伤", "--source", "消防")
    try await desk.type("action", "2026-0001", "add", "设警戒区", "--unit", "公安")
    try await desk.type("promise", "2026-0001", "add", "公布结果", "--owner", "应急局", "--due", "PT2H")
    try await desk.type("claim", "2026-0001", "add", "自来水被污染", "--type", "dread")
    try await desk.type("claim", "2026-0001", "verdict", "C1", "inaccurate", "--evidence", "水样正常")
    let draft = try await desk.type(
      "draft", "2026-0001", "truth.brief", "--slot", "what=爆炸", "--slot", "where=石桥化工园区",
      "--slot", "when=6时05分", "--slot", "known=2 人受伤", "--slot", "unknown=原因", "--slot",
      "doing=救援", "--slot", "hotline=12345")
    #expect(draft.text.contains("still missing") && draft.text.contains("nextUpdate"))
    try await desk.type(
      "draft", "R1", "--slot", "what=爆炸", "--slot", "where=石桥化工园区", "--slot", "when=6时05分",
      "--slot", "known=2 人受伤", "--slot", "unknown=原因", "--slot", "doing=救援", "--slot",
      "hotline=12345", "--slot", "nextUpdate=7时30分", "--lang", "zh-CN")
    try await desk.type("submit", "R1")
    for gate in ["political", "legal", "confidentiality", "text"] {
      try await desk.type("sign", "R1", gate, "pass", as: SampleDesk.wang)
    }
    try await desk.type("approve", "R1", as: SampleDesk.wang)
    try await desk.type("publish", "R1", as: SampleDesk.wang)
    let shown = try await desk.type("centre", "show", "R1")
    #expect(shown.text.contains("澜溪县融媒体中心"))
    try await desk.type("centre", "ack", "R1", "--centre", "lanxi")
    try await desk.type(
      "rebut", "2026-0001", "C1", "--slot", "fact=自来水正常", "--slot", "hotline=12345")
    let rebuttal = try await frontDesk.view { $0.response.incidents.values.first?.release(2) }
    #expect(rebuttal?.content.evidence == ["水样正常"])
    #expect(rebuttal?.content.texts["en"]?.body.contains("自来水被污染") == true)
    try await desk.type("promise", "2026-0001", "kept", "P1")
    try await desk.type("action", "2026-0001", "done", "A1")
    let report = try await desk.type("report", "2026-0001", "--format", "md")
    #expect(report.text.contains("石桥化工园区爆炸") && report.text.contains("EXERCISE"))
    let json = try JSONReader.read(report.json)
    #expect(json["incident"]?["releases"]?.array?.count == 2)
    #expect(try await desk.type("show", "2026-0001").text.contains("R1"))
    #expect(try await desk.type("list").text.contains("2026-0001"))
    try await frontDesk.close()
    // Everything that was answered is in the journal, and gives the same state again.
    let again = try FrontDesk.read(sample.state)
    let before = try await frontDesk.view { $0.response.incidents }
    #expect(try await again.view { $0.response.incidents } == before)
  }

  @Test("are carried out for the person whose account asks, and for nobody else")
  func persons() async throws {
    let sample = try SampleDesk()
    let frontDesk = try await sample.create()
    let desk = try sample.verbs(frontDesk)
    let stranger = try await desk.refusal("note", "2026-0001", "x", as: 9999)
    #expect(stranger.explanation.en.contains("uid 9999") && stranger.exitCode == .refused)
    #expect(try await desk.type("list", as: 9999).text.contains("no incident is open"))
    try await desk.type("open", "x", "--playbook", "accident", "--as", "wang", as: 9999)
    let opener = try await frontDesk.view { $0.response.incidents.values.first?.opened.actor }
    #expect(opener?.description == "user:wang")
    try await frontDesk.close()
  }

  @Test("let nobody act for another in earnest")
  func inEarnest() async throws {
    let sample = try SampleDesk()
    let frontDesk = try FrontDesk.create(sample.state, isExercise: false, at: DeskClock.wallNow())
    try await frontDesk.perform(.adopt(sample.configuration().registry), by: .desk)
    let desk = try sample.verbs(frontDesk)
    let refusal = try await desk.refusal("open", "x", "--playbook", "accident", "--as", "wang")
    #expect(refusal.explanation.en.contains("'--as' is for exercises only"))
    let clock = try await desk.refusal("drill", "clock", "hold")
    #expect(clock.explanation.en.contains("only an exercise can move its clock"))
    try await frontDesk.close()
  }

  @Test("record without the daemon, but neither sign nor publish")
  func withoutDaemon() async throws {
    let sample = try SampleDesk()
    let frontDesk = try await sample.create()
    let desk = try sample.verbs(frontDesk, live: false)
    try await desk.type("open", "x", "--playbook", "accident")
    try await desk.type("note", "2026-0001", "记")
    for line in [
      ["sign", "R1", "text", "pass"], ["approve", "R1"], ["publish", "R1"], ["submit", "R1"],
    ] {
      let parsed = try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in
        name
      }
      await #expect(throws: VerbFailure.self) {
        try await desk.answer(parsed.request, forUser: SampleDesk.wang)
      }
    }
    let refusal = try await desk.refusal("publish", "R1")
    #expect(refusal.explanation.en.contains("systemctl start incidentd"))
    try await frontDesk.close()
  }

  @Test("understand short forms only where one incident can be meant")
  func shortForms() async throws {
    let sample = try SampleDesk()
    let frontDesk = try await sample.create()
    let desk = try sample.verbs(frontDesk)
    #expect(try await desk.refusal("submit", "R1").explanation.en.contains("no incident is open"))
    try await desk.type("open", "a", "--playbook", "accident")
    #expect(
      try await desk.refusal("submit", "R1").explanation.en.contains("there is no 2026-0001/R1"))
    try await desk.type("open", "b", "--playbook", "accident")
    #expect(try await desk.refusal("submit", "R1").explanation.en.contains("2026-0001, 2026-0002"))
    #expect(
      try await desk.refusal("submit", "R1", "--incident", "2026-0002").explanation.en
        .contains("there is no 2026-0002/R1"))
    #expect(try await desk.refusal("submit", "C1").explanation.en.contains("should be a number"))
    try await frontDesk.close()
  }

  @Test(
    "say what is wrong with their words",
    arguments: [
      (["open", "x", "--playbook", "acident"], "did you mean 'accident'?"),
      (["open", "x"], "'--playbook' is missing"), (["open"], "usage:"),
      (["open", "x", "--playbook", "accident", "--grade", "V"], "'grade' cannot be 'V'"),
      (["open", "x", "--playbook", "accident", "--topic", "T1"], "not a topic's number"),
      (["open", "x", "--playbook", "accident", "--topic", "T20260927-001"], "there is no topic"),
      (["show", "2026"], "not an incident's number"),
      (["show", "2026-0009"], "there is no incident"),
      (["fact", "2026-0001", "sett", "x"], "usage:"),
      (["alert", "ack", "W1"], "not an alert's number"),
      (["alert", "ack", "W20260927-001"], "there is no alert"),
      (["report", "2026-0001", "--format", "pdf"], "known: html, md, json"),
    ])
  func mistakes(line: [String], message: String) async throws {
    let sample = try SampleDesk()
    let frontDesk = try await sample.create()
    let desk = try sample.verbs(frontDesk)
    let parsed = try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in name
    }
    do {
      let answer = try await desk.answer(parsed.request, forUser: SampleDesk.li)
      Issue.record("not refused: \(answer.text)")
    } catch {
      let problem = VerbProblem(error)
      #expect(problem.explanation.en.contains(message), "\(problem.explanation.en)")
      #expect(problem.explanation.zh != problem.explanation.en)
    }
    try await frontDesk.close()
  }
}

@Suite("A new desk")
struct DeskMakerTests {
  private func make(_ words: String..., in folder: TemporaryFolder) async throws -> VerbAnswer {
    let parsed = try VerbParser.parse(["init"] + words, language: .english) {
      (name) throws(VerbFailure) in name
    }
    return try await DeskMaker(parsed.request, environment: [:]).make()
  }

  @Test("is not made without a name, in whatever folder somebody stands", arguments: ["", " "])
  func nameless(name: String) async throws {
    let folder = try TemporaryFolder()
    let failure = await #expect(throws: VerbFailure.self) {
      try await make(name, "--exercise", in: folder)
    }
    #expect(failure?.exitCode == .usage && failure?.explanation.en.contains("is empty") == true)
  }

  @Test("can be used at once, with the caller as its lead")
  func ready() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("desk")
    _ = try await make(path, "--exercise", "--person", "chen", in: folder)
    let place = DeskPlace(configurationFile: path + "/incident.json5", stateOverride: nil)
    let configuration = try Configuration.read(place)
    #expect(configuration.person(forUser: getuid())?.text == "chen")
    #expect(configuration.playbooks.count >= 3)
    let frontDesk = try FrontDesk.read(StateFolder(path))
    #expect(frontDesk.isExercise)
    let lead = try await frontDesk.view { $0.response.registry?.people.first }
    #expect(lead?.id.text == "chen" && lead?.has(.lead) == true)
  }

  @Test("is not made over another one, and keeps the files that are there")
  func keeps() async throws {
    let sample = try SampleDesk()
    let before = try sample.folder.read("incident.json5")
    _ = try await make(sample.folder.root, in: sample.folder)
    #expect(try sample.folder.read("incident.json5") == before)
    await #expect(throws: JournalFailure.self) {
      _ = try await make(sample.folder.root, in: sample.folder)
    }
  }
}

@Suite("The desk's secrets")
struct SecretTests {
  @Test("are made once, read again, and refused where others could read them")
  func keys() throws {
    let folder = try TemporaryFolder()
    let keys = DeskKeys(folder: folder.path("keys"))
    let key = try keys.key("reply")
    #expect(key.count == 32)
    #expect(try DeskKeys(folder: folder.path("keys")).key("reply") == key)
    #expect(try keys.authorKey(month: "2026-09") != keys.authorKey(month: "2026-10"))
    #expect(keys.authorMonths() == ["2026-09", "2026-10"])
    try keys.destroyAuthorKey(month: "2026-09")
    #expect(keys.authorMonths() == ["2026-10"])
    let path = folder.path("keys/reply.key")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(throws: KeyFailure.openToOthers(path)) { try keys.key("reply") }
  }

  @Test("give each delivery a code of its own, which can be read out on the telephone")
  func codes() {
    let key = [UInt8](repeating: 7, count: 32)
    let first = DeliveryID(sequence: 42, index: 1)
    let code = ReplyCode.code(for: first, key: key)
    #expect(code.count == 8 && !code.contains { "ILOU".contains($0) })
    #expect(ReplyCode.isRight(code.lowercased(), for: first, key: key))
    #expect(ReplyCode.isRight("\(code.prefix(4)) \(code.suffix(4))", for: first, key: key))
    #expect(!ReplyCode.isRight(code, for: DeliveryID(sequence: 42, index: 2), key: key))
    #expect(!ReplyCode.isRight(code, for: first, key: [UInt8](repeating: 8, count: 32)))
    #expect(!ReplyCode.isRight("", for: first, key: key))
  }

  @Test("keep handles out of what leaves the desk")
  func handles() {
    #expect(bearsHandle(link: "https://social.example/@zhang/1"))
    #expect(bearsHandle(link: "https://forum.example/u/zhang/posts"))
    #expect(bearsHandle(link: "https://forum.example/USER/zhang"))
    #expect(!bearsHandle(link: "https://gov.example/news/user-guide.html?u=1"))
    #expect(withoutHandles("转@张三 说爆炸了") == "转@… 说爆炸了")
    #expect(withoutHandles("mail me @ home") == "mail me @ home")
  }
}
