import Bytes
import Testing

@testable import Response

/// Alerts of what is no topic: watch phrases, sources that are not heard, too little that is heard.
@Suite("An alert of no topic")
struct AlertSubjectTests {
  private static let line = Bilingual(zh: "一行", en: "one line")

  static func evidence(
    _ subject: AlertEvidence.Subject, _ level: AlertEvidence.Level = .attention
  ) -> AlertEvidence {
    AlertEvidence(
      subject: subject, level: level, label: "标签", keywords: ["停水"], reason: line, posts: 3,
      first: TestDesk.start - .minutes(9), detected: TestDesk.start,
      samples: [
        .init(
          item: "1", source: "forum", seen: TestDesk.start, isOfficial: false, title: nil, link: nil
        )
      ], coverage: .init(sources: 9, silent: 2),
      notes: [Bilingual(zh: "最近一次听到 8:00", en: "last heard at 8:00")])
  }

  static let subjects: [(AlertEvidence.Subject, String)] = [
    (.phrase("停水"), #""phrase":"停水""#),
    (
      .sources([Name("gov"), Name("tv")].compactMap { $0 }, areHeard: false),
      #""notHeard":["gov","tv"]"#
    ),
    (.sources([Name("gov")].compactMap { $0 }, areHeard: true), #""heardAgain":["gov"]"#),
    (.volume("official"), #""volume":"official""#),
  ]

  @Test("is written and read in the form that the journal has", arguments: subjects.indices)
  func coding(index: Int) throws {
    let (subject, text) = Self.subjects[index]
    let id = try #require(AlertID("W20260921-001"))
    let event = Event.alertRaised(id, Self.evidence(subject))
    let line = String(decoding: event.encoded, as: UTF8.self)
    #expect(line.contains(text) && !line.contains("\"topic\""), "\(line)")
    #expect(try Event.decoded(JSONReader.read(line)) == event)
  }

  @Test("keeps what a topic's alert has told of, and that a name is withheld")
  func topics() throws {
    var evidence = try AlertTests.evidence()
    evidence.signs = .init(
      voices: 4, hasHarm: false, troubles: ["fire"], places: ["石桥"], graveTroubles: ["fire"],
      parts: 2, seriousness: .mild)
    evidence.isMasked = true
    let id = try #require(AlertID("W20260921-001"))
    let event = Event.alertRaised(id, evidence)
    #expect(
      try Event.decoded(JSONReader.read(String(decoding: event.encoded, as: UTF8.self))) == event)
  }

  private static func letter(_ evidence: AlertEvidence) throws -> Letter {
    let alert = Alert(
      id: try #require(AlertID("W20260921-001")), evidence: evidence,
      raised: .init(sequence: 1, time: TestDesk.start, actor: .desk))
    return Letter(
      alert: alert, items: [], again: false, ways: AnswerWays(page: nil, code: "K7QF"),
      nextMail: nil, postmark: try Self.postmark())
  }

  private static func postmark() throws -> Postmark {
    Postmark(
      desk: DeskIdentity(
        name: Bilingual(same: "desk"), zone: .universal, language: .english), isExercise: false,
      journal: "j", head: Witness(sequence: 1, hash: SHA256.hash("x")),
      delivery: DeliveryID(sequence: 1, index: 1), isPossibleDuplicate: false)
  }

  @Test("is mailed with its own figures, and says what to do about it")
  func mail() throws {
    let silence = try Self.letter(
      Self.evidence(.sources([Name("gov")].compactMap { $0 }, areHeard: false)))
    #expect(silence.subject.contains("[Alert, attention] 标签"))
    for part in ["one line", "last heard at 8:00", "9 sources, 2 of them", "incident source list"] {
      #expect(silence.text.contains(part), "\(part)")
    }
    #expect(!silence.text.contains("--topic") && !silence.text.contains("items of it"))
    let phrase = try Self.letter(Self.evidence(.phrase("停水")))
    #expect(phrase.text.contains("items of it") && phrase.text.contains("alert ack"))
    let back = try Self.letter(
      Self.evidence(.sources([Name("gov")].compactMap { $0 }, areHeard: true), .information))
    #expect(back.subject.contains("[information] 标签"))
    #expect(!back.text.contains("alert ack") && back.text.contains("for your information"))
  }

  @Test("that only informs goes to nobody else and waits for nobody")
  func information() throws {
    var desk = try TestDesk()
    let people = try [TestDesk.name("wang")]
    let policy = NoticePolicy(escalateAfter: .minutes(10), escalateTo: people)
    try desk.perform(
      .raiseAlert(Self.evidence(.volume("all"), .information), recipients: []), by: .desk)
    desk.wait(.hours(1))
    #expect(desk.state.clockwork(at: desk.now, policy: policy, routes: []).isEmpty)
    #expect(desk.state.nextClockwork(after: desk.now, policy: policy) == nil)
    try desk.perform(.raiseAlert(Self.evidence(.volume("all")), recipients: []), by: .desk)
    desk.wait(.hours(1))
    #expect(desk.state.clockwork(at: desk.now, policy: policy, routes: []).count == 1)
  }
}
