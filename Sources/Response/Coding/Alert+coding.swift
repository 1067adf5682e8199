import Bytes

extension AlertEvidence {
  func write(to writer: inout JSONWriter) {
    switch subject {
    case .topic(let topic): writer.member("topic", topic.description)
    case .phrase(let name): writer.member("phrase", name)
    case .sources(let names, let areHeard):
      writer.member(areHeard ? "heardAgain" : "notHeard", names.map(\.text))
    case .volume(let group): writer.member("volume", group)
    }
    writer.member("level", level.rawValue)
    writer.member("label", label)
    writer.member("keywords", keywords)
    writer.member("reason", reason)
    writer.member("score", score)
    writer.member("posts", posts)
    writer.member("copies", copies)
    writer.member(ifPresent: "authors", authors)
    writer.member(ifPresent: "owners", owners)
    writer.member(ifPresent: "sources", sources)
    writer.member("officialPosts", officialPosts)
    writer.memberArray("windows") { writer in
      for window in windows {
        writer.object {
          $0.member("hours", window.hours)
          $0.member("count", window.count)
          $0.member("expected", window.expected)
          $0.member("significance", window.significance)
        }
      }
    }
    writer.member("firstPost", firstPost.iso8601)
    writer.member("detected", detected.iso8601)
    writer.memberArray("samples") { writer in
      for sample in samples { writer.object { sample.write(to: &$0) } }
    }
    writer.memberObject("coverage") {
      $0.member("sources", coverage.sources)
      $0.member("silent", coverage.silent)
    }
    writer.member(ifPresent: "learningHours", learningHours)
    writer.memberObject("signs") {
      $0.member("voices", signs.voices)
      $0.member("harm", signs.hasHarm)
      $0.member("troubles", signs.troubles)
      $0.member("places", signs.places)
      if !signs.graveTroubles.isEmpty { $0.member("grave", signs.graveTroubles) }
      if signs.parts > 0 { $0.member("parts", signs.parts) }
      $0.member(ifPresent: "words", signs.seriousness?.rawValue)
    }
    if !notes.isEmpty {
      writer.memberArray("notes") { writer in
        for note in notes {
          writer.object {
            $0.member(Language.chinese.rawValue, note.zh)
            $0.member(Language.english.rawValue, note.en)
          }
        }
      }
    }
    if isMasked { writer.member("masked", true) }
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    subject = try Self.subject(&fields)
    level = try fields.choice("level")
    label = try fields.text("label")
    keywords = try fields.texts(ifPresent: "keywords") ?? []
    reason = try fields.bilingual("reason")
    score = try fields.number(ifPresent: "score") ?? 0
    posts = try fields.integer("posts")
    copies = try fields.integer(ifPresent: "copies") ?? 0
    authors = try fields.integer(ifPresent: "authors")
    owners = try fields.integer(ifPresent: "owners")
    sources = try fields.integer(ifPresent: "sources")
    officialPosts = try fields.integer(ifPresent: "officialPosts") ?? 0
    windows = try fields.list("windows") { (window) throws(FieldFailure) in
      Window(
        hours: try window.integer("hours"), count: try window.integer("count"),
        expected: try window.number(ifPresent: "expected") ?? 0,
        significance: try window.number(ifPresent: "significance") ?? 0)
    }
    firstPost = try fields.instant("firstPost")
    detected = try fields.instant("detected")
    samples = try fields.list("samples") { (sample) throws(FieldFailure) in try Sample(&sample) }
    var coverage = try fields.fields("coverage")
    self.coverage = Coverage(
      sources: try coverage.integer("sources"), silent: try coverage.integer("silent"))
    learningHours = try fields.integer(ifPresent: "learningHours")
    var signs = try fields.fields("signs")
    self.signs = Signs(
      voices: try signs.integer("voices"), hasHarm: try signs.flag(ifPresent: "harm") ?? false,
      troubles: try signs.texts(ifPresent: "troubles") ?? [],
      places: try signs.texts(ifPresent: "places") ?? [],
      graveTroubles: try signs.texts(ifPresent: "grave") ?? [],
      parts: try signs.integer(ifPresent: "parts") ?? 0,
      seriousness: try signs.choice(ifPresent: "words"))
    notes = []
    for json in try fields.array(ifPresent: "notes") ?? [] {
      var note = try Fields(json)
      notes.append(
        Bilingual(
          zh: try note.text(Language.chinese.rawValue), en: try note.text(Language.english.rawValue)
        ))
    }
    isMasked = try fields.flag(ifPresent: "masked") ?? false
  }

  private static func subject(_ fields: inout Fields) throws(FieldFailure) -> Subject {
    if let name = try fields.text(ifPresent: "phrase") { return .phrase(name) }
    if let group = try fields.text(ifPresent: "volume") { return .volume(group) }
    if let names = try fields.texts(ifPresent: "notHeard") {
      return .sources(names.compactMap { Name($0) }, areHeard: false)
    }
    if let names = try fields.texts(ifPresent: "heardAgain") {
      return .sources(names.compactMap { Name($0) }, areHeard: true)
    }
    return .topic(try fields.topic("topic"))
  }
}

extension AlertEvidence.Sample {
  func write(to writer: inout JSONWriter) {
    writer.member("item", item)
    writer.member("source", source)
    writer.member("seen", seen.iso8601)
    if isOfficial { writer.member("official", true) }
    writer.member(ifPresent: "title", title)
    writer.member(ifPresent: "link", link)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    self.init(
      item: try fields.text("item"), source: try fields.text("source"),
      seen: try fields.instant("seen"), isOfficial: try fields.flag(ifPresent: "official") ?? false,
      title: try fields.text(ifPresent: "title"), link: try fields.text(ifPresent: "link"))
  }
}
