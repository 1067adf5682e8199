import Bytes

// What was heard, known, claimed and done.
extension ReportWords {
  var heard: ReportPage.Section {
    var blocks: [ReportPage.Block] = []
    for alert in report.alerts {
      let evidence = alert.evidence
      let record = [alert.raised.sequence]
      var lines = [
        ReportPage.Line(
          "\(alert.id) · \(evidence.subjectText) · \(evidence.label) · " + time(alert.raised.time),
          record
        ),
        ReportPage.Line(evidence.reason[language], record),
      ]
      lines += evidence.windows.map { window in
        ReportPage.Line(
          self("近 ", "last ") + "\(window.hours) " + self("小时：", "h: ") + "\(window.count) "
            + self("帖，预期 ", "posts, expected ") + rounded(window.expected, 1)
            + self("，z=", ", z=") + rounded(window.significance, 1), record)
      }
      lines += [
        ReportPage.Line(
          self("首帖 ", "first post ") + time(evidence.firstPost) + self("，发现 ", ", detected ")
            + time(evidence.detected), record),
        ReportPage.Line(
          self("当时监听 ", "listening to ") + String(evidence.coverage.sources)
            + self(" 个信源，听不到 ", " sources then, not heard ") + String(evidence.coverage.silent),
          record),
      ]
      if let taken = alert.acknowledged {
        lines.append(
          ReportPage.Line(
            self("签收：", "taken: ") + who(taken.stamp.actor) + " · " + time(taken.stamp.time)
              + " (+" + length(taken.stamp.time - alert.raised.time) + ", "
              + taken.channel.title[language] + ")", [taken.stamp.sequence]))
      }
      lines += evidence.samples.map { sample in
        ReportPage.Line(
          self("来源：", "source: ") + sample.source + " · " + time(sample.seen) + " · "
            + (sample.title ?? self("条目 ", "item ") + sample.item)
            + (sample.link.flatMap(safeLink).map { " · " + $0 } ?? ""), record)
      }
      blocks.append(.lines(lines))
    }
    return ReportPage.Section(heading: self("何时听到何事", "What was heard, and when"), blocks: blocks)
  }

  var facts: ReportPage.Section {
    let rows = incident.facts.map { fact in
      var citations = [fact.stamp.sequence]
      if let retracted = fact.retracted { citations.append(retracted.stamp.sequence) }
      return ReportPage.Table.Row(
        [
          "F\(fact.number)", fact.state.title[language], fact.text, fact.source ?? "",
          time(fact.stamp.time)
            + (fact.retracted.map { self("，撤回：", ", retracted: ") + $0.why } ?? ""),
        ], citations, isAlarming: fact.retracted != nil)
    }
    guard !rows.isEmpty else { return ReportPage.Section(heading: "", blocks: []) }
    return ReportPage.Section(
      heading: self(
        "口径（第 \(incident.factSheetVersion) 版）", "Fact sheet, version \(incident.factSheetVersion)"),
      blocks: [
        .table(
          ReportPage.Table(
            columns: [
              "", self("类别", "state"), self("内容", "statement"), self("来源", "source"),
              self("时间", "time"),
            ], rows: rows))
      ])
  }

  var claims: ReportPage.Section {
    let rows = incident.claims.map { claim in
      var citations = [claim.stamp.sequence]
      if let ruling = claim.ruling { citations.append(ruling.stamp.sequence) }
      let answers = incident.releases.filter { $0.claim == claim.number && $0.publication != nil }
      citations += answers.compactMap { $0.publication?.stamp.sequence }
      return ReportPage.Table.Row(
        [
          "C\(claim.number)", claim.text, time(claim.stamp.time),
          claim.verdict.title[language]
            + (claim.ruling.map { " · " + time($0.stamp.time) } ?? ""),
          claim.ruling?.evidence ?? "",
          answers.map { release in
            "R\(release.number)"
              + (release.publication.map { " " + time($0.stamp.time) } ?? "")
          }.joined(separator: ", "),
        ], citations)
    }
    guard !rows.isEmpty else { return ReportPage.Section(heading: "", blocks: []) }
    return ReportPage.Section(
      heading: self("传言", "Claims"),
      blocks: [
        .table(
          ReportPage.Table(
            columns: [
              "", self("内容", "claim"), self("登记", "recorded"), self("认定", "verdict"),
              self("依据", "evidence"), self("回应", "answered by"),
            ], rows: rows))
      ])
  }

