package import Bytes
import Dispatch
import Synchronization

/// What a test or a special machine may change about a journal.
package struct JournalOptions: Sendable {
  package var disk: any Disk = SystemDisk()
  package var bootMark: @Sendable () -> BootMark = { BootMark.now() }
  /// A segment that has reached this size is closed.
  package var segmentLimit: Int64 = 64 * 1024 * 1024
  /// While this many bytes wait for the disk, nothing more is taken: `overloaded`.
  package var queueLimit = 16 * 1024 * 1024
  /// Bytes of the `reserve` file; 0 for none.
  package var reserveSize: Int64 = 16 * 1024 * 1024
  /// For `--unsafe-fs`: a person has said that the folder's file system can be relied on.
  package var acceptsAnyFileSystem = false

  package init() {}
}

/// The incident journal of one state folder, held by this process alone.
///
/// The order of use: `append` (at once, in the order of the calls), then `durable` before anything
/// leaves: a reply, a mail, a read by somebody else. After `poisoned` the owner ends the process.
package final class FileJournal: Sendable {
  package let folder: String
  package let identifier: String
  package let isExercise: Bool
  /// What was cut off when it was opened; a record of the journal says so too.
  package let recovered: TornTail?

  private let writer: Writer
  private let lock: JournalLock

  init(
    _ layout: Layout, _ header: SegmentHeader, recovered: TornTail?, _ writer: Writer,
    _ lock: JournalLock
  ) {
    folder = layout.folder
    identifier = header.identifier
    isExercise = header.isExercise
    self.recovered = recovered
    self.writer = writer
    self.lock = lock
  }

  deinit {
    // Whoever wanted to know whether all was written has called `close` before. The writer's
    // thread holds no reference to this object, so it never waits for itself here.
    try? close()
  }

  /// The last record that was appended, on disk or not.
  package var head: Head { writer.head }

  /// The last record that is on disk.
  package var durableHead: Head { writer.durableHead }

  /// The place behind the last record that is on disk.
  package var checkpoint: Checkpoint { writer.checkpoint }

  /// Appends one record, and returns the head that the journal then has. It is not on disk yet.
  ///
  /// Each event is the text of one JSON value without line breaks. One call is one atomic commit.
  /// Refused before a number is spent: an event that could not be read back, a line over 256 KiB,
  /// and any call while the queue is full.
  ///
  /// On a full disk everything is refused with `full`, until `resume` was called; what `usesReserve`
  /// is then taken as long as the reserve lasts.
  package func append(
    events: [[UInt8]], actor: String, at time: Instant, usesReserve: Bool = false
  ) throws(JournalFailure) -> Head {
    try appendPlaced(events: events, actor: actor, at: time, usesReserve: usesReserve).head
  }

  /// The same, with where the line will stand.
  package func appendPlaced(
    events: [[UInt8]], actor: String, at time: Instant, usesReserve: Bool = false
  ) throws(JournalFailure) -> (head: Head, place: LinePlace) {
    precondition(!events.isEmpty, "a record without events")
    try Self.check(events, at: time)
    return try writer.append(events, actor: actor, at: time, usesReserve: usesReserve)
  }

  /// Why nothing more is taken at the moment; nil while there is room.
  package var shortage: DiskFailure? { writer.shortage }

  /// Looks for room again, once the owner has made its state anew from the records up to this head.
  /// Whether all is taken again; it looks at most every five seconds, and blocks.
  package func resume(at head: Head) throws(JournalFailure) -> Bool {
    try onDisk { () throws(DiskFailure) in try writer.resume(at: head) }
  }

  /// What is written has to be read again after every restart, so it is read once before.
  private static func check(_ events: [[UInt8]], at time: Instant) throws(JournalFailure) {
    guard (0...9999).contains(CivilTime(time).year) else {
      throw .unwritable(Bilingual(zh: "年份超出范围", en: "the year is out of range"))
    }
    // As deep as events lie in a line.
    var text = Array("[[".utf8)
    for (index, event) in events.enumerated() {
      guard !event.contains(UInt8(ascii: "\n")) else {
        throw .unwritable(Bilingual(zh: "事件中有换行", en: "an event holds a line break"))
      }
      if index > 0 { text.append(UInt8(ascii: ",")) }
      text.append(contentsOf: event)
    }
    text.append(contentsOf: "]]".utf8)
    do throws(JSONFailure) {
      guard try JSONReader.read(text).array?.first?.array?.count == events.count else {
        throw JSONFailure(
          Bilingual(zh: "一个事件应是一个值", en: "an event should be one value"), at: 0, in: text)
      }
    } catch {
      throw .unwritable(error.message)
    }
  }

  /// Returns once this record, and so all before it, is on disk.
  ///
  /// Many callers share one sync. The number is one that `append` gave.
  package func durable(_ sequence: Int64) async throws(JournalFailure) {
    let answer = await withCheckedContinuation { continuation in
      writer.whenDurable(sequence) { continuation.resume(returning: $0) }
    }
    try answer.get()
  }

  /// Calls back once this record is on disk, or will never be: at once, or from a queue on which
  /// nothing may block.
  package func whenDurable(
    _ head: Head, _ resume: @escaping @Sendable (Result<Void, JournalFailure>) -> Void
  ) {
    writer.whenDurable(head.sequence, hash: head.hash, resume)
  }

  /// The same for a record that may be refused for want of room: another one may have its number.
  package func durable(_ head: Head) async throws(JournalFailure) {
    let answer = await withCheckedContinuation { continuation in
      writer.whenDurable(head.sequence, hash: head.hash) { continuation.resume(returning: $0) }
    }
    try answer.get()
  }

  /// The same for a program that has nothing else to do. It blocks the thread.
  package func waitUntilDurable(_ sequence: Int64) throws(JournalFailure) {
    try wait { writer.whenDurable(sequence, $0) }
  }

  package func waitUntilDurable(_ head: Head) throws(JournalFailure) {
    try wait { writer.whenDurable(head.sequence, hash: head.hash, $0) }
  }

  private typealias Answer = @Sendable (Result<Void, JournalFailure>) -> Void

  private func wait(_ ask: (@escaping Answer) -> Void) throws(JournalFailure) {
    let isKnown = DispatchSemaphore(value: 0)
    let answer = Mutex(Result<Void, JournalFailure>.success(()))
    ask { known in
      answer.withLock { $0 = known }
      isKnown.signal()
    }
    isKnown.wait()
    try answer.withLock { $0 }.get()
  }

  /// Writes what waits, and gives the lock up. A second call does nothing but answer the same.
  ///
  /// It blocks for as long as the disk takes; not for a thread that tasks share.
  package func close() throws(JournalFailure) {
    let poison = writer.close()
    lock.release(inGoodOrder: poison == nil)
    if let poison { throw .poisoned(poison) }
  }
}
