/// A number that a text gives of something: 2 人死亡, 11 seriously hurt, 警戒区 1 公里.
struct Measure {
  /// What is measured. The two languages give the same subject for the same thing.
  enum Subject: Hashable {
    case people(Fate)
    /// A size, by its dimension and what stands before it.
    case size(Dimension, of: String)

    /// Whether it says of people how many; these are told in every language alike.
    var isCount: Bool { if case .people = self { true } else { false } }
  }

  enum Fate: Hashable, CaseIterable {
    case dead
    case seriouslyHurt
    case hurt
    case missing
    case trapped
    case rescued
    case moved
  }

  enum Dimension: Hashable {
    case length
    case area
    case mass
    case money
    case time
  }

  let subject: Subject
  /// In the dimension's base unit; people for people.
  let value: Double
  /// The unit as it is written; empty for people.
  let unit: String
  let number: Double
  let text: String
  let range: Range<String.Index>

  /// In the order of the text.
  static func all(in text: String) -> [Measure] {
    Numeral.all(in: text).compactMap { numeral in
      people(numeral, in: text) ?? size(numeral, in: text)
    }
  }

  // People.

  private static func people(_ numeral: Numeral, in text: String) -> Measure? {
    let after = text[numeral.range.upperBound...]
    let before = text[..<numeral.range.lowerBound]
    var end = numeral.range.upperBound
    var rest = after.drop { $0 == " " }
    // 2 名工人死亡, 11人重伤, three people were killed, 2 dead.
    let counter = ["余人", "多人", "名", "人", "位", "例"].first { rest.hasPrefix($0) }
    if let counter { rest = rest.dropFirst(counter.count) }
    let clause = rest.prefix { !"，,。；;、！!？?\n".contains($0) }
    if let (fate, word) = fate(beginning: clause, hasCounter: counter != nil) {
      end = text.index(word.lowerBound, offsetBy: text[word].count)
      return Measure(people: fate, numeral, text, end)
    }
    // 死亡 2 人, 死亡人数升至 10, killed 3.
    let clauseBefore = before.ending { !"，,。；;、！!？?\n.".contains($0) }
    let isCounted = counter != nil || clauseBefore.contains("人数")
    guard let fate = fate(ending: clauseBefore, isCounted: isCounted) else { return nil }
    if let counter {
      let first = after.drop { $0 == " " }
      end = text.index(first.startIndex, offsetBy: counter.count)
    }
    return Measure(people: fate, numeral, text, end)
  }

  private static let chineseFates: [(String, Fate)] = [
    ("死亡", .dead), ("遇难", .dead), ("身亡", .dead), ("罹难", .dead), ("丧生", .dead),
    ("重伤", .seriouslyHurt), ("危重", .seriouslyHurt), ("受伤", .hurt), ("轻伤", .hurt),
    ("失联", .missing), ("失踪", .missing), ("被困", .trapped), ("获救", .rescued),
    ("救出", .rescued), ("疏散", .moved), ("转移", .moved), ("撤离", .moved),
  ]

  private static let englishFates: [(String, Fate)] = [
    ("seriously injured", .seriouslyHurt), ("seriously hurt", .seriouslyHurt),
    ("critically injured", .seriouslyHurt), ("severely injured", .seriouslyHurt),
    ("killed", .dead), ("dead", .dead), ("died", .dead), ("deaths", .dead),
    ("fatalities", .dead), ("injured", .hurt), ("hurt", .hurt), ("wounded", .hurt),
    ("injuries", .hurt), ("missing", .missing), ("unaccounted", .missing),
    ("trapped", .trapped), ("rescued", .rescued), ("evacuated", .moved), ("moved", .moved),
  ]

  /// What stands before a number in English: killed 3, the death toll rose to 10.
  private static let tolls: [(String, Fate)] = [
    ("killed", .dead), ("death toll", .dead), ("deaths", .dead), ("injured", .hurt),
    ("rescued", .rescued), ("evacuated", .moved), ("trapped", .trapped),
  ]

  /// The fate that follows a number within its clause, before another number.
  private static func fate(beginning clause: Substring, hasCounter: Bool) -> (
    Fate, Range<String.Index>
  )? {
    let near = clause.prefix { TextLint.plainDigit($0) == nil }.prefix(hasCounter ? 14 : 60)
    if hasCounter {
      let found = chineseFates.compactMap { word, fate in
        near.firstRange(of: word).map { (fate, $0) }
      }
      if let first = found.min(by: { $0.1.lowerBound < $1.1.lowerBound }) { return first }
      return nil
    }
    // English: at most five words lie between.
    let words = near.split(separator: " ", maxSplits: 6).prefix(6)
    let window =
      words.last.map { near.startIndex..<$0.endIndex } ?? near.startIndex..<near.startIndex
    let lowered = near[window].lowercased()
    guard lowered.contains(where: { $0.isASCII && $0.isLetter }) else { return nil }
    // The first that is named, and of two at one place the longer, which stands first in the list.
    return englishFates.compactMap { word, fate in
      near[window].firstRange(of: word).map { (fate, $0) }
    }.min { $0.1.lowerBound < $1.1.lowerBound }
  }

