package import Bytes

/// One record of the journal as a report reads it.
package struct ReportRecord: Sendable {
  package let context: DeskState.RecordContext
  /// What this room knows how to read.
  package let events: [Event]
  /// The events of other rooms, or of a newer version. They are shown by their text, or else by
  /// their kind.
  package let others: [Other]

  package struct Other: Hashable, Sendable {
    package let kind: String
    /// The incident that the event names, if it names one.
    package let incident: IncidentID?
    /// What it says; nil of a kind that nobody here knows.
    package let text: Bilingual?

    package init(kind: String, incident: IncidentID?, text: Bilingual? = nil) {
      self.kind = kind
      self.incident = incident
      self.text = text
    }
  }

  package init(context: DeskState.RecordContext, events: [Event], others: [Other]) {
    self.context = context
    self.events = events
    self.others = others
  }
}
