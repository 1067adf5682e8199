/// The feeds that a web page names for whoever finds the page in place of one, as whole addresses.
///
/// Only the first part of a page is looked at, and a few are given: they are for a person to choose
/// from, and nobody follows them unasked.
package func feedLinks(inPage page: [UInt8], url: String) -> [String] {
  let base = WebAddress(url)
  let bytes = Array(page.prefix(pageLimit))
  let span = bytes.span
  var links: [String] = []
  var place = 0
  while links.count < mostLinks, let tag = span.firstIndex(of: "<link", from: place) {
    guard let end = span.firstIndex(of: ">", from: tag) else { break }
    let attributes = pageAttributes(String(decoding: bytes[(tag + 5)..<end], as: UTF8.self))
    if attributes["rel"]?.lowercased().split(separator: " ").contains("alternate") == true,
      let type = attributes["type"]?.lowercased(), feedTypes.contains(where: type.hasPrefix),
      let link = attributes["href"].flatMap({ webLink($0, base: base) }), WebAddress(link).isWeb,
      !links.contains(link)
    {
      links.append(link)
    }
    place = end
  }
  return links
}

private let pageLimit = 256 << 10
private let mostLinks = 3
private let feedTypes = ["application/rss+xml", "application/atom+xml", "application/feed+json"]

/// The attributes of a tag, their names in small letters.
private func pageAttributes(_ tag: String) -> [String: String] {
  var attributes: [String: String] = [:]
  var rest = tag[...]
  while true {
    rest = rest.drop { $0.isWhitespace || $0 == "/" }
    let name = rest.prefix { !$0.isWhitespace && $0 != "=" && $0 != "/" }
    guard !name.isEmpty else { return attributes }
    rest = rest.dropFirst(name.count).drop(while: \.isWhitespace)
    guard rest.first == "=" else { continue }
    rest = rest.dropFirst().drop(while: \.isWhitespace)
    let value: Substring
    if let quote = rest.first, quote == "\"" || quote == "'" {
      value = rest.dropFirst().prefix { $0 != quote }
      rest = rest.dropFirst(value.count + 2)
    } else {
      value = rest.prefix { !$0.isWhitespace }
      rest = rest.dropFirst(value.count)
    }
    attributes[name.lowercased()] = String(value).replacing("&amp;", with: "&")
  }
}
