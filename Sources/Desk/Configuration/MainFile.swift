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
    var problems = FieldProblems()
    let desk = problems.take { () throws(FieldFailure) in
      try Self.desk(try fields.fields("desk"))
    }
    let state = problems.take { () throws(FieldFailure) in try fields.text(ifPresent: "state") }
    let mail = problems.take { () throws(FieldFailure) in
      try Self.mail(try fields.fields(ifPresent: "mail"), folder: folder)
    }
    let http = problems.take { () throws(FieldFailure) in
      try Self.http(try fields.fields(ifPresent: "http"))
    }
    let alerts = problems.take { () throws(FieldFailure) in
      try Self.alerts(try fields.fields(ifPresent: "alerts"))
    }
    let relevance = problems.take { () throws(FieldFailure) in
      try Self.relevance(try fields.fields(ifPresent: "relevance"))
    }
    let polling = problems.take { () throws(FieldFailure) in
      try Self.polling(try fields.fields(ifPresent: "polling"))
    }
    // A source is checked also where the zone or the usual interval is wrong.
    let zone = desk?.zone ?? .universal
    let every = polling?.every ?? Configuration.PollingSettings.usual
    let sources = problems.take { () throws(FieldFailure) in
      try fields.objects("sources") { (source) throws(FieldFailure) in
        try Self.source(&source, zone: zone, every: every, folder: folder)
      }
    }
    let hosts = problems.take { () throws(FieldFailure) in
      try fields.texts(ifPresent: "exerciseHosts") ?? []
    }
    problems.take { () throws(FieldFailure) in try fields.finish() }
    try problems.finish()
    guard let desk, let state, let mail, let http, let alerts, let relevance, let polling,
      let sources, let hosts
    else { preconditionFailure("a part is missing only where its problem was told") }
    self.desk = desk
    self.state = state
    self.mail = mail
    self.http = http
    self.alerts = alerts
    self.relevance = relevance
    self.polling = polling
    self.sources = sources
    exerciseHosts = hosts
  }

  private static func desk(_ fields: Fields) throws(FieldFailure) -> DeskIdentity {
    var fields = fields
    let desk = DeskIdentity(
      name: try fields.bilingual("name"), zone: try fields.zone("zone"),
      language: try fields.choice(ifPresent: "locale") ?? .english)
    try fields.finish()
    return desk
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
        to: [], escalateAfter: nil, escalateTo: [], sensitivity: 1,
        silence: Configuration.SilenceSettings())
    }
    let settings = Configuration.AlertSettings(
      to: try fields.nameList(ifPresent: "to"),
      escalateAfter: try fields.period(ifPresent: "escalateAfter"),
      escalateTo: try fields.nameList(ifPresent: "escalateTo"),
      sensitivity: try fields.number(ifPresent: "sensitivity") ?? 1,
      silence: try silence(try fields.fields(ifPresent: "silence")))
    guard settings.sensitivity >= 0.1, settings.sensitivity <= 10 else {
      throw fields.failure(
        "sensitivity",
        Bilingual(
          zh: "“sensitivity”应在 0.1 与 10 之间", en: "'sensitivity' should be between 0.1 and 10"))
    }
    try fields.finish()
    return settings
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
