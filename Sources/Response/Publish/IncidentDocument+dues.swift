import Bytes

// What is due next, and who must act.
extension IncidentDocument {
  func writeDues(_ writer: inout JSONWriter) {
    writer.memberArray("dues") { writer in
      for due in state.dues(of: incident, at: now) {
        writer.object { writer in
          write(due.matter, &writer)
          writer.member(ifPresent: "due", due.time)
          if !due.persons.isEmpty { writer.member("persons", due.persons.map(\.text)) }
        }
      }
    }
  }

  private func write(_ matter: Due.Matter, _ writer: inout JSONWriter) {
    switch matter {
    case .clock(let reading):
      writer.member("kind", "clock")
      writer.member("clock", reading.rule.id)
      writer.member("title", reading.goal.title)
    case .update(let update):
      writer.member("kind", "update")
      writer.member("step", update.step.name)
    case .promise(let number, _, let owner):
      writer.member("kind", "promise")
      writer.part("promise", .promise, number)
      writer.member("owner", owner)
    case .regrade(let suggestion):
      writer.member("kind", "regrade")
      writer.member("grade", suggestion.grade.rawValue)
    case .supplement(let rule):
      writer.member("kind", "supplement")
      writer.member("rule", rule)
    case .triage(let open):
      writer.member("kind", "triage")
      writer.member("open", open)
    case .consultation(let number, let unit, _):
      writer.member("kind", "consultation")
      writer.part("consultation", .consultation, number)
      writer.member("unit", unit)
    case .lesson(let number, _, let owner):
      writer.member("kind", "lesson")
      writer.part("lesson", .lesson, number)
      writer.member("owner", owner)
    case .gate(let release, let gate):
      writer.member("kind", "gate")
      writer.part("release", .release, release)
      writer.member("gate", gate)
    case .approval(let release):
      writer.member("kind", "approval")
      writer.part("release", .release, release)
    case .publication(let release):
      writer.member("kind", "publication")
      writer.part("release", .release, release)
    case .centre(let release, let centre):
      writer.member("kind", "centre")
      writer.part("release", .release, release)
      writer.member("centre", centre.text)
    case .undelivered(let delivery, let release, let centre):
      writer.member("kind", "undelivered")
      writer.member("delivery", delivery.description)
      writer.part("release", .release, release)
      writer.member("centre", centre.text)
    case .stale(let stale):
      writer.member("kind", "stale")
      writer.part("release", .release, stale.release)
      writer.part("fact", .fact, stale.fact)
    case .unwarned(let delivery, let person):
      writer.member("kind", "unwarned")
      writer.member("delivery", delivery.description)
      writer.member("person", person.text)
    }
  }
}
