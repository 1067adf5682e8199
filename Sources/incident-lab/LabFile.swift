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
        throw ToolFailure("cannot read '\(path)': \(error)", .couldNot)
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
    do {
      if path == "-" {
        try FileHandle.standardOutput.write(contentsOf: Data(bytes))
      } else {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
      }
    } catch {
      throw ToolFailure("cannot write '\(path)': \(error)", .couldNot)
    }
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
