/// What was wrong with a value of a text that is JSON otherwise.
package struct FieldFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package let message: Bilingual
  /// Where the value stands, in bytes from the start of its text.
  package let offset: Int
  /// What else was wrong in the same text, so that whoever mends it need not ask again and again.
  package private(set) var further: [FieldFailure] = []

  package init(_ message: Bilingual, at offset: Int) {
    self.message = message
    self.offset = offset
  }

  /// This one and all further ones, in the order of the text and each once.
  package var all: [FieldFailure] {
    var alone = self
    alone.further = []
    return ([alone] + further.flatMap(\.all)).sorted { $0.offset < $1.offset }
  }

  /// One that stands for all of these.
  init(_ failures: [FieldFailure]) {
    precondition(!failures.isEmpty, "a failure stands for at least one")
    self = failures[0]
    further += failures.dropFirst()
  }

  package var description: String { "byte \(offset): \(message.en)" }
}

/// Reads the members of one object by name, and remembers which were asked for.
///
/// A file of ours calls `finish()` at the end, so that a misspelt key is an error that names the
/// nearest known one. Journal records do not: what a newer version added is passed over.
package struct Fields {
  /// The object itself.
  package let whole: JSON
  private let members: [JSON.Member]
  private let offset: Int
  /// The way from the top of the text to here, as in `mail.server`; empty at the top.
  package let path: String
  private var known: [String] = []

  /// Room for so many names is asked for at once.
  private static let usualNames = 8

  package init(_ json: JSON, path: String = "") throws(FieldFailure) {
    guard let members = json.members else {
      throw FieldFailure(Self.mismatch(path, "an object", json), at: json.offset)
    }
    self.whole = json
    self.members = members
    self.offset = json.offset
    self.path = path
  }

  /// The names in the order of the text, for objects whose keys are data.
  package var names: [String] { members.map(\.name) }

  package mutating func json(ifPresent name: String) -> JSON? {
    if known.isEmpty { known.reserveCapacity(Self.usualNames) }
    known.append(name)
    return members.first { $0.name == name }?.value
  }

  package mutating func json(_ name: String) throws(FieldFailure) -> JSON {
    guard let value = json(ifPresent: name) else {
      let place = path.isEmpty ? "" : "\(path)."
      let missing = Bilingual(zh: "缺少“\(place)\(name)”", en: "'\(place)\(name)' is missing")
      // A key that is written nearly so is what to look at.
      let strangers = members.filter { !known.contains($0.name) }
      guard let near = nearest(to: name, among: strangers.map(\.name)),
        let stranger = strangers.first(where: { $0.name == near })
      else { throw FieldFailure(missing, at: offset) }
      throw FieldFailure(
        Bilingual(
          zh: "未知的键“\(near)”；\(missing.zh)，是否应为它？",
          en: "unknown key '\(near)'; \(missing.en): did you mean that?"),
        at: stranger.offset)
    }
    return value
  }

  package mutating func text(ifPresent name: String) throws(FieldFailure) -> String? {
    guard let value = json(ifPresent: name) else { return nil }
    guard let text = value.string else { throw mismatch(name, "a text", value) }
    return text
  }

  package mutating func text(_ name: String) throws(FieldFailure) -> String {
    let value = try json(name)
    guard let text = value.string else { throw mismatch(name, "a text", value) }
    return text
  }

  package mutating func flag(ifPresent name: String) throws(FieldFailure) -> Bool? {
    guard let value = json(ifPresent: name) else { return nil }
    guard let flag = value.boolean else { throw mismatch(name, "true or false", value) }
    return flag
  }

  package mutating func integer(ifPresent name: String) throws(FieldFailure) -> Int? {
    guard let value = json(ifPresent: name) else { return nil }
    guard let number = value.integer else { throw mismatch(name, "a whole number", value) }
    return Int(number)
  }

  package mutating func integer(_ name: String) throws(FieldFailure) -> Int {
    let value = try json(name)
    guard let number = value.integer else { throw mismatch(name, "a whole number", value) }
    return Int(number)
  }

  package mutating func number(ifPresent name: String) throws(FieldFailure) -> Double? {
    guard let value = json(ifPresent: name) else { return nil }
    guard let number = value.number else { throw mismatch(name, "a number", value) }
    return number
  }

  package mutating func array(ifPresent name: String) throws(FieldFailure) -> [JSON]? {
    guard let value = json(ifPresent: name) else { return nil }
    guard let elements = value.array else { throw mismatch(name, "a list", value) }
    return elements
  }

  package mutating func array(_ name: String) throws(FieldFailure) -> [JSON] {
    let value = try json(name)
    guard let elements = value.array else { throw mismatch(name, "a list", value) }
    return elements
  }

  package mutating func texts(ifPresent name: String) throws(FieldFailure) -> [String]? {
    guard let elements = try array(ifPresent: name) else { return nil }
    var texts: [String] = []
    for element in elements {
      guard let text = element.string else { throw mismatch(name, "a list of texts", element) }
      texts.append(text)
    }
    return texts
  }

  package mutating func fields(ifPresent name: String) throws(FieldFailure) -> Fields? {
    guard let value = json(ifPresent: name) else { return nil }
    return try Fields(value, path: inner(name))
  }

  package mutating func fields(_ name: String) throws(FieldFailure) -> Fields {
    try Fields(try json(name), path: inner(name))
  }

  /// A text that stands for something; `expected` says what, for the message.
  package mutating func value<Value>(
    _ name: String, _ expected: Bilingual, _ convert: (String) -> Value?
  ) throws(FieldFailure) -> Value {
    let json = try json(name)
    guard let text = json.string, let value = convert(text) else {
      throw unexpected(name, expected, json)
    }
    return value
  }

  package mutating func value<Value>(
    ifPresent name: String, _ expected: Bilingual, _ convert: (String) -> Value?
  ) throws(FieldFailure) -> Value? {
    guard let json = json(ifPresent: name) else { return nil }
    guard let text = json.string, let value = convert(text) else {
      throw unexpected(name, expected, json)
    }
    return value
  }

  package mutating func instant(_ name: String) throws(FieldFailure) -> Instant {
    try value(name, Self.instantForm) { Instant(iso8601: $0) }
  }

  package mutating func instant(ifPresent name: String) throws(FieldFailure) -> Instant? {
    try value(ifPresent: name, Self.instantForm) { Instant(iso8601: $0) }
  }

  /// The way to a member, for its own `Fields`.
  package func inner(_ name: String) -> String {
    path.isEmpty ? name : "\(path).\(name)"
  }

  /// A failure of the member of this name.
  package func failure(_ name: String, _ message: Bilingual) -> FieldFailure {
    let member = members.first { $0.name == name }
    return FieldFailure(message, at: member?.value.offset ?? offset)
  }

  /// A failure of the object as a whole.
  package func failure(_ message: Bilingual) -> FieldFailure {
    FieldFailure(message, at: offset)
  }

  /// Refuses members that nobody asked for, and names the known one that comes nearest.
  package func finish() throws(FieldFailure) {
    let strangers = members.filter { !known.contains($0.name) }
    guard !strangers.isEmpty else { return }
    throw FieldFailure(
      strangers.map { stranger in
        FieldFailure(
          Self.unknown(
            inner(stranger.name), nearest: nearest(to: stranger.name, among: known), known),
          at: stranger.offset)
      })
  }

  /// Every element of a list of objects. A key that nobody reads is an error; what is wrong in one
  /// element does not hide what is wrong in the next.
  package mutating func objects<Value>(
    _ name: String, _ read: (inout Fields) throws(FieldFailure) -> Value
  ) throws(FieldFailure) -> [Value] {
    var values: [Value] = []
    var problems = FieldProblems()
    for (index, element) in try array(name).enumerated() {
      problems.take { () throws(FieldFailure) in
        var fields = try Fields(element, path: "\(inner(name))[\(index)]")
        values.append(try read(&fields))
        try fields.finish()
      }
    }
    try problems.finish()
    return values
  }

  package static func unknown(_ name: String, nearest: String?, _ known: [String]) -> Bilingual {
    let list = Set(known).sorted().joined(separator: ", ")
    guard let nearest else {
      return Bilingual(zh: "未知的键“\(name)”；可用：\(list)", en: "unknown key '\(name)'; known: \(list)")
    }
    return Bilingual(
      zh: "未知的键“\(name)”；是否应为“\(nearest)”？可用：\(list)",
      en: "unknown key '\(name)'; did you mean '\(nearest)'? known: \(list)")
  }

  private static let instantForm = Bilingual(
    zh: "带时区的时间，如 2026-11-22T05:13:25+08:00",
    en: "a time with its zone, as in 2026-11-22T05:13:25+08:00")

  private func mismatch(_ name: String, _ expected: String, _ found: JSON) -> FieldFailure {
    FieldFailure(Self.mismatch(inner(name), expected, found), at: found.offset)
  }

  private static func mismatch(_ path: String, _ expected: String, _ found: JSON) -> Bilingual {
    let place = path.isEmpty ? "the text" : "'\(path)'"
    let zhPlace = path.isEmpty ? "全文" : "“\(path)”"
    return Bilingual(
      zh: "\(zhPlace)应为\(chineseKind(expected))，而不是\(chineseKind(found.kindName))",
      en: "\(place) should be \(expected), not \(found.kindName)")
  }

  private static func chineseKind(_ kind: String) -> String {
    switch kind {
    case "an object": "对象"
    case "a text": "文本"
    case "a list": "列表"
    case "a list of texts": "文本列表"
    case "a number": "数字"
    case "a whole number": "整数"
    case "true or false": "true 或 false"
    default: kind
    }
  }

  private func unexpected(_ name: String, _ expected: Bilingual, _ found: JSON) -> FieldFailure {
    let shown = found.string.map { "“\($0)”" } ?? Self.chineseKind(found.kindName)
    let shownEnglish = found.string.map { "'\($0)'" } ?? found.kindName
    return FieldFailure(
      Bilingual(
        zh: "“\(inner(name))”应为\(expected.zh)，而不是\(shown)",
        en: "'\(inner(name))' should be \(expected.en), not \(shownEnglish)"),
      at: found.offset)
  }
}

