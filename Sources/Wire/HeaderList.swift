/// Header fields in the order in which they came or will go, found without regard to case.
///
/// Values are kept as bytes, because a validator such as an ETag must go back exactly as it came,
/// and not every server writes UTF-8.
package struct HeaderList: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    package let name: String
    package let bytes: [UInt8]

    /// The value as text: UTF-8 where it is that, else each byte as a Latin-1 character.
    package var value: String { headerText(bytes) }
  }

  package private(set) var fields: [Field] = []

  package init() {}

  package mutating func add(_ name: String, _ value: String) {
    add(name, Array(value.utf8))
  }

  package mutating func add(_ name: String, _ bytes: [UInt8]) {
    fields.append(Field(name: name, bytes: bytes))
  }

  /// Puts this one value in the place of all of that name.
  package mutating func set(_ name: String, _ value: String) {
    remove(name)
    add(name, value)
  }

  package mutating func remove(_ name: String) {
    fields.removeAll { isSameHeader($0.name, name) }
  }

  /// The first value of that name.
  package subscript(_ name: String) -> String? {
    fields.first { isSameHeader($0.name, name) }?.value
  }

  /// The first value of that name, byte for byte.
  package func bytes(_ name: String) -> [UInt8]? {
    fields.first { isSameHeader($0.name, name) }?.bytes
  }

  package func values(_ name: String) -> [String] {
    fields.filter { isSameHeader($0.name, name) }.map(\.value)
  }

  package func count(_ name: String) -> Int {
    fields.count { isSameHeader($0.name, name) }
  }

  /// Whether each name is a token and no value holds a control character: else a value could end
  /// its line and begin a header, or a body, of its own.
  package var isClean: Bool {
    fields.allSatisfy { field in
      !field.name.isEmpty && field.name.utf8.allSatisfy(isTokenByte)
        && field.bytes.allSatisfy(isFieldByte)
    }
  }
}

/// Whether two header names are the same: ASCII letters without regard to case.
package func isSameHeader(_ left: String, _ right: String) -> Bool {
  // Byte by byte: as texts, U+212A KELVIN SIGN equals K.
  let (left, right) = (left.utf8, right.utf8)
  guard left.count == right.count else { return false }
  for (a, b) in zip(left, right) where a != b && lowered(a) != lowered(b) { return false }
  return true
}

/// An ASCII capital as a small letter, anything else as it is.
func lowered(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

func headerText(_ bytes: [UInt8]) -> String {
  if let text = String(validating: bytes, as: UTF8.self) { return text }
  var text = ""
  for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
  return text
}

/// RFC 9110 §5.6.2.
func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
  !bytes.isEmpty && bytes.allSatisfy(isTokenByte)
}

func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"):
    true
  case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
    UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"),
    UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"),
    UInt8(ascii: "~"):
    true
  default: false
  }
}

/// RFC 9110 §5.5: what may stand in a value. NUL, CR, LF and the other controls may not.
func isFieldByte(_ byte: UInt8) -> Bool {
  byte == 0x09 || byte >= 0x20 && byte != 0x7f
}

/// Without the blanks and tabs around it.
func trimmedBlanks(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  guard let first = bytes.firstIndex(where: { !isBlank($0) }),
    let last = bytes.lastIndex(where: { !isBlank($0) })
  else { return [] }
  return bytes[first...last]
}
