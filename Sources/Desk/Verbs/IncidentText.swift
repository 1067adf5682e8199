import Bytes
import Response

/// An incident as a tired person reads it: first what is due and who must act, then the rest.
struct IncidentText {
  let incident: Incident
  let state: DeskState
  let now: Instant
  let language: Language

  func callAsFunction(_ zh: String, _ en: String) -> String { language == .chinese ? zh : en }

  func time(_ instant: Instant) -> String {
    let civil = state.zone.civil(instant)
    let today = state.zone.civil(now)
    let isToday = civil.year == today.year && civil.month == today.month && civil.day == today.day
    return isToday
      ? civil.minuteText : "\(padded(civil.month, 2))-\(padded(civil.day, 2)) \(civil.minuteText)"
  }

  func who(_ actor: Actor) -> String {
    terminalSafe((state.registry?.title(of: actor) ?? Bilingual(same: actor.description))[language])
  }

  /// `还有 12 分钟`, `逾期 3 分钟`
  func left(_ due: Instant) -> String {
    let rest = durationTitle(due - now)[language]
    return due < now
      ? Style.alarm(self("已逾期 \(rest)", "overdue by \(rest)")) : self("还有 \(rest)", "in \(rest)")
  }

  var whole: String {
    let sections = [
      head, section(self("现在要做", "What to do now"), dues), section(self("时限", "Clocks"), clocks),
      section(self("进程", "Course"), course),
      section(self("上报", "Reports upwards"), reports),
      section(self("口径", "Fact sheet"), facts), section(self("发布", "Releases"), releases),
      section(self("传言", "Claims"), claims),
      section(self("处置与承诺", "Actions and promises"), actions),
    ]
    return sections.compactMap { $0 }.joined(separator: "\n\n") + "\n"
  }

  /// One line of a list of incidents.
  var line: String {
    let next = state.dues(of: incident, at: now).first { $0.time != nil }
    let due = next.flatMap { due in due.time.map { " · " + title(of: due.matter) + " " + left($0) }
    }
    return "\(incident.id)  \(terminalSafe(incident.opening.title))  "
      + Style.strong(incident.status.title[language])
      + (incident.grade.map { " · " + $0.title[language] } ?? "") + (due ?? "")
  }

  private func section(_ heading: String, _ lines: [String]) -> String? {
    lines.isEmpty
      ? nil : Style.strong(heading) + "\n" + lines.map { "  " + $0 }.joined(separator: "\n")
  }

  private var head: String {
    let opening = incident.opening
    let grade = incident.grade?.title[language] ?? self("未定级", "no grade yet")
    let event =
      incident.eventTime.map(time) ?? self("未知（按登记时间计）", "unknown (counted from the opening)")
    return Style.strong("\(incident.id)  \(terminalSafe(opening.title))") + "\n"
      + "\(incident.status.title[language]) · \(grade)\(scales) · \(opening.kind.title[language]) · "
      + "\(opening.incidentClass.title[language])"
      + (opening.place.map { " · " + terminalSafe($0) } ?? "") + "\n"
      + self("事发 ", "event ") + event
      + (opening.detected.map { self(" · 首次发现 ", " · detected ") + time($0) } ?? "")
      + self(" · 登记 ", " · opened ") + time(incident.opened.time) + " "
      + who(incident.opened.actor) + chain
  }

  private var dues: [String] {
    state.dues(of: incident, at: now).map { due in
      let when = due.time.map { "\(time($0))  " } ?? ""
      let rest = due.time.map { "  " + left($0) } ?? ""
      let people =
        due.persons.isEmpty
        ? "" : "  → " + due.persons.map { who(.person($0)) }.joined(separator: self("、", ", "))
      return when + title(of: due.matter) + rest + people
    }
  }

