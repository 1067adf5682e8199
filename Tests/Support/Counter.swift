import Synchronization

/// How many were in a place at once.
package final class Counter: Sendable {
  private let state = Mutex((now: 0, highest: 0))

  package init() {}

  package func enter() {
    state.withLock { state in
      state.now += 1
      state.highest = max(state.highest, state.now)
    }
  }

  package func leave() { state.withLock { $0.now -= 1 } }

  package var highest: Int { state.withLock { $0.highest } }
}
