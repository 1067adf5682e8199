import CCurl
import Foundation
import Synchronization

/// The thread behind a fetcher: libcurl's multi interface with poll, which measured twice as
/// cheap a request as sockets handed to Dispatch one by one.
///
/// `@unchecked`: `inbox` guards itself, `multi` is only woken from other threads, which libcurl
/// allows, and everything in `Confined` is touched by `run()` alone, which runs once.
final class FetchLoop: @unchecked Sendable {
  private struct Inbox {
    var orders: [FetchOrder] = []
    var cancelled: [FetchTicket] = []
    /// Orders that have no answer yet, here, waiting and in flight.
    var open = 0
    var isStopped = false
    /// The loop ended; nothing will be taken out any more.
    var isClosed = false
  }

  private struct Confined {
    var waiting: [FetchOrder] = []
    var firstWaiting = 0
    var running: [UnsafeMutableRawPointer: (transfer: Transfer, order: FetchOrder)] = [:]
    var idle: [EasyHandle] = []
    var nextCheck: ContinuousClock.Instant?
  }

  let ending = Ending()
  private let bounds: Fetcher.Bounds
  private let inbox = Mutex(Inbox())
  private let clock = ContinuousClock()
  private let multi: UnsafeMutableRawPointer?
  private var confined = Confined()

  /// The loop looks up at least this often; it is woken for all that happens.
  private static let longestWait: Int32 = 1000
  /// One pass looks at all that run, whichever of them something has come for. Where there are many,
  /// a rest, in microseconds, lets more come: with 64 in flight it halves the work of each.
  private static let many = 8
  private static let rest: UInt32 = 500

