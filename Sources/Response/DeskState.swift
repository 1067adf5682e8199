package import Bytes

/// All that the journal's events have made: the incidents, the alerts, the messages on their way.
///
/// `decide` never changes it and `apply` never refuses. Whoever holds it hands every decided event
/// to `apply` in the order of the journal; the same records give the same state.
package struct DeskState: Sendable {
  package private(set) var registry: Registry?
  package private(set) var playbooks: [Digest: Playbook] = [:]
  package private(set) var calendar: WorkCalendar?
  package private(set) var duty = DutyBook()
  package internal(set) var incidents: [IncidentID: Incident] = [:]
  package internal(set) var alerts: [AlertID: Alert] = [:]
  package private(set) var deliveries: [DeliveryID: Delivery] = [:]
  /// The webhooks that brought an answer, with their time, so that none counts twice. Each centre
  /// gives its own ids.
  package private(set) var webhooks: [WebhookID: Instant] = [:]

  package struct WebhookID: Hashable, Sendable {
    package let centre: Name
    package let id: String
  }

  package init() {}

  /// Where and when a record stands in the journal: the surroundings of its events.
  package struct RecordContext: Hashable, Sendable {
    package let sequence: Int64
    package let time: Instant
    package let actor: Actor
    package let hash: Digest

    package init(sequence: Int64, time: Instant, actor: Actor, hash: Digest) {
      self.sequence = sequence
      self.time = time
      self.actor = actor
      self.hash = hash
    }

    var stamp: Incident.Stamp {
      Incident.Stamp(sequence: sequence, time: time, actor: actor)
    }
  }

  /// Takes over the events of one record.
  package mutating func apply(_ events: [Event], in context: RecordContext) {
    var messages = 0
    for event in events {
      if case .deliveryQueued(let order) = event {
        messages += 1
        queue(order, DeliveryID(sequence: context.sequence, index: messages), context)
      } else {
        apply(event, context)
      }
    }
  }

  private mutating func apply(_ event: Event, _ context: RecordContext) {
    switch event {
    case .registryAdopted(let registry): self.registry = registry
    case .playbookAdopted(let playbook): playbooks[playbook.hash] = playbook
    case .calendarAdopted(let calendar): self.calendar = calendar
    case .duty(let event): duty.apply(event, context.stamp)
    case .incident(let id, let event): apply(event, to: id, context)
    case .alertRaised(let id, let evidence):
      alerts[id] = Alert(id: id, evidence: evidence, raised: context.stamp)
    case .alertAcknowledged(let id, let channel):
      alerts[id]?.acknowledged = Alert.Acknowledgement(channel: channel, stamp: context.stamp)
    case .deliveryQueued: preconditionFailure("queued messages are numbered by their record")
    case .deliveryEnded(let id, let result): end(id, result, context)
    case .deliveryDeferred(let id, let delay):
      deliveries[id]?.attempts = delay.attempt
      deliveries[id]?.delay = delay
    }
  }

  private mutating func apply(_ event: IncidentEvent, to id: IncidentID, _ context: RecordContext) {
    if case .opened(let opening) = event {
      incidents[id] = Incident(id: id, opening: opening, opened: context.stamp)
      if let alert = opening.alert { alerts[alert]?.incident = id }
      return
    }
    if case .release(_, .answered(let centre, _, let reply)) = event, let webhook = reply.webhook {
      remember(WebhookID(centre: centre, id: webhook), at: context.time)
    }
    incidents[id]?.apply(event, context.stamp)
  }

  private mutating func queue(_ order: DeliveryOrder, _ id: DeliveryID, _ context: RecordContext) {
    deliveries[id] = Delivery(
      id: id, order: order, queued: context.stamp,
      head: Witness(sequence: context.sequence, hash: context.hash))
    if case .release(let part) = order.matter, case .centre(let centre) = order.recipient {
      incidents[part.incident]?.sent(part.part.number, to: centre, context.stamp)
    }
  }

  private mutating func end(_ id: DeliveryID, _ result: DeliveryResult, _ context: RecordContext) {
    deliveries[id]?.result = result
    deliveries[id]?.ended = context.time
    guard case .delivered(let attempt, _) = result, let order = deliveries[id]?.order else {
      return
    }
    deliveries[id]?.attempts = attempt
    if case .release(let part) = order.matter, case .centre(let centre) = order.recipient {
      incidents[part.incident]?.delivered(part.part.number, to: centre, at: context.time)
    }
  }

  /// How long the id of a webhook is kept: far longer than its signature is good for.
  private static let webhookMemory = Duration.hours(24)

  private mutating func remember(_ webhook: WebhookID, at time: Instant) {
    webhooks[webhook] = time
    webhooks = webhooks.filter { time - $0.value <= Self.webhookMemory }
  }
}

extension DeskState {
  package var zone: DeskZone { registry?.desk.zone ?? .universal }

  package func playbook(of incident: Incident) -> Playbook? {
    playbooks[incident.playbook.hash]
  }

  /// The messages that are due at this time, in the order in which they were asked for.
  package func dueDeliveries(at now: Instant) -> [Delivery] {
    deliveries.values.filter { delivery in delivery.due.map { $0 <= now } ?? false }
      .sorted { $0.id < $1.id }
  }

  /// When the next message is due after this time; nil if none is waiting.
  package func nextDeliveryDue(after now: Instant) -> Instant? {
    deliveries.values.compactMap(\.due).filter { $0 > now }.min()
  }

  /// The incident that a topic belongs to, as long as that is open.
  package func openIncident(of topic: TopicID) -> Incident? {
    incidents.values.filter { $0.isOpen && $0.topics.contains(topic) }.min { $0.id < $1.id }
  }
}
