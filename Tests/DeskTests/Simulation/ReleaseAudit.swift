import Bytes
import Response

/// Looks at a journal's events from the first on and says what they should never have done.
///
/// It shares no rule with what decides on commands: who may agree to a text is written down here a
/// second time, from the playbook and the registry that stand in the journal itself.
struct ReleaseAudit {
  private(set) var violations: [String] = []
  private(set) var publications = 0
  private(set) var signatures = 0

  private var registry: Registry?
  private var playbooks: [Digest: Playbook] = [:]
  private var playbookOf: [IncidentID: Digest] = [:]
  private var texts: [PartID: Text] = [:]
  private var deliveries: [DeliveryID: Bool] = [:]

  private struct Text {
    let step: String
    var hash: Digest
    var authors: Set<Name>
    var lane: Lane?
    var passed: [String: Name] = [:]
    var returned = false
    var approver: Name?
    var approved: Digest?
    var embargo: Instant?
    var consents: Set<Name> = []
    var isPublished = false
    var isWithdrawn = false
  }

  /// Messages that were asked for and have not ended.
  var openMessages: [DeliveryID] { deliveries.filter { !$0.value }.keys.sorted() }

  mutating func take(_ events: [Event], in context: DeskState.RecordContext) {
    var messages = 0
    for event in events {
      switch event {
      case .registryAdopted(let registry): self.registry = registry
      case .playbookAdopted(let playbook): playbooks[playbook.hash] = playbook
      case .incident(let id, .opened(let opening)): playbookOf[id] = opening.playbook.hash
      case .incident(let id, .release(let number, let event)):
        take(event, PartID(id, PartNumber(.release, number)), context)
      case .deliveryQueued:
        messages += 1
        deliveries[DeliveryID(sequence: context.sequence, index: messages)] = false
      case .deliveryEnded(let id, _):
        if deliveries[id] != false { complain("\(id) ended twice or was never asked for", context) }
        deliveries[id] = true
      default: break
      }
    }
  }

  private mutating func complain(_ text: String, _ context: DeskState.RecordContext) {
    violations.append("record \(context.sequence): \(text)")
  }

  private mutating func take(
    _ event: ReleaseEvent, _ part: PartID, _ context: DeskState.RecordContext
  ) {
    guard case .person(let person) = context.actor else {
      switch event {
      case .answered, .reminded: return
      case .published(let hash, _) where context.actor == .desk:
        return endEmbargo(hash, part, context)
      default: return complain("\(part) was handled by \(context.actor)", context)
      }
    }
    if case .drafted(let step, _, let content, _) = event {
      if texts[part] != nil { complain("\(part) was drafted twice", context) }
      texts[part] = Text(step: step, hash: content.hash(of: part, step: step), authors: [person])
      return
    }
    guard var text = texts[part] else { return complain("\(part) was never drafted", context) }
    switch event {
    case .drafted, .answered, .reminded: break
    case .edited(let content):
      if text.isPublished { complain("\(part) was changed after it was published", context) }
      text.hash = content.hash(of: part, step: text.step)
      text.authors.insert(person)
      (text.passed, text.returned, text.approver, text.approved) = ([:], false, nil, nil)
      text.consents = []
      if text.embargo != nil { complain("\(part) was changed under embargo", context) }
      text.lane = nil
    case .submitted(let lane, _): text.lane = lane
    case .signed(let gate, let verdict, _, let hash):
      signatures += 1
      sign(gate, verdict, hash, by: person, &text, part, context)
    case .approved(let hash): approve(hash, by: person, &text, part, context)
    case .overrideConsented(_, let hash):
      if hash != text.hash { complain("a consent to another text than \(part)", context) }
      if text.authors.contains(person) { complain("\(person) let an own text out", context) }
      text.consents.insert(person)
    case .embargoed(let until, let hash, _):
      publish(hash, by: person, &text, part, context)
      publications -= 1
      (text.isPublished, text.embargo) = (false, until)
    case .published(let hash, _): publish(hash, by: person, &text, part, context)
    case .withdrawn: text.isWithdrawn = true
    }
    texts[part] = text
  }

