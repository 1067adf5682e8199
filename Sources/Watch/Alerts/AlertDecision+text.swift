package import Bytes

// Decisions in words.
extension AlertDecision {
  /// The decision in one line, with times as a person of this zone reads them.
  package func line(in zone: DeskZone) -> Bilingual {
    switch self {
    case .raise(let reason): reason.line(in: zone)
    case .hold(let reason): reason.line(in: zone)
    }
  }

  /// The decision with all its figures, a line for each.
  package func full(in zone: DeskZone) -> [Bilingual] {
    [line(in: zone)] + figures.lines + (figures.mute.map { [$0.line(in: zone)] } ?? [])
  }
}

extension AlertReason {
  package func line(in zone: DeskZone) -> Bilingual {
    let cause =
      switch cause {
      case .severe:
        Bilingual(
          zh: "出现严重事态用语（\(figures.words.zh)）", en: "serious words (\(figures.words.en))")
      case .mild:
        Bilingual(
          zh: "出现值得关注的用语（\(figures.words.zh)）", en: "words worth a look (\(figures.words.en))")
      case .strong:
        Bilingual(
          zh: "议论量远超平常，且没有已知活动可以解释", en: "far more talk than usual, and no known event explains it")
      case .escalated(let worsened, let since):
        Bilingual(
          zh: "事态较 \(zone.text(since)) 的预警加重（\(worsened.text.zh)）",
          en: "worse than at the alert of \(zone.text(since)) (\(worsened.text.en))")
      }
    return Bilingual(
      zh:
        "\(level.name.zh)：\(cause.zh)；\(figures.burst.zh)；\(figures.evidence.zh)\(figures.young.zh)",
      en: "\(level.name.en): \(cause.en); \(figures.burst.en); \(figures.evidence.en)"
        + figures.young.en)
  }
}

extension HoldReason {
  package func line(in zone: DeskZone) -> Bilingual {
    var cause = cause.text(in: zone)
    if !worsened.isEmpty {
      cause = Bilingual(
        zh: cause.zh + "，此后加重：\(worsened.text.zh)",
        en: cause.en + ", worse since: \(worsened.text.en)")
    }
    return Bilingual(
      zh: "暂不预警：\(cause.zh)；\(figures.burst.zh)；\(figures.evidence.zh)\(figures.young.zh)",
      en: "held: \(cause.en); \(figures.burst.en); \(figures.evidence.en)\(figures.young.en)")
  }
}

extension MuteEffect {
  func line(in zone: DeskZone) -> Bilingual {
    let zh = until.map { "至 \(zone.text($0)) 的静音" } ?? "静音"
    let en = until.map { "the mute until \(zone.text($0))" } ?? "the mute"
    guard graver.isEmpty else {
      return Bilingual(
        zh: "\(zh)挡不住它，较静音时加重：\(graver.text.zh)",
        en: "\(en) does not hold it back, graver than when it was muted: \(graver.text.en)")
    }
    return isDecisive
      ? Bilingual(
        zh: "\(zh)挡住了它：若无静音，此刻会预警",
        en: "\(en) holds it back: without it people would be told now")
      : Bilingual(
        zh: "\(zh)仍在；若无静音，此刻也不会预警",
        en: "\(en) stands; without it people would not be told now either")
  }
}

extension HoldReason.Cause {
  package func text(in zone: DeskZone) -> Bilingual {
    switch self {
    case .muted(let until):
      Bilingual(
        zh: "已静音" + (until.map { "至 \(zone.text($0))" } ?? ""),
        en: "muted" + (until.map { " until \(zone.text($0))" } ?? ""))
    case .acknowledged(let at):
      Bilingual(zh: "已于 \(zone.text(at)) 确认", en: "acknowledged at \(zone.text(at))")
    case .knownEvent(let name):
      Bilingual(zh: "已知活动“\(name)”可以解释", en: "the known event '\(name)' explains it")
    case .mutedMatter(let name):
      Bilingual(zh: "配置已静音“\(name)”", en: "the configuration mutes '\(name)'")
    case .tooFewVoices(let needed):
      Bilingual(zh: "独立发言者不足 \(needed) 个", en: "fewer than \(needed) independent voices")
    case .tooFewOwners(let needed):
      Bilingual(zh: "独立信源主体不足 \(needed) 个", en: "fewer than \(needed) independent owners")
    case .constantVolume:
      Bilingual(
        zh: "量大，但近 6 小时没有高出平常", en: "much is said, but no more than usual in the last 6 hours")
    case .notSignificant:
      Bilingual(zh: "与平常相比不显著", en: "not significant beside what is usual")
    case .elsewhere:
      Bilingual(zh: "未提及本地地名或设施", en: "no place or facility of this desk is named")
    case .leisure:
      Bilingual(zh: "节庆、赛事或演出，没有严重用语", en: "a feast, match or show without serious words")
    case .drill:
      Bilingual(zh: "多为演练内容", en: "mostly about a drill")
    case .noSeriousWords:
      Bilingual(zh: "没有严重用语", en: "no serious words")
    case .alreadyRaised(let at):
      Bilingual(zh: "已于 \(zone.text(at)) 预警，此后未加重", en: "told at \(zone.text(at)), not worse since")
    case .tooSoon(let next):
      Bilingual(
        zh: "有所加重，下一次通知不早于 \(zone.text(next))",
        en: "worse, next notice not before \(zone.text(next))")
    case .related(let topic):
      Bilingual(zh: "属于已预警话题 \(topic) 的一部分", en: "a part of the topic \(topic), told already")
    case .spaced(let next):
      Bilingual(
        zh: "非紧急，下一次通知不早于 \(zone.text(next))",
        en: "not urgent, next notice not before \(zone.text(next))"
      )
    }
  }
}

