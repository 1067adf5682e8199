import Bytes
import Testing

@testable import Watch

@Suite("Sources that cannot be heard")
struct SourceSilenceTests {
  private static let start = TopicSnapshot.sampleTime

  /// Plays minutes; `isDeaf` says of a source's number and a minute whether it cannot be heard.
  private static func play(
    minutes: Int, official: Int = 2, others: Int = 10, rules: SilenceRules = SilenceRules(),
    isDeaf: (Int, Int) -> Bool
  ) -> [(minute: Int, signal: SilenceSignal)] {
    var watch = SilenceWatch()
    var history = SilenceHistory()
    var told: [(minute: Int, signal: SilenceSignal)] = []
    for minute in 0..<minutes {
      let now = start + .minutes(minute)
      let sources = (0..<official + others).map {
        SourceHearing(
          source: "s\($0)", isOfficial: $0 < official, isHeard: !isDeaf($0, minute),
          lastHeard: start
        )
      }
      for signal in watch.look(sources, rules: rules, told: history, at: now) {
        told.append((minute, signal))
        switch signal {
        case .official(let list):
          history.noteMissing(list.map(\.source), isDeaf: false, at: now)
        case .share(let list, _, let isDeaf):
          history.noteMissing(list.map(\.source), isDeaf: isDeaf, at: now)
        case .heardAgain(let list, _): history.noteHeard(list.map(\.source))
        }
      }
    }
    return told
  }

  @Test("are told if one is official, after a while and once, and when it is heard again")
  func official() {
    let told = Self.play(minutes: 300) { source, minute in source == 0 && (10..<90).contains(minute)
    }
    #expect(told.map(\.minute) == [40, 100])
    guard told.count == 2, case .official(let lost) = told[0].signal,
      case .heardAgain(let back, 0) = told[1].signal
    else {
      Issue.record("\(told)")
      return
    }
    #expect(lost.map(\.source) == ["s0"] && back.map(\.source) == ["s0"])
  }

  @Test("are no news for a moment, in turns, or where none is official and few are missing")
  func quiet() {
    #expect(
      Self.play(minutes: 300) { source, minute in source == 0 && minute % 25 < 20 }.isEmpty)
    #expect(Self.play(minutes: 300) { source, _ in source == 5 || source == 6 }.isEmpty)
    var never = SilenceRules()
    never.official = nil
    #expect(Self.play(minutes: 300, rules: never) { source, _ in source == 0 }.isEmpty)
  }

  @Test("do not make mail each time that one comes and goes")
  func flapping() {
    // Half an hour and more silent, then heard for a quarter of an hour, again and again.
    let told = Self.play(minutes: 600) { source, minute in source == 0 && minute % 60 < 45 }
    #expect(told.count <= 6, "\(told.map(\.minute))")
  }

  @Test("are told together where they are a large share, urgently where they are most")
  func share() {
    let third = Self.play(minutes: 200) { source, minute in
      source >= 8 && (20..<100).contains(minute)
    }
    guard third.count == 2, case .share(let lost, of: 12, isDeaf: false) = third[0].signal,
      case .heardAgain(let back, 0) = third[1].signal
    else {
      Issue.record("\(third)")
      return
    }
    #expect(third[0].minute == 35 && lost.count == 4 && back.count == 4 && third[1].minute == 110)
    let all = Self.play(minutes: 100) { _, minute in minute >= 20 }
    guard all.count == 1, case .share(_, of: 12, isDeaf: true) = all[0].signal else {
      Issue.record("\(all)")
      return
    }
  }

  @Test("are told as deafness when the rest fall silent after a share was told")
  func stepToDeafness() {
    let told = Self.play(minutes: 240) { source, minute in
      minute >= 20 && source >= 8 || minute >= 90
    }
    guard told.count == 2, case .share(let first, of: 12, isDeaf: false) = told[0].signal,
      case .share(let all, of: 12, isDeaf: true) = told[1].signal
    else {
      Issue.record("\(told)")
      return
    }
    #expect(first.count == 4 && all.count == 12 && told[1].minute == 105)
    // Half and more may be missing and told: the step to deafness is none of a few more.
    let half = Self.play(minutes: 240) { source, minute in
      minute >= 20 && source >= 5 || minute >= 90 && source >= 3
    }
    #expect(half.map(\.minute) == [35, 105], "\(half)")
  }

  @Test("are told each as heard again, though another that is not official stays silent")
  func recovery() {
    let told = Self.play(minutes: 400) { source, minute in
      minute >= 20 && source == 11 || (20..<100).contains(minute) && source >= 8
    }
    guard told.count == 2, case .heardAgain(let back, stillMissing: 1) = told[1].signal else {
      Issue.record("\(told)")
      return
    }
    #expect(back.map(\.source) == ["s8", "s9", "s10"] && told[1].minute == 160)
  }

  @Test("count as told only while they are silent: a second deafness is told")
  func secondDeafness() {
    // One stays silent all the time, so that not all were ever heard again.
    let told = Self.play(minutes: 400, official: 0, others: 12) { source, minute in
      minute >= 20 && (source == 11 || minute < 60 || minute >= 110)
    }
    let deaf = told.filter { if case .share(_, _, true) = $0.signal { true } else { false } }
    #expect(deaf.map(\.minute) == [35, 125], "\(told)")
  }

  @Test("are told although the clock was put back by a day since they were told last")
  func clockPutBack() {
    var watch = SilenceWatch()
    var history = SilenceHistory()
    history.noteMissing(["s0"], isDeaf: false, at: Self.start + .days(1))
    history.noteHeard(["s0"])
    let sources = [
      SourceHearing(source: "s0", isOfficial: true, isHeard: false, lastHeard: Self.start)
    ]
    _ = watch.look(sources, rules: SilenceRules(), told: history, at: Self.start + .days(1))
    var signals: [SilenceSignal] = []
    for minute in 0...30 {
      signals += watch.look(
        sources, rules: SilenceRules(), told: history, at: Self.start + .minutes(minute))
    }
    #expect(signals.contains(.official(sources)))
  }
}

