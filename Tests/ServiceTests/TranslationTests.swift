import Bytes
import Response
import Support
import Testing
import Watch

@testable import Desk
@testable import Service

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
