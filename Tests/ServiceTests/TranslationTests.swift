import Bytes
import Response
import Support
import Testing

@testable import Desk
@testable import Service
@testable import Watch

@Suite("What a desk's files say, as the rules have it")
struct TranslationTests {
  @Test("names the kinds of trouble as the rules do")
  func kinds() {
    #expect(
      Configuration.RelevanceSettings.SeverityWords.Kind.allCases.map(\.rawValue)
        == Trouble.allCases.map(\.rawValue))
  }

  @Test("is all of it there: parts of places, words, mutes, names, phrases, silence")
  func profile() throws {
    var configuration = try Configuration.read(
      DeskPlace.find(
        configuration: SampleCountyTests.samples + "/desk/incident.json5", state: nil,
        environment: [:]))
    configuration.relevance.places = [.init(names: ["澜溪"], parts: [["石桥", "Shiqiao"]])]
    configuration.relevance.severity = [.init(words: ["跑水"], kind: .outage, weight: 2)]
    configuration.relevance.muted = [.init(name: "舞", words: ["广场舞"], until: nil)]
    configuration.relevance.publicNames = ["王敬"]
    configuration.relevance.phrases = [
      .init(
        name: "停水", words: ["停水"], posts: 4, voices: 3, within: .hours(2), isUrgent: true,
        every: .hours(3))
    ]
    configuration.alerts.silence.official = .minutes(45)
    let profile = configuration.alertRules.profile
    #expect(profile.places == [.init(["澜溪"], parts: [["石桥", "Shiqiao"]])])
    #expect(profile.severityWords == [.init(word: "跑水", trouble: .outage, weight: 2)])
    #expect(profile.mutedMatters == [.init(name: "舞", words: ["广场舞"])])
    #expect(profile.publicNames == ["王敬"])
    #expect(
      profile.phrases == [
        .init(
          name: "停水", words: ["停水"], posts: 4, voices: 3, within: .hours(2), level: .urgent,
          every: .hours(3))
      ])
    #expect(configuration.silenceRules.official == .minutes(45))
  }

  private static let now = Instant(seconds: 1_790_000_000)

  @Test("keeps of a watch phrase's posts no private person's name")
  func phrase() throws {
    let configuration = try Configuration.read(
      DeskPlace.find(
        configuration: SampleCountyTests.samples + "/desk/incident.json5", state: nil,
        environment: [:]))
    func evidence(_ texts: [(String, Item.Tier)]) -> AlertEvidence {
      AlertEvidence(
        phrase: PhraseReason(
          phrase: WatchPhrase(name: "停水", words: ["停水"]), posts: 3, copies: 0, voices: 3, owners: 3,
          official: 1, first: Self.now,
          references: texts.enumerated().map { number, text in
            TopicReference(
              id: "i\(number)", text: text.0, link: nil, source: "s\(number)", owner: nil,
              tier: text.1, published: nil, firstSeen: Self.now)
          }),
        mask: NameMask(configuration.alertRules.profile), at: Self.now,
        coverage: AlertEvidence.Coverage(sources: 3, silent: 0), configuration: configuration)
    }
    let listed = evidence([
      ("居民張偉明称停水三天", .listed), ("石桥停水通知", .official), ("又停水了", .other),
    ])
    #expect(listed.samples.map(\.title) == ["居民张某某称停水三天", "石桥停水通知", nil])
    #expect(!listed.isMasked)
    // The mail looks up what is not kept, and leaves it out where somebody is named.
    #expect(evidence([("石桥停水通知", .official), ("邻居教师李华说停水了", .other)]).isMasked)
  }

  @Test("compares with what was told but for what stands in the place of names")
  func history() async throws {
    let folder = try TemporaryFolder()
    let frontDesk = try FrontDesk.create(
      StateFolder(folder.root), isExercise: false, at: DeskClock.wallNow())
    _ = try await frontDesk.raiseAlert(topicKeys: ["k"], recipients: []) { id in
      AlertEvidence(
        subject: .topic(id), level: .urgent, label: "张某某 · 石桥",
        keywords: ["张某某", "石桥", "张某某持刀", "a private person"], reason: Bilingual(same: "x"),
        first: Self.now, detected: Self.now,
        coverage: AlertEvidence.Coverage(sources: 1, silent: 0))
    }
    let entries = try await frontDesk.view { $0.alertHistory(at: DeskClock.wallNow()).entries }
    #expect(entries.map(\.keywords) == [["石桥", "张某某持刀"]])
    try await frontDesk.close()
  }

  /// A record of many topics, each muted and marked as its number has it, in this order.
  private func record(_ numbers: [Int]) throws -> RecordState {
    var state = RecordState()
    for (place, number) in numbers.enumerated() {
      let topic = try #require(TopicID("T20261122-" + String(1001 + number).dropFirst()))
      let time = Instant(seconds: 1_790_000_000) - .hours(number * 37)
      let context = DeskState.RecordContext(
        sequence: Int64(place + 1), time: time, actor: .desk, hash: SHA256.hash("x"))
      state.apply(
        [
          .topicOpened(topic, key: "k\(number)", label: "x", keywords: []),
          .topicMarked(
            topic, number.isMultiple(of: 3) ? .useful : .noise, trouble: "fire", isSevere: true,
            wasTold: true, reason: nil),
          .topicMuted(
            topic, until: time,
            TopicStanding(isUrgent: true, hasHarm: true, graveTroubles: ["fire"]),
            reason: nil),
        ], in: context)
    }
    return state
  }

  @Test("is the same history, in whatever order the record's tables lie")
  func order() throws {
    let now = Instant(seconds: 1_790_000_000)
    let numbers = Array(0..<60)
    let history = try record(numbers).alertHistory(at: now)
    #expect(history.mutes.map(\.topic) == numbers.map { "k\($0)" })
    #expect(history.marks.marks.map(\.at) == numbers.map { now - .hours($0 * 37) })
    #expect(try record(numbers.reversed()).alertHistory(at: now) == history)
    let mute = try #require(history.mutes.first)
    #expect(mute.level == .urgent && mute.hasHarm && mute.graveTroubles == [.fire])
  }
}
