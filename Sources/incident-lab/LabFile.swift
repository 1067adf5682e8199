import Bytes
import Foundation

/// Files of lines; `-` is standard input or output.
enum LabFile {
  private static let pieceSize = 1 << 20

  /// Calls with each line that is not blank, without its break, and its number from 1.
  static func eachLine(_ path: String, _ body: ([UInt8], Int) throws -> Void) throws {
    let handle: FileHandle
    if path == "-" {
      handle = .standardInput
    } else if let opened = FileHandle(forReadingAtPath: path) {
      handle = opened
    } else {
      throw ToolFailure("cannot read '\(path)': it is missing or may not be read", .couldNot)
    }
    var rest: [UInt8] = []
    var number = 0
    func take(_ line: ArraySlice<UInt8>) throws {
      number += 1
      let bytes = line.last == 0x0d ? line.dropLast() : line
      if !bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { try body(Array(bytes), number) }
    }
    while true {
      let piece: Data?
      do {
        piece = try handle.read(upToCount: pieceSize)
      } catch {
        throw ToolFailure("cannot read '\(path)': \(reason(of: error))", .couldNot)
      }
      guard let piece, !piece.isEmpty else { break }
      rest.append(contentsOf: piece)
      var start = 0
      while let end = rest[start...].firstIndex(of: 0x0a) {
        try take(rest[start..<end])
        start = end + 1
      }
      rest.removeFirst(start)
    }
    if !rest.isEmpty { try take(rest[...]) }
  }

  static func read(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ToolFailure("cannot read '\(path)': it is missing or may not be read", .couldNot)
    }
    return Array(data)
  }

  /// The bytes of a regular file, which are in memory but once.
  static func readDirectly(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw ToolFailure("cannot read '\(path)': it is missing or may not be read", .couldNot)
    }
    defer { close(file) }
    let size = Int(lseek(file, 0, SEEK_END))
    guard size >= 0, lseek(file, 0, SEEK_SET) == 0 else {
      throw ToolFailure("cannot read '\(path)': it is no regular file", .couldNot)
    }
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size, let base = buffer.baseAddress {
        let taken = Foundation.read(file, base + count, size - count)
        // A signal may have come between; a file that has become shorter ends here.
        if taken < 0, errno == EINTR { continue }
        if taken <= 0 { break }
        count += taken
      }
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let isWritten: Bool
    if path == "-" {
      isWritten = writeAll(bytes, to: STDOUT_FILENO)
    } else if !isOrdinary(path) {
      // A device or a pipe is written to; a file is not put in its place.
      let file = open(path, O_WRONLY | O_CLOEXEC)
      defer { if file >= 0 { close(file) } }
      isWritten = file >= 0 && writeAll(bytes, to: file)
    } else {
      do {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw ToolFailure("cannot write '\(path)': \(reason(of: error))", .couldNot)
      }
      return
    }
    guard isWritten else {
      throw ToolFailure("cannot write '\(path)': \(String(cString: strerror(errno)))", .couldNot)
    }
  }

  /// Refuses outputs that cannot be written or that name what is read, or the same file twice.
  ///
  /// It is asked before anything is read: hours of work are not to end in a wrong path, and least of
  /// all in the loss of the recording.
  static func check(outputs: [(name: String, path: String)], inputs: [(name: String, path: String)])
    throws
  {
    for (place, output) in outputs.enumerated() {
      for other in inputs + outputs[..<place] where isSame(output.path, other.path) {
        throw ToolFailure(
          "'--\(output.name)' and '--\(other.name)' are the same file, '\(output.path)'; "
            + "name another for '--\(output.name)'")
      }
    }
    let printed = outputs.filter { $0.path == "-" }.map { "'--\($0.name)'" }
    guard printed.count < 2 else {
      throw ToolFailure(
        "\(printed.joined(separator: " and ")) would be mixed on standard output; name a file")
    }
    for output in outputs {
      guard let reason = whyNotWritable(output.path) else { continue }
      throw ToolFailure("cannot write '\(output.path)' of '--\(output.name)': \(reason)", .couldNot)
    }
  }

  /// Whether both are one file, by whatever name or link; devices may be named twice.
  private static func isSame(_ output: String, _ other: String) -> Bool {
    if output == "-" || other == "-" { return false }
    guard isOrdinary(output), isOrdinary(other) else { return false }
    if let one = status(output), let two = status(other) {
      return one.st_dev == two.st_dev && one.st_ino == two.st_ino
    }
    return resolved(output) == resolved(other)
  }

  private static func whyNotWritable(_ path: String) -> String? {
    if path == "-" { return nil }
    if let status = status(path) {
      if status.st_mode & S_IFMT == S_IFDIR { return "it is a folder" }
      if access(path, W_OK) != 0 { return String(cString: strerror(errno)) }
    }
    guard isOrdinary(path) else { return nil }
    let folder = (resolved(path) as NSString).deletingLastPathComponent
    guard let status = status(folder) else { return "there is no folder '\(folder)'" }
    if status.st_mode & S_IFMT != S_IFDIR { return "'\(folder)' is no folder" }
    // What is written is put beside it first, so that no half of it is ever there.
    guard access(folder, W_OK | X_OK) == 0 else {
      return "in '\(folder)': \(String(cString: strerror(errno)))"
    }
    return nil
  }

  /// A regular file, or nothing yet.
  private static func isOrdinary(_ path: String) -> Bool {
    status(path).map { $0.st_mode & S_IFMT == S_IFREG } ?? true
  }

  private static func status(_ path: String) -> stat? {
    var found = stat()
    return stat(path, &found) == 0 ? found : nil
  }

  /// The path without links, also of a file that is not there yet.
  private static func resolved(_ path: String) -> String {
    var url = URL(fileURLWithPath: path)
    // A link that leads nowhere yet is followed too: what is written comes to be there.
    if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: url.path) {
      url = URL(fileURLWithPath: target, relativeTo: url.deletingLastPathComponent()).absoluteURL
    }
    let folder = url.deletingLastPathComponent().resolvingSymlinksInPath()
    return folder.appendingPathComponent(url.lastPathComponent).standardizedFileURL.path
  }

  /// The system's own words, without the wrapping that Foundation puts around them.
  private static func reason(of error: any Error) -> String {
    if let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error {
      let cause = cause as NSError
      if cause.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(cause.code))) }
    }
    return error.localizedDescription
  }

  /// What was wrong with a line, in English.
  static func describe(_ error: any Error) -> String {
    switch error {
    case let failure as JSONFailure: failure.message.en
    case let failure as FieldFailure: failure.message.en
    default: String(describing: error)
    }
  }
}
