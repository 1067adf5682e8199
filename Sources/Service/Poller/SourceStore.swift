import Bytes
import Dispatch
import Foundation

/// The files in which the states of sources and the proof of listening outlive the daemon.
///
/// A state is a file of its own, replaced whole. The hours of listening are lines of a file a day,
/// under `listening/`, kept for 90 days. What blocks is done on one queue, in the order of the calls.
struct SourceStore: Sendable {
  private let folder: String
  private let queue = DispatchQueue(label: "service.sources")

  private static let openHour = "open.json"

  init(folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(
      atPath: folder + "/listening", withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  // States.

  /// A state that cannot be read is as good as none: the source is asked without validators, and
  /// the item log still knows what it has shown.
  func load(_ id: Name) -> SourceState? {
    FileManager.default.contents(atPath: path(id)).flatMap { try? SourceState(line: Array($0)) }
  }

  /// Writes states, each synced and renamed: after a power failure there is the old one or the new.
  /// Calls back with what was wrong, for each that could not be kept.
  ///
  /// That they are on disk later than the items that belong to them loses nothing: what the item log
  /// knows of the last day counts as seen, and older validators only bring the same document again.
  func save(
    _ states: [SourceState], hour: ListeningLog.Hour?,
    then done: @escaping @Sendable ([(Name, any Error)]) -> Void
  ) {
    queue.async { @Sendable in
      var faults: [(Name, any Error)] = []
      for state in states {
        do {
          try replaceFile(
            path(state.id), with: state.line + [UInt8(ascii: "\n")], syncingFolder: false)
        } catch {
          faults.append((state.id, error))
        }
      }
      if !states.isEmpty, let name = states.last?.id {
        do { try syncFolder(folder) } catch { faults.append((name, error)) }
      }
      if let hour, let fault = replaceOpen(hour) { faults.append(fault) }
      done(faults)
    }
  }

  private func path(_ id: Name) -> String { folder + "/" + id.text + ".json" }

  // Hours.

  private func path(_ day: Instant) -> String {
    folder + "/listening/" + CivilTime(day).dateText + ".jsonl"
  }

  private var openPath: String { folder + "/listening/" + Self.openHour }

  /// Not synced: a power failure may cost the last minutes of proof, never makes up any.
  private func replaceOpen(_ hour: ListeningLog.Hour) -> (Name, any Error)? {
    do {
      try Data(hour.line).write(to: URL(fileURLWithPath: openPath), options: .atomic)
      return nil
    } catch {
      return hour.counts.keys.first.map { ($0, error) }
    }
  }

  /// Adds an hour that has ended to the file of its day, and removes days that are too old.
  func append(_ hour: ListeningLog.Hour, fault: @escaping @Sendable (any Error) -> Void) {
    queue.async { @Sendable in
      do {
        try appendLine(hour.line, to: path(hour.start))
        try? FileManager.default.removeItem(atPath: openPath)  // It stands in the day's file now.
        try removeDays(before: hour.start - ListeningLog.kept)
      } catch {
        fault(error)
      }
    }
  }

  private func removeDays(before oldest: Instant) throws {
    let first = CivilTime(oldest).dateText + ".jsonl"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/listening")
    where name.hasSuffix(".jsonl") && name < first {
      try FileManager.default.removeItem(atPath: folder + "/listening/" + name)
    }
  }

  /// The hours of the last days and the one that ran when the daemon ended.
  func loadHours(from: Instant, to now: Instant) -> ListeningLog {
    let open = FileManager.default.contents(atPath: openPath)
      .flatMap { try? ListeningLog.Hour(line: Array($0)) }
    return ListeningLog(open: open, past: readHours(from: from, to: now))
  }

  /// All hours on disk that begin in a span of time, in the order in which they were written. It
  /// blocks. A line that cannot be read was cut off, and proves nothing.
  func readHours(from: Instant, to: Instant) -> [ListeningLog.Hour] {
    var hours: [ListeningLog.Hour] = []
    var day = from.floored(to: .days(1))
    while day <= to {
      let bytes = FileManager.default.contents(atPath: path(day)) ?? Data()
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        if let hour = try? ListeningLog.Hour(line: Array(line)), hour.start >= from,
          hour.start <= to
        {
          hours.append(hour)
        }
      }
      day = day + .days(1)
    }
    return hours
  }

  /// The same without blocking the caller's thread.
  func hours(from: Instant, to: Instant) async -> [ListeningLog.Hour] {
    await withCheckedContinuation { continuation in
      queue.async { @Sendable in continuation.resume(returning: readHours(from: from, to: to)) }
    }
  }
}
