/// What was wrong with a JSON text, and where.
package struct JSONFailure: Error, Hashable, Sendable, CustomStringConvertible {
  package let message: Bilingual
  /// Bytes from the start of the text.
  package let offset: Int
  /// Counted from 1. A column counts characters, as an editor does.
  package let line: Int
  package let column: Int

  package init(_ message: Bilingual, at offset: Int, in bytes: [UInt8]) {
    self.message = message
    self.offset = offset
    (line, column) = textPosition(of: offset, in: bytes)
  }

  package var description: String { "\(line):\(column): \(message.en)" }
}

/// The line and the column of an offset, both counted from 1.
package func textPosition(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
  let head = bytes[..<min(offset, bytes.count)]
  let lineStart = head.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
  let line = head.count { $0 == UInt8(ascii: "\n") } + 1
  return (line, String(decoding: head[lineStart...], as: UTF8.self).count + 1)
}

/// Reads one JSON text, strictly to RFC 8259 or in the wider form of JSON5.
///
/// Depth and duplicate names are refused in both: either is a mistake in a file of ours, and an
/// attack in a file of others.
package struct JSONReader {
  package enum Dialect: Sendable {
    case json
    /// json5.org, 1.0.0: comments, trailing commas, single quotes, bare names, more numbers.
    case json5
  }

  /// Deeper nesting than this is refused; nothing here or in a feed comes near it.
  package static let depthLimit = 128

  private static let fewMembers = 12
  /// As an event of the journal has them: room for so many is asked for at once.
  private static let usualMembers = 6

  private let bytes: [UInt8]
  private let dialect: Dialect
  private let keepsLastDuplicate: Bool
  private var position = 0
  private var depth = 0

  private init(_ bytes: [UInt8], _ dialect: Dialect, keepsLastDuplicate: Bool) {
    self.bytes = bytes
    self.dialect = dialect
    self.keepsLastDuplicate = keepsLastDuplicate
  }

  /// The value of a whole text. A byte-order mark in front is passed over.
  ///
  /// `keepsLastDuplicate` is for texts of others, where the last of two members of one name wins
  /// as it does for most readers.
  package static func read(
    _ bytes: [UInt8], as dialect: Dialect = .json, keepsLastDuplicate: Bool = false
  ) throws(JSONFailure) -> JSON {
    var reader = JSONReader(bytes, dialect, keepsLastDuplicate: keepsLastDuplicate)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { reader.position = 3 }
    try reader.skipBlanks()
    let value = try reader.value()
    try reader.skipBlanks()
    guard reader.position == bytes.count else {
      throw reader.failure(zh: "值之后不应再有内容", en: "nothing may follow the value")
    }
    return value
  }

  package static func read(_ text: String, as dialect: Dialect = .json) throws(JSONFailure) -> JSON
  {
    try read(Array(text.utf8), as: dialect)
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func failure(zh: String, en: String, at offset: Int? = nil) -> JSONFailure {
    JSONFailure(Bilingual(zh: zh, en: en), at: offset ?? position, in: bytes)
  }

  private mutating func value() throws(JSONFailure) -> JSON {
    let start = position
    switch current {
    case nil: throw failure(zh: "文末缺少一个值", en: "a value is missing at the end")
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return JSON(.string(try quoted()), offset: start)
    case UInt8(ascii: "'") where dialect == .json5:
      return JSON(.string(try quoted()), offset: start)
    case UInt8(ascii: "t") where skip("true"): return JSON(.boolean(true), offset: start)
    case UInt8(ascii: "f") where skip("false"): return JSON(.boolean(false), offset: start)
    case UInt8(ascii: "n") where skip("null"): return JSON(.null, offset: start)
    default: return JSON(try number(), offset: start)
    }
  }

  private mutating func descend() throws(JSONFailure) {
    depth += 1
    guard depth <= Self.depthLimit else {
      throw failure(
        zh: "嵌套超过 \(Self.depthLimit) 层", en: "nested deeper than \(Self.depthLimit) levels")
    }
    position += 1
    try skipBlanks()
  }

  private mutating func object() throws(JSONFailure) -> JSON {
    let start = position
    try descend()
    defer { depth -= 1 }
    var members: [JSON.Member] = []
    if let current, current != UInt8(ascii: "}") { members.reserveCapacity(Self.usualMembers) }
    // Only of a long object: the names of a few are compared faster than they are hashed.
    var names: [String: Int] = [:]
    while current != UInt8(ascii: "}") {
      let nameOffset = position
      let name = try memberName()
      try skipBlanks()
      guard current == UInt8(ascii: ":") else {
        throw failure(zh: "名称之后缺少“:”", en: "':' is missing after a name")
      }
      position += 1
      try skipBlanks()
      let member = JSON.Member(name, try value(), offset: nameOffset)
      let isLong = members.count > Self.fewMembers
      if isLong, names.isEmpty {
        for (index, member) in members.enumerated() { names[member.name] = index }
      }
      if let earlier = isLong ? names[name] : members.firstIndex(where: { $0.name == name }) {
        guard keepsLastDuplicate else {
          throw failure(
            zh: "同一对象中“\(name)”出现两次", en: "'\(name)' stands twice in one object", at: nameOffset)
        }
        members[earlier] = member
      } else {
        if isLong { names[name] = members.count }
        members.append(member)
      }
      try skipBlanks()
      guard try skipComma(before: UInt8(ascii: "}")) else { break }
    }
    guard current == UInt8(ascii: "}") else {
      throw unclosed("}", start)
    }
    position += 1
    return JSON(.object(members), offset: start)
  }

  private mutating func array() throws(JSONFailure) -> JSON {
    let start = position
    try descend()
    defer { depth -= 1 }
    var elements: [JSON] = []
    while current != UInt8(ascii: "]") {
      elements.append(try value())
      try skipBlanks()
      guard try skipComma(before: UInt8(ascii: "]")) else { break }
    }
    guard current == UInt8(ascii: "]") else {
      throw unclosed("]", start)
    }
    position += 1
    return JSON(.array(elements), offset: start)
  }

  private func unclosed(_ bracket: Character, _ start: Int) -> JSONFailure {
    let (line, column) = textPosition(of: start, in: bytes)
    return failure(
      zh: "缺少“,”或“\(bracket)”（开头在第 \(line) 行第 \(column) 列）",
      en: "',' or '\(bracket)' is missing after what began at line \(line), column \(column)")
  }

  /// Whether there was a comma. In strict JSON a closing bracket may not follow it.
  private mutating func skipComma(before bracket: UInt8) throws(JSONFailure) -> Bool {
    guard current == UInt8(ascii: ",") else { return false }
    position += 1
    try skipBlanks()
    if dialect == .json, current == bracket {
      throw failure(zh: "右括号之前不能有逗号", en: "a comma may not stand before a closing bracket")
    }
    return true
  }

  private mutating func memberName() throws(JSONFailure) -> String {
    switch current {
    case UInt8(ascii: "\""): return try quoted()
    case UInt8(ascii: "'") where dialect == .json5: return try quoted()
    default:
      guard dialect == .json5 else {
        throw failure(zh: "缺少双引号括起的名称", en: "a name in double quotes is missing")
      }
      return try identifier()
    }
  }

  /// ECMAScript 5.1 §7.6, in so far as names in files need it: letters, digits, `$`, `_`, and
  /// everything beyond ASCII that Swift counts as a part of identifiers.
  private mutating func identifier() throws(JSONFailure) -> String {
    let start = position
    var end = position
    while end < bytes.count {
      let byte = bytes[end]
      let isLetter =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
        || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "_") || byte >= 0x80
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      guard isLetter || isDigit && end > start else { break }
      end += 1
    }
    guard end > start else { throw failure(zh: "缺少名称", en: "a name is missing") }
    let text = String(decoding: bytes[start..<end], as: UTF8.self)
    guard
      text.unicodeScalars.allSatisfy({
        $0.isASCII || $0.properties.isXIDContinue
      })
    else { throw failure(zh: "名称含有须加引号的字符", en: "a name has a character that needs quotes") }
    position = end
    return text
  }

  private mutating func skip(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    let matches = word.withUTF8Buffer { $0.elementsEqual(bytes[position..<position + count]) }
    if matches { position += count }
    return matches
  }

  private mutating func skipBlanks() throws(JSONFailure) {
    while let byte = current {
      switch byte {
      case 0x20, 0x09, 0x0a, 0x0d: position += 1
      case UInt8(ascii: "/") where dialect == .json5: try skipComment()
      case 0x0b where dialect == .json5, 0x0c where dialect == .json5: position += 1
      default:
        guard dialect == .json5, byte >= 0x80, let width = wideBlank() else { return }
        position += width
      }
    }
  }

  /// The length of a JSON5 blank beyond ASCII: NBSP, BOM, line separators, category Zs.
  private func wideBlank() -> Int? {
    let tail = bytes[position..<min(position + 4, bytes.count)]
    guard let scalar = String(decoding: tail, as: UTF8.self).unicodeScalars.first else {
      return nil
    }
    let isBlank =
      scalar == "\u{feff}" || scalar == "\u{2028}" || scalar == "\u{2029}"
      || scalar.properties.generalCategory == .spaceSeparator
    return isBlank ? UTF8.width(scalar) : nil
  }

  private mutating func skipComment() throws(JSONFailure) {
    let start = position
    if skip("//") {
      while let byte = current, byte != 0x0a, byte != 0x0d { position += 1 }
    } else if skip("/*") {
      while !skip("*/") {
        guard position < bytes.count else {
          throw failure(zh: "注释没有结束", en: "a comment does not end", at: start)
        }
        position += 1
      }
    } else {
      throw failure(zh: "“/”在此只能用作注释的开头", en: "'/' may stand here only as the start of a comment")
    }
  }
}

