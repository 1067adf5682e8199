import Bytes

extension Letter {
  /// The mail that says that clocks of an incident have come to a mark, and who waits for what.
  ///
  /// It speaks as of the record that asked for it, so that every attempt says the same.
  package init(clocksOf incident: Incident, in state: DeskState, postmark: Postmark) {
    let writer = ClockWriter(incident: incident, state: state, record: postmark.head.sequence)
    let first = postmark.desk.language
    let second: Language = first == .chinese ? .english : .chinese
    let title = shortened(incident.opening.title, to: 60)
    self.init(
      subject: postmark.subject(
        Bilingual(
          zh: "【时限·\(writer.gravest.zh)】\(incident.id) \(title)",
          en: "[Clock: \(writer.gravest.en)] \(incident.id) \(title)")[first]),
      language: first,
      parts: postmark.opening + writer.parts(first) + [.rule] + writer.parts(second) + [.rule]
        + postmark.closing)
  }
}

private struct ClockWriter {
  let incident: Incident
  let state: DeskState
  /// The record that the warnings stand in.
  let record: Int64

  private var round: Incident.Warned? { incident.warned.first { $0.stamp.sequence == record } }

  private var warnings: [ClockWarning] {
    (round?.warnings ?? []).sorted { ($0.due, $0.clock) < ($1.due, $1.clock) }
  }

  var gravest: Bilingual {
    warnings.map(\.mark).max()?.title ?? Bilingual(zh: "提醒", en: "warning")
  }

  func parts(_ language: Language) -> [Letter.Part] {
    let now = round?.stamp.time ?? incident.opened.time
    return [
      .heading("\(incident.id) \(incident.opening.title)"),
      .points(warnings.map { line($0, now)[language] }),
      .heading(Bilingual(zh: "现在做什么", en: "What to do now")[language]),
      .paragraph(
        Bilingual(
          zh: "查看全部时限、谁该做什么：", en: "All clocks, and who must act:")[language]),
      .verbatim("incident show \(incident.id)"),
      .paragraph(
        Bilingual(
          zh: "每个时限在过半、75%、90%、到期、逾期 15 分钟时各提醒一次；逾期 15 分钟起同时告知下一批人员。",
          en: "Each clock is told of at 50, 75 and 90 %, when it is due and 15 minutes after that; "
            + "from then on the next people are told as well.")[language]),
    ]
  }

  private func line(_ warning: ClockWarning, _ now: Instant) -> Bilingual {
    let (title, rule) = state.title(of: warning.clock, in: incident)
    let due = state.zone.text(warning.due)
    let left = durationTitle(warning.due - now)
    let isOver = now > warning.due
    return Bilingual(
      zh: "\(warning.mark.title.zh)：\(title.zh)，限 \(due)，"
        + (isOver ? "已逾期 \(left.zh)" : "还有 \(left.zh)") + (rule.map { "（\($0)）" } ?? ""),
      en: "\(warning.mark.title.en): \(title.en), due \(due), "
        + (isOver ? "overdue by \(left.en)" : "\(left.en) left") + (rule.map { " (\($0))" } ?? ""))
  }
}
