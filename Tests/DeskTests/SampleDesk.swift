import Bytes
import Foundation
import Journal
import Response
import Support
import Testing

@testable import Desk

/// A desk in a folder of its own: an exercise, so that its clock can be held.
struct SampleDesk {
  let folder: TemporaryFolder

  static let start = "2026-09-27T06:20:00+08:00"

  static let main = """
    {
      desk: { name: { "zh-CN": "澜川市应急新闻服务台", en: "Lanchuan News Desk" }, zone: "Asia/Shanghai", locale: "en" },
      mail: { host: "127.0.0.1", port: 2525, security: "none", from: "desk@lanchuan.example" },
      http: { host: "127.0.0.1", port: 0, publicURL: "http://127.0.0.1:8750" },
      alerts: { to: ["li"], escalateAfter: "PT10M", escalateTo: ["wang"] },
      sources: [
        { id: "gov", url: "https://gov.example/rss", tier: "official", every: "PT2M" },
        { id: "blog", url: "https://blog.example/feed", personal: true },
      ],
    }
    """

  static let people = """
    { people: [
      { id: "wang", name: "王负责", uid: 4100, mail: "wang@lanchuan.example", roles: ["lead", "reviewer"],
        gates: ["political", "legal", "confidentiality", "text"] },
      { id: "li", name: "李值班", uid: 4200, mail: "li@lanchuan.example", roles: ["drafter"] },
    ] }
    """

  static let centres = """
    { centres: [
      { id: "lanxi", name: "澜溪县融媒体中心", mail: "duty@lanxi.example" },
    ] }
    """

  init(main: String = Self.main, people: String = Self.people, centres: String? = Self.centres)
    throws
  {
    folder = try TemporaryFolder()
    try folder.write("incident.json5", main)
    try folder.write("people.json5", people)
    if let centres { try folder.write("centres.json5", centres) }
    let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Playbooks").standardizedFileURL.path
    try FileManager.default.copyItem(atPath: shipped, toPath: folder.path("Playbooks"))
  }

  var place: DeskPlace {
    DeskPlace(configurationFile: folder.path("incident.json5"), stateOverride: nil)
  }

  func configuration() throws -> Configuration { try Configuration.read(place) }

  var state: StateFolder { StateFolder(folder.root) }

  func hold(_ time: String = Self.start) throws {
    let instant = try #require(Instant(iso8601: time))
    try ExerciseClockFile.write(.held(instant), to: state.clockFile)
  }

  /// Makes the journal, and gives the desk's record-keeper with it.
  func create() async throws -> FrontDesk {
    try hold()
    let frontDesk = try FrontDesk.create(
      state, isExercise: true, at: #require(Instant(iso8601: Self.start)))
    try await frontDesk.perform(configuration().adoption, by: .desk)
    return frontDesk
  }

  /// Stands in for the daemon where a verb asks for one.
  struct Silence: LiveDesk {
    var rising: [LiveTopic] = []
    func topics() async -> [LiveTopic] { rising }
    func markEffects() async -> [MarkEffect] { [] }
    func sources() async -> [LiveSource] { [] }
    func tryOut(_ source: Configuration.SourceSettings) async -> SourceTrial {
      SourceTrial(url: source.url, problem: Bilingual(same: "nothing is heard here"))
    }
    func relisten(resuming id: Name?) async throws {}
    func feeds(inOPML bytes: [UInt8]) throws -> [ListedFeed] { [] }
    func opml(_ feeds: [ListedFeed], title: String) -> [UInt8] { [] }
    func moveClock(_ setting: DeskClock.Setting) async throws {}
    func settle(at desk: Instant) async -> Bool { true }
  }

  func verbs(_ frontDesk: FrontDesk, live: Bool = true) throws -> VerbDesk {
    VerbDesk(
      frontDesk: frontDesk, configuration: try configuration(), live: live ? Silence() : nil)
  }

  static let wang: UInt32 = 4100
  static let li: UInt32 = 4200
}

extension VerbDesk {
  /// A command line, as somebody types it.
  @discardableResult
  func type(_ line: String..., as user: UInt32 = SampleDesk.li) async throws -> VerbAnswer {
    let parsed = try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in
      name
    }
    return try await answer(parsed.request, forUser: user)
  }

  /// What the command line is refused with; the test fails where it is not.
  func refusal(_ line: String..., as user: UInt32 = SampleDesk.li) async throws -> VerbProblem {
    do {
      let parsed = try VerbParser.parse(line, language: .english) { (name) throws(VerbFailure) in
        name
      }
      let answer = try await answer(parsed.request, forUser: user)
      Issue.record("not refused: \(answer.text)")
    } catch {
      return VerbProblem(error)
    }
    return VerbProblem(code: "", explanation: Bilingual(same: ""), exitCode: .done)
  }
}
