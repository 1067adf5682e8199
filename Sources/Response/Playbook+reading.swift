package import Bytes

// The keys of a playbook file. Each is read here and nowhere else; a key that is not read here is an
// error that names the nearest one.
//
//   playbook   name of the playbook: lower-case letters, digits, - _ .
//   version    whole number, raised with every change
//   kind       emergency | opinion
//   class      natural | accident | health | safety | opinion | policy | data
//   title      {"zh-CN", en}
//   clocks[]   id · from (event | detected | opened) · within (PT5H, P1D, or working days: P5WD)
//              · rule (the document) · soft (a target of the desk's own) · when {grade: ["I", …], kind}
//   reports    the chain upwards, none of it public: levels[] (id · title · from, or after an earlier
//              level's id · within · rule · soft · when) · needs (what a report has to say)
//              · supplement {within, rule}: how long changed casualties are reported again
//   grades     what suggests a grade: I, II, III {dead, injured, loss (yuan)} · otherwise (the grade of
//              what reaches none) · rule
//   review     ordinary, emergency: {gates ("in order" | "in parallel"), persons, gateWithin,
//              deputyAfter} · override (true: two approvers with a reason may let a text out
//              before its gates; loud in record and report)
//   stages[]   id · title · steps (names, or {id, title}) · after (steps that come first)
//              · meets {step: clock} · needs (slots) · gates · approver (role) · audience (public,
//              centres) · template · perClaim · coSigner ("suggested") · every {I, II, III, IV,
//              default} · required
//   centres    ackWithin {I, II, III, IV, default} · escalate ("mail", "phone task")

extension Playbook {
  /// Reads a definition. Every mistake names its place, and none hides another.
  package init(_ json: JSON) throws(FieldFailure) {
    var fields = try Fields(json)
    var problems = FieldProblems()
    // One by one: a key that is not asked for would look unknown.
    let name = problems.take { () throws(FieldFailure) in
      try fields.value(
        "playbook",
        Bilingual(zh: "小写字母、数字组成的名称", en: "a name of lower-case letters and digits"), { Name($0) })
    }
    let version = problems.take { () throws(FieldFailure) in try fields.integer("version") }
    let kind: IncidentKind? = problems.take { () throws(FieldFailure) in
      try fields.choice("kind")
    }
    let incidentClass: IncidentClass? = problems.take { () throws(FieldFailure) in
      try fields.choice("class")
    }
    let title = problems.take { () throws(FieldFailure) in try fields.bilingual("title") }
    let clocks = problems.take { () throws(FieldFailure) in
      try fields.objects("clocks", Self.clock)
    }
    let reports = problems.take { () throws(FieldFailure) in
      try Self.reportRule(try fields.fields(ifPresent: "reports"))
    }
    let grades = problems.take { () throws(FieldFailure) in
      try Self.gradeTable(try fields.fields(ifPresent: "grades"))
    }
    let review = problems.take { () throws(FieldFailure) in
      try Self.lanes(try fields.fields(ifPresent: "review"))
    }
    // A stage is checked against the clocks' names, also where a clock is wrong otherwise.
    let clockIDs = json["clocks"]?.array?.compactMap { $0["id"]?.string } ?? []
    let stages = problems.take { () throws(FieldFailure) in
      try fields.objects("stages") { (stage) throws(FieldFailure) in
        try Self.stage(&stage, clocks: clockIDs)
      }
    }
    let centres = problems.take { () throws(FieldFailure) in
      try Self.centreRule(try fields.fields(ifPresent: "centres"))
    }
    problems.take { () throws(FieldFailure) in try fields.finish() }
    try problems.finish()
    guard let name, let version, let kind, let incidentClass, let title, let clocks, let reports,
      let grades, let review, let stages, let centres
    else { preconditionFailure("a part is missing only where its problem was told") }
    self.name = name
    self.version = version
    self.kind = kind
    self.incidentClass = incidentClass
    self.title = title
    self.clocks = clocks
    self.reports = reports
    self.grades = grades
    (lanes, allowsOverride) = review
    self.stages = stages
    self.centres = centres
    definition = json
    hash = SHA256.hash(JSONWriter.bytes { $0.value(json) })
    try checkReferences(fields)
  }

  private static func gradeTable(_ fields: Fields?) throws(FieldFailure) -> GradeTable? {
    guard var fields else { return nil }
    return try GradeTable(&fields)
  }

