import Bytes
import Foundation
import Watch

/// A folder that others drop files into: how items come into a network that has no way out.
///
/// Reading is in two steps, so that a crash loses nothing: `scan` gives the files that are complete,
/// and once their items are committed, `finish` moves them into `done` or `refused` inside the folder.
/// A file that was read and not moved is read again; its items are known by then.
///
/// Everything here blocks, for as long as a local disk takes: the caller sees to where it runs.
struct DropFolder: Sendable {
  struct Limits: Sendable {
    /// Of one file; a larger one is refused.
    var fileBytes = 8 << 20
    /// Of one scan; what is beyond them waits for the next.
    var files = 64
    var bytes = 32 << 20
    /// Of names that are looked at; a folder that has more is being used for something else.
    var names = 10_000
  }

  /// One file that is complete.
  struct File: Sendable {
    enum Content: Sendable {
      case bytes([UInt8], DropKind)
      /// What is not read; it is to be moved out of the way.
      case refused(Bilingual)
    }

    /// To be shown; names that are no UTF-8 show U+FFFD.
    let name: String
    let content: Content
    fileprivate let rawName: [CChar]
    fileprivate let identity: Identity
  }

  enum Outcome: Sendable {
    /// Its items are committed.
    case done
    case refused(Bilingual)
  }

  /// The same for a file under whatever name, until somebody writes to it.
  fileprivate struct Identity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      size = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  let path: String
  private let limits: Limits
  /// What lay in the folder at the last scan, under names that are not read as well: a file that is
  /// renamed into place was whole before.
  private var known: Set<Identity> = []

  static let doneFolder = "done"
  static let refusedFolder = "refused"

  init(path: String, limits: Limits = Limits()) {
    self.path = path
    self.limits = limits
  }

  /// The files that nobody has written to since the last scan, the oldest first.
  ///
  /// Names that begin with a dot or end in `.part` or `.tmp` are left alone: they are still being
  /// written. So are folders. Links and whatever else is no file are refused and never opened.
  mutating func scan() throws(ServiceFailure) -> [File] {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw Self.failure("open", path) }
    defer { close(folder) }
    var seen: Set<Identity> = []
    var found: [Candidate] = []
    for rawName in try names() {
      var status = stat()
      // Gone since the folder was listed.
      guard fstatat(folder, rawName, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      guard Self.type(of: status) != S_IFDIR else { continue }
      let candidate = Candidate(rawName: rawName, status: status)
      seen.insert(candidate.identity)
      if Self.isReady(candidate.name), known.contains(candidate.identity) {
        found.append(candidate)
      }
    }
    known = seen
    found.sort { $0.order < $1.order }
    var files: [File] = []
    var bytes = 0
    for candidate in found.prefix(limits.files) {
      let size = candidate.identity.size
      guard files.isEmpty || bytes + size <= limits.bytes || size > limits.fileBytes else { break }
      guard let content = content(candidate, in: folder) else { continue }
      if case .bytes = content { bytes += size }
      files.append(
        File(
          name: candidate.name, content: content, rawName: candidate.rawName,
          identity: candidate.identity))
    }
    return files
  }

