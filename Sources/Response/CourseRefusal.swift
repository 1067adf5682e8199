package import Bytes

/// The course of an incident does not allow it.
package enum CourseRefusal: Hashable, Sendable {
  case noTriageAnswer
  case emptyToll
  case negativeToll(Int)
  case notConsulted(String, asked: [String])
  case oneOption
  case noChoice(options: Int)
  case choiceWithoutOptions(Int)
  case linkToItself(IncidentID)
  case olderPlaybook(Name, version: Int, present: Int)
  case stepsWithoutPlace(Name, [String])
  case levelsWithoutPlace(Name, [String])
  case reviewBeforeClosing(IncidentID)
  case reviewedAlready(IncidentID)
  case noLessons(IncidentID)

  package var explanation: Bilingual {
    switch self {
    case .noTriageAnswer:
      Bilingual(
        zh: "没有回答任何一问；写作 emergency=yes misread=no",
        en: "no question is answered; write emergency=yes misread=no")
    case .emptyToll:
      Bilingual(
        zh: "没有任何数字；用 --dead、--missing、--injured、--loss 之一",
        en: "there is no number; give one of --dead, --missing, --injured, --loss")
    case .negativeToll(let number):
      Bilingual(zh: "\(number) 不是人数或金额", en: "\(number) is no number of people and no amount")
    case .notConsulted(let unit, let asked):
      Bilingual(
        zh: "没有向“\(unit)”征求过意见" + (asked.isEmpty ? "" : "；问过：\(asked.joined(separator: "、"))"),
        en: "'\(unit)' was not asked anything"
          + (asked.isEmpty ? "" : "; asked were: \(asked.joined(separator: ", "))"))
    case .oneOption:
      Bilingual(
        zh: "只有一个选项不成其为选择；至少写两个 --option，或一个也不写",
        en: "one option is no choice; give at least two with --option, or none")
    case .noChoice(let options):
      Bilingual(
        zh: "用 --chosen 1 至 \(options) 写明选了哪一个",
        en: "say which of the \(options) options was chosen, with --chosen 1 to \(options)")
    case .choiceWithoutOptions(let chosen):
      Bilingual(
        zh: "“--chosen \(chosen)”没有可选的 --option",
        en: "'--chosen \(chosen)' has no --option to choose")
    case .linkToItself(let id):
      Bilingual(zh: "\(id) 不能与自身关联", en: "\(id) cannot be linked to itself")
    case .olderPlaybook(let name, let version, let present):
      Bilingual(
        zh: "预案“\(name)”现有文件是第 \(version) 版，本事件已用第 \(present) 版；改动后请提高 version",
        en: "the file of playbook '\(name)' is version \(version), and the incident has "
          + "version \(present); raise 'version' with every change")
    case .stepsWithoutPlace(let name, let steps):
      Bilingual(
        zh: "预案“\(name)”没有本事件已有文稿的步骤：\(steps.joined(separator: "、"))",
        en: "playbook '\(name)' has no place for texts of the incident: "
          + steps.joined(separator: ", "))
    case .levelsWithoutPlace(let name, let levels):
      Bilingual(
        zh: "预案“\(name)”没有本事件已上报的层级：\(levels.joined(separator: "、"))",
        en: "playbook '\(name)' has no place for levels that were reported to: "
          + levels.joined(separator: ", "))
    case .reviewBeforeClosing(let id):
      Bilingual(
        zh: "事件 \(id) 尚未结束；先 incident close \(id)，再完成评估",
        en: "incident \(id) is not closed; use incident close \(id) before its review is finished")
    case .reviewedAlready(let id):
      Bilingual(zh: "事件 \(id) 已评估", en: "incident \(id) was reviewed already")
    case .noLessons(let id):
      Bilingual(
        zh: "还没有任何一条经验；先用 incident review \(id) helped|hindered 记下起了作用和有妨碍的",
        en: "no lesson is recorded; enter what helped and what hindered with "
          + "incident review \(id) helped|hindered first")
    }
  }
}
