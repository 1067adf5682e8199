import Bytes

/// A fictional county: its sources, its voices and what is talked about in them.
///
/// It is a value, loaded from a folder. With a seed it becomes a recorded stream (`stream(seed:)`)
/// and the feeds that would have carried it (`Edition`).
struct County: Sendable {
  let name: Bilingual
  let calendar: CountyCalendar
  /// Feeds hold posts from here on, so that none is empty when the story begins.
  let eve: Instant
  /// The recorded stream is what is published from `from` until before `to`.
  let from: Instant
  let to: Instant
  let lexicon: Lexicon
  let feeds: [Feed]
  let voices: [Voice]
  let strands: [Strand]

  var zone: DeskZone { calendar.zone }

  func feed(named id: String) -> Feed? { feeds.first { $0.id == id } }
}

extension County {
  /// Reads `county.json5` and the files that it names; a mistake is named with file and line.
  init(folder: String) throws(CountyFailure) {
    let words = try CountyFile("words.json5", in: folder)
    lexicon = try words.read { fields throws(FieldFailure) in
      try Lexicon(try fields.members())
    }
    let people = try CountyFile("people.json5", in: folder)
      .read { fields throws(FieldFailure) in try Crowds(&fields) }

    let main = try CountyFile("county.json5", in: folder)
    let plan = try main.read { fields throws(FieldFailure) in try CountyPlan(&fields) }
    (name, calendar) = (plan.name, plan.calendar)
    (eve, from, to) = (plan.eve, plan.from, plan.to)

    let calendar = plan.calendar
    let feeds = try CountyFile("feeds.json5", in: folder).read { fields throws(FieldFailure) in
      try Self.feeds(&fields, calendar, people)
    }
    self.feeds = feeds
    let lexicon = self.lexicon
    let reader = StrandReader(
      calendar: calendar, lexicon: lexicon, feeds: feeds.map(\.id), shapes: plan.shapes,
      isAlerting: feeds.map { $0.format == .cap || $0.format == .capIndex })
    // The voices stand in the main file, and name feeds, which stand in another.
    let voices = try main.read { fields throws(FieldFailure) in
      _ = try CountyPlan(&fields)
      return try reader.voices(&fields, areas: lexicon.areas)
    }
    self.voices = voices
    var strands: [Strand] = []
    for name in plan.strandFiles {
      strands += try CountyFile(name, in: folder).read { fields throws(FieldFailure) in
        try reader.strands(&fields, voices: voices)
      }
    }
    self.strands = strands
  }

  private static func feeds(
    _ fields: inout Fields, _ calendar: CountyCalendar, _ people: Crowds
  ) throws(FieldFailure) -> [Feed] {
    var ids: Set<String> = []
    var paths: Set<String> = []
    return try fields.objects(ifPresent: "feeds") { inside throws(FieldFailure) in
      let feed = try Feed(&inside, calendar: calendar, crowd: people.handles)
      guard ids.insert(feed.id).inserted else {
        throw inside.failure(
          "id", Bilingual(zh: "“\(feed.id)”出现两次", en: "there are two feeds '\(feed.id)'"))
      }
      for path in [feed.path, feed.former].compactMap({ $0 })
      where !paths.insert(path).inserted {
        throw inside.failure(
          "path", Bilingual(zh: "“\(path)”已被占用", en: "'\(path)' is the path of another feed"))
      }
      return feed
    }
  }
}

/// What county.json5 says besides its voices.
private struct CountyPlan {
  let name: Bilingual
  let calendar: CountyCalendar
  let eve: Instant
  let from: Instant
  let to: Instant
  let shapes: [(name: String, weights: [Int])]
  let strandFiles: [String]

  init(_ fields: inout Fields) throws(FieldFailure) {
    var names = try fields.fields("name")
    name = Bilingual(zh: try names.text("zh-CN"), en: try names.text("en"))
    try names.finish()
    let zone = try fields.text("zone")
    let month = try fields.text("month")
    guard let calendar = CountyCalendar(zone: zone, month: month) else {
      throw fields.failure(
        "month",
        Bilingual(
          zh: "“zone”或“month”有误，应如 Asia/Shanghai 与 2026-09",
          en: "'zone' or 'month' is wrong; they should be as Asia/Shanghai and 2026-09"))
    }
    self.calendar = calendar
    eve = try calendar.instant("eve", &fields)
    from = try calendar.instant("from", &fields)
    to = try calendar.instant("to", &fields)
    guard eve <= from, from < to else {
      throw fields.failure(
        "to",
        Bilingual(zh: "“eve”“from”“to”须依次递增", en: "'eve', 'from' and 'to' should follow in time"))
    }
    shapes = try Self.shapes(try fields.entries(ifPresent: "shapes"))
    strandFiles = try fields.texts(ifPresent: "strands") ?? []
    // Read for their own sake later, when the feeds are known.
    _ = fields.json(ifPresent: "voices")
  }

  private static func shapes(
    _ entries: [(String, JSON)]
  ) throws(FieldFailure) -> [(name: String, weights: [Int])] {
    var shapes: [(name: String, weights: [Int])] = []
    for (name, json) in entries {
      let weights = (json.array ?? []).compactMap { $0.integer }.map(Int.init)
      guard weights.count == 24, weights.allSatisfy({ (0...1000).contains($0) }),
        weights.reduce(0, +) > 0
      else {
        throw FieldFailure(
          Bilingual(
            zh: "“\(name)”应为 24 个 0 到 1000 的权重", en: "'\(name)' should be 24 weights from 0 to 1000"
          ),
          at: json.offset)
      }
      shapes.append((name, weights))
    }
    return shapes
  }
}

/// The crowds of people.json5.
private struct Crowds {
  private let lexicon: Lexicon
  private let crowds: [(name: String, frames: [Frame])]

  init(_ fields: inout Fields) throws(FieldFailure) {
    let lexicon = try Lexicon(try fields.entries(ifPresent: "words"))
    self.lexicon = lexicon
    var crowds: [(name: String, frames: [Frame])] = []
    if var inside = try fields.fields(ifPresent: "crowds") {
      for name in inside.names {
        crowds.append((name, try Frame.list(&inside, name, words: lexicon.names)))
      }
    }
    self.crowds = crowds
  }

  /// So many different handles for a feed, always the same; fewer if the frames give no more.
  func handles(of crowd: String, count: Int, feed: String) -> [String]? {
    guard let frames = crowds.first(where: { $0.name == crowd })?.frames else { return nil }
    var dice = Dice(seed: 0, "handles/\(feed)")
    var handles: [String] = []
    var known: Set<String> = []
    for turn in 0..<count * 20 where handles.count < count {
      let frame = frames[dice.below(frames.count)]
      var telling = Telling(
        lexicon: lexicon, area: "", language: "zh", time: CivilTime(year: 2026, month: 1, day: 1),
        dice: Dice(seed: UInt64(turn), "handle/\(feed)"))
      let handle = telling.text(of: frame.body)
      if known.insert(handle).inserted { handles.append(handle) }
    }
    return handles
  }
}
