import Bytes
import Testing

@testable import incident_sim

@Suite("A frame")
struct FrameTests {
  private static let words = """
    {
      road: "滨路 桂路 东路",
      "road@lanxi": "溪路",
      both: ["{road}到{road:2}"],
      mood: ["好(极了|)"],
    }
    """

  private func lexicon(_ text: String = words) throws -> Lexicon {
    var fields = try Fields(try JSONReader.read(text, as: .json5))
    return try Lexicon(try fields.members())
  }

  private func told(
    _ text: String, area: String = "", language: String = "zh", seed: UInt64 = 1, hour: Int = 6
  ) throws -> (title: String?, body: String) {
    let lexicon = try lexicon()
    let frame = try Frame(JSON.string(text), path: "frame", words: lexicon.names)
    var telling = Telling(
      lexicon: lexicon, area: area, language: language,
      time: CivilTime(year: 2026, month: 9, day: 27, hour: hour, minute: 22),
      dice: Dice(seed: seed, "test"), quoted: "原话")
    let title = frame.title.map { telling.text(of: $0) }
    return (title, telling.text(of: frame.body))
  }

  @Test("takes the same word in the same place, and another where it asks for another")
  func remembersWords() throws {
    for seed in 0..<50 {
      let body = try told("{road}、{road}、{road:2}", seed: UInt64(seed)).body
      let parts = body.split(separator: "、")
      #expect(parts.count == 3)
      #expect(parts[0] == parts[1])
      #expect(parts[0] != parts[2])
    }
  }

  @Test("takes the words of an area where the list has some")
  func knowsAreas() throws {
    #expect(try told("{road}", area: "lanxi").body == "溪路")
    #expect(try told("{road}", area: "elsewhere").body != "溪路")
  }

  @Test("chooses among alternatives, and says or leaves out what stands alone")
  func chooses() throws {
    let seen = Set(try (0..<60).map { try told("(甲|乙|)x(丙)", seed: UInt64($0)).body })
    #expect(seen == ["甲x", "乙x", "x", "甲x丙", "乙x丙", "x丙"])
  }

  @Test("counts in a range, and in steps")
  func counts() throws {
    let seen = Set(try (0..<200).map { try told("{3..5}/{100..200/50}", seed: UInt64($0)).body })
    #expect(seen.count == 9)
    #expect(seen.contains("3/100") && seen.contains("5/200"))
  }

  @Test("parts a title from its text, and frees what a reverse solidus precedes")
  func partsTitle() throws {
    let told = try told("题目 || 正文\\(a\\|b\\)")
    #expect(told.title == "题目")
    #expect(told.body == "正文(a|b)")
  }

  @Test(
    "says when it is told, in the language of the feed",
    arguments: [
      ("{clock}", "zh", "06:22"), ("{clock-30}", "zh", "05:52"), ("{clock+100}", "zh", "08:02"),
      ("{hour}", "zh", "早上6点多"), ("{date}", "zh", "9月27日"), ("{weekday}", "zh", "星期日"),
      ("{hour}", "en", "6 am"), ("{date}", "en", "27 September"), ("{weekday}", "en", "Sunday"),
      ("转：{quoted}", "zh", "转：原话"),
    ])
  func tellsTime(text: String, language: String, expected: String) throws {
    #expect(try told(text, language: language).body == expected)
  }

  @Test(
    "names each part of the day as people do",
    arguments: [
      (0, "凌晨0点多"), (4, "凌晨4点多"), (6, "早上6点多"), (11, "上午11点多"), (12, "中午12点多"),
      (13, "中午1点多"), (18, "傍晚6点多"), (23, "晚上11点多"),
    ])
  func partsOfDay(hour: Int, expected: String) throws {
    #expect(try told("{hour}", hour: hour).body == expected)
  }

  @Test(
    "is refused where its markup is wrong",
    arguments: [
      "{rod}", "{road", "road}", "(甲|乙", "甲|乙", "甲)", "{5..3}", "{a..b}", "{1..9/0}",
      "{road:0}", "{clock-x}", "a || b || c",
    ])
  func refuses(text: String) throws {
    let names = try lexicon().names
    #expect(throws: FieldFailure.self) {
      try Frame(JSON.string(text), path: "frame", words: names)
    }
  }

  @Test("is refused with the nearest name where it asks for a list that is not there")
  func namesNearest() throws {
    let names = try lexicon().names
    do {
      _ = try Frame(JSON.string("{raod}"), path: "frame", words: names)
      Issue.record("the frame was taken")
    } catch {
      #expect(error.message.en.contains("did you mean 'road'?"))
    }
  }

  @Test(
    "is told only in its hours, also over midnight",
    arguments: [("22-5", [22, 23, 0, 5], [6, 21]), ("9-9", [9], [8, 10])])
  func keepsHours(text: String, inside: [Int], outside: [Int]) throws {
    let hours = try #require(Frame.Hours(text))
    #expect(inside.allSatisfy(hours.contains))
    #expect(!outside.contains(where: hours.contains))
  }

  @Test("has no hours that no clock shows", arguments: ["22", "24-3", "a-b", "1-2-3", ""])
  func refusesHours(text: String) {
    #expect(Frame.Hours(text) == nil)
  }

  @Test(
    "can name no list that leads back to itself, bears a taken name or is empty",
    arguments: [
      #"{a: ["{b}"], b: ["x{a}"]}"#, #"{a: "x{a}"}"#, #"{clock: "x"}"#, #"{a: []}"#, #"{a: 3}"#,
      #"{a: "x", "b@lanxi": "y"}"#, #"{a: ["t || x"]}"#, #"{a: ["{quoted}"]}"#,
    ])
  func refusesLists(text: String) {
    #expect(throws: FieldFailure.self) { try lexicon(text) }
  }

  @Test("of a strand adds words to the county's, whose places stay")
  func extends() throws {
    let base = try lexicon()
    var fields = try Fields(try JSONReader.read(#"{own: "{road}旁"}"#, as: .json5))
    let extended = try Lexicon(try fields.members(), after: base)
    #expect(Array(extended.names.prefix(base.names.count)) == base.names)
    #expect(extended.names.last == "own")
    var clash = try Fields(try JSONReader.read(#"{road: "x"}"#, as: .json5))
    let members = try clash.members()
    #expect(throws: FieldFailure.self) { try Lexicon(members, after: base) }
  }
}

@Suite("Dice")
struct DiceTests {
  @Test("fall the same for one seed and purpose, and otherwise for another")
  func repeat_() {
    func falls(_ seed: UInt64, _ purpose: String) -> [Int] {
      var dice = Dice(seed: seed, purpose)
      return (0..<20).map { _ in dice.below(1000) }
    }
    #expect(falls(1, "a") == falls(1, "a"))
    #expect(falls(1, "a") != falls(2, "a"))
    #expect(falls(1, "a") != falls(1, "b"))
  }

  @Test("fall on every side about equally often")
  func even() {
    var dice = Dice(seed: 7, "even")
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<6000 { counts[dice.below(6)] += 1 }
    #expect(counts.allSatisfy { (850...1150).contains($0) })
  }

  @Test("give an order that holds each number once, and places by their weight")
  func ordersAndWeights() {
    var dice = Dice(seed: 7, "order")
    #expect(dice.order(40).sorted() == Array(0..<40))
    let places = (0..<4000).map { _ in dice.place(among: [1, 0, 3]) }
    #expect(!places.contains(1))
    #expect((850...1150).contains(places.count { $0 == 0 }))
  }
}
