import Bytes
import Response

// The keys of one source.
extension MainFile {
  private enum KindName: String, CaseIterable {
    case feed
    case api
    case page
    case folder
  }

  static func source(
    _ fields: inout Fields, zone: DeskZone, every: Period, folder: String
  ) throws(FieldFailure) -> Configuration.SourceSettings {
    let id = try fields.name("id")
    let kind = try kind(&fields, folder: folder)
    let url: String
    if case .folder(let path, _) = kind {
      url = "file://" + path
    } else {
      url = try fields.link("url")
    }
    return Configuration.SourceSettings(
      id: id, name: try fields.bilingual(ifPresent: "name") ?? Bilingual(same: id.text), url: url,
      kind: kind, owner: try fields.text(ifPresent: "owner") ?? id.text,
      tier: try fields.choice(ifPresent: "tier") ?? .other,
      language: try fields.text(ifPresent: "lang") ?? "zh",
      zone: try fields.zone(ifPresent: "zone") ?? zone,
      every: try fields.interval(ifPresent: "every") ?? every,
      isUrgent: try fields.flag(ifPresent: "urgent") ?? false,
      isLarge: try fields.flag(ifPresent: "large") ?? false,
      userAgent: try fields.text(ifPresent: "userAgent"),
      isPersonal: try fields.flag(ifPresent: "personal") ?? false,
      allow: try fields.texts(ifPresent: "allow") ?? [])
  }

  private static func kind(
    _ fields: inout Fields, folder: String
  ) throws(FieldFailure) -> Configuration.SourceSettings.Kind {
    let name: KindName = try fields.choice(ifPresent: "kind") ?? .feed
    let allowed: [KindName: [String]] = [
      .feed: ["url"], .api: ["url", "fields"], .page: ["url", "page"],
      .folder: ["path", "fields"],
    ]
    for key in ["url", "fields", "page", "path"] where !(allowed[name] ?? []).contains(key) {
      guard fields.json(ifPresent: key) != nil else { continue }
      throw fields.failure(
        key,
        Bilingual(
          zh: "“\(key)”不能用于 kind 为“\(name.rawValue)”的信源",
          en: "'\(key)' does not go with kind '\(name.rawValue)'"))
    }
    switch name {
    case .feed: return .feed
    case .api:
      var inner = try fields.fields("fields")
      return .api(try fieldSettings(&inner))
    case .page:
      var inner = try fields.fields("page")
      return .page(try pageSettings(&inner))
    case .folder:
      let path = try fields.value("path", Bilingual(zh: "文件夹路径", en: "the path of a folder")) {
        $0.isEmpty || $0.contains("\0") ? nil : $0
      }
      let whole = Configuration.absolute(path, from: folder)
      guard var inner = try fields.fields(ifPresent: "fields") else { return .folder(whole, nil) }
      return .folder(whole, try fieldSettings(&inner))
    }
  }

  private static func fieldSettings(
    _ fields: inout Fields
  ) throws(FieldFailure) -> Configuration.SourceSettings.FieldSettings {
    let settings = Configuration.SourceSettings.FieldSettings(
      list: try fields.path(ifPresent: "list") ?? .whole,
      id: try fields.template(ifPresent: "id"), title: try fields.template(ifPresent: "title"),
      text: try fields.template(ifPresent: "text"), link: try fields.template(ifPresent: "link"),
      date: try fields.path(ifPresent: "date"), updated: try fields.path(ifPresent: "updated"),
      author: try fields.path(ifPresent: "author"), epoch: try fields.choice(ifPresent: "epoch"))
    try fields.finish()
    guard settings.title != nil || settings.text != nil else {
      throw fields.failure(
        Bilingual(zh: "“title”与“text”不能都缺", en: "'title' and 'text' cannot both be missing"))
    }
    return settings
  }

  private static func pageSettings(
    _ fields: inout Fields
  ) throws(FieldFailure) -> Configuration.SourceSettings.PageSettings {
    let settings = Configuration.SourceSettings.PageSettings(
      item: try fields.selector("item"), title: try fields.selector(ifPresent: "title"),
      link: try fields.selector(ifPresent: "link"), date: try fields.selector(ifPresent: "date"),
      text: try fields.selector(ifPresent: "text"),
      datePattern: try fields.value(
        ifPresent: "datePattern",
        Bilingual(
          zh: "含年、月、日的日期写法，如 yyyy-MM-dd HH:mm",
          en: "how dates are written, with year, month and day, as in yyyy-MM-dd HH:mm")
      ) { DatePattern($0) })
    try fields.finish()
    return settings
  }
}

// The small languages in which a source's parts are named.
extension Fields {
  private static let selectorForm = Bilingual(
    zh: "选择器（标签、.类、#标识、[属性=值]、空格、“>”与逗号），如 ul.news > li",
    en: "a selector (tag, .class, #id, [attribute=value], blank, '>', comma), as in ul.news > li")

  fileprivate mutating func selector(_ name: String) throws(FieldFailure) -> Selector {
    try value(name, Self.selectorForm) { Selector($0) }
  }

  fileprivate mutating func selector(ifPresent name: String) throws(FieldFailure) -> Selector? {
    try value(ifPresent: name, Self.selectorForm) { Selector($0) }
  }

  fileprivate mutating func path(ifPresent name: String) throws(FieldFailure) -> JSONPath? {
    try value(
      ifPresent: name,
      Bilingual(zh: "路径，如 data.items、groups[].rows", en: "a path, as in data.items, groups[].rows")
    ) { JSONPath($0) }
  }

  fileprivate mutating func template(ifPresent name: String) throws(FieldFailure) -> JSONTemplate? {
    try value(
      ifPresent: name,
      Bilingual(
        zh: "路径，或含“{路径}”的文字，如 https://example.cn/{id}",
        en: "a path, or a text with {path} in it, as in https://example.cn/{id}")
    ) { JSONTemplate($0) }
  }
}
