import Bytes
import Watch

extension Feed {
  /// Reads one feed of feeds.json5. `crowd` gives so many different handles of a named crowd.
  init(
    _ fields: inout Fields, calendar: CountyCalendar,
    crowd: (String, Int, String) -> [String]?
  ) throws(FieldFailure) {
    let name = try fields.value(
      "id", Bilingual(zh: "小写名称", en: "a lower-case name"), { Name($0)?.text })
    id = name
    title = try fields.text("title")
    about = try fields.text("about")
    owner = try fields.text("owner")
    tier = try Self.choice("tier", Item.Tier.allCases, &fields)
    isPersonal = try fields.flag(ifPresent: "personal") ?? false
    language = try fields.text("language")
    area = try fields.text(ifPresent: "area") ?? ""
    format = try Self.choice("format", Format.allCases, &fields)
    encoding = try Self.choice("encoding", Encoding.allCases, else: .utf8, &fields)
    declared = try fields.text(ifPresent: "declared") ?? encoding.rawValue
    mediaType = try fields.text(ifPresent: "mediaType") ?? Self.usualMediaType(format)
    hasByteOrderMark = try fields.flag(ifPresent: "byteOrderMark") ?? (encoding == .utf16)
    path = try Self.servedPath("path", &fields)
    former = fields.names.contains("former") ? try Self.servedPath("former", &fields) : nil
    base = try fields.text(ifPresent: "base")
    link = try fields.text("link")
    firstNumber = try fields.integer("first", in: 1...1_000_000_000)
    newest = try fields.integer("newest", in: 1...200)
    pollSeconds = try fields.integer("pollSeconds", in: 10...86_400)
    titles = try Self.choice("titles", Titles.allCases, else: .own, &fields)
    content = try Self.choice("content", Content.allCases, else: .text, &fields)
    guid = try Self.choice("guid", Guid.allCases, else: .permalink, &fields)
    dates = try Self.choice("dates", Dates.allCases, else: .rfc822, &fields)
    wrap = try fields.integer(ifPresent: "wrap", in: 8...200) ?? 0
    boilerplate = try fields.text(ifPresent: "boilerplate") ?? ""
    faults = try fields.objects(ifPresent: "faults") { fault throws(FieldFailure) in
      try Fault(&fault, calendar)
    }
    damage = try fields.fields(ifPresent: "damage").map { inside throws(FieldFailure) in
      try Damage(inside)
    }
    graft = try fields.fields(ifPresent: "graft").map { inside throws(FieldFailure) in
      try Graft(inside, calendar)
    }
    handles = try Self.handles(&fields, feed: name, crowd)
  }

  private static func handles(
    _ fields: inout Fields, feed: String, _ crowd: (String, Int, String) -> [String]?
  ) throws(FieldFailure) -> [String] {
    guard let name = try fields.text(ifPresent: "crowd") else { return [] }
    let count = try fields.integer("people", in: 1...5000)
    guard let handles = crowd(name, count, feed) else {
      throw fields.failure(
        "crowd",
        Bilingual(zh: "people.json5 中没有人群“\(name)”", en: "people.json5 has no crowd '\(name)'"))
    }
    guard handles.count == count else {
      throw fields.failure(
        "people",
        Bilingual(
          zh: "人群“\(name)”只够 \(handles.count) 个不同的网名",
          en: "the crowd '\(name)' has only \(handles.count) different handles"))
    }
    return handles
  }

  private static func servedPath(_ name: String, _ fields: inout Fields) throws(FieldFailure)
    -> String
  {
    try fields.value(
      name, Bilingual(zh: "以“/”开头的路径", en: "a path that begins with '/'")
    ) { $0.hasPrefix("/") && $0.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? $0 : nil }
  }

  private static func choice<Value: RawRepresentable<String>>(
    _ name: String, _ all: [Value], else fallback: Value? = nil, _ fields: inout Fields
  ) throws(FieldFailure) -> Value {
    let list = all.map(\.rawValue).joined(separator: ", ")
    let expected = Bilingual(zh: "其中之一：\(list)", en: "one of \(list)")
    if let fallback {
      return try fields.value(ifPresent: name, expected) { Value(rawValue: $0) } ?? fallback
    }
    return try fields.value(name, expected) { Value(rawValue: $0) }
  }

  private static func usualMediaType(_ format: Format) -> String {
    switch format {
    case .rss: "application/rss+xml"
    case .atom, .capIndex: "application/atom+xml"
    case .json: "application/feed+json"
    case .cap: "application/cap+xml"
    }
  }
}

extension Feed.Fault {
  fileprivate init(_ fields: inout Fields, _ calendar: CountyCalendar) throws(FieldFailure) {
    let kind = try fields.value(
      "what", Bilingual(same: "down, maintenance"),
      { ["down", "maintenance"].contains($0) ? $0 : nil })
    from = try calendar.instant("from", &fields)
    to = try calendar.instant("to", &fields)
    what =
      kind == "down"
      ? .down(status: try fields.integer("status", in: 400...599))
      : .maintenance(page: try fields.text("page"))
  }
}

extension Feed.Damage {
  fileprivate init(_ inside: Fields) throws(FieldFailure) {
    var fields = inside
    unclosedEvery = try fields.integer("unclosedEvery", in: 1...1000)
    badByteEvery = try fields.integer("badByteEvery", in: 1...1000)
    cutTail = try fields.integer("cutTail", in: 0...10_000)
    try fields.finish()
  }
}

extension Feed.Graft {
  fileprivate init(_ inside: Fields, _ calendar: CountyCalendar) throws(FieldFailure) {
    var fields = inside
    from = try calendar.instant("from", &fields)
    to = try calendar.instant("to", &fields)
    every = try fields.integer("every", in: 1...1000)
    html = try fields.text("html")
    try fields.finish()
  }
}
