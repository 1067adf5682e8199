import Bytes

/// JSON of any form, read as a configuration maps it.
struct FieldMapFormat {
  private let map: FieldMap

  init(_ map: FieldMap) { self.map = map }

  func document(_ json: JSON, _ reading: inout FeedReading) throws(FeedFailure) -> FeedDocument {
    guard let found = map.list.list(in: json) else {
      throw .noList(path: map.list.text, names: Self.names(of: json))
    }
    // A list within the list is one as well: `groups[].posts`. Some write null for none.
    let elements = found.flatMap { $0.array ?? [$0] }.filter { !$0.isNull }
    var document = FeedDocument(format: "JSON by a field map")
    for element in elements.prefix(reading.taken(of: elements.count)) {
      let entry = entry(element, &reading)
      if entry.title == nil, entry.text == nil {
        reading.leaveOutUntitled()
      } else {
        document.entries.append(entry)
      }
    }
    if document.entries.isEmpty, let first = elements.first {
      throw .noList(
        path: (map.title ?? map.text)?.text ?? map.list.text, names: Self.names(of: first))
    }
    return document
  }

  /// One item; it may have come out without any words.
  func entry(_ element: JSON, _ reading: inout FeedReading) -> FeedEntry {
    var entry = FeedEntry()
    entry.guid = map.id.flatMap { Self.text($0, of: element, joined: " ") }
    entry.title = map.title.flatMap { Self.text($0, of: element, joined: " ") }.flatMap {
      reading.bounded(PlainText.line(Self.lines($0, reading.limits.textBytes)))
    }
    entry.text = map.text.flatMap { Self.text($0, of: element, joined: "\n") }.flatMap {
      reading.bounded(Self.lines($0, reading.limits.textBytes))
    }
    entry.link = map.link.flatMap { Self.text($0, of: element, joined: "", isLink: true) }
      .flatMap { webLink($0, base: reading.address) }
    entry.published = date(map.date, element, &reading)
    entry.updated = date(map.updated, element, &reading)
    entry.authors = (map.author?.values(in: element) ?? []).compactMap(\.looseText)
      .map { FeedAuthor(name: $0) }
    return entry
  }

  private func date(
    _ path: JSONPath?, _ element: JSON, _ reading: inout FeedReading
  ) -> Instant? {
    guard let value = path?.value(in: element) else { return nil }
    if let unit = map.epoch, let instant = reading.instant(value, in: unit) { return instant }
    return reading.date(value)
  }

  /// Nobody says whether it is markup; it tells itself.
  private static func lines(_ text: String, _ limit: Int) -> [UInt8] {
    let bytes = Array(text.utf8)
    return PlainText.looksLikeMarkup(bytes)
      ? MarkupText.lines(bytes[...], limit: limit) : PlainText.lines(bytes)
  }

  /// What a template makes of an item; nil where none of its values is there, and for a link where
  /// one of them is missing.
  private static func text(
    _ template: JSONTemplate, of element: JSON, joined separator: String, isLink: Bool = false
  ) -> String? {
    var text = ""
    var found = 0
    var wanted = 0
    for part in template.parts {
      switch part {
      case .words(let words): text += words
      case .value(let path):
        wanted += 1
        let value = path.values(in: element).compactMap(\.looseText).joined(separator: separator)
        if !value.isEmpty { found += 1 }
        // A value that is the whole link is one already; inside of another it must stay what it is.
        text += isLink && template.parts.count > 1 ? escaped(value) : value
      }
    }
    return found > 0 && (!isLink || found == wanted) ? text : nil
  }

  /// RFC 3986 §2.1: percent signs for all that could end a path or begin something else.
  private static func escaped(_ value: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var escaped: [UInt8] = []
    for byte in value.utf8 {
      if isLetterOrDigit(byte) || "-._~/".utf8.contains(byte) {
        escaped.append(byte)
      } else {
        escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  /// What there is instead, for whoever mends the map.
  private static func names(of json: JSON) -> [String] {
    (json.members ?? []).prefix(8).map(\.name)
  }
}
