import Bytes
import Testing
import Watch

@testable import Service

@Suite("What a source has shown")
struct SeenItemsTests {
  static let noon = PollScheduleTests.noon

  /// One item as a document gives it: an id by its guid, else by its link.
  private static func item(
    _ guid: String, title: String = "t", text: String = "x", link: String? = nil,
    published: Instant? = nil
  ) -> Item {
    Item(
      id: String(SHA256.hash(guid).hex.prefix(32)), published: published, firstSeen: nil,
      source: "s", language: "zh", text: text, title: title, link: link)
  }

  /// What is kept of each document in turn, the newest first in each, as `title#revision`.
  private static func kept(_ documents: [[Item]]) -> [[String]] {
    var seen = SeenItems()
    return documents.enumerated().map { number, items in
      let news = seen.news(in: items, at: noon + .minutes(number))
      seen = news.after
      return news.items.map { ($0.title ?? "") + ($0.revision.map { "#\($0)" } ?? "") }
    }
  }

  @Test("is taken once, the oldest of a document first")
  func once() {
    let one = (0..<3).map { Self.item("\($0)", title: "t\($0)") }
    #expect(
      Self.kept([one, one, one + [Self.item("9", title: "t9")]]) == [
        ["t2", "t1", "t0"], [], ["t9"],
      ])
  }

  @Test("is a revision where title or text changed, each with its number and what it was")
  func revisions() throws {
    var seen = SeenItems()
    seen = seen.news(in: [Self.item("a")], at: Self.noon).after
    let later = Self.item("a", published: Self.noon + .hours(1))
    #expect(seen.news(in: [later], at: Self.noon).items.isEmpty)
    var changes: [Item.Change?] = []
    for item in [
      Self.item("a", title: "T"), Self.item("a", title: "T", text: "X"),
      Self.item("a", title: "T2", text: "X2"),
    ] {
      let news = seen.news(in: [item], at: Self.noon)
      let revision = try #require(news.items.first)
      #expect(revision.id == item.id && revision.revision == changes.count + 1)
      changes.append(revision.changed)
      seen = news.after
    }
    #expect(changes == [.title, .text, .both])
  }

  @Test("is not changed by a document that ends in the middle of it")
  func cut() {
    let whole = [Self.item("b", text: "second"), Self.item("a", text: "first")]
    let seen = SeenItems().news(in: whole, at: Self.noon).after
    let cut = [Self.item("b", text: "other"), Self.item("a", text: "fir")]
    let news = seen.news(in: cut, at: Self.noon, isCut: true)
    #expect(news.items.map(\.text) == ["other"])
    #expect(news.after.news(in: [cut[0], whole[1]], at: Self.noon).items.isEmpty)
  }

  @Test("is kept no more where it changes with every look")
  func counter() {
    let kept = Self.kept((0..<60).map { [Self.item("a", text: "read by \($0)")] })
    #expect(kept.joined().count == 1 + SeenItems.mostRevisions)
  }

  @Test("stays known when its publisher moves to https, or to other guids with the same links")
  func renamed() {
    func items(_ scheme: String, _ range: Range<Int>) -> [Item] {
      range.reversed().map {
        Self.item(
          "\(scheme)/\($0)", title: "t\($0)", link: "\(scheme)://www.x.example/\($0)")
      }
    }
    let kept = Self.kept([
      items("http", 0..<10), items("https", 2..<12), items("https", 2..<12), items("http", 2..<12),
    ])
    #expect(kept.map(\.count) == [10, 2, 0, 0])
    #expect(kept[1] == ["t10", "t11"])
  }

  @Test("stays known when its publisher gives all other guids and links, but the same titles")
  func retitled() {
    func items(_ system: String) -> [Item] {
      (0..<6).map {
        Self.item("\(system)\($0)", title: "第\($0)号公告", link: "https://\(system).example/a\($0)")
      }
    }
    #expect(Self.kept([items("old"), items("new")]).map(\.count) == [6, 0])
  }

  @Test("is not mistaken for another where a fast feed has moved on, or titles repeat")
  func movedOn() {
    func items(_ range: Range<Int>, title: String? = nil) -> [Item] {
      range.map {
        Self.item("\($0)", title: title ?? "t\($0)", link: "https://x.example/\($0)")
      }
    }
    #expect(Self.kept([items(0..<10), items(20..<30)]).map(\.count) == [10, 10])
    let daily = Self.kept([items(0..<10, title: "天气预报"), items(20..<30, title: "天气预报")])
    #expect(daily.map(\.count) == [10, 10])
  }

  @Test("is the same under another guid if link and time of publication are the same")
  func headlineInGuid() {
    let filler = (0..<5).map { Self.item("f\($0)", title: "f\($0)") }
    func article(_ title: String, _ time: Instant?) -> Item {
      Self.item(
        "guid/" + title, title: title, link: "https://x.example/1", published: time)
    }
    let same = Self.kept([
      filler + [article("Fire", Self.noon)], filler + [article("Fire at plant", Self.noon)],
    ])
    #expect(same[1] == ["Fire at plant#1"])
    // A page that is used again, as by a list of warnings, is another matter.
    let other = Self.kept([
      filler + [article("Storm", Self.noon)], filler + [article("Flood", Self.noon + .hours(1))],
    ])
    #expect(other[1] == ["Flood"])
  }

  @Test("is another item where an old guid comes with another page, title and time")
  func reusedGuid() throws {
    let first = Self.item(
      "1", title: "a", link: "https://x.example/1", published: Self.noon)
    let second = Self.item(
      "1", title: "b", link: "https://x.example/2", published: Self.noon + .hours(1))
    var seen = SeenItems()
    seen = seen.news(in: [first], at: Self.noon).after
    let stale = seen
    var news = seen.news(in: [second], at: Self.noon)
    let taken = try #require(news.items.first)
    #expect(taken.revision == nil && taken.id != first.id)
    seen = news.after
    #expect(seen.news(in: [second], at: Self.noon).items.isEmpty)
    // Its changes belong to it, not to the first.
    var changed = second
    changed.text = "y"
    news = seen.news(in: [changed], at: Self.noon)
    #expect(news.items.map(\.id) == [taken.id] && news.items.map(\.revision) == [1])
    // After a crash the item log knows it already.
    var recovered = stale
    recovered.note(logged: taken, at: Self.noon)
    #expect(recovered.news(in: [second], at: Self.noon).items.isEmpty)
  }

  @Test("is known from the item log, with its revisions, where the file is behind")
  func logged() throws {
    var first = SeenItems().news(in: [Self.item("a")], at: Self.noon)
    let revised = first.after.news(in: [Self.item("a", text: "y")], at: Self.noon)
    var seen = SeenItems()
    for item in first.items + revised.items { seen.note(logged: item, at: Self.noon) }
    #expect(seen.news(in: [Self.item("a", text: "y")], at: Self.noon).items.isEmpty)
    let third = seen.news(in: [Self.item("a", text: "z")], at: Self.noon)
    #expect(third.items.map(\.revision) == [2])
    // A file that is ahead of the log is believed.
    first.after = revised.after
    for item in first.items { first.after.note(logged: item, at: Self.noon) }
    #expect(first.after.news(in: [Self.item("a", text: "y")], at: Self.noon).items.isEmpty)
  }

  @Test("is forgotten after two months of absence, and no sooner")
  func forgotten() {
    var seen = SeenItems()
    seen = seen.news(in: [Self.item("a"), Self.item("b")], at: Self.noon).after
    seen = seen.news(in: [Self.item("b")], at: Self.noon + .days(59)).after
    #expect(seen.entries.count == 2)
    seen = seen.news(in: [Self.item("b")], at: Self.noon + .days(61)).after
    #expect(seen.entries.keys.map(\.text) == [Self.item("b").id])
  }

  @Test("has keys that give the ids back, of whatever form")
  func keys() {
    let id = Self.item("a").id
    #expect(SeenItems.ItemKey(id).text == id)
    #expect(SeenItems.ItemKey("i1") != SeenItems.ItemKey("i2"))
    #expect(
      SeenItems.ItemKey("00000000000000000000000000000000").text
        == String(repeating: "0", count: 32))
    #expect(SeenItems.ItemKey(String(repeating: "x", count: 32)).text.count == 32)
  }
}
