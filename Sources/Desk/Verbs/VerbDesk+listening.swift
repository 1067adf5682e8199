package import Bytes
import Foundation
import Response

// What is heard: topics and alerts; and the clock of an exercise.
extension VerbDesk {
  func topic(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...3)
    switch (words[0], words.count) {
    case ("list", 1): return try await listTopics(call)
    case ("show", 1) where call.request.has("grep"): return try await grep(call)
    case ("show", 2): return try await showTopic(words[1], call)
    case ("mark", 3): return try await markTopic(words[1], words[2], call)
    case ("marks", 1): return try await listMarks(call)
    case ("mute", 2): return try await muteTopic(words[1], call)
    case ("unmute", 2): return try await unmuteTopic(words[1], call)
    default:
      throw usage(call)
    }
  }

  private func listTopics(_ call: Call) async throws -> VerbAnswer {
    guard let live else { return try await listKnownTopics(call) }
    let topics = try await live.topics()
    let zone = configuration.desk.zone
    let book = try await frontDesk.view { $0.topicBook }
    let moved = try await live.markEffects().filter { $0.factor != 1 }
    var lines = topics.map { topic -> String in
      let head = "\(topic.id)  \(Style.strong(terminalSafe(topic.label)))"
      let posts = call("\(topic.posts) 帖", counted(topic.posts, "post"))
      let owners = topic.owners.map { call("，\($0) 家", ", " + counted($0, "owner")) } ?? ""
      let span = zone.spanText(topic.firstSeen, topic.lastSeen)
      return "\(head)  \(topic.state[call.language])  \(posts)\(owners)  \(span)  "
        + Style.faint(topic.decision[call.language]) + standing(of: topic.id, book, call)
        + (topic.isMasked ? Style.faint(call("  （已隐去姓名）", "  (a name is withheld)")) : "")
    }
    if lines.isEmpty { lines = [call("此刻没有升温的话题", "no topic is rising now")] }
    if !moved.isEmpty {
      let kinds = moved.map { "\($0.kind[call.language]) ×\(rounded($0.factor))" }
      lines.append(
        Style.faint(
          call("标记已调整门槛：", "marks have moved thresholds: ")
            + kinds.joined(separator: call("、", ", "))
            + call("（见 incident topic marks）", " (see incident topic marks)")))
    }
    return VerbAnswer(lines.joined(separator: "\n") + "\n") { writer in
      writer.memberArray("topics") { writer in
        for topic in topics { writer.object { Self.write(topic, book, &$0) } }
      }
    }
  }

  /// Without the daemon: the topics that the journal knows.
  private func listKnownTopics(_ call: Call) async throws -> VerbAnswer {
    try await frontDesk.view { state in
      let topics = state.topics.values.sorted { $0.id > $1.id }.prefix(50)
      let zone = state.response.zone
      let lines = topics.map {
        "\($0.id)  \(Style.strong(terminalSafe($0.label)))  \(zone.text($0.opened))"
      }
      let head = call(
        "incidentd 没有运行；以下是日志中的话题", "incidentd does not run; these topics are in the journal")
      return VerbAnswer((["\(head)"] + lines).joined(separator: "\n") + "\n") { writer in
        writer.memberArray("topics") { writer in
          for topic in topics {
            writer.object {
              $0.member("topic", topic.id.description)
              $0.member("label", topic.label)
              $0.member("keywords", topic.keywords)
              $0.member("opened", topic.opened.iso8601)
            }
          }
        }
      }
    }
  }

  private func showTopic(_ word: String, _ call: Call) async throws -> VerbAnswer {
    let id = try topicNumber(word)
    guard !call.request.has("grep") else {
      // Which items a topic was made of is forgotten with them, so no topic's own can be looked for.
      throw VerbFailure(
        .usage,
        zh: "条目属于哪个话题没有保存，“--grep”不能只查 \(id)；查全部留存的条目：incident topic show --grep 词语",
        en: "which topic an item belongs to is not kept, so '--grep' cannot look in \(id) alone; "
          + "to look in all items that are kept: incident topic show --grep WORDS")
    }
    guard let live, let topic = try await live.topics().first(where: { $0.id == id }) else {
      return try await showKnownTopic(id, call)
    }
    let zone = configuration.desk.zone
    let (book, alerts) = try await frontDesk.view { state in
      (state.topicBook, state.alerts(of: id))
    }
    var lines = [
      Style.strong("\(topic.id)  \(terminalSafe(topic.label))") + "  "
        + topic.state[call.language] + standing(of: id, book, call),
      topic.decision[call.language],
      call("关键词：", "keywords: ") + terminalSafe(topic.keywords.joined(separator: call("、", ", "))),
    ]
    if call.request.has("why") {
      lines += topic.why.map { "  " + terminalSafe($0[call.language]) }
      lines += told(book, id, call) + history(alerts, call).map { "  " + $0 }
    }
    if topic.isMasked {
      lines.append(
        call(
          "话题主要是一个人的姓名，已隐去；如因公职可具名，写入 publicNames",
          "mainly one person's name, which is withheld; name office-holders under publicNames"))
    }
    lines += topic.items.map { item in
      "  \(zone.text(item.time))  \(item.source)"
        + (item.isOfficial ? call("（官方）", " (official)") : "") + "  "
        + terminalSafe(shortened(item.title, to: 70))
        + (item.link.flatMap(safeLink).map { "\n      " + terminalSafe($0) } ?? "")
    }
    lines.append(
      Style.faint(
        call("登记事件：", "open an incident: ")
          + "incident open \"…\" --topic \(topic.id) --playbook … --event-time …"))
    return VerbAnswer(lines.joined(separator: "\n") + "\n") { Self.write(topic, book, &$0) }
  }

  private func showKnownTopic(_ id: TopicID, _ call: Call) async throws -> VerbAnswer {
    let whole = try await whole(of: id)
    return try await frontDesk.view { state in
      guard let topic = state.topics[id] else { throw Self.unknownTopic(id) }
      let alerts = state.alerts(of: id)
      var lines = [
        Style.strong("\(id)  \(terminalSafe(topic.label))")
          + standing(of: id, state.topicBook, call),
        call("关键词：", "keywords: ")
          + terminalSafe(topic.keywords.joined(separator: call("、", ", "))),
      ]
      if call.request.has("why") { lines += told(state.topicBook, id, call) }
      lines += history(alerts, call)
      if let whole {
        lines.append(
          call(
            "已并入 \(whole)：incident topic show \(whole)",
            "part of \(whole) by now: incident topic show \(whole)"))
      } else if live != nil {
        lines.append(
          Style.faint(
            call(
              "此话题已不在升温的话题之中：或已结束，或已并入另一话题（见 incident topic list）",
              "it is not among the topics that are rising: it is over, or part of another by now "
                + "(see incident topic list)")))
      } else {
        lines.append(
          Style.faint(
            call(
              "incidentd 没有运行；此刻的数字只有它知道", "incidentd does not run, and it alone knows the figures")
          )
        )
      }
      return VerbAnswer(lines.joined(separator: "\n") + "\n") { writer in
        writer.member("topic", id.description)
        writer.member("label", topic.label)
        writer.member("keywords", topic.keywords)
        writer.member("alerts", alerts.map(\.id.description))
        writer.member(ifPresent: "partOf", whole?.description)
      }
    }
  }

  private static func write(
    _ topic: LiveTopic, _ book: TopicBook, _ writer: inout JSONWriter
  ) {
    writer.member("topic", topic.id.description)
    writer.member("label", topic.label)
    writer.member(ifPresent: "mark", book.marks[topic.id]?.kind.rawValue)
    if let mute = book.mutes[topic.id] {
      writer.member("muted", true)
      writer.member(ifPresent: "mutedUntil", mute.until?.iso8601)
    }
    if topic.isMasked { writer.member("masked", true) }
    writer.member("keywords", topic.keywords)
    writer.member("state", topic.state)
    writer.member("score", topic.score)
    writer.member("posts", topic.posts)
    if let owners = topic.owners { writer.member("owners", owners) }
    writer.member("firstSeen", topic.firstSeen.iso8601)
    writer.member("lastSeen", topic.lastSeen.iso8601)
    writer.member("decision", topic.decision)
    writer.memberArray("why") { writer in
      for line in topic.why {
        writer.object {
          $0.member(Language.chinese.rawValue, line.zh)
          $0.member(Language.english.rawValue, line.en)
        }
      }
    }
    writer.memberArray("items") { writer in
      for item in topic.items {
        writer.object {
          $0.member("title", item.title)
          $0.member(ifPresent: "link", item.link)
          $0.member("source", item.source)
          $0.member("time", item.time.iso8601)
        }
      }
    }
  }

  func alert(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...2)
    if words == ["list"] { return try await listAlerts(call) }
    guard words.count == 2, words[0] == "ack" else {
      throw usage(call)
    }
    guard let id = try lettered(words[1], "W").flatMap({ AlertID($0) }) else {
      throw VerbFailure(
        .usage, zh: "“\(words[1])”不是预警编号；编号形如 W20261122-014",
        en: "'\(words[1])' is not an alert's number, which looks like W20261122-014")
    }
    guard let code = call.request.value("code") else {
      return try await perform(.acknowledgeAlert(id, .command), call)
    }
    let key = try DeskKeys(folder: frontDesk.folder.keys).key("reply")
    let isRight = try await frontDesk.view { state in
      state.response.deliveries.values.contains { delivery in
        (delivery.order.matter == .alert(id) || delivery.order.matter == .escalation(id))
          && ReplyCode.isRight(code, for: delivery.id, key: key)
      }
    }
    guard isRight else {
      throw VerbFailure(
        .refused, zh: "回执码不属于预警 \(id)", en: "this reply code does not belong to alert \(id)")
    }
    return try await perform(.acknowledgeAlert(id, .code), call)
  }

  private func listAlerts(_ call: Call) async throws -> VerbAnswer {
    try await frontDesk.view { state in
      let alerts = state.response.alerts.values.sorted { $0.id > $1.id }
      let zone = state.response.zone
      let lines = alerts.map { alert in
        let book = state.topicBook
        let taken =
          alert.acknowledged.map { taken in
            let who = state.response.registry?.title(of: taken.stamp.actor)[call.language] ?? ""
            return Style.good(
              call("已签收 ", "taken by ") + terminalSafe(who) + " "
                + zone.clockText(taken.stamp.time))
          }
          ?? (alert.isWaiting
            ? Style.alarm(call("未签收", "not taken")) : alert.evidence.level.title[call.language])
        return "\(alert.id)  \(zone.text(alert.raised.time))  "
          + "\(terminalSafe(alert.evidence.topic?.description ?? alert.evidence.kindText[call.language]))  "
          + Style.strong(terminalSafe(alert.evidence.label)) + "  \(taken)"
          + (alert.evidence.topic.map { standing(of: $0, book, call) } ?? "")
          + (alert.incident.map { "  → \($0)" } ?? "")
          + "\n    " + terminalSafe(alert.evidence.reason[call.language])
          + Self.undelivered(alert.id, state.response, call)
      }
      let none = call("没有预警", "there are no alerts")
      return VerbAnswer((lines.isEmpty ? none : lines.joined(separator: "\n")) + "\n") { writer in
        writer.memberArray("alerts") { writer in
          for alert in alerts {
            writer.object { writer in
              writer.member("alert", alert.id.description)
              writer.member(ifPresent: "topic", alert.evidence.topic?.description)
              writer.member("about", alert.evidence.subjectText)
              writer.member("level", alert.evidence.level.rawValue)
              writer.member(
                ifPresent: "mark",
                alert.evidence.topic.flatMap { state.topicBook.marks[$0]?.kind.rawValue })
              writer.member("label", alert.evidence.label)
              writer.member("keywords", alert.evidence.keywords)
              writer.member("raised", alert.raised.time.iso8601)
              writer.member("firstPost", alert.evidence.firstPost.iso8601)
              writer.member("detected", alert.evidence.detected.iso8601)
              writer.member("reason", alert.evidence.reason)
              writer.member("acknowledged", alert.acknowledged != nil)
              writer.member(ifPresent: "incident", alert.incident?.description)
            }
          }
        }
      }
    }
  }

  /// Whom an alert's mail has not reached, and why: silence would look like an alert that was told.
  private static func undelivered(_ alert: AlertID, _ state: DeskState, _ call: Call) -> String {
    let failing = state.deliveries.values.filter { delivery in
      switch delivery.order.matter {
      case .alert(let id), .escalation(let id): id == alert
      case .release, .reminder, .withdrawal, .clocks: false
      }
    }.sorted { $0.id < $1.id }
    return failing.compactMap { delivery -> String? in
      let reason: String
      switch delivery.result {
      case .delivered: return nil
      case .failed(_, let text): reason = text
      case nil:
        guard let delay = delivery.delay else { return nil }
        reason = delay.reason
      }
      return "\n    "
        + Style.alarm(
          call("邮件未送达：", "mail not delivered: ") + "\(delivery.id)  " + terminalSafe(reason))
    }.joined()
  }

  func drill(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...2)
    guard words[0] == "clock" else {
      throw usage(call)
    }
    let request = call.request
    let isMove =
      words.count == 2 || request.has("at") || request.has("advance") || request.has("speed")
    if isMove {
      guard frontDesk.isExercise else {
        throw VerbFailure(
          .refused, zh: "只有演练可以拨动时钟；演练用 incident init DIR --exercise 新建",
          en: "only an exercise can move its clock; make one with incident init DIR --exercise")
      }
      let setting = try clockSetting(words.dropFirst().first, call)
      if let live {
        try await live.moveClock(setting)
      } else {
        try ExerciseClockFile.write(setting, to: frontDesk.folder.clockFile)
      }
    }
    var settled = true
    if request.has("settle") {
      guard let live else {
        throw VerbFailure(
          .couldNot, zh: "incidentd 没有运行，无从等待",
          en: "incidentd does not run, so there is nothing to wait for")
      }
      settled = await live.settle(at: frontDesk.clock.now())
    }
    let now = frontDesk.clock.now()
    let how: String
    switch frontDesk.clock.setting() {
    case .wall: how = call("随墙上时钟", "follows the wall clock")
    case .held: how = call("停住", "held")
    case .running(_, _, let speed): how = call("\(speed) 倍速", "\(speed) times as fast")
    }
    let isSettled = settled
    return VerbAnswer("\(configuration.desk.zone.secondsText(now))  \(how)\n") {
      $0.member("now", now.iso8601)
      $0.member("settled", isSettled)
    }
  }

  private func clockSetting(_ mode: String?, _ call: Call) throws(VerbFailure) -> DeskClock.Setting
  {
    let request = call.request
    var desk = call.now
    if let word = request.value("at") { desk = try clockTime(word, call) }
    if let word = request.value("advance") {
      guard let period = Period(word) else {
        throw VerbFailure(
          .usage, zh: "“--advance”应写成 PT5M 这样", en: "'--advance' is written as PT5M")
      }
      desk = desk + period.duration
    }
    var speed: Double?
    switch frontDesk.clock.setting() {
    case .wall: speed = 1
    case .held: speed = nil
    case .running(_, _, let present): speed = present
    }
    if let word = request.value("speed") {
      guard let number = Double(word), number > 0, number <= DeskClock.speedLimit else {
        throw VerbFailure(
          .usage, zh: "“--speed”应大于 0 且不超过 \(Int(DeskClock.speedLimit))",
          en: "'--speed' should be above 0 and at most \(Int(DeskClock.speedLimit))")
      }
      speed = number
    }
    switch mode {
    case nil: break
    case "hold": speed = nil
    case "run": speed = speed ?? 1
    default:
      throw usage(call)
    }
    return speed.map { .running(wall: DeskClock.wallNow(), desk: desk, speed: $0) } ?? .held(desk)
  }

  /// A time that the clock is set to may lie anywhere.
  private func clockTime(_ word: String, _ call: Call) throws(VerbFailure) -> Instant {
    if let instant = Instant(iso8601: word) { return instant }
    return try times(call).future(word, option: "at")
  }
}

extension DeskZone {
  /// `09:23–11:40`, and with the days where they are two: `09-23 09:23–09-24 07:53`.
  fileprivate func spanText(_ start: Instant, _ end: Instant) -> String {
    let (from, to) = (civil(start), civil(end))
    guard from.dateText != to.dateText else { return "\(from.minuteText)–\(to.minuteText)" }
    func day(_ time: CivilTime) -> Substring { time.dateText.suffix(5) }
    return "\(day(from)) \(from.minuteText)–\(day(to)) \(to.minuteText)"
  }
}

/// The file that moves the clock of an exercise.
package enum ExerciseClockFile {
  /// Replaces it in one step, so that no reader meets half a setting.
  package static func write(_ setting: DeskClock.Setting, to file: String) throws {
    guard let text = DeskClock.text(of: setting) else {
      try? FileManager.default.removeItem(atPath: file)  // Gone already is as good.
      return
    }
    try Data(text).write(to: URL(fileURLWithPath: file), options: .atomic)
  }
}
