/// Where references such as `&amp;` stand: XML asks for their semicolon, HTML is used to live
/// without it.
enum ReferenceSyntax {
  case xml
  case html
}

/// Appends a piece of text with its references resolved once.
///
/// A reference that means nothing stays as it stands; one to a character that may not be is left
/// out. `?a=1&copy=2` holds no reference.
func appendResolved(
  _ bytes: [UInt8], _ range: Range<Int>, as syntax: ReferenceSyntax, to text: inout [UInt8]
) {
  var start = range.lowerBound
  var index = start
  let span = bytes.span
  while let found = span.firstIndex(of: UInt8(ascii: "&"), from: index, to: range.upperBound) {
    index = found
    if let (byte, end) = commonMark(span, found, range.upperBound) {
      text.append(span, start..<found)
      text.append(byte)
      index = end
      start = end
      continue
    }
    guard let reference = Reference(span, at: index, to: range.upperBound, as: syntax) else {
      index += 1
      continue
    }
    text.append(span, start..<index)
    if let scalar = reference.scalar { appendUTF8(scalar, to: &text) }
    index = reference.end
    start = index
  }
  text.append(span, start..<range.upperBound)
}

/// The three references that escaped markup is full of, for half the price of any other.
@inline(__always)
private func commonMark(
  _ bytes: Span<UInt8>, _ start: Int, _ limit: Int
) -> (byte: UInt8, end: Int)? {
  guard start + 4 <= limit else { return nil }
  if bytes[start + 2] == UInt8(ascii: "t"), bytes[start + 3] == UInt8(ascii: ";") {
    if bytes[start + 1] == UInt8(ascii: "l") { return (UInt8(ascii: "<"), start + 4) }
    if bytes[start + 1] == UInt8(ascii: "g") { return (UInt8(ascii: ">"), start + 4) }
    return nil
  }
  guard start + 5 <= limit, bytes[start + 1] == UInt8(ascii: "a"),
    bytes[start + 2] == UInt8(ascii: "m"), bytes[start + 3] == UInt8(ascii: "p"),
    bytes[start + 4] == UInt8(ascii: ";")
  else { return nil }
  return (UInt8(ascii: "&"), start + 5)
}

/// One reference to a character.
struct Reference {
  /// Nil for a character that may not stand in a text.
  let scalar: UInt32?
  /// Where the text goes on.
  let end: Int

  /// The reference whose `&` stands at `start`; nil if none does.
  init?(_ bytes: Span<UInt8>, at start: Int, to limit: Int, as syntax: ReferenceSyntax) {
    guard start + 2 < limit else { return nil }
    if bytes[start + 1] == UInt8(ascii: "#") {
      self.init(number: bytes, from: start + 2, to: limit)
    } else {
      self.init(name: bytes, from: start + 1, to: limit, as: syntax)
    }
  }

  private init?(number bytes: Span<UInt8>, from start: Int, to limit: Int) {
    var index = start
    var radix: UInt32 = 10
    if lowered(bytes[index]) == UInt8(ascii: "x") {
      radix = 16
      index += 1
    }
    let digits = index
    var value: UInt32 = 0
    while index < limit, let digit = Self.digit(bytes[index]), digit < radix {
      // Beyond the last character it no longer matters by how much.
      if value < 0x20_0000 { value = value * radix + digit }
      index += 1
    }
    guard index > digits else { return nil }
    end = index < limit && bytes[index] == UInt8(ascii: ";") ? index + 1 : index
    scalar = Self.allowed(value)
  }

  private init?(name bytes: Span<UInt8>, from start: Int, to limit: Int, as syntax: ReferenceSyntax)
  {
    var index = start
    let reach = min(limit, start + NamedCharacters.longestName)
    while index < reach, isLetterOrDigit(bytes[index]) { index += 1 }
    let isClosed = index < limit && bytes[index] == UInt8(ascii: ";")
    guard index > start else { return nil }
    if isClosed, let common = Self.common(bytes, start, index - start) {
      scalar = common
      end = index + 1
      return
    }
    let name = (start..<index).map { bytes[$0] }
    if isClosed {
      guard let known = NamedCharacters.scalar(name[...]) else { return nil }
      scalar = known
      end = index + 1
    } else {
      // What HTML has always resolved without a semicolon, but not inside of a query: `&copy=2`.
      guard syntax == .html, index < reach || index == limit,
        index == limit || bytes[index] != UInt8(ascii: "="),
        ["amp", "lt", "gt", "quot", "nbsp", "copy", "reg"].contains(
          String(decoding: name, as: UTF8.self)),
        let known = NamedCharacters.scalar(name[...])
      else { return nil }
      scalar = known
      end = index
    }
  }

  /// The few that make up nearly all references, without a look into the table.
  private static func common(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> UInt32? {
    switch (length, bytes[start], bytes[start + 1]) {
    case (2, UInt8(ascii: "l"), UInt8(ascii: "t")): 0x3c
    case (2, UInt8(ascii: "g"), UInt8(ascii: "t")): 0x3e
    case (3, UInt8(ascii: "a"), UInt8(ascii: "m")) where bytes[start + 2] == UInt8(ascii: "p"): 0x26
    case (4, UInt8(ascii: "q"), UInt8(ascii: "u"))
    where bytes[start + 2] == UInt8(ascii: "o") && bytes[start + 3] == UInt8(ascii: "t"):
      0x22
    case (4, UInt8(ascii: "n"), UInt8(ascii: "b"))
    where bytes[start + 2] == UInt8(ascii: "s") && bytes[start + 3] == UInt8(ascii: "p"):
      0xa0
    case (4, UInt8(ascii: "a"), UInt8(ascii: "p"))
    where bytes[start + 2] == UInt8(ascii: "o") && bytes[start + 3] == UInt8(ascii: "s"):
      0x27
    default: nil
    }
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    if isDigit(byte) { return UInt32(byte - UInt8(ascii: "0")) }
    let low = byte | 0x20
    return (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(low)
      ? UInt32(low - UInt8(ascii: "a")) + 10 : nil
  }

  private static func allowed(_ value: UInt32) -> UInt32? {
    switch value {
    case 0x09, 0x0a, 0x0d: value
    // Who writes &#146; means what windows-1252 has there (HTML Living Standard §13.2.5.84).
    case 0x80...0x9f: windows1252[Int(value) - 0x80]
    case 0..<0x20, 0x7f, 0xd800..<0xe000, 0xfffe, 0xffff: nil
    default: value <= 0x10_ffff ? value : nil
    }
  }

  private static let windows1252: [UInt32?] = {
    guard case .single(let table) = TextEncoding.windows1252 else { return [] }
    return HalfTable.all[table]?.scalars.prefix(32).map { $0 < 0xa0 ? nil : $0 } ?? []
  }()
}
