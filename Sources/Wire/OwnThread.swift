import CCurl
import Foundation
import Glibc
import Synchronization

/// Work that blocks and therefore gets a thread of its own, never one of the shared pool's.
enum OwnThread {
  /// libcurl turns host names beyond ASCII into their wire form by the thread's locale, which is "C"
  /// in a program that never set one, and there they all fail.
  ///
  /// `nonisolated(unsafe)`: made once, never changed and never freed; threads only read it.
  nonisolated(unsafe) private static let textLocale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

  /// Starts a thread of this name (at most 15 characters are shown) that runs `body` to its end.
  ///
  /// All signals are blocked in it: those sent to the process belong to the main thread, and a
  /// SIGPIPE from a library's own write must not end the program.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread { @Sendable in
      var every = sigset_t()
      sigfillset(&every)
      pthread_sigmask(SIG_BLOCK, &every, nil)
      if let textLocale { uselocale(textLocale) }
      // Not Thread's own name: that one reaches the system only if the starting thread was quick
      // enough to note whom it started.
      pthread_setname_np(pthread_self(), name)
      body()
    }
    thread.stackSize = 1 << 20
    thread.start()
  }
}

/// Something that ends once, and those who wait for it.
final class Ending: Sendable {
  private struct State {
    var hasEnded = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  func end() {
    let waiting = state.withLock { state in
      state.hasEnded = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.waiting.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }
}
