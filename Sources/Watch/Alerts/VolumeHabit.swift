package import Bytes

/// Much less than usual is heard, though the sources can be heard.
package struct VolumeSignal: Hashable, Sendable {
  /// Which sources: `all`, or one tier.
  package var group: String
  package var hours: Int
  package var count: Int
  package var expected: Double
  /// The signed root of the Poisson deviance over the learned spread; below zero.
  package var z: Double
  package var spread: Double
  /// How many weeks of these hours stand behind what is expected.
  package var weeks: Int
  /// The end of the hour by which it was found to be quiet, and of the last that was looked at.
  package var since: Instant
  package var until: Instant

  package var line: Bilingual {
    let name = VolumeHabit.name(of: group)
    let usual = Int(expected.rounded())
    let figure = (z * 10).rounded() / 10
    return Bilingual(
      zh: "异常安静：\(name.zh)近 \(hours) 小时只有 \(count) 条，平常此时约 \(usual) 条"
        + "（z \(figure)，依据 \(weeks) 周同一时段）",
      en: "unusually quiet: \(count) items of \(name.en) in the last \(hours) h, usually about "
        + "\(usual) at this time (z \(figure), by these hours of \(weeks) weeks)")
  }
}

/// How much is usually heard in each hour of the week, by group of sources, and whether now much less
/// is. A function of the counts that it is given.
///
/// Volume is learned as items an hour for each source that can be heard, so that a source more or
/// less is no silence. Only whole hours count that the desk has listened to from end to end, with
/// most of its sources. What is expected of an hour is the lesser of its own mean and that of it and
/// its neighbours; the spread beyond Poisson's is learned from the hours' own surprises. Nothing is
/// said of hours that `needed` weeks do not stand behind, of small volumes, or of less than
/// `window` hours. It is said once, and again only after the volume was back; what was said stands in
/// the record and not here, so that neither a crash nor an old checkpoint says it twice or never.
///
/// What was quiet for `patience` is learned, fast, as what is usual now: else a desk that has lost
/// its busiest source for good would never again hear silence. Where the sources themselves are
/// others, what was quiet is over, and what was learned gives way faster.
package struct VolumeHabit: Hashable, Sendable {
  package static let groups = ["all", "official", "listed", "other"]

  package static func name(of group: String) -> Bilingual {
    switch group {
    case "official": Bilingual(zh: "官方信源", en: "official sources")
    case "listed": Bilingual(zh: "媒体信源", en: "listed media")
    case "other": Bilingual(zh: "其他信源", en: "other sources")
    default: Bilingual(zh: "全部信源", en: "all sources")
    }
  }

  /// Weeks of an hour that have to stand behind what is expected of it.
  static let needed = 3.0
  /// Older weeks count less and less.
  fileprivate static let memory = 8.0
  fileprivate static let window = 3
  fileprivate static let leastExpected = 15.0
  fileprivate static let share = 0.4
  fileprivate static let backShare = 0.6
  fileprivate static let significance = 4.0
  fileprivate static let widest = 25.0
  fileprivate static let hoursAWeek = 168
  /// An hour counts if so many of its minutes were listened to.
  fileprivate static let wholeMinutes = 55
  /// With fewer sources heard than this, silence is deafness.
  fileprivate static let heardShare = 0.8
  /// A quiet so long is what is usual from then on.
  fileprivate static let patience = Duration.hours(48)
  /// Of hours longer ago nothing is told: nobody could hear the silence in them any more.
  private static let newsMemory = Duration.hours(1)

  /// A source, and whether it could be heard in a minute.
  package struct Source: Hashable, Sendable {
    package var name: String
    package var tier: Item.Tier
    package var isHeard: Bool

    package init(_ name: String, tier: Item.Tier, isHeard: Bool) {
      self.name = name
      self.tier = tier
      self.isHeard = isHeard
    }
  }

  fileprivate struct Slot: Hashable, Sendable {
    var weeks = 0.0
    var rate = 0.0
  }

  fileprivate struct Group: Hashable, Sendable {
    var slots = [Slot](repeating: Slot(), count: VolumeHabit.hoursAWeek)
    /// The mean of squared surprises over what was expected; one is Poisson's.
    var spread = 4.0
    var surprises = 0.0
    /// The silence that lasts; nil for none.
    var quiet: VolumeSignal?
    /// Of the names of its sources.
    var sources: UInt64?
    /// The last hours, oldest first: when, how much, and what was expected.
    var past: [Past] = []
  }

  fileprivate struct Past: Hashable, Sendable {
    var hour: Instant
    var count: Int
    var expected: Double
    var weeks: Int
  }

  private var byName: [String: Group] = [:]
  /// The hour that runs.
  private var hour: Instant?
  private var minutes = 0
  private var counts: [String: Int] = [:]
  /// Sources heard, and all of them, summed over the minutes.
  private var heard: [String: Int] = [:]
  private var present: [String: Int] = [:]

  package init() {}

  /// Takes a minute that was listened to. Of minutes that nobody listened to it is never told; an
  /// hour that lacks some teaches nothing.
  package mutating func take(
    _ items: some Sequence<Item>, sources: [Source], through end: Instant, zone: DeskZone
  ) {
    let start = (end - .minutes(1)).floored(to: .hours(1))
    if let open = hour, open != start {
      finish(open, zone)
      minutes = 0
      (counts, heard, present) = ([:], [:], [:])
    }
    hour = start
    minutes += 1
    for item in items {
      counts["all", default: 0] += 1
      if let tier = item.tier { counts[tier.rawValue, default: 0] += 1 }
    }
    var names: [String: [String]] = [:]
    for source in sources {
      for group in ["all", source.tier.rawValue] {
        names[group, default: []].append(source.name)
        present[group, default: 0] += 1
        if source.isHeard { heard[group, default: 0] += 1 }
      }
    }
    for name in Self.groups {
      byName[name]?.meet(stableHash((names[name] ?? []).sorted().joined(separator: "\n")))
    }
  }

  /// The silences that people are to be told of now. `told` is when the record says that each group
  /// was told of last. Where all are quiet, none is so by itself.
  package func due(told: [String: Instant], at now: Instant) -> [VolumeSignal] {
    let isAll = byName["all"]?.quiet != nil
    return (isAll ? ["all"] : Self.groups).compactMap { name in
      guard let quiet = byName[name]?.quiet, quiet.until <= now,
        now - quiet.until <= Self.newsMemory
      else { return nil }
      let isTold = [told[name], told["all"]].contains { notice in
        notice.map { $0 >= quiet.since && !$0.isAhead(of: now) } ?? false
      }
      return isTold ? nil : quiet
    }
  }

  private mutating func finish(_ hour: Instant, _ zone: DeskZone) {
    guard minutes >= Self.wholeMinutes else { return }
    for name in Self.groups {
      let ears = Double(heard[name] ?? 0) / Double(minutes)
      guard ears > 0, Double(heard[name] ?? 0) >= Self.heardShare * Double(present[name] ?? 0)
      else { continue }
      var group = byName[name] ?? Group()
      let slot = Self.slot(of: hour, zone)
      group.judge(hour, counts[name] ?? 0, ears: ears, slot: slot, of: name)
      group.learn(counts[name] ?? 0, ears: ears, slot: slot, at: hour)
      byName[name] = group
    }
  }

  private static func slot(of hour: Instant, _ zone: DeskZone) -> Int {
    let local = hour + .seconds(zone.offsetSeconds(at: hour))
    let hours = Int((local.microseconds / 3_600_000_000) % Int64(hoursAWeek))
    return (hours + hoursAWeek) % hoursAWeek
  }
}