  /// Moves a file out of the way, with the reason beside it where it is refused. A file that was
  /// replaced by another since it was read stays where it is: it is a new one.
  func finish(_ file: File, _ outcome: Outcome) throws(ServiceFailure) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw Self.failure("open", path) }
    defer { close(folder) }
    var status = stat()
    guard fstatat(folder, file.rawName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return }
      throw Self.failure("stat", path + "/" + file.name)
    }
    guard Identity(status) == file.identity else { return }
    let innerName: String
    switch outcome {
    case .done: innerName = Self.doneFolder
    case .refused: innerName = Self.refusedFolder
    }
    let innerPath = path + "/" + innerName
    guard mkdirat(folder, innerName, 0o750) == 0 || errno == EEXIST else {
      throw Self.failure("mkdir", innerPath)
    }
    // Not through a link: that would move files to wherever it leads.
    let inner = openat(folder, innerName, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard inner >= 0 else { throw Self.failure("open", innerPath) }
    defer { close(inner) }
    let target = Self.free(file.rawName, in: inner)
    guard renameat(folder, file.rawName, inner, target) == 0 else {
      throw Self.failure("rename", path + "/" + file.name)
    }
    guard case .refused(let reason) = outcome else { return }
    let why = target.dropLast() + ".why".utf8CString
    try Self.write(reason.zh + "\n" + reason.en + "\n", to: Array(why), in: inner, innerPath)
  }

  private struct Candidate {
    let rawName: [CChar]
    let name: String
    let isFile: Bool
    let identity: Identity

    init(rawName: [CChar], status: stat) {
      self.rawName = rawName
      name = String(decoding: rawName.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      isFile = DropFolder.type(of: status) == S_IFREG
      identity = Identity(status)
    }

    var order: (Int, Int, String) { (identity.seconds, identity.nanoseconds, name) }
  }

  /// As the folder has them, each with a zero at its end.
  private func names() throws(ServiceFailure) -> [[CChar]] {
    guard let stream = opendir(path) else { throw Self.failure("opendir", path) }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    while names.count < limits.names, let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
      }
      if name != [0x2e, 0], name != [0x2e, 0x2e, 0] { names.append(name) }
    }
    return names
  }

  private static func isReady(_ name: String) -> Bool {
    let lowered = name.lowercased()
    return !name.hasPrefix(".") && ![".part", ".tmp"].contains { lowered.hasSuffix($0) }
  }

  private static func type(of status: stat) -> mode_t { status.st_mode & S_IFMT }

  /// What a file holds, or why it is not read; nil if it changed meanwhile.
  private func content(_ candidate: Candidate, in folder: Int32) -> File.Content? {
    guard candidate.isFile else {
      return .refused(
        Bilingual(zh: "不是普通文件（可能是链接）", en: "this is no file but a link or the like"))
    }
    guard let kind = DropKind(fileName: candidate.name) else {
      let known = DropKind.allCases.map { "." + $0.rawValue }.joined(separator: " ")
      return .refused(
        Bilingual(zh: "无法识别的文件类型；可读：\(known)", en: "a file of unknown kind; known: \(known)"))
    }
    let size = candidate.identity.size
    guard size <= limits.fileBytes else {
      return .refused(
        Bilingual(
          zh: "有 \(size) 字节，超过上限 \(limits.fileBytes)",
          en: "\(size) bytes are more than the limit of \(limits.fileBytes)"))
    }
    // Between the look and this a link or a pipe may have taken its place.
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let descriptor = openat(folder, candidate.rawName, flags)
    guard descriptor >= 0 else {
      let cause = errno
      let reason = String(cString: strerror(cause))
      return cause == ENOENT || cause == ELOOP
        ? nil : .refused(Bilingual(zh: "无法打开：\(reason)", en: "cannot be opened: \(reason)"))
    }
    defer { close(descriptor) }
    guard Self.identity(of: descriptor) == candidate.identity,
      let bytes = Self.read(descriptor, size),
      Self.identity(of: descriptor) == candidate.identity
    else { return nil }
    return .bytes(bytes, kind)
  }

  private static func identity(of descriptor: Int32) -> Identity? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, type(of: status) == S_IFREG else { return nil }
    return Identity(status)
  }

  private static func read(_ descriptor: Int32, _ size: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < size {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), size - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      filled += count
    }
    return bytes
  }

  /// A name that nothing in the folder has: `a.xml`, `a-2.xml`, and so on.
  private static func free(_ rawName: [CChar], in folder: Int32) -> [CChar] {
    let dot = rawName.lastIndex(of: 0x2e) ?? rawName.count - 1
    var status = stat()
    var target = rawName
    var number = 2
    while fstatat(folder, target, &status, AT_SYMLINK_NOFOLLOW) == 0 {
      target = rawName[..<dot] + "-\(number)".utf8.map { CChar(bitPattern: $0) } + rawName[dot...]
      number += 1
    }
    return target
  }

  private static func write(
    _ text: String, to rawName: [CChar], in folder: Int32, _ path: String
  ) throws(ServiceFailure) {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
    let descriptor = openat(folder, rawName, flags, 0o640)
    guard descriptor >= 0 else { throw failure("open", path) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    // A short text on a local disk is written at once, or the disk is full.
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw failure("write", path)
    }
  }

  private static func failure(_ call: String, _ path: String) -> ServiceFailure {
    .file(call: call, path: path, reason: String(cString: strerror(errno)))
  }
}
