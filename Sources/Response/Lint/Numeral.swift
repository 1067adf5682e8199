/// A number as a text writes it, with where it stands: 12、１２、1,200、3.5 万、十二、twelve.
struct Numeral {
  let value: Double
  let range: Range<String.Index>

  static func all(in text: String) -> [Numeral] {
    var numerals: [Numeral] = []
    var index = text.startIndex
    while index < text.endIndex {
      if let numeral = digits(in: text, at: index) ?? ideographs(in: text, at: index)
        ?? word(in: text, at: index)
      {
        numerals.append(numeral)
        index = numeral.range.upperBound
      } else {
        index = text.index(after: index)
      }
    }
    return numerals
  }

  private static func digits(in text: String, at start: String.Index) -> Numeral? {
    guard TextLint.plainDigit(text[start]) != nil else { return nil }
    var plain = ""
    var index = start
    while index < text.endIndex {
      let next = text.index(after: index)
      if let digit = TextLint.plainDigit(text[index]) {
        plain.append(digit)
      } else if ",，.．".contains(text[index]), next < text.endIndex,
        TextLint.plainDigit(text[next]) != nil
      {
        // A comma parts thousands only where three digits follow; else it parts numbers.
        if ",，".contains(text[index]) {
          let group = text[next...].prefix { TextLint.plainDigit($0) != nil }
          guard group.count == 3 else { break }
        } else {
          guard !plain.contains(".") else { break }
          plain.append(".")
        }
      } else {
        break
      }
      index = next
    }
    guard var value = Double(plain) else { return nil }
    let rest = text[index...].drop { $0 == " " }
    if let (unit, factor) = largeUnits.first(where: { rest.hasPrefix($0.0) }) {
      value *= factor
      index = text.index(rest.startIndex, offsetBy: unit.count)
    }
    return Numeral(value: value, range: start..<index)
  }

  private static let largeUnits: [(String, Double)] = [("万", 1e4), ("亿", 1e8)]

  private static func ideographs(in text: String, at start: String.Index) -> Numeral? {
    let run = text[start...].prefix { numerals[$0] != nil || "十百千万亿".contains($0) }
    guard let first = run.first, let value = value(of: run) else { return nil }
    // 万一, 一起, 百姓 are words: a single one counts only before a measure word.
    if run.count == 1 {
      guard first != "亿", first != "万", first != "千", first != "百" else { return nil }
      let after = text[run.endIndex...]
      guard counters.contains(where: { after.hasPrefix($0) }) else { return nil }
    }
    return Numeral(value: value, range: run.startIndex..<run.endIndex)
  }

  static let counters = [
    "人", "名", "位", "例", "户", "个", "处", "辆", "台", "家", "所", "公里", "千米", "米",
    "吨", "小时", "分钟", "万", "亿", "岁",
  ]

  private static let numerals: [Character: Double] = [
    "〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
    "八": 8, "九": 9,
  ]

  private static func value(of run: Substring) -> Double? {
    var (total, section, digit) = (0.0, 0.0, 0.0)
    var hasDigit = false
    for character in run {
      if let value = numerals[character] {
        // Digits side by side are a year or a number read out, not a count.
        if hasDigit, digit != 0 { return nil }
        (digit, hasDigit) = (value, true)
        continue
      }
      switch character {
      case "十": section += (hasDigit && digit != 0 ? digit : 1) * 10
      case "百": section += digit * 100
      case "千": section += digit * 1000
      case "万":
        total += (section + digit) * 1e4
        section = 0
      default:
        total += (section + digit) * 1e8
        section = 0
      }
      (digit, hasDigit) = (0, false)
    }
    return total + section + digit
  }

  private static func word(in text: String, at start: String.Index) -> Numeral? {
    if start > text.startIndex, text[text.index(before: start)].isLetter { return nil }
    let word = text[start...].prefix { $0.isASCII && ($0.isLetter || $0 == "-") }
    let parts = word.lowercased().split(separator: "-").map(String.init)
    guard let first = parts.first, let value = words[first] else { return nil }
    if parts.count == 2, value >= 20, let second = words[parts[1]], second < 10 {
      return Numeral(value: value + second, range: word.startIndex..<word.endIndex)
    }
    guard parts.count == 1 else { return nil }
    return Numeral(value: value, range: word.startIndex..<word.endIndex)
  }

  private static let words: [String: Double] = [
    "no": 0, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
  ]
}
