import Glibc

/// The disk itself.
package struct SystemDisk: Disk {
  package init() {}

  package func open(_ path: String, _ access: FileAccess) throws(ErrorNumber) -> Int32 {
    try count(Glibc.open(path, access.flags | O_CLOEXEC, 0o600))
  }

  package func close(_ descriptor: Int32) {
    // What was to be kept was synced before, and an error here could tell nothing more.
    _ = Glibc.close(descriptor)
  }

  package func read(
    _ descriptor: Int32, into buffer: inout [UInt8], from start: Int, at offset: Int64
  ) throws(ErrorNumber) -> Int {
    precondition(buffer.indices.contains(start), "no room to read into")
    let result = buffer.withUnsafeMutableBytes { bytes in
      pread(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start, off_t(offset))
    }
    return try count(result)
  }

  package func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(ErrorNumber) -> Int {
    try count(
      bytes.withUnsafeBytes { bytes in Glibc.write(descriptor, bytes.baseAddress, bytes.count) })
  }

  package func write(
    _ descriptor: Int32, _ bytes: Span<UInt8>, at offset: Int64
  ) throws(ErrorNumber) -> Int {
    try count(
      bytes.withUnsafeBytes { bytes in
        pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
      })
  }

  package func synchroniseData(_ descriptor: Int32) throws(ErrorNumber) {
    _ = try count(fdatasync(descriptor))
  }

  package func synchronise(_ descriptor: Int32) throws(ErrorNumber) {
    _ = try count(fsync(descriptor))
  }

  package func truncate(_ descriptor: Int32, to size: Int64) throws(ErrorNumber) {
    _ = try count(ftruncate(descriptor, off_t(size)))
  }

  package func allocate(_ descriptor: Int32, size: Int64) throws(ErrorNumber) {
    // This call answers its error; it does not set `errno`.
    let code = posix_fallocate(descriptor, 0, off_t(size))
    guard code == 0 else { throw ErrorNumber(code) }
  }

  package func status(_ descriptor: Int32) throws(ErrorNumber) -> FileStatus {
    var status = stat()
    _ = try count(fstat(descriptor, &status))
    return FileStatus(size: Int64(status.st_size), mode: status.st_mode & 0o7777)
  }

  package func setMode(_ descriptor: Int32, _ mode: UInt32) throws(ErrorNumber) {
    _ = try count(fchmod(descriptor, mode))
  }

  package func lock(_ descriptor: Int32) throws(ErrorNumber) -> Bool {
    guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return true }
    guard errno == EWOULDBLOCK else { throw ErrorNumber(errno) }
    return false
  }

  package func unlock(_ descriptor: Int32) throws(ErrorNumber) {
    _ = try count(flock(descriptor, LOCK_UN))
  }

  package func makeFolder(_ path: String, mode: UInt32) throws(ErrorNumber) {
    _ = try count(mkdir(path, mode))
  }

  package func names(in folder: String) throws(ErrorNumber) -> [String] {
    guard let stream = opendir(folder) else { throw ErrorNumber(errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw ErrorNumber(errno) }
    return names
  }

  package func rename(_ path: String, to newPath: String) throws(ErrorNumber) {
    _ = try count(Glibc.rename(path, newPath))
  }

  package func remove(_ path: String) throws(ErrorNumber) {
    _ = try count(unlink(path))
  }

  package func resolved(_ path: String) throws(ErrorNumber) -> String {
    guard let pointer = realpath(path, nil) else { throw ErrorNumber(errno) }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  package func mounts() throws(ErrorNumber) -> [UInt8] {
    let descriptor = try open("/proc/self/mountinfo", .reading)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = try read(descriptor, into: &buffer, from: 0, at: Int64(bytes.count))
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// The result of a call that answers -1 for an error.
  private func count<Number: SignedInteger>(_ result: Number) throws(ErrorNumber) -> Number {
    guard result >= 0 else { throw ErrorNumber(errno) }
    return result
  }
}

extension FileAccess {
  fileprivate var flags: Int32 {
    switch self {
    case .reading: O_RDONLY | O_NOFOLLOW
    case .appending: O_WRONLY | O_APPEND | O_NOFOLLOW
    case .creating: O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW
    case .replacing: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
    case .overwriting: O_WRONLY | O_NOFOLLOW
    case .locking: O_RDWR | O_CREAT | O_NOFOLLOW
    // A desk may keep its folders on another disk.
    case .folder: O_RDONLY | O_DIRECTORY
    }
  }
}

extension ErrorNumber {
  var isInterruption: Bool { code == EINTR }
  var isExisting: Bool { code == EEXIST }
  var isMissing: Bool { code == ENOENT }
  /// No room is left, for all or for this account; it may come back.
  var isFull: Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }

  /// A write that took nothing and gave no reason.
  static var inputOutput: ErrorNumber { ErrorNumber(EIO) }

  /// What the C library calls it, with its number.
  var text: String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The form of POSIX, which is thread-safe and answers 0.
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "errno \(code)" }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self) + " (errno \(code))"
  }
}
