import Bytes
import Support
import Testing

@testable import Service

@Suite("Whose turn it is")
struct HostTableTests {
  static let noon = Instant(seconds: 1_795_521_600)

  private static func name(_ text: String) -> Name {
    guard let name = Name(text) else { preconditionFailure("no name: \(text)") }
    return name
  }

  private static func table(places: Int = 64, _ sources: (String, String)...) -> HostTable {
    var table = HostTable(places: places)
    for (id, host) in sources { table.schedule(name(id), host: host, due: noon) }
    return table
  }

  /// All that may be asked now.
  private static func takeAll(_ table: inout HostTable, at now: Instant) -> [String] {
    var taken: [String] = []
    while let id = table.take(at: now) { taken.append(id.text) }
    return taken
  }

  @Test("is one source of a host at a time, and the next a second after it began")
  func oneAtATime() {
    var table = Self.table(("a", "x.example"), ("b", "X.example"), ("c", "y.example"))
    let first = Self.takeAll(&table, at: Self.noon)
    #expect(first == ["a", "c"])
    table.finish(Self.name("a"), at: Self.noon, due: Self.noon + .minutes(5), isSuspect: false)
    let early = Self.takeAll(&table, at: Self.noon + .milliseconds(999))
    #expect(early.isEmpty)
    #expect(table.soonest == Self.noon + .seconds(1))
    let later = Self.takeAll(&table, at: Self.noon + .seconds(1))
    #expect(later == ["b"])
  }

  @Test("is a minute later on a host that allows one request a minute, under any of its names")
  func slowDomain() {
    var table = Self.table(("a", "www.reddit.com"), ("b", "old.reddit.com"))
    let first = Self.takeAll(&table, at: Self.noon)
    #expect(first == ["a"])
    table.finish(Self.name("a"), at: Self.noon, due: nil, isSuspect: false)
    let early = Self.takeAll(&table, at: Self.noon + .seconds(60))
    #expect(early.isEmpty)
    let later = Self.takeAll(&table, at: Self.noon + .seconds(61))
    #expect(later == ["b"])
  }

  @Test("goes round the hosts, and comes to the longest due of each")
  func roundRobin() {
    var table = HostTable(places: 1)
    for number in 0..<3 {
      for host in ["x", "y", "z"] {
        table.schedule(
          Self.name("\(host)\(number)"), host: "\(host).example",
          due: Self.noon - .seconds(10 - number))
      }
    }
    var order: [String] = []
    for second in 0..<9 {
      let now = Self.noon + .seconds(second)
      guard let id = table.take(at: now) else { break }
      order.append(id.text)
      let another = table.take(at: now)
      #expect(another == nil)
      table.finish(id, at: now, due: nil, isSuspect: false)
    }
    #expect(order == ["x0", "y0", "z0", "x1", "y1", "z1", "x2", "y2", "z2"])
    #expect(table.soonest == nil)
  }

  @Test("gives suspects a quarter of the places, and never all of them")
  func suspects() {
    var table = HostTable(places: 8)
    for number in 0..<20 {
      table.schedule(
        Self.name("bad\(number)"), host: "bad\(number).example", due: Self.noon - .hours(1),
        isSuspect: true)
    }
    let few = Self.takeAll(&table, at: Self.noon)
    #expect(few.count == 2)
    for number in 0..<20 {
      table.schedule(Self.name("good\(number)"), host: "good\(number).example", due: Self.noon)
    }
    let taken = Self.takeAll(&table, at: Self.noon)
    #expect(taken.count == 6 && taken.allSatisfy { $0.hasPrefix("good") })
    // With one place there is nothing to share; both come to it.
    var narrow = Self.table(places: 1, ("good", "x.example"))
    narrow.schedule(Self.name("bad"), host: "y.example", due: Self.noon, isSuspect: true)
    let good = narrow.take(at: Self.noon)
    narrow.finish(Self.name("good"), at: Self.noon, due: nil, isSuspect: false)
    let bad = narrow.take(at: Self.noon)
    #expect([good, bad].map { $0?.text } == ["good", "bad"])
  }

  @Test("passes over a host that has put us off until that second, whoever asks")
  func limit() {
    var table = Self.table(("a", "x.example"), ("b", "x.example"), ("c", "z.example"))
    let until = Self.noon + .minutes(20)
    let first = table.take(at: Self.noon)
    #expect(first?.text == "a")
    table.limit(host: "x.example", until: until, at: Self.noon)
    table.finish(Self.name("a"), at: Self.noon, due: Self.noon + .minutes(5), isSuspect: false)
    // A shorter limit takes nothing back.
    table.limit(host: "x.example", until: Self.noon + .minutes(1), at: Self.noon)
    let others = Self.takeAll(&table, at: until - .microseconds(1))
    #expect(others == ["c"])
    #expect(table.limit(ofHost: "x.example", at: Self.noon) == until)
    let then = Self.takeAll(&table, at: until)
    #expect(then == ["b"])
    #expect(table.limit(ofHost: "x.example", at: until) == nil)
  }

  @Test("passes over a whole domain once two of its hosts have put us off within ten minutes")
  func domain() {
    let until = Self.noon + .hours(1)
    for (gap, isShared) in [(Duration.minutes(10), true), (.minutes(11), false)] {
      var table = Self.table(("a", "blog1.tumblr.com"), ("b", "blog2.tumblr.com"))
      table.schedule(Self.name("c"), host: "blog3.tumblr.com", due: Self.noon + .minutes(12))
      table.limit(host: "blog1.tumblr.com", until: until, at: Self.noon)
      // The same host again is no second one.
      table.limit(host: "blog1.tumblr.com", until: until, at: Self.noon + .minutes(0))
      #expect(table.limit(ofHost: "blog3.tumblr.com", at: Self.noon) == nil)
      table.limit(host: "blog2.tumblr.com", until: until, at: Self.noon + gap)
      let taken = Self.takeAll(&table, at: Self.noon + .minutes(12))
      #expect(taken == (isShared ? [] : ["c"]))
      #expect((table.limit(ofHost: "x.tumblr.com", at: Self.noon) != nil) == isShared)
    }
  }