extension VolumeHabit.Group {
  /// What the hour of this slot brings, for each source; nil while too few weeks are known.
  private func rate(_ slot: Int) -> (rate: Double, weeks: Int)? {
    let own = slots[slot]
    guard own.weeks >= VolumeHabit.needed else { return nil }
    let count = slots.count
    let near = [(slot + count - 1) % count, slot, (slot + 1) % count].map { slots[$0] }
    let weeks = near.reduce(0) { $0 + $1.weeks }
    let mean = near.reduce(0) { $0 + $1.rate * $1.weeks } / weeks
    return (min(own.rate, mean), Int(own.weeks))
  }

  mutating func judge(
    _ hour: Instant, _ count: Int, ears: Double, slot: Int, of name: String
  ) {
    let end = hour + .hours(1)
    guard let (rate, weeks) = rate(slot) else {
      past = []
      return
    }
    if let last = past.last, hour - last.hour != .hours(1) { past = [] }
    past.append(
      VolumeHabit.Past(hour: hour, count: count, expected: rate * ears, weeks: weeks))
    past = Array(past.suffix(VolumeHabit.window))
    let total = past.reduce(0) { $0 + $1.count }
    let usual = past.reduce(0) { $0 + $1.expected }
    if quiet != nil, Double(total) >= VolumeHabit.backShare * usual { quiet = nil }
    guard past.count == VolumeHabit.window, usual >= VolumeHabit.leastExpected,
      Double(total) <= VolumeHabit.share * usual,
      past.allSatisfy({ Double($0.count) < VolumeHabit.backShare * $0.expected })
    else { return }
    let z = -(Self.deviance(Double(total), usual) / spread).squareRoot()
    guard z <= -VolumeHabit.significance else { return }
    quiet = VolumeSignal(
      group: name, hours: past.count, count: total, expected: usual, z: z, spread: spread,
      weeks: past.map(\.weeks).min() ?? 0, since: min(quiet?.since ?? end, end), until: end)
  }

