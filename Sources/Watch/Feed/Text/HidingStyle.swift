/// Whether a style takes an element out of sight, as spam that was slipped into a page does.
enum HidingStyle {
  /// Further off the page than this is meant not to be seen.
  private static let farOffPixels = 500

  static func hides(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var style: [UInt8] = []
    for index in range where !isBlank(bytes[index]) { style.append(lowered(bytes[index])) }
    var isFlat = false
    var clips = false
    var ink: String?
    var paper: String?
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
      case "clip": if value.hasPrefix("rect(0") { return true }
      case "clip-path":
        if value.hasPrefix("inset(100%") || value.hasPrefix("circle(0") { return true }
      case "transform": if hidesByMoving(value) { return true }
      case "content-visibility": if value.hasPrefix("hidden") { return true }
      case "color": ink = plainColour(value)
      case "background-color", "background": paper = plainColour(value)
      default: break
      }
    }
    if ink == "transparent" { return true }
    return (isFlat && clips) || (ink != nil && ink == paper)
  }

  private static func hidesByMoving(_ value: String) -> Bool {
    if value.hasPrefix("scale(0)") || value.hasPrefix("scale(0,") { return true }
    guard value.hasPrefix("translate"), let open = value.firstIndex(of: "(") else { return false }
    return value[value.index(after: open)...].split(separator: ",").contains {
      isFarOff(String($0))
    }
  }

  /// One spelling for white and black, which are what text is hidden in; others as they stand.
  private static func plainColour(_ value: String) -> String {
    let colour = value.replacing("!important", with: "")
    return switch colour {
    case "#fff", "#ffffff", "rgb(255,255,255)": "white"
    case "#000", "#000000", "rgb(0,0,0)": "black"
    case "rgba(0,0,0,0)": "transparent"
    default: colour
    }
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
