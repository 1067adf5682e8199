import Bytes
import Desk
import Journal
import Response
import Watch

// Which sources there are, and what is known of them at the start.
extension Poller {
  /// How far behind the newest day the log is read for items that no source's file knows. Files are
  /// never behind by so much.
  private static let lookBack = Duration.hours(24)
  /// How much of the proof of listening is at hand after a start.
  private static let hoursAtStart = Duration.hours(48)

  /// Loads what is known of each source, and adds what the item log knows better: a crash between
  /// the log and a source's file leaves the file behind.
  func prepare(items: ItemLog) async throws {
    let now = frontDesk.clock.now()
    listening = store.loadHours(from: now - Self.hoursAtStart, to: now)
    let heardAgain = try await takeOver(configuration)
    if !heardAgain.isEmpty { try await tellHeard(heardAgain) }
    guard let end = items.durableEnd else { return }
    let start = end.day.start - Self.lookBack
    var found: [Item] = []
    _ = try await items.read(from: ItemPosition(day: ItemDay(start), offset: 0)) { line, _ in
      // A line that cannot be read is no item, and cannot have been shown by a source.
      if let item = try? Item(line: line) { found.append(item) }
    }
    for item in found {
      guard let id = Name(item.source), let seen = item.firstSeen, states[id] != nil else {
        continue
      }
      let count = states[id]?.seen.entries.count
      states[id]?.seen.note(logged: item, at: seen)
      if states[id]?.seen.entries.count != count, item.revision == nil { states[id]?.items += 1 }
    }
  }

  /// Takes another configuration over, at any time.
  func adopt(_ configuration: Configuration) async throws {
    let heardAgain = try await takeOver(configuration)
    wake.raise()
    // Nobody listens to them any more, so that they are not silent either.
    let gone = toldOf.filter { settings[$0] == nil }
    try await tellHeard(heardAgain.union(gone).sorted())
  }

  /// Gives those of whom the record says that they are not heard, and whose address is another now.
  private func takeOver(_ configuration: Configuration) async throws -> Set<Name> {
    let (failing, retired, dead, moved) = try await frontDesk.view {
      ($0.failingSources.keys, $0.retiredSources, $0.deadSources, $0.movedSources)
    }
    self.configuration = configuration
    toldOf = Set(failing).union(retired.keys).union(dead)
    deadOnRecord = dead
    let former = settings
    settings = Dictionary(uniqueKeysWithValues: configuration.sources.map { ($0.id, $0) })
    for id in states.keys where settings[id] == nil {
      states[id] = nil
      problems[id] = nil
      table.remove(id)
    }
    var changed: Set<Name> = []
    let now = frontDesk.clock.now()
    for source in configuration.sources {
      let known = states[source.id] ?? store.load(source.id)
      var state = known ?? SourceState(id: source.id, url: source.url)
      if state.url != source.url {
        // Another address: its validators and its silence are not this one's.
        state = SourceState(id: source.id, url: source.url)
        state.seen = known?.seen ?? SeenItems()
        state.items = known?.items ?? 0
        if toldOf.contains(source.id) { changed.insert(source.id) }
      } else {
        if let move = moved[source.id], known == nil, move.from == source.url {
          state.movedTo = move.to
        }
        if let since = retired[source.id] { state.retired = state.retired ?? since }
      }
      let readAs = BodyMark(Array("\(source.kind)".utf8))
      if state.readAs != readAs {
        // Older versions did not say: nearly all sources are feeds, and were.
        if state.readAs != nil || source.kind != .feed {
          state.validators = SourceState.Validators()
          state.body = nil
        }
        state.readAs = readAs
      }
      states[source.id] = state
      schedule(source, state, formerly: former[source.id], at: now)
    }
    return changed
  }

  private func schedule(
    _ source: Configuration.SourceSettings, _ state: SourceState,
    formerly: Configuration.SourceSettings?, at now: Instant
  ) {
    let host = SourceFetch.host(of: state.address)
    if let until = state.limitedUntil, until > now {
      table.limit(host: host, until: until, at: now)
    }
    if state.retired != nil { return table.remove(source.id) }
    var due = now
    if let pause = source.pause, pause.holds(at: now) {
      guard let until = pause.until else { return table.remove(source.id) }
      return table.schedule(source.id, host: host, due: until, isSuspect: state.isSuspect)
    }
    if let formerly, formerly.url == source.url, let known = table.due(source.id) {
      if formerly == source { return }
      due = min(known, now + source.every.duration)
    }
    table.schedule(source.id, host: host, due: due, isSuspect: state.isSuspect)
  }
}