/// Gathers what is wrong in several parts of one text.
package struct FieldProblems: Sendable {
  private var found: [FieldFailure] = []

  package init() {}

  /// What the part says; nil where something is wrong with it.
  @discardableResult
  package mutating func take<Value>(_ read: () throws(FieldFailure) -> Value) -> Value? {
    do {
      return try read()
    } catch {
      found += error.all
      return nil
    }
  }

  package mutating func add(_ failure: FieldFailure) { found.append(failure) }

  package var isEmpty: Bool { found.isEmpty }

  package func finish() throws(FieldFailure) {
    if !found.isEmpty { throw FieldFailure(found.sorted { $0.offset < $1.offset }) }
  }
}

/// The candidate that a misspelt name most probably meant; nil if none is near.
///
/// Near is at most a third of the longer name's letters changed, with two neighbours that changed
/// places counted once (the "optimal string alignment" distance).
package func nearest(to name: String, among candidates: [String]) -> String? {
  let scored = candidates.map { candidate in
    (alignmentDistance(Array(name.lowercased()), Array(candidate.lowercased())), candidate)
  }
  guard let best = scored.min(by: { ($0.0, $0.1) < ($1.0, $1.1) }) else { return nil }
  return best.0 <= max(1, max(name.count, best.1.count) / 3) ? best.1 : nil
}

