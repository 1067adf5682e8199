import Bytes

/// A document of the Common Alerting Protocol: one alert, or several in an envelope.
struct CAPFormat: FeedFormat {
  static func document(_ source: FeedSource, _ reading: inout FeedReading) -> FeedDocument? {
    guard case .xml(let tree) = source, let root = tree.root else { return nil }
    let rootName = tree.name(of: root).local
    guard rootName == "alert" || rootName == "edxldistribution" else { return nil }
    let nodes = tree.nodes.indices.filter {
      tree.nodes[$0].kind == .element && tree.name(of: $0).local == "alert"
    }
    guard let first = nodes.first else { return nil }
    let namespace = tree.attribute("xmlns", of: first) ?? ""
    var document = FeedDocument(format: namespace.hasSuffix("cap:1.1") ? "CAP 1.1" : "CAP 1.2")
    for node in nodes.prefix(reading.taken(of: nodes.count)) {
      document.entries.append(entry(CAPAlert(node, tree, &reading), &reading))
    }
    document.language = document.entries.first?.language
    return document
  }

  /// An alert as an entry: the words of its first info.
  private static func entry(_ alert: CAPAlert, _ reading: inout FeedReading) -> FeedEntry {
    var entry = FeedEntry()
    entry.guid = alert.identifier
    entry.published = alert.sent
    entry.cap = alert
    guard let info = alert.infos.first else {
      entry.text = alert.note
      return entry
    }
    entry.title = (info.headline ?? info.event).flatMap { reading.bounded(Array($0.utf8)) }
    let texts = [info.description, info.instruction].compactMap { $0 }
    entry.text = reading.bounded(Array(texts.joined(separator: "\n").utf8))
    // CAP 1.2 §3.2.2: a whole address.
    entry.link = info.web.flatMap { webLink($0, base: nil) }.flatMap { isWebLink($0) ? $0 : nil }
    entry.language = info.language
    entry.categories = info.categories
    return entry
  }
}

// Reading the record.
extension CAPAlert {
  /// The alert that an element is.
  init(_ node: Int, _ tree: XMLTree, _ reading: inout FeedReading) {
    self.init()
    var infoNodes: [Int] = []
    for child in tree.children(of: node) {
      switch tree.name(of: child).local {
      case "identifier": identifier = tree.string(child)
      case "sender": sender = tree.string(child)
      case "sent": sent = reading.date(tree.string(child))
      case "status": status = tree.string(child)
      case "msgtype": messageType = tree.string(child)
      case "source": source = tree.string(child)
      case "scope": scope = tree.string(child)
      case "restriction": restriction = tree.string(child)
      case "addresses": addresses = tree.string(child)
      case "code": codes += [tree.string(child)].compactMap { $0 }
      case "note": note = reading.bounded(PlainText.lines(tree.text(of: child)))
      case "references": references = Self.references(tree.string(child) ?? "", &reading)
      case "incidents": incidents = tree.string(child)
      case "info": infoNodes.append(child)
      default: break
      }
    }
    infos = infoNodes.map { Info($0, tree, &reading) }
  }

  /// The alert that the CAP elements of an entry of another format make up; nil if they say nothing.
  init?(inside entry: Int, _ tree: XMLTree, _ reading: inout FeedReading) {
    if let whole = tree.children(of: entry).first(where: {
      tree.name(of: $0) == XMLName(vocabulary: .cap, local: "alert")
    }) {
      self.init(whole, tree, &reading)
      return
    }
    self.init(entry, tree, &reading)
    let info = Info(entry, tree, &reading, only: .cap)
    if infos.isEmpty, info != Info() { infos = [info] }
    if infos.isEmpty { return nil }
  }

  /// Triples with blanks between them (§3.2.1, `references`).
  private static func references(_ text: String, _ reading: inout FeedReading) -> [Reference] {
    text.split(whereSeparator: \.isWhitespace).map { triple in
      let parts = triple.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Reference(
        sender: parts[0], identifier: parts.count > 1 ? parts[1] : "",
        sent: parts.count > 2 ? reading.date(parts[2]) : nil, text: String(triple))
    }
  }
}

