import Bytes
import Foundation
import Response

// What people say of topics: useful or noise, which moves the thresholds, and muted.
extension VerbDesk {
  func topicNumber(_ word: String) throws(VerbFailure) -> TopicID {
    guard let id = try lettered(word, "T").flatMap({ TopicID($0) }) else {
      throw VerbFailure(
        .usage, zh: "“\(word)”不是话题编号；编号形如 T20261122-003",
        en: "'\(word)' is not a topic's number, which looks like T20261122-003")
    }
    return id
  }

  /// So long a topic is muted where nobody says how long: whoever is on duty next looks anew.
  static let usualMute = Duration.hours(24)

  static func hasPassed(_ until: Instant, _ zone: DeskZone) -> VerbFailure {
    let end = zone.text(until)
    return VerbFailure(
      .usage, zh: "“--until”的时间 \(end) 已过", en: "the time of '--until', \(end), has passed")
  }

  /// The topic that this one is part of by now; nil without the daemon, which alone knows.
  func whole(of topic: TopicID) async throws -> TopicID? {
    try await live?.topics().first { $0.parts.contains(topic) }?.id
  }

  /// What is said of a part would count for the whole, of which nobody has thought by that number.
  private func requireWhole(_ topic: TopicID, _ advice: String) async throws {
    guard let whole = try await whole(of: topic) else { return }
    throw VerbFailure(
      .refused, zh: "\(topic) 已并入 \(whole)；请用：incident topic \(advice) \(whole)",
      en: "\(topic) is part of \(whole) by now; use that number: incident topic \(advice) \(whole)")
  }

  /// What the rules say of a topic now; nil without the daemon, and of one that is over.
  private func now(_ topic: TopicID) async throws -> TopicNow? {
    try await live?.topics().first { $0.id == topic }?.now
  }

  func markTopic(_ word: String, _ kindWord: String, _ call: Call) async throws -> VerbAnswer {
    try requireWorker(call)
    let id = try topicNumber(word)
    let kind: TopicBook.Mark.Kind = try choice(kindWord, "mark")
    let reason = try briefReason(call)
    // An earlier mark can be taken back all the same.
    if kind != .none { try await requireWhole(id, "mark") }
    let (isKnown, present) = try await frontDesk.view { state in
      (state.topics[id] != nil, state.topicBook.marks[id])
    }
    guard isKnown else { throw Self.unknownTopic(id) }
    if kind == (present?.kind ?? .none), reason == present?.reason {
      return VerbAnswer(call("已是如此", "it stands so already") + "\n") { $0.member("marked", false) }
    }
    let now = try await now(id)
    let receipt = try await frontDesk.record(by: call.actor) {
      [$0.mark(id, kind, now, reason: reason)]
    }
    var trouble: String?
    for case .topicMarked(_, _, let kind, _, _, _) in receipt.events { trouble = kind }
    let marked = trouble
    let undo = present?.kind.rawValue ?? "none"
    let text =
      call(
        "已标记 \(id)：\(kind.title.zh)。", "\(id) is marked: \(kind.title.en). ")
      + call(
        "撤回：incident topic mark \(id) \(undo)", "To undo: incident topic mark \(id) \(undo)")
    return VerbAnswer(text + "\n") {
      $0.member("marked", true)
      $0.member("topic", id.description)
      $0.member("mark", kind.rawValue)
      $0.member(ifPresent: "trouble", marked)
    }
  }