  /// What no part can say alone: numbers, names that stand twice, names that stand for nothing.
  private func checkReferences(_ fields: Fields) throws(FieldFailure) {
    var problems = FieldProblems()
    func refuse(_ name: String, _ place: JSON?, _ zh: String, _ en: String) {
      let message = Bilingual(zh: zh, en: en)
      problems.add(
        place.map { FieldFailure(message, at: $0.offset) } ?? fields.failure(name, message))
    }
    if version < 1 { refuse("version", nil, "“version”从 1 开始", "'version' starts at 1") }
    if stages.isEmpty { refuse("stages", nil, "至少要有一个环节", "there has to be a stage") }
    for (what, names) in [("clocks", clocks.map(\.id)), ("stages", stepNames)] {
      let twice = Dictionary(grouping: names, by: { $0 }).filter { $0.value.count > 1 }.keys
      for name in twice.sorted() {
        refuse(what, nil, "“\(name)”出现两次", "'\(name)' stands twice")
      }
    }
    for (index, stage) in stages.enumerated() {
      for earlier in stage.after where step(earlier) == nil {
        let near = nearest(to: earlier, among: stepNames)
        refuse(
          "stages", definition["stages"]?.array?[index]["after"],
          "环节“\(stage.id)”的“after”指向不存在的“\(earlier)”" + (near.map { "；是否应为“\($0)”？" } ?? ""),
          "stage '\(stage.id)' comes after '\(earlier)', which does not exist"
            + (near.map { "; did you mean '\($0)'?" } ?? ""))
      }
    }
    let met = Set(stages.flatMap { $0.steps.compactMap(\.meets) })
    for (index, clock) in clocks.enumerated() where !met.contains(clock.id) {
      refuse(
        "clocks", definition["clocks"]?.array?[index],
        "没有任何环节能停止时钟“\(clock.id)”（见“meets”）",
        "no step stops the clock '\(clock.id)'; name it under 'meets'")
    }
    try problems.finish()
  }

  private static func clock(_ fields: inout Fields) throws(FieldFailure) -> ClockRule {
    let id = try fields.text("id")
    return try clock(&fields, id: id, start: .anchor(try fields.choice("from")))
  }

  /// The rest of a clock, wherever it stands.
  static func clock(_ fields: inout Fields, id: String, start: Start) throws(FieldFailure)
    -> ClockRule
  {
    let within = try fields.value("within", Self.spanForm) { TimeLimit($0) }
    let rule = try fields.text("rule")
    let isSoft = try fields.flag(ifPresent: "soft") ?? false
    var condition: Condition?
    if var when = try fields.fields(ifPresent: "when") {
      condition = Condition(
        grades: try when.choices(ifPresent: "grade") ?? [],
        kinds: try when.choices(ifPresent: "kind") ?? [])
      try when.finish()
    }
    return ClockRule(
      id: id, start: start, within: within, condition: condition, isSoft: isSoft, rule: rule)
  }

  private static let spanForm = Bilingual(
    zh: "时长，如 PT30M、PT5H、P2D，或工作日 P5WD",
    en: "a length of time, as in PT30M, PT5H, P2D, or working days as in P5WD")

  private static func lanes(_ fields: Fields?) throws(FieldFailure) -> ([Lane: LaneRule], Bool) {
    guard var fields else { return ([:], false) }
    var lanes: [Lane: LaneRule] = [:]
    for lane in Lane.allCases {
      guard var rule = try fields.fields(ifPresent: lane.rawValue) else { continue }
      let smallest = lane == .emergency ? 2 : 3
      let persons = try rule.integer(ifPresent: "persons") ?? smallest
      guard persons >= 2 else {
        throw rule.failure(
          "persons", Bilingual(zh: "至少要有两个人参与", en: "at least two people have to take part"))
      }
      lanes[lane] = LaneRule(
        order: try rule.choice("gates"), persons: persons,
        gateWithin: try rule.period(ifPresent: "gateWithin"),
        deputyAfter: try rule.period(ifPresent: "deputyAfter"))
      try rule.finish()
    }
    let allowsOverride = try fields.flag(ifPresent: "override") ?? false
    try fields.finish()
    return (lanes, allowsOverride)
  }

