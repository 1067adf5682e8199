import Bytes
import Foundation

extension ToolOptions {
  /// The county that `--county` names.
  func county() throws -> County { try County(folder: try required("county")) }

  /// The seed that `--seed` names; 1 if it names none.
  func seed() throws -> UInt64 {
    guard let text = self["seed"] else { return 1 }
    guard let seed = UInt64(text) else {
      throw ToolFailure("'--seed' should be a whole number from 0, not '\(text)'")
    }
    return seed
  }
}

/// Writes to a file, or to standard output for `-`.
func write(_ bytes: [UInt8], to path: String) throws {
  guard path != "-" else {
    try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    return
  }
  do {
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw ToolFailure("cannot write '\(path)': \(error.localizedDescription)", .couldNot)
  }
}
