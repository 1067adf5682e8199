import Bytes

/// A date as people write it: numbers, names of months and zones, marks between them.
///
/// Every word must be understood. One that is not makes the whole no date, rather than a wrong one.
struct LooseDate {
  private enum Token: Equatable {
    case number(Int, digits: Int)
    case word(String)
    case mark(UInt8)
    case blank
  }

  private var tokens: [Token]
  private var position = 0

  private var year: Int?
  private var month: Int?
  private var day: Int?
  private var time: (hour: Int, minute: Int, second: Int, microsecond: Int)?
  private var isAfternoon: Bool?
  private var offset: Int?
  private var zoneName: String?
  private var weekday: Int?
  private var epoch: Instant?
  /// Numbers that stand alone: `16` and `2026` of `Nov 16, 2026`.
  private var loose: [(value: Int, digits: Int)] = []

  init?(_ text: String) {
    tokens = Self.tokens(DateSpelling.normalised(text))
    guard tokens.contains(where: { if case .number = $0 { true } else { false } }) else {
      return nil
    }
    skipLeadingWord()
    while position < tokens.count {
      guard takeNext() else { return nil }
    }
  }

  func instant(in zone: DeskZone) -> Instant? {
    if let epoch { return epoch }
    guard let (year, month, day) = civilDay() else { return nil }
    var hour = time?.hour ?? 0
    if let isAfternoon {
      guard (1...12).contains(hour) || time == nil else {
        // 下午15:30 says the same thing twice.
        return isAfternoon && hour > 12 ? instant(year, month, day, hour, zone) : nil
      }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    return instant(year, month, day, hour, zone)
  }

  private func instant(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ zone: DeskZone)
    -> Instant?
  {
    let minute = time?.minute ?? 0
    let second = time?.second ?? 0
    // ISO 8601: 24:00 is the end of a day. RFC 5322: the second 60 is a leap second.
    let isMidnight = hour == 24 && minute == 0 && second == 0
    let isLeapSecond = second == 60
    let civil = CivilTime(
      year: year, month: month, day: day, hour: isMidnight ? 23 : hour, minute: minute,
      second: isLeapSecond ? 59 : second, microsecond: time?.microsecond ?? 0)
    guard civil.exists, year >= 1 else { return nil }
    let added: Duration = (isMidnight ? .hours(1) : .zero) + (isLeapSecond ? .seconds(1) : .zero)
    if let offset { return civil.instant(offsetSeconds: offset) + added }
    if let zoneName {
      return ZoneNames.offset(zoneName, civil, zone).map {
        civil.instant(offsetSeconds: $0) + added
      }
    }
    return zone.instant(civil) + added
  }
}

// Which number is the day, which the month, which the year.
extension LooseDate {
  private func civilDay() -> (Int, Int, Int)? {
    if let year, let month { return loose.isEmpty ? (year, month, day ?? 1) : nil }
    if let year, loose.isEmpty, day == nil, time == nil { return (year, 1, 1) }
    if let month { return named(month) }
    guard year == nil, day == nil, loose.count == 3 else { return nil }
    return ordered(loose[0], loose[1], loose[2])
  }

  /// `16 Nov 2026`, `Nov 16, 2026`, `2026 Nov 16`, `16 Nov 26`.
  private func named(_ month: Int) -> (Int, Int, Int)? {
    var numbers = loose
    var day = day
    var year = year
    if year == nil, let index = numbers.firstIndex(where: { $0.digits == 4 }) {
      year = numbers.remove(at: index).value
    }
    if day == nil, !numbers.isEmpty { day = numbers.removeFirst().value }
    if year == nil, let short = numbers.first, short.digits == 2 {
      numbers.removeFirst()
      year = Self.century(short.value)
    }
    guard let year, numbers.isEmpty else { return nil }
    return (year, month, day ?? 1)
  }

  /// Three numbers without names. Which is which must be plain, or follow from the weekday.
  private func ordered(
    _ a: (value: Int, digits: Int), _ b: (value: Int, digits: Int), _ c: (value: Int, digits: Int)
  ) -> (Int, Int, Int)? {
    if a.digits == 4 { return (a.value, b.value, c.value) }
    guard c.digits == 4 else { return nil }
    let dayFirst = (c.value, b.value, a.value)
    let monthFirst = (c.value, a.value, b.value)
    if a.value > 12 { return dayFirst }
    if b.value > 12 { return monthFirst }
    if a.value == b.value { return dayFirst }
    guard let weekday else { return nil }
    let fits = [dayFirst, monthFirst].filter {
      CivilTime(year: $0.0, month: $0.1, day: $0.2).weekday == weekday
    }
    return fits.count == 1 ? fits[0] : nil
  }

