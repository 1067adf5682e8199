import Bytes
import Foundation
import Journal
import Response
import Wire

/// Makes the message of one delivery, the same at every attempt but for the mark of a repetition.
struct Composer {
  let frontDesk: FrontDesk
  let configuration: Configuration
  let delivery: Delivery

  /// Nil where the recipient has no address.
  func mail() async throws -> MailMessage? {
    guard let settings = configuration.mail, let (address, name) = recipient() else { return nil }
    let letter = try await letter()
    let from = try MailAddress(
      settings.from, name: configuration.desk.name[configuration.desk.language])
    let host = settings.from.split(separator: "@").last.map(String.init) ?? "localhost"
    let date = delivery.queued.time
    var message = MailMessage(
      from: from, to: try MailAddress(address, name: name), subject: letter.subject, date: date,
      offsetSeconds: configuration.desk.zone.offsetSeconds(at: date),
      messageID: delivery.messageID(journal: frontDesk.journalID, host: host), text: letter.text,
      html: letter.html)
    message.extraHeaders.add("X-Incident-Delivery", delivery.id.description)
    message.extraHeaders.add("X-Incident-Attempt", String(delivery.attempts + 1))
    return message
  }

  private func recipient() -> (String, name: String)? {
    let language = configuration.desk.language
    switch delivery.order.recipient {
    case .person(let id):
      guard let person = configuration.person(id), let mail = person.mail else { return nil }
      return (mail, person.person.name[language])
    case .centre(let id):
      guard let centre = configuration.centre(id), let mail = centre.mail else { return nil }
      return (mail, centre.centre.name[language])
    }
  }

  private func letter() async throws -> Letter {
    let postmark = postmark
    let ways = try ways()
    switch delivery.order.matter {
    case .alert(let id): return try await letter(about: id, again: false, ways, postmark)
    case .escalation(let id): return try await letter(about: id, again: true, ways, postmark)
    case .release(let part), .reminder(let part), .withdrawal(let part):
      return try await letter(about: part, ways, postmark)
    case .clocks(let id): return try await letter(ofClocks: id)
    }
  }

  private func letter(ofClocks id: IncidentID) async throws -> Letter {
    let postmark = postmark
    return try await frontDesk.view { state in
      guard let incident = state.response.incidents[id] else {
        throw Refusal.record(.unknownIncident(id))
      }
      return Letter(clocksOf: incident, in: state.response, postmark: postmark)
    }
  }

  private func letter(
    about id: AlertID, again: Bool, _ ways: AnswerWays, _ postmark: Postmark
  ) async throws -> Letter {
    let (alert, isEscalated) = try await frontDesk.view { state in
      (state.response.alerts[id], state.response.isEscalated(id))
    }
    guard let alert else { throw Refusal.record(.unknownAlert(id)) }
    let policy = configuration.alerts.policy
    var next: Instant?
    if !again, !isEscalated, let after = policy.escalateAfter, !policy.escalateTo.isEmpty {
      next = alert.raised.time + after
    }
    return Letter(
      alert: alert, items: try await items(of: alert.evidence), again: again, ways: ways,
      nextMail: next, postmark: postmark)
  }

  private func letter(
    about part: PartID, _ ways: AnswerWays, _ postmark: Postmark
  ) async throws -> Letter {
    let (incident, release, within) = try await release(part)
    return Letter(
      release: release, of: incident, matter: delivery.order.matter, ways: ways,
      within: within, postmark: postmark)
  }

  private func release(_ part: PartID) async throws -> (Incident, Release, within: Instant?) {
    let order = delivery.order
    return try await frontDesk.view { state in
      guard let incident = state.response.incidents[part.incident],
        let release = incident.release(part.part.number)
      else { throw Refusal.record(.unknownPart(part)) }
      var within: Instant?
      if case .centre(let centre) = order.recipient,
        let copy = release.copies.first(where: { $0.centre == centre }),
        let playbook = state.response.playbook(of: incident)
      {
        within = state.response.acknowledgementDue(copy, incident, playbook)
      }
      return (incident, release, within)
    }
  }

  /// The signed request to a centre's own system; nil where it has none.
  func webhook() async throws -> FetchRequest? {
    guard case .centre(let id) = delivery.order.recipient,
      let centre = configuration.centre(id), let settings = centre.webhook,
      let key = try DeskSecrets(configuration).key(of: centre)
    else { return nil }
    let part: PartID
    switch delivery.order.matter {
    case .release(let release), .reminder(let release), .withdrawal(let release): part = release
    case .alert, .escalation, .clocks: return nil
    }
    let (incident, release, within) = try await release(part)
    let body = release.payload(
      of: incident, matter: delivery.order.matter,
      answerTo: configuration.http.publicURL.map { "\($0)/hooks/centres/\(id)" }, within: within,
      postmark: postmark)
    var request = FetchRequest(
      url: settings.url, userAgent: configuration.polling.userAgent)
    request.method = .post
    request.body = body
    // The five minutes of a signature are wall time, on an exercise too.
    request.headers = try Webhook.headers(
      id: webhookID, at: DeskClock.wallNow(), body: body, keys: [key])
    request.headers.set("Content-Type", "application/json")
    request.redirects = .stay
    request.addresses = AddressRule(
      allowing: settings.allow.compactMap { AddressRange($0) }, ports: .any)
    return request
  }

  /// The same at every attempt: the receiver can tell a repetition. No dot may stand in it.
  private var webhookID: String {
    "msg_\(frontDesk.journalID)_\(delivery.id.sequence)_\(delivery.id.index)"
  }

  private var postmark: Postmark {
    Postmark(
      desk: configuration.desk, isExercise: frontDesk.isExercise, journal: frontDesk.journalID,
      head: delivery.head, delivery: delivery.id,
      isPossibleDuplicate: delivery.delay?.isAmbiguous ?? false)
  }

