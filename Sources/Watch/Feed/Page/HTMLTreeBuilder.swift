/// Builds the tree of a page from its tags, and closes what its writer left to the reader to close.
///
/// A part of what browsers do (HTML Living Standard §13.2.6): enough to know which element stands in
/// which. A page is never refused.
struct HTMLTreeBuilder {
  private struct Open {
    let element: Int
    let name: HTMLName
    let role: HTMLRole
  }

  private let limits: FeedLimits
  private var elements: [HTMLTree.Element] = []
  private var attributes: [HTMLTree.Attribute] = []
  private var open: [Open] = []
  /// Elements beyond the depth limit that are open and hold nothing.
  private var tooDeep = 0
  private var isCut = false

  var isFull: Bool { elements.count >= limits.nodes }

  init(limits: FeedLimits) { self.limits = limits }

  /// A start tag that begins at `tag` and ends before `inside`.
  mutating func start(
    _ name: HTMLName, _ role: HTMLRole, _ attributes: [HTMLTree.Attribute], tag: Int, inside: Int,
    isHidden: Bool
  ) {
    if name == .html, !open.isEmpty { return }
    closeImplied(by: name, role, at: tag)
    if name == .tr, open.last?.name == .table {
      // Nobody writes it, and every browser shows it: selectors copied from one have it.
      push(.tbody, .of(.tbody), [], inside: tag, isHidden: false)
    }
    guard open.count < limits.depth else {
      isCut = true
      if !role.contains(.void) { tooDeep += 1 }
      return
    }
    push(name, role, attributes, inside: inside, isHidden: isHidden)
    if role.contains(.void) { closeInnermost(at: inside) }
  }

  private mutating func push(
    _ name: HTMLName, _ role: HTMLRole, _ attributes: [HTMLTree.Attribute], inside: Int,
    isHidden: Bool
  ) {
    let parent = open.last?.element
    let isInHidden = parent.map { elements[$0].isHidden } ?? false
    open.append(Open(element: elements.count, name: name, role: role))
    elements.append(
      HTMLTree.Element(
        name: name, parent: Int32(parent ?? -1),
        isHidden: isInHidden || isHidden || role.contains(.unseen),
        attributesStart: Int32(self.attributes.count), attributesCount: Int32(attributes.count),
        innerStart: Int32(inside), innerEnd: Int32(inside), end: Int32(elements.count + 1)))
    self.attributes.append(contentsOf: attributes)
  }

  /// An end tag that begins at `tag`.
  mutating func end(_ name: HTMLName, tag: Int) {
    if tooDeep > 0 {
      tooDeep -= 1
      return
    }
    let role = HTMLRole.of(name)
    let isHeading = HTMLName.heading.contains(name)
    for depth in open.indices.reversed() {
      let candidate = open[depth]
      // Browsers let any heading's end close any heading.
      if candidate.name == name || isHeading && HTMLName.heading.contains(candidate.name) {
        close(to: depth, at: tag)
        return
      }
      if candidate.name == .table || candidate.role.contains(.scope) && !role.contains(.tablePart) {
        return
      }
      // `</span>` does not end the `div` that it stands in. Links are often closed outside of the
      // paragraph that was opened in them.
      let crosses = candidate.name == .p || name == .a && !candidate.role.contains(.listEntry)
      if role.isDisjoint(with: [.block, .tablePart, .scope, .list, .unseen, .raw]),
        candidate.role.contains(.block), !crosses
      {
        return
      }
    }
  }

  consuming func finish(_ bytes: [UInt8]) -> HTMLTree {
    if isFull { isCut = true }
    close(to: 0, at: bytes.count)
    return HTMLTree(bytes: bytes, elements: elements, attributes: attributes, isCut: isCut)
  }

  private mutating func closeInnermost(at position: Int) {
    guard let last = open.popLast() else { return }
    let start = Int(elements[last.element].innerStart)
    elements[last.element].innerEnd = Int32(max(start, position))
    elements[last.element].end = Int32(elements.count)
  }

  private mutating func close(to depth: Int, at position: Int) {
    while open.count > depth { closeInnermost(at: position) }
  }

  /// Closes what cannot go on where such an element begins.
  private mutating func closeImplied(by name: HTMLName, _ role: HTMLRole, at tag: Int) {
    if !role.contains(.ofHead), let depth = open.lastIndex(where: { $0.name == .head }) {
      close(to: depth, at: tag)
    }
    if role.contains(.block), !role.contains(.tablePart) || name == .table {
      closeNearest(at: tag, { $0.name == .p }, within: { $0.role.contains(.scope) })
    }
    if role.contains(.listEntry) {
      closeNearest(at: tag, { Self.areSiblings(name, $0.name) }) {
        $0.role.contains(.list) || $0.role.contains(.scope)
      }
    } else if role.contains(.cell) {
      closeNearest(at: tag, { $0.role.contains(.cell) }) { $0.name == .tr || $0.name == .table }
    } else if name == .tr {
      closeNearest(at: tag, { $0.name == .tr }) { $0.name == .table }
    } else if role.contains(.tablePart), name != .table {
      // A new part ends the one before it with all its rows.
      guard let table = open.lastIndex(where: { $0.name == .table }) else { return }
      close(to: table + 1, at: tag)
    } else if name == .option {
      closeNearest(at: tag, { $0.name == .option }) { $0.role.contains(.block) }
    } else if name == .a {
      closeNearest(at: tag, { $0.name == .a }) { $0.role.contains(.block) }
    } else if HTMLName.heading.contains(name), let last = open.last,
      HTMLName.heading.contains(last.name)
    {
      closeInnermost(at: tag)
    }
  }

  /// Closes the nearest such element and all in it, if it is nearer than such a border.
  private mutating func closeNearest(
    at tag: Int, _ isWanted: (Open) -> Bool, within isBorder: (Open) -> Bool
  ) {
    for depth in open.indices.reversed() {
      if isWanted(open[depth]) {
        tooDeep = 0
        close(to: depth, at: tag)
        return
      }
      if isBorder(open[depth]) { return }
    }
  }

  private static let li = HTMLName("li")

  /// `li` ends `li`; `dt` and `dd` end one another.
  private static func areSiblings(_ left: HTMLName, _ right: HTMLName) -> Bool {
    HTMLRole.of(right).contains(.listEntry) && (left == li) == (right == li)
  }
}
