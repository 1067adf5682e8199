package import Bytes

/// The rules' answer no. It says what is in the way and what would be the way on.
package enum Refusal: Explained, Hashable {
  case person(PersonRefusal)
  case record(RecordRefusal)
  case text(TextRefusal)
  case centre(CentreRefusal)
  case course(CourseRefusal)
  case duty(DutyRefusal)

  package var exitCode: ExitCode { .refused }

  package var explanation: Bilingual {
    switch self {
    case .person(let refusal): refusal.explanation
    case .record(let refusal): refusal.explanation
    case .text(let refusal): refusal.explanation
    case .centre(let refusal): refusal.explanation
    case .course(let refusal): refusal.explanation
    case .duty(let refusal): refusal.explanation
    }
  }

  /// A word for programs, which does not change when the sentences do.
  package var code: String {
    let text =
      switch self {
      case .person(let refusal): String(describing: refusal)
      case .record(let refusal): String(describing: refusal)
      case .text(let refusal): String(describing: refusal)
      case .centre(let refusal): String(describing: refusal)
      case .course(let refusal): String(describing: refusal)
      case .duty(let refusal): String(describing: refusal)
      }
    return String(text.prefix { $0 != "(" })
  }
}

/// Somebody may not do this.
package enum PersonRefusal: Hashable, Sendable {
  case noRegistry
  case unknownPerson(Name)
  case notPermitted(Name, needed: [Role])
  case onlyTheDesk(String)
  case onlyPeople(String)
  case contractorSigns(Name)
  case notAtGate(Name, gate: String)
  case ownText(PartID, Name)
  case tooFewPersons(PartID, have: Int, need: Int)
  /// A deputy's hour comes when those who hold the gate are away, or have let it wait too long.
  case deputyNotYet(Name, gate: String, from: Instant?)
  case isAbsent(Name, gate: String)
  case notAnExpert(Name)
  case notThisExpert(Name, expert: Name)
  case sameApprover(Name)

  package var explanation: Bilingual {
    switch self {
    case .noRegistry:
      Bilingual(
        zh: "值班台尚无人员登记；请检查 people.json5", en: "the desk knows no people yet; check people.json5")
    case .unknownPerson(let name):
      Bilingual(
        zh: "people.json5 中没有“\(name)”", en: "'\(name)' does not stand in people.json5")
    case .notPermitted(let name, let needed):
      Bilingual(
        zh: "“\(name)”无此权限；需要角色之一：\(list(needed.map(\.title.zh)))",
        en: "'\(name)' may not do this; one of these roles is needed: "
          + "\(englishList(needed.map(\.rawValue)))")
    case .onlyTheDesk(let what):
      Bilingual(zh: "只有系统本身可以执行“\(what)”", en: "only the desk's own daemon may do '\(what)'")
    case .onlyPeople(let actor):
      Bilingual(zh: "“\(actor)”不是人员，不能执行此操作", en: "'\(actor)' is not a person and may not do this")
    case .contractorSigns(let name):
      Bilingual(
        zh: "“\(name)”是运维单位人员：可以起草，不得审核或签发",
        en: "'\(name)' is a contractor, who may draft but never sign or approve")
    case .notAtGate(let name, let gate):
      Bilingual(
        zh: "“\(name)”不负责\(UsualTitles.gate(gate).zh)（见 people.json5 的 gates）",
        en:
          "'\(name)' does not hold the \(UsualTitles.gate(gate).en) gate; see gates in people.json5"
      )
    case .ownText(let part, let name):
      Bilingual(
        zh: "\(part) 是“\(name)”起草或修改的：不得审核或签发自己的文本",
        en: "'\(name)' wrote \(part), and nobody may sign or approve a text of their own")
    case .tooFewPersons(let part, let have, let need):
      Bilingual(
        zh: "\(part) 只有 \(have) 人经手，本通道至少需要 \(need) 人（起草、审核、签发合计）",
        en: "\(part) has passed through \(have) persons, and this lane needs \(need) "
          + "(author, signers and approver together)")
    case .deputyNotYet(let name, let gate, let from):
      Bilingual(
        zh: "“\(name)”是\(UsualTitles.gate(gate).zh)的代理人：负责人不在，或"
          + (from.map { "到 \($0.iso8601) 仍未审时" } ?? "预案写明 deputyAfter 并到时") + "才可代审",
        en: "'\(name)' is a deputy for the \(UsualTitles.gate(gate).en) gate, who signs when those "
          + "who hold it are away, or "
          + (from.map { "from \($0.iso8601) on" } ?? "after the playbook's 'deputyAfter'"))
    case .isAbsent(let name, let gate):
      Bilingual(
        zh: "“\(name)”登记为不在岗，不能审\(UsualTitles.gate(gate).zh)（见 people.json5 的 absent）",
        en:
          "'\(name)' is down as absent and cannot sign the \(UsualTitles.gate(gate).en) gate; see "
          + "absent in people.json5")
    case .notAnExpert(let name):
      Bilingual(
        zh: "people.json5 中没有专家“\(name)”（角色 expert）",
        en: "people.json5 has no expert '\(name)' (the role 'expert')")
    case .notThisExpert(let name, let expert):
      Bilingual(
        zh: "文中是“\(expert)”的话，须由其本人确认，而不是“\(name)”",
        en: "the words are those of '\(expert)', who has to sign them off, not '\(name)'")
    case .sameApprover(let name):
      Bilingual(
        zh: "“\(name)”已同意越级；还须另一位签发人同意",
        en: "'\(name)' has consented already; another approver has to as well")
    }
  }
}

