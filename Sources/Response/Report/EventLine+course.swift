import Bytes

// The course of an incident, and the duty roster.
extension EventLine {
  func text(of event: CourseEvent) -> Bilingual {
    switch event {
    case .warningSet(let colour, let why):
      Bilingual(
        zh: "预警级别：\(colour?.title.zh ?? "解除")（\(why)）",
        en: "warning level: \(colour?.title.en ?? "lifted") (\(why))")
    case .responseLevelSet(let level, let why):
      Bilingual(
        zh: "响应级别：\(level?.title.zh ?? "终止响应")（\(why)）",
        en: "response level: \(level?.title.en ?? "response ended") (\(why))")
    case .tallied(let toll, let source):
      Bilingual(
        zh: "伤亡与损失：\(toll.title.zh)；来源：\(source)",
        en: "casualties: \(toll.title.en); source: \(source)")
    case .triaged(let answers, let why): triaged(answers, why)
    case .leadNamed(let unit, let why):
      Bilingual(
        zh: "牵头单位：\(unit)" + (why.map { "（\($0)）" } ?? ""),
        en: "lead unit: \(unit)" + (why.map { " (\($0))" } ?? ""))
    case .consulted(let number, let unit, let about, let due):
      Bilingual(
        zh: "征求意见 Q\(number)：\(unit)，\(about)" + (due.map { "；限 \(state.zone.text($0))" } ?? ""),
        en: "consultation Q\(number) of \(unit): \(about)"
          + (due.map { "; due \(state.zone.text($0))" } ?? ""))
    case .replied(let number, let text):
      Bilingual(zh: "Q\(number) 答复：\(text)", en: "reply to Q\(number): \(text)")
    case .linked(let other, let why):
      Bilingual(
        zh: "关联事件 \(other)" + (why.map { "：\($0)" } ?? ""),
        en: "linked to incident \(other)" + (why.map { ": \($0)" } ?? ""))
    case .decided(let number, let resolution): decided(number, resolution)
    case .playbookChanged(let reference, let why):
      Bilingual(
        zh: "换用预案 \(reference.name) 第 \(reference.version) 版：\(why)",
        en: "playbook changed to \(reference.name) version \(reference.version): \(why)")
    case .evidenceAdded(let number, let evidence):
      Bilingual(
        zh: "处置 A\(number) 凭据：\(evidence.title.zh)",
        en: "evidence of action A\(number): \(evidence.title.en)")
    case .promiseHanded(let number, let owner, let how):
      Bilingual(
        zh: "承诺 P\(number) 移交\(owner)" + (how.map { "：\($0)" } ?? ""),
        en: "promise P\(number) handed to \(owner)" + (how.map { ": \($0)" } ?? ""))
    case .promiseBroken(let number, let why):
      Bilingual(zh: "承诺 P\(number) 未能兑现：\(why)", en: "promise P\(number) not kept: \(why)")
    case .lessonAdded(let number, let kind, let text, let owner, let due):
      Bilingual(
        zh: "经验 L\(number)（\(kind.title.zh)）：\(text)；\(owner)，限 \(state.zone.text(due))",
        en: "lesson L\(number) (\(kind.title.en)): \(text); \(owner), due \(state.zone.text(due))")
    case .lessonDone(let number, let how, let playbook):
      Bilingual(
        zh: "经验 L\(number) 已落实：\(how)" + (playbook.map { "；预案 \($0)" } ?? ""),
        en: "lesson L\(number) done: \(how)" + (playbook.map { "; playbook \($0)" } ?? ""))
    case .reviewed(let summary):
      Bilingual(zh: "评估完成：\(summary)", en: "review finished: \(summary)")
    }
  }

  private func triaged(_ answers: [Incident.TriageAnswer], _ why: String?) -> Bilingual {
    let zh = answers.map { "\($0.question.title.zh)：\($0.isYes ? "是" : "否")" }
    let en = answers.map { "\($0.question.title.en): \($0.isYes ? "yes" : "no")" }
    return Bilingual(
      zh: "研判：" + zh.joined(separator: "；") + (why.map { "（\($0)）" } ?? ""),
      en: "triage: " + en.joined(separator: "; ") + (why.map { " (\($0))" } ?? ""))
  }

  private func decided(_ number: Int, _ resolution: Incident.Resolution) -> Bilingual {
    let options = resolution.options.enumerated().map { index, option in
      (index + 1 == resolution.chosen ? "✓ " : "") + option
    }.joined(separator: " / ")
    return Bilingual(
      zh: "决定 J\(number)：\(resolution.matter)" + (options.isEmpty ? "" : "；选项：\(options)")
        + (resolution.why.map { "；理由：\($0)" } ?? "") + (resolution.body.map { "；\($0)" } ?? ""),
      en: "decision J\(number): \(resolution.matter)"
        + (options.isEmpty ? "" : "; options: \(options)")
        + (resolution.why.map { "; because: \($0)" } ?? "")
        + (resolution.body.map { "; by \($0)" } ?? ""))
  }

  func text(of event: DutyEvent) -> Bilingual {
    func name(_ person: Name) -> Bilingual {
      state.registry?.title(of: .person(person)) ?? Bilingual(same: person.text)
    }
    switch event {
    case .began(let person, let from, let until):
      let zone = state.zone
      return Bilingual(
        zh: "\(name(person).zh) 值班：自 \(zone.text(from))"
          + (until.map { " 至 \(zone.text($0))" } ?? ""),
        en: "\(name(person).en) on duty from \(zone.text(from))"
          + (until.map { " until \(zone.text($0))" } ?? ""))
    case .ended(let person):
      return Bilingual(zh: "\(name(person).zh) 下班", en: "\(name(person).en) off duty")
    case .handedOver(let number, let text, let to, _):
      return Bilingual(
        zh: "交班 \(number)" + (to.map { "（给 \(name($0).zh)）" } ?? "") + "：\(text)",
        en: "hand-over \(number)" + (to.map { " (to \(name($0).en))" } ?? "") + ": \(text)")
    case .tookOver(let number):
      return Bilingual(zh: "接班 \(number)", en: "hand-over \(number) taken")
    }
  }
}
