import Bytes
import Foundation
import Support
import Synchronization
import Testing

@testable import incident_sim

/// The county that is shipped, loaded once for all tests.
enum Lanchuan {
  static let folder: String = {
    let here = URL(fileURLWithPath: #filePath)
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.appendingPathComponent("Samples/county").path
  }()

  private static let loaded = Result { try County(folder: folder) }
  private static let first = Result { Edition(county: try loaded.get(), seed: 1) }
  private static let told = Mutex<[UInt64: [Post]]>([:])

  static func county() throws -> County { try loaded.get() }

  /// The edition of seed 1.
  static func edition() throws -> Edition { try first.get() }

  /// The stream of a seed, told once for all tests.
  static func stream(seed: UInt64 = 1) throws -> [Post] {
    let county = try county()
    return told.withLock { told in
      if let known = told[seed] { return known }
      let posts = county.stream(seed: seed)
      told[seed] = posts
      return posts
    }
  }

  /// A moment of the story: `27 06:20`.
  static func at(_ text: String) throws -> Instant {
    try #require(try county().calendar.instant(text), "no such moment: \(text)")
  }

  /// The county in a folder of a test's own, with one text of one file replaced, and the line
  /// on which it stood.
  static func altered(
    _ file: String, _ old: String, with new: String
  ) throws -> (folder: TemporaryFolder, line: Int) {
    let copy = try TemporaryFolder()
    var line = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasSuffix(".json5") {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
      var text = String(decoding: bytes, as: UTF8.self)
      if name == file {
        let range = try #require(text.range(of: old), "\(file) holds no '\(old)'")
        line = text[..<range.lowerBound].count { $0 == "\n" } + 1
        text.replaceSubrange(range, with: new)
      }
      try copy.write(name, text)
    }
    return (copy, line)
  }
}