  private func title(of matter: Due.Matter) -> String {
    switch matter {
    case .clock(let reading):
      return reading.goal.title[language] + " (\(reading.rule.rule))"
        + (reading.isProvisional ? self("，条件未定", ", provisional") : "")
        + (reading.gap.map { Style.alarm(self("：", ": ") + $0.explanation[language]) } ?? "")
    case .update(let update):
      return update.step.title[language]
        + self("（每 \(update.every.title.zh)）", " (every \(update.every.title.en))")
    case .promise(let number, let text, let owner):
      return "P\(number) \(terminalSafe(shortened(text, to: 40))) (\(terminalSafe(owner)))"
    case .regrade(let suggestion):
      return Style.alarm(
        self("建议定为", "grade suggested: ") + suggestion.grade.title[language]
          + self(
            "（\(suggestion.because.zh)，\(suggestion.rule)）",
            " (\(suggestion.because.en), \(suggestion.rule))")
          + self("；确认：", "; to confirm: ")
          + "incident regrade \(incident.id) \(suggestion.grade.rawValue)")
    case .supplement(let rule):
      return Style.alarm(self("伤亡数字已变，须补报", "casualties changed: report again")) + " (\(rule))"
    case .triage(let open):
      return self(
        "研判：\(open) 类必答情形未判",
        "triage: \(counted(open, "class", "classes")) to be answered yes or no")
    case .consultation(let number, let unit, let about):
      return "Q\(number) \(terminalSafe(unit))" + self(" 未答复：", " has not replied: ")
        + terminalSafe(shortened(about, to: 40))
    case .lesson(let number, let text, let owner):
      return "L\(number) \(terminalSafe(shortened(text, to: 40))) (\(terminalSafe(owner)))"
    case .gate(let release, let gate):
      return "R\(release) " + UsualTitles.gate(gate)[language] + self("待审", " waits")
    case .approval(let release): return "R\(release) " + self("待签发", "waits for approval")
    case .publication(let release):
      return "R\(release) " + self("已签发，待发布", "is approved and can be published")
    case .stale(let stale):
      return Style.alarm(
        self(
          "R\(stale.release) 仍用旧口径 F\(stale.fact)“\(terminalSafe(shortened(stale.old, to: 30)))”："
            + "incident correct R\(stale.release)，或另发动态",
          "R\(stale.release) still has the old F\(stale.fact), "
            + "'\(terminalSafe(shortened(stale.old, to: 40)))': incident correct "
            + "R\(stale.release), or an update"))
    case .centre(let release, let centre):
      return who(.centre(centre)) + self(" 未签收 ", " has not acknowledged ") + "R\(release)"
    case .unwarned(_, let person):
      return Style.alarm(
        self("时限提醒邮件未送达，请打电话：", "a clock warning could not be mailed, telephone: ")
          + who(.person(person)))
    case .undelivered(_, let release, let centre):
      return Style.alarm(
        self("R\(release) 无法送达，请打电话：", "R\(release) could not be delivered, telephone: ")
          + who(.centre(centre)))
    }
  }

  private var clocks: [String] {
    state.clocks(of: incident, at: now).flatMap { reading -> [String] in
      let mark: String
      switch reading.state {
      case .met: mark = Style.good("✓")
      case .metLate, .overdue, .undated: mark = Style.alarm("!")
      case .void: mark = "–"
      case .waiting, .provisional, .running, .dueSoon: mark = "·"
      }
      let stop = reading.stop.map { "  \($0.part) \(time($0.time))" } ?? ""
      let line =
        "\(mark) \(reading.goal.title[language])  " + (reading.due.map { time($0) + "  " } ?? "")
        + "\(reading.state.title[language])\(stop)  \(Style.faint(reading.rule.rule))"
      return [line] + reading.earlier.map { "    " + Style.faint(text(of: $0)) }
    }
  }

  /// `原限 07:10（06:40 改级：…）`
  private func text(of earlier: ClockReading.Earlier) -> String {
    let was =
      earlier.didApply
      ? earlier.due.map { self("原限 ", "was due ") + time($0) } ?? self("原未起算", "was waiting")
      : self("原不适用", "did not apply")
    return was + self("（", " (") + time(earlier.stamp.time) + " "
      + terminalSafe(earlier.cause.title[language]) + self("）", ")")
  }

  private var reports: [String] {
    incident.upwardReports.map { report in
      let title = state.playbook(of: incident)?.reportLevel(report.level)?.title[language]
      let receipt =
        report.receipt.map { receipt in
          Style.good(self("  回执 ", "  received "))
            + (receipt.office.map { terminalSafe($0) + " " } ?? "") + time(receipt.time)
        } ?? Style.alarm(self("  尚无回执", "  no receipt yet"))
      return
        "U\(report.number) \(title ?? terminalSafe(report.level))  \(time(report.sent))\(receipt)"
    }
  }

