import Bytes

/// Reads voices and strands, with all that they may refer to.
struct StrandReader {
  let calendar: CountyCalendar
  let lexicon: Lexicon
  let feeds: [String]
  let shapes: [(name: String, weights: [Int])]
  /// Which feeds speak in alerts.
  let isAlerting: [Bool]

  private static let feedWord = Bilingual(zh: "信源", en: "feed")

  // MARK: Voices

  func voices(_ fields: inout Fields, areas: [String]) throws(FieldFailure) -> [Voice] {
    var voices: [Voice] = []
    var inside = try fields.fields("voices")
    for name in inside.names {
      var voice = try inside.fields(name)
      voices.append(try self.voice(&voice, name, areas))
      try voice.finish()
    }
    return voices
  }

  private func voice(
    _ fields: inout Fields, _ name: String, _ areas: [String]
  ) throws(FieldFailure) -> Voice {
    let area = try fields.text(ifPresent: "area")
    if let area, !areas.contains(area) {
      throw fields.failure(
        "area", unknownName(area, among: areas, Bilingual(zh: "地区", en: "area")))
    }
    var places: [Int] = []
    var weights: [Int] = []
    for (feed, json) in try fields.entries(ifPresent: "feeds") {
      guard let place = feeds.firstIndex(of: feed) else {
        throw FieldFailure(unknownName(feed, among: feeds, Self.feedWord), at: json.offset)
      }
      guard let weight = json.integer, (1...1000).contains(weight) else {
        throw FieldFailure(
          Bilingual(
            zh: "“\(feed)”的权重应为 1 到 1000", en: "the weight of '\(feed)' should be from 1 to 1000"),
          at: json.offset)
      }
      places.append(place)
      weights.append(Int(weight))
    }
    guard !places.isEmpty else {
      throw fields.failure(
        Bilingual(zh: "声音“\(name)”没有信源", en: "the voice '\(name)' is heard on no feed"))
    }
    let hasReposts = fields.names.contains("reposts")
    return Voice(
      name: name, area: area, feeds: places, weights: weights,
      openers: try manner("openers", &fields), tails: try manner("tails", &fields),
      reposts: hasReposts ? try quotingFrames("reposts", &fields) : [])
  }

  private func manner(_ name: String, _ fields: inout Fields) throws(FieldFailure) -> Voice.Manner {
    guard var inside = try fields.fields(ifPresent: name) else { return .none }
    let percent = try inside.integer("percent", in: 0...100)
    let frames = try Frame.list(&inside, "frames", words: lexicon.names)
    try inside.finish()
    return Voice.Manner(percent: percent, frames: frames)
  }

  private func quotingFrames(
    _ name: String, _ fields: inout Fields
  ) throws(FieldFailure) -> [Frame] {
    let frames = try Frame.list(&fields, name, words: lexicon.names)
    guard frames.allSatisfy(\.quotes) else {
      throw fields.failure(
        name,
        Bilingual(zh: "“\(name)”的每一句都须有 {quoted}", en: "each frame of '\(name)' needs {quoted}"))
    }
    return frames
  }

  // MARK: Strands

  func strands(_ fields: inout Fields, voices: [Voice]) throws(FieldFailure) -> [Strand] {
    var alerts: [Alert] = []
    return try fields.objects(ifPresent: "strands") { strand throws(FieldFailure) in
      let own = try Lexicon(try strand.entries(ifPresent: "words"), after: self.lexicon)
      return Strand(
        kind: try strand.value(
          "kind", Bilingual(zh: "小写名称", en: "a lower-case name"), { Name($0)?.text }),
        label: try strand.text(ifPresent: "label"),
        lexicon: own,
        parts: try strand.objects(ifPresent: "parts") { part throws(FieldFailure) in
          try self.part(&part, own.names, voices)
        },
        beats: try strand.objects(ifPresent: "beats") { beat throws(FieldFailure) in
          try self.beat(&beat, own.names, &alerts)
        })
    }
  }

