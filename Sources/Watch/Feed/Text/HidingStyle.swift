/// Whether a style takes an element out of sight, as spam that was slipped into a page does.
enum HidingStyle {
  /// Further off the page than this is meant not to be seen.
  private static let farOffPixels = 500

  static func hides(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var style: [UInt8] = []
    for index in range where !isBlank(bytes[index]) { style.append(lowered(bytes[index])) }
    var isFlat = false
    var clips = false
    for declaration in style.split(separator: UInt8(ascii: ";")) {
      let parts = declaration.split(separator: UInt8(ascii: ":"), maxSplits: 1)
      guard parts.count == 2 else { continue }
      let value = String(decoding: parts[1], as: UTF8.self)
      switch String(decoding: parts[0], as: UTF8.self) {
      case "display": if value.hasPrefix("none") { return true }
      case "visibility": if value.hasPrefix("hidden") { return true }
      case "mso-hide": if value.hasPrefix("all") { return true }
      case "font-size", "opacity": if isZero(value) { return true }
      case "height", "max-height", "width", "max-width": isFlat = isFlat || isZero(value)
      case "overflow": clips = value.hasPrefix("hidden")
      case "left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top":
        if isFarOff(value) { return true }
      default: break
      }
    }
    return isFlat && clips
  }

  /// `0`, `0px`, `0!important`; not `0.9em`.
  private static func isZero(_ value: String) -> Bool {
    guard value.first == "0" else { return false }
    let rest = value.drop { $0 == "0" || $0 == "." }
    return rest.first.map { !$0.isNumber } ?? true
  }

  private static func isFarOff(_ value: String) -> Bool {
    guard value.first == "-" else { return false }
    let digits = value.dropFirst().prefix { $0.isASCII && $0.isNumber }
    return Int(digits).map { $0 >= farOffPixels } ?? (digits.count > 6)
  }
}
