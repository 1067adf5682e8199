import Glibc
import Journal
import Synchronization

/// The system's disk, but any call can be made to fail, to stop short or to wait.
///
/// It does not really sync unless told to: what is tested is the order of the calls, and a test
/// that opens thousands of journals has no time for the disk.
final class TestDisk: Disk {
  enum Fault {
    case error(Int32)
    /// A write takes one byte only.
    case short
  }

  struct Call: Hashable {
    let call: DiskCall
    let path: String
  }

  /// Asked before each call, with how many were made up to then.
  typealias Rule = @Sendable (Call, Int) -> Fault?

  private struct State {
    var calls: [Call] = []
    var paths: [Int32: String] = [:]
  }

  private let system = SystemDisk()
  private let syncs: Bool
  private let mountTable: String?
  private let rule: Rule
  private let state = Mutex(State())

  init(syncs: Bool = false, mountTable: String? = nil, _ rule: @escaping Rule = { _, _ in nil }) {
    self.syncs = syncs
    self.mountTable = mountTable
    self.rule = rule
  }

  var calls: [Call] { state.withLock { $0.calls } }

  func count(_ call: DiskCall) -> Int { calls.count { $0.call == call } }

  @discardableResult
  private func admit(_ call: DiskCall, _ path: String) throws(ErrorNumber) -> Fault? {
    let entry = Call(call: call, path: path)
    let number = state.withLock { state in
      state.calls.append(entry)
      return state.calls.count - 1
    }
    let fault = rule(entry, number)
    if case .error(let code) = fault { throw ErrorNumber(code) }
    return fault
  }

  @discardableResult
  private func admit(_ call: DiskCall, _ descriptor: Int32) throws(ErrorNumber) -> Fault? {
    try admit(call, state.withLock { $0.paths[descriptor] ?? "" })
  }

  func open(_ path: String, _ access: FileAccess) throws(ErrorNumber) -> Int32 {
    try admit(.open, path)
    let descriptor = try system.open(path, access)
    state.withLock { $0.paths[descriptor] = path }
    return descriptor
  }

  func close(_ descriptor: Int32) { system.close(descriptor) }

  func read(_ descriptor: Int32, into buffer: inout [UInt8], from start: Int, at offset: Int64)
    throws(ErrorNumber) -> Int
  {
    try admit(.read, descriptor)
    return try system.read(descriptor, into: &buffer, from: start, at: offset)
  }

  func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(ErrorNumber) -> Int {
    let isShort = try admit(.write, descriptor) != nil
    return try system.write(descriptor, isShort ? bytes.extracting(first: 1) : bytes)
  }

  func write(_ descriptor: Int32, _ bytes: Span<UInt8>, at offset: Int64) throws(ErrorNumber) -> Int
  {
    let isShort = try admit(.rewrite, descriptor) != nil
    return try system.write(descriptor, isShort ? bytes.extracting(first: 1) : bytes, at: offset)
  }

  func synchroniseData(_ descriptor: Int32) throws(ErrorNumber) {
    try admit(.synchroniseData, descriptor)
    if syncs { try system.synchroniseData(descriptor) }
  }

  func synchronise(_ descriptor: Int32) throws(ErrorNumber) {
    try admit(.synchronise, descriptor)
    if syncs { try system.synchronise(descriptor) }
  }

  func truncate(_ descriptor: Int32, to size: Int64) throws(ErrorNumber) {
    try admit(.truncate, descriptor)
    try system.truncate(descriptor, to: size)
  }

  func allocate(_ descriptor: Int32, size: Int64) throws(ErrorNumber) {
    try admit(.allocate, descriptor)
    try system.allocate(descriptor, size: size)
  }

  func status(_ descriptor: Int32) throws(ErrorNumber) -> FileStatus {
    try admit(.status, descriptor)
    return try system.status(descriptor)
  }

  func setMode(_ descriptor: Int32, _ mode: UInt32) throws(ErrorNumber) {
    try admit(.setMode, descriptor)
    try system.setMode(descriptor, mode)
  }

  func lock(_ descriptor: Int32) throws(ErrorNumber) -> Bool {
    try admit(.lock, descriptor)
    return try system.lock(descriptor)
  }

  func unlock(_ descriptor: Int32) throws(ErrorNumber) {
    try admit(.lock, descriptor)
    try system.unlock(descriptor)
  }

  func makeFolder(_ path: String, mode: UInt32) throws(ErrorNumber) {
    try admit(.makeFolder, path)
    try system.makeFolder(path, mode: mode)
  }

  func names(in folder: String) throws(ErrorNumber) -> [String] {
    try admit(.names, folder)
    return try system.names(in: folder)
  }

  func rename(_ path: String, to newPath: String) throws(ErrorNumber) {
    try admit(.rename, newPath)
    try system.rename(path, to: newPath)
  }

  func remove(_ path: String) throws(ErrorNumber) {
    try admit(.remove, path)
    try system.remove(path)
  }

  func resolved(_ path: String) throws(ErrorNumber) -> String {
    try admit(.resolve, path)
    return try system.resolved(path)
  }

  func mounts() throws(ErrorNumber) -> [UInt8] {
    try admit(.read, "/proc/self/mountinfo")
    if let mountTable { return Array(mountTable.utf8) }
    return try system.mounts()
  }
}
