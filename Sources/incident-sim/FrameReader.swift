import Bytes

/// What is wrong with the markup of a frame.
struct FrameMistake: Error {
  let message: Bilingual

  init(zh: String, en: String) { message = Bilingual(zh: zh, en: en) }

  init(_ message: Bilingual) { self.message = message }
}

/// Reads the markup of one frame; `Frame` says what it means.
struct FrameReader {
  private let scalars: [Unicode.Scalar]
  private let words: [String]
  private var position = 0

  /// The names that say when a post is made or what it passes on; no list may bear one of them.
  static let reserved = ["clock", "hour", "part", "date", "weekday", "quoted"]

  init(_ text: String, words: [String]) {
    scalars = Array(text.unicodeScalars)
    self.words = words
  }

  /// The title, if there is one, and the text.
  mutating func parts() throws(FrameMistake) -> [[Frame.Piece]] {
    var parts = [try run(inside: false)]
    while position < scalars.count {
      guard scalars[position] == "|", position + 1 < scalars.count, scalars[position + 1] == "|"
      else {
        throw FrameMistake(
          zh: "括号之外的“\(scalars[position])”", en: "'\(scalars[position])' outside parentheses")
      }
      position += 2
      parts.append(try run(inside: false))
    }
    guard parts.count <= 2 else {
      throw FrameMistake(zh: "只能有一个“||”", en: "more than one '||'")
    }
    guard parts.count == 1 else { return parts.map(Self.trimmed) }
    return parts
  }

  private mutating func run(inside: Bool) throws(FrameMistake) -> [Frame.Piece] {
    var pieces: [Frame.Piece] = []
    var plain = ""
    func flush() {
      if !plain.isEmpty { pieces.append(.text(plain)) }
      plain = ""
    }
    loop: while position < scalars.count {
      let scalar = scalars[position]
      switch scalar {
      case "{":
        flush()
        pieces.append(try slot())
      case "(":
        flush()
        pieces.append(try choice())
      case "|", ")": break loop
      case "}": throw FrameMistake(zh: "多出“}”", en: "'}' without '{'")
      case "\\" where position + 1 < scalars.count:
        plain.unicodeScalars.append(scalars[position + 1])
        position += 2
      default:
        plain.unicodeScalars.append(scalar)
        position += 1
      }
    }
    flush()
    return pieces
  }

  private mutating func choice() throws(FrameMistake) -> Frame.Piece {
    position += 1
    var alternatives = [try run(inside: true)]
    while position < scalars.count, scalars[position] == "|" {
      position += 1
      alternatives.append(try run(inside: true))
    }
    guard position < scalars.count else {
      throw FrameMistake(zh: "“(”没有闭合", en: "'(' is not closed")
    }
    position += 1
    return .choice(alternatives.count == 1 ? alternatives + [[]] : alternatives)
  }

  private mutating func slot() throws(FrameMistake) -> Frame.Piece {
    guard let end = scalars[position...].firstIndex(of: "}") else {
      throw FrameMistake(zh: "“{”没有闭合", en: "'{' is not closed")
    }
    var name = ""
    name.unicodeScalars.append(contentsOf: scalars[position + 1..<end])
    // What another bracket interrupts was meant to end before it.
    guard !name.contains(where: { "{(|)".contains($0) }) else {
      throw FrameMistake(zh: "“{”没有闭合", en: "'{' is not closed")
    }
    position = end + 1
    if name.contains("..") { return try Self.number(name) }
    if let moment = try Self.moment(name) { return moment }
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    let copy = parts.count == 2 ? Int(parts[1]) : 1
    guard parts.count <= 2, let copy, (1...9).contains(copy) else {
      throw FrameMistake(zh: "“{\(name)}”无法理解", en: "'{\(name)}' makes no sense")
    }
    guard let list = words.firstIndex(of: String(parts[0])) else {
      let known = words + Self.reserved
      throw FrameMistake(
        unknownName(String(parts[0]), among: known, Bilingual(zh: "词表", en: "list of words")))
    }
    return .word(list: list, copy: copy)
  }

  /// `3..15`, or `100..900/50` for every fiftieth.
  private static func number(_ name: String) throws(FrameMistake) -> Frame.Piece {
    let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let ends = parts[0].split(separator: "..", omittingEmptySubsequences: false)
    let step = parts.count == 2 ? Int(parts[1]) : 1
    guard ends.count == 2, let low = Int(ends[0]), let high = Int(ends[1]), low <= high,
      let step, step > 0
    else {
      throw FrameMistake(zh: "“{\(name)}”不是数的范围", en: "'{\(name)}' is no range of numbers")
    }
    return .number(low...high, step: step)
  }

  private static func moment(_ name: String) throws(FrameMistake) -> Frame.Piece? {
    switch name {
    case "clock": return .moment(.clock(minutes: 0))
    case "hour": return .moment(.hour)
    case "part": return .moment(.part)
    case "date": return .moment(.date)
    case "weekday": return .moment(.weekday)
    case "quoted": return .quoted
    default: break
    }
    guard name.hasPrefix("clock-") || name.hasPrefix("clock+") else { return nil }
    guard let minutes = Int(name.dropFirst("clock".count)), abs(minutes) < 1440 else {
      throw FrameMistake(zh: "“{\(name)}”不是时刻", en: "'{\(name)}' is no time of day")
    }
    return .moment(.clock(minutes: minutes))
  }

  /// Without the blanks that stand around `||` for the eye.
  private static func trimmed(_ pieces: [Frame.Piece]) -> [Frame.Piece] {
    var pieces = pieces
    if case .text(let text)? = pieces.first {
      pieces[0] = .text(String(text.drop { $0 == " " }))
    }
    if case .text(let text)? = pieces.last {
      var text = text
      while text.last == " " { text.removeLast() }
      pieces[pieces.count - 1] = .text(text)
    }
    return pieces
  }
}
