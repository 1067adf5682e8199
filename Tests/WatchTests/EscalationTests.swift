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
    #expect(decision.isRaised == [.harm, .troubles([.poison])].contains(cause))
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
    let topic = TopicSnapshot.sample(Self.talk, aliases: ["other"], z: 20, voices: 40)
    #expect(!Self.judge(topic, history, after: .minutes(59)).isRaised)
    #expect(Self.judge(topic, history, after: .minutes(61)).isRaised)
    #expect(
      Self.judge(.sample(Self.talk, z: 20, voices: 40), history, after: .zero).isRaised)
  }

  private static let talk = (0..<6).map { "石桥路口新开的店排长队第\($0)天" }
  private static let dead = fire + ["爆炸已有人死亡", "石桥爆炸多人遇难"]

  private static func mute(
    _ level: AlertLevel = .urgent, harm: Bool = false, grave: [Trouble] = [.fire], of key: String
  ) -> AlertHistory {
    var history = AlertHistory()
    history.mutes = [.init(topic: key, level: level, hasHarm: harm, graveTroubles: grave)]
    return history
  }

  @Test("is told in spite of its mute once it is graver than when it was muted")
  func outgrownMutes() throws {
    let grave = AlertRules.grave(Self.fire)
    let same = Self.mute(grave: grave, of: "k")
    let held = Self.judge(.sample(Self.fire), same, after: .zero)
    #expect(!held.isRaised)
    let why = held.full(in: .universal)
    #expect(
      why.contains { $0.en.contains("the mute holds it back: without it people would be told now") }
    )
    // It has been muted as talk, and burns now.
    #expect(
      Self.judge(.sample(Self.fire), Self.mute(.attention, grave: [], of: "k"), after: .zero)
        .isRaised)
    let dead = Self.judge(.sample(Self.dead), same, after: .zero)
    #expect(dead.isRaised)
    #expect(
      dead.full(in: .universal).contains {
        $0.en.contains("does not hold it back") && $0.en.contains("deaths")
          && $0.zh.contains("挡不住")
      })
    let known = Self.mute(harm: true, grave: AlertRules.grave(Self.dead), of: "k")
    #expect(!Self.judge(.sample(Self.dead), known, after: .zero).isRaised)
    // What was told is told again for nothing less than what makes it graver.
    var told = try Self.told()
    told.mutes = same.mutes
    #expect(Self.judge(.sample(Self.dead), told, after: .minutes(70)).isRaised)
    #expect(!Self.judge(.sample(Self.fire, voices: 60), told, after: .hours(7)).isRaised)
  }

  @Test("is held back through an alias only while it is talk, whatever was muted there")
  func mutedAliases() {
    let history = Self.mute(harm: true, grave: Trouble.allCases, of: "other")
    #expect(
      !Self.judge(
        .sample(Self.talk, aliases: ["other"], z: 20, voices: 40), history, after: .zero
      ).isRaised)
    #expect(Self.judge(.sample(Self.fire, aliases: ["other"]), history, after: .zero).isRaised)
  }

  @Test("says of several mutes the one that ends last, and that nothing would be told anyway")
  func severalMutes() {
    var history = AlertHistory()
    let (early, late) = (Self.start + .hours(1), Self.start + .hours(9))
    history.mutes = [
      .init(topic: "k", until: early), .init(topic: "a", until: late),
      .init(topic: "b", until: early),
    ]
    let topic = TopicSnapshot.sample(Self.talk, aliases: ["a", "b"], z: 1)
    guard case .hold(let reason) = Self.judge(topic, history, after: .zero) else {
      Issue.record("raised")
      return
    }
    #expect(reason.cause == .muted(until: late))
    #expect(reason.figures.mute == MuteEffect(until: late, graver: [], isDecisive: false))
    history.mutes.append(.init(topic: "k"))
    guard case .hold(let other) = Self.judge(topic, history, after: .zero) else { return }
    #expect(other.cause == .muted(until: nil))
  }

  @Test("of deaths at a feast is told, whatever was planned or muted there")
  func stampede() {
    var profile = RelevanceProfile()
    profile.knownEvents = [
      .init(name: "灯会", words: ["灯会"], from: Self.start, to: Self.start + .hours(9))
    ]
    profile.mutedMatters = [.init(name: "灯会", words: ["灯会"])]
    let texts = [
      "灯会踩踏，有人死亡", "灯会现场踩踏多人遇难", "灯会踩踏，听说死了三个人", "灯会真热闹", "灯会人山人海", "灯会直播", "灯会好看",
      "今晚灯会",
    ]
    let topic = TopicSnapshot.sample(texts, voices: 40)
    for rules in [AlertRules(profile: profile), AlertRules(profile: RelevanceProfile())] {
      let decision = rules.judge(
        topic, history: AlertHistory(), at: Self.start + .hours(1), deskAge: .days(30))
      #expect(decision.isRaised, "\(decision.line(in: .universal).en)")
      #expect(decision.figures.seriousness == .severe)
    }
    let feast = TopicSnapshot.sample(Array(texts.suffix(5)), voices: 40)
    #expect(
      !AlertRules(profile: profile).judge(
        feast, history: AlertHistory(), at: Self.start + .hours(1), deskAge: .days(30)
      ).isRaised)
  }

  @Test("with one post of a death has not told of deaths: that two tell of it is graver")
  func oneDeath() throws {
    var history = AlertHistory()
    let one = TopicSnapshot.sample(Self.fire + ["石桥爆炸有人死亡"], voices: 8)
    guard case .raise(let reason) = Self.judge(one, history, after: .zero) else {
      Issue.record("held")
      return
    }
    history.note(reason, of: one, at: Self.start)
    #expect(history.entries.map(\.hasHarm) == [false])
    #expect(
      Self.judge(.sample(Self.dead, voices: 9), history, after: .minutes(70)).isRaised)
  }

  @Test("by a clock that was put back since keeps nothing from being told")
  func clockPutBack() throws {
    var history = try Self.told()
    #expect(
      Self.judge(.sample(Self.dead, voices: 9), history, after: .hours(-30)).isRaised)
    // What is caught up on after a restart lies up to an hour before its notices.
    #expect(
      !Self.judge(.sample(Self.dead, voices: 9), history, after: .minutes(-50)).isRaised)
    history = AlertHistory()
    let mild = TopicSnapshot.sample(Self.talk, key: "m", z: 20, voices: 40)
    guard case .raise(let reason) = Self.judge(mild, history, after: .zero) else {
      Issue.record("held")
      return
    }
    history.note(reason, of: mild, at: Self.start)
    let other = TopicSnapshot.sample(
      (0..<6).map { "青岗大桥下拍到白鹭第\($0)只" }, key: "n", z: 20, voices: 40)
    #expect(!Self.judge(other, history, after: .hours(1)).isRaised)
    #expect(Self.judge(other, history, after: .hours(-30)).isRaised)
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
      .init(isUseful: false, trouble: .fire, isSevere: true, at: Self.start, wasTold: true)
    ])
    let topic = TopicSnapshot.sample(Self.fire, z: 3)
    let decision = Self.judge(topic, history, after: .zero, age: .hours(6))
    let text = decision.full(in: .universal).map(\.en).joined(separator: "\n")
    for part in [
      "the last hour: 20 posts, usually 0.4, z 3, spread", "the last 6 hours:",
      "the last 24 hours:",
      "6 sources", "novelty 0.8", "acceleration", "score 0.6", "voices", "owners", "2 copies",
      "needed z 11", "4 for a topic with serious words", "× 2.5 while learning", "× 1.1 by marks",
      "places here: ",
      "words: ", "kinds: fire or explosion", "learning, 6 hours of history",
    ] {
      #expect(text.contains(part), "'\(part)' is missing in\n\(text)")
    }
  }
}

