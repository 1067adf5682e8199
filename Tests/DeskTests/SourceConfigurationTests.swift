import Bytes
import Testing

@testable import Desk

@Suite("A source of a configuration")
struct SourceConfigurationTests {
  static func sources(_ text: String) throws -> [Configuration.SourceSettings] {
    let start = try #require(SampleDesk.main.firstRange(of: "sources: ["))
    let head = SampleDesk.main[..<start.lowerBound]
    return try SampleDesk(main: head + "sources: [\n\(text)\n] }").configuration().sources
  }

  @Test("is a feed, an interface, a page or a folder, each with what it needs")
  func kinds() throws {
    let sources = try Self.sources(
      """
      { id: "a", url: "https://a.example/rss" },
      { id: "b", kind: "api", url: "https://b.example/list", fields: { list: "data.items", id: "id",
        title: "{place} {size}", text: "notes[].body", link: "https://b.example/{id}", date: "at",
        updated: "changed", author: "desk", epoch: "ms" } },
      { id: "c", kind: "page", url: "https://c.example/", page: { item: "ul > li", title: "h3",
        link: "a", date: ".d", text: "p", datePattern: "yyyy-MM-dd" } },
      { id: "d", kind: "folder", path: "drop/closed" },
      { id: "e", kind: "folder", path: "/srv/drop", fields: { title: "t" } },
      """)
    try #require(sources.count == 5)
    #expect(sources[0].kind == .feed)
    guard case .api(let fields) = sources[1].kind, case .page(let page) = sources[2].kind,
      case .folder(let inside, nil) = sources[3].kind,
      case .folder(let outside, let lines?) = sources[4].kind
    else {
      Issue.record("\(sources.map(\.kind))")
      return
    }
    #expect(fields.list.text == "data.items" && fields.id?.text == "id")
    #expect(fields.title?.text == "{place} {size}" && fields.text?.text == "notes[].body")
    #expect(fields.link?.text == "https://b.example/{id}")
    #expect(fields.date?.text == "at" && fields.updated?.text == "changed")
    #expect(fields.author?.text == "desk" && fields.epoch == .milliseconds)
    #expect(page.item.text == "ul > li" && page.title?.text == "h3" && page.link?.text == "a")
    #expect(page.date?.text == ".d" && page.text?.text == "p")
    #expect(page.datePattern?.text == "yyyy-MM-dd")
    #expect(inside.hasSuffix("/drop/closed") && inside.hasPrefix("/"))
    #expect(sources[3].url == "file://" + inside)
    #expect(outside == "/srv/drop" && lines.list == .whole && lines.title?.text == "t")
  }

  @Test(
    "is refused where it does not hold together, at its place",
    arguments: [
      (#"{ id: "a" }"#, ":7:1:", "'sources[0].url' is missing"),
      (#"{ id: "a", kind: "pag", url: "https://a.example/" }"#, ":7:18:", "did you mean 'page'?"),
      (
        #"{ id: "a", kind: "page", url: "https://a.example/" }"#, ":7:1:",
        "'sources[0].page' is missing"
      ),
      (
        #"{ id: "a", kind: "page", url: "https://a.example/", page: { item: "li:hover" } }"#,
        ":7:67:", "'sources[0].page.item' should be a selector"
      ),
      (
        #"{ id: "a", kind: "page", url: "https://a.example/", page: { itm: "li" } }"#, ":7:",
        "unknown key 'itm'"
      ),
      (
        #"{ id: "a", kind: "page", url: "https://a.example/", page: { item: "li", datePattern: "MM-dd" } }"#,
        ":7:", "with year, month and day"
      ),
      (
        #"{ id: "a", kind: "api", url: "https://a.example/", fields: { lst: "x", title: "t" } }"#,
        ":7:62:", "did you mean 'list'?"
      ),
      (
        #"{ id: "a", kind: "api", url: "https://a.example/", fields: { list: "a..b", title: "t" } }"#,
        ":7:", "should be a path"
      ),
      (
        #"{ id: "a", kind: "api", url: "https://a.example/", fields: { link: "https://x/{id", title: "t" } }"#,
        ":7:", "a text with {path} in it"
      ),
      (
        #"{ id: "a", kind: "api", url: "https://a.example/", fields: { list: "x" } }"#, ":7:",
        "'title' and 'text' cannot both be missing"
      ),
      (
        #"{ id: "a", kind: "api", url: "https://a.example/", fields: { title: "t", epoch: "m" } }"#,
        ":7:", "did you mean 'ms'?"
      ),
      (
        #"{ id: "a", kind: "folder", path: "x", url: "https://a.example/" }"#, ":7:44:",
        "'url' does not go with kind 'folder'"
      ),
      (
        #"{ id: "a", url: "https://a.example/", page: { item: "li" } }"#, ":7:",
        "'page' does not go with kind 'feed'"
      ),
      (#"{ id: "a", kind: "folder" }"#, ":7:1:", "'sources[0].path' is missing"),
      (#"{ id: "a", kind: "folder", path: "" }"#, ":7:34:", "the path of a folder"),
    ])
  func mistakes(source: String, place: String, message: String) throws {
    let failure = try #require(throws: ConfigurationFailure.self) { try Self.sources(source) }
    #expect(failure.explanation.en.contains("incident.json5" + place), "\(failure.explanation.en)")
    #expect(failure.explanation.en.contains(message), "\(failure.explanation.en)")
  }
}
