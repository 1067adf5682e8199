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
///   - rule: how to read what is no feed; nil for a feed, whose format is recognised.
package func readFeed(
  _ bytes: [UInt8], contentType: String?, url: String, zone: DeskZone,
  limits: FeedLimits = .standard, rule: SourceRule? = nil
) throws(FeedFailure) -> FeedDocument {
  guard bytes.count <= limits.bytes else {
    throw .tooLarge(bytes: bytes.count, limit: limits.bytes)
  }
  let text = FeedText(bytes, contentType: contentType)
  guard text.bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
  var problems = text.problems
  let address = WebAddress(url)
  var reading = FeedReading(address: address.isWeb ? address : nil, zone: zone, limits: limits)
  var document: FeedDocument
  switch rule {
  case nil: document = try knownFormat(text, &reading, &problems)
  case .fields(let map):
    document = try FieldMapFormat(map).document(json(text, &problems), &reading)
  case .page(let rule): document = try PageFormat(rule).document(text.bytes, &reading)
  }
  let shared = document.sharedIdentifiers
  if shared > 0 { problems.append(.duplicateIdentifiers(shared)) }
  document.encoding = text.encoding.name
  document.problems = problems + reading.problems
  return document
}

private func knownFormat(
  _ text: FeedText, _ reading: inout FeedReading, _ problems: inout [FeedProblem]
) throws(FeedFailure) -> FeedDocument {
  let source = try feedSource(text, reading.limits, &problems)
  for format in feedFormats {
    if let document = try format.document(source, &reading) { return document }
  }
  throw .unknownFormat(start(of: text.bytes))
}

private func feedSource(
  _ text: FeedText, _ limits: FeedLimits, _ problems: inout [FeedProblem]
) throws(FeedFailure) -> FeedSource {
  let first = text.bytes.first { $0 > 0x20 }
  if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
    return .json(try json(text, &problems))
  }
  switch XMLRoot(text.bytes) {
  case .feed(let root):
    let entities = XMLEntities(text.bytes, before: root)
    let tree =
      entities.isEmpty
      ? XMLScanner.tree(of: text.bytes, from: root, limits: limits)
      : XMLScanner.tree(of: entities.resolved(text.bytes, from: root), from: root, limits: limits)
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

private func json(
  _ text: FeedText, _ problems: inout [FeedProblem]
) throws(FeedFailure) -> JSON {
  guard let (json, isDamaged) = ForeignJSON.read(text.bytes) else {
    if case .html = XMLRoot(text.bytes) { throw .html(title: pageTitle(text.bytes)) }
    throw .unknownFormat(start(of: text.bytes))
  }
  if isDamaged { problems.append(.damagedJSON) }
  return json
}

private func start(of text: [UInt8]) -> String {
  String(decoding: text.trimmingBlanks.prefix(40), as: UTF8.self)
}

/// What a page for people calls itself.
func pageTitle(_ page: [UInt8]) -> String? {
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
