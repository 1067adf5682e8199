import Bytes

/// A text with slots, as `{hotline}`: the first line is the title, the rest the body.
///
/// The slots are filled in one pass and what fills them is never looked at again, so that a value
/// cannot bring slots of its own. A brace that does not enclose a plain word is only a brace.
package struct Template: Hashable, Sendable {
  private enum Piece: Hashable, Sendable {
    case text(String)
    case slot(String)
  }

  private let title: [Piece]
  private let body: [Piece]

  /// Nil for a text without a title or without a body.
  package init?(_ text: String) {
    let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard lines.count == 2 else { return nil }
    let (title, body) = (String(lines[0]).trimmed, String(lines[1]).trimmed)
    guard !title.isEmpty, !body.isEmpty else { return nil }
    self.title = Self.pieces(of: title)
    self.body = Self.pieces(of: body)
  }

  /// The slots that it names.
  package var slots: Set<String> {
    Set(
      (title + body).compactMap { piece in
        if case .slot(let name) = piece { name } else { nil }
      })
  }

  /// The text with its slots filled; a slot without a value becomes nothing, and a line that holds
  /// nothing but such slots is left out.
  package func filled(with values: [String: String]) -> ReleaseContent.Text {
    let lines = Self.lines(of: body).filter { line in
      let named = line.compactMap { piece in
        if case .slot(let name) = piece { name } else { nil }
      }
      return named.isEmpty || named.contains { !(values[$0] ?? "").isEmpty }
    }
    return ReleaseContent.Text(
      title: Self.text(of: title, values),
      body: lines.map { Self.text(of: $0, values) }.joined(separator: "\n").trimmed)
  }

  private static func text(of pieces: [Piece], _ values: [String: String]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .slot(let name): values[name] ?? ""
      }
    }.joined()
  }

  private static func lines(of pieces: [Piece]) -> [[Piece]] {
    var lines: [[Piece]] = [[]]
    for piece in pieces {
      guard case .text(let text) = piece else {
        lines[lines.count - 1].append(piece)
        continue
      }
      for (index, part) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        if index > 0 { lines.append([]) }
        if !part.isEmpty { lines[lines.count - 1].append(.text(String(part))) }
      }
    }
    return lines
  }

  private static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var plain = ""
    var rest = text[...]
    while let character = rest.first {
      let inside = rest.dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
      let after = rest.dropFirst(1 + inside.count)
      if character == "{", let first = inside.first, first.isLetter, after.first == "}" {
        if !plain.isEmpty { pieces.append(.text(plain)) }
        plain = ""
        pieces.append(.slot(String(inside)))
        rest = after.dropFirst()
      } else {
        plain.append(character)
        rest.removeFirst()
      }
    }
    if !plain.isEmpty { pieces.append(.text(plain)) }
    return pieces
  }
}
