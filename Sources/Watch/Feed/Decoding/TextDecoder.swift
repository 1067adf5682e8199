/// Reads bytes of one encoding into UTF-8 and never gives up: U+FFFD stands for what means nothing.
struct TextDecoder {
  /// Valid UTF-8.
  private(set) var utf8: [UInt8] = []
  /// How many byte sequences meant nothing.
  private(set) var errors = 0
  /// How many characters beyond ASCII were read.
  private(set) var beyondASCII = 0

  init(_ bytes: ArraySlice<UInt8>, as encoding: TextEncoding) {
    utf8.reserveCapacity(bytes.count + bytes.count / 4)
    let span = bytes.span
    switch encoding {
    case .utf8: decodeUTF8(span)
    case .utf16(let isBigEndian): decodeUTF16(span, isBigEndian)
    case .utf32(let isBigEndian): decodeUTF32(span, isBigEndian)
    case .gb18030: decodeGB18030(span)
    case .hz: decodeHZ(span)
    case .big5: decodePairs(span, BytePairTable.big5, Self.asciiOnly)
    case .shiftJIS: decodePairs(span, BytePairTable.shiftJIS, Self.asciiAndKatakana)
    case .eucJP: decodePairs(span, BytePairTable.eucJP, Self.asciiOnly, tripleLead: 0x8f)
    case .iso2022JP: decodeISO2022JP(span)
    case .eucKR: decodePairs(span, BytePairTable.eucKR, Self.asciiOnly)
    case .single(let table): decodeSingle(span, HalfTable.all[table]?.scalars ?? [])
    }
  }

  /// What single bytes mean where pairs exist as well; 0 for those that lead a pair.
  private static let asciiOnly: [UInt32] = (0..<256).map { $0 < 0x80 ? UInt32($0) : 0 }
  private static let asciiAndKatakana: [UInt32] = (0..<256).map {
    switch $0 {
    case ..<0x80: UInt32($0)
    case 0xa1...0xdf: UInt32($0 - 0xa1 + 0xff61)
    default: 0
    }
  }

  // What every reader ends in.

  private mutating func emit(_ scalar: UInt32) {
    if scalar < 0x80 {
      utf8.append(UInt8(scalar))
    } else {
      beyondASCII += 1
      appendUTF8(scalar, to: &utf8)
    }
  }

  private mutating func emitError() {
    errors += 1
    utf8.append(contentsOf: [0xef, 0xbf, 0xbd])
  }

  private mutating func decodeSingle(_ bytes: Span<UInt8>, _ upperHalf: [UInt32]) {
    for index in bytes.indices {
      let byte = bytes[index]
      let scalar = byte < 0x80 ? UInt32(byte) : upperHalf[Int(byte) - 0x80]
      if scalar == 0, byte >= 0x80 { emitError() } else { emit(scalar) }
    }
  }

  /// `tripleLead` is a byte that leads a code of three: JIS X 0212, for which there is no table here.
  private mutating func decodePairs(
    _ bytes: Span<UInt8>, _ table: BytePairTable, _ singles: [UInt32], tripleLead: UInt8? = nil
  ) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      let single = singles[Int(byte)]
      if single != 0 || byte == 0 {
        emit(single)
      } else if byte == tripleLead, index + 1 < bytes.count, bytes[index] > 0xa0,
        bytes[index + 1] > 0xa0
      {
        emitError()
        index += 2
      } else {
        index = pair(bytes, byte, at: index, table)
      }
    }
  }

  /// Reads the trail at `index`, and says where reading goes on.
  ///
  /// A wrong trail that is ASCII is read again by itself, so that damage never eats a `<`.
  private mutating func pair(
    _ bytes: Span<UInt8>, _ lead: UInt8, at index: Int, _ table: BytePairTable
  ) -> Int {
    guard index < bytes.count, lead > 0x80 else {
      emitError()
      return index
    }
    let trail = bytes[index]
    let scalar = table.scalar(lead, trail)
    if scalar != 0 {
      emit(scalar)
      return index + 1
    }
    emitError()
    return trail < 0x80 ? index : index + 1
  }

  private mutating func decodeGB18030(_ bytes: Span<UInt8>) {
    let table = BytePairTable.gb18030
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte < 0x80 {
        emit(UInt32(byte))
      } else if byte == 0x80 {
        // The WHATWG standard follows Microsoft here.
        emit(0x20ac)
      } else if index + 2 < bytes.count, (0x30...0x39).contains(bytes[index]),
        (0x81...0xfe).contains(bytes[index + 1]), (0x30...0x39).contains(bytes[index + 2])
      {
        let code = (byte, bytes[index], bytes[index + 1], bytes[index + 2])
        let scalar = byte == 0xff ? 0 : GB18030Rest.table.scalar(code)
        if scalar == 0 { emitError() } else { emit(scalar) }
        index += 3
      } else {
        index = pair(bytes, byte, at: index, table)
      }
    }
  }

  /// RFC 1843: between `~{` and `~}`, or up to the end of a line, two ASCII bytes are one character.
  private mutating func decodeHZ(_ bytes: Span<UInt8>) {
    let table = BytePairTable.gb18030
    var isGB = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      if byte == UInt8(ascii: "~"), next == UInt8(ascii: "{") || next == UInt8(ascii: "}") {
        isGB = next == UInt8(ascii: "{")
        index += 2
      } else if isGB, (0x21...0x7e).contains(byte), (0x21...0x7e).contains(next) {
        let scalar = table.scalar(byte | 0x80, next | 0x80)
        if scalar == 0 { emitError() } else { emit(scalar) }
        index += 2
      } else {
        if byte == UInt8(ascii: "\n") { isGB = false }
        if byte < 0x80 { emit(UInt32(byte)) } else { emitError() }
        index += 1
      }
    }
  }

  /// RFC 1468: an escape says which set follows.
  private mutating func decodeISO2022JP(_ bytes: Span<UInt8>) {
    enum Mode { case ascii, katakana, pairs }
    var mode = Mode.ascii
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x1b, index + 2 < bytes.count {
        switch (bytes[index + 1], bytes[index + 2]) {
        case (UInt8(ascii: "$"), UInt8(ascii: "@")), (UInt8(ascii: "$"), UInt8(ascii: "B")):
          mode = .pairs
        case (UInt8(ascii: "("), UInt8(ascii: "I")): mode = .katakana
        default: mode = .ascii
        }
        index += 3
      } else if mode == .pairs, (0x21...0x7e).contains(byte), index + 1 < bytes.count,
        (0x21...0x7e).contains(bytes[index + 1])
      {
        let scalar = BytePairTable.eucJP.scalar(byte | 0x80, bytes[index + 1] | 0x80)
        if scalar == 0 { emitError() } else { emit(scalar) }
        index += 2
      } else {
        if mode == .katakana, (0x21...0x5f).contains(byte) {
          emit(UInt32(byte) - 0x21 + 0xff61)
        } else if byte < 0x80 {
          emit(UInt32(byte))
        } else {
          emitError()
        }
        index += 1
      }
    }
  }
}