  /// RFC 5322 §4.3.
  private static func century(_ short: Int) -> Int { short < 50 ? 2000 + short : 1900 + short }
}

// Reading the tokens.
extension LooseDate {
  private static func tokens(_ text: String) -> [Token] {
    let scalars = Array(text.unicodeScalars)
    var tokens: [Token] = []
    var index = 0
    while index < scalars.count {
      let start = index
      let first = scalars[index]
      if isDigit(first) {
        while index < scalars.count, isDigit(scalars[index]) { index += 1 }
        let value = scalars[start..<index].prefix(17).reduce(0) { $0 * 10 + Int($1.value - 0x30) }
        tokens.append(.number(value, digits: index - start))
      } else if isLetter(first) {
        while index < scalars.count, isLetter(scalars[index]) { index += 1 }
        let word = foldedWord(String(String.UnicodeScalarView(scalars[start..<index])))
        // `p.m.` is one word.
        let isHalf =
          (word == "a" || word == "p") && scalars[index...].starts(with: ".m".unicodeScalars)
        tokens.append(.word(isHalf ? word + "m" : word))
        if isHalf { index += 2 }
      } else {
        index += 1
        let isBlank = first.properties.isWhitespace
        tokens.append(
          isBlank ? .blank : .mark(first.isASCII ? UInt8(first.value) : UInt8(ascii: "?")))
      }
    }
    return tokens
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    (0x30...0x39).contains(scalar.value)
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      ? (0x61...0x7a).contains(scalar.value | 0x20)
      : scalar.properties.isAlphabetic || scalar.properties.canonicalCombiningClass != .notReordered
  }

  private func token(_ distance: Int = 0) -> Token? {
    let index = position + distance
    return tokens.indices.contains(index) ? tokens[index] : nil
  }

  private func isMark(_ distance: Int, _ scalar: Unicode.Scalar) -> Bool {
    token(distance) == .mark(UInt8(ascii: scalar))
  }

  /// A word in front that names no month is the day of the week, in whatever language.
  private mutating func skipLeadingWord() {
    guard case .word(let word) = token(), word != "t", word.count <= 14 else { return }
    weekday = WeekdayNames.weekday(word)
    // `mar` is March, but before another month it is a French Tuesday.
    let months = tokens.count {
      if case .word(let other) = $0 { MonthNames.month(other) != nil } else { false }
    }
    if MonthNames.month(word) == nil || (months > 1 && isMark(1, ","))
      || (months > 1 && isMark(1, "."))
    {
      position += 1
    }
  }

  private mutating func takeNext() -> Bool {
    switch token() {
    case .number(let value, let digits): return takeNumber(value, digits)
    case .word(let word): return takeWord(word)
    case .mark(let mark): return takeMark(mark)
    case .blank, nil:
      position += 1
      return true
    }
  }

  private mutating func takeMark(_ mark: UInt8) -> Bool {
    position += 1
    switch mark {
    case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "|"), UInt8(ascii: "/"),
      UInt8(ascii: "\\"):
      return true
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard case .number(let value, let digits) = token() else { return mark == UInt8(ascii: "-") }
      guard time != nil, offset == nil else { return false }
      return takeOffset(value, digits, isNegative: mark == UInt8(ascii: "-"))
    default: return false
    }
  }

  private mutating func takeOffset(_ value: Int, _ digits: Int, isNegative: Bool) -> Bool {
    position += 1
    var hours = value
    var minutes = 0
    if digits == 4 || digits == 3 {
      (hours, minutes) = (value / 100, value % 100)
    } else if digits <= 2, isMark(0, ":"), case .number(let rest, digits: 2) = token(1) {
      minutes = rest
      position += 2
    } else if digits > 2 {
      return false
    }
    guard hours <= 15, minutes <= 59, !isMark(0, ":") else { return false }
    let seconds = hours * 3600 + minutes * 60
    offset = isNegative ? -seconds : seconds
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    position += 1
    if let named = MonthNames.month(word), month == nil {
      month = named
      return true
    }
    switch word {
    case "at" where time != nil && zoneName == nil:
      // Atlantic time, for once.
      zoneName = word
      return true
    case "am", "pm":
      guard isAfternoon == nil else { return false }
      isAfternoon = word == "pm"
      return true
    case "t":
      guard case .number = token() else { return false }
      return true
    case "at", "of", "the", "on", "um", "uhr", "de", "del", "a", "le", "den", "kl", "в", "г", "h":
      return true
    case "st", "nd", "rd", "th": return !loose.isEmpty
    default:
      if time != nil, zoneName == nil, offset == nil {
        zoneName = word
        return true
      }
      // `(月)`, a weekday after the date.
      return false
    }
  }

