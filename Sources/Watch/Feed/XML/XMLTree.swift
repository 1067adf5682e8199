/// The elements and texts of a document, flat and in its order.
///
/// Texts and attribute values are ranges of the document's bytes; what nobody asks for is never
/// copied. A class, so that walking it does not count references to five arrays.
final class XMLTree: Sendable {
  enum Kind: UInt8, Sendable {
    case element
    /// With references such as `&amp;`.
    case text
    /// As it stands.
    case literal
  }

  struct Node: Sendable {
    var kind: Kind
    /// Of an element: an index of `names`.
    var name: Int32
    var parent: Int32
    var firstChild: Int32 = -1
    var lastChild: Int32 = -1
    var next: Int32 = -1
    /// Of a text: where it lies. Of an element: what lies between its tags.
    var start: Int32
    var end: Int32
    var attributesStart: Int32 = 0
    var attributesCount: Int32 = 0
  }

  struct Attribute: Sendable {
    /// An index of `attributeNames`.
    let name: Int32
    let start: Int32
    let end: Int32
  }

  /// What was wrong with the document and was mended.
  struct Damage: Sendable {
    var isTruncated = false
    var mismatches = 0
    var isTooDeep = false
    var hasTooManyNodes = false
    var cuts = 0
  }

  /// Valid UTF-8.
  let bytes: [UInt8]
  let nodes: [Node]
  let attributes: [Attribute]
  let names: [XMLName]
  /// In small letters with their prefix, as in `xml:base`.
  let attributeNames: [String]
  let damage: Damage
  /// The entry that this tree was made for, if it holds but one.
  let entry: Int?
  /// Whether any element says from where its links are seen.
  let hasBases: Bool

  init(
    bytes: [UInt8], nodes: [Node], attributes: [Attribute], names: [XMLName],
    attributeNames: [String], hasBases: Bool, damage: Damage, entry: Int?
  ) {
    self.bytes = bytes
    self.nodes = nodes
    self.attributes = attributes
    self.names = names
    self.attributeNames = attributeNames
    self.damage = damage
    self.hasBases = hasBases
    self.entry = entry
  }

  /// The first element; nil if there is none.
  var root: Int? { nodes.isEmpty ? nil : 0 }

  func name(of node: Int) -> XMLName { names[Int(nodes[node].name)] }

  /// The elements directly inside one.
  func children(of node: Int) -> Children { Children(tree: self, upcoming: nodes[node].firstChild) }

  struct Children: Sequence, IteratorProtocol {
    fileprivate let tree: XMLTree
    fileprivate var upcoming: Int32

    mutating func next() -> Int? {
      while upcoming >= 0 {
        let node = Int(upcoming)
        upcoming = tree.nodes[node].next
        if tree.nodes[node].kind == .element { return node }
      }
      return nil
    }
  }

  func hasElements(_ node: Int) -> Bool {
    var children = children(of: node)
    return children.next() != nil
  }

  func parent(of node: Int) -> Int? {
    let parent = nodes[node].parent
    return parent < 0 ? nil : Int(parent)
  }

  /// What lies between the tags of an element, as it stands.
  func innerMarkup(of node: Int) -> ArraySlice<UInt8> {
    bytes[Int(nodes[node].start)..<Int(nodes[node].end)]
  }

  /// The text of an element that is all in one piece without references; nil if it is not.
  ///
  /// Most long texts come so, and need not be copied.
  func wholeText(of node: Int) -> ArraySlice<UInt8>? {
    let first = nodes[node].firstChild
    guard first >= 0 else { return [] }
    let child = nodes[Int(first)]
    guard child.next < 0, child.kind != .element else { return nil }
    let text = bytes[Int(child.start)..<Int(child.end)]
    return child.kind == .literal || !text.contains(UInt8(ascii: "&")) ? text : nil
  }

  /// The text of an element and of all within it, with references resolved.
  func text(of node: Int) -> [UInt8] {
    var text: [UInt8] = []
    let bytes = bytes
    let span = bytes.span
    var rest: [Int32] = [nodes[node].firstChild]
    while let top = rest.last {
      guard top >= 0 else {
        rest.removeLast()
        continue
      }
      let child = nodes[Int(top)]
      rest[rest.count - 1] = child.next
      switch child.kind {
      case .element: rest.append(child.firstChild)
      case .text: appendResolved(bytes, Int(child.start)..<Int(child.end), as: .xml, to: &text)
      case .literal: text.append(span, Int(child.start)..<Int(child.end))
      }
    }
    return text
  }

  /// The value of an attribute with references resolved; the first where there are several.
  func attribute(_ name: String, of node: Int) -> String? {
    let node = nodes[node]
    let range = Int(node.attributesStart)..<Int(node.attributesStart + node.attributesCount)
    for attribute in attributes[range] where attributeNames[Int(attribute.name)] == name {
      var value: [UInt8] = []
      appendResolved(bytes, Int(attribute.start)..<Int(attribute.end), as: .xml, to: &value)
      return String(decoding: value, as: UTF8.self)
    }
    return nil
  }
}
