import Journal
import Synchronization

/// The disk itself, with an account of how much was written for each sync.
final class TallyDisk: Disk {
  private struct State {
    var isOn = false
    var written = 0
    var sizes: [Int] = []
  }

  private let disk = SystemDisk()
  private let syncs: Bool
  private let state = Mutex(State())

  /// Without syncs it promises what it does not keep, for a test that has to notice.
  init(syncs: Bool = true) { self.syncs = syncs }

  func begin() { state.withLock { $0 = State(isOn: true) } }

  func end() -> [Int] {
    state.withLock { state in
      state.isOn = false
      return state.sizes
    }
  }

  func open(_ path: String, _ access: FileAccess) throws(ErrorNumber) -> Int32 {
    try disk.open(path, access)
  }
  func close(_ descriptor: Int32) { disk.close(descriptor) }
  func read(_ descriptor: Int32, into buffer: inout [UInt8], from start: Int, at offset: Int64)
    throws(ErrorNumber) -> Int
  {
    try disk.read(descriptor, into: &buffer, from: start, at: offset)
  }
  func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(ErrorNumber) -> Int {
    let count = try disk.write(descriptor, bytes)
    state.withLock { $0.written += count }
    return count
  }
  func write(_ descriptor: Int32, _ bytes: Span<UInt8>, at offset: Int64) throws(ErrorNumber) -> Int
  {
    try disk.write(descriptor, bytes, at: offset)
  }
  func synchroniseData(_ descriptor: Int32) throws(ErrorNumber) {
    if syncs { try disk.synchroniseData(descriptor) }
    state.withLock { state in
      if state.isOn, state.written > 0 { state.sizes.append(state.written) }
      state.written = 0
    }
  }
  func synchronise(_ descriptor: Int32) throws(ErrorNumber) {
    if syncs { try disk.synchronise(descriptor) }
  }
  func truncate(_ descriptor: Int32, to size: Int64) throws(ErrorNumber) {
    try disk.truncate(descriptor, to: size)
  }
  func allocate(_ descriptor: Int32, size: Int64) throws(ErrorNumber) {
    try disk.allocate(descriptor, size: size)
  }
  func status(_ descriptor: Int32) throws(ErrorNumber) -> FileStatus { try disk.status(descriptor) }
  func setMode(_ descriptor: Int32, _ mode: UInt32) throws(ErrorNumber) {
    try disk.setMode(descriptor, mode)
  }
  func lock(_ descriptor: Int32) throws(ErrorNumber) -> Bool { try disk.lock(descriptor) }
  func unlock(_ descriptor: Int32) throws(ErrorNumber) { try disk.unlock(descriptor) }
  func makeFolder(_ path: String, mode: UInt32) throws(ErrorNumber) {
    try disk.makeFolder(path, mode: mode)
  }
  func names(in folder: String) throws(ErrorNumber) -> [String] { try disk.names(in: folder) }
  func rename(_ path: String, to newPath: String) throws(ErrorNumber) {
    try disk.rename(path, to: newPath)
  }
  func remove(_ path: String) throws(ErrorNumber) { try disk.remove(path) }
  func resolved(_ path: String) throws(ErrorNumber) -> String { try disk.resolved(path) }
  func mounts() throws(ErrorNumber) -> [UInt8] { try disk.mounts() }
}