  private static func deviance(_ count: Double, _ usual: Double) -> Double {
    let share = count > 0 ? count * naturalLogarithm(count / usual) : 0
    return max(0, 2 * (share - (count - usual)))
  }

  mutating func learn(_ count: Int, ears: Double, slot: Int, at hour: Instant) {
    if let quiet {
      // A silence is not what is usual, until it has lasted: then it counts as much as all before.
      guard hour - quiet.since >= VolumeHabit.patience else { return }
      slots[slot].rate += (Double(count) / ears - slots[slot].rate) / 2
      return
    }
    if let (rate, _) = rate(slot), rate * ears > 1 {
      let expected = rate * ears
      let surprise = (Double(count) - expected) * (Double(count) - expected) / expected
      surprises = min(surprises + 1, 168)
      // A single outlier must not make a desk blind to silence.
      let bounded = min(surprise, VolumeHabit.widest * 4)
      spread = max(1, min(VolumeHabit.widest, spread + (bounded - spread) / (surprises + 8)))
    }
    slots[slot].weeks = min(slots[slot].weeks + 1, VolumeHabit.memory)
    slots[slot].rate += (Double(count) / ears - slots[slot].rate) / slots[slot].weeks
  }
}

extension VolumeHabit.Group {
  /// Takes note of who its sources are now.
  mutating func meet(_ sources: UInt64) {
    defer { self.sources = sources }
    guard let former = self.sources, former != sources else { return }
    quiet = nil
    past = []
    for slot in slots.indices { slots[slot].weeks = min(slots[slot].weeks, VolumeHabit.needed) }
  }
}

