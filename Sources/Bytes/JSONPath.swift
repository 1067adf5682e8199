/// The way from the top of a JSON value to others within it, as a configuration writes it:
/// `data.items`, `groups[].posts`, `[0].rows`, `properties.time`.
///
/// Names stand between dots; a number in brackets is the place in a list, from 0; empty brackets
/// stand for each element of a list, or each member of an object. The empty path is the value itself.
package struct JSONPath: Hashable, Sendable {
  private enum Step: Hashable, Sendable {
    case member(String)
    case element(Int)
    case each
  }

  /// As it was written.
  package let text: String
  private let steps: [Step]

  /// A way that has more steps than this leads nowhere that anyone meant.
  private static let stepLimit = 32

  /// The empty path: the value itself.
  package static let whole = JSONPath(text: "", steps: [])

  private init(text: String, steps: [Step]) {
    self.text = text
    self.steps = steps
  }

  /// Nil for what is no path: an empty name, a bracket that does not close, no number in one.
  package init?(_ text: String) {
    var steps: [Step] = []
    var rest = text[...]
    while !rest.isEmpty {
      if rest.first == "[" {
        guard let close = rest.firstIndex(of: "]") else { return nil }
        let inside = rest[rest.index(after: rest.startIndex)..<close]
        if inside.isEmpty {
          steps.append(.each)
        } else {
          guard let place = Int(inside), place >= 0 else { return nil }
          steps.append(.element(place))
        }
        rest = rest[rest.index(after: close)...]
        if rest.first == "." {
          rest = rest.dropFirst()
          guard !rest.isEmpty, rest.first != "[" else { return nil }
        } else if !rest.isEmpty, rest.first != "[" {
          return nil
        }
        continue
      }
      let name = rest.prefix { $0 != "." && $0 != "[" && $0 != "]" }
      guard !name.isEmpty else { return nil }
      steps.append(.member(String(name)))
      rest = rest[name.endIndex...]
      if rest.first == "." {
        rest = rest.dropFirst()
        guard !rest.isEmpty, rest.first != "[" else { return nil }
      }
      guard rest.first != "]" else { return nil }
    }
    guard steps.count <= Self.stepLimit else { return nil }
    self.text = text
    self.steps = steps
  }

  /// What stands at the end of the way, in the order of the text, and at most so many; nil if the
  /// way leads nowhere. A list on the way that is empty leads to nothing, but not astray.
  package func list(in json: JSON, limit: Int = .max) -> [JSON]? {
    var values = [json]
    for step in steps where !values.isEmpty {
      var next: [JSON] = []
      for value in values where next.count < limit {
        switch step {
        case .member(let name): if let member = value[name] { next.append(member) }
        case .element(let place):
          if let list = value.array, place < list.count { next.append(list[place]) }
        case .each:
          let inner = value.array ?? value.members?.map(\.value) ?? []
          next.append(contentsOf: inner.prefix(limit - next.count))
        }
      }
      if next.isEmpty, step != .each { return nil }
      values = next
    }
    return values
  }

  /// The same, and nothing where the way leads nowhere.
  package func values(in json: JSON, limit: Int = .max) -> [JSON] {
    list(in: json, limit: limit) ?? []
  }

  /// The first value at the end of the way that is not null.
  package func value(in json: JSON) -> JSON? { values(in: json).first { !$0.isNull } }
}
