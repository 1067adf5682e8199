/// How a page writes its dates, so that one can be found among other words: `yyyy-MM-dd`,
/// `yyyy年M月d日 HH:mm`, `[MM/dd/yyyy]`.
///
/// `yyyy`, `yy`, `M`, `d`, `H`, `m` and `s` stand for digits: as many as there are letters where
/// these are two or more, one or two where it is one. A blank stands for blanks or none; anything
/// else for itself. A date needs its year, month and day: a year that is not there is not guessed.
package struct DatePattern: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case number(Character, ClosedRange<Int>)
    case blank
    case literal(UInt8)
  }

  /// As it was written.
  package let text: String
  private let parts: [Part]

  private static let letters = "yMdHms"
  private static let lengthLimit = 64
  /// Of blanks in a row that one blank stands for.
  private static let blankLimit = 8

  /// Nil for what has no year, month and day, one of its parts twice, or minutes without hours.
  package init?(_ text: String) {
    var parts: [Part] = []
    var seen: Set<Character> = []
    var rest = text[...]
    while let letter = rest.first {
      let run = rest.prefix { $0 == letter }
      if Self.letters.contains(letter) {
        guard seen.insert(letter).inserted, let lengths = Self.lengths(letter, run.count) else {
          return nil
        }
        parts.append(.number(letter, lengths))
        rest = rest[run.endIndex...]
      } else {
        if letter == " " { parts.append(.blank) } else { parts += letter.utf8.map { .literal($0) } }
        rest = rest.dropFirst()
      }
    }
    guard parts.count <= Self.lengthLimit, seen.isSuperset(of: "yMd"),
      !seen.contains("m") || seen.contains("H"), !seen.contains("s") || seen.contains("m")
    else { return nil }
    self.text = text
    self.parts = parts
  }

  private static func lengths(_ letter: Character, _ count: Int) -> ClosedRange<Int>? {
    if letter == "y" { return count == 4 || count == 2 ? count...count : nil }
    return count <= 2 ? (count == 1 ? 1...2 : 2...2) : nil
  }

  /// The first such date of a text that is on the calendar; nil if there is none.
  ///
  /// The work is at most the text's length times the pattern's.
  package func first(in text: [UInt8]) -> CivilTime? {
    for start in text.indices {
      // A longer number does not begin in its middle.
      if start > 0, Self.isDigit(text[start]), Self.isDigit(text[start - 1]) { continue }
      if let time = time(text, at: start) { return time }
    }
    return nil
  }

  private func time(_ text: [UInt8], at start: Int) -> CivilTime? {
    var time = CivilTime(year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0)
    var index = start
    for part in parts {
      switch part {
      case .blank:
        let reach = min(text.count, index + Self.blankLimit)
        while index < reach, text[index] == 0x20 { index += 1 }
      case .literal(let byte):
        guard index < text.count, text[index] == byte else { return nil }
        index += 1
      case .number(let letter, let lengths):
        var value = 0
        let first = index
        while index < text.count, index - first < lengths.upperBound, Self.isDigit(text[index]) {
          value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
          index += 1
        }
        guard index - first >= lengths.lowerBound else { return nil }
        switch letter {
        case "y": time.year = lengths.upperBound == 2 ? 2000 + value : value
        case "M": time.month = value
        case "d": time.day = value
        case "H": time.hour = value
        case "m": time.minute = value
        default: time.second = value
        }
      }
    }
    let endsInNumber = index < text.count && Self.isDigit(text[index])
    let lastIsNumber = parts.last.map { if case .number = $0 { true } else { false } } ?? false
    return time.exists && time.year > 0 && !(endsInNumber && lastIsNumber) ? time : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
