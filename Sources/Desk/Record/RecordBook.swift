import Bytes
import Journal
import Response

/// Turns journal records into state, and keeps account of where they stand.
struct RecordBook: Sendable {
  private(set) var state = RecordState()
  private(set) var index = RecordIndex()
  /// Incidents that have ended, of which the state holds the first and the last record only.
  private var partial: Set<IncidentID> = []
  /// The segment of the record that was read last.
  private var segment: Int64 = 1
  /// When the last record was written, by the wall and since boot.
  private(set) var lastMark: (time: Instant, mark: BootMark)?
  private(set) var recordsBehindSnapshot = 0

  let decoder: RecordDecoder
  private var folder: String { decoder.folder }
  private var disk: any Disk { decoder.disk }

  /// A longer event is kept beside the journal, and its record names it by its hash.
  private static let longestEvent = 64 * 1024

  init(folder: String, disk: any Disk) {
    decoder = RecordDecoder(folder: folder, disk: disk)
  }

  /// A book of the newest snapshot, with the place from which to read on; an empty one where no
  /// snapshot fits, or the records that it names are not as they were: then a reading of all says
  /// what is wrong.
  static func fromSnapshot(
    _ folder: String, disk: any Disk
  ) throws(JournalFailure) -> (RecordBook, Checkpoint?) {
    var book = RecordBook(folder: folder, disk: disk)
    let snapshots = SnapshotFolder(folder: folder, version: RecordIndex.version, disk: disk)
    var unsettled: Set<IncidentID> = []
    guard let snapshot = try snapshots.newest(),
      let index = RecordIndex(snapshot.content, unsettled: &unsettled)
    else { return (book, nil) }
    book.index = index
    book.segment = snapshot.checkpoint.segment
    book.partial = Set(index.incidents.keys).subtracting(unsettled)
    do throws(JournalFailure) {
      try book.apply(index.entries(of: unsettled))
    } catch {
      guard case .damaged = error else { throw error }
      return (RecordBook(folder: folder, disk: disk), nil)
    }
    return (book, snapshot.checkpoint)
  }

  private mutating func apply(_ entries: [RecordIndex.Entry]) throws(JournalFailure) {
    var finder = LineFinder(folder: folder, disk: disk)
    for entry in entries {
      let record = try decoder.decoded(try finder.record(at: entry.place))
      state.apply(record.events, in: record.context)
    }
  }

  /// Takes the next record of the journal in.
  mutating func take(_ record: DecodedRecord) {
    let context = record.context
    if record.line == 1 { segment = context.sequence }
    lastMark = (context.time, record.bootMark)
    recordsBehindSnapshot += 1
    take(
      record.events, in: context,
      LinePlace(segment: segment, offset: record.offset, length: record.length))
  }

  mutating func take(
    _ events: [RecordEvent], in context: DeskState.RecordContext, _ place: LinePlace
  ) {
    state.apply(events, in: context)
    index.take(RecordIndex.Entry(sequence: context.sequence, place: place), events)
  }

  /// Reads what is missing of these incidents. Their events are applied once more from the first on,
  /// which makes of each what it was.
  mutating func makeWhole(_ incidents: some Sequence<IncidentID>) throws(JournalFailure) {
    let missing = partial.intersection(incidents)
    guard !missing.isEmpty else { return }
    try apply(index.entries(of: missing, withCommon: false))
    partial.subtract(missing)
  }

  func save(at checkpoint: Checkpoint) throws(JournalFailure) {
    let unsettled = index.unsettled(in: state.response)
    try SnapshotFolder(folder: folder, version: RecordIndex.version, disk: disk).save(
      SnapshotFile(checkpoint: checkpoint, content: index.encoded(unsettled: unsettled)))
  }

  /// The event's text, or where it is long what stands for it. The long text is on disk by then.
  func text(of event: RecordEvent) throws(JournalFailure) -> [UInt8] {
    let text = event.encoded
    guard text.count > Self.longestEvent else { return text }
    let digest = try decoder.blobs.keep(text)
    return JSONWriter.object { writer in
      writer.member("k", event.kind)
      writer.member("blob", digest.hex)
      writer.member("len", text.count)
    }
  }

  func reportRecords(_ entries: [RecordIndex.Entry]) throws(JournalFailure) -> [ReportRecord] {
    var finder = LineFinder(folder: folder, disk: disk)
    var records: [ReportRecord] = []
    records.reserveCapacity(entries.count)
    for entry in entries {
      let record = try decoder.decoded(try finder.record(at: entry.place))
      let events = record.events
      records.append(
        ReportRecord(
          context: record.context,
          events: events.compactMap { event in
            if case .response(let event) = event { event } else { nil }
          },
          others: events.compactMap(\.reported)))
    }
    return records
  }
}

extension RecordEvent {
  /// What the report of an incident says of an event that is not the response's own.
  fileprivate var reported: ReportRecord.Other? {
    switch self {
    case .unknown(let kind, let incident): ReportRecord.Other(kind: kind, incident: incident)
    case .keyHeld(let month, let incident, let reason):
      ReportRecord.Other(
        kind: kind, incident: incident,
        text: Bilingual(
          zh: "留用 \(month) 的假名密钥，暂不销毁：\(reason)",
          en: "the pseudonym key of \(month) is held and not destroyed: \(reason)"))
    case .keyReleased(let month, let incident, let reason):
      ReportRecord.Other(
        kind: kind, incident: incident,
        text: Bilingual(
          zh: "不再留用 \(month) 的假名密钥：\(reason)",
          en: "the pseudonym key of \(month) is no longer held: \(reason)"))
    default: nil
    }
  }
}
