/// Builds the tree of a document from its tags and texts, and mends it where they do not match.
///
/// A document is never refused: what is not closed is closed where its surroundings end, what
/// closes nothing is passed over, and each `item` or `entry` falls into step again.
///
/// It can set each entry apart in a small tree of its own as soon as the entry is closed, so that no
/// more than one of them is held at a time. What is left is the frame: the document without entries.
struct XMLTreeBuilder {
  private let bytes: [UInt8]
  /// Of the entry that is open if entries are set apart, else of the document.
  private var nodes: [XMLTree.Node] = []
  private var attributes: [XMLTree.Attribute] = []
  private var nodeCount = 0
  private let splitsEntries: Bool
  /// The nodes of the frame while those of an entry are collected.
  private var frame: (nodes: [XMLTree.Node], attributes: [XMLTree.Attribute]) = ([], [])
  /// How many elements are open around the entry that is being set apart.
  private var entryDepth: Int?
  private var ready: [XMLTree] = []
  private var damage = XMLTree.Damage()
  private let limits: FeedLimits
  private var names = XMLNameTable()
  private var namespaces = XMLNamespaces()
  private var open: [Element] = []
  /// Elements beyond the depth limit that are open and have no node.
  private var tooDeep = 0
  /// Whether the rest of the document is not wanted: its root is closed, or it has too many parts.
  private(set) var isFinished = false

  private struct Element {
    let node: Int
    let name: Int
    let role: XMLNameTable.Role
  }

  init(_ bytes: [UInt8], limits: FeedLimits, splitsEntries: Bool) {
    self.bytes = bytes
    self.limits = limits
    self.splitsEntries = splitsEntries
    if !splitsEntries { nodes.reserveCapacity(bytes.count / 64) }
  }

  var hasEntries: Bool { !ready.isEmpty }

  /// The entries that were closed since this was asked for the last time, each with the elements
  /// around it, which hold nothing else.
  mutating func takeEntries() -> [XMLTree] {
    defer { ready.removeAll(keepingCapacity: true) }
    return ready
  }

  /// The frame as far as it is known.
  var frameSoFar: XMLTree {
    entryDepth == nil ? tree(nodes, attributes) : tree(frame.nodes, frame.attributes)
  }

