/// A text's markup with nothing left in it but what cannot do harm.
///
/// What is not on the lists of `SafeNames` goes: elements (their words stay, except those of scripts
/// and styles), attributes, styles, addresses of schemes that run something, comments, instructions.
/// What stays is written anew: names in small letters, attributes quoted and in order, void elements
/// closed. Nothing of it is ever shown by this program; it serves to compare readings.
struct SafeMarkup {
  private var output: [UInt8] = []
  /// Inside how many elements of another vocabulary reading is.
  private var mathDepth = 0
  private var pictureDepth = 0
  private let base: WebAddress?
  /// In XML a slash closes any element, in HTML only a void one.
  private let isXML: Bool
  private let keepsUnknownTags: Bool
  // Searches that reached the end in vain, and need not be made again.
  private var hasNoCommentEnd = false
  private var hasNoMarkEnd = false
  private var tagEnds = TagEnds()

  /// The safe form of markup in valid UTF-8, of about so many bytes at most.
  ///
  /// Relative addresses are seen from `base`; without one they stay as they are. `keepsUnknownTags`
  /// is for titles, where `List<String>` is meant as it stands.
  static func of(
    _ markup: ArraySlice<UInt8>, base: WebAddress?, isXML: Bool, limit: Int = .max,
    keepsUnknownTags: Bool = false
  ) -> [UInt8] {
    var safe = SafeMarkup(base: base, isXML: isXML, keepsUnknownTags: keepsUnknownTags)
    safe.run(markup.span, limit)
    return Array(safe.output.trimmingBlanks)
  }

  private init(base: WebAddress?, isXML: Bool, keepsUnknownTags: Bool) {
    self.base = base
    self.isXML = isXML
    self.keepsUnknownTags = keepsUnknownTags
  }

  private mutating func run(_ bytes: Span<UInt8>, _ limit: Int) {
    var index = 0
    // A character is never left in its middle.
    while index < bytes.count, output.count < limit || bytes[index] & 0xc0 == 0x80 {
      switch bytes[index] {
      case UInt8(ascii: "<"): index = markup(bytes, index)
      case UInt8(ascii: "&"):
        index = Self.appendAmpersand(bytes, index, to: &output)
      default:
        output.append(bytes[index])
        index += 1
      }
    }
  }

  /// A reference as it stands, or an ampersand that stood for itself.
  private static func appendAmpersand(
    _ bytes: Span<UInt8>, _ start: Int, to output: inout [UInt8]
  ) -> Int {
    guard let reference = Reference(bytes, at: start, to: bytes.count, as: .html) else {
      output += "&amp;".utf8
      return start + 1
    }
    if reference.scalar != nil { output.append(bytes, start..<reference.end) }
    return reference.end
  }

  private mutating func markup(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    let next = start + 1 < bytes.count ? bytes[start + 1] : 0
    if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") { return declaration(bytes, start) }
    let isEnd = next == UInt8(ascii: "/")
    let nameStart = isEnd ? start + 2 : start + 1
    guard nameStart < bytes.count, isLetter(bytes[nameStart]) else { return mark(start) }
    // The text may have been cut inside a tag.
    guard let tag = SafeTag(bytes, nameStart, &tagEnds) else { return bytes.count }
    if keepsUnknownTags, MarkupTag(bytes, at: start, &tagEnds)?.kind == .unknown {
      return mark(start)
    }
    if isEnd {
      end(tag.name)
      return tag.end
    }
    begin(tag)
    guard SafeNames.raw.contains(tag.name), !(isXML && tag.isClosed) else { return tag.end }
    return rawEnd(bytes, tag)
  }

  /// A `<` that begins nothing.
  private mutating func mark(_ start: Int) -> Int {
    output += "&lt;".utf8
    return start + 1
  }

  private mutating func declaration(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    let isComment = bytes.hasASCII("<!--", at: start)
    if isComment, !hasNoCommentEnd {
      if let end = bytes.firstIndex(of: "-->", from: start + 4) { return end + 3 }
      hasNoCommentEnd = true
    }
    let isSection = bytes.hasASCII("<![cdata[", at: start)
    if isSection, isXML, let end = bytes.firstIndex(of: "]]>", from: start + 9) {
      var text: [UInt8] = []
      text.append(bytes, (start + 9)..<end)
      output += PlainText.escaped(text)
      return end + 3
    }
    let isKnown =
      isComment || bytes[start + 1] == UInt8(ascii: "?")
      || bytes.hasASCII("<!doctype", at: start)
      || (bytes.hasASCII("<![", at: start) && !isSection)
    if isKnown, !hasNoMarkEnd {
      if let end = bytes.firstIndex(of: ">", from: start) { return end + 1 }
      hasNoMarkEnd = true
    }
    return isComment ? bytes.count : mark(start)
  }

