import Bytes
import Foundation
import Journal
import Response
import Support
import Testing

@testable import Desk

/// What a desk types from the first draft to a correction, and what it is told on the way.
@Suite("The verbs of a release")
struct ReleaseVerbTests {
  private static let people = """
    { people: [
      { id: "wang", name: "王负责", uid: 4100, mail: "wang@lanchuan.example", roles: ["lead", "reviewer"],
        gates: ["political", "legal", "confidentiality", "text"] },
      { id: "li", name: "李值班", uid: 4200, mail: "li@lanchuan.example", roles: ["drafter"] },
      { id: "chen", name: {"zh-CN": "陈专家", en: "Dr Chen"}, uid: 4300, roles: ["expert"],
        field: {"zh-CN": "毒理学", en: "toxicology"}, interests: {"zh-CN": "无", en: "none"} },
      { id: "qian", name: "钱审核", uid: 4400, roles: ["reviewer"], deputyGates: ["legal"],
        absent: [{ from: "2026-09-01T00:00:00+08:00", until: "2026-09-02T00:00:00+08:00" }] },
    ] }
    """

  private func desk() async throws -> (SampleDesk, FrontDesk, VerbDesk) {
    let sample = try SampleDesk(
      main: SampleDesk.main.replacing("locale: \"en\"", with: "locale: \"zh-CN\""),
      people: Self.people)
    let frontDesk = try await sample.create()
    let verbs = try sample.verbs(frontDesk)
    try await verbs.type(
      "open", "化工园区爆炸", "--playbook", "accident", "--event-time", "06:00")
    return (sample, frontDesk, verbs)
  }

  private static let slots = TruthSlots.all.flatMap { ["--slot", "\($0)=\($0)"] }

  private enum TruthSlots {
    static let all = [
      "what", "where", "when", "known", "unknown", "doing", "hotline", "nextUpdate",
    ]
  }

  private func typed(_ verbs: VerbDesk, _ words: [String], as user: UInt32) async throws
    -> VerbAnswer
  {
    let parsed = try VerbParser.parse(words, language: .english) { (name) throws(VerbFailure) in
      name
    }
    return try await verbs.answer(parsed.request, forUser: user)
  }

  private func publish(_ verbs: VerbDesk, _ part: String, _ options: [String] = []) async throws
    -> VerbAnswer
  {
    _ = try await typed(verbs, ["submit", part, "--lane", "emergency"], as: SampleDesk.li)
    for gate in ["political", "legal", "confidentiality", "text"] {
      _ = try await typed(verbs, ["sign", part, gate, "pass"], as: SampleDesk.wang)
    }
    _ = try await typed(verbs, ["approve", part], as: SampleDesk.wang)
    return try await typed(verbs, ["publish", part] + options, as: SampleDesk.wang)
  }

