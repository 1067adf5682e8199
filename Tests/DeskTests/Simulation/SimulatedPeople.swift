import Bytes
import Response
import Testing

@testable import Desk

/// Who works at the simulated desk, and by which playbook.
enum SimulatedPeople {
  static func name(_ text: String) -> Name {
    guard let name = Name(text) else { preconditionFailure("'\(text)' is no name") }
    return name
  }

  private static func person(_ id: String, _ roles: [Role], _ gates: [String] = []) -> Person {
    Person(id: name(id), name: Bilingual(same: id), roles: roles, gates: gates)
  }

  static let people = [
    person("li", [.drafter]),
    person("zhao", [.drafter, .reviewer], ["text", "legal"]),
    person("wang", [.lead, .reviewer], ["legal", "text"]),
    person("chen", [.approver, .reviewer], ["legal"]),
    // Holds a gate by mistake; a contractor never signs.
    person("sun", [.contractor], ["text"]),
    person("gao", [.lead]),
    person("he", [.viewer]),
  ]

  static let centres = ["lanxi", "beihe", "nanshan"].map(name)

  static let routes = centres.map { centre in
    CentreRoute(centre: centre, channels: centre.text == "beihe" ? [.mail, .webhook] : [.mail])
  }

  static let policy = NoticePolicy(escalateAfter: .minutes(10), escalateTo: [name("gao")])

  static let registry = Registry(
    desk: DeskIdentity(
      name: Bilingual(zh: "模拟值班台", en: "Simulated desk"), zone: .universal, language: .english),
    people: people,
    centres: centres.map { Centre(id: $0, name: Bilingual(same: $0.text)) })

  static func playbook() throws -> Playbook {
    let text = """
      {"playbook":"simulated","version":1,"kind":"emergency","class":"accident",
       "title":{"zh-CN":"模拟","en":"Simulated"},
       "clocks":[{"id":"brief","from":"event","within":"PT1H","rule":"target"}],
       "review":{"ordinary":{"gates":"in order","persons":3},
                 "emergency":{"gates":"in parallel","persons":2,"gateWithin":"PT20M"}},
       "stages":[
         {"id":"truth","steps":["brief","detail"],"meets":{"brief":"brief"},"needs":["what"],
          "gates":["legal","text"],"approver":"lead","audience":["public","centres"]},
         {"id":"rebuttal","perClaim":true,"needs":["claim","evidence"],
          "gates":["legal","text"],"approver":"approver","audience":["public","centres"]},
         {"id":"closing","required":true,"after":["truth.brief"],
          "gates":["text"],"approver":"lead","audience":["public"]}],
       "centres":{"ackWithin":{"default":"PT30M"},"escalate":["mail","phone task"]}}
      """
    return try Playbook(try JSONReader.read(text))
  }

  static func opening(_ number: Int, _ playbook: Playbook) -> Incident.Opening {
    Incident.Opening(
      title: "爆炸 \(number)", kind: playbook.kind, incidentClass: playbook.incidentClass,
      playbook: .init(playbook))
  }

  static func content(_ words: String, sheet: Int) -> ReleaseContent {
    ReleaseContent(
      texts: ["zh-CN": .init(title: "通报", body: words)], audience: [.everyone, .centres],
      slots: ["what": ["zh-CN": words]], evidence: ["现场核实"], factSheetVersion: sheet)
  }

  static func evidence(_ topic: TopicID, at now: Instant) -> AlertEvidence {
    AlertEvidence(
      topic: topic, level: .urgent, label: "爆炸", keywords: ["爆炸"],
      reason: Bilingual(same: "many more than usual"), score: 9, posts: 40, copies: 3, authors: 30,
      owners: 4, sources: 4, officialPosts: 0, windows: [], firstPost: now, detected: now,
      samples: [], coverage: .init(sources: 4, silent: 0), learningHours: nil,
      signs: .init(voices: 30, hasHarm: true, troubles: ["blast"], places: []))
  }
}