  private func part(
    _ fields: inout Fields, _ words: [String], _ voices: [Voice]
  ) throws(FieldFailure) -> Strand.Part {
    let voice = try fields.place(
      "voice", among: voices.map(\.name), Bilingual(zh: "声音", en: "voice"))
    let reposts = try fields.integer(ifPresent: "reposts", in: 0...100) ?? 0
    guard reposts == 0 || !voices[voice].reposts.isEmpty else {
      throw fields.failure(
        "reposts",
        Bilingual(
          zh: "声音“\(voices[voice].name)”没有转发句式",
          en: "the voice '\(voices[voice].name)' has no frames of reposts"))
    }
    return Strand.Part(
      voice: voice, volume: try volume(&fields),
      frames: try Frame.list(&fields, "frames", words: words), repostPercent: reposts)
  }

  /// `shape` and `perDay`, or `volume: [["26 09:00", 12], …]` in posts an hour.
  private func volume(_ fields: inout Fields) throws(FieldFailure) -> Volume {
    guard let points = try fields.array(ifPresent: "volume") else {
      let place = try fields.place(
        "shape", among: shapes.map(\.name), Bilingual(zh: "时段形状", en: "shape of the day"))
      return .daily(
        perDay: try fields.integer("perDay", in: 0...10_000), weights: shapes[place].weights)
    }
    var curve: [Volume.Point] = []
    for point in points {
      guard let pair = point.array, pair.count == 2, let text = pair[0].string,
        let at = calendar.instant(text), let perHour = pair[1].integer,
        (0...10_000).contains(perHour)
      else {
        throw FieldFailure(
          Bilingual(
            zh: "应为 [时间, 每小时条数]，如 [\"26 09:00\", 12]",
            en: "should be a time and posts an hour, as in [\"26 09:00\", 12]"), at: point.offset)
      }
      guard curve.last.map({ $0.at < at }) ?? true else {
        throw FieldFailure(
          Bilingual(zh: "时间须依次递增", en: "a curve's times should follow one another"),
          at: point.offset)
      }
      curve.append(Volume.Point(at: at, perHour: Int(perHour)))
    }
    guard curve.count >= 2 else {
      throw fields.failure(
        "volume", Bilingual(zh: "“volume”至少要有两点", en: "'volume' needs two points at least"))
    }
    return .curve(curve)
  }

  private func beat(
    _ fields: inout Fields, _ words: [String], _ alerts: inout [Alert]
  ) throws(FieldFailure) -> Strand.Beat {
    let at = try calendar.instant("at", &fields)
    let within = try fields.integer(ifPresent: "within", in: 0...86_400) ?? 0
    let feed = try fields.place("feed", among: feeds, Self.feedWord)
    let alert = try fields.fields(ifPresent: "alert")
    guard (alert != nil) == isAlerting[feed] else {
      throw fields.failure(
        "feed",
        Bilingual(
          zh: "“\(feeds[feed])”\(alert == nil ? "只发预警" : "不发预警")",
          en:
            "the feed '\(feeds[feed])' \(alert == nil ? "carries only alerts" : "carries no alerts")"
        ))
    }
    let content: Strand.Beat.Content
    if var inside = alert {
      let alert = try Alert(&inside)
      try inside.finish()
      if let followed = alert.follows, !alerts.contains(where: { $0.id == followed }) {
        throw inside.failure(
          "follows",
          unknownName(
            followed, among: alerts.map(\.id), Bilingual(zh: "更早的预警", en: "earlier alert")))
      }
      alerts.append(alert)
      content = .alert(alert)
    } else {
      content = .post(
        try Frame(try fields.json("text"), path: fields.inner("text"), words: words))
    }
    let mirrors = try fields.objects(ifPresent: "mirrors") { mirror throws(FieldFailure) in
      try self.mirror(&mirror, words)
    }
    return Strand.Beat(
      at: at, withinSeconds: within, feed: feed, content: content, mirrors: mirrors)
  }

  private func mirror(
    _ fields: inout Fields, _ words: [String]
  ) throws(FieldFailure) -> Strand.Passing {
    let feed = try fields.place("feed", among: feeds, Self.feedWord)
    let after = try fields.integer("after", in: 0...2880)
    let form = fields.json(ifPresent: "as")
    var frame: Frame?
    if let form { frame = try Frame(form, path: fields.inner("as"), words: words) }
    guard frame?.quotes ?? true else {
      throw fields.failure("as", Bilingual(zh: "“as”须有 {quoted}", en: "'as' needs {quoted}"))
    }
    return Strand.Passing(feed: feed, afterMinutes: after, form: frame)
  }
}
