import Bytes
import Desk
import Foundation
import Journal
import Response
import Watch
import Wire

/// Everything that a running daemon consists of, opened in order and closed in the reverse.
struct Rooms: Sendable {
  let frontDesk: FrontDesk
  let items: ItemLog
  let intake: ItemIntake
  let poller: Poller
  let detector: Detector
  let clockwork: Clockwork
  let outbox: Outbox
  let log: Log
  private let server: HTTPServer

  static func open(
    _ files: Configuration, replaying start: Instant? = nil,
    write: @escaping @Sendable ([UInt8]) -> Void
  ) async throws -> Rooms {
    let folder = StateFolder(files.stateFolder)
    var options = FrontDeskOptions()
    options.runsLong = true
    let frontDesk = try FrontDesk.open(folder, options: options)
    guard let start else { return try await furnish(frontDesk, files, write) }
    guard frontDesk.isExercise else { throw ServiceFailure.notAnExercise("--replay") }
    // Whoever heard later is refused before anything is touched.
    try requireNothingLater(
      than: start,
      heard: try ModelStore(folder: folder.model).load(
        phrases: files.alertRules.profile.phrases, log: Log(clock: frontDesk.clock) { _ in }
      ).saved?.through)
    let former = try FormerClock(folder.clockFile)
    do {
      // Before anybody looks at the clock: a model that has heard today learns nothing of last week.
      try ExerciseClockFile.write(.held(start), to: folder.clockFile)
      return try await furnish(frontDesk, files, write, replaying: start)
    } catch {
      // A clock that stays behind would stamp what comes next before what is recorded already.
      former.putBack()
      throw error
    }
  }

  /// What the log holds behind the checkpoint counts too, so it is asked twice.
  private static func requireNothingLater(
    than start: Instant, heard: Instant?
  ) throws(ServiceFailure) {
    if let heard, heard > start { throw .heardLater(than: start, until: heard) }
  }

  private static func furnish(
    _ frontDesk: FrontDesk, _ files: Configuration, _ write: @escaping @Sendable ([UInt8]) -> Void,
    replaying start: Instant? = nil
  ) async throws -> Rooms {
    let folder = frontDesk.folder
    let log = Log(clock: frontDesk.clock, write: write)
    try await frontDesk.perform(files.adoption, by: .desk)
    let configuration = files.listening(to: try await frontDesk.view { $0.sources })
    let items = try ItemLog.open(folder.items)
    if let cut = items.cut {
      log("items.cut", ["file": cut.file, "bytes": "\(cut.length)"])
    }
    let detector = try await Detector.open(
      frontDesk: frontDesk, items: items, configuration: configuration, log: log)
    let intake = detector.intake
    let poller = Poller(
      frontDesk: frontDesk, intake: intake, store: try SourceStore(folder: folder.sources),
      configuration: configuration, log: log)
    try await poller.prepare(items: items)
    await detector.learnCoverage { [weak poller] in
      await poller?.coverage ?? AlertEvidence.Coverage(sources: 0, silent: 0)
    }
    await detector.learnHearing { [weak poller] in await poller?.hearing ?? [] }
    try await detector.catchUp(items)
    if let start { try requireNothingLater(than: start, heard: await detector.through) }
    let clockwork = Clockwork(
      frontDesk: frontDesk, items: items, detector: detector, configuration: configuration, log: log
    )
    let outbox = try Outbox(frontDesk: frontDesk, configuration: configuration) {
      logDelivery($0, $1, log)
    }
    let adoption = Adoption(
      frontDesk: frontDesk, outbox: outbox, poller: poller, detector: detector,
      clockwork: clockwork, files: files)
    let live = LiveService(
      frontDesk: frontDesk, poller: poller, intake: intake, detector: detector,
      clockwork: clockwork, outbox: outbox, adoption: adoption)
    let api = API(
      desk: VerbDesk(frontDesk: frontDesk, configuration: files, live: live), log: log)
    await adoption.learn { files in
      api.adopt(VerbDesk(frontDesk: frontDesk, configuration: files, live: live))
    }
    let server = try serve(api, files, folder, log)
    return Rooms(
      frontDesk: frontDesk, items: items, intake: intake, poller: poller, detector: detector,
      clockwork: clockwork, outbox: outbox, log: log, server: server, live: live,
      adoption: adoption)
  }

  private let live: LiveService
  private let adoption: Adoption

  private init(
    frontDesk: FrontDesk, items: ItemLog, intake: ItemIntake, poller: Poller, detector: Detector,
    clockwork: Clockwork, outbox: Outbox, log: Log, server: HTTPServer, live: LiveService,
    adoption: Adoption
  ) {
    self.frontDesk = frontDesk
    self.items = items
    self.intake = intake
    self.poller = poller
    self.detector = detector
    self.clockwork = clockwork
    self.outbox = outbox
    self.log = log
    self.server = server
    self.live = live
    self.adoption = adoption
  }

