import Bytes

// How grave it was, who was asked, what was decided on what knowledge, what was learned.
extension ReportWords {
  private static let nothing = ReportPage.Section(heading: "", blocks: [])

  private func table(_ heading: String, _ columns: [String], _ rows: [ReportPage.Table.Row])
    -> ReportPage.Section
  {
    rows.isEmpty
      ? Self.nothing
      : ReportPage.Section(
        heading: heading, blocks: [.table(ReportPage.Table(columns: columns, rows: rows))])
  }

  /// The chain, the scales, the casualties, and which classes it was judged to belong to.
  var course: ReportPage.Section {
    let course = incident.course
    var lines = incident.steps.compactMap { step in
      step.stamp.map { stamp in
        ReportPage.Line(step.step.title[language] + " · " + time(stamp.time), [stamp.sequence])
      }
    }
    if let scale = course.warning {
      lines.append(line(scale.value?.title ?? Bilingual(zh: "预警解除", en: "warning lifted"), scale))
    }
    if let scale = course.responseLevel {
      lines.append(line(scale.value?.title ?? Bilingual(zh: "响应终止", en: "response ended"), scale))
    }
    lines += course.tallies.map { tally in
      ReportPage.Line(
        self("伤亡与损失：", "casualties: ") + tally.toll.title[language] + self("；来源：", "; source: ")
          + tally.source + " · " + time(tally.stamp.time), [tally.stamp.sequence])
    }
    for question in TriageQuestion.allCases {
      guard let answer = course.triage[question] else { continue }
      lines.append(
        ReportPage.Line(
          question.title[language] + self("：", ": ")
            + (answer.isYes ? self("是", "yes") : self("否", "no")) + " (\(question.rule))"
            + (answer.why.map { self("；", "; ") + $0 } ?? ""), [answer.stamp.sequence]))
    }
    lines += course.links.map { link in
      ReportPage.Line(
        self("关联事件 ", "linked to incident ") + link.other.description
          + (link.why.map { self("：", ": ") + $0 } ?? ""), [link.stamp.sequence])
    }
    return ReportPage.Section(heading: self("进程", "Course"), blocks: [.lines(lines)])
  }

  private func line<Value>(_ title: Bilingual, _ scale: IncidentCourse.Scale<Value>)
    -> ReportPage.Line
  {
    ReportPage.Line(
      title[language] + " · " + time(scale.stamp.time)
        + (scale.why.map { self("（", " (") + $0 + self("）", ")") } ?? ""), [scale.stamp.sequence])
  }

  var units: ReportPage.Section {
    var rows = incident.course.leads.map { lead in
      ReportPage.Table.Row(
        ["", lead.unit, self("牵头", "leads"), time(lead.stamp.time), lead.why ?? ""],
        [lead.stamp.sequence])
    }
    rows += incident.course.consultations.map { asked in
      var citations = [asked.stamp.sequence]
      if let reply = asked.reply { citations.append(reply.stamp.sequence) }
      let isLate = asked.due.map { (asked.reply?.stamp.time ?? report.head.time) > $0 } ?? false
      return ReportPage.Table.Row(
        [
          "Q\(asked.number)", asked.unit, asked.about, time(asked.stamp.time),
          asked.reply.map { time($0.stamp.time) + " · " + $0.text } ?? self("未答复", "no reply"),
        ], citations, isAlarming: isLate)
    }
    return table(
      self("单位", "Units"),
      ["", self("单位", "unit"), self("事项", "about"), self("时间", "time"), self("答复", "reply")], rows)
  }

  var decisions: ReportPage.Section {
    let rows = incident.course.decisions.map { decision in
      let resolution = decision.resolution
      let options = resolution.options.enumerated().map { index, option in
        (index + 1 == resolution.chosen ? "✓ " : "") + option
      }
      let known = decision.known.map { "F\($0.number) [\($0.state.title[language])] \($0.text)" }
      // The fact sheet of that time is cited with the records that had made it.
      let citations = [decision.stamp.sequence] + decision.known.map(\.stamp.sequence)
      return ReportPage.Table.Row(
        [
          "J\(decision.number)", time(decision.stamp.time), resolution.matter,
          options.joined(separator: " / "), resolution.why ?? "",
          self("口径第 \(decision.factSheetVersion) 版：", "fact sheet \(decision.factSheetVersion): ")
            + known.joined(separator: self("；", "; ")),
          resolution.body ?? who(decision.stamp.actor),
        ], citations)
    }
    return table(
      self("决定", "Decisions"),
      [
        "", self("时间", "time"), self("事项", "matter"), self("选项", "options"), self("理由", "why"),
        self("当时所知", "known then"), self("谁定", "by"),
      ], rows)
  }

  var lessons: ReportPage.Section {
    var rows = incident.course.lessons.map { lesson in
      var citations = [lesson.stamp.sequence]
      if let done = lesson.done { citations.append(done.stamp.sequence) }
      let isLate = (lesson.done?.stamp.time ?? report.head.time) > lesson.due
      let end =
        lesson.done.map { done in
          done.how + (done.playbook.map { " · \($0)" } ?? "") + " · " + time(done.stamp.time)
        } ?? self("待落实", "open")
      return ReportPage.Table.Row(
        [
          "L\(lesson.number)", lesson.kind.title[language], lesson.text, lesson.owner,
          time(lesson.due), end,
        ], citations, isAlarming: isLate)
    }
    if let reviewed = incident.course.reviewed {
      rows.append(
        ReportPage.Table.Row(
          [
            "", self("评估", "review"), reviewed.summary, who(reviewed.stamp.actor),
            time(reviewed.stamp.time), "",
          ], [reviewed.stamp.sequence]))
    }
    return table(
      self("评估与经验", "Review and lessons"),
      [
        "", "", self("内容", "what"), self("谁", "owner"), self("期限", "due"),
        self("落实与预案", "done, and the playbook it led to"),
      ], rows)
  }
}
