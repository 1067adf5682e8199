package import Bytes

/// A kind of file that is read out of a drop folder, by the ending of its name.
package enum DropKind: String, CaseIterable, Sendable {
  /// A feed.
  case xml
  /// A feed, or what the source's field map describes.
  case json
  /// One item a line: in the form of the item log, or as the source's field map describes one.
  case jsonl
  /// A mail.
  case eml
  /// A title in the first line, and words.
  case txt

  /// Nil for a name that ends otherwise.
  package init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: "."), dot != fileName.startIndex else { return nil }
    self.init(rawValue: fileName[fileName.index(after: dot)...].lowercased())
  }
}

/// Reads a file that somebody dropped into a folder, as a feed is read: the same bytes give the same
/// document, and damage is told of in its problems.
///
/// The file's own time is nobody's time of publication, so that it is not asked for. Relative links
/// lead nowhere, for nobody knows where such a file comes from.
///
/// - Parameters:
///   - zone: the source's zone, in which dates without one are meant.
///   - rule: how JSON of a form of its own is read; it is for `.json` and `.jsonl` alone.
package func readDropped(
  _ bytes: [UInt8], as kind: DropKind, zone: DeskZone, limits: FeedLimits = .standard,
  rule: SourceRule? = nil
) throws(FeedFailure) -> FeedDocument {
  switch kind {
  case .xml: return try readFeed(bytes, contentType: nil, url: "", zone: zone, limits: limits)
  case .json:
    return try readFeed(
      bytes, contentType: nil, url: "", zone: zone, limits: limits, rule: rule)
  case .jsonl, .eml, .txt: break
  }
  guard bytes.count <= limits.bytes else {
    throw .tooLarge(bytes: bytes.count, limit: limits.bytes)
  }
  var reading = FeedReading(address: nil, zone: zone, limits: limits)
  if kind == .eml {
    var document = try MailFormat.document(bytes, &reading)
    document.problems += reading.problems
    return document
  }
  let text = FeedText(bytes, contentType: nil)
  guard text.bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
  var document =
    kind == .jsonl
    ? try ItemLines.document(text.bytes, rule, &reading) : plainDocument(text.bytes, &reading)
  document.encoding = text.encoding.name
  document.problems = text.problems + document.problems + reading.problems
  return document
}

/// The first line that says anything is the title.
private func plainDocument(_ text: [UInt8], _ reading: inout FeedReading) -> FeedDocument {
  let words = text.trimmingBlanks
  let end = words.firstIndex { $0 == 0x0a || $0 == 0x0d } ?? words.endIndex
  var entry = FeedEntry()
  entry.title = reading.bounded(PlainText.line(Array(words[..<end])))
  entry.text = reading.bounded(PlainText.lines(Array(words[end...])))
  return FeedDocument(format: "Text", entries: [entry])
}

/// Items of JSON, one a line.
private enum ItemLines {
  static func document(
    _ text: [UInt8], _ rule: SourceRule?, _ reading: inout FeedReading
  ) throws(FeedFailure) -> FeedDocument {
    var map: FieldMapFormat?
    if case .fields(let fields) = rule { map = FieldMapFormat(fields) }
    var document = FeedDocument(
      format: map == nil ? "Items" : "JSON lines by a field map")
    let lines = text.split(separator: 0x0a).filter { line in line.contains { $0 > 0x20 } }
    var unread = 0
    for line in lines.prefix(reading.taken(of: lines.count)) {
      // Which mistake it was does not matter: the line is counted and told of.
      let json = try? JSONReader.read(Array(line), keepsLastDuplicate: true)
      let entry = json.flatMap { map?.entry($0, &reading) ?? item($0, &reading) }
      if let entry, entry.title != nil || entry.text != nil {
        document.entries.append(entry)
      } else {
        unread += 1
      }
    }
    guard !document.entries.isEmpty else {
      throw .unknownFormat(String(decoding: (lines.first ?? []).prefix(40), as: UTF8.self))
    }
    if unread > 0 { document.problems.append(.unreadableLines(unread)) }
    return document
  }

  /// An item of another desk. Its source, owner and tier are what this desk calls its own.
  private static func item(_ json: JSON, _ reading: inout FeedReading) -> FeedEntry? {
    guard let id = json["id"]?.looseText, let text = json["text"]?.string else { return nil }
    var entry = FeedEntry()
    entry.guid = id
    entry.title = reading.line(json["title"])
    entry.text = reading.bounded(PlainText.lines(Array(text.utf8)))
    entry.link = reading.link(json["link"])
    entry.published = reading.date(json["ts"])
    entry.language = json["lang"]?.string
    entry.authors = (json["author"]?.looseText).map { [FeedAuthor(name: $0)] } ?? []
    return entry
  }
}
