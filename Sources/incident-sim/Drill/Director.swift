import Bytes
import Foundation
import Wire

/// Plays the two days: moves the clock, lets the centres answer and the desk's people act, and tells
/// what happens.
struct Director {
  let county: County
  let countyFolder: String
  let script: DrillScript
  let desk: DeskLine
  let deskURL: String
  let centres: MediaCentres
  let mail: MailRoom
  let fetcher: Fetcher
  let environment: [String: String]
  let language: Language
  let say: @Sendable (String) -> Void

  private var narrator: Narrator
  private var waiting: [DrillScript.Step]
  private var explosion: (id: String, topic: String, raised: Instant)?

  init(
    _ stage: DrillStage, language: Language, say: @escaping @Sendable (String) -> Void
  ) {
    county = stage.county
    countyFolder = stage.countyFolder
    script = stage.script
    desk = stage.desk
    deskURL = stage.deskURL
    centres = stage.centres
    mail = stage.mail
    fetcher = stage.fetcher
    environment = stage.environment
    self.language = language
    self.say = say
    narrator = Narrator(
      folder: stage.folder + "/journal", zone: county.calendar.zone, language: language)
    waiting = stage.script.steps
  }

  /// What came of it.
  struct Outcome {
    let incident: String?
    let alerts: Int
    let quietAlerts: Int
    let explosionAlert: Instant?
  }

  mutating func play() async throws -> Outcome {
    var now = county.from
    try await move(to: now)
    while now < county.to {
      let next = nextMoment(after: now)
      try await move(to: next)
      now = next
    }
    guard waiting.isEmpty else {
      throw ToolFailure(
        "the day ended before all was done: no alert named any of \(script.alertWords)", .refused)
    }
    let quiet = narrator.alerts.count {
      $0.raised >= script.quiet.from && $0.raised < script.quiet.to
    }
    return Outcome(
      incident: narrator.incident, alerts: narrator.alerts.count, quietAlerts: quiet,
      explosionAlert: explosion?.raised)
  }

  /// The end of the clock's step, or what comes before it.
  private func nextMoment(after now: Instant) -> Instant {
    let pace = script.pace(at: now)
    var next = now.floored(to: pace) + pace
    for step in waiting {
      if let time = time(of: step), time > now { next = min(next, time) }
    }
    if let plan = centres.next, plan > now { next = min(next, plan) }
    return min(next, county.to)
  }

  private func time(of step: DrillScript.Step) -> Instant? {
    switch step.moment {
    case .at(let time): time
    case .afterAlert(let wait): explosion.map { $0.raised + wait }
    }
  }

  private mutating func move(to now: Instant) async throws {
    try await desk.hold(now)
    try tell()
    for letter in mail.collect() { centres.read(letter, at: now) }
    let plans = centres.due(at: now)
    for plan in plans { try await act(plan) }
    if !plans.isEmpty { try await rest(at: now) }
    // A step can lead to another at the same moment, so one is taken at a time.
    while let index = waiting.firstIndex(where: { time(of: $0).map { $0 <= now } ?? false }) {
      let step = waiting.remove(at: index)
      try await perform(step, at: now)
      try await rest(at: now)
    }
  }

  private mutating func rest(at now: Instant) async throws {
    try await desk.hold(now)
    for letter in mail.collect() { centres.read(letter, at: now) }
    try tell()
  }

  private mutating func tell() throws {
    let known = narrator.alerts.count
    for line in try narrator.news() { say(line) }
    guard explosion == nil else { return }
    for alert in narrator.alerts.dropFirst(known)
    where script.alertWords.contains(where: { alert.label.contains($0) }) {
      explosion = (alert.id, alert.topic, alert.raised)
      return
    }
  }

  private mutating func perform(_ step: DrillScript.Step, at now: Instant) async throws {
    if let words = step.say { say("\(narrator.stamp(now))  ▶ \(words[language])") }
    guard !step.run.isEmpty else { return }
    var words: [String] = []
    for word in step.run { words.append(try filled(word)) }
    let ending = try await ChildProgram.run(
      "incident", words + ["--as", step.who.text, "--json"], environment: environment)
    guard ending.status == 0 else {
      throw ToolFailure(
        "incident \(words.joined(separator: " ")): \(ending.problems)", .refused)
    }
  }

  private func filled(_ word: String) throws -> String {
    let values = [
      "alert": explosion?.id, "topic": explosion?.topic, "incident": narrator.incident,
      "county": countyFolder,
    ]
    var filled = word
    for (name, value) in values where filled.contains("{\(name)}") {
      guard let value else { throw ToolFailure("the drill does not know {\(name)} yet: '\(word)'") }
      filled = filled.replacing("{\(name)}", with: value)
    }
    return filled
  }

  private func act(_ plan: MediaCentres.Plan) async throws {
    switch plan.act {
    case .webhook(let type, let link):
      let request = try centres.request(for: plan, type: type, link: link, desk: deskURL)
      try await expect(request, "the webhook of \(plan.centre)")
    case .page(let answer, let code, let delivery, let link):
      let (open, press) = centres.pageRequests(
        answer: answer, code: code, delivery: delivery, link: link, desk: deskURL)
      try await expect(open, "the page of \(delivery)")
      try await expect(press, "the button of \(delivery)")
    case .telephone(let code):
      let taker = script.centres.first { $0.id == plan.centre }?.taker?.text ?? ""
      let ending = try await ChildProgram.run(
        "incident", ["centre", "ack", plan.release, "--code", code, "--as", taker],
        environment: environment)
      guard ending.status == 0 else {
        throw ToolFailure("the code of \(plan.centre): \(ending.problems)", .refused)
      }
    }
  }

  private func expect(_ request: FetchRequest, _ what: String) async throws {
    let response = try await fetcher.fetch(request)
    guard response.status == 200 else {
      let body = String(decoding: response.body.prefix(200), as: UTF8.self)
      throw ToolFailure("\(what) was answered with \(response.status): \(body)", .refused)
    }
  }
}