  private func ways() throws -> AnswerWays {
    let key = try DeskKeys(folder: frontDesk.folder.keys).key("reply")
    let code = ReplyCode.code(for: delivery.id, key: key)
    return AnswerWays(
      page: configuration.http.publicURL.map { "\($0)/answer/\(delivery.id)?code=\(code)" },
      code: code)
  }

  /// Items that a mail shows at most.
  private static let itemLimit = 5

  /// The sample items: those that the journal may keep from there, the others from the item log as
  /// long as it has them. No mail holds a handle.
  private func items(of evidence: AlertEvidence) async throws -> [ShownItem] {
    let samples = evidence.samples
    let withheld = Bilingual(
      zh: "（含个人姓名，不列出）", en: "(it names a private person and is left out)")[
        configuration.desk.language]
    // One that has no link is looked up as well: the mail says why it has none.
    let missing = samples.filter { $0.title == nil || $0.link == nil }
    let found = try await ItemSearch(folder: frontDesk.folder.items)
      .items(Set(missing.map(\.item)), seen: missing.map(\.seen))
    let shown = samples.map { sample in
      let item = found[sample.item]
      let settings = configuration.sources.first { $0.id.text == sample.source }
      let isPersonal = settings?.isPersonal == true
      let link = Self.link(of: sample, item, in: evidence)
        .flatMap { bearsHandle(link: $0) || isPersonal ? nil : $0 }
      let text =
        sample.title ?? (evidence.isMasked ? withheld : item?.title)
        ?? Bilingual(
          zh: "（条目 \(sample.item) 已不在条目库）", en: "(item \(sample.item) is no longer kept)")[
          configuration.desk.language]
      return ShownItem(
        title: withoutHandles(text), link: link,
        source: settings?.name[configuration.desk.language] ?? sample.source, time: sample.seen,
        isOfficial: sample.isOfficial,
        unlinked: link == nil ? Self.unlinked(sample, item, isPersonal: isPersonal) : nil)
    }
    // Those that can be looked up go first.
    let linked = shown.filter { $0.link != nil }
    let others = shown.filter { $0.link == nil }
    return Array((linked + others).prefix(Self.itemLimit)).sorted { $0.time < $1.time }
  }

  /// What names a person may spell the name in its address too. Where a title is kept and no link,
  /// the link was withheld then.
  static func link(
    of sample: AlertEvidence.Sample, _ item: ItemSearch.Found?, in evidence: AlertEvidence
  ) -> String? {
    if evidence.isMasked {
      // A phrase's posts are masked one by one, a topic's all at once.
      guard case .phrase = evidence.subject else { return nil }
      return sample.link
    }
    return sample.link ?? (sample.title == nil ? item?.link : nil)
  }

  static func unlinked(
    _ sample: AlertEvidence.Sample, _ item: ItemSearch.Found?, isPersonal: Bool
  ) -> ShownItem.Unlinked {
    if isPersonal { return .namesAuthor }
    guard let link = sample.link ?? item?.link else { return item == nil ? .isGone : .hadNone }
    return bearsHandle(link: link) ? .namesAuthor : .namesPerson
  }

  // On an exercise nothing leaves the machine by mistake.

  func exerciseRefusal(url: String) -> Command.AttemptOutcome? {
    exerciseRefusal(host: URL(string: url)?.host ?? "")
  }

  func exerciseRefusal(host: String) -> Command.AttemptOutcome? {
    guard frontDesk.isExercise else { return nil }
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    if bare == "localhost" || IPAddress(bare)?.isLoopback == true { return nil }
    if configuration.exerciseHosts.contains(bare) { return nil }
    return .permanent(
      reason: "an exercise delivers to this machine only; name '\(bare)' under exerciseHosts")
  }
}

/// Finds items by their ids in the day segments.
struct ItemSearch {
  let folder: String

  struct Found: Sendable {
    let title: String
    let link: String?
  }

  /// The items that are still kept. `seen` says on which days to look.
  func items(_ ids: Set<String>, seen: [Instant]) async throws -> [String: Found] {
    guard !ids.isEmpty, let first = seen.min() else { return [:] }
    let folder = folder
    let start = ItemPosition(day: ItemDay(first), offset: 0)
    return try await withCheckedThrowingContinuation { continuation in
      // It reads files, so it does not run on the threads that everybody shares.
      DispatchQueue(label: "desk.items").async { @Sendable in
        continuation.resume(with: Result { try Self.search(folder, from: start, ids) })
      }
    }
  }

  private static func search(_ folder: String, from start: ItemPosition, _ ids: Set<String>)
    throws(JournalFailure) -> [String: Found]
  {
    var found: [String: Found] = [:]
    let marks = ids.map { Array("\"id\":\"\($0)\"".utf8) }
    let longest = marks.map(\.count).max() ?? 0
    do throws(JournalFailure) {
      _ = try ItemReader(folder: folder).read(from: start) { line, _ in
        // The id stands first in a line, so most lines need not be read as JSON.
        let head = line.dropFirst().prefix(longest)
        guard marks.contains(where: { head.starts(with: $0) }) else { return true }
        guard let json = try? JSONReader.read(line), let id = json["id"]?.string else {
          return true  // A line that is no JSON was never written by us.
        }
        found[id] = Found(
          title: json["title"]?.string ?? shortened(json["text"]?.string ?? "", to: 100),
          link: json["link"]?.string)
        return found.count < ids.count
      }
    } catch {
      // A day that is no longer kept holds nothing that could be shown.
      guard case .noSuchPosition = error else { throw error }
    }
    return found
  }
}
