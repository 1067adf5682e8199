package import Bytes
import Foundation
import Journal
import Response

/// Carries verbs out: in the daemon for whoever comes to its socket, and in the command itself
/// while no daemon runs.
package struct VerbDesk: Sendable {
  package let frontDesk: FrontDesk
  package let configuration: Configuration
  /// Nil in the command itself.
  package let live: (any LiveDesk)?

  package init(frontDesk: FrontDesk, configuration: Configuration, live: (any LiveDesk)?) {
    self.frontDesk = frontDesk
    self.configuration = configuration
    self.live = live
  }

  /// One verb on its way: the request, and who makes it.
  struct Call: Sendable {
    let request: VerbRequest
    let actor: Actor
    let now: Instant

    var language: Language { request.language }

    func callAsFunction(_ zh: String, _ en: String) -> String {
      request.language == .chinese ? zh : en
    }
  }

  /// Carries out a verb for the user account that asks.
  ///
  /// Throws what is `Explained`: a `Refusal`, a `VerbFailure`, a failure of journal or disk.
  package func answer(_ request: VerbRequest, forUser user: UInt32) async throws -> VerbAnswer {
    guard let specification = VerbTable.specification(request.verb) else {
      throw VerbFailure(
        .usage, zh: "没有命令“\(request.verb)”", en: "there is no verb '\(request.verb)'")
    }
    let access = specification.access(request.words)
    if live == nil, access == .daemon || access == .listening { throw Self.needsDaemon(request) }
    let isReading = access == .reading || access == .listening
    let actor = Actor.person(try person(request, user: user, isReading: isReading))
    let call = Call(request: request, actor: actor, now: frontDesk.clock.now())
    try await makeWhole(request)
    switch request.verb {
    case "open": return try await open(call)
    case "list": return try await list(call)
    case "show": return try await show(call)
    case "promise" where request.words == ["list"]: return try await listPromises(call)
    case "action" where request.words.dropFirst().first == "evidence":
      return try await addEvidence(call)
    case "note", "fact", "action", "promise", "claim":
      return try await enter(call)
    case "close": return try await close(call)
    case "regrade", "casualties", "triage", "consult", "link", "decide", "review":
      return try await course(call)
    case "duty": return try await duty(call)
    case "handover": return try await handover(call)
    case "playbook": return try await playbooks(call)
    case "reportup": return try await reportUp(call)
    case "event-time": return try await correctEventTime(call)
    case "draft", "rebut": return try await draft(call)
    case "correct": return try await correct(call)
    case "submit", "sign", "approve", "publish", "withdraw": return try await advance(call)
    case "centre": return try await centre(call)
    case "topic": return try await topic(call)
    case "alert": return try await alert(call)
    case "source": return try await sources(call)
    case "report": return try await report(call)
    case "key": return try await key(call)
    case "drill": return try await drill(call)
    default:
      throw VerbFailure(
        .usage, zh: "“\(request.verb)”不能在此执行", en: "'\(request.verb)' cannot be carried out here")
    }
  }

  /// After a start from a snapshot, what has ended is read when somebody names it, or asks for all.
  private func makeWhole(_ request: VerbRequest) async throws {
    let words = request.words + request.values("incident")
    let named = words.compactMap { IncidentID($0) ?? PartID($0)?.incident }
    try await frontDesk.makeWhole(
      request.has("all") ? await frontDesk.allIncidents : named)
  }

  private static func needsDaemon(_ request: VerbRequest) -> VerbFailure {
    VerbFailure(
      .couldNot,
      zh: "incidentd 没有运行，“\(request.verb)”须由它执行：身份由套接字认定，监听状态也只有它知道。"
        + "启动它：incidentd --config …/incident.json5，或 systemctl start incidentd",
      en:
        "incidentd does not run, and '\(request.verb)' needs it: it knows who asks, and what is heard. "
        + "Start it with incidentd --config …/incident.json5, or systemctl start incidentd")
  }

  /// Who asks. Reading needs nobody; on an exercise one person may play several.
  private func person(_ request: VerbRequest, user: UInt32, isReading: Bool) throws(VerbFailure)
    -> Name
  {
    if let person = request.person {
      guard frontDesk.isExercise else {
        throw VerbFailure(
          .refused, zh: "“--as”只能用于演练", en: "'--as' is for exercises only")
      }
      return person
    }
    if let person = configuration.person(forUser: user) { return person }
    if isReading, let anybody = Name("reader") { return anybody }
    throw VerbFailure(
      .refused,
      zh: "people.json5 中没有人对应本机帐号 uid \(user)；请为某人加上 uid: \(user)"
        + (frontDesk.isExercise ? "，或用 --as 指明身份" : ""),
      en: "nobody in people.json5 has the account uid \(user); give somebody uid: \(user)"
        + (frontDesk.isExercise ? ", or say who you are with --as" : ""))
  }

  // What all verbs do with their words.

  func words(_ call: Call, _ count: ClosedRange<Int>) throws(VerbFailure) -> [String] {
    guard count.contains(call.request.words.count) else { throw usage(call) }
    return call.request.words
  }

  /// What the command line should have been.
  func usage(_ call: Call) -> VerbFailure {
    VerbTable.misuse(call.request)
  }

  /// `T20261122-003` or `W20261122-014`, also with a small letter; nil where it is no such number.
  ///
  /// A number that only looks like one is refused with what is wrong with it.
  func lettered(_ word: String, _ letter: String) throws(VerbFailure) -> String? {
    guard word.prefix(1).uppercased() == letter else { return nil }
    let parts = word.dropFirst().split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 8, let date = Int(parts[0]), date > 0 else {
      return nil
    }
    let day = CivilTime(year: date / 10_000, month: date / 100 % 100, day: date % 100)
    guard day.exists else {
      throw VerbFailure(
        .usage, zh: "“\(word)”中的日期 \(parts[0]) 不存在",
        en: "the date in '\(word)', \(parts[0]), does not exist")
    }
    return letter + word.dropFirst()
  }

  /// The incident that a word names.
  func incident(_ word: String) throws(VerbFailure) -> IncidentID {
    guard let id = IncidentID(word) else {
      throw VerbFailure(
        .usage, zh: "“\(word)”不是事件编号；编号形如 2026-0007",
        en: "'\(word)' is not an incident's number, which looks like 2026-0007")
    }
    return id
  }

  /// A part by its full name, or by its short one where only one incident can be meant.
  func part(_ word: String, _ kind: PartNumber.Kind, _ call: Call) async throws -> PartID {
    if let part = PartID(word), part.part.kind == kind { return part }
    guard let short = PartNumber(word), short.kind == kind else {
      throw VerbFailure(
        .usage, zh: "“\(word)”应为 2026-0007/\(kind.rawValue)1 或 \(kind.rawValue)1 这样的编号",
        en: "'\(word)' should be a number as 2026-0007/\(kind.rawValue)1 or \(kind.rawValue)1")
    }
    if let named = call.request.value("incident") {
      return PartID(try incident(named), short)
    }
    let open = try await frontDesk.view { state in
      state.response.incidents.values.filter(\.isOpen).map(\.id).sorted()
    }
    guard open.count == 1, let only = open.first else {
      let list = open.map(\.description).joined(separator: ", ")
      throw VerbFailure(
        .usage,
        zh: open.isEmpty
          ? "没有进行中的事件；请写全编号，如 2026-0007/\(short)"
          : "有几个进行中的事件（\(list)）；请写全编号，或用 --incident 指明",
        en: open.isEmpty
          ? "no incident is open; write the whole number, as 2026-0007/\(short)"
          : "several incidents are open (\(list)); write the whole number, or name one with "
            + "--incident")
    }
    return PartID(only, short)
  }

  func part(_ word: String, _ kind: PartNumber.Kind, of incident: IncidentID)
    throws(VerbFailure) -> Int
  {
    let short = PartID(word).map { $0.incident == incident ? $0.part : nil } ?? PartNumber(word)
    guard let short, short.kind == kind else {
      throw VerbFailure(
        .usage, zh: "“\(word)”应为 \(kind.rawValue)1 这样的编号",
        en: "'\(word)' should be a number as \(kind.rawValue)1")
    }
    return short.number
  }

  /// One of the words of an enumeration, with the nearest for a misspelt one.
  func choice<Value: CaseIterable & RawRepresentable<String>>(
    _ word: String, _ what: String
  ) throws(VerbFailure) -> Value {
    if let value = Value(rawValue: word) { return value }
    let known = Value.allCases.map(\.rawValue)
    let near = nearest(to: word, among: known)
    throw VerbFailure(
      .usage,
      zh: "“\(what)”不能是“\(word)”" + (near.map { "；是否应为“\($0)”？" } ?? "")
        + "；可用：\(known.joined(separator: ", "))",
      en: "'\(what)' cannot be '\(word)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
        + "; known: \(known.joined(separator: ", "))")
  }

  func times(_ call: Call) -> TimeWords {
    TimeWords(zone: configuration.desk.zone, now: call.now)
  }

  func required(_ option: String, _ call: Call) throws(VerbFailure) -> String {
    guard let value = call.request.value(option) else {
      throw VerbFailure(.usage, zh: "缺少“--\(option)”", en: "'--\(option)' is missing")
    }
    return value
  }

  /// Carries a command out and says what has happened, one line an event.
  func perform(
    _ command: Command, _ call: Call, extra: @Sendable (inout JSONWriter) -> Void = { _ in }
  ) async throws -> VerbAnswer {
    let receipt = try await frontDesk.perform(command, by: call.actor)
    let lines = try await frontDesk.view { state in
      let line = EventLine(state: state.response)
      return receipt.events.compactMap { event -> String? in
        guard case .response(let event) = event, event.kind != "playbook.adopted" else {
          return nil
        }
        return terminalSafe(line.text(of: event)[call.language])
      }
    }
    let text =
      lines.isEmpty
      ? call("无须记录：已是如此", "nothing to record: it stands so already")
      : lines.joined(separator: "\n")
    return VerbAnswer(text + "\n") { writer in
      writer.member("n", receipt.head.sequence)
      writer.member("h", receipt.head.hash.hex)
      writer.member("time", receipt.time.iso8601)
      writer.memberArray("events") { writer in
        for event in receipt.events { writer.raw(event.encoded) }
      }
      extra(&writer)
    }
  }
}

extension Configuration {
  /// The person who has this account, by number or by the name that the system knows.
  package func person(forUser user: UInt32) -> Name? {
    if let person = people.first(where: { $0.userID == user }) { return person.person.id }
    let named = people.filter { $0.userName != nil }
    guard !named.isEmpty, let account = Self.accountName(of: user) else { return nil }
    return named.first { $0.userName == account }?.person.id
  }

  /// `getpwuid` has one buffer for all threads: another's command could give this one its name.
  private static func accountName(of user: UInt32) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    // The longest entry that a system hands out is far below this.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64 << 10) { buffer in
      guard let room = buffer.baseAddress,
        getpwuid_r(user, &entry, room, buffer.count, &found) == 0, found != nil,
        let name = entry.pw_name
      else { return nil }
      return String(cString: name)
    }
  }
}
