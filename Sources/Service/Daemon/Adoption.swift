import Bytes
import Desk
import Response

/// Takes over what a desk's files say and what its people changed about the sources by command, in
/// all rooms together.
actor Adoption {
  private let frontDesk: FrontDesk
  private let outbox: Outbox
  private let poller: Poller
  private let detector: Detector
  private let clockwork: Clockwork
  /// As the files have it.
  private var files: Configuration
  private var afterwards: @Sendable (Configuration) -> Void = { _ in }

  init(
    frontDesk: FrontDesk, outbox: Outbox, poller: Poller, detector: Detector,
    clockwork: Clockwork, files: Configuration
  ) {
    self.frontDesk = frontDesk
    self.outbox = outbox
    self.poller = poller
    self.detector = detector
    self.clockwork = clockwork
    self.files = files
  }

  /// What is to be done last with the files' configuration: those who answer come after those who work.
  func learn(_ afterwards: @escaping @Sendable (Configuration) -> Void) {
    self.afterwards = afterwards
  }

  /// The record first, then those who work by it.
  func adopt(_ configuration: Configuration) async throws {
    try await frontDesk.perform(configuration.adoption, by: .desk)
    files = configuration
    try await spread()
    afterwards(configuration)
  }

  /// Listens to what the record says now of the sources.
  func relisten() async throws { try await spread() }

  /// Another may come between two rooms, so it ends only when all have what stands at the end.
  private func spread() async throws {
    var present = try await whole()
    while true {
      outbox.adopt(present)
      try await poller.adopt(present)
      await detector.adopt(present)
      await clockwork.adopt(present)
      let now = try await whole()
      if now.file == present.file, now.sources == present.sources { return }
      present = now
    }
  }

  private func whole() async throws -> Configuration {
    files.listening(to: try await frontDesk.view { $0.sources })
  }
}
