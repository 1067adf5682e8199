import Bytes

// Atom 1.0 (RFC 4287), and the index of alerts that is made of it.
extension FeedPage {
  var atom: String { atomFeed(entries: posts.map(entry)) }

  /// An index whose entries hold the alerts themselves, so that one request is enough.
  var capIndex: String {
    atomFeed(
      entries: posts.map { post in
        """
        <entry>
        \(head(of: post))<content type="application/cap+xml">
        \(alerts.xml(post))</content>
        </entry>

        """
      })
  }

  private func atomFeed(entries: [String]) -> String {
    let base = feed.base.map { " xml:base=\"\(escaped($0))\"" } ?? ""
    let updated = posts.first.map { date($0.published) } ?? "1970-01-01T00:00:00Z"
    return """
      \(xmlDeclaration)<feed xmlns="http://www.w3.org/2005/Atom"\(base)>
      <id>\(feed.site)</id>
      <title>\(escaped(feed.title))</title>
      <subtitle>\(escaped(feed.about))</subtitle>
      <updated>\(updated)</updated>
      <author><name>\(escaped(feed.title))</name></author>
      <link rel="alternate" href="\(feed.site)"/>
      \(entries.joined())</feed>

      """
  }

  private func entry(_ post: Post) -> String {
    let content =
      feed.content == .text
      ? "<summary>\(escaped(post.text))</summary>"
      : "<content type=\"html\">\(escaped(html(post)))</content>"
    return "<entry>\n\(head(of: post))\(content)\n</entry>\n"
  }

  private func head(of post: Post) -> String {
    let link = escaped(feed.writtenLink(number: post.number, handle: post.author))
    let author = post.author.map { "<author><name>\(escaped($0))</name></author>\n" } ?? ""
    let host = feed.site.split(separator: "/").dropFirst().first ?? ""
    return """
      <id>tag:\(host),2026:\(post.number)</id>
      <title>\(escaped(post.title ?? ""))</title>
      <link rel="alternate" href="\(link)"/>
      <published>\(date(post.published))</published>
      <updated>\(date(post.published))</updated>
      \(author)
      """
  }

  private func date(_ instant: Instant) -> String {
    feed.language == "en" ? instant.iso8601 : FeedDates(zone: zone).rfc3339(instant)
  }
}
