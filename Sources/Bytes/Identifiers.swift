// The names of things, in the text forms that people type and the journal keeps. They do not change.

/// A name that a configuration file gives to a person, a centre or a source.
///
/// Lower-case ASCII letters, digits, `-`, `_` and `.`, at most 64, so that it can stand in a path,
/// a header and an address without being escaped.
package struct Name: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let text: String

  package init?(_ text: some StringProtocol) {
    let bytes = text.utf8
    guard (1...64).contains(bytes.count), bytes.allSatisfy(Self.allowed),
      bytes.first != UInt8(ascii: "."), bytes.first != UInt8(ascii: "-")
    else { return nil }
    self.text = String(text)
  }

  /// The same without a generic: a start reads one in each record.
  package init?(_ text: String) {
    let bytes = text.utf8.span
    guard (1...64).contains(bytes.count), bytes[0] != UInt8(ascii: "."),
      bytes[0] != UInt8(ascii: "-")
    else { return nil }
    for index in bytes.indices where !Self.allowed(bytes[index]) { return nil }
    self.text = text
  }

  package var description: String { text }

  package static func < (left: Name, right: Name) -> Bool { left.text < right.text }

  private static func allowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}

/// `2026-0007`: the year of the desk's zone, and a number that starts at 1 each year.
package struct IncidentID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let year: Int
  package let number: Int

  package init(year: Int, number: Int) {
    self.year = year
    self.number = number
  }

  package init?(_ text: some StringProtocol) { self.init(Array(text.utf8)) }

  /// The same without a generic: a start reads one in each record.
  package init?(_ text: String) { self.init(Array(text.utf8)) }

  private init?(_ bytes: [UInt8]) {
    guard (9...14).contains(bytes.count), bytes[4] == UInt8(ascii: "-"),
      let year = decimal(bytes[..<4]), let number = decimal(bytes[5...]), number > 0,
      // One text for one incident: `2026-00007` is nobody's name.
      bytes.count == 9 || bytes[5] != UInt8(ascii: "0")
    else { return nil }
    self.init(year: year, number: number)
  }

  package var description: String { padded(year, 4) + "-" + padded(number, 4) }

  package static func < (left: IncidentID, right: IncidentID) -> Bool {
    (left.year, left.number) < (right.year, right.number)
  }
}

/// The number of one thing inside an incident: `R3`, `C1`, `F5`, `A4`, `P2`, `N9`, and of what is
/// never public: an upward report `U1`, a consultation `Q2`, a decision `J1`, a lesson `L3`.
package struct PartNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
  package enum Kind: String, CaseIterable, Sendable {
    case release = "R"
    case claim = "C"
    case fact = "F"
    case action = "A"
    case promise = "P"
    case note = "N"
    case upwardReport = "U"
    case consultation = "Q"
    case decision = "J"
    case lesson = "L"
  }

  package let kind: Kind
  package let number: Int

  package init(_ kind: Kind, _ number: Int) {
    self.kind = kind
    self.number = number
  }

  package init?(_ text: some StringProtocol) { self.init(Array(text.utf8)) }

  /// The same without a generic: a start reads one in each record.
  package init?(_ text: String) { self.init(Array(text.utf8)) }

  private init?(_ bytes: [UInt8]) {
    guard bytes.count > 1, bytes[1] != UInt8(ascii: "0"), let number = decimal(bytes[1...]),
      let kind = Kind.allCases.first(where: { $0.rawValue.utf8.first == bytes[0] })
    else { return nil }
    self.init(kind, number)
  }

  package var description: String { kind.rawValue + String(number) }

  package static func < (left: PartNumber, right: PartNumber) -> Bool {
    (left.kind.rawValue, left.number) < (right.kind.rawValue, right.number)
  }
}

