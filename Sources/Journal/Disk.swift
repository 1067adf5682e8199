import Bytes

/// The calls to the system that decide whether a record is safe.
///
/// All that this module does to files goes through here, so that a test can make any one call
/// fail, stop short or be interrupted. Each is one call: what to do about a short write or an
/// interruption is decided above, in `OpenFile`.
package protocol Disk: Sendable {
  func open(_ path: String, _ access: FileAccess) throws(ErrorNumber) -> Int32
  func close(_ descriptor: Int32)
  /// Reads into the buffer from `start` on; 0 at the end of the file.
  func read(_ descriptor: Int32, into buffer: inout [UInt8], from start: Int, at offset: Int64)
    throws(ErrorNumber) -> Int
  func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(ErrorNumber) -> Int
  func write(_ descriptor: Int32, _ bytes: Span<UInt8>, at offset: Int64) throws(ErrorNumber) -> Int
  func synchroniseData(_ descriptor: Int32) throws(ErrorNumber)
  func synchronise(_ descriptor: Int32) throws(ErrorNumber)
  func truncate(_ descriptor: Int32, to size: Int64) throws(ErrorNumber)
  /// Takes room for so many bytes from the start on, whether they are written to or not.
  func allocate(_ descriptor: Int32, size: Int64) throws(ErrorNumber)
  func status(_ descriptor: Int32) throws(ErrorNumber) -> FileStatus
  func setMode(_ descriptor: Int32, _ mode: UInt32) throws(ErrorNumber)
  /// Whether the lock was free. It lasts until it is given up or the process ends.
  func lock(_ descriptor: Int32) throws(ErrorNumber) -> Bool
  func unlock(_ descriptor: Int32) throws(ErrorNumber)
  func makeFolder(_ path: String, mode: UInt32) throws(ErrorNumber)
  func names(in folder: String) throws(ErrorNumber) -> [String]
  func rename(_ path: String, to newPath: String) throws(ErrorNumber)
  func remove(_ path: String) throws(ErrorNumber)
  /// The path without symbolic links.
  func resolved(_ path: String) throws(ErrorNumber) -> String
  /// The text of `/proc/self/mountinfo`.
  func mounts() throws(ErrorNumber) -> [UInt8]
}

/// What a file is opened for. No link is followed to a file, and no child inherits the descriptor.
package enum FileAccess: Hashable, Sendable {
  case reading
  case appending
  /// A new file to append to; an error if the name is taken.
  case creating
  /// A file of no worth yet, emptied if it exists.
  case replacing
  /// Writing over bytes that stand there; Linux would append them where `appending` is set.
  case overwriting
  case locking
  case folder
}

package struct FileStatus: Hashable, Sendable {
  package let size: Int64
  /// Permission bits alone.
  package let mode: UInt32

  package init(size: Int64, mode: UInt32) {
    self.size = size
    self.mode = mode
  }
}

/// A system call's `errno`.
package struct ErrorNumber: Error, Hashable, Sendable {
  package let code: Int32

  package init(_ code: Int32) { self.code = code }
}

/// A system call by the name under which its manual page stands.
package enum DiskCall: String, CaseIterable, Sendable {
  case open
  case read
  case write
  case rewrite = "pwrite"
  case synchroniseData = "fdatasync"
  case synchronise = "fsync"
  case truncate = "ftruncate"
  case allocate = "fallocate"
  case status = "fstat"
  case setMode = "fchmod"
  case lock = "flock"
  case makeFolder = "mkdir"
  case names = "readdir"
  case rename
  case remove = "unlink"
  case resolve = "realpath"
  case startThread = "pthread_create"
}

/// What could not be done to which file.
package struct DiskFailure: Error, Hashable, Sendable {
  package let call: DiskCall
  package let path: String
  package let number: ErrorNumber

  package init(_ call: DiskCall, _ path: String, _ number: ErrorNumber) {
    self.call = call
    self.path = path
    self.number = number
  }
}

extension Disk {
  /// A call that has no descriptor, with its path in the failure.
  func perform<Value>(
    _ call: DiskCall, _ path: String, _ body: () throws(ErrorNumber) -> Value
  ) throws(DiskFailure) -> Value {
    do throws(ErrorNumber) {
      return try body()
    } catch {
      throw DiskFailure(call, path, error)
    }
  }

  /// Makes the folder if it is not there. Whether it was made, so that its parent can be synced.
  func makeFolderIfMissing(_ path: String) throws(DiskFailure) -> Bool {
    do throws(ErrorNumber) {
      try makeFolder(path, mode: 0o700)
      return true
    } catch {
      guard error.isExisting else { throw DiskFailure(.makeFolder, path, error) }
      return false
    }
  }

  /// Makes names that were given or taken in this folder survive a power failure.
  func synchroniseFolder(_ path: String) throws(DiskFailure) {
    try OpenFile(path, .folder, on: self).synchronise()
  }

  /// The names in a folder, or none where there is no such folder.
  func namesIfPresent(in folder: String) throws(DiskFailure) -> [String] {
    do throws(ErrorNumber) {
      return try names(in: folder)
    } catch {
      guard error.isMissing else { throw DiskFailure(.names, folder, error) }
      return []
    }
  }
}

/// Tells a failure of the disk in the words of this module.
func onDisk<Value>(_ body: () throws(DiskFailure) -> Value) throws(JournalFailure) -> Value {
  do throws(DiskFailure) {
    return try body()
  } catch {
    throw .disk(error)
  }
}
