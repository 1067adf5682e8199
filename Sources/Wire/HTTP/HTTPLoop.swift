import Bytes
import CCurl
import Glibc
import Synchronization

/// The thread behind a server: epoll over its listeners and connections.
///
/// `@unchecked`: `inbox` guards itself, the descriptors are only numbers, and everything in
/// `Confined` is touched by `run()` alone, which runs once.
final class HTTPLoop: @unchecked Sendable {
  private struct Answer {
    let connection: UInt64
    let serial: Int
    let response: HTTPResponse
  }

  private struct Inbox {
    var answers: [Answer] = []
    var stopWithin: Duration?
  }

  struct Confined {
    var connections: ConnectionTable
    var nextCheck: ContinuousClock.Instant?
    /// While there are no descriptors left, new connections wait in the kernel.
    var acceptAgain: ContinuousClock.Instant?
    var stopDeadline: ContinuousClock.Instant?
    var date = (seconds: Int64.min, text: [UInt8]())
    /// When the loop last woke: limits of time need it no finer.
    var now = ContinuousClock.now
  }

  let ending = Ending()
  let connectionCount = Atomic<Int>(0)
  private let listeners: [BoundListener]
  let limits: HTTPLimits
  private let handler: HTTPServer.Handler
  private let onFault: @Sendable (String) -> Void
  let epoll: Descriptor
  private let wakeup: Descriptor
  private let inbox = Mutex(Inbox())
  /// Tasks of handlers that have not come back, those that were given up included.
  private let handlersRunning = Atomic<Int>(0)
  let clock = ContinuousClock()
  var confined: Confined

  private static let bufferSize = 65_536
  private static let eventCount = 128
  private static let longestWait: Int32 = 1000
  private static let lingerTime: Duration = .seconds(1)
  static let acceptPause: Duration = .milliseconds(100)
  /// Event numbers: 0 is the wake-up, then the listeners, then the connections.
  private static let wakeupID: UInt64 = 0

  init(
    _ listeners: [BoundListener], _ limits: HTTPLimits,
    onFault: @escaping @Sendable (String) -> Void, handler: @escaping HTTPServer.Handler
  ) throws(HTTPServerFailure) {
    self.listeners = listeners
    self.limits = limits
    self.onFault = onFault
    self.handler = handler
    let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    let wakeup = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard epoll >= 0, wakeup >= 0 else { throw .system("epoll", systemReason()) }
    self.epoll = Descriptor(epoll)
    self.wakeup = Descriptor(wakeup)
    confined = Confined(connections: ConnectionTable(after: UInt64(listeners.count)))
  }

  // From any thread.

  func stop(within time: Duration) {
    inbox.withLock { $0.stopWithin = min($0.stopWithin ?? time, time) }
    wake()
  }

  private func deliver(_ answer: Answer) {
    let isFirst = inbox.withLock { inbox in
      inbox.answers.append(answer)
      return inbox.answers.count == 1
    }
    if isFirst { wake() }
  }

  private func wake() {
    var one: UInt64 = 1
    // It fails only when the counter is full, and then the thread is woken anyway.
    _ = Glibc.write(wakeup.number, &one, 8)
  }

  // On the server's own thread.

