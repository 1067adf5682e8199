import Bytes

// Numbers that belong to one person.
extension TextLint {
  func personalNumbers(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    for (digits, range) in Self.digitRuns(in: part.text) {
      if Self.isIdentityNumber(digits) {
        notes.add(
          .identityNumber, part, range, zh: "像身份证号（GB 11643 校验位相符）：不得公开",
          en: "looks like an identity-card number (its GB 11643 check digit fits)")
      } else if Self.isMobileNumber(digits) {
        notes.add(
          .phoneNumber, part, range, zh: "像个人手机号：公开热线请用座机或短号",
          en: "looks like a mobile number: a public hotline has a landline or a short number")
      } else if Self.isBankNumber(digits) {
        notes.add(
          .bankNumber, part, range, zh: "像银行卡号（Luhn 校验相符）",
          en: "looks like a bank-card number (its Luhn check digit fits)")
      }
    }
  }

  /// Digits that belong together, also where blanks or hyphens part them in groups; an X may end them.
  static func digitRuns(in text: String) -> [(digits: String, range: Range<String.Index>)] {
    var runs: [(String, Range<String.Index>)] = []
    var digits = ""
    var (start, end) = (text.startIndex, text.startIndex)
    var separators = 0
    func close() {
      if !digits.isEmpty { runs.append((digits, start..<end)) }
      digits = ""
    }
    for index in text.indices {
      let character = text[index]
      if let digit = plainDigit(character) {
        if digits.isEmpty { start = index }
        digits.append(digit)
        end = text.index(after: index)
        separators = 0
      } else if digits.count == 17, separators == 0, "xXｘＸ".contains(character) {
        digits.append("X")
        end = text.index(after: index)
        close()
      } else if !digits.isEmpty, separators == 0, " -\u{a0}".contains(character) {
        separators = 1
      } else {
        close()
      }
    }
    close()
    return runs
  }

  /// A digit, also a full-width one.
  static func plainDigit(_ character: Character) -> Character? {
    guard character.isWholeNumber, let value = character.wholeNumberValue, value < 10,
      character.isASCII || ("０"..."９").contains(character)
    else { return nil }
    return Character(String(value))
  }

  /// GB 11643-1999: a region, a birthday, a serial number, and a check digit by ISO 7064 MOD 11-2.
  static func isIdentityNumber(_ digits: String) -> Bool {
    let characters = Array(digits)
    guard characters.count == 18, let region = characters[0].wholeNumberValue, region > 0 else {
      return false
    }
    let values = characters.compactMap { $0 == "X" ? 10 : $0.wholeNumberValue }
    func number(_ range: Range<Int>) -> Int { values[range].reduce(0) { $0 * 10 + $1 } }
    let birthday = CivilTime(year: number(6..<10), month: number(10..<12), day: number(12..<14))
    guard (1880...2100).contains(birthday.year), birthday.exists else { return false }
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
    return (12 - sum % 11) % 11 == values[17]
  }

  /// A mobile number of the mainland, also with its country's code.
  static func isMobileNumber(_ digits: String) -> Bool {
    let own = digits.count == 13 && digits.hasPrefix("86") ? String(digits.dropFirst(2)) : digits
    guard own.count == 11, own.hasPrefix("1"), let second = own.dropFirst().first else {
      return false
    }
    return ("3"..."9").contains(second)
  }

  /// ISO/IEC 7812: 13 to 19 digits, the first of a bank's or a card's, with Luhn's check digit.
  static func isBankNumber(_ digits: String) -> Bool {
    guard (15...19).contains(digits.count), let first = digits.first, "3456".contains(first) else {
      return false
    }
    var sum = 0
    for (place, character) in digits.reversed().enumerated() {
      guard let value = character.wholeNumberValue else { return false }
      let doubled = place % 2 == 1 ? value * 2 : value
      sum += doubled > 9 ? doubled - 9 : doubled
    }
    return sum % 10 == 0
  }
}
