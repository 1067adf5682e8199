import Bytes
import Testing
import Watch

@testable import Desk
@testable import Service

@Suite("The rule of a source")
struct SourceRulesTests {
  @Test("says what the configuration says, part by part")
  func translation() throws {
    let fields = Configuration.SourceSettings.FieldSettings(
      list: try #require(JSONPath("l")), id: JSONTemplate("i"), title: JSONTemplate("t"),
      text: JSONTemplate("x"), link: JSONTemplate("k"), date: JSONPath("d"),
      updated: JSONPath("u"), author: JSONPath("a"), epoch: .seconds)
    let map = FieldMap(fields)
    #expect(
      [map.list, map.date, map.updated, map.author].map { $0?.text } == ["l", "d", "u", "a"])
    #expect([map.id, map.title, map.text, map.link].map { $0?.text } == ["i", "t", "x", "k"])
    #expect(map.epoch == .seconds)
    let page = PageRule(
      Configuration.SourceSettings.PageSettings(
        item: try #require(Selector("i")), title: Selector("t"), link: Selector("k"),
        date: Selector("d"), text: Selector("x"), datePattern: DatePattern("yyyy-M-d")))
    #expect(page.item.text == "i" && page.datePattern?.text == "yyyy-M-d")
    #expect(
      [page.title, page.link, page.date, page.text].map { $0?.text } == ["t", "k", "d", "x"])
  }
}
