import Bytes
import Testing
import Watch

@testable import incident_sim

@Suite("The recorded stream")
struct StreamTests {
  @Test("is the same to the last byte for the same seed")
  func repeats() throws {
    let county = try County(folder: Lanchuan.folder)
    let again = county.stream(seed: 1)
    #expect(again == (try Lanchuan.stream()))
    let lines = GenerateCommand.lines(of: again.prefix(400), in: county)
    let known = GenerateCommand.lines(
      of: try Lanchuan.stream().prefix(400), in: try Lanchuan.county())
    #expect(lines == known)
  }

  @Test("tells the same story in other words and at other times for another seed")
  func varies() throws {
    let first = try Lanchuan.stream()
    let second = try Lanchuan.stream(seed: 2)
    #expect(Set(first.map(\.published)) != Set(second.map(\.published)))
    let texts = Set(first.map(\.text))
    let shared = second.count { texts.contains($0.text) }
    #expect(shared < second.count / 5)
    #expect(Set(first.map(\.kind)) == Set(second.map(\.kind)))
    for kind in Set(first.compactMap(\.label)) {
      let (left, right) = (
        first.count { $0.label == kind }, second.count { $0.label == kind }
      )
      #expect(abs(left - right) < max(left, right) / 4, "\(kind): \(left) and \(right)")
    }
  }

  @Test("holds between 3,500 and 4,500 posts of two days", arguments: [1, 2, 3])
  func counts(seed: UInt64) throws {
    let county = try Lanchuan.county()
    let posts = try Lanchuan.stream(seed: seed)
    #expect((3500...4500).contains(posts.count), "\(posts.count)")
    #expect(posts.allSatisfy { $0.published >= county.from && $0.published < county.to })
    #expect(Set(posts.map(\.id)).count == posts.count)
  }