  private mutating func sign(
    _ gate: String, _ verdict: GateVerdict, _ hash: Digest, by person: Name, _ text: inout Text,
    _ part: PartID, _ context: DeskState.RecordContext
  ) {
    if text.authors.contains(person) { complain("\(person) signed an own text, \(part)", context) }
    if hash != text.hash { complain("a signature under another text than \(part)", context) }
    if text.lane == nil { complain("\(part) was signed before it was submitted", context) }
    let known = registry?.person(person)
    if known?.gates.contains(gate) != true || known?.roles.contains(.contractor) == true {
      complain("\(person) is nobody for the gate \(gate)", context)
    }
    if verdict == .pass { text.passed[gate] = person } else { text.returned = true }
  }

  private mutating func approve(
    _ hash: Digest, by person: Name, _ text: inout Text, _ part: PartID,
    _ context: DeskState.RecordContext
  ) {
    guard let stage = stage(part, text), let rule = rule(part, text) else {
      return complain("\(part) has no stage or lane", context)
    }
    if text.authors.contains(person) { complain("\(person) approved an own text", context) }
    if hash != text.hash { complain("the approval is of another text than \(part)", context) }
    if text.returned { complain("\(part) was returned and approved", context) }
    let open = stage.gates.filter { text.passed[$0] == nil }
    let isOverride =
      text.consents.count >= 2
      && playbookOf[part.incident].flatMap { playbooks[$0] }?.allowsOverride == true
    if !open.isEmpty, !isOverride {
      complain("\(part) was approved with open gates \(open)", context)
    }
    if registry?.person(person)?.roles.contains(stage.approver) != true {
      complain("\(person) may not approve", context)
    }
    let persons = text.authors.union(text.passed.values).union([person])
    if persons.count < rule.persons {
      complain("\(part): \(persons.count) people where \(rule.persons) are needed", context)
    }
    (text.approver, text.approved) = (person, hash)
  }

  /// The joint hour: the desk itself lets out what people approved, and not before.
  private mutating func endEmbargo(
    _ hash: Digest, _ part: PartID, _ context: DeskState.RecordContext
  ) {
    guard var text = texts[part] else { return complain("\(part) was never drafted", context) }
    guard let embargo = text.embargo, embargo <= context.time else {
      return complain("\(part) went out before its joint hour, or without one", context)
    }
    publications += 1
    if text.isPublished || text.isWithdrawn {
      complain("\(part) was published twice, or though it was withdrawn", context)
    }
    if text.approved != hash || text.hash != hash {
      complain("\(part) was published with another text than was approved", context)
    }
    text.isPublished = true
    texts[part] = text
  }

  private mutating func publish(
    _ hash: Digest, by person: Name, _ text: inout Text, _ part: PartID,
    _ context: DeskState.RecordContext
  ) {
    publications += 1
    if text.isPublished || text.isWithdrawn {
      complain("\(part) was published twice, or though it was withdrawn", context)
    }
    if text.approved == nil { complain("\(part) was published without an approval", context) }
    if text.approved != hash || text.hash != hash {
      complain("\(part) was published with another text than was approved", context)
    }
    let roles = registry?.person(person)?.roles ?? []
    if !roles.contains(.lead), !roles.contains(.approver) {
      complain("\(person) may not publish", context)
    }
    text.isPublished = true
  }

  private func stage(_ part: PartID, _ text: Text) -> Playbook.Stage? {
    playbookOf[part.incident].flatMap { playbooks[$0] }?.stage(ofStep: text.step)
  }

  private func rule(_ part: PartID, _ text: Text) -> Playbook.LaneRule? {
    guard let lane = text.lane else { return nil }
    return playbookOf[part.incident].flatMap { playbooks[$0] }?.laneRule(lane)
  }
}
