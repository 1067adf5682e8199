package import Bytes

// The journal's text form of what happened. It is written by hand and does not follow from Swift
// names: a record of today has to be readable for ever. A kind that is not known here is not an
// error; it was written by a newer version, or by another room.

extension Event {
  /// The kind's name in the journal.
  package var kind: String {
    switch self {
    case .registryAdopted: "registry.adopted"
    case .playbookAdopted: "playbook.adopted"
    case .calendarAdopted: "calendar.adopted"
    case .duty(let event): event.kind
    case .incident(_, let event): event.kind
    case .alertRaised: "alert.raised"
    case .alertAcknowledged: "alert.acknowledged"
    case .deliveryQueued: "delivery.queued"
    case .deliveryEnded(_, .delivered): "delivery.delivered"
    case .deliveryEnded(_, .failed): "delivery.failed"
    case .deliveryDeferred: "delivery.deferred"
    }
  }

  /// One JSON object.
  package var encoded: [UInt8] {
    JSONWriter.object { writer in
      writer.member("k", kind)
      switch self {
      case .registryAdopted(let registry): registry.write(to: &writer)
      case .playbookAdopted(let playbook):
        writer.member("hash", playbook.hash.hex)
        writer.member("definition", playbook.definition)
      case .calendarAdopted(let calendar): writer.member("definition", calendar.definition)
      case .duty(let event): event.write(to: &writer)
      case .incident(let id, let event):
        writer.member("incident", id.description)
        event.write(to: &writer)
      case .alertRaised(let id, let evidence):
        writer.member("alert", id.description)
        evidence.write(to: &writer)
      case .alertAcknowledged(let id, let channel):
        writer.member("alert", id.description)
        writer.member("channel", channel.rawValue)
      case .deliveryQueued(let order): order.write(to: &writer)
      case .deliveryEnded(let id, let result):
        writer.member("delivery", id.description)
        result.write(to: &writer)
      case .deliveryDeferred(let id, let delay):
        writer.member("delivery", id.description)
        delay.write(to: &writer)
      }
    }
  }

  /// The event that a JSON object of the journal stands for; nil for a kind that is not ours.
  package static func decoded(_ json: JSON) throws(FieldFailure) -> Event? {
    var fields = try Fields(json)
    let kind = try fields.text("k")
    switch kind {
    case "registry.adopted": return .registryAdopted(try Registry(&fields))
    case "playbook.adopted":
      let playbook = try Playbook(try fields.json("definition"))
      guard try fields.text("hash") == playbook.hash.hex else {
        throw fields.failure(
          "hash", Bilingual(zh: "预案与其哈希不符", en: "the playbook does not match its hash"))
      }
      return .playbookAdopted(playbook)
    case "calendar.adopted": return .calendarAdopted(try WorkCalendar(fields.json("definition")))
    case "alert.raised":
      return .alertRaised(try fields.alert(), try AlertEvidence(&fields))
    case "alert.acknowledged":
      return .alertAcknowledged(try fields.alert(), try fields.choice("channel"))
    case "delivery.queued": return .deliveryQueued(try DeliveryOrder(&fields))
    case "delivery.delivered":
      return .deliveryEnded(
        try fields.delivery(),
        .delivered(attempt: try fields.integer("attempt"), reply: try fields.text("reply")))
    case "delivery.failed":
      return .deliveryEnded(
        try fields.delivery(),
        .failed(attempt: try fields.integer("attempt"), reason: try fields.text("reason")))
    case "delivery.deferred":
      return .deliveryDeferred(try fields.delivery(), try DeliveryDelay(&fields))
    default:
      if let event = try DutyEvent.decoded(kind, &fields) { return .duty(event) }
      guard let event = try IncidentEvent.decoded(kind, &fields) else { return nil }
      return .incident(try fields.incident(), event)
    }
  }
}

// The identifiers and times that events are made of.
extension Fields {
  mutating func incident() throws(FieldFailure) -> IncidentID {
    // Here and below: a start reads one in each record, and a generic takes its time.
    if let id = json(ifPresent: "incident")?.string.flatMap({ IncidentID($0) }) { return id }
    return try value("incident", Bilingual(zh: "事件编号", en: "an incident's number")) {
      IncidentID($0)
    }
  }

  mutating func alert(ifPresent name: String) throws(FieldFailure) -> AlertID? {
    try value(ifPresent: name, Bilingual(zh: "预警编号", en: "an alert's number")) { AlertID($0) }
  }

  mutating func alert() throws(FieldFailure) -> AlertID {
    try value("alert", Bilingual(zh: "预警编号", en: "an alert's number")) { AlertID($0) }
  }

  mutating func topic(_ name: String) throws(FieldFailure) -> TopicID {
    try value(name, Bilingual(zh: "话题编号", en: "a topic's number")) { TopicID($0) }
  }

  mutating func delivery() throws(FieldFailure) -> DeliveryID {
    try value("delivery", Bilingual(zh: "送达编号", en: "a delivery's number")) { DeliveryID($0) }
  }

  /// `R3` as 3, where a release is meant.
  mutating func part(_ kind: PartNumber.Kind, _ name: String) throws(FieldFailure) -> Int {
    if let text = json(ifPresent: name)?.string, let part = PartNumber(text), part.kind == kind {
      return part.number
    }
    return try value(name, Bilingual(same: "\(kind.rawValue)1")) { text in
      PartNumber(text).flatMap { $0.kind == kind ? $0.number : nil }
    }
  }

  mutating func parts(_ kind: PartNumber.Kind, _ name: String) throws(FieldFailure) -> [Int] {
    var numbers: [Int] = []
    for text in try texts(ifPresent: name) ?? [] {
      guard let part = PartNumber(text), part.kind == kind else {
        throw failure(name, Bilingual(same: "\(text): \(kind.rawValue)1"))
      }
      numbers.append(part.number)
    }
    return numbers
  }

  mutating func name(_ name: String) throws(FieldFailure) -> Name {
    try value(name, Bilingual(zh: "名称", en: "a name")) { Name($0) }
  }

  mutating func digest(_ name: String) throws(FieldFailure) -> Digest {
    try value(name, Bilingual(zh: "64 位十六进制", en: "64 hexadecimal digits")) { Digest(hex: $0) }
  }

  /// Every element of a list of objects.
  mutating func list<Value>(
    _ name: String, _ read: (inout Fields) throws(FieldFailure) -> Value
  ) throws(FieldFailure) -> [Value] {
    var values: [Value] = []
    for element in try array(name) {
      var fields = try Fields(element, path: inner(name))
      values.append(try read(&fields))
    }
    return values
  }
}

extension JSONWriter {
  mutating func part(_ name: String, _ kind: PartNumber.Kind, _ number: Int) {
    member(name, PartNumber(kind, number).description)
  }

  mutating func parts(_ name: String, _ kind: PartNumber.Kind, _ numbers: [Int]) {
    if !numbers.isEmpty {
      member(name, numbers.map { PartNumber(kind, $0).description })
    }
  }

  mutating func member(ifPresent name: String, _ number: Int?) {
    if let number { member(name, number) }
  }

  mutating func member(ifPresent name: String, _ time: Instant?) {
    if let time { member(name, time.iso8601) }
  }
}