// Numbers.
extension JSONReader {
  private mutating func number() throws(JSONFailure) -> JSON.Kind {
    let start = position
    var isNegative = false
    if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") && dialect == .json5 {
      isNegative = current == UInt8(ascii: "-")
      position += 1
    }
    if dialect == .json5 {
      // Neither is a number that a rule could use, so they are refused by name.
      if skip("Infinity") || skip("NaN") {
        throw failure(
          zh: "此处不能使用 Infinity 或 NaN", en: "Infinity and NaN cannot be used here", at: start)
      }
      if skip("0x") || skip("0X") { return try hexadecimal(isNegative: isNegative, from: start) }
    }
    let whole = digits()
    var isWhole = true
    if current == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      let fraction = digits()
      guard dialect == .json5 ? whole + fraction > 0 : whole > 0 && fraction > 0 else {
        throw failure(zh: "小数点两侧缺少数字", en: "a number has no digits beside its point", at: start)
      }
    } else if whole == 0 {
      throw failure(zh: "缺少值，或值的写法未知", en: "a value is missing or has an unknown form", at: start)
    }
    let firstDigit = isNegative || bytes[start] == UInt8(ascii: "+") ? start + 1 : start
    if whole > 1, bytes[firstDigit] == UInt8(ascii: "0") {
      throw failure(zh: "数字不能以 0 开头", en: "a number may not begin with 0", at: start)
    }
    if let byte = current, byte | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      position += 1
      if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") { position += 1 }
      guard digits() > 0 else {
        throw failure(zh: "指数缺少数字", en: "a number's exponent has no digits", at: start)
      }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let number = Int64(text) { return .integer(number) }
    // Double reads neither "+1" followed by nothing new nor ".5" differently from JSON5.
    guard let number = Double(text), number.isFinite else {
      throw failure(zh: "数字过大", en: "a number is too large", at: start)
    }
    return .number(number)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      position += 1
    }
    return position - start
  }

  private mutating func hexadecimal(isNegative: Bool, from start: Int) throws(JSONFailure)
    -> JSON.Kind
  {
    let first = position
    while let byte = current, Character(Unicode.Scalar(byte)).isHexDigit { position += 1 }
    let text = String(decoding: bytes[first..<position], as: UTF8.self)
    guard let magnitude = Int64(text, radix: 16) else {
      throw failure(zh: "十六进制数字为空或过大", en: "a hexadecimal number is empty or too large", at: start)
    }
    return .integer(isNegative ? -magnitude : magnitude)
  }
}

