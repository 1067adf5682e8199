/// The encodings that the server and the document name, in the order in which they are asked.
struct EncodingLabels {
  private(set) var all: [TextEncoding] = []
  /// Whether the server calls the document text and says no more.
  let defaultsToASCII: Bool
  private var first: String?

  /// The declaration stands at the start; warnings and blank lines may stand before it.
  private static let declarationReach = 4096

  init(_ raw: [UInt8], contentType: String?) {
    let head = raw.prefix(Self.declarationReach)
    let charset = contentType.flatMap { Self.value(of: "charset", in: Array($0.utf8)[...]) }
    defaultsToASCII =
      charset == nil && contentType.map { $0.lowercased().hasPrefix("text/") } ?? false
    let labels = [
      charset,
      Self.part(head, from: "<?xml", to: "?>").flatMap { Self.value(of: "encoding", in: $0) },
      Self.part(head, from: "<meta", to: "</head").flatMap { Self.value(of: "charset", in: $0) },
    ].compactMap { $0 }
    for label in labels {
      guard let encoding = TextEncoding(label: label) else { continue }
      if first == nil, !encoding.isDefaultOfServers { first = label }
      if !all.contains(encoding) { all.append(encoding) }
    }
  }

  /// What there is to tell of a choice that no label made, or that a label speaks against.
  func problem(with choice: FeedText.Choice) -> FeedProblem? {
    if let first, let label = TextEncoding(label: first), label != choice.encoding {
      // UTF-16 and UTF-32 say nothing of the order of bytes; the bytes do.
      switch (label, choice.encoding) {
      case (.utf16, .utf16), (.utf32, .utf32): return nil
      default: return .encodingContradicted(declared: first, used: choice.encoding.name)
      }
    }
    return choice.isGuess ? .encodingGuessed(choice.encoding.name) : nil
  }

  private static func part(
    _ bytes: ArraySlice<UInt8>, from start: StaticString, to end: StaticString
  ) -> ArraySlice<UInt8>? {
    guard let found = bytes.firstIndex(of: start) else { return nil }
    let rest = bytes[found...]
    return rest[..<(rest.firstIndex(of: end) ?? rest.endIndex)]
  }

  /// `gbk` of `text/xml; Charset = "gbk"; q=1`.
  private static func value(of name: StaticString, in bytes: ArraySlice<UInt8>) -> String? {
    let span = bytes.span
    guard let found = span.indices.first(where: { span.hasASCII(name, at: $0) }) else { return nil }
    let rest = bytes.dropFirst(found + name.utf8CodeUnitCount).drop { $0 <= 0x20 }
    guard rest.first == UInt8(ascii: "=") else { return nil }
    let value = rest.dropFirst().drop {
      $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'")
    }
    let label = value.prefix { isLetterOrDigit($0) || "-_:.".utf8.contains($0) }
    return label.isEmpty ? nil : String(decoding: label, as: UTF8.self)
  }
}
