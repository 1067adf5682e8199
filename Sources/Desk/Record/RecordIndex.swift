import Bytes
import Journal
import Response

/// Which records belong to which incident, and which to none.
///
/// It is all that a snapshot holds: what a record says is said by the journal alone, so a state that
/// comes from a snapshot is made of the same records, by the same code, as one from all of them.
/// Those of an incident that has ended are read when somebody asks for it.
struct RecordIndex {
  /// How it is written. Raised also where other records than before are needed at a start.
  static let version = 1

  struct Entry: Hashable {
    let sequence: Int64
    let place: LinePlace
  }

  /// Records that every start needs: of no incident, or the first and last of one that has ended.
  private(set) var common: [Entry] = []
  private(set) var incidents: [IncidentID: [Entry]] = [:]
  /// The incident that each message belongs to which has not ended.
  private var incidentOfDelivery: [DeliveryID: IncidentID] = [:]

  /// The journal's last record as far as the desk knows it.
  private(set) var last: Entry?

  /// Takes a record in, in the order of the journal.
  mutating func take(_ entry: Entry, _ events: [RecordEvent]) {
    last = entry
    // One nearly always.
    var concerned: [IncidentID] = []
    func add(_ id: IncidentID) { if !concerned.contains(id) { concerned.append(id) } }
    var isCommon = events.isEmpty
    var messages = 0
    for event in events {
      if case .response(.deliveryQueued(let order)) = event {
        messages += 1
        let id = DeliveryID(sequence: entry.sequence, index: messages)
        if let incident = order.matter.incident {
          incidentOfDelivery[id] = incident
          add(incident)
        } else {
          isCommon = true
        }
        continue
      }
      let (incident, needsStart) = owner(of: event)
      if let incident { add(incident) } else { isCommon = true }
      if needsStart { isCommon = true }
      if case .response(.deliveryEnded(let id, _)) = event { incidentOfDelivery[id] = nil }
    }
    if isCommon { common.append(entry) }
    for incident in concerned { incidents[incident, default: []].append(entry) }
  }

  private func owner(of event: RecordEvent) -> (IncidentID?, needsStart: Bool) {
    switch event {
    case .response(.incident(let id, .opened)), .response(.incident(let id, .closed)): (id, true)
    case .response(.incident(let id, _)): (id, false)
    case .response(.deliveryEnded(let id, _)), .response(.deliveryDeferred(let id, _)):
      (incidentOfDelivery[id], false)
    case .unknown(_, let incident?): (incident, false)
    default: (nil, false)
    }
  }

  /// What a start has to read besides what is common: the incidents that are open, or of which
  /// somebody still owes something, and those of which a message is still on its way.
  func unsettled(in state: DeskState) -> Set<IncidentID> {
    let open = state.incidents.values.filter { !$0.isSettled }.map(\.id)
    return Set(open).union(incidentOfDelivery.values)
  }

  /// What a report of one incident reads: it speaks as of the journal's last record.
  func reportEntries(of id: IncidentID) -> [Entry] {
    let entries = entries(of: [id])
    guard let last, entries.last != last else { return entries }
    return entries + [last]
  }

  /// The incident that a record belongs to; a message bears the number of its record.
  func incident(ofRecord sequence: Int64) -> IncidentID? {
    incidents.first { _, entries in
      var (low, high) = (0, entries.count)
      while low < high {
        let middle = (low + high) / 2
        if entries[middle].sequence < sequence { low = middle + 1 } else { high = middle }
      }
      return low < entries.count && entries[low].sequence == sequence
    }?.key
  }

  /// All records of these incidents, and what is common, in order and each once.
  func entries(of wanted: some Sequence<IncidentID>, withCommon: Bool = true) -> [Entry] {
    var entries = withCommon ? common : []
    for id in wanted { entries += incidents[id] ?? [] }
    entries.sort { $0.sequence < $1.sequence }
    var last: Int64 = 0
    return entries.filter { entry in
      defer { last = entry.sequence }
      return entry.sequence != last
    }
  }
}

