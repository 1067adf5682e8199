import Bytes

// What was said, by whom it was reviewed, where it arrived.
extension ReportWords {
  var releases: ReportPage.Section {
    var blocks: [ReportPage.Block] = []
    for release in incident.releases {
      blocks.append(.lines(history(of: release)))
      var citations = [release.drafted.sequence]
      if let publication = release.publication { citations.append(publication.stamp.sequence) }
      for tag in release.content.languages {
        guard let text = release.content.texts[tag] else { continue }
        blocks.append(.quotation(title: text.title, body: text.body, citations: citations))
      }
    }
    return ReportPage.Section(heading: self("发布", "Releases"), blocks: blocks)
  }

  private func history(of release: Release) -> [ReportPage.Line] {
    let step = report.playbook.step(release.step)?.title[language] ?? release.step
    var lines = [
      ReportPage.Line(
        "R\(release.number) · \(step) · \(release.status.title[language]) · SHA-256 "
          + release.hash.short, [release.drafted.sequence]),
      ReportPage.Line(
        self("起草：", "written by ")
          + release.authors.map { who(.person($0)) }.joined(separator: ", ")
          + " · " + time(release.drafted.time)
          + self("；口径第 ", "; fact sheet ") + String(release.content.factSheetVersion)
          + self(" 版", ""), [release.drafted.sequence]),
    ]
    for voided in release.voided {
      let signed = voided.signatures.map { UsualTitles.gate($0.gate)[language] }
      let approved = voided.approval == nil ? [] : [self("签发", "approval")]
      lines.append(
        ReportPage.Line(
          self("修改，作废：", "edited, which made void: ")
            + (signed + approved).joined(separator: ", ")
            + " · " + time(voided.stamp.time), [voided.stamp.sequence]))
    }
    if let submission = release.submission {
      lines.append(
        ReportPage.Line(
          self("送审：", "submitted: ") + submission.lane.title[language]
            + (submission.noAction.map {
              self("（未关联处置：", " (no action named: ") + $0 + self("）", ")")
            } ?? "")
            + " · "
            + time(submission.stamp.time) + " · " + who(submission.stamp.actor),
          [submission.stamp.sequence]))
      lines += release.signatures.map { signature(of: $0, since: submission) }
    }
    if let approval = release.approval {
      lines.append(
        ReportPage.Line(
          self("签发：", "approved: ") + who(approval.stamp.actor) + " · "
            + time(approval.stamp.time), [approval.stamp.sequence]))
    }
    if let publication = release.publication {
      lines.append(
        ReportPage.Line(
          self("发布：", "published: ") + who(publication.stamp.actor) + " · "
            + time(publication.stamp.time) + " · SHA-256 " + publication.hash.hex,
          [publication.stamp.sequence]))
    }
    return lines
  }

  private func signature(of signature: Release.Signature, since submission: Release.Submission)
    -> ReportPage.Line
  {
    ReportPage.Line(
      UsualTitles.gate(signature.gate)[language] + self("：", ": ")
        + signature.verdict.title[language] + " · " + who(signature.stamp.actor) + " · "
        + time(signature.stamp.time) + self("（等候 ", " (waited ")
        + length(signature.stamp.time - submission.stamp.time) + self("）", ")")
        + (signature.note.map { " · " + $0 } ?? ""), [signature.stamp.sequence])
  }

  var centres: ReportPage.Section {
    let rows = incident.releases.flatMap { release in
      release.copies.map { copy in row(of: copy, release) }
    }
    guard !rows.isEmpty else { return ReportPage.Section(heading: "", blocks: []) }
    return ReportPage.Section(
      heading: self("融媒体中心", "Media centres"),
      blocks: [
        .table(
          ReportPage.Table(
            columns: [
              self("发布", "release"), self("中心", "centre"), self("发出", "sent"),
              self("送达", "delivered"), self("签收", "acknowledged"), self("答复", "answer"),
            ], rows: rows))
      ])
  }

  private func row(of copy: CentreCopy, _ release: Release) -> ReportPage.Table.Row {
    var citations = [copy.sent.sequence]
    func cell(_ reply: CentreCopy.Reply?) -> String {
      guard let reply else { return self("未签收", "not yet") }
      citations.append(reply.stamp.sequence)
      return time(reply.stamp.time) + " (+" + length(reply.stamp.time - copy.sent.time) + ", "
        + reply.channel.title[language] + ")"
    }
    let acknowledged = cell(copy.acknowledged)
    var answers: [String] = []
    let given: [(CentreAnswer, CentreCopy.Reply?)] = [
      (.consented, copy.consented), (.objected, copy.objected), (.published, copy.published),
    ]
    for (answer, reply) in given {
      guard let reply else { continue }
      citations.append(reply.stamp.sequence)
      answers.append(
        answer.title[language] + " " + time(reply.stamp.time)
          + (reply.text.map { " " + $0 } ?? ""))
    }
    if let reminded = copy.reminded {
      citations.append(reminded.sequence)
      answers.append(self("催办 ", "reminded ") + time(reminded.time))
    }
    return ReportPage.Table.Row(
      [
        "R\(release.number)", who(.centre(copy.centre)), time(copy.sent.time),
        copy.delivered.map(time) ?? self("未送达", "not yet"), acknowledged,
        answers.joined(separator: "; "),
      ], citations, isAlarming: copy.acknowledged == nil)
  }
}
