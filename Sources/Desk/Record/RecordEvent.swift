package import Bytes
package import Journal
package import Response

/// One event of a journal record, whosever it is: an incident's, or one of the desk's own.
package enum RecordEvent: Hashable, Sendable {
  case response(Event)
  case topicOpened(TopicID, key: String, label: String, keywords: [String])
  /// A person's word on a topic, with what the threshold of such topics is moved by.
  case topicMarked(
    TopicID, TopicBook.Mark.Kind, trouble: String?, isSevere: Bool, wasTold: Bool, reason: String?)
  /// A person need not be told of it again, until then or for good, as long as it is no graver.
  case topicMuted(TopicID, until: Instant?, TopicStanding, reason: String?)
  case topicUnmuted(TopicID)
  /// A source could not be heard from then on, and why; the proof of listening rests on it.
  case sourceFailing(Name, reason: Bilingual, since: Instant)
  case sourceRecovered(Name)
  /// A source has redirected for good for days, and is asked at the new address from now on. Where an
  /// address could name a person, only its host stands here.
  case sourceMoved(Name, from: String, to: String)
  /// Its server has said twice, a day or more apart, that it is gone; it is asked no more until a
  /// person says so or its address is changed.
  case sourceRetired(Name, reason: Bilingual)
  /// It could not be heard for a week, and is asked once a day.
  case sourceDead(Name, reason: Bilingual, since: Instant)
  /// What people decide about the sources by command; each names who it was.
  case sourceAdded(Configuration.SourceSettings)
  case sourceDropped(Name, reason: String)
  case sourcePaused(Name, reason: String, until: Instant?)
  case sourceResumed(Name)
  /// A month's pseudonym key came into being, or was destroyed; the digest is the certificate.
  case keyCreated(month: String, digest: Digest)
  case keyDestroyed(month: String, digest: Digest)
  /// An incident needs a month's key, so it is not destroyed while that is open; or does not need it
  /// any more. Who says so is who made the record.
  case keyHeld(month: String, for: IncidentID, reason: String)
  case keyReleased(month: String, by: IncidentID, reason: String)
  /// Days of items that are destroyed now, and what they were. It stands on record before the files
  /// go; that they are gone is seen in the folder.
  case itemsDestroyed([ItemDayDigest])
  /// A kind that this version does not know, kept as it is.
  case unknown(kind: String, incident: IncidentID?)

  package var kind: String {
    switch self {
    case .response(let event): event.kind
    case .topicOpened: "topic.opened"
    case .topicMarked: "topic.marked"
    case .topicMuted: "topic.muted"
    case .topicUnmuted: "topic.unmuted"
    case .sourceFailing: "source.failing"
    case .sourceRecovered: "source.recovered"
    case .sourceMoved: "source.moved"
    case .sourceRetired: "source.retired"
    case .sourceDead: "source.dead"
    case .sourceAdded: "source.added"
    case .sourceDropped: "source.dropped"
    case .sourcePaused: "source.paused"
    case .sourceResumed: "source.resumed"
    case .keyCreated: "key.created"
    case .keyDestroyed: "key.destroyed"
    case .keyHeld: "key.held"
    case .keyReleased: "key.released"
    case .itemsDestroyed: "items.destroyed"
    case .unknown(let kind, _): kind
    }
  }

  /// One JSON object. What is unknown is never written again.
  package var encoded: [UInt8] {
    if case .response(let event) = self { return event.encoded }
    return JSONWriter.object { writer in
      writer.member("k", kind)
      switch self {
      case .response: break
      case .topicOpened(let topic, let key, let label, let keywords):
        writer.member("topic", topic.description)
        writer.member("key", key)
        writer.member("label", label)
        writer.member("keywords", keywords)
      case .topicMarked(let topic, let mark, let trouble, let isSevere, let wasTold, let reason):
        writer.member("topic", topic.description)
        writer.member("mark", mark.rawValue)
        writer.member(ifPresent: "trouble", trouble)
        if isSevere { writer.member("severe", true) }
        writer.member("told", wasTold)
        writer.member(ifPresent: "reason", reason)
      case .topicMuted(let topic, let until, let standing, let reason):
        writer.member("topic", topic.description)
        writer.member(ifPresent: "until", until?.iso8601)
        if standing.isUrgent { writer.member("urgent", true) }
        if standing.hasHarm { writer.member("harm", true) }
        if !standing.graveTroubles.isEmpty { writer.member("grave", standing.graveTroubles) }
        writer.member(ifPresent: "reason", reason)
      case .topicUnmuted(let topic): writer.member("topic", topic.description)
      case .sourceFailing(let source, let reason, let since):
        writer.member("source", source.text)
        writer.member("reason", reason)
        writer.member("since", since.iso8601)
      case .sourceMoved(let source, let from, let to):
        writer.member("source", source.text)
        writer.member("from", from)
        writer.member("to", to)
      case .sourceRetired(let source, let reason):
        writer.member("source", source.text)
        writer.member("reason", reason)
      case .sourceDead(let source, let reason, let since):
        writer.member("source", source.text)
        writer.member("reason", reason)
        writer.member("since", since.iso8601)
      case .sourceRecovered(let source), .sourceResumed(let source):
        writer.member("source", source.text)
      case .sourceAdded(let settings):
        writer.memberObject("settings") { settings.write(to: &$0) }
      case .sourceDropped(let source, let reason):
        writer.member("source", source.text)
        writer.member("reason", reason)
      case .sourcePaused(let source, let reason, let until):
        writer.member("source", source.text)
        writer.member("reason", reason)
        writer.member(ifPresent: "until", until?.iso8601)
      case .keyCreated(let month, let digest), .keyDestroyed(let month, let digest):
        writer.member("month", month)
        writer.member("digest", digest.hex)
      case .keyHeld(let month, let incident, let reason),
        .keyReleased(let month, let incident, let reason):
        writer.member("month", month)
        writer.member("incident", incident.description)
        writer.member("reason", reason)
      case .itemsDestroyed(let days):
        writer.memberArray("days") { writer in
          for day in days { writer.object { day.write(to: &$0) } }
        }
      case .unknown: preconditionFailure("an unknown event is not written again")
      }
    }
  }

  package static func decoded(_ json: JSON) throws(FieldFailure) -> RecordEvent {
    if let event = try Event.decoded(json) { return .response(event) }
    var fields = try Fields(json)
    let kind = try fields.text("k")
    switch kind {
    case "topic.opened":
      return .topicOpened(
        try topic(&fields),
        key: try fields.text("key"), label: try fields.text("label"),
        keywords: try fields.texts(ifPresent: "keywords") ?? [])
    case "topic.marked":
      return .topicMarked(
        try topic(&fields), try fields.choice("mark"),
        trouble: try fields.text(ifPresent: "trouble"),
        // Older records do not say; what is not known to be serious raises no bar of what is.
        isSevere: try fields.flag(ifPresent: "severe") ?? false,
        wasTold: try fields.flag(ifPresent: "told") ?? false,
        reason: try fields.text(ifPresent: "reason"))
    case "topic.muted":
      return .topicMuted(
        try topic(&fields), until: try fields.instant(ifPresent: "until"),
        // Of older records as if the topic had been no trouble: what is, is told.
        TopicStanding(
          isUrgent: try fields.flag(ifPresent: "urgent") ?? false,
          hasHarm: try fields.flag(ifPresent: "harm") ?? false,
          graveTroubles: try fields.texts(ifPresent: "grave") ?? []),
        reason: try fields.text(ifPresent: "reason"))
    case "topic.unmuted": return .topicUnmuted(try topic(&fields))
    case "source.failing":
      return .sourceFailing(
        try fields.name("source"), reason: try fields.bilingual("reason"),
        since: try fields.instant("since"))
    case "source.recovered": return .sourceRecovered(try fields.name("source"))
    case "source.moved":
      return .sourceMoved(
        try fields.name("source"), from: try fields.text("from"), to: try fields.text("to"))
    case "source.retired":
      return .sourceRetired(try fields.name("source"), reason: try fields.bilingual("reason"))
    case "source.dead":
      return .sourceDead(
        try fields.name("source"), reason: try fields.bilingual("reason"),
        since: try fields.instant("since"))
    case "source.added":
      var settings = try fields.fields("settings")
      return .sourceAdded(try Configuration.SourceSettings.recorded(&settings))
    case "source.dropped":
      return .sourceDropped(try fields.name("source"), reason: try fields.text("reason"))
    case "source.paused":
      return .sourcePaused(
        try fields.name("source"), reason: try fields.text("reason"),
        until: try fields.instant(ifPresent: "until"))
    case "source.resumed": return .sourceResumed(try fields.name("source"))
    case "key.created":
      return .keyCreated(month: try fields.text("month"), digest: try digest(&fields))
    case "key.destroyed":
      return .keyDestroyed(month: try fields.text("month"), digest: try digest(&fields))
    case "key.held":
      return .keyHeld(
        month: try fields.text("month"), for: try incident(&fields),
        reason: try fields.text("reason"))
    case "key.released":
      return .keyReleased(
        month: try fields.text("month"), by: try incident(&fields),
        reason: try fields.text("reason"))
    case "items.destroyed":
      var days: [ItemDayDigest] = []
      for element in try fields.array("days") {
        var day = try Fields(element, path: fields.inner("days"))
        days.append(try ItemDayDigest(&day))
      }
      return .itemsDestroyed(days)
    default:
      return .unknown(kind: kind, incident: json["incident"]?.string.flatMap { IncidentID($0) })
    }
  }

  private static func topic(_ fields: inout Fields) throws(FieldFailure) -> TopicID {
    try fields.value("topic", Bilingual(zh: "话题编号", en: "a topic's number")) { TopicID($0) }
  }

  private static func incident(_ fields: inout Fields) throws(FieldFailure) -> IncidentID {
    try fields.value("incident", Bilingual(zh: "事件编号", en: "an incident's number")) {
      IncidentID($0)
    }
  }

  private static func digest(_ fields: inout Fields) throws(FieldFailure) -> Digest {
    try fields.value("digest", Bilingual(zh: "64 位十六进制", en: "64 hexadecimal digits")) {
      Digest(hex: $0)
    }
  }
}