  @Test("spares nobody's clock: one that goes back shortens waits and keeps limits as long")
  func clockBack() {
    var table = Self.table(("a", "x.example"), ("b", "y.example"))
    let ahead = Self.noon + .days(30)
    let atFirst = Self.takeAll(&table, at: ahead)
    #expect(atFirst == ["a", "b"])
    for id in ["a", "b"] {
      table.finish(Self.name(id), at: ahead, due: ahead + .minutes(5), isSuspect: false)
    }
    table.limit(host: "y.example", until: ahead + .hours(1), at: ahead)
    table.goBack(by: .days(30), at: Self.noon) { _, _ in Self.noon + .minutes(5) }
    let soon = Self.takeAll(&table, at: Self.noon + .minutes(5))
    #expect(soon == ["a"])
    let then = Self.takeAll(&table, at: Self.noon + .hours(1))
    #expect(then == ["b"])
  }

  @Test("is nobody's who was removed, also while the answer is awaited")
  func removed() {
    var table = Self.table(("a", "x.example"), ("b", "y.example"))
    let first = table.take(at: Self.noon)
    #expect(first?.text == "a")
    table.remove(Self.name("a"))
    table.remove(Self.name("b"))
    let nobody = table.take(at: Self.noon)
    #expect(nobody == nil)
    let isIdleInFlight = table.isIdle(at: Self.noon)
    #expect(!isIdleInFlight)
    table.finish(Self.name("a"), at: Self.noon, due: Self.noon, isSuspect: false)
    let later = Self.takeAll(&table, at: Self.noon + .hours(1))
    #expect(later.isEmpty)
    let isIdle = table.isIdle(at: Self.noon + .hours(1))
    #expect(isIdle)
  }

  @Test("is kept in every order of events: one a host, the gap, the places, the limits")
  func walk() {
    for seed in UInt64(1)...40 {
      var random = SeededGenerator(seed: seed)
      func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
      var table = HostTable(places: 5)
      var now = Self.noon
      var flying: [(id: Name, host: String)] = []
      var last: [String: Instant] = [:]
      var limits: [String: Instant] = [:]
      func host(_ id: Int) -> String { "h\(id % 7).example\(id % 3)" }
      for id in 0..<30 { table.schedule(Self.name("s\(id)"), host: host(id), due: now) }
      var asked = 0
      for _ in 0..<400 {
        switch pick(10) {
        case 0..<4:
          guard let id = table.take(at: now), let number = Int(id.text.dropFirst()) else { break }
          let name = host(number)
          asked += 1
          #expect(!flying.contains { $0.host == name }, "seed \(seed)")
          #expect(last[name].map { now - $0 >= .seconds(1) } ?? true, "seed \(seed)")
          #expect(limits[name].map { now >= $0 } ?? true, "seed \(seed)")
          last[name] = now
          flying.append((id, name))
          #expect(flying.count <= 5, "seed \(seed)")
        case 4..<7:
          guard !flying.isEmpty else { break }
          let (id, name) = flying.remove(at: pick(flying.count))
          if pick(8) == 0 {
            limits[name] = max(limits[name] ?? now, now + .seconds(5))
            table.limit(host: name, until: now + .seconds(5), at: now)
          }
          table.finish(
            id, at: now, due: now + .milliseconds(pick(4000)), isSuspect: pick(4) == 0)
        case 7:
          let id = pick(30)
          table.schedule(Self.name("s\(id)"), host: host(id), due: now + .milliseconds(pick(3000)))
        default: now = now + .milliseconds(pick(900))
        }
      }
      #expect(asked > 50, "seed \(seed)")
      // In the end each comes to its turn.
      for (id, _) in flying { table.finish(id, at: now, due: nil, isSuspect: false) }
      var left = Set((0..<30).map { "s\($0)" }).subtracting(flying.map(\.id.text))
      for _ in 0..<200 {
        now = now + .seconds(2)
        while let id = table.take(at: now) {
          left.remove(id.text)
          table.finish(id, at: now, due: nil, isSuspect: false)
        }
      }
      let isIdle = table.isIdle(at: now)
      #expect(left.isEmpty && isIdle, "seed \(seed): \(left)")
    }
  }
}

@Suite("A registrable domain")
struct RegistrableDomainTests {
  static let cases: [(String, String?)] = [
    ("news.sina.com.cn", "sina.com.cn"), ("WWW.Lanchuan.GOV.cn", "lanchuan.gov.cn"),
    ("a.b.hb.gov.cn", "hb.gov.cn"), ("news.china.cn", "china.cn"), ("x.zj.cn", "x.zj.cn"),
    ("feeds.bbc.co.uk", "bbc.co.uk"), ("www.nhk.or.jp", "nhk.or.jp"),
    ("a.b.c.example.com", "example.com"), ("example.com", "example.com"), ("com.cn", nil),
    ("localhost", nil), ("127.0.0.1", nil), ("::1", nil), ("[::1]", nil), ("", nil),
  ]

  @Test("is what its owner has registered", arguments: cases)
  func domain(host: String, expected: String?) {
    #expect(registrableDomain(of: host) == expected)
  }
}