  @Test("a draft shows what to look at, and a reader sees the same with the hash to sign")
  func findings() async throws {
    let (sample, frontDesk, verbs) = try await desk()
    defer { withExtendedLifetime(sample) {} }
    try await verbs.type("fact", "2026-0001", "set", "2 人死亡")
    let drafted = try await typed(
      verbs,
      ["draft", "2026-0001", "truth.brief", "--title", "通报", "--text", "已致3人死亡，联系 13812345678"]
        + Self.slots, as: SampleDesk.li)
    #expect(drafted.text.contains("number differs from the fact sheet"))
    #expect(drafted.text.contains("F1 says '2 人死亡'"))
    #expect(drafted.text.contains("personal telephone number"))
    try await verbs.type("submit", "R1", "--lane", "emergency")
    let shown = try await verbs.type("show", "R1", as: SampleDesk.wang)
    #expect(shown.text.contains("已致3人死亡"))
    let hash = try #require(
      await frontDesk.view { $0.response.incidents.values.first?.release(1)?.hash.hex })
    #expect(
      shown.text.contains("incident sign 2026-0001/R1 political pass --text \(hash.prefix(8))"))
    let json = try JSONReader.read(shown.json)
    #expect(
      json["findings"]?.array?.compactMap { $0["rule"]?.string }
        == ["numberConflict", "phoneNumber"])
    #expect(json["findings"]?.array?.first?["line"] != nil && json["hash"]?.string == hash)
    try await frontDesk.close()
  }

  @Test("a number that differs from what was published needs its reason")
  func explained() async throws {
    let (sample, frontDesk, verbs) = try await desk()
    defer { withExtendedLifetime(sample) {} }
    for body in ["已致2人死亡", "已致3人死亡"] {
      _ = try await typed(
        verbs, ["draft", "2026-0001", "truth.brief", "--text", body] + Self.slots,
        as: SampleDesk.li)
    }
    _ = try await publish(verbs, "R1")
    do {
      _ = try await publish(verbs, "R2")
      Issue.record("published")
    } catch let refusal as Refusal {
      #expect(refusal.code == "numbersConflict")
      #expect(refusal.explanation.en.contains("--explain"))
    }
    let answer = try await typed(
      verbs, ["publish", "R2", "--explain", "一名伤者不治"], as: SampleDesk.wang)
    #expect(answer.text.contains("the numbers: 一名伤者不治"))
    try await frontDesk.close()
  }

  @Test("is published at a joint hour, corrected and withdrawn by name")
  func life() async throws {
    let (sample, frontDesk, verbs) = try await desk()
    defer { withExtendedLifetime(sample) {} }
    _ = try await typed(
      verbs, ["draft", "2026-0001", "truth.brief", "--text", "正文", "--title", "首报"] + Self.slots,
      as: SampleDesk.li)
    let answer = try await publish(verbs, "R1", ["--at", "07:30"])
    #expect(answer.text.contains("under embargo until 2026-09-27 07:30"))
    #expect(try await verbs.type("show", "R1").text.contains("goes out at 2026-09-27 07:30"))
    #expect(
      try await verbs.refusal("correct", "R1", "--slot", "wrong=甲", "--slot", "right=乙").code
        == "notPublishedYet")
    #expect(
      try await verbs.refusal("withdraw", "R1", as: SampleDesk.wang).explanation.en
        .contains("'--why' is missing"))
    try await verbs.type("withdraw", "R1", "--why", "改时间", as: SampleDesk.wang)
    #expect(try await verbs.type("show", "R1").text.contains("withdrawn: 改时间"))
    _ = try await typed(
      verbs, ["draft", "2026-0001", "truth.brief", "--text", "正文", "--title", "首报"] + Self.slots,
      as: SampleDesk.li)
    _ = try await publish(verbs, "R2")
    let correction = try await verbs.type(
      "correct", "R2", "--slot", "wrong=甲", "--slot", "right=乙")
    #expect(correction.text.contains("首报") && correction.text.contains("乙"))
    try await verbs.type("submit", "R3")
    try await frontDesk.close()
  }

  @Test("an expert's words wait for the expert; a channel's form goes with the text")
  func expert() async throws {
    let (sample, frontDesk, verbs) = try await desk()
    defer { withExtendedLifetime(sample) {} }
    let draft = [
      "draft", "2026-0001", "expert", "--slot", "what=氯气", "--slot", "statement=低浓度不致害",
    ]
    _ = try await typed(verbs, draft, as: SampleDesk.li)
    #expect(try await verbs.refusal("submit", "R1").code == "missingNeeds")
    let shown = try await typed(
      verbs, draft + ["--expert", "chen", "--channel", "sms=专家：低浓度不致害"], as: SampleDesk.li)
    #expect(shown.text.contains("陈专家（毒理学）：低浓度不致害"))
    #expect(shown.text.contains("利益关系说明：无"))
    #expect(shown.text.contains("[sms/zh-CN]"))
    try await verbs.type("submit", "R2", "--lane", "emergency")
    #expect(
      try await verbs.refusal("sign", "R2", "expert", "pass", as: SampleDesk.wang).code
        == "notThisExpert")
    try await verbs.type("sign", "R2", "expert", "pass", as: 4300)
    #expect(
      try await verbs.refusal("sign", "R2", "legal", "pass", as: 4400).code == "deputyNotYet")
    #expect(
      try await verbs.refusal("draft", "2026-0001", "expert", "--channel", "sms")
        .explanation.en.contains("CHANNEL=TEXT"))
    #expect(
      try await verbs.refusal("approve", "R2", "--override", "--why", "急", as: SampleDesk.wang).code
        == "noOverride")
    try await frontDesk.close()
  }

  @Test("an editor is opened with what the stage needs, and what it holds can be handed in")
  func skeleton() async throws {
    let (sample, frontDesk, verbs) = try await desk()
    defer { withExtendedLifetime(sample) {} }
    let answer = try await verbs.type("draft", "2026-0001", "truth.brief", "--edit")
    for slot in TruthSlots.all { #expect(answer.text.contains("\"\(slot)\": {")) }
    let filled = answer.text.replacing("\"zh-CN\": \"\"", with: "\"zh-CN\": \"有\"")
    _ = try await typed(
      verbs, ["draft", "2026-0001", "truth.brief", "--from", filled], as: SampleDesk.li)
    try await verbs.type("submit", "R1")
    let again = try await verbs.type("draft", "R1", "--edit")
    #expect(again.text.contains("\"what\": { \"zh-CN\": \"有\" }"))
    #expect(
      try await verbs.refusal("draft", "2026-0001", "nothing", "--edit").code == "unknownStep")
    try await frontDesk.close()
  }
}

