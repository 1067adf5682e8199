package import Bytes
import Synchronization

/// Tells whoever waits that something has changed, without saying what: they look for themselves.
///
/// A change between looking and waiting is not missed, because a waiter says which change it has
/// seen last.
package final class ChangeSignal: Sendable {
  private struct State {
    var count: UInt64 = 0
    var nextWaiter: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// The number of the last change.
  package var count: UInt64 { state.withLock { $0.count } }

  package func raise() {
    let waiters = state.withLock { state in
      state.count += 1
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns at the next change after this one, when the time is up, or when the task is cancelled.
  package func wait(past seen: UInt64, atMost limit: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait(past: seen) }
      // Cancelled when the change comes first; the error says nothing else.
      group.addTask { try? await Task.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
  }

  private func wait(past seen: UInt64) async {
    let ticket = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard state.count == seen, !Task.isCancelled else { return true }
          state.waiters[ticket] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume()
    }
  }
}

extension DeskClock {
  /// While a file can move the clock, it is looked at this often on the wall.
  private static let look = Duration.milliseconds(20)
  /// Also the wall's own clock is set now and then, so no wait is longer than this.
  private static let longestWait = Duration.seconds(30)

  /// How long to wait on the wall before looking again whether it is this time.
  package func pause(until desk: Instant?) -> Duration {
    let longest = canBeMoved ? Self.look : Self.longestWait
    guard let desk, let left = wallTime(until: desk) else { return longest }
    return max(.zero, min(left, longest))
  }
}
