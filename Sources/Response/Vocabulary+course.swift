package import Bytes

// The scales and questions of an incident's course. The event grade (分级), the warning colour (预警
// 级别) and the response level (响应级别) are three different things with four steps each
// (突发事件应对法 art. 3, 63, 71); none of them follows from another.

/// The warning level by its colour, 一级 to 四级.
package enum WarningColour: String, CaseIterable, Sendable {
  case red
  case orange
  case yellow
  case blue

  package var title: Bilingual {
    switch self {
    case .red: Bilingual(zh: "红色预警（一级）", en: "red warning")
    case .orange: Bilingual(zh: "橙色预警（二级）", en: "orange warning")
    case .yellow: Bilingual(zh: "黄色预警（三级）", en: "yellow warning")
    case .blue: Bilingual(zh: "蓝色预警（四级）", en: "blue warning")
    }
  }
}

/// How much of the plan has been set in motion.
package enum ResponseLevel: String, CaseIterable, Sendable {
  case first = "I"
  case second = "II"
  case third = "III"
  case fourth = "IV"

  package var title: Bilingual {
    switch self {
    case .first: Bilingual(zh: "一级响应", en: "response level I")
    case .second: Bilingual(zh: "二级响应", en: "response level II")
    case .third: Bilingual(zh: "三级响应", en: "response level III")
    case .fourth: Bilingual(zh: "四级响应", en: "response level IV")
    }
  }
}

/// The classes of matters that have to be answered: five of 国办发〔2016〕61号, the last of 80号.
package enum TriageQuestion: String, CaseIterable, Sendable {
  case misread
  case interests
  case conscience
  case emergency
  case ordered
  case falsehood

  package var title: Bilingual {
    switch self {
    case .misread:
      Bilingual(zh: "对政策措施有误解误读", en: "a policy is misunderstood or misread")
    case .interests:
      Bilingual(zh: "涉及公众切身利益且影响较大", en: "it touches people's vital interests and spreads widely")
    case .conscience:
      Bilingual(zh: "冲击社会道德底线", en: "it shocks the moral sense of the public")
    case .emergency:
      Bilingual(zh: "突发事件、自然灾害等", en: "an emergency or a disaster")
    case .ordered: Bilingual(zh: "上级要求回应", en: "a superior office asks for an answer")
    case .falsehood:
      Bilingual(zh: "信息严重失实", en: "what circulates is seriously untrue")
    }
  }

  package var rule: String {
    switch self {
    case .misread, .interests, .conscience, .emergency, .ordered: "国办发〔2016〕61号"
    case .falsehood: "国办发〔2016〕80号"
    }
  }
}

/// The chain of 国办发〔2016〕80号: collect, consult, judge, answer, evaluate.
package enum CourseStep: String, CaseIterable, Sendable {
  case collect
  case consult
  case judge
  case answer
  case evaluate

  package var title: Bilingual {
    switch self {
    case .collect: Bilingual(zh: "收集", en: "collect")
    case .consult: Bilingual(zh: "会商", en: "consult")
    case .judge: Bilingual(zh: "研判", en: "judge")
    case .answer: Bilingual(zh: "回应", en: "answer")
    case .evaluate: Bilingual(zh: "评估", en: "evaluate")
    }
  }
}

/// What a review found: it asks what helped and what hindered, never who was to blame.
package enum LessonKind: String, CaseIterable, Sendable {
  case helped
  case hindered

  package var title: Bilingual {
    switch self {
    case .helped: Bilingual(zh: "起了作用", en: "helped")
    case .hindered: Bilingual(zh: "有妨碍", en: "hindered")
    }
  }
}
