import Bytes
import Response
import Support
import Testing

@testable import Desk

@Suite("Topics by command")
struct TopicVerbTests {
  private static let first = "T20260927-001"
  private static let second = "T20260927-002"

  /// A desk with a topic that was told and one that was not.
  private func desk(live: Bool) async throws -> (SampleDesk, FrontDesk, VerbDesk) {
    let sample = try SampleDesk()
    let frontDesk = try await sample.create()
    let now = frontDesk.clock.now()
    _ = try await frontDesk.raiseAlert(topicKeys: ["a"], recipients: []) { topic in
      SimulatedPeople.evidence(topic, at: now)
    }
    _ = try await frontDesk.topic(keys: ["b"], label: "买菜", keywords: ["买菜"])
    return (sample, frontDesk, try sample.verbs(frontDesk, live: live))
  }

  @Test(
    "are marked with the daemon and without it, shown so, and the mark is taken back",
    arguments: [true, false])
  func mark(live: Bool) async throws {
    let (sample, frontDesk, desk) = try await desk(live: live)
    defer { withExtendedLifetime(sample) {} }
    let answer = try await desk.type("topic", "mark", Self.first, "noise", "--why", "演练")
    #expect(answer.text.contains("To undo: incident topic mark \(Self.first) none"))
    let mark = try #require(await frontDesk.view { $0.topicBook.marks.values.first })
    #expect(mark.kind == .noise && mark.wasTold && mark.trouble == "blast" && mark.reason == "演练")
    #expect(mark.person.contains("li"))
    let list = try await desk.type("topic", "marks").text
    #expect(list.contains(Self.first) && list.contains("noise") && list.contains("演练"))
    #expect(list.contains("incident topic mark \(Self.first) none"))
    #expect(try await desk.type("alert", "list").text.contains("marked noise"))
    #expect(
      try await desk.type("topic", "show", Self.first, "--why").text.contains("marked: noise"))

