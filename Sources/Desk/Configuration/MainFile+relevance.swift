import Bytes
import Response

// What matters to a desk, and what it wants to be told of besides bursts.
extension MainFile {
  static func relevance(_ fields: Fields?) throws(FieldFailure) -> Configuration.RelevanceSettings {
    var settings = Configuration.RelevanceSettings()
    guard var fields else { return settings }
    settings.places = try places(&fields, "places")
    settings.facilities = try places(&fields, "facilities")
    settings.publicNames = try publicNames(&fields)
    let matters = WatchedMatters(settings)
    settings.duties = try fields.texts(ifPresent: "duties") ?? []
    try requireWritten(settings.duties, "duties", fields)
    try matters.requireNoPerson(settings.duties, "duties", fields)
    settings.severity = try list(&fields, "severity") { (inner) throws(FieldFailure) in
      try severityWords(&inner, matters)
    }
    settings.events = try list(&fields, "events", knownEvent)
    settings.muted = try list(&fields, "muted") { (inner) throws(FieldFailure) in
      try mutedMatter(&inner, matters)
    }
    var names: Set<String> = []
    settings.phrases = try list(&fields, "phrases") { (inner) throws(FieldFailure) in
      let phrase = try phrase(&inner, matters)
      guard names.insert(phrase.name).inserted else {
        throw inner.failure(
          Bilingual(
            zh: "关注词“\(phrase.name)”出现两次；请用 name 起不同的名称",
            en: "the watch phrase '\(phrase.name)' stands twice; give them different names"))
      }
      return phrase
    }
    try fields.finish()
    return settings
  }

  /// A public name is one that may be shown: one character would be a part of most names there are.
  private static func publicNames(_ fields: inout Fields) throws(FieldFailure) -> [String] {
    let names = try fields.texts(ifPresent: "publicNames") ?? []
    if let short = names.first(where: { Self.length($0) < 2 }) {
      throw fields.failure(
        "publicNames",
        Bilingual(
          zh: "“publicNames”中的“\(short)”太短，会使许多私人姓名不再隐去；请写全名",
          en: "'\(short)' under 'publicNames' is too short, and would show the names of many "
            + "private persons: write the whole name"))
    }
    return names
  }

  /// How many letters, ideographs and digits a word has.
  private static func length(_ word: String) -> Int {
    word.count { $0.isLetter || $0.isNumber }
  }

  /// Refuses blanks where a word has to stand.
  private static func requireWritten(
    _ words: [String], _ name: String, _ fields: Fields
  ) throws(FieldFailure) {
    guard words.contains(where: { length($0) == 0 }) else { return }
    throw fields.failure(
      name,
      Bilingual(
        zh: "“\(name)”中有空白项；请写上内容或删去",
        en: "'\(name)' holds a blank entry: write what it stands for, or take it away"))
  }

  private static func list<Value>(
    _ fields: inout Fields, _ name: String,
    _ read: (inout Fields) throws(FieldFailure) -> Value
  ) throws(FieldFailure) -> [Value] {
    fields.json(ifPresent: name) == nil ? [] : try fields.objects(name, read)
  }

  /// Places by name: one name, a list of all the names that one place has, or an object with its
  /// names and the places that lie in it.
  private static func places(_ fields: inout Fields, _ name: String) throws(FieldFailure)
    -> [Configuration.PlaceSettings]
  {
    var places: [Configuration.PlaceSettings] = []
    for element in try fields.array(ifPresent: name) ?? [] {
      if element.members != nil {
        var place = try Fields(element, path: fields.inner(name))
        let parts = try place.array(ifPresent: "parts") ?? []
        var settings = Configuration.PlaceSettings(
          names: try names(try place.json("names"), name), parts: [])
        for part in parts { settings.parts.append(try names(part, "parts")) }
        try place.finish()
        places.append(settings)
      } else {
        places.append(Configuration.PlaceSettings(names: try names(element, name), parts: []))
      }
    }
    return places
  }

  private static func names(_ element: JSON, _ name: String) throws(FieldFailure) -> [String] {
    let names = element.string.map { [$0] } ?? element.array?.compactMap(\.string) ?? []
    guard !names.isEmpty, names.count == element.array?.count ?? 1,
      names.allSatisfy({ length($0) > 0 })
    else {
      throw FieldFailure(
        Bilingual(
          zh: "“\(name)”的每一项是一个地名，或同一地点的几个名称，或 { names, parts }；不能空白",
          en:
            "each of '\(name)' is a name, or a list of the names of one place, or { names, parts }, "
            + "and no name is blank"),
        at: element.offset)
    }
    return names
  }

  private static func severityWords(
    _ fields: inout Fields, _ matters: WatchedMatters
  ) throws(FieldFailure) -> Configuration.RelevanceSettings.SeverityWords {
    let words = Configuration.RelevanceSettings.SeverityWords(
      words: try watchWords(&fields), kind: try fields.choice("kind"),
      weight: try fields.integer("weight"))
    guard (0...3).contains(words.weight) else {
      throw fields.failure(
        "weight",
        Bilingual(
          zh: "“weight”为 0（无意义）、1（值得关注）、2（严重）或 3（极严重）",
          en: "'weight' is 0 (says nothing), 1 (worth a look), 2 (serious) or 3 (grave)"))
    }
    try matters.requireNoPerson(words.words, "words", fields)
    return words
  }

