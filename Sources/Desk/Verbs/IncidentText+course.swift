import Bytes
import Response

// How grave it is, who was asked, what was decided and learned.
extension IncidentText {
  /// The two scales that stand beside the grade.
  var scales: String {
    let course = incident.course
    let titles = [
      course.warning?.value?.title[language], course.responseLevel?.value?.title[language],
    ].compactMap { $0 }
    return titles.map { " · " + $0 }.joined()
  }

  /// `收集 ✓ → 会商 ✓ → 研判 · → …`, and who is on duty.
  var chain: String {
    let steps = incident.steps.map { step in
      step.step.title[language] + (step.stamp == nil ? " ·" : " ✓")
    }.joined(separator: " → ")
    let people = state.duty.onDuty(at: now).map { who(.person($0.person)) }
    return "\n" + steps
      + (people.isEmpty
        ? "" : self("　在岗 ", "   on duty: ") + people.joined(separator: self("、", ", ")))
  }

  var course: [String] {
    let course = incident.course
    var lines: [String] = []
    if let tally = course.tallies.last {
      lines.append(
        self("伤亡与损失：", "casualties: ") + tally.toll.title[language] + "  "
          + Style.faint("\(time(tally.stamp.time)) \(terminalSafe(tally.source))"))
    }
    if let triage { lines.append(triage) }
    if let lead = course.lead {
      lines.append(self("牵头单位：", "lead unit: ") + terminalSafe(lead.unit))
    }
    lines += course.consultations.map { asked in
      let reply =
        asked.reply.map { "→ " + terminalSafe($0.text) }
        ?? Style.alarm(self("未答复", "no reply yet")) + (asked.due.map { "  " + left($0) } ?? "")
      return "Q\(asked.number) \(terminalSafe(asked.unit))  \(terminalSafe(asked.about))  \(reply)"
    }
    lines += course.decisions.map { decision in
      let resolution = decision.resolution
      let chosen =
        resolution.chosen.map { " → " + terminalSafe(resolution.options[$0 - 1]) } ?? ""
      return "J\(decision.number) \(terminalSafe(resolution.matter))\(chosen)  "
        + Style.faint(
          time(decision.stamp.time) + self("，时口径第 ", ", fact sheet ")
            + "\(decision.factSheetVersion)" + self(" 版", ""))
    }
    lines += course.links.map { link in
      self("关联 ", "linked to ") + "\(link.other)"
        + (link.why.map { "  " + terminalSafe($0) } ?? "")
    }
    lines += course.lessons.map { lesson in
      "L\(lesson.number) [\(lesson.kind.title[language])] \(terminalSafe(lesson.text)) "
        + "(\(terminalSafe(lesson.owner)))  "
        + (lesson.done.map {
          Style.good("✓ ") + terminalSafe($0.how)
            + ($0.playbook.map { "  \($0)" } ?? "")
        } ?? left(lesson.due))
    }
    return lines
  }

  private var triage: String? {
    let answers = incident.course.triage
    guard !answers.isEmpty else { return nil }
    let verdict: String =
      switch incident.course.mustAnswer {
      case true?: Style.alarm(self("必须回应", "has to be answered"))
      case false?: self("不属于必答情形", "need not be answered")
      case nil: self("未判完", "not decided yet")
      }
    let yes = TriageQuestion.allCases.filter { answers[$0]?.isYes == true }
    return self("研判：", "triage: ") + verdict
      + (yes.isEmpty
        ? "" : " — " + yes.map { $0.title[language] }.joined(separator: self("、", "; ")))
  }
}

extension IncidentText {
  /// What was done against what was said, in one line, and each gap in one more.
  var sayDo: [String] {
    let sayDo = SayDo(incident)
    guard !incident.actions.isEmpty || sayDo.hasGap else { return [] }
    func names(_ numbers: [Int]) -> String { numbers.map { "A\($0)" }.joined(separator: " ") }
    var lines = [
      self("说与做：已做 ", "say and do: ") + "\(sayDo.done.count)" + self("，已告知 ", " done, ")
        + "\(sayDo.told.count)" + self("", " told")
        + (sayDo.untold.isEmpty
          ? "" : self("；未告知 ", "; not told: ") + names(sayDo.untold))
    ]
    lines += sayDo.notDone.map { gap in
      Style.alarm(
        self(
          "R\(gap.release) 已告知 A\(gap.action)，但没有办结记录",
          "R\(gap.release) tells A\(gap.action), which nobody has recorded as done"))
    }
    lines += sayDo.unlinked.map { claimed in
      Style.alarm(
        self("R\(claimed.release) 说了而无处置记录：", "R\(claimed.release) says, with no action: ")
          + terminalSafe(shortened(claimed.sentence, to: 60)))
    }
    return lines
  }
}
