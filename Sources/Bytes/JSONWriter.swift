/// Writes JSON as bytes, one value after the other, without line breaks.
///
/// The order of members is the order of the calls, so that equal calls give equal bytes.
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init() {}

  /// The bytes that one value takes.
  package static func bytes(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    write(&writer)
    return writer.bytes
  }

  package static func object(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    bytes { $0.object(write) }
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  // Values: the top one, or the elements of an array.

  package mutating func object(_ write: (inout JSONWriter) -> Void) {
    open(UInt8(ascii: "{"))
    write(&self)
    close(UInt8(ascii: "}"))
  }

  package mutating func array(_ write: (inout JSONWriter) -> Void) {
    open(UInt8(ascii: "["))
    write(&self)
    close(UInt8(ascii: "]"))
  }

  package mutating func null() { literal("null") }
  package mutating func value(_ value: Bool) { literal(value ? "true" : "false") }
  package mutating func value(_ number: Int64) { literal(String(number)) }
  package mutating func value(_ number: Int) { literal(String(number)) }

  /// The shortest decimal that reads back as the same number. There is no JSON for infinities.
  package mutating func value(_ number: Double) {
    precondition(number.isFinite, "JSON has no way to write \(number)")
    literal(String(number))
  }

  package mutating func value(_ text: String) {
    separate()
    appendQuoted(text)
    needsComma = true
  }

  package mutating func value(_ json: JSON) {
    switch json.kind {
    case .null: null()
    case .boolean(let flag): value(flag)
    case .integer(let number): value(number)
    case .number(let number): value(number)
    case .string(let text): value(text)
    case .array(let elements): array { for element in elements { $0.value(element) } }
    case .object(let members):
      object { for member in members { $0.member(member.name, member.value) } }
    }
  }

  /// A value that is JSON already.
  package mutating func raw(_ json: [UInt8]) {
    separate()
    bytes.append(contentsOf: json)
    needsComma = true
  }

  // Members of the object that is open.

  package mutating func name(_ name: String) {
    separate()
    appendQuoted(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func member(_ name: String, _ text: String) {
    self.name(name)
    value(text)
  }

  package mutating func member(_ name: String, _ number: Int) {
    self.name(name)
    value(number)
  }

  package mutating func member(_ name: String, _ number: Int64) {
    self.name(name)
    value(number)
  }

  package mutating func member(_ name: String, _ number: Double) {
    self.name(name)
    value(number)
  }

  package mutating func member(_ name: String, _ flag: Bool) {
    self.name(name)
    value(flag)
  }

  package mutating func member(_ name: String, _ json: JSON) {
    self.name(name)
    value(json)
  }

  package mutating func member(_ name: String, _ texts: [String]) {
    memberArray(name) { for text in texts { $0.value(text) } }
  }

  /// Nothing is written for a text that is not there.
  package mutating func member(ifPresent name: String, _ text: String?) {
    if let text { member(name, text) }
  }

  package mutating func memberObject(_ name: String, _ write: (inout JSONWriter) -> Void) {
    self.name(name)
    object(write)
  }

  package mutating func memberArray(_ name: String, _ write: (inout JSONWriter) -> Void) {
    self.name(name)
    array(write)
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func literal(_ text: String) {
    separate()
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = false
  }

  /// RFC 8259 §7: quotation mark, reverse solidus and control characters are escaped. U+007F and
  /// the line separators U+2028 and U+2029 need not be, and are left as they are.
  private mutating func appendQuoted(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { text in
      // Nearly all of nearly every text is copied as it is, a run at a time.
      var start = 0
      for index in 0..<text.count where Self.mustBeEscaped(text[index]) {
        bytes.append(contentsOf: text[start..<index])
        appendEscaped(text[index])
        start = index + 1
      }
      bytes.append(contentsOf: text[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  @inline(__always)
  private static func mustBeEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x0a: bytes.append(UInt8(ascii: "n"))
    case 0x0d: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    default: bytes.append(contentsOf: ("u00" + hexEncoded([byte])).utf8)
    }
  }
}
