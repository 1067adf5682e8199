import Bytes
import Support
import Testing

@testable import Desk

@Suite("What matters to a desk")
struct RelevanceConfigurationTests {
  static let lines = """
      relevance: {
        places: [{ names: ["澜溪", "Lanxi"], parts: ["青岗", ["石桥", "Shiqiao"]] }, "望湖"],
        facilities: ["水厂"], duties: ["停水"],
        severity: [{ words: ["跑水"], kind: "outage", weight: 2 }],
        muted: [{ name: "广场舞", words: ["广场舞"], until: "2026-12-01T00:00:00+08:00" }],
        publicNames: ["王敬"],
        phrases: [{ words: ["停水", "no water"], posts: 4, voices: 3, within: "PT2H", level: "urgent" }],
      },
    """
  static let silence = #"silence: { official: "PT45M", share: false, volume: false },"#
  static let main = SampleDesk.main
    .replacing("  sources: [", with: lines + "\n  sources: [", maxReplacements: 1)
    .replacing("alerts: {", with: "alerts: { " + silence, maxReplacements: 1)

  @Test("is read with the parts of places, watch phrases and what is to be told of silence")
  func whole() throws {
    let configuration = try SampleDesk(main: Self.main).configuration()
    let relevance = configuration.relevance
    #expect(relevance.places.map(\.names) == [["澜溪", "Lanxi"], ["望湖"]])
    #expect(relevance.places[0].parts == [["青岗"], ["石桥", "Shiqiao"]])
    #expect(relevance.severity.map(\.kind) == [.outage] && relevance.muted.map(\.name) == ["广场舞"])
    #expect(relevance.publicNames == ["王敬"])
    let phrase = try #require(relevance.phrases.first)
    #expect(phrase.name == "停水" && phrase.posts == 4 && phrase.voices == 3 && phrase.isUrgent)
    #expect(phrase.within == .hours(2) && phrase.every == .hours(6))
    let silence = configuration.alerts.silence
    #expect(silence.official == .minutes(45) && silence.share == nil && !silence.volume)
    let usual = try SampleDesk().configuration().alerts.silence
    #expect(usual.official == .minutes(30) && usual.share != nil && usual.volume)
  }

  @Test(
    "names file, line and nearest word for a mistake",
    arguments: [
      ("posts: 4", "posts: 0", "incident.json5:12:", "between 1 and 100"),
      ("posts: 4", "posts: 101", "incident.json5:12:", "between 1 and 100"),
      ("voices: 3", "voices: 9", "incident.json5:12:", "cannot be more than 'posts'"),
      ("within: \"PT2H\"", "within: \"P2D\"", "incident.json5:12:", "between PT1M and PT24H"),
      ("level: \"urgent\"", "level: \"urgnt\"", "incident.json5:12:", "did you mean 'urgent'?"),
      ("phrases: [{ words", "phrases: [{ wrods", "incident.json5:12:", "needs a word at least"),
      ("\"no water\"", "\"水\"", "incident.json5:12:", "too short"),
      (
        "phrases: [{ words: [\"停水\", \"no water\"]", "phrases: [{ words: []", "incident.json5:12:",
        "needs a word"
      ),
      (
        "publicNames: [\"王敬\"]", "publicNames: [\"\"]", "incident.json5:11:", "write the whole name"
      ),
      ("publicNames: [\"王敬\"]", "publicNames: [\"王\"]", "incident.json5:11:", "'王' under"),
      ("\"望湖\"]", "\" \"]", "incident.json5:7:", "no name is blank"),
      ("parts: [\"青岗\"", "parts: [\"　\"", "incident.json5:7:", "no name is blank"),
      ("duties: [\"停水\"]", "duties: [\" \"]", "incident.json5:8:", "holds a blank entry"),
      ("name: \"广场舞\"", "name: \" \"", "incident.json5:10:", "holds a blank entry"),
      ("phrases: [{ words", "phrases: [{ name: \"\", words", "incident.json5:12:", "blank entry"),
      ("kind: \"outage\"", "kind: \"outrage\"", "incident.json5:9:", "did you mean 'outage'?"),
      ("weight: 2", "weight: 4", "incident.json5:9:", "grave"),
      ("parts: [\"青岗\"", "parts: [3", "incident.json5:7:", "names of one place"),
      ("official: \"PT45M\"", "official: \"PT1M\"", "incident.json5:5:", "between PT5M and P7D"),
      ("share: false", "share: 3", "incident.json5:5:", "between 0.05 and 1"),
      ("publicNames", "publicName", "incident.json5:11:", "did you mean 'publicNames'?"),
    ])
  func mistakes(right: String, wrong: String, place: String, message: String) throws {
    try #require(Self.main.contains(right))
    let desk = try SampleDesk(main: Self.main.replacing(right, with: wrong, maxReplacements: 1))
    let failure = try #require(throws: ConfigurationFailure.self) { try desk.configuration() }
    #expect(failure.explanation.en.contains(place), "\(failure.explanation.en)")
    #expect(failure.explanation.en.contains(message), "\(failure.explanation.en)")
    #expect(!failure.explanation.zh.isEmpty)
  }

  @Test("has no two phrases of one name")
  func twice() throws {
    let desk = try SampleDesk(
      main: Self.main.replacing("phrases: [", with: "phrases: [{ words: [\"停水\"] }, "))
    let failure = try #require(throws: ConfigurationFailure.self) { try desk.configuration() }
    #expect(failure.explanation.en.contains("incident.json5:12:"))
    #expect(failure.explanation.en.contains("'停水' stands twice"))
    let apart = try SampleDesk(
      main: Self.main.replacing("phrases: [", with: "phrases: [\n\n{ words: [\"停水\"] },\n\n"))
    let line = try #require(throws: ConfigurationFailure.self) { try apart.configuration() }
    #expect(line.explanation.en.contains("incident.json5:16:"), "\(line.explanation.en)")
  }

  @Test(
    "has no event without words, which would explain nothing",
    arguments: ["", "words: [],", "words: [\" \"],", "words: [\"桂\"],"])
  func events(words: String) throws {
    let event =
      "events: [{ name: \"桂花节\", \(words) from: \"2026-09-25T08:00:00+08:00\", "
      + "to: \"2026-09-28T00:00:00+08:00\" }], "
    let desk = try SampleDesk(main: Self.main.replacing("phrases: [", with: event + "phrases: ["))
    let failure = try #require(throws: ConfigurationFailure.self) { try desk.configuration() }
    #expect(failure.explanation.en.contains("incident.json5:12:"), "\(failure.explanation.en)")
    let named = try SampleDesk(
      main: Self.main.replacing(
        "phrases: [",
        with: event.replacing(words, with: "words: [\"桂花\"],").replacing("桂花节", with: " ")
          + "phrases: ["))
    if !words.isEmpty { #expect(throws: ConfigurationFailure.self) { try named.configuration() } }
  }
}
