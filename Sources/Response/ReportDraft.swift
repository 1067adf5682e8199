package import Bytes

/// What a report upwards can already say from the record, so that nobody types it twice at night.
///
/// Nothing is invented: an item that the record does not hold stays empty until a person fills it.
package struct ReportDraft: Hashable, Sendable {
  package let needs: [String]
  /// Of the record, or of whoever sends it.
  package let items: [String: String]

  package init(
    _ rule: Playbook.ReportRule, of incident: Incident, given: [String: String], zone: DeskZone,
    language: Language
  ) {
    needs = rule.needs
    var items: [String: String] = [:]
    for need in rule.needs {
      items[need] = Self.known(need, of: incident, zone, language)
    }
    items.merge(given) { _, given in given }
    self.items = items
  }

  package var missing: [String] { needs.filter { items[$0] == nil } }

  private static func known(
    _ item: String, of incident: Incident, _ zone: DeskZone, _ language: Language
  ) -> String? {
    let separator = language == .chinese ? "；" : "; "
    switch item {
    case "scene":
      let parts = [incident.eventTime.map { zone.text($0) }, incident.opening.place].compactMap {
        $0
      }
      return parts.count < 2 ? nil : parts.joined(separator: separator)
    case "course": return incident.eventTime == nil ? nil : incident.opening.title
    case "casualties": return incident.course.toll?.title[language]
    case "measures":
      let lines = incident.actions.map { action in
        action.text + (action.unit.map { language == .chinese ? "（\($0)）" : " (\($0))" } ?? "")
      }
      return lines.isEmpty ? nil : lines.joined(separator: separator)
    default: return nil
    }
  }
}
