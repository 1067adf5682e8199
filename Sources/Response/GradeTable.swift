package import Bytes

/// From how many dead, seriously injured or how much loss on an event has which grade.
///
/// It only suggests: a person gives the grade, because the numbers of the first hours are wrong.
package struct GradeTable: Hashable, Sendable {
  /// Each with what reaches it; "以上" includes the number itself.
  package let thresholds: [Grade: Toll]
  /// The grade of what reaches none of them.
  package let lowest: Grade?
  package let rule: String

  package struct Suggestion: Hashable, Sendable {
    package let grade: Grade
    /// The measure that decided, as it stands in the table: `10 dead or more`.
    package let because: Bilingual
    package let rule: String
  }

  /// The gravest grade that one of the measures reaches; nil while nothing is counted.
  package func suggestion(for toll: Toll) -> Suggestion? {
    guard toll.dead != nil || toll.injured != nil || toll.loss != nil else { return nil }
    for grade in Grade.allCases.sorted() {
      guard let threshold = thresholds[grade] else { continue }
      if let dead = threshold.dead, toll.dead ?? 0 >= dead {
        return Suggestion(
          grade: grade, because: Bilingual(zh: "死亡 \(dead) 人以上", en: "\(dead) dead or more"),
          rule: rule)
      }
      if let injured = threshold.injured, toll.injured ?? 0 >= injured {
        return Suggestion(
          grade: grade,
          because: Bilingual(zh: "重伤 \(injured) 人以上", en: "\(injured) seriously injured or more"),
          rule: rule)
      }
      if let loss = threshold.loss, toll.loss ?? 0 >= loss {
        return Suggestion(
          grade: grade,
          because: Bilingual(
            zh: "直接损失 \(yuan(loss).zh)以上", en: "a loss of \(yuan(loss).en) or more"), rule: rule)
      }
    }
    return lowest.map {
      Suggestion(
        grade: $0, because: Bilingual(zh: "未达更高一级", en: "below the next grade"), rule: rule)
    }
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    rule = try fields.text("rule")
    lowest = try fields.choice(ifPresent: "otherwise")
    var thresholds: [Grade: Toll] = [:]
    for grade in Grade.allCases {
      guard var entry = try fields.fields(ifPresent: grade.rawValue) else { continue }
      let toll = Toll(
        dead: try entry.integer(ifPresent: "dead"),
        injured: try entry.integer(ifPresent: "injured"),
        loss: try entry.integer(ifPresent: "loss"))
      try entry.finish()
      guard !toll.isEmpty, [toll.dead, toll.injured, toll.loss].allSatisfy({ $0 ?? 1 > 0 }) else {
        throw fields.failure(
          grade.rawValue,
          Bilingual(
            zh: "写出 dead、injured、loss 中至少一个正数",
            en: "give at least one of dead, injured, loss as a number above 0"))
      }
      thresholds[grade] = toll
    }
    try fields.finish()
    self.thresholds = thresholds
    // A graver grade takes more: otherwise a slip of one digit would hide it.
    let columns: [(Toll) -> Int?] = [\.dead, \.injured, \.loss]
    for column in columns {
      let numbers = Grade.allCases.sorted().compactMap { thresholds[$0].flatMap(column) }
      guard numbers == numbers.sorted(by: >), Set(numbers).count == numbers.count else {
        throw fields.failure(
          Bilingual(
            zh: "级别越高，数字应越大：\(numbers.map(String.init).joined(separator: "、"))",
            en: "a graver grade takes more: \(numbers.map(String.init).joined(separator: ", "))"))
      }
    }
  }
}