@Suite("Less than usual")
struct VolumeHabitTests {
  private static let start = Instant(seconds: 1_790_000_000).floored(to: .days(7))
  private static let hourly = (0..<24).map { $0 < 7 ? 6 : 40 }

  /// Plays hours of items; `volume` is what share of the usual comes in an hour of the run.
  private static func play(
    weeks: Int, more hours: Int = 0, habit: VolumeHabit = VolumeHabit(), heard: Double = 1,
    listens: (Int) -> Bool = { _ in true },
    names: (Int) -> [String] = { _ in (0..<10).map { "s\($0)" } }, volume: (Int) -> Double
  ) -> (told: [(hour: Int, signal: VolumeSignal)], habit: VolumeHabit) {
    var habit = habit
    var notices: [String: Instant] = [:]
    var told: [(hour: Int, signal: VolumeSignal)] = []
    for hour in 0..<weeks * 168 + hours {
      // Never quite the same: a tenth more or less.
      let wobble = 0.9 + 0.05 * Double(hour % 5)
      let count = Int(Double(hourly[hour % 24]) * volume(hour) * wobble)
      for minute in 0..<60 where listens(hour) {
        let end = start + .hours(hour) + .minutes(minute + 1)
        let items = (0..<count).filter { $0 * 60 / max(1, count) == minute }.map {
          Item(
            id: "\(hour).\($0)", published: nil, firstSeen: end, source: "s", language: "zh",
            text: "x", tier: .other)
        }
        let sources = names(hour).enumerated().map { number, name in
          VolumeHabit.Source(name, tier: .other, isHeard: Double(number) < 10 * heard)
        }
        habit.take(items, sources: sources, through: end, zone: .universal)
        for signal in habit.due(told: notices, at: end) {
          notices[signal.group] = end
          told.append((hour, signal))
        }
      }
    }
    return (told, habit)
  }

  @Test("is told once weeks have taught what is usual, once for each time")
  func silence() throws {
    // Four weeks, then a day on which nearly nothing comes, and a usual day.
    let from = 4 * 168 + 9
    let run = Self.play(weeks: 4, more: 48) { hour in (from..<from + 8).contains(hour) ? 0.05 : 1 }
    let first = try #require(run.told.first)
    #expect(run.told.count == 1)
    #expect(first.signal.group == "all" && first.hour == from + 3)
    #expect(first.signal.z <= -4 && first.signal.weeks >= 3)
    #expect(first.signal.line.en.contains("unusually quiet: "))
    #expect(first.signal.line.zh.contains("异常安静：全部信源近 3 小时"))
  }

