import Bytes
import Dispatch
import Synchronization

/// Puts lines on disk from a thread of its own, as many with one sync as wait for it.
///
/// Lines are numbered and chained where they are given, one at a time, so their order is the order
/// of the calls. The thread takes all that wait, writes them in one go, syncs once, and then
/// tells everybody who waits for one of them.
///
/// A write that finds no room is taken back to the last record on disk, all that waits is refused,
/// and so is what comes, until the owner has made its state anew and calls `resume`. After any
/// other error nothing is written any more.
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

  struct Entry {
    let bytes: [UInt8]
    let head: Head
    /// The segment that this line is the header of.
    let opens: SegmentName?
    let time: Instant
  }

  struct Waiter {
    let sequence: Int64
    let resume: @Sendable (Result<Void, JournalFailure>) -> Void
  }

  struct State {
    var head: Head
    var durable: Head
    var segment: Scan.Segment
    /// As far as it is on disk.
    var durableSegment: Scan.Segment
    var shortage: Shortage?
    /// Records that were numbered and then refused: nobody may take another one for them.
    var dropped: Set<Digest> = []
    var lastCause: DiskFailure?
    /// Records that are numbered and not on disk yet.
    var unfinished: [Head] = []
    var queue: [Entry] = []
    var queuedBytes = 0
    var waiters: [Waiter] = []
    var isIdle = false
    var isClosing = false
    var poison: DiskFailure?
  }

  struct Batch {
    var bytes: [UInt8] = []
    var head: Head
    var opens: SegmentName?
    var segment: Scan.Segment
  }

  /// The time since a write found no room.
  struct Shortage {
    let cause: DiskFailure
    /// Nobody has looked yet what is left of what was promised.
    var isNew = true
    /// On the clock of boot marks, in nanoseconds: when room was looked for last.
    var lastLook: Int64
  }

  let layout: Layout
  let options: JournalOptions
  private let header: SegmentHeader
  let state: Mutex<State>
  /// Held while a line is numbered and hashed, which the thread need not wait for.
  private let numbering = Mutex(())
  let wake = DispatchSemaphore(value: 0)
  /// Where those who waited are told: to wake eight of them takes a good part of the time of a sync,
  /// in which the thread can begin with the next one.
  let answers = DispatchQueue(label: "journal.answers")
  let running = DispatchGroup()

  private init(_ start: Start, _ layout: Layout, _ options: JournalOptions) {
    self.layout = layout
    self.options = options
    self.header = start.header
    state = Mutex(
      State(
        head: start.head, durable: start.head, segment: start.segment,
        durableSegment: start.segment))
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
  ///
  /// `usesReserve` is for what has to be kept in a shortage too.
  func append(
    _ events: [[UInt8]], actor: String, at time: Instant, usesReserve: Bool
  ) throws(JournalFailure) -> (head: Head, place: LinePlace) {
    try numbering.withLock { _ throws(JournalFailure) in
      let end = try state.withLock { (state) throws(JournalFailure) in
        try check(state, usesReserve: usesReserve)
        return End(
          head: state.head, segment: state.segment, watermark: state.durable.sequence)
      }
      // In here, so that marks are in the order of the numbers.
      let mark = options.bootMark()
      let first = headerEntry(behind: end, at: time, mark)
      let head = first?.head ?? end.head
      let line = Line(
        sequence: head.sequence + 1, time: time, bootMark: mark, watermark: end.watermark,
        actor: actor, events: events)
      let (bytes, newHead) = line.encoded(after: head.hash)
      guard bytes.count <= Line.limit else {
        throw .tooLong(bytes: bytes.count, limit: Line.limit)
      }
      let (place, wasIdle) = try state.withLock { (state) throws(JournalFailure) in
        try check(state, usesReserve: usesReserve)
        // Meanwhile all that waited may have been refused, and this line follows from it.
        if state.head != end.head, let cause = state.lastCause { throw .full(cause) }
        if let first { enqueue(first, in: &state) }
        let place = LinePlace(
          segment: state.segment.name.first, offset: state.segment.size, length: bytes.count)
        enqueue(Entry(bytes: bytes, head: newHead, opens: nil, time: time), in: &state)
        defer { state.isIdle = false }
        return (place, state.isIdle)
      }
      if wasIdle { wake.signal() }
      return (newHead, place)
    }
  }

  /// What a line is numbered and chained behind.
  private struct End {
    let head: Head
    let segment: Scan.Segment
    let watermark: Int64
  }

  /// Whether anything is taken now.
  private func check(_ state: State, usesReserve: Bool) throws(JournalFailure) {
    if let poison = state.poison { throw .poisoned(poison) }
    guard !state.isClosing else { throw .closed }
    if let shortage = state.shortage, shortage.isNew || !usesReserve {
      throw .full(shortage.cause)
    }
    guard state.queuedBytes < options.queueLimit else {
      throw .overloaded(waitingBytes: state.queuedBytes)
    }
  }

  /// The header of a new segment, if the current one is full or of an earlier month. A clock that
  /// is put back opens none.
  private func headerEntry(behind end: End, at time: Instant, _ mark: BootMark) -> Entry? {
    guard
      end.segment.size >= options.segmentLimit || time.isInLaterMonth(than: end.segment.began)
    else { return nil }
    let next = SegmentHeader(
      identifier: header.identifier, isExercise: header.isExercise,
      previousSegment: end.segment.name.text, previousHash: end.head.hash)
    let line = next.line(at: time, bootMark: mark, watermark: end.watermark, after: end.head)
    let (bytes, head) = line.encoded(after: end.head.hash)
    return Entry(
      bytes: bytes, head: head, opens: SegmentName(first: head.sequence), time: time)
  }

  private func enqueue(_ entry: Entry, in state: inout State) {
    state.segment.take(entry)
    state.head = entry.head
    state.queue.append(entry)
    state.unfinished.append(entry.head)
    if !state.dropped.isEmpty { state.dropped.remove(entry.head.hash) }
    state.queuedBytes += entry.bytes.count
  }

  /// Calls back once this record is on disk, or will never be. It may do so at once.
  ///
  /// Without the hash another record may have got the number of one that was refused: only for who
  /// knows that none was.
  func whenDurable(
    _ sequence: Int64, hash: Digest? = nil,
    _ resume: @escaping @Sendable (Result<Void, JournalFailure>) -> Void
  ) {
    let answer = state.withLock { state -> Result<Void, JournalFailure>? in
      if let hash, state.dropped.contains(hash), let cause = state.lastCause {
        return .failure(.full(cause))
      }
      if sequence > state.head.sequence {
        // Refused for want of room, and its number was not given again.
        if let cause = state.lastCause { return .failure(.full(cause)) }
        preconditionFailure("record \(sequence) was never appended")
      }
      if state.durable.sequence >= sequence { return .success(()) }
      if let poison = state.poison { return .failure(.poisoned(poison)) }
      state.waiters.append(Waiter(sequence: sequence, resume: resume))
      return nil
    }
    if let answer { resume(answer) }
  }

  /// The place behind the last record that is on disk.
  var checkpoint: Checkpoint {
    state.withLock { state in
      Checkpoint(
        head: state.durable, segment: state.durableSegment.name.first,
        segmentBegan: state.durableSegment.began, line: state.durableSegment.lines,
        end: state.durableSegment.size)
    }
  }

  /// What is wrong while there is no room; nil while there is.
  var shortage: DiskFailure? { state.withLock { $0.shortage?.cause } }

  /// Looks whether there is room again, at most every few seconds. The owner calls it once it holds
  /// no state of its own that was refused. It blocks.
  ///
  /// True where everything is taken again; otherwise only what uses the reserve is. Where the owner
  /// stands at another head than the journal, more was refused meanwhile, and nothing is taken yet.
  func resume(at head: Head) throws(DiskFailure) -> Bool {
    let now = options.bootMark().nanoseconds
    let mayLook = state.withLock { state -> Bool? in
      guard let shortage = state.shortage else { return nil }
      guard state.head == head else { return false }
      state.shortage?.isNew = false
      let isTime = shortage.isNew || now - shortage.lastLook >= Self.lookPause
      if isTime { state.shortage?.lastLook = now }
      return isTime && !shortage.isNew
    }
    guard let mayLook else { return true }
    let reserve = Reserve(layout: layout, disk: options.disk, size: options.reserveSize)
    guard mayLook, try reserve.make() else { return false }
    return state.withLock { state in
      guard state.head == head else { return false }
      state.shortage = nil
      return true
    }
  }

  private static let lookPause: Int64 = 5_000_000_000

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

extension Scan.Segment {
  /// Grows by a line, or becomes the segment that the line begins.
  mutating func take(_ entry: Writer.Entry) {
    if let name = entry.opens {
      self = Scan.Segment(name: name, began: entry.time, size: 0, lines: 0)
    }
    size += Int64(entry.bytes.count)
    lines += 1
  }
}

extension Instant {
  fileprivate func isInLaterMonth(than other: Instant) -> Bool {
    let (mine, others) = (CivilTime(self), CivilTime(other))
    return (mine.year, mine.month) > (others.year, others.month)
  }
}
