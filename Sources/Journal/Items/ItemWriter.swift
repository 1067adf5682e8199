import Dispatch
import Synchronization

/// Writes the lines of the item log from a thread of its own.
final class ItemWriter: Sendable {
  typealias Answer<Value> = @Sendable (Result<Value, JournalFailure>) -> Void

  private enum Work {
    case lines([UInt8], end: ItemPosition)
    case sync(Answer<Void>)
    case remove(daysBefore: ItemDay, Answer<[ItemDay]>)
  }

  private struct State {
    var end: ItemPosition?
    var durable: ItemPosition?
    /// Days before this are removed, and stay so.
    var firstDay: ItemDay?
    var queue: [Work] = []
    var queuedBytes = 0
    var isIdle = false
    var isClosing = false
    var poison: DiskFailure?
  }

  /// What the thread alone knows.
  private struct Output {
    var file: OpenFile?
    var end: ItemPosition?
    var isDirty = false
  }

  /// Lines are written together, in pieces of about this many bytes.
  private static let pieceSize = 256 * 1024

  private let folder: String
  private let disk: any Disk
  private let state: Mutex<State>
  private let wake = DispatchSemaphore(value: 0)
  private let running = DispatchGroup()

  private init(_ folder: String, _ disk: any Disk, end: ItemPosition?) {
    self.folder = folder
    self.disk = disk
    state = Mutex(State(end: end, durable: end))
  }

  static func start(
    _ folder: String, _ disk: any Disk, file: OpenFile?, end: ItemPosition?
  ) throws(DiskFailure) -> ItemWriter {
    let writer = ItemWriter(folder, disk, end: end)
    writer.running.enter()
    do throws(DiskFailure) {
      try OwnThread.start { writer.run(Output(file: file, end: end)) }
    } catch {
      writer.running.leave()
      throw error
    }
    return writer
  }

  var end: ItemPosition? { state.withLock { $0.end } }
  var durableEnd: ItemPosition? { state.withLock { $0.durable } }

  /// Whole lines with their line breaks.
  func append(_ bytes: [UInt8], on day: ItemDay) throws(JournalFailure) -> ItemPosition {
    let (end, wasIdle) = try state.withLock { (state) throws(JournalFailure) in
      if let poison = state.poison { throw .poisoned(poison) }
      guard !state.isClosing else { throw .closed }
      guard state.queuedBytes < ItemLog.queueLimit else {
        throw .overloaded(waitingBytes: state.queuedBytes)
      }
      // Never back to an earlier day: a reader that has passed it would miss the line.
      let day = max(day, state.end?.day ?? day, state.firstDay ?? day)
      let start = state.end?.day == day ? state.end?.offset ?? 0 : 0
      let end = ItemPosition(day: day, offset: start + Int64(bytes.count))
      guard !bytes.isEmpty else { return (state.end ?? end, false) }
      state.end = end
      state.queue.append(.lines(bytes, end: end))
      state.queuedBytes += bytes.count
      // Whoever wants them on disk says so; waking the thread for each line took longer than
      // writing it.
      guard state.queuedBytes >= Self.pieceSize else { return (end, false) }
      defer { state.isIdle = false }
      return (end, state.isIdle)
    }
    if wasIdle { wake.signal() }
    return end
  }

  func sync(_ answer: @escaping Answer<Void>) {
    enqueue(.sync(answer))
  }

  func remove(daysBefore day: ItemDay, _ answer: @escaping Answer<[ItemDay]>) {
    enqueue(.remove(daysBefore: day, answer))
  }

