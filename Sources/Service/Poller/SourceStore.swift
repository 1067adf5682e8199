import Bytes
import Foundation

/// The files in which the states of sources outlive the daemon: one a source, replaced whole.
struct SourceStore: Sendable {
  private let folder: String

  init(folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// A state that cannot be read is as good as none: the source is asked without validators, and
  /// the item log still knows what it has shown.
  func load(_ id: Name) -> SourceState? {
    FileManager.default.contents(atPath: path(id)).flatMap { try? SourceState(line: Array($0)) }
  }

  /// Written, synced and renamed: after a power failure there is the old state or the new one.
  func save(_ state: SourceState) throws {
    try replaceFile(path(state.id), with: state.line + [UInt8(ascii: "\n")])
  }

  private func path(_ id: Name) -> String { folder + "/" + id.text + ".json" }
}

/// Puts bytes in the place of a file in one step that survives a power failure.
func replaceFile(_ path: String, with bytes: [UInt8]) throws {
  let temporary = path + ".new"
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
  guard descriptor >= 0 else { throw fileFailure("open", temporary) }
  do {
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw fileFailure("write", temporary)
      }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw fileFailure("fsync", temporary) }
  }
  guard rename(temporary, path) == 0 else { throw fileFailure("rename", path) }
  let folder = (path as NSString).deletingLastPathComponent
  let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard folderDescriptor >= 0 else { throw fileFailure("open", folder) }
  defer { close(folderDescriptor) }
  guard fsync(folderDescriptor) == 0 else { throw fileFailure("fsync", folder) }
}

private func fileFailure(_ call: String, _ path: String) -> ServiceFailure {
  .file(call: call, path: path, reason: String(cString: strerror(errno)))
}
