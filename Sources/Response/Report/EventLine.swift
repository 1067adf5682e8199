package import Bytes

/// Puts an event into one line of words: what happened, without a judgement.
package struct EventLine {
  let state: DeskState

  /// The state has to hold what the event names: the release with its text, the people's names.
  package init(state: DeskState) {
    self.state = state
  }

  package func text(of event: Event) -> Bilingual {
    switch event {
    case .registryAdopted(let registry):
      Bilingual(
        zh: "人员与中心名册生效：\(registry.people.count) 人，\(registry.centres.count) 个中心",
        en: "registry taken over: " + counted(registry.people.count, "person", "people") + ", "
          + counted(registry.centres.count, "centre"))
    case .playbookAdopted(let playbook):
      Bilingual(
        zh: "预案“\(playbook.title.zh)”第 \(playbook.version) 版存档",
        en: "playbook '\(playbook.name)' version \(playbook.version) put on record")
    case .calendarAdopted(let calendar):
      Bilingual(
        zh: "工作日历存档：\(calendar.knownYears.map(String.init).joined(separator: "、")) 年",
        en: "calendar of working days put on record: "
          + calendar.knownYears.map(String.init).joined(separator: ", "))
    case .duty(let event): text(of: event)
    case .incident(let id, let event): text(of: event, in: id)
    case .alertRaised(let id, let evidence):
      Bilingual(
        zh: "预警 \(id)：\(evidence.label)（\(evidence.reason.zh)）",
        en: "alert \(id): \(evidence.label) (\(evidence.reason.en))")
    case .alertAcknowledged(let id, let channel):
      Bilingual(
        zh: "预警 \(id) 已签收（\(channel.title.zh)）", en: "alert \(id) taken (\(channel.title.en))")
    case .deliveryQueued(let order): text(of: order)
    case .deliveryEnded(let id, .delivered(let attempt, let reply)):
      Bilingual(
        zh: "\(id) 送达\(target(of: id).zh)（第 \(attempt) 次）：\(reply)",
        en: "\(id) delivered\(target(of: id).en) (attempt \(attempt)): \(reply)")
    case .deliveryEnded(let id, .failed(let attempt, let reason)):
      Bilingual(
        zh: "\(id) 未能送达\(target(of: id).zh)，已放弃（第 \(attempt) 次）：\(reason)",
        en: "\(id) could not be delivered\(target(of: id).en), given up (attempt \(attempt)): "
          + reason)
    case .deliveryDeferred(let id, let delay):
      Bilingual(
        zh: "\(id) 暂未送达\(target(of: id).zh)（第 \(delay.attempt) 次）：\(delay.reason)",
        en: "\(id) deferred\(target(of: id).en) (attempt \(delay.attempt)): \(delay.reason)")
    }
  }

  private func target(of id: DeliveryID) -> Bilingual {
    guard let order = state.deliveries[id]?.order else { return Bilingual(same: "") }
    let name = name(of: order.recipient)
    return Bilingual(zh: "\(name.zh)", en: " to \(name.en)")
  }

  private func name(of recipient: DeliveryOrder.Recipient) -> Bilingual {
    switch recipient {
    case .person(let name): state.registry?.title(of: .person(name)) ?? Bilingual(same: name.text)
    case .centre(let name): state.registry?.title(of: .centre(name)) ?? Bilingual(same: name.text)
    }
  }

  private func text(of order: DeliveryOrder) -> Bilingual {
    let name = name(of: order.recipient)
    let matter: Bilingual =
      switch order.matter {
      case .alert(let id): Bilingual(zh: "预警 \(id)", en: "alert \(id)")
      case .escalation(let id): Bilingual(zh: "预警 \(id)（升级）", en: "alert \(id), escalated,")
      case .release(let id): Bilingual(same: "\(id)")
      case .reminder(let id): Bilingual(zh: "\(id)（催办）", en: "\(id), reminder,")
      case .withdrawal(let id): Bilingual(zh: "\(id)（撤回）", en: "\(id), withdrawal,")
      case .clocks(let id): Bilingual(zh: "\(id) 时限提醒", en: "clock warning of \(id)")
      }
    return Bilingual(
      zh: "\(matter.zh) 以\(order.channel.title.zh)发往\(name.zh)",
      en: "\(matter.en) to be sent to \(name.en) by \(order.channel.title.en)")
  }

  private func text(of event: IncidentEvent, in id: IncidentID) -> Bilingual {
    switch event {
    case .opened(let opening): opened(opening)
    case .eventTimeCorrected(let time, let why):
      Bilingual(
        zh: "事发时间改为 \(state.zone.text(time))：\(why)",
        en: "event time corrected to \(state.zone.text(time)): \(why)")
    case .regraded(let grade, let why):
      Bilingual(
        zh: "定级：\(grade?.title.zh ?? "未定")（\(why)）",
        en: "grade: \(grade?.title.en ?? "none") (\(why))")
    case .noted(let number, let text):
      Bilingual(zh: "记录 N\(number)：\(text)", en: "note N\(number): \(text)")
    case .factSet(let number, let fact, let text, let source):
      Bilingual(
        zh: "口径 F\(number)（\(fact.title.zh)）：\(text)" + (source.map { "；来源：\($0)" } ?? ""),
        en: "fact F\(number) (\(fact.title.en)): \(text)" + (source.map { "; source: \($0)" } ?? "")
      )
    case .factRetracted(let number, let why):
      Bilingual(zh: "口径 F\(number) 撤回：\(why)", en: "fact F\(number) retracted: \(why)")
    case .actionAdded(let number, let text, let unit, let happened):
      Bilingual(
        zh: "处置 A\(number)\(unit.map { "（\($0)）" } ?? "")：\(text)"
          + (happened.map { "；发生于 \(state.zone.text($0))" } ?? ""),
        en: "action A\(number)\(unit.map { " (\($0))" } ?? ""): \(text)"
          + (happened.map { "; happened \(state.zone.text($0))" } ?? ""))
    case .actionDone(let number, let evidence):
      Bilingual(
        zh: "处置 A\(number) 完成" + (evidence.map { "：\($0)" } ?? ""),
        en: "action A\(number) done" + (evidence.map { ": \($0)" } ?? ""))
    case .promiseAdded(let number, let text, let owner, let due):
      Bilingual(
        zh: "承诺 P\(number)（\(owner)，限 \(state.zone.text(due))）：\(text)",
        en: "promise P\(number) (\(owner), due \(state.zone.text(due))): \(text)")
    case .promiseKept(let number, let how):
      Bilingual(
        zh: "承诺 P\(number) 已兑现" + (how.map { "：\($0)" } ?? ""),
        en: "promise P\(number) kept" + (how.map { ": \($0)" } ?? ""))
    case .claimAdded(let number, let text, let type):
      Bilingual(
        zh: "传言 C\(number)\(type.map { "（\($0.title.zh)）" } ?? "")：\(text)",
        en: "claim C\(number)\(type.map { " (\($0.title.en))" } ?? ""): \(text)")
    case .claimRuled(let number, let verdict, let evidence):
      Bilingual(
        zh: "传言 C\(number) 认定：\(verdict.title.zh)" + (evidence.map { "；依据：\($0)" } ?? ""),
        en: "claim C\(number) verdict: \(verdict.title.en)"
          + (evidence.map { "; evidence: \($0)" } ?? ""))
    case .reportedUp(let number, let level, _, let sent):
      reportedUp(number, level, sent, in: id)
    case .reportReceived(let number, let office, let time):
      Bilingual(
        zh: "上报 U\(number) 回执：\(office.map { "\($0) " } ?? "")\(state.zone.text(time)) 收到",
        en: "report U\(number) received \(state.zone.text(time))"
          + (office.map { " by \($0)" } ?? ""))
    case .warned(let warnings): warned(warnings, in: id)
    case .course(let event): text(of: event)
    case .release(let number, let event): text(of: event, release: number, in: id)
    case .counted(let hours):
      Bilingual(
        zh: "话题计数：\(hours.count) 个小时，共 \(hours.map(\.posts).reduce(0, +)) 帖",
        en: "topic counts: \(counted(hours.count, "hour")), "
          + counted(hours.map(\.posts).reduce(0, +), "post"))
    case .closed(let summary):
      Bilingual(
        zh: "事件结束" + (summary.map { "：\($0)" } ?? ""),
        en: "incident closed" + (summary.map { ": \($0)" } ?? ""))
    }
  }

  private func reportedUp(_ number: Int, _ level: String, _ sent: Instant, in id: IncidentID)
    -> Bilingual
  {
    let title =
      state.incidents[id].map {
        state.title(of: Playbook.ReportLevel.clockID(of: level), in: $0).0
      } ?? Bilingual(same: level)
    return Bilingual(
      zh: "上报 U\(number)（\(title.zh)）：\(state.zone.text(sent)) 发出",
      en: "report U\(number) (\(title.en)): sent \(state.zone.text(sent))")
  }

  private func warned(_ warnings: [ClockWarning], in id: IncidentID) -> Bilingual {
    let lines = warnings.map { warning in
      let title =
        state.incidents[id].map { state.title(of: warning.clock, in: $0).0 }
        ?? Bilingual(same: warning.clock)
      let due = state.zone.text(warning.due)
      return Bilingual(
        zh: "\(title.zh)（限 \(due)）\(warning.mark.title.zh)",
        en: "\(title.en) (due \(due)): \(warning.mark.title.en)")
    }
    return Bilingual(
      zh: "时限提醒：" + lines.map(\.zh).joined(separator: "；"),
      en: "clock warning: " + lines.map(\.en).joined(separator: "; "))
  }

  private func opened(_ opening: Incident.Opening) -> Bilingual {
    Bilingual(
      zh: "事件登记：\(opening.title)；\(opening.kind.title.zh)，\(opening.incidentClass.title.zh)；"
        + "预案 \(opening.playbook.name) 第 \(opening.playbook.version) 版"
        + (opening.eventTime.map { "；事发 \(state.zone.text($0))" } ?? "；事发时间未知，暂按登记时间"),
      en: "incident opened: \(opening.title); \(opening.kind.title.en), "
        + "\(opening.incidentClass.title.en); playbook \(opening.playbook.name) "
        + "version \(opening.playbook.version)"
        + (opening.eventTime.map { "; event time \(state.zone.text($0))" }
          ?? "; event time unknown, counted from the opening"))
  }

  private func text(of event: ReleaseEvent, release number: Int, in id: IncidentID) -> Bilingual {
    let title =
      state.incidents[id]?.release(number).flatMap { release in
        release.content.text(for: state.registry?.desk.language ?? .english)?.title
      } ?? ""
    switch event {
    case .drafted(let step, _, let content, let corrects):
      if let corrects {
        return Bilingual(
          zh: "R\(number) 起草（更正 R\(corrects)，口径第 \(content.factSheetVersion) 版）：\(title)",
          en: "R\(number) drafted (corrects R\(corrects), fact sheet \(content.factSheetVersion)): "
            + title)
      }
      return Bilingual(
        zh:
          "R\(number) 起草（\(UsualTitles.stage(step).zh)，口径第 \(content.factSheetVersion) 版）：\(title)",
        en: "R\(number) drafted (\(UsualTitles.stage(step).en), fact sheet "
          + "\(content.factSheetVersion)): \(title)")
    case .edited:
      return Bilingual(
        zh: "R\(number) 修改：此前的审核与签发作废", en: "R\(number) edited: what was signed before is void")
    case .submitted(let lane, let why):
      return Bilingual(
        zh: "R\(number) 送审（\(lane.title.zh)）" + (why.map { "；未关联处置：\($0)" } ?? ""),
        en: "R\(number) submitted (\(lane.title.en))"
          + (why.map { "; no action is named: \($0)" } ?? ""))
    case .signed(let gate, let verdict, let note, let hash):
      return Bilingual(
        zh: "R\(number) \(UsualTitles.gate(gate).zh)\(verdict.title.zh)（\(hash.short)）"
          + (note.map { "：\($0)" } ?? ""),
        en: "R\(number) \(UsualTitles.gate(gate).en) gate \(verdict.title.en) (\(hash.short))"
          + (note.map { ": \($0)" } ?? ""))
    case .approved(let hash):
      return Bilingual(
        zh: "R\(number) 签发（\(hash.short)）", en: "R\(number) approved (\(hash.short))")
    case .overrideConsented(let why, let hash):
      return Bilingual(
        zh: "⚠ 越级：同意 R\(number) 未过全部审核关即发布（\(hash.short)）：\(why)",
        en: "OVERRIDE: consent to publish R\(number) before all its gates (\(hash.short)): \(why)")
    case .embargoed(let until, let hash, let explanation):
      let time = state.zone.text(until)
      return Bilingual(
        zh: "R\(number) 定于 \(time) 联合发布（\(hash.short)）：\(title)"
          + (explanation.map { "；数字说明：\($0)" } ?? ""),
        en: "R\(number) under embargo until \(time) (\(hash.short)): \(title)"
          + (explanation.map { "; the numbers: \($0)" } ?? ""))
    case .published(let hash, let explanation):
      let override = state.incidents[id]?.release(number)?.isOverridden ?? false
      return Bilingual(
        zh: (override ? "⚠ 越级 " : "") + "R\(number) 发布（\(hash.short)）：\(title)"
          + (explanation.map { "；数字说明：\($0)" } ?? ""),
        en: (override ? "OVERRIDE: " : "") + "R\(number) published (\(hash.short)): \(title)"
          + (explanation.map { "; the numbers: \($0)" } ?? ""))
    case .withdrawn(let why):
      return Bilingual(zh: "R\(number) 撤回：\(why)", en: "R\(number) withdrawn: \(why)")
    case .answered(let centre, let answer, let reply):
      let name = state.registry?.title(of: .centre(centre)) ?? Bilingual(same: centre.text)
      return Bilingual(
        zh: "\(name.zh)\(answer.title.zh) R\(number)（\(reply.channel.title.zh)）"
          + (reply.text.map { "：\($0)" } ?? ""),
        en: "\(name.en) \(answer.title.en) R\(number) (\(reply.channel.title.en))"
          + (reply.text.map { ": \($0)" } ?? ""))
    case .reminded(let centre, let phone):
      let name = state.registry?.title(of: .centre(centre)) ?? Bilingual(same: centre.text)
      return Bilingual(
        zh: "\(name.zh)逾时未签收 R\(number)：已催办" + (phone ? "，请电话联系" : ""),
        en: "\(name.en) has not answered R\(number) in time: reminded"
          + (phone ? ", telephone them" : ""))
    }
  }
}