  init(bounds: Fetcher.Bounds) {
    self.bounds = bounds
    multi = Curl.isReady ? curl_multi_init() : nil
    if let multi {
      incident_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, bounds.idleConnections)
    }
  }

  // From any thread.

  var open: Int { inbox.withLock { $0.open } }

  func submit(_ order: FetchOrder) {
    var wasEmpty = false
    let failure: FetchFailure? = inbox.withLock { inbox in
      if inbox.isStopped || inbox.isClosed { return .shutDown }
      // A cancellation that came before the order found nothing to cancel.
      if order.ticket.isCancelled.load(ordering: .relaxed) { return .cancelled }
      if inbox.open >= bounds.inFlight + bounds.waiting { return .busy(bounds.waiting) }
      inbox.open += 1
      wasEmpty = inbox.orders.isEmpty
      inbox.orders.append(order)
      return nil
    }
    if let failure { order.finish(.failure(failure)) }
    // Whoever put the first one in has woken the loop already.
    if wasEmpty { wake() }
  }

  func cancel(_ ticket: FetchTicket) {
    inbox.withLock { inbox in
      ticket.isCancelled.store(true, ordering: .relaxed)
      if !inbox.isClosed { inbox.cancelled.append(ticket) }
    }
    wake()
  }

  func stop() {
    inbox.withLock { $0.isStopped = true }
    wake()
  }

  private func wake() {
    guard let multi else { return }
    // The only call of libcurl's that any thread may make on a multi handle; under the lock, so
    // that the handle does not go meanwhile.
    inbox.withLock { if !$0.isClosed { curl_multi_wakeup(multi) } }
  }

  // On the loop's own thread.

  func run() {
    if let multi {
      while takeInbox() {
        startWaiting(multi)
        var stillRunning: Int32 = 0
        let code = curl_multi_perform(multi, &stillRunning)
        guard code == CURLM_OK else {
          endAll(.internalFault(String(cString: curl_multi_strerror(code))))
          continue
        }
        finishDone(multi)
        checkTimes()
        let isRoomForMore =
          confined.running.count < bounds.inFlight
          && confined.firstWaiting < confined.waiting.count
        if !isRoomForMore {
          curl_multi_poll(multi, nil, 0, pollTime(), nil)
          if confined.running.count >= Self.many { usleep(Self.rest) }
        }
      }
      endAll(.shutDown)
      // Before the multi handle that they were used with goes.
      confined.idle = []
    }
    let left = inbox.withLock { inbox in
      inbox.isClosed = true
      defer { inbox.orders = [] }
      return inbox.orders
    }
    // Closes the connections that nobody uses.
    if let multi { curl_multi_cleanup(multi) }
    let failure: FetchFailure = multi == nil ? .internalFault("libcurl did not start") : .shutDown
    for order in left { order.finish(.failure(failure)) }
    ending.end()
  }

  /// Whether to go on.
  private func takeInbox() -> Bool {
    let (orders, cancelled, isStopped) = inbox.withLock { inbox in
      defer {
        inbox.orders = []
        inbox.cancelled = []
      }
      return (inbox.orders, inbox.cancelled, inbox.isStopped)
    }
    confined.waiting.append(contentsOf: orders)
    if !cancelled.isEmpty { end(cancelled) }
    return !isStopped
  }

  /// Those that wait are answered as well, not passed over when their turn comes.
  private func end(_ cancelled: [FetchTicket]) {
    let meant = Set(cancelled.map(ObjectIdentifier.init))
    for (transfer, order) in Array(confined.running.values)
    where meant.contains(ObjectIdentifier(order.ticket)) {
      end(transfer, order, .failure(.cancelled))
    }
    var kept: [FetchOrder] = []
    for order in confined.waiting[confined.firstWaiting...] {
      if meant.contains(ObjectIdentifier(order.ticket)) {
        answer(order, .failure(.cancelled))
      } else {
        kept.append(order)
      }
    }
    confined.waiting = kept
    confined.firstWaiting = 0
  }

  private func answer(_ order: FetchOrder, _ result: Result<FetchResponse, FetchFailure>) {
    inbox.withLock { $0.open -= 1 }
    order.finish(result)
  }

  private func startWaiting(_ multi: UnsafeMutableRawPointer) {
    guard confined.firstWaiting < confined.waiting.count else { return }
    let now = clock.now
    while confined.running.count < bounds.inFlight,
      confined.firstWaiting < confined.waiting.count
    {
      let order = confined.waiting[confined.firstWaiting]
      confined.firstWaiting += 1
      let transfer = Transfer(order.request, address: order.address, at: now)
      start(transfer, order, multi, at: now)
    }
    // Taken from the front without moving the rest each time.
    if confined.firstWaiting * 2 > confined.waiting.count {
      confined.waiting.removeFirst(confined.firstWaiting)
      confined.firstWaiting = 0
    }
  }

  private func start(
    _ transfer: Transfer, _ order: FetchOrder, _ multi: UnsafeMutableRawPointer,
    at now: ContinuousClock.Instant
  ) {
    if let failure = transfer.refusalBeforeSending {
      return finish(transfer, order, .failure(failure))
    }
    guard let handle = confined.idle.popLast() ?? EasyHandle() else {
      return finish(transfer, order, .failure(.internalFault("libcurl gave no handle")))
    }
    transfer.handle = handle
    if let failure = transfer.prepare(handle, at: now) {
      return finish(transfer, order, .failure(failure))
    }
    let code = curl_multi_add_handle(multi, handle.pointer)
    guard code == CURLM_OK else {
      let reason = String(cString: curl_multi_strerror(code))
      return finish(transfer, order, .failure(.internalFault(reason)))
    }
    confined.running[handle.pointer] = (transfer, order)
    lookAgain(at: transfer.nextCheck(after: now))
  }

  private func finishDone(_ multi: UnsafeMutableRawPointer) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle,
        let (transfer, order) = confined.running[pointer]
      else { continue }
      let now = clock.now
      let outcome = transfer.outcome(of: message.pointee.data.result, at: now)
      remove(transfer)
      switch outcome {
      case .done(let result): finish(transfer, order, result)
      case .redirect(let step, let status):
        recycle(transfer)
        transfer.follow(step, status: status, at: now)
        start(transfer, order, multi, at: now)
      }
    }
  }

  private func remove(_ transfer: Transfer) {
    guard let multi, let handle = transfer.handle else { return }
    curl_multi_remove_handle(multi, handle.pointer)
    confined.running[handle.pointer] = nil
  }

  private func recycle(_ transfer: Transfer) {
    guard let handle = transfer.handle else { return }
    // Its options point at the transfer, which may go now.
    handle.reset()
    transfer.handle = nil
    if confined.idle.count < bounds.inFlight { confined.idle.append(handle) }
  }

  private func finish(
    _ transfer: Transfer, _ order: FetchOrder, _ result: Result<FetchResponse, FetchFailure>
  ) {
    recycle(transfer)
    answer(order, result)
  }

  private func end(
    _ transfer: Transfer, _ order: FetchOrder, _ result: Result<FetchResponse, FetchFailure>
  ) {
    remove(transfer)
    finish(transfer, order, result)
  }

  private func endAll(_ failure: FetchFailure) {
    for (transfer, order) in Array(confined.running.values) {
      end(transfer, order, .failure(failure))
    }
    for order in confined.waiting[confined.firstWaiting...] { answer(order, .failure(failure)) }
    confined.waiting = []
    confined.firstWaiting = 0
  }

  // Time. libcurl keeps the limits of connecting and of the whole; the others are kept here. One
  // pass over all that run is made when the earliest of them may be due, not on every turn.

  private func lookAgain(at time: ContinuousClock.Instant) {
    confined.nextCheck = min(confined.nextCheck ?? time, time)
  }

  private func checkTimes() {
    guard let due = confined.nextCheck else { return }
    let now = clock.now
    guard now >= due else { return }
    confined.nextCheck = nil
    for (transfer, order) in Array(confined.running.values) {
      if let phase = transfer.overdue(at: now) {
        end(transfer, order, .failure(.timedOut(phase)))
      } else {
        lookAgain(at: transfer.nextCheck(after: now))
      }
    }
  }

  private func pollTime() -> Int32 {
    guard let due = confined.nextCheck else { return Self.longestWait }
    let wait = clock.now.duration(to: due)
    return wait > .zero ? min(Self.longestWait, Int32(clamping: wait.wholeMilliseconds)) : 0
  }
}
