import Bytes
import Response

/// What `incident.json5` itself says.
struct MainFile {
  let desk: DeskIdentity
  let state: String?
  let mail: Configuration.MailSettings?
  let http: Configuration.HTTPSettings
  let alerts: Configuration.AlertSettings
  let relevance: Configuration.RelevanceSettings
  let polling: Configuration.PollingSettings
  let sources: [Configuration.SourceSettings]
  let exerciseHosts: [String]

  init(_ fields: inout Fields, folder: String) throws(FieldFailure) {
    var identity = try fields.fields("desk")
    desk = DeskIdentity(
      name: try identity.bilingual("name"), zone: try identity.zone("zone"),
      language: try identity.choice(ifPresent: "locale") ?? .english)
    try identity.finish()
    state = try fields.text(ifPresent: "state")
    mail = try Self.mail(try fields.fields(ifPresent: "mail"), folder: folder)
    http = try Self.http(try fields.fields(ifPresent: "http"))
    alerts = try Self.alerts(try fields.fields(ifPresent: "alerts"))
    relevance = try Self.relevance(try fields.fields(ifPresent: "relevance"))
    let polling = try Self.polling(try fields.fields(ifPresent: "polling"))
    self.polling = polling
    let zone = desk.zone
    sources = try fields.objects("sources") { (source) throws(FieldFailure) in
      try Self.source(&source, zone: zone, every: polling.every, folder: folder)
    }
    exerciseHosts = try fields.texts(ifPresent: "exerciseHosts") ?? []
    try fields.finish()
  }

  private static func mail(_ fields: Fields?, folder: String) throws(FieldFailure)
    -> Configuration.MailSettings?
  {
    guard var fields else { return nil }
    let security: Configuration.MailSettings.Security =
      try fields.choice(ifPresent: "security") ?? .starttls
    let usual = security == .tls ? 465 : security == .starttls ? 587 : 25
    let settings = Configuration.MailSettings(
      host: try fields.text("host"), port: try fields.port(ifPresent: "port") ?? usual,
      security: security, from: try fields.address("from"),
      user: try fields.text(ifPresent: "user"),
      passwordFile: try fields.text(ifPresent: "passwordFile")
        .map { Configuration.absolute($0, from: folder) },
      authorityFile: try fields.text(ifPresent: "caFile")
        .map { Configuration.absolute($0, from: folder) })
    try fields.finish()
    return settings
  }

  private static func http(_ fields: Fields?) throws(FieldFailure) -> Configuration.HTTPSettings {
    guard var fields else {
      return Configuration.HTTPSettings(host: nil, port: 0, publicURL: nil, socketGroup: nil)
    }
    let settings = Configuration.HTTPSettings(
      host: try fields.text(ifPresent: "host"), port: try fields.port(ifPresent: "port") ?? 0,
      publicURL: try fields.link(ifPresent: "publicURL").map {
        $0.hasSuffix("/") ? String($0.dropLast()) : $0
      },
      socketGroup: try fields.text(ifPresent: "socketGroup"))
    try fields.finish()
    return settings
  }

  private static func alerts(_ fields: Fields?) throws(FieldFailure) -> Configuration.AlertSettings
  {
    guard var fields else {
      return Configuration.AlertSettings(
        to: [], escalateAfter: nil, escalateTo: [], sensitivity: 1)
    }
    let settings = Configuration.AlertSettings(
      to: try fields.nameList(ifPresent: "to"),
      escalateAfter: try fields.period(ifPresent: "escalateAfter"),
      escalateTo: try fields.nameList(ifPresent: "escalateTo"),
      sensitivity: try fields.number(ifPresent: "sensitivity") ?? 1)
    guard settings.sensitivity >= 0.1, settings.sensitivity <= 10 else {
      throw fields.failure(
        "sensitivity",
        Bilingual(
          zh: "“sensitivity”应在 0.1 与 10 之间", en: "'sensitivity' should be between 0.1 and 10"))
    }
    try fields.finish()
    return settings
  }

  private static func relevance(_ fields: Fields?) throws(FieldFailure)
    -> Configuration.RelevanceSettings
  {
    guard var fields else {
      return Configuration.RelevanceSettings(places: [], facilities: [], duties: [], events: [])
    }
    let hasEvents = fields.json(ifPresent: "events") != nil
    let events = hasEvents ? try fields.objects("events", knownEvent) : []
    let settings = Configuration.RelevanceSettings(
      places: try names(&fields, "places"), facilities: try names(&fields, "facilities"),
      duties: try fields.texts(ifPresent: "duties") ?? [], events: events)
    try fields.finish()
    return settings
  }

  /// Places by name: one name, or a list of all the names that one place has.
  private static func names(_ fields: inout Fields, _ name: String) throws(FieldFailure)
    -> [[String]]
  {
    var places: [[String]] = []
    for element in try fields.array(ifPresent: name) ?? [] {
      let names = element.string.map { [$0] } ?? element.array?.compactMap(\.string) ?? []
      guard !names.isEmpty, names.count == element.array?.count ?? 1 else {
        throw FieldFailure(
          Bilingual(
            zh: "“\(name)”的每一项是一个地名，或同一地点的几个名称",
            en: "each of '\(name)' is a name, or a list of the names of one place"),
          at: element.offset)
      }
      places.append(names)
    }
    return places
  }

  private static func knownEvent(_ fields: inout Fields) throws(FieldFailure)
    -> Configuration.RelevanceSettings.KnownEvent
  {
    let event = Configuration.RelevanceSettings.KnownEvent(
      name: try fields.text("name"), words: try fields.texts(ifPresent: "words") ?? [],
      from: try fields.instant("from"), to: try fields.instant("to"))
    guard event.from < event.to else {
      throw fields.failure(
        "to", Bilingual(zh: "“to”应晚于“from”", en: "'to' should come after 'from'"))
    }
    return event
  }

  private static func polling(_ fields: Fields?) throws(FieldFailure)
    -> Configuration.PollingSettings
  {
    var settings = Configuration.PollingSettings(
      userAgent: "incident-desk", every: Configuration.PollingSettings.usual, atOnce: 64)
    guard var fields else { return settings }
    settings.userAgent = try fields.text(ifPresent: "userAgent") ?? settings.userAgent
    settings.every = try fields.interval(ifPresent: "every") ?? settings.every
    settings.atOnce = try fields.integer(ifPresent: "atOnce") ?? settings.atOnce
    guard (1...1024).contains(settings.atOnce) else {
      throw fields.failure(
        "atOnce",
        Bilingual(zh: "“atOnce”应在 1 与 1024 之间", en: "'atOnce' should be between 1 and 1024"))
    }
    try fields.finish()
    return settings
  }
}

extension Configuration.PollingSettings {
  /// A source may be asked this often at most: anything faster is no listening but an attack.
  static let shortest = Duration.seconds(30)
  static let usual: Period = {
    guard let period = Period("PT5M") else { preconditionFailure("PT5M is a period") }
    return period
  }()
}
