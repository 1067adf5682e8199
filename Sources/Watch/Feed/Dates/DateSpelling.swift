/// Turns the marks of East Asian dates into those that the rest is read by.
enum DateSpelling {
  /// In half-width characters: `2026年6月1日 下午3时05分` becomes `2026/6/1 pm 3:05:`.
  static func normalised(_ text: String) -> String {
    // Most dates have none of this.
    if text.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") }) {
      return withoutBrackets(text)
    }
    var scalars = text.unicodeScalars.map { halfWidth($0) }
    if scalars.contains(where: { $0.value >= 0x2e80 }) { scalars = withoutLabel(scalars) }
    var result = ""
    var index = 0
    while index < scalars.count {
      if scalars[index] == "年" || scalars[index] == "년" { result = withCentury(result) }
      if let (length, replacement) = replacement(scalars, index) {
        result += replacement
        index += length
        // `2026년 11월` is one date, though it is written in two words.
        if replacement == "/" || replacement == ":" {
          while index < scalars.count, scalars[index] == " " { index += 1 }
        }
      } else {
        result.unicodeScalars.append(scalars[index])
        index += 1
      }
    }
    return withoutBrackets(result)
  }

  /// `26年` is the year 2026.
  private static func withCentury(_ text: String) -> String {
    let digits = text.reversed().prefix { ("0"..."9").contains($0) }
    return digits.count == 2 ? text.dropLast(2) + "20" + text.suffix(2) : text
  }

  private static func halfWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0xff01...0xff5e: Unicode.Scalar(scalar.value - 0xfee0) ?? scalar
    case 0x3000, 0xa0: " "
    // Hyphens and dashes of all kinds.
    case 0x2010...0x2015, 0x2212: "-"
    default: scalar
    }
  }

  /// `发布时间：2026-06-01` is the date after the colon.
  private static func withoutLabel(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    guard let digit = scalars.firstIndex(where: { ("0"..."9").contains($0) }) else {
      return scalars
    }
    let label = scalars[..<digit]
    guard !eras.contains(where: { label.suffix(2).elementsEqual($0.name.unicodeScalars) }),
      label.allSatisfy({ $0.value >= 0x2e80 || " :|[(".unicodeScalars.contains($0) })
    else { return scalars }
    return Array(scalars[digit...])
  }

  private static let eras = [("令和", 2018), ("平成", 1988), ("昭和", 1925)].map {
    (name: $0.0, base: $0.1)
  }

  private static let halves: [(String, String)] = [
    ("上午", " am "), ("早上", " am "), ("凌晨", " am "), ("清晨", " am "), ("午前", " am "),
    ("오전", " am "), ("下午", " pm "), ("晚上", " pm "), ("傍晚", " pm "), ("中午", " pm "),
    ("午後", " pm "), ("오후", " pm "),
  ]

  private static func replacement(
    _ scalars: [Unicode.Scalar], _ index: Int
  ) -> (Int, String)? {
    func stands(_ word: String) -> Bool { scalars[index...].starts(with: word.unicodeScalars) }
    switch scalars[index] {
    case "年", "년": return (1, "/")
    case "月", "월": return (1, "/")
    case "日", "号", "일": return (1, " ")
    case "时", "時", "点", "點", "시":
      // A full hour has no minutes after it.
      let isFull = !scalars[(index + 1)...].contains { ("0"..."9").contains($0) }
      return (1, isFull ? ":00" : ":")
    case "分", "분": return (1, ":")
    case "秒", "초": return (1, " ")
    case "\\":
      // Line ends that were escaped once too often.
      return index + 1 < scalars.count && "nrt".unicodeScalars.contains(scalars[index + 1])
        ? (2, " ") : nil
    case "星", "周", "週", "礼":
      for word in ["星期", "礼拜", "周", "週"] where stands(word) {
        let length = word.unicodeScalars.count
        guard index + length < scalars.count,
          "一二三四五六日天".unicodeScalars.contains(scalars[index + length])
        else { return nil }
        return (length + 1, " ")
      }
      return nil
    default: break
    }
    if let half = halves.first(where: { stands($0.0) }) {
      return (half.0.unicodeScalars.count, half.1)
    }
    return era(scalars, index)
  }

  /// `令和8年` is the year 2026.
  private static func era(_ scalars: [Unicode.Scalar], _ index: Int) -> (Int, String)? {
    guard let era = eras.first(where: { scalars[index...].starts(with: $0.name.unicodeScalars) })
    else { return nil }
    let digits = scalars[(index + 2)...].prefix { ("0"..."9").contains($0) }
    guard let year = Int(String(String.UnicodeScalarView(digits))), year < 100 else { return nil }
    return (2 + digits.count, String(era.base + year))
  }

  private static func isBracket(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "(", ")", "[", "]", "【", "】": true
    default: false
    }
  }

  /// Brackets around the whole go; what stands in brackets beside a date goes with them.
  private static func withoutBrackets(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isBracket) else { return text }
    var outside = ""
    var inside = ""
    var depth = 0
    for character in text {
      switch character {
      case "(", "[", "【": depth += 1
      case ")", "]", "】": depth = max(0, depth - 1)
      default: if depth == 0 { outside.append(character) } else { inside.append(character) }
      }
    }
    return outside.contains { $0.isASCII && $0.isNumber } ? outside : inside
  }
}