/// The record does not allow it.
package enum RecordRefusal: Hashable, Sendable {
  case unknownIncident(IncidentID)
  case incidentClosed(IncidentID, IncidentStatus)
  case unknownPart(PartID)
  case unknownAlert(AlertID)
  case alertAlreadyTaken(AlertID, by: Bilingual)
  case unknownDelivery(DeliveryID)
  case deliveryEnded(DeliveryID)
  case topicTaken(TopicID, by: IncidentID)
  case wrongKind(IncidentKind, playbook: Name, itsKind: IncidentKind)
  case emptyText(String)
  case textTooLong(String, limit: Int)
  case timeInFuture(Instant)
  case dueInPast(Instant)
  case alreadyDone(PartID)
  case promisesOpen([PartID])
  case closingMissing([String])
  case noReportChain(Name)
  case unknownLevel(String, known: [String])
  case unknownReportItem(String, known: [String])
  case reportLacks([String])
  case receiptBeforeReport(PartID, sent: Instant)

  package var explanation: Bilingual {
    switch self {
    case .unknownIncident(let id):
      Bilingual(
        zh: "没有事件 \(id)；用 incident list 查看", en: "there is no incident \(id); see incident list")
    case .incidentClosed(let id, let status):
      Bilingual(
        zh: "事件 \(id) \(status.title.zh)，不能再改",
        en: "incident \(id) is \(status.title.en) and takes no more")
    case .unknownPart(let id):
      Bilingual(
        zh: "没有 \(id)；用 incident show \(id.incident) 查看",
        en: "there is no \(id); see incident show \(id.incident)")
    case .unknownAlert(let id):
      Bilingual(
        zh: "没有预警 \(id)；用 incident alert list 查看",
        en: "there is no alert \(id); see incident alert list")
    case .alertAlreadyTaken(let id, let by):
      Bilingual(zh: "预警 \(id) 已由\(by.zh)签收", en: "alert \(id) was taken by \(by.en) already")
    case .unknownDelivery(let id):
      Bilingual(zh: "没有送达记录 \(id)", en: "there is no delivery \(id)")
    case .deliveryEnded(let id):
      Bilingual(zh: "送达 \(id) 已有结果", en: "delivery \(id) has ended already")
    case .topicTaken(let topic, let incident):
      Bilingual(
        zh: "话题 \(topic) 已属于事件 \(incident)",
        en: "topic \(topic) belongs to incident \(incident) already")
    case .wrongKind(let kind, let playbook, let itsKind):
      Bilingual(
        zh: "预案“\(playbook)”用于\(itsKind.title.zh)，不是\(kind.title.zh)",
        en: "playbook '\(playbook)' is for the kind '\(itsKind.rawValue)', not '\(kind.rawValue)'")
    case .emptyText(let what):
      Bilingual(zh: "“\(what)”不能为空", en: "'\(what)' may not be empty")
    case .textTooLong(let what, let limit):
      Bilingual(
        zh: "“\(what)”超过 \(limit) 字", en: "'\(what)' is longer than \(limit) characters")
    case .timeInFuture(let time):
      Bilingual(zh: "时间 \(time.iso8601) 尚未到来", en: "the time \(time.iso8601) has not come yet")
    case .dueInPast(let time):
      Bilingual(zh: "期限 \(time.iso8601) 已过", en: "the due time \(time.iso8601) has passed already")
    case .alreadyDone(let part):
      Bilingual(zh: "\(part) 此前已办结", en: "\(part) was done already")
    case .promisesOpen(let parts):
      Bilingual(
        zh: "尚有未兑现也未移交的承诺：\(list(parts.map(\.description)))；"
          + "用 incident promise … kept 登记兑现，或用 hand … --to 单位 移交到人",
        en: "promises are open and in nobody's hands: "
          + "\(englishList(parts.map(\.description))); record them with incident promise … kept, or "
          + "hand them to somebody with hand … --to UNIT")
    case .closingMissing(let steps):
      Bilingual(
        zh: "尚缺必需的发布：\(list(steps.map { UsualTitles.stage($0).zh }))，不能结束",
        en: "a required release is missing: \(englishList(steps)); it cannot be closed before")
    case .noReportChain(let playbook):
      Bilingual(
        zh: "预案“\(playbook)”没有上报链条（reports）；要上报，请换用有上报链条的预案",
        en:
          "the playbook '\(playbook)' has no chain of reports; to report upwards, use one that has")
    case .unknownLevel(let level, let known):
      Bilingual(
        zh: "上报链条中没有“\(level)”这一级\(guess(level, known).zh)；可用：\(known.joined(separator: ", "))",
        en: "the chain of reports has no level '\(level)'\(guess(level, known).en); "
          + "known: \(known.joined(separator: ", "))")
    case .unknownReportItem(let item, let known):
      Bilingual(
        zh: "报告没有“\(item)”这一项\(guess(item, known).zh)；可用：\(known.joined(separator: ", "))",
        en: "a report has no item '\(item)'\(guess(item, known).en); "
          + "known: \(known.joined(separator: ", "))")
    case .reportLacks(let items):
      Bilingual(
        zh: "报告还缺：\(list(items.map { "\(UsualTitles.reportItem($0).zh)（\($0)）" }))；"
          + "用 --item 名称=内容 补上，暂不清楚的写“不详”",
        en:
          "the report still lacks: \(englishList(items)); add each with --item NAME=TEXT, and say "
          + "'not known yet' where it is not")
    case .receiptBeforeReport(let part, let sent):
      Bilingual(
        zh: "\(part) 在 \(sent.iso8601) 才发出，不会在此之前收到",
        en: "\(part) went at \(sent.iso8601) and cannot have been received before")
    }
  }
}

