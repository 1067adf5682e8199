import Bytes
import Testing

@testable import Watch

@Suite("A topic that was told")
struct EscalationTests {
  private static let start = TopicSnapshot.sampleTime
  private static let fire = ["石桥化工园爆炸起火", "石桥方向爆炸，浓烟很大", "化工园起火了，火光冲天", "石桥爆炸声"]

  private static var rules: AlertRules {
    var profile = RelevanceProfile()
    profile.places = [
      .init(["澜溪", "Lanxi"], parts: [["石桥", "Shiqiao"], ["溪口"]]), .init(["青岗"]),
    ]
    profile.facilities = [.init(["化工园"])]
    return AlertRules(profile: profile)
  }

  private static func judge(
    _ topic: TopicSnapshot, _ history: AlertHistory, after: Duration, age: Duration = .days(30)
  ) -> AlertDecision {
    rules.judge(topic, history: history, at: start + after, deskAge: age)
  }

  /// A history in which the first notice of the fire stands.
  private static func told(acknowledged: Bool = false) throws -> AlertHistory {
    var history = AlertHistory()
    let topic = TopicSnapshot.sample(fire, voices: 8)
    guard case .raise(let reason) = judge(topic, history, after: .zero) else {
      Issue.record("the first notice is held")
      return history
    }
    #expect(reason.cause == .severe && reason.level == .urgent)
    history.note(reason, of: topic, at: start)
    if acknowledged { history.acknowledge("k", at: start + .minutes(3)) }
    return history
  }

  private static let worse: [(TopicSnapshot, Worsening, String, String)] = [
    (.sample(fire, voices: 9, official: 1), .official, "官方信源加入", "an official source speaks"),
    (
      .sample(fire + ["青岗也听到爆炸", "青岗这边爆炸震窗"], voices: 9), .places(["青岗"]), "新地点：青岗",
      "a new place: 青岗"
    ),
    (
      .sample(fire + ["爆炸后氯气泄漏", "化工园毒气泄漏"], voices: 9), .troubles([.poison]), "泄漏污染",
      "grave words of a new kind: leak or pollution"
    ),
    (
      .sample(fire + ["爆炸已有人死亡", "石桥爆炸多人遇难"], voices: 9), .harm, "出现死亡", "deaths or grave"
    ),
    (
      .sample(fire, aliases: ["other"], voices: 32), .merged(from: 8, to: 32), "并入其他话题",
      "other topics became part of it, 32 voices where there were 8"
    ),
  ]

  @Test("is told again when it got worse, and the line says in what", arguments: worse.indices)
  func escalation(index: Int) throws {
    let (topic, cause, zh, en) = Self.worse[index]
    let history = try Self.told()
    guard case .raise(let reason) = Self.judge(topic, history, after: .minutes(70)) else {
      Issue.record("held: \(Self.judge(topic, history, after: .minutes(70)))")
      return
    }
    #expect(reason.cause == .escalated([cause], since: Self.start))
    let line = reason.line(in: .universal)
    #expect(line.zh.contains(zh) && line.en.contains(en), "\(line)")
  }

