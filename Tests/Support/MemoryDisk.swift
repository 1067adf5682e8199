import Glibc
package import Journal
import Synchronization

/// A disk in memory that forgets what was not synced, as a power failure does.
///
/// Bytes count as safe once their file was synced, names once their folder was. Any call can be
/// made to fail, and from any call on the disk can be gone, as for a process that was killed there.
package final class MemoryDisk: Disk {
  package enum Fault: Sendable {
    case error(Int32)
    /// A write takes one byte only.
    case short
    /// A sync says that all is well, and nothing was kept.
    case ignored
    /// The process is gone: neither this call nor any after it has an effect.
    case dead
  }

  package struct Call: Hashable, Sendable {
    package let call: DiskCall
    package let path: String
  }

  /// Asked before each call, with how many were made up to then.
  package typealias Rule = @Sendable (Call, Int) -> Fault?

  private final class Node {
    var bytes: [UInt8] = []
    var durable: [UInt8] = []
    var mode: UInt32 = 0o600
    var isFolder = false
  }

  private struct Handle {
    let path: String
    let node: Node
    let appends: Bool
  }

  private struct State {
    var names: [String: Node] = ["/": folderNode()]
    var durableNames: [String: Node] = ["/": folderNode()]
    var handles: [Int32: Handle] = [:]
    var locks: [String: Int32] = [:]
    var next: Int32 = 3
    var calls: [Call] = []
    var isDead = false
    var rule: Rule = { _, _ in nil }

    static func folderNode() -> Node {
      let node = Node()
      node.isFolder = true
      return node
    }
  }

  /// `Node` is only reached through this lock.
  private struct Guarded: @unchecked Sendable {
    var state = State()
  }

  private let guarded = Mutex(Guarded())

  package init() {}

  package var calls: [Call] { guarded.withLock { $0.state.calls } }

  /// From now on; the count of calls begins anew.
  package func obey(_ rule: @escaping Rule) {
    guarded.withLock { guarded in
      guarded.state.rule = rule
      guarded.state.calls = []
    }
  }

  /// The process that had the files open is gone, and what it wrote stays. The next may begin.
  package func endProcess() {
    guarded.withLock { guarded in
      guarded.state.handles = [:]
      guarded.state.locks = [:]
      guarded.state.isDead = false
      guarded.state.rule = { _, _ in nil }
      guarded.state.calls = []
    }
  }

  /// The power fails: of what was not synced, chance decides what is there afterwards.
  package func cutPower(_ dice: inout SeededGenerator) {
    endProcess()
    guarded.withLock { guarded in
      var state = guarded.state
      let paths = Set(state.names.keys).union(state.durableNames.keys).sorted()
      var names: [String: Node] = [:]
      for path in paths {
        let (now, safe) = (state.names[path], state.durableNames[path])
        let node = now === safe || Bool.random(using: &dice) ? now : safe
        guard let node else { continue }
        node.bytes = Self.remains(of: node, &dice)
        node.durable = node.bytes
        names[path] = node
      }
      state.names = names
      state.durableNames = names
      guarded.state = state
    }
  }

  private static func remains(of node: Node, _ dice: inout SeededGenerator) -> [UInt8] {
    guard node.bytes != node.durable else { return node.bytes }
    guard node.bytes.starts(with: node.durable) else {
      return Bool.random(using: &dice) ? node.bytes : node.durable
    }
    let added = node.bytes[node.durable.count...]
    let kept = Int.random(in: 0...added.count, using: &dice)
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: return node.durable
    // The length was written, and some pages were not.
    case 1:
      return node.durable + added.prefix(kept) + Array(repeating: 0, count: added.count - kept)
    default: return node.durable + added.prefix(kept)
    }
  }

  // What tests put there and look at.

  package func content(_ path: String) -> [UInt8]? {
    guarded.withLock { $0.state.names[path]?.bytes }
  }

  package func put(_ path: String, _ bytes: [UInt8]) {
    guarded.withLock { guarded in
      let node = guarded.state.names[path] ?? Node()
      node.bytes = bytes
      node.durable = bytes
      guarded.state.names[path] = node
      guarded.state.durableNames[path] = node
    }
  }

  package func erase(under folder: String) {
    guarded.withLock { guarded in
      guarded.state.names = guarded.state.names.filter { !$0.key.hasPrefix(folder + "/") }
      guarded.state.durableNames = guarded.state.durableNames.filter {
        !$0.key.hasPrefix(folder + "/")
      }
    }
  }

  // The calls.

  private func perform<Value>(
    _ call: DiskCall, _ path: String?, _ descriptor: Int32 = -1,
    _ body: (inout State, Handle?, Fault?) throws(ErrorNumber) -> Value
  ) throws(ErrorNumber) -> Value {
    let result: Result<Value, ErrorNumber> = guarded.withLock { guarded in
      let handle = guarded.state.handles[descriptor]
      let entry = Call(call: call, path: path ?? handle?.path ?? "")
      let fault =
        guarded.state.isDead
        ? .dead : guarded.state.rule(entry, guarded.state.calls.count)
      guarded.state.calls.append(entry)
      switch fault {
      case .dead:
        guarded.state.isDead = true
        return .failure(ErrorNumber(EIO))
      case .error(let code): return .failure(ErrorNumber(code))
      case .short, .ignored, nil:
        do throws(ErrorNumber) {
          return .success(try body(&guarded.state, handle, fault))
        } catch {
          return .failure(error)
        }
      }
    }
    return try result.get()
  }

  private func onHandle<Value>(
    _ call: DiskCall, _ descriptor: Int32,
    _ body: (inout State, Handle, Fault?) throws(ErrorNumber) -> Value
  ) throws(ErrorNumber) -> Value {
    try perform(call, nil, descriptor) { (state, handle, fault) throws(ErrorNumber) in
      guard let handle else { throw ErrorNumber(EBADF) }
      return try body(&state, handle, fault)
    }
  }

  private static func parent(_ path: String) -> String {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    return end == path.startIndex ? "/" : String(path[..<end])
  }

  package func open(_ path: String, _ access: FileAccess) throws(ErrorNumber) -> Int32 {
    let path = path.hasSuffix("/..") ? Self.parent(String(path.dropLast(3))) : path
    return try perform(.open, path) { (state, _, _) throws(ErrorNumber) in
      let node: Node
      if let found = state.names[path] {
        guard access != .creating else { throw ErrorNumber(EEXIST) }
        if access == .replacing { found.bytes = [] }
        node = found
      } else {
        guard [.creating, .replacing, .locking].contains(access),
          state.names[Self.parent(path)]?.isFolder == true
        else { throw ErrorNumber(ENOENT) }
        node = Node()
        state.names[path] = node
      }
      let descriptor = state.next
      state.next += 1
      state.handles[descriptor] = Handle(
        path: path, node: node, appends: access == .appending || access == .creating)
      return descriptor
    }
  }

  package func close(_ descriptor: Int32) {
    guarded.withLock { guarded in
      guarded.state.handles[descriptor] = nil
      guarded.state.locks = guarded.state.locks.filter { $0.value != descriptor }
    }
  }

  package func read(
    _ descriptor: Int32, into buffer: inout [UInt8], from start: Int, at offset: Int64
  ) throws(ErrorNumber) -> Int {
    let room = buffer.count - start
    let bytes = try onHandle(.read, descriptor) { _, handle, _ in
      let bytes = handle.node.bytes
      let from = min(Int(offset), bytes.count)
      return bytes[from..<min(from + room, bytes.count)]
    }
    buffer.replaceSubrange(start..<start + bytes.count, with: bytes)
    return bytes.count
  }

  package func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(ErrorNumber) -> Int {
    let bytes = Self.array(bytes)
    return try onHandle(.write, descriptor) { _, handle, fault in
      let taken = fault == nil ? bytes.count : 1
      handle.node.bytes += bytes.prefix(taken)
      return taken
    }
  }

  package func write(
    _ descriptor: Int32, _ bytes: Span<UInt8>, at offset: Int64
  ) throws(ErrorNumber) -> Int {
    let bytes = Self.array(bytes)
    return try onHandle(.rewrite, descriptor) { _, handle, fault in
      let taken = fault == nil ? bytes.count : 1
      let (start, end) = (Int(offset), Int(offset) + taken)
      if handle.node.bytes.count < end {
        handle.node.bytes += Array(repeating: 0, count: end - handle.node.bytes.count)
      }
      handle.node.bytes.replaceSubrange(start..<end, with: bytes.prefix(taken))
      return taken
    }
  }

  private static func array(_ span: Span<UInt8>) -> [UInt8] { span.withUnsafeBytes { Array($0) } }

  package func synchroniseData(_ descriptor: Int32) throws(ErrorNumber) {
    try onHandle(.synchroniseData, descriptor) { _, handle, fault in
      if case .ignored? = fault { return }
      handle.node.durable = handle.node.bytes
    }
  }

  package func synchronise(_ descriptor: Int32) throws(ErrorNumber) {
    try onHandle(.synchronise, descriptor) { state, handle, _ in
      handle.node.durable = handle.node.bytes
      guard handle.node.isFolder else { return }
      let here = { (path: String) in Self.parent(path) == handle.path && path != "/" }
      state.durableNames = state.durableNames.filter { !here($0.key) }
      for (path, node) in state.names where here(path) { state.durableNames[path] = node }
    }
  }

  package func truncate(_ descriptor: Int32, to size: Int64) throws(ErrorNumber) {
    try onHandle(.truncate, descriptor) { _, handle, _ in
      handle.node.bytes.removeLast(max(0, handle.node.bytes.count - Int(size)))
    }
  }

  package func allocate(_ descriptor: Int32, size: Int64) throws(ErrorNumber) {
    try onHandle(.allocate, descriptor) { _, _, _ in }
  }

  package func status(_ descriptor: Int32) throws(ErrorNumber) -> FileStatus {
    try onHandle(.status, descriptor) { _, handle, _ in
      FileStatus(size: Int64(handle.node.bytes.count), mode: handle.node.mode)
    }
  }

  package func setMode(_ descriptor: Int32, _ mode: UInt32) throws(ErrorNumber) {
    try onHandle(.setMode, descriptor) { _, handle, _ in handle.node.mode = mode }
  }

  package func lock(_ descriptor: Int32) throws(ErrorNumber) -> Bool {
    try onHandle(.lock, descriptor) { state, handle, _ in
      guard state.locks[handle.path] == nil else { return false }
      state.locks[handle.path] = descriptor
      return true
    }
  }

  package func unlock(_ descriptor: Int32) throws(ErrorNumber) {
    try onHandle(.lock, descriptor) { state, handle, _ in state.locks[handle.path] = nil }
  }

  package func makeFolder(_ path: String, mode: UInt32) throws(ErrorNumber) {
    try perform(.makeFolder, path) { (state, _, _) throws(ErrorNumber) in
      guard state.names[path] == nil else { throw ErrorNumber(EEXIST) }
      let node = State.folderNode()
      state.names[path] = node
    }
  }

  package func names(in folder: String) throws(ErrorNumber) -> [String] {
    try perform(.names, folder) { (state, _, _) throws(ErrorNumber) in
      guard state.names[folder]?.isFolder == true else { throw ErrorNumber(ENOENT) }
      return state.names.keys.filter { Self.parent($0) == folder && $0 != "/" }
        .map { String($0.dropFirst(folder == "/" ? 1 : folder.count + 1)) }.sorted()
    }
  }

  package func rename(_ path: String, to newPath: String) throws(ErrorNumber) {
    try perform(.rename, newPath) { (state, _, _) throws(ErrorNumber) in
      guard let node = state.names.removeValue(forKey: path) else { throw ErrorNumber(ENOENT) }
      state.names[newPath] = node
    }
  }

  package func remove(_ path: String) throws(ErrorNumber) {
    try perform(.remove, path) { (state, _, _) throws(ErrorNumber) in
      guard state.names.removeValue(forKey: path) != nil else { throw ErrorNumber(ENOENT) }
    }
  }

  package func resolved(_ path: String) throws(ErrorNumber) -> String { path }

  package func mounts() throws(ErrorNumber) -> [UInt8] {
    Array("1 0 8:1 / / rw - ext4 /dev/vda rw\n".utf8)
  }
}
