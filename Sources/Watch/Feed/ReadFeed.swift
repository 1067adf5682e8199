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
  var entries: [FeedEntry] = []
  var document = try readFeed(
    bytes, contentType: contentType, url: url, zone: zone, limits: limits, rule: rule
  ) { entries.append($0) }
  // RFC 4287 §4.2.1; they may stand behind the entries that they are meant for.
  if !document.authors.isEmpty {
    for index in entries.indices where entries[index].authors.isEmpty {
      entries[index].authors = document.authors
    }
  }
  document.entries = entries
  let shared = document.sharedIdentifiers
  if shared > 0 { document.problems.append(.duplicateIdentifiers(shared)) }
  return document
}

/// Reads a feed and hands out each entry as soon as it is known, so that none need be kept.
///
/// The entries are the same as those of the whole document, and in the same order. What is given back
/// holds none of them; whether identifiers are shared is left for the caller to see.
package func readFeed(
  _ bytes: [UInt8], contentType: String?, url: String, zone: DeskZone,
  limits: FeedLimits = .standard, rule: SourceRule? = nil, eachEntry: (FeedEntry) -> Void
) throws(FeedFailure) -> FeedDocument {
  guard bytes.count <= limits.bytes else {
    throw .tooLarge(bytes: bytes.count, limit: limits.bytes)
  }
  let text = FeedText(bytes, contentType: contentType)
  let address = WebAddress(url)
  var reading = FeedReading(address: address.isWeb ? address : nil, zone: zone, limits: limits)
  var problems = text.problems
  guard text.bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
  var document: FeedDocument
  switch rule {
  case nil: document = try known(text, &reading, &problems, eachEntry)
  case .fields(let map):
    document = try FieldMapFormat(map).document(json(text, &problems), &reading)
  case .page(let rule): document = try PageFormat(rule).document(text.bytes, &reading)
  }
  document.entries.forEach(eachEntry)
  document.entries = []
  document.encoding = text.encoding.name
  document.problems = problems + reading.problems
  return document
}

/// A document of a known format; it holds those of its entries that were not handed out.
private func known(
  _ text: FeedText, _ reading: inout FeedReading, _ problems: inout [FeedProblem],
  _ eachEntry: (FeedEntry) -> Void
) throws(FeedFailure) -> FeedDocument {
  let first = text.bytes.first { $0 > 0x20 }
  if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
    return try whole(.json(try json(text, &problems)), text, &reading)
  }
  switch XMLRoot(text.bytes) {
  case .feed(let root):
    let entities = XMLEntities(text.bytes, before: root)
    let bytes = entities.isEmpty ? text.bytes : entities.resolved(text.bytes, from: root)
    let start = entities.isEmpty ? root : 0
    let name = XMLRoot.name(bytes.span, start + 1)
    guard let format = entryFormats.lazy.compactMap({ $0.init(root: name) }).first else {
      let tree = XMLScanner.tree(of: bytes, from: start, limits: reading.limits)
      problems += tree.damage.problems
      return try whole(.xml(tree), text, &reading)
    }
    return entries(of: format, bytes, from: start, &reading, &problems, eachEntry)
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

/// A document that is read as a whole.
private func whole(
  _ source: FeedSource, _ text: FeedText, _ reading: inout FeedReading
) throws(FeedFailure) -> FeedDocument {
  for format in feedFormats {
    if let document = try format.document(source, &reading) { return document }
  }
  throw .unknownFormat(start(of: text.bytes))
}

/// A document whose entries are read one at a time.
private func entries(
  of format: any EntryFormat, _ bytes: [UInt8], from root: Int, _ reading: inout FeedReading,
  _ problems: inout [FeedProblem], _ eachEntry: (FeedEntry) -> Void
) -> FeedDocument {
  var format = format
  var hasBegun = false
  let frame = XMLScanner.frame(of: bytes, from: root, limits: reading.limits) { tree, frame in
    if !hasBegun {
      format.begin(frame.tree, reading)
      hasBegun = true
    }
    if let entry = format.entry(tree, &reading) { eachEntry(entry) }
  }
  problems += frame.damage.problems
  return format.document(frame, &reading)
}

extension XMLTree.Damage {
  fileprivate var problems: [FeedProblem] {
    var problems: [FeedProblem] = []
    if isTruncated { problems.append(.truncated) }
    if mismatches > 0 { problems.append(.mismatchedTags(mismatches)) }
    if isTooDeep { problems.append(.tooDeep) }
    if hasTooManyNodes { problems.append(.tooManyElements) }
    if cuts > 0 { problems.append(.textCut(cuts)) }
    return problems
  }
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
