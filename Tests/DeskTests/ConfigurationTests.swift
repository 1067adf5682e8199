import Bytes
import Foundation
import Response
import Support
import Testing

@testable import Desk

@Suite("A desk's configuration")
struct ConfigurationTests {
  @Test("is read whole, with its people, centres, playbooks and templates")
  func whole() throws {
    let configuration = try SampleDesk().configuration()
    #expect(configuration.desk.zone.identifier == "Asia/Shanghai")
    #expect(configuration.sources.map(\.id.text) == ["gov", "blog"])
    #expect(configuration.sources[0].every.text == "PT2M")
    #expect(configuration.sources[1].every.text == "PT5M")
    #expect(configuration.people.map(\.person.id.text) == ["wang", "li"])
    #expect(configuration.centres.first?.route.channels == [.mail])
    #expect(configuration.playbooks.map(\.name.text).contains("accident"))
    let accident = try #require(Name("accident").flatMap { configuration.playbook($0) })
    let stage = try #require(accident.stage(ofStep: "truth.authoritative"))
    let own = configuration.template(for: "truth.authoritative", of: stage, language: "zh-CN")
    let usual = configuration.template(for: "truth.brief", of: stage, language: "zh-CN")
    #expect(own != nil && usual != nil && own != usual)
    #expect(configuration.template(for: "truth.brief", of: stage, language: "fr") == nil)
  }

  @Test(
    "names file, place and nearest word for a mistake",
    arguments: [
      ("tier: \"official\"", "tier: \"offical\"", "incident.json5:7:", "did you mean 'official'?"),
      ("every: \"PT2M\"", "every: \"PT2S\"", "incident.json5:7:", "may not be shorter than PT30S"),
      ("every: \"PT2M\"", "evry: \"PT2M\"", "incident.json5:7:", "did you mean 'every'?"),
      (
        "https://gov.example/rss", "ftp://gov.example", "incident.json5:7:",
        "an http or https address"
      ),
      ("Asia/Shanghai", "Asia/Shangai", "incident.json5:2:", "a zone, as in Asia/Shanghai"),
      ("id: \"blog\"", "id: \"gov\"", "incident.json5", "'gov' stands twice"),
      ("to: [\"li\"]", "to: [\"lee\"]", "incident.json5", "'lee' does not stand in people.json5"),
      ("mail: {", "mial: {", "incident.json5:3:", "did you mean 'mail'?"),
      ("desk@lanchuan.example", "desk lanchuan", "incident.json5:3:", "a mail address"),
      ("port: 2525", "port: 70000", "incident.json5:3:", "between 0 and 65535"),
      ("sources: [", "sources: ", "incident.json5:8:", "a name is missing"),
    ])
  func mistakes(right: String, wrong: String, place: String, message: String) throws {
    try #require(SampleDesk.main.contains(right))
    let desk = try SampleDesk(
      main: SampleDesk.main.replacing(right, with: wrong, maxReplacements: 1))
    let failure = try #require(throws: ConfigurationFailure.self) { try desk.configuration() }
    #expect(failure.explanation.en.contains(place), "\(failure.explanation.en)")
    #expect(failure.explanation.en.contains(message), "\(failure.explanation.en)")
    #expect(failure.exitCode == .configuration)
  }

