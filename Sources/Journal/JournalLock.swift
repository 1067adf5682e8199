import Glibc
import Synchronization

/// The lock that one process holds for as long as it keeps the journal.
///
/// It is the kernel's (`flock`), so it goes with the process, however that ends. The text in the
/// file is for people, and for one question: was the journal closed in good order?
final class JournalLock: Sendable {
  private static let closedText = "closed\n"

  /// Whether the last holder synced everything and said so.
  let wasClosed: Bool
  private let file: Mutex<OpenFile?>

  private init(_ file: OpenFile, wasClosed: Bool) {
    self.file = Mutex(file)
    self.wasClosed = wasClosed
  }

  static func take(_ layout: Layout, on disk: any Disk) throws(JournalFailure) -> JournalLock {
    let file = try onDisk { () throws(DiskFailure) in
      try OpenFile(layout.lock, .locking, on: disk)
    }
    let isFree = try onDisk { () throws(DiskFailure) in try file.lock() }
    let text = try onDisk { () throws(DiskFailure) in try Self.text(of: file) }
    guard isFree else {
      throw .locked(
        folder: layout.folder, by: text.split(separator: " ").first.flatMap { Int32($0) })
    }
    return JournalLock(file, wasClosed: text == closedText)
  }

  private static func text(of file: OpenFile) throws(DiskFailure) -> String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = try file.read(into: &bytes, from: 0, at: 0)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// Says who holds it. From here on the journal counts as not closed in good order.
  func mark(bootID: String) throws(DiskFailure) {
    try write("\(getpid()) \(bootID)\n")
  }

  /// Gives the lock up; a second call does nothing.
  func release(inGoodOrder: Bool) {
    // Without the word the next one only takes more care than it needs to.
    if inGoodOrder { try? write(Self.closedText) }
    file.withLock { file in
      // Said outright: a child that is just being started still holds a copy of the descriptor, and
      // closing ours would not be enough. If it fails, closing is all that is left.
      try? file?.unlock()
      file = nil
    }
  }

  private func write(_ text: String) throws(DiskFailure) {
    guard let file = file.withLock({ $0 }) else { return }
    // Emptied first, which needs no room: whatever happens then, `closed` does not stay.
    try file.truncate(to: 0)
    try file.rewrite(Array(text.utf8), at: 0)
  }
}
