import Bytes
import Foundation
import Journal
import Response

// Looking for words in the items that are still kept.
extension VerbDesk {
  /// More than a person reads; how many there are is said.
  static let shownItems = 50

  /// The items that are kept whose text or title holds these words; the newest are shown.
  func grep(_ call: Call) async throws -> VerbAnswer {
    guard let words = call.request.value("grep"), !words.trimmed.isEmpty else {
      throw VerbFailure(.usage, zh: "“--grep”后的词语是空的", en: "the words behind '--grep' are empty")
    }
    guard !call.request.has("why") else {
      throw VerbFailure(
        .usage, zh: "“--why”列出话题的数字，条目没有；请去掉“--grep”或“--why”",
        en:
          "'--why' gives the figures of a topic, and items have none; leave out '--grep' or '--why'"
      )
    }
    let scan = ItemScan(folder: frontDesk.folder.items, words: words, keeps: Self.shownItems)
    let found = try await scan.items()
    let zone = configuration.desk.zone
    let lines = found.items.map { item in
      "\(item.time.map { zone.text($0) } ?? "")  \(terminalSafe(item.source))  "
        + terminalSafe(shortened(withoutHandles(item.text), to: 100))
    }
    let isCut = found.count > found.items.count
    let head =
      call(
        "“\(terminalSafe(words))”：留存的条目中 \(found.count) 条",
        "'\(terminalSafe(words))': \(counted(found.count, "item")) of those that are kept")
      + (isCut ? call("，最新 \(found.items.count) 条：", ", the newest \(found.items.count):") : "")
    return VerbAnswer(([Style.strong(head)] + lines).joined(separator: "\n") + "\n") { writer in
      writer.member("count", found.count)
      writer.memberArray("items") { writer in
        for item in found.items {
          writer.object {
            $0.member("id", item.id)
            $0.member("source", item.source)
            $0.member(ifPresent: "time", item.time?.iso8601)
            $0.member("text", withoutHandles(item.text))
          }
        }
      }
    }
  }
}

/// A scan of the day files: no index, so that what is deleted is gone everywhere.
struct ItemScan: Sendable {
  let folder: String
  private let needle: [UInt8]
  /// So many of the newest are kept; the rest are counted only.
  private let keeps: Int

  struct Result: Sendable {
    var count = 0
    /// In the order in which they were heard.
    var items: [Found] = []
  }

  struct Found: Sendable {
    let id: String
    let source: String
    let time: Instant?
    let text: String
  }

  init(folder: String, words: String, keeps: Int) {
    self.folder = folder
    self.keeps = keeps
    needle = words.utf8.map(Self.lower)
  }

  /// Letters of the ASCII alphabet alone: other scripts of these feeds have no case.
  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  func items() async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      // It reads files, so it does not run on the threads that everybody shares.
      DispatchQueue(label: "desk.scan").async { @Sendable in
        continuation.resume(with: Swift.Result { try self.scan() })
      }
    }
  }

  private func scan() throws(JournalFailure) -> Result {
    var found = Result()
    _ = try ItemReader(folder: folder).read { (line, _) throws(JournalFailure) in
      // Most lines are passed over without being read as JSON.
      guard holds(line[...]), let json = try? JSONReader.read(line) else { return true }
      let text = [json["title"]?.string, json["text"]?.string].compactMap { $0 }
      // The words have to be in what was said, and not in a name of a member.
      guard let match = text.first(where: { holds(Array($0.utf8)[...]) }) else { return true }
      found.count += 1
      found.items.append(
        Found(
          id: json["id"]?.string ?? "", source: json["source"]?.string ?? "",
          time: (json["ts"]?.string ?? json["firstSeen"]?.string).flatMap {
            Instant(iso8601: $0)
          },
          text: match))
      // A common word stands in a million items, which do not all have to be held.
      if found.items.count >= 2 * keeps { found.items.removeFirst(found.items.count - keeps) }
      return true
    }
    found.items = Array(found.items.suffix(keeps))
    return found
  }

  private func holds(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = needle.first, bytes.count >= needle.count else { return false }
    var at = bytes.startIndex
    let last = bytes.endIndex - needle.count
    while at <= last {
      if Self.lower(bytes[at]) == first,
        zip(bytes[at..<at + needle.count], needle).allSatisfy({ Self.lower($0) == $1 })
      {
        return true
      }
      at += 1
    }
    return false
  }
}
