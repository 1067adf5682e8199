import Glibc

/// Runs work that blocks, on a thread of its own, away from the pool that tasks share.
enum OwnThread {
  /// The body runs until it returns; nobody waits for it here.
  static func start(_ body: @escaping @Sendable () -> Void) throws(DiskFailure) {
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { @Sendable pointer in
        // The one reference that was passed on is taken back here, and nowhere else.
        if let pointer { Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body() }
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      throw DiskFailure(.startThread, "", ErrorNumber(code))
    }
    pthread_detach(thread)
  }

  private final class Box: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
