package import Bytes

/// Who is on duty, who will be, and what each watch handed to the next.
package struct DutyBook: Hashable, Sendable {
  package internal(set) var shifts: [Shift] = []
  package internal(set) var handovers: [Handover] = []

  package struct Shift: Hashable, Sendable {
    package let person: Name
    package let from: Instant
    /// Nil until somebody says.
    package let until: Instant?
    package let stamp: Incident.Stamp
    package internal(set) var ended: Incident.Stamp?

    /// When it was, or is to be, over.
    package var end: Instant? { ended?.time ?? until }

    func covers(_ time: Instant) -> Bool { from <= time && end.map { time < $0 } ?? true }
  }

  /// What one watch left in writing for the next.
  package struct Handover: Hashable, Sendable {
    package let number: Int
    package let text: String
    package let to: Name?
    /// The incidents that were open then.
    package let incidents: [IncidentID]
    package let stamp: Incident.Stamp
    package internal(set) var taken: Incident.Stamp?
  }

  package func onDuty(at time: Instant) -> [Shift] { shifts.filter { $0.covers(time) } }

  /// Whoever is to come, the next one first.
  package func coming(after time: Instant) -> [Shift] {
    shifts.filter { $0.ended == nil && $0.from > time }.sorted { $0.from < $1.from }
  }

  package func handover(_ number: Int) -> Handover? { handovers.first { $0.number == number } }

  mutating func apply(_ event: DutyEvent, _ stamp: Incident.Stamp) {
    switch event {
    case .began(let person, let from, let until):
      shifts.append(Shift(person: person, from: from, until: until, stamp: stamp))
    case .ended(let person):
      for index in shifts.indices
      where shifts[index].person == person && shifts[index].covers(stamp.time) {
        shifts[index].ended = stamp
      }
    case .handedOver(let number, let text, let to, let incidents):
      handovers.append(
        Handover(number: number, text: text, to: to, incidents: incidents, stamp: stamp))
    case .tookOver(let number):
      change(&handovers, { $0.number == number }) { $0.taken = stamp }
    }
  }
}

package enum DutyEvent: Hashable, Sendable {
  case began(Name, from: Instant, until: Instant?)
  case ended(Name)
  case handedOver(Int, text: String, to: Name?, incidents: [IncidentID])
  case tookOver(Int)
}

package enum DutyCommand: Hashable, Sendable {
  case begin(Name, from: Instant?, until: Instant?)
  case end(Name)
  case handOver(text: String, to: Name?)
  /// Nil for the last one that waits.
  case takeOver(Int?)
}