  @Test("comes in the order in which a desk would have met it")
  func isOrdered() throws {
    let posts = try Lanchuan.stream()
    for (earlier, later) in zip(posts, posts.dropFirst()) {
      #expect(earlier.firstSeen <= later.firstSeen)
    }
    for post in posts { #expect(post.firstSeen > post.published) }
  }

  @Test("is read back as the items that it was")
  func isItems() throws {
    let county = try Lanchuan.county()
    let posts = try Lanchuan.stream().filter { $0.number % 3 == 0 }
    let bytes = GenerateCommand.lines(of: posts, in: county)
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    #expect(lines.count == posts.count)
    for (line, post) in zip(lines, posts) {
      let item = try Item(line: Array(line))
      #expect(item == post.item(of: county.feeds[post.feed]))
      #expect(item.author?.contains(post.author ?? "?") != true, "a handle in the open")
    }
  }

  @Test("has a night and a day in what is ordinary")
  func hasRhythm() throws {
    let county = try Lanchuan.county()
    let ordinary = try Lanchuan.stream().filter { $0.kind.hasPrefix("ordinary") }
    var hours = [Int](repeating: 0, count: 24)
    for post in ordinary { hours[county.zone.civil(post.published).hour] += 1 }
    let night = hours[1..<5].reduce(0, +)
    #expect(night > 0)
    #expect(night * 50 < ordinary.count, "\(night) of \(ordinary.count) from 01:00 to 05:00")
    #expect(hours[20] > hours[6] && hours[9] > hours[6])
    #expect(hours[18..<21].reduce(0, +) > hours[14..<17].reduce(0, +))
    let kinds = Set(ordinary.map(\.kind))
    #expect(kinds.count >= 20)
  }

  @Test("speaks with many voices and seldom says a thing twice")
  func isVaried() throws {
    let posts = try Lanchuan.stream()
    let own = posts.filter { !$0.isCopy && $0.kind != "spam" }
    let texts = Set(own.map { ($0.title ?? "") + $0.text })
    #expect(texts.count * 100 > own.count * 95, "\(texts.count) of \(own.count)")
    let authors = Set(posts.compactMap(\.author))
    #expect(authors.count > 600)
    #expect(posts.contains { $0.language == "en" })
    // Notices are mirrored, and the street passes things on.
    #expect(posts.count(where: \.isCopy) > 150)
  }

  @Test("leaves no markup of frames in its texts")
  func isClean() throws {
    for post in try Lanchuan.stream() {
      let text = (post.title ?? "") + post.text
      #expect(!text.contains { "{}|()\\".contains($0) }, "\(post.id): \(text)")
      #expect(!post.text.isEmpty)
      #expect(!text.contains("，，") && !text.contains("。。"), "\(post.id): \(text)")
    }
  }

  @Test("is met later where a feed was down")
  func knowsOutages() throws {
    let county = try Lanchuan.county()
    let place = try #require(county.feeds.firstIndex { $0.id == "qgbbs" })
    let fault = try #require(county.feeds[place].faults.first)
    let during = try Lanchuan.stream().filter {
      $0.feed == place && $0.published >= fault.from && $0.published < fault.to
    }
    #expect(!during.isEmpty)
    for post in during { #expect(post.firstSeen >= fault.to) }
  }
}

@Suite("The story")
struct StoryTests {
  private func posts(_ label: String, seed: UInt64 = 1) throws -> [Post] {
    try Lanchuan.stream(seed: seed).filter { $0.label == label }
  }

  private func count(_ posts: [Post], _ from: String, _ to: String) throws -> Int {
    let (start, end) = (try Lanchuan.at(from), try Lanchuan.at(to))
    return posts.count { $0.published >= start && $0.published < end }
  }

  @Test(
    "has three independent posts of the explosion by half past six", arguments: [1, 2, 3, 4, 5])
  func breaksEarly(seed: UInt64) throws {
    let county = try Lanchuan.county()
    let explosion = try posts("explosion", seed: seed)
    let (bang, half) = (try Lanchuan.at("27 06:20"), try Lanchuan.at("27 06:30"))
    let first = explosion.filter { $0.firstSeen <= half }
    #expect(explosion.allSatisfy { $0.published > bang })
    let earliest = try #require(explosion.map(\.published).min())
    #expect(earliest <= bang + .minutes(4))
    let owners = Set(first.map { county.feeds[$0.feed].owner })
    let authors = Set(first.compactMap(\.author))
    #expect(owners.count >= 3 && authors.count >= 3, "\(first.map(\.id))")
    #expect(first.allSatisfy { !$0.isCopy })
    let text = first.map { ($0.title ?? "") + $0.text }.joined()
    #expect(text.contains("石桥") && text.contains("爆炸"))
  }

  @Test("speaks of explosions and of bad water before their time only as people always do")
  func foreshadowsNothing() throws {
    let (bang, rumour) = (try Lanchuan.at("27 06:20"), try Lanchuan.at("27 08:30"))
    let harmless = ["爆炸头", "信息爆炸", "消息爆炸"]
    var small = 0
    for post in try Lanchuan.stream() {
      var text = (post.title ?? "") + post.text
      if post.published < bang {
        for word in harmless where text.contains(word) {
          small += 1
          text = text.replacing(word, with: "")
        }
        for word in ["爆炸", "恒泽", "xplosion", "遇难"] { #expect(!text.contains(word), "\(post.id)") }
      }
      if post.published < rumour {
        for word in ["污染", "水厂", "取水口", "polluted"] { #expect(!text.contains(word), "\(post.id)") }
      }
    }
    #expect(small > 0, "no small use of the word to be told apart")
    let bills = try Lanchuan.stream().filter { $0.text.contains("水费") }
    #expect(bills.contains { $0.published < rumour })
  }

  @Test("keeps festival, match and rain to their times")
  func keepsTimes() throws {
    let festival = try posts("festival")
    let saturday = try count(festival, "26 09:00", "26 22:00")
    let sunday = try count(festival, "27 08:00", "27 20:00")
    #expect(saturday * 10 > festival.count * 6 && sunday > 50)
    let football = try posts("football")
    let played = try count(football, "26 19:30", "26 22:30")
    #expect(played * 10 > football.count * 6)
    let sharpest = try count(football, "26 21:14", "26 21:29")
    #expect(sharpest > 15)
    let before = try count(football, "26 00:00", "26 10:00")
    #expect(before == 0)
    let won = football.filter { $0.text.contains("2比1") }.map(\.published)
    let first = try #require(won.min())
    let goal = try Lanchuan.at("26 21:13")
    #expect(first >= goal)
    let weather = try posts("weather")
    let rain = try count(weather, "26 14:00", "26 20:00")
    #expect(rain * 10 > weather.count * 8)
  }

  @Test("lets the rumour grow until the rebuttal, and fall slowly after", arguments: [1, 2, 3])
  func rumourCurve(seed: UInt64) throws {
    let rumour = try posts("rumour", seed: seed)
    let start = try #require(rumour.map(\.published).min())
    let (from, until) = (try Lanchuan.at("27 08:30"), try Lanchuan.at("27 08:40"))
    #expect(start >= from && start < until)
    let hours = try [
      count(rumour, "27 08:30", "27 09:15"), count(rumour, "27 10:15", "27 11:00"),
      count(rumour, "27 13:00", "27 13:45"), count(rumour, "27 19:00", "27 19:45"),
    ]
    #expect(hours[0] < hours[1] && hours[1] > hours[2] && hours[2] > hours[3], "\(hours)")
    #expect(hours[3] > 0)
    let truth = try Lanchuan.stream(seed: seed).filter { $0.kind == "truth.water" }
    let rebuttal = try Lanchuan.at("27 10:45")
    #expect(truth.contains { $0.published < rebuttal } && truth.allSatisfy { $0.label == nil })
    let official = truth.filter { $0.published >= rebuttal && $0.author == nil }
    #expect(Set(official.map(\.feed)).count >= 4)
  }

  @Test("floods one host with one phrase, from few hands")
  func spam() throws {
    let county = try Lanchuan.county()
    let spam = try Lanchuan.stream().filter { $0.kind == "spam" }
    #expect(spam.count > 30)
    #expect(Set(spam.map { county.feeds[$0.feed].owner }).count == 1)
    #expect(Set(spam.compactMap(\.author)).count <= 9)
    #expect(spam.allSatisfy { $0.label == nil })
  }

  @Test("mirrors each official notice on several hosts, word by word or nearly")
  func mirrors() throws {
    let county = try Lanchuan.county()
    let notices = try Lanchuan.stream().filter { $0.text.contains("恒泽精化有限公司二号车间") }
    #expect(Set(notices.map { county.feeds[$0.feed].owner }).count >= 6)
    #expect(notices.count { !$0.isCopy } == 1)
  }
}
