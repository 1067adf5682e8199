import Bytes
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
}
