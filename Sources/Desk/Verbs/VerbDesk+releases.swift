import Bytes
import Response

// The way of a text: draft, review, publication, and what the centres answer.
extension VerbDesk {
  /// `draft ID STEP`, `draft RELEASE` for an edit, `rebut ID CLAIM`.
  func draft(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...2)
    if call.request.has("edit") { return try await skeleton(words, call) }
    let document = try DraftDocument(call.request)
    if words.count == 1, call.request.verb == "draft" {
      let part = try await part(words[0], .release, call)
      return try await edit(part, document, call)
    }
    _ = try self.words(call, 2...2)
    let id = try incident(words[0])
    let isRebuttal = call.request.verb == "rebut"
    let claimNumber = isRebuttal ? try part(words[1], .claim, of: id) : nil
    let configuration = configuration
    let (step, content) = try await frontDesk.view { state in
      let (incident, playbook) = try Self.incident(id, state.response)
      let step = isRebuttal ? Self.rebuttalStep(playbook) : words[1]
      guard let stage = playbook.stage(ofStep: step) else {
        throw Refusal.text(.unknownStep(step, known: playbook.stepNames))
      }
      let claim = try claimNumber.map { number in
        guard let claim = incident.claim(number) else {
          throw Refusal.record(.unknownPart(incident.part(.claim, number)))
        }
        return claim
      }
      return (
        step,
        try document.content(
          for: step, of: stage, in: incident, claim: claim, configuration: configuration)
      )
    }
    return try await performDraft(
      .inIncident(id, .review(.draft(step: step, claim: claimNumber, content))), call)
  }

  private static func rebuttalStep(_ playbook: Playbook) -> String {
    playbook.stages.first(where: \.isPerClaim)?.steps.first?.name ?? "rebuttal"
  }

  static func incident(_ id: IncidentID, _ state: DeskState) throws(Refusal) -> (
    Incident, Playbook
  ) {
    guard let incident = state.incidents[id], let playbook = state.playbook(of: incident) else {
      throw .record(.unknownIncident(id))
    }
    return (incident, playbook)
  }

  private func edit(_ part: PartID, _ document: DraftDocument, _ call: Call) async throws
    -> VerbAnswer
  {
    let configuration = configuration
    let content = try await frontDesk.view { state in
      let (incident, playbook) = try Self.incident(part.incident, state.response)
      guard let release = incident.release(part.part.number),
        let stage = playbook.stage(ofStep: release.step)
      else { throw Refusal.record(.unknownPart(part)) }
      return try document.content(
        for: release.step, of: stage, in: incident,
        claim: release.claim.flatMap { incident.claim($0) }, configuration: configuration)
    }
    return try await performDraft(
      .inIncident(part.incident, .review(.edit(part.part.number, content))), call)
  }

  /// `correct RELEASE`: a new text about one that is out.
  func correct(_ call: Call) async throws -> VerbAnswer {
    let part = try await part(try words(call, 1...1)[0], .release, call)
    let document = try DraftDocument(call.request)
    let configuration = configuration
    let content = try await frontDesk.view { state in
      let (incident, playbook) = try Self.incident(part.incident, state.response)
      let step = Playbook.Stage.correction.id
      guard let stage = playbook.stage(ofStep: step) else {
        throw Refusal.text(.unknownStep(step, known: playbook.stepNames))
      }
      let corrected = incident.release(part.part.number)
      return try document.content(
        for: step, of: stage, in: incident,
        claim: corrected?.claim.flatMap { incident.claim($0) }, corrected: corrected,
        configuration: configuration)
    }
    return try await performDraft(
      .inIncident(part.incident, .review(.correct(part.part.number, content))), call)
  }

  func advance(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, call.request.verb == "sign" ? 3...3 : 1...1)
    let part = try await part(words[0], .release, call)
    let number = part.part.number
    let command: IncidentCommand
    if let read = call.request.value("text") { try await check(read, isTextOf: part, call) }
    switch call.request.verb {
    case "submit":
      command = .review(
        .submit(
          number,
          try call.request.value("lane").map { (word) throws(VerbFailure) in
            try choice(word, "lane")
          }, noAction: call.request.value("no-action")))
    case "sign":
      command = .review(
        .sign(
          number, gate: words[1], try choice(words[2], "verdict"),
          note: call.request.value("note")))
    case "approve" where call.request.has("override"):
      command = .review(.override(number, why: try required("why", call)))
    case "approve": command = .review(.approve(number))
    case "withdraw":
      command = .withdraw(
        number, why: try required("why", call), routes: configuration.routes)
    default:
      let terms = PublicationTerms(
        at: try call.request.value("at").map { (word) throws(VerbFailure) in
          try times(call).future(word, option: "at")
        }, explanation: call.request.value("explain"))
      command = .publish(number, routes: configuration.routes, terms: terms)
    }
    return try await perform(.inIncident(part.incident, command), call)
  }

  /// A text that was changed after somebody read it is not what he signs.
  private func check(_ read: String, isTextOf part: PartID, _ call: Call) async throws {
    let hash = try await frontDesk.view {
      $0.response.incidents[part.incident]?.release(part.part.number)?.hash.hex
    }
    guard let hash else { return }
    guard read.count >= 8, hash.hasPrefix(read.lowercased()) else {
      throw VerbFailure(
        .refused,
        zh: "\(part) 的文本此刻是 \(hash.prefix(12))，不是 \(read)：请重读后再签",
        en: "the text of \(part) is \(hash.prefix(12)) now, not \(read): read it again, then sign")
    }
  }

  func centre(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...2)
    if words[0] == "list" { return try await listCentres(call) }
    _ = try self.words(call, 2...2)
    let part = try await part(words[1], .release, call)
    let answer: CentreAnswer
    switch words[0] {
    case "show": return try await showCentres(part, call)
    case "ack": answer = .acknowledged
    case "consent": answer = .consented
    case "object": answer = .objected
    case "published": answer = .published
    default:
      throw usage(call)
    }
    let (centre, channel) = try await answeringCentre(part, call)
    let reply = CentreReply(
      channel: channel, text: call.request.value("link") ?? call.request.value("note"))
    return try await perform(
      .inIncident(
        part.incident, .answer(part.part.number, centre: centre, answer, reply)), call)
  }

  /// By `--centre`, or by the reply code of one of the messages about this release.
  private func answeringCentre(_ part: PartID, _ call: Call) async throws -> (Name, ReplyChannel) {
    if let word = call.request.value("centre") {
      guard let name = Name(word) else {
        throw VerbFailure(.usage, zh: "“\(word)”不是中心的名称", en: "'\(word)' is not a centre's name")
      }
      return (name, .command)
    }
    let code = try required("code", call)
    let key = try DeskKeys(folder: frontDesk.folder.keys).key("reply")
    let centre = try await frontDesk.view { state -> Name? in
      state.response.deliveries.values.lazy.compactMap { delivery -> Name? in
        guard delivery.order.matter == .release(part) || delivery.order.matter == .reminder(part),
          case .centre(let centre) = delivery.order.recipient,
          ReplyCode.isRight(code, for: delivery.id, key: key)
        else { return nil }
        return centre
      }.first
    }
    guard let centre else {
      throw VerbFailure(
        .refused, zh: "回执码不符：没有发给任何中心", en: "this reply code was sent to no centre")
    }
    return (centre, .code)
  }

  private func listCentres(_ call: Call) async throws -> VerbAnswer {
    let centres = configuration.centres
    let lines = centres.map { centre in
      let ways = centre.route.channels.map { $0.title[call.language] }.joined(separator: "+")
      return "\(centre.centre.id)  \(terminalSafe(centre.centre.name[call.language]))  \(ways)"
        + (centre.phone.map { "  ☎ " + terminalSafe($0) } ?? "")
    }
    let none = call("centres.json5 中没有中心", "no centres stand in centres.json5")
    return VerbAnswer((lines.isEmpty ? none : lines.joined(separator: "\n")) + "\n") { writer in
      writer.memberArray("centres") { writer in
        for centre in centres {
          writer.object {
            $0.member("id", centre.centre.id.text)
            $0.member("name", centre.centre.name)
            $0.member("channels", centre.route.channels.map(\.rawValue))
          }
        }
      }
    }
  }

  private func showCentres(_ part: PartID, _ call: Call) async throws -> VerbAnswer {
    try await frontDesk.view { state in
      let (incident, _) = try Self.incident(part.incident, state.response)
      guard let release = incident.release(part.part.number) else {
        throw Refusal.record(.unknownPart(part))
      }
      let zone = state.response.zone
      let deliveries = state.response.deliveries.values.filter {
        $0.order.matter == .release(part) || $0.order.matter == .reminder(part)
      }.sorted { $0.id < $1.id }
      var lines: [String] = []
      for copy in release.copies {
        let name = state.response.registry?.title(of: .centre(copy.centre))[call.language] ?? ""
        lines.append(Style.strong(terminalSafe(name)))
        let replies: [(Bilingual, CentreCopy.Reply?)] = [
          (CentreAnswer.acknowledged.title, copy.acknowledged),
          (CentreAnswer.consented.title, copy.consented),
          (CentreAnswer.objected.title, copy.objected),
          (CentreAnswer.published.title, copy.published),
        ]
        for delivery in deliveries where delivery.order.recipient == .centre(copy.centre) {
          lines.append("  " + Self.line(about: delivery, zone, call))
        }
        for (title, reply) in replies {
          guard let reply else { continue }
          let delay = durationTitle(reply.stamp.time - copy.sent.time)[call.language]
          lines.append(
            "  \(title[call.language]) \(zone.text(reply.stamp.time)) (+\(delay), "
              + "\(reply.channel.title[call.language]))"
              + (reply.text.map { "  " + terminalSafe($0) } ?? ""))
        }
      }
      if lines.isEmpty { lines = [call("尚未发给任何中心", "not sent to any centre yet")] }
      return VerbAnswer(lines.joined(separator: "\n") + "\n") {
        IncidentDocument(incident, in: state.response, at: call.now).write(to: &$0)
      }
    }
  }

  static func line(about delivery: Delivery, _ zone: DeskZone, _ call: Call) -> String {
    let head = "\(delivery.id) \(delivery.order.channel.title[call.language]) "
    switch delivery.result {
    case .delivered(let attempt, let reply):
      return head + Style.good(call("送达", "delivered"))
        + " \(delivery.ended.map(zone.text) ?? "") (\(attempt)) \(terminalSafe(shortened(reply, to: 60)))"
    case .failed(let attempt, let reason):
      return head + Style.alarm(call("失败", "failed"))
        + " (\(attempt)) \(terminalSafe(shortened(reason, to: 80)))"
    case nil:
      guard let delay = delivery.delay else { return head + call("待发", "waiting") }
      return head
        + call("第 \(delay.attempt) 次未送达，", "attempt \(delay.attempt) failed, ")
        + call("下次 ", "next ") + zone.text(delay.next) + " "
        + terminalSafe(shortened(delay.reason, to: 80))
    }
  }
}
