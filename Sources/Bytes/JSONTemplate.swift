/// A text that is made of values of a JSON object: the value at a path, `title`, or several between
/// other words, `{place}: {magnitude}` and `https://desk.example/a/{id}`.
package struct JSONTemplate: Hashable, Sendable {
  package enum Part: Hashable, Sendable {
    case words(String)
    case value(JSONPath)
  }

  /// As it was written.
  package let text: String
  package let parts: [Part]

  /// Nil for a path that is none, an empty text, or a brace that does not close.
  package init?(_ text: String) {
    var parts: [Part] = []
    if text.contains("{") || text.contains("}") {
      var rest = text[...]
      while !rest.isEmpty {
        let words = rest.prefix { $0 != "{" && $0 != "}" }
        if !words.isEmpty { parts.append(.words(String(words))) }
        rest = rest[words.endIndex...]
        guard let brace = rest.first else { break }
        guard brace == "{", let close = rest.firstIndex(of: "}") else { return nil }
        let inside = rest[rest.index(after: rest.startIndex)..<close]
        guard !inside.isEmpty, let path = JSONPath(String(inside)) else { return nil }
        parts.append(.value(path))
        rest = rest[rest.index(after: close)...]
      }
    } else if !text.isEmpty, let path = JSONPath(text) {
      parts = [.value(path)]
    }
    guard !parts.isEmpty else { return nil }
    self.text = text
    self.parts = parts
  }
}
