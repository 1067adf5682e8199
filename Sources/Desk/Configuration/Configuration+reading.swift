package import Bytes
import Foundation
import Response
import Wire

// The keys of incident.json5, people.json5 and centres.json5. Each is read here and nowhere else.

extension Configuration {
  /// Reads a desk's files. Every mistake names its file, line and column.
  package static func read(_ place: DeskPlace) throws(ConfigurationFailure) -> Configuration {
    let file = absolute(place.configurationFile, from: FileManager.default.currentDirectoryPath)
    let folder = (file as NSString).deletingLastPathComponent
    let files = ConfigurationFiles(folder: folder)
    // Each file is read, whatever is wrong with another: all of it is told at once.
    var failures: [ConfigurationFailure] = []
    func take<Value>(_ read: () throws(ConfigurationFailure) -> Value) -> Value? {
      do throws(ConfigurationFailure) {
        return try read()
      } catch {
        failures.append(error)
        return nil
      }
    }
    let main = take { () throws(ConfigurationFailure) in
      try files.read(file) { (fields) throws(FieldFailure) in
        try MainFile(&fields, folder: folder)
      }
    }
    let people = take { () throws(ConfigurationFailure) in
      try files.read(folder + "/people.json5") { (fields) throws(FieldFailure) in
        let people = try fields.objects("people", person)
        try fields.finish()
        return people
      }
    }
    let centres = take { () throws(ConfigurationFailure) in
      try files.readIfPresent(folder + "/centres.json5") { (fields) throws(FieldFailure) in
        let centres = try fields.objects("centres") { (entry) throws(FieldFailure) in
          try centre(&entry, folder: folder)
        }
        try fields.finish()
        return centres
      }
    }
    let books = take { () throws(ConfigurationFailure) in try files.playbooks() }
    let calendar = take { () throws(ConfigurationFailure) in try files.calendar() }
    guard let main, let people, let centres, let (playbooks, templates) = books, let calendar,
      failures.isEmpty
    else { throw ConfigurationFailure(failures) }
    let state = place.stateOverride ?? main.state ?? "."
    let stateBase =
      place.stateOverride == nil ? folder : FileManager.default.currentDirectoryPath
    let configuration = Configuration(
      file: file, folder: folder, stateFolder: absolute(state, from: stateBase), desk: main.desk,
      mail: main.mail, http: main.http, alerts: main.alerts, relevance: main.relevance,
      polling: main.polling, sources: main.sources, people: people, centres: centres ?? [],
      playbooks: playbooks, calendar: calendar, templates: templates,
      exerciseHosts: main.exerciseHosts)
    try configuration.check()
    return configuration
  }