  func run() {
    add(wakeup.number, Self.wakeupID)
    watchListeners()
    var events = [epoll_event](repeating: epoll_event(), count: Self.eventCount)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 16)
    defer { buffer.deallocate() }
    while takeInbox() {
      let count = epoll_wait(epoll.number, &events, Int32(events.count), waitTime())
      confined.now = clock.now
      for index in 0..<Int(max(0, count)) { take(events[index], buffer) }
      checkTimes()
    }
    for connection in confined.connections.all { close(connection) }
    ending.end()
  }

  func add(_ descriptor: Int32, _ id: UInt64) {
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: id))
    epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event)
  }

  private func watchListeners() {
    for (index, listener) in listeners.enumerated() {
      add(listener.descriptor.number, UInt64(index + 1))
    }
  }

  func ignoreListeners() {
    for listener in listeners {
      epoll_ctl(epoll.number, EPOLL_CTL_DEL, listener.descriptor.number, nil)
    }
  }

  /// Whether to go on.
  private func takeInbox() -> Bool {
    let (answers, stopWithin) = inbox.withLock { inbox in
      defer { inbox.answers.removeAll() }
      return (inbox.answers, inbox.stopWithin)
    }
    for answer in answers {
      guard let connection = confined.connections[answer.connection],
        connection.serial == answer.serial,
        case .handling(_, let head, let closes) = connection.phase
      else { continue }
      respond(connection, answer.response, head, closes: closes)
    }
    if let stopWithin { beginToStop(within: stopWithin) }
    guard let deadline = confined.stopDeadline else { return true }
    return !confined.connections.isEmpty && confined.now < deadline
  }

  private func beginToStop(within time: Duration) {
    let deadline = confined.now + time
    if confined.stopDeadline == nil {
      ignoreListeners()
      for listener in listeners {
        listener.removeFile()
        // Whoever waits to be taken is turned away now, not when the last answer is out.
        shutdown(listener.descriptor.number, Int32(SHUT_RDWR))
      }
      for connection in confined.connections.all where connection.isIdle {
        close(connection)
      }
    }
    confined.stopDeadline = min(confined.stopDeadline ?? deadline, deadline)
    lookAgain(at: deadline)
  }

  private func take(_ event: epoll_event, _ buffer: UnsafeMutableRawBufferPointer) {
    let id = event.data.u64
    if id == Self.wakeupID {
      var count: UInt64 = 0
      _ = Glibc.read(wakeup.number, &count, 8)
    } else if id <= UInt64(listeners.count) {
      accept(listeners[Int(id) - 1])
    } else if let connection = confined.connections[id] {
      take(event.events, connection, buffer)
    }
  }

  private func take(
    _ events: UInt32, _ connection: HTTPConnection, _ buffer: UnsafeMutableRawBufferPointer
  ) {
    switch connection.phase {
    case .handling:
      if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { return close(connection) }
      // What comes while a request is handled stays in the kernel until its answer is out.
      connection.watch(0, by: epoll.number)
    case .writing: write(connection)
    case .reading, .lingering:
      switch connection.read(into: buffer) {
      case .bytes: proceed(connection)
      case .nothing: break
      case .ended: close(connection)
      }
    }
  }

  // Requests and answers.

  private func proceed(_ connection: HTTPConnection) {
    while true {
      switch connection.parser.step() {
      case .needsMore:
        // Set once a stage: bytes that drip in do not put it off.
        let stage: HTTPConnection.Stage = connection.parser.isInBody ? .body : .head
        guard stage != connection.stage else { return }
        connection.stage = stage
        return setDeadline(connection, stage == .body ? limits.bodyTime : limits.headerTime)
      case .mayContinue:
        connection.enqueue(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        // Small enough for any socket's buffer; a client that takes not even this is given up.
        guard case .done = connection.write() else { return close(connection) }
      case .refused(let refusal):
        let response = HTTPResponse.text(refusal.reason + "\n", status: refusal.status)
        return send(connection, response.encoded(isHead: false, closes: true, date: date()))
      case .complete(let head, let body): return handle(connection, head, body)
      }
    }
  }

  private func handle(_ connection: HTTPConnection, _ head: RequestHead, _ body: [UInt8]) {
    let isStopping = confined.stopDeadline != nil
    let closes = !head.keepsAlive || connection.parser.hasBytesLeft || isStopping
    connection.serial += 1
    guard handlersRunning.load(ordering: .relaxed) < limits.connections * 2 else {
      return respond(connection, .text("too much to do\n", status: 503), head, closes: true)
    }
    let request = HTTPRequest(
      method: head.method, path: head.path, rawPath: head.rawPath, query: head.query,
      headers: head.headers, body: body, peer: connection.peer)
    let (id, serial, handler) = (connection.id, connection.serial, handler)
    handlersRunning.add(1, ordering: .relaxed)
    let task = Task { [self] in
      let response = await handler(request)
      handlersRunning.subtract(1, ordering: .relaxed)
      deliver(Answer(connection: id, serial: serial, response: response))
    }
    connection.phase = .handling(task, head, closes: closes)
    setDeadline(connection, limits.handlerTime)
  }

  private func respond(
    _ connection: HTTPConnection, _ response: HTTPResponse, _ head: RequestHead, closes: Bool
  ) {
    var response = response
    if !response.isSound {
      onFault("\(head.method.rawValue) \(head.rawPath): the answer's status or headers are unsound")
      response = .text("a fault of this program\n", status: 500)
    }
    let closes = closes || confined.stopDeadline != nil
    let bytes = response.encoded(isHead: head.method == .head, closes: closes, date: date())
    send(connection, bytes, closes: closes)
  }

  private func send(_ connection: HTTPConnection, _ bytes: [UInt8], closes: Bool = true) {
    connection.enqueue(bytes)
    connection.phase = .writing(closes: closes)
    setDeadline(connection, limits.writeTime)
    write(connection)
  }

  private func write(_ connection: HTTPConnection) {
    guard case .writing(let closes) = connection.phase else { return }
    switch connection.write() {
    case .failed: close(connection)
    case .blocked(let progress):
      connection.watch(EPOLLOUT.rawValue, by: epoll.number)
      if progress { setDeadline(connection, limits.writeTime) }
    case .done where closes:
      connection.finishWriting()
      connection.phase = .lingering
      connection.watch(EPOLLIN.rawValue, by: epoll.number)
      setDeadline(connection, Self.lingerTime)
    case .done:
      connection.parser.startOver()
      connection.phase = .reading
      connection.stage = .between
      connection.watch(EPOLLIN.rawValue, by: epoll.number)
      setDeadline(connection, limits.idleTime)
    }
  }

  func date() -> [UInt8] {
    let seconds = DeskClock.wallNow().seconds
    if seconds != confined.date.seconds {
      confined.date = (seconds, Array(imfFixdate(Instant(seconds: seconds)).utf8))
    }
    return confined.date.text
  }
}

// Time. One pass over all connections is made when the earliest limit may be due.
extension HTTPLoop {
  private func setDeadline(_ connection: HTTPConnection, _ time: Duration) {
    connection.deadline = confined.now + time
    lookAgain(at: connection.deadline)
  }

  func lookAgain(at time: ContinuousClock.Instant) {
    confined.nextCheck = min(confined.nextCheck ?? time, time)
  }

  private func checkTimes() {
    guard let due = confined.nextCheck else { return }
    let now = confined.now
    guard now >= due else { return }
    confined.nextCheck = confined.stopDeadline
    if let again = confined.acceptAgain {
      if now >= again {
        confined.acceptAgain = nil
        if confined.stopDeadline == nil { watchListeners() }
      } else {
        lookAgain(at: again)
      }
    }
    for connection in confined.connections.all {
      if now < connection.deadline {
        lookAgain(at: connection.deadline)
      } else if case .handling(let task, let head, _) = connection.phase {
        task.cancel()
        respond(connection, .text("no answer in time\n", status: 503), head, closes: true)
      } else {
        close(connection)
      }
    }
  }

  private func waitTime() -> Int32 {
    guard let due = confined.nextCheck else { return Self.longestWait }
    let wait = clock.now.duration(to: due)
    return wait > .zero ? min(Self.longestWait, Int32(clamping: wait.wholeMilliseconds)) : 0
  }
}
