// Foreign text is kept as it came, and made harmless where it leaves: each way out has its escape.

/// For HTML and XML, in text and in quoted attributes alike.
package func escapedHTML(_ text: String) -> String {
  var escaped = ""
  escaped.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "\"": escaped += "&quot;"
    case "'": escaped += "&#39;"
    // XML 1.0 has no way to write these, not even by number.
    case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{e}"..."\u{1f}", "\u{fffe}", "\u{ffff}":
      escaped += "\u{fffd}"
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}

/// For a terminal, a log for people, or a heading: what moves the cursor, hides or turns text
/// around is shown as `\u{202E}` instead of being done.
///
/// Line breaks and tabs are kept only where `keepsLines` says so.
package func terminalSafe(_ text: String, keepsLines: Bool = false) -> String {
  var safe = ""
  for scalar in text.unicodeScalars {
    if keepsLines, scalar == "\n" || scalar == "\t" {
      safe.unicodeScalars.append(scalar)
    } else if isTreacherous(scalar) {
      safe += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    } else {
      safe.unicodeScalars.append(scalar)
    }
  }
  return safe
}

/// C0, C1 and DEL; the marks that turn, isolate or join text (U+200B–200F, U+202A–202E,
/// U+2028–2029, U+2060–2069, U+FEFF); the tag characters.
private func isTreacherous(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7f..<0xa0, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x2069, 0xfeff,
    0xe0000...0xe007f:
    true
  default: false
  }
}

/// For Markdown, as a part of a line: what could begin markup gets a reverse solidus or becomes a
/// character reference, and line breaks become blanks, so that foreign text can neither start a
/// heading nor close a table's cell.
package func escapedMarkdown(_ text: String) -> String {
  var escaped = ""
  // `1.` and `1)` begin a numbered list, but only as the first thing in a block.
  var isOnlyDigits = true
  for (index, scalar) in text.unicodeScalars.enumerated() {
    defer { isOnlyDigits = isOnlyDigits && ("0"..."9").contains(scalar) }
    switch scalar {
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "&": escaped += "&amp;"
    case "\\", "`", "*", "_", "[", "]", "|", "~":
      escaped += "\\"
      escaped.unicodeScalars.append(scalar)
    // At the start of a block they begin a heading, a list or a rule.
    case "#", "+", "-", "=":
      if index == 0 { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
    case ".", ")":
      if index > 0, isOnlyDigits { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
    case "\n", "\r", "\t": escaped += " "
    default:
      if isTreacherous(scalar) {
        escaped += "\u{fffd}"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
  }
  return escaped
}

/// A link that may be shown as one: http or https, without blanks or control characters; else nil.
package func safeLink(_ text: String) -> String? {
  let lowered = text.prefix(8).lowercased()
  guard lowered.hasPrefix("http://") || lowered.hasPrefix("https://"), text.utf8.count <= 2048,
    text.unicodeScalars.allSatisfy({ $0.value > 0x20 && !isTreacherous($0) })
  else { return nil }
  return text
}

/// A text on one line, cut to so many characters; `…` says that something was cut.
package func shortened(_ text: String, to limit: Int) -> String {
  let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  return line.count <= limit ? line : line.prefix(max(0, limit - 1)) + "…"
}

/// These bytes as a text; nil if they are no UTF-8.
///
/// `String(validating:as:)` takes any sequence, and a fifth of the time in which a record is read.
package func validText(_ bytes: Span<UInt8>) -> String? {
  // What is wrong with them is nothing that anybody would be told.
  guard let text = try? UTF8Span(validating: bytes) else { return nil }
  return String(copying: text)
}
