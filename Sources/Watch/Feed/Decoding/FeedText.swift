/// The text of a feed: valid UTF-8 without a mark in front and without what XML forbids.
struct FeedText {
  private(set) var bytes: [UInt8]
  private(set) var encoding: TextEncoding
  private(set) var problems: [FeedProblem] = []

  init(_ raw: [UInt8], contentType: String?) {
    let survey = ByteSurvey(raw)
    let labels = EncodingLabels(raw, contentType: contentType)
    let choice = Self.choose(raw, survey, labels)
    encoding = choice.encoding
    let isGoodUTF8 =
      survey.errors == 0 && (encoding == .utf8 || survey.isASCII && encoding.containsASCII)
    if isGoodUTF8 {
      bytes = choice.markLength == 0 ? raw : Array(raw[choice.markLength...])
    } else {
      let decoder = TextDecoder(raw[choice.markLength...], as: encoding)
      bytes = decoder.utf8
      if decoder.errors > 0 { problems.append(.invalidBytes(decoder.errors)) }
    }
    if let problem = labels.problem(with: choice) { problems.append(problem) }
    if !isGoodUTF8 || survey.controls > 0 { removeForbidden() }
  }

  struct Choice {
    var encoding: TextEncoding
    /// The length of the byte-order mark.
    var markLength = 0
    /// Whether only the bytes themselves spoke for it.
    var isGuess = false
  }

  /// Byte-order mark; strict UTF-8; what the server says; what the document says; how the bytes
  /// look. Labels that servers send by default rank last, and no label beats the bytes.
  private static func choose(_ raw: [UInt8], _ survey: ByteSurvey, _ labels: EncodingLabels)
    -> Choice
  {
    if let marked = byteOrderMark(raw) { return marked }
    if let wide = wideUnicode(raw) { return Choice(encoding: wide) }
    let named = labels.all.filter { !$0.isDefaultOfServers }
    if survey.isASCII {
      if let stateful = named.first(where: { $0 == .hz || $0 == .iso2022JP }) {
        return Choice(encoding: stateful)
      }
      if survey.hasJapaneseEscape { return Choice(encoding: .iso2022JP, isGuess: true) }
      // RFC 2046 §4.1.2: what is called text, without a charset, is ASCII; and it is.
      if labels.defaultsToASCII { return Choice(encoding: .utf8) }
      // All agree on ASCII, so what is said can be believed.
      return Choice(encoding: labels.all.first { $0.containsASCII } ?? .utf8)
    }
    let saysPairs = named.contains { $0.isPairs }
    if survey.errors == 0, !(survey.couldBePairs && saysPairs) { return Choice(encoding: .utf8) }
    // Damage here and there does not make another encoding of it.
    let isClaimed = named.contains(.utf8)
    if survey.errors > 0, survey.sequences >= (isClaimed ? 1 : 2) * survey.errors {
      return Choice(encoding: .utf8)
    }
    for encoding in named {
      switch encoding {
      case .single: return Choice(encoding: encoding)
      case .gb18030, .big5, .shiftJIS, .eucJP, .eucKR:
        let decoder = TextDecoder(raw[...], as: encoding)
        // A pair that lost a byte spoils its neighbours, so a few errors more are forgiven.
        if decoder.errors <= 2 || decoder.errors * 10 <= decoder.beyondASCII {
          return Choice(encoding: encoding)
        }
      case .utf8:
        // The only fault is at the very end: the text was cut inside a character.
        if survey.errors == 1, survey.endsInside { return Choice(encoding: .utf8) }
      case .utf16, .utf32, .hz, .iso2022JP: break
      }
    }
    if survey.errors == 0 { return Choice(encoding: .utf8) }
    let saysWestern = labels.all.contains(.windows1252)
    if let detected = EncodingDetector.encoding(of: raw, saysWestern: saysWestern) {
      return Choice(encoding: detected, isGuess: true)
    }
    return Choice(encoding: .windows1252, isGuess: !saysWestern)
  }

  private static func byteOrderMark(_ raw: [UInt8]) -> Choice? {
    let marks: [([UInt8], TextEncoding)] = [
      ([0xef, 0xbb, 0xbf], .utf8),
      ([0xff, 0xfe, 0, 0], .utf32(isBigEndian: false)),
      ([0, 0, 0xfe, 0xff], .utf32(isBigEndian: true)),
      ([0xff, 0xfe], .utf16(isBigEndian: false)),
      ([0xfe, 0xff], .utf16(isBigEndian: true)),
    ]
    return marks.first { raw.starts(with: $0.0) }
      .map { Choice(encoding: $0.1, markLength: $0.0.count) }
  }