  private var facts: [String] {
    incident.facts.map { fact in
      "F\(fact.number) [\(fact.state.title[language])] \(terminalSafe(fact.text))"
        + (fact.source.map { " — " + terminalSafe($0) } ?? "")
        + (fact.retracted.map {
          Style.alarm(self("  已撤回：", "  retracted: ") + terminalSafe($0.why))
        } ?? "")
    }
  }

  private var releases: [String] {
    incident.releases.flatMap { release -> [String] in
      let title = release.content.text(for: language)?.title ?? ""
      let step =
        state.playbook(of: incident)?.step(release.step)?.title[language] ?? release.step
      var lines = [
        "R\(release.number) \(step) · \(release.status.title[language])"
          + (release.publication.map { " \(time($0.stamp.time))" } ?? "")
          + (release.status == .embargoed
            ? (release.embargo.map { " \(time($0.until))" } ?? "") : "")
          + (release.isOverridden ? Style.alarm(self(" · 越级", " · OVERRIDE")) : "")
          + (release.corrects.map { self(" · 更正 R\($0)", " · corrects R\($0)") } ?? "")
          + " · \(terminalSafe(shortened(title, to: 50))) · \(release.hash.short)"
      ]
      if let withdrawal = release.withdrawal {
        lines.append(
          "   "
            + Style.alarm(self("撤回：", "withdrawn: ") + terminalSafe(withdrawal.why)))
      }
      let stage = state.playbook(of: incident)?.stage(ofStep: release.step)
      let gates = stage.map { release.gates(of: $0) } ?? []
      if release.status == .inReview || release.status == .returned {
        let open = release.openGates(of: gates)
        lines.append(
          "   "
            + gates.map { gate in
              UsualTitles.gate(gate)[language] + (open.contains(gate) ? " ·" : " ✓")
            }.joined(separator: "  "))
      }
      lines += release.copies.map { copy in
        let answer =
          copy.acknowledged.map {
            self("签收 ", "acknowledged ") + time($0.stamp.time) + " (+"
              + durationTitle($0.stamp.time - copy.sent.time)[language] + ")"
          } ?? self("未签收", "not acknowledged")
        return "   \(who(.centre(copy.centre)))  "
          + (copy.delivered == nil ? self("未送达", "not delivered") + "  " : "") + answer
          + (copy.published.map { self("  播发 ", "  published ") + time($0.stamp.time) } ?? "")
          + (copy.objected.map {
            Style.alarm(self("  异议：", "  objects: ") + terminalSafe($0.text ?? ""))
          } ?? "")
      }
      return lines
    }
  }

  private var claims: [String] {
    incident.claims.map { claim in
      let answers = incident.releases.filter { $0.claim == claim.number && $0.publication != nil }
      return "C\(claim.number) [\(claim.verdict.title[language])] \(terminalSafe(claim.text))"
        + (answers.isEmpty ? "" : "  → " + answers.map { "R\($0.number)" }.joined(separator: " "))
    }
  }

  private var actions: [String] {
    let untold = Set(incident.untoldActions.map(\.number))
    return sayDo
      + incident.actions.map { action in
        "A\(action.number) \(terminalSafe(action.text))"
          + (action.unit.map { " (\(terminalSafe($0)))" } ?? "")
          + (action.happened.map { " " + time($0) } ?? "")
          + (action.done == nil ? "" : self(" ✓", " ✓"))
          + action.proofs.map { "  " + Style.faint(terminalSafe($0.evidence.title[language])) }
          .joined()
          + (untold.contains(action.number)
            ? Style.faint(self("  尚未告知公众", "  not told yet")) : "")
      }
      + incident.promises.map { promise in
        "P\(promise.number) \(terminalSafe(promise.text)) (\(terminalSafe(promise.keeper)))  "
          + end(of: promise)
      }
  }

  private func end(of promise: Incident.Promise) -> String {
    if let kept = promise.kept {
      return kept.stamp.time <= promise.due
        ? Style.good("✓")
        : Style.alarm(self("✓ 迟 ", "✓ late by "))
          + durationTitle(kept.stamp.time - promise.due)[language]
    }
    if let broken = promise.broken {
      return Style.alarm(self("未兑现：", "not kept: ") + terminalSafe(broken.why))
    }
    return left(promise.due)
  }
}
