import Foundation
import Glibc

/// Runs blocking work of a test's peer on a thread of its own, never on the shared pool.
package func runOnThread(_ body: @escaping @Sendable () -> Void) {
  let thread = Thread { @Sendable in body() }
  thread.stackSize = 1 << 19
  thread.start()
}

/// Runs blocking work on a thread of its own and waits for it without holding up the pool.
package func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    runOnThread { continuation.resume(returning: body()) }
  }
}

/// Lets others go on for a moment, without a turn of the shared pool for each look.
package func pause() async { await onThread { _ = usleep(500) } }

/// Only in a process of its own (an exit test): other threads may be reading the environment.
package func setEnvironment(_ name: String, _ value: String) { setenv(name, value, 1) }
