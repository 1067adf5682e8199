/// A file that is open until the last reference to it goes.
final class OpenFile: Sendable {
  let path: String
  private let descriptor: Int32
  private let disk: any Disk

  /// More interruptions in a row than this are not interruptions any more.
  private static let interruptionLimit = 1000

  init(_ path: String, _ access: FileAccess, on disk: any Disk) throws(DiskFailure) {
    self.path = path
    self.disk = disk
    var interruptions = 0
    while true {
      do throws(ErrorNumber) {
        descriptor = try disk.open(path, access)
        return
      } catch {
        interruptions += 1
        guard error.isInterruption, interruptions < Self.interruptionLimit else {
          throw DiskFailure(.open, path, error)
        }
      }
    }
  }

  deinit { disk.close(descriptor) }

  /// Fills the buffer from `start` on as far as one read goes; 0 at the end of the file.
  func read(into buffer: inout [UInt8], from start: Int, at offset: Int64) throws(DiskFailure)
    -> Int
  {
    var interruptions = 0
    while true {
      do throws(ErrorNumber) {
        return try disk.read(descriptor, into: &buffer, from: start, at: offset)
      } catch {
        try goOn(.read, after: error, &interruptions)
      }
    }
  }

  /// The bytes of this range, which may not reach beyond the end of the file.
  func read(_ range: Range<Int64>) throws(DiskFailure) -> [UInt8] {
    guard !range.isEmpty else { return [] }
    var bytes = [UInt8](repeating: 0, count: Int(range.upperBound - range.lowerBound))
    var filled = 0
    while filled < bytes.count {
      let count = try read(into: &bytes, from: filled, at: range.lowerBound + Int64(filled))
      guard count > 0 else { throw DiskFailure(.read, path, .inputOutput) }
      filled += count
    }
    return bytes
  }

  /// Writes all the bytes at the end of the file, in as many calls as it takes.
  func append(_ bytes: [UInt8]) throws(DiskFailure) {
    var written = 0
    var interruptions = 0
    while written < bytes.count {
      do throws(ErrorNumber) {
        let count = try disk.write(descriptor, bytes.span.extracting(written...))
        guard count > 0 else { throw .inputOutput }
        written += count
        interruptions = 0
      } catch {
        try goOn(.write, after: error, &interruptions)
      }
    }
  }

  /// Writes all the bytes over those that stand at this offset.
  func rewrite(_ bytes: [UInt8], at offset: Int64) throws(DiskFailure) {
    var written = 0
    var interruptions = 0
    while written < bytes.count {
      do throws(ErrorNumber) {
        let count = try disk.write(
          descriptor, bytes.span.extracting(written...), at: offset + Int64(written))
        guard count > 0 else { throw .inputOutput }
        written += count
        interruptions = 0
      } catch {
        try goOn(.rewrite, after: error, &interruptions)
      }
    }
  }

  /// Waits until the bytes are on disk. Never tried twice: after a failure the kernel forgets
  /// which pages were not written, and a second call would answer that all is well.
  func synchroniseData() throws(DiskFailure) {
    try perform(.synchroniseData) { () throws(ErrorNumber) in try disk.synchroniseData(descriptor) }
  }

  /// The same for a folder's names, or for a file with all that is known about it.
  func synchronise() throws(DiskFailure) {
    try perform(.synchronise) { () throws(ErrorNumber) in try disk.synchronise(descriptor) }
  }

  func truncate(to size: Int64) throws(DiskFailure) {
    try perform(.truncate) { () throws(ErrorNumber) in try disk.truncate(descriptor, to: size) }
  }

  func allocate(_ size: Int64) throws(DiskFailure) {
    try perform(.allocate) { () throws(ErrorNumber) in try disk.allocate(descriptor, size: size) }
  }

  func status() throws(DiskFailure) -> FileStatus {
    try perform(.status) { () throws(ErrorNumber) in try disk.status(descriptor) }
  }

  func setMode(_ mode: UInt32) throws(DiskFailure) {
    try perform(.setMode) { () throws(ErrorNumber) in try disk.setMode(descriptor, mode) }
  }

  /// Whether nobody else held the lock.
  func lock() throws(DiskFailure) -> Bool {
    try perform(.lock) { () throws(ErrorNumber) in try disk.lock(descriptor) }
  }

  func unlock() throws(DiskFailure) {
    try perform(.lock) { () throws(ErrorNumber) in try disk.unlock(descriptor) }
  }

  private func perform<Value>(
    _ call: DiskCall, _ body: () throws(ErrorNumber) -> Value
  ) throws(DiskFailure) -> Value {
    try disk.perform(call, path, body)
  }

  /// Returns if the call was only interrupted and may be made again.
  private func goOn(
    _ call: DiskCall, after error: ErrorNumber, _ interruptions: inout Int
  ) throws(DiskFailure) {
    interruptions += 1
    guard error.isInterruption, interruptions < Self.interruptionLimit else {
      throw DiskFailure(call, path, error)
    }
  }
}
