import Bytes
import Foundation
import Watch

/// `parse`: recorded feeds in, what was read of each out, for scoring and for looking at one feed.
enum ParseCommand: LabCommand {
  static let name = "parse"
  static let usage = "--manifest M.jsonl --out DIR"
  static let summary = """
    Reads each feed that the manifest names and writes DIR/<id>.json with what was read of it.
    A line of the manifest has "id" and "input" (a path beside the manifest), and may have
    "headers" (an object; of it "content-type" counts) and "url". A feed that is none gives
    {"error": ...}. Limits on size and number of entries are lifted.

    example: incident-lab parse --manifest recorded/manifest.jsonl --out /tmp/read
    """

  static func run(_ arguments: [String]) async throws -> ExitCode {
    let options = try ToolOptions(arguments, values: ["manifest", "out"])
    let manifest = try options.required("manifest")
    let out = try options.required("out")
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    try RecordedFeed.each(of: manifest) { feed, bytes in
      try Data(report(feed, bytes)).write(to: URL(fileURLWithPath: "\(out)/\(feed.id).json"))
    }
    return .done
  }

  private static func report(_ feed: RecordedFeed, _ bytes: [UInt8]) -> [UInt8] {
    do {
      let document = try readFeed(
        bytes, contentType: feed.contentType, url: feed.url, zone: .universal,
        limits: .recordedMarkup)
      return JSONWriter.object { $0.write(document) } + [0x0a]
    } catch {
      return JSONWriter.object { $0.member("error", error.explanation.en) } + [0x0a]
    }
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ document: FeedDocument) {
    member("format", document.format)
    member(ifPresent: "title", document.title)
    member(ifPresent: "link", document.link)
    member(ifPresent: "language", document.language)
    member("encoding", document.encoding)
    memberArray("entries") { list in
      for entry in document.entries { list.object { $0.write(entry) } }
    }
    member("problems", document.problems.map(\.explanation.en))
  }

  private mutating func write(_ entry: FeedEntry) {
    member(ifPresent: "id", entry.guid)
    member(ifPresent: "link", entry.link)
    member(ifPresent: "title", entry.title)
    member(ifPresent: "summary_or_content_text", entry.text)
    member(ifPresent: "published", entry.published?.iso8601)
    member(ifPresent: "updated", entry.updated?.iso8601)
    if let alert = entry.cap { memberObject("cap") { $0.write(alert) } }
  }

  private mutating func write(_ alert: CAPAlert) {
    member(ifPresent: "identifier", alert.identifier)
    member(ifPresent: "sender", alert.sender)
    member(ifPresent: "sent", alert.sent?.iso8601)
    member(ifPresent: "status", alert.status)
    member(ifPresent: "msgType", alert.messageType)
    member(ifPresent: "scope", alert.scope)
    member(ifPresent: "note", alert.note)
    if !alert.references.isEmpty {
      member("references", alert.references.map(\.text).joined(separator: " "))
    }
    memberArray("info") { list in
      for info in alert.infos { list.object { $0.write(info) } }
    }
  }

  private mutating func write(_ info: CAPAlert.Info) {
    member(ifPresent: "language", info.language)
    member("category", info.categories)
    member(ifPresent: "event", info.event)
    member("responseType", info.responseTypes)
    member(ifPresent: "urgency", info.urgency)
    member(ifPresent: "severity", info.severity)
    member(ifPresent: "certainty", info.certainty)
    member(ifPresent: "effective", info.effective?.iso8601)
    member(ifPresent: "onset", info.onset?.iso8601)
    member(ifPresent: "expires", info.expires?.iso8601)
    member(ifPresent: "senderName", info.senderName)
    member(ifPresent: "headline", info.headline)
    member(ifPresent: "description", info.description)
    member(ifPresent: "instruction", info.instruction)
    member(ifPresent: "web", info.web)
    write("parameter", info.parameters)
    memberArray("area") { list in
      for area in info.areas {
        list.object { writer in
          writer.member(ifPresent: "areaDesc", area.description)
          writer.member("polygon", area.polygons)
          writer.member("circle", area.circles)
          writer.write("geocode", area.geocodes)
        }
      }
    }
  }

  private mutating func write(_ name: String, _ pairs: [CAPAlert.Pair]) {
    memberArray(name) { list in
      for pair in pairs {
        list.array { inner in
          inner.value(pair.name)
          if let value = pair.value { inner.value(value) } else { inner.null() }
        }
      }
    }
  }
}
