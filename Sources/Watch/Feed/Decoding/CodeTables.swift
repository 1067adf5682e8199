import Foundation

// Foundation carries the tables of the old encodings, but refuses a whole text for one bad byte.
// So it is asked once what each code means, and the reading itself is done here.

/// What the upper half of a one-byte encoding means.
struct HalfTable: Sendable {
  /// By byte minus 0x80; 0 where a byte means nothing.
  let scalars: [UInt32]

  /// Of every encoding that a label can name.
  static let all: [TextEncoding.SingleByte: HalfTable] = Dictionary(
    uniqueKeysWithValues: TextEncoding.allSingle.map { ($0, HalfTable($0)) })

  private init(_ encoding: TextEncoding.SingleByte) {
    let foundation = String.Encoding(rawValue: encoding.rawEncoding)
    // windows-1252 and its kin leave holes that the WHATWG standard fills with C1 controls.
    let fillsHoles = encoding.name.hasPrefix("windows-125")
    scalars = (0x80...0xff).map { (byte: Int) -> UInt32 in
      let text = String(bytes: [UInt8(byte)], encoding: foundation)
      guard let text, let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1,
        // Some tables park the unassigned in the private area.
        !(0xe000...0xf8ff).contains(scalar.value)
      else { return fillsHoles && byte < 0xa0 ? UInt32(byte) : 0 }
      return scalar.value
    }
  }
}

/// What the pairs of a two-byte encoding mean.
struct BytePairTable: Sendable {
  static let firstLead = 0x81

  /// By lead minus 0x81, then trail, 256 to a lead; 0 where a pair means nothing.
  private(set) var scalars: [UInt32]

  private init() {
    scalars = Array(repeating: 0, count: (0xff - Self.firstLead) * 256)
  }

  /// The pairs of these bytes; what lies outside of them means nothing and need not be asked for.
  private init(_ rawEncoding: UInt, leads: [ClosedRange<UInt8>], trails: [ClosedRange<UInt8>]) {
    self.init()
    let foundation = String.Encoding(rawValue: rawEncoding)
    let allTrails = trails.flatMap { Array($0) }
    for lead in leads.joined() { fill(lead, allTrails[...], foundation) }
  }

  func scalar(_ lead: UInt8, _ trail: UInt8) -> UInt32 {
    lead == 0xff ? 0 : scalars[(Int(lead) - Self.firstLead) << 8 | Int(trail)]
  }

  /// Asks for many pairs in one go, and for the halves where one of them means nothing.
  private mutating func fill(
    _ lead: UInt8, _ trails: ArraySlice<UInt8>, _ encoding: String.Encoding
  ) {
    guard !trails.isEmpty else { return }
    let text = String(bytes: trails.flatMap { [lead, $0] }, encoding: encoding)
    if let text, text.unicodeScalars.count == trails.count {
      for (trail, scalar) in zip(trails, text.unicodeScalars) where scalar != "\u{fffd}" {
        scalars[(Int(lead) - Self.firstLead) << 8 | Int(trail)] = scalar.value
      }
    } else if trails.count > 1 {
      let middle = trails.startIndex + trails.count / 2
      fill(lead, trails[..<middle], encoding)
      fill(lead, trails[middle...], encoding)
    }
  }

  static let gb18030 = BytePairTable(
    0x8000_0632, leads: [0x81...0xfe], trails: [0x40...0x7e, 0x80...0xfe])
  static let shiftJIS = BytePairTable(
    0x8000_0420, leads: [0x81...0x84, 0x87...0x9f, 0xe0...0xea, 0xed...0xee, 0xfa...0xfc],
    trails: [0x40...0x7e, 0x80...0xfc])
  static let eucKR = BytePairTable(
    0x8000_0422, leads: [0x81...0xfd], trails: [0x41...0x5a, 0x61...0x7a, 0x81...0xfe])

  /// Big5 with the characters of Hong Kong, and with Microsoft's where those leave a gap.
  static let big5: BytePairTable = {
    let trails: [ClosedRange<UInt8>] = [0x40...0x7e, 0xa1...0xfe]
    var table = BytePairTable(0x8000_0a06, leads: [0x87...0xfe], trails: trails)
    let microsoft = BytePairTable(0x8000_0423, leads: [0xa1...0xf9], trails: trails)
    for (index, scalar) in microsoft.scalars.enumerated() where table.scalars[index] == 0 {
      table.scalars[index] = scalar
    }
    return table
  }()

  /// JIS X 0208 by EUC: the same square as Shift_JIS, folded the other way. Foundation here has no
  /// EUC-JP of its own.
  static let eucJP: BytePairTable = {
    var table = BytePairTable()
    for row in 0..<94 {
      for cell in 0..<94 {
        let lead = row / 2 + (row < 62 ? 0x81 : 0xc1)
        let trail = row % 2 == 0 ? cell + (cell < 63 ? 0x40 : 0x41) : cell + 0x9f
        let index = (row + 0xa1 - firstLead) << 8 | (cell + 0xa1)
        table.scalars[index] = shiftJIS.scalar(UInt8(lead), UInt8(trail))
      }
    }
    // 8E and a byte: a katakana of half width.
    for byte in 0xa1...0xdf {
      table.scalars[(0x8e - firstLead) << 8 | byte] = UInt32(0xff61 + byte - 0xa1)
    }
    return table
  }()
}

/// The four-byte codes of GB18030 that stand for the rest of the basic plane.
///
/// They count through everything that has no shorter code, in the order of Unicode.
struct GB18030Rest: Sendable {
  private let scalars: [UInt32]

  private init() {
    var codes: [UInt8] = []
    codes.reserveCapacity(Self.count * 4)
    for index in 0..<Self.count {
      codes.append(UInt8(0x81 + index / 12_600))
      codes.append(UInt8(0x30 + index / 1260 % 10))
      codes.append(UInt8(0x81 + index / 10 % 126))
      codes.append(UInt8(0x30 + index % 10))
    }
    let text = String(bytes: codes, encoding: String.Encoding(rawValue: 0x8000_0632))
    scalars = text.map { $0.unicodeScalars.map(\.value) } ?? []
  }

  static let table = GB18030Rest()
  private static let count = 39_420
  /// From here on the codes count through the planes above the basic one.
  private static let firstOfPlanes = 189_000

  /// 0 where the code means nothing.
  func scalar(_ code: (UInt8, UInt8, UInt8, UInt8)) -> UInt32 {
    let index =
      ((Int(code.0) - 0x81) * 10 + Int(code.1) - 0x30) * 1260 + (Int(code.2) - 0x81) * 10
      + Int(code.3) - 0x30
    if index < scalars.count { return scalars[index] }
    let plane = index - Self.firstOfPlanes
    return (0..<0x10_0000).contains(plane) ? UInt32(0x1_0000 + plane) : 0
  }
}
