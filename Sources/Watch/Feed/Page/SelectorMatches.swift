import Bytes

extension HTMLTree {
  /// The elements that a selector means and that readers see, in the page's order.
  ///
  /// For each element it is noted, one bit a compound, which beginnings of the selector end in it and
  /// which end somewhere around it; so the work is the page's size times the selector's, however
  /// deep elements nest.
  func visible(_ selector: Selector) -> [Int] {
    let compounds = selector.compounds.map(CompiledCompound.init)
    var own = [UInt64](repeating: 0, count: elements.count)
    var around = own
    var found: [Int] = []
    for (index, element) in elements.enumerated() {
      let parent = Int(element.parent)
      let parents = parent < 0 ? 0 : own[parent]
      let ancestors = parent < 0 ? 0 : around[parent] | parents
      around[index] = ancestors
      var bits: UInt64 = 0
      var isMeant = false
      for (place, compound) in compounds.enumerated() {
        let bit = UInt64(1) << UInt64(place)
        let before = compound.source.isChild ? parents : ancestors
        guard compound.source.isFirst || before & (bit >> 1) != 0, fits(index, compound) else {
          continue
        }
        bits |= bit
        isMeant = isMeant || compound.source.isLast
      }
      own[index] = bits
      if isMeant, !element.isHidden { found.append(index) }
    }
    return found
  }

  private struct CompiledCompound {
    let source: Selector.Compound
    let tag: HTMLName?
    let conditions: [(name: HTMLName, test: Selector.Condition.Test, value: [UInt8])]

    init(_ source: Selector.Compound) {
      self.source = source
      tag = source.tag.map(HTMLName.init)
      conditions = source.conditions.map {
        (HTMLName($0.attribute), $0.test, Array($0.value.utf8))
      }
    }
  }

  private func fits(_ index: Int, _ compound: CompiledCompound) -> Bool {
    if let tag = compound.tag, elements[index].name != tag { return false }
    return compound.conditions.allSatisfy { condition in
      guard let attribute = attributes(of: index).first(where: { $0.name == condition.name }) else {
        return false
      }
      let value = bytes[Int(attribute.start)..<Int(attribute.end)]
      guard value.contains(UInt8(ascii: "&")) else {
        return Self.fits(value, condition.test, condition.value)
      }
      var resolved: [UInt8] = []
      appendResolved(bytes, value.startIndex..<value.endIndex, as: .html, to: &resolved)
      return Self.fits(resolved[...], condition.test, condition.value)
    }
  }

  private static func fits(
    _ value: ArraySlice<UInt8>, _ test: Selector.Condition.Test, _ wanted: [UInt8]
  ) -> Bool {
    switch test {
    case .present: true
    case .equals: value.elementsEqual(wanted)
    case .word: value.split(whereSeparator: isBlank).contains { $0.elementsEqual(wanted) }
    case .begins: value.starts(with: wanted)
    case .ends: value.suffix(wanted.count).elementsEqual(wanted)
    case .contains: value.contains(wanted)
    }
  }

  /// The first of these elements that is the given one or inside of it. They are in order.
  func first(of list: [Int], in element: Int) -> Int? {
    let start = list.partition(from: element)
    guard start < list.count, list[start] < Int(elements[element].end) else { return nil }
    return list[start]
  }

  /// All of these that are the given one or inside of it, but not inside of one another.
  func outermost(of list: [Int], in element: Int) -> [Int] {
    var found: [Int] = []
    var next = element
    while next < Int(elements[element].end) {
      let start = list.partition(from: next)
      guard start < list.count, list[start] < Int(elements[element].end) else { break }
      found.append(list[start])
      next = Int(elements[list[start]].end)
    }
    return found
  }
}

extension [Int] {
  /// The place of the first number that is not below this one. The numbers are in order.
  fileprivate func partition(from number: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
