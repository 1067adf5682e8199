import Bytes
import Response

// Whether working days can be counted.
extension Configuration {
  /// The playbooks that count working days.
  private var countingPlaybooks: [String] {
    playbooks.filter { playbook in
      (playbook.clocks + (playbook.reports?.levels.map(\.clock) ?? [])).contains { rule in
        if case .workingDays = rule.within { true } else { false }
      }
    }.map(\.name.text)
  }

  /// A year that nobody has entered would leave clocks without a due time.
  func checkCalendar(of today: CivilTime) throws(ConfigurationFailure) {
    let names = countingPlaybooks
    guard !names.isEmpty, calendar?.knownYears.contains(today.year) != true else { return }
    let gap = CalendarGap(year: today.year).explanation
    let list = names.joined(separator: ", ")
    throw ConfigurationFailure(
      Bilingual(
        zh: "\(gap.zh)（按工作日计时的预案：\(list)）",
        en: "\(gap.en) (playbooks that count working days: \(list))"
      ))
  }

  /// The next year's days are announced in November; a clock of December may reach into it.
  private static let announcement = 11

  func calendarCautions(at today: CivilTime) -> [Bilingual] {
    guard today.month >= Self.announcement, !countingPlaybooks.isEmpty,
      calendar?.knownYears.contains(today.year + 1) != true
    else { return [] }
    return [CalendarGap(year: today.year + 1).explanation]
  }
}