extension AlertRules {
  /// The kinds of trouble that posts have grave words of.
  fileprivate static func grave(_ texts: [String]) -> [Trouble] {
    TopicReader(RelevanceProfile()).read(texts.map { Alphabet.shared.compared($0) }).graveTroubles
  }
}

@Suite("Marks")
struct TopicMarksTests {
  private static let now = TopicSnapshot.sampleTime

  private static func noise(
    _ count: Int, _ trouble: Trouble? = .fire, isSevere: Bool = true, age: Duration = .zero,
    told: Bool = true
  ) -> [TopicMarks.Mark] {
    .init(
      repeating: .init(
        isUseful: false, trouble: trouble, isSevere: isSevere, at: now - age, wasTold: told),
      count: count)
  }

  private static func useful(_ count: Int) -> [TopicMarks.Mark] {
    .init(
      repeating: .init(
        isUseful: true, trouble: .fire, isSevere: false, at: now, wasTold: false), count: count)
  }

  @Test("of noise raise what topics of their kind need, useful ones lower it, within bounds")
  func factor() {
    func factor(_ marks: [TopicMarks.Mark], _ trouble: Trouble? = .fire, isGrave: Bool = false)
      -> Double
    {
      let factor = TopicMarks(marks).factor(
        for: trouble, isSevere: trouble != nil, isGrave: isGrave, at: Self.now)
      return (factor * 1000).rounded() / 1000
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

  @Test("of noise without serious words leave what serious ones need as it is")
  func seriousness() {
    let mild = TopicMarks(Self.noise(5, isSevere: false))
    #expect(mild.factor(for: .fire, isSevere: true, at: Self.now) == 1)
    #expect(mild.factor(for: .fire, isSevere: false, at: Self.now) == 1.5)
    let severe = TopicMarks(Self.noise(1))
    #expect(severe.factor(for: .fire, isSevere: false, at: Self.now) == 1.1)
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
