import Bytes
import Desk
import Journal
import Response

/// Gives the commands that nobody types: reminders, escalations, the hourly counts of open
/// incidents, the months of pseudonym keys.
actor Clockwork {
  private let frontDesk: FrontDesk
  private let items: ItemLog
  private let detector: Detector
  private var configuration: Configuration
  private let log: Log
  /// The last minute whose work is done.
  private var doneThrough: Instant?
  /// Since when the clock has made no jump, and when it was looked at last.
  private var steadySince: Instant?
  private var lastLook: Instant?
  private var itemsRemovedBefore: ItemDay?
  private var keyRetention: KeyRetention

  /// Counts of an hour are taken again for this long, because late posts belong to their hour.
  private static let lateness = Duration.hours(2)
  /// How much of the past an incident gets when it is opened.
  private static let past = Duration.hours(24)
  private static let hoursInARecord = 200
  /// How long items are kept: half a year.
  private static let itemLifetime = Duration.days(180)
  /// What cannot be undone is done only by a clock that has gone steadily for so long.
  private static let steadyTime = Duration.hours(24)
  private static let longestStep = Duration.hours(2)

  init(
    frontDesk: FrontDesk, items: ItemLog, detector: Detector, configuration: Configuration,
    log: Log
  ) {
    self.frontDesk = frontDesk
    self.items = items
    self.detector = detector
    self.configuration = configuration
    self.log = log
    keyRetention = KeyRetention(frontDesk: frontDesk, log: log)
  }

  func adopt(_ configuration: Configuration) { self.configuration = configuration }

  func run() async throws {
    while !Task.isCancelled {
      let seen = frontDesk.changes.count
      let now = frontDesk.clock.now()
      try await work(at: now)
      let next = try await nextWork(after: now)
      await frontDesk.changes.wait(past: seen, atMost: frontDesk.clock.pause(until: next))
    }
  }

  /// Whether nothing that is due by this time is left.
  func isIdle(at now: Instant) async -> Bool {
    guard let doneThrough, doneThrough >= now else { return false }
    let policy = configuration.alerts.policy
    let routes = configuration.routes
    let commands = try? await frontDesk.view {
      $0.response.clockwork(at: now, policy: policy, routes: routes)
    }
    // A journal that cannot be read has nothing that could be waited for.
    return commands?.isEmpty ?? true
  }

  private func work(at now: Instant) async throws {
    let policy = configuration.alerts.policy
    let routes = configuration.routes
    let commands = try await frontDesk.view {
      $0.response.clockwork(at: now, policy: policy, routes: routes)
    }
    for command in commands {
      do {
        try await frontDesk.perform(command, by: .desk)
      } catch let refusal as Refusal {
        // It was settled by somebody in the meantime.
        log("clockwork.refused", ["code": refusal.code])
      }
    }
    try await count(at: now)
    if isSteady(at: now) {
      keyRetention = try await keyRetention.round(at: now)
      try await removeOldItems(at: now)
    }
    doneThrough = max(doneThrough ?? now, now)
  }

  private func nextWork(after now: Instant) async throws -> Instant {
    let policy = configuration.alerts.policy
    let next = try await frontDesk.view { $0.response.nextClockwork(after: now, policy: policy) }
    let hour = now.floored(to: .hours(1)) + .hours(1)
    return min(next ?? hour, hour)
  }

  /// Records the counts of whole hours, and on opening those of the days before.
  private func count(at now: Instant) async throws {
    let thisHour = now.floored(to: .hours(1))
    let (incidents, topics, outages) = try await frontDesk.view { state in
      (
        state.response.incidents.values.filter(\.isOpen).sorted { $0.id < $1.id },
        state.topics, state.outages
      )
    }
    for incident in incidents where !incident.topics.isEmpty {
      var hours: [Incident.HourCount] = []
      for topic in incident.topics {
        guard let key = topics[topic]?.key else { continue }
        let counted = incident.counts.filter { $0.topic == topic }.map(\.hour).max()
        let from = counted.map { $0 - Self.lateness } ?? incident.opened.time - Self.past
        // The running hour belongs to what was known when the record was opened.
        let through = counted == nil ? thisHour + .hours(1) : thisHour
        hours += await detector.hours(of: key, from: from, before: through).map { hour in
          Incident.HourCount(
            topic: topic, hour: hour.hour, posts: hour.posts, authors: hour.authors,
            owners: hour.owners,
            silentSources: outages.count { $0.covers(min(hour.hour + .hours(1), now)) })
        }
      }
      // A record has a limit; weeks of hours do not fit into one.
      for start in stride(from: 0, to: hours.count, by: Self.hoursInARecord) {
        let part = Array(hours[start..<min(start + Self.hoursInARecord, hours.count)])
        do {
          try await frontDesk.perform(.inIncident(incident.id, .count(part)), by: .desk)
        } catch let refusal as Refusal {
          log("clockwork.refused", ["code": refusal.code])
        }
      }
    }
  }

  /// A clock that has jumped half a year ahead must not cost half a year of items and keys.
  private func isSteady(at now: Instant) -> Bool {
    defer { lastLook = now }
    guard let last = lastLook, let since = steadySince, now >= last,
      now - last <= Self.longestStep
    else {
      steadySince = now
      return false
    }
    return now - since >= Self.steadyTime
  }

  private func removeOldItems(at now: Instant) async throws {
    let oldest = ItemDay(now - Self.itemLifetime)
    guard oldest != itemsRemovedBefore else { return }
    itemsRemovedBefore = oldest
    // On record before they go: a crash between leaves a word that can be seen to be untrue, and
    // the next round makes it true.
    let days = try await items.digests(daysBefore: oldest)
    guard !days.isEmpty else { return }
    try await frontDesk.record([.itemsDestroyed(days)])
    for day in try await items.remove(daysBefore: oldest) {
      log("items.removed", ["day": day.description])
    }
  }
}
