package import Bytes

/// What has happened, as the journal keeps it. Facts in the past tense; none is ever taken back.
package enum Event: Hashable, Sendable {
  case registryAdopted(Registry)
  case playbookAdopted(Playbook)
  case calendarAdopted(WorkCalendar)
  case duty(DutyEvent)
  case incident(IncidentID, IncidentEvent)
  case alertRaised(AlertID, AlertEvidence)
  case alertAcknowledged(AlertID, ReplyChannel)
  case deliveryQueued(DeliveryOrder)
  case deliveryEnded(DeliveryID, DeliveryResult)
  case deliveryDeferred(DeliveryID, DeliveryDelay)
}

/// What has happened in one incident.
package enum IncidentEvent: Hashable, Sendable {
  case opened(Incident.Opening)
  case eventTimeCorrected(Instant, why: String)
  case regraded(Grade?, why: String)
  case noted(Int, text: String)
  case factSet(Int, FactState, text: String, source: String?)
  case factRetracted(Int, why: String)
  case actionAdded(Int, text: String, unit: String?, happened: Instant?)
  case actionDone(Int, evidence: String?)
  case promiseAdded(Int, text: String, owner: String, due: Instant)
  case promiseKept(Int, how: String?)
  case claimAdded(Int, text: String, type: ClaimType?)
  case claimRuled(Int, ClaimVerdict, evidence: String?)
  case reportedUp(Int, level: String, items: [String: String], sent: Instant)
  case reportReceived(Int, office: String?, at: Instant)
  case warned([ClockWarning])
  case course(CourseEvent)
  case release(Int, ReleaseEvent)
  case counted([Incident.HourCount])
  case closed(summary: String?)
}

/// What has happened to one release.
package enum ReleaseEvent: Hashable, Sendable {
  case drafted(step: String, claim: Int?, ReleaseContent, corrects: Int? = nil)
  case edited(ReleaseContent)
  /// With the reason why no action is named, where the text says that something was done.
  case submitted(Lane, noAction: String? = nil)
  case signed(gate: String, GateVerdict, note: String?, hash: Digest)
  case approved(hash: Digest)
  /// Somebody consents to its publication before all gates have passed it.
  case overrideConsented(why: String, hash: Digest)
  case embargoed(until: Instant, hash: Digest, explanation: String?)
  case published(hash: Digest, explanation: String? = nil)
  case withdrawn(why: String)
  case answered(centre: Name, CentreAnswer, CentreReply)
  case reminded(centre: Name, phone: Bool)
}

/// What a media centre can say to a release.
package enum CentreAnswer: String, CaseIterable, Sendable {
  case acknowledged
  case consented
  case objected
  case published

  package var title: Bilingual {
    switch self {
    case .acknowledged: Bilingual(zh: "已签收", en: "acknowledged")
    case .consented: Bilingual(zh: "同意", en: "consented")
    case .objected: Bilingual(zh: "有异议", en: "objected")
    case .published: Bilingual(zh: "已播发", en: "published")
    }
  }
}

/// The rest of an answer: how it came, what it said, what it bears witness to.
package struct CentreReply: Hashable, Sendable {
  package var channel: ReplyChannel
  package var text: String?
  package var witnessed: Witness?
  /// The id of the webhook that brought it; seen again, it is the same answer.
  package var webhook: String?

  package init(
    channel: ReplyChannel, text: String? = nil, witnessed: Witness? = nil, webhook: String? = nil
  ) {
    self.channel = channel
    self.text = text
    self.witnessed = witnessed
    self.webhook = webhook
  }
}
