package import Bytes

/// Reads a feed of any known format out of the bytes that a server sent.
///
/// The same bytes give the same document: there is no clock, no network and no chance in it, and
/// the work is proportional to their number. Damage is mended and told of in `problems`; only what
/// is no feed at all is refused.
///
/// - Parameters:
///   - contentType: the header of that name; of it only the charset counts.
///   - url: where the feed came from in the end, after redirects; relative links are seen from it.
///   - zone: the source's zone, in which dates without one are meant.
package func readFeed(
  _ bytes: [UInt8], contentType: String?, url: String, zone: DeskZone,
  limits: FeedLimits = .standard
) throws(FeedFailure) -> FeedDocument {
  guard bytes.count <= limits.bytes else {
    throw .tooLarge(bytes: bytes.count, limit: limits.bytes)
  }
  let text = FeedText(bytes, contentType: contentType)
  var problems = text.problems
  let source = try feedSource(text, limits, &problems)
  let address = WebAddress(url)
  var reading = FeedReading(address: address.isWeb ? address : nil, zone: zone, limits: limits)
  for format in feedFormats {
    guard var document = try format.document(source, &reading) else { continue }
    let shared = document.sharedIdentifiers
    if shared > 0 { problems.append(.duplicateIdentifiers(shared)) }
    document.encoding = text.encoding.name
    document.problems = problems + reading.problems
    return document
  }
  throw .unknownFormat(start(of: text.bytes))
}

private func feedSource(
  _ text: FeedText, _ limits: FeedLimits, _ problems: inout [FeedProblem]
) throws(FeedFailure) -> FeedSource {
  guard let first = text.bytes.first(where: { $0 > 0x20 }) else { throw .empty }
  if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
    guard let (json, isDamaged) = ForeignJSON.read(text.bytes) else {
      throw .unknownFormat(start(of: text.bytes))
    }
    if isDamaged { problems.append(.damagedJSON) }
    return .json(json)
  }
  switch XMLRoot(text.bytes) {
  case .feed(let root):
    let tree = XMLScanner.tree(of: text.bytes, from: root, limits: limits)
    if tree.damage.isTruncated { problems.append(.truncated) }
    if tree.damage.mismatches > 0 { problems.append(.mismatchedTags(tree.damage.mismatches)) }
    if tree.damage.isTooDeep { problems.append(.tooDeep) }
    if tree.damage.hasTooManyNodes { problems.append(.tooManyElements) }
    if tree.damage.cuts > 0 { problems.append(.textCut(tree.damage.cuts)) }
    return .xml(tree)
  case .html: throw .html(title: pageTitle(text.bytes))
  case .other(let name): throw .unknownFormat(name.isEmpty ? start(of: text.bytes) : "<\(name)>")
  }
}

private func start(of text: [UInt8]) -> String {
  String(decoding: text.trimmingBlanks.prefix(40), as: UTF8.self)
}

private func pageTitle(_ page: [UInt8]) -> String? {
  let bytes = page.span
  guard let tag = bytes.firstIndex(of: "<title", from: 0),
    let start = bytes.firstIndex(of: ">", from: tag),
    let end = bytes.firstIndex(of: "</title", from: start)
  else { return nil }
  let title = MarkupText.lines(page[(start + 1)..<end], limit: 1024)
  return title.isEmpty ? nil : String(decoding: title, as: UTF8.self)
}

extension FeedDocument {
  /// How many entries have an identifier that another one has as well.
  fileprivate var sharedIdentifiers: Int {
    var counts: [String: Int] = [:]
    for entry in entries {
      if let guid = entry.guid { counts[guid, default: 0] += 1 }
    }
    return counts.values.reduce(0) { $0 + ($1 > 1 ? $1 : 0) }
  }
}
