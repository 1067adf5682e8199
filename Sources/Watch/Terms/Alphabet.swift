/// What a character does to the text that it stands in.
enum ScalarClass: UInt8 {
  /// Ends a word: blanks, punctuation, symbols, emoji.
  case separator
  /// A character of a script without blanks between words: Chinese, and Japanese kana.
  case ideograph
  case letter
  case digit
  /// `'` and `’`: inside a word only.
  case apostrophe
  /// Takes no room: joiners, direction marks, variation selectors.
  case nothing
}

/// For each character of Unicode's basic plane, the form that it is compared in, and its class.
///
/// The form is one-to-one: full width to half width, upper to lower case, traditional to
/// simplified. What NFKC makes several characters of (㎏, ㈱) is left alone: nobody types it in an
/// emergency. Made once from the standard library's own tables, so it needs no locale.
struct Alphabet: Sendable {
  private let forms: [UInt16]
  private let classes: [UInt8]

  static let shared = Alphabet()

  private init() {
    var forms = (0..<0x10000).map { UInt16($0) }
    var classes = [UInt8](repeating: ScalarClass.separator.rawValue, count: 0x10000)
    for value in 0..<0x10000 {
      guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
      forms[value] = Self.form(of: scalar)
    }
    Self.eachSimplifiedForm { forms[$0] = UInt16($1) }
    for value in 0..<0x10000 {
      guard let scalar = Unicode.Scalar(UInt32(forms[value])) else { continue }
      classes[value] = Self.scalarClass(of: scalar).rawValue
    }
    self.forms = forms
    self.classes = classes
  }

  /// The character's form for comparison.
  @inline(__always)
  func form(_ scalar: UInt32) -> UInt32 {
    scalar < 0x10000 ? UInt32(forms[Int(scalar)]) : scalar
  }

  /// A whole text in the form that it is compared in; what takes no room is left out.
  func compared(_ text: String) -> [UInt32] {
    let bytes = text.utf8.span
    return [UInt32](capacity: bytes.count) { scalars in
      var at = 0
      while at < bytes.count {
        let scalar = Self.scalar(in: bytes, at: &at)
        if scalarClass(scalar) != .nothing { scalars.append(form(scalar)) }
      }
    }
  }

  /// The character at a place of UTF-8 that is known to be valid; the place moves behind it.
  @inline(__always)
  static func scalar(in utf8: Span<UInt8>, at place: inout Int) -> UInt32 {
    let byte = UInt32(utf8[place])
    func next(_ distance: Int) -> UInt32 { UInt32(utf8[place + distance]) & 0x3f }
    let scalar: UInt32
    if byte < 0x80 {
      scalar = byte
      place += 1
    } else if byte < 0xe0 {
      scalar = (byte & 0x1f) << 6 | next(1)
      place += 2
    } else if byte < 0xf0 {
      scalar = (byte & 0x0f) << 12 | next(1) << 6 | next(2)
      place += 3
    } else {
      scalar = (byte & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3)
      place += 4
    }
    return scalar
  }

  @inline(__always)
  func scalarClass(_ scalar: UInt32) -> ScalarClass {
    guard scalar < 0x10000 else {
      // CJK extensions B and later (names of people and places); the rest is emoji and rarities.
      return (0x20000...0x323af).contains(scalar) ? .ideograph : .separator
    }
    return ScalarClass(rawValue: classes[Int(scalar)]) ?? .separator
  }

  private static func form(of scalar: Unicode.Scalar) -> UInt16 {
    let value = scalar.value
    // U+FF01–FF5E are ASCII in full width; U+3000 is its blank.
    if (0xff01...0xff5e).contains(value) {
      let narrow = UInt16(value - 0xfee0)
      return (0x41...0x5a).contains(narrow) ? narrow + 0x20 : narrow
    }
    if value == 0x3000 { return 0x20 }
    guard value < 0x3000 else { return UInt16(value) }
    let lowered = scalar.properties.lowercaseMapping.unicodeScalars
    guard lowered.count == 1, let only = lowered.first, only.value < 0x10000 else {
      return UInt16(value)
    }
    return UInt16(only.value)
  }

  private static func scalarClass(of scalar: Unicode.Scalar) -> ScalarClass {
    switch scalar.value {
    case 0x30...0x39: .digit
    case 0x27, 0x2019: .apostrophe
    case 0x5f: .letter
    case 0xad, 0x200b...0x200f, 0x202a...0x202e, 0x2060...0x2069, 0xfe00...0xfe0f, 0xfeff:
      .nothing
    case 0x3005, 0x3007, 0x3040...0x30ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff:
      .ideograph
    default: scalar.properties.isAlphabetic ? .letter : .separator
    }
  }

  private static func eachSimplifiedForm(_ body: (Int, UInt32) -> Void) {
    let text = simplifiedForms.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    var traditional: UInt32?
    for scalar in text.unicodeScalars {
      if let left = traditional {
        body(Int(left), scalar.value)
        traditional = nil
      } else {
        traditional = scalar.value
      }
    }
  }
}