  @Test("is not told of a night, of a young desk, of half as much, of an hour, or of deafness")
  func usual() {
    #expect(Self.play(weeks: 5) { _ in 1 }.told.isEmpty)
    #expect(Self.play(weeks: 2, more: 48) { $0 > 2 * 168 + 8 ? 0 : 1 }.told.isEmpty)
    #expect(Self.play(weeks: 4, more: 48) { $0 > 4 * 168 + 8 ? 0.5 : 1 }.told.isEmpty)
    #expect(Self.play(weeks: 4, more: 48) { $0 == 4 * 168 + 10 ? 0 : 1 }.told.isEmpty)
    let taught = Self.play(weeks: 4) { _ in 1 }.habit
    #expect(
      Self.play(weeks: 0, more: 24, habit: taught, heard: 0.7) { _ in 0 }.told.isEmpty)
    // A desk that was down did not listen.
    #expect(
      Self.play(weeks: 4, more: 24, listens: { !($0 > 4 * 168 + 8 && $0 < 4 * 168 + 20) }) { _ in 1
      }
      .told.isEmpty)
  }

  @Test("that lasts is what is usual some weeks later, so that silence is told again")
  func lasting() {
    // Two thirds of what comes go for good after four weeks; five weeks later nothing comes.
    let (drop, silence) = (4 * 168 + 9, 9 * 168 + 9)
    let told = Self.play(weeks: 9, more: 24) { $0 < drop ? 1 : $0 < silence ? 0.3 : 0 }.told
    #expect(told.count == 2 && told.first?.hour == drop + 3, "\(told)")
    #expect(told.last.map { (silence + 2...silence + 3).contains($0.hour) } ?? false, "\(told)")
  }

  @Test("of other sources is another: what was quiet before is over")
  func otherSources() {
    let (drop, change) = (4 * 168 + 9, 4 * 168 + 33)
    let told = Self.play(
      weeks: 4, more: 60,
      names: { hour in (0..<10).map { hour < change ? "s\($0)" : "t\($0)" } }
    ) { $0 < drop ? 1 : 0.05 }.told
    #expect(told.map(\.hour) == [drop + 3, change + 3], "\(told)")
  }

  @Test("stands as told in the record: no checkpoint says it twice or keeps it back")
  func record() throws {
    let from = 4 * 168 + 9
    let habit = Self.play(weeks: 4, more: 13) { $0 < from ? 1 : 0 }.habit
    let now = Self.start + .hours(from + 3) + .minutes(10)
    let signal = try #require(habit.due(told: [:], at: now).first)
    #expect(signal.since == Self.start + .hours(from + 3))
    #expect(habit.due(told: ["all": now], at: now).isEmpty)
    #expect(habit.due(told: ["all": now - .days(1)], at: now).map(\.group) == ["all"])
    // A clock that was put back a day ago wrote of it; and nobody hears silence in hours long gone.
    #expect(habit.due(told: ["all": now + .days(1)], at: now).map(\.group) == ["all"])
    #expect(habit.due(told: [:], at: now + .hours(2)).isEmpty)
    #expect(habit.due(told: [:], at: now - .days(1)).isEmpty)
  }

  @Test("is known again after a checkpoint")
  func checkpoint() throws {
    let habit = Self.play(weeks: 4, more: 14) { $0 < 4 * 168 + 9 ? 1 : 0 }.habit
    #expect(!habit.due(told: [:], at: Self.start + .hours(4 * 168 + 14)).isEmpty)
    let bytes = JSONWriter.object { habit.write(to: &$0) }
    var fields = try Fields(try JSONReader.read(bytes))
    #expect(try VolumeHabit(&fields) == habit)
    var none = try Fields(try JSONReader.read(Array("{}".utf8)))
    #expect(try VolumeHabit(&none) == VolumeHabit())
  }
}