/// A text is not so far.
package enum TextRefusal: Hashable, Sendable {
  case unknownStep(String, known: [String])
  case claimNeeded(step: String)
  case claimNotWanted(step: String)
  case claimNotRuled(PartID)
  case noText(step: String)
  case missingNeeds(PartID, [String])
  case published(PartID)
  case notSubmitted(PartID)
  case alreadySubmitted(PartID)
  case wasReturned(PartID, gate: String, note: String?)
  case unknownGate(String, known: [String])
  case gateNotYet(String, before: String)
  case gateAlreadyPassed(String)
  case noteNeeded(gate: String)
  case gatesOpen(PartID, [String])
  case alreadyApproved(PartID)
  case notApproved(PartID, openGates: [String])
  case textChanged(PartID, approved: Digest, now: Digest)
  case stepsBefore(PartID, [String])
  case unfilledSlots(PartID, [TextFinding])
  case notPublishedYet(PartID)
  case withdrawn(PartID)
  case underEmbargo(PartID, until: Instant)
  case embargoInPast(Instant)
  case channelLanguage(String, String)
  case numbersConflict(PartID, [NumberConflict])
  case noOverride(PartID)
  case actionNotNamed(PartID, String)

  package var explanation: Bilingual {
    switch self {
    case .unknownStep(let step, let known):
      Bilingual(
        zh: "预案中没有步骤“\(step)”\(guess(step, known).zh)；可用：\(known.joined(separator: ", "))",
        en: "the playbook has no step '\(step)'\(guess(step, known).en); "
          + "known: \(known.joined(separator: ", "))")
    case .claimNeeded(let step):
      Bilingual(
        zh: "“\(step)”须针对一条传言；请写明，如 incident rebut ID C1",
        en: "'\(step)' answers one claim; name it, as in incident rebut ID C1")
    case .claimNotWanted(let step):
      Bilingual(zh: "“\(step)”不针对传言", en: "'\(step)' does not answer a claim")
    case .claimNotRuled(let claim):
      Bilingual(
        zh: "\(claim) 尚未认定；先用 incident claim … verdict 认定，再辟谣",
        en:
          "\(claim) has no verdict yet; give one with incident claim … verdict before it is rebutted"
      )
    case .noText(let step):
      Bilingual(zh: "“\(step)”没有正文", en: "'\(step)' has no text")
    case .missingNeeds(let part, let needs):
      Bilingual(
        zh: "\(part) 还缺：\(list(needs.map { "\(UsualTitles.slot($0).zh)（\($0)）" }))",
        en: "\(part) still lacks: \(englishList(needs))")
    case .published(let part):
      Bilingual(
        zh: "\(part) 已经发布，不能再改；请另发动态，或用 incident correct 更正",
        en: "\(part) is published and does not change any more; publish an update, or correct it "
          + "with incident correct")
    case .notSubmitted(let part):
      Bilingual(
        zh: "\(part) 尚未送审；先用 incident submit",
        en: "\(part) is not in review; use incident submit first")
    case .alreadySubmitted(let part):
      Bilingual(zh: "\(part) 已在审核中", en: "\(part) is in review already")
    case .wasReturned(let part, let gate, let note):
      Bilingual(
        zh: "\(part) 已被\(UsualTitles.gate(gate).zh)退回：\(note ?? "")；请修改后重新送审",
        en: "\(part) was returned at the \(UsualTitles.gate(gate).en) gate: \(note ?? ""); "
          + "change it and submit it again")
    case .unknownGate(let gate, let known):
      Bilingual(
        zh: "没有审核关“\(gate)”\(guess(gate, known).zh)；可用：\(known.joined(separator: ", "))",
        en: "there is no gate '\(gate)'\(guess(gate, known).en); "
          + "known: \(known.joined(separator: ", "))")
    case .gateNotYet(let gate, let before):
      Bilingual(
        zh: "普通通道逐关审核：\(UsualTitles.gate(before).zh)之后才到\(UsualTitles.gate(gate).zh)",
        en: "the gates are in order here: \(UsualTitles.gate(before).en) comes before "
          + UsualTitles.gate(gate).en)
    case .gateAlreadyPassed(let gate):
      Bilingual(
        zh: "\(UsualTitles.gate(gate).zh)已通过",
        en: "the \(UsualTitles.gate(gate).en) gate is passed already")
    case .noteNeeded(let gate):
      Bilingual(
        zh: "\(UsualTitles.gate(gate).zh)退回须说明理由（--note）",
        en: "a return at the \(UsualTitles.gate(gate).en) gate needs its reason (--note)")
    case .gatesOpen(let part, let gates):
      Bilingual(
        zh: "\(part) 尚未通过：\(list(gates.map { UsualTitles.gate($0).zh }))",
        en: "\(part) has not passed these gates: \(englishList(gates))")
    case .alreadyApproved(let part):
      Bilingual(zh: "\(part) 已签发", en: "\(part) is approved already")
    case .notApproved(let part, let gates):
      Bilingual(
        zh: "\(part) 不能发布："
          + (gates.isEmpty ? "" : "尚未通过\(list(gates.map { UsualTitles.gate($0).zh }))，")
          + "尚未签发",
        en: "\(part) cannot be published: "
          + (gates.isEmpty ? "" : "these gates are open: \(englishList(gates)); ")
          + "the approval is missing")
    case .textChanged(let part, let approved, let now):
      Bilingual(
        zh: "\(part) 签发之后文本已改（签发 \(approved.short)，现为 \(now.short)）：须重新送审签发",
        en: "the text of \(part) was changed after its approval (approved \(approved.short), "
          + "now \(now.short)); it has to be reviewed and approved again")
    case .actionNotNamed(let part, let sentence):
      Bilingual(
        zh: "\(part) 写了“\(sentence)”，却没有关联处置记录：先用 incident action \(part.incident) add 登记，"
          + "再用 incident draft \(part) … --action A1 关联；确无对应处置，送审时用 --no-action 说明理由",
        en: "\(part) says '\(sentence)' and names no action: record it with incident action "
          + "\(part.incident) add, then name it with incident draft \(part) … --action A1; where there is "
          + "none, say why with submit --no-action")
    case .stepsBefore(let part, let steps):
      Bilingual(
        zh: "\(part) 须在以下发布之后：\(list(steps))",
        en: "\(part) comes after: \(englishList(steps))")
    case .unfilledSlots(let part, let findings):
      Bilingual(
        zh: "\(part) 还有没填的空："
          + list(findings.map { "\($0.place.zh)“\($0.excerpt)”" }),
        en: "\(part) has slots that nobody filled: "
          + englishList(findings.map { "\($0.place.en) '\($0.excerpt)'" }))
    case .notPublishedYet(let part):
      Bilingual(
        zh: "\(part) 尚未发布：用 incident draft 修改即可",
        en: "\(part) is not published: change it with incident draft")
    case .withdrawn(let part):
      Bilingual(
        zh: "\(part) 已撤回；请另行起草", en: "\(part) is withdrawn; draft another text")
    case .underEmbargo(let part, let until):
      Bilingual(
        zh: "\(part) 已定于 \(until.iso8601) 发布，各中心已收到；要改先撤回（incident withdraw）",
        en: "\(part) goes out at \(until.iso8601), and the centres have it; to change it, withdraw "
          + "it first (incident withdraw)")
    case .embargoInPast(let time):
      Bilingual(
        zh: "定时 \(time.iso8601) 已过；立即发布不需要 --at",
        en: "the time \(time.iso8601) has passed; leave --at out to publish now")
    case .channelLanguage(let channel, let language):
      Bilingual(
        zh: "渠道“\(channel)”有 \(language) 文本，而正文没有这种语言",
        en: "channel '\(channel)' has a text in \(language), which the release itself has not")
    case .numbersConflict(let part, let conflicts):
      Bilingual(
        zh: "\(part) 与已发布的数字不一致："
          + list(conflicts.map { "“\($0.text)”对 R\($0.release) 的“\($0.published)”" })
          + "；请先更新口径（incident fact … set），或用 --explain 说明原因",
        en: "\(part) gives other numbers than were published: "
          + englishList(
            conflicts.map { "'\($0.text)' against '\($0.published)' of R\($0.release)" })
          + "; set the fact first (incident fact … set), or say why with --explain")
    case .noOverride(let part):
      Bilingual(
        zh: "\(part) 的预案不允许越级发布（review.override）",
        en: "the playbook of \(part) allows no override (review.override)")
    }
  }
}

