import Bytes

/// `incident-sim feed`: what one feed would answer at one moment.
enum FeedCommand: SimCommand {
  static let name = "feed"
  static let usage = "--county DIR [--seed N] [--id FEED --at TIME [--head]]"
  static let summary = """
    Writes the bytes that a feed serves at a moment, in its own form, encoding and damage. With
    --head it writes status and headers instead. Without --id it lists the feeds.

      incident-sim feed --county Samples/county --id forum --at 2026-09-27T06:30:00+08:00
    """

  static func run(_ arguments: [String]) throws -> ExitCode {
    let options = try ToolOptions(
      arguments, values: ["county", "seed", "id", "at"], flags: ["head"])
    let county = try options.county()
    guard let id = options["id"] else {
      for feed in county.feeds {
        print("\(feed.id)\t\(feed.format.rawValue)\t\(feed.path)\t\(feed.title)")
      }
      return .done
    }
    guard county.feed(named: id) != nil else {
      let near = nearest(to: id, among: county.feeds.map(\.id))
      throw ToolFailure("there is no feed '\(id)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
    let text = try options.required("at")
    guard let instant = Instant(iso8601: text) else {
      throw ToolFailure("'--at' should be a time as 2026-09-27T06:30:00+08:00, not '\(text)'")
    }
    let edition = Edition(county: county, seed: try options.seed())
    guard let reply = edition.reply(to: id, at: instant) else { return .fault }
    try write(options.has("head") ? head(of: reply) : reply.body, to: "-")
    // A feed that is down says so in its status, and here as well.
    return reply.status == 200 ? .done : .couldNot
  }

  private static func head(of reply: FeedReply) -> [UInt8] {
    var lines = ["status: \(reply.status)", "content-type: \(reply.contentType)"]
    if let modified = reply.lastModified {
      lines.append("last-modified: \(FeedDates(zone: .universal).rfc822(modified))")
    }
    if let etag = reply.etag { lines.append("etag: \(etag)") }
    if let location = reply.location { lines.append("location: \(location)") }
    return Array(lines.joined(separator: "\n").utf8) + [UInt8(ascii: "\n")]
  }
}
