import Foundation

/// What threads of a test saw, in the order in which they saw it.
///
/// `@unchecked`: every access to `values` holds the condition's lock.
package final class Recorder<Value: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var values: [Value] = []

  package init() {}

  package func add(_ value: Value) {
    condition.lock()
    values.append(value)
    condition.broadcast()
    condition.unlock()
  }

  package var all: [Value] {
    condition.lock()
    defer { condition.unlock() }
    return values
  }

  /// All that was seen, as soon as there are so many; after half a minute whatever there is.
  package func wait(for count: Int) async -> [Value] {
    await onThread { self.waitBlocking(for: count) }
  }

  /// The same for a thread that may block.
  package func waitBlocking(for count: Int) -> [Value] {
    let limit = Date(timeIntervalSinceNow: 30)
    condition.lock()
    defer { condition.unlock() }
    while values.count < count, condition.wait(until: limit) {}
    return values
  }
}