// As a checkpoint keeps it. The hour that runs is kept as well, so that a restart costs no hour.
extension VolumeHabit {
  package func write(to writer: inout JSONWriter) {
    writer.memberObject("volume") { writer in
      writer.member(ifPresent: "hour", hour?.iso8601)
      writer.member("minutes", minutes)
      for (name, numbers) in [("counts", counts), ("heard", heard), ("present", present)] {
        writer.memberObject(name) { writer in
          for group in Self.groups {
            if let number = numbers[group] { writer.member(group, number) }
          }
        }
      }
      writer.memberArray("groups") { writer in
        for name in Self.groups {
          guard let group = byName[name] else { continue }
          writer.object { group.write(name, to: &$0) }
        }
      }
    }
  }

  package init(_ fields: inout Fields) throws(FieldFailure) {
    guard var volume = try fields.fields(ifPresent: "volume") else { return }
    hour = try volume.instant(ifPresent: "hour")
    minutes = try volume.integer("minutes")
    counts = try Self.numbers(try volume.fields("counts"))
    heard = try Self.numbers(try volume.fields("heard"))
    present = try Self.numbers(try volume.fields("present"))
    for json in try volume.array("groups") {
      var entry = try Fields(json)
      let name = try entry.text("name")
      byName[name] = try Group(&entry, name: name)
    }
  }

  private static func numbers(_ fields: Fields) throws(FieldFailure) -> [String: Int] {
    var fields = fields
    var numbers: [String: Int] = [:]
    for group in groups {
      if let number = try fields.integer(ifPresent: group) { numbers[group] = number }
    }
    return numbers
  }
}

extension VolumeHabit.Group {
  fileprivate func write(_ name: String, to writer: inout JSONWriter) {
    writer.member("name", name)
    writer.member("spread", spread)
    writer.member("surprises", surprises)
    writer.member(ifPresent: "sources", sources.map { String($0, radix: 16) })
    if let quiet {
      writer.memberObject("silence") {
        $0.member("since", quiet.since.iso8601)
        $0.member("until", quiet.until.iso8601)
        $0.member("hours", quiet.hours)
        $0.member("count", quiet.count)
        $0.member("expected", quiet.expected)
        $0.member("z", quiet.z)
        $0.member("spread", quiet.spread)
        $0.member("weeks", quiet.weeks)
      }
    }
    writer.memberArray("weeks") { list in for slot in slots { list.value(slot.weeks) } }
    writer.memberArray("rates") { list in for slot in slots { list.value(slot.rate) } }
    writer.memberArray("past") { list in
      for hour in past {
        list.object {
          $0.member("hour", hour.hour.iso8601)
          $0.member("count", hour.count)
          $0.member("expected", hour.expected)
          $0.member("weeks", hour.weeks)
        }
      }
    }
  }

  fileprivate init(_ fields: inout Fields, name: String) throws(FieldFailure) {
    spread = try fields.number(ifPresent: "spread") ?? spread
    surprises = try fields.number(ifPresent: "surprises") ?? 0
    sources = try fields.text(ifPresent: "sources").flatMap { UInt64($0, radix: 16) }
    if var silence = try fields.fields(ifPresent: "silence") {
      quiet = VolumeSignal(
        group: name, hours: try silence.integer("hours"), count: try silence.integer("count"),
        expected: try silence.number(ifPresent: "expected") ?? 0,
        z: try silence.number(ifPresent: "z") ?? 0,
        spread: try silence.number(ifPresent: "spread") ?? 1,
        weeks: try silence.integer("weeks"), since: try silence.instant("since"),
        until: try silence.instant("until"))
    }
    let weeks = try fields.array("weeks").map { $0.number ?? 0 }
    let rates = try fields.array("rates").map { $0.number ?? 0 }
    for slot in slots.indices where slot < weeks.count && slot < rates.count {
      slots[slot].weeks = weeks[slot]
      slots[slot].rate = rates[slot]
    }
    for json in try fields.array("past") {
      var entry = try Fields(json)
      past.append(
        VolumeHabit.Past(
          hour: try entry.instant("hour"), count: try entry.integer("count"),
          expected: try entry.number(ifPresent: "expected") ?? 0,
          weeks: try entry.integer("weeks")))
    }
  }
}
