import Dispatch

/// Runs an actor on a queue of its own, so that what blocks there holds up nobody else.
final class SerialQueueExecutor: SerialExecutor {
  private let queue: DispatchQueue

  init(_ label: String) {
    queue = DispatchQueue(label: label)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { @Sendable in job.runSynchronously(on: executor) }
  }

  /// Runs work of the actor's that is no task: it may assume to be isolated there.
  func run(_ work: @escaping @Sendable () -> Void) {
    queue.async(execute: work)
  }

  func checkIsolated() {
    dispatchPrecondition(condition: .onQueue(queue))
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }
}