  private static func knownEvent(_ fields: inout Fields) throws(FieldFailure)
    -> Configuration.RelevanceSettings.KnownEvent
  {
    let event = Configuration.RelevanceSettings.KnownEvent(
      name: try name(&fields), words: try watchWords(&fields),
      from: try fields.instant("from"), to: try fields.instant("to"))
    guard event.from < event.to else {
      throw fields.failure(
        "to", Bilingual(zh: "“to”应晚于“from”", en: "'to' should come after 'from'"))
    }
    return event
  }

  /// What is held back by somebody's name is a list of persons as well.
  private static func mutedMatter(
    _ fields: inout Fields, _ matters: WatchedMatters
  ) throws(FieldFailure) -> Configuration.RelevanceSettings.MutedMatter {
    let matter = Configuration.RelevanceSettings.MutedMatter(
      name: try name(&fields), words: try watchWords(&fields),
      until: try fields.instant(ifPresent: "until"))
    try matters.requireNoPerson([matter.name], "name", fields)
    try matters.requireNoPerson(matter.words, "words", fields)
    return matter
  }

  private static func name(_ fields: inout Fields) throws(FieldFailure) -> String {
    let name = try fields.text("name")
    try requireWritten([name], "name", fields)
    return name
  }

  /// Words that posts are looked through for: none may be so short that all have it.
  private static func watchWords(_ fields: inout Fields) throws(FieldFailure) -> [String] {
    let words = try fields.texts(ifPresent: "words") ?? []
    guard !words.isEmpty else {
      throw fields.failure(
        "words", Bilingual(zh: "“words”应至少有一个词", en: "'words' needs a word at least"))
    }
    if let short = words.first(where: { length($0) < 2 }) {
      throw fields.failure(
        "words",
        Bilingual(
          zh: "“\(short)”太短，每个词至少两个字", en: "'\(short)' is too short: two characters at least"))
    }
    return words
  }

  /// So many posts of one voice are kept for a phrase, and all have to fit several times over into
  /// what is kept of it.
  private static let mostPosts = 100

  private static func phrase(
    _ fields: inout Fields, _ matters: WatchedMatters
  ) throws(FieldFailure) -> Configuration.RelevanceSettings.Phrase {
    let words = try watchWords(&fields)
    try matters.requireNoPerson(words, "words", fields)
    if let name = try fields.text(ifPresent: "name") {
      try requireWritten([name], "name", fields)
      try matters.requireNoPerson([name], "name", fields)
    }
    let phrase = Configuration.RelevanceSettings.Phrase(
      name: try fields.text(ifPresent: "name") ?? words[0], words: words,
      posts: try number(&fields, "posts", 1...mostPosts) ?? 3,
      voices: try number(&fields, "voices", 1...mostPosts) ?? 2,
      within: try length(&fields, "within", "PT1M", "PT24H") ?? .hours(1),
      isUrgent: try fields.choice(ifPresent: "level") == .some(PhraseLevel.urgent),
      every: try length(&fields, "every", "PT10M", "P7D") ?? .hours(6))
    guard phrase.voices <= phrase.posts else {
      throw fields.failure(
        "voices",
        Bilingual(
          zh: "“voices”（\(phrase.voices)）不能多于“posts”（\(phrase.posts)）",
          en: "'voices' (\(phrase.voices)) cannot be more than 'posts' (\(phrase.posts))"))
    }
    return phrase
  }

  private enum PhraseLevel: String, CaseIterable {
    case attention
    case urgent
  }

  private static func number(
    _ fields: inout Fields, _ name: String, _ range: ClosedRange<Int>
  ) throws(FieldFailure) -> Int? {
    guard let number = try fields.integer(ifPresent: name) else { return nil }
    guard range.contains(number) else {
      throw fields.failure(
        name,
        Bilingual(
          zh: "“\(name)”应在 \(range.lowerBound) 与 \(range.upperBound) 之间",
          en: "'\(name)' should be between \(range.lowerBound) and \(range.upperBound)"))
    }
    return number
  }

  private static func length(
    _ fields: inout Fields, _ name: String, _ least: String, _ most: String
  ) throws(FieldFailure) -> Duration? {
    guard let period = try fields.period(ifPresent: name) else { return nil }
    let range = [least, most].compactMap { Period($0)?.duration }
    guard range.count == 2, period.duration >= range[0], period.duration <= range[1] else {
      throw fields.failure(
        name,
        Bilingual(
          zh: "“\(name)”应在 \(least) 与 \(most) 之间",
          en: "'\(name)' should be between \(least) and \(most)"))
    }
    return period.duration
  }

  static func silence(_ fields: Fields?) throws(FieldFailure) -> Configuration.SilenceSettings {
    var settings = Configuration.SilenceSettings()
    guard var fields else { return settings }
    if fields.json(ifPresent: "official")?.boolean == false {
      settings.official = nil
    } else if let after = try length(&fields, "official", "PT5M", "P7D") {
      settings.official = after
    }
    if fields.json(ifPresent: "share")?.boolean == false {
      settings.share = nil
    } else if let share = try fields.number(ifPresent: "share") {
      guard share >= 0.05, share <= 1 else {
        throw fields.failure(
          "share",
          Bilingual(zh: "“share”应在 0.05 与 1 之间", en: "'share' should be between 0.05 and 1"))
      }
      settings.share = share
    }
    settings.shareAfter =
      try length(&fields, "shareAfter", "PT5M", "P7D") ?? settings.shareAfter
    settings.volume = try fields.flag(ifPresent: "volume") ?? settings.volume
    try fields.finish()
    return settings
  }
}
