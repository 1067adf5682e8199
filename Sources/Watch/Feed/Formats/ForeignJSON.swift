import Bytes

/// JSON of others, which may be damaged.
enum ForeignJSON {
  /// The value, and whether it had to be mended; nil if there is nothing to be had.
  static func read(_ text: [UInt8]) -> (json: JSON, isDamaged: Bool)? {
    if let json = value(text) { return (json, false) }
    // Line ends inside of strings are the commonest mistake, and blanks do as well.
    let mended = withoutLineEndsInStrings(text)
    if let json = value(mended) { return (json, true) }
    return pieces(of: mended).map { ($0, true) }
  }

  private static func value(_ text: [UInt8]) -> JSON? {
    // Which mistake it was does not matter: whatever can be read is read another way.
    if let json = try? JSONReader.read(text, keepsLastDuplicate: true) { return json }
    return try? JSONReader.read(text, as: .json5, keepsLastDuplicate: true)
  }

  private static func withoutLineEndsInStrings(_ text: [UInt8]) -> [UInt8] {
    var result = text
    var isInString = false
    var isEscaped = false
    for index in result.indices {
      let byte = result[index]
      if isInString, byte < 0x20 { result[index] = 0x20 }
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = isInString
      } else if byte == UInt8(ascii: "\"") {
        isInString.toggle()
      }
    }
    return result
  }

  /// The members of the outer object that are whole, and of its lists the elements that are whole.
  private static func pieces(of text: [UInt8]) -> JSON? {
    var members: [JSON.Member] = []
    var scanner = JSONPieces(text)
    guard scanner.enterObject() else { return nil }
    while let name = scanner.memberName() {
      if scanner.entersList() {
        var elements: [JSON] = []
        while let piece = scanner.element() {
          if let element = value(Array(text[piece])) { elements.append(element) }
        }
        members.append(JSON.Member(name, JSON(.array(elements))))
      } else if let piece = scanner.piece(), let member = value(Array(text[piece])) {
        members.append(JSON.Member(name, member))
      }
    }
    return members.isEmpty ? nil : JSON(.object(members))
  }
}

/// Finds where the parts of a JSON text begin and end without reading them.
private struct JSONPieces {
  private let text: [UInt8]
  private var position = 0

  init(_ text: [UInt8]) { self.text = text }

  private var current: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipBlanksAndCommas() {
    while let byte = current, byte <= 0x20 || byte == UInt8(ascii: ",") { position += 1 }
  }

  mutating func enterObject() -> Bool {
    skipBlanksAndCommas()
    guard current == UInt8(ascii: "{") else { return false }
    position += 1
    return true
  }

  /// The next name of the object, with the reading placed at its value.
  mutating func memberName() -> String? {
    skipBlanksAndCommas()
    guard current == UInt8(ascii: "\""), let range = piece() else { return nil }
    skipBlanksAndCommas()
    guard current == UInt8(ascii: ":") else { return nil }
    position += 1
    return String(decoding: text[range].dropFirst().dropLast(), as: UTF8.self)
  }

  mutating func entersList() -> Bool {
    skipBlanksAndCommas()
    guard current == UInt8(ascii: "[") else { return false }
    position += 1
    return true
  }

  /// The next element of the list; nil at its end, or at one that has none.
  mutating func element() -> Range<Int>? {
    skipBlanksAndCommas()
    guard current != UInt8(ascii: "]") else {
      position += 1
      return nil
    }
    return piece()
  }

  /// A value from its first byte to its last; nil if the text ends in it.
  mutating func piece() -> Range<Int>? {
    skipBlanksAndCommas()
    let start = position
    var depth = 0
    var isInString = false
    while let byte = current {
      position += 1
      if isInString {
        if byte == UInt8(ascii: "\\") {
          position += 1
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
          if depth == 0 { return start..<position }
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth == 0 { return start..<position }
        if depth < 0 {
          position -= 1
          return position > start ? start..<position : nil
        }
      case UInt8(ascii: ",") where depth == 0:
        position -= 1
        return position > start ? start..<position : nil
      default: break
      }
    }
    return nil
  }
}