extension Worsening {
  package var text: Bilingual {
    switch self {
    case .urgent: Bilingual(zh: "升为紧急", en: "urgent now")
    case .harm: Bilingual(zh: "出现死亡、重伤等用语", en: "deaths or grave injuries are told of")
    case .official: Bilingual(zh: "官方信源加入", en: "an official source speaks of it")
    case .places(let places):
      Bilingual(
        zh: "新地点：\(places.joined(separator: "、"))",
        en: "a new place: \(places.joined(separator: ", "))")
    case .troubles(let troubles):
      Bilingual(
        zh: "新的严重用语：\(troubles.map(\.name.zh).joined(separator: "、"))",
        en: "grave words of a new kind: \(troubles.map(\.name.en).joined(separator: ", "))")
    case .merged(let from, let to):
      Bilingual(
        zh: "并入其他话题，发言者由 \(from) 增至 \(to)",
        en: "other topics became part of it, \(to) voices where there were \(from)")
    case .grown(let from, let to):
      Bilingual(
        zh: "发言者由 \(from) 增至 \(to)", en: "\(to) voices where there were \(from)")
    }
  }
}

extension [Worsening] {
  package var text: Bilingual {
    Bilingual(
      zh: map(\.text.zh).joined(separator: "、"), en: map(\.text.en).joined(separator: "; "))
  }
}

extension AlertFigures {
  /// What was counted beside what was to be expected.
  package var burst: Bilingual {
    let (count, expected) = (Int(count.rounded()), Self.short(expected))
    let figures = "z \(Self.short(significance))"
    return Bilingual(
      zh: "\(window.name.zh)提及 \(count) 条，平常 \(expected) 条（\(figures)，门槛 \(Self.short(needed))）",
      en: "mentioned in \(counted(count, "post")) of \(window.name.en), usually \(expected) "
        + "(\(figures), needed \(Self.short(needed)))")
  }

  /// What was put together as the topic, and who says it: counts only. It is less than what mentions
  /// its words, since copies stand apart and some of that tells of other things.
  package var evidence: Bilingual {
    var zh = ["话题内帖文 \(posts) 条"]
    var en = ["the topic has \(counted(posts, "post"))"]
    if copies > 0 {
      zh.append("另有重复 \(copies) 条")
      en.append(counted(copies, "copy", "copies"))
    }
    if let voices {
      zh.append("发言者 \(voices) 个")
      en.append(counted(voices, "voice"))
    }
    if let owners {
      zh.append("主体 \(owners) 个")
      en.append(counted(owners, "owner"))
    }
    if official > 0 {
      zh.append("官方 \(official) 条")
      en.append("\(official) official")
    }
    return Bilingual(zh: zh.joined(separator: "，"), en: en.joined(separator: ", "))
  }

  var words: Bilingual {
    Bilingual(
      zh: reading.words.prefix(3).joined(separator: "、"),
      en: reading.words.prefix(3).joined(separator: ", "))
  }

  /// Says of a young desk that it is one.
  var young: Bilingual {
    guard let hours = learningHours else { return Bilingual(same: "") }
    return Bilingual(
      zh: "；学习中，仅有 \(hours) 小时历史", en: "; learning, \(counted(hours, "hour")) of history")
  }

