package import Bytes

extension Letter {
  /// The mail that brings a release to a media centre, reminds it, or takes the release back.
  package init(
    release: Release, of incident: Incident, matter: DeliveryOrder.Matter, ways: AnswerWays,
    within: Instant?, postmark: Postmark
  ) {
    let part = incident.part(.release, release.number)
    let language = postmark.desk.language
    let title = release.content.text(for: language)?.title ?? incident.opening.title
    let zone = postmark.desk.zone
    var parts = postmark.opening
    if case .withdrawal = matter {
      self = .withdrawal(of: release, part, title, parts, postmark)
      return
    }
    var again = false
    if case .reminder = matter { again = true }
    if let embargo = release.embargo {
      parts.append(
        .paragraph(
          Bilingual(
            zh: "联合发布：\(zone.text(embargo.until)) 之前请勿播发，届时各方同时发布。",
            en:
              "Joint release: do not publish before \(zone.text(embargo.until)); all publish then."
          )[language]))
    }
    if again {
      parts.append(
        .paragraph(
          Bilingual(
            zh: "再次发送：贵中心尚未签收，请尽快处理；值班台将电话联系。",
            en: "Sent again: your centre has not answered yet. The desk will telephone.")[language])
      )
    }
    for tag in release.content.languages {
      guard let text = release.content.texts[tag] else { continue }
      parts += [.heading(text.title), .verbatim(text.body)]
    }
    for draft in release.content.channelDrafts {
      let heading = Bilingual(
        zh: "渠道文本（\(draft.language)）\(draft.title)",
        en: "For the channel \(draft.language): \(draft.title)")
      parts += [.heading(heading[language]), .verbatim(draft.body)]
    }
    parts += [
      .rule,
      .points(
        Self.facts(release, incident, part, zone, within: within).map { $0[language] }),
      .heading(Bilingual(zh: "请签收", en: "Please answer")[language]),
      .points(Self.answers(ways).map { $0[language] }),
      .rule,
    ]
    self.init(
      subject: postmark.subject(
        Bilingual(
          zh: "【联动发布】\(again ? "（催办）" : "")\(title) \(part)",
          en: "[Joint release]\(again ? " (reminder)" : "") \(title) \(part)")[language]),
      language: language, parts: parts + postmark.closing)
  }

  private static func withdrawal(
    of release: Release, _ part: PartID, _ title: String, _ opening: [Part], _ postmark: Postmark
  ) -> Letter {
    let language = postmark.desk.language
    let why = release.withdrawal?.why ?? ""
    let wasOut = release.publication != nil
    return Letter(
      subject: postmark.subject(
        Bilingual(zh: "【撤回】\(title) \(part)", en: "[Withdrawn] \(title) \(part)")[language]),
      language: language,
      parts: opening + [
        .paragraph(
          Bilingual(
            zh: wasOut ? "值班台撤回此稿：请勿再播发；已播发的请标明。" : "值班台撤回此稿：请勿播发。",
            en: wasOut
              ? "The desk withdraws this release: do not repeat it, and mark what you have published."
              : "The desk withdraws this release: do not publish it.")[language]),
        .points([
          Bilingual(zh: "理由：\(why)", en: "reason: \(why)")[language],
          Bilingual(
            zh: "文本 SHA-256 \(release.hash.hex)", en: "text SHA-256 \(release.hash.hex)")[language],
        ]), .rule,
      ] + postmark.closing)
  }

  private static func facts(
    _ release: Release, _ incident: Incident, _ part: PartID, _ zone: DeskZone, within: Instant?
  ) -> [Bilingual] {
    var lines = [
      Bilingual(
        zh: "事件 \(incident.id) \(incident.opening.title)；发布 \(part)（\(release.step)）",
        en: "incident \(incident.id) \(incident.opening.title); release \(part) (\(release.step))"),
      Bilingual(
        zh: "文本 SHA-256 \(release.hash.hex)；口径第 \(release.content.factSheetVersion) 版",
        en: "text SHA-256 \(release.hash.hex); fact sheet version "
          + "\(release.content.factSheetVersion)"),
    ]
    if let time = release.publication?.stamp.time {
      lines.append(
        Bilingual(
          zh: "值班台发布时间 \(zone.text(time))", en: "published by the desk at \(zone.text(time))"))
    }
    if let within {
      lines.append(
        Bilingual(
          zh: "请在 \(zone.text(within)) 前签收", en: "please answer before \(zone.text(within))"))
    }
    return lines
  }

  private static func answers(_ ways: AnswerWays) -> [Bilingual] {
    var lines: [Bilingual] = []
    if let page = ways.page {
      lines.append(
        Bilingual(
          zh: "打开 \(page) ，按“签收”“同意”“有异议”或“已播发”（打开本身不算签收）",
          en: "open \(page) and press a button (opening it does not answer)"))
    }
    lines.append(
      Bilingual(
        zh: "或电话告知值班台回执码 \(ways.code)", en: "or tell the desk the reply code \(ways.code)"))
    return lines
  }
}

extension Release {
  /// The JSON that brings a published release to a media centre's own system.
  package func payload(
    of incident: Incident, matter: DeliveryOrder.Matter, answerTo: String?, within: Instant?,
    postmark: Postmark
  ) -> [UInt8] {
    let part = incident.part(.release, number)
    let type =
      switch matter {
      case .reminder: "release.reminder"
      case .withdrawal: "release.withdrawn"
      case .release, .alert, .escalation, .clocks:
        publication == nil && embargo != nil ? "release.embargoed" : "release.published"
      }
    return JSONWriter.object { writer in
      writer.member("type", type)
      writer.member(
        "timestamp", (withdrawal?.stamp ?? publication?.stamp ?? written).time.iso8601)
      writer.memberObject("data") { writer in
        writer.member("delivery", postmark.delivery.description)
        writer.member("incident", incident.id.description)
        writer.member("release", part.description)
        writer.member("step", step)
        writer.member("exercise", postmark.isExercise)
        writer.memberObject("texts") { writer in
          for language in content.languages {
            guard let text = content.texts[language] else { continue }
            writer.memberObject(language) {
              $0.member("title", postmark.subject(text.title))
              $0.member("body", text.body)
            }
          }
        }
        if !content.channels.isEmpty { content.writeChannels(to: &writer) }
        writer.member(ifPresent: "notBefore", embargo?.until)
        writer.member(ifPresent: "withdrawn", withdrawal?.why)
        writer.member("hash", hash.hex)
        writer.member("factSheet", content.factSheetVersion)
        writer.member(ifPresent: "answerBefore", within)
        writer.member(ifPresent: "answerTo", answerTo)
        writer.memberObject("head") {
          $0.member("journal", postmark.journal)
          $0.member("n", postmark.head.sequence)
          $0.member("h", postmark.head.hash.hex)
        }
      }
    }
  }
}
