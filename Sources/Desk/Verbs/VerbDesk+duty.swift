import Bytes
import Response

// Who is on duty, and what one watch leaves for the next.
extension VerbDesk {
  /// `duty on [PERSON]`, `duty off [PERSON]`, `duty list`.
  func duty(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...2)
    if words == ["list"] { return try await listDuty(call) }
    let person = try words.count == 2 ? named(words[1]) : own(call)
    let request = call.request
    switch words[0] {
    case "on":
      let from = try request.value("from").map { (word) throws(VerbFailure) in
        try times(call).future(word, option: "from")
      }
      let until = try request.value("until").map { (word) throws(VerbFailure) in
        try TimeWords(zone: configuration.desk.zone, now: from ?? call.now)
          .future(word, option: "until")
      }
      return try await perform(.duty(.begin(person, from: from, until: until)), call)
    case "off": return try await perform(.duty(.end(person)), call)
    default: throw usage(call)
    }
  }

  private func named(_ word: String) throws(VerbFailure) -> Name {
    guard let name = Name(word), configuration.person(name) != nil else {
      let near = nearest(to: word, among: configuration.people.map(\.person.id.text))
      throw VerbFailure(
        .usage, zh: "people.json5 中没有“\(word)”" + (near.map { "；是否应为“\($0)”？" } ?? ""),
        en: "'\(word)' does not stand in people.json5"
          + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
    return name
  }

  private func own(_ call: Call) throws(VerbFailure) -> Name {
    guard case .person(let name) = call.actor else { throw usage(call) }
    return name
  }

  private func listDuty(_ call: Call) async throws -> VerbAnswer {
    try await frontDesk.view { state in
      let duty = state.response.duty
      let zone = state.response.zone
      func name(_ person: Name) -> String {
        terminalSafe(
          (state.response.registry?.title(of: .person(person)) ?? Bilingual(same: person.text))[
            call.language])
      }
      func line(_ shift: DutyBook.Shift) -> String {
        "  \(name(shift.person))  \(zone.text(shift.from))"
          + (shift.until.map { " – \(zone.text($0))" } ?? "")
      }
      let present = duty.onDuty(at: call.now)
      let coming = duty.coming(after: call.now)
      let waiting = duty.handovers.filter { $0.taken == nil }
      var text = Style.strong(call("在岗", "on duty")) + "\n"
      text +=
        present.isEmpty
        ? "  " + Style.alarm(call("无人登记在岗", "nobody has said so")) + "\n"
        : present.map(line).joined(separator: "\n") + "\n"
      if !coming.isEmpty {
        text +=
          Style.strong(call("将值班", "to come")) + "\n"
          + coming.map(line).joined(separator: "\n") + "\n"
      }
      if !waiting.isEmpty {
        text += Style.strong(call("待接班", "hand-overs not taken")) + "\n"
        for handover in waiting {
          text +=
            "  \(handover.number)  \(zone.text(handover.stamp.time))  "
            + terminalSafe(shortened(handover.text, to: 60)) + "\n"
        }
      }
      return VerbAnswer(text) { writer in
        for (member, shifts) in [("onDuty", present), ("coming", coming)] {
          writer.memberArray(member) { writer in
            for shift in shifts {
              writer.object { writer in
                writer.member("person", shift.person.text)
                writer.member("from", shift.from.iso8601)
                writer.member(ifPresent: "until", shift.until?.iso8601)
              }
            }
          }
        }
        writer.member("waitingHandovers", waiting.map { String($0.number) })
      }
    }
  }

  /// `handover TEXT [--to PERSON]`, `handover take [NUMBER]`, `handover show`.
  func handover(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...2)
    switch (words[0], words.count) {
    case ("show", 1): return try await showHandover(call)
    case ("take", let count):
      var number: Int?
      if count == 2 {
        guard let given = Int(words[1]), given > 0 else { throw usage(call) }
        number = given
      }
      let answer = try await perform(.duty(.takeOver(number)), call)
      let shown = try await showHandover(call)
      return VerbAnswer(text: answer.text + "\n" + shown.text, json: answer.json)
    case (_, 1):
      let to = try call.request.value("to").map { (word) throws(VerbFailure) in try named(word) }
      return try await perform(.duty(.handOver(text: words[0], to: to)), call)
    default: throw usage(call)
    }
  }

  /// The last hand-over, and what is open now: that is what the next watch begins with.
  private func showHandover(_ call: Call) async throws -> VerbAnswer {
    try await frontDesk.view { state in
      let response = state.response
      let open = response.incidents.values.filter { !$0.isSettled }.sorted { $0.id < $1.id }
      let lines = open.map {
        IncidentText(incident: $0, state: response, now: call.now, language: call.language).line
      }
      let last = response.duty.handovers.last
      let head: String =
        if let last {
          Style.strong(call("交班 ", "hand-over ") + "\(last.number)  ")
            + response.zone.text(last.stamp.time) + "  "
            + terminalSafe(
              (response.registry?.title(of: last.stamp.actor) ?? Bilingual(same: ""))[call.language]
            )
            + (last.taken == nil ? Style.alarm(call("  待接班", "  not taken yet")) : "") + "\n"
            + terminalSafe(last.text, keepsLines: true) + "\n\n"
        } else {
          call("还没有交班记录", "nothing was handed over yet") + "\n\n"
        }
      let none = call("没有进行中的事件", "no incident is open")
      return VerbAnswer(head + (lines.isEmpty ? none : lines.joined(separator: "\n")) + "\n") {
        writer in
        writer.member(ifPresent: "text", last?.text)
        writer.member(ifPresent: "to", last?.to?.text)
        writer.member(ifPresent: "written", last?.stamp.time.iso8601)
        writer.member("taken", last?.taken != nil)
        writer.member("incidents", open.map(\.id.description))
      }
    }
  }
}
