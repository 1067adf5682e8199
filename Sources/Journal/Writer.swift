import Bytes
import Dispatch
import Synchronization

/// Puts lines on disk from a thread of its own, as many with one sync as wait for it.
///
/// Lines are numbered and chained where they are given, under one lock, so their order is the
/// order of the calls. The thread takes all that wait, writes them in one go, syncs once, and then
/// tells everybody who waits for one of them. After any error nothing is written any more.
final class Writer: Sendable {
  /// No write is longer, and so no tail that was cut off is.
  static let batchLimit: Int64 = 1024 * 1024

  /// What the journal holds when the writer takes it over. All of it is on disk.
  struct Start {
    let head: Head
    let header: SegmentHeader
    let segment: Scan.Segment
    let file: OpenFile
  }

  private struct Entry {
    let bytes: [UInt8]
    let head: Head
    /// The segment that this line is the header of.
    let opens: SegmentName?
  }

  private struct Waiter {
    let sequence: Int64
    let resume: @Sendable (Result<Void, JournalFailure>) -> Void
  }

  private struct State {
    var head: Head
    var durable: Head
    var segment: Scan.Segment
    var queue: [Entry] = []
    var queuedBytes = 0
    var waiters: [Waiter] = []
    var isIdle = false
    var isClosing = false
    var poison: DiskFailure?
  }

  private struct Batch {
    var bytes: [UInt8] = []
    var head: Head
    var opens: SegmentName?
  }

  private let layout: Layout
  private let options: JournalOptions
  private let header: SegmentHeader
  private let state: Mutex<State>
  private let wake = DispatchSemaphore(value: 0)
  private let running = DispatchGroup()

  private init(_ start: Start, _ layout: Layout, _ options: JournalOptions) {
    self.layout = layout
    self.options = options
    self.header = start.header
    state = Mutex(State(head: start.head, durable: start.head, segment: start.segment))
  }

  static func start(
    _ start: Start, _ layout: Layout, _ options: JournalOptions
  ) throws(DiskFailure) -> Writer {
    let writer = Writer(start, layout, options)
    let file = start.file
    writer.running.enter()
    do throws(DiskFailure) {
      try OwnThread.start { writer.run(file) }
    } catch {
      writer.running.leave()
      throw error
    }
    return writer
  }

  var head: Head { state.withLock { $0.head } }
  var durableHead: Head { state.withLock { $0.durable } }

  /// Gives the events the next number. They are not on disk yet.
  func append(
    _ events: [[UInt8]], actor: String, at time: Instant
  ) throws(JournalFailure) -> Head {
    let (head, wasIdle) = try state.withLock { (state) throws(JournalFailure) in
      if let poison = state.poison { throw .poisoned(poison) }
      guard !state.isClosing else { throw .closed }
      guard state.queuedBytes < options.queueLimit else {
        throw .overloaded(waitingBytes: state.queuedBytes)
      }
      // In here, so that marks are in the order of the numbers.
      let mark = options.bootMark()
      var head = state.head
      let first = headerEntry(in: state, at: time, mark)
      if let first { head = first.head }
      let line = Line(
        sequence: head.sequence + 1, time: time, bootMark: mark,
        watermark: state.durable.sequence, actor: actor, events: events)
      let (bytes, newHead) = line.encoded(after: head.hash)
      guard bytes.count <= Line.limit else {
        throw .tooLong(bytes: bytes.count, limit: Line.limit)
      }
      if let first { enqueue(first, at: time, in: &state) }
      enqueue(Entry(bytes: bytes, head: newHead, opens: nil), at: time, in: &state)
      defer { state.isIdle = false }
      return (newHead, state.isIdle)
    }
    if wasIdle { wake.signal() }
    return head
  }

  /// The header of a new segment, if the current one is full or of an earlier month. A clock that
  /// is put back opens none.
  private func headerEntry(in state: State, at time: Instant, _ mark: BootMark) -> Entry? {
    guard
      state.segment.size >= options.segmentLimit || time.isInLaterMonth(than: state.segment.began)
    else { return nil }
    let next = SegmentHeader(
      identifier: header.identifier, isExercise: header.isExercise,
      previousSegment: state.segment.name.text, previousHash: state.head.hash)
    let line = next.line(
      at: time, bootMark: mark, watermark: state.durable.sequence, after: state.head)
    let (bytes, head) = line.encoded(after: state.head.hash)
    return Entry(bytes: bytes, head: head, opens: SegmentName(first: head.sequence))
  }

