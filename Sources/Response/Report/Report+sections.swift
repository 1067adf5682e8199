import Bytes

extension Report {
  /// The whole report in one language.
  func page(in language: Language) -> ReportPage {
    let words = ReportWords(report: self, language: language)
    return ReportPage(
      language: language,
      title: words("时间线报告", "Timeline report") + " \(incident.id) · \(incident.opening.title)",
      isExercise: isExercise,
      sections: [
        words.summary, words.clocks, words.reports, words.course, words.units, words.heard,
        words.volume, words.releases,
        words.centres,
        words.facts, words.claims, words.actions, words.sayDo, words.decisions, words.lessons,
        words.timeline,
        words.proof,
      ].filter { !$0.blocks.isEmpty })
  }
}

/// Builds the sections; everything that it says comes out of a field.
struct ReportWords {
  let report: Report
  let language: Language

  var incident: Incident { report.incident }
  var state: DeskState { report.state }

  func callAsFunction(_ zh: String, _ en: String) -> String {
    language == .chinese ? zh : en
  }

  func time(_ instant: Instant) -> String { state.zone.text(instant) }

  func who(_ actor: Actor) -> String {
    (state.registry?.title(of: actor) ?? Bilingual(same: actor.description))[language]
  }

  func length(_ duration: Duration) -> String { durationTitle(duration)[language] }

  var summary: ReportPage.Section {
    let opening = incident.opening
    let opened = incident.opened.sequence
    var lines = [
      ReportPage.Line(
        self("性质：", "kind: ") + opening.kind.title[language] + " · "
          + opening.incidentClass.title[language], [opened]),
      ReportPage.Line(
        self("状态：", "status: ") + incident.status.title[language],
        [incident.course.reviewed?.stamp.sequence ?? incident.closed?.sequence ?? opened]),
    ]
    if let place = opening.place {
      lines.append(ReportPage.Line(self("地点：", "place: ") + place, [opened]))
    }
    for (index, entry) in report.eventTimes.enumerated() {
      let isLast = index == report.eventTimes.count - 1
      lines.append(
        ReportPage.Line(
          self("事发时间：", "event time: ") + time(entry.time)
            + (isLast ? "" : self("（后经更正）", " (corrected later)")), [entry.stamp.sequence]))
    }
    if report.eventTimes.isEmpty {
      lines.append(
        ReportPage.Line(
          self("事发时间：未知，按登记时间计时", "event time: unknown, counted from the opening"), [opened]))
    }
    if let detected = opening.detected {
      lines.append(
        ReportPage.Line(self("首次发现：", "first detected: ") + time(detected), [opened]))
    }
    lines.append(
      ReportPage.Line(
        self("登记：", "opened: ") + time(incident.opened.time) + " · " + who(incident.opened.actor),
        [opened]))
    for entry in report.grades {
      lines.append(
        ReportPage.Line(
          self("分级：", "grade: ") + (entry.grade?.title[language] ?? self("未定", "none"))
            + " · " + time(entry.stamp.time), [entry.stamp.sequence]))
    }
    lines.append(
      ReportPage.Line(
        self("预案：", "playbook: ") + report.playbook.title[language]
          + " (\(incident.playbook.name) v\(incident.playbook.version), "
          + "\(incident.playbook.hash.short))",
        [incident.bases.last { $0.playbook != opening.playbook }?.stamp.sequence ?? opened]))
    if incident.playbook != opening.playbook {
      lines.append(
        ReportPage.Line(
          self("登记时的预案：", "opened with: ")
            + "\(opening.playbook.name) v\(opening.playbook.version), \(opening.playbook.hash.short)",
          [opened]))
    }
    if let closed = incident.closed {
      lines.append(
        ReportPage.Line(
          self("结束：", "closed: ") + time(closed.time) + " · " + who(closed.actor),
          [closed.sequence]))
    }
    return ReportPage.Section(heading: self("概况", "Summary"), blocks: [.lines(lines)])
  }

  var clocks: ReportPage.Section {
    let opened = incident.opened.sequence
    let rows = state.clocks(of: incident, at: report.head.time).map { reading in
      var citations = [opened]
      citations += report.eventTimes.map(\.stamp.sequence) + report.grades.map(\.stamp.sequence)
      if let stop = reading.stop, reading.state != .void { citations.append(stop.stamp.sequence) }
      let start =
        (reading.start.map(time) ?? "")
        + (reading.isAssumedStart ? self("（假定）", " (assumed)") : "")
      let isAlarming = [.overdue, .metLate, .undated].contains(reading.state)
      return ReportPage.Table.Row(
        [
          reading.goal.title[language],
          reading.rule.rule + (reading.rule.isSoft ? self("（目标）", " (target)") : ""),
          start, due(of: reading), outcome(of: reading),
        ], citations, isAlarming: isAlarming)
    }
    guard !rows.isEmpty else { return ReportPage.Section(heading: "", blocks: []) }
    return ReportPage.Section(
      heading: self("时限", "Clocks"),
      blocks: [
        .table(
          ReportPage.Table(
            columns: [
              self("环节", "step"), self("依据", "rule"), self("起算", "from"), self("到期", "due"),
              self("结果", "outcome"),
            ], rows: rows))
      ])
  }

