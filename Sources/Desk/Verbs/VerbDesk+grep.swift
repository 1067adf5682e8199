import Bytes
import Foundation
import Journal
import Response

// Looking for words in the items that are still kept.
extension VerbDesk {
  /// A topic is made of what was said before it was noticed.
  private static let past = Duration.hours(72)
  /// More than a person reads; how many there are is said.
  private static let shownItems = 50

  /// The items since shortly before the topic whose text or title holds these words.
  func grep(_ words: String, since topic: TopicID, _ call: Call) async throws -> VerbAnswer {
    guard !words.isEmpty else { throw usage(call) }
    let opened = try await frontDesk.view { state in
      guard let entry = state.topics[topic] else { throw Self.unknownTopic(topic) }
      return entry.opened
    }
    let scan = ItemScan(folder: frontDesk.folder.items, words: words)
    let found = try await scan.items(since: opened - Self.past)
    let zone = configuration.desk.zone
    let lines = found.prefix(Self.shownItems).map { item in
      "\(item.time.map { zone.text($0) } ?? "")  \(terminalSafe(item.source))  "
        + terminalSafe(shortened(withoutHandles(item.text), to: 100))
    }
    let head = call(
      "“\(terminalSafe(words))”：\(found.count) 条", "'\(terminalSafe(words))': \(found.count) items")
    return VerbAnswer(([Style.strong(head)] + lines).joined(separator: "\n") + "\n") { writer in
      writer.member("topic", topic.description)
      writer.member("count", found.count)
      writer.memberArray("items") { writer in
        for item in found.prefix(Self.shownItems) {
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

  struct Found: Sendable {
    let id: String
    let source: String
    let time: Instant?
    let text: String
  }

  init(folder: String, words: String) {
    self.folder = folder
    needle = words.utf8.map(Self.lower)
  }

  /// Letters of the ASCII alphabet alone: other scripts of these feeds have no case.
  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  func items(since start: Instant) async throws -> [Found] {
    try await withCheckedThrowingContinuation { continuation in
      // It reads files, so it does not run on the threads that everybody shares.
      DispatchQueue(label: "desk.scan").async { @Sendable in
        continuation.resume(with: Result { try self.scan(since: start) })
      }
    }
  }

  private func scan(since start: Instant) throws(JournalFailure) -> [Found] {
    var found: [Found] = []
    let from = ItemPosition(day: ItemDay(start), offset: 0)
    do throws(JournalFailure) {
      _ = try ItemReader(folder: folder).read(from: from) { line, _ in
        // Most lines are passed over without being read as JSON.
        guard holds(line[...]), let json = try? JSONReader.read(line) else { return true }
        let text = [json["title"]?.string, json["text"]?.string].compactMap { $0 }
        // The words have to be in what was said, and not in a name of a member.
        guard let match = text.first(where: { holds(Array($0.utf8)[...]) }) else { return true }
        found.append(
          Found(
            id: json["id"]?.string ?? "", source: json["source"]?.string ?? "",
            time: (json["ts"]?.string ?? json["firstSeen"]?.string).flatMap {
              Instant(iso8601: $0)
            },
            text: match))
        return true
      }
    } catch {
      // No day that late is kept.
      guard case .noSuchPosition = error else { throw error }
    }
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