/// `2026-0007/R3`: a part with its incident.
package struct PartID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let incident: IncidentID
  package let part: PartNumber

  package init(_ incident: IncidentID, _ part: PartNumber) {
    self.incident = incident
    self.part = part
  }

  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let incident = IncidentID(parts[0]), let part = PartNumber(parts[1])
    else { return nil }
    self.init(incident, part)
  }

  package var description: String { "\(incident)/\(part)" }

  package static func < (left: PartID, right: PartID) -> Bool {
    (left.incident, left.part) < (right.incident, right.part)
  }
}

/// `T20261122-003`, `W20261122-014`: a letter, the day in the desk's zone, a number of that day.
package struct DayNumber: Hashable, Comparable, Sendable {
  package let year: Int
  package let month: Int
  package let day: Int
  package let number: Int

  package init(_ date: CivilTime, _ number: Int) {
    year = date.year
    month = date.month
    day = date.day
    self.number = number
  }

  fileprivate init?(_ text: some StringProtocol, letter: Character) {
    let parts = text.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
    guard text.first == letter, parts.count == 2, parts[0].utf8.count == 8,
      (3...9).contains(parts[1].utf8.count), let date = decimal(parts[0]),
      let number = decimal(parts[1]), number > 0
    else { return nil }
    let civil = CivilTime(year: date / 10_000, month: date / 100 % 100, day: date % 100)
    guard civil.exists else { return nil }
    self.init(civil, number)
    guard letteredText(letter) == text else { return nil }
  }

  fileprivate func letteredText(_ letter: Character) -> String {
    String(letter) + padded(year, 4) + padded(month, 2) + padded(day, 2) + "-" + padded(number, 3)
  }

  package func isSameDay(as date: CivilTime) -> Bool {
    (year, month, day) == (date.year, date.month, date.day)
  }

  package static func < (left: DayNumber, right: DayNumber) -> Bool {
    (left.year, left.month, left.day, left.number)
      < (right.year, right.month, right.day, right.number)
  }
}

/// A topic: `T20261122-003`.
package struct TopicID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: DayNumber

  package init(_ number: DayNumber) { self.number = number }

  package init?(_ text: some StringProtocol) {
    guard let number = DayNumber(text, letter: "T") else { return nil }
    self.number = number
  }

  package var description: String { number.letteredText("T") }

  package static func < (left: TopicID, right: TopicID) -> Bool { left.number < right.number }
}

/// An alert: `W20261122-014`.
package struct AlertID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: DayNumber

  package init(_ number: DayNumber) { self.number = number }

  package init?(_ text: some StringProtocol) {
    guard let number = DayNumber(text, letter: "W") else { return nil }
    self.number = number
  }

  package var description: String { number.letteredText("W") }

  package static func < (left: AlertID, right: AlertID) -> Bool { left.number < right.number }
}

/// `D42.1`: the first message that journal record 42 asked for.
package struct DeliveryID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let sequence: Int64
  package let index: Int

  package init(sequence: Int64, index: Int) {
    self.sequence = sequence
    self.index = index
  }

  package init?(_ text: some StringProtocol) {
    let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    guard text.first == "D", parts.count == 2, let sequence = decimal(parts[0]),
      let index = decimal(parts[1]), sequence > 0, index > 0
    else { return nil }
    self.init(sequence: Int64(sequence), index: index)
    guard description == text else { return nil }
  }

  package var description: String { "D\(sequence).\(index)" }

  package static func < (left: DeliveryID, right: DeliveryID) -> Bool {
    (left.sequence, left.index) < (right.sequence, right.index)
  }
}

/// ASCII digits only: `Int("+7")` would take a sign.
private func decimal(_ text: some StringProtocol) -> Int? {
  guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
    return nil
  }
  return Int(text)
}

private func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
  var value = 0
  // So many digits always fit.
  guard (1...18).contains(digits.count) else { return nil }
  for digit in digits {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
    value = value * 10 + Int(digit - UInt8(ascii: "0"))
  }
  return value
}
