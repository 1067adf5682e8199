import Bytes
import Foundation

/// Tells what happens at the desk, in plain sentences, from the records of its journal.
///
/// It reads the file as anybody could, with nothing but JSON: whatever it tells stands there.
struct Narrator {
  private let folder: String
  private let zone: DeskZone
  private let language: Language
  private var offset: UInt64 = 0
  private var names: [String: Bilingual] = [:]
  private var messages: [String: Message] = [:]
  private var releases: [String: String] = [:]
  private var sent: [String: Instant] = [:]

  /// What the drill needs to know of what it has told.
  private(set) var alerts: [(id: String, topic: String, label: String, raised: Instant)] = []
  private(set) var incident: String?

  private struct Message {
    let what: String
    let to: String
    let channel: String
    let isAlert: Bool
  }

  init(folder: String, zone: DeskZone, language: Language) {
    self.folder = folder
    self.zone = zone
    self.language = language
  }

  private func callAsFunction(_ zh: String, _ en: String) -> String {
    language == .chinese ? zh : en
  }

  /// The lines for what has been recorded since the last call, in the order of their time; within
  /// one moment in an order of their own, because messages go out side by side.
  mutating func news() throws -> [String] {
    var lines: [(time: Instant, rank: Int, text: String)] = []
    for record in try records() {
      guard let time = record["t"]?.string.flatMap({ Instant(iso8601: $0) }) else { continue }
      let actor = record["a"]?.string ?? ""
      var queued = 0
      for event in record["e"]?.array ?? [] {
        if event["k"]?.string == "delivery.queued" {
          queued += 1
          remember(event, "D\(record["n"]?.integer ?? 0).\(queued)")
        }
        if let (rank, text) = tell(event, by: actor, at: time) { lines.append((time, rank, text)) }
      }
    }
    return lines.sorted { ($0.time, $0.rank, $0.text) < ($1.time, $1.rank, $1.text) }
      .map { "\(stamp($0.time))  \(terminalSafe($0.text))" }
  }

  func stamp(_ time: Instant) -> String {
    let civil = zone.civil(time)
    return language == .chinese
      ? "\(civil.day)日 \(civil.minuteText)" : "day \(civil.day) \(civil.minuteText)"
  }

  private mutating func records() throws -> [JSON] {
    guard
      let name = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().last(
        where: { $0.hasSuffix(".jsonl") }),
      let handle = FileHandle(forReadingAtPath: folder + "/" + name)
    else { return [] }
    defer { try? handle.close() }  // It was only read.
    try handle.seek(toOffset: offset)
    let data = try handle.readToEnd() ?? Data()
    guard let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    offset += UInt64(end - data.startIndex + 1)
    return try data[...end].split(separator: UInt8(ascii: "\n")).map {
      try JSONReader.read(Array($0))
    }
  }

  private mutating func remember(_ event: JSON, _ id: String) {
    let to = event["person"]?.string ?? event["centre"]?.string ?? ""
    messages[id] = Message(
      what: event["alert"]?.string ?? event["release"]?.string
        ?? self("时限提醒 ", "clock warning of ") + (event["clocksOf"]?.string ?? ""), to: to,
      channel: event["channel"]?.string ?? "", isAlert: event["alert"] != nil)
  }

  private func name(_ id: String) -> String {
    names[id]?[language] ?? id
  }

  private func who(_ actor: String) -> String {
    name(actor.split(separator: ":").last.map(String.init) ?? actor)
  }

  private func text(_ json: JSON?) -> String {
    json?[language.rawValue]?.string ?? json?.string ?? ""
  }

  /// The line of an event and its place among those of the same moment; nil where it says nothing
  /// to a person.
  private mutating func tell(_ event: JSON, by actor: String, at time: Instant) -> (Int, String)? {
    let kind = event["k"]?.string ?? ""
    switch kind {
    case "registry.adopted":
      learn(event)
      return nil
    case "source.failing":
      return (
        1,
        self("信源听不到：", "a source cannot be heard: ") + (event["source"]?.string ?? "") + " — "
          + text(event["reason"])
      )
    case "source.recovered":
      return (1, self("信源恢复：", "a source is heard again: ") + (event["source"]?.string ?? ""))
    case "topic.opened":
      let words = (event["keywords"]?.array ?? []).compactMap(\.string).prefix(5)
      return (
        2,
        self("话题升温 ", "a topic rises ") + "\(event["topic"]?.string ?? "") “"
          + (event["label"]?.string ?? "") + "” ("
          + words.joined(separator: self("、", ", ")) + ")"
      )
    case "alert.raised":
      let id = event["alert"]?.string ?? ""
      alerts.append((id, event["topic"]?.string ?? "", event["label"]?.string ?? "", time))
      return (
        3,
        self("预警 ", "ALERT ") + "\(id) “\(event["label"]?.string ?? "")” — " + text(event["reason"])
      )
    case "alert.acknowledged":
      return (5, self("预警已签收：", "the alert is taken by ") + who(actor))
    case "delivery.delivered", "delivery.failed", "delivery.deferred":
      return tellDelivery(event, kind)
    default: return tellIncident(event, kind, by: actor, at: time)
    }
  }