  /// The fate that a number's clause names before it: 死亡 2 人, 死亡人数升至.
  private static func fate(ending clause: Substring, isCounted: Bool) -> Fate? {
    let words = clause.split(separator: " ").suffix(4).joined(separator: " ").lowercased()
    if let english = tolls.first(where: { words.contains($0.0) }) { return english.1 }
    guard isCounted else { return nil }
    let near = clause.suffix(10)
    // What stands behind the last number belongs to this one.
    let own = near.split(whereSeparator: { TextLint.plainDigit($0) != nil }).last ?? near[...]
    return chineseFates.compactMap { word, fate in
      own.ranges(of: word).last.map { (fate, $0.lowerBound) }
    }.max { $0.1 < $1.1 }?.0
  }

  private init(people fate: Fate, _ numeral: Numeral, _ text: String, _ end: String.Index) {
    subject = .people(fate)
    value = numeral.value
    number = numeral.value
    unit = ""
    let end = max(end, numeral.range.upperBound)
    range = numeral.range.lowerBound..<end
    self.text = String(text[range])
  }

  // Sizes.

  private static let units: [(String, Dimension, Double)] = [
    ("平方公里", .area, 1e6), ("平方千米", .area, 1e6), ("平方米", .area, 1),
    ("公顷", .area, 1e4), ("亩", .area, 666.667), ("公里", .length, 1000), ("千米", .length, 1000),
    ("厘米", .length, 0.01), ("毫米", .length, 0.001), ("米", .length, 1),
    ("千克", .mass, 1), ("公斤", .mass, 1), ("吨", .mass, 1000), ("元", .money, 1),
    ("小时", .time, 3600), ("分钟", .time, 60),
    ("square kilometres", .area, 1e6), ("square kilometers", .area, 1e6),
    ("square metres", .area, 1), ("square meters", .area, 1), ("hectares", .area, 1e4),
    ("kilometres", .length, 1000), ("kilometers", .length, 1000), ("kilometre", .length, 1000),
    ("kilometer", .length, 1000), ("km", .length, 1000), ("metres", .length, 1),
    ("meters", .length, 1), ("metre", .length, 1), ("meter", .length, 1),
    ("tonnes", .mass, 1000), ("tons", .mass, 1000), ("kg", .mass, 1), ("yuan", .money, 1),
    ("hours", .time, 3600), ("minutes", .time, 60),
  ]

  private static func size(_ numeral: Numeral, in text: String) -> Measure? {
    let rest = text[numeral.range.upperBound...].drop { $0 == " " || $0 == "余" || $0 == "-" }
    guard let (unit, dimension, factor) = units.first(where: { rest.hasPrefix($0.0) }) else {
      return nil
    }
    let noun =
      noun(before: text[..<numeral.range.lowerBound])
      ?? noun(behind: rest.dropFirst(unit.count))
    guard let noun else { return nil }
    let end = text.index(rest.startIndex, offsetBy: unit.count)
    return Measure(
      subject: .size(dimension, of: noun), value: numeral.value * factor, unit: unit,
      number: numeral.value, text: String(text[numeral.range.lowerBound..<end]),
      range: numeral.range.lowerBound..<end)
  }

  private init(
    subject: Subject, value: Double, unit: String, number: Double, text: String,
    range: Range<String.Index>
  ) {
    self.subject = subject
    self.value = value
    self.unit = unit
    self.number = number
    self.text = text
    self.range = range
  }

  /// The last two ideographs before a number, without the small words between: 警戒区为 1 公里.
  private static func noun(before text: Substring) -> String? {
    var rest = text
    while let last = rest.last, last == " " || "为约达近共至了到".contains(last) { rest.removeLast() }
    let noun = rest.suffix(2)
    guard noun.count == 2, noun.allSatisfy(isIdeograph) else { return nil }
    return String(noun)
  }

  /// `1 km cordon`, `1 公里警戒区`: what the size is of may stand behind it as well.
  private static func noun(behind text: Substring) -> String? {
    var rest = text
    while let first = rest.first, first == " " || "的内外".contains(first) { rest.removeFirst() }
    if let first = rest.first, isIdeograph(first) {
      let noun = rest.prefix(while: isIdeograph).suffix(2)
      return noun.count == 2 ? String(noun) : nil
    }
    let word = rest.prefix { $0.isASCII && $0.isLetter }.lowercased()
    return word.count > 3 ? word : nil
  }

  private static func isIdeograph(_ character: Character) -> Bool {
    character.unicodeScalars.allSatisfy { (0x4e00...0x9fff).contains($0.value) }
  }
}

extension Substring {
  /// The longest end all of whose characters fit.
  fileprivate func ending(_ fits: (Character) -> Bool) -> Substring {
    var start = endIndex
    while start > startIndex {
      let before = index(before: start)
      guard fits(self[before]) else { break }
      start = before
    }
    return self[start...]
  }
}