// Strings.
extension JSONReader {
  private mutating func quoted() throws(JSONFailure) -> String {
    let start = position
    let quote = bytes[position]
    position += 1
    if let plain = plainText(endingWith: quote) { return plain }
    var text: [UInt8] = []
    var runStart = position
    while true {
      guard let byte = current else {
        throw failure(zh: "文本没有结束", en: "a text does not end", at: start)
      }
      if byte == quote {
        text.append(contentsOf: bytes[runStart..<position])
        position += 1
        guard let whole = validText(text.span) else {
          throw failure(zh: "文本不是有效的 UTF-8", en: "a text is not valid UTF-8", at: start)
        }
        return whole
      }
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: bytes[runStart..<position])
        try escape(into: &text)
        runStart = position
      } else if byte < 0x20, dialect == .json || byte == 0x0a || byte == 0x0d {
        throw failure(
          zh: "文本中不能直接出现控制字符或换行", en: "a text may not hold a bare control character or line break")
      } else {
        position += 1
      }
    }
  }

  /// A text without escapes, which nearly all are, and its closing quotation mark; nil for any
  /// other, and for what is wrong.
  private mutating func plainText(endingWith quote: UInt8) -> String? {
    var end = position
    while end < bytes.count, bytes[end] != quote {
      guard bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20 else { return nil }
      end += 1
    }
    guard end < bytes.count,
      let text = validText(bytes.span.extracting(position..<end))
    else { return nil }
    position = end + 1
    return text
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONFailure) {
    let start = position
    position += 1
    guard let byte = current else {
      throw failure(zh: "文本没有结束", en: "a text does not end", at: start)
    }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try unicodeEscape(start)).utf8)
    default:
      guard dialect == .json5 else {
        throw failure(zh: "文本中有未知的转义", en: "an unknown escape in a text", at: start)
      }
      try escapeOfJSON5(byte, start, into: &text)
    }
  }

  private mutating func escapeOfJSON5(_ byte: UInt8, _ start: Int, into text: inout [UInt8])
    throws(JSONFailure)
  {
    switch byte {
    case UInt8(ascii: "v"): text.append(0x0b)
    case UInt8(ascii: "x"):
      guard let unit = hexDigits(2), let scalar = Unicode.Scalar(unit) else {
        throw failure(zh: "“\\x”之后须有两位十六进制数字", en: "'\\x' needs two hexadecimal digits", at: start)
      }
      text.append(contentsOf: String(Character(scalar)).utf8)
    case UInt8(ascii: "0"):
      if let next = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
        throw failure(zh: "“\\0”之后不能紧跟数字", en: "'\\0' may not stand before a digit", at: start)
      }
      text.append(0)
    case UInt8(ascii: "1")...UInt8(ascii: "9"):
      throw failure(zh: "文本中有未知的转义", en: "an unknown escape in a text", at: start)
    // A line break after a reverse solidus is left out.
    case 0x0a: break
    case 0x0d: if current == 0x0a { position += 1 }
    default:
      if byte == 0xe2,
        bytes[position...].starts(with: [0x80, 0xa8])
          || bytes[position...].starts(with: [0x80, 0xa9])
      {
        position += 2
      } else {
        text.append(byte)
      }
    }
  }

  private mutating func unicodeEscape(_ start: Int) throws(JSONFailure) -> Unicode.Scalar {
    guard let unit = hexDigits(4) else {
      throw failure(zh: "“\\u”之后须有四位十六进制数字", en: "'\\u' needs four hexadecimal digits", at: start)
    }
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard (0xd800..<0xdc00).contains(unit), skip("\\u"), let low = hexDigits(4),
      (0xdc00..<0xe000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
    else { throw failure(zh: "代理对不完整", en: "half of a surrogate pair", at: start) }
    return scalar
  }

  private mutating func hexDigits(_ count: Int) -> UInt32? {
    guard position + count <= bytes.count else { return nil }
    let text = String(decoding: bytes[position..<position + count], as: UTF8.self)
    guard text.utf8.count == count, text.allSatisfy(\.isHexDigit),
      let value = UInt32(text, radix: 16)
    else { return nil }
    position += count
    return value
  }
}
