import Bytes
import Foundation
import Journal
import Response
import Wire

/// The verbs that look at files themselves: no daemon, and no state of the record's in memory.
struct FileVerbs {
  let place: DeskPlace

  func outcome(of request: VerbRequest) async throws -> VerbOutcome {
    switch (request.verb, request.words.first, request.words.count) {
    case ("config", "check", 1): return VerbOutcome(answer: try check(request))
    case ("doctor", nil, 0):
      return await Doctor(place: place, language: request.language).answer()
    case ("journal", _, 1):
      return VerbOutcome(
        answer: try JournalVerbs(folder: try ConfigurationHead.read(place).stateFolder)
          .answer(to: request))
    case ("deliver", nil, 0): return try await deliver(request)
    default:
      throw VerbTable.misuse(request)
    }
  }

  private func check(_ request: VerbRequest) throws -> VerbAnswer {
    let configuration = try Configuration.read(place)
    try DeskSecrets(configuration).check()
    // The desk's own time: an exercise may be held in another year.
    let clock = DeskClock.exercise(file: StateFolder(configuration.stateFolder).clockFile)
    let today = configuration.desk.zone.civil(clock.now())
    try configuration.checkCalendar(of: today)
    let counts = [
      counted(configuration.sources.count, "source"),
      counted(configuration.people.count, "person", "people"),
      counted(configuration.centres.count, "centre"),
      counted(configuration.playbooks.count, "playbook"),
    ]
    let summary = Bilingual(
      zh: "\(configuration.file) 无误：\(configuration.sources.count) 个信源，"
        + "\(configuration.people.count) 人，\(configuration.centres.count) 个中心，"
        + "\(configuration.playbooks.count) 个预案",
      en: "\(configuration.file) is right: " + counts.joined(separator: ", "))
    let cautions = configuration.cautions + configuration.calendarCautions(at: today)
    let lines = [summary[request.language]] + cautions.map { "! " + $0[request.language] }
    return VerbAnswer(lines.joined(separator: "\n") + "\n") {
      $0.member("file", configuration.file)
      $0.member("sources", configuration.sources.count)
      $0.member("people", configuration.people.count)
      $0.member("centres", configuration.centres.count)
      $0.member("playbooks", configuration.playbooks.map(\.name.text))
      $0.member("cautions", cautions.map { $0[request.language] })
    }
  }

  /// One round of deliveries while the daemon is down. It takes the journal's lock.
  private func deliver(_ request: VerbRequest) async throws -> VerbOutcome {
    guard request.has("once") else {
      throw VerbFailure(
        .usage, zh: "常驻投递由 incidentd 负责；投递一遍用 deliver --once",
        en: "incidentd delivers all the time; for one round use deliver --once")
    }
    let configuration = try Configuration.read(place)
    let frontDesk = try FrontDesk.open(StateFolder(configuration.stateFolder))
    _ = try await frontDesk.perform(configuration.adoption, by: .desk)
    let outbox = try Outbox(frontDesk: frontDesk, configuration: configuration)
    let round = try await outbox.deliverOnce()
    await outbox.shutdown()
    try await frontDesk.close()
    let left = round.left
    let text = Bilingual(
      zh: "送达 \(round.delivered)，失败 \(round.failed)，仍待送 \(left)",
      en: "\(round.delivered) delivered, \(round.failed) failed, \(left) still waiting")
    let answer = VerbAnswer(text[request.language] + "\n") {
      $0.member("delivered", round.delivered)
      $0.member("failed", round.failed)
      $0.member("left", left)
    }
    return VerbOutcome(answer: answer, exitCode: left + round.failed > 0 ? .couldNot : .done)
  }
}