  /// What no single value can say: references, repetitions, missing addresses.
  private func check() throws(ConfigurationFailure) {
    func refuse(_ zh: String, _ en: String) throws(ConfigurationFailure) {
      throw ConfigurationFailure(Bilingual(zh: "\(file)：\(zh)", en: "\(file): \(en)"))
    }
    for (what, ids) in [
      ("sources", sources.map(\.id)), ("people", people.map(\.person.id)),
      ("centres", centres.map(\.centre.id)), ("playbooks", playbooks.map(\.name)),
    ] {
      if let twice = Dictionary(grouping: ids, by: { $0 }).first(where: { $0.value.count > 1 }) {
        try refuse("\(what)：“\(twice.key)”出现两次", "\(what): '\(twice.key)' stands twice")
      }
    }
    for id in alerts.to + alerts.escalateTo {
      guard let person = person(id) else {
        let near = nearest(to: id.text, among: people.map(\.person.id.text))
        try refuse(
          "alerts：people.json5 中没有“\(id)”" + (near.map { "；是否应为“\($0)”？" } ?? ""),
          "alerts: '\(id)' does not stand in people.json5"
            + (near.map { "; did you mean '\($0)'?" } ?? ""))
        continue
      }
      if person.mail == nil {
        try refuse(
          "alerts：“\(id)”没有邮箱（people.json5 的 mail）",
          "alerts: '\(id)' has no mail address in people.json5")
      }
    }
    if !alerts.escalateTo.isEmpty, alerts.escalateAfter == nil {
      try refuse(
        "alerts：有“escalateTo”而没有“escalateAfter”，永不会转报；如 escalateAfter: \"PT10M\"",
        "alerts: 'escalateTo' without 'escalateAfter' is never told; as in escalateAfter: \"PT10M\""
      )
    }
    if let mail, mail.user != nil, mail.passwordFile == nil {
      try refuse(
        "mail：有“user”而没有“passwordFile”", "mail: 'user' is given, but 'passwordFile' is missing")
    }
    let ranges =
      sources.map { ("sources: \($0.id)", $0.allow) }
      + centres.map { ("centres.json5: \($0.centre.id)", $0.webhook?.allow ?? []) }
    for (place, allowed) in ranges {
      guard let wrong = allowed.first(where: { AddressRange($0) == nil }) else { continue }
      try refuse(
        "\(place)：allow 中的“\(wrong)”不是地址段；如 10.20.0.0/16",
        "\(place): '\(wrong)' under allow is no range of addresses, as 10.20.0.0/16 is")
    }
    let gates = Set(playbooks.flatMap { $0.stages.flatMap(\.gates) })
    for person in people.map(\.person) where !playbooks.isEmpty {
      let own = person.gates + person.deputyGates
      guard let wrong = own.first(where: { !gates.contains($0) }) else { continue }
      let near = nearest(to: wrong, among: gates.sorted())
      try refuse(
        "people.json5：\(person.id) 的“\(wrong)”不是任何预案的审核关"
          + (near.map { "；是否应为“\($0)”？" } ?? ""),
        "people.json5: '\(wrong)' of \(person.id) is no gate of any playbook"
          + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
    let needsMail = !alerts.to.isEmpty || centres.contains { $0.mail != nil }
    if needsMail, mail == nil {
      try refuse("需要发邮件，但没有“mail”", "messages are to be mailed, but 'mail' is missing")
    }
    if !people.contains(where: { $0.person.has(.lead) }) {
      try refuse("people.json5 中没有负责人（lead）", "nobody in people.json5 is a lead")
    }
  }

  /// What is right and yet will not do: a gate that nobody can pass keeps a release in for ever.
  package var cautions: [Bilingual] {
    let gates = Set(playbooks.flatMap { $0.stages.flatMap(\.gates) })
    let held = Set(people.map(\.person).flatMap(\.gates))
    var cautions = gates.subtracting(held).sorted().map { gate in
      Bilingual(
        zh: "没有人负责“\(gate)”关：须经此关的稿件发不出去（people.json5 的 gates）",
        en: "nobody holds the gate '\(gate)': no release that needs it can go out (gates in "
          + "people.json5)")
    }
    if people.count < 3 {
      cautions.append(
        Bilingual(
          zh: "只有 \(people.count) 人：起草人不得审自己的稿，通常须三人",
          en: (people.count == 1
            ? "there is only 1 person" : "there are only \(people.count) people")
            + ": nobody reviews what he wrote, and the "
            + "ordinary lane needs three"))
    }
    return cautions
  }

  static func absolute(_ path: String, from folder: String) -> String {
    let whole = path.hasPrefix("/") ? path : folder + "/" + path
    return (whole as NSString).standardizingPath
  }

  private static func person(_ fields: inout Fields) throws(FieldFailure) -> PersonSettings {
    let person = Person(
      id: try fields.name("id"), name: try fields.bilingual("name"),
      roles: try fields.choices(ifPresent: "roles") ?? [.viewer],
      gates: try fields.texts(ifPresent: "gates") ?? [],
      deputyGates: try fields.texts(ifPresent: "deputyGates") ?? [],
      absences: try absences(&fields), expertise: try expertise(&fields))
    let settings = PersonSettings(
      person: person, mail: try fields.address(ifPresent: "mail"),
      phone: try fields.text(ifPresent: "phone"),
      userID: try fields.integer(ifPresent: "uid").flatMap { UInt32(exactly: $0) },
      userName: try fields.text(ifPresent: "user"))
    if !(person.gates + person.deputyGates).isEmpty,
      !person.has(anyOf: [.reviewer, .lead, .approver])
    {
      throw fields.failure(
        "gates",
        Bilingual(
          zh: "有审核关的人须是 reviewer、approver 或 lead",
          en: "whoever holds gates has to be a reviewer, approver or lead"))
    }
    return settings
  }

  private static func absences(_ fields: inout Fields) throws(FieldFailure) -> [Person.Absence] {
    guard fields.json(ifPresent: "absent") != nil else { return [] }
    return try fields.objects("absent") { (entry) throws(FieldFailure) in
      let absence = Person.Absence(
        from: try entry.instant("from"), until: try entry.instant("until"))
      guard absence.from < absence.until else {
        throw entry.failure(
          "until", Bilingual(zh: "“until”须晚于“from”", en: "'until' has to be after 'from'"))
      }
      return absence
    }
  }

  private static func expertise(_ fields: inout Fields) throws(FieldFailure) -> Person.Expertise? {
    let interests = try fields.bilingual(ifPresent: "interests")
    guard let field = try fields.bilingual(ifPresent: "field") else {
      guard interests == nil else {
        throw fields.failure(
          "interests",
          Bilingual(zh: "有“interests”而没有“field”", en: "'interests' without a 'field'"))
      }
      return nil
    }
    return Person.Expertise(field: field, interests: interests)
  }

  private static func centre(_ fields: inout Fields, folder: String) throws(FieldFailure)
    -> CentreSettings
  {
    var webhook: CentreSettings.WebhookSettings?
    if var entry = try fields.fields(ifPresent: "webhook") {
      webhook = CentreSettings.WebhookSettings(
        url: try entry.link("url"),
        secretFile: absolute(try entry.text("secretFile"), from: folder),
        allow: try entry.texts(ifPresent: "allow") ?? [])
      try entry.finish()
    }
    return CentreSettings(
      centre: Centre(id: try fields.name("id"), name: try fields.bilingual("name")),
      mail: try fields.address(ifPresent: "mail"), phone: try fields.text(ifPresent: "phone"),
      webhook: webhook)
  }
}