  /// The due time, and those before it that a correction has moved.
  private func due(of reading: ClockReading) -> String {
    let present = reading.due.map(time) ?? reading.gap?.explanation[language] ?? ""
    let earlier = reading.earlier.map { earlier in
      (earlier.didApply
        ? earlier.due.map { self("原限 ", "was ") + time($0) } ?? self("原未起算", "was waiting")
        : self("原不适用", "did not apply"))
        + self("，至 ", " until ") + time(earlier.stamp.time)
    }
    return ([present] + earlier).filter { !$0.isEmpty }.joined(separator: self("；", "; "))
  }

  private func outcome(of reading: ClockReading) -> String {
    var outcome = reading.state.title[language]
    if reading.isProvisional, reading.state != .provisional {
      outcome += self("（条件未定）", " (provisional)")
    }
    guard let stop = reading.stop, reading.state != .void else { return outcome }
    outcome += " · \(stop.part) " + time(stop.time)
    guard let due = reading.due else { return outcome }
    let margin = stop.time - due
    return outcome + " · "
      + (margin > .zero
        ? self("迟 ", "late by ") + length(margin) : self("提前 ", "in hand ") + length(margin))
  }

  var reports: ReportPage.Section {
    let rows = incident.upwardReports.map { report in
      let title = state.playbook(of: incident)?.reportLevel(report.level)?.title[language]
      let items = report.items.keys.sorted().map { name in
        UsualTitles.reportItem(name)[language] + self("：", ": ") + (report.items[name] ?? "")
      }
      var citations = [report.stamp.sequence]
      if let receipt = report.receipt { citations.append(receipt.stamp.sequence) }
      return ReportPage.Table.Row(
        [
          "U\(report.number)", title ?? report.level, time(report.sent),
          items.joined(separator: self("；", "; ")),
          report.receipt.map { (($0.office.map { $0 + " " }) ?? "") + time($0.time) }
            ?? self("无回执", "no receipt"),
        ], citations, isAlarming: report.receipt == nil)
    }
    guard !rows.isEmpty else { return ReportPage.Section(heading: "", blocks: []) }
    return ReportPage.Section(
      heading: self("上报", "Reports upwards"),
      blocks: [
        .table(
          ReportPage.Table(
            columns: [
              "", self("层级", "level"), self("发出", "sent"), self("内容", "what it said"),
              self("回执", "receipt"),
            ], rows: rows))
      ])
  }

  var volume: ReportPage.Section {
    let hours = Dictionary(grouping: incident.counts, by: \.hour)
      .map { hour, counts in
        VolumeChart.Hour(
          start: hour, posts: counts.map(\.posts).reduce(0, +),
          silentSources: counts.map(\.silentSources).max() ?? 0)
      }.sorted { $0.start < $1.start }
    guard hours.count >= 2 else {
      return ReportPage.Section(heading: "", blocks: [])
    }
    var marks = [
      VolumeChart.Mark(
        time: incident.opened.time, label: self("登记", "opened"),
        sequence: incident.opened.sequence)
    ]
    if let event = report.eventTimes.last {
      marks.append(
        VolumeChart.Mark(
          time: event.time, label: self("事发", "event"), sequence: event.stamp.sequence))
    }
    for release in incident.releases {
      guard let publication = release.publication else { continue }
      marks.append(
        VolumeChart.Mark(
          time: publication.stamp.time, label: "R\(release.number)",
          sequence: publication.stamp.sequence))
    }
    return ReportPage.Section(
      heading: self("每小时帖数", "Posts an hour"),
      blocks: [
        .chart(
          VolumeChart(
            hours: hours, marks: marks.sorted { ($0.time, $0.sequence) < ($1.time, $1.sequence) },
            zone: state.zone, language: language, citations: report.countRecords))
      ])
  }

  var timeline: ReportPage.Section {
    let rows = report.timeline.map { entry in
      ReportPage.Table.Row(
        [
          state.zone.secondsText(entry.context.time), who(entry.context.actor),
          entry.text[language],
        ], [entry.context.sequence])
    }
    return ReportPage.Section(
      heading: self("时间线", "Timeline"),
      blocks: [
        .table(
          ReportPage.Table(
            columns: [self("记录时间", "recorded"), self("谁", "who"), self("何事", "what")],
            rows: rows))
      ])
  }

  var proof: ReportPage.Section {
    let head = report.head
    return ReportPage.Section(
      heading: self("如何核对", "How to check this"),
      blocks: [
        .lines([
          ReportPage.Line(
            self("截至记录 ", "as of record ") + "n=\(head.sequence), h=\(head.hash.hex), "
              + time(head.time), [head.sequence]),
          ReportPage.Line(
            self("日志 ", "journal ") + report.journal
              + self(
                "；每行末尾的 #n 是日志记录号；核对：", "; #n at the end of a line is a journal record; check with "
              )
              + "incident journal verify --expect \(head.sequence):\(head.hash.hex)",
            [head.sequence]),
        ])
      ])
  }
}
