package import Bytes

/// An item as an alert mail shows it.
package struct ShownItem: Hashable, Sendable {
  package let title: String
  package let link: String?
  package let source: String
  package let time: Instant
  package let isOfficial: Bool
  /// Why it has no link; nil where nothing is known of that.
  package let unlinked: Unlinked?

  package enum Unlinked: Hashable, Sendable, CaseIterable {
    /// Its source gave it none.
    case hadNone
    /// The address has the author's handle, or the source is one person's.
    case namesAuthor
    /// The item names a private person, and its address may spell the name.
    case namesPerson
    /// The item is no longer kept.
    case isGone
  }

  package init(
    title: String, link: String?, source: String, time: Instant, isOfficial: Bool,
    unlinked: Unlinked? = nil
  ) {
    self.title = title
    self.link = link
    self.source = source
    self.time = time
    self.isOfficial = isOfficial
    self.unlinked = unlinked
  }
}

extension Letter {
  /// The mail that wakes a duty officer: what, why with the figures, five items, what to do.
  ///
  /// It stands in both languages, the desk's own first: nobody chooses at three in the morning.
  package init(
    alert: Alert, items: [ShownItem], again: Bool, ways: AnswerWays, nextMail: Instant?,
    postmark: Postmark
  ) {
    let evidence = alert.evidence
    let writer = AlertWriter(
      alert: alert, items: items, again: again, ways: ways, nextMail: nextMail,
      zone: postmark.desk.zone)
    let first = postmark.desk.language
    let second: Language = first == .chinese ? .english : .chinese
    self.init(
      subject: postmark.subject(
        Bilingual(
          zh: "【\(alert.kind.zh)】\(again ? "（再次）" : "")\(evidence.label) \(alert.id)",
          en: "[\(alert.kind.en)]\(again ? " (again)" : "") \(evidence.label) "
            + "\(alert.id)")[first]),
      language: first,
      parts: postmark.opening + writer.parts(first) + [.rule] + writer.parts(second) + [.rule]
        + postmark.closing)
  }
}

extension Alert {
  fileprivate var kind: Bilingual {
    evidence.level == .information
      ? evidence.level.title
      : Bilingual(
        zh: "预警·\(evidence.level.title.zh)", en: "Alert, \(evidence.level.title.en)")
  }
}

private struct AlertWriter {
  let alert: Alert
  let items: [ShownItem]
  let again: Bool
  let ways: AnswerWays
  let nextMail: Instant?
  let zone: DeskZone

  func parts(_ language: Language) -> [Letter.Part] {
    let evidence = alert.evidence
    var parts: [Letter.Part] = [
      .heading(
        Bilingual(
          zh: "预警 \(alert.id)：\(evidence.label)", en: "Alert \(alert.id): \(evidence.label)")[
            language]),
      .paragraph(evidence.reason[language]),
      .points(figures.map { $0[language] }),
    ]
    let hasItems =
      switch evidence.subject {
      case .topic, .phrase: true
      case .sources, .volume: false
      }
    if hasItems {
      parts.append(
        .heading(
          Bilingual(zh: "样本 \(items.count) 条", en: counted(items.count, "item") + " of it")[
            language]))
    }
    parts += items.map { item in
      .link(
        title: shortened(item.title, to: 80), url: item.link,
        detail:
          "\(item.source)\(item.isOfficial ? official[language] : "") · \(zone.text(item.time))"
          + (item.link == nil ? item.unlinked.map { remark($0)[language] } ?? "" : "")
      )
    }
    guard evidence.level != .information else {
      parts.append(.paragraph(Bilingual(zh: "供了解，无须签收", en: "for your information")[language]))
      return parts
    }
    parts += [
      .heading(Bilingual(zh: "现在做什么", en: "What to do now")[language]),
      .points(steps.map { $0[language] }),
      .verbatim("incident alert ack \(alert.id) --code \(ways.code)\n" + command),
    ]
    return parts
  }

  /// What to type next.
  private var command: String {
    switch alert.evidence.subject {
    case .topic(let topic):
      "incident topic mark \(topic) useful|noise\n"
        + "incident open \"…\" --topic \(topic) --playbook accident --event-time …"
    case .phrase: "incident open \"…\" --playbook accident --event-time …"
    case .sources, .volume: "incident source list"
    }
  }

  private let official = Bilingual(zh: "（官方）", en: " (official)")

  private func remark(_ unlinked: ShownItem.Unlinked) -> Bilingual {
    switch unlinked {
    case .hadNone: Bilingual(zh: "（来源未给原文地址）", en: " (its source gave no address)")
    case .namesAuthor:
      Bilingual(zh: "（原文地址含用户名，不列出）", en: " (its address names the author and is left out)")
    case .namesPerson:
      Bilingual(
        zh: "（内容涉及个人姓名，原文地址不列出）",
        en: " (it names a private person, so its address is left out)")
    case .isGone: Bilingual(zh: "（原文地址未保存）", en: " (its address is no longer kept)")
    }
  }