  mutating func name(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int { names.id(bytes, range) }

  /// The name of the innermost element that is open.
  var innermostName: String? { open.last.map { names.entries[$0.name].qualified } }

  /// A start tag; `tag` is where it begins, `inside` what comes after it.
  mutating func start(
    _ name: Int, _ attributes: [XMLTree.Attribute], tag: Int, inside: Int, isEmpty: Bool
  ) {
    var role = names.entries[name].role
    if role == .prefixedEntry, namespaces.isOfFeeds(name, names) { role = .entry }
    switch role {
    case .entry: closeThrough(at: tag) { $0 == .entry }
    case .partOnly: closeUnfinishedPart(at: tag)
    case .part, .frame, .ordinary, .void, .prefixedEntry: break
    }
    if splitsEntries, role == .entry, open.count < min(limits.depth, Self.deepestEntry) {
      enterEntry()
    }
    guard open.count < limits.depth else {
      damage.isTooDeep = true
      if !isEmpty, role != .void { tooDeep += 1 }
      return
    }
    namespaces.enter(depth: open.count, attributes, names, bytes)
    let node = append(
      XMLTree.Node(
        kind: .element, name: Int32(namespaces.resolved(name, names)), parent: parent,
        start: Int32(inside), end: Int32(inside)))
    nodes[node].attributesStart = Int32(self.attributes.count)
    nodes[node].attributesCount = Int32(attributes.count)
    self.attributes.append(contentsOf: attributes)
    open.append(Element(node: node, name: name, role: role))
    if isEmpty || role == .void { closeInnermost(at: inside) }
  }

  /// An end tag that begins at `tag`.
  mutating func end(_ name: Int, tag: Int) {
    let role = names.entries[name].role
    if tooDeep > 0, role == .ordinary || role == .void {
      tooDeep -= 1
      return
    }
    var depth = open.count - 1
    while depth >= 0, open[depth].name != name {
      // What stands inside an entry does not reach out of it.
      if open[depth].role == .entry, role != .entry, role != .frame {
        depth = -1
      } else {
        depth -= 1
      }
    }
    guard depth >= 0 else {
      if role != .void { closeMisspelt(at: tag) }
      return
    }
    tooDeep = 0
    damage.mismatches += open.count - 1 - depth
    while open.count > depth { closeInnermost(at: tag) }
  }

  /// Text from here to there, `literal` if no references are to be resolved in it.
  mutating func text(_ range: Range<Int>, isLiteral: Bool) {
    guard !open.isEmpty, !range.isEmpty else { return }
    _ = append(
      XMLTree.Node(
        kind: isLiteral ? .literal : .text, name: -1, parent: parent,
        start: Int32(range.lowerBound), end: Int32(range.upperBound)))
  }

  mutating func cut() { damage.cuts += 1 }

  mutating func truncated() { damage.isTruncated = true }

  /// Closes what is open at the end of the document.
  mutating func finish(at end: Int) {
    if !open.isEmpty { damage.isTruncated = true }
    while !open.isEmpty { closeInnermost(at: end) }
  }

  private func tree(
    _ nodes: [XMLTree.Node], _ attributes: [XMLTree.Attribute], entry: Int? = nil
  ) -> XMLTree {
    XMLTree(
      bytes: bytes, nodes: nodes, attributes: attributes, names: namespaces.names,
      attributeNames: names.qualifiedNames, hasBases: names.hasBases, damage: damage,
      entry: entry)
  }

  private var parent: Int32 {
    if open.count == entryDepth { return Int32(open.count - 1) }
    return open.last.map { Int32($0.node) } ?? -1
  }

  /// What is around an entry is copied for each: no feed has its entries deeper down.
  private static let deepestEntry = 32

  /// Begins a tree for one entry with copies of the elements around it, and of what counts for it as
  /// well: their bases and their language.
  private mutating func enterEntry() {
    let size = max(nodes.capacity, 32)
    frame = (nodes, attributes)
    nodes = []
    attributes = []
    nodes.reserveCapacity(min(size, 256))
    for (depth, element) in open.enumerated() {
      var copy = frame.nodes[element.node]
      let first = Int(copy.attributesStart)
      let own = frame.attributes[first..<(first + Int(copy.attributesCount))]
      copy.parent = Int32(depth - 1)
      copy.firstChild = depth + 1 < open.count ? Int32(depth + 1) : -1
      copy.lastChild = copy.firstChild
      copy.next = -1
      copy.attributesStart = Int32(attributes.count)
      for attribute in own where names.entries[Int(attribute.name)].isInherited {
        attributes.append(attribute)
      }
      copy.attributesCount = Int32(attributes.count) - copy.attributesStart
      nodes.append(copy)
    }
    entryDepth = open.count
  }

  private mutating func leaveEntry() {
    ready.append(tree(nodes, attributes, entry: entryDepth))
    (nodes, attributes) = frame
    frame = ([], [])
    entryDepth = nil
  }

  private mutating func append(_ node: XMLTree.Node) -> Int {
    let index = nodes.count
    nodes.append(node)
    nodeCount += 1
    if nodeCount >= limits.nodes {
      damage.hasTooManyNodes = true
      isFinished = true
    }
    if node.parent >= 0 {
      let parent = Int(node.parent)
      let last = nodes[parent].lastChild
      if last < 0 {
        nodes[parent].firstChild = Int32(index)
      } else {
        nodes[Int(last)].next = Int32(index)
      }
      nodes[parent].lastChild = Int32(index)
    }
    return index
  }

  private mutating func closeInnermost(at position: Int) {
    guard let element = open.popLast() else { return }
    nodes[element.node].end = max(nodes[element.node].start, Int32(position))
    namespaces.leave(depth: open.count)
    if open.count == entryDepth { leaveEntry() }
    if open.isEmpty { isFinished = true }
  }

  /// Closes the innermost element of such a role and all within it, if there is one.
  private mutating func closeThrough(at position: Int, _ isRole: (XMLNameTable.Role) -> Bool) {
    guard let depth = open.lastIndex(where: { isRole($0.role) }) else { return }
    tooDeep = 0
    damage.mismatches += open.count - depth
    while open.count > depth { closeInnermost(at: position) }
  }

  /// An end tag without a beginning belongs to the innermost element if that holds no markup: one of
  /// the two was misspelt.
  private mutating func closeMisspelt(at position: Int) {
    damage.mismatches += 1
    guard open.count >= 2, open[open.count - 2].role == .entry,
      open[open.count - 1].role == .ordinary || open[open.count - 1].role == .partOnly
    else { return }
    closeInnermost(at: position)
  }

  /// Closes a `title` or `description` that was left open before what cannot be inside it.
  private mutating func closeUnfinishedPart(at position: Int) {
    guard let entry = open.lastIndex(where: { $0.role == .entry }), entry + 1 < open.count,
      open[entry + 1].role == .part || open[entry + 1].role == .partOnly
    else { return }
    damage.mismatches += 1
    while open.count > entry + 1 { closeInnermost(at: position) }
  }
}

/// Which vocabulary each prefix means at this place of a document.
struct XMLNamespaces {
  private struct Declaration {
    let prefix: String
    let vocabulary: XMLVocabulary
    let depth: Int
  }

