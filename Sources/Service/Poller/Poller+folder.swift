import Bytes
import Desk
import Dispatch
import Watch

// A folder that others drop files into is a source like any other, but that nobody is asked.
extension Poller {
  /// Takes the files that are complete. Each is moved away only when its items are on disk, so that
  /// one which was read just before a crash is read again, and its items are known by then.
  func readFolder(_ source: Configuration.SourceSettings, _ path: String) async throws {
    var limits = DropFolder.Limits()
    if source.isLarge { limits.fileBytes = FeedLimits.large.bytes }
    let known = folders[source.id].flatMap { $0.path == path ? $0 : nil }
    var folder = known ?? DropFolder(path: path, limits: limits)
    var fresh = 0
    do {
      let (scanned, files) = try await Self.blocking { [folder] in
        var folder = folder
        let files = try folder.scan()
        return (folder, files)
      }
      folder = scanned
      folders[source.id] = folder
      for file in files {
        let (outcome, count) = try await take(file, source)
        fresh += count
        try await Self.blocking { [folder] in try folder.finish(file, outcome) }
      }
    } catch let failure as ServiceFailure {
      return try await fail(source, .unreachable, failure.explanation, wait: nil)
    }
    let now = frontDesk.clock.now()
    try await heard(source, items: fresh, hops: [], at: now)
  }

  /// How many items of a file were new, and what is to become of the file.
  private func take(
    _ file: DropFolder.File, _ source: Configuration.SourceSettings
  ) async throws -> (DropFolder.Outcome, Int) {
    switch file.content {
    case .refused(let reason):
      log("drop.refused", ["source": source.id.text, "file": file.name, "reason": reason.en])
      return (.refused(reason), 0)
    case .bytes(let bytes, let kind):
      let document: FeedDocument
      do throws(FeedFailure) {
        document = try await SourceFetch.read(dropped: bytes, as: kind, source)
      } catch {
        let reason = error.explanation
        log("drop.refused", ["source": source.id.text, "file": file.name, "reason": reason.en])
        return (.refused(reason), 0)
      }
      return (.done, try await commit(document, of: source)?.fresh.count ?? 0)
    }
  }

  /// Waits for the disk without holding up anybody else.
  private static func blocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "service.drop").async { @Sendable in
        continuation.resume(with: Result { try work() })
      }
    }
  }
}