  @Test("is not told again at once, nor of the same twice", arguments: worse.indices)
  func hysteresis(index: Int) throws {
    let (topic, _, _, _) = Self.worse[index]
    var history = try Self.told()
    #expect(!Self.judge(topic, history, after: .minutes(20)).isRaised)
    guard case .raise(let reason) = Self.judge(topic, history, after: .minutes(70)) else {
      Issue.record("held")
      return
    }
    history.note(reason, of: topic, at: Self.start + .minutes(70))
    #expect(!Self.judge(topic, history, after: .minutes(200)).isRaised)
    // The posts that stand for it change: what was told stays told.
    #expect(
      !Self.judge(.sample(Self.fire, voices: 9), history, after: .minutes(210)).isRaised)
    #expect(!Self.judge(topic, history, after: .minutes(230)).isRaised)
  }

  @Test("and taken is told again only if it is graver", arguments: worse.indices)
  func acknowledged(index: Int) throws {
    let (topic, cause, _, _) = Self.worse[index]
    let decision = Self.judge(topic, try Self.told(acknowledged: true), after: .minutes(70))
    #expect(decision.isRaised == (cause == .harm))
    guard case .hold(let reason) = decision else { return }
    #expect(reason.worsened == [cause])
    #expect(reason.line(in: .universal).en.contains("worse since"))
  }

  @Test("of a part of a place has no new place in the whole of it")
  func wholes() throws {
    let whole = TopicSnapshot.sample(Self.fire + ["澜溪爆炸", "澜溪县城都听到爆炸"], voices: 9)
    #expect(!Self.judge(whole, try Self.told(), after: .minutes(70)).isRaised)
    let sister = TopicSnapshot.sample(Self.fire + ["溪口也爆炸了", "溪口冒出火光"], voices: 9)
    guard case .raise(let reason) = Self.judge(sister, try Self.told(), after: .minutes(70)) else {
      Issue.record("another part of the county is a new place")
      return
    }
    #expect(reason.cause == .escalated([.places(["溪口"])], since: Self.start))
  }

  @Test("whose figures go up and down around what is needed is told once")
  func flapping() throws {
    var history = AlertHistory()
    var raised = 0
    for minute in 0..<120 {
      let z = minute.isMultiple(of: 2) ? 14.0 : 1.0
      let topic = TopicSnapshot.sample(Self.fire, z: z, voices: 8)
      if case .raise(let reason) = Self.judge(topic, history, after: .minutes(minute)) {
        raised += 1
        history.note(reason, of: topic, at: Self.start + .minutes(minute))
      }
    }
    #expect(raised == 1)
  }

  @Test("or not, is muted by a person under its key or an alias until then")
  func mutes() throws {
    var history = AlertHistory()
    history.mutes = [.init(topic: "other", until: Self.start + .hours(1))]
    let topic = TopicSnapshot.sample(Self.fire, aliases: ["other"])
    #expect(!Self.judge(topic, history, after: .minutes(59)).isRaised)
    #expect(Self.judge(topic, history, after: .minutes(61)).isRaised)
    #expect(Self.judge(.sample(Self.fire), history, after: .zero).isRaised)
  }

  @Test("is muted by the configuration's words as long as no trouble comes of it")
  func mutedMatters() {
    var profile = RelevanceProfile()
    profile.mutedMatters = [.init(name: "广场舞", words: ["广场舞"])]
    let rules = AlertRules(profile: profile)
    let talk = TopicSnapshot.sample(
      (0..<6).map { "广场舞又开始了\($0)" }, count: 60, z: 20, voices: 40)
    let decision = rules.judge(
      talk, history: AlertHistory(), at: Self.start, deskAge: .days(30))
    guard case .hold(let reason) = decision else {
      Issue.record("raised")
      return
    }
    #expect(reason.cause == .mutedMatter("广场舞"))
    let trouble = TopicSnapshot.sample(
      (0..<6).map { "广场舞现场踩踏，多人受伤\($0)" }, count: 60, z: 20, voices: 40)
    #expect(
      rules.judge(trouble, history: AlertHistory(), at: Self.start, deskAge: .days(30)).isRaised)
  }

  @Test("shows every figure in full, and what has moved the threshold")
  func full() {
    var history = AlertHistory()
    history.marks = TopicMarks([
      .init(isUseful: false, trouble: .fire, at: Self.start, wasTold: true)
    ])
    let topic = TopicSnapshot.sample(Self.fire, z: 3)
    let decision = Self.judge(topic, history, after: .zero, age: .hours(6))
    let text = decision.full(in: .universal).map(\.en).joined(separator: "\n")
    for part in [
      "the last hour: 20 posts, usually 0.4, z 3, spread", "the last 6 hours:",
      "the last 24 hours:",
      "6 sources", "novelty 0.8", "acceleration", "score 0.6", "voices", "owners", "2 copies",
      "needed z 11", "4 for such a topic", "× 2.5 while learning", "× 1.1 by marks",
      "places here: ",
      "words: ", "kinds: fire or explosion", "learning, 6 hours of history",
    ] {
      #expect(text.contains(part), "'\(part)' is missing in\n\(text)")
    }
  }
}

@Suite("Marks")
struct TopicMarksTests {
  private static let now = TopicSnapshot.sampleTime

  private static func noise(
    _ count: Int, _ trouble: Trouble? = .fire, age: Duration = .zero, told: Bool = true
  ) -> [TopicMarks.Mark] {
    .init(
      repeating: .init(isUseful: false, trouble: trouble, at: now - age, wasTold: told),
      count: count)
  }

  private static func useful(_ count: Int) -> [TopicMarks.Mark] {
    .init(
      repeating: .init(isUseful: true, trouble: .fire, at: now, wasTold: false), count: count)
  }

  @Test("of noise raise what topics of their kind need, useful ones lower it, within bounds")
  func factor() {
    func factor(_ marks: [TopicMarks.Mark], _ trouble: Trouble? = .fire, isGrave: Bool = false)
      -> Double
    {
      (TopicMarks(marks).factor(for: trouble, isGrave: isGrave, at: Self.now) * 1000).rounded()
        / 1000
    }
    #expect(factor([]) == 1)
    #expect(factor(Self.noise(2)) == 1.2)
    #expect(factor(Self.noise(2), .traffic) == 1)
    #expect(factor(Self.noise(2), nil) == 1)
    #expect(factor(Self.noise(1, nil), nil) == 1.1)
    #expect(factor(Self.noise(2) + Self.useful(3)) == 0.9)
    #expect(factor(Self.noise(50)) == 1.5)
    #expect(factor(Self.noise(50), isGrave: true) == 1.2)
    #expect(factor(Self.useful(50)) == 0.7)
    #expect(factor(Self.noise(5, told: false)) == 1)
    #expect(factor(Self.noise(2, age: .days(45))) == 1.1)
    #expect(factor(Self.noise(50, age: .days(91))) == 1)
  }

  @Test("decide whether a topic is told")
  func decision() {
    let texts = ["老街小区停电了", "又停电，老街", "停电两小时了", "老街停电没人管"]
    let topic = TopicSnapshot.sample(texts, z: 6.8)
    let rules = AlertRules(profile: RelevanceProfile())
    var history = AlertHistory()
    #expect(rules.judge(topic, history: history, at: Self.now, deskAge: .days(30)).isRaised)
    history.marks = TopicMarks(Self.noise(1, .outage))
    #expect(!rules.judge(topic, history: history, at: Self.now, deskAge: .days(30)).isRaised)
    history.marks = TopicMarks(Self.noise(3, .fire))
    #expect(rules.judge(topic, history: history, at: Self.now, deskAge: .days(30)).isRaised)
  }
}
