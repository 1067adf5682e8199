import Bytes
import Support
import Testing

@testable import incident_sim

/// A mistake in one file of the county, and words that its message must hold.
struct Mistake: Sendable, CustomTestStringConvertible {
  let file: String
  let old: String
  let new: String
  let words: [String]

  var testDescription: String { "\(file): \(new)" }

  init(_ file: String, _ old: String, _ new: String, _ words: String...) {
    (self.file, self.old, self.new, self.words) = (file, old, new, words)
  }
}

@Suite("A county")
struct CountyTests {
  @Test("is loaded with its feeds, its voices and its strands")
  func loads() throws {
    let county = try Lanchuan.county()
    #expect(county.name.zh == "澜川市应急新闻服务台")
    #expect((14...16).contains(county.feeds.count))
    #expect(county.strands.count > 25)
    #expect(county.to - county.from == .hours(48))
    #expect(county.feed(named: "forum")?.owner == "lanjiang-net")
    #expect(county.feed(named: "nobody") == nil)
    let formats = Set(county.feeds.map(\.format))
    #expect(formats == Set(Feed.Format.allCases))
    #expect(Set(county.feeds.map(\.encoding)) == Set(Feed.Encoding.allCases))
  }

  @Test("gives each feed people of its own, always the same")
  func peoples() throws {
    let again = try County(folder: Lanchuan.folder)
    for (feed, other) in zip(try Lanchuan.county().feeds, again.feeds) {
      #expect(feed.handles == other.handles)
      #expect(Set(feed.handles).count == feed.handles.count)
    }
  }

  @Test(
    "names the file and the line of a mistake",
    arguments: [
      Mistake("ordinary.json5", "{road}往{crossing}", "{raod}往{crossing}", "'road'", "raod"),
      Mistake("ordinary.json5", "{road}往{crossing}", "{road往(", "'{'"),
      Mistake("ordinary.json5", "perDay: 72", "perDay: -1", "perDay", "from 0"),
      Mistake("ordinary.json5", "shape: \"commute\"", "shape: \"comute\"", "'commute'"),
      Mistake("festival.json5", "voice: \"lanxi\"", "voice: \"lanxy\"", "'lanxi'"),
      Mistake("festival.json5", "reposts: 8", "repost: 8", "unknown key", "'reposts'"),
      Mistake("festival.json5", "\"26 06:30\", 0", "\"26 09:30\", 0", "follow one another"),
      Mistake("festival.json5", "at: \"26 09:05\"", "at: \"32 09:05\"", "a day and a time"),
      Mistake("festival.json5", "feed: \"daily\"", "feed: \"dayly\"", "'daily'"),
      Mistake("spam.json5", "frames: [", "frames: [], other: [", "holds no frame"),
      Mistake(
        "weather.json5", "follows: \"LCQX-0926-02\"", "follows: \"LCQX-0926-20\"", "LCQX-0926-02"),
      Mistake("weather.json5", "severity: \"Minor\"", "severity: \"Small\"", "one of", "Minor"),
      Mistake(
        "weather.json5", "feed: \"weather\", alert", "feed: \"forum\", alert", "carries no alerts"),
      Mistake(
        "explosion.json5", "feed: \"hood\", after: 9", "feed: \"hood\"", ".after' is missing"),
      Mistake("explosion.json5", "转发官方消息：{quoted}", "转发官方消息：", "{quoted}"),
      Mistake("county.json5", "month: \"2026-09\"", "month: \"2026-13\"", "2026-09"),
      Mistake("county.json5", "to: \"28 00:00\"", "to: \"25 00:00\"", "follow in time"),
      Mistake("county.json5", "[10, 4, 2,", "[10, 4,", "24 weights"),
      Mistake("county.json5", "forum: 25", "forun: 25", "'forum'"),
      Mistake("county.json5", "area: \"lanxi\"", "area: \"lanxy\"", "'lanxi'"),
      Mistake("feeds.json5", "format: \"json\"", "format: \"jason\"", "cap-atom"),
      Mistake("feeds.json5", "id: \"hood\"", "id: \"forum\"", "two feeds"),
      Mistake("feeds.json5", "crowd: \"ads\"", "crowd: \"add\"", "no crowd"),
      Mistake("feeds.json5", "people: 9,", "people: 4999,", "different handles"),
      Mistake("feeds.json5", "newest: 60", "newest: 0", "from 1 to 200"),
      Mistake("people.json5", "{spot}的{surname}{who}", "{spott}", "'spot'"),
      Mistake("words.json5", "\"road@lanxi\"", "\"raod@lanxi\"", "'road'"),
      Mistake("words.json5", "{3200..4800/100}", "{4800..3200/100}", "no range"),
    ])
  func namesMistakes(mistake: Mistake) throws {
    let (folder, line) = try Lanchuan.altered(mistake.file, mistake.old, with: mistake.new)
    do {
      _ = try County(folder: folder.root)
      Issue.record("the county was taken")
    } catch {
      guard case .mistake(let file, let found, let column, let message) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(file.hasSuffix("/" + mistake.file))
      #expect(found == line, "\(error)")
      #expect(column >= 1)
      for word in mistake.words { #expect(message.en.contains(word), "\(message.en)") }
      #expect(!message.zh.isEmpty && error.exitCode == .configuration)
      #expect(error.description.contains(":\(line):"))
    }
  }

  @Test("names the place where a file is no JSON5")
  func namesSyntax() throws {
    let (folder, line) = try Lanchuan.altered("spam.json5", "voice: \"ads\"", with: "voice \"ads\"")
    #expect {
      try County(folder: folder.root)
    } throws: { error in
      guard case .mistake(let file, let found, _, _)? = error as? CountyFailure else {
        return false
      }
      return file.hasSuffix("spam.json5") && found == line
    }
  }

