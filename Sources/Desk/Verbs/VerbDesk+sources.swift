import Bytes
import Response

// The sources and how well each is heard.
extension VerbDesk {
  func listSources(_ live: any LiveDesk, _ call: Call) async throws -> VerbAnswer {
    let sources = await live.sources()
    let lines = sources.map { line(of: $0, call) }
    let none = call(
      "没有信源；用 incident source add 地址 添加，或写在 incident.json5 的 sources 中",
      "there are no sources; add some with incident source add URL, or under sources in "
        + "incident.json5")
    return VerbAnswer((lines.isEmpty ? none : lines.joined(separator: "\n")) + "\n") { writer in
      writer.memberArray("sources") { writer in
        for source in sources { writer.object { Self.write(source, &$0) } }
      }
    }
  }

  /// The state first, then what is wrong, then the figures behind it.
  private func line(of source: LiveSource, _ call: Call) -> String {
    let zone = configuration.desk.zone
    let isWell = source.problem == nil && source.isHeard
    let health = terminalSafe(source.health[call.language])
    let mark = isWell ? Style.good("✓ " + health) : Style.alarm("✗ " + health)
    let problem =
      source.problem.map {
        call("：", ": ") + Style.alarm(terminalSafe($0[call.language]) + " ×\(source.failures)")
      } ?? ""
    let success = source.lastSuccess.map { zone.text($0) } ?? call("从未", "never")
    let item = source.lastItem.map { call("，最近一条 ", ", last item ") + zone.text($0) } ?? ""
    let deaf = source.deafHours.count
    let heard = counted(source.heardToday, "time")
    let items = counted(source.itemsToday, "item")
    let hours = counted(deaf, "whole hour")
    let day = call(
      "近 24 小时听到 \(source.heardToday) 次、失败 \(source.failedToday) 次、新增 \(source.itemsToday) 条，"
        + "\(deaf) 个整点小时无数据",
      "last 24 h: heard \(heard), failed \(source.failedToday), \(items), \(hours) without data")
    return "\(source.id)  \(terminalSafe(source.name[call.language]))  \(mark)\(problem)\n    "
      + call(
        "成功 \(success)，\(source.items) 条", "heard \(success), " + counted(source.items, "item"))
      + item
      + call("；", "; ") + Style.faint(day)
  }

  private static func write(_ source: LiveSource, _ writer: inout JSONWriter) {
    writer.member("id", source.id.text)
    writer.member("name", source.name)
    writer.member("state", source.state)
    writer.member("health", source.health)
    writer.member("heard", source.isHeard)
    writer.member(ifPresent: "lastSuccess", source.lastSuccess?.iso8601)
    writer.member(ifPresent: "lastItem", source.lastItem?.iso8601)
    writer.member("items", source.items)
    writer.member("polls", source.polls)
    writer.member("failures", source.failures)
    if let problem = source.problem { writer.member("problem", problem) }
    writer.member(ifPresent: "nextPoll", source.nextPoll?.iso8601)
    writer.member(ifPresent: "limitedUntil", source.limitedUntil?.iso8601)
    if let gap = source.usualGap { writer.member("usualGapSeconds", gap.microseconds / 1_000_000) }
    writer.member(ifPresent: "movedTo", source.movedTo)
    writer.memberObject("last24Hours") {
      $0.member("heard", source.heardToday)
      $0.member("failed", source.failedToday)
      $0.member("items", source.itemsToday)
      $0.member("withoutData", source.deafHours.map(\.iso8601))
    }
  }
}