  private func enqueue(_ entry: Entry, at time: Instant, in state: inout State) {
    if let name = entry.opens {
      state.segment = Scan.Segment(name: name, began: time, size: 0, lines: 0)
    }
    state.segment.size += Int64(entry.bytes.count)
    state.segment.lines += 1
    state.head = entry.head
    state.queue.append(entry)
    state.queuedBytes += entry.bytes.count
  }

  /// Calls back once this record is on disk, or will never be. It may do so at once.
  func whenDurable(
    _ sequence: Int64, _ resume: @escaping @Sendable (Result<Void, JournalFailure>) -> Void
  ) {
    let answer = state.withLock { state -> Result<Void, JournalFailure>? in
      precondition(sequence <= state.head.sequence, "record \(sequence) was never appended")
      if state.durable.sequence >= sequence { return .success(()) }
      if let poison = state.poison { return .failure(.poisoned(poison)) }
      state.waiters.append(Waiter(sequence: sequence, resume: resume))
      return nil
    }
    if let answer { resume(answer) }
  }

  /// Writes what waits, and ends the thread. The reason if not all of it could be written.
  func close() -> DiskFailure? {
    let wasIdle = state.withLock { state in
      state.isClosing = true
      defer { state.isIdle = false }
      return state.isIdle
    }
    if wasIdle { wake.signal() }
    running.wait()
    return state.withLock { $0.poison }
  }
}

// On the thread.
extension Writer {
  private func run(_ first: OpenFile) {
    defer { running.leave() }
    var file = first
    while let batch = nextBatch() {
      do throws(DiskFailure) {
        if let name = batch.opens {
          file = try open(name, with: batch.bytes, after: file)
        } else {
          try file.append(batch.bytes)
          try file.synchroniseData()
        }
      } catch {
        poison(error)
        return
      }
      finish(batch)
    }
  }

  /// All that waits, up to the limit and to the end of a segment; nil once the journal is closed.
  private func nextBatch() -> Batch? {
    while true {
      let (batch, isDone) = state.withLock { state -> (Batch?, Bool) in
        if let batch = takeBatch(from: &state) { return (batch, false) }
        if state.isClosing { return (nil, true) }
        state.isIdle = true
        return (nil, false)
      }
      if let batch { return batch }
      if isDone { return nil }
      wake.wait()
    }
  }

  private func takeBatch(from state: inout State) -> Batch? {
    guard let first = state.queue.first else { return nil }
    var batch = Batch(head: first.head, opens: first.opens)
    var count = 0
    for entry in state.queue {
      let isOfThisSegment = count == 0 || entry.opens == nil && batch.opens == nil
      guard isOfThisSegment, batch.bytes.count + entry.bytes.count <= Self.batchLimit else { break }
      batch.bytes.append(contentsOf: entry.bytes)
      batch.head = entry.head
      count += 1
    }
    state.queue.removeFirst(count)
    return batch
  }

  /// The old segment is on disk already: every batch is synced before the next is taken.
  private func open(
    _ name: SegmentName, with header: [UInt8], after old: OpenFile
  ) throws(DiskFailure) -> OpenFile {
    let file = try OpenFile(layout.path(name), .creating, on: options.disk)
    try file.append(header)
    try file.synchroniseData()
    try options.disk.synchroniseFolder(layout.journal)
    // A guard against slips only; where modes cannot be set, the chain still tells of a change.
    try? old.setMode(Recovery.closedMode)
    return file
  }

  private func finish(_ batch: Batch) {
    let released = state.withLock { state in
      state.durable = batch.head
      state.queuedBytes -= batch.bytes.count
      let released = state.waiters.filter { $0.sequence <= batch.head.sequence }
      state.waiters.removeAll { $0.sequence <= batch.head.sequence }
      return released
    }
    for waiter in released { waiter.resume(.success(())) }
  }

  private func poison(_ failure: DiskFailure) {
    let waiters = state.withLock { state in
      state.poison = failure
      state.queue = []
      state.queuedBytes = 0
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume(.failure(.poisoned(failure))) }
  }
}

extension Instant {
  fileprivate func isInLaterMonth(than other: Instant) -> Bool {
    let (mine, others) = (CivilTime(self), CivilTime(other))
    return (mine.year, mine.month) > (others.year, others.month)
  }
}