  @Test("needs a lead, and whoever holds gates to be one who reviews")
  func people() throws {
    let noLead = try SampleDesk(people: SampleDesk.people.replacing("\"lead\", ", with: ""))
    #expect(
      try #require(throws: ConfigurationFailure.self) { try noLead.configuration() }.explanation.en
        .contains("nobody in people.json5 is a lead"))
    let drafter = try SampleDesk(
      people: SampleDesk.people.replacing(
        "roles: [\"drafter\"]", with: "roles: [\"drafter\"], gates: [\"text\"]"))
    #expect(
      try #require(throws: ConfigurationFailure.self) { try drafter.configuration() }.explanation.en
        .contains("people.json5:4:"))
  }

  @Test("says which playbook has the unknown key, on which line, and what it might mean")
  func playbook() throws {
    let desk = try SampleDesk()
    let file = "Playbooks/accident.json5"
    let text = String(decoding: try desk.folder.read(file), as: UTF8.self)
    try desk.folder.write(file, text.replacing("ackWithin", with: "ackWithn"))
    let failure = try #require(throws: ConfigurationFailure.self) { try desk.configuration() }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("ackWithin") }) + 1
    #expect(failure.explanation.en.contains("Playbooks/accident.json5:\(line):5:"))
    #expect(failure.explanation.en.contains("did you mean 'ackWithin'?"))
  }

  @Test("is checked whole: every file's mistakes are told at once, each with its line")
  func everyMistake() throws {
    let desk = try SampleDesk(
      main: SampleDesk.main.replacing("port: 2525", with: "port: 70000")
        .replacing("tier: \"official\"", with: "tier: \"offical\""),
      people: SampleDesk.people.replacing("uid: 4100", with: "iud: 4100")
        .replacing("roles: [\"drafter\"]", with: "roles: [\"draftr\"]"))
    for (file, right, wrong) in [
      ("Playbooks/accident.json5", "ackWithin", "ackWithn"),
      ("Playbooks/opinion.json5", "PT48H\", rule", "48h\", rule"),
      ("Playbooks/data-leak.json5", "templates/notice", "templates/notise"),
    ] {
      let text = String(decoding: try desk.folder.read(file), as: UTF8.self)
      try #require(text.contains(right))
      try desk.folder.write(file, text.replacing(right, with: wrong))
    }
    try desk.folder.write("Playbooks/templates/update.en.txt", "only a title\n")
    let failure = try #require(throws: ConfigurationFailure.self) { try desk.configuration() }
    let lines = failure.explanation.en.split(separator: "\n")
    #expect(lines.count == 8, "\(failure.explanation.en)")
    #expect(lines.count { $0.contains("people.json5:") } == 2)
    for part in [
      "incident.json5:3:", "incident.json5:7:", "people.json5:2:", "did you mean 'drafter'?",
      "accident.json5:", "did you mean 'ackWithin'?",
      "opinion.json5:", "not '48h'", "data-leak.json5:", "did you mean 'templates/notice'?",
      "update.en.txt:1: the first line is the title",
    ] {
      #expect(failure.explanation.en.contains(part), "\(part)\n\(failure.explanation.en)")
    }
    #expect(failure.explanation.zh.split(separator: "\n").count == 8)
  }

  @Test("has the calendar of working days, the desk's own before the one that ships")
  func calendar() throws {
    let desk = try SampleDesk()
    #expect(try desk.configuration().calendar?.knownYears.contains(2026) == true)
    try desk.folder.write(
      "calendar.json5", #"{calendar: "own", closes: "17:00", years: {"2031": {rule: "r"}}}"#)
    #expect(try desk.configuration().calendar?.knownYears == [2031])
    try desk.folder.write(
      "calendar.json5", #"{calendar: "own", closes: "17:00", years: {"2031": {ruel: "r"}}}"#)
    let failure = try #require(throws: ConfigurationFailure.self) { try desk.configuration() }
    #expect(failure.explanation.en.contains("calendar.json5:1:"))
    #expect(failure.explanation.en.contains("unknown key 'ruel'"))
  }

  @Test("does without centres, but not without people")
  func missingFiles() throws {
    #expect(try SampleDesk(centres: nil).configuration().centres.isEmpty)
    let desk = try SampleDesk()
    try FileManager.default.removeItem(atPath: desk.folder.path("people.json5"))
    #expect(
      try #require(throws: ConfigurationFailure.self) { try desk.configuration() }.explanation.en
        .contains("there is no file"))
  }
}

@Suite("Where a desk is")
struct DeskPlaceTests {
  private func find(
    configuration: String? = nil, state: String? = nil, _ environment: [String: String] = [:],
    files: [String]
  ) throws -> DeskPlace {
    try DeskPlace.find(
      configuration: configuration, state: state, environment: environment,
      exists: { files.contains($0) })
  }

  @Test("is told by the option, then the variable, then the state folder, then the system's file")
  func order() throws {
    let files = ["/a/x.json5", "/b/y.json5", "/s/incident.json5", DeskPlace.systemFile]
    let environment = ["INCIDENT_CONFIG": "/b/y.json5"]
    #expect(
      try find(configuration: "/a/x.json5", environment, files: files).configurationFile
        == "/a/x.json5")
    #expect(try find(state: "/s", environment, files: files).configurationFile == "/b/y.json5")
    #expect(try find(state: "/s", environment, files: files).stateOverride == "/s")
    #expect(try find(state: "/s", files: files).configurationFile == "/s/incident.json5")
    #expect(
      try find(["INCIDENT_STATE": "/s"], files: files).configurationFile == "/s/incident.json5")
    #expect(try find(files: files).configurationFile == DeskPlace.systemFile)
  }

  @Test("is never guessed: what is not there is an error that says how to make one")
  func missing() throws {
    for (configuration, state) in [("/none.json5", nil), (nil, "/none"), (nil, nil)] {
      let failure = try #require(throws: ConfigurationFailure.self) {
        try find(configuration: configuration, state: state, files: [])
      }
      #expect(failure.explanation.en.contains("incident init DIR"))
    }
  }
}