extension CAPAlert.Info {
  /// `only` leaves aside what is of another vocabulary, as the title of an entry is.
  init(_ node: Int, _ tree: XMLTree, _ reading: inout FeedReading, only: XMLVocabulary? = nil) {
    self.init()
    for child in tree.children(of: node) {
      let name = tree.name(of: child)
      if let only, name.vocabulary != only { continue }
      if !takeText(name.local, child, tree, &reading) {
        takeRest(name.local, child, tree, &reading)
      }
    }
  }

  private mutating func takeText(
    _ local: String, _ node: Int, _ tree: XMLTree, _ reading: inout FeedReading
  ) -> Bool {
    switch local {
    case "language": language = tree.string(node)
    case "category": categories += [tree.string(node)].compactMap { $0 }
    case "event": event = tree.line(node)
    case "responsetype": responseTypes += [tree.string(node)].compactMap { $0 }
    case "urgency": urgency = tree.string(node)
    case "severity": severity = tree.string(node)
    case "certainty": certainty = tree.string(node)
    case "audience": audience = tree.line(node)
    case "sendername": senderName = tree.line(node)
    case "headline": headline = tree.line(node)
    case "description": description = reading.bounded(PlainText.lines(tree.text(of: node)))
    case "instruction": instruction = reading.bounded(PlainText.lines(tree.text(of: node)))
    case "web": web = tree.string(node)
    case "contact": contact = tree.line(node)
    default: return false
    }
    return true
  }

  private mutating func takeRest(
    _ local: String, _ node: Int, _ tree: XMLTree, _ reading: inout FeedReading
  ) {
    switch local {
    case "effective": effective = reading.date(tree.string(node))
    case "onset": onset = reading.date(tree.string(node))
    case "expires": expires = reading.date(tree.string(node))
    case "eventcode": eventCodes.append(CAPAlert.Pair(node, tree))
    case "parameter": parameters.append(CAPAlert.Pair(node, tree))
    case "resource": resources.append(CAPAlert.Resource(node, tree))
    case "area": areas.append(CAPAlert.Area(node, tree))
    // Beside other elements of an entry, the area is only named.
    case "areadesc":
      var area = areas.first ?? CAPAlert.Area()
      area.description = tree.line(node)
      areas = [area]
    case "polygon", "circle", "geocode":
      var area = areas.first ?? CAPAlert.Area()
      area.take(local, node, tree)
      areas = [area]
    default: break
    }
  }
}

extension CAPAlert.Pair {
  fileprivate init(_ node: Int, _ tree: XMLTree) {
    name = tree.childString("valuename", of: node) ?? ""
    value = tree.childString("value", of: node)
  }
}

extension CAPAlert.Resource {
  fileprivate init(_ node: Int, _ tree: XMLTree) {
    description = tree.childString("resourcedesc", of: node)
    mimeType = tree.childString("mimetype", of: node)
    size = tree.childString("size", of: node)
    uri = tree.childString("uri", of: node)
    digest = tree.childString("digest", of: node)
  }
}

extension CAPAlert.Area {
  fileprivate init(_ node: Int, _ tree: XMLTree) {
    self.init()
    for child in tree.children(of: node) { take(tree.name(of: child).local, child, tree) }
  }

  fileprivate mutating func take(_ local: String, _ node: Int, _ tree: XMLTree) {
    switch local {
    case "areadesc": description = tree.line(node)
    case "polygon": polygons += [tree.string(node)].compactMap { $0 }
    case "circle": circles += [tree.string(node)].compactMap { $0 }
    case "geocode": geocodes.append(CAPAlert.Pair(node, tree))
    case "altitude": altitude = tree.string(node)
    case "ceiling": ceiling = tree.string(node)
    default: break
    }
  }
}
