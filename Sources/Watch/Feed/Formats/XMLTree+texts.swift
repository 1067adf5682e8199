// What formats ask of an element: a name, a text without markup, a link.

extension XMLTree {
  /// The text of an element as it stands, without blanks around it; nil if there is none.
  func string(_ node: Int) -> String? {
    let text = (wholeText(of: node) ?? text(of: node)[...]).trimmingBlanks
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }

  /// The text on one line with blanks collapsed; nil if there is none.
  func line(_ node: Int) -> String? {
    let text = text(of: node)
    let line = PlainText.line(text)
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }

  /// The words of an element that holds markup, escaped or not.
  func markupLines(_ node: Int, _ reading: FeedReading, isTitle: Bool = false) -> [UInt8] {
    let whole = wholeText(of: node)
    let isXML = whole == nil && hasElements(node)
    let markup = whole ?? (isXML ? innerMarkup(of: node) : text(of: node)[...])
    if reading.limits.keepsMarkup {
      return safeMarkup(markup, at: node, isXML: isXML, isTitle: isTitle, reading)
    }
    return MarkupText.lines(
      markup, limit: reading.limits.textBytes, keepsUnknownTags: isTitle)
  }

  func safeMarkup(
    _ markup: ArraySlice<UInt8>, at node: Int, isXML: Bool, isTitle: Bool = false,
    _ reading: FeedReading
  ) -> [UInt8] {
    SafeMarkup.of(
      markup, base: base(of: node, reading.address), isXML: isXML, limit: reading.limits.textBytes,
      keepsUnknownTags: isTitle)
  }

  /// The address that the links of an element are seen from: the nearest `xml:base`, each seen from
  /// the one around it.
  func base(of node: Int, _ address: WebAddress?) -> WebAddress? {
    guard hasBases else { return address }
    var bases: [String] = []
    var current: Int? = node
    while let element = current, bases.count < Self.mostBases {
      if let base = attribute("xml:base", of: element), base.utf8.count <= Self.longestBase {
        bases.append(base)
      }
      current = parent(of: element)
    }
    return bases.reversed().reduce(address) { outer, base in
      let reference = WebAddress(String(decoding: Array(base.utf8).trimmingBlanks, as: UTF8.self))
      guard let outer else { return reference.isWeb ? reference : nil }
      let resolved = reference.resolved(against: outer)
      return resolved.isWeb ? resolved : outer
    }
  }

  /// Each link is seen through all bases around it: more of them, and longer ones, are nobody's.
  private static let mostBases = 8
  private static let longestBase = 1024

  func link(_ text: String?, at node: Int, _ address: WebAddress?) -> String? {
    text.flatMap { webLink($0, base: base(of: node, address)) }
  }

  /// The first element directly inside one that has this name, in whatever vocabulary.
  func child(_ local: String, of node: Int) -> Int? {
    children(of: node).first { name(of: $0).local == local }
  }

  func childString(_ local: String, of node: Int) -> String? {
    child(local, of: node).flatMap { string($0) }
  }
}