  /// The names that occur, by the numbers that the tree knows them by.
  private(set) var names: [XMLName] = []
  private var numbers: [XMLName: Int] = [:]
  private var declarations: [Declaration] = []
  /// By number of the written name: its number in `names`, and in which generation that was so. With
  /// each declaration that comes or goes another generation begins.
  private var cache: [(number: Int32, generation: Int)] = []
  private var generation = 0

  /// Feeds declare a dozen. More are passed over, so that looking a name up stays cheap.
  private static let declarationLimit = 128

  /// Takes the declarations of an element that opens at this depth.
  mutating func enter(
    depth: Int, _ attributes: [XMLTree.Attribute], _ table: XMLNameTable, _ bytes: [UInt8]
  ) {
    for attribute in attributes {
      let entry = table.entries[Int(attribute.name)]
      let prefix: String
      if entry.prefix == "xmlns" {
        prefix = entry.local
      } else if entry.qualified == "xmlns" {
        prefix = ""
      } else {
        continue
      }
      guard declarations.count < Self.declarationLimit else { return }
      let uri = String(
        decoding: bytes[Int(attribute.start)..<Int(attribute.end)].filter { !isBlank($0) },
        as: UTF8.self)
      declarations.append(
        Declaration(prefix: prefix, vocabulary: XMLVocabulary(uri: uri), depth: depth))
      generation += 1
    }
  }

  mutating func leave(depth: Int) {
    while let last = declarations.last, last.depth >= depth {
      declarations.removeLast()
      generation += 1
    }
  }

  /// The number of a name as it is written, in the vocabulary that it means here.
  mutating func resolved(_ id: Int, _ table: XMLNameTable) -> Int {
    if id < cache.count, cache[id].generation == generation { return Int(cache[id].number) }
    let entry = table.entries[id]
    let name = XMLName(vocabulary: vocabulary(entry.prefix), local: entry.local)
    let number: Int
    if let known = numbers[name] {
      number = known
    } else {
      number = names.count
      names.append(name)
      numbers[name] = number
    }
    while cache.count <= id { cache.append((number: -1, generation: -1)) }
    cache[id] = (number: Int32(number), generation: generation)
    return number
  }

  /// Whether a name is of a vocabulary that has entries.
  mutating func isOfFeeds(_ id: Int, _ table: XMLNameTable) -> Bool {
    switch names[resolved(id, table)].vocabulary {
    case .plain, .atom, .rss, .rdf: true
    default: false
    }
  }

  private func vocabulary(_ prefix: String) -> XMLVocabulary {
    if let declaration = declarations.last(where: { $0.prefix == prefix }) {
      // A namespace of its own on unprefixed names is a way to spell RSS, not another language.
      return prefix.isEmpty && declaration.vocabulary == .other ? .plain : declaration.vocabulary
    }
    return prefix.isEmpty ? .plain : XMLVocabulary(prefix: prefix)
  }
}
