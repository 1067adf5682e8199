import Bytes

// RSS 2.0, with Dublin Core for those who write and the content module for those who use it.
extension FeedPage {
  var rss: String {
    var text = xmlDeclaration
    text += "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
    text += " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n<channel>\n"
    text += element("title", feed.title) + element("link", feed.site)
    text += element("description", feed.about)
    text += element("language", feed.language == "zh" ? "zh-cn" : feed.language)
    if let newest = posts.first { text += element("lastBuildDate", date(newest.published)) }
    text += element("ttl", String(max(1, feed.pollSeconds / 60)))
    for post in posts { text += item(post) }
    return text + "</channel>\n</rss>\n"
  }

  private func item(_ post: Post) -> String {
    var text = "<item>\n"
    text += element("title", post.title ?? shortened(post.text, to: 24))
    let link = feed.writtenLink(number: post.number, handle: post.author)
    text += element("link", link) + guid(post, link)
    if let author = post.author { text += element("dc:creator", author) }
    text += element("pubDate", date(post.published))
    if isDamaged(post, every: feed.damage?.unclosedEvery) { text += "<category>生活\n" }
    text += description(post)
    return text + "</item>\n"
  }

  private func description(_ post: Post) -> String {
    switch feed.content {
    case .text:
      var plain = wrapped(post.text)
      if isDamaged(post, every: feed.damage?.badByteEvery) {
        plain.unicodeScalars.append(Self.badByteMark)
      }
      return element("description", plain)
    case .html: return "<description><![CDATA[\(html(post))]]></description>\n"
    case .escaped: return element("description", html(post))
    case .encoded:
      return element("description", shortened(post.text, to: 60))
        + "<content:encoded><![CDATA[\(html(post))]]></content:encoded>\n"
    }
  }

  private func guid(_ post: Post, _ link: String) -> String {
    switch feed.guid {
    case .permalink: return "<guid isPermaLink=\"true\">\(escaped(link))</guid>\n"
    case .number: return "<guid isPermaLink=\"false\">\(post.number)</guid>\n"
    case .hour:
      let civil = zone.civil(post.published)
      let hour = civil.dateText.replacing("-", with: "") + padded(civil.hour, 2)
      return "<guid isPermaLink=\"false\">\(hour)</guid>\n"
    case .none: return ""
    }
  }

  private func date(_ instant: Instant) -> String {
    let dates = FeedDates(zone: zone)
    return switch feed.dates {
    case .rfc822: dates.rfc822(instant)
    case .zoneless: dates.zoneless(instant)
    case .chinese: dates.chinese(instant)
    }
  }

  private func isDamaged(_ post: Post, every: Int?) -> Bool {
    every.map { post.number % $0 == 0 } ?? false
  }

  private func element(_ name: String, _ text: String) -> String {
    "<\(name)>\(escaped(text))</\(name)>\n"
  }
}