  var actions: ReportPage.Section {
    var rows = incident.actions.map { action in
      var citations = [action.stamp.sequence]
      if let done = action.done { citations.append(done.stamp.sequence) }
      citations += action.proofs.map(\.stamp.sequence)
      let told = incident.releases.filter {
        $0.publication != nil && $0.content.actions.contains(action.number)
      }
      citations += told.compactMap { $0.publication?.stamp.sequence }
      return ReportPage.Table.Row(
        [
          "A\(action.number)", action.text, action.unit ?? "",
          time(action.happened ?? action.stamp.time),
          outcome(of: action),
          told.isEmpty
            ? self("未告知公众", "the public was not told")
            : told.map { "R\($0.number)" }.joined(separator: ", "),
        ], citations)
    }
    rows += incident.promises.map { promise in
      var citations = [promise.stamp.sequence]
      if let kept = promise.kept { citations.append(kept.stamp.sequence) }
      let told = incident.releases.filter {
        $0.publication != nil && $0.content.promises.contains(promise.number)
      }
      citations += told.compactMap { $0.publication?.stamp.sequence }
      citations += promise.handed.map(\.stamp.sequence)
      if let broken = promise.broken { citations.append(broken.stamp.sequence) }
      let isLate =
        (promise.kept?.stamp.time ?? report.head.time) > promise.due || promise.broken != nil
      return ReportPage.Table.Row(
        [
          "P\(promise.number)", promise.text, keepers(of: promise), time(promise.due),
          end(of: promise),
          told.map { "R\($0.number)" }.joined(separator: ", "),
        ], citations, isAlarming: isLate)
    }
    guard !rows.isEmpty else { return ReportPage.Section(heading: "", blocks: []) }
    return ReportPage.Section(
      heading: self("处置与承诺", "Actions and promises"),
      blocks: [
        .table(
          ReportPage.Table(
            columns: [
              "", self("内容", "what"), self("单位", "unit"), self("时间／期限", "time or due"),
              self("结果", "outcome"), self("告知", "told in"),
            ], rows: rows))
      ])
  }

  private func outcome(of action: Incident.Action) -> String {
    let end =
      action.done.map { self("完成 ", "done ") + time($0.stamp.time) } ?? self("进行中", "under way")
    return
      ([end] + [action.done?.evidence].compactMap { $0 }
      + action.proofs.map { $0.evidence.title[language] }).joined(separator: self("；", "; "))
  }

  /// The gap between words and deeds, both ways.
  var sayDo: ReportPage.Section {
    let sayDo = SayDo(incident)
    func published(_ release: Int) -> Int64? {
      incident.release(release)?.publication?.stamp.sequence
    }
    var lines = sayDo.untold.compactMap { number in
      incident.action(number).map { action in
        ReportPage.Line(
          self("做了未告知：", "done and not told: ") + "A\(number) \(action.text)",
          [action.stamp.sequence])
      }
    }
    lines += sayDo.notDone.compactMap { gap in
      published(gap.release).map { record in
        ReportPage.Line(
          self("告知而无办结记录：", "told and not recorded as done: ")
            + "R\(gap.release) → A\(gap.action)", [record])
      }
    }
    lines += sayDo.unlinked.compactMap { claimed in
      published(claimed.release).map { record in
        ReportPage.Line(
          self("说了而无处置记录：", "said without an action: ")
            + "R\(claimed.release) · \(claimed.sentence)", [record])
      }
    }
    return ReportPage.Section(
      heading: self("说与做", "Say and do"), blocks: lines.isEmpty ? [] : [.lines(lines)])
  }

  /// The owner, and everybody to whom it was handed.
  private func keepers(of promise: Incident.Promise) -> String {
    ([promise.owner] + promise.handed.map(\.owner)).joined(separator: " → ")
  }

  private func end(of promise: Incident.Promise) -> String {
    if let kept = promise.kept {
      let late = kept.stamp.time - promise.due
      return self("兑现 ", "kept ") + time(kept.stamp.time)
        + (late > .zero ? self("，迟 ", ", late by ") + length(late) : "")
    }
    return promise.broken.map { self("未兑现：", "not kept: ") + $0.why } ?? self("未兑现", "open")
  }
}
