import Bytes

extension ReleaseEvent {
  var kind: String {
    switch self {
    case .drafted: "release.drafted"
    case .edited: "release.edited"
    case .submitted: "release.submitted"
    case .signed: "release.signed"
    case .approved: "release.approved"
    case .overrideConsented: "release.override-consented"
    case .embargoed: "release.embargoed"
    case .published: "release.published"
    case .withdrawn: "release.withdrawn"
    case .answered(_, let answer, _): "centre.\(answer.rawValue)"
    case .reminded: "centre.reminded"
    }
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .drafted(let step, let claim, let content, let corrects):
      writer.member("step", step)
      if let corrects { writer.part("corrects", .release, corrects) }
      if let claim { writer.part("claim", .claim, claim) }
      content.write(to: &writer)
    case .edited(let content): content.write(to: &writer)
    case .submitted(let lane, let why):
      writer.member("lane", lane.rawValue)
      writer.member(ifPresent: "noAction", why)
    case .signed(let gate, let verdict, let note, let hash):
      writer.member("gate", gate)
      writer.member("verdict", verdict.rawValue)
      writer.member(ifPresent: "note", note)
      writer.member("hash", hash.hex)
    case .approved(let hash): writer.member("hash", hash.hex)
    case .overrideConsented(let why, let hash):
      writer.member("why", why)
      writer.member("hash", hash.hex)
    case .embargoed(let until, let hash, let explanation):
      writer.member("until", until.iso8601)
      writer.member("hash", hash.hex)
      writer.member(ifPresent: "explanation", explanation)
    case .published(let hash, let explanation):
      writer.member("hash", hash.hex)
      writer.member(ifPresent: "explanation", explanation)
    case .withdrawn(let why): writer.member("why", why)
    case .answered(let centre, _, let reply):
      writer.member("centre", centre.text)
      reply.write(to: &writer)
    case .reminded(let centre, let phone):
      writer.member("centre", centre.text)
      writer.member("phone", phone)
    }
  }

  static func decoded(_ kind: String, _ fields: inout Fields) throws(FieldFailure) -> ReleaseEvent?
  {
    switch kind {
    case "release.drafted":
      let hasClaim = fields.json(ifPresent: "claim") != nil
      return .drafted(
        step: try fields.text("step"), claim: hasClaim ? try fields.part(.claim, "claim") : nil,
        try ReleaseContent(&fields),
        corrects: fields.json(ifPresent: "corrects") == nil
          ? nil : try fields.part(.release, "corrects"))
    case "release.edited": return .edited(try ReleaseContent(&fields))
    case "release.submitted":
      return .submitted(
        try fields.choice("lane"), noAction: try fields.text(ifPresent: "noAction"))
    case "release.signed":
      return .signed(
        gate: try fields.text("gate"), try fields.choice("verdict"),
        note: try fields.text(ifPresent: "note"), hash: try fields.digest("hash"))
    case "release.approved": return .approved(hash: try fields.digest("hash"))
    case "release.override-consented":
      return .overrideConsented(why: try fields.text("why"), hash: try fields.digest("hash"))
    case "release.embargoed":
      return .embargoed(
        until: try fields.instant("until"), hash: try fields.digest("hash"),
        explanation: try fields.text(ifPresent: "explanation"))
    case "release.published":
      return .published(
        hash: try fields.digest("hash"), explanation: try fields.text(ifPresent: "explanation"))
    case "release.withdrawn": return .withdrawn(why: try fields.text("why"))
    case "centre.reminded":
      return .reminded(
        centre: try fields.name("centre"), phone: try fields.flag(ifPresent: "phone") ?? false)
    default:
      guard kind.hasPrefix("centre."),
        let answer = CentreAnswer(rawValue: String(kind.dropFirst("centre.".count)))
      else { return nil }
      return .answered(centre: try fields.name("centre"), answer, try CentreReply(&fields))
    }
  }
}

extension CentreReply {
  func write(to writer: inout JSONWriter) {
    writer.member("channel", channel.rawValue)
    writer.member(ifPresent: "text", text)
    if let witnessed {
      writer.memberObject("witnessed") {
        $0.member("n", witnessed.sequence)
        $0.member("h", witnessed.hash.hex)
      }
    }
    writer.member(ifPresent: "webhook", webhook)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    channel = try fields.choice("channel")
    text = try fields.text(ifPresent: "text")
    webhook = try fields.text(ifPresent: "webhook")
    if var head = try fields.fields(ifPresent: "witnessed") {
      witnessed = Witness(sequence: Int64(try head.integer("n")), hash: try head.digest("h"))
    }
  }
}

extension ReleaseContent {
  func write(to writer: inout JSONWriter) {
    writer.memberObject("texts") { writer in
      for language in languages {
        guard let text = texts[language] else { continue }
        writer.memberObject(language) {
          $0.member("title", text.title)
          $0.member("body", text.body)
        }
      }
    }
    if !channels.isEmpty { writeChannels(to: &writer) }
    writer.member(ifPresent: "expert", expert?.text)
    writer.member("audience", audience.map(\.rawValue))
    writer.memberObject("slots") { writer in
      for slot in slots.keys.sorted() {
        writer.memberObject(slot) { writer in
          for (language, text) in (slots[slot] ?? [:]).sorted(by: { $0.key < $1.key }) {
            writer.member(language, text)
          }
        }
      }
    }
    writer.parts("actions", .action, actions)
    writer.parts("promises", .promise, promises)
    if !evidence.isEmpty { writer.member("evidence", evidence) }
    writer.member("factSheet", factSheetVersion)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    var languages = try fields.fields("texts")
    let texts = try Self.texts(&languages)
    var channels: [String: [String: Text]] = [:]
    if var named = try fields.fields(ifPresent: "channels") {
      for channel in named.names {
        var languages = try named.fields(channel)
        channels[channel] = try Self.texts(&languages)
      }
    }
    var slots: [String: [String: String]] = [:]
    if var filled = try fields.fields(ifPresent: "slots") {
      for slot in filled.names {
        var byLanguage = try filled.fields(slot)
        var values: [String: String] = [:]
        for language in byLanguage.names { values[language] = try byLanguage.text(language) }
        slots[slot] = values
      }
    }
    self.init(
      texts: texts, audience: try fields.choices(ifPresent: "audience") ?? [], slots: slots,
      actions: try fields.parts(.action, "actions"),
      promises: try fields.parts(.promise, "promises"),
      evidence: try fields.texts(ifPresent: "evidence") ?? [],
      factSheetVersion: try fields.integer("factSheet"), channels: channels,
      expert: fields.json(ifPresent: "expert") == nil ? nil : try fields.name("expert"))
  }

  private static func texts(_ languages: inout Fields) throws(FieldFailure) -> [String: Text] {
    var texts: [String: Text] = [:]
    for language in languages.names {
      var text = try languages.fields(language)
      texts[language] = Text(title: try text.text("title"), body: try text.text("body"))
    }
    return texts
  }
}
