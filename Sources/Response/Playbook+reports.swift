import Bytes

// The key `reports` of a playbook file.
extension Playbook {
  static func reportRule(_ fields: Fields?) throws(FieldFailure) -> ReportRule? {
    guard var fields else { return nil }
    var known: [String] = []
    let levels = try fields.objects("levels") { (entry) throws(FieldFailure) in
      let level = try reportLevel(&entry, after: known)
      known.append(level.id)
      return level
    }
    guard !levels.isEmpty else {
      throw fields.failure(
        "levels", Bilingual(zh: "至少要有一级", en: "there has to be a level"))
    }
    let needs = try fields.texts(ifPresent: "needs") ?? []
    var supplement: ReportRule.Supplement?
    if var entry = try fields.fields(ifPresent: "supplement") {
      supplement = ReportRule.Supplement(
        within: try entry.period("within"), rule: try entry.text("rule"))
      try entry.finish()
    }
    try fields.finish()
    return ReportRule(levels: levels, needs: needs, supplement: supplement)
  }

  /// A level names only levels before it, so that no chain can run in a circle.
  private static func reportLevel(_ fields: inout Fields, after known: [String])
    throws(FieldFailure) -> ReportLevel
  {
    let id = try fields.text("id")
    guard !known.contains(id) else {
      throw fields.failure("id", Bilingual(zh: "“\(id)”出现两次", en: "'\(id)' stands twice"))
    }
    let title = try fields.bilingual("title")
    let anchor: Anchor? = try fields.choice(ifPresent: "from")
    let earlier = try fields.text(ifPresent: "after")
    let start: Start
    switch (anchor, earlier) {
    case (let anchor?, nil): start = .anchor(anchor)
    case (nil, let earlier?):
      guard known.contains(earlier) else {
        let near = nearest(to: earlier, among: known)
        throw fields.failure(
          "after",
          Bilingual(
            zh: "前面没有“\(earlier)”这一级" + (near.map { "；是否应为“\($0)”？" } ?? ""),
            en: "no level '\(earlier)' comes before this one"
              + (near.map { "; did you mean '\($0)'?" } ?? "")))
      }
      start = .report(level: earlier)
    case (nil, nil), (_?, _?):
      throw fields.failure(
        Bilingual(
          zh: "“\(id)”须写“from”（从何时起）或“after”（在哪一级之后），二者择一",
          en: "'\(id)' takes 'from' (when it starts) or 'after' (the level before it), one of them")
      )
    }
    return ReportLevel(
      id: id, title: title,
      clock: try clock(&fields, id: ReportLevel.clockID(of: id), start: start))
  }
}

extension Playbook.ReportLevel {
  /// The clock of a level bears a name that no clock of a file can have taken: those are checked.
  static func clockID(of level: String) -> String { "report.\(level)" }
}
