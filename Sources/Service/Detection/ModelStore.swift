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
    let through: Instant
    let position: ItemPosition?
  }

  /// The first line says up to where the model has read; the rest is its own.
  func save(_ model: TopicModel, through: Instant, position: ItemPosition?) throws {
    var bytes = JSONWriter.object { writer in
      writer.member("checkpoint", 1)
      writer.member("through", through.iso8601)
      writer.member(ifPresent: "position", position?.description)
    }
    bytes.append(UInt8(ascii: "\n"))
    bytes += model.checkpoint()
    if FileManager.default.fileExists(atPath: current), rename(current, previous) != 0 {
      throw ServiceFailure.file(
        call: "rename", path: current, reason: String(cString: strerror(errno)))
    }
    try replaceFile(current, with: bytes)
  }

  /// The newest checkpoint that can be read; nil if the model has to learn from the log alone.
  func load(log: Log) -> Saved? {
    for file in [current, previous] {
      guard let data = FileManager.default.contents(atPath: file) else { continue }
      do {
        return try read(Array(data))
      } catch {
        log("model.unreadable", ["file": file, "reason": "\(error)"])
      }
    }
    return nil
  }

  private func read(_ bytes: [UInt8]) throws -> Saved {
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    var fields = try Fields(try JSONReader.read(Array(bytes[..<end])))
    _ = try fields.integer("checkpoint")
    let through = try fields.instant("through")
    let position = try fields.text(ifPresent: "position").flatMap { ItemPosition($0) }
    let model = try TopicModel(checkpoint: Array(bytes[min(end + 1, bytes.endIndex)...]))
    return Saved(model: model, through: through, position: position)
  }
}
