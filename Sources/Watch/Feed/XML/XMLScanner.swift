/// Finds the tags and texts of a document that may be damaged in any way.
///
/// Foundation's parser is of no use for this: it runs libxml2 in a mode that returns success for
/// whatever it drops, stops for good at some damage, and on Linux a byte that is no UTF-8 inside a
/// name ends the process. It remains the measure in the tests, for documents without damage.
///
/// Everything here is linear in the document: no search that failed is made again.
struct XMLScanner {
  private let count: Int
  private let limits: FeedLimits
  private var position: Int
  private var builder: XMLTreeBuilder
  private var attributes: [XMLTree.Attribute] = []
  // Searches that reached the end in vain, and need not be made again.
  private var hasNoCommentEnd = false
  private var hasNoLiteralEnd = false
  /// The end of a section that was found for an earlier one.
  private var literalEnd = -1

  /// The tree of the document whose root element begins at `start`.
  static func tree(of bytes: [UInt8], from start: Int, limits: FeedLimits) -> XMLTree {
    var scanner = XMLScanner(bytes, from: start, limits: limits, splitsEntries: false)
    scanner.run(bytes.span) { _, _ in }
    return scanner.builder.frameSoFar
  }

  /// Calls with the tree of each entry as soon as it is closed, and with what gives the frame as far
  /// as it is known; gives the frame in the end.
  ///
  /// The entry stands in its tree after the elements around it: it is the only element with the role
  /// of one.
  static func frame(
    of bytes: [UInt8], from start: Int, limits: FeedLimits,
    eachEntry body: (XMLTree, XMLFrame) -> Void
  ) -> XMLTree {
    var scanner = XMLScanner(bytes, from: start, limits: limits, splitsEntries: true)
    scanner.run(bytes.span, body)
    return scanner.builder.frameSoFar
  }

  private init(_ bytes: [UInt8], from start: Int, limits: FeedLimits, splitsEntries: Bool) {
    count = bytes.count
    position = start
    self.limits = limits
    builder = XMLTreeBuilder(bytes, limits: limits, splitsEntries: splitsEntries)
  }

  private mutating func run(_ bytes: Span<UInt8>, _ body: (XMLTree, XMLFrame) -> Void) {
    while position < count, !builder.isFinished {
      let textStart = position
      position = textEnd(bytes)
      var ink = textStart
      while ink < position, isBlank(bytes[ink]) { ink += 1 }
      if ink < position { builder.text(textStart..<position, isLiteral: false) }
      if position < count { markup(bytes) }
      if builder.hasEntries { handOut(body) }
    }
    builder.finish(at: count)
    handOut(body)
  }

  private mutating func handOut(_ body: (XMLTree, XMLFrame) -> Void) {
    for entry in builder.takeEntries() { body(entry, XMLFrame(builder: builder)) }
  }

  private func textEnd(_ bytes: Span<UInt8>) -> Int {
    var index = position
    while let found = bytes.firstIndex(of: UInt8(ascii: "<"), from: index, to: count) {
      if beginsMarkup(bytes, found) { return found }
      index = found + 1
    }
    return count
  }

  /// A `<` before anything else is a character that somebody forgot to escape: 5 < 10.
  private func beginsMarkup(_ bytes: Span<UInt8>, _ at: Int) -> Bool {
    guard at + 1 < count else { return true }
    let next = bytes[at + 1]
    return isNameStart(next) || next == UInt8(ascii: "/") || next == UInt8(ascii: "!")
      || next == UInt8(ascii: "?")
  }

