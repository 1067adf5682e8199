/// The declarations of a `style` attribute that only change how words look.
enum SafeStyle {
  /// What is left of a style, each declaration ended by a semicolon; empty if nothing is.
  ///
  /// One character that has no place in a plain style spoils the whole: whoever writes it tries to
  /// be read in two ways.
  static func filtered(_ style: String, inPicture: Bool) -> String {
    let style = withoutAddresses(style)
    guard isPlain(Array(style.utf8)) else { return "" }
    var kept: [String] = []
    for declaration in style.split(separator: ";") {
      let parts = declaration.split(
        separator: ":", maxSplits: 1, omittingEmptySubsequences: false
      ).map { String(decoding: Array($0.utf8).trimmingBlanks, as: UTF8.self) }
      if parts.count == 1, parts[0].isEmpty { continue }
      guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.allSatisfy(isNameByte),
        !parts[1].contains(":")
      else { return "" }
      if !parts[1].isEmpty, isAllowed(parts[0].lowercased(), parts[1], inPicture) {
        kept.append("\(parts[0]): \(parts[1]);")
      }
    }
    return kept.joined(separator: " ")
  }

  private static func isAllowed(_ property: String, _ value: String, _ inPicture: Bool) -> Bool {
    if SafeNames.properties.contains(property) { return true }
    if inPicture, SafeNames.pictureProperties.contains(property) { return true }
    guard let family = property.split(separator: "-").first, families.contains(String(family))
    else {
      return false
    }
    return value.split(whereSeparator: \.isWhitespace).allSatisfy {
      SafeNames.keywords.contains(String($0)) || isMeasure($0)
    }
  }

  /// Of these every member is harmless as long as its values are.
  private static let families: Set<String> = ["background", "border", "margin", "padding"]

  /// `url(…)` fetches something.
  private static func withoutAddresses(_ style: String) -> String {
    let bytes = Array(style.utf8)
    var kept: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes.span.hasASCII("url", at: index), let end = addressEnd(bytes, index + 3) {
        kept.append(0x20)
        index = end
      } else {
        kept.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  private static func addressEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
    var index = start
    while index < bytes.count, isBlank(bytes[index]) { index += 1 }
    guard index < bytes.count, bytes[index] == UInt8(ascii: "(") else { return nil }
    return bytes[index...].firstIndex(of: UInt8(ascii: ")")).map { $0 + 1 }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  /// Whether a style is made of words, numbers, short quotes and `rgb(1, 2, 3)` alone.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    func isWord(_ index: Int) -> Bool {
      bytes.indices.contains(index)
        && (isLetterOrDigit(bytes[index]) || bytes[index] == UInt8(ascii: "_")
          || bytes[index] >= 0x80)
    }
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case let byte where isLetterOrDigit(byte) || isBlank(byte) || ":,;#%.!".utf8.contains(byte):
        index += 1
      case UInt8(ascii: "-"):
        guard isWord(index - 1), isWord(index + 1) else { return false }
        index += 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        let quote = bytes[index]
        guard let end = bytes[(index + 1)...].firstIndex(of: quote), end > index + 1,
          (index + 1..<end).allSatisfy({ isWord($0) || isBlank(bytes[$0]) })
        else { return false }
        index = end + 1
      case UInt8(ascii: "("):
        guard let end = bytes[(index + 1)...].firstIndex(of: UInt8(ascii: ")")), end > index + 1,
          bytes[(index + 1)..<end].allSatisfy({
            isDigit($0) || isBlank($0) || $0 == UInt8(ascii: ",")
          })
        else { return false }
        index = end + 1
      default: return false
      }
    }
    return true
  }

  /// `#0fc`, `rgb(1,2,3)`, `12.5px`, `0`: at most two digits, so that nothing can be moved far away.
  private static func isMeasure(_ word: Substring) -> Bool {
    if word.first == "#" {
      return word.count > 1 && word.dropFirst().allSatisfy { $0.isHexDigit && !$0.isUppercase }
    }
    if word.hasPrefix("rgb(") {
      return word.dropFirst(4).allSatisfy { $0.isASCII && $0.isNumber || "%,)".contains($0) }
    }
    var rest = word
    func dropDigits() {
      rest = rest.dropFirst(min(2, rest.prefix { $0.isASCII && $0.isNumber }.count))
    }
    dropDigits()
    if rest.first == "." { rest = rest.dropFirst() }
    dropDigits()
    return SafeNames.units.contains(String(rest))
  }
}
