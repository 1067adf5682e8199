package import Bytes
import Response

// Who holds which month's key, and what holds one or lets it go.
extension RecordState {
  /// The incidents that still need the month's key. One that has ended needs none: nobody has to
  /// remember to let go of it.
  package func holders(ofKey month: String) -> [IncidentID] {
    keyBook.holds.filter { $0.month == month && isInForce($0) }.map(\.incident).sorted()
  }

  package func isInForce(_ hold: KeyBook.Hold) -> Bool {
    response.incidents[hold.incident]?.isOpen == true
  }

  /// The events by which an incident holds a month's key; none where it does so already for the
  /// same reason.
  func holdKey(
    _ month: String, for id: IncidentID, reason: String
  ) throws -> [RecordEvent] {
    guard keyBook.months[month] != nil else { throw missingKey(month) }
    guard let incident = response.incidents[id] else { throw Refusal.record(.unknownIncident(id)) }
    guard incident.isOpen else { throw KeyRefusal.incidentClosed(id) }
    guard keyBook.hold(of: month, by: id)?.reason != reason else { return [] }
    return [.keyHeld(month: month, for: id, reason: reason)]
  }

  /// The events by which it lets go of it.
  func releaseKey(
    _ month: String, by id: IncidentID, reason: String
  ) throws -> [RecordEvent] {
    guard response.incidents[id] != nil else { throw Refusal.record(.unknownIncident(id)) }
    guard keyBook.hold(of: month, by: id) != nil else {
      throw keyBook.months[month] == nil ? missingKey(month) : KeyRefusal.notHeld(month, by: id)
    }
    return [.keyReleased(month: month, by: id, reason: reason)]
  }

  private func missingKey(_ month: String) -> KeyRefusal {
    guard let time = keyBook.destroyed[month] else { return .unknownMonth(month) }
    return .destroyed(month, on: response.zone.text(time))
  }
}