private func alignmentDistance(_ left: [Character], _ right: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for i in 0..<left.count {
    var row = [i + 1]
    for j in 0..<right.count {
      var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      row.append(cost)
    }
    beforeLast = last
    last = row
  }
  return last[right.count]
}

// Members whose texts are the cases of an enumeration.
extension Fields {
  package typealias Choice = CaseIterable & RawRepresentable<String>

  package mutating func choice<Value: Choice>(_ name: String) throws(FieldFailure) -> Value {
    try choice(name, of: try json(name))
  }

  package mutating func choice<Value: Choice>(ifPresent name: String) throws(FieldFailure)
    -> Value?
  {
    guard let json = json(ifPresent: name) else { return nil }
    return try choice(name, of: json)
  }

  /// A list of them, or one alone.
  package mutating func choices<Value: Choice>(ifPresent name: String) throws(FieldFailure)
    -> [Value]?
  {
    guard let json = json(ifPresent: name) else { return nil }
    guard let elements = json.array else { return [try choice(name, of: json)] }
    var values: [Value] = []
    for element in elements { values.append(try choice(name, of: element)) }
    return values
  }

  private func choice<Value: Choice>(_ name: String, of json: JSON) throws(FieldFailure) -> Value {
    if let text = json.string, let value = Value(rawValue: text) { return value }
    let known = Value.allCases.map(\.rawValue)
    let list = known.joined(separator: ", ")
    let shown = json.string ?? json.kindName
    let near = json.string.flatMap { nearest(to: $0, among: known) }
    throw FieldFailure(
      Bilingual(
        zh: "“\(inner(name))”不能是“\(shown)”" + (near.map { "；是否应为“\($0)”？" } ?? "")
          + "；可用：\(list)",
        en: "'\(inner(name))' cannot be '\(shown)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
          + "; known: \(list)"),
      at: json.offset)
  }
}
