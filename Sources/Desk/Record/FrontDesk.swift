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
  private let journal: FileJournal?
  private var state: RecordState
  private var head: Head

  /// What a command has caused.
  package struct Receipt: Sendable {
    package let events: [RecordEvent]
    package let head: Head
    package let time: Instant
  }

  private init(
    journal: FileJournal?, identifier: String, isExercise: Bool, state: RecordState, head: Head,
    folder: StateFolder
  ) {
    self.journal = journal
    self.journalID = identifier
    self.isExercise = isExercise
    self.state = state
    self.head = head
    self.folder = folder
    clock = isExercise ? .exercise(file: folder.clockFile) : .wall
  }

  /// Makes a new journal. It blocks.
  package static func create(
    _ folder: StateFolder, isExercise: Bool, at now: Instant
  ) throws(JournalFailure) -> FrontDesk {
    let journal = try FileJournal.create(
      in: folder.path, identifier: UUID().uuidString.lowercased(), isExercise: isExercise, at: now)
    var book = RecordBook()
    let verification = try JournalReader(folder: folder.path).read {
      (record) throws(JournalFailure) in try book.take(record)
    }
    return FrontDesk(
      journal: journal, identifier: journal.identifier, isExercise: isExercise, state: book.state,
      head: verification.head, folder: folder)
  }

  /// Takes the journal's lock and reads every record. It blocks.
  package static func open(_ folder: StateFolder) throws(JournalFailure) -> FrontDesk {
    var book = RecordBook()
    // What recovery has to say is written at the desk's time, which only the journal itself can
    // tell; the wall is right except on an exercise, and there it does not matter.
    let journal = try FileJournal.open(in: folder.path, at: DeskClock.wallNow()) {
      (record) throws(JournalFailure) in try book.take(record)
    }
    return FrontDesk(
      journal: journal, identifier: journal.identifier, isExercise: journal.isExercise,
      state: book.state, head: journal.head, folder: folder)
  }

  /// Reads the journal without its lock, for commands that change nothing. It blocks.
  package static func read(_ folder: StateFolder) throws(JournalFailure) -> FrontDesk {
    var book = RecordBook()
    let verification = try JournalReader(folder: folder.path).read {
      (record) throws(JournalFailure) in try book.take(record)
    }
    return FrontDesk(
      journal: nil, identifier: verification.identifier, isExercise: verification.isExercise,
      state: book.state, head: verification.head, folder: folder)
  }

  /// Carries a command out, and answers when its record is on disk.
  ///
  /// Throws a `Refusal` where the rules say no, and a `JournalFailure` where it could not be kept.
  @discardableResult
  package func perform(_ command: Command, by actor: Actor) async throws -> Receipt {
    let now = clock.now()
    let events = try state.response.decide(command, by: actor, at: now)
    return try await keep(events.map { .response($0) }, by: actor, at: now)
  }

  /// Records events that need no decision: the desk's own books.
  @discardableResult
  package func record(_ events: [RecordEvent], by actor: Actor = .desk) async throws -> Receipt {
    try await keep(events, by: actor, at: clock.now())
  }

  /// Raises an alert, and gives its topic a number in the same record if it has none.
  package func raiseAlert(
    topicKeys keys: [String], recipients: [DeliveryOrder.Recipient],
    evidence: @Sendable (TopicID) -> AlertEvidence
  ) async throws -> Receipt {
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
    return try await keep(events, by: .desk, at: now)
  }

  /// The number of a topic, given now if it has none.
  package func topic(keys: [String], label: String, keywords: [String]) async throws -> TopicID {
    if let known = state.topic(byKeys: keys) { return known }
    let now = clock.now()
    let topic = state.nextTopic(at: now)
    guard let key = keys.first else { preconditionFailure("a topic without a key") }
    _ = try await keep(
      [.topicOpened(topic, key: key, label: label, keywords: keywords)], by: .desk, at: now)
    return topic
  }

  /// Up to the first `await` nothing else can come between: what was decided on is what stands.
  private func keep(_ events: [RecordEvent], by actor: Actor, at now: Instant) async throws
    -> Receipt
  {
    guard !events.isEmpty else {
      try await settle()
      return Receipt(events: [], head: head, time: now)
    }
    guard let journal else {
      throw VerbFailure(
        .couldNot, zh: "此处只读日志，不能写入", en: "the journal is only being read here")
    }
    let head = try journal.append(
      events: events.map(\.encoded), actor: actor.description, at: now)
    state.apply(
      events,
      in: DeskState.RecordContext(
        sequence: head.sequence, time: now, actor: actor, hash: head.hash))
    self.head = head
    try await journal.durable(head.sequence)
    changes.raise()
    return Receipt(events: events, head: head, time: now)
  }

  /// Looks at the state, once all of it is on disk.
  package func view<Value: Sendable>(
    _ body: @Sendable (RecordState) throws -> Value
  ) async throws -> Value {
    let state = state
    try await settle()
    return try body(state)
  }

  private func settle() async throws(JournalFailure) {
    guard let journal, journal.durableHead != journal.head else { return }
    try await journal.durable(journal.head.sequence)
  }

  /// Every record up to now, as a report reads them.
  package func records() async throws -> [ReportRecord] {
    try await settle()
    let last = head.sequence
    let folder = folder.path
    // Reading a large journal takes its time, and must not hold up the record-keeper.
    return try await Task.detached {
      try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "desk.report").async { @Sendable in
          continuation.resume(with: Result { try Self.records(in: folder, upTo: last) })
        }
      }
    }.value
  }

  private static func records(in folder: String, upTo last: Int64) throws -> [ReportRecord] {
    var records: [ReportRecord] = []
    _ = try JournalReader(folder: folder).read(1...last) { (record) throws(JournalFailure) in
      let (context, events) = try RecordBook.decoded(record)
      records.append(
        ReportRecord(
          context: context,
          events: events.compactMap { event in
            if case .response(let event) = event { event } else { nil }
          },
          others: events.compactMap { event in
            if case .unknown(let kind, let incident) = event {
              ReportRecord.Other(kind: kind, incident: incident)
            } else {
              nil
            }
          }))
    }
    return records
  }

  /// Writes what waits and gives the lock up.
  package func close() throws(JournalFailure) {
    try journal?.close()
  }
}

/// Turns journal records into state.
struct RecordBook {
  private(set) var state = RecordState()

  mutating func take(_ record: Record) throws(JournalFailure) {
    let (context, events) = try Self.decoded(record)
    state.apply(events, in: context)
  }

  static func decoded(_ record: Record) throws(JournalFailure) -> (
    DeskState.RecordContext, [RecordEvent]
  ) {
    // The journal itself writes as `journal`; nobody else can.
    let actor = Actor(record.actor) ?? .desk
    let context = DeskState.RecordContext(
      sequence: record.sequence, time: record.time, actor: actor, hash: record.hash)
    var events: [RecordEvent] = []
    for json in record.events {
      do {
        events.append(try RecordEvent.decoded(json))
      } catch {
        throw record.unreadable(error.message)
      }
    }
    return (context, events)
  }
}
