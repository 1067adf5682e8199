package import Bytes

/// Who works at the desk and with it, as the rules see them.
///
/// It is journalled whenever it changes, so that a report can say years later who held which role
/// when a text was signed. Addresses and numbers stay in the configuration: no rule needs them.
package struct Registry: Hashable, Sendable {
  package var desk: DeskIdentity
  package var people: [Person]
  package var centres: [Centre]

  package init(desk: DeskIdentity, people: [Person], centres: [Centre]) {
    self.desk = desk
    self.people = people
    self.centres = centres
  }

  package func person(_ id: Name) -> Person? { people.first { $0.id == id } }
  package func centre(_ id: Name) -> Centre? { centres.first { $0.id == id } }

  /// The name that a reader of the record knows somebody by.
  package func title(of actor: Actor) -> Bilingual {
    switch actor {
    case .person(let id): person(id)?.name ?? Bilingual(same: id.text)
    case .centre(let id): centre(id)?.name ?? Bilingual(same: id.text)
    case .desk: Bilingual(zh: "系统", en: "the system")
    }
  }
}

/// The desk itself: the name on its releases, the zone of its days, the language it works in.
package struct DeskIdentity: Hashable, Sendable {
  package var name: Bilingual
  package var zone: DeskZone
  package var language: Language

  package init(name: Bilingual, zone: DeskZone, language: Language) {
    self.name = name
    self.zone = zone
    self.language = language
  }
}

package struct Person: Hashable, Sendable {
  package var id: Name
  package var name: Bilingual
  package var roles: [Role]
  /// The gates at which a reviewer may sign.
  package var gates: [String]
  /// The gates at which this person stands in for those who hold them.
  package var deputyGates: [String] = []
  /// When this person cannot be asked.
  package var absences: [Absence] = []
  /// What an expert is expert of, and what the public should know of whom he works for.
  package var expertise: Expertise?

  package struct Absence: Hashable, Sendable {
    package let from: Instant
    package let until: Instant

    package init(from: Instant, until: Instant) {
      self.from = from
      self.until = until
    }
  }

  package struct Expertise: Hashable, Sendable {
    package let field: Bilingual
    /// Ties that a reader would want to know of; nil where there are none.
    package let interests: Bilingual?

    package init(field: Bilingual, interests: Bilingual?) {
      self.field = field
      self.interests = interests
    }
  }

  package init(
    id: Name, name: Bilingual, roles: [Role], gates: [String], deputyGates: [String] = [],
    absences: [Absence] = [], expertise: Expertise? = nil
  ) {
    self.id = id
    self.name = name
    self.roles = roles
    self.gates = gates
    self.deputyGates = deputyGates
    self.absences = absences
    self.expertise = expertise
  }

  package func isAbsent(at now: Instant) -> Bool {
    absences.contains { $0.from <= now && now < $0.until }
  }

  package func has(_ role: Role) -> Bool { roles.contains(role) }

  package func has(anyOf wanted: [Role]) -> Bool { wanted.contains(where: roles.contains) }
}

/// A county media centre (融媒体中心) that publishes together with the desk.
package struct Centre: Hashable, Sendable {
  package var id: Name
  package var name: Bilingual

  package init(id: Name, name: Bilingual) {
    self.id = id
    self.name = name
  }
}