@Suite("A shell's completion")
struct CompletionTests {
  /// What bash offers for a line whose last word is being typed.
  private func offered(_ words: String...) throws -> [String] {
    let folder = try TemporaryFolder()
    try folder.write("completion.bash", Completion.script(for: .bash))
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    try folder.write(
      "ask.bash",
      "set -u\nsource \(folder.path("completion.bash"))\nCOMP_WORDS=(incident \(quoted))\n"
        + "COMP_CWORD=\(words.count)\n_incident\nprintf '%s\\n' \"${COMPREPLY[@]:-}\"\n")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [folder.path("ask.bash")]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("offers verbs, their words, options, and the values of those that are choices")
  func bash() throws {
    #expect(try offered("pub") == ["publish"])
    #expect(try offered("").count == VerbTable.all.count)
    #expect(try offered("sign", "R1", "legal", "") == ["pass", "return"])
    #expect(try offered("open", "x", "--gra") == ["--grade"])
    #expect(try offered("open", "x", "--grade", "") == ["I", "II", "III", "IV"])
    #expect(try offered("nothing", "x").isEmpty)
  }

  @Test("names every verb and every option to each shell", arguments: Completion.Shell.allCases)
  func whole(shell: Completion.Shell) {
    let script = Completion.script(for: shell)
    for verb in VerbTable.all {
      #expect(script.contains(verb.name))
      for option in verb.options { #expect(script.contains(option.name), "\(verb.name)") }
    }
  }
}

@Suite("The doctor")
struct DoctorTests {
  private func findings(_ sample: SampleDesk) async -> [Doctor.Finding] {
    await Doctor(place: sample.place, language: .english).findings()
  }

  @Test("finds what is wrong with an installation, and says what to do")
  func faults() async throws {
    let sample = try SampleDesk(
      people: """
        { people: [
          { id: "wang", name: "W", uid: 4100, mail: "w@lanchuan.example", roles: ["lead"], gates: ["legal"],
            absent: [{ from: "2020-01-01T00:00:00Z", until: "2120-01-01T00:00:00Z" }] },
          { id: "li", name: "L", mail: "l@lanchuan.example", roles: ["drafter"] },
        ] }
        """)
    try await sample.create().close()
    let found = await findings(sample)
    let faults = found.filter { $0.weight == .fault }.map(\.text.en)
    #expect(faults.contains { $0.contains("incidentd --config \(sample.place.configurationFile)") })
    #expect(faults.contains { $0.contains("the mail server 127.0.0.1:2525 cannot be reached") })
    #expect(faults.contains { $0.contains("all who hold the gate 'legal' are absent now") })
    #expect(
      found.contains { $0.weight == .caution && $0.text.en.contains("nobody holds the gate") })
    #expect(found.contains { $0.subject.en == "record" && $0.weight == .good })
  }

  @Test("tells a configuration that cannot be read, and a record that was changed")
  func damage() async throws {
    let sample = try SampleDesk()
    let missing = await findings(sample)
    #expect(missing.contains { $0.subject.en == "record" && $0.weight == .fault })
    try await sample.create().close()
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: sample.state.journal)
        .first { $0.hasSuffix(".jsonl") })
    var bytes = try Data(contentsOf: URL(fileURLWithPath: sample.state.journal + "/" + name))
    bytes[40] ^= 1
    try bytes.write(to: URL(fileURLWithPath: sample.state.journal + "/" + name))
    let found = await findings(sample)
    #expect(found.contains { $0.subject.en == "record" && $0.weight == .fault })
    try sample.folder.write("people.json5", "{ people: [ { idd: \"x\" } ] }")
    let broken = await findings(sample)
    #expect(broken.count == 1 && broken[0].text.en.contains("people.json5"))
    let outcome = await Doctor(place: sample.place, language: .english).answer()
    #expect(outcome.exitCode == .couldNot && outcome.answer.text.contains("configuration: "))
  }
}
