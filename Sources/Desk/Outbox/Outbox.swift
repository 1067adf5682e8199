package import Bytes
import Journal
package import Response
import Synchronization
import Wire

/// Sends what the record says is to be sent, and records what came of it.
///
/// It has no state that matters: after a restart the difference between what was asked for and what
/// has ended is the work that is left. Each message has an attempt of its own, so that a recipient
/// who does not answer holds up nobody else.
package final class Outbox: Sendable {
  /// Attempts that run at the same time.
  private static let atOnce = 16

  private let frontDesk: FrontDesk
  private let configuration: Mutex<Configuration>
  private let fetcher = Fetcher()
  private let mailer = Mailer()
  private let underWay = Mutex<Set<DeliveryID>>([])

  /// Is told what came of each attempt, for the log.
  private let report: @Sendable (Delivery, Command.AttemptOutcome) -> Void

  package init(
    frontDesk: FrontDesk, configuration: Configuration,
    report: @escaping @Sendable (Delivery, Command.AttemptOutcome) -> Void = { _, _ in }
  ) throws {
    self.frontDesk = frontDesk
    self.report = report
    self.configuration = Mutex(configuration)
    try DeskSecrets(configuration).check()
  }

  /// Takes over another configuration, for the attempts from now on.
  package func adopt(_ configuration: Configuration) {
    self.configuration.withLock { $0 = configuration }
  }

  /// Delivers until the task is cancelled. Throws what keeps the record from being read: a desk
  /// that cannot keep its record sends nothing more, and its program has to end as one that failed.
  package func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let seen = frontDesk.changes.count
        let now = frontDesk.clock.now()
        let (due, next) = try await waiting(at: now)
        for delivery in due {
          guard begin(delivery.id) else { continue }
          group.addTask {
            await self.attempt(delivery)
            self.end(delivery.id)
            self.frontDesk.changes.raise()
          }
        }
        await frontDesk.changes.wait(past: seen, atMost: frontDesk.clock.pause(until: next))
      }
    }
  }

  /// What one round came to.
  package struct Round: Sendable {
    package var delivered = 0
    package var failed = 0
    package var left = 0
  }

  /// Tries everything that is due once.
  package func deliverOnce() async throws -> Round {
    let now = frontDesk.clock.now()
    let due = try await frontDesk.view { $0.response.dueDeliveries(at: now) }
    for start in stride(from: 0, to: due.count, by: Self.atOnce) {
      await withDiscardingTaskGroup { group in
        for delivery in due[start..<min(start + Self.atOnce, due.count)] {
          group.addTask { await self.attempt(delivery) }
        }
      }
    }
    return try await frontDesk.view { state in
      var round = Round()
      for delivery in due {
        switch state.response.deliveries[delivery.id]?.result {
        case .delivered: round.delivered += 1
        case .failed: round.failed += 1
        case nil: round.left += 1
        }
      }
      return round
    }
  }

  /// Whether nothing that is due by this time is left or under way.
  package func isIdle(at now: Instant) async -> Bool {
    guard underWay.withLock({ $0.isEmpty }) else { return false }
    let due = try? await frontDesk.view { $0.response.dueDeliveries(at: now) }
    // A journal that cannot be read has nothing that could be waited for.
    return due?.isEmpty ?? true
  }

  package func shutdown() async {
    mailer.shutdown()
    await fetcher.shutdown()
  }

  private func waiting(at now: Instant) async throws -> ([Delivery], next: Instant?) {
    try await frontDesk.view { state in
      (state.response.dueDeliveries(at: now), state.response.nextDeliveryDue(after: now))
    }
  }

  private func begin(_ id: DeliveryID) -> Bool {
    underWay.withLock { ids in
      guard ids.count < Self.atOnce else { return false }
      return ids.insert(id).inserted
    }
  }

  private func end(_ id: DeliveryID) {
    _ = underWay.withLock { $0.remove(id) }
  }

  private func attempt(_ listed: Delivery) async {
    let configuration = configuration.withLock { $0 }
    // The list may be older than the end of an attempt that it does not know of.
    // Where the record cannot be read nothing is sent; the loop meets the same and throws it.
    let now = frontDesk.clock.now()
    let due = try? await frontDesk.view { $0.response.dueDeliveries(at: now) }
    guard let delivery = due?.first(where: { $0.id == listed.id }) else { return }
    let outcome: Command.AttemptOutcome
    do {
      let composer = Composer(
        frontDesk: frontDesk, configuration: configuration, delivery: delivery)
      outcome =
        switch delivery.order.channel {
        case .mail: try await mail(composer, configuration)
        case .webhook: try await webhook(composer, configuration)
        }
    } catch {
      // What cannot even be composed will not be mended by waiting for the network, but perhaps by
      // a person who mends a file: it is tried again, and the reason is shown.
      let reason = VerbProblem(error).explanation.en
      outcome = .temporary(reason: shortened(reason, to: 300), isAmbiguous: false)
    }
    do {
      _ = try await frontDesk.perform(.recordAttempt(delivery.id, outcome), by: .desk)
      report(delivery, outcome)
    } catch is Refusal {
      // It has ended meanwhile: there is nothing to add.
    } catch {
      // The journal is poisoned. The program ends, and the message is sent again with the same id.
    }
  }

  private func mail(_ composer: Composer, _ configuration: Configuration) async throws
    -> Command.AttemptOutcome
  {
    guard let server = try DeskSecrets(configuration).mailServer() else {
      return .temporary(reason: "no mail server is configured", isAmbiguous: false)
    }
    if let refusal = composer.exerciseRefusal(host: server.host) { return refusal }
    guard let message = try await composer.mail() else {
      return .permanent(reason: "the recipient has no mail address")
    }
    let answer = await mailer.send(
      try message.bytes(), from: message.from.address, to: message.to.address, via: server)
    switch answer {
    case .accepted(let reply): return .delivered(reply: shortened(reply, to: 300))
    case .temporary(let code, let reply):
      return .temporary(reason: Self.reason(code, reply), isAmbiguous: false)
    case .permanent(let code, let reply): return .permanent(reason: Self.reason(code, reply))
    case .ambiguous(let reply):
      return .temporary(reason: Self.reason(nil, reply), isAmbiguous: true)
    }
  }

  private static func reason(_ code: Int?, _ reply: String) -> String {
    let text = shortened(reply, to: 300)
    guard let code, !text.hasPrefix(String(code)) else { return text }
    return "\(code) \(text)"
  }

  private func webhook(_ composer: Composer, _ configuration: Configuration) async throws
    -> Command.AttemptOutcome
  {
    guard let request = try await composer.webhook() else {
      return .permanent(reason: "the centre has no webhook")
    }
    if let refusal = composer.exerciseRefusal(url: request.url) { return refusal }
    let response: FetchResponse
    do {
      response = try await fetcher.fetch(request)
    } catch {
      return .temporary(reason: error.description, isAmbiguous: error.mayHaveArrived)
    }
    switch response.status {
    case 200..<300: return .delivered(reply: "HTTP \(response.status)")
    // 410: the receiver says that it wants nothing more there.
    case 410: return .permanent(reason: "HTTP 410")
    default: return .temporary(reason: "HTTP \(response.status)", isAmbiguous: false)
    }
  }
}

extension FetchFailure {
  /// Whether the other side may have taken the message although no answer came.
  fileprivate var mayHaveArrived: Bool {
    switch self {
    case .timedOut(.firstByte), .timedOut(.slow), .timedOut(.total), .interrupted, .protocolBroken,
      .tooLarge, .cancelled:
      true
    case .badAddress, .badHeader, .badSocketPath, .portRefused, .addressRefused, .resolve, .connect,
      .tls, .timedOut(.lookup), .timedOut(.connect), .redirect, .busy, .shutDown, .internalFault:
      false
    }
  }
}