  private func enqueue(_ work: Work) {
    let (refusal, wasIdle) = state.withLock { state -> (JournalFailure?, Bool) in
      if let poison = state.poison { return (.poisoned(poison), false) }
      guard !state.isClosing else { return (.closed, false) }
      if case .remove(let day, _) = work { state.firstDay = max(day, state.firstDay ?? day) }
      state.queue.append(work)
      defer { state.isIdle = false }
      return (nil, state.isIdle)
    }
    if let refusal { Self.refuse(work, refusal) }
    if wasIdle { wake.signal() }
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

  private static func refuse(_ work: Work, _ failure: JournalFailure) {
    switch work {
    case .lines: break
    case .sync(let answer): answer(.failure(failure))
    case .remove(_, let answer): answer(.failure(failure))
    }
  }
}

// On the thread.
extension ItemWriter {
  private func run(_ first: Output) {
    defer { running.leave() }
    var output = first
    while let works = nextWorks() {
      do throws(DiskFailure) {
        try write(works, to: &output)
      } catch {
        poison(error, works)
        return
      }
      for work in works {
        if case .remove(let day, let answer) = work { answer(remove(daysBefore: day, &output)) }
      }
    }
    do throws(DiskFailure) {
      try synchronise(&output)
    } catch {
      poison(error, [])
    }
  }

  /// All that waits; nil once the log is closed.
  private func nextWorks() -> [Work]? {
    while true {
      let (works, isDone) = state.withLock { state -> ([Work], Bool) in
        defer { state.queue = [] }
        if state.queue.isEmpty, !state.isClosing { state.isIdle = true }
        return (state.queue, state.isClosing)
      }
      if !works.isEmpty { return works }
      if isDone { return nil }
      wake.wait()
    }
  }

  /// Writes all the lines, and then syncs once for all who wait for it.
  private func write(_ works: [Work], to output: inout Output) throws(DiskFailure) {
    var answers: [Answer<Void>] = []
    var piece: [UInt8] = []
    var pieceEnd: ItemPosition?
    for work in works {
      switch work {
      case .lines(let bytes, let end):
        if let pieceEnd, pieceEnd.day != end.day || piece.count >= Self.pieceSize {
          try write(piece, endingAt: pieceEnd, to: &output)
          piece.removeAll(keepingCapacity: true)
        }
        piece.append(contentsOf: bytes)
        pieceEnd = end
      case .sync(let answer): answers.append(answer)
      case .remove: break
      }
    }
    if let pieceEnd { try write(piece, endingAt: pieceEnd, to: &output) }
    guard !answers.isEmpty else { return }
    try synchronise(&output)
    for answer in answers { answer(.success(())) }
  }

  private func write(
    _ bytes: [UInt8], endingAt end: ItemPosition, to output: inout Output
  ) throws(DiskFailure) {
    if output.end?.day != end.day {
      // Only the newest file can end in a line that was cut off.
      try synchronise(&output)
      let path = folder + "/" + end.day.fileName
      output.file = try OpenFile(path, .creating, on: disk)
      try disk.synchroniseFolder(folder)
    }
    try output.file?.append(bytes)
    output.isDirty = true
    output.end = end
    state.withLock { $0.queuedBytes -= bytes.count }
  }

  private func synchronise(_ output: inout Output) throws(DiskFailure) {
    guard output.isDirty else { return }
    try output.file?.synchroniseData()
    output.isDirty = false
    let end = output.end
    state.withLock { $0.durable = end }
  }

  private func remove(
    daysBefore day: ItemDay, _ output: inout Output
  ) -> Result<[ItemDay], JournalFailure> {
    if let end = output.end, end.day < day { output.file = nil }
    do throws(DiskFailure) {
      let days = try ItemReader(folder: folder, disk: disk).days().filter { $0 < day }
      for day in days {
        let path = folder + "/" + day.fileName
        try disk.perform(.remove, path) { () throws(ErrorNumber) in try disk.remove(path) }
      }
      if !days.isEmpty { try disk.synchroniseFolder(folder) }
      return .success(days)
    } catch {
      return .failure(.disk(error))
    }
  }

  private func poison(_ failure: DiskFailure, _ works: [Work]) {
    let waiting = state.withLock { state in
      state.poison = failure
      defer { state.queue = [] }
      return state.queue
    }
    for work in works + waiting { Self.refuse(work, .poisoned(failure)) }
  }
}
