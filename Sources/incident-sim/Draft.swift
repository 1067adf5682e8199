import Bytes

/// What somebody is about to post, before a feed gives it a number and a title.
struct Draft {
  let published: Instant
  let feed: Int
  let title: String?
  let body: String
  let kind: String
  let label: String?
  let isCopy: Bool
  let alert: Alert?

  /// Title and text in one, as a feed without titles shows it.
  var whole: String {
    guard let title else { return body }
    guard !body.isEmpty else { return title }
    let ends = title.last.map { "？！。…?!.".contains($0) } ?? true
    let isEnglish = title.utf8.allSatisfy { $0 < 0x80 }
    if isEnglish { return ends ? "\(title) \(body)" : "\(title). \(body)" }
    return ends ? title + body : "\(title)，\(body)"
  }
}
