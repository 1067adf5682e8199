import Bytes

extension Registry {
  func write(to writer: inout JSONWriter) {
    writer.memberObject("desk") {
      $0.member("name", desk.name)
      $0.member("zone", desk.zone.identifier)
      $0.member("language", desk.language.rawValue)
    }
    writer.memberArray("people") { writer in
      for person in people {
        writer.object {
          $0.member("id", person.id.text)
          $0.member("name", person.name)
          $0.member("roles", person.roles.map(\.rawValue))
          $0.member("gates", person.gates)
        }
      }
    }
    writer.memberArray("centres") { writer in
      for centre in centres {
        writer.object {
          $0.member("id", centre.id.text)
          $0.member("name", centre.name)
        }
      }
    }
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    var identity = try fields.fields("desk")
    desk = DeskIdentity(
      name: try identity.bilingual("name"),
      zone: try identity.value("zone", Bilingual(zh: "时区", en: "a zone")) { DeskZone($0) },
      language: try identity.choice("language"))
    people = try fields.list("people") { (person) throws(FieldFailure) in
      Person(
        id: try person.name("id"), name: try person.bilingual("name"),
        roles: try person.choices(ifPresent: "roles") ?? [],
        gates: try person.texts(ifPresent: "gates") ?? [])
    }
    centres = try fields.list("centres") { (centre) throws(FieldFailure) in
      Centre(id: try centre.name("id"), name: try centre.bilingual("name"))
    }
  }
}