  func muteTopic(_ word: String, _ call: Call) async throws -> VerbAnswer {
    try requireWorker(call)
    let id = try topicNumber(word)
    let reason = try briefReason(call)
    let until =
      try call.request.value("until").map { (text) throws(VerbFailure) in
        let until = try times(call).future(text, option: "until")
        guard until > call.now else { throw Self.hasPassed(until, configuration.desk.zone) }
        return until
      } ?? call.now + Self.usualMute
    guard try await frontDesk.view({ $0.topics[id] != nil }) else { throw Self.unknownTopic(id) }
    try await requireWhole(id, "mute")
    let now = try await now(id)
    try await frontDesk.record(by: call.actor) {
      [$0.mute(id, until: until, now, reason: reason)]
    }
    let end = configuration.desk.zone.text(until)
    let text =
      call(
        "不再就 \(id) 发预警，到 \(end)；若较现在更严重，仍会预警。恢复：",
        "\(id) is muted until \(end), unless it gets graver than it is now. To undo: ")
      + "incident topic unmute \(id)"
    return VerbAnswer(text + "\n") {
      $0.member("muted", id.description)
      $0.member("until", until.iso8601)
    }
  }

  func unmuteTopic(_ word: String, _ call: Call) async throws -> VerbAnswer {
    try requireWorker(call)
    let id = try topicNumber(word)
    guard try await frontDesk.view({ $0.topicBook.mutes[id] != nil }) else {
      throw VerbFailure(
        .refused, zh: "\(id) 没有静音；静音的见 incident topic marks",
        en: "\(id) is not muted; see incident topic marks")
    }
    try await frontDesk.record([.topicUnmuted(id)], by: call.actor)
    return VerbAnswer(call("已恢复：\(id)", "\(id) is no longer muted") + "\n") {
      $0.member("unmuted", id.description)
    }
  }

  /// All marks and mutes, what they do, and how each is taken back.
  func listMarks(_ call: Call) async throws -> VerbAnswer {
    let effects = try await live?.markEffects() ?? []
    let (book, topics) = try await frontDesk.view { ($0.topicBook, $0.topics) }
    let marks = book.marks.sorted { $0.key > $1.key }
    let mutes = book.mutes.sorted { $0.key > $1.key }
    func name(_ id: TopicID) -> String {
      "\(id)  \(Style.strong(terminalSafe(topics[id]?.label ?? "")))"
    }
    var lines = marks.map { id, mark in
      "\(name(id))  \(mark.kind.title[call.language])  " + said(mark.person, mark.time, mark.reason)
        + (mark.kind == .noise && !mark.wasTold
          ? call("  （未曾预警，不影响门槛）", "  (was never told, moves nothing)") : "")
        + "\n    " + Style.faint(call("撤回：", "to undo: ") + "incident topic mark \(id) none")
    }
    lines += mutes.map { id, mute in
      let until = mute.until.map { call("到 ", "until ") + configuration.desk.zone.text($0) }
      return "\(name(id))  \(call("静音", "muted")) \(until ?? "")  "
        + said(mute.person, mute.time, mute.reason)
        + "\n    " + Style.faint(call("撤回：", "to undo: ") + "incident topic unmute \(id)")
    }
    lines += effects.map { effect in
      call(
        "门槛 · \(effect.kind.zh)：×\(rounded(effect.factor))（噪声 \(effect.noise)，有用 \(effect.useful)）",
        "threshold, \(effect.kind.en): × \(rounded(effect.factor)) (\(effect.noise) noise, "
          + "\(effect.useful) useful)")
        + (effect.severeFactor == effect.factor
          ? ""
          : call("；含严重用语的 ×", "; with serious words × ") + rounded(effect.severeFactor))
    }
    if lines.isEmpty { lines = [call("没有标记", "nothing is marked")] }
    return VerbAnswer(lines.joined(separator: "\n") + "\n") { writer in
      writer.memberArray("marks") { writer in
        for (id, mark) in marks {
          writer.object {
            $0.member("topic", id.description)
            $0.member("mark", mark.kind.rawValue)
            $0.member(ifPresent: "trouble", mark.trouble)
            $0.member("told", mark.wasTold)
            $0.member(ifPresent: "reason", mark.reason)
            $0.member("by", mark.person)
            $0.member("time", mark.time.iso8601)
          }
        }
      }
      writer.memberArray("muted") { writer in
        for (id, mute) in mutes {
          writer.object {
            $0.member("topic", id.description)
            $0.member(ifPresent: "until", mute.until?.iso8601)
          }
        }
      }
      writer.memberArray("thresholds") { writer in
        for effect in effects {
          writer.object {
            $0.member("kind", effect.kind)
            $0.member("factor", effect.factor)
            $0.member("severeFactor", effect.severeFactor)
          }
        }
      }
    }
  }