  private static func serve(
    _ api: API, _ configuration: Configuration, _ folder: StateFolder, _ log: Log
  ) throws -> HTTPServer {
    let socket = folder.socket
    guard socket.utf8.count < StateFolder.socketLimit else {
      throw ServiceFailure.socketPath(socket)
    }
    try FileManager.default.createDirectory(
      atPath: (socket as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o750])
    var listeners: [HTTPListener] = [
      .unix(path: socket, mode: 0o660, group: configuration.http.socketGroup)
    ]
    if let host = configuration.http.host {
      listeners.append(.tcp(host: host, port: configuration.http.port))
    }
    var limits = HTTPLimits()
    // A settling exercise is the longest that anybody waits for.
    limits.handlerTime = .seconds(100)
    let server = try HTTPServer.start(
      listeners: listeners, limits: limits,
      onFault: { log("http.fault", ["reason": $0]) }, handler: { await api.answer($0) })
    log("http.listening", ["socket": socket, "port": server.port.map(String.init) ?? "none"])
    return server
  }

  /// Takes another configuration over.
  func adopt(_ configuration: Configuration) async throws {
    try await adoption.adopt(configuration)
  }

  /// Waits until everything that is due at this desk time is done; false after a limit.
  func settle(at desk: Instant) async -> Bool { await live.settle(at: desk) }

  /// Nobody is answered any more, then nothing is sent or asked, then what is known is kept.
  func close() async throws {
    await server.stop()
    await outbox.shutdown()
    await poller.shutdown()
    do {
      try await detector.checkpoint()
    } catch {
      log("model.unsaved", ["reason": "\(error)"])
    }
    try items.close()
    try await frontDesk.close()
  }
}

/// The clock of an exercise as it stood before a start that may be refused.
private struct FormerClock {
  private let file: String
  /// Nil where there was none, and the wall clock counted.
  private let content: Data?

  init(_ file: String) throws {
    self.file = file
    content =
      FileManager.default.fileExists(atPath: file)
      ? try Data(contentsOf: URL(fileURLWithPath: file)) : nil
  }

  /// As well as it goes: the refusal is what has to be told.
  func putBack() {
    if let content {
      try? content.write(to: URL(fileURLWithPath: file), options: .atomic)
    } else {
      try? FileManager.default.removeItem(atPath: file)
    }
  }
}

/// A message that does not arrive is told where operators look.
private func logDelivery(_ delivery: Delivery, _ outcome: Command.AttemptOutcome, _ log: Log) {
  let id = delivery.id.description
  let channel = delivery.order.channel.rawValue
  switch outcome {
  case .delivered: log("delivery.delivered", ["delivery": id, "channel": channel])
  case .temporary(let reason, _):
    log("delivery.deferred", ["delivery": id, "channel": channel, "reason": reason])
  case .permanent(let reason):
    log("delivery.failed", ["delivery": id, "channel": channel, "reason": reason])
  }
}

/// What the verbs may ask of the running daemon.
struct LiveService: LiveDesk {
  let frontDesk: FrontDesk
  let poller: Poller
  let intake: ItemIntake
  let detector: Detector
  let clockwork: Clockwork
  let outbox: Outbox
  let adoption: Adoption

  /// Longer than any poll or delivery that settles may take.
  private static let patience = Duration.seconds(90)
  private static let look = Duration.milliseconds(1)

  func topics() async throws -> [LiveTopic] { try await detector.liveTopics() }

  func markEffects() async throws -> [MarkEffect] { try await detector.markEffects() }

  func moveClock(_ setting: DeskClock.Setting) async throws {
    try ExerciseClockFile.write(setting, to: frontDesk.folder.clockFile)
    // Whoever waits for a time looks at the clock again.
    frontDesk.changes.raise()
    intake.arrivals.raise()
    poller.wakeUp()
  }

  /// What one does can give work to another, so it is settled when a whole round finds all idle and
  /// the record has not grown meanwhile.
  func settle(at desk: Instant) async -> Bool {
    let deadline = ContinuousClock.now + Self.patience
    while ContinuousClock.now < deadline {
      let before = frontDesk.changes.count
      let arrivals = intake.arrivals.count
      if await poller.isIdle(at: desk), await intake.isIdle, await detector.isIdle(at: desk),
        await clockwork.isIdle(at: desk), await outbox.isIdle(at: desk),
        frontDesk.changes.count == before, intake.arrivals.count == arrivals
      {
        return true
      }
      do {
        try await Task.sleep(for: Self.look)
      } catch {
        return false
      }
    }
    return false
  }
}
