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
          if !person.deputyGates.isEmpty { $0.member("deputyGates", person.deputyGates) }
          if !person.absences.isEmpty {
            $0.memberArray("absent") { writer in
              for absence in person.absences {
                writer.object {
                  $0.member("from", absence.from.iso8601)
                  $0.member("until", absence.until.iso8601)
                }
              }
            }
          }
          if let expertise = person.expertise {
            $0.member("field", expertise.field)
            if let interests = expertise.interests { $0.member("interests", interests) }
          }
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
        gates: try person.texts(ifPresent: "gates") ?? [],
        deputyGates: try person.texts(ifPresent: "deputyGates") ?? [],
        absences: person.json(ifPresent: "absent") == nil
          ? []
          : try person.list("absent") { (absence) throws(FieldFailure) in
            Person.Absence(
              from: try absence.instant("from"), until: try absence.instant("until"))
          },
        expertise: try person.bilingual(ifPresent: "field").map { (field) throws(FieldFailure) in
          Person.Expertise(field: field, interests: try person.bilingual(ifPresent: "interests"))
        })
    }
    centres = try fields.list("centres") { (centre) throws(FieldFailure) in
      Centre(id: try centre.name("id"), name: try centre.bilingual("name"))
    }
  }
}
