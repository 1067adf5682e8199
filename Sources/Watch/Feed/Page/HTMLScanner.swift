/// Finds the tags of a page that may be written in any way.
///
/// Everything here is linear in the page: no search that failed is made again.
struct HTMLScanner {
  private let count: Int
  private let limits: FeedLimits
  private var position = 0
  private var builder: HTMLTreeBuilder
  private var attributes: [HTMLTree.Attribute] = []
  // Searches that reached the end in vain, and need not be made again.
  private var hasNoCommentEnd = false
  private var hasNoQuote: Set<UInt8> = []

  static func tree(of bytes: [UInt8], limits: FeedLimits) -> HTMLTree {
    var scanner = HTMLScanner(bytes, limits: limits)
    scanner.run(bytes.span)
    return scanner.builder.finish(bytes)
  }

  private init(_ bytes: [UInt8], limits: FeedLimits) {
    count = bytes.count
    self.limits = limits
    builder = HTMLTreeBuilder(limits: limits)
  }

  private mutating func run(_ bytes: Span<UInt8>) {
    while !builder.isFull, let tag = bytes.firstIndex(of: "<", from: position), tag + 1 < count {
      position = tag
      switch bytes[tag + 1] {
      case UInt8(ascii: "!"): declaration(bytes)
      case UInt8(ascii: "?"): skipPastEnd(bytes)
      case UInt8(ascii: "/"): endTag(bytes)
      case let byte where isLetter(byte): startTag(bytes)
      // A character that somebody forgot to escape.
      default: position = tag + 1
      }
    }
  }

  private mutating func skipPastEnd(_ bytes: Span<UInt8>) {
    position = bytes.firstIndex(of: ">", from: position).map { $0 + 1 } ?? count
  }

  private mutating func declaration(_ bytes: Span<UInt8>) {
    guard bytes.hasASCII("<!--", at: position) else { return skipPastEnd(bytes) }
    // HTML Living Standard §13.2.5.43: `<!-->` and `<!--->` are whole comments.
    if !hasNoCommentEnd, let end = bytes.firstIndex(of: "-->", from: position + 2) {
      position = end + 3
    } else {
      // Never closed: only the mark itself goes, so that it does not swallow the rest.
      hasNoCommentEnd = true
      position += 4
    }
  }

  private func nameEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var end = start
    while end < count, !isBlank(bytes[end]), bytes[end] != UInt8(ascii: "/"),
      bytes[end] != UInt8(ascii: ">")
    {
      end += 1
    }
    return end
  }

  private mutating func endTag(_ bytes: Span<UInt8>) {
    let tag = position
    let end = nameEnd(bytes, from: tag + 2)
    skipPastEnd(bytes)
    if end > tag + 2 { builder.end(HTMLName(bytes, tag + 2..<end), tag: tag) }
  }

  private mutating func startTag(_ bytes: Span<UInt8>) {
    let tag = position
    let end = nameEnd(bytes, from: tag + 1)
    let name = HTMLName(bytes, tag + 1..<end)
    attributes.removeAll(keepingCapacity: true)
    position = end
    var isHidden = false
    while position < count, bytes[position] != UInt8(ascii: ">") {
      switch bytes[position] {
      case 0x20, 0x0a, 0x09, 0x0d, UInt8(ascii: "/"): position += 1
      default: if attribute(bytes) { isHidden = true }
      }
    }
    // Cut inside a tag: whatever it would have opened is not there.
    guard position < count else { return }
    position += 1
    let role = HTMLRole.of(name)
    builder.start(name, role, attributes, tag: tag, inside: position, isHidden: isHidden)
    guard role.contains(.raw) else { return }
    let close = rawEnd(bytes, tag + 1..<end)
    position = close
    builder.end(name, tag: close)
  }

  /// Where the end tag of a script or the like begins: nothing in it is markup.
  private func rawEnd(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Int {
    var index = position
    while let found = bytes.firstIndex(of: "</", from: index) {
      let end = found + 2 + name.count
      if end <= count,
        name.allSatisfy({ lowered(bytes[$0]) == lowered(bytes[found + 2 + $0 - name.lowerBound]) }),
        end == count || nameEnd(bytes, from: end) == end
      {
        return found
      }
      index = found + 2
    }
    return count
  }

  /// Reads one attribute, and says whether it takes its element out of sight.
  private mutating func attribute(_ bytes: Span<UInt8>) -> Bool {
    let start = position
    // HTML Living Standard §13.2.5.32: a name may begin with an equals sign, and end at one.
    position += 1
    while position < count, !isBlank(bytes[position]), bytes[position] != UInt8(ascii: "="),
      bytes[position] != UInt8(ascii: "/"), bytes[position] != UInt8(ascii: ">")
    {
      position += 1
    }
    let name = HTMLName(bytes, start..<position)
    var value = position..<position
    var next = position
    while next < count, isBlank(bytes[next]) { next += 1 }
    if next < count, bytes[next] == UInt8(ascii: "=") {
      position = next + 1
      while position < count, isBlank(bytes[position]) { position += 1 }
      value = attributeValue(bytes)
    }
    if attributes.count < limits.attributes, value.count <= limits.attributeBytes {
      attributes.append(
        HTMLTree.Attribute(
          name: name, start: Int32(value.lowerBound), end: Int32(value.upperBound)))
    }
    return name == .hidden || name == .style && HidingStyle.hides(bytes, value)
  }

  private mutating func attributeValue(_ bytes: Span<UInt8>) -> Range<Int> {
    guard position < count else { return position..<position }
    let quote = bytes[position]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"), !hasNoQuote.contains(quote) {
      let start = position + 1
      let end =
        quote == UInt8(ascii: "'")
        ? bytes.firstIndex(of: "'", from: start) : bytes.firstIndex(of: "\"", from: start)
      if let end {
        position = end + 1
        return start..<end
      }
      hasNoQuote.insert(quote)
    }
    let start = position
    while position < count, !isBlank(bytes[position]), bytes[position] != UInt8(ascii: ">") {
      position += 1
    }
    return start..<position
  }
}