  private static func stage(_ fields: inout Fields, clocks: [String]) throws(FieldFailure) -> Stage
  {
    let id = try fields.text("id")
    let title = try fields.bilingual(ifPresent: "title") ?? UsualTitles.stage(id)
    let meets = try meetings(&fields, clocks: clocks)
    let steps = try steps(&fields, stage: id, title: title, meets: meets)
    let coSigner = try fields.text(ifPresent: "coSigner")
    if let coSigner, coSigner != "suggested" {
      throw fields.failure(
        "coSigner",
        Bilingual(zh: "“coSigner”只能是“suggested”", en: "'coSigner' can only be 'suggested'"))
    }
    return Stage(
      id: id, title: title, steps: steps,
      after: try fields.texts(ifPresent: "after") ?? [],
      needs: try fields.texts(ifPresent: "needs") ?? [],
      gates: try fields.texts(ifPresent: "gates")
        ?? ["political", "legal", "confidentiality", "text"],
      approver: try fields.choice(ifPresent: "approver") ?? .lead,
      audience: try fields.choices(ifPresent: "audience") ?? [.everyone, .centres],
      template: try fields.text(ifPresent: "template"),
      isPerClaim: try fields.flag(ifPresent: "perClaim") ?? false,
      suggestsCoSigner: coSigner != nil,
      cadence: try fields.periodsByGrade(ifPresent: "every"),
      isRequired: try fields.flag(ifPresent: "required") ?? false)
  }

  private static func meetings(_ fields: inout Fields, clocks: [String]) throws(FieldFailure)
    -> [String: String]
  {
    guard var meets = try fields.fields(ifPresent: "meets") else { return [:] }
    var meetings: [String: String] = [:]
    for step in meets.names {
      let clock = try meets.text(step)
      guard clocks.contains(clock) else {
        let near = nearest(to: clock, among: clocks)
        throw meets.failure(
          step,
          Bilingual(
            zh: "没有时钟“\(clock)”" + (near.map { "；是否应为“\($0)”？" } ?? ""),
            en: "there is no clock '\(clock)'" + (near.map { "; did you mean '\($0)'?" } ?? "")))
      }
      meetings[step] = clock
    }
    return meetings
  }

  private static func steps(
    _ fields: inout Fields, stage id: String, title: Bilingual, meets: [String: String]
  ) throws(FieldFailure) -> [Step] {
    guard let list = try fields.array(ifPresent: "steps") else {
      if let stranger = meets.keys.filter({ $0 != id }).min() {
        throw unknownStep(stranger, fields)
      }
      return [Step(name: id, title: title, meets: meets[id])]
    }
    var steps: [Step] = []
    for element in list {
      if let name = element.string {
        let full = "\(id).\(name)"
        steps.append(Step(name: full, title: UsualTitles.stage(full), meets: meets[name]))
      } else {
        var step = try Fields(element, path: fields.inner("steps"))
        let name = try step.text("id")
        let title = try step.bilingual("title")
        try step.finish()
        steps.append(Step(name: "\(id).\(name)", title: title, meets: meets[name]))
      }
    }
    if let stranger = meets.keys.filter({ key in !steps.contains { $0.name == "\(id).\(key)" } })
      .min()
    {
      throw unknownStep(stranger, fields)
    }
    return steps
  }

  private static func unknownStep(_ name: String, _ fields: Fields) -> FieldFailure {
    fields.failure(
      "meets",
      Bilingual(zh: "“meets”指向不存在的步骤“\(name)”", en: "'meets' names '\(name)', which is no step"))
  }

  private static func centreRule(_ fields: Fields?) throws(FieldFailure) -> CentreRule {
    guard var fields else { return CentreRule(acknowledgeWithin: [:], escalation: []) }
    let rule = CentreRule(
      acknowledgeWithin: try fields.periodsByGrade(ifPresent: "ackWithin"),
      escalation: try fields.choices(ifPresent: "escalate") ?? [])
    try fields.finish()
    return rule
  }
}

// What only playbooks read.
extension Fields {
  mutating func period(_ name: String) throws(FieldFailure) -> Period {
    try value(name, Self.periodForm) { Period($0) }
  }

  fileprivate mutating func period(ifPresent name: String) throws(FieldFailure) -> Period? {
    try value(ifPresent: name, Self.periodForm) { Period($0) }
  }

  private static let periodForm = Bilingual(
    zh: "时长，如 PT30M、PT5H、P2D", en: "a length of time, as in PT30M, PT5H, P2D")

  fileprivate mutating func periodsByGrade(ifPresent name: String) throws(FieldFailure)
    -> [Grade?: Period]
  {
    guard var fields = try fields(ifPresent: name) else { return [:] }
    var periods: [Grade?: Period] = [:]
    for grade in Grade.allCases {
      periods[grade] = try fields.period(ifPresent: grade.rawValue)
    }
    periods[nil] = try fields.period(ifPresent: "default")
    try fields.finish()
    return periods
  }
}
