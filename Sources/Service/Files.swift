import Foundation

/// Puts bytes in the place of a file in one step that survives a power failure; where the folder is
/// not synced, the caller does so behind the last of many.
func replaceFile(_ path: String, with bytes: [UInt8], syncingFolder: Bool = true) throws {
  let temporary = path + ".new"
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
  guard descriptor >= 0 else { throw fileFailure("open", temporary) }
  do {
    defer { close(descriptor) }
    try writeWhole(bytes, to: descriptor, temporary)
    guard fsync(descriptor) == 0 else { throw fileFailure("fsync", temporary) }
  }
  guard rename(temporary, path) == 0 else { throw fileFailure("rename", path) }
  if syncingFolder { try syncFolder((path as NSString).deletingLastPathComponent) }
}

func syncFolder(_ folder: String) throws {
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw fileFailure("open", folder) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw fileFailure("fsync", folder) }
}

/// Adds a line, given without its break, to a file that is made if need be. It is not synced.
func appendLine(_ line: [UInt8], to path: String) throws {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
  guard descriptor >= 0 else { throw fileFailure("open", path) }
  defer { close(descriptor) }
  try writeWhole(line + [UInt8(ascii: "\n")], to: descriptor, path)
}

private func writeWhole(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws {
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes { buffer in
      write(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
    }
    if count < 0 {
      if errno == EINTR { continue }
      throw fileFailure("write", path)
    }
    written += count
  }
}

private func fileFailure(_ call: String, _ path: String) -> ServiceFailure {
  .file(call: call, path: path, reason: String(cString: strerror(errno)))
}