  /// Behind a topic's line: its mark, and that it is muted.
  func standing(of topic: TopicID, _ book: TopicBook, _ call: Call) -> String {
    var text = ""
    if let mark = book.marks[topic] {
      text += "  " + call("标记：", "marked ") + mark.kind.title[call.language]
    }
    if let mute = book.mutes[topic], mute.until.map({ call.now < $0 }) ?? true {
      text += "  " + call("已静音", "muted")
    }
    return Style.faint(text)
  }

  /// Who marked or muted a topic, in full.
  func told(_ book: TopicBook, _ topic: TopicID, _ call: Call) -> [String] {
    var lines: [String] = []
    if let mark = book.marks[topic] {
      lines.append(
        "  " + call("标记：", "marked: ") + mark.kind.title[call.language] + "  "
          + said(mark.person, mark.time, mark.reason))
    }
    if let mute = book.mutes[topic] {
      lines.append(
        "  " + call("静音：", "muted: ")
          + (mute.until.map { call("到 ", "until ") + configuration.desk.zone.text($0) + "  " } ?? "")
          + said(mute.person, mute.time, mute.reason))
      let isOver = mute.until.map { call.now >= $0 } ?? false
      lines.append(
        "    "
          + (isOver
            ? call("已到期，不再挡住预警", "is over and holds nothing back")
            : call("只挡不比静音时更严重的：", "holds back what is no graver than it was then: ")
              + said(mute.standing, call)))
    }
    return lines
  }

  /// The alerts of a topic, in their order.
  func history(_ alerts: [Alert], _ call: Call) -> [String] {
    alerts.map {
      "\($0.id)  \(configuration.desk.zone.text($0.raised.time))  "
        + terminalSafe($0.evidence.reason[call.language])
    }
  }

  /// How grave a topic was, in words.
  private func said(_ standing: TopicStanding, _ call: Call) -> String {
    var parts = [standing.isUrgent ? call("紧急", "urgent") : call("关注", "attention")]
    if standing.hasHarm { parts.append(call("已提及伤亡", "deaths told of")) }
    if !standing.graveTroubles.isEmpty {
      parts.append(
        call("极严重用语：", "grave words: ")
          + standing.graveTroubles.map { terminalSafe($0) }.joined(separator: call("、", ", ")))
    }
    return parts.joined(separator: call("，", ", "))
  }

  private func said(_ person: String, _ time: Instant, _ reason: String?) -> String {
    "\(terminalSafe(person)) \(configuration.desk.zone.text(time))"
      + (reason.map { "  " + terminalSafe($0) } ?? "")
  }

  func rounded(_ factor: Double) -> String { String((factor * 100).rounded() / 100) }

  private func briefReason(_ call: Call) throws(VerbFailure) -> String? {
    guard let text = call.request.value("why")?.trimmingCharacters(in: .whitespacesAndNewlines)
    else { return nil }
    guard (1...500).contains(text.count) else {
      throw VerbFailure(
        .usage, zh: "“--why”应有 1 到 500 字", en: "'--why' has 1 to 500 characters")
    }
    return text
  }

  private func requireWorker(_ call: Call) throws(VerbFailure) {
    if case .person(let name) = call.actor, configuration.person(name) == nil {
      throw VerbFailure(.refused, PersonRefusal.unknownPerson(name).explanation)
    }
    guard case .person(let name) = call.actor,
      configuration.person(name)?.person.has(
        anyOf: [.lead, .approver, .reviewer, .drafter, .expert, .admin]) == true
    else {
      throw VerbFailure(
        .refused, zh: "标记与静音话题，须是在台上工作的人",
        en: "only those who work at the desk mark and mute topics")
    }
  }
}
