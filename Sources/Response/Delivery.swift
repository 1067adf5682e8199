package import Bytes

/// One message to one recipient on one channel, with its whole history.
///
/// That it is to be sent is an event, and what came of it is another: after a restart the
/// difference between the two is the work that is left.
package struct Delivery: Hashable, Sendable {
  package let id: DeliveryID
  package let order: DeliveryOrder
  package let queued: Incident.Stamp
  /// The head of the journal at the record that asked for the message; the message carries it.
  package let head: Witness
  package internal(set) var attempts: Int = 0
  package internal(set) var delay: DeliveryDelay?
  package internal(set) var result: DeliveryResult?
  package internal(set) var ended: Instant?

  /// When the next attempt is due; nil once the matter has ended.
  package var due: Instant? {
    guard result == nil else { return nil }
    return delay?.next ?? queued.time
  }

  /// The same for every attempt, so that a message that arrives twice shows as one.
  package func messageID(journal: String, host: String) -> String {
    "<\(id).\(journal)@\(host)>"
  }
}

/// What is to be sent to whom.
package struct DeliveryOrder: Hashable, Sendable {
  package enum Channel: String, CaseIterable, Sendable {
    case mail
    case webhook

    package var title: Bilingual {
      switch self {
      case .mail: Bilingual(zh: "邮件", en: "mail")
      case .webhook: Bilingual(zh: "回调", en: "webhook")
      }
    }
  }

  package enum Recipient: Hashable, Sendable {
    case person(Name)
    case centre(Name)
  }

  package enum Matter: Hashable, Sendable {
    case alert(AlertID)
    /// The alert again, to somebody else, because nobody has taken it.
    case escalation(AlertID)
    case release(PartID)
    /// The release again, because the centre has not answered.
    case reminder(PartID)
    /// The release is taken back: it is not to be published, or not to be repeated.
    case withdrawal(PartID)
    /// Clocks of an incident have come to a mark: those that were recorded together with it.
    case clocks(IncidentID)
  }

  package let matter: Matter
  package let recipient: Recipient
  package let channel: Channel

  package init(matter: Matter, recipient: Recipient, channel: Channel) {
    self.matter = matter
    self.recipient = recipient
    self.channel = channel
  }
}

/// Why a message has not gone out yet, and when it is tried again.
package struct DeliveryDelay: Hashable, Sendable {
  package let attempt: Int
  package let next: Instant
  package let reason: String
  /// The other side may have it already: what follows is marked as a possible duplicate.
  package let isAmbiguous: Bool

  package init(attempt: Int, next: Instant, reason: String, isAmbiguous: Bool) {
    self.attempt = attempt
    self.next = next
    self.reason = reason
    self.isAmbiguous = isAmbiguous
  }
}

/// How a delivery ended.
package enum DeliveryResult: Hashable, Sendable {
  /// Taken over by the other side, with the words in which it said so.
  case delivered(attempt: Int, reply: String)
  /// Given up. Somebody has to reach the recipient in another way.
  case failed(attempt: Int, reason: String)
}

/// When to try again what could not be delivered.
package enum RetryRule {
  /// After these attempts in minutes, and then every half hour.
  private static let minutes = [1, 2, 4, 8, 15]
  private static let longest = 30
  /// A message that could not be delivered for this long is given up, and shown as such.
  package static let lifetime = Duration.hours(24)

  /// The delay before the attempt after this one, with up to a fifth more so that many messages
  /// to one broken server do not come back in the same instant. The id decides how much.
  package static func delay(after attempt: Int, of id: DeliveryID) -> Duration {
    let base = Duration.minutes(attempt <= minutes.count ? minutes[max(0, attempt - 1)] : longest)
    let spread = SHA256.hash("\(id)/\(attempt)").bytes.first.map(Int.init) ?? 0
    return base + .microseconds(base.microseconds / 5 * Int64(spread) / 255)
  }
}
