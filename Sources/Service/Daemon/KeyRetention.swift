import Bytes
import Desk
import Response

/// Destroys the pseudonym keys of months that are long over, unless an open incident holds one.
struct KeyRetention {
  private let frontDesk: FrontDesk
  private let log: Log
  /// What the log was told of months that are held, so that it is told once and not every hour.
  private var told: [String: [IncidentID]] = [:]

  /// Keys are destroyed so long after the end of their month.
  static let lifetime = Duration.days(90)

  init(frontDesk: FrontDesk, log: Log) {
    self.frontDesk = frontDesk
    self.log = log
  }

  /// One round, and what the next one has to know.
  func round(at now: Instant) async throws -> KeyRetention {
    var next = self
    next.told = [:]
    let keys = DeskKeys(folder: frontDesk.folder.keys)
    // What this look finds is on disk: a key does not go by a word that a crash could take back.
    let due = try await frontDesk.view { state in
      state.keyBook.months.keys.sorted()
        .filter { AuthorMonth.end(of: $0).map { now - $0 > Self.lifetime } ?? false }
        .map { (month: $0, holders: state.holders(ofKey: $0)) }
    }
    for (month, holders) in due {
      guard holders.isEmpty else {
        next.told[month] = holders
        if told[month] != holders {
          let names = holders.map(\.description).joined(separator: " ")
          log("key.kept", ["month": month, "incidents": names])
        }
        continue
      }
      // Nobody can come to hold it between this second look and the deed.
      let receipt = try await frontDesk.record { state in
        guard let digest = state.keyBook.months[month], state.holders(ofKey: month).isEmpty else {
          return []
        }
        try keys.destroyAuthorKey(month: month)
        return [.keyDestroyed(month: month, digest: digest)]
      }
      if !receipt.events.isEmpty { log("key.destroyed", ["month": month]) }
    }
    return next
  }
}
