import Bytes
import Desk
import Foundation
import Journal
import Response

/// A desk for measuring and for breaking: two people, one playbook, one incident to write into.
enum MadeDesk {
  static let writer = Name("li").map { Actor.person($0) } ?? .desk
  static let incident = IncidentID(year: 2026, number: 1)

  static func registry() throws -> Registry {
    guard let name = Name("li"), let other = Name("wang") else {
      throw ToolFailure("a name of our own is none", .fault)
    }
    return Registry(
      desk: DeskIdentity(
        name: Bilingual(same: "measured desk"), zone: .universal, language: .english),
      people: [
        Person(id: name, name: Bilingual(same: "li"), roles: [.drafter], gates: []),
        Person(id: other, name: Bilingual(same: "wang"), roles: [.lead], gates: ["text"]),
      ], centres: [])
  }

  static func playbook() throws -> Playbook {
    let text = """
      {"playbook":"measured","version":1,"kind":"emergency","class":"accident",
       "title":{"zh-CN":"测量","en":"Measured"},"clocks":[],
       "review":{"ordinary":{"gates":"in order","persons":2},
                 "emergency":{"gates":"in parallel","persons":2,"gateWithin":"PT20M"}},
       "stages":[{"id":"closing","required":true,"gates":["text"],"approver":"lead"}]}
      """
    do {
      return try Playbook(try JSONReader.read(text))
    } catch {
      throw ToolFailure("the playbook of the measurement cannot be read: \(error)", .fault)
    }
  }

  static func opening(_ number: Int, _ playbook: Playbook) -> Incident.Opening {
    Incident.Opening(
      title: "化工园区爆炸 \(number)", kind: .emergency, incidentClass: .accident,
      playbook: .init(playbook))
  }

  /// A desk with one open incident.
  static func make(in folder: String, options: FrontDeskOptions) async throws -> FrontDesk {
    let desk = try FrontDesk.create(
      StateFolder(folder), isExercise: false, at: DeskClock.wallNow(), options: options)
    try await desk.perform(.adopt(try registry()), by: .desk)
    let playbook = try playbook()
    try await desk.perform(.open(opening(1, playbook), playbook), by: writer)
    return desk
  }

  static func note(_ number: Int) -> Command {
    .inIncident(
      incident,
      .enter(
        .note(
          "第\(number)条：与消防指挥中心通话，现场设警戒区一公里，下游取水口已关闭，"
            + "environmental samples are taken every half hour and reported here")))
  }

  /// A closed journal of incidents that have ended but for the last, some three hundred bytes a
  /// record, written as fast as the disk takes it.
  static func fill(_ folder: String, records: Int) throws {
    let playbook = try playbook()
    let start = DeskClock.wallNow()
    let journal = try FileJournal.create(
      in: folder, identifier: UUID().uuidString.lowercased(), isExercise: true, at: start)
    func add(_ events: [Event], _ number: Int, by actor: Actor = writer) throws {
      let head = try journal.append(
        events: events.map(\.encoded), actor: actor.description,
        at: start + .milliseconds(number))
      // The queue before the disk has a limit.
      if number % 2000 == 0 { try journal.waitUntilDurable(head) }
    }
    try add([.registryAdopted(try registry())], 1, by: .desk)
    let size = 500
    for number in 2...max(2, records - 1) {
      let place = (number - 2) % size
      let id = IncidentID(year: 2026, number: (number - 2) / size + 1)
      switch place {
      case 0:
        let opened = Event.incident(id, .opened(opening(id.number, playbook)))
        try add(number == 2 ? [.playbookAdopted(playbook), opened] : [opened], number)
      case size - 1: try add([.incident(id, .closed(summary: "ended"))], number)
      case let place where place % 5 == 0:
        try add(
          [
            .incident(
              id,
              .factSet(place, .known, text: "2 人受伤，均已送医；\(number)", source: "消防指挥中心"))
          ], number)
      default:
        try add(
          [.incident(id, .noted(place, text: "已与消防指挥中心通话；water samples are normal \(number)"))],
          number)
      }
    }
    try journal.close()
  }
}
