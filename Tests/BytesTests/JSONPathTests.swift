import Bytes
import Testing

@Suite("The way through a JSON value")
struct JSONPathTests {
  static let value =
    #"{"a":{"b":[{"c":1},{"c":2},{"d":3}],"n":null},"o":{"x":{"c":7},"y":{"c":8}},"é":[[5,6]]}"#

  @Test(
    "leads to values in the order of the text",
    arguments: [
      ("a.b[].c", [1, 2]), ("a.b[1].c", [2]), ("o[].c", [7, 8]), ("é[0][1]", [6]),
      ("é[][]", [5, 6]),
      ("a.b[0].c", [1]),
    ])
  func values(path: String, found: [Int64]) throws {
    let json = try JSONReader.read(Self.value)
    #expect(try #require(JSONPath(path)).values(in: json).map(\.integer) == found)
  }

  @Test(
    "leads nowhere where something on it is missing, but not through an empty list",
    arguments: [
      "a.x", "a.b[9]", "a.b[].x", "q", "a.b.c", "a[0]",
    ])
  func nowhere(path: String) throws {
    let json = try JSONReader.read(Self.value)
    #expect(try #require(JSONPath(path)).list(in: json) == nil)
    #expect(try #require(JSONPath("l[].x")).list(in: JSONReader.read(#"{"l":[]}"#)) == [])
  }

  @Test("is nothing but the value itself where it is empty, and gives at most so many")
  func ends() throws {
    let json = try JSONReader.read(Self.value)
    #expect(try #require(JSONPath("")).values(in: json) == [json])
    #expect(try #require(JSONPath("a.b[]")).values(in: json, limit: 2).count == 2)
    #expect(try #require(JSONPath("a.n")).value(in: json) == nil)
  }

  @Test(
    "is not read from what is none",
    arguments: [
      ".a", "a.", "a..b", "a[", "a]", "a[x]", "a[-1]", "a[0]b", "a.[0]", "[0].", "a[]x",
      String(repeating: "a.", count: 33) + "a",
    ])
  func strangers(text: String) {
    #expect(JSONPath(text) == nil)
  }

  @Test("stands in braces in a template, or alone")
  func templates() {
    #expect(JSONTemplate("a.b")?.parts.count == 1)
    #expect(JSONTemplate("x {a.b} y {c}")?.parts.count == 4)
    for text in ["", "{", "{}", "a}", "{a", "{a.}", "{{a}}", "a..b"] {
      #expect(JSONTemplate(text) == nil, "\(text)")
    }
  }
}

@Suite("A pattern for dates")
struct DatePatternTests {
  static func time(_ pattern: String, _ text: String) throws -> CivilTime? {
    try #require(DatePattern(pattern)).first(in: Array(text.utf8))
  }

  @Test(
    "finds the first such date of a text",
    arguments: [
      ("yyyy-MM-dd", "第2026-13-01号 2026-06-01 起", CivilTime(year: 2026, month: 6, day: 1)),
      (
        "yyyy年M月d日 HH:mm", "于2026年6月1日08:05",
        CivilTime(year: 2026, month: 6, day: 1, hour: 8, minute: 5)
      ),
      ("[M/d/yy]", "[6/21/26]", CivilTime(year: 2026, month: 6, day: 21)),
      ("yyyyMMdd", "t20260601_1", CivilTime(year: 2026, month: 6, day: 1)),
      (
        "dd.MM.yyyy HH:mm:ss", "01.06.2026   23:59:58",
        CivilTime(year: 2026, month: 6, day: 1, hour: 23, minute: 59, second: 58)
      ),
    ])
  func finds(pattern: String, text: String, time: CivilTime) throws {
    #expect(try Self.time(pattern, text) == time)
  }

  @Test(
    "does not find what is a part of a longer number, or no day",
    arguments: [
      ("yyyyMMdd", "120260601"), ("yyyyMMdd", "202606012"), ("yyyy-MM-dd", "2026-02-30"),
      ("yyyy-MM-dd", "2026-6-1"), ("yyyy-M-d", ""), ("yyyy-M-d", "0000-1-1"),
      ("yyyy-M-d H:m", "2026-1-1 24:00"),
    ])
  func misses(pattern: String, text: String) throws {
    #expect(try Self.time(pattern, text) == nil)
  }

  @Test(
    "has a year, a month and a day, each once",
    arguments: [
      "", "MM-dd", "yyyy-MM", "yyy-MM-dd", "yyyy-MM-dd MM", "yyyy-MM-dd mm", "yyyy-MM-dd HH ss",
      "yyyy-MMM-dd",
    ])
  func strangers(text: String) {
    #expect(DatePattern(text) == nil)
  }
}