    #expect(
      try await desk.type("topic", "mark", Self.first, "useful").text
        .contains("To undo: incident topic mark \(Self.first) noise"))
    try await desk.type("topic", "mark", Self.first, "none")
    #expect(try await frontDesk.view { $0.topicBook.marks.isEmpty })
    #expect(try await desk.type("topic", "marks").text.contains("nothing is marked"))
    let before = try await frontDesk.view { $0.response.alerts.count }
    #expect(
      try await desk.type("topic", "mark", Self.first, "none").text.contains("stands so already"))
    #expect(try await frontDesk.view { $0.response.alerts.count } == before)
  }

  @Test("that were never told move nothing when they are noise, and say so")
  func neverTold() async throws {
    let (sample, frontDesk, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    try await desk.type("topic", "mark", Self.second, "noise")
    let mark = try #require(await frontDesk.view { $0.topicBook.marks.values.first })
    #expect(!mark.wasTold)
    #expect(try await desk.type("topic", "marks").text.contains("moves nothing"))
  }

  @Test("are muted for a day where nobody says how long, and for what they are by then")
  func usualMute() async throws {
    let (sample, frontDesk, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    let now = frontDesk.clock.now()
    let answer = try await desk.type("topic", "mute", Self.first)
    #expect(answer.text.contains("unless it gets graver than it is now"))
    let mutes = try await frontDesk.view { $0.topicBook.mutes }
    let mute = try #require(mutes.values.first)
    #expect(mute.until == now + .hours(24))
    #expect(mute.standing == TopicStanding(isUrgent: true, hasHarm: true))
    let shown = try await desk.type("topic", "show", Self.first, "--why").text
    #expect(shown.contains("holds back what is no graver than it was then: urgent, deaths told of"))
    try await desk.type("topic", "mute", Self.second, "--until", "PT2H")
    let other = try #require(
      await frontDesk.view { $0.topicBook.mutes.first { $0.value.until == now + .hours(2) } })
    #expect(other.value.standing == TopicStanding())
    try sample.hold("2026-09-29T00:00:00+08:00")
    #expect(
      try await desk.type("topic", "show", Self.first, "--why").text
        .contains("is over and holds nothing back"))
  }

  @Test("are marked by what people were told when the mark is kept, not when it was asked for")
  func toldMeanwhile() async throws {
    let (sample, frontDesk, _) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    let second = try #require(TopicID(Self.second))
    // What the verb knew: a topic that nobody was told of, of another kind.
    let known = TopicNow(trouble: "fire", isSevere: false)
    let now = frontDesk.clock.now()
    _ = try await frontDesk.raiseAlert(topicKeys: ["b"], recipients: []) {
      SimulatedPeople.evidence($0, at: now)
    }
    try await frontDesk.record(by: .desk) { [$0.mark(second, .noise, known, reason: nil)] }
    let mark = try #require(await frontDesk.view { $0.topicBook.marks[second] })
    #expect(mark.wasTold && mark.trouble == "blast" && mark.isSevere)
  }

  @Test("that were told for how much was said move nothing for the words that some posts had")
  func plainAlerts() async throws {
    let (sample, frontDesk, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    let now = frontDesk.clock.now()
    _ = try await frontDesk.raiseAlert(topicKeys: ["b"], recipients: []) { topic in
      var evidence = SimulatedPeople.evidence(topic, at: now)
      evidence.level = .attention
      evidence.signs = .init(
        voices: 30, hasHarm: false, troubles: ["fire"], places: [], seriousness: .plain)
      return evidence
    }
    try await desk.type("topic", "mark", Self.second, "noise")
    let mark = try #require(await frontDesk.view { $0.topicBook.marks.values.first })
    #expect(mark.wasTold && mark.trouble == nil && !mark.isSevere)
  }

  @Test("are muted until a time, and unmuted")
  func mute() async throws {
    let (sample, frontDesk, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    try await desk.type("topic", "mute", Self.first, "--until", "08:00", "--why", "已知")
    let mute = try #require(await frontDesk.view { $0.topicBook.mutes.values.first })
    #expect(mute.until == Instant(iso8601: "2026-09-27T08:00:00+08:00") && mute.reason == "已知")
    #expect(try await desk.type("topic", "show", Self.first).text.contains("muted"))
    #expect(try await desk.type("topic", "marks").text.contains("topic unmute \(Self.first)"))
    try await desk.type("topic", "unmute", Self.first)
    #expect(try await frontDesk.view { $0.topicBook.mutes.isEmpty })
    let refused = try await desk.refusal("topic", "unmute", Self.first)
    #expect(refused.exitCode == .refused && refused.explanation.en.contains("is not muted"))
  }

  @Test("that are unknown or marked with another word are refused")
  func refusals() async throws {
    let (sample, _, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    #expect(
      try await desk.refusal("topic", "mark", "T20260927-009", "noise").explanation.en
        .contains("there is no topic"))
    #expect(
      try await desk.refusal("topic", "mark", Self.first, "nose").explanation.en
        .contains("did you mean 'noise'?"))
    #expect(try await desk.refusal("topic", "mark", "x", "noise").exitCode == .usage)
    #expect(try await desk.refusal("topic", "mark", Self.first).exitCode == .usage)
    #expect(
      try await desk.refusal("topic", "mark", Self.first, "noise", as: 9999).exitCode == .refused)
  }

  @Test("are not muted until a time that has passed, and the advice names what can be written")
  func passedMute() async throws {
    let (sample, frontDesk, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    let passed = try await desk.refusal(
      "topic", "mute", Self.first, "--until", "2026-09-20 08:00")
    #expect(passed.exitCode == .usage)
    #expect(passed.explanation.en.contains("2026-09-20 08:00 +08:00, has passed"))
    let back = try await desk.refusal("topic", "mute", Self.first, "--until", "-20m")
    for text in [back.explanation.zh, back.explanation.en] {
      // The word itself is quoted; it is not advised as well.
      #expect(text.split(separator: "-20m").count == 2, "\(text)")
      #expect(text.contains("PT6H") && text.contains("2026-11-22T02:10:00+08:00"))
    }
    #expect(try await frontDesk.view { $0.topicBook.mutes.isEmpty })
  }

  @Test("are marked by nobody who does not stand among the people, and that is said")
  func unknownPerson() async throws {
    let (sample, _, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    let refused = try await desk.refusal("topic", "mark", Self.first, "noise", "--as", "nobody")
    #expect(refused.explanation.en == "'nobody' does not stand in people.json5")
    #expect(refused.exitCode == .refused)
  }

  @Test("are found by a small letter, and a date that does not exist is named")
  func numbers() async throws {
    let (sample, _, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    #expect(try await desk.type("topic", "show", "t20260927-001").text.contains(Self.first))
    let topic = try await desk.refusal("topic", "show", "T20260999-001")
    #expect(topic.explanation.en.contains("20260999, does not exist"))
    #expect(topic.explanation.zh.contains("20260999 不存在"))
    let (other, _, live) = try await self.desk(live: true)
    defer { withExtendedLifetime(other) {} }
    let alert = try await live.refusal("alert", "ack", "w20260230-001")
    #expect(alert.explanation.en.contains("20260230, does not exist"))
  }

  @Test(
    "tell what is wrong with a line before its usage",
    arguments: [
      (["topic", "lst"], "'topic' has no 'lst'; did you mean 'list'?"),
      (["topic"], "a word is missing behind 'topic'"),
      (["topic", "show"], "'topic show' lacks TOPIC"),
      (["topic", "mark", "T20260927-001"], "'topic mark' lacks useful|noise|none"),
      (["topic", "unmute", "T20260927-001", "noise"], "'topic unmute' takes no 'noise'"),
      (["alert", "show", "W20260927-001"], "'alert' has no 'show'"),
    ])
  func misuse(line: [String], message: String) async throws {
    let (sample, _, desk) = try await desk(live: true)
    defer { withExtendedLifetime(sample) {} }
    let parsed = try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in
      name
    }
    let failure = await #expect(throws: VerbFailure.self) {
      try await desk.answer(parsed.request, forUser: SampleDesk.li)
    }
    let text = try #require(failure).explanation
    #expect(text.en.hasPrefix(message) && text.en.contains("usage:\n  incident \(line[0]) list"))
    #expect(text.zh.hasPrefix("“") && text.zh.contains("用法："))
  }

  @Test("say that their figures need the daemon, or that they are no longer rising")
  func withoutFigures() async throws {
    let (sample, _, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    #expect(
      try await desk.type("topic", "show", Self.first, "--why").text
        .contains("incidentd does not run"))
    let (other, _, live) = try await self.desk(live: true)
    defer { withExtendedLifetime(other) {} }
    #expect(
      try await live.type("topic", "show", Self.first, "--why").text
        .contains("it is over, or part of another"))
  }

  @Test("that are part of another by now are not marked or muted, and say of which")
  func merged() async throws {
    let (sample, frontDesk, _) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    var topic = try Self.rising("2026-09-27T05:23:00+08:00", "2026-09-27T06:00:00+08:00")
    let part = try #require(TopicID(Self.second))
    topic.parts = [part]
    let desk = VerbDesk(
      frontDesk: frontDesk, configuration: try sample.configuration(),
      live: SampleDesk.Silence(rising: [topic]))
    for line in [["mark", Self.second, "noise"], ["mute", Self.second]] {
      let parsed = try VerbParser.parse(["topic"] + line, language: .english) {
        (name) throws(VerbFailure) in name
      }
      let failure = await #expect(throws: VerbFailure.self) {
        try await desk.answer(parsed.request, forUser: SampleDesk.li)
      }
      #expect(failure?.exitCode == .refused)
      let advice = "is part of \(Self.first) by now; use that number: incident topic \(line[0])"
      #expect(failure?.explanation.en.contains(advice) == true)
    }
    #expect(
      try await desk.type("topic", "show", Self.second, "--why").text
        .contains("part of \(Self.first) by now"))
    // What was said before can be taken back.
    try await frontDesk.record(by: .desk) { [$0.mark(part, .noise, nil, reason: nil)] }
    try await desk.type("topic", "mark", Self.second, "none")
    #expect(try await frontDesk.view { $0.topicBook.marks.isEmpty })
  }

  private static func rising(_ from: String, _ to: String) throws -> LiveTopic {
    LiveTopic(
      id: try #require(TopicID(first)), label: "水", keywords: [],
      state: Bilingual(same: "rising"), score: 1, posts: 1, owners: 1,
      firstSeen: try #require(Instant(iso8601: from)),
      lastSeen: try #require(Instant(iso8601: to)), decision: Bilingual(same: "held"), why: [],
      items: [])
  }

  @Test("are not searched one by one, for nobody keeps which item belongs to which")
  func grepOfOne() async throws {
    let (sample, _, desk) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    let one = try await desk.refusal("topic", "show", Self.first, "--grep", "水")
    #expect(one.exitCode == .usage)
    #expect(one.explanation.en.contains("incident topic show --grep WORDS"))
    let both = try await desk.refusal("topic", "show", "--grep", "水", "--why")
    #expect(both.exitCode == .usage && both.explanation.en.contains("leave out"))
    #expect(try await desk.refusal("topic", "show", "--grep", " ").exitCode == .usage)
  }

  @Test("are listed with the days between which they were heard, and one owner is one owner")
  func spans() async throws {
    let (sample, frontDesk, _) = try await desk(live: false)
    defer { withExtendedLifetime(sample) {} }
    let ears = SampleDesk.Silence(rising: [
      try Self.rising("2026-09-26T09:23:00+08:00", "2026-09-27T07:53:00+08:00"),
      try Self.rising("2026-09-27T05:23:00+08:00", "2026-09-27T06:00:00+08:00"),
    ])
    let desk = VerbDesk(
      frontDesk: frontDesk, configuration: try sample.configuration(), live: ears)
    let list = try await desk.type("topic", "list").text
    #expect(list.contains("1 post, 1 owner  09-26 09:23–09-27 07:53"), "\(list)")
    #expect(list.contains("1 owner  05:23–06:00"))
  }

  @Test("take --why as a flag with show and with a value elsewhere")
  func whyOption() throws {
    func parse(_ line: String...) throws -> VerbRequest {
      try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in name }.request
    }
    #expect(try parse("topic", "show", "T1", "--why").has("why"))
    #expect(try parse("topic", "show", "--why", "T1").words == ["show", "T1"])
    #expect(try parse("topic", "mark", "T1", "noise", "--why", "w").value("why") == "w")
    #expect(throws: VerbFailure.self) { try parse("topic", "mark", "T1", "noise", "--why") }
    #expect(try parse("topic", "--why", "show", "T1").words == ["show", "T1"])
    #expect(try parse("topic", "--why", "演练", "mark", "T1", "noise").value("why") == "演练")
  }

  @Test(
    "take no option that means nothing to them",
    arguments: [
      ["topic", "list", "--why"], ["topic", "marks", "--why", "x"],
      ["topic", "--why", "x", "list"],
      ["topic", "unmute", "T1", "--why", "x"],
      ["topic", "mark", "T1", "noise", "--until", "18:00"],
      ["topic", "list", "--grep", "x"], ["source", "resume", "gov", "--why", "x"],
      ["source", "drop", "gov", "--why", "x", "--until", "18:00"],
    ])
  func meaningless(line: [String]) throws {
    let failure = try #require(throws: VerbFailure.self) {
      try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in name }
    }
    #expect(failure.exitCode == .usage)
    #expect(failure.explanation.en.contains("means nothing to '\(line[0]) "))
    #expect(failure.explanation.en.contains("it goes with \(line[0]) "))
  }
}
