import Dispatch
import Synchronization

// On the thread.
extension Writer {
  func run(_ first: OpenFile) {
    defer { running.leave() }
    var file = first
    while let batch = nextBatch() {
      do throws(DiskFailure) {
        if let shortage = try write(batch, to: &file) {
          try takeBack(batch, file)
          refuse(because: shortage)
          continue
        }
      } catch {
        poison(error)
        return
      }
      finish(batch)
    }
  }

  /// Nil once the batch is on disk; the failure if there was no room to write it. Only a write can
  /// be taken back: what a sync or a folder's sync has failed to do is not known.
  private func write(_ batch: Batch, to file: inout OpenFile) throws(DiskFailure) -> DiskFailure? {
    do throws(DiskFailure) {
      if let name = batch.opens {
        file = try open(name, with: batch.bytes, after: file)
      } else {
        try file.append(batch.bytes)
        try file.synchroniseData()
      }
      return nil
    } catch {
      guard error.number.isFull, error.call == .write || error.call == .open else { throw error }
      return error
    }
  }

  /// Brings the files back to the last record that is on disk, and gives the reserve up.
  private func takeBack(_ batch: Batch, _ file: OpenFile) throws(DiskFailure) {
    if let name = batch.opens {
      let path = layout.path(name)
      do throws(ErrorNumber) {
        try options.disk.remove(path)
      } catch {
        // It may not even have come into being.
        guard error.isMissing else { throw DiskFailure(.remove, path, error) }
      }
      try options.disk.synchroniseFolder(layout.journal)
    } else {
      try file.truncate(to: state.withLock { $0.durableSegment.size })
      try file.synchroniseData()
    }
    try Reserve(layout: layout, disk: options.disk, size: options.reserveSize).giveUp()
  }

  /// Refuses all that waits; the numbers are given again.
  private func refuse(because cause: DiskFailure) {
    let now = options.bootMark().nanoseconds
    let waiters = state.withLock { state in
      state.shortage = Shortage(cause: cause, lastLook: now)
      state.lastCause = cause
      state.dropped.formUnion(state.unfinished.map(\.hash))
      state.unfinished = []
      state.queue = []
      state.queuedBytes = 0
      state.head = state.durable
      state.segment = state.durableSegment
      defer { state.waiters = [] }
      return state.waiters
    }
    answer(waiters, .failure(.full(cause)))
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
    var batch = Batch(head: first.head, opens: first.opens, segment: state.durableSegment)
    var count = 0
    for entry in state.queue {
      let isOfThisSegment = count == 0 || entry.opens == nil && batch.opens == nil
      guard isOfThisSegment, batch.bytes.count + entry.bytes.count <= Self.batchLimit else { break }
      batch.bytes.append(contentsOf: entry.bytes)
      batch.head = entry.head
      batch.segment.take(entry)
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
      state.durableSegment = batch.segment
      state.unfinished.removeAll { $0.sequence <= batch.head.sequence }
      state.queuedBytes -= batch.bytes.count
      let released = state.waiters.filter { $0.sequence <= batch.head.sequence }
      state.waiters.removeAll { $0.sequence <= batch.head.sequence }
      return released
    }
    answer(released, .success(()))
  }

  private func poison(_ failure: DiskFailure) {
    let waiters = state.withLock { state in
      state.poison = failure
      state.queue = []
      state.queuedBytes = 0
      defer { state.waiters = [] }
      return state.waiters
    }
    answer(waiters, .failure(.poisoned(failure)))
  }

  /// In the order of the calls, and not on this thread.
  private func answer(_ waiters: [Waiter], _ answer: Result<Void, JournalFailure>) {
    guard !waiters.isEmpty else { return }
    answers.async { @Sendable in for waiter in waiters { waiter.resume(answer) } }
  }
}
