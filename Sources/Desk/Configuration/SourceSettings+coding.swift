package import Bytes
import Response

/// Why a source is not asked for the time being, and by whom that was decided.
package struct SourcePause: Hashable, Sendable {
  package let reason: String
  package let since: Instant
  /// When it is asked again by itself; nil for not before somebody resumes it.
  package let until: Instant?
  package let person: String

  package func holds(at now: Instant) -> Bool { until.map { now < $0 } ?? true }
}

// The same keys as in `incident.json5`, each written out: a record does not change with the file.
// What is added by command is a feed; how another kind is read stands in the file alone.
extension Configuration.SourceSettings {
  func write(to writer: inout JSONWriter) {
    writer.member("id", id.text)
    writer.member("name", name)
    writer.member("url", url)
    switch kind {
    case .feed: break
    case .api: writer.member("kind", "api")
    case .page: writer.member("kind", "page")
    case .folder: writer.member("kind", "folder")
    }
    writer.member("owner", owner)
    writer.member("tier", tier.rawValue)
    writer.member("lang", language)
    writer.member("zone", zone.identifier)
    writer.member("every", every.text)
    if isUrgent { writer.member("urgent", true) }
    if isLarge { writer.member("large", true) }
    writer.member(ifPresent: "userAgent", userAgent)
    if isPersonal { writer.member("personal", true) }
    if !allow.isEmpty { writer.member("allow", allow) }
  }

  /// As a record holds it. What a newer version added is passed over.
  static func recorded(_ fields: inout Fields) throws(FieldFailure) -> Self {
    try MainFile.source(
      &fields, zone: .universal, every: Configuration.PollingSettings.usual, folder: "/")
  }
}
