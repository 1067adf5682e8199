import Bytes

// JSON Feed 1.1.
extension FeedPage {
  var json: [UInt8] {
    JSONWriter.object { writer in
      writer.member("version", "https://jsonfeed.org/version/1.1")
      writer.member("title", feed.title)
      writer.member("home_page_url", feed.site)
      writer.member("description", feed.about)
      writer.member("language", feed.language == "zh" ? "zh-CN" : feed.language)
      writer.memberArray("items") { items in
        for post in posts { items.object { item(post, &$0) } }
      }
    }
  }

  private func item(_ post: Post, _ writer: inout JSONWriter) {
    writer.member("id", String(post.number))
    writer.member("url", post.link)
    writer.member(ifPresent: "title", post.title)
    if feed.content == .text {
      writer.member("content_text", wrapped(post.text))
    } else {
      writer.member("content_html", html(post))
    }
    writer.member("date_published", FeedDates(zone: zone).rfc3339(post.published))
    if let author = post.author {
      writer.memberArray("authors") { authors in authors.object { $0.member("name", author) } }
    }
  }
}
