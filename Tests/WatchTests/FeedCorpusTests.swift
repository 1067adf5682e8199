import Bytes
import Foundation
import Support
import Testing
import Watch

/// Feeds of others, recorded by others, which stay outside of the project.
@Suite(
  "Recorded feeds", .enabled(if: FeedCorpus.archive != nil, "no ../shared/data/feeds.tar.gz here"))
struct FeedCorpusTests {
  @Test("have as many entries and the titles that others found in them")
  func recorded() throws {
    let archive = try #require(FeedCorpus.archive)
    let folder = try TemporaryFolder()
    try FeedCorpus.unpack(archive, into: folder)
    var fields = 0
    var wrong: [String] = []
    for line in try folder.read("feeds/manifest.jsonl").split(separator: 0x0a) {
      let row = try JSONReader.read(Array(line))
      let bytes = try folder.read("feeds/" + (row["input"]?.string ?? ""))
      // The few large ones take most of the time and show nothing new.
      guard bytes.count < FeedCorpus.sizeLimit else { continue }
      let expected = try JSONReader.read(folder.read("feeds/" + (row["expected"]?.string ?? "")))
      let scored = row["scored"]?.members ?? []
      let feed = try? readFeed(
        bytes, contentType: row["headers"]?["content-type"]?.string, url: row["url"]?.string ?? "",
        zone: .universal, limits: .recorded)
      for (name, agrees) in FeedCorpus.compare(feed, expected)
      where scored.contains(where: {
        $0.name == name && FeedCorpus.tiers.contains($0.value.string ?? "")
      }) {
        fields += 1
        if !agrees { wrong.append("\(row["id"]?.string ?? "") \(name)") }
      }
    }
    #expect(fields > 1000)
    #expect(wrong.count * 100 <= fields, "\(wrong)")
  }
}

private enum FeedCorpus {
  static let sizeLimit = 32 << 10
  /// What stands on more than one reader's word.
  static let tiers: Set<String> = ["suite", "spec", "constructed", "consensus"]

  /// Beside the package, or where `INCIDENT_SHARED` says.
  static var archive: String? {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["INCIDENT_SHARED"]
      ?? package.deletingLastPathComponent().appendingPathComponent("shared").path
    let archive = shared + "/data/feeds.tar.gz"
    return FileManager.default.fileExists(atPath: archive) ? archive : nil
  }

  static func unpack(_ archive: String, into folder: TemporaryFolder) throws {
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/tar")
    tar.arguments = ["xzf", archive, "-C", folder.root]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0)
  }

  static func compare(_ feed: FeedDocument?, _ expected: JSON) -> [(String, Bool)] {
    let entries = expected["entries"]?.array ?? []
    var fields = [("n_entries", feed?.entries.count == entries.count)]
    if let title = expected["title"]?.string, isPlain(title) {
      fields.append(("title", squeezed(feed?.title) == squeezed(title)))
    }
    for (index, entry) in entries.enumerated() {
      guard let title = entry["title"]?.string, isPlain(title) else { continue }
      let ours = feed.flatMap { index < $0.entries.count ? $0.entries[index].title : nil }
      fields.append(("entries.\(index).title", squeezed(ours) == squeezed(title)))
    }
    return fields
  }

  /// Others keep the markup of titles; only titles without any can be compared plainly.
  private static func isPlain(_ title: String) -> Bool {
    !title.contains { "<>&".contains($0) } && !title.isEmpty
  }

  private static func squeezed(_ text: String?) -> String? {
    text?.precomposedStringWithCanonicalMapping.unicodeScalars
      .filter { !$0.properties.isWhitespace && $0 != "\u{200b}" && $0 != "\u{feff}" }
      .map { String($0) }.joined()
  }
}
