import Bytes
import Foundation
import Journal
import Watch

/// Keeps the model across restarts: the newest checkpoint and the one before it.
struct ModelStore: Sendable {
  private let folder: String

  private var current: String { folder + "/checkpoint" }
  private var previous: String { folder + "/checkpoint.previous" }

  init(folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  struct Saved {
    let model: TopicModel
    let memory: ListeningMemory
    let through: Instant
    let position: ItemPosition?
  }

  /// The first line says up to where the model has read, with the hash of the second, in which stands
  /// what is listened for besides; the rest is the model's own.
  func save(
    _ model: TopicModel, _ memory: ListeningMemory, through: Instant, position: ItemPosition?
  ) throws {
    let besides = JSONWriter.object { writer in
      memory.phrases.write(to: &writer)
      memory.volume.write(to: &writer)
    }
    var bytes = JSONWriter.object { writer in
      writer.member("checkpoint", 1)
      writer.member("through", through.iso8601)
      writer.member(ifPresent: "position", position?.description)
      writer.member("besides", SHA256.hash(besides).hex)
    }
    bytes.append(UInt8(ascii: "\n"))
    bytes += besides
    bytes.append(UInt8(ascii: "\n"))
    bytes += model.checkpoint()
    if FileManager.default.fileExists(atPath: current), rename(current, previous) != 0 {
      throw ServiceFailure.file(
        call: "rename", path: current, reason: String(cString: strerror(errno)))
    }
    try replaceFile(current, with: bytes)
  }

  /// What the checkpoints that can be read hold.
  struct Loaded {
    /// The newest model with what belongs to it; nil if it has to learn from the log alone.
    var saved: Saved?
    /// How much is heard at each hour of the week. The log of a week cannot tell it again, so it
    /// outlives a model of another version.
    var volume: VolumeHabit?
  }

  func load(phrases: [WatchPhrase], log: Log) -> Loaded {
    var loaded = Loaded()
    for file in [current, previous] {
      guard let data = FileManager.default.contents(atPath: file) else { continue }
      do {
        let saved = try read(Array(data), phrases, &loaded.volume)
        return Loaded(saved: saved, volume: saved.memory.volume)
      } catch {
        log("model.unreadable", ["file": file, "reason": "\(error)"])
      }
    }
    return loaded
  }

  private func read(
    _ bytes: [UInt8], _ phrases: [WatchPhrase], _ volume: inout VolumeHabit?
  ) throws -> Saved {
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    var fields = try Fields(try JSONReader.read(Array(bytes[..<end])))
    _ = try fields.integer("checkpoint")
    let through = try fields.instant("through")
    let position = try fields.text(ifPresent: "position").flatMap { ItemPosition($0) }
    var rest = bytes[min(end + 1, bytes.endIndex)...]
    var memory = ListeningMemory(phrases)
    // A checkpoint of an older version has no such line.
    if let hash = try fields.text(ifPresent: "besides") {
      let line = Array(rest.prefix { $0 != UInt8(ascii: "\n") })
      guard SHA256.hash(line).hex == hash else { throw ServiceFailure.damagedCheckpoint }
      var besides = try Fields(try JSONReader.read(line))
      try memory.phrases.restore(&besides)
      memory.volume = try VolumeHabit(&besides)
      volume = volume ?? memory.volume
      rest = rest.dropFirst(line.count + 1)
    }
    let model = try TopicModel(checkpoint: Array(rest))
    return Saved(model: model, memory: memory, through: through, position: position)
  }
}
