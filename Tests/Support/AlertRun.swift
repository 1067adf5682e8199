package import Bytes
package import Watch

/// A stream run through a new model and the alert rules, a tick of one minute at a time.
package struct AlertRun {
  package struct Raised {
    package let at: Instant
    package let topic: TopicSnapshot
    package let reason: AlertReason
  }

  package private(set) var raised: [Raised] = []
  /// Topics that were ever worth a look, by key, with what the rules said first.
  package private(set) var listed: [String: (topic: TopicSnapshot, decision: AlertDecision)] = [:]

  /// Runs items, in the order in which they were first seen, to the end of the last one's minute.
  package init(_ items: [Item], rules: AlertRules) {
    var model = TopicModel(settings: ModelSettings())
    var history = AlertHistory()
    var rest = items[...]
    while let time = rest.first?.firstSeen {
      let end = time.floored(to: .minutes(1)) + .minutes(1)
      let tick = rest.prefix { ($0.firstSeen ?? time) < end }
      rest = rest.dropFirst(tick.count)
      for change in model.take(Array(tick), through: end) {
        if case .closed = change { continue }
        let topic = change.snapshot
        let decision = rules.judge(
          topic, history: history, at: end, deskAge: model.age(at: end))
        if decision.isWorthALook, listed[topic.key] == nil { listed[topic.key] = (topic, decision) }
        guard case .raise(let reason) = decision else { continue }
        history.note(reason, of: topic, at: end)
        raised.append(Raised(at: end, topic: topic, reason: reason))
      }
    }
  }
}
