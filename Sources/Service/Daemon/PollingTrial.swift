import Bytes
import Desk
import Foundation
import Journal
import Response
import Wire

/// A poller alone with its journal and its item log, in a folder of its own: for measuring what
/// listening costs without a model, mail and pages.
///
/// The clock is the wall's. Everything else is as in the daemon.
package final class PollingTrial: Sendable {
  package struct Feed: Sendable {
    package let id: String
    package let url: String

    package init(id: String, url: String) {
      self.id = id
      self.url = url
    }
  }

  /// What has been done so far.
  package struct Figures: Sendable {
    package let polls: Int
    package let items: Int
    package let unheard: Int
  }

  private let frontDesk: FrontDesk
  private let items: ItemLog
  private let poller: Poller
  private let ids: [Name]

  private static let look = Duration.milliseconds(20)

  /// - Parameter every: how often each feed is asked, as a period: `PT60S`.
  package init(
    folder: String, feeds: [Feed], every: String, atOnce: Int, isUrgent: Bool = true
  ) async throws {
    keepFewArenas()
    let file = folder + "/" + DeskPlace.fileName
    try Data(Self.main(feeds, every, atOnce, isUrgent)).write(to: URL(fileURLWithPath: file))
    let people = #"{ people: [{ id: "lead", name: "Lead", roles: ["lead"] }] }"#
    try Data(people.utf8).write(to: URL(fileURLWithPath: folder + "/people.json5"))
    let configuration = try Configuration.read(
      DeskPlace.find(configuration: file, state: nil, environment: [:]))
    let state = StateFolder(configuration.stateFolder)
    frontDesk = try FrontDesk.create(state, isExercise: false, at: DeskClock.wallNow())
    try await frontDesk.perform(configuration.adoption, by: .desk)
    items = try ItemLog.open(state.items)
    poller = Poller(
      frontDesk: frontDesk, intake: ItemIntake(log: items, clock: frontDesk.clock, last: nil),
      store: try SourceStore(folder: state.sources), configuration: configuration,
      log: Log(clock: frontDesk.clock) { _ in })
    try await poller.prepare(items: items)
    ids = configuration.sources.map(\.id)
  }

  private static func main(
    _ feeds: [Feed], _ every: String, _ atOnce: Int, _ isUrgent: Bool
  ) -> [UInt8] {
    JSONWriter.object { writer in
      writer.memberObject("desk") {
        $0.member("name", "Trial")
        $0.member("zone", "UTC")
      }
      writer.memberObject("polling") {
        $0.member("atOnce", atOnce)
        $0.member("every", every)
      }
      writer.memberArray("sources") { list in
        for feed in feeds {
          list.object {
            $0.member("id", feed.id)
            $0.member("url", feed.url)
            $0.member("allow", ["127.0.0.0/8"])
            $0.member("urgent", isUrgent)
          }
        }
      }
    }
  }

  /// Listens until the task is cancelled.
  package func listen() async throws { try await poller.run() }

  /// Returns once nothing is in flight and nothing is due.
  package func settle() async throws {
    while await !poller.isIdle(at: frontDesk.clock.now()) { try await Task.sleep(for: Self.look) }
  }

  /// Has every feed asked once more, now.
  package func pollAll() async throws {
    await poller.pollNow(ids)
    try await settle()
  }

  package var figures: Figures {
    get async {
      let sources = await poller.sources
      return Figures(
        polls: sources.reduce(0) { $0 + $1.polls }, items: sources.reduce(0) { $0 + $1.items },
        unheard: sources.count { $0.lastSuccess == nil })
    }
  }

  package func close() async throws {
    await poller.shutdown()
    try items.close()
    try await frontDesk.close()
  }
}
