package import Bytes
import Foundation
package import Journal
package import Response

/// The record-keeper: the one owner of the journal and of all that its events have made.
///
/// A command is decided, applied to the pending state and handed to the journal's writer in one
/// uninterrupted stretch; the answer waits until its record is on disk, and so does every read by
/// others. Many commands share one sync. A failed sync is never rolled back: the process ends, and
/// the state is rebuilt from what the disk holds.
package actor FrontDesk {
  package nonisolated let journalID: String
  package nonisolated let isExercise: Bool
  /// Raised with every record.
  package nonisolated let changes = ChangeSignal()
  package nonisolated let clock: DeskClock
  package nonisolated let folder: StateFolder

  private let executor = SerialQueueExecutor("desk.record")
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Nil where the journal is only read.
  nonisolated let journal: FileJournal?
  nonisolated let options: FrontDeskOptions
  private var book: RecordBook
  private var head: Head
  private let watch: ClockWatch
  /// What a look at the records before the snapshot has found, while the desk works already.
  let past: PastCheck
  private var recordsSinceSnapshot = 0

  /// What a command has caused.
  package struct Receipt: Sendable {
    package let events: [RecordEvent]
    package let head: Head
    package let time: Instant
  }

  private init(
    journal: FileJournal?, identifier: String, isExercise: Bool, book: RecordBook, head: Head,
    folder: StateFolder, options: FrontDeskOptions
  ) {
    self.journal = journal
    self.journalID = identifier
    self.isExercise = isExercise
    self.book = book
    self.head = head
    self.folder = folder
    self.options = options
    clock = options.clock ?? (isExercise ? .exercise(file: folder.clockFile) : .wall)
    watch = ClockWatch(isOff: isExercise, last: book.lastMark, now: options.journal.bootMark)
    past = PastCheck()
    recordsSinceSnapshot = book.recordsBehindSnapshot
  }

  /// Makes a new journal. It blocks.
  package static func create(
    _ folder: StateFolder, isExercise: Bool, at now: Instant,
    options: FrontDeskOptions = FrontDeskOptions()
  ) throws(JournalFailure) -> FrontDesk {
    let journal = try FileJournal.create(
      in: folder.path, identifier: options.identifier ?? UUID().uuidString.lowercased(),
      isExercise: isExercise, at: now,
      options: options.journal)
    var book = RecordBook(folder: folder.path, disk: options.journal.disk)
    let reader = JournalReader(folder: folder.path, disk: options.journal.disk)
    let verification = try reader.read(making: book.decoder.decoded) { book.take($0) }
    return FrontDesk(
      journal: journal, identifier: journal.identifier, isExercise: isExercise, book: book,
      head: verification.head, folder: folder, options: options)
  }

  /// Takes the journal's lock, and reads the newest snapshot and every record behind it; all records
  /// where there is none that fits. It blocks.
  package static func open(
    _ folder: StateFolder, options: FrontDeskOptions = FrontDeskOptions()
  ) throws(JournalFailure) -> FrontDesk {
    let disk = options.journal.disk
    var (book, checkpoint) = try RecordBook.fromSnapshot(folder.path, disk: disk)
    // What others hold, and what a snapshot was written of, has to be there.
    let anchors =
      try AnchorFile(folder: folder.path, disk: disk).anchors().map(\.head)
      + SnapshotFolder(folder: folder.path, version: RecordIndex.version, disk: disk).heads()
    // What recovery has to say is written at the desk's time, which only the journal itself can
    // tell; the wall is right except on an exercise, and there it does not matter.
    let journal = try FileJournal.open(
      in: folder.path, at: options.clock?.now() ?? DeskClock.wallNow(), behind: checkpoint,
      anchors: anchors.filter { $0.sequence > checkpoint?.head.sequence ?? 0 },
      options: options.journal, making: book.decoder.decoded
    ) { book.take($0) }
    let desk = FrontDesk(
      journal: journal, identifier: journal.identifier, isExercise: journal.isExercise,
      book: book, head: journal.head, folder: folder, options: options)
    if options.runsLong, let checkpoint {
      desk.past.start(folder.path, disk, through: checkpoint.head)
    }
    return desk
  }

  /// Reads the journal without its lock, for commands that change nothing. It blocks.
  package static func read(_ folder: StateFolder) throws(JournalFailure) -> FrontDesk {
    var (book, checkpoint) = try RecordBook.fromSnapshot(folder.path, disk: SystemDisk())
    let verification = try JournalReader(folder: folder.path).read(
      behind: checkpoint, making: book.decoder.decoded
    ) { book.take($0) }
    return FrontDesk(
      journal: nil, identifier: verification.identifier, isExercise: verification.isExercise,
      book: book, head: verification.head, folder: folder, options: FrontDeskOptions())
  }

  /// Carries a command out, and answers when its record is on disk.
  ///
  /// Throws a `Refusal` where the rules say no, and a `JournalFailure` where it could not be kept.
  ///
  /// Only the deciding happens on the record-keeper: who waits for the disk goes on where it waits,
  /// and not by way of a queue on which others decide.
  @discardableResult
  package nonisolated func perform(
    _ command: Command, by actor: Actor
  ) async throws -> Receipt {
    try await whileFull(actor, isDurable: true) {
      try await durably { desk throws in try desk.begin(command, by: actor) }
    }
  }

  /// Begins on the record-keeper, and goes on with who asked once that is on disk. As a call of the
  /// actor it would come back once before, only to wait: a third of all changes of threads.
  private nonisolated func durably(
    _ begin: @escaping @Sendable (isolated FrontDesk) throws -> Pending
  ) async throws -> Pending {
    try await withCheckedThrowingContinuation { continuation in
      executor.run {
        self.assumeIsolated { desk in
          let pending: Pending
          do {
            pending = try begin(desk)
          } catch {
            return continuation.resume(throwing: error)
          }
          guard let journal = desk.journal, desk.needsDisk(pending) else {
            return continuation.resume(returning: pending)
          }
          journal.whenDurable(pending.receipt.head) { answer in
            continuation.resume(with: answer.map { pending })
          }
        }
      }
    }
  }

  private func begin(_ command: Command, by actor: Actor) throws -> Pending {
    try mend()
    // What is decided about an incident is decided by all of it.
    if case .inIncident(let id, _) = command { try book.makeWhole([id]) }
    let now = clock.now()
    let events = try book.state.response.decide(command, by: actor, at: now)
    return try keep(events.map { .response($0) }, by: actor, at: now)
  }

  /// On a full disk a person is told at once. The desk's own records go into the reserve, and where
  /// that is used up too a daemon waits for room: what it has to record does not go away.
  ///
  /// `isDurable` says that what is begun is on disk when it comes.
  private nonisolated func whileFull(
    _ actor: Actor, isDurable: Bool = false, _ begin: () async throws -> Pending
  ) async throws -> Receipt {
    var refusals = 0
    while true {
      do {
        let pending = try await begin()
        if !isDurable, let journal, needsDisk(pending) {
          try await journal.durable(pending.receipt.head)
        }
        return try await finish(pending)
      } catch let failure as JournalFailure {
        guard case .full = failure, actor == .desk else { throw failure }
        refusals += 1
        if refusals > 1 {
          guard options.runsLong else { throw failure }
          try await Task.sleep(for: Self.roomPause)
        }
      }
    }
  }

  private static let roomPause = Duration.seconds(5)

  /// Records events that need no decision: the desk's own books.
  @discardableResult
  package nonisolated func record(
    _ events: [RecordEvent], by actor: Actor = .desk
  ) async throws -> Receipt {
    try await record(by: actor) { _ in events }
  }

  /// Keeps what is decided by all that stands when it is kept: nothing else comes in between. Where
  /// there was no room, it may be decided again.
  @discardableResult
  package nonisolated func record(
    by actor: Actor = .desk, deciding decide: @Sendable (RecordState) throws -> [RecordEvent]
  ) async throws -> Receipt {
    try await whileFull(actor) { try await begin(by: actor, decide) }
  }

  private func begin(
    by actor: Actor, _ decide: @Sendable (RecordState) throws -> [RecordEvent]
  ) throws -> Pending {
    try mend()
    return try keep(try decide(state), by: actor, at: clock.now())
  }

  /// Raises an alert, and gives its topic a number in the same record if it has none.
  package nonisolated func raiseAlert(
    topicKeys keys: [String], recipients: [DeliveryOrder.Recipient],
    evidence: @Sendable (TopicID) -> AlertEvidence
  ) async throws -> Receipt {
    try await whileFull(.desk) { try await beginAlert(keys, recipients, evidence) }
  }

  private func beginAlert(
    _ keys: [String], _ recipients: [DeliveryOrder.Recipient],
    _ evidence: @Sendable (TopicID) -> AlertEvidence
  ) throws -> Pending {
    try mend()
    let now = clock.now()
    var events: [RecordEvent] = []
    let topic = state.topic(byKeys: keys) ?? state.nextTopic(at: now)
    let evidence = evidence(topic)
    if state.topics[topic] == nil, let key = keys.first {
      events.append(
        .topicOpened(topic, key: key, label: evidence.label, keywords: evidence.keywords))
    }
    let command = Command.raiseAlert(evidence, recipients: recipients)
    events += try state.response.decide(command, by: .desk, at: now).map { .response($0) }
    return try keep(events, by: .desk, at: now)
  }

  /// The number of a topic, given now if it has none.
  package nonisolated func topic(
    keys: [String], label: String, keywords: [String]
  ) async throws -> TopicID {
    guard let key = keys.first else { preconditionFailure("a topic without a key") }
    let receipt = try await whileFull(.desk) { try await beginTopic(key, keys, label, keywords) }
    for case .topicOpened(let topic, _, _, _) in receipt.events { return topic }
    guard let known = await state.topic(byKeys: keys) else {
      preconditionFailure("a topic that is known has a number")
    }
    return known
  }

  private func beginTopic(
    _ key: String, _ keys: [String], _ label: String, _ keywords: [String]
  ) throws -> Pending {
    try mend()
    let now = clock.now()
    if state.topic(byKeys: keys) != nil { return try keep([], by: .desk, at: now) }
    let topic = state.nextTopic(at: now)
    return try keep(
      [.topicOpened(topic, key: key, label: label, keywords: keywords)], by: .desk, at: now)
  }

  private var state: RecordState { book.state }

  /// What is decided and numbered, and not on disk yet.
  private struct Pending: Sendable {
    let receipt: Receipt
    let anchors: [Anchor]
    let needsSnapshot: Bool
  }

  /// Nothing else can come in between: what was decided on is what stands.
  private func keep(_ events: [RecordEvent], by actor: Actor, at now: Instant) throws -> Pending {
    guard !events.isEmpty else {
      return Pending(
        receipt: Receipt(events: [], head: head, time: now), anchors: [], needsSnapshot: false)
    }
    guard let journal else {
      throw VerbFailure(
        .couldNot, zh: "此处只读日志，不能写入", en: "the journal is only being read here")
    }
    var texts = try events.map { event throws(JournalFailure) in try book.text(of: event) }
    if let jump = watch.jump(at: now) { texts.append(jump) }
    let (head, place) = try journal.appendPlaced(
      events: texts, actor: actor.description, at: now, usesReserve: actor == .desk)
    book.take(
      events,
      in: DeskState.RecordContext(
        sequence: head.sequence, time: now, actor: actor, hash: head.hash), place)
    self.head = head
    recordsSinceSnapshot += 1
    return Pending(
      receipt: Receipt(events: events, head: head, time: now),
      anchors: book.anchors(of: events, record: head.sequence, at: now),
      needsSnapshot: recordsSinceSnapshot >= options.snapshotEvery)
  }

  /// Tells others of what is on disk.
  private nonisolated func finish(_ pending: Pending) async throws -> Receipt {
    let receipt = pending.receipt
    guard !receipt.events.isEmpty else { return receipt }
    changes.raise()
    if !pending.anchors.isEmpty { try await add(pending.anchors) }
    if pending.needsSnapshot { try await saveSnapshotIfDue() }
    return receipt
  }

  /// Also where nothing was recorded: what was decided on may not be on disk.
  private nonisolated func needsDisk(_ pending: Pending) -> Bool {
    guard let journal else { return false }
    return journal.durableHead != pending.receipt.head
  }

  private func add(_ anchors: [Anchor]) throws(JournalFailure) {
    try AnchorFile(folder: folder.path, disk: options.journal.disk).add(anchors)
  }

  /// One of many who waited writes it.
  private func saveSnapshotIfDue() throws(JournalFailure) {
    if recordsSinceSnapshot >= options.snapshotEvery { try saveSnapshot() }
  }

  /// After a write that found no room: brings the state back to what the disk holds, and looks for
  /// room. It changes nothing at any other time.
  ///
  /// A reader leaves it to the writers to record that the disk is full: that record can be refused
  /// as well.
  private func mend(forReading: Bool = false) throws(JournalFailure) {
    if let failure = past.failure { throw failure }
    guard let journal, journal.shortage != nil else { return }
    if journal.head != head {
      let disk = options.journal.disk
      var (book, checkpoint) = try RecordBook.fromSnapshot(folder.path, disk: disk)
      let last = journal.durableHead
      if last.sequence > checkpoint?.head.sequence ?? 0 {
        _ = try JournalReader(folder: folder.path, disk: disk)
          .read(1...last.sequence, behind: checkpoint, making: book.decoder.decoded) {
            book.take($0)
          }
      }
      self.book = book
      head = last
      isFullRecorded = false
    }
    if forReading { return }
    let hasRoom = try journal.resume(at: head)
    guard hasRoom || !isFullRecorded else { return }
    let kind = hasRoom ? "journal.room" : "journal.full"
    let now = clock.now()
    let head: Head
    let place: LinePlace
    do throws(JournalFailure) {
      (head, place) = try journal.appendPlaced(
        events: [JSONWriter.object { $0.member("k", kind) }], actor: "system:journal", at: now,
        usesReserve: true)
      // It is rare enough to be waited for: whatever comes after it finds it on disk.
      try journal.waitUntilDurable(head)
    } catch {
      // More was refused meanwhile: the next call makes the state anew first.
      guard case .full = error else { throw error }
      return
    }
    isFullRecorded = !hasRoom
    let context = DeskState.RecordContext(
      sequence: head.sequence, time: now, actor: .desk, hash: head.hash)
    book.take([.unknown(kind: kind, incident: nil)], in: context, place)
    self.head = head
  }

  private var isFullRecorded = false

  /// Looks at the state, once all of it is on disk.
  package func view<Value: Sendable>(
    _ body: @Sendable (RecordState) throws -> Value
  ) async throws -> Value {
    while true {
      try mend(forReading: true)
      let state = state
      do {
        try await settle()
        return try body(state)
      } catch let failure as JournalFailure {
        // Some of it was refused for want of room, so it was never so.
        guard case .full = failure, journal?.head != head else { throw failure }
      }
    }
  }

  private func settle() async throws(JournalFailure) {
    guard let journal, journal.durableHead != head else { return }
    try await journal.durable(head)
  }

  /// Reads the records of incidents that have ended, which a start from a snapshot leaves out.
  package func makeWhole(_ incidents: some Sequence<IncidentID>) throws(JournalFailure) {
    try book.makeWhole(incidents)
  }

  /// The same for the incident of a message: its answer may come long after the end.
  package func makeWhole(ofDelivery id: DeliveryID) throws(JournalFailure) {
    if let incident = book.index.incident(ofRecord: id.sequence) {
      try book.makeWhole([incident])
    }
  }

  /// All incidents that there are.
  package var allIncidents: [IncidentID] { Array(book.state.response.incidents.keys) }

  /// The records of one incident up to now, and those of none, as a report reads them. The last one
  /// is the journal's last.
  package func records(of id: IncidentID) async throws -> [ReportRecord] {
    try mend(forReading: true)
    try await settle()
    let (entries, book) = (book.index.reportEntries(of: id), book)
    // Reading a large journal takes its time, and must not hold up the record-keeper.
    return try await Task.detached {
      try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "desk.report").async { @Sendable in
          continuation.resume(with: Result { try book.reportRecords(entries) })
        }
      }
    }.value
  }

  /// Writes down which records a start needs. It blocks.
  package func saveSnapshot() throws(JournalFailure) {
    guard let journal else { return }
    // The snapshot speaks of all that the state holds, so all of it has to be on disk.
    try journal.waitUntilDurable(head)
    recordsSinceSnapshot = 0
    try book.save(at: journal.checkpoint)
  }

  /// Writes what waits and gives the lock up.
  package func close() throws(JournalFailure) {
    guard let journal else { return }
    // A snapshot only saves time: what keeps it from being written keeps nothing else up.
    if recordsSinceSnapshot >= options.snapshotAtClose { try? saveSnapshot() }
    try journal.close()
  }
}