/// A media centre has no part in it, or has answered already.
package enum CentreRefusal: Hashable, Sendable {
  case notPublished(PartID)
  case unknownCentre(Name, known: [Name])
  case notSentTo(PartID, Name)
  case alreadyAnswered(PartID, Name, CentreAnswer)

  package var explanation: Bilingual {
    switch self {
    case .notPublished(let part):
      Bilingual(zh: "\(part) 尚未发布", en: "\(part) is not published")
    case .unknownCentre(let name, let known):
      Bilingual(
        zh: "centres.json5 中没有“\(name)”；可用：\(known.map(\.text).joined(separator: ", "))",
        en: "'\(name)' does not stand in centres.json5; known: "
          + known.map(\.text).joined(separator: ", "))
    case .notSentTo(let part, let name):
      Bilingual(zh: "\(part) 没有发给“\(name)”", en: "\(part) was not sent to '\(name)'")
    case .alreadyAnswered(let part, let name, let answer):
      Bilingual(
        zh: "“\(name)”对 \(part) 此前\(answer.title.zh)",
        en: "'\(name)' had \(answer.title.en) \(part) already")
    }
  }
}

private func list(_ texts: [String]) -> String { texts.joined(separator: "、") }

private func englishList(_ texts: [String]) -> String { texts.joined(separator: ", ") }

private func guess(_ name: String, _ known: [String]) -> Bilingual {
  guard let near = nearest(to: name, among: known) else { return Bilingual(same: "") }
  return Bilingual(zh: "；是否应为“\(near)”？", en: "; did you mean '\(near)'?")
}
