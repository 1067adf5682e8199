package import Bytes
package import Response

/// What all events of the journal have made: the response's state, and the desk's own books.
package struct RecordState: Sendable {
  package private(set) var response = DeskState()
  package private(set) var topics: [TopicID: TopicEntry] = [:]
  package private(set) var failingSources: [Name: FailingSource] = [:]
  /// Where sources have moved for good, by the address that each had before.
  package private(set) var movedSources: [Name: SourceMove] = [:]
  /// The sources that are gone and asked no more, and since when.
  package private(set) var retiredSources: [Name: Instant] = [:]
  /// The sources that nobody has heard for a week.
  package private(set) var deadSources: Set<Name> = []
  /// When which source could not be heard: a report's counts say it beside each hour.
  package private(set) var outages: [Outage] = []
  /// What was changed about the sources by command.
  package private(set) var sources = SourceBook()
  /// What was said of topics by command.
  package private(set) var topicBook = TopicBook()
  /// The months' pseudonym keys, and who needs them.
  package private(set) var keyBook = KeyBook()

  private var topicsByKey: [String: TopicID] = [:]

  package init() {}

  /// A topic that was worth a look once.
  package struct TopicEntry: Hashable, Sendable {
    package let id: TopicID
    /// The founding item's id, by which the model knows it.
    package let key: String
    package let label: String
    package let keywords: [String]
    package let opened: Instant
  }

  package struct FailingSource: Hashable, Sendable {
    package let reason: Bilingual
    package let since: Instant
  }

  package struct SourceMove: Hashable, Sendable {
    package let from: String
    package let to: String
    package let time: Instant
  }

  /// A time in which a source could not be heard; nil for the end while it lasts.
  package struct Outage: Hashable, Sendable {
    package let source: Name
    package let since: Instant
    package var until: Instant?

    package func covers(_ time: Instant) -> Bool {
      since <= time && until.map { time < $0 } ?? true
    }
  }

  /// Outages are remembered for as long as the counts of an incident can reach back.
  private static let outageMemory = Duration.days(7)

  package mutating func apply(_ events: [RecordEvent], in context: DeskState.RecordContext) {
    // The response numbers the messages of a record itself, so it gets its events together.
    let ours = events.compactMap { event in
      if case .response(let event) = event { event } else { nil }
    }
    response.apply(ours, in: context)
    for event in events {
      switch event {
      case .response, .unknown, .itemsDestroyed: break
      case .topicOpened(let id, let key, let label, let keywords):
        topics[id] = TopicEntry(
          id: id, key: key, label: label, keywords: keywords, opened: context.time)
        topicsByKey[key] = id
      case .topicMarked(let id, let kind, let trouble, let isSevere, let wasTold, let reason):
        topicBook.mark(
          id,
          TopicBook.Mark(
            kind: kind, trouble: trouble, isSevere: isSevere, wasTold: wasTold, reason: reason,
            person: context.actor.description, time: context.time))
      case .topicMuted(let id, let until, let standing, let reason):
        topicBook.mute(
          id,
          TopicBook.Mute(
            until: until, standing: standing, reason: reason, person: context.actor.description,
            time: context.time))
      case .topicUnmuted(let id): topicBook.unmute(id)
      case .sourceFailing(let source, let reason, let since):
        failingSources[source] = FailingSource(reason: reason, since: since)
        outages.append(Outage(source: source, since: since, until: nil))
      case .sourceRecovered(let source): recover(source, at: context.time)
      case .sourceMoved(let source, let from, let to):
        movedSources[source] = SourceMove(from: from, to: to, time: context.time)
      case .sourceRetired(let source, _): retiredSources[source] = context.time
      case .sourceDead(let source, _, _): deadSources.insert(source)
      case .sourceAdded(let settings): sources.add(settings)
      case .sourceDropped(let source, _): sources.drop(source)
      case .sourcePaused(let source, let reason, let until):
        sources.pause(
          source,
          SourcePause(
            reason: reason, since: context.time, until: until, person: context.actor.description))
      case .sourceResumed(let source): sources.resume(source)
      case .keyCreated(let month, let digest): keyBook.create(month, digest)
      case .keyDestroyed(let month, _): keyBook.destroy(month, at: context.time)
      case .keyHeld(let month, let incident, let reason):
        keyBook.hold(
          KeyBook.Hold(
            month: month, incident: incident, reason: reason,
            person: context.actor.description, since: context.time))
      case .keyReleased(let month, let incident, _): keyBook.release(month, by: incident)
      }
    }
  }

  private mutating func recover(_ source: Name, at time: Instant) {
    failingSources[source] = nil
    retiredSources[source] = nil
    deadSources.remove(source)
    for index in outages.indices where outages[index].source == source {
      if outages[index].until == nil { outages[index].until = time }
    }
    outages.removeAll { outage in outage.until.map { time - $0 > Self.outageMemory } ?? false }
  }

  /// The topic that the model knows by one of these keys.
  package func topic(byKeys keys: [String]) -> TopicID? {
    keys.lazy.compactMap { topicsByKey[$0] }.first
  }

  /// The number of the next topic of this day.
  package func nextTopic(at now: Instant) -> TopicID {
    let today = response.zone.civil(now)
    let last = topics.keys.map(\.number).filter { $0.isSameDay(as: today) }.map(\.number).max() ?? 0
    return TopicID(DayNumber(today, last + 1))
  }
}
