import Bytes
import Foundation

/// One line of a manifest of recorded feeds.
struct RecordedFeed {
  let id: String
  /// A path, beside the manifest if it is relative.
  let input: String
  let contentType: String?
  let url: String
  /// What sort of feed it is; empty where the manifest does not say.
  let category: String

  private init(_ line: [UInt8], _ number: Int, of manifest: String) throws {
    do {
      var fields = try Fields(try JSONReader.read(line))
      id = try fields.text("id")
      input = try fields.text("input")
      let headers = fields.json(ifPresent: "headers")?.members ?? []
      contentType = headers.first { $0.name.lowercased() == "content-type" }?.value.string
      url = fields.json(ifPresent: "url")?.string ?? ""
      category = fields.json(ifPresent: "category")?.string ?? ""
    } catch {
      throw ToolFailure("\(manifest):\(number): \(error)", .damaged)
    }
    // The id becomes the name of a file.
    guard !id.contains("/"), !id.hasPrefix(".") else {
      throw ToolFailure("\(manifest):\(number): '\(id)' cannot be the name of a file", .damaged)
    }
  }

  /// Calls with each feed of a manifest and its bytes.
  static func each(of manifest: String, _ body: (RecordedFeed, [UInt8]) throws -> Void) throws {
    // By hand: Foundation's `deletingLastPathComponent` traps on a path of one character.
    let folder = manifest.lastIndex(of: "/").map { manifest[...$0] } ?? ""
    try LabFile.eachLine(manifest) { line, number in
      let feed = try RecordedFeed(line, number, of: manifest)
      let path = feed.input.hasPrefix("/") ? feed.input : folder + feed.input
      guard let data = FileManager.default.contents(atPath: path) else {
        throw ToolFailure("\(manifest):\(number): cannot read '\(path)'", .couldNot)
      }
      try body(feed, Array(data))
    }
  }
}