  /// UTF-16 and UTF-32 without a mark: a document begins with much ASCII, so most of every second
  /// byte, or of three in four, are zero.
  private static func wideUnicode(_ raw: [UInt8]) -> TextEncoding? {
    guard raw.count >= 4 else { return nil }
    var zeros = [0, 0, 0, 0]
    let head = raw.prefix(64)
    for (index, byte) in head.enumerated() where byte == 0 { zeros[index % 4] += 1 }
    let most = head.count / 8
    switch zeros.map({ $0 > most }) {
    case [true, true, true, false]: return .utf32(isBigEndian: true)
    case [false, true, true, true]: return .utf32(isBigEndian: false)
    case [true, false, true, false]: return .utf16(isBigEndian: true)
    case [false, true, false, true]: return .utf16(isBigEndian: false)
    default: return nil
    }
  }

  /// XML 1.0 §2.2: no C0 controls but tab and line ends, no U+FFFE and U+FFFF.
  private mutating func removeForbidden() {
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var removed = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x20, byte != 0x09, byte != 0x0a, byte != 0x0d {
        removed += 1
        index += 1
      } else if byte == 0xef, index + 2 < bytes.count, bytes[index + 1] == 0xbf,
        bytes[index + 2] >= 0xbe
      {
        removed += 1
        index += 3
      } else {
        kept.append(byte)
        index += 1
      }
    }
    guard removed > 0 else { return }
    problems.append(.controlCharacters(removed))
    bytes = kept
  }
}

/// What the bytes of a feed look like, before anyone says what they mean.
struct ByteSurvey {
  /// Well-formed UTF-8 sequences beyond ASCII, and what is not well-formed.
  private(set) var sequences = 0
  private(set) var errors = 0
  /// Bytes and sequences that XML forbids.
  private(set) var controls = 0
  private(set) var hasJapaneseEscape = false
  /// Whether the last bytes are the start of a sequence that is cut off.
  private(set) var endsInside = false
  private var longSequences = 0
  private var latinLeads = 0

  var isASCII: Bool { sequences == 0 && errors == 0 }

  /// Whether well-formed UTF-8 could as well be pairs of an East Asian encoding: all its sequences
  /// are of two bytes, and they are not just accented Latin letters.
  var couldBePairs: Bool { longSequences == 0 && latinLeads < sequences }

  init(_ raw: [UInt8]) {
    let bytes = raw.span
    var index = 0
    while index < bytes.count {
      if Self.areEightPlain(bytes, index) {
        index += 8
        continue
      }
      let byte = bytes[index]
      if byte < 0x80 {
        if byte < 0x20 { control(bytes, index) }
        index += 1
        continue
      }
      // Nearly all of Chinese.
      if byte >= 0xe4, byte <= 0xe9, index + 2 < bytes.count, bytes[index + 1] & 0xc0 == 0x80,
        bytes[index + 2] & 0xc0 == 0x80
      {
        sequences += 1
        longSequences += 1
        index += 3
        continue
      }
      let length = validUTF8Length(bytes, at: index)
      if length > 0 {
        sequences += 1
        if length > 2 { longSequences += 1 }
        if byte == 0xc2 || byte == 0xc3 { latinLeads += 1 }
        if byte == 0xef, bytes[index + 1] == 0xbf, bytes[index + 2] >= 0xbe { controls += 1 }
        index += length
      } else {
        errors += 1
        index -= length
        endsInside = index == bytes.count
      }
    }
  }

  /// Whether eight bytes from here on are all ASCII and no controls.
  @inline(__always)
  private static func areEightPlain(_ bytes: Span<UInt8>, _ index: Int) -> Bool {
    guard index + 8 <= bytes.count else { return false }
    let word = EightBytes(bytes, at: index)
    return word.beyondASCII | word.below(0x20) == 0
  }

  private mutating func control(_ bytes: Span<UInt8>, _ index: Int) {
    switch bytes[index] {
    case 0x09, 0x0a, 0x0d: break
    case 0x1b:
      controls += 1
      // `ESC $ B` and `ESC $ @` open Japanese text in ISO-2022-JP.
      if index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "$"),
        bytes[index + 2] == UInt8(ascii: "B") || bytes[index + 2] == UInt8(ascii: "@")
      {
        hasJapaneseEscape = true
      }
    default: controls += 1
    }
  }
}
