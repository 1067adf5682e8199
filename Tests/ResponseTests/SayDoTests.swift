import Bytes
import Testing

@testable import Response

@Suite("Words and deeds")
struct SayDoTests {
  @Test(
    "sentences that say something was done are found",
    arguments: [
      ("消防、医疗、公安已到场。", 1), ("目前已疏散群众 300 人，正在搜救。", 1), ("已组织三支队伍赶赴现场；正在核实", 1),
      ("已经核实：群众已转移。", 1), ("群众已转移。道路已封闭！", 2), ("Families have been evacuated. More follows.", 1),
      ("Two schools were closed, and the road was sealed.", 1),
      ("The water has now been tested at four places.", 1),
    ])
  func claims(text: String, count: Int) {
    #expect(ActionClaims.sentences(in: text).count == count, "\(ActionClaims.sentences(in: text))")
  }

  @Test(
    "and sentences that do not are left alone",
    arguments: [
      "正在救援。", "已知 2 人死亡。", "已有 11 人受伤。", "将于 18 时通报。", "请沿道路撤离。",
      "已经核实：监测点在厂区外。", "已核实，正在监测。", "People are being evacuated.", "Keep windows closed.",
      "We will test the water.",
      "The cause is not known yet.", "",
    ])
  func noClaims(text: String) {
    #expect(ActionClaims.sentences(in: text).isEmpty, "\(ActionClaims.sentences(in: text))")
  }

  @Test("a text that says something was done names the action, or why it names none")
  func linked() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    func draft(_ actions: [Int]) -> IncidentCommand {
      .review(
        .draft(
          step: "truth.brief", claim: nil,
          TestDesk.content("今晨爆炸。已疏散群众 300 人。", slots: TestDesk.truthSlots, actions: actions)))
    }
    try desk.perform(draft([]), in: id, by: "li")
    let part = PartID(id, PartNumber(.release, 1))
    let refusal = try desk.refusal(.review(.submit(1, nil)), in: id, by: "li")
    #expect(refusal == .text(.actionNotNamed(part, "已疏散群众 300 人")))
    #expect(refusal.explanation.en.contains("--action A1"))
    #expect(refusal.explanation.zh.contains("--no-action"))
    #expect(
      try desk.refusal(.review(.submit(1, nil, noAction: " ")), in: id, by: "li") == refusal)
    try desk.perform(.review(.submit(1, nil, noAction: "乡镇自行组织")), in: id, by: "li")
    #expect(desk.state.incidents[id]?.release(1)?.submission?.noAction == "乡镇自行组织")
    try desk.perform(
      .enter(.addAction(text: "疏散 300 人", unit: "公安", happened: nil)), in: id, by: "li")
    try desk.perform(draft([1]), in: id, by: "li")
    // Where the action is named, no reason is asked for, and none is kept.
    try desk.perform(.review(.submit(2, nil, noAction: "x")), in: id, by: "li")
    #expect(desk.state.incidents[id]?.release(2)?.submission?.noAction == nil)
  }

  @Test("the gap is shown both ways")
  func gaps() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    func sayDo() throws -> SayDo { SayDo(try #require(desk.state.incidents[id])) }
    for text in ["设警戒区", "监测空气", "停课"] {
      try desk.perform(
        .enter(.addAction(text: text, unit: "应急局", happened: nil)), in: id, by: "li")
    }
    try desk.perform(.enter(.finishAction(1, evidence: "照片")), in: id, by: "li")
    try desk.perform(.enter(.finishAction(3, evidence: nil)), in: id, by: "li")
    #expect(try sayDo().done == [1, 3] && sayDo().told.isEmpty && sayDo().untold == [1, 2, 3])
    _ = try desk.publish(
      "update", TestDesk.content(slots: ["nextUpdate"], actions: [1, 2]), in: id)
    #expect(try sayDo().told == [1, 2] && sayDo().untold == [3])
    #expect(try sayDo().notDone == [SayDo.Gap(release: 1, action: 2)])
    #expect(try sayDo().unlinked.isEmpty)
    // A text that went out without an action, by a reason that is on record, stays a gap.
    try desk.perform(
      .review(
        .draft(
          step: "truth.brief", claim: nil,
          TestDesk.content("已疏散群众。", slots: TestDesk.truthSlots))), in: id, by: "li")
    try desk.perform(.review(.submit(2, .emergency, noAction: "乡镇")), in: id, by: "li")
    for (gate, person) in [
      ("political", "zhao"), ("legal", "zhao"), ("confidentiality", "sun"), ("text", "sun"),
    ] {
      try desk.perform(.review(.sign(2, gate: gate, .pass, note: nil)), in: id, by: person)
    }
    try desk.perform(.review(.approve(2)), in: id, by: "wang")
    try desk.perform(.publish(2, routes: []), in: id, by: "wang")
    #expect(try sayDo().unlinked == [SayDo.Claimed(release: 2, sentence: "已疏散群众")])
    #expect(try sayDo().hasGap)
    let report = try #require(
      Report(of: id, records: desk.records, isExercise: false, journal: "j"))
    let text = report.markdown(in: .english)
    for line in [
      "done and not told: A3 停课", "told and not recorded as done: R1 → A2",
      "said without an action: R2 · 已疏散群众",
    ] {
      #expect(text.contains(line), "\(line)")
    }
    try desk.perform(.enter(.finishAction(2, evidence: nil)), in: id, by: "li")
    #expect(try sayDo().notDone.isEmpty)
  }

  @Test("what shows an action is kept by its hash, once, also after the closing")
  func evidence() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    try desk.perform(
      .enter(.addAction(text: "采样", unit: "水务局", happened: desk.now)), in: id, by: "li")
    let photo = Incident.Evidence(
      hash: SHA256.hash("photo"), name: "water.jpg", size: 5, note: "四个水样")
    try desk.perform(.course(.addEvidence(1, photo)), in: id, by: "li")
    #expect(desk.state.incidents[id]?.action(1)?.proofs.map(\.evidence) == [photo])
    let again = Command.inIncident(id, .course(.addEvidence(1, photo)))
    #expect(try desk.state.decide(again, by: TestDesk.person("li"), at: desk.now).isEmpty)
    #expect(
      try desk.refusal(.course(.addEvidence(2, photo)), in: id, by: "li")
        == .record(.unknownPart(PartID(id, PartNumber(.action, 2)))))
    #expect(
      try desk.refusal(.course(.addEvidence(1, photo)), in: id, by: "view")
        == .person(.notPermitted(TestDesk.name("view"), needed: DeskState.recordingRoles)))
    let report = try #require(
      Report(of: id, records: desk.records, isExercise: false, journal: "j"))
    #expect(report.markdown(in: .english).contains("water.jpg \(photo.hash.short) 四个水样"))
  }
}