  /// All that the decision rests on, a line each: what one line leaves out as well.
  var lines: [Bilingual] {
    var lines = windows.map(\.line)
    lines.append(evidence)
    lines.append(
      Bilingual(
        zh: "信源 \(sources) 个；新颖度 \(Self.short(novelty))；加速（1 小时 z 减 6 小时 z）"
          + Self.short(acceleration),
        en:
          "\(counted(sources, "source")); novelty \(Self.short(novelty)); acceleration (z of 1 h less z of 6 h) "
          + Self.short(acceleration)))
    lines.append(scoreLine)
    lines.append(thresholdLine)
    let severe = "\(reading.severeItems)/\(reading.items)"
    lines.append(
      Bilingual(
        zh: "代表帖文中含严重用语 \(severe)，值得关注用语 \(reading.mildItems)/\(reading.items)，"
          + "节庆赛事用语 \(reading.leisureItems)/\(reading.items)",
        en: "of the posts that stand for it, serious words in \(severe), words worth a look in "
          + "\(reading.mildItems)/\(reading.items), words of leisure in "
          + "\(reading.leisureItems)/\(reading.items)"))
    if !reading.words.isEmpty {
      lines.append(
        Bilingual(
          zh: "用语：\(reading.words.joined(separator: "、"))",
          en: "words: \(reading.words.joined(separator: ", "))"))
    }
    if !reading.troubles.isEmpty {
      lines.append(
        Bilingual(
          zh: "类型：\(reading.troubles.map(\.name.zh).joined(separator: "、"))",
          en: "kinds: \(reading.troubles.map(\.name.en).joined(separator: ", "))"))
    }
    if !reading.places.isEmpty {
      lines.append(
        Bilingual(
          zh: "本地地点：\(reading.places.joined(separator: "、"))",
          en: "places here: \(reading.places.joined(separator: ", "))"))
    }
    if let hours = learningHours {
      lines.append(
        Bilingual(
          zh: "学习中，仅有 \(hours) 小时历史，门槛已提高",
          en: "learning, \(counted(hours, "hour")) of history, thresholds are raised"))
    }
    return lines
  }

  /// The score, which sorts the list, and what goes into it.
  private var scoreLine: Bilingual {
    let highest = Self.short(windows.map(\.z).max() ?? 0)
    let grave = "\(reading.graveItems)/\(reading.items)"
    let serious = "\(reading.severeItems)/\(reading.items)"
    let speakers = voices ?? posts
    return Bilingual(
      zh: "排序分 \(Self.short(score))，由此而来：最高 z \(highest)，发言者 \(speakers)，加速 "
        + "\(Self.short(acceleration))，新颖度 \(Self.short(novelty))，严重用语 \(serious)，"
        + "其中极严重 \(grave)，节庆赛事用语 \(reading.leisureItems)/\(reading.items)",
      en: "score \(Self.short(score)) for the order of the list, from: highest z \(highest), "
        + "\(counted(speakers, "voice")), acceleration \(Self.short(acceleration)), novelty "
        + "\(Self.short(novelty)), serious words \(serious), grave ones \(grave), words of leisure "
        + "\(reading.leisureItems)/\(reading.items)")
  }

  /// What the significance has to be, and what has moved that.
  private var thresholdLine: Bilingual {
    let kind = seriousness.reason
    var zh = "门槛 z \(Self.short(needed))：\(kind.zh) \(Self.short(base))"
    var en = "needed z \(Self.short(needed)): \(Self.short(base)) for \(kind.en)"
    if caution != 1 {
      zh += "，学习期 ×\(Self.short(caution))"
      en += ", × \(Self.short(caution)) while learning"
    }
    if marked != 1 {
      zh += "，标记 ×\(Self.short(marked))"
      en += ", × \(Self.short(marked)) by marks"
    }
    return Bilingual(zh: zh, en: en)
  }

  /// One decimal; two below one, so that 0.02 is not shown as none.
  fileprivate static func short(_ number: Double) -> String {
    let scale = number < 1 ? 100.0 : 10.0
    let rounded = (number * scale).rounded() / scale
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}

extension Seriousness {
  /// Why a topic needs as much as it does.
  fileprivate var reason: Bilingual {
    switch self {
    case .severe: Bilingual(zh: "含严重用语的话题", en: "a topic with serious words")
    case .mild: Bilingual(zh: "含值得关注用语的话题", en: "a topic with words worth a look")
    case .plain: Bilingual(zh: "严重用语不足的话题", en: "a topic with too few serious words")
    }
  }
}

extension TopicWindow {
  fileprivate var line: Bilingual {
    let (expected, z) = (AlertFigures.short(expected), AlertFigures.short(z))
    let count = Int(count.rounded())
    let spread = AlertFigures.short(spread)
    return Bilingual(
      zh: "\(window.name.zh)：\(count) 条，平常 \(expected) 条，z \(z)，离散 \(spread)",
      en: "\(window.name.en): \(counted(count, "post")), usually \(expected), z \(z), "
        + "spread \(spread)")
  }
}

extension BurstWindow {
  package var name: Bilingual {
    switch self {
    case .hour: Bilingual(zh: "近 1 小时", en: "the last hour")
    case .sixHours: Bilingual(zh: "近 6 小时", en: "the last 6 hours")
    case .day: Bilingual(zh: "近 24 小时", en: "the last 24 hours")
    }
  }
}
