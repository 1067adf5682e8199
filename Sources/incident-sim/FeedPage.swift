import Bytes

/// What a feed serves at one moment: the posts that it lists, in its own form and encoding.
struct FeedPage {
  let feed: Feed
  /// The newest first.
  let posts: [Post]
  let zone: DeskZone
  let alerts: AlertWriter

  /// A scalar that no text holds; it stands for the byte that breaks a damaged feed.
  static let badByteMark: Unicode.Scalar = "\u{e000}"

  var bytes: [UInt8] {
    switch feed.format {
    case .rss: damaged(encoded(rss))
    case .atom: encoded(atom)
    case .json: json
    case .capIndex: encoded(capIndex)
    case .cap: encoded(xmlDeclaration + (posts.first.map(alerts.xml) ?? ""))
    }
  }

  var xmlDeclaration: String { "<?xml version=\"1.0\" encoding=\"\(feed.declared)\"?>\n" }

  /// For XML; a damaged feed does not know of `&amp;`.
  func escaped(_ text: String) -> String {
    let escaped = escapedHTML(text)
    return feed.isWellFormed ? escaped : escaped.replacing("&amp;", with: "&")
  }

  /// The text of a post as HTML, with what somebody may have hung into it.
  func html(_ post: Post) -> String {
    let paragraphs = post.text.split(separator: "\n").map { "<p>\(escapedHTML(String($0)))</p>" }
    var html = paragraphs.joined(separator: "\n")
    if let graft = feed.graft, graft.from <= post.published, post.published < graft.to,
      post.number % graft.every == 0
    {
      html += "\n" + graft.html
    }
    return html
  }

  /// The text in lines of so many characters, broken wherever they end, as old systems do.
  func wrapped(_ text: String) -> String {
    guard feed.wrap > 0 else { return text }
    var lines: [Substring] = []
    var rest = text[...]
    while !rest.isEmpty {
      lines.append(rest.prefix(feed.wrap))
      rest = rest.dropFirst(feed.wrap)
    }
    return lines.joined(separator: "\n")
  }

  private func encoded(_ text: String) -> [UInt8] {
    switch feed.encoding {
    case .utf8: (feed.hasByteOrderMark ? [0xef, 0xbb, 0xbf] : []) + Array(text.utf8)
    case .gb18030: gb18030(text)
    case .utf16:
      [0xff, 0xfe] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }
  }

  private func damaged(_ bytes: [UInt8]) -> [UInt8] {
    guard let damage = feed.damage else { return bytes }
    let mark = Array(String(Self.badByteMark).utf8)
    var broken: [UInt8] = []
    var place = 0
    while place < bytes.count {
      if bytes[place...].starts(with: mark) {
        broken.append(0xff)
        place += mark.count
      } else {
        broken.append(bytes[place])
        place += 1
      }
    }
    return broken.dropLast(damage.cutTail)
  }
}
