/// A JSON value that remembers where in its text it began.
///
/// Objects keep their members in the order of the text. Two values are equal if they say the same,
/// wherever they stand.
package struct JSON: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])
  }

  package struct Member: Sendable, Hashable {
    package let name: String
    package let value: JSON
    /// Where the name began, in bytes from the start.
    package let offset: Int

    package init(_ name: String, _ value: JSON, offset: Int = 0) {
      self.name = name
      self.value = value
      self.offset = offset
    }

    package static func == (left: Member, right: Member) -> Bool {
      left.name == right.name && left.value == right.value
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(name)
      hasher.combine(value)
    }
  }

  package let kind: Kind
  /// Where the value began, in bytes from the start of its text.
  package let offset: Int

  package init(_ kind: Kind, offset: Int = 0) {
    self.kind = kind
    self.offset = offset
  }

  package static func == (left: JSON, right: JSON) -> Bool { left.kind == right.kind }

  package func hash(into hasher: inout Hasher) { hasher.combine(kind) }

  package static let null = JSON(.null)
  package static func string(_ text: String) -> JSON { JSON(.string(text)) }
  package static func integer(_ number: Int) -> JSON { JSON(.integer(Int64(number))) }
  package static func boolean(_ value: Bool) -> JSON { JSON(.boolean(value)) }
  package static func array(_ elements: [JSON]) -> JSON { JSON(.array(elements)) }

  package static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
    JSON(.object(members.map { Member($0.key, $0.value) }))
  }
}

// What the value is, or nil where it is something else.
extension JSON {
  package var string: String? {
    if case .string(let text) = kind { text } else { nil }
  }

  package var boolean: Bool? {
    if case .boolean(let value) = kind { value } else { nil }
  }

  /// A whole number, also where it was written `3.0`.
  package var integer: Int64? {
    switch kind {
    case .integer(let number): number
    case .number(let number): Int64(exactly: number)
    case .null, .boolean, .string, .array, .object: nil
    }
  }

  package var number: Double? {
    switch kind {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .null, .boolean, .string, .array, .object: nil
    }
  }

  package var array: [JSON]? {
    if case .array(let elements) = kind { elements } else { nil }
  }

  package var members: [Member]? {
    if case .object(let members) = kind { members } else { nil }
  }

  package var isNull: Bool { kind == .null }

  /// The member of this name; nil if there is none or this is no object.
  package subscript(_ name: String) -> JSON? {
    members?.first { $0.name == name }?.value
  }

  /// What kind of value it is, in the words of an error message.
  package var kindName: String {
    switch kind {
    case .null: "null"
    case .boolean: "true or false"
    case .integer, .number: "a number"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