  private var figures: [Bilingual] {
    switch alert.evidence.subject {
    case .topic: topicFigures
    case .phrase, .sources, .volume: alert.evidence.notes + [coverage]
    }
  }

  private var coverage: Bilingual {
    let coverage = alert.evidence.coverage
    return Bilingual(
      zh: "监听 \(coverage.sources) 个信源，其中 \(coverage.silent) 个此刻听不到",
      en: "\(counted(coverage.sources, "source")), \(coverage.silent) of them cannot be heard now")
  }

  private var topicFigures: [Bilingual] {
    let evidence = alert.evidence
    var lines = evidence.windows.map { window in
      let expected = rounded(window.expected, 1)
      let significance = rounded(window.significance, 1)
      return Bilingual(
        zh: "近 \(window.hours) 小时 \(window.count) 帖，平常约 \(expected) 帖，显著性 z=\(significance)",
        en:
          "\(counted(window.count, "post")) in \(window.hours) h, \(expected) expected, z=\(significance)"
      )
    }
    let copies = counted(evidence.copies, "copy", "copies")
    var counts = [counted(evidence.posts, "post") + " (and \(copies))"]
    if let authors = evidence.authors { counts.append(counted(authors, "author")) }
    if let owners = evidence.owners { counts.append(counted(owners, "independent owner")) }
    if let sources = evidence.sources { counts.append(counted(sources, "source")) }
    counts.append("\(evidence.officialPosts) official")
    lines.append(
      Bilingual(
        zh: "共 \(evidence.posts) 帖（另有转载 \(evidence.copies)）"
          + part(evidence.authors, "，作者 ", " 人") + part(evidence.owners, "，独立来源 ", " 家")
          + part(evidence.sources, "，信源 ", " 个") + "，官方 \(evidence.officialPosts) 帖",
        en: counts.joined(separator: ", ")))
    lines.append(
      Bilingual(
        zh: "首帖 \(zone.text(evidence.firstPost))，发现 \(zone.text(evidence.detected))",
        en: "first post \(zone.text(evidence.firstPost)), "
          + "detected \(zone.text(evidence.detected))"))
    lines.append(
      Bilingual(
        zh: "关键词：\(evidence.keywords.joined(separator: "、"))",
        en: "keywords: \(evidence.keywords.joined(separator: ", "))"))
    lines.append(coverage)
    if let hours = evidence.learningHours {
      lines.append(
        Bilingual(
          zh: "学习中：只有 \(hours) 小时的历史，门槛已提高",
          en: "learning, \(counted(hours, "hour")) of history: the threshold is raised"))
    }
    return lines
  }

  private var steps: [Bilingual] {
    var steps: [Bilingual] = []
    if let page = ways.page {
      steps.append(
        Bilingual(
          zh: "打开 \(page) ，按“签收”（打开本身不算签收）",
          en: "open \(page) and press the button (opening it does not acknowledge)"))
    }
    steps.append(
      Bilingual(
        zh: "或告知值班台回执码 \(ways.code)，或执行下面的命令",
        en: "or tell the desk the reply code \(ways.code), or use the commands below"))
    switch alert.evidence.subject {
    case .topic, .phrase:
      steps.append(
        Bilingual(zh: "核实；预警只是信号，不是事实", en: "verify: an alert is a signal, not a fact"))
    case .sources, .volume:
      steps.append(
        Bilingual(
          zh: "查明原因：没有消息，还是听不到；必要时另行了解",
          en: "find out whether nothing was said or nothing was heard, and ask elsewhere if need be"
        ))
    }
    if let nextMail {
      steps.append(
        Bilingual(
          zh: "无人签收时将转报下一批人员；同一事项的下一封邮件不早于 \(zone.text(nextMail))",
          en: "if nobody takes it, it goes to the next people; "
            + "next mail on this matter not before \(zone.text(nextMail))"))
    } else {
      steps.append(
        Bilingual(zh: "同一事项不再发送预警邮件", en: "there will be no further alert mail on this matter"))
    }
    return steps
  }

  private func part(_ count: Int?, _ before: String, _ after: String) -> String {
    count.map { before + String($0) + after } ?? ""
  }
}

/// A number with so many digits behind the point, without a formatter's locale.
func rounded(_ number: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let whole = Int((abs(number) * scale).rounded())
  let (front, back) = whole.quotientAndRemainder(dividingBy: Int(scale))
  let sign = number < 0 && whole != 0 ? "-" : ""
  return sign + String(front) + (digits > 0 ? "." + padded(back, digits) : "")
}