extension DeliveryOrder.Matter {
  fileprivate var incident: IncidentID? {
    switch self {
    case .alert, .escalation: nil
    case .release(let part), .reminder(let part), .withdrawal(let part): part.incident
    case .clocks(let id): id
    }
  }
}

// As a snapshot keeps it: numbers of seven bits a byte, each list by the differences.
extension RecordIndex {
  func encoded(unsettled: Set<IncidentID>) -> [UInt8] {
    var writer = NumberWriter()
    writer.write(common)
    writer.write(last.map { [$0] } ?? [])
    writer.write(Int64(incidentOfDelivery.count))
    for (delivery, incident) in incidentOfDelivery.sorted(by: { $0.key < $1.key }) {
      writer.write(delivery.sequence)
      writer.write(Int64(delivery.index))
      writer.write(incident)
    }
    writer.write(Int64(incidents.count))
    for (id, entries) in incidents.sorted(by: { $0.key < $1.key }) {
      writer.write(id)
      writer.write(unsettled.contains(id) ? 1 : 0)
      writer.write(entries)
    }
    return writer.bytes
  }

  /// Nil for bytes that are no index.
  init?(_ bytes: [UInt8], unsettled: inout Set<IncidentID>) {
    var reader = NumberReader(bytes)
    guard let common = reader.entries(), let last = reader.entries(),
      let deliveries = reader.number()
    else { return nil }
    self.common = common
    self.last = last.first
    for _ in 0..<deliveries {
      guard let sequence = reader.number(), let index = reader.number(),
        let incident = reader.incident()
      else { return nil }
      incidentOfDelivery[DeliveryID(sequence: sequence, index: Int(index))] = incident
    }
    guard let count = reader.number() else { return nil }
    for _ in 0..<count {
      guard let id = reader.incident(), let isUnsettled = reader.number(),
        let entries = reader.entries()
      else { return nil }
      if isUnsettled == 1 { unsettled.insert(id) }
      incidents[id] = entries
    }
    guard reader.isAtEnd else { return nil }
  }
}

private struct NumberWriter {
  private(set) var bytes: [UInt8] = []

  /// Nothing here is below zero.
  mutating func write(_ number: Int64) {
    var rest = UInt64(bitPattern: number)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func write(_ id: IncidentID) {
    write(Int64(id.year))
    write(Int64(id.number))
  }

  mutating func write(_ entries: [RecordIndex.Entry]) {
    write(Int64(entries.count))
    var (sequence, segment, offset): (Int64, Int64, Int64) = (0, 0, 0)
    for entry in entries {
      if entry.place.segment != segment { offset = 0 }
      write(entry.sequence - sequence)
      write(entry.place.segment - segment)
      write(entry.place.offset - offset)
      write(Int64(entry.place.length))
      (sequence, segment, offset) = (entry.sequence, entry.place.segment, entry.place.offset)
    }
  }
}

private struct NumberReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func number() -> Int64? {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while position < bytes.count, shift < 63 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return Int64(bitPattern: value) }
      shift += 7
    }
    return nil
  }

  mutating func incident() -> IncidentID? {
    guard let year = number(), let number = number() else { return nil }
    return IncidentID(year: Int(year), number: Int(number))
  }

  mutating func entries() -> [RecordIndex.Entry]? {
    // No entry takes fewer than four bytes, so a wrong count asks for no memory.
    guard let count = number(), count <= (bytes.count - position) / 4 else { return nil }
    var entries: [RecordIndex.Entry] = []
    entries.reserveCapacity(Int(count))
    var (sequence, segment, offset): (Int64, Int64, Int64) = (0, 0, 0)
    for _ in 0..<count {
      guard let ahead = number(), let further = number(), let along = number(),
        let length = number()
      else { return nil }
      if further != 0 { offset = 0 }
      sequence += ahead
      segment += further
      offset += along
      entries.append(
        RecordIndex.Entry(
          sequence: sequence,
          place: LinePlace(segment: segment, offset: offset, length: Int(length))))
    }
    return entries
  }
}
