import Bytes
import Foundation
import Testing

@testable import Response

/// A desk without a disk: it decides, encodes, decodes and applies, as the real one does through
/// the journal, so that every test of a rule tests the journal's text form as well.
struct TestDesk {
  private(set) var state = DeskState()
  private(set) var records: [ReportRecord] = []
  private(set) var lines: [[UInt8]] = []
  var now: Instant

  static let start = Instant(microseconds: 1_790_000_000_000_000)

  init(at start: Instant = start, registry: Registry = Self.registry) throws {
    now = start
    try perform(.adopt(registry), by: .desk)
  }

  /// The events of the command, after a journey through the journal's text form.
  @discardableResult
  mutating func perform(_ command: Command, by actor: Actor) throws -> [Event] {
    let events = try state.decide(command, by: actor, at: now)
    guard !events.isEmpty else { return [] }
    try record(events, by: actor)
    return events
  }

  mutating func record(_ events: [Event], by actor: Actor) throws {
    let sequence = Int64(records.count + 1)
    let context = DeskState.RecordContext(
      sequence: sequence, time: now, actor: actor, hash: SHA256.hash("record \(sequence)"))
    let decoded = try events.map { event in
      let line = event.encoded
      lines.append(line)
      return try #require(try Event.decoded(JSONReader.read(line)), "\(event.kind)")
    }
    try #require(decoded == events)
    state.apply(decoded, in: context)
    records.append(ReportRecord(context: context, events: decoded, others: []))
  }

  mutating func perform(_ command: IncidentCommand, in id: IncidentID, by person: String) throws {
    try perform(.inIncident(id, command), by: Self.person(person))
  }

  mutating func wait(_ duration: Duration) { now = now + duration }

  /// Why the command is refused; a test fails where it is not.
  func refusal(_ command: IncidentCommand, in id: IncidentID, by person: String) throws -> Refusal {
    try refusal(.inIncident(id, command), by: Self.person(person))
  }

  func refusal(_ command: Command, by actor: Actor) throws -> Refusal {
    try #require(throws: Refusal.self) { try state.decide(command, by: actor, at: now) }
  }

  static func person(_ name: String) -> Actor {
    // Names in tests are literals that are names.
    Name(name).map { .person($0) } ?? .desk
  }

  static func name(_ text: String) throws -> Name { try #require(Name(text)) }

  static var registry: Registry {
    func person(_ id: String, _ zh: String, _ roles: [Role], _ gates: [String] = []) -> Person? {
      Name(id).map { Person(id: $0, name: Bilingual(zh: zh, en: id), roles: roles, gates: gates) }
    }
    let all = ["political", "legal", "confidentiality", "text"]
    return Registry(
      desk: DeskIdentity(
        name: Bilingual(zh: "澜川市应急新闻服务台", en: "Lanchuan Emergency News Desk"),
        zone: DeskZone("Asia/Shanghai") ?? .universal, language: .chinese),
      people: [
        person("li", "李值班", [.drafter]), person("wang", "王负责", [.lead], all),
        person("zhao", "赵审核", [.reviewer], ["political", "legal"]),
        person("sun", "孙审核", [.reviewer], ["confidentiality", "text"]),
        person("outside", "运维", [.contractor], all), person("view", "看板", [.viewer]),
      ].compactMap { $0 },
      centres: ["lanxi", "qinggang"].compactMap { id in
        Name(id).map { Centre(id: $0, name: Bilingual(zh: "\(id)融媒体中心", en: id)) }
      })
  }

  static func playbook(_ name: String = "accident") throws -> Playbook {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Playbooks/\(name).json5")
    let bytes = Array(try Data(contentsOf: path))
    return try Playbook(JSONReader.read(bytes, as: .json5))
  }

  static func content(
    _ body: String = "正文", slots: [String] = [], actions: [Int] = [], promises: [Int] = [],
    evidence: [String] = []
  ) -> ReleaseContent {
    ReleaseContent(
      texts: ["zh-CN": ReleaseContent.Text(title: "通报", body: body)],
      audience: [.everyone, .centres],
      slots: Dictionary(uniqueKeysWithValues: slots.map { ($0, ["zh-CN": "有"]) }),
      actions: actions, promises: promises, evidence: evidence, factSheetVersion: 0)
  }

  static let truthSlots = [
    "what", "where", "when", "known", "unknown", "doing", "hotline", "nextUpdate",
  ]

  static func routes() throws -> [CentreRoute] {
    [
      CentreRoute(centre: try name("lanxi"), channels: [.webhook, .mail]),
      CentreRoute(centre: try name("qinggang"), channels: [.mail]),
    ]
  }

  /// An incident that happened half an hour before it is opened by li.
  mutating func open(
    playbook name: String = "accident", kind: IncidentKind = .emergency, grade: Grade? = nil,
    eventTime: Instant? = nil
  ) throws -> IncidentID {
    let playbook = try Self.playbook(name)
    try perform(
      .open(
        Incident.Opening(
          title: "化工园区爆炸", kind: kind, incidentClass: playbook.incidentClass, grade: grade,
          eventTime: eventTime ?? now - .minutes(30), playbook: .init(playbook)), playbook),
      by: Self.person("li"))
    return try #require(state.incidents.keys.max())
  }

  /// Drafts by li, has it signed, approved and published in the emergency lane.
  mutating func publish(
    _ step: String, _ content: ReleaseContent, claim: Int? = nil, in id: IncidentID
  )
    throws -> Int
  {
    try perform(.review(.draft(step: step, claim: claim, content)), in: id, by: "li")
    let number = try #require(state.incidents[id]?.releases.last?.number)
    try perform(.review(.submit(number, .emergency)), in: id, by: "li")
    for (gate, person) in [
      ("political", "zhao"), ("legal", "zhao"), ("confidentiality", "sun"), ("text", "sun"),
    ] {
      try perform(
        .review(.sign(number, gate: gate, .pass, note: nil)), in: id, by: person)
    }
    try perform(.review(.approve(number)), in: id, by: "wang")
    try perform(.publish(number, routes: Self.routes()), in: id, by: "wang")
    return number
  }
}
