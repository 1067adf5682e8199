import Dispatch
import Journal
import Synchronization

/// Verifies the records before a snapshot while the desk works already.
///
/// A start from a snapshot looks at no more than it needs. Damage in the rest ends the daemon as it
/// would have ended a start that reads all; it does so seconds later, before it is built upon.
final class PastCheck: Sendable {
  private let found = Mutex<JournalFailure?>(nil)

  /// What was found; nil while nothing was.
  var failure: JournalFailure? { found.withLock { $0 } }

  func start(_ folder: String, _ disk: any Disk, through head: Head) {
    DispatchQueue(label: "desk.past", qos: .background).async { @Sendable in
      do throws(JournalFailure) {
        try JournalReader(folder: folder, disk: disk).verify(through: head)
      } catch {
        self.found.withLock { $0 = error }
      }
    }
  }
}
