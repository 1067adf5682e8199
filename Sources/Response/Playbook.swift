package import Bytes

/// What a desk has resolved to do in one kind of incident: which releases, after what, due when by
/// which rule, through which gates, to whom. It is data; this is its meaning.
package struct Playbook: Hashable, Sendable {
  package let name: Name
  package let version: Int
  package let kind: IncidentKind
  package let incidentClass: IncidentClass
  package let title: Bilingual
  package let clocks: [ClockRule]
  package let reports: ReportRule?
  /// Which casualties suggest which grade; nil where the class of event has no grades.
  package let grades: GradeTable?
  package let lanes: [Lane: LaneRule]
  /// Whether two approvers may let a text out before its gates. Off unless the playbook says so.
  package let allowsOverride: Bool
  package let stages: [Stage]
  package let centres: CentreRule
  /// The whole definition as it was read. The journal keeps it, so that a record can be understood
  /// when the file has long changed.
  package let definition: JSON
  /// SHA-256 over the definition, written without blanks.
  package let hash: Digest

  /// A clock that starts with the event or with the record, and ends with a step or a report.
  package struct ClockRule: Hashable, Sendable {
    package let id: String
    package let start: Start
    package let within: TimeLimit
    package let condition: Condition?
    /// A soft clock is a target of the desk's own; a hard one is somebody's law.
    package let isSoft: Bool
    /// The document that sets it, as it is to be shown beside the due time.
    package let rule: String
  }

  package enum Start: Hashable, Sendable {
    case anchor(Anchor)
    /// The report to an earlier level has gone: each level has its own time from there.
    case report(level: String)
  }

  package enum Anchor: String, CaseIterable, Sendable {
    /// When it happened; the opening of the record as long as nobody knows.
    case event
    /// When the desk first heard of it; the opening if a person told the desk.
    case detected
    case opened
  }

  /// The chain in which an incident is reported upwards, level by level. None of it is public.
  package struct ReportRule: Hashable, Sendable {
    package let levels: [ReportLevel]
    /// What a report has to say.
    package let needs: [String]
    /// For how long a changed number of casualties has to be reported again, and which rule says so.
    package let supplement: Supplement?

    package struct Supplement: Hashable, Sendable {
      package let within: Period
      package let rule: String
    }
  }

  package struct ReportLevel: Hashable, Sendable {
    package let id: String
    package let title: Bilingual
    package let clock: ClockRule
  }

  /// When a clock applies. A grade that is not known yet leaves it undecided.
  package struct Condition: Hashable, Sendable {
    package let grades: [Grade]
    package let kinds: [IncidentKind]
  }

  package struct LaneRule: Hashable, Sendable {
    package enum Order: String, CaseIterable, Sendable {
      case inOrder = "in order"
      case inParallel = "in parallel"
    }

    package let order: Order
    /// How many different people have to have had a part: author, signers and approver together.
    package let persons: Int
    package let gateWithin: Period?
    package let deputyAfter: Period?
  }

  package struct Stage: Hashable, Sendable {
    package let id: String
    package let title: Bilingual
    /// Each step with the name that a command uses: `truth.brief`, or the stage's own name.
    package let steps: [Step]
    package let after: [String]
    package let needs: [String]
    package let gates: [String]
    package let approver: Role
    package let audience: [Audience]
    package let template: String?
    package let isPerClaim: Bool
    package let suggestsCoSigner: Bool
    /// How often it is to be repeated, by grade; the default stands under nil.
    package let cadence: [Grade?: Period]
    package let isRequired: Bool
  }

  package struct Step: Hashable, Sendable {
    package let name: String
    package let title: Bilingual
    /// The clock that the publication of this step stops.
    package let meets: String?
  }

  package enum Audience: String, CaseIterable, Sendable {
    case everyone = "public"
    case centres
  }

  package struct CentreRule: Hashable, Sendable {
    package enum Escalation: String, CaseIterable, Sendable {
      case mail
      case phoneTask = "phone task"
    }

    /// By grade; the default stands under nil.
    package let acknowledgeWithin: [Grade?: Period]
    package let escalation: [Escalation]
  }

  package func stage(ofStep name: String) -> Stage? {
    stages.first { stage in stage.steps.contains { $0.name == name } }
      ?? (name == Stage.correction.id ? .correction : nil)
  }

  package func step(_ name: String) -> Step? {
    (stages + [.correction]).lazy.flatMap(\.steps).first { $0.name == name }
  }

  package func reportLevel(_ id: String) -> ReportLevel? {
    reports?.levels.first { $0.id == id }
  }

  /// Every step's name, in the order of the playbook.
  package var stepNames: [String] { stages.flatMap { $0.steps.map(\.name) } }

  /// The lane that an incident of this kind takes unless somebody says otherwise.
  package var usualLane: Lane { kind == .emergency ? .emergency : .ordinary }

  package func laneRule(_ lane: Lane) -> LaneRule {
    lanes[lane]
      ?? LaneRule(
        order: lane == .emergency ? .inParallel : .inOrder, persons: lane == .emergency ? 2 : 3,
        gateWithin: nil, deputyAfter: nil)
  }
}

