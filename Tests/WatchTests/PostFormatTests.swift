import Bytes
import Foundation
import Testing
import Watch

@Suite("Reading posts of persons")
struct PostFormatTests {
  static let mastodon = #"""
    [
      {"id":"11","uri":"https://social.example/users/river_bob/statuses/11",
       "url":"https://social.example/@river_bob/11","created_at":"2026-11-22T05:05:00.000Z",
       "edited_at":"2026-11-22T05:30:00.000Z","visibility":"public","language":"en",
       "spoiler_text":"Flood","content":"<p>Water at the <b>bridge</b> &amp; rising</p><p>says River Bob</p>",
       "reblog":null,"tags":[{"name":"flood","url":"https://social.example/tags/flood"}],
       "media_attachments":[{"type":"image","url":"https://social.example/m/1.jpg","description":"A bridge under water"},
         {"type":"video","url":"https://social.example/m/2.mp4","description":null}],
       "account":{"id":"7","acct":"river_bob","username":"river_bob","display_name":"River Bob","url":"https://social.example/@river_bob"}},
      {"id":"12","uri":"https://social.example/users/mia/statuses/12/activity","url":null,
       "created_at":"2026-11-22T06:00:00.000Z","visibility":"public","content":"<p>Water…</p>",
       "account":{"acct":"mia_lane","display_name":"","url":"https://social.example/@mia_lane"},
       "reblog":{"uri":"https://far.example/objects/9","url":"https://far.example/notice/9",
         "created_at":"2026-11-21T23:00:00Z","visibility":"unlisted","content":"<p>Road closed, tells dana_west</p>",
         "account":{"acct":"dana_west@far.example","display_name":" ","url":"https://far.example/dana_west"}}},
      {"id":"13","uri":"x","created_at":"2026-11-22T06:00:00.000Z","visibility":"private",
       "content":"<p>for friends</p>","account":{"acct":"mia_lane"}}
    ]
    """#

  static let bluesky = #"""
    {"feed":[
      {"post":{"uri":"at://did:plc:abc/app.bsky.feed.post/3kx","cid":"b",
        "author":{"did":"did:plc:abc","handle":"river-bob.example","displayName":"River Bob"},
        "record":{"$type":"app.bsky.feed.post","text":"Water at the bridge\nrising, River Bob","createdAt":"2026-11-22T05:05:00.000Z","langs":["en","de"],"tags":["flood"]},
        "embed":{"$type":"app.bsky.embed.images#view","images":[{"alt":"A bridge under water","fullsize":"https://cdn.example/f.jpg","thumb":"https://cdn.example/t.jpg"}]},
        "indexedAt":"2026-11-22T05:05:02.000Z"},
       "reason":{"$type":"app.bsky.feed.defs#reasonRepost","by":{"handle":"mia.example"}}},
      {"post":{"uri":"at://did:plc:xyz/app.bsky.feed.post/3ky",
        "author":{"did":"did:plc:xyz","handle":"handle.invalid"},
        "record":{"text":""},"embed":{"external":{"uri":"https://n.example/1","title":"Road closed","description":"Until noon"}},
        "indexedAt":"2026-11-22T06:00:00.000Z"}}],
     "cursor":"c"}
    """#

  static let discourse = #"""
    {"users":[{"id":4,"username":"river_bob","name":"River Bob"},{"id":5,"username":"mia_lane"}],
     "topic_list":{"topics":[
      {"id":31,"slug":"water-at-the-bridge","title":"Water at the bridge","excerpt":"It <b>rises</b>&hellip; writes River Bob",
       "created_at":"2026-11-22T05:05:00.000Z","last_posted_at":"2026-11-22T05:40:00.000Z",
       "image_url":"/uploads/1.jpg","tags":["flood",{"name":"bridge"}],"last_poster_username":"mia_lane",
       "posters":[{"user_id":4,"description":"楼主"},{"user_id":5}]},
      {"id":32,"slug":"","title":"Hidden one","visible":false,"posters":[]}]}}
    """#

  static let reddit = #"""
    {"kind":"Listing","data":{"after":"t3_y","children":[
      {"kind":"t3","data":{"name":"t3_x1","title":"Water at the bridge &amp; rising","selftext":"Seen by u/river_bob\n\nat &lt;noon&gt;",
       "permalink":"/r/rivers/comments/x1/water_at_the_bridge/","author":"river_bob","created_utc":1795323900.0,"edited":1795325400.0,
       "link_flair_text":"Flood","post_hint":"image","url":"https://i.example/1.jpg"}},
      {"kind":"t3","data":{"name":"t3_x2","title":"Gone","selftext":"[removed]","permalink":"/r/rivers/comments/x2/gone/","author":"[deleted]","created_utc":1795323900,"edited":false}},
      {"kind":"t1","data":{"name":"t1_c","body":"a comment"}}]}}
    """#

  @Test("takes a status of Mastodon, its warning as title, its pictures' descriptions as text")
  func statuses() throws {
    let feed = try FeedSamples.read(Self.mastodon)
    #expect(feed.format == "Mastodon statuses")
    try #require(feed.entries.count == 2)
    let first = feed.entries[0]
    #expect(first.guid == "https://social.example/users/river_bob/statuses/11")
    #expect(first.link == "https://social.example/@river_bob/11")
    #expect(first.title == "Flood")
    #expect(first.text == "Water at the bridge & rising\nsays River Bob\nA bridge under water")
    #expect(first.published == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(first.updated == Instant(iso8601: "2026-11-22T05:30:00Z"))
    #expect(first.language == "en" && first.categories == ["flood"])
    #expect(first.images == ["https://social.example/m/1.jpg"])
    #expect(first.authors.first?.name == "river_bob")
  }

  @Test("takes what was passed on as the original, by who wrote that, and when")
  func reblog() throws {
    let entry = try #require(try FeedSamples.read(Self.mastodon).entries.last)
    #expect(entry.guid == "https://far.example/objects/9")
    #expect(entry.link == "https://far.example/notice/9")
    #expect(entry.text == "Road closed, tells dana_west")
    #expect(entry.published == Instant(iso8601: "2026-11-21T23:00:00Z"))
    #expect(entry.authors.first?.name == "dana_west@far.example")
  }

  @Test("takes no status that was meant for few")
  func followersOnly() throws {
    for visibility in ["private", "direct"] {
      let text = Self.mastodon.replacingOccurrences(
        of: #""visibility":"unlisted""#, with: #""visibility":"\#(visibility)""#)
      #expect(try FeedSamples.read(text).entries.count == 1)
    }
  }

  @Test("takes an empty timeline as one, and a list of something else not")
  func empty() throws {
    #expect(try FeedSamples.read("[]").entries.isEmpty)
    #expect(try FeedSamples.read(#"{"feed":[]}"#).entries.isEmpty)
    #expect(try FeedSamples.read(#"{"kind":"Listing","data":{"children":[]}}"#).entries.isEmpty)
    for other in [
      #"[{"content":"x"}]"#, #"{"posts":[],"error":"no"}"#, #"{"feed":[{"post":1}]}"#,
      #"{"kind":"Listing","data":{"children":[{"kind":"t1","data":{}}]}}"#, "[[]]",
    ] {
      #expect(throws: FeedFailure.self) { try FeedSamples.read(other) }
    }
  }

  @Test("takes a post of Bluesky with the page that people see of it")
  func posts() throws {
    let feed = try FeedSamples.read(Self.bluesky)
    #expect(feed.format == "Bluesky posts")
    try #require(feed.entries.count == 2)
    let first = feed.entries[0]
    #expect(first.guid == "at://did:plc:abc/app.bsky.feed.post/3kx")
    #expect(first.link == "https://bsky.app/profile/river-bob.example/post/3kx")
    #expect(first.text == "Water at the bridge\nrising, River Bob\nA bridge under water")
    #expect(first.title == nil)
    #expect(first.published == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(first.language == "en" && first.categories == ["flood"])
    #expect(first.images == ["https://cdn.example/f.jpg"])
    let second = feed.entries[1]
    #expect(second.link == "https://bsky.app/profile/did:plc:xyz/post/3ky")
    #expect(second.text == "Road closed\nUntil noon")
    #expect(second.published == Instant(iso8601: "2026-11-22T06:00:00Z"))
  }

  @Test("takes what a search of Bluesky found")
  func search() throws {
    let post = #"""
      {"uri":"at://did:plc:abc/app.bsky.feed.post/3kz","author":{"handle":"lee.example"},
       "record":{"text":"Water","createdAt":"2026-11-22T05:05:00Z"}}
      """#
    let feed = try FeedSamples.read(#"{"posts":[\#(post)],"hitsTotal":1}"#)
    #expect(feed.entries.map(\.link) == ["https://bsky.app/profile/lee.example/post/3kz"])
  }

  @Test("takes a topic of Discourse, and sees its link from where the forum begins")
  func topics() throws {
    let feed = try FeedSamples.read(Self.discourse)
    #expect(feed.format == "Discourse topics")
    try #require(feed.entries.count == 1)
    let topic = feed.entries[0]
    #expect(topic.guid == "31")
    #expect(topic.title == "Water at the bridge")
    #expect(topic.text == "It rises… writes River Bob")
    #expect(topic.published == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(topic.updated == Instant(iso8601: "2026-11-22T05:40:00Z"))
    #expect(topic.categories == ["flood", "bridge"])
    #expect(topic.authors.first?.name == "river_bob")
    for (address, link) in [
      ("https://f.example/latest.json", "https://f.example/t/water-at-the-bridge/31"),
      (
        "https://f.example/c/news/5/l/latest.json?x=1", "https://f.example/t/water-at-the-bridge/31"
      ),
      (
        "https://f.example/forum/latest.json", "https://f.example/forum/t/water-at-the-bridge/31"
      ),
    ] {
      let seen = try FeedSamples.read(Array(Self.discourse.utf8), url: address)
      #expect(seen.entries.first?.link == link)
      #expect(seen.entries.first?.images == ["https://f.example/uploads/1.jpg"])
    }
  }

  @Test("takes a post of Reddit, and neither comments nor what was taken away")
  func listing() throws {
    let feed = try FeedSamples.read(Self.reddit)
    #expect(feed.format == "Reddit listing")
    try #require(feed.entries.count == 2)
    let first = feed.entries[0]
    #expect(first.guid == "t3_x1")
    #expect(first.link == "https://www.reddit.com/r/rivers/comments/x1/water_at_the_bridge/")
    #expect(first.title == "Water at the bridge & rising")
    #expect(first.text == "Seen by u/river_bob\nat <noon>")
    #expect(first.published == Instant(seconds: 1_795_323_900))
    #expect(first.updated == Instant(seconds: 1_795_325_400))
    #expect(first.images == ["https://i.example/1.jpg"])
    #expect(first.authors.first?.name == "river_bob")
    #expect(feed.entries[1].text == nil && feed.entries[1].updated == nil)
    #expect(feed.entries[1].authors.isEmpty)
  }

  static let handles: [(String, [String])] = [
    (mastodon, ["river_bob", "River Bob", "dana_west"]), (bluesky, ["river-bob", "River Bob"]),
    (discourse, ["river_bob", "River Bob"]), (reddit, ["river_bob"]),
  ]

  @Test(
    "leaves no account and no name in the words, whatever the source is marked as",
    arguments: handles)
  func pseudonyms(text: String, names: [String]) throws {
    for tier in [Item.Tier.official, .listed, .other] {
      let line = try FeedAuthorTests.line(
        text, of: SourceProfile(id: "posts", tier: tier), withoutLink: true)
      for name in names { #expect(!line.contains(name), "\(line)") }
      #expect(line.contains("\"author\":\"p4f2\""))
    }
  }

  @Test("gives links that show that they bear a handle, where they do")
  func links() throws {
    let links = try [Self.mastodon, Self.bluesky].flatMap {
      try FeedSamples.read($0).entries.compactMap(\.link)
    }
    for link in links where !link.hasPrefix("https://far.example/notice/") {
      #expect(bearsHandle(link: link), "\(link)")
    }
    #expect(links.count == 4)
  }

  @Test("survives a text that is cut or changed at a byte, and gives one answer")
  func damage() {
    for text in [Self.mastodon, Self.bluesky, Self.discourse, Self.reddit] {
      let bytes = Array(text.utf8)
      for end in stride(from: 0, to: bytes.count, by: 41) {
        var changed = bytes
        changed[end] ^= 0x1f
        for damaged in [Array(bytes[..<end]), changed] {
          let first = try? FeedSamples.read(damaged)
          #expect(first == (try? FeedSamples.read(damaged)))
        }
      }
    }
  }
}
