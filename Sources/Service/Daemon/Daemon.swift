import Bytes
package import Desk
import Dispatch
import Foundation
import Journal
import Response
import Watch
import Wire

/// The daemon: listens, notices, keeps the record, sends, and answers; until it is told to end.
package struct Daemon: Sendable {
  private let place: DeskPlace
  private let arguments: DaemonArguments
  private let write: @Sendable ([UInt8]) -> Void

  package init(
    place: DeskPlace, arguments: DaemonArguments,
    write: @escaping @Sendable ([UInt8]) -> Void = { _ = writeAll($0, to: STDERR_FILENO) }
  ) {
    self.place = place
    self.arguments = arguments
    self.write = write
  }

  /// Runs until SIGTERM or SIGINT. Throws what keeps it from starting or going on.
  package func run() async throws {
    keepFewArenas()
    // Signals are taken from the first moment: what comes during the start is not lost.
    let signals = Signals()
    let configuration = try Configuration.read(place)
    let recording = try arguments.replay.map { try RecordedItems($0) }
    let rooms = try await Rooms.open(
      configuration, replaying: recording?.start, write: write)
    rooms.log(
      "daemon.started",
      [
        "journal": rooms.frontDesk.journalID, "sources": "\(configuration.sources.count)",
        "exercise": "\(rooms.frontDesk.isExercise)", "state": configuration.stateFolder,
      ])
    let ending: Result<Void, any Error>
    do {
      try await work(rooms, configuration, signals, recording)
      ending = .success(())
    } catch {
      ending = .failure(error)
    }
    try await rooms.close()
    rooms.log("daemon.ended")
    try ending.get()
  }

  private func work(
    _ rooms: Rooms, _ configuration: Configuration, _ signals: Signals, _ recording: RecordedItems?
  ) async throws {
    let replay = recording.map { Replay(items: $0, speed: arguments.speed, rooms: rooms) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await rooms.outbox.run() }
      group.addTask { try await rooms.detector.run() }
      group.addTask { try await rooms.clockwork.run() }
      if let replay {
        group.addTask { try await replay.run() }
      } else {
        group.addTask { try await rooms.poller.run() }
      }
      group.addTask { await self.obey(signals, rooms, configuration) }
      // The first that ends, by a signal, by the end of a replay or by a fault, ends them all.
      try await group.next()
      group.cancelAll()
      while true {
        do {
          guard try await group.next() != nil else { break }
        } catch is CancellationError {
          continue
        }
      }
    }
  }

  private func obey(_ signals: Signals, _ rooms: Rooms, _ configuration: Configuration) async {
    var running = configuration
    for await signal in signals.stream {
      switch signal {
      case .end:
        rooms.log("daemon.ending")
        return
      case .reload:
        do {
          let configuration = try Configuration.read(place)
          try configuration.checkSecrets()
          if let key = configuration.firstFixedKey(otherThan: running) {
            throw ServiceFailure.needsRestart(key)
          }
          try await rooms.adopt(configuration)
          running = configuration
          rooms.log("configuration.reloaded", ["sources": "\(configuration.sources.count)"])
        } catch {
          // Whole or not at all: the daemon goes on with what it had.
          rooms.log(
            "configuration.refused", ["reason": VerbProblem(error).explanation.en])
        }
      }
    }
  }
}

extension Configuration {
  /// A key whose value is taken up at the start alone, and is another one here.
  fileprivate func firstFixedKey(otherThan running: Configuration) -> String? {
    if stateFolder != running.stateFolder { return "state" }
    if http.host != running.http.host { return "http.host" }
    if http.port != running.http.port { return "http.port" }
    if http.socketGroup != running.http.socketGroup { return "http.socketGroup" }
    if polling.atOnce != running.polling.atOnce { return "polling.atOnce" }
    return nil
  }
}

/// SIGTERM, SIGINT and SIGHUP as values.
///
/// Unchecked: the Dispatch sources, which Dispatch itself guards, are only kept alive here.
private final class Signals: @unchecked Sendable {
  enum Order: Sendable {
    case end
    case reload
  }

  let stream: AsyncStream<Order>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Order.self)
    self.stream = stream
    let queue = DispatchQueue(label: "daemon.signals")
    sources = [(SIGTERM, Order.end), (SIGINT, .end), (SIGHUP, .reload)].map { number, order in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { @Sendable in _ = continuation.yield(order) }
      source.resume()
      return source
    }
    signal(SIGPIPE, SIG_IGN)
  }
}