// Unicode's own forms.
extension TextDecoder {
  private mutating func decodeUTF16(_ bytes: Span<UInt8>, _ isBigEndian: Bool) {
    func unit(_ index: Int) -> UInt32 {
      let (first, second) = (UInt32(bytes[index]), UInt32(bytes[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    var index = 0
    while index + 1 < bytes.count {
      let high = unit(index)
      index += 2
      switch high {
      case 0xd800..<0xdc00:
        if index + 1 < bytes.count, (0xdc00..<0xe000).contains(unit(index)) {
          emit(0x1_0000 + (high - 0xd800) << 10 + (unit(index) - 0xdc00))
          index += 2
        } else {
          emitError()
        }
      case 0xdc00..<0xe000: emitError()
      default: emit(high)
      }
    }
    if index < bytes.count { emitError() }
  }

  private mutating func decodeUTF32(_ bytes: Span<UInt8>, _ isBigEndian: Bool) {
    var index = 0
    while index + 3 < bytes.count {
      var value: UInt32 = 0
      for offset in 0..<4 {
        value = value << 8 | UInt32(bytes[index + (isBigEndian ? offset : 3 - offset)])
      }
      if Unicode.Scalar(value) != nil { emit(value) } else { emitError() }
      index += 4
    }
    if index < bytes.count { emitError() }
  }

  private mutating func decodeUTF8(_ bytes: Span<UInt8>) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        utf8.append(byte)
        index += 1
        continue
      }
      let length = validUTF8Length(bytes, at: index)
      if length > 0 {
        beyondASCII += 1
        for offset in 0..<length { utf8.append(bytes[index + offset]) }
        index += length
      } else {
        emitError()
        index += -length
      }
    }
  }
}

/// The length of the well-formed sequence that begins here; if there is none, the negative length
/// of what one U+FFFD stands for (The Unicode Standard, §3.9, table 3-7 and "maximal subparts").
///
/// An encoded half of a surrogate pair counts as one, not as three: it is one mistake.
func validUTF8Length(_ bytes: Span<UInt8>, at index: Int) -> Int {
  func isTrail(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xbf) -> Bool {
    index + offset < bytes.count && range.contains(bytes[index + offset])
  }
  switch bytes[index] {
  case 0..<0x80: return 1
  case 0xc2...0xdf: return isTrail(1) ? 2 : -1
  case 0xe0: return isTrail(1, 0xa0...0xbf) ? (isTrail(2) ? 3 : -2) : -1
  case 0xed:
    if isTrail(1, 0xa0...0xbf), isTrail(2) { return -3 }
    return isTrail(1, 0x80...0x9f) ? (isTrail(2) ? 3 : -2) : -1
  case 0xe1...0xef: return isTrail(1) ? (isTrail(2) ? 3 : -2) : -1
  case 0xf0: return isTrail(1, 0x90...0xbf) ? fourth(isTrail(2), isTrail(3)) : -1
  case 0xf4: return isTrail(1, 0x80...0x8f) ? fourth(isTrail(2), isTrail(3)) : -1
  case 0xf1...0xf3: return isTrail(1) ? fourth(isTrail(2), isTrail(3)) : -1
  default: return -1
  }
}

private func fourth(_ third: Bool, _ last: Bool) -> Int {
  third ? (last ? 4 : -3) : -2
}

/// Appends one scalar value. It must be one: no half of a surrogate pair.
func appendUTF8(_ scalar: UInt32, to bytes: inout [UInt8]) {
  switch scalar {
  case 0..<0x80: bytes.append(UInt8(scalar))
  case 0x80..<0x800:
    bytes.append(UInt8(0xc0 | scalar >> 6))
    bytes.append(UInt8(0x80 | scalar & 0x3f))
  case 0x800..<0x1_0000:
    bytes.append(UInt8(0xe0 | scalar >> 12))
    bytes.append(UInt8(0x80 | scalar >> 6 & 0x3f))
    bytes.append(UInt8(0x80 | scalar & 0x3f))
  default:
    bytes.append(UInt8(0xf0 | scalar >> 18 & 0x7))
    bytes.append(UInt8(0x80 | scalar >> 12 & 0x3f))
    bytes.append(UInt8(0x80 | scalar >> 6 & 0x3f))
    bytes.append(UInt8(0x80 | scalar & 0x3f))
  }
}