  @Test("that is not there says so, and where it was looked for")
  func isMissing() throws {
    let folder = try TemporaryFolder()
    let expected = CountyFailure.unreadable(
      file: folder.path("words.json5"), reason: "No such file or directory")
    #expect(throws: expected) { try County(folder: folder.root) }
    #expect(expected.explanation.zh.contains("--county"))
  }

  @Test("has no member that nobody reads")
  func refusesStrangers() throws {
    let (folder, line) = try Lanchuan.altered("county.json5", "zone:", with: "zome: 1,\n  zone:")
    #expect {
      try County(folder: folder.root)
    } throws: { error in
      guard case .mistake(_, let found, _, let message)? = error as? CountyFailure else {
        return false
      }
      return found == line && message.en.contains("did you mean 'zone'")
    }
  }
}

@Suite("The calendar of a county")
struct CountyCalendarTests {
  @Test("reads days and times of its month in its zone")
  func reads() throws {
    let calendar = try #require(CountyCalendar(zone: "Asia/Shanghai", month: "2026-09"))
    #expect(calendar.instant("27 06:20")?.iso8601 == "2026-09-26T22:20:00Z")
    #expect(calendar.instant("27 06:22:10")?.iso8601 == "2026-09-26T22:22:10Z")
  }

  @Test(
    "reads nothing else",
    arguments: ["", "27", "31 06:20", "27 24:00", "27 06:20:", "27 6:20", "27T06:20", "27 06:20 "])
  func refuses(text: String) throws {
    let calendar = try #require(CountyCalendar(zone: "Asia/Shanghai", month: "2026-09"))
    #expect(calendar.instant(text) == nil)
  }

  @Test("is of a month and a zone that exist")
  func refusesMonths() {
    #expect(CountyCalendar(zone: "Asia/Lanchuan", month: "2026-09") == nil)
    #expect(CountyCalendar(zone: "Asia/Shanghai", month: "2026-13") == nil)
    #expect(CountyCalendar(zone: "Asia/Shanghai", month: "2026-9") == nil)
  }
}

@Suite("A volume")
struct VolumeTests {
  private func arrivals(_ volume: Volume, seed: UInt64 = 1) throws -> [Instant] {
    var dice = Dice(seed: seed, "volume")
    return volume.arrivals(
      from: try Lanchuan.at("26 00:00"), to: try Lanchuan.at("27 00:00"),
      zone: try Lanchuan.county().zone, dice: &dice)
  }

  @Test("of a day brings about as many posts, in the hours that weigh")
  func daily() throws {
    var weights = [Int](repeating: 0, count: 24)
    weights[9] = 3
    weights[20] = 1
    let zone = try Lanchuan.county().zone
    var hours: [Int: Int] = [:]
    var total = 0
    for seed in 0..<20 {
      for moment in try arrivals(.daily(perDay: 80, weights: weights), seed: UInt64(seed)) {
        hours[zone.civil(moment).hour, default: 0] += 1
        total += 1
      }
    }
    #expect(Set(hours.keys) == [9, 20])
    #expect((1450...1750).contains(total), "\(total) instead of 1600")
    #expect((hours[9] ?? 0) > 2 * (hours[20] ?? 0))
  }

  @Test("of a curve follows straight lines and is nothing outside")
  func curve() throws {
    let points = [
      Volume.Point(at: try Lanchuan.at("26 08:00"), perHour: 0),
      Volume.Point(at: try Lanchuan.at("26 09:00"), perHour: 120),
      Volume.Point(at: try Lanchuan.at("26 10:00"), perHour: 0),
    ]
    let (nine, ten) = (points[1].at, points[2].at)
    var total = 0
    var near = 0
    for seed in 0..<20 {
      let moments = try arrivals(.curve(points), seed: UInt64(seed))
      #expect(moments == moments.sorted())
      #expect(moments.allSatisfy { $0 >= points[0].at && $0 < ten })
      total += moments.count
      near += moments.count { $0 >= nine - .minutes(30) && $0 < nine + .minutes(30) }
    }
    #expect((2200...2600).contains(total), "\(total) instead of 2400")
    #expect((70...80).contains(near * 100 / total), "\(near) of \(total) in the middle hour")
  }
}