  private mutating func learn(_ event: JSON) {
    for list in ["people", "centres"] {
      for entry in event[list]?.array ?? [] {
        guard let id = entry["id"]?.string else { continue }
        names[id] = Bilingual(
          zh: entry["name"]?["zh-CN"]?.string ?? id, en: entry["name"]?["en"]?.string ?? id)
      }
    }
  }

  private func tellDelivery(_ event: JSON, _ kind: String) -> (Int, String)? {
    guard let message = messages[event["delivery"]?.string ?? ""] else { return nil }
    let channel =
      message.channel == "mail" ? self("邮件", "mail") : self("回调", "webhook")
    let target = "\(message.what) → \(name(message.to)) (\(channel))"
    switch kind {
    case "delivery.delivered":
      return (
        message.isAlert ? 4 : 8,
        (message.isAlert
          ? self("预警邮件已送达 ", "the alert mail has arrived ") : self("已送达 ", "delivered "))
          + target
      )
    case "delivery.failed":
      return (8, self("未能送达 ", "could not be delivered ") + target)
    default: return (8, self("暂未送达，将重试 ", "not delivered yet, will be tried again ") + target)
    }
  }

  private mutating func tellIncident(
    _ event: JSON, _ kind: String, by actor: String, at time: Instant
  ) -> (Int, String)? {
    let text = event["text"]?.string ?? ""
    let colon = self("：", ": ")
    let release = "\(event["incident"]?.string ?? "")/\(event["release"]?.string ?? "")"
    switch kind {
    case "incident.opened":
      incident = event["incident"]?.string
      return (
        6,
        self("事件登记 ", "incident opened ") + "\(incident ?? "") “\(event["title"]?.string ?? "")” — "
          + who(actor)
      )
    case "incident.regraded":
      return (
        6,
        self("定级 ", "graded ") + (event["grade"]?.string ?? "-") + " — "
          + (event["why"]?.string ?? "")
      )
    case "fact.set":
      return (6, self("口径 ", "fact ") + "\(event["fact"]?.string ?? "")\(colon)\(text)")
    case "action.added":
      return (6, self("处置 ", "action ") + "\(event["action"]?.string ?? "")\(colon)\(text)")
    case "promise.added":
      return (6, self("承诺 ", "promise ") + "\(event["promise"]?.string ?? "")\(colon)\(text)")
    case "promise.kept":
      return (6, self("承诺兑现 ", "promise kept ") + (event["promise"]?.string ?? ""))
    case "claim.added":
      return (6, self("传言 ", "claim ") + "\(event["claim"]?.string ?? "")\(colon)\(text)")
    case "claim.ruled":
      return (
        6,
        self("传言认定 ", "claim verdict ")
          + "\(event["claim"]?.string ?? "") → \(event["verdict"]?.string ?? "") — "
          + (event["evidence"]?.string ?? "")
      )
    case "release.drafted":
      releases[release] =
        event["texts"]?[language.rawValue]?["title"]?.string
        ?? event["texts"]?.members?.first?.value["title"]?.string ?? ""
      return (
        6, self("起草 ", "drafted ") + "\(release) “\(releases[release] ?? "")” — " + who(actor)
      )
    case "release.approved":
      return (6, self("四关通过，签发 ", "through its gates, approved ") + "\(release) — " + who(actor))
    case "release.published":
      sent[release] = time
      return (6, self("发布 ", "PUBLISHED ") + "\(release) “\(releases[release] ?? "")”")
    case "incident.closed": return (9, self("事件结束 ", "incident closed ") + (incident ?? ""))
    default: return tellCentre(event, kind, release, at: time)
    }
  }

  private func tellCentre(_ event: JSON, _ kind: String, _ release: String, at time: Instant)
    -> (Int, String)?
  {
    let centre = name(event["centre"]?.string ?? "")
    let delay = sent[release].map { Int((time - $0).microseconds / 60_000_000) } ?? 0
    let after = self("（\(delay) 分钟）", " (after \(delay) min)")
    switch kind {
    case "centre.acknowledged":
      return (9, "\(centre)" + self("签收 ", " acknowledges ") + release + after)
    case "centre.published":
      return (
        9,
        "\(centre)" + self("播发 ", " publishes ") + release + after + " "
          + (event["text"]?.string ?? "")
      )
    case "centre.reminded":
      return (7, "\(centre)" + self("未签收，催办 ", " has not answered, reminded of ") + release)
    case "centre.objected":
      return (9, "\(centre)" + self("有异议 ", " objects to ") + release)
    default: return nil
    }
  }
}
