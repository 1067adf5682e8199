import Bytes
import Journal
import Response

extension RecordBook {
  /// The heads that these events tell to be outside: taken over by somebody else's server, or
  /// echoed by a person or a centre.
  func anchors(of events: [RecordEvent], record: Int64, at now: Instant) -> [Anchor] {
    events.compactMap { event -> Anchor? in
      switch event {
      case .response(.deliveryEnded(let id, .delivered)):
        guard let delivery = state.response.deliveries[id] else { return nil }
        return Anchor(
          head: Head(sequence: delivery.head.sequence, hash: delivery.head.hash),
          holder: delivery.order.recipient.actor.description,
          how: delivery.order.channel.rawValue, at: now, record: record)
      case .response(.incident(_, .release(_, .answered(let centre, let answer, let reply)))):
        guard let head = reply.witnessed else { return nil }
        return Anchor(
          head: Head(sequence: head.sequence, hash: head.hash),
          holder: Actor.centre(centre).description, how: answer.rawValue, at: now, record: record)
      default: return nil
      }
    }
  }
}

extension DeliveryOrder.Recipient {
  fileprivate var actor: Actor {
    switch self {
    case .person(let name): .person(name)
    case .centre(let name): .centre(name)
    }
  }
}
