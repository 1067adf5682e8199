/// Which elements of a page are meant, in the part of CSS that lists of articles need: `tag`, `*`,
/// `.class`, `#id`, `[attribute]`, `[attribute=value]` with `^=`, `$=` and `*=`, one inside of
/// another (a blank), one directly inside of another (`>`), and several with commas.
///
/// Selectors Level 4, without pseudo-classes and siblings. Names of tags and attributes are the same
/// in capitals; classes, ids and values are not.
package struct Selector: Hashable, Sendable {
  /// What one element has to be.
  package struct Compound: Hashable, Sendable {
    /// In small letters; nil for any.
    package var tag: String?
    package var conditions: [Condition] = []
    /// Whether the compound before has to be the parent, not only somewhere around.
    package var isChild = false
    /// Whether a new alternative begins here.
    package var isFirst = false
    /// Whether an alternative is complete here.
    package var isLast = false
  }

  package struct Condition: Hashable, Sendable {
    package enum Test: Hashable, Sendable {
      case present
      case equals
      /// One of the words of the value, as with classes.
      case word
      case begins
      case ends
      case contains
    }

    /// In small letters.
    package var attribute: String
    package var test: Test
    package var value: String
  }

  /// As it was written.
  package let text: String
  /// The alternatives one after the other, each from the outermost to the innermost.
  package let compounds: [Compound]

  /// One bit stands for a compound while a page is searched.
  package static let compoundLimit = 64

  /// Nil for what is no selector, or more than is understood.
  package init?(_ text: String) {
    var reader = SelectorReader(text)
    guard let compounds = reader.all(), compounds.count <= Self.compoundLimit else { return nil }
    self.text = text
    self.compounds = compounds
  }
}

private struct SelectorReader {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() -> Bool {
    let start = position
    while let scalar = current, scalar.properties.isWhitespace { position += 1 }
    return position > start
  }

  mutating func all() -> [Selector.Compound]? {
    var compounds: [Selector.Compound] = []
    repeat {
      guard let alternative = alternative() else { return nil }
      compounds += alternative
    } while skip(",")
    return position == scalars.count ? compounds : nil
  }

  private mutating func alternative() -> [Selector.Compound]? {
    _ = skipBlanks()
    var compounds: [Selector.Compound] = []
    var isChild = false
    while true {
      guard var compound = compound() else { return nil }
      compound.isChild = isChild
      compound.isFirst = compounds.isEmpty
      compounds.append(compound)
      let hasBlank = skipBlanks()
      isChild = skip(">")
      if isChild {
        _ = skipBlanks()
      } else if current == nil || current == "," {
        compounds[compounds.count - 1].isLast = true
        return compounds
      } else if !hasBlank {
        return nil
      }
    }
  }

  private mutating func compound() -> Selector.Compound? {
    var compound = Selector.Compound()
    let start = position
    if !skip("*") { compound.tag = name()?.lowercased() }
    while let scalar = current {
      switch scalar {
      case ".":
        position += 1
        guard let name = name() else { return nil }
        compound.conditions.append(
          Selector.Condition(attribute: "class", test: .word, value: name))
      case "#":
        position += 1
        guard let name = name() else { return nil }
        compound.conditions.append(Selector.Condition(attribute: "id", test: .equals, value: name))
      case "[":
        guard let condition = condition() else { return nil }
        compound.conditions.append(condition)
      default: return position > start ? compound : nil
      }
    }
    return position > start ? compound : nil
  }

  private mutating func condition() -> Selector.Condition? {
    position += 1
    _ = skipBlanks()
    guard let attribute = name()?.lowercased() else { return nil }
    _ = skipBlanks()
    if skip("]") { return Selector.Condition(attribute: attribute, test: .present, value: "") }
    let tests: [(Unicode.Scalar, Selector.Condition.Test)] = [
      ("^", .begins), ("$", .ends), ("*", .contains), ("~", .word),
    ]
    var test = Selector.Condition.Test.equals
    if let found = tests.first(where: { $0.0 == current }) {
      position += 1
      test = found.1
    }
    guard skip("=") else { return nil }
    _ = skipBlanks()
    guard let value = quoted() ?? name() else { return nil }
    _ = skipBlanks()
    // CSS: nothing begins with, ends in or contains the empty text.
    guard skip("]"), test == .equals || !value.isEmpty else { return nil }
    return Selector.Condition(attribute: attribute, test: test, value: value)
  }

  private mutating func quoted() -> String? {
    guard let quote = current, quote == "\"" || quote == "'" else { return nil }
    guard let end = scalars[(position + 1)...].firstIndex(of: quote) else { return nil }
    defer { position = end + 1 }
    return String(String.UnicodeScalarView(scalars[(position + 1)..<end]))
  }

  /// Letters, digits, `-`, `_` and whatever is beyond ASCII; a backslash takes the next one as it is.
  private mutating func name() -> String? {
    var name = String.UnicodeScalarView()
    while let scalar = current {
      if scalar == "\\", position + 1 < scalars.count {
        name.append(scalars[position + 1])
        position += 2
      } else if scalar.value >= 0x80 || scalar == "-" || scalar == "_"
        || (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      {
        name.append(scalar)
        position += 1
      } else {
        break
      }
    }
    return name.isEmpty ? nil : String(name)
  }
}