  /// Past the end tag of a script or a style.
  private func rawEnd(_ bytes: Span<UInt8>, _ tag: SafeTag) -> Int {
    let name = Array(tag.name.utf8)
    var index = tag.end
    while let found = bytes.firstIndex(of: "</", from: index) {
      let after = found + 2 + name.count
      if after <= bytes.count,
        name.indices.allSatisfy({ lowered(bytes[found + 2 + $0]) == name[$0] })
      {
        return bytes.firstIndex(of: ">", from: after).map { $0 + 1 } ?? bytes.count
      }
      index = found + 2
    }
    return bytes.count
  }

  private mutating func begin(_ tag: SafeTag) {
    var tag = tag
    if tag.name == "math" || tag.name == "svg" { enter(&tag) }
    let (name, vocabulary): (String, SafeNames.Vocabulary)
    if mathDepth > 0, let known = SafeNames.math.elements[tag.name] {
      (name, vocabulary) = (known, SafeNames.math)
    } else if pictureDepth > 0, let known = SafeNames.picture.elements[tag.name] {
      (name, vocabulary) = (known, SafeNames.picture)
    } else if let known = SafeNames.html.elements[tag.name] {
      (name, vocabulary) = (known, SafeNames.html)
    } else {
      return
    }
    let isForeign = mathDepth > 0 || pictureDepth > 0
    if isForeign, tag.attributes.contains(where: { $0.name.hasPrefix("xlink:") }) {
      tag.set("xmlns:xlink", "http://www.w3.org/1999/xlink")
    }
    output += "<\(name)".utf8
    for attribute in tag.attributes.sorted(by: { $0.name < $1.name }) {
      append(attribute, of: tag.name, vocabulary)
    }
    if SafeNames.void.contains(name) {
      output += " />".utf8
    } else {
      output.append(UInt8(ascii: ">"))
      if tag.isClosed, isXML || isForeign {
        output += "</\(name)>".utf8
        leave(tag.name)
      }
    }
  }

  /// A formula or a drawing begins; in HTML it need not say of what vocabulary it is.
  private mutating func enter(_ tag: inout SafeTag) {
    let isMath = tag.name == "math"
    let wanted = isMath ? "http://www.w3.org/1998/Math/MathML" : "http://www.w3.org/2000/svg"
    if tag["xmlns"] ?? "" == "" { tag.set("xmlns", wanted) }
    guard tag["xmlns"] == wanted else { return }
    if isMath { mathDepth += 1 } else { pictureDepth += 1 }
  }

  private mutating func leave(_ name: String) {
    if name == "math" { mathDepth = max(0, mathDepth - 1) }
    if name == "svg" { pictureDepth = max(0, pictureDepth - 1) }
  }

  private mutating func end(_ name: String) {
    let known =
      (mathDepth > 0 ? SafeNames.math.elements[name] : nil)
      ?? (pictureDepth > 0 ? SafeNames.picture.elements[name] : nil)
      ?? SafeNames.html.elements[name]
    guard let known, !SafeNames.void.contains(known) else { return }
    leave(name)
    output += "</\(known)>".utf8
  }

  private mutating func append(
    _ attribute: SafeTag.Attribute, of element: String, _ vocabulary: SafeNames.Vocabulary
  ) {
    guard let name = vocabulary.attributes[attribute.name] else { return }
    var value = attribute.value
    if name == "style" {
      value = SafeStyle.filtered(value, inPicture: pictureDepth > 0)
      if value.isEmpty { return }
    } else if SafeNames.addresses.contains(name) {
      value = address(value, isResolved: SafeNames.resolved.contains("\(element) \(name)"))
    } else if name == "rel" || name == "type" {
      value = value.lowercased()
    }
    output += " \(name)=\"".utf8
    let bytes = Array(value.utf8)
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""): output += "&quot;".utf8
      case UInt8(ascii: "<"): output += "&lt;".utf8
      case UInt8(ascii: ">"): output += "&gt;".utf8
      case UInt8(ascii: "&"):
        index = Self.appendAmpersand(bytes.span, index, to: &output)
        continue
      default: output.append(bytes[index])
      }
      index += 1
    }
    output.append(UInt8(ascii: "\""))
  }

  /// An address as it stands or as it is seen from the base; nothing if it would run something.
  ///
  /// Browsers resolve references and drop blanks before they look for the scheme.
  private func address(_ value: String, isResolved: Bool) -> String {
    var plain: [UInt8] = []
    let bytes = Array(value.utf8)
    appendResolved(bytes, 0..<bytes.count, as: .html, to: &plain)
    plain.removeAll { $0 <= 0x20 || $0 == 0x7f }
    let address = WebAddress(String(decoding: plain, as: UTF8.self))
    guard address.scheme.isEmpty else {
      return SafeNames.schemes.contains(address.scheme) ? value : ""
    }
    // What has a colon early on but no scheme that we can read may have one for somebody else.
    if let colon = plain.firstIndex(of: UInt8(ascii: ":")),
      !plain[..<colon].contains(where: { "/?#".utf8.contains($0) })
    {
      return ""
    }
    guard isResolved, let base, !plain.isEmpty else { return value }
    return address.resolved(against: base).text
  }
}