  private func isNameStart(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":") || byte >= 0x80
  }

  private mutating func markup(_ bytes: Span<UInt8>) {
    guard position + 1 < count else {
      builder.truncated()
      position = count
      return
    }
    switch bytes[position + 1] {
    case UInt8(ascii: "/"): endTag(bytes)
    case UInt8(ascii: "!"): declaration(bytes)
    case UInt8(ascii: "?"): skip(past: ">", bytes, from: position + 2)
    default: startTag(bytes)
    }
  }

  private mutating func skip(past end: Unicode.Scalar, _ bytes: Span<UInt8>, from start: Int) {
    position = start
    while position < count, bytes[position] != UInt8(ascii: end) { position += 1 }
    if position < count { position += 1 } else { builder.truncated() }
  }

  private func nameEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var end = start
    while end < count {
      switch bytes[end] {
      case 0x20, 0x0a, 0x09, 0x0d, UInt8(ascii: "/"), UInt8(ascii: ">"), UInt8(ascii: "<"),
        UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "'"):
        return end
      default: end += 1
      }
    }
    return end
  }

  private mutating func endTag(_ bytes: Span<UInt8>) {
    let tag = position
    let end = nameEnd(bytes, from: tag + 2)
    position = end
    while position < count, bytes[position] != UInt8(ascii: ">"),
      bytes[position] != UInt8(ascii: "<")
    {
      position += 1
    }
    if position < count, bytes[position] == UInt8(ascii: ">") { position += 1 }
    guard end > tag + 2 else { return }
    builder.end(builder.name(bytes, tag + 2..<end), tag: tag)
  }

  private mutating func startTag(_ bytes: Span<UInt8>) {
    let tag = position
    let end = nameEnd(bytes, from: tag + 1)
    let name = builder.name(bytes, tag + 1..<end)
    attributes.removeAll(keepingCapacity: true)
    position = end
    var isEmpty = false
    scan: while true {
      guard position < count else {
        // Cut inside a tag: whatever it would have opened is not there.
        builder.truncated()
        return
      }
      switch bytes[position] {
      case UInt8(ascii: ">"):
        position += 1
        break scan
      case UInt8(ascii: "<"): break scan
      case UInt8(ascii: "/"):
        position += 1
        isEmpty = position < count && bytes[position] == UInt8(ascii: ">")
      case 0x20, 0x0a, 0x09, 0x0d, UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "'"):
        position += 1
      default: attribute(bytes)
      }
    }
    builder.start(name, attributes, tag: tag, inside: position, isEmpty: isEmpty)
  }

  private mutating func attribute(_ bytes: Span<UInt8>) {
    let start = position
    let end = nameEnd(bytes, from: start)
    position = end
    while position < count, isBlank(bytes[position]) { position += 1 }
    var value = end..<end
    if position < count, bytes[position] == UInt8(ascii: "=") {
      position += 1
      while position < count, isBlank(bytes[position]) { position += 1 }
      value = attributeValue(bytes)
    }
    guard attributes.count < limits.attributes else { return }
    attributes.append(
      XMLTree.Attribute(
        name: Int32(builder.name(bytes, start..<end)), start: Int32(value.lowerBound),
        end: Int32(value.upperBound)))
  }

  private mutating func attributeValue(_ bytes: Span<UInt8>) -> Range<Int> {
    guard position < count else { return position..<position }
    let quote = bytes[position]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let start = position + 1
      // Two limits: what is longer than the first is cut, what is longer than both was never closed.
      let reach = min(count, start + limits.attributeBytes * 2)
      if let end = bytes.firstIndex(of: quote, from: start, to: reach) {
        position = end + 1
        guard end - start > limits.attributeBytes else { return start..<end }
        builder.cut()
        return start..<start
      }
      position = start
    }
    let start = position
    while position < count, !isBlank(bytes[position]), bytes[position] != UInt8(ascii: ">"),
      bytes[position] != UInt8(ascii: "<")
    {
      position += 1
    }
    return start..<position
  }

  /// A comment, a CDATA section, or what looks like a declaration.
  private mutating func declaration(_ bytes: Span<UInt8>) {
    if bytes.hasASCII("<!--", at: position) {
      if !hasNoCommentEnd, let end = bytes.firstIndex(of: "-->", from: position + 4) {
        position = end + 3
      } else {
        // Never closed: only the mark itself goes, so that it does not swallow the rest.
        hasNoCommentEnd = true
        position += 4
      }
    } else if bytes.hasASCII("<![cdata[", at: position) {
      literal(bytes)
    } else {
      // A document type stands before the root, so this is nothing that we know.
      skip(past: ">", bytes, from: position + 2)
    }
  }

  private mutating func literal(_ bytes: Span<UInt8>) {
    let start = position + 9
    if !hasNoLiteralEnd, let end = nextLiteralEnd(bytes, start) {
      guard let early = unclosedLiteralEnd(bytes, start, end) else {
        builder.text(start..<end, isLiteral: true)
        position = end + 3
        return
      }
      builder.text(start..<early, isLiteral: true)
      position = early
    } else {
      // Never closed: it ends where its element seems to end.
      hasNoLiteralEnd = true
      builder.truncated()
      let end = innermostEnd(bytes, start, count) ?? count
      builder.text(start..<end, isLiteral: true)
      position = end
    }
  }

  private mutating func nextLiteralEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
    if literalEnd < start { literalEnd = bytes.firstIndex(of: "]]>", from: start) ?? -1 }
    return literalEnd < start ? nil : literalEnd
  }

  /// Where a section ends that was not closed, if the end that was found belongs to a later one.
  private func unclosedLiteralEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard let next = bytes.firstIndex(of: "<![cdata[", from: start, to: end),
      bytes.firstIndex(of: "</item", from: start, to: next) != nil
        || bytes.firstIndex(of: "</entry", from: start, to: next) != nil
    else { return nil }
    return innermostEnd(bytes, start, next)
  }

  /// Where the end tag of the innermost open element stands.
  private func innermostEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard let name = builder.innermostName.map({ Array($0.utf8) }) else { return nil }
    var index = start
    while let found = bytes.firstIndex(of: "</", from: index, to: end) {
      let nameStart = found + 2
      if nameStart + name.count <= end,
        name.indices.allSatisfy({ lowered(bytes[nameStart + $0]) == name[$0] })
      {
        return found
      }
      index = nameStart
    }
    return nil
  }
}

/// The document without its entries, as far as it has been read when one of them is closed.
struct XMLFrame {
  fileprivate let builder: XMLTreeBuilder

  /// Made when it is asked for: it is wanted once, before the first entry.
  var tree: XMLTree { builder.frameSoFar }
}
