package import Bytes

/// A length of time as a rule states it: `PT5H`, `P2D`, `PT1H30M`.
///
/// The text is kept: a rule that says 24 hours is shown as 24 hours, not as a day.
package struct Period: Hashable, Sendable, CustomStringConvertible {
  package let text: String
  package let duration: Duration

  /// ISO 8601 with days, hours, minutes and seconds. Months and years are no lengths of time.
  package init?(_ text: some StringProtocol) {
    var rest = Substring(text)
    guard rest.popFirst() == "P" else { return nil }
    var total = Duration.zero
    var isTime = false
    var units: [Character] = []
    while let first = rest.first {
      if first == "T" {
        guard !isTime else { return nil }
        isTime = true
        rest.removeFirst()
        continue
      }
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      guard let count = Int(digits), count <= 1_000_000, let unit = rest.popFirst() else {
        return nil
      }
      switch (isTime, unit) {
      case (false, "D"): total += .days(count)
      case (true, "H"): total += .hours(count)
      case (true, "M"): total += .minutes(count)
      case (true, "S"): total += .seconds(count)
      default: return nil
      }
      units.append(unit)
    }
    // In falling order and each at most once, so that a length has few ways to be written.
    let order: [Character] = ["D", "H", "M", "S"]
    let places = units.compactMap { order.firstIndex(of: $0) }
    guard !units.isEmpty, places == places.sorted(), Set(units).count == units.count,
      total > .zero
    else { return nil }
    self.text = String(text)
    self.duration = total
  }

  package var description: String { text }

  /// As a person says it: `5 h`, `1 h 30 min`, `5 小时`.
  package var title: Bilingual { durationTitle(duration) }
}

/// A length of time in words, to the minute; under a minute to the second.
package func durationTitle(_ duration: Duration) -> Bilingual {
  let total = abs(duration.microseconds / 1_000_000)
  guard total >= 60 else { return Bilingual(zh: "\(total) 秒", en: "\(total) s") }
  let minutes = total / 60
  let (hours, rest) = (minutes / 60, minutes % 60)
  // Nobody counts weeks in hours; a rule of 24 or 48 hours is still read as it is written.
  if hours >= 72 {
    let (days, left) = (hours / 24, hours % 24)
    return Bilingual(
      zh: "\(days) 天" + (left == 0 ? "" : " \(left) 小时"),
      en: "\(days) d" + (left == 0 ? "" : " \(left) h"))
  }
  if hours == 0 { return Bilingual(zh: "\(rest) 分钟", en: "\(rest) min") }
  if rest == 0 { return Bilingual(zh: "\(hours) 小时", en: "\(hours) h") }
  return Bilingual(zh: "\(hours) 小时 \(rest) 分", en: "\(hours) h \(rest) min")
}