/// A tag with its attributes.
struct SafeTag {
  struct Attribute {
    let name: String
    var value: String
  }

  /// In small letters, without its prefix.
  let name: String
  private(set) var attributes: [Attribute] = []
  /// Whether a slash before `>` closes it at once.
  private(set) var isClosed = false
  /// Where the text goes on.
  private(set) var end = 0

  subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }

  /// Of several the last counts.
  mutating func set(_ name: String, _ value: String) {
    attributes.removeAll { $0.name == name }
    attributes.append(Attribute(name: name, value: value))
  }

  /// More attributes than this are nobody's.
  private static let attributeLimit = 64

  /// The tag whose name begins at `start`; nil if the text ends inside of it.
  init?(_ bytes: Span<UInt8>, _ start: Int, _ ends: inout TagEnds) {
    var index = start
    var local = start
    while index < bytes.count, !isBlank(bytes[index]), bytes[index] != UInt8(ascii: ">"),
      bytes[index] != UInt8(ascii: "/"), bytes[index] != UInt8(ascii: "<")
    {
      if bytes[index] == UInt8(ascii: ":") { local = index + 1 }
      index += 1
    }
    name = Self.lowercased(bytes, local..<index)
    let inside = index
    let reach = ends.reach(bytes, from: inside)
    while index < reach {
      switch bytes[index] {
      case UInt8(ascii: ">"):
        isClosed = bytes[index - 1] == UInt8(ascii: "/")
        end = index + 1
        return
      // The next tag begins before this one has ended.
      case UInt8(ascii: "<"):
        end = index
        return
      case 0x20, 0x0a, 0x09, 0x0d, UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "'"),
        UInt8(ascii: "="):
        index += 1
      default: index = attribute(bytes, index, to: reach)
      }
    }
    // No end: perhaps a quote was never closed. Then the first `>` has to do, and nothing is kept.
    ends.noteMiss()
    guard let close = bytes.firstIndex(of: ">", from: inside) else { return nil }
    attributes = []
    end = close + 1
  }

  private mutating func attribute(
    _ bytes: Span<UInt8>, _ start: Int, to reach: Int
  ) -> Int {
    var index = start
    while index < reach, !isBlank(bytes[index]), bytes[index] != UInt8(ascii: "="),
      bytes[index] != UInt8(ascii: ">"), bytes[index] != UInt8(ascii: "/"),
      bytes[index] != UInt8(ascii: "<")
    {
      index += 1
    }
    let name = Self.lowercased(bytes, start..<index)
    while index < reach, isBlank(bytes[index]) { index += 1 }
    guard index < reach, bytes[index] == UInt8(ascii: "=") else {
      take(name, name)
      return index
    }
    index += 1
    while index < reach, isBlank(bytes[index]) { index += 1 }
    guard index < reach else { return index }
    let quote = bytes[index]
    let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
    if isQuoted { index += 1 }
    let valueStart = index
    while index < reach,
      isQuoted ? bytes[index] != quote : !isBlank(bytes[index]) && bytes[index] != UInt8(ascii: ">")
    {
      index += 1
    }
    var value: [UInt8] = []
    value.append(bytes, valueStart..<index)
    take(name, String(decoding: value, as: UTF8.self))
    return isQuoted ? index + 1 : index
  }

  private mutating func take(_ name: String, _ value: String) {
    if attributes.count < Self.attributeLimit { set(name, value) }
  }

  private static func lowercased(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: range.map { lowered(bytes[$0]) }, as: UTF8.self)
  }
}
