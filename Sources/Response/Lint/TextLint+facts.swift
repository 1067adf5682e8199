import Bytes

// What the text says otherwise than the fact sheet, and dates that cannot be.
extension TextLint {
  func numbers(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    for measure in Measure.all(in: part.text) {
      let told = facts.flatMap { entry in
        entry.measures.filter { Self.isSame($0.subject, measure.subject) }
          .map { (entry.fact, $0) }
      }
      guard let (fact, other) = told.first,
        !told.contains(where: { abs($0.1.value - measure.value) <= 1e-9 * abs(measure.value) })
      else { continue }
      if other.number == measure.number, other.unit != measure.unit {
        notes.add(
          .unitConflict, part, measure.range,
          zh: "口径 \(fact.label) 写作“\(other.text)”：数同而单位不同",
          en: "\(fact.label) says '\(other.text)': the same number of another unit")
      } else {
        notes.add(
          .numberConflict, part, measure.range, zh: "口径 \(fact.label) 写作“\(other.text)”",
          en: "\(fact.label) says '\(other.text)'")
      }
    }
  }

  private static func isSame(_ left: Measure.Subject, _ right: Measure.Subject) -> Bool {
    switch (left, right) {
    case (.size(let one, let first), .size(let other, let second)):
      one == other && (first == second)
    default: left == right
    }
  }

  func dates(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    for date in Self.dates(in: part.text, today: today) {
      guard date.day.exists else {
        notes.add(
          .impossibleDate, part, date.range, zh: "没有这一天", en: "there is no such day")
        continue
      }
      if let weekday = date.weekday, weekday != date.day.weekday {
        notes.add(
          .impossibleDate, part, date.range,
          zh: "这一天是星期\(Self.weekdays[date.day.weekday - 1])",
          en: "that day is a \(Self.englishWeekdays[date.day.weekday - 1])")
      }
    }
    if let eventTime { eventTimes(part, eventTime, &notes) }
  }

  /// `02:10` or `2 时 10 分` beside a word for what happened is the event time.
  private func eventTimes(
    _ part: LintNotes.Part, _ eventTime: CivilTime, _ notes: inout LintNotes
  ) {
    for (hour, minute, range) in Self.times(in: part.text) {
      let after = part.text[range.upperBound...].prefix(16)
      let before = part.text[..<range.lowerBound].suffix(40)
      let isEvent =
        Self.happenings.contains { after.contains($0) }
        || Self.englishHappenings.contains { before.lowercased().contains($0) }
      guard isEvent else { continue }
      // 2 点 may be said of 14:10.
      let isHour = hour == eventTime.hour || hour < 12 && hour + 12 == eventTime.hour
      if isHour, minute == nil || minute == eventTime.minute { continue }
      let right =
        String(eventTime.hour) + ":" + (eventTime.minute < 10 ? "0" : "")
        + String(eventTime.minute)
      notes.add(
        .dateConflict, part, range, zh: "记录的事发时间是 \(right)",
        en: "the record has \(right) as the time of the event")
    }
  }

  private static let happenings = ["发生", "爆炸", "起火", "坍塌", "泄漏", "溃口", "事发"]
  private static let englishHappenings = [
    "happened", "occurred", "broke out", "exploded", "struck",
  ]
  private static let weekdays = ["一", "二", "三", "四", "五", "六", "日"]
  private static let englishWeekdays = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]

  private struct FoundDate {
    let day: CivilTime
    /// As the text names it beside the date.
    let weekday: Int?
    let range: Range<String.Index>
  }

  /// `2026年11月22日（星期日）`, `11月22日`, `2026-11-22`.
  private static func dates(in text: String, today: CivilTime) -> [FoundDate] {
    var found: [FoundDate] = []
    for match in text.matches(of: #/(?:([0-9]{4}) ?年 ?)?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]/#) {
      let year = match.1.flatMap { Int($0) } ?? today.year
      guard let month = Int(match.2), let day = Int(match.3) else { continue }
      found.append(
        FoundDate(
          day: CivilTime(year: year, month: month, day: day),
          weekday: weekday(behind: text[match.range.upperBound...]), range: match.range))
    }
    for match in text.matches(of: #/([0-9]{4})-([0-9]{2})-([0-9]{2})/#) {
      guard let year = Int(match.1), let month = Int(match.2), let day = Int(match.3) else {
        continue
      }
      found.append(
        FoundDate(
          day: CivilTime(year: year, month: month, day: day),
          weekday: weekday(behind: text[match.range.upperBound...]), range: match.range))
    }
    return found
  }

  private static func weekday(behind text: Substring) -> Int? {
    let rest = text.drop { "（(，, ".contains($0) }
    for prefix in ["星期", "周"] where rest.hasPrefix(prefix) {
      let name = rest.dropFirst(prefix.count).prefix(1)
      if name == "天" { return 7 }
      return weekdays.firstIndex(of: String(name)).map { $0 + 1 }
    }
    return englishWeekdays.firstIndex { rest.hasPrefix($0) }.map { $0 + 1 }
  }

  private static func times(in text: String) -> [(
    hour: Int, minute: Int?, range: Range<String.Index>
  )] {
    var found: [(Int, Int?, Range<String.Index>)] = []
    for match in text.matches(of: #/([0-9]{1,2})[:：]([0-9]{2})(?![0-9:：])/#) {
      if let hour = Int(match.1), let minute = Int(match.2), hour < 24, minute < 60 {
        found.append((hour, minute, match.range))
      }
    }
    for match in text.matches(of: #/([0-9]{1,2}) ?[时点](?!间)(?: ?([0-9]{1,2}) ?分)?/#) {
      if let hour = Int(match.1), hour < 24 {
        found.append((hour, match.2.flatMap { Int($0) }, match.range))
      }
    }
    return found
  }
}
