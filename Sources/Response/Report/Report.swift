package import Bytes

/// The timeline report of one incident, made from the journal's records alone.
///
/// It holds no sentence that was not recorded: every line is built from the fields of an event and
/// names the records that it comes from. The same records give the same report, to the byte; it
/// speaks as of the last record it was given, and not of the moment when it is read.
package struct Report: Sendable {
  /// The state after the last record.
  package let state: DeskState
  package let incident: Incident
  package let playbook: Playbook
  /// What the report is about, as of which record.
  package let head: DeskState.RecordContext
  package let isExercise: Bool
  package let journal: String
  /// Every event that concerns the incident, in the order of the journal.
  let timeline: [Entry]
  /// The grades that were given, with the records that gave them.
  let grades: [(grade: Grade?, stamp: Incident.Stamp)]
  let eventTimes: [(time: Instant, stamp: Incident.Stamp)]
  /// In which record the hour of a topic was counted last.
  let countRecords: [Int64]

  struct Entry: Sendable {
    let context: DeskState.RecordContext
    /// Nil for one of another room, or of a kind that this version does not know.
    let event: Event?
    let kind: String
    let text: Bilingual
  }

  /// Nil if the records know no such incident.
  package init?(
    of id: IncidentID, records: [ReportRecord], isExercise: Bool, journal: String
  ) {
    var state = DeskState()
    for record in records { state.apply(record.events, in: record.context) }
    guard let incident = state.incidents[id], let playbook = state.playbook(of: incident),
      let last = records.last
    else { return nil }
    let line = EventLine(state: state)
    let concern = Concern(incident: incident, state: state)
    var timeline: [Entry] = []
    for record in records {
      timeline += record.events.filter(concern.includes).map { event in
        Entry(
          context: record.context, event: event, kind: event.kind, text: line.text(of: event))
      }
      timeline += record.others.filter { $0.incident == id }.map { other in
        Entry(
          context: record.context, event: nil, kind: other.kind,
          text: other.text
            ?? Bilingual(
              zh: "此版本不认识的记录：\(other.kind)",
              en: "a record that this version does not know: \(other.kind)"))
      }
    }
    self.state = state
    self.incident = incident
    self.playbook = playbook
    self.head = last.context
    self.isExercise = isExercise
    self.journal = journal
    self.timeline = timeline
    grades = incident.bases.compactMap { basis in
      switch basis.cause {
      case .opening: basis.grade.map { ($0, basis.stamp) }
      case .grade: (basis.grade, basis.stamp)
      case .eventTime, .playbook: nil
      }
    }
    eventTimes = incident.bases.compactMap { basis in
      switch basis.cause {
      case .opening, .eventTime: basis.eventTime.map { ($0, basis.stamp) }
      case .grade, .playbook: nil
      }
    }
    countRecords = timeline.compactMap { entry in
      if case .incident(_, .counted) = entry.event { entry.context.sequence } else { nil }
    }
  }

  /// The alert on which the incident was opened, or of a topic that belongs to it.
  var alerts: [Alert] {
    state.alerts.values
      .filter { alert in
        alert.id == incident.opening.alert || incident.covers(alert.evidence)
      }
      .sorted { $0.id < $1.id }
  }
}

extension Incident {
  /// Whether it is of one of the topics of this incident.
  fileprivate func covers(_ evidence: AlertEvidence) -> Bool {
    evidence.topic.map { topics.contains($0) } ?? false
  }
}

/// Which events belong into the report of an incident.
private struct Concern {
  let incident: Incident
  let state: DeskState

  func includes(_ event: Event) -> Bool {
    switch event {
    case .registryAdopted, .calendarAdopted: false
    case .duty(let event): isOurs(event)
    case .playbookAdopted(let playbook):
      incident.bases.contains { $0.playbook.hash == playbook.hash }
    case .incident(let id, _): id == incident.id
    case .alertRaised(let id, let evidence):
      id == incident.opening.alert || incident.covers(evidence)
    case .alertAcknowledged(let id, _): isOurs(id)
    case .deliveryQueued(let order): isOurs(order.matter)
    case .deliveryEnded(let id, _), .deliveryDeferred(let id, _):
      state.deliveries[id].map { isOurs($0.order.matter) } ?? false
    }
  }

  /// A hand-over while the incident was open speaks of it; who was on duty is in each line.
  private func isOurs(_ event: DutyEvent) -> Bool {
    switch event {
    case .handedOver(_, _, _, let incidents): incidents.contains(incident.id)
    case .tookOver(let number):
      state.duty.handover(number)?.incidents.contains(incident.id) ?? false
    case .began, .ended: false
    }
  }

  private func isOurs(_ alert: AlertID) -> Bool {
    alert == incident.opening.alert
      || state.alerts[alert].map { incident.covers($0.evidence) } ?? false
  }

  private func isOurs(_ matter: DeliveryOrder.Matter) -> Bool {
    switch matter {
    case .alert(let id), .escalation(let id): isOurs(id)
    case .release(let part), .reminder(let part), .withdrawal(let part):
      part.incident == incident.id
    case .clocks(let id): id == incident.id
    }
  }
}