extension Playbook.Stage {
  /// Whoever publishes may have to correct, so that every playbook has this stage, named or not.
  package static let correction = Playbook.Stage(
    id: "correction", title: UsualTitles.stage("correction"),
    steps: [
      Playbook.Step(
        name: "correction", title: UsualTitles.stage("correction"), meets: nil)
    ], after: [], needs: ["wrong", "right"],
    gates: ["political", "legal", "confidentiality", "text"], approver: .lead,
    audience: [.everyone, .centres], template: "templates/correction", isPerClaim: false,
    suggestsCoSigner: false, cadence: [:], isRequired: false)
}

extension Dictionary where Key == Grade?, Value == Period {
  /// The period for a grade, or the default where the grade is unknown or not named.
  package func period(for grade: Grade?) -> Period? { self[grade] ?? self[nil] }
}

/// What a person reads for a gate, a slot or a stage whose name is one of the usual ones.
package enum UsualTitles {
  package static func gate(_ name: String) -> Bilingual {
    switch name {
    case "political": Bilingual(zh: "政治关", en: "political")
    case "legal": Bilingual(zh: "法律关", en: "legal")
    case "confidentiality": Bilingual(zh: "保密关", en: "confidentiality")
    case "text": Bilingual(zh: "文字关", en: "text")
    case "policy": Bilingual(zh: "政策关", en: "policy")
    case "expert": Bilingual(zh: "专家确认", en: "expert's own")
    default: Bilingual(same: name)
    }
  }

  package static func slot(_ name: String) -> Bilingual {
    switch name {
    case "what": Bilingual(zh: "何事", en: "what")
    case "where": Bilingual(zh: "何地", en: "where")
    case "when": Bilingual(zh: "何时", en: "when")
    case "known": Bilingual(zh: "已知", en: "known")
    case "unknown": Bilingual(zh: "待查", en: "not known yet")
    case "doing": Bilingual(zh: "正在做", en: "being done")
    case "hotline": Bilingual(zh: "热线", en: "hotline")
    case "nextUpdate": Bilingual(zh: "下次通报", en: "next update")
    case "signer": Bilingual(zh: "署名人", en: "signer")
    case "promises": Bilingual(zh: "承诺", en: "promises")
    case "advice": Bilingual(zh: "请您注意", en: "what you can do")
    case "categories": Bilingual(zh: "涉及的信息", en: "what information")
    case "harm": Bilingual(zh: "可能的后果", en: "what may follow")
    case "clause": Bilingual(zh: "条文", en: "clause")
    case "misreading": Bilingual(zh: "误读", en: "misreading")
    case "reading": Bilingual(zh: "正确理解", en: "right reading")
    case "question": Bilingual(zh: "问题", en: "question")
    case "answer": Bilingual(zh: "回答", en: "answer")
    case "expert": Bilingual(zh: "专家", en: "expert")
    case "claim": Bilingual(zh: "传言", en: "claim")
    case "evidence": Bilingual(zh: "依据", en: "evidence")
    case "actions": Bilingual(zh: "处置", en: "actions")
    case "wrong": Bilingual(zh: "原文有误处", en: "what was wrong")
    case "right": Bilingual(zh: "更正为", en: "what is right")
    default: Bilingual(same: name)
    }
  }

  /// What a report upwards says; the six of 生产安全事故报告和调查处理条例 art. 12 first.
  package static func reportItem(_ name: String) -> Bilingual {
    switch name {
    case "unit": Bilingual(zh: "事故发生单位概况", en: "the unit concerned")
    case "scene": Bilingual(zh: "时间、地点与现场情况", en: "time, place and scene")
    case "course": Bilingual(zh: "简要经过", en: "the course in brief")
    case "casualties": Bilingual(zh: "伤亡、失踪人数与初步损失", en: "casualties and estimated loss")
    case "measures": Bilingual(zh: "已采取的措施", en: "measures taken")
    case "other": Bilingual(zh: "其他应当报告的情况", en: "whatever else has to be reported")
    default: Bilingual(same: name)
    }
  }

  package static func stage(_ id: String) -> Bilingual {
    switch id {
    case "truth": Bilingual(zh: "公布真相", en: "truth")
    case "truth.brief": Bilingual(zh: "首报", en: "brief")
    case "truth.authoritative": Bilingual(zh: "权威发布", en: "authoritative")
    case "truth.detail": Bilingual(zh: "详情", en: "detail")
    case "stance": Bilingual(zh: "表明态度", en: "stance")
    case "notice": Bilingual(zh: "通知受影响的人", en: "notice")
    case "rebuttal": Bilingual(zh: "辟谣", en: "rebuttal")
    case "briefing": Bilingual(zh: "新闻发布会", en: "press briefing")
    case "response": Bilingual(zh: "回应", en: "response")
    case "update": Bilingual(zh: "动态", en: "update")
    case "expert": Bilingual(zh: "专家解读", en: "expert")
    case "clarification": Bilingual(zh: "政策澄清", en: "clarification")
    case "closing": Bilingual(zh: "结束通报", en: "closing")
    case "correction": Bilingual(zh: "更正", en: "correction")
    default: Bilingual(same: id)
    }
  }
}