  private mutating func takeNumber(_ value: Int, _ digits: Int) -> Bool {
    if let taken = takeTime(value, digits) { return taken }
    if let taken = takeDay(value, digits) { return taken }
    position += 1
    if case .word(let word) = token(), word == "am" || word == "pm", time == nil, digits <= 2 {
      time = (value, 0, 0, 0)
      return true
    }
    switch digits {
    case 1, 2: loose.append((value, digits))
    case 4:
      if tokens.count > 1 {
        loose.append((value, digits))
      } else {
        // `0312` alone is nobody's year.
        guard (1900...2100).contains(value) else { return false }
        year = value
      }
    case 6 where year != nil && time == nil:
      time = (value / 10_000, value / 100 % 100, value % 100, 0)
    case 8, 12, 14: return takeCompact(value, digits)
    case 10 where tokens.count == 1: epoch = Self.plausible(Int64(value) * 1_000_000)
    case 13 where tokens.count == 1: epoch = Self.plausible(Int64(value) * 1000)
    default: return false
    }
    return true
  }

  /// Numbers of ten or thirteen digits count since 1970 only if that leads to our own times.
  private static func plausible(_ microseconds: Int64) -> Instant? {
    let instant = Instant(microseconds: microseconds)
    return (1990...2100).contains(CivilTime(instant).year) ? instant : nil
  }

  /// `20260601`, `202606010830`, `20260601083015`.
  private mutating func takeCompact(_ value: Int, _ digits: Int) -> Bool {
    guard year == nil, loose.isEmpty else { return false }
    var rest = value
    var second = 0
    if digits == 14 {
      second = rest % 100
      rest /= 100
    }
    if digits >= 12 {
      time = (rest / 100 % 100, rest % 100, second, 0)
      rest /= 10_000
    }
    (year, month, day) = (rest / 10_000, rest / 100 % 100, rest % 100)
    return true
  }

  /// `8:30`, `8:30:15.25`; nil if no time begins here, false if it is not one to be.
  private mutating func takeTime(_ hour: Int, _ digits: Int) -> Bool? {
    guard digits <= 2, isMark(1, ":"), case .number(let minute, let minuteDigits) = token(2) else {
      return nil
    }
    guard time == nil, minuteDigits <= 2, minute <= 59, hour <= 24 else { return false }
    position += 3
    var second = 0
    var microsecond = 0
    if isMark(0, ":") {
      position += 1
      // `8时30分` leaves a colon behind.
      if case .number(let value, let secondDigits) = token(), secondDigits <= 2 {
        guard value <= 60 else { return false }
        second = value
        position += 1
        if isMark(0, ".") || isMark(0, ","), case .number(let fraction, let count) = token(1) {
          microsecond = Self.microseconds(fraction, count)
          position += 2
        }
      }
      guard !isMark(0, ":") else { return false }
    }
    time = (hour, minute, second, microsecond)
    return true
  }

  private static func microseconds(_ fraction: Int, _ digits: Int) -> Int {
    var value = fraction
    for _ in 0..<max(0, 6 - digits) { value *= 10 }
    for _ in 0..<max(0, min(digits, 17) - 6) { value /= 10 }
    return value
  }

  /// `2026-06-01`, `1.6.2026`, `06/15/2026`, `13-Jul-2026`, `2026-июнь-13`, `2026-06`.
  private mutating func takeDay(_ first: Int, _ digits: Int) -> Bool? {
    guard digits <= 4, case .mark(let mark) = token(1),
      [UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ".")].contains(mark)
    else { return nil }
    switch token(2) {
    case .number(let second, let secondDigits) where secondDigits <= 2:
      guard loose.isEmpty, year == nil, month == nil else { return nil }
      if token(3) == .mark(mark), case .number(let third, let thirdDigits) = token(4) {
        position += 5
        return takeDay((first, digits), (second, secondDigits), (third, thirdDigits), mark)
      }
      guard digits == 4, mark != UInt8(ascii: ".") else { return nil }
      (year, month) = (first, second)
      position += 3
      return (1...12).contains(second)
    case .word(let word):
      guard let named = MonthNames.month(word), token(3) == .mark(mark),
        case .number(let third, let thirdDigits) = token(4)
      else { return nil }
      position += 5
      month = named
      loose += [(first, digits), (third, thirdDigits)]
      return true
    default: return nil
    }
  }

  private mutating func takeDay(
    _ a: (value: Int, digits: Int), _ b: (value: Int, digits: Int), _ c: (value: Int, digits: Int),
    _ mark: UInt8
  ) -> Bool {
    // Where dots are used, the day stands first.
    if mark == UInt8(ascii: "."), a.digits <= 2, c.digits == 4 || c.digits == 2 {
      (year, month, day) = (c.digits == 4 ? c.value : Self.century(c.value), b.value, a.value)
      return true
    }
    // A later weekday cannot be known yet, so a date that needs one keeps its numbers.
    loose += [a, b, c]
    return true
  }
}
